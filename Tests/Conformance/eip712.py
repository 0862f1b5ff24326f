#!/usr/bin/env python3
"""Writes Tests/Vectors/eip712/cases.json: typed data, digests and signatures by eth-account.

Run with `pip install eth-account==0.14.0`; the same seed gives the same file. With `--check` it
compares instead of writing, and exits 1 where the file differs.
"""

import json
import pathlib
import random
import sys

from eth_account import Account
from eth_account.messages import _hash_eip191_message, encode_typed_data

FILE = pathlib.Path(__file__).resolve().parent.parent / "Vectors" / "eip712" / "cases.json"
CASES = 1000

# The structs that PrimitivesTests declares as field lists, in the same order.
TYPES = {
    "Number": [("name", "string"), ("value", "uint64")],
    "Rate": [("amount", "uint64"), ("per", "uint64")],
    "CheckTerms": [("kind", "string"), ("numbers", "Number[]")],
    "Person": [("name", "string"), ("wallet", "address")],
    "Mail": [("from", "Person"), ("to", "Person"), ("contents", "string")],
    "Leaves": [
        ("flag", "bool"), ("small", "uint8"), ("middle", "uint32"), ("large", "uint64"),
        ("huge", "uint256"), ("word", "bytes32"), ("who", "address"), ("data", "bytes"),
        ("text", "string"),
    ],
    "Lists": [
        ("numbers", "uint64[]"), ("words", "bytes32[]"), ("people", "address[]"),
        ("texts", "string[]"), ("named", "Number[]"), ("terms", "CheckTerms[]"),
    ],
    "PlaceOrder": [
        ("from", "address"), ("lane", "uint8"), ("sequence", "uint64"), ("validUntil", "uint64"),
        ("spec", "bytes"), ("check", "CheckTerms"), ("limit", "Rate"), ("allowed", "address[]"),
    ],
    "Zebra": [("apple", "Apple"), ("mango", "Mango[]"), ("stripes", "uint256")],
    "Mango": [("apple", "Apple"), ("seed", "bytes32")],
    "Apple": [("core", "bytes"), ("rate", "Rate"), ("ripe", "bool")],
    "Foreign": [
        ("delay", "uint40"), ("period", "uint48"), ("fee", "uint96"), ("sum", "uint128"),
        ("allowance", "uint160"), ("delays", "uint40[]"),
    ],
}
PRIMARY = ["Mail", "Leaves", "Lists", "PlaceOrder", "Zebra", "Foreign"]
TEXTS = [
    "", "a", "Tolsey", "Zoë", "Zoe\u0308", "日本語", "🦉🦉", "line\nbreak\t\"quoted\" \\",
    "\u0000\u0001\u007f", "\u2028\u2029", "مرحبا", "x" * 70, "\ufeff\U0010ffff",
]


def closure(primary):
    names, queue = [], [primary]
    while queue:
        name = queue.pop()
        if name in TYPES and name not in names:
            names.append(name)
            queue += [kind.removesuffix("[]") for _, kind in TYPES[name]]
    return {name: [{"name": n, "type": k} for n, k in TYPES[name]] for name in names}


def value(kind, r):
    if kind.endswith("[]"):
        return [value(kind[:-2], r) for _ in range(r.choice([0, 0, 1, 1, 2, 3]))]
    if kind in TYPES:
        return {name: value(k, r) for name, k in TYPES[kind]}
    if kind.startswith("uint"):
        bits = int(kind[4:])
        edges = [0, 1, 2**bits - 1, 2 ** (bits - 1)]
        whole = r.choice(edges + [r.randrange(2**bits), r.randrange(256)])
        return whole if bits in (8, 32, 64) else str(whole)
    if kind == "bool":
        return r.random() < 0.5
    if kind == "address":
        return "0x" + r.choice([bytes(20), b"\xff" * 20, r.randbytes(20), r.randbytes(20)]).hex()
    if kind == "bytes32":
        return "0x" + r.choice([bytes(32), b"\xff" * 32, r.randbytes(32)]).hex()
    if kind == "bytes":
        return "0x" + r.randbytes(r.choice([0, 1, 20, 31, 32, 33, 40])).hex()
    return r.choice(TEXTS)


def plain(kind, x):
    """The value as eth-account takes it: wide integers as integers."""
    if kind.endswith("[]"):
        return [plain(kind[:-2], e) for e in x]
    if kind in TYPES:
        return {name: plain(k, x[name]) for name, k in TYPES[kind]}
    return int(x) if kind.startswith("uint") else x


def for_wallets(kind, x):
    """The value as our document has it: integers above 32 bits as decimal strings."""
    if kind.endswith("[]"):
        return [for_wallets(kind[:-2], e) for e in x]
    if kind in TYPES:
        return {name: for_wallets(k, x[name]) for name, k in TYPES[kind]}
    return str(x) if kind.startswith("uint") and kind not in ("uint8", "uint32") else x


def domain(r):
    d = {"name": r.choice(["Tolsey", "USD Coin", "Permit2", "日本"])}
    if r.random() < 0.7:
        d["version"] = r.choice(["1", "2", ""])
    d["chainId"] = r.choice([1, 8453, 84532, 2**53 - 1, r.randrange(2**31)])
    d["verifyingContract"] = "0x" + r.choice([bytes(20), r.randbytes(20)]).hex()
    return d


def case(primary, r, with_document):
    types, d, message = closure(primary), domain(r), value(primary, r)
    key = r.randrange(1, 2**250).to_bytes(32, "big")
    kinds = {"name": "string", "version": "string", "chainId": "uint256",
             "verifyingContract": "address"}
    own = [{"name": n, "type": kinds[n]} for n in d]
    referenced = {n: types[n] for n in [primary] + sorted(set(types) - {primary})}
    full = {"types": {"EIP712Domain": own, **referenced}, "primaryType": primary, "domain": d}
    signable = encode_typed_data(full_message={**full, "message": plain(primary, message)})
    digest = _hash_eip191_message(signable)
    signed = Account.sign_message(signable, key)
    assert Account.recover_message(signable, signature=signed.signature) == \
        Account.from_key(key).address
    result = {
        "type": primary, "domain": d, "message": message, "key": "0x" + key.hex(),
        "digest": "0x" + digest.hex(), "signature": "0x" + signed.signature.hex(),
        "signer": Account.from_key(key).address,
    }
    if with_document:
        document = {**full, "message": for_wallets(primary, message)}
        assert _hash_eip191_message(encode_typed_data(full_message=document)) == digest
        result["document"] = document
    return result


def main():
    r = random.Random(712)
    cases = [case(PRIMARY[i % len(PRIMARY)], r, i < 12) for i in range(CASES)]
    lines = ",\n".join(json.dumps(c, ensure_ascii=False, separators=(",", ":")) for c in cases)
    text = "[\n" + lines + "\n]\n"
    if "--check" in sys.argv[1:]:
        same = FILE.read_text(encoding="utf-8") == text
        print(f"{CASES} cases " + ("equal" if same else "differ from") + f" {FILE.name}")
        sys.exit(0 if same else 1)
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(text, encoding="utf-8")
    print(f"{CASES} cases, {len(text.encode())} bytes")


if __name__ == "__main__":
    main()
