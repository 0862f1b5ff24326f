"""A bonded door from its first sale to its end: its seller says two things about one place.

Called by run.py with a market that is up. The seller's folder is copied and sells as well, which is
how an honest seller comes to say two things without meaning to. One of both signs by an Ed25519 key
that the account names, the other by the account's own: it is one seller's word.
"""
import base64
import json
import os
import pathlib
import shutil
import sys
import time

import httpx
from eth_account import Account
from x402.mechanisms.evm.batch_settlement.authorizer_signer import LocalAuthorizerSigner

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "x402"))
from channels import Payer  # noqa: E402

PRICE = 10_000
BOND = 10_000_000


def unpack(header):
    return json.loads(base64.b64decode(header)) if header else None


def pack(document):
    return base64.b64encode(json.dumps(document).encode()).decode()


def soon(what, seconds=600):
    """Waits until something holds, and gives it."""
    end = time.monotonic() + seconds
    while True:
        found = what()
        if found or time.monotonic() > end:
            return found
        time.sleep(0.2)


class Door:
    """A seller of runs with a bond, in a folder of its own."""

    def __init__(self, program, model, node, home, receipts):
        self.home, self.program, self.words = home, program, (
            "sell", "--model", model, "--price", "0.01", "--key", "bonded", "--http", 0,
            "--bond", "10", "--claim-every", "4", "--withdraw-delay", "900", "--node", node,
            "--receipt-key", receipts)

    def __enter__(self):
        before, os.environ["TOLSEY_HOME"] = os.environ["TOLSEY_HOME"], str(self.home)
        try:
            self.process = self.program(*self.words)
        finally:
            os.environ["TOLSEY_HOME"] = before
        self.url = self.process.ready["url"]
        self.base = self.url.split("/runs/")[0]
        return self

    def __exit__(self, *_):
        self.process.stop()

    def buy(self, offer, payload, body):
        header = pack({"x402Version": 2, "accepted": offer, "payload": payload})
        return httpx.post(self.url, json=body, headers={"PAYMENT-SIGNATURE": header}, timeout=600)

    def offer(self, body):
        asked = unpack(httpx.post(self.url, json=body, timeout=600).headers["payment-required"])
        return next((a for a in asked["accepts"] if a["scheme"] == "batch-settlement"), None)


def bonds(market, seller):
    found = httpx.get(f"{market.url}/api/standing-bonds?account={seller}", timeout=600)
    return found.json()["standingBonds"]


def other_input(digit):
    return {"input_data": [[1.0 - value for value in digit["input_data"][0]]]}


def run(check, market, work, tolsey, program, digit):
    work = pathlib.Path(work)
    digits = pathlib.Path(__file__).resolve().parents[3] / "Examples/digits"
    added = tolsey("model", "add", digits / "digits.onnx", "--calibrate",
                   digits / "calibration.npy", "--json")
    model = json.loads(added.stdout)["data"]["id"]
    tolsey("key", "new", "bonded")
    tolsey("account", "fund", "bonded", "--node", market.url)
    seller = json.loads(
        tolsey("key", "address", "bonded", "--json").stdout)["data"]["address"].lower()
    home, copy = pathlib.Path(os.environ["TOLSEY_HOME"]), work / "copy"
    payer = Payer(market.keys[3], int(market.network.split(":")[1]),
                  json.loads(tolsey("key", "address", "bonded", "--json").stdout)["data"][
                      "address"], LocalAuthorizerSigner(Account.create()))
    with Door(program, model, market.url, home, "ed25519") as door:
        offer = door.offer(digit)
        config = payer.config(receiverAuthorizer=offer["extra"]["receiverAuthorizer"],
                              withdrawDelay=offer["extra"]["withdrawDelay"])

        def voucher(count):
            return {"type": "voucher", "channelConfig": config,
                    "voucher": payer.voucher(config, count * PRICE)}

        standing = bonds(market, seller)
        check("a bond stands behind the door",
              [b["bond"]["bond"] for b in standing] == [BOND], standing)
        had = market.balance(payer.account.address)
        first = door.buy(offer, payer.deposit(config, 50 * PRICE, most=PRICE), digit)
        check("a deposit buys the first run", first.status_code == 200, first.text)
        sealed = sealed_receipt(check, door, first, work, tolsey)
        check("the claim of the first run is held", sealed.get("isHeld") is True, sealed)
        # From here on a second program counts on from the same place.
        shutil.copytree(home, copy, dirs_exist_ok=True)
        with Door(program, model, market.url, copy, "account") as twin:
            one = door.buy(offer, voucher(2), digit)
            other = twin.buy(offer, voucher(2), other_input(digit))
            check("both sell the same place", (one.status_code, other.status_code) == (200, 200),
                  (one.text[:300], other.text[:300]))
            files = []
            for name, answer in (("one", one), ("other", other)):
                files.append(work / f"{name}.json")
                files[-1].write_text(answer.text)
            same = tolsey("voucher", "equivocation", files[0], files[0], "--key", "seller",
                          "--node", market.url)
            check("one word is no contradiction", same.returncode == 1, same.stderr)
            before = httpx.get(f"{market.url}/api/status", timeout=600).json()["height"]
            shown = tolsey("voucher", "equivocation", *files, "--key", "seller",
                           "--node", market.url, "--json")
            check("two are shown by whoever has them", shown.returncode == 0, shown.stderr)
            row = bonds(market, seller)[0]["bond"]
            check("and end the bond in that block",
                  row["bond"] == 0 and int(row["convictedBy"], 16) != 0
                  and json.loads(shown.stdout)["data"]["height"] > before, row)
            sold = 2
            for each in (twin, door):
                # Until it has seen its bond's end it sells: such a voucher is never paid.
                answer = each.buy(offer, voucher(3), digit)
                sold = 3 if answer.status_code == 200 else 2
                gone = soon(lambda: (a := each.buy(offer, voucher(3), digit)).status_code == 410
                            and a)
                problem = gone.json() if gone else {}
                check("the door says so", problem.get("code") == "sellerConvicted", problem)
                check("and that nobody need ask again",
                      gone and gone.headers.get("x-should-retry") == "false")
                check("and leads nobody to it", each.offer(digit) is None)
            back = httpx.get(door.url, timeout=600, headers={"PAYMENT-SIGNATURE": pack({
                "x402Version": 2, "accepted": offer,
                "payload": voucher(sold) | {"type": "refund"}})})
            told = unpack(back.headers.get("payment-response"))
            check("what was not spent comes back", told and told["success"],
                  (told, back.status_code, back.text, dict(back.headers)))
        spent = had - market.balance(payer.account.address)
        # Two runs are charged or three, of which one was claimed; its payer has more of the bond
        # than that.
        check("its payer lost nothing", spent < PRICE, spent)
    # The copy may have lost its place in the seller's lanes to it: one key, one machine.
    ended = door.process.process.returncode
    check("the door ends by itself", ended == 0, ended)
    again = tolsey(*Door(program, model, market.url, home, "account").words)
    check("and never take a bond again",
          again.returncode == 1 and "bond" in again.stderr, again.stderr)


def sealed_receipt(check, door, answer, work, tolsey):
    """The second link of an answer, from its sale to the block of its claim."""
    link = door.base + answer.headers["tolsey-sealed"]
    early = httpx.get(link, timeout=600)
    check("before the claim there is no sealed receipt, or it is there already",
          early.status_code == 200 or early.json()["code"] == "notSealed", early.text)
    found = soon(lambda: (a := httpx.get(link, timeout=600)).status_code == 200 and a)
    check("after it there is", bool(found), link)
    path = work / "sealed.receipt"
    path.write_bytes(found.content if found else b"")
    verified = tolsey("receipt", "verify", path, "--json")
    data = json.loads(verified.stdout)["data"]
    check("which verifies offline", verified.returncode == 0 and data["sealed"], data)
    check("under the key that its provider named", data["receiptKey"] is not None, data)
    known = tolsey("receipt", "verify", path, "--known", "--operator", data.get(
        "signedBy", {}).get("operator", ""))
    check("as the word of the operator that one knows", known.returncode == 0, known.stderr)
    plain = tolsey("receipt", "verify", path)
    check("people read in which block the claim lies", "in block" in plain.stdout, plain.stdout)
    raw = bytearray(path.read_bytes())
    steps = set()
    for place in range(0, len(raw), 97):
        raw[place] ^= 1
        path.write_bytes(bytes(raw))
        bent = tolsey("receipt", "verify", path, "--json")
        check(f"bit 0 of byte {place} of it changed", bent.returncode == 65, bent.stdout)
        steps.add((json.loads(bent.stdout).get("data") or {}).get("step"))
        raw[place] ^= 1
    check("it says at which step", {"run", "claim"} <= steps, steps)
    wrong = httpx.get(link.replace("run=0", "run=1"), timeout=600)
    check("nobody guesses another's link", wrong.status_code == 404, wrong.text)
    return data
