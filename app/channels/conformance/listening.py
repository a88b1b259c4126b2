"""A stream whose server is away, silent, or says anything: it ends or raises, yields nothing, closes, tells no secret."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any, cast

from app.channels.conformance.provider import Provider, failing, spoken
from app.channels.conformance.trial import Trial
from app.channels.contract import Context, Delivery, Stream

_WITHIN_S = 10.0
_SERVERS: tuple[tuple[str, bytes | None], ...] = (
    ("no connection", None),
    ("closed at once", b""),
    ("garbage", b"\xff\x00<html>\r\n\r\n" * 20),
    ("half a line", b"HTTP/1.1 1"),
    ("a line without end", b"a" * 300_000),
)


@dataclass
class _Writer:
    """What an adapter writes goes nowhere; whether it closed is looked at."""

    closed: bool = False

    def write(self, data: bytes) -> None:
        del data

    async def drain(self) -> None:
        await asyncio.sleep(0)

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed

    async def wait_closed(self) -> None:
        await asyncio.sleep(0)


def streams(trial: Trial) -> str:
    """Returns how listening to a server that fails fails itself, or nothing."""
    adapter = trial.adapter
    if not isinstance(adapter, Stream) or not trial.capabilities.streams:
        return ""
    config = trial.speaking
    import httpx

    for name, said in _SERVERS:
        writers: list[_Writer] = []
        provider = Provider(failing(httpx.ConnectError))

        async def work(context: Context, said: bytes | None = said, writers: list[_Writer] = writers) -> str:
            listening = adapter.listen(config, replace(context, connect=_connecting(said, writers)))
            return await _heard(listening, trial.secrets())

        if told := asyncio.run(spoken(provider, work)):
            return f"{name}: {told}"
        if not all(writer.closed for writer in writers):
            return f"{name}: the connection is left open; close it in a finally"
    return ""


async def _heard(listening: AsyncIterator[Delivery], secrets: Any) -> str:
    try:
        async with asyncio.timeout(_WITHIN_S), aclosing(cast("Any", listening)) as deliveries:
            async for _ in deliveries:
                return "yields a delivery nobody sent"
    except TimeoutError:
        return f"neither ends nor raises within {_WITHIN_S:g} s"
    except Exception as error:  # noqa: BLE001 — a stream may raise anything: the channel's state then says so
        return "tells a secret in its error" if any(one in str(error) for one in secrets) else ""
    return ""


def _connecting(said: bytes | None, writers: list[_Writer]) -> Any:
    async def connect(
        host: str,  # noqa: ARG001
        port: int,  # noqa: ARG001
        *,
        tls: bool,  # noqa: ARG001
        timeout_s: float,  # noqa: ARG001
    ) -> tuple[asyncio.StreamReader, Any]:
        if said is None:
            raise ConnectionRefusedError("trial")
        reader = asyncio.StreamReader()
        reader.feed_data(said)
        reader.feed_eof()
        writers.append(_Writer())
        return reader, writers[-1]

    return connect
