#!/usr/bin/env python3
"""Looks at every page of a running node as a visitor would: pages.py URL [--shots FOLDER]

Follows every link from the front page. Each page must answer below 400, have a title, load nothing
from elsewhere, break nothing in the console and have a twin that parses. One page of each kind is
opened in Chromium at three widths and in both schemes: no serious finding of axe-core, nothing
wider than the screen. The front page is weighed and timed. Ends with "N passed, N failed".
"""

import argparse
import json
import re
import sys
import urllib.error
import urllib.request
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import sync_playwright

CHROMIUM = "/usr/bin/chromium"
WIDTHS = (390, 1024, 1600)
SCHEMES = ("light", "dark")
MOST_PAGES = 8000
# The front page, all its files included, and its first paint on loopback.
WEIGHT, PAINT = 60_000, 150


class Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.links, self.title, self.in_title = [], "", False

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        if tag == "a" and found.get("href"):
            self.links.append(found["href"])
        if tag in ("link", "img", "script"):
            self.links += [found[key] for key in ("href", "src") if found.get(key)]
        self.in_title = tag == "title"

    def handle_endtag(self, tag):
        self.in_title = False

    def handle_data(self, data):
        if self.in_title:
            self.title += data


class Score:
    def __init__(self):
        self.passed, self.failures = 0, []

    def check(self, holds, words):
        if holds:
            self.passed += 1
        else:
            self.failures.append(words)
            print(f"failed: {words}", flush=True)


def fetch(url):
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            return answer.status, answer.headers.get("content-type", ""), answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers.get("content-type", ""), error.read()


def kind(path):
    """The page's pattern: its path without what names an object."""
    parts = path.strip("/").split("/")
    if parts[0] == "docs":
        return "docs/" + (parts[1] if len(parts) > 1 else "")
    shown = [part if re.fullmatch(r"[a-z-]{1,20}", part) else ":id" for part in parts]
    return "/".join(shown[:3])


def crawl(base, score):
    """Every page that links lead to; a path of each kind for the browser."""
    host = urlsplit(base).netloc
    waiting, seen, kinds = ["/"], set(), {}
    while waiting and len(seen) < MOST_PAGES:
        path = waiting.pop(0)
        if path in seen:
            continue
        seen.add(path)
        status, media, body = fetch(base + path)
        score.check(status < 400, f"{path} answers {status}")
        if "html" not in media or status >= 400:
            continue
        page = Links()
        page.feed(body.decode())
        score.check(page.title.strip() != "", f"{path} has no title")
        bare = urlsplit(path).path
        kinds.setdefault(kind(bare), [])
        if len(kinds[kind(bare)]) < 2:
            kinds[kind(bare)].append(path)
            twin = "/index.json" if bare == "/" else bare + ".json"
            status, media, body = fetch(base + twin)
            try:
                parsed = json.loads(body)
                score.check("height" in parsed and "made" in parsed, f"{twin} says no height")
            except ValueError:
                score.check(False, f"{twin} does not parse ({status} {media})")
        for link in page.links:
            target = urlsplit(urljoin(base + path, link))
            if target.scheme not in ("http", "https"):
                continue
            score.check(target.netloc == host, f"{path} leads elsewhere: {link}")
            if target.netloc == host:
                waiting.append(target.path + (f"?{target.query}" if target.query else ""))
    score.check(len(seen) < MOST_PAGES, f"more than {MOST_PAGES} pages")
    print(f"{len(seen)} pages of {len(kinds)} kinds", flush=True)
    return kinds


def look(browser, base, path, score, axe, shots):
    """A page at every width and in both schemes."""
    for scheme in SCHEMES:
        context = browser.new_context(color_scheme=scheme, reduced_motion="reduce")
        page = context.new_page()
        faults, foreign = [], []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
        page.on("request", lambda asked: foreign.append(asked.url)
                if not asked.url.startswith((base, "data:")) else None)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(base + path, wait_until="load")
            name = f"{path} at {width} {scheme}"
            wide = page.evaluate("document.documentElement.scrollWidth")
            score.check(wide <= width, f"{name}: {wide} pixels wide")
            if width != 1024:
                page.evaluate(axe)
                found = page.evaluate(
                    "axe.run(document, {resultTypes: ['violations']}).then(r => r.violations"
                    ".filter(v => ['serious', 'critical'].includes(v.impact))"
                    ".map(v => v.id + ': ' + v.nodes[0].html.slice(0, 120)))")
                score.check(not found, f"{name}: {'; '.join(found)}")
            if shots:
                words = re.sub(r"[^a-z0-9]+", "-", path.lower())[:40].strip("-") or "home"
                page.screenshot(path=str(shots / f"{words}-{width}-{scheme}.png"), full_page=True)
        score.check(not faults, f"{path} {scheme}: {'; '.join(faults)}")
        score.check(not foreign, f"{path} {scheme} asks elsewhere: {foreign[:3]}")
        context.close()


def weigh(browser, base, score):
    """The front page over the wire: bytes, first paint (the best of ten), shifts of its layout."""
    best = None
    for _ in range(10):
        context = browser.new_context()
        page = context.new_page()
        tools = context.new_cdp_session(page)
        tools.send("Network.enable")
        sizes = []
        tools.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
        page.goto(base + "/", wait_until="load")
        page.wait_for_timeout(300)
        paint = page.evaluate(
            "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 1e9")
        shift = page.evaluate(
            "new Promise(done => { let sum = 0; new PerformanceObserver(list => {"
            "for (const entry of list.getEntries()) sum += entry.value; })"
            ".observe({type: 'layout-shift', buffered: true}); setTimeout(() => done(sum), 200); })")
        best = min(best or (paint, 0, 0), (paint, sum(sizes), shift))
        context.close()
    paint, weight, shift = best
    print(f"front page: {weight:.0f} bytes, first paint {paint:.0f} ms, layout shift {shift}")
    score.check(weight <= WEIGHT, f"the front page weighs {weight:.0f} bytes")
    score.check(paint <= PAINT, f"the front page is painted after {paint:.0f} ms")
    score.check(shift == 0, f"the front page shifts by {shift}")


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    options.add_argument("url")
    options.add_argument("--shots", type=Path)
    options.add_argument("--axe", type=Path, required=True)
    asked = options.parse_args()
    base = asked.url.rstrip("/")
    if asked.shots:
        asked.shots.mkdir(parents=True, exist_ok=True)
    score = Score()
    kinds = crawl(base, score)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for name in sorted(kinds):
            look(browser, base, kinds[name][0], score, asked.axe.read_text(), asked.shots)
        weigh(browser, base, score)
        browser.close()
    print(f"{score.passed} passed, {len(score.failures)} failed")
    sys.exit(1 if score.failures else 0)


if __name__ == "__main__":
    main()
