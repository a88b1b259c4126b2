"""Waiting for a database that starts more slowly than the processes that need it."""

import asyncio
import contextlib
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from app.db.transaction import Database

# Longer than a server takes to replay what a crash left (docs/operate.md); past it, whoever started us should know.
WITHIN_S = 60.0
_LOOK_EVERY_S, _TELL_EVERY_S = 0.5, 10.0


async def answered(database: "Database", *, within_s: float, stop: asyncio.Event) -> None:
    """Returns once the database answers, telling meanwhile that it is waited for.

    Raises `Misconfigured` when it has not within the time, and leaves quietly when asked to stop.
    """
    import structlog

    from app.db.checks import check_version
    from app.errors import Misconfigured, Unavailable

    log, loop = structlog.get_logger(), asyncio.get_running_loop()
    began, told = loop.time(), 0.0
    while True:
        try:
            await check_version(database)
        except Unavailable as error:
            waited = loop.time() - began
            if waited >= within_s:
                raise Misconfigured(
                    f"the database of PARVIS_DATABASE_URL did not answer within {within_s:.0f} s: start PostgreSQL, "
                    f"or mend the address, the role or its password ({error.detail})"
                ) from error
            if not told or waited - told >= _TELL_EVERY_S:
                log.warning("database.waited_for", waited_s=round(waited, 1), within_s=within_s)
                told = waited or _LOOK_EVERY_S
        else:
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), timeout=_LOOK_EVERY_S)
        if stop.is_set():
            raise click.exceptions.Exit(0)
