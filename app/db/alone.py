"""Statements that are a transaction of their own: one round trip, on connections kept for nothing else.

A door keeps a delivery with one statement; a session around it costs three round trips and more processor time than the
rest of the answer.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

import psycopg
from sqlalchemy import TextClause
from sqlalchemy.dialects.postgresql import psycopg as dialects

from app.db.lines import Line

_DIALECT = dialects.dialect()  # type: ignore[no-untyped-call]
_PATIENCE_S = 30.0
_DIAL_S = 5


class Alone:
    """A few connections in autocommit; the one used last is used next, so that a calm house keeps few of them busy."""

    errors = (
        psycopg.OperationalError,
        psycopg.InterfaceError,
        psycopg.errors.ReadOnlySqlTransaction,
        OSError,
        TimeoutError,
    )

    def __init__(self, url: str, *, size: int) -> None:
        self._url, self._turns = url, asyncio.Semaphore(size)
        self._free: list[Line] = []
        self._written: dict[TextClause, str] = {}

    async def run(self, statement: TextClause, values: Mapping[str, Any]) -> None:
        """Runs a statement; it is committed when this returns. Raises one of `errors` when the database is away."""
        async with asyncio.timeout(_PATIENCE_S), self._turns:
            connection = self._free.pop() if self._free else await self._dial()
            try:
                await connection.execute(self._text(statement), values)
            except self.errors:
                # What one connection lost, the others lost too.
                self._free.append(connection)
                await self.close()
                raise
            except psycopg.Error:
                self._free.append(connection)
                raise
            except BaseException:
                # Cut in the middle: nobody knows what the server still says on it.
                await connection.close()
                raise
            self._free.append(connection)

    async def close(self) -> None:
        while self._free:
            await self._free.pop().close()

    async def _dial(self) -> Line:
        return await Line.connect(
            self._url,
            autocommit=True,
            connect_timeout=_DIAL_S,
            prepare_threshold=None,  # as the sessions: PgBouncer in transaction mode
            application_name="parvis door",
        )

    def _text(self, statement: TextClause) -> str:
        written = self._written.get(statement)
        if written is None:
            written = self._written[statement] = str(statement.compile(dialect=_DIALECT))
        return written
