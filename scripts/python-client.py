#!/usr/bin/env python3
"""Writes the generated files of Clients/python/tolsey: python-client.py [--check] <program>

It starts the program's node, asks it for /api/openapi.json and writes a type for every shape and a
method for every route. With --check nothing is written; a file that differs from what would be
written is an error. It needs nothing but Python itself.
"""

import difflib
import json
import os
import re
import subprocess
import sys
import tempfile
import textwrap
import urllib.request
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "Clients/python/tolsey"
MADE = "Made from the OpenAPI document of a node by\nscripts/python-client.py; not to be edited."
WIDTH = 96
KEYWORDS = {
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import",
    "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while",
    "with", "yield",
}


class Unknown(Exception):
    """The document has something that this generator was not written for."""


def snake(name):
    """getX402Supported → get_x402_supported, at-least → at_least, Last-Event-ID → last_event_id"""
    if "-" in name:
        return name.lower().replace("-", "_")
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def pascal(name):
    return name[:1].upper() + name[1:]


def identifier(name):
    word = snake(name)
    return word + "_" if word in KEYWORDS else word


def sentence(text):
    text = text[:1].upper() + text[1:]
    return text if text.endswith(".") else text + "."


def constant(text):
    """A string as this house writes it; JSON's escapes are Python's."""
    return json.dumps(text, ensure_ascii=False)


class Types:
    """Collects the named shapes; an object without a name gets one from where it stands."""

    def __init__(self, components):
        self.components = components
        self.texts = {}
        self.mentioned = set()
        for name, schema in components.items():
            self.define(name, schema)

    def define(self, name, schema):
        if name in self.texts:
            raise Unknown(f"two shapes are called {name}")
        self.texts[name] = ""
        if "properties" in schema:
            self.texts[name] = self.struct(name, schema)
            return
        # Quoted, since an alias is evaluated where it stands, and what it names may come later.
        lines = textwrap.wrap(self.word(schema, name), WIDTH - 10)
        quoted = [f'    "{line} "' for line in lines[:-1]] + [f'    "{lines[-1]}"']
        one = quoted[0].strip() if len(quoted) == 1 else "\n".join(["("] + quoted + [")"])
        self.texts[name] = f"{name}: TypeAlias = {one}\n"

    def struct(self, name, schema):
        required = set(schema.get("required", []))
        members = [
            (key, self.word(inner, name + pascal(key)), inner.get("description", ""))
            for key, inner in schema["properties"].items()]
        if any(key in KEYWORDS or not key.isidentifier() for key, _, _ in members):
            if len(required) != len(members):
                raise Unknown(f"{name} has a keyword and may lack something")
            lines = [f"    {constant(key)}: {constant(word)}," for key, word, _ in members]
            return "\n".join(
                [f"{name} = TypedDict(", f"    {constant(name)},", "    {"]
                + ["    " + line for line in lines] + ["    },", ")", ""])
        lines = [f"class {name}(TypedDict):"]
        for key, word, about in members:
            if key not in required:
                word = f"NotRequired[{word}]"
            lines.append(f"    {key}: {word}")
            if about:
                lines.append(f'    """{sentence(about)}"""')
        return "\n".join(lines + [""])

    def word(self, schema, place):
        """The type of a schema as it is written in an annotation."""
        if "$ref" in schema:
            return schema["$ref"].rsplit("/", 1)[1]
        if "anyOf" in schema:
            words = []
            for number, one in enumerate(schema["anyOf"]):
                word = self.word(one, place if number == 0 else f"{place}{number + 1}")
                if word not in words:
                    words.append(word)
            return " | ".join(sorted(words, key=lambda word: word == "None"))
        if "enum" in schema:
            return "Literal[" + ", ".join(constant(one) for one in schema["enum"]) + "]"
        kind = schema.get("type")
        if kind == "array":
            place = place[:-1] if place.endswith("s") else place + "Item"
            return f"list[{self.word(schema['items'], place)}]"
        if kind == "object":
            if "properties" not in schema:
                return "dict[str, Any]"
            self.define(place, schema)
            return place
        if kind == "string":
            return "bytes" if schema.get("format") == "binary" else "str"
        plain = {"integer": "int", "boolean": "bool", "null": "None"}
        if kind not in plain:
            raise Unknown(f"what is {schema} of {place}?")
        return plain[kind]

    def file(self):
        head = f'"""What a node answers and takes, by its names.\n\n{MADE}\n"""\n\n'
        head += "from __future__ import annotations\n\n"
        head += "from typing import Any, Literal, NotRequired, TypeAlias, TypedDict\n"
        return head + "".join("\n\n" + self.texts[name] for name in sorted(self.texts))


class Argument:
    """A parameter of a route as an argument of its method."""

    def __init__(self, parameter, types):
        self.name = parameter["name"]
        self.place = parameter["in"]
        self.about = parameter.get("description", "")
        self.isRequired = parameter.get("required", False)
        self.variable = identifier(self.name)
        schema = parameter["schema"]
        if schema.get("enum") == ["0", "1"]:
            self.word = "bool"
        elif schema.get("type") == "array":
            self.word = "Sequence[str]"
            if schema["items"].get("type") != "string":
                raise Unknown(f"a list of {schema['items']}")
        else:
            self.word = types.word(schema, "Parameter" + pascal(self.variable))

    @property
    def declared(self):
        return f"{self.variable}: {self.word}" + ("" if self.isRequired else " | None = None")


class Operation:
    """A route as a method."""

    def __init__(self, path, method, told, types):
        self.path, self.method, self.told = path, method.upper(), told
        self.name = snake(told["operationId"])
        self.title = pascal(told["operationId"])
        self.arguments = [Argument(one, types) for one in told.get("parameters", [])]
        self.isSigned = "security" in told
        self.body, self.media = None, {}
        for media, content in told.get("requestBody", {}).get("content", {}).items():
            word = types.word(content["schema"], self.title + "Body")
            self.media[word] = media
        if self.media:
            self.body = " | ".join(self.media)
        self.answers = {}
        for status, answer in told["responses"].items():
            if status.startswith("2"):
                for media, content in answer["content"].items():
                    word = types.word(content["schema"], self.title + "Answer")
                    self.answers.setdefault(media.split(";")[0], []).append(word)
        if len(self.answers) != 1:
            raise Unknown(f"{self.name} answers in several media")
        (self.type, words), = self.answers.items()
        self.answer = " | ".join(words)
        if self.type.startswith("text/plain"):
            self.answer = "str"
        self.entries = self.pages(types)

    def pages(self, types):
        """(member, type of an entry) of an answer that comes in pages."""
        if all(one.name != "cursor" for one in self.arguments):
            return None
        schema = types.components.get(self.answer)
        if schema is None:
            schema = next(
                content["schema"] for content in self.told["responses"]["200"]["content"].values())
        lists = [key for key, inner in schema["properties"].items()
                 if inner.get("type") == "array"]
        if len(lists) != 1 or "cursor" not in schema["properties"]:
            raise Unknown(f"{self.name} takes a cursor and gives none")
        word = re.search(rf"\n    {lists[0]}: list\[(.*)\]\n", types.texts[self.answer])
        return lists[0], word.group(1)

    @property
    def isFeed(self):
        return self.type == "text/event-stream"

    def signature(self, name, leaves=()):
        positional, named = ["self"], []
        for one in self.arguments:
            if one.name in leaves:
                continue
            (positional if one.place == "path" else named).append(one.declared)
        if self.body:
            positional.append(f"body: {self.body}")
        return name, positional + (["*"] + named if named else [])

    def texts(self, isAsync):
        if self.isFeed:
            yield self.feed(isAsync)
            return
        yield self.plain(isAsync)
        if self.entries:
            yield self.every(isAsync)

    def declared(self, start, signature, answer):
        name, words = signature
        line = f"    {start} {name}({', '.join(words)}) -> {answer}:"
        if len(line) <= WIDTH:
            return [line]
        inside = ["        " + one + "," for one in words]
        return [f"    {start} {name}("] + inside + [f"    ) -> {answer}:"]

    def sentences(self, extra=()):
        lines = [sentence(self.told["summary"]), "", f"`{self.method} {self.path}`", ""]
        for one in self.arguments:
            if one.about and one.name not in extra:
                lines.append(f"- `{one.variable}`: {one.about}")
        if self.isSigned:
            lines.append("- signed: the client needs a `sign`")
        while not lines[-1]:
            lines.pop()
        wrapped = []
        for line in lines:
            wrapped += textwrap.wrap(
                line, WIDTH - 10, subsequent_indent="  " if line.startswith("-") else "") or [""]
        wrapped[0] = '"""' + wrapped[0]
        return ["        " + one if one else "" for one in wrapped + ['"""']]

    def asked(self, leaves=()):
        """The words that say what is asked, as the client's own methods take them."""
        path = re.sub(r"\{(\w+)\}", lambda m: "{part(" + identifier(m.group(1)) + ")}", self.path)
        words = [constant(self.method), ("f" if "{" in path else "") + constant(path)]
        query = [one for one in self.arguments if one.place == "query" and one.name not in leaves]
        if query:
            pairs = ", ".join(f"({constant(one.name)}, {one.variable})" for one in query)
            words.append(f"query=[{pairs}]")
        heads = [one for one in self.arguments if one.place == "header"]
        if heads:
            pairs = ", ".join(f"({constant(one.name)}, {one.variable})" for one in heads)
            words.append(f"headers=[{pairs}]")
        if self.body:
            words.append("body=body")
            if self.media.get("bytes"):
                words.append(f"media={constant(self.media['bytes'])}")
        if self.isSigned:
            words.append("signed=True")
        lines = ["            " + word + "," for word in words]
        return [
            line for each in lines for line in (
                [each] if len(each) <= WIDTH else
                textwrap.wrap(each, WIDTH, initial_indent="", subsequent_indent=" " * 16,
                              drop_whitespace=True, break_long_words=False))]

    def plain(self, isAsync):
        how = {"application/json": "json", "text/plain": "text"}.get(self.type, "bytes")
        start, wait = ("async def", "await ") if isAsync else ("def", "")
        lines = self.declared(start, self.signature(self.name), self.answer)
        lines += self.sentences()
        if how == "json":
            lines += [f"        answer: {self.answer} = {wait}self._json("]
            lines += self.asked() + ["        )", "        return answer"]
        else:
            lines += [f"        return {wait}self._{how}("] + self.asked() + ["        )"]
        return "\n".join(lines) + "\n"

    def every(self, isAsync):
        """A method that reads every page."""
        member, word = self.entries
        start, wait, each = ("async def", "await ", "AsyncIterator") if isAsync else (
            "def", "", "Iterator")
        name = self.name.replace("get_", "every_", 1)
        lines = self.declared(start, self.signature(name, {"cursor"}), f"{each}[{word}]")
        lines += [f'        """The entries of `{self.name}`, of this page and all that follow."""',
                  "        cursor: str | None = None", "        while True:",
                  f"            page = {wait}self.{self.name}("]
        for one in self.arguments:
            lines.append(" " * 16 + (one.variable if one.place == "path" else
                                     f"{one.variable}={one.variable}") + ",")
        lines += ["            )", f"            for entry in page[{constant(member)}]:",
                  "                yield entry", '            cursor = page["cursor"]',
                  "            if cursor is None:", "                return"]
        return "\n".join(lines) + "\n"

    def feed(self, isAsync):
        each, kind = ("AsyncIterator", "async ") if isAsync else ("Iterator", "")
        lines = self.declared("def", self.signature(self.name), f"{each}[FeedEvent]")
        lines += self.sentences() + ["        return self._feed("] + self.asked() + ["        )"]
        return "\n".join(lines) + "\n"


def client(operations, names, isAsync):
    kind, base = ("AsyncClient", "AsyncTransport") if isAsync else ("Client", "Transport")
    module = "_async_transport" if isAsync else "_transport"
    each = "AsyncIterator" if isAsync else "Iterator"
    body = "\n".join(text for one in operations for text in one.texts(isAsync))
    used = [name for name in names if re.search(rf"\b{name}\b", body)]
    waits = "Each method waits for the answer with `await`." if isAsync else ""
    lines = [
        f'"""A client of a node: a method for every route.\n\n{MADE}\n"""', "",
        "from __future__ import annotations", "",
        f"from collections.abc import {each}, Sequence",
        "from typing import Any, Literal", "",
        f"from tolsey.{module} import {base}",
        "from tolsey._asking import FeedEvent, part", "from tolsey.types import (",
    ]
    lines += [f"    {name}," for name in used] + [")", "", "", f"class {kind}({base}):"]
    told = ("A node, by its address. Every method is a route of its HTTP API. "
            "A node that refuses raises `Problem`. " + waits).strip()
    lines += ["    " + one for one in textwrap.wrap('"""' + told + '"""', WIDTH - 4)]
    return "\n".join(lines) + "\n\n" + body


def generated(document):
    types = Types(document["components"]["schemas"])
    operations = [
        Operation(path, method, told, types)
        for path, methods in document["paths"].items() for method, told in methods.items()]
    names = sorted(types.texts)
    version = document["info"]["version"]
    return {
        "types.py": types.file(),
        "_client.py": client(operations, names, isAsync=False),
        "_async_client.py": client(operations, names, isAsync=True),
        "_version.py": f'"""The version of the node that this client was made for.\n\n{MADE}\n"""\n\n'
                       f"VERSION = {constant(version)}\n",
    }


def document(program):
    """The OpenAPI document of a node that is started for it, and ended by its own id."""
    with tempfile.TemporaryDirectory() as home:
        node = subprocess.Popen(
            [program, "up", "--port", "0", "--seed", "1", "--json"], stdout=subprocess.PIPE,
            text=True, env=dict(os.environ, TOLSEY_HOME=home))
        try:
            url = json.loads(node.stdout.readline())["data"]["url"]
            direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            with direct.open(url + "/api/openapi.json", timeout=30) as answer:
                return json.load(answer)
        finally:
            node.terminate()
            node.wait(30)


def main():
    words = [word for word in sys.argv[1:] if word != "--check"]
    if len(words) != 1:
        print(__doc__, file=sys.stderr)
        return 64
    differ = False
    for name, new in generated(document(words[0])).items():
        path = FOLDER / name
        if "--check" not in sys.argv:
            path.write_text(new)
            continue
        old = path.read_text() if path.exists() else ""
        if old != new:
            differ = True
            sys.stdout.writelines(difflib.unified_diff(
                old.splitlines(True), new.splitlines(True), f"Clients/python/tolsey/{name}",
                "made now"))
    if differ:
        print("tolsey: hint: run scripts/python-client.py and commit its files", file=sys.stderr)
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
