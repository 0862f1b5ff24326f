#!/usr/bin/env python3
"""Writes what the demo needs as base64 into Swift files, so that the binary carries it.

    scripts/embed-demo.py

Run it again after Examples/digits has changed; the files it writes are committed. It needs
nothing but Python itself.
"""
import base64
import pathlib
import struct

ROOT = pathlib.Path(__file__).resolve().parent.parent
DIGITS = ROOT / "Examples" / "digits"
OUT = ROOT / "Sources" / "Node" / "Demo" / "Fixtures"
COUNT = 160  # held-out digits that the demo carries
MORE = 140  # those that the demo of labels has beside
WIDTH = 92


def rows(npy: bytes, count: int) -> bytes:
    """The first rows of a uint8 array, without the header."""
    assert npy[:6] == b"\x93NUMPY" and b"'|u1'" in npy[:128]
    start = 10 + struct.unpack("<H", npy[8:10])[0]
    body = npy[start:]
    shape = npy[10:start].split(b"'shape': (")[1].split(b")")[0].decode()
    total = int(shape.split(",")[0])
    assert count <= total
    return body[: len(body) // total * count]


def write(name: str, what: str, data: bytes) -> None:
    text = base64.b64encode(data).decode()
    lines = [text[i : i + WIDTH] for i in range(0, len(text), WIDTH)]
    body = "\\\n".join("    " + line for line in lines)
    path = OUT / f"Fixtures+{name[0].upper()}{name[1:]}.swift"
    path.write_text(
        f"// {what} Written by scripts/embed-demo.py.\n\n"
        f"extension Fixtures {{\n"
        f"  static let {name}: StaticString = \"\"\"\n{body}\n    \"\"\"\n}}\n"
    )


def main() -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    write("model", "The digits model as ONNX, in base64.", (DIGITS / "digits.onnx").read_bytes())
    write("cheap", "The cheaper model as ONNX, in base64.", (DIGITS / "cheap.onnx").read_bytes())
    write(
        "digits",
        f"{COUNT} held-out digits of 64 pixels, in base64.",
        rows((DIGITS / "digits.npy").read_bytes(), COUNT),
    )
    write(
        "labels",
        f"The labels of the {COUNT} digits, in base64.",
        rows((DIGITS / "labels.npy").read_bytes(), COUNT),
    )
    more = COUNT, COUNT + MORE
    write(
        "moreDigits",
        f"{MORE} further digits of 64 pixels, in base64.",
        rows((DIGITS / "digits.npy").read_bytes(), more[1])[more[0] * 64 :],
    )
    write(
        "moreLabels",
        f"The labels of the {MORE} further digits, in base64.",
        rows((DIGITS / "labels.npy").read_bytes(), more[1])[more[0] :],
    )
    calibration = (DIGITS / "calibration.npy").read_bytes()
    write("calibration", "64 digits to calibrate by, in base64.", rows(calibration, 64))


if __name__ == "__main__":
    main()
