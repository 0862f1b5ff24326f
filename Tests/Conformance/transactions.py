#!/usr/bin/env python3
"""Writes Tests/Vectors/evm/cases.json: transactions, RLP and ABI words by eth-account, rlp, eth-abi.

Run with `pip install eth-account==0.14.0`; the same seed gives the same file. With `--check` it
compares instead of writing, and exits 1 where the file differs.
"""

import json
import pathlib
import random
import sys

import rlp
from eth_abi import encode
from eth_account import Account
from eth_account.typed_transactions import TypedTransaction
from eth_account._utils.legacy_transactions import serializable_unsigned_transaction_from_dict
from eth_utils import keccak

FILE = pathlib.Path(__file__).resolve().parent.parent / "Vectors" / "evm" / "cases.json"


def transaction(r):
    key = r.randrange(1, 2**250).to_bytes(32, "big")
    edges = [0, 1, 127, 128, 255, 256, 21000, 2**32, 2**63, 2**64 - 1]
    fields = {
        "chainId": r.choice([1, 8453, 84532, 2**31, r.randrange(1, 2**48), 2**53 - 1, 2**64 - 1]),
        "nonce": r.choice([*edges[:-1], r.randrange(2**20)]),
        "gas": r.choice([*edges, r.randrange(2**24)]),
        "value": r.choice([*edges, 10**12, 10**18, 2**128, 2**256 - 1, r.randrange(2**90)]),
        "data": "0x" + r.randbytes(r.choice([0, 0, 1, 4, 55, 56, 68, 255, 256])).hex(),
    }
    if r.random() < 0.9:
        fields["to"] = Account.from_key(r.randrange(1, 2**250).to_bytes(32, "big")).address
    if r.random() < 0.5:
        fields["gasPrice"] = r.choice([*edges, 10**9, r.randrange(2**40)])
        unsigned = serializable_unsigned_transaction_from_dict(dict(fields))
        signing = unsigned.hash()
    else:
        most = r.choice([*edges, 2 * 10**9, r.randrange(2**40)])
        fields |= {"type": 2, "maxFeePerGas": most, "maxPriorityFeePerGas": r.randrange(most + 1)}
        if r.random() < 0.3:
            fields["accessList"] = [
                {"address": "0x" + r.randbytes(20).hex(),
                 "storageKeys": ["0x" + r.randbytes(32).hex() for _ in range(r.randrange(3))]}
                for _ in range(r.randrange(1, 3))]
        signing = TypedTransaction.from_dict(dict(fields)).hash()
    signed = Account.sign_transaction(fields, key)
    raw = bytes(signed.raw_transaction)
    assert keccak(raw) == bytes(signed.hash)
    assert Account.recover_transaction(raw) == Account.from_key(key).address
    shown = {k: str(v) if isinstance(v, int) else v for k, v in fields.items() if k != "accessList"}
    return {
        "fields": shown, "key": "0x" + key.hex(), "raw": "0x" + raw.hex(),
        "signingHash": "0x" + bytes(signing).hex(), "hash": "0x" + bytes(signed.hash).hex(),
        "sender": Account.from_key(key).address,
    }


def tree(r, depth):
    if depth == 0 or r.random() < 0.6:
        return r.randbytes(r.choice([0, 1, 1, 2, 32, 55, 56, 57, 255, 256, 300]))
    return [tree(r, depth - 1) for _ in range(r.randrange(5))]


def shown(item):
    return "0x" + item.hex() if isinstance(item, bytes) else [shown(each) for each in item]


TYPES = ["address", "uint8", "uint40", "uint64", "uint128", "uint256", "bytes4", "bytes32", "bool",
         "bytes", "string"]
TEXTS = ["", "a", "Tolsey Dollar", "Zoë 日本 🦉", "x" * 31, "x" * 32, "x" * 33]


def argument(kind, r):
    if kind == "address":
        return "0x" + r.randbytes(20).hex()
    if kind.startswith("uint"):
        bits = int(kind[4:])
        return r.choice([0, 1, 2**bits - 1, r.randrange(2**bits)])
    if kind == "bool":
        return r.random() < 0.5
    if kind == "string":
        return r.choice(TEXTS)
    if kind == "bytes":
        return r.randbytes(r.choice([0, 1, 31, 32, 33, 100]))
    return r.randbytes(int(kind[5:]))


def call(r):
    types = [r.choice(TYPES) for _ in range(r.randrange(6))]
    values = [argument(kind, r) for kind in types]
    flat = ["0x" + v.hex() if isinstance(v, bytes) else v if isinstance(v, (str, bool)) else str(v)
            for v in values]
    signature = "f(" + ",".join(types) + ")"
    return {"types": types, "values": flat, "selector": "0x" + keccak(text=signature)[:4].hex(),
            "encoded": "0x" + encode(types, values).hex()}


def main():
    r = random.Random(155)
    cases = {
        "transactions": [transaction(r) for _ in range(150)],
        "rlp": [{"item": shown(t), "encoded": "0x" + rlp.encode(t).hex()}
                for t in (tree(r, 4) for _ in range(60))],
        "calls": [call(r) for _ in range(100)],
    }
    text = "{\n" + ",\n".join(
        json.dumps(name) + ": [\n" + ",\n".join(
            json.dumps(c, ensure_ascii=False, separators=(",", ":")) for c in rows) + "\n]"
        for name, rows in cases.items()) + "\n}\n"
    if "--check" in sys.argv[1:]:
        same = FILE.read_text(encoding="utf-8") == text
        print("the cases " + ("equal" if same else "differ from") + f" {FILE.name}")
        sys.exit(0 if same else 1)
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(text, encoding="utf-8")
    print(f"{sum(map(len, cases.values()))} cases, {len(text.encode())} bytes")


if __name__ == "__main__":
    main()
