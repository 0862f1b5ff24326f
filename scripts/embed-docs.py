#!/usr/bin/env python3
"""Writes Sources/CDocs/docs.c: the list of the files of docs/ that the program carries.

Only the list is written; the compiler reads the files themselves. Run it after a page was added
or taken away; TidyTests hold the list to the folder.
"""

import pathlib

ROOT = pathlib.Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"

HEAD = """\
// The pages of docs/, read by the compiler. Written by scripts/embed-docs.py.

#include "cdocs.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

"""


def main() -> None:
    files = sorted(
        path.relative_to(DOCS).as_posix()
        for path in DOCS.rglob("*")
        if path.suffix in {".md", ".svg"}
    )
    parts = [HEAD]
    for index, name in enumerate(files):
        parts.append(f'static const unsigned char page{index}[] = {{\n#embed "../../docs/{name}"\n}};\n')
    parts.append("\nstatic const struct cdocs_page pages[] = {\n")
    parts += [f'  {{"{name}", page{index}, sizeof page{index}}},\n' for index, name in enumerate(files)]
    parts.append(
        "};\n\nconst struct cdocs_page *cdocs_first(void) { return pages; }\n"
        "const size_t cdocs_count = sizeof pages / sizeof pages[0];\n")
    (ROOT / "Sources/CDocs/docs.c").write_text("".join(parts))


if __name__ == "__main__":
    main()
