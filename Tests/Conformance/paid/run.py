"""The unchanged `openai` client over x402's httpx transport buys from Tolsey's paid doors.

usage: run.py TOLSEY

Starts a node, a text model at a price and a seller of runs, buys as agents do, and tries what
thieves try. The last line counts.
"""
import asyncio
import base64
import json
import os
import pathlib
import secrets
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

import httpx
import openai
from eth_account import Account
from x402 import x402Client
from x402.http.clients import x402HttpxClient
from x402.mechanisms.evm.exact import ExactEvmScheme

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import bonds  # noqa: E402
import vouchers  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[3]
DOLLAR = "0x7015e90000000000000000000000000000000001"
PRICE = 10_000
passed, failed = 0, 0


def check(name, holds, seen=""):
    global passed, failed
    if holds:
        passed += 1
    else:
        failed += 1
    print(f"ok    {name}" if holds else f"FAIL  {name} {seen}", flush=True)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def tolsey(*words):
    return subprocess.run([sys.argv[1], *map(str, words)], capture_output=True, text=True)


class Program:
    """A command that stays, and what it says when it is ready."""

    def __init__(self, *words):
        self.process = subprocess.Popen(
            [sys.argv[1], *map(str, words), "--json"], stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True)
        ready = json.loads(self.process.stdout.readline())
        self.ready = ready.get("data", ready)

    def stop(self, how=signal.SIGINT):
        if self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(timeout=600)


def unpack(header):
    return json.loads(base64.b64decode(header)) if header else None


def pack(document):
    return base64.b64encode(json.dumps(document).encode()).decode()


class Buyer:
    """Signs payments by hand, so that one payment can be shown twice."""

    def __init__(self, key):
        self.account = Account.from_key(key)

    def payment(self, challenge, **changes):
        wanted = challenge["accepts"][0] | changes
        a = {
            "from": self.account.address, "to": wanted["payTo"], "value": wanted["amount"],
            "validAfter": "0", "validBefore": str(int(time.time()) + 300),
            "nonce": "0x" + secrets.token_hex(32),
        }
        types = [("from", "address"), ("to", "address"), ("value", "uint256"),
                 ("validAfter", "uint256"), ("validBefore", "uint256"), ("nonce", "bytes32")]
        signed = self.account.sign_typed_data(
            domain_data={"name": "Tolsey Dollar", "version": "1",
                         "chainId": int(wanted["network"].split(":")[1]),
                         "verifyingContract": wanted["asset"]},
            message_types={
                "TransferWithAuthorization": [{"name": n, "type": t} for n, t in types]},
            message_data=a | {k: int(a[k]) for k in ("value", "validAfter", "validBefore")})
        signature = "0x" + signed.signature.hex().removeprefix("0x")
        return pack({"x402Version": 2, "accepted": wanted,
                     "payload": {"authorization": a, "signature": signature}})


def wallet(key, network, most):
    client = x402Client()
    client.register("eip155:*", ExactEvmScheme(Account.from_key(key)))
    client.set_spend_controls({"allowed_assets": [{
        "network": network, "asset": DOLLAR, "max_amount_per_payment": str(most)}]})
    return client


class Market:
    def __init__(self, work):
        self.node = Program("up", "--port", free_port(), "--data", work + "/net")
        self.url = self.node.ready["url"]
        self.network = f"eip155:{self.node.ready['chainId']}"
        self.keys = [entry["key"] for entry in self.node.ready["accounts"]]
        self.payee = Account.from_key(self.keys[1]).address
        gpt = ROOT / "Examples/gpt"
        added = tolsey("model", "add", gpt / "gpt.onnx", "--calibrate", gpt / "calibration.npy",
                       "--json")
        self.model = json.loads(added.stdout)["data"]["id"]

    def balance(self, address):
        found = httpx.get(f"{self.url}/api/accounts/{address.lower()}", timeout=600)
        return found.json()["balance"]

    def serve(self, port=0, *more):
        return Program(
            "model", "serve", self.model, "--alphabet", ROOT / "Examples/gpt/alphabet.json",
            "--name", "gpt", "--port", port, "--price", "0.01", "--pay-to", self.payee,
            "--node", self.url, *more)


def said(most, **more):
    return dict(model="gpt", max_tokens=most,
                messages=[{"role": "user", "content": "The hacker said"}], **more)


async def flagship(market, url):
    """An unmodified openai client buys, whole and streamed."""
    key = market.keys[2]
    payer = Account.from_key(key).address
    had, got = market.balance(payer), market.balance(market.payee)
    async with x402HttpxClient(wallet(key, market.network, 20_000), timeout=600) as http:
        client = openai.AsyncOpenAI(base_url=url, api_key="none", http_client=http)
        answer = await client.chat.completions.with_raw_response.create(**said(30, seed=5))
        whole = answer.parse()
        text = whole.choices[0].message.content
        check("an unmodified client buys an answer", len(text) == 30, whole)
        told = unpack(answer.headers.get("payment-response"))
        check("and is told what it paid", told and told["success"] and told["payer"] == payer, told)
        known = httpx.get(f"{market.url}/api/messages/{told['transaction']}", timeout=600).json()
        check("the transaction is on the ledger", known["outcome"]["done"], known)
        stream = await client.chat.completions.create(
            **said(30, seed=5, stream=True, stream_options={"include_usage": True}))
        chunks = [chunk async for chunk in stream]
        pieces = [c.choices[0].delta.content or "" for c in chunks if c.choices]
        check("it buys a stream", "".join(pieces) == text, pieces)
        check("with its usage", chunks[-1].usage.completion_tokens == 30, chunks[-1])
        models = [m.id async for m in await client.models.list()]
        check("models cost nothing", models == ["gpt"], models)
    check("two answers, two prices", had - market.balance(payer) == 2 * PRICE)
    check("and the payee has them", market.balance(market.payee) - got == 2 * PRICE)
    async with x402HttpxClient(wallet(key, market.network, PRICE - 1), timeout=600) as http:
        client = openai.AsyncOpenAI(
            base_url=url, api_key="none", http_client=http, max_retries=0)
        try:
            await client.chat.completions.create(**said(5))
            check("a client's own limit holds", False)
        except Exception:
            check("a client's own limit holds", market.balance(payer) == had - 2 * PRICE)


def without_money(url):
    client = openai.OpenAI(base_url=url, api_key="none", max_retries=0)
    try:
        client.chat.completions.create(**said(5))
        check("without a wallet it is refused", False)
    except openai.APIStatusError as error:
        check("without a wallet it is refused",
              (error.status_code, error.code) == (402, "payment_required"), error)
    try:
        client.chat.completions.create(**said(5) | {"model": "other"})
    except openai.NotFoundError as error:
        check("an unknown model is not sold", error.code == "model_not_found")


def thieves(market, url):
    buyer = Buyer(market.keys[3])
    chat, body = url + "/chat/completions", said(10)
    had = market.balance(buyer.account.address)

    def post(payment=None, body=body, at=chat):
        headers = {"PAYMENT-SIGNATURE": payment} if payment else {}
        return httpx.post(at, json=body, headers=headers, timeout=600)

    challenge = unpack(post().headers["payment-required"])
    check("the price is ours", challenge["accepts"][0]["amount"] == str(PRICE), challenge)
    payment = buyer.payment(challenge)
    first, again = post(payment), post(payment)
    check("the same payment, the same answer",
          first.status_code == 200 and again.content == first.content, again.text)
    other = post(payment, body=said(11))
    check("another body gets nothing", other.status_code == 409, other.text)
    check("and no client tries again by itself", other.headers.get("x-should-retry") == "false")
    bare = {"model": "gpt", "prompt": "x", "max_tokens": 10}
    check("another URL gets nothing",
          post(payment, body=bare, at=url + "/completions").status_code == 409)
    check("another method gets nothing", httpx.put(
        chat, json=body, headers={"PAYMENT-SIGNATURE": payment}, timeout=600).status_code == 404)
    cheap = post(buyer.payment(challenge, amount="1"))
    check("a price from the client is none", cheap.status_code == 402, cheap.text)
    mine = post(buyer.payment(challenge, payTo=buyer.account.address))
    check("a payee from the client is none", mine.status_code == 402, mine.text)
    poor = Buyer("0x" + secrets.token_hex(32))
    check("who has no money gets nothing", post(poor.payment(challenge)).status_code == 402)
    check("no payment at all", post("nonsense").status_code == 400)
    check("one price was paid", had - market.balance(buyer.account.address) == PRICE)


def killed(market, seller, port):
    """The seller dies while it makes an answer, and after it took the money."""
    buyer = Buyer(market.keys[4])
    chat = f"http://127.0.0.1:{port}/v1/chat/completions"
    had = market.balance(buyer.account.address)

    def post(body, payment=None):
        headers = {"PAYMENT-SIGNATURE": payment} if payment else {}
        return httpx.post(chat, json=body, headers=headers, timeout=600)

    for name, streams in [("while it makes an answer", False), ("after it was paid", True)]:
        body = said(800, stream=streams)
        before = market.balance(buyer.account.address)
        payment = buyer.payment(unpack(post(body).headers["payment-required"]))
        if streams:
            # Its first byte comes after the settlement.
            with httpx.stream("POST", chat, json=body, timeout=600,
                              headers={"PAYMENT-SIGNATURE": payment}) as answer:
                next(answer.iter_bytes())
                seller.stop(signal.SIGKILL)
            check("it was paid when it died", before - market.balance(
                buyer.account.address) == PRICE)
        else:
            thread = threading.Thread(target=lambda: ended(lambda: post(body, payment)))
            thread.start()
            time.sleep(0.5)
            seller.stop(signal.SIGKILL)
            thread.join()
        seller = market.serve(port)
        check(f"killed {name}: another request gets nothing",
              not streams or post(said(801), payment).status_code == 409)
        answer = post(body, payment)
        check(f"killed {name}: the answer comes", answer.status_code == 200, answer.text)
        check(f"killed {name}: one price",
              before - market.balance(buyer.account.address) == PRICE)
    check("two answers, two prices", had - market.balance(buyer.account.address) == 2 * PRICE)
    return seller


def ended(call):
    try:
        call()
    except httpx.HTTPError:
        pass


def by_token(market):
    seller = market.serve(0, "--per", "token")
    try:
        url = seller.ready["url"] + "/chat/completions"
        few, more = [
            unpack(httpx.post(url, json=said(n), timeout=600).headers["payment-required"])[
                "accepts"][0]["amount"]
            for n in (1, 7)]
        check("a price by token", (few, more) == (str(PRICE), str(7 * PRICE)), (few, more))
    finally:
        seller.stop()


def digit():
    """One sample of Examples/digits, as the JSON that the command line takes."""
    raw = (ROOT / "Examples/digits/digits.npy").read_bytes()
    start = 10 + struct.unpack("<H", raw[8:10])[0]
    return {"input_data": [list(raw[start:start + 64])]}


def verify(path, document):
    path.write_text(json.dumps(document))
    return tolsey("receipt", "verify", path, "--json")


def sealed(url, answer, signed, path):
    """The payment in its block, behind the answer's second link."""
    got = httpx.get(urllib.parse.urljoin(url, answer.headers["tolsey-sealed"]), timeout=600)
    path.write_bytes(got.content)
    judged = tolsey("receipt", "verify", path, "--known", "--json")
    data = json.loads(judged.stdout).get("data", {})
    check("its sealed receipt verifies offline", judged.returncode == 0 and data.get("sealed")
          and data["paid"] == 20_000 and data["transaction"] == signed["transaction"]
          and data["signedBy"]["height"] > 0, (got.status_code, data))
    raw = bytearray(got.content)
    for place in range(0, len(raw), 97):
        raw[place] ^= 1
        path.write_bytes(bytes(raw))
        code = tolsey("receipt", "verify", path).returncode
        check(f"bit 0 of byte {place} of the seal changed", code == 65, code)
        raw[place] ^= 1
    none = httpx.get(urllib.parse.urljoin(url, "/receipts/00/sealed"), timeout=600)
    check("nobody guesses a link", none.status_code == 404, none.text)


async def runs(market, work):
    """A seller's runs at one URL, each with its signed receipt."""
    digits = ROOT / "Examples/digits"
    added = tolsey("model", "add", digits / "digits.onnx", "--calibrate",
                   digits / "calibration.npy", "--json")
    model = json.loads(added.stdout)["data"]["id"]
    tolsey("key", "new", "seller")
    tolsey("account", "fund", "seller", "--node", market.url)
    seller = Program("sell", "--model", model, "--price", "0.02", "--key", "seller", "--http", 0,
                     "--node", market.url)
    try:
        url = seller.ready["url"]
        listed = httpx.get(url.rsplit("/", 1)[0], timeout=600).json()["runs"]
        check("runs are listed with their price",
              [(r["url"], r["price"]) for r in listed] == [(url, 20_000)], listed)
        unread = httpx.post(url, json={"input_data": [[1]]}, timeout=600)
        check("an input that is none is not sold", unread.status_code == 400, unread.text)
        had = market.balance(Account.from_key(market.keys[5]).address)
        async with x402HttpxClient(wallet(market.keys[5], market.network, 20_000), timeout=600) as http:
            answer = await http.post(url, json=digit(), timeout=600)
        check("a run is bought", answer.status_code == 200, answer.text)
        check("for its price",
              had - market.balance(Account.from_key(market.keys[5]).address) == 20_000)
        bought = answer.json()
        told = unpack(answer.headers["payment-response"])
        path = pathlib.Path(work) / "answer.json"
        good = verify(path, bought)
        data = json.loads(good.stdout)["data"]
        check("its receipt verifies offline", good.returncode == 0, good.stdout)
        check("and names provider, payment and answer",
              (data["provider"], data["transaction"], data["isAnswer"], data["trust"])
              == (seller.ready["provider"], told["transaction"], True, "provider"), data)
        other = dict(bought, values=[bought["values"][0] + 1, *bought["values"][1:]])
        check("another answer is refused", verify(path, other).returncode == 65)
        raw = bytearray(base64.b64decode(bought["receipt"]))
        for place in range(0, len(raw), 29):
            raw[place] ^= 1
            changed = dict(bought, receipt=base64.b64encode(bytes(raw)).decode())
            code = verify(path, changed).returncode
            check(f"bit 0 of byte {place} changed", code == 65, code)
            raw[place] ^= 1
        bare = pathlib.Path(work) / "run.receipt"
        bare.write_bytes(bytes(raw))
        check("the bare receipt verifies", tolsey("verify", bare).returncode == 0)
        sealed(url, answer, data, path.with_name("run.sealed"))
        check("it is not an operator's word", tolsey("verify", bare, "--known").returncode == 65)
    finally:
        seller.stop()


def main():
    with tempfile.TemporaryDirectory() as work:
        os.environ["TOLSEY_HOME"] = work + "/home"
        market = Market(work)
        port = free_port()
        seller = market.serve(port)
        try:
            asyncio.run(flagship(market, seller.ready["url"]))
            without_money(seller.ready["url"])
            thieves(market, seller.ready["url"])
            seller = killed(market, seller, port)
            seller.stop()
            by_token(market)
            asyncio.run(runs(market, work))
            vouchers.run(check, market, work, tolsey, Program, free_port(), digit())
            bonds.run(check, market, work, tolsey, Program, digit())
        finally:
            seller.stop()
            market.node.stop()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
