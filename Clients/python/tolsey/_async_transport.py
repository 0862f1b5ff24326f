"""How the client for asyncio and trio reaches a node."""

from __future__ import annotations

from collections.abc import AsyncIterator
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


class AsyncTransport:
    """Sends what the methods of `AsyncClient` ask."""

    def __init__(
        self,
        url: str | None = None,
        *,
        sign: Signer | None = None,
        http: httpx.AsyncClient | None = None,
    ) -> None:
        """A client of the node at `url`; without one, of `TOLSEY_NODE`, else of this machine's.

        `sign` gives the field `Authorization` of requests that must be signed. `http` is a client
        of your own, with proxies, certificates or time limits as you want them.
        """
        self.url = node_address(url)
        self._sign = sign
        self._http = http or httpx.AsyncClient(
            timeout=TIMEOUT, trust_env=trusts_environment(self.url))
        self._owns = http is None

    async def close(self) -> None:
        """Closes the connections; not those of a client that was given."""
        if self._owns:
            await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def _send(self, *words: Any, **named: Any) -> httpx.Response:
        asking = Asking.of(self._sign, *words, **named)
        try:
            answer = await self._http.request(
                asking.method, self.url + asking.target, headers=asking.headers,
                content=asking.content)
        except httpx.TransportError as error:
            raise self._unreachable(error) from error
        return judged(answer)

    def _unreachable(self, error: httpx.TransportError) -> Unreachable:
        reason = str(error) or type(error).__name__
        return Unreachable(
            "unreachable", f"no answer from {self.url}: {reason}", "start one with tolsey up")

    async def _json(self, *words: Any, **named: Any) -> Any:
        return (await self._send(*words, **named)).json()

    async def _text(self, *words: Any, **named: Any) -> str:
        return (await self._send(*words, **named)).text

    async def _bytes(self, *words: Any, **named: Any) -> bytes:
        return (await self._send(*words, **named)).content

    async def _feed(self, *words: Any, **named: Any) -> AsyncIterator[FeedEvent]:
        asking = Asking.of(self._sign, *words, **named)
        reader = FrameReader()
        try:
            async with self._http.stream(
                asking.method, self.url + asking.target, headers=asking.headers,
                timeout=FEED_TIMEOUT,
            ) as answer:
                if not answer.is_success:
                    await answer.aread()
                    judged(answer)
                async for line in answer.aiter_lines():
                    for event in reader.line(line):
                        yield event
        except httpx.TransportError as error:
            raise self._unreachable(error) from error
