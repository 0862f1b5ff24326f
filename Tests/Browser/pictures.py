#!/usr/bin/env python3
"""Takes the README's pictures of a demo's pages: pictures.py URL FOLDER

The first page; an order that three blind seats answered, of which one lied; the dispute of the
most rounds; a run that was proved.
"""

import json
import sys
import urllib.request
from pathlib import Path

from playwright.sync_api import sync_playwright

CHROMIUM = "/usr/bin/chromium"
WIDTH, HEIGHT = 1024, 900


def twin(base, path):
    with urllib.request.urlopen(base + path, timeout=20) as answer:
        return json.load(answer)


def pages(base):
    """The path of each picture's page, by the picture's name."""
    orders = twin(base, "/orders.json?check=replicated")["orders"]
    order = next(one for one in orders if one["bids"] > 3 and one["slashed"] and one["good"])
    dispute = max(twin(base, "/disputes.json")["disputes"], key=lambda one: one["rounds"])
    proved = next(
        one for one in twin(base, "/orders.json?check=proved")["orders"] if one["good"]
    )
    run = twin(base, f"/leases/{proved['lease']}.json")["settled"][0]
    return {
        "home": "/",
        "order": f"/orders/{order['id']}",
        "dispute": f"/disputes/{dispute['game']}",
        "proof": f"/runs/{run}",
    }


def main():
    base, folder = sys.argv[1].rstrip("/"), Path(sys.argv[2])
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM)
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        for name, path in pages(base).items():
            page.goto(base + path)
            page.wait_for_timeout(300)
            page.screenshot(path=str(folder / f"{name}.png"))
            print(f"{name}.png: {path}")
        browser.close()


main()
