#!/usr/bin/env python3
"""Packs a program and the Python client into a wheel: wheel.py [--here] <program> <folder> [<licences>]

The wheel's platform tag is read off the program: the newest glibc that a symbol of it asks for. A
program that needs any other shared library is refused; with --here it is packed all the same, for
machines that have what this one has (tag linux_x86_64). <licences> is a folder of texts to carry.
The same program and files give the same bytes. It needs Python itself and objdump.
"""

import base64
import hashlib
import re
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CLIENT = ROOT / "Clients/python"
# What glibc is made of (PEP 600 lets every manylinux wheel take them for granted).
GLIBC = {"libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1", "libutil.so.1",
         "ld-linux-x86-64.so.2"}
EPOCH = (1980, 1, 1, 0, 0, 0)


class Unfit(Exception):
    pass


def objdump(option, program):
    done = subprocess.run(
        ["objdump", option, program], check=True, capture_output=True, text=True)
    return done.stdout


def platform(program, here):
    """The tag of the machines that the program runs on."""
    if "x86-64" not in objdump("-f", program):
        raise Unfit("the program is not for x86-64")
    if here:
        return "linux_x86_64"
    needed = set(re.findall(r"NEEDED\s+(\S+)", objdump("-p", program)))
    if needed - GLIBC:
        raise Unfit("the program needs " + ", ".join(sorted(needed - GLIBC)))
    asked = re.findall(r"GLIBC_(\d+)\.(\d+)", objdump("-T", program))
    major, minor = max((int(a), int(b)) for a, b in asked)
    return f"manylinux_{major}_{minor}_x86_64"


def version(program):
    """The program's version, which has to be that of the client."""
    told = subprocess.run([program, "--version"], check=True, capture_output=True, text=True)
    number = told.stdout.split()[-1]
    made = re.search(r'VERSION = "(.*)"', (CLIENT / "tolsey/_version.py").read_text()).group(1)
    if number != made:
        raise Unfit(f"the program is {number}, the client was made for {made}: make docs")
    return number


def metadata(number, licences):
    lines = [
        "Metadata-Version: 2.4", "Name: tolsey", f"Version: {number}",
        "Summary: The market house with a court in it: its program, and a client of its nodes.",
        "License-Expression: Apache-2.0", *(f"License-File: {name}" for name in licences),
        "Keywords: agents,market,inference,receipts,x402",
        "Classifier: Operating System :: POSIX :: Linux",
        "Classifier: Programming Language :: Python :: 3", "Classifier: Typing :: Typed",
        "Requires-Python: >=3.11", "Requires-Dist: httpx>=0.27,<1",
        "Description-Content-Type: text/markdown", "",
    ]
    return "\n".join(lines) + "\n" + (CLIENT / "README.md").read_text()


def contents(program, number, tag, licences):
    """Every file of the wheel but its own list: (path, bytes, mode)."""
    info = f"tolsey-{number}.dist-info"
    for path in sorted((CLIENT / "tolsey").iterdir()):
        if path.suffix in {".py", ".typed"}:
            yield f"tolsey/{path.name}", path.read_bytes(), 0o644
    for path in sorted((ROOT / "Examples").glob("*/*")):
        if path.suffix in {".onnx", ".npy", ".json", ".md"}:
            name = f"tolsey/examples/{path.parent.name}/{path.name}"
            yield name, path.read_bytes(), 0o644
    # pip puts it beside python as it is, so a command costs no start of Python.
    yield f"tolsey-{number}.data/scripts/tolsey", program.read_bytes(), 0o755
    texts = {"LICENSE": ROOT / "LICENSE"}
    if licences:
        texts.update((path.relative_to(licences).as_posix(), path)
                     for path in sorted(licences.rglob("*")) if path.is_file())
    for name, path in texts.items():
        yield f"{info}/licenses/{name}", path.read_bytes(), 0o644
    yield f"{info}/METADATA", metadata(number, texts).encode(), 0o644
    wheel = f"Wheel-Version: 1.0\nGenerator: tolsey\nRoot-Is-Purelib: false\nTag: py3-none-{tag}\n"
    yield f"{info}/WHEEL", wheel.encode(), 0o644


def pack(program, folder, licences, here):
    number, tag = version(program), platform(program, here)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"tolsey-{number}-py3-none-{tag}.whl"
    record = []
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1 if here else 9) as wheel:
        def put(name, data, mode):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o100000 | mode) << 16
            wheel.writestr(entry, data)

        for name, data, mode in contents(program, number, tag, licences):
            put(name, data, mode)
            digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=")
            record.append(f"{name},sha256={digest.decode()},{len(data)}\n")
        name = f"tolsey-{number}.dist-info/RECORD"
        put(name, ("".join(record) + f"{name},,\n").encode(), 0o644)
    return path


def main():
    words = [word for word in sys.argv[1:] if word != "--here"]
    if len(words) not in (2, 3):
        print(__doc__, file=sys.stderr)
        return 64
    licences = Path(words[2]) if len(words) == 3 else None
    try:
        print(pack(Path(words[0]), Path(words[1]), licences, "--here" in sys.argv))
    except Unfit as unfit:
        print(f"tolsey: error: {unfit}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
