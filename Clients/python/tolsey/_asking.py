"""What both clients share: how a request is written and how an answer is read."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import quote, urlencode, urlsplit

import httpx

from tolsey._errors import Problem
from tolsey.types import Event

Signer: TypeAlias = Callable[[str, str, bytes], str]
"""Gives the field `Authorization` for (method, path and query, body)."""

Value: TypeAlias = str | int | bool | Sequence[str] | None
DEFAULT_NODE = "http://127.0.0.1:7465"
TIMEOUT = httpx.Timeout(30.0, connect=10.0)
# A quiet feed shows a sign of life every ten seconds.
FEED_TIMEOUT = httpx.Timeout(30.0, connect=10.0, read=45.0)


@dataclass(frozen=True)
class FeedEvent:
    """An event of the feed, with its place."""

    id: str
    """Where it stands; `after=` this id the feed goes on without a gap."""
    height: int
    index: int
    event: Event


def node_address(url: str | None) -> str:
    """An address that was said, else that of `TOLSEY_NODE`, else the one that `up` listens on."""
    address = url or os.environ.get("TOLSEY_NODE") or DEFAULT_NODE
    return address.rstrip("/")


def trusts_environment(url: str) -> bool:
    """Whether proxies of the environment count; they never lead to this machine."""
    host = urlsplit(url).hostname or ""
    return not (host == "localhost" or host == "::1" or host.startswith("127."))


def part(value: str | int) -> str:
    """A part of a path; nothing in it is taken for another part."""
    text = quote(str(value), safe="")
    # Dots alone would be walked by whoever joins paths.
    return text.replace(".", "%2E") if text.strip(".") == "" else text


def target(path: str, query: Sequence[tuple[str, Value]]) -> str:
    """Path and query as they travel, and as they are signed."""
    pairs: list[tuple[str, str]] = []
    for name, value in query:
        if value is None:
            continue
        if isinstance(value, bool):
            pairs.append((name, "1" if value else "0"))
        elif isinstance(value, (str, int)):
            pairs.append((name, str(value)))
        else:
            pairs += [(name, str(one)) for one in value]
    return f"{path}?{urlencode(pairs)}" if pairs else path


@dataclass(frozen=True)
class Asking:
    """One request, ready to be sent."""

    method: str
    target: str
    headers: dict[str, str]
    content: bytes | None

    @staticmethod
    def of(
        sign: Signer | None,
        method: str,
        path: str,
        *,
        query: Sequence[tuple[str, Value]] = (),
        headers: Sequence[tuple[str, Value]] = (),
        body: object = None,
        media: str = "application/cbor",
        signed: bool = False,
    ) -> Asking:
        fields = {name: str(value) for name, value in headers if value is not None}
        content: bytes | None = None
        if isinstance(body, (bytes, bytearray)):
            content = bytes(body)
            fields["Content-Type"] = media
        elif body is not None:
            content = json.dumps(body, allow_nan=False).encode()
            fields["Content-Type"] = "application/json"
        where = target(path, query)
        # Blobs that are public need no signature, so a client without a signer asks all the same.
        if signed and sign is not None:
            fields["Authorization"] = sign(method, where, content or b"")
        return Asking(method, where, fields, content)


def judged(answer: httpx.Response) -> httpx.Response:
    """An answer of success; a problem is raised."""
    if answer.is_success:
        return answer
    after = answer.headers.get("Retry-After", "")
    retry = float(after) if after.isdecimal() else None
    try:
        told: Any = answer.json()
    except ValueError:
        told = None
    if not isinstance(told, dict) or not isinstance(told.get("code"), str):
        raise Problem(
            answer.status_code, "http", f"the node answered with status {answer.status_code}",
            "is this the address of a node?", retry_after=retry)
    raise Problem(
        answer.status_code,
        told["code"],
        str(told.get("message", "")),
        str(told.get("hint", "")),
        numbers={one["name"]: one["value"] for one in told.get("numbers", [])},
        candidates=told.get("candidates", []),
        retry_after=retry,
    )


class FrameReader:
    """Takes server-sent events apart (HTML Living Standard, 9.2.6), a line at a time."""

    def __init__(self) -> None:
        self._id = ""
        self._data: list[str] = []

    def line(self, text: str) -> Iterator[FeedEvent]:
        if text:
            name, _, value = text.partition(":")
            value = value.removeprefix(" ")
            if name == "data":
                self._data.append(value)
            elif name == "id":
                self._id = value
            return
        if self._data:
            told = json.loads("\n".join(self._data))
            height, index = told.pop("height"), told.pop("index")
            yield FeedEvent(self._id, height, index, told)
        self._data = []
