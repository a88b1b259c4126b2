"""The harness's own look into the database, as the administrator who sees every row; it may be away, and comes back."""

import asyncio
from collections.abc import Sequence
from typing import Any

import psycopg


class Look:
    """One connection, made again whenever it died."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: psycopg.AsyncConnection[tuple[Any, ...]] | None = None

    async def rows(self, query: str, *values: Any, within_s: float = 60.0) -> list[tuple[Any, ...]]:
        """Asks, again and again while the database is away."""
        end = asyncio.get_running_loop().time() + within_s
        while True:
            try:
                async with asyncio.timeout(30):
                    return await self._asked(query, values)
            except (psycopg.OperationalError, TimeoutError):
                await self.close()
                if asyncio.get_running_loop().time() > end:
                    raise
                await asyncio.sleep(0.1)

    async def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def _asked(self, query: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        if self._connection is None or self._connection.broken:
            self._connection = await psycopg.AsyncConnection.connect(self._url, autocommit=True)
        answer = await self._connection.execute(query, values)
        return await answer.fetchall()
