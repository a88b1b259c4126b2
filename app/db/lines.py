"""How a connection to the database finds out that nobody is at its other end.

A machine that dies or a line that is cut closes nothing: the system would wait two hours before it asked (Linux, tcp(7)),
and a worker with it. And a peer whose system still answers for it, a frozen server or something between, is asked about
by nobody: that one is bounded here.
"""

import contextlib
import os
import socket
import weakref
from collections.abc import AsyncGenerator
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.rows import tuple_row

if TYPE_CHECKING:
    from psycopg.abc import PQGen
    from psycopg.pq.abc import PGconn
    from psycopg.rows import AsyncRowFactory

Given = TypeVar("Given")
# Silence is asked about after half a minute and given up after another; what was written and is not acknowledged within
# a minute closes the line. A socket of this machine takes no notice (PostgreSQL, "Parameter Key Words").
ATTENTIVE = {
    "connect_timeout": "10",
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "tcp_user_timeout": "60000",
}
# No statement of a process that serves or works runs so long on purpose; what is migrated or saved has lines of its own.
SILENCE_S = 300.0
# Whoever listens hears nothing for hours: it says a word, and an answer must come.
LISTEN_S = 60.0


def attentive(url: str) -> str:
    """Returns the address with what keeps a dead line from being waited for; what it says itself stands."""
    parts = urlsplit(url)
    own = parse_qsl(parts.query, keep_blank_values=True)
    ours = [(name, value) for name, value in ATTENTIVE.items() if name not in dict(own)]
    return urlunsplit(parts._replace(query=urlencode([*own, *ours])))


_STANDING: "weakref.WeakSet[Line]" = weakref.WeakSet()


class Line(psycopg.AsyncConnection[Any]):
    """A connection on which a server that says nothing for five minutes is given up, and the line closed.

    `patience_s` is another time, for as long as somebody asks what rightly takes longer.
    """

    patience_s: float | None = None

    def __init__(self, pgconn: "PGconn", row_factory: "AsyncRowFactory[Any]" = tuple_row) -> None:
        super().__init__(pgconn, row_factory)
        _STANDING.add(self)

    def cut(self) -> None:
        """Cuts the line as its other end would: whoever waits on it is told at once."""
        if not self.closed:
            with contextlib.suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(self.fileno())) as end:
                end.shutdown(socket.SHUT_RDWR)

    async def wait(
        self,
        gen: "PQGen[Given]",
        interval: float = 0.1,
        timeout: float | None = None,  # noqa: ASYNC109 — the signature is psycopg's
    ) -> Given:
        patience = self.patience_s or SILENCE_S
        try:
            return await super().wait(gen, interval=interval, timeout=patience if timeout is None else timeout)
        except psycopg.OperationalError:
            # The server was asked and has not answered: a listener, whose silence is none, was not asking.
            if timeout is None and not self.closed and self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                self.pgconn.finish()
            raise

    async def notifies(
        self,
        *,
        timeout: float | None = None,  # noqa: ASYNC109 — the signature is psycopg's
        stop_after: int | None = None,
    ) -> AsyncGenerator[psycopg.Notify]:
        """Listens; for as long as one likes when no time is given, and then only while the server answers."""
        if timeout is not None or stop_after is not None:
            async for notice in super().notifies(timeout=timeout, stop_after=stop_after):
                yield notice
            return
        while True:
            async for notice in super().notifies(timeout=LISTEN_S):
                yield notice
            await self.execute("SELECT 1")


def cut_all() -> None:
    """Cuts every line of this process."""
    for line in list(_STANDING):
        line.cut()
