"""Ending though the database does not answer: whoever was asked to end waits for no answer that does not come.

A server that refuses is no matter, since each call fails at once. One that is frozen keeps every line open and says nothing:
what waits on such a line would wait for minutes, past the patience of any supervisor.
"""

import asyncio

import psycopg
import structlog

from app.db.lines import cut_all

log = structlog.get_logger()
# Three questions: a busy machine is slow to answer one.
_ANSWERS_WITHIN_S, _QUESTIONS = 2.0, 3
_ASKS_EACH_S = 0.5


async def let_go_of_silence(url: str, stop: asyncio.Event) -> None:
    """Once `stop` is set, asks the database again and again; cuts every line of this process to one that stays silent."""
    await stop.wait()
    silent = 0
    while True:
        silent = silent + 1 if await _is_silent(url) else 0
        if silent == _QUESTIONS:
            log.warning("database.let_go", silent_s=_ANSWERS_WITHIN_S * _QUESTIONS)
        if silent >= _QUESTIONS:
            cut_all()
        await asyncio.sleep(_ASKS_EACH_S)


async def _is_silent(url: str) -> bool:
    """Whether nothing is answered, be it a refusal."""
    try:
        async with asyncio.timeout(_ANSWERS_WITHIN_S):
            async with await psycopg.AsyncConnection.connect(url, autocommit=True, prepare_threshold=None) as line:
                await line.execute("SELECT 1")
    except TimeoutError:
        return True
    except psycopg.Error:
        return False
    return False
