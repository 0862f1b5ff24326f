#!/usr/bin/env python3
"""The Python client of this project against a node, and the wheel that carries it: run.py TOLSEY_BINARY

It needs httpx, openai, mypy and eth-account. The last line counts.
"""

import asyncio
import contextlib
import copy
import hashlib
import importlib.util
import io
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
CLIENT = ROOT / "Clients/python"
PAGE = ROOT / "docs/howto/use-from-python.md"
sys.path.insert(0, str(CLIENT))

import httpx
import openai
import tolsey
from eth_account import Account
from eth_keys import keys

CHECKS = []


def check(body):
    CHECKS.append(body)
    return body


def raises(kind, body, code=None):
    try:
        body()
    except kind as error:
        assert code is None or error.code == code, f"{error.code}, not {code}: {error}"
        return error
    raise AssertionError(f"no {kind.__name__}")


class World:
    """A node with a market, what was bought on it, and a folder to work in."""

    def __init__(self, node, folder, program):
        self.node, self.folder, self.program = node, folder, program
        self.client = node.client()
        self.accounts = [Account.from_key(one.key) for one in node.accounts]
        digits = ROOT / "Examples/digits"
        model = node.command("model", "add", digits / "digits.onnx", "--calibrate",
                             digits / "calibration.npy")
        node.command("key", "new", "buyer")
        node.command("account", "fund", "buyer")
        self.receipt = folder / "run.receipt"
        self.bought = node.command(
            "buy", "--model", model["id"], "--input", digits / "digits.npy", "--index", "3",
            "--limit", "0.01", "--key", "buyer", "--receipt", self.receipt)

    def python(self, *words, **more):
        environment = dict(os.environ, PYTHONPATH=str(CLIENT), PYTHONDONTWRITEBYTECODE="1")
        return subprocess.run(
            [sys.executable, *words], capture_output=True, text=True, cwd=self.folder,
            env=environment | more)


# MARK: - asking

@check
def a_node_says_who_it_is(w):
    status = w.client.get_status()
    assert status["network"] == w.node.network and status["chainId"] == w.node.chain_id
    assert w.client.get_health()["ok"] is True
    assert w.client.get_metrics().startswith("# ")
    assert w.client.get_openapi_json()["openapi"] == "3.1.0"
    chain = w.client.post_rpc({"jsonrpc": "2.0", "id": 1, "method": "eth_chainId", "params": []})
    assert int(chain["result"], 16) == w.node.chain_id


@check
def lists_come_in_pages(w):
    whole = w.client.get_accounts(limit=500)
    assert whole["cursor"] is None and len(whole["accounts"]) > 10
    first = w.client.get_accounts(limit=4)
    second = w.client.get_accounts(limit=4, cursor=first["cursor"])
    assert first["accounts"] + second["accounts"] == whole["accounts"][:8]
    one_by_one = list(w.client.every_accounts(limit=3))
    assert [one["address"] for one in one_by_one] == [
        one["address"] for one in whole["accounts"]]
    cursor = first["cursor"]
    raises(tolsey.Problem, lambda: w.client.get_offers(cursor=cursor), "badCursor")


@check
def filters_and_lists_of_values_travel(w):
    for entry in w.client.every_offers(check="open", state="posted", limit=1):
        assert entry["offer"]["check"]["kind"] == "open"
    assert list(w.client.every_orders(account=w.accounts[5].address.lower())) == []
    names = ["runSettled", "offerPosted"]
    seen = {one.event["name"] for one in w.client.get_events(after="0", wait=False, name=names)}
    assert seen == set(names), seen


@check
def a_feed_goes_on_where_it_ended(w):
    events = list(w.client.get_events(after="0", wait=False))
    places = [(one.height, one.index) for one in events]
    assert len(events) > 10 and places == sorted(set(places))
    middle = len(events) // 2
    rest = list(w.client.get_events(after=events[middle].id, wait=False))
    assert rest == events[middle + 1:]
    raises(tolsey.Problem, lambda: list(w.client.get_events(after="999999999")), "cursorAhead")


@check
def a_height_is_waited_for(w):
    height = w.client.get_status()["height"]
    assert w.client.get_terms(at_least=height)["height"] >= height
    problem = raises(
        tolsey.Problem, lambda: w.client.get_terms(at_least=height + 10_000), "notYet")
    assert problem.status == 503 and problem.numbers["wanted"] == height + 10_000
    assert problem.retry_after is not None


@check
def programs_find_the_documentation(w):
    with httpx.Client(base_url=w.node.url, trust_env=False) as site:
        index = site.get("/llms.txt")
        assert index.status_code == 200 and index.headers["content-type"].startswith("text/plain")
        links = re.findall(r"\]\(([^)]*)\)", index.text)
        assert "/docs/howto/use-from-python.md" in links and len(set(links)) == len(links) > 50
        for link in links:
            assert site.get(link).status_code == 200, link
        page = site.get("/docs/howto/use-from-python.md")
        assert page.text == PAGE.read_text(), "the program carries another page: build it anew"


# MARK: - refusals

@check
def problems_are_exceptions(w):
    problem = raises(tolsey.Problem, lambda: w.client.get_order("order_000"), "notFound")
    assert problem.status == 404 and problem.hint and "order_000" in problem.message
    assert problem.hint in str(problem) and isinstance(problem, tolsey.TolseyError)
    raises(tolsey.Problem, lambda: w.client.get_order(w.bought["run"]), "wrongKind")
    raises(tolsey.Problem, lambda: w.client.get_accounts(limit=0), "malformed")
    ambiguous = [one["id"] for one in w.client.get_offers(limit=500)["offers"]]
    assert len(ambiguous) > 1


@check
def a_part_of_a_path_stays_one_part(w):
    for name in ["../status", "..", ".", "x/../../status", "a?limit=1", "a#b", "a b", "%2e%2e", ""]:
        problem = raises(tolsey.Problem, lambda: w.client.get_order(name))
        assert problem.status in (400, 404, 405), (name, problem.code)


@check
def what_is_no_node_is_said_to_be_none(w):
    raises(tolsey.Unreachable, lambda: tolsey.Client("http://127.0.0.1:9").get_status())
    def page(request):
        return httpx.Response(502, text="<html>a proxy</html>", headers={"Retry-After": "7"})
    with tolsey.Client("http://x.example", http=httpx.Client(
            transport=httpx.MockTransport(page))) as client:
        problem = raises(tolsey.Problem, client.get_status, "http")
        assert problem.status == 502 and problem.retry_after == 7


@check
def a_proxy_of_the_environment_does_not_see_this_machine(w):
    done = w.python("-c", "import tolsey; print(tolsey.Client().get_status()['height'])",
                    TOLSEY_NODE=w.node.url, HTTP_PROXY="http://127.0.0.1:9",
                    ALL_PROXY="http://127.0.0.1:9")
    assert done.returncode == 0 and done.stdout.strip().isdigit(), done.stderr


# MARK: - sending

def signed_transfer(w, account, to, amount, valid=60_000):
    """A message as any wallet signs it; its fields come from the client's own types."""
    lanes = w.client.get_account(account.address)["lanes"]
    sequence = next((one["next"] for one in lanes if one["lane"] == 0), 0)
    content = {"from": account.address.lower(), "lane": 0, "sequence": sequence,
               "validUntil": int(time.time() * 1000) + valid, "to": to.lower(), "asset": 0,
               "amount": amount}
    kinds = {"from": "address", "lane": "uint8", "to": "address", "asset": "uint32"}
    fields = [{"name": name, "type": kinds.get(name, "uint64")}
              for name in tolsey.types.Transfer.__annotations__]
    domain = {"name": "Tolsey", "version": "1", "chainId": w.node.chain_id,
              "verifyingContract": "0x" + w.node.network[-40:]}
    signature = account.sign_typed_data(domain, {"Transfer": fields}, content).signature
    return {"message": {"kind": "Transfer", "content": content},
            "authorisation": {"kind": 0, "signature": "0x" + signature.hex().removeprefix("0x")}}


@check
def a_message_signed_by_a_wallet_is_delivered_once(w):
    payer, payee = w.accounts[0], w.accounts[1]
    before = w.client.get_account(payee.address)["balance"]
    message = signed_transfer(w, payer, payee.address, 1_234)
    delivered = w.client.post_messages(message)
    assert delivered["outcome"]["done"] is True, delivered
    assert w.client.post_messages(message) == delivered
    assert w.client.get_account(payee.address)["balance"] == before + 1_234
    assert w.client.get_message(delivered["id"])["outcome"]["done"] is True
    assert "waiting" in w.client.post_messages(
        signed_transfer(w, payer, payee.address, 1), wait=False)


@check
def what_was_changed_after_signing_is_refused(w):
    message = signed_transfer(w, w.accounts[2], w.accounts[1].address, 5)
    message["message"]["content"]["amount"] = 50_000
    problem = raises(tolsey.Problem, lambda: w.client.post_messages(message))
    assert problem.status in (401, 402, 422), problem
    raises(tolsey.Problem, lambda: w.client.post_messages(b"\x00\x01"), "malformed")


def signer(network, account, stale=0):
    """A `sign` as the page on the client describes it."""
    def sign(method, target, body):
        at = int(time.time() * 1000) - stale
        told = b"tolsey/http/1" + bytes.fromhex(network[2:]) + at.to_bytes(8, "big")
        told += hashlib.sha256(body).digest() + f"{method} {target}".encode()
        signature = keys.PrivateKey(account.key).sign_msg_hash(hashlib.sha256(told).digest())
        raw = signature.to_bytes()
        return f"Tolsey {account.address}:{at}:0x{raw[:64].hex()}{raw[64] + 27:02x}"
    return sign


@check
def signed_requests_keep_and_read_a_blob(w):
    owner, stranger = w.accounts[3], w.accounts[4]
    blob = bytes(range(200))
    own = tolsey.Client(w.node.url, sign=signer(w.node.network, owner))
    other = tolsey.Client(w.node.url, sign=signer(w.node.network, stranger))
    kept = own.put_blobs(blob)
    assert kept["size"] == len(blob) - 64 or kept["size"] == len(blob), kept
    assert own.get_blob(kept["root"]) == blob
    assert raises(tolsey.Problem, lambda: other.get_blob(kept["root"])).status == 403
    raises(tolsey.Problem, lambda: w.client.get_blob(kept["root"]), "unsigned")
    own.post_blob_readers(kept["root"], {"readers": [stranger.address.lower()]})
    assert other.get_blob(kept["root"]) == blob
    late = tolsey.Client(w.node.url, sign=signer(w.node.network, owner, stale=900_000))
    raises(tolsey.Problem, lambda: late.get_blob(kept["root"]), "staleSignature")


# MARK: - async

@check
def the_async_client_says_the_same(w):
    async def ask():
        async with w.node.async_client() as client:
            many = await asyncio.gather(
                *(client.get_account(one.address) for one in w.accounts), client.get_genesis())
            pages = [one["address"] async for one in client.every_accounts(limit=3)]
            events = [one async for one in client.get_events(after="0", wait=False)]
            try:
                await client.get_order("order_000")
            except tolsey.Problem as problem:
                code = problem.code
            return many, pages, events, code, await client.get_receipt(w.bought["run"])

    many, pages, events, code, receipt = asyncio.run(ask())
    assert [one["address"] for one in many[:-1]] == [one.address for one in w.accounts]
    assert many[-1] == w.client.get_genesis() and code == "notFound"
    assert pages == [one["address"] for one in w.client.every_accounts()]
    assert events == list(w.client.get_events(after="0", wait=False))[:len(events)]
    assert receipt == w.receipt.read_bytes()


@check
def the_async_client_does_not_reach_what_is_not_there(w):
    async def ask():
        async with tolsey.AsyncClient("http://127.0.0.1:9") as client:
            await client.get_status()
    raises(tolsey.Unreachable, lambda: asyncio.run(ask()), "unreachable")


# MARK: - receipts

@check
def a_receipt_is_verified_from_file_and_from_bytes(w):
    receipt = tolsey.verify_receipt(w.receipt, known=True, home=w.node.home)
    assert receipt.known and receipt.run == w.bought["run"] and receipt.outcome == "accepted"
    assert receipt.network == w.node.network and receipt.operator == w.node.operator
    assert receipt.cost == w.bought["paid"] and len(receipt.stations) == 9
    from_node = w.client.get_receipt(w.bought["run"])
    assert tolsey.verify_receipt(from_node, operator=w.node.operator).run == receipt.run


@check
def one_bit_changed_is_refused(w):
    whole = w.receipt.read_bytes()
    for place in range(0, len(whole), max(1, len(whole) // 24)):
        broken = bytearray(whole)
        broken[place] ^= 1 << (place % 8)
        error = raises(tolsey.Unverified, lambda: tolsey.verify_receipt(bytes(broken)))
        assert error.exit_code == 65, (place, error)
    for broken in (b"", whole[:-1], whole + b"\0", b"\xff" * 100):
        raises(tolsey.Unverified, lambda: tolsey.verify_receipt(broken))


@check
def an_unexpected_operator_is_refused(w):
    stranger = w.accounts[0].address
    raises(tolsey.Unverified, lambda: tolsey.verify_receipt(w.receipt, operator=stranger))
    raises(tolsey.Unverified, lambda: tolsey.verify_receipt(w.receipt, network="0x" + "ab" * 32))
    with tempfile.TemporaryDirectory() as home:
        raises(tolsey.Unverified, lambda: tolsey.verify_receipt(
            w.receipt, known=True, home=home))
        assert not tolsey.verify_receipt(w.receipt, home=home).known


@check
def no_name_is_taken_for_an_option(w):
    named = w.folder / "--known"
    named.write_bytes(w.receipt.read_bytes())
    with contextlib.chdir(w.folder):
        assert tolsey.verify_receipt("--known").run == w.bought["run"]
    raises(tolsey.CommandFailed, lambda: tolsey.verify_receipt(w.receipt, operator="--known"))
    raises(tolsey.CommandFailed, lambda: tolsey.verify_receipt(w.folder / "nothing"))


# MARK: - the program and nodes

@check
def commands_fail_as_exceptions(w):
    error = raises(tolsey.CommandFailed, lambda: tolsey.command("nonsense"))
    assert error.exit_code == 64 and not isinstance(error, tolsey.Unverified)
    far = {"TOLSEY_NODE": "http://127.0.0.1:9"}
    error = raises(tolsey.CommandFailed, lambda: tolsey.command("order", "list", env=far))
    assert error.exit_code == 69 and error.hint


@check
def a_node_ends_with_its_block(w):
    try:
        with tolsey.node(seed=5) as node:
            assert node.client().get_status()["height"] == 0
            home = node.home
            raise KeyError
    except KeyError:
        pass
    raises(tolsey.Unreachable, lambda: node.client().get_status())
    assert not home.exists()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "data").write_text("no folder")
        def broken():
            with tolsey.node(data=Path(folder) / "data"):
                pass
        raises(tolsey.CommandFailed, broken)


@check
def a_program_in_the_path_is_not_trusted(w):
    (w.folder / "bin").mkdir()
    (w.folder / "bin/tolsey").write_text("#!/bin/sh\ntouch was-here\n")
    (w.folder / "bin/tolsey").chmod(0o755)
    path = f"{w.folder}/bin:{os.environ['PATH']}"
    done = w.python("-c", "import tolsey; tolsey.command('version')", PATH=path, TOLSEY_BIN="")
    assert "noProgram" in done.stderr or "not in this installation" in done.stderr, done.stderr
    assert not (w.folder / "was-here").exists()


# MARK: - the page, the types, the generator, the wheel

def page_blocks():
    return re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)


@check
def the_page_runs_as_it_is_written(w):
    blocks = page_blocks()
    assert len(blocks) >= 7
    (w.folder / "page").mkdir()
    script = w.folder / "page/page.py"
    script.write_text("\n".join(blocks))
    done = subprocess.run(
        [sys.executable, "-B", script], cwd=script.parent, capture_output=True, text=True,
        env=dict(os.environ, PYTHONPATH=str(CLIENT), TOLSEY_NODE=w.node.url,
                 TOLSEY_HOME=str(w.folder / "page/home")))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "accepted" in done.stdout and "notFound" in done.stdout, done.stdout


WRONG = """
import tolsey
client = tolsey.Client()
client.get_orders(check="hearsay")
client.get_status()["nothing"]
client.get_account(5)
answer: int = client.get_receipt("run_x")
client.get_orders(colour="red")
async def ask(other: tolsey.AsyncClient) -> None:
    other.get_status()["height"]
"""


@check
def types_are_strict(w):
    right, wrong = w.folder / "right.py", w.folder / "wrong.py"
    right.write_text("\n".join(page_blocks()))
    wrong.write_text(WRONG)
    mypy = ["-m", "mypy", "--strict", "--no-error-summary", "--cache-dir", w.folder / "mypy"]
    done = w.python(*mypy, CLIENT / "tolsey", right, MYPYPATH=str(CLIENT))
    assert done.returncode == 0, done.stdout + done.stderr
    done = w.python(*mypy, wrong, MYPYPATH=str(CLIENT))
    lines = {int(line.split(":")[1]) for line in done.stdout.splitlines() if ": error:" in line}
    assert lines == {4, 5, 6, 7, 8, 10}, done.stdout


def script(name):
    spec = importlib.util.spec_from_file_location(name, ROOT / f"scripts/{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@check
def the_generator_tells_every_change(w):
    generator = script("python-client")
    document = w.client.get_openapi_json()
    made = generator.generated(document)
    assert made == generator.generated(copy.deepcopy(document))
    for name, text in made.items():
        assert (CLIENT / "tolsey" / name).read_text() == text, f"{name} is stale: make docs"
    route = {"operationId": "getThings", "summary": "Things.", "responses": {
        "200": {"content": {"application/json": {"schema": {"type": "object"}}}}}}
    for path, change in [
        ("_client.py", lambda d: d["paths"].update({"/api/things": {"get": route}})),
        ("_async_client.py", lambda d: d["paths"]["/api/orders"]["get"]["parameters"].pop()),
        ("types.py", lambda d: d["components"]["schemas"]["Rate"]["properties"].pop("per")),
        ("_version.py", lambda d: d["info"].update(version="9")),
    ]:
        other = copy.deepcopy(document)
        change(other)
        assert generator.generated(other)[path] != made[path], path
    strange = copy.deepcopy(document)
    strange["components"]["schemas"]["Rate"]["properties"]["per"] = {"type": "number"}
    try:
        generator.generated(strange)
    except generator.Unknown:
        return
    raise AssertionError("a shape that nobody knows was written as something")


@check
def a_wheel_installs_and_runs(w):
    wheel = script("wheel")
    packed = wheel.pack(Path(w.program), w.folder / "dist", None, here=True)
    with zipfile.ZipFile(packed) as files:
        names = files.namelist()
        assert "tolsey/py.typed" in names and any(n.endswith("licenses/LICENSE") for n in names)
        assert "tolsey/examples/digits/digits.onnx" in names
        assert {one.date_time for one in files.infolist()} == {wheel.EPOCH}
    venv = w.folder / "venv"
    subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    subprocess.run([venv / "bin/python", "-m", "pip", "install", "--quiet", "--no-index",
                    "--no-deps", "--disable-pip-version-check", packed], check=True)
    site = Path(httpx.__file__).parent.parent
    code = ("import tolsey; print(tolsey.program()); "
            "assert (tolsey.examples() / 'gpt/gpt.onnx').is_relative_to(tolsey.__path__[0]); "
            "print(tolsey.verify_receipt('run.receipt').outcome)")
    # Without PYTHONPATH to the tree: what is imported is what was installed.
    environment = {"PATH": f"{venv}/bin", "PYTHONPATH": str(site), "HOME": str(w.folder)}
    done = subprocess.run(
        [venv / "bin/python", "-c", code], env=environment, cwd=w.folder, capture_output=True,
        text=True)
    assert done.stdout.split() == [str(venv / "bin/tolsey"), "accepted"], done.stderr
    for words in (["tolsey", "--version"], ["python", "-m", "tolsey", "--version"]):
        done = subprocess.run(words, env=environment, cwd=w.folder, capture_output=True, text=True)
        assert done.stdout.strip() == tolsey.__version__, done.stderr


def staying(*words, env):
    """A command that stays, and what it said when it was ready."""
    process = subprocess.Popen([*words, "--json"], env=env, stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, text=True)
    said = json.loads(process.stdout.readline())
    return process, said.get("data", said)


@check
def an_unmodified_client_buys_from_a_fresh_install(w):
    """From `pip install` to a receipt that verifies; the seconds are printed, not judged."""
    packed = next((w.folder / "dist").glob("*.whl"))
    venv, home = w.folder / "fresh", w.folder / "newcomer"
    home.mkdir()
    subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    begin = time.monotonic()
    subprocess.run([venv / "bin/python", "-m", "pip", "install", "--quiet", "--no-index",
                    "--no-deps", "--disable-pip-version-check", packed], check=True)
    own = {"PATH": f"{venv}/bin", "HOME": str(home), "TOLSEY_HOME": str(home / ".tolsey")}
    program = str(venv / "bin/tolsey")

    def tell(*words):
        done = subprocess.run([program, *words, "--json"], env=own, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)["data"]

    running = []
    try:
        node, ready = staying(program, "up", "--port", "0", env=own)
        running.append(node)
        own["TOLSEY_NODE"] = ready["url"]
        tell("agent", "create", "--budget", "1.00/day")
        door, served = staying(program, "agent", "serve", "--port", "0", env=own)
        running.append(door)
        client = openai.OpenAI(base_url=served["url"], api_key="none", max_retries=0)

        def ask():
            return client.chat.completions.with_raw_response.create(
                model="gpt", max_tokens=12, seed=5,
                messages=[{"role": "user", "content": "The hacker said"}])

        raises(openai.APIStatusError, ask, "firstPayment")
        waiting = tell("agent", "show", "agent")["pending"]
        tell("agent", "approve", "agent", str(waiting[0]["number"]))
        answer = ask()
        text = answer.parse().choices[0].message.content
        assert len(text) == 12, text
        kept = {}
        while "receiptHolds" not in kept:
            kept = httpx.get(answer.headers["tolsey-receipt"]).json()
        (home / "receipt.json").write_text(json.dumps(kept))
        (home / "answer.txt").write_text(text)
        judged = tell("receipt", "verify", str(home / "receipt.json"),
                      "--answer", str(home / "answer.txt"))
        assert judged["isAnswer"], judged
        print(f"      from pip install to a verified receipt: {time.monotonic() - begin:.1f} s",
              flush=True)
    finally:
        for process in reversed(running):
            process.send_signal(signal.SIGINT)
            process.wait(timeout=600)


@check
def a_wheel_for_others_holds_all_it_needs(w):
    """The program of CI needs Swift's libraries, so a wheel that says it runs anywhere would lie."""
    wheel = script("wheel")
    needed = set(re.findall(r"NEEDED\s+(\S+)", wheel.objdump("-p", w.program)))
    if needed <= wheel.GLIBC:
        assert wheel.platform(w.program, here=False).startswith("manylinux_2_")
        return
    errors = io.StringIO()
    with contextlib.redirect_stderr(errors):
        try:
            wheel.platform(w.program, here=False)
        except wheel.Unfit as unfit:
            assert "libswiftCore.so" in str(unfit)
            return
    raise AssertionError("it was packed for everybody")


def main():
    program = str(Path(sys.argv[1]).resolve())
    os.environ["TOLSEY_BIN"] = program
    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder, tolsey.node(market=True, seed=11) as node:
        world = World(node, Path(folder), program)
        for body in CHECKS:
            try:
                body(world)
                passed += 1
                print(f"ok    {body.__name__.replace('_', ' ')}", flush=True)
            except Exception:
                failed += 1
                print(f"FAIL  {body.__name__.replace('_', ' ')}", flush=True)
                traceback.print_exc()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
