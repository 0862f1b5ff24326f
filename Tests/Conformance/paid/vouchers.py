"""One deposit and many vouchers: the unchanged `openai` client at Tolsey's paid doors.

Called by run.py with a market that is up.
"""
import asyncio
import base64
import copy
import json
import os
import pathlib
import signal
import sys
import time

import httpx
import openai
from eth_account import Account
from x402 import x402Client
from x402.http.clients import x402HttpxClient
from x402.mechanisms.evm.batch_settlement.abi import BATCH_SETTLEMENT_ABI
from x402.mechanisms.evm.batch_settlement.authorizer_signer import LocalAuthorizerSigner
from x402.mechanisms.evm.batch_settlement.client import BatchSettlementEvmScheme
from x402.mechanisms.evm.batch_settlement.client.refund import RefundOptions
from x402.mechanisms.evm.batch_settlement.constants import BATCH_SETTLEMENT_ADDRESS
from x402.mechanisms.evm.signers import EthAccountSignerWithRPC

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "x402"))
from channels import Payer, high_s  # noqa: E402

DOLLAR = "0x7015e90000000000000000000000000000000001"
PRICE = 10_000
MISMATCH = "invalid_batch_settlement_evm_cumulative_amount_mismatch"


def unpack(header):
    return json.loads(base64.b64decode(header)) if header else None


def pack(document):
    return base64.b64encode(json.dumps(document).encode()).decode()


def said(most, **more):
    return dict(model="gpt", max_tokens=most,
                messages=[{"role": "user", "content": "The hacker said"}], **more)


class Shop:
    """A seller whose key is here, so that it takes vouchers."""

    def __init__(self, market, tolsey, program, port, name="vouchers"):
        self.market, self.tolsey, self.program, self.port = market, tolsey, program, port
        tolsey("key", "new", name)
        tolsey("account", "fund", name, "--node", market.url)
        shown = json.loads(tolsey("key", "address", name, "--json").stdout)
        self.name, self.payee = name, shown["data"]["address"]
        self.process = None

    def open(self, *more):
        root = pathlib.Path(__file__).resolve().parents[3]
        self.process = self.program(
            "model", "serve", self.market.model,
            "--alphabet", root / "Examples/gpt/alphabet.json", "--name", "gpt",
            "--port", self.port, "--price", "0.01", "--pay-to", self.name,
            "--node", self.market.url, *more)
        self.url = self.process.ready["url"]

    @property
    def had(self):
        return self.market.balance(self.payee)


class Wallet:
    """x402's own client with its channel scheme, and nothing of ours."""

    def __init__(self, market, key, most=2 * PRICE, rpc=True):
        self.market, self.account = market, Account.from_key(key)
        signer = EthAccountSignerWithRPC(self.account, market.url + "/rpc") if rpc else self.account
        self.scheme = BatchSettlementEvmScheme(signer)
        self.client = x402Client()
        self.client.register("eip155:*", self.scheme)
        self.client.set_spend_controls({"allowed_assets": [{
            "network": market.network, "asset": DOLLAR, "max_amount_per_payment": str(most)}]})

    @property
    def had(self):
        return self.market.balance(self.account.address)

    def http(self):
        return x402HttpxClient(self.client, timeout=600)


def openai_over(http, shop):
    return openai.AsyncOpenAI(
        base_url=shop.url, api_key="none", http_client=http, max_retries=0)


async def stream(client, most, **more):
    """The text of a stream, with the fields of its answer."""
    raw = await client.chat.completions.with_raw_response.create(**said(most, stream=True, **more))
    text = ""
    async for chunk in raw.parse():
        if chunk.choices:
            text += chunk.choices[0].delta.content or ""
    return text, raw.headers


def receipt(shop, headers, path, tolsey):
    """What `tolsey receipt verify` says of the receipt that an answer names."""
    got = httpx.get(shop.url.removesuffix("/v1") + headers["tolsey-receipt"], timeout=600)
    path.write_bytes(got.content)
    verified = tolsey("receipt", "verify", path, "--json")
    return verified.returncode, json.loads(verified.stdout).get("data", {})


async def flagship(check, market, shop, work, tolsey):
    """Streamed chat completions by one deposit and many vouchers, each with a receipt."""
    buyer = Wallet(market, market.keys[6])
    had, got = buyer.had, shop.had
    path = pathlib.Path(work) / "voucher.receipt"
    async with buyer.http() as http:
        client = openai_over(http, shop)
        indices = []
        for number in range(10):
            text, headers = await stream(client, 12, seed=number)
            code, data = receipt(shop, headers, path, tolsey)
            check(f"streamed answer {number} is paid and its receipt verifies",
                  len(text) == 12 and code == 0 and data["price"] == PRICE
                  and data["buyer"] == buyer.account.address and data["provider"] == shop.payee,
                  (text, code, data))
            indices.append(data.get("index"))
            link = headers["tolsey-sealed"]
        check("its runs are counted", indices == list(range(10)), indices)
        check("one deposit left the buyer", had - buyer.had == 10 * PRICE, had - buyer.had)
        check("the seller has vouchers and no money yet", shop.had == got, shop.had - got)
        raw = await client.chat.completions.with_raw_response.create(**said(12))
        told = unpack(raw.headers["payment-response"])
        check("the eleventh tops up", told["transaction"] and had - buyer.had == 20 * PRICE, told)
        check("and is charged its price", told["extra"]["chargedAmount"] == str(PRICE), told)
        code, data = receipt(shop, raw.headers, path, tolsey)
        check("a whole answer has a receipt as well", code == 0 and data["index"] == 10, data)
        raw = path.read_bytes()
        changed = bytearray(raw)
        changed[len(raw) // 2] ^= 1
        path.write_bytes(bytes(changed))
        check("a changed receipt does not verify", tolsey("receipt", "verify", path).returncode == 65)

        both = await asyncio.gather(*(
            client.chat.completions.create(**said(5, seed=n)) for n in (1, 2)),
            return_exceptions=True)
        fine = [a for a in both if not isinstance(a, Exception)]
        check("at once on one channel one after the other is served", len(fine) >= 1, both)
    lost = Wallet(market, market.keys[6])
    async with lost.http() as http:
        text, headers = await stream(openai_over(http, shop), 5)
        check("a client that lost its memory goes on", len(text) == 5)
    check("without a deposit", had - buyer.had == 20 * PRICE)
    runs = 11 + len(fine) + 1
    before = shop.had
    shop.process.stop()
    check("at the end the seller claims all", shop.had - before >= runs * PRICE - 200,
          (shop.had - before, runs))
    claims = claims_of(market)
    kept = pathlib.Path(os.environ["TOLSEY_HOME"]) / "sales"
    check("by one message with the root of its runs, which are kept under it",
          len(claims) == 1 and (kept / f"{claims[0]['content']['root']}.runs").exists(), claims)
    shop.open()
    sealed = httpx.get(shop.url.removesuffix("/v1") + link, timeout=600)
    path.write_bytes(sealed.content)
    verified = tolsey("receipt", "verify", path, "--json")
    data = json.loads(verified.stdout).get("data", {})
    check("after its next start it seals what was claimed",
          verified.returncode == 0 and data.get("sealed") and data["index"] == 9
          and data["signedBy"]["height"] > 0 and not data["isHeld"], (link, sealed.text[:200], data))
    part = await asyncio.to_thread(refund, lost, shop, "20000")
    check("a part is refunded", part.success and part.amount == "20000", part)
    rest = await asyncio.to_thread(refund, lost, shop, None)
    check("and the rest", rest.success, rest)
    check("the buyer has paid for its answers", had - buyer.had == runs * PRICE,
          (had - buyer.had, runs))


def claims_of(market):
    """The claims in all blocks."""
    height = httpx.get(f"{market.url}/api/status", timeout=600).json()["height"]
    found = []
    for block in range(1, height + 1):
        held = httpx.get(f"{market.url}/api/blocks/{block}", timeout=600).json()["block"]
        for item in held["messages"]:
            got = httpx.get(f"{market.url}/api/messages/{item['id']}", timeout=600).json()
            told = got["message"]
            if told["kind"] == "ClaimVouchers":
                found.append(told)
    return found


def refund(wallet, shop, amount):
    return wallet.scheme.refund(shop.url + "/chat/completions", RefundOptions(amount=amount))


async def by_token(check, market, shop, work, tolsey):
    """What was said is charged, not what was allowed."""
    shop.process.stop()
    shop.open("--per", "token")
    buyer = Wallet(market, market.keys[7], most=100 * PRICE)
    path = pathlib.Path(work) / "token.receipt"
    async with buyer.http() as http:
        client = openai_over(http, shop)
        raw = await client.chat.completions.with_raw_response.create(**said(40, stop=[" "], seed=3))
        used = raw.parse().usage.completion_tokens
        told = unpack(raw.headers["payment-response"])["extra"]
        check("less is said than allowed", 0 < used < 40, used)
        check("what was said is charged", told["chargedAmount"] == str(used * PRICE), told)
        code, data = receipt(shop, raw.headers, path, tolsey)
        check("and stands in the receipt", code == 0 and data["price"] == used * PRICE, data)
        text, headers = await stream(client, 40, stop=[" "], seed=3)
        told = unpack(headers["payment-response"])["extra"]
        check("a stream is told at its most", told["chargedAmount"] == str(40 * PRICE), told)
        code, data = receipt(shop, headers, path, tolsey)
        check("and costs what was said", code == 0 and data["price"] == used * PRICE, data)
        raw = await client.chat.completions.with_raw_response.create(**said(40, seed=4))
        told = unpack(raw.headers["payment-response"])["extra"]
        check("the rest is taken off the next",
              told["chargedAmount"] == str(40 * PRICE - (40 - used) * PRICE), told)
    before = shop.had
    shop.process.stop()
    check("the claim is for what was said", shop.had - before > (2 * used + 40) * PRICE - 200
          and shop.had - before < (2 * used + 40) * PRICE, shop.had - before)
    shop.open()


def thieves(check, market, shop):
    """Vouchers by hand: each field wrong once."""
    authorizer = LocalAuthorizerSigner(Account.create())
    payer = Payer(market.keys[8], int(market.network.split(":")[1]), shop.payee, authorizer)
    stranger = Account.create()
    chat = shop.url + "/chat/completions"
    asked = httpx.post(chat, json=said(5), timeout=600).headers["payment-required"]
    offer = next(a for a in unpack(asked)[
        "accepts"] if a["scheme"] == "batch-settlement")
    ours = offer["extra"]["receiverAuthorizer"]
    config = payer.config(
        receiverAuthorizer=ours, withdrawDelay=offer["extra"]["withdrawDelay"])

    def post(payload, body=None, at=chat, accepted=None):
        header = pack({"x402Version": 2, "accepted": accepted or offer, "payload": payload})
        return httpx.post(at, json=body or said(5), headers={"PAYMENT-SIGNATURE": header},
                          timeout=600)

    def voucher(most, config=config, **how):
        return {"type": "voucher", "channelConfig": config,
                "voucher": payer.voucher(config, most, **how)}

    def error(answer):
        return (unpack(answer.headers.get("payment-required")) or {}).get("error")

    first = post(payer.deposit(config, 5 * PRICE, most=PRICE))
    check("a deposit buys its first answer", first.status_code == 200, first.text)
    paid = voucher(2 * PRICE)
    answer, again = post(paid), post(paid)
    check("a voucher buys one answer, as often as it is asked for",
          answer.status_code == 200 and again.content == answer.content, again.text)
    for name, answer in [
        ("with another body", post(paid, body=said(6))),
        ("at another URL", post(paid, {"model": "gpt", "prompt": "x"}, shop.url + "/completions")),
        ("by an old voucher", post(voucher(PRICE))),
        ("by a voucher for too little", post(voucher(2 * PRICE + 1))),
        ("by a voucher that skips", post(voucher(5 * PRICE))),
    ]:
        check(f"nothing is bought {name}", answer.status_code == 402 and error(answer) == MISMATCH,
              (answer.status_code, error(answer)))
    state = unpack(answer.headers["payment-required"])["accepts"][1]["extra"]["channelState"]
    check("the corrective 402 says how it stands",
          state["chargedCumulativeAmount"] == str(2 * PRICE) and state["balance"] == str(5 * PRICE),
          state)
    forged = voucher(3 * PRICE)
    forged["voucher"]["signature"] = high_s(forged["voucher"]["signature"])
    other = payer.config(receiverAuthorizer=stranger.address, withdrawDelay=86_400)
    foreign = payer.config(receiver=stranger.address, receiverAuthorizer=ours,
                           withdrawDelay=86_400)
    quick = payer.config(receiverAuthorizer=ours, withdrawDelay=900)
    for name, payload in [
        ("the higher s", forged),
        ("a stranger's signature", voucher(3 * PRICE, key=stranger)),
        ("another chain's signature", voucher(3 * PRICE, chain_id=1)),
        ("a channel that somebody else may refund", voucher(PRICE, config=other)),
        ("a channel to somebody else", voucher(PRICE, config=foreign)),
        ("a channel with a shorter delay", voucher(PRICE, config=quick)),
        ("a channel without money", voucher(PRICE, config=payer.config(
            receiverAuthorizer=ours, withdrawDelay=86_400))),
    ]:
        answer = post(payload)
        check(f"not taken: {name}", answer.status_code == 402, answer.text)
    for name, change in [
        ("amount", {"amount": "1"}), ("asset", {"asset": stranger.address}),
        ("payee", {"payTo": stranger.address}), ("network", {"network": "eip155:1"}),
    ]:
        answer = post(voucher(3 * PRICE), accepted=copy.deepcopy(offer) | change)
        check(f"not taken: another {name}", answer.status_code == 402, answer.text)
    moved = voucher(3 * PRICE)
    moved["channelConfig"] = dict(config, salt="0x" + "11" * 32)
    check("not taken: another channel's id", post(moved).status_code == 402)
    storm = [post(paid).status_code for _ in range(50)]
    check("a retry storm buys nothing", set(storm) == {200})
    more = post(voucher(3 * PRICE))
    check("and the next voucher is as good as ever", more.status_code == 200, more.text)
    told = unpack(more.headers["payment-response"])["extra"]["channelState"]
    check("three answers, three prices", told["chargedCumulativeAmount"] == str(3 * PRICE), told)
    return payer, config, voucher, post


def killed(check, shop, voucher, post):
    """The seller dies while it makes an answer, and in the middle of a stream."""
    body = said(800)
    before = shop.had
    try:
        header = voucher(4 * PRICE)
        import threading
        thread = threading.Thread(target=lambda: quietly(lambda: post(header, body=body)))
        thread.start()
        time.sleep(0.5)
        shop.process.stop(signal.SIGKILL)
        thread.join()
    finally:
        shop.open()
    answer = post(header, body=body)
    told = (unpack(answer.headers.get("payment-response")) or {}).get("extra", {})
    check("killed while it makes an answer: the same voucher buys it",
          answer.status_code == 200 and told["channelState"]["chargedCumulativeAmount"]
          == str(4 * PRICE), answer.text[:200])
    body = said(800, stream=True)
    header = voucher(5 * PRICE)
    whole = None
    for cut in (True, False):
        request = httpx.Client(timeout=600)
        with request.stream(
            "POST", shop.url + "/chat/completions", json=body,
            headers={"PAYMENT-SIGNATURE": pack_for(post, header)}) as answer:
            if cut:
                next(answer.iter_bytes())
                shop.process.stop(signal.SIGKILL)
            else:
                whole = b"".join(answer.iter_bytes())
                told = unpack(answer.headers["payment-response"])["extra"]
        if cut:
            shop.open()
    check("killed in a stream: the same voucher buys all of it",
          whole.endswith(b"data: [DONE]\n\n"), whole[-80:])
    check("killed in a stream: one price",
          told["channelState"]["chargedCumulativeAmount"] == str(5 * PRICE), told)
    check("nothing was claimed for it", shop.had == before)


def pack_for(post, payload):
    offer = next(c.cell_contents for c in post.__closure__ if isinstance(c.cell_contents, dict)
                 and "scheme" in c.cell_contents)
    return pack({"x402Version": 2, "accepted": offer, "payload": payload})


def quietly(call):
    try:
        call()
    except httpx.HTTPError:
        pass


def withdrawn(check, market, shop, payer, config):
    """A payer that asks for its money back is claimed at once."""
    from web3 import Web3

    web3 = Web3(Web3.HTTPProvider(market.url + "/rpc", {"timeout": 600}))
    escrow = web3.eth.contract(address=BATCH_SETTLEMENT_ADDRESS, abi=BATCH_SETTLEMENT_ABI)
    whole = tuple(bytes.fromhex(v[2:]) if k == "salt" else v for k, v in config.items())
    before, account = shop.had, payer.account
    # All of the deposit is owed: a part of it is asked back all the same.
    transaction = escrow.functions.initiateWithdraw(whole, 1_000).build_transaction({
        "from": account.address, "nonce": web3.eth.get_transaction_count(account.address),
        "gasPrice": web3.eth.gas_price, "chainId": payer.chain_id})
    sent = web3.eth.send_raw_transaction(account.sign_transaction(transaction).raw_transaction)
    receipt = web3.eth.wait_for_transaction_receipt(sent, timeout=600)
    check("a withdrawal is asked for", receipt.status == 1, receipt)
    end = time.monotonic() + 600
    while shop.had == before and time.monotonic() < end:
        time.sleep(0.05)
    check("and claimed at once", shop.had - before > 5 * PRICE - 200, shop.had - before)


async def runs(check, market, shop, work, tolsey, program, digit):
    """A run at a seller's URL by vouchers."""
    root = pathlib.Path(__file__).resolve().parents[3]
    digits = root / "Examples/digits"
    added = tolsey("model", "add", digits / "digits.onnx", "--calibrate",
                   digits / "calibration.npy", "--json")
    model = json.loads(added.stdout)["data"]["id"]
    seller = program("sell", "--model", model, "--price", "0.01", "--key", shop.name,
                     "--http", 0, "--node", market.url)
    try:
        buyer = Wallet(market, market.keys[9])
        had = buyer.had
        path = pathlib.Path(work) / "run.json"
        async with buyer.http() as http:
            for number in range(3):
                answer = await http.post(seller.ready["url"], json=digit, timeout=600)
                path.write_text(answer.text)
                verified = tolsey("receipt", "verify", path, "--json")
                data = json.loads(verified.stdout).get("data", {})
                check(f"run {number} by voucher: its receipt is that of its answer",
                      verified.returncode == 0 and data["isAnswer"] and data["index"] == number,
                      answer.text[:200])
        check("three runs, one deposit", had - buyer.had == 10 * PRICE, had - buyer.had)
        back = await asyncio.to_thread(buyer.scheme.refund, seller.ready["url"])
        check("the rest comes back", back.success and had - buyer.had == 3 * PRICE, back)
    finally:
        seller.stop()


def run(check, market, work, tolsey, program, port, digit):
    shop = Shop(market, tolsey, program, port)
    shop.open()
    try:
        asyncio.run(flagship(check, market, shop, work, tolsey))
        asyncio.run(by_token(check, market, shop, work, tolsey))
        payer, config, voucher, post = thieves(check, market, shop)
        killed(check, shop, voucher, post)
        withdrawn(check, market, shop, payer, config)
        asyncio.run(runs(check, market, shop, work, tolsey, program, digit))
    finally:
        shop.process.stop()
