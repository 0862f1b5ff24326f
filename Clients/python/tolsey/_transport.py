"""How the waiting client reaches a node."""

from __future__ import annotations

from collections.abc import Iterator
from types import TracebackType
from typing import Any, Self

import httpx

from tolsey._asking import (
    FEED_TIMEOUT,
    TIMEOUT,
    Asking,
    FeedEvent,
    FrameReader,
    Signer,
    judged,
    node_address,
    trusts_environment,
)
from tolsey._errors import Unreachable


class Transport:
    """Sends what the methods of `Client` ask."""

    def __init__(
        self,
        url: str | None = None,
        *,
        sign: Signer | None = None,
        http: httpx.Client | None = None,
    ) -> None:
        """A client of the node at `url`; without one, of `TOLSEY_NODE`, else of this machine's.

        `sign` gives the field `Authorization` of requests that must be signed. `http` is a client
        of your own, with proxies, certificates or time limits as you want them.
        """
        self.url = node_address(url)
        self._sign = sign
        self._http = http or httpx.Client(
            timeout=TIMEOUT, trust_env=trusts_environment(self.url))
        self._owns = http is None

    def close(self) -> None:
        """Closes the connections; not those of a client that was given."""
        if self._owns:
            self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _send(self, *words: Any, **named: Any) -> httpx.Response:
        asking = Asking.of(self._sign, *words, **named)
        try:
            answer = self._http.request(
                asking.method, self.url + asking.target, headers=asking.headers,
                content=asking.content)
        except httpx.TransportError as error:
            raise self._unreachable(error) from error
        return judged(answer)

    def _unreachable(self, error: httpx.TransportError) -> Unreachable:
        reason = str(error) or type(error).__name__
        return Unreachable(
            "unreachable", f"no answer from {self.url}: {reason}", "start one with tolsey up")

    def _json(self, *words: Any, **named: Any) -> Any:
        return self._send(*words, **named).json()

    def _text(self, *words: Any, **named: Any) -> str:
        return self._send(*words, **named).text

    def _bytes(self, *words: Any, **named: Any) -> bytes:
        return self._send(*words, **named).content

    def _feed(self, *words: Any, **named: Any) -> Iterator[FeedEvent]:
        asking = Asking.of(self._sign, *words, **named)
        reader = FrameReader()
        try:
            with self._http.stream(
                asking.method, self.url + asking.target, headers=asking.headers,
                timeout=FEED_TIMEOUT,
            ) as answer:
                if not answer.is_success:
                    answer.read()
                    judged(answer)
                for line in answer.iter_lines():
                    yield from reader.line(line)
        except httpx.TransportError as error:
            raise self._unreachable(error) from error
