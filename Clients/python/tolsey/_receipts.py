"""Receipts, verified on this machine."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tolsey._errors import Unverified
from tolsey._program import UNVERIFIED, command

LARGEST = 16 * 1024 * 1024


@dataclass(frozen=True)
class Station:
    """One of the nine stations of a road, in a sentence."""

    name: str
    title: str
    text: str


@dataclass(frozen=True)
class Receipt:
    """What a receipt says that holds together."""

    run: str
    outcome: str
    operator: str
    """Whose signature stands under it."""
    network: str
    height: int
    known: bool
    """Whether this machine has met that operator, or it was named."""
    trust: str
    cost: int | None
    """Millionths of a dollar that the buyer paid in all, where the receipt shows it."""
    stations: tuple[Station, ...]


def verify_receipt(
    receipt: bytes | str | os.PathLike[str],
    *,
    known: bool = False,
    operator: str | None = None,
    network: str | None = None,
    home: str | os.PathLike[str] | None = None,
) -> Receipt:
    """Verifies a receipt file, or its bytes, without any node; raises `Unverified` where it fails.

    The bundled program does it: this function runs `tolsey receipt verify --json` and reads its
    answer. Every link, signature and sum is worked out anew. By itself any network will do, and
    anybody can found one: `known=True` insists on an operator that this machine has met,
    `operator` and `network` on the one that you name. `home` is the `TOLSEY_HOME` that remembers whom
    this machine has met.
    """
    if isinstance(receipt, (bytes, bytearray)):
        if len(receipt) > LARGEST:
            raise Unverified(
                UNVERIFIED, "receiptBroken", f"a receipt has at most {LARGEST} bytes")
        with tempfile.TemporaryDirectory(prefix="tolsey-") as folder:
            path = Path(folder) / "run.receipt"
            path.write_bytes(receipt)
            return _verified(path, known, operator, network, home)
    # Absolute, so that no name of a file is read as an option.
    return _verified(Path(receipt).absolute(), known, operator, network, home)


def _verified(
    path: Path,
    known: bool,
    operator: str | None,
    network: str | None,
    home: str | os.PathLike[str] | None,
) -> Receipt:
    words = ["receipt", "verify", str(path)]
    if known:
        words.append("--known")
    if operator is not None:
        words.append(f"--operator={operator}")
    if network is not None:
        words.append(f"--network={network}")
    told = command(*words, env={"TOLSEY_HOME": os.fspath(home)} if home is not None else None)
    signed = told["signedBy"]
    return Receipt(
        run=told["run"],
        outcome=told["outcome"],
        operator=signed["operator"],
        network=signed["network"],
        height=signed["height"],
        known=told["known"],
        trust=told["trust"],
        cost=told.get("cost"),
        stations=tuple(
            Station(one["name"], one["title"], one["text"]) for one in told["stations"]),
    )
