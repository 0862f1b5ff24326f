#!/usr/bin/env python3
"""Draws the map of rooms from Package.swift: rooms.py [--check]

Writes docs/pictures/rooms.svg and the table in docs/concepts/architecture.md between its marks.
With --check nothing is written; what differs from what would be written is an error.
"""

import html
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/concepts/architecture.md"
PICTURE = ROOT / "docs/pictures/rooms.svg"
BEGIN, END = "<!-- rooms: made by make docs -->", "<!-- end of rooms -->"
LINE = re.compile(
    r'// (?P<purpose>.*)\n    (?P<kind>room|program|kernels|curve)\(\s*"(?P<name>\w+)"'
    r'(?:, at: "(?P<at>[\w/]+)")?(?:,\s*\[(?P<uses>[^\]]*)\])?'
)
WIDTH, ROW, BOX = 960, 78, 128


def rooms():
    found = {}
    for match in LINE.finditer((ROOT / "Package.swift").read_text()):
        uses = re.findall(r'"(\w+)"', match["uses"] or "")
        found[match["name"]] = {
            "purpose": match["purpose"],
            "folder": "Sources/" + (match["at"] or match["name"]),
            "uses": uses,
        }
    return found


def below(name, map_):
    """Everything that lies under a room."""
    reached = set()
    open_ = list(map_[name]["uses"])
    while open_:
        next_ = open_.pop()
        if next_ not in reached:
            reached.add(next_)
            open_ += map_[next_]["uses"]
    return reached


def direct(name, map_):
    """Edges that no longer way implies."""
    uses = map_[name]["uses"]
    return [use for use in uses if not any(use in below(other, map_) for other in uses)]


def levels(map_):
    """Rows from the top: a room stands just below the lowest of those that import it."""
    row_of = {}

    def row(name):
        if name not in row_of:
            users = [user for user in map_ if name in map_[user]["uses"]]
            row_of[name] = max((row(user) + 1 for user in users), default=0)
        return row_of[name]

    rows = {}
    for name in map_:
        rows.setdefault(row(name), []).append(name)
    return [rows[index] for index in sorted(rows)]


def sorted_row(row, place, map_):
    """Left to right as the rooms that import them stand."""
    def middle(name):
        above = [place[user][0] for user in place if name in direct(user, map_)]
        return sum(above) / len(above) if above else WIDTH / 2
    return sorted(row, key=middle)


def picture(map_):
    rows = levels(map_)
    height = len(rows) * ROW + 10
    place = {}
    for index, row in enumerate(rows):
        gap = WIDTH / (len(row) + 1)
        for column, name in enumerate(sorted_row(row, place, map_)):
            place[name] = (round(gap * (column + 1)), index * ROW + 10)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" '
        'font-family="sans-serif" font-size="14">',
        "<title>The rooms of Tolsey, each above what it imports</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#fbf9f4"/>',
    ]
    for name in map_:
        for use in direct(name, map_):
            (x1, y1), (x2, y2) = place[name], place[use]
            lines.append(
                f'<path d="M{x1} {y1 + 40}C{x1} {y1 + 62} {x2} {y2 - 26} {x2} {y2 - 2}" '
                'fill="none" stroke="#8b8577"/>'
            )
    for name, (x, y) in place.items():
        words = html.escape(f"{name}: {map_[name]['purpose']}")
        lines.append(
            f'<g><title>{words}</title><rect x="{x - BOX // 2}" y="{y}" width="{BOX}" height="40" '
            f'rx="6" fill="#ffffff" stroke="#0e5a5d"/><text x="{x}" y="{y + 25}" '
            f'text-anchor="middle" fill="#1c2329">{name}</text></g>'
        )
    return "\n".join(lines + ["</svg>", ""])


def table(map_):
    lines = ["| room | folder | holds | imports |", "|---|---|---|---|"]
    for row in levels(map_):
        for name in row:
            room = map_[name]
            uses = ", ".join(f"`{use}`" for use in direct(name, map_)) or "nothing of ours"
            lines.append(f"| `{name}` | `{room['folder']}` | {room['purpose']} | {uses} |")
    return "\n".join(lines)


def main():
    map_ = rooms()
    page = PAGE.read_text()
    head, rest = page.split(BEGIN)
    tail = rest.split(END)[1]
    wanted = {
        PAGE: f"{head}{BEGIN}\n\n{table(map_)}\n\n{END}{tail}",
        PICTURE: picture(map_),
    }
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text() != text]
    if "--check" in sys.argv[1:]:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is not what the manifest says: run make docs")
        print(f"{len(wanted) - len(stale)} passed, {len(stale)} failed")
        sys.exit(1 if stale else 0)
    for path in stale:
        path.write_text(wanted[path])


if __name__ == "__main__":
    main()
