"""People label at their pages, by HTTP as a browser would: one is killed, one clicks, the owner is killed.

usage: run.py TOLSEY

Starts a node, twelve labellers with a page each and an order; each person reads what the page shows and
sends its forms. The last line counts.
"""
import csv
import html
import http.client
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

PEOPLE = ["ann", "bob", "cat", "dan", "eve", "fay", "gus", "hal", "ida", "joe", "kay", "lea"]
CLICKER = "ann"
ITEMS = range(1, 41)
GOLD = range(101, 111)
LIMIT = 1_200
passed, failed = 0, 0


def check(name, holds, seen=""):
    global passed, failed
    if holds:
        passed += 1
    else:
        failed += 1
    print(f"ok    {name}" if holds else f"FAIL  {name} {seen}", flush=True)


def tolsey(*words):
    return subprocess.run([sys.argv[1], *map(str, words)], capture_output=True, text=True)


class Program:
    """A command that stays, with the lines that it has said."""

    def __init__(self, *words):
        self.words, self.lines = words, []
        self.process = subprocess.Popen(
            [sys.argv[1], *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        threading.Thread(target=self.listen, daemon=True).start()
        threading.Thread(target=self.process.stderr.read, daemon=True).start()

    def listen(self):
        for line in self.process.stdout:
            self.lines.append(json.loads(line)["data"])

    def first(self):
        until = time.monotonic() + 600
        while not self.lines and time.monotonic() < until:
            time.sleep(0.05)
        return self.lines[0]

    def kill(self, how):
        self.process.send_signal(how)
        return self.process.wait(600)


class Person:
    """Somebody at a page, who knows odd from even, or clicks."""

    def __init__(self, name):
        self.name, self.handed, self.shown, self.killed = name, 0, [], False
        self.open()

    def open(self):
        # Who does not look can ask less, and is drawn more often.
        price = "0.0005" if self.name == CLICKER else "0.001"
        self.program = Program("labels", "work", "--key", self.name, "--price", price, "--json")
        self.url = urllib.parse.urlsplit(self.program.first()["url"])

    def ask(self, path="", form=None):
        page = http.client.HTTPConnection(self.url.netloc, timeout=600)
        try:
            if form is None:
                page.request("GET", self.url.path + path)
            else:
                page.request(
                    "POST", self.url.path + path, urllib.parse.urlencode(form),
                    {"Origin": f"http://{self.url.netloc}",
                     "Content-Type": "application/x-www-form-urlencoded"})
            answer = page.getresponse()
            return answer.status, answer.read().decode()
        finally:
            page.close()

    def look(self):
        """Labels the batch that lies there, if there is one; whether there was."""
        text = self.ask()[1]
        batch = re.search(r"name=batch value=(\d+)", text)
        if not batch:
            return False
        count = int(re.search(r"of (\d+) answered", text).group(1))
        for item in range(count):
            page = self.ask(f"?item={item}")[1]
            content = html.unescape(re.search(r"<pre[^>]*>(.*?)</pre>", page, re.S).group(1))
            self.shown.append((content, page))
            number = int(re.search(r"number (\d+)", content).group(1))
            choice = 1 if self.name == CLICKER else 2 - number % 2
            self.ask("answer", {"batch": batch.group(1), "item": item, "choice": choice})
        self.handed += self.ask("hand-in", {"batch": batch.group(1)})[0] == 303
        return True


def files(folder):
    with open(folder / "items.csv", "w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "text"])
        for number in ITEMS:
            hostile = "<script>alert(1)</script><svg onload=alert(1)> " if number == 7 else ""
            rows.writerow([f"i{number}", f"{hostile}number {number}"])
    with open(folder / "gold.csv", "w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "text", "label"])
        for number in GOLD:
            rows.writerow([f"g{number}", f"number {number}", "odd" if number % 2 else "even"])


def order(folder):
    return subprocess.Popen(
        [sys.argv[1], "labels", "order", folder / "items.csv", "--choices", "odd,even", "--gold",
         folder / "gold.csv", "--price", "0.002", "--budget", "3", "--batch", "32", "--bid-window",
         "10", "--reveal-window", "10", "--key", "owner", "--job", folder / "job", "--json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def play(people, folder):
    """Everybody at their pages until the order has ended; the owner is killed once, and one labeller."""
    owner, owner_killed, labeller_killed = order(folder), False, None
    until = time.monotonic() + LIMIT
    while time.monotonic() < until:
        for person in people:
            if person.look() and person.name != CLICKER and labeller_killed is None:
                # What was handed in may be sealed or not: the next process must open the same.
                person.program.kill(signal.SIGKILL)
                person.open()
                labeller_killed = person
            if person.handed and not owner_killed:
                owner.kill()
                owner.wait()
                owner, owner_killed = order(folder), True
        if owner.poll() is not None:
            break
        time.sleep(0.2)
    out, err = owner.communicate(timeout=600)
    return json.loads(out), err, labeller_killed


def judge(people, answer, killed, folder):
    card = answer["data"]["card"]
    rows = list(csv.DictReader(open(folder / "job" / "dataset.csv")))
    wrong = [r for r in rows if r["label"] and (r["label"] == "odd") != (int(r["id"][1:]) % 2 == 1)]
    check("every item has a label", len(rows) == len(ITEMS) and all(r["label"] for r in rows))
    check("every label is true", not wrong, wrong[:3])
    check("it cost no more than its budget", 0 < card["cost"] <= card["budget"])
    receipts = sorted((folder / "job" / "receipts").iterdir())
    check("a receipt for each batch", len(receipts) > 0)
    check("each receipt verifies", all(tolsey("verify", r, "--known").returncode == 0 for r in receipts))
    shown = [s for person in people for s in person.shown if "<script>alert(1)" in s[0]]
    check("hostile text was read as it is", len(shown) > 0)
    check("and is no markup", not any("<script>alert" in page or "<svg" in page for _, page in shown))
    check("nobody saw an item's name", not any(re.search(r"\b[ig]\d+\b", c) for p in people for c, _ in p.shown))
    page = (folder / "job" / "dataset.html").read_text()
    check("the owner's page shows it as text", "&lt;script&gt;alert(1)" in page and "<script" not in page)
    paid = {one["account"]: one["paid"] for one in card["labellers"]}
    fates = {}
    for receipt in receipts:
        for seat in json.loads(tolsey("labels", "show", receipt, "--json").stdout)["data"]["seats"]:
            fates.setdefault(seat["account"], []).append(seat)
    for person in people:
        account = person.program.first()["account"]
        if account not in paid:
            continue
        shown = json.loads(tolsey("labels", "show", "--account", person.name, "--json").stdout)["data"]
        check(f"{person.name}: earned what the job paid", shown["paid"] == paid[account], shown)
        text = person.ask()[1]
        if person.name == CLICKER:
            check("who clicked is paid nothing", paid[account] == 0)
            check("its page says so, and why", "not accepted" in text and "answers tell" in text)
        else:
            check(f"{person.name}: every batch was paid", all(s["fate"] == "paid" for s in fates[account]))
            check(f"{person.name}: the page says so, and why",
                  ">accepted<" in text and "Earned so far: <strong>$0." in text and "par is 15" in text
                  or person is killed)
    seats = fates[killed.program.first()["account"]]
    check("who was killed opened what it had sealed", all(s["fate"] == "paid" for s in seats), seats)
    check("and was asked once about each batch", killed.handed == len(seats), killed.handed)


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        os.environ.setdefault("TOLSEY_HOME", str(folder / "home"))
        node = Program("up", "--port", "0", "--data", folder / "net", "--json")
        os.environ["TOLSEY_NODE"] = node.first()["url"]
        for key in ["owner", *PEOPLE]:
            tolsey("key", "new", key)
            tolsey("account", "fund", key)
        files(folder)
        people = [Person(name) for name in PEOPLE]
        answer, err, killed = play(people, folder)
        check("the order comes to its end", answer["ok"], answer["errors"])
        check("it went on where it was killed", "goes on" in err or "\"end\"" in json.dumps(answer), err)
        judge(people, answer, killed, folder)
        for person in people:
            check(f"{person.name} stops owing nothing", person.program.kill(signal.SIGINT) == 0)
        check("the node stops", node.kill(signal.SIGINT) == 0)
    print(f"{passed} passed, {failed} failed")
    return failed > 0


sys.exit(main())
