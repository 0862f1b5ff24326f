#!/usr/bin/env python3
"""Buys on the page as a visitor would: buy.py BINARY [--shots FOLDER] [--quick]

Starts `BINARY up --market`, then in Chromium: draws a digit with the mouse and buys with a test
account until the receipt verifies; buys without JavaScript; buys a run of another model; buys by auction,
also with a wallet; buys with a wallet,
which is a provider put into the page that signs with eth-account; declines to sign; and sends forms
from another site. `--quick` leaves out what waits for a minute. Ends with "N passed, N failed".
"""

import argparse
import http.server
import json
import math
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from eth_account import Account
from eth_account.messages import encode_typed_data
from playwright.sync_api import expect, sync_playwright

CHROMIUM = "/usr/bin/chromium"
WIDTHS = (390, 1024, 1600)
START = time.monotonic()

# A wallet that announces itself as browsers' wallets do; every request goes to this program.
PROVIDER = """
window.ethereum = { request: async (asked) => {
  const answer = JSON.parse(await window.walletRequest(JSON.stringify(asked)));
  if (answer.error) throw Object.assign(new Error(answer.error.message), answer.error);
  return answer.result;
} };
"""


class Score:
    def __init__(self):
        self.passed, self.failed = 0, 0

    def check(self, name, is_so, detail=""):
        self.passed, self.failed = self.passed + bool(is_so), self.failed + (not is_so)
        mark = "ok  " if is_so else "FAIL"
        print(f"{time.monotonic() - START:7.1f} s  {mark} {name} {detail}", flush=True)
        return is_so


class Wallet:
    """Signs what it is shown, and remembers it."""

    def __init__(self, chain, declines=False):
        self.account, self.chain, self.declines = Account.create(), chain, declines
        self.seen = []

    def request(self, text):
        asked = json.loads(text)
        method, params = asked["method"], asked.get("params", [])
        if method in ("eth_requestAccounts", "eth_accounts"):
            return self.answer([self.account.address])
        if method == "eth_chainId":
            return self.answer(hex(self.chain))
        if method == "eth_signTypedData_v4":
            document = json.loads(params[1])
            self.seen.append(document)
            if self.declines:
                return json.dumps({"error": {"code": 4001, "message": "User rejected the request."}})
            assert params[0].lower() == self.account.address.lower()
            signed = self.account.sign_message(encode_typed_data(full_message=document))
            return self.answer("0x" + signed.signature.hex().removeprefix("0x"))
        return json.dumps({"error": {"code": 4200, "message": f"no {method} here"}})

    @staticmethod
    def answer(result):
        return json.dumps({"result": result})


def arc(x, y, rx, ry, start, end, steps=24):
    for step in range(steps + 1):
        angle = math.radians(start + (end - start) * step / steps)
        yield x + rx * math.cos(angle), y + ry * math.sin(angle)


# Strokes in a square of side 1.
DIGITS = {
    0: [list(arc(0.5, 0.5, 0.22, 0.36, -90, 270, 40))],
    1: [[(0.42, 0.25), (0.54, 0.14), (0.54, 0.86)]],
    2: [list(arc(0.5, 0.32, 0.22, 0.19, -170, 40)) + [(0.3, 0.84), (0.76, 0.84)]],
    3: [list(arc(0.47, 0.32, 0.2, 0.18, -150, 90)) + list(arc(0.47, 0.68, 0.22, 0.19, -90, 150))],
    4: [[(0.5, 0.12), (0.28, 0.56), (0.78, 0.56)], [(0.62, 0.36), (0.62, 0.88)]],
    5: [[(0.72, 0.14), (0.36, 0.14), (0.34, 0.46)] + list(arc(0.48, 0.65, 0.22, 0.21, -120, 140))],
    6: [[(0.6, 0.12), (0.4, 0.4)] + list(arc(0.5, 0.66, 0.19, 0.2, 190, -170, 32))],
    7: [[(0.26, 0.16), (0.74, 0.16), (0.46, 0.86)]],
    8: [list(arc(0.5, 0.31, 0.16, 0.17, 90, 450, 32)) + list(arc(0.5, 0.68, 0.19, 0.2, -90, 270, 32))],
    9: [list(arc(0.5, 0.33, 0.18, 0.19, 0, 360, 32)) + [(0.68, 0.4), (0.6, 0.88)]],
}


def draw(page, digit):
    box = page.locator("#ink").bounding_box()
    for stroke in DIGITS[digit]:
        for index, (x, y) in enumerate(stroke):
            page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
            if index == 0:
                page.mouse.down()
        page.mouse.up()
    page.wait_for_timeout(100)


class Node:
    def __init__(self, binary, folder):
        self.binary, self.folder = binary, folder
        self.process = subprocess.Popen(
            [binary, "up", "--market", "--port", "0", "--json"], stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, cwd=folder)
        self.data = json.loads(self.process.stdout.readline())["data"]
        self.url = self.data["url"]

    def verify(self, page):
        """The receipt that the page offers, held against the offline verifier."""
        with page.expect_download() as started:
            page.get_by_role("link", name="the file").click()
        path = Path(self.folder) / started.value.suggested_filename
        started.value.save_as(path)
        run = subprocess.run([self.binary, "verify", path], capture_output=True, text=True)
        return run.returncode == 0, run.stdout + run.stderr

    def stop(self):
        self.process.send_signal(signal.SIGINT)
        begun = time.monotonic()
        code = self.process.wait(timeout=30)
        return code, time.monotonic() - begun, self.process.stderr.read()


def buy(page, node, ware, payer="test"):
    page.check(f"input[name=ware][value={ware}]")
    page.check(f"input[name=payer][value={payer}]")
    page.click("#pay")


def ticket_answer(page, patience=30_000):
    page.wait_for_url("**/buy/*", timeout=patience)
    page.wait_for_selector("#ticket .big strong", timeout=patience)
    return page.inner_text("#ticket .big strong")


def receipt(page, patience):
    page.wait_for_selector("#ticket .badge.good", timeout=patience)


def picture(browser, page, shots, name):
    if not shots:
        return []
    wide = []
    state = page.url
    for scheme in ("light", "dark"):
        for width in WIDTHS:
            context = browser.new_context(
                color_scheme=scheme, viewport={"width": width, "height": 900})
            other = context.new_page()
            other.goto(state)
            other.wait_for_timeout(150)
            other.screenshot(path=shots / f"{name}-{width}-{scheme}.png", full_page=True)
            if other.evaluate("document.documentElement.scrollWidth > innerWidth"):
                wide.append(width)
            context.close()
    return wide


def with_test_account(browser, node, score, shots):
    context = browser.new_context()
    page = context.new_page()
    errors = []
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(node.url + "/buy")
    score.check("the counter is open", page.title().startswith("Buy a run"))
    score.check("it is as wide as the screen", not picture(browser, page, shots, "buy"))
    draw(page, 3)
    pixels = [int(value) for value in page.input_value("#pixels").split(",")]
    score.check("a drawing is 64 numbers", len(pixels) == 64 and 16 in pixels and max(pixels) == 16)
    if shots:
        page.screenshot(path=shots / "drawn.png", full_page=True)
    begun = time.monotonic()
    buy(page, node, "open")
    answer = ticket_answer(page)
    score.check("the answer is there", answer == "3", f"a 3 is read as {answer}")
    receipt(page, 30_000)
    score.check("the receipt is there", True, f"{time.monotonic() - begun:.1f} s after the click")
    good, said = node.verify(page)
    score.check("the receipt verifies offline", good, "" if good else said)
    stops = page.locator(".stations .done").count()
    score.check("all nine stations are done", stops == 9, str(stops))
    score.check("the ticket is as wide as the screen", not picture(browser, page, shots, "ticket"))
    link = page.locator("dd a[href^='/orders/']").get_attribute("href")
    status = page.request.get(node.url + link).status
    score.check("the road has its page", status == 200, f"{link[:20]} {status}")
    score.check("the console is silent", not errors, "; ".join(errors[:3]))
    context.close()


def every_digit(browser, node, score):
    page = browser.new_context().new_page()
    read = {}
    for digit in DIGITS:
        page.goto(node.url + "/buy")
        draw(page, digit)
        buy(page, node, "open")
        read[digit] = ticket_answer(page)
    right = sum(str(digit) == answer for digit, answer in read.items())
    wrong = ", ".join(f"{d} as {a}" for d, a in read.items() if str(d) != a)
    score.check("drawn digits are read", right >= 8, f"{right} of 10 {wrong}")


def without_script(browser, node, score):
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(node.url + "/buy")
    page.check("input[name=digit][value=sample-4]")
    buy(page, node, "open")
    page.wait_for_url("**/buy/*")
    for _ in range(60):
        if page.locator("#ticket .badge.good").count():
            break
        page.wait_for_timeout(250)
        page.reload()
    answer = page.inner_text("#ticket .big strong")
    score.check("without JavaScript a sample is bought", answer == "9", f"read as {answer}")


def by_auction(browser, node, score, shots):
    page = browser.new_context().new_page()
    page.goto(node.url + "/buy")
    page.check("input[name=digit][value=sample-1]")
    begun = time.monotonic()
    buy(page, node, "replicated")
    page.wait_for_url("**/buy/*")
    page.wait_for_selector(".stations .now", timeout=20_000)
    page.wait_for_timeout(3_000)
    picture(browser, page, shots, "auction")
    answer = ticket_answer(page, 120_000)
    receipt(page, 120_000)
    good, said = node.verify(page)
    score.check(
        "three providers agree", answer == "8" and good,
        f"on {answer} after {time.monotonic() - begun:.0f} s {'' if good else said}")


def another_model(browser, node, score):
    """Two sell a second model; who sells under a court publishes its manifest: then the page
    offers it, under open too."""
    examples = Path(__file__).resolve().parents[2] / "Examples" / "digits"

    def tolsey(*words):
        return subprocess.run(
            [node.binary, *words], capture_output=True, text=True, cwd=node.folder,
            env={**os.environ, "TOLSEY_HOME": node.folder + "/home", "TOLSEY_NODE": node.url})

    for name in ("bonded", "cheap"):
        tolsey("key", "new", name)
        tolsey("account", "fund", name)
    tolsey("model", "add", str(examples / "cheap.onnx"), "--calibrate",
           str(examples / "calibration.npy"))
    model = json.loads(tolsey("model", "list", "--json").stdout)["data"]["models"][0]["id"]
    sellers = [
        subprocess.Popen(
            [node.binary, "sell", "--model", model, "--price", "0.004", "--check", check,
             "--key", key], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=node.folder,
            env={**os.environ, "TOLSEY_HOME": node.folder + "/home", "TOLSEY_NODE": node.url})
        for check, key in (("disputable", "bonded"), ("open", "cheap"))]
    try:
        page = browser.new_context().new_page()
        for _ in range(60):
            page.goto(node.url + "/buy")
            # Before its manifest is published the page only says that it is sold.
            if page.locator(".models li a").count():
                break
            page.wait_for_timeout(500)
        page.click(".models li a")
        page.wait_for_url("**model=*")
        for _ in range(60):
            if page.locator("input[name=ware][value=open]").count():
                break
            page.wait_for_timeout(500)
            page.reload()
        score.check("a second model has its own form", model in page.url, page.url[-30:])
        score.check("a picture may be drawn, of any model", page.locator("#ink").is_visible())
        page.check("input[name=digit][value=file]")
        page.set_input_files("input[type=file]", examples / "digits.npy")
        buy(page, node, "open")
        ticket_answer(page, 60_000)
        said = page.inner_text("#ticket .big")
        score.check("its answer is there", "is the greatest of 10" in said, said)
    finally:
        for seller in sellers:
            seller.send_signal(signal.SIGKILL)
            seller.wait()


def wallet_by_auction(browser, node, score):
    wallet = Wallet(node.data["chainId"])
    page = wallet_page(browser, node, wallet)
    page.check("input[name=digit][value=sample-1]")
    begun = time.monotonic()
    buy(page, node, "replicated", payer="wallet")
    page.wait_for_url("**/buy/*", timeout=30_000)
    answer = ticket_answer(page, 120_000)
    receipt(page, 120_000)
    kinds = [document["primaryType"] for document in wallet.seen]
    score.check(
        "a wallet buys in an auction and signs as often as it was told",
        kinds == ["PublishKey", "PlaceOrder", "DrawSeats", "SendInput"], str(kinds))
    good, said = node.verify(page)
    score.check(
        "three providers answer the wallet", answer == "8" and good,
        f"{answer} after {time.monotonic() - begun:.0f} s {'' if good else said}")
    page.context.close()


def wallet_page(browser, node, wallet):
    context = browser.new_context()
    page = context.new_page()
    page.expose_function("walletRequest", wallet.request)
    page.add_init_script(PROVIDER)
    page.goto(node.url + "/buy")
    return page


def with_wallet(browser, node, score, shots, is_quick):
    wallet = Wallet(node.data["chainId"])
    page = wallet_page(browser, node, wallet)
    draw(page, 7)
    begun = time.monotonic()
    buy(page, node, "open", payer="wallet")
    answer = ticket_answer(page)
    kinds = [document["primaryType"] for document in wallet.seen]
    score.check("the wallet is shown both messages", kinds == ["PublishKey", "TakeOffer"], str(kinds))
    message = wallet.seen[-1]["message"]
    fields = {"offer", "input", "key", "auditSalt", "deputy", "validUntil"} <= set(message)
    score.check("with every field", fields and message["from"].lower() == wallet.account.address.lower())
    score.check("the wallet gets its answer", answer == "7", f"a 7 is read as {answer}")
    if not is_quick:
        receipt(page, 120_000)
        good, said = node.verify(page)
        score.check(
            "silence accepts, and the receipt verifies", good,
            f"{time.monotonic() - begun:.0f} s after the click {'' if good else said}")
    page.goto(node.url + "/buy")
    page.check("input[name=digit][value=sample-6]")
    buy(page, node, "disputable", payer="wallet")
    answer = ticket_answer(page)
    kinds = [document["primaryType"] for document in wallet.seen]
    score.check("the second time it signs once", kinds[2:] == ["TakeOffer"], str(kinds))
    score.check("the answer comes before the money moves", answer == "6", f"read as {answer}")
    picture(browser, page, shots, "disputable")
    page.context.close()


def unwilling_wallets(browser, node, score):
    wallet = Wallet(node.data["chainId"], declines=True)
    page = wallet_page(browser, node, wallet)
    buy(page, node, "open", payer="wallet")
    expect(page.locator("#state")).to_contain_text("declined", timeout=20_000)
    score.check("who declines has bought nothing", page.url.endswith("/buy") and len(wallet.seen) == 1)
    stranger = Wallet(1)
    page = wallet_page(browser, node, stranger)
    buy(page, node, "open", payer="wallet")
    expect(page.locator("#state")).to_contain_text("another network", timeout=20_000)
    score.check("a wallet on another network is told so", not stranger.seen)
    page = browser.new_context().new_page()
    page.goto(node.url + "/buy")
    buy(page, node, "open", payer="wallet")
    expect(page.locator("#state")).to_contain_text("no wallet was found", timeout=20_000)
    score.check("a browser without a wallet is told so", True)


def from_elsewhere(browser, node, score):
    """Another site sends the form in the visitor's browser."""
    form = f"""<!doctype html><form id=f method=post action="{node.url}/buy">
      <input name=digit value=sample-0><input name=ware value=open><input name=payer value=test>
      </form>"""

    class Site(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = form.encode()
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.send_header("referrer-policy", self.path.strip("/") or "unsafe-url")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    page = browser.new_context().new_page()
    for policy in ("unsafe-url", "no-referrer"):
        page.goto(f"http://127.0.0.1:{server.server_port}/{policy}")
        with page.expect_navigation() as sent:
            page.evaluate("document.getElementById('f').submit()")
        score.check(f"a form from another site is refused ({policy})", sent.value.status == 403)
    page.goto(f"http://127.0.0.1:{server.server_port}/")
    status = page.evaluate(
        """async (url) => { try { const answer = await fetch(url + '/buy.json');
             return (await answer.text()).length; } catch { return 'blocked'; } }""", node.url)
    score.check("another site cannot read the counter", status == "blocked", str(status))
    server.shutdown()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("--shots", type=Path)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    if options.shots:
        options.shots.mkdir(parents=True, exist_ok=True)
    score = Score()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        node = Node(str(Path(options.binary).resolve()), folder)
        score.check("tolsey up --market", node.data["market"], node.url)
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        steps = [
            lambda: with_test_account(browser, node, score, options.shots),
            lambda: without_script(browser, node, score),
            lambda: with_wallet(browser, node, score, options.shots, options.quick),
            lambda: unwilling_wallets(browser, node, score),
            lambda: from_elsewhere(browser, node, score),
            lambda: every_digit(browser, node, score),
            lambda: another_model(browser, node, score),
        ]
        if not options.quick:
            steps.append(lambda: by_auction(browser, node, score, options.shots))
            steps.append(lambda: wallet_by_auction(browser, node, score))
        for step in steps:
            try:
                step()
            except Exception as error:  # a step that breaks is a failure, and the others still run
                score.check("step", False, repr(error)[:1000])
        browser.close()
        code, seconds, said = node.stop()
        score.check("it stops cleanly", code == 0 and seconds < 10, f"exit {code}, {seconds:.1f} s")
    print(f"{score.passed} passed, {score.failed} failed")
    sys.exit(1 if score.failed else 0)


if __name__ == "__main__":
    main()
