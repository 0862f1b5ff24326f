#!/usr/bin/env python3
"""x402's own client and server against a Tolsey node as facilitator: run.py TOLSEY_BINARY

Starts a node and a seller, pays as agents do, and tries what thieves try. The last line counts.
"""

import asyncio
import base64
import copy
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
from eth_account import Account
from x402 import x402Client
from x402.extensions.bazaar import with_bazaar
from x402.http import FacilitatorConfig, HTTPFacilitatorClientSync
from x402.http.clients import x402HttpxClient
from x402.mechanisms.evm.exact import ExactEvmScheme

import channels

HERE = Path(__file__).resolve().parent
DOLLAR = "0x7015e90000000000000000000000000000000001"
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
REASON = "invalid_exact_evm_payload_"

passed, failed = 0, []


def check(name, good, seen=""):
    global passed
    if good:
        passed += 1
        print(f"ok   {name}", flush=True)
    else:
        failed.append(name)
        print(f"FAIL {name}: {seen}", flush=True)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Node:
    """A node whose folder outlives it."""

    def __init__(self, binary, folder):
        self.binary, self.folder = binary, folder
        self.port = free_port()
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            [self.binary, "up", "--port", str(self.port), "--data", self.folder, "--json"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )
        ready = json.loads(self.process.stdout.readline())
        self.ready = ready.get("data", ready)
        self.url = self.ready["url"]
        self.chain_id = self.ready["chainId"]
        self.keys = [entry["key"] for entry in self.ready["accounts"]]

    def stop(self, how=signal.SIGINT):
        self.process.send_signal(how)
        self.process.wait(timeout=600)

    def balance(self, address):
        answer = httpx.get(f"{self.url}/api/accounts/{address.lower()}", timeout=600)
        if answer.status_code == 404:
            return 0
        return answer.json()["balance"]


def unpack(header):
    return json.loads(base64.b64decode(header)) if header else None


def pack(document):
    return base64.b64encode(json.dumps(document).encode()).decode()


class Buyer:
    """Signs payments by hand, so that each field can be wrong."""

    def __init__(self, key, chain_id):
        self.account = Account.from_key(key)
        self.chain_id = chain_id

    def requirements(self, pay_to, amount=10_000, **changes):
        return {
            "scheme": "exact", "network": f"eip155:{self.chain_id}", "asset": DOLLAR,
            "amount": str(amount), "payTo": pay_to, "maxTimeoutSeconds": 60,
            "extra": {"name": "Tolsey Dollar", "version": "1"},
        } | changes

    def payment(self, wanted, asset=None, chain_id=None, name=None, **changes):
        a = {
            "from": self.account.address, "to": wanted["payTo"], "value": wanted["amount"],
            "validAfter": "0", "validBefore": str(int(time.time()) + 60),
            "nonce": "0x" + secrets.token_hex(32),
        } | changes
        return {
            "x402Version": 2, "accepted": wanted,
            "payload": {
                "authorization": a,
                "signature": self.sign(a, asset or wanted["asset"], chain_id, name),
            },
        }

    def sign(self, a, asset, chain_id=None, name=None):
        types = [
            ("from", "address"), ("to", "address"), ("value", "uint256"),
            ("validAfter", "uint256"), ("validBefore", "uint256"), ("nonce", "bytes32"),
        ]
        signed = self.account.sign_typed_data(
            domain_data={
                "name": name or "Tolsey Dollar", "version": "1",
                "chainId": chain_id or self.chain_id, "verifyingContract": asset,
            },
            message_types={
                "TransferWithAuthorization": [{"name": n, "type": t} for n, t in types]
            },
            message_data=a
            | {k: int(a[k]) for k in ("value", "validAfter", "validBefore")},
        )
        return "0x" + signed.signature.hex().removeprefix("0x")


class Facilitator:
    def __init__(self, url):
        self.url = url

    def post(self, path, payment, wanted):
        body = {"x402Version": 2, "paymentPayload": payment, "paymentRequirements": wanted}
        return httpx.post(f"{self.url}/{path}", json=body, timeout=600)

    def verify(self, payment, wanted):
        return self.post("verify", payment, wanted).json()

    def settle(self, payment, wanted):
        return self.post("settle", payment, wanted).json()


def high_s(signature):
    raw = bytes.fromhex(signature[2:])
    s = ORDER - int.from_bytes(raw[32:64], "big")
    return "0x" + (raw[:32] + s.to_bytes(32, "big") + bytes([55 - raw[64]])).hex()


def client(key, chain_id, most="1000000"):
    c = x402Client()
    c.register("eip155:*", ExactEvmScheme(Account.from_key(key)))
    c.set_spend_controls({
        "allowed_assets": [{
            "network": f"eip155:{chain_id}", "asset": DOLLAR, "max_amount_per_payment": most,
        }]
    })
    return c


async def happy_path(node, shop, pay_to):
    key = node.keys[0]
    payer = Account.from_key(key).address
    had, seller_had = node.balance(payer), node.balance(pay_to)
    async with x402HttpxClient(client(key, node.chain_id), base_url=shop, timeout=600) as http:
        answer = await http.get("/weather")
        check("an unmodified client buys", answer.status_code == 200, answer.text)
        told = unpack(answer.headers.get("payment-response"))
        check("and is told what it paid", told and told["success"] and told["payer"] == payer, told)
        posted = await http.post("/echo", json={"hello": 1})
        check("a body arrives unchanged", posted.json() == {"hello": 1}, posted.text)
    check("the payer paid both prices", had - node.balance(payer) == 35_000, node.balance(payer))
    check("the seller got all of it", node.balance(pay_to) - seller_had == 35_000)
    known = httpx.get(f"{node.url}/api/messages/{told['transaction']}", timeout=600).json()
    check("the transaction is a message that was done", known["outcome"]["done"], known)
    check("of the facilitator's", known["message"]["kind"] == "PayAuthorised", known)
    async with x402HttpxClient(client(key, node.chain_id, "9999"), base_url=shop, timeout=600) as http:
        try:
            answer = await http.get("/weather")
            check("a client's own limit holds", answer.status_code == 402, answer.text)
        except Exception:
            check("a client's own limit holds", True)


def through_the_seller(node, shop, buyer, pay_to):
    """Payments that the seller's middleware must turn away."""
    unpaid = httpx.get(f"{shop}/weather", timeout=600)
    offered = unpack(unpaid.headers["payment-required"])["accepts"][0]
    check("the offer is ours", offered["asset"].lower() == DOLLAR, offered)

    def pay(payment):
        answer = httpx.get(
            f"{shop}/weather", headers={"PAYMENT-SIGNATURE": pack(payment)}, timeout=600)
        told = unpack(answer.headers.get("payment-required")) or {}
        result = unpack(answer.headers.get("payment-response")) or {}
        return answer.status_code, told.get("error") or result.get("errorReason")

    good = buyer.payment(offered)
    check("a payment signed by hand", pay(good)[0] == 200)
    check("the same again is refused", pay(good)[0] == 402, pay(good))

    def refused(name, payment, reason=None):
        status, error = pay(payment)
        check(name, status == 402 and (reason is None or reason in (error or "")), (status, error))

    changed = copy.deepcopy(buyer.payment(offered))
    changed["payload"]["authorization"]["value"] = "1"
    refused("a value changed after it was signed", changed, "value_mismatch")
    refused("a smaller value, signed", buyer.payment(offered, value="9999"), "value_mismatch")
    cheap = offered | {"amount": "1"}
    refused("a price from the client's echo", buyer.payment(cheap))
    mine = buyer.account.address
    refused("another payee", buyer.payment(offered, to=mine), "recipient_mismatch")
    refused("a payee from the echo", buyer.payment(offered | {"payTo": mine}))
    refused("another network", buyer.payment(offered | {"network": "eip155:1"}))
    elsewhere = buyer.payment(offered, chain_id=1)
    refused("signed for another chain", elsewhere, REASON + "signature")
    now = int(time.time())
    refused("expired", buyer.payment(offered, validBefore=str(now - 1)), "valid_before")
    refused("about to expire", buyer.payment(offered, validBefore=str(now + 3)), "valid_before")
    refused("not yet valid", buyer.payment(offered, validAfter=str(now + 30)), "valid_after")
    mirrored = buyer.payment(offered)
    mirrored["payload"]["signature"] = high_s(mirrored["payload"]["signature"])
    refused("the higher s", mirrored, REASON + "signature")
    fake = offered | {"asset": "0x7015e90000000000000000000000000000000002"}
    refused("an asset that looks alike", buyer.payment(fake))
    stranger = Buyer("0x" + secrets.token_hex(32), node.chain_id)
    refused("a payer without money", stranger.payment(offered), "insufficient_balance")
    someone = buyer.payment(offered)
    someone["payload"]["authorization"]["from"] = stranger.account.address
    refused("another's name", someone, REASON + "signature")
    refused("no signature", {**good, "payload": {**good["payload"], "signature": "0x"}})


def at_the_facilitator(node, facilitator, buyer, pay_to):
    wanted = buyer.requirements(pay_to)

    def says(name, payment, requirements, reason):
        answer = facilitator.post("verify", payment, requirements)
        verdict = answer.json()
        good = answer.status_code == 200 and verdict["isValid"] is False
        check(f"verify: {name}", good and verdict.get("invalidReason") == reason, verdict)
        settled = facilitator.settle(payment, requirements)
        good = settled["success"] is False and settled.get("errorReason") == reason
        check(f"settle: {name}", good, settled)
        check(f"no nulls: {name}", None not in verdict.values() and None not in settled.values())

    look_alike = buyer.requirements(
        pay_to, asset="0x7015e90000000000000000000000000000000009")
    says("look-alike", buyer.payment(look_alike), look_alike, "asset_not_deployed_contract")
    other = buyer.requirements(pay_to, network="eip155:1")
    says("another network", buyer.payment(other, chain_id=1), other, "invalid_network")
    says("mismatch of networks", buyer.payment(other), wanted, "network_mismatch")
    bare = buyer.requirements(pay_to)
    del bare["extra"]
    says("no domain", buyer.payment(bare), bare, "missing_eip712_domain")
    named = buyer.requirements(pay_to, extra={"name": "USDC", "version": "1"})
    says("another name", buyer.payment(named, name="USDC"), named,
         "invalid_exact_evm_token_name_mismatch")
    upto = buyer.requirements(pay_to, scheme="upto")
    says("another scheme", buyer.payment(upto), upto, "unsupported_scheme")
    far = buyer.payment(wanted, validBefore=str(int(time.time()) + 200_000))
    says("too far ahead", far, wanted, REASON + "authorization_valid_before")
    huge = buyer.requirements(pay_to, amount=2**200)
    says("more than there is", buyer.payment(huge), huge,
         "invalid_exact_evm_insufficient_balance")
    says("nonsense", {"x402Version": 2, "accepted": wanted, "payload": {}}, wanted,
         "invalid_payload")
    check("what is no JSON is a bad request",
          httpx.post(f"{facilitator.url}/verify", content="{",
                     headers={"content-type": "application/json"}, timeout=600).status_code == 400)


def twice(node, facilitator, buyer, pay_to):
    wanted = buyer.requirements(pay_to)
    had = node.balance(pay_to)
    lost = buyer.payment(wanted)
    check("verified", facilitator.verify(lost, wanted).get("isValid"))
    first, again = facilitator.settle(lost, wanted), facilitator.settle(lost, wanted)
    check("settled twice: the original transaction",
          first["success"] and again["success"] and again["transaction"] == first["transaction"],
          (first, again))
    check("paid once", node.balance(pay_to) - had == 10_000)
    check("verify says that it is used",
          facilitator.verify(lost, wanted)["invalidReason"].endswith("nonce_already_used"))
    double = buyer.payment(wanted)
    facilitator.verify(double, wanted)
    facilitator.verify(double, wanted)
    first, again = facilitator.settle(double, wanted), facilitator.settle(double, wanted)
    check("two sales of one payment: one counts",
          first["success"] and not again["success"]
          and again["transaction"] == first["transaction"], (first, again))
    parity = buyer.payment(wanted)
    raw = bytes.fromhex(parity["payload"]["signature"][2:])
    parity["payload"]["signature"] = "0x" + (raw[:64] + bytes([raw[64] - 27])).hex()
    check("a parity from 0 is taken", facilitator.settle(parity, wanted)["success"])


async def at_once(node, facilitator, buyer, pay_to):
    """Many settlements of one payment and many payments beside each other."""
    wanted = buyer.requirements(pay_to)
    had = node.balance(pay_to)
    one = buyer.payment(wanted)
    many = [buyer.payment(wanted) for _ in range(20)]
    bodies = [one] * 10 + many
    async with httpx.AsyncClient(timeout=600) as http:
        answers = await asyncio.gather(*(
            http.post(f"{facilitator.url}/settle", json={
                "x402Version": 2, "paymentPayload": p, "paymentRequirements": wanted})
            for p in bodies))
    told = [a.json() for a in answers]
    check("one payment, ten at once: one transaction",
          len({t["transaction"] for t in told[:10]}) == 1, told[:10])
    check("twenty payments beside each other", all(t["success"] for t in told[10:]), told)
    check("and the money adds up", node.balance(pay_to) - had == 21 * 10_000)


def killed(node, facilitator, buyer, pay_to):
    """The node dies between verify and settle, and again after it: nothing lost, nothing twice."""
    wanted = buyer.requirements(pay_to)
    had = node.balance(pay_to)
    payment = buyer.payment(wanted)
    check("verified before the end", facilitator.verify(payment, wanted)["isValid"])
    node.stop(signal.SIGKILL)
    node.start()
    first = facilitator.settle(payment, wanted)
    check("settled after the restart", first["success"], first)
    node.stop(signal.SIGKILL)
    node.start()
    again = facilitator.settle(payment, wanted)
    check("the same transaction after another",
          again["success"] and again["transaction"] == first["transaction"], again)
    check("one payment", node.balance(pay_to) - had == 10_000)


def found(node, facilitator, buyer, pay_to):
    supported = httpx.get(f"{facilitator.url}/supported", timeout=600).json()
    check("supported", supported["kinds"] == [
        {"x402Version": 2, "scheme": scheme, "network": f"eip155:{node.chain_id}"}
        for scheme in ("exact", "batch-settlement")], supported)
    wanted = buyer.requirements(pay_to)
    payment = buyer.payment(wanted) | {
        "resource": {"url": "https://shop.example/weather", "description": "clear skies",
                     "mimeType": "application/json"},
        "extensions": {"bazaar": {"info": {"input": {"type": "http", "method": "GET"}}}},
    }
    check("a listed sale", facilitator.settle(payment, wanted)["success"])
    bazaar = with_bazaar(HTTPFacilitatorClientSync(FacilitatorConfig(url=facilitator.url)))
    listed = bazaar.extensions.bazaar.list_resources()
    check("it can be found", [i.resource for i in listed.items] == [payment["resource"]["url"]],
          listed)
    from x402.extensions.bazaar import SearchDiscoveryResourcesParams as Search
    hit = bazaar.extensions.bazaar.search(Search(query="Clear skies"))
    miss = bazaar.extensions.bazaar.search(Search(query="rain"))
    check("by its words", len(hit.resources) == 1 and not miss.resources, (hit, miss))


def main():
    with tempfile.TemporaryDirectory() as work:
        os.environ["TOLSEY_HOME"] = work + "/home"
        node = Node(sys.argv[1], work + "/net")
        facilitator = Facilitator(node.url + "/x402")
        pay_to = Account.from_key(node.keys[1]).address
        buyer = Buyer(node.keys[2], node.chain_id)
        port = free_port()
        seller = subprocess.Popen([
            sys.executable, HERE / "seller.py", str(port), facilitator.url, str(node.chain_id),
            pay_to])
        shop = f"http://127.0.0.1:{port}"
        try:
            for _ in range(6_000):
                try:
                    httpx.get(shop + "/served", timeout=600)
                    break
                except httpx.TransportError:
                    time.sleep(0.1)
            asyncio.run(happy_path(node, shop, pay_to))
            through_the_seller(node, shop, buyer, pay_to)
            served = httpx.get(shop + "/served", timeout=600).json()
            check("every answer was paid for", served == {
                "weather": 2, "echo": 1, "page": 0}, served)
            at_the_facilitator(node, facilitator, buyer, pay_to)
            twice(node, facilitator, buyer, pay_to)
            asyncio.run(at_once(node, facilitator, buyer, pay_to))
            found(node, facilitator, buyer, pay_to)
            channels.run(check, node, shop, facilitator, pay_to)
            killed(node, facilitator, buyer, pay_to)
        finally:
            seller.terminate()
            seller.wait()
            node.stop()
    for name in failed:
        print(f"failed: {name}")
    print(f"{passed} passed, {len(failed)} failed")
    sys.exit(1 if failed else 0)


main()
