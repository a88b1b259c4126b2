"""The bell's line over PostgreSQL's LISTEN and NOTIFY, for houses without Redis."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from typing import ClassVar

import psycopg

from app.db.lines import Line

_CHANNEL = "parvis_bell"
_PATIENCE_S = 5
_SILENCE_S = 20


class PostgresLine:
    """Two connections of one process, however many listen: one hears, one sends.

    LISTEN belongs to a session: PgBouncer in transaction mode accepts it and never delivers (see `check_bell`).
    """

    name: ClassVar[str] = "postgresql"
    errors: ClassVar[tuple[type[Exception], ...]] = (psycopg.Error, OSError, TimeoutError)

    def __init__(self, url: str) -> None:
        self._url = url
        self._sender: Line | None = None

    async def send(self, words: Sequence[str]) -> None:
        try:
            async with asyncio.timeout(_PATIENCE_S):
                if self._sender is None:
                    self._sender = await self._dial()
                async with self._sender.cursor() as cursor:
                    await cursor.execute(
                        "SELECT pg_notify(%s, word) FROM unnest(%s::text[]) word", [_CHANNEL, list(words)]
                    )
        except self.errors:
            await self.hang_up()
            raise

    async def hear(self) -> AsyncGenerator[str | None, None]:
        connection = await self._dial()
        try:
            await connection.execute(f"LISTEN {_CHANNEL}")
            yield None
            while True:
                async for notice in connection.notifies(timeout=_SILENCE_S):
                    yield notice.payload
                async with asyncio.timeout(_PATIENCE_S):
                    await connection.execute("SELECT 1")  # a line that died without a word is found out
        finally:
            await connection.close()

    async def hang_up(self) -> None:
        if self._sender is not None:
            sender, self._sender = self._sender, None
            await sender.close()

    async def _dial(self) -> Line:
        return await Line.connect(
            self._url,
            autocommit=True,
            connect_timeout=_PATIENCE_S,
            prepare_threshold=None,
            application_name="parvis bell",
        )
