"""The whole way of a mail: from SMTP to a ticket with its clock, its events, its acknowledgement and its search.

One API process and one worker, against the thin intake. A round ends when the last delivery is settled; when the last
acknowledgement has left is told too, since the worker does both.
"""

import asyncio
import time
from collections.abc import Sequence

import psycopg

from bench import figures
from bench.corpus import Mail, mails, threads
from bench.figures import Pair, Round
from bench.ground import Ground, Town, serving, working
from bench.machine import processor_seconds
from bench.processes import Process
from bench.smtp_load import sent
from bench.thin import mail as thin

CONNECTIONS = 4
_SETTLED = "SELECT NOT EXISTS (SELECT 1 FROM receptions WHERE state = 'queued')"
_LEFT = "SELECT NOT EXISTS (SELECT 1 FROM outbound WHERE state IN ('frozen', 'sending'))"


async def run(ground: Ground, *, quick: bool) -> dict[str, object]:
    """Returns the rates of both, their ratio, and whether every mail found its thread."""
    count, rounds = (40, 1) if quick else (600, 3)
    thin_base = ground.database(migrated=False)
    with psycopg.connect(thin_base.owner, autocommit=True) as connection:
        connection.execute(thin.SCHEMA)
    town = await ground.town()
    async with serving(town, PARVIS_SMTP_LISTEN="127.0.0.1:0") as (api, _), working(town) as worker:
        port = int(str((await api.said("mail.listening"))["port"]))
        await thin.taken(thin_base.app, mails(20, seed=1), tasks=CONNECTIONS)
        await through(town, port, mails(20, seed=1))
        pairs, left, used = [], [], []
        expected = threads(mails(20, seed=1))
        for number in range(rounds):
            corpus = mails(count, seed=100 + number)
            expected += threads(corpus)
            one = await thin.taken(thin_base.app, corpus, tasks=CONNECTIONS)
            before = _used(api, worker)
            round_, gone = await through(town, port, corpus)
            used.append(
                {name: round((now - before[name]) / count * 1e3, 2) for name, now in _used(api, worker).items()}
            )
            pairs.append(Pair(one, round_))
            left.append(round(count / gone, 1))
    with psycopg.connect(town.dsns.admin) as connection:
        (tickets,) = connection.execute("SELECT count(*) FROM tickets").fetchone() or (0,)
        (held,) = connection.execute("SELECT count(*) FROM receptions WHERE state <> 'done'").fetchone() or (0,)
    shown = figures.compared(pairs)
    return {
        "what": "whole intake of a mail: API and one worker",
        **shown,
        "acknowledged_per_s": sorted(left)[len(left) // 2],
        "processor_ms_a_mail": used[-1],
        "threaded_right": tickets == expected,
        "all_done": held == 0,
        "budgets": {"rate": figures.at_least(0.35, float(str(shown["ratio"])))},
    }


async def through(
    town: Town, port: int, corpus: Sequence[Mail], *, connections: int = CONNECTIONS
) -> tuple[Round, float]:
    """Sends a corpus and waits until all of it is settled, then until what answers it has left."""
    async with await psycopg.AsyncConnection.connect(town.dsns.admin, autocommit=True) as connection:
        begun = time.perf_counter()
        await sent(port, corpus, connections=connections)
        await _until(connection, _SETTLED)
        settled = time.perf_counter() - begun
        await _until(connection, _LEFT)
        return Round(len(corpus), settled), time.perf_counter() - begun


async def _until(connection: psycopg.AsyncConnection[tuple[object, ...]], question: str) -> None:
    async with asyncio.timeout(300):
        while not (await (await connection.execute(question)).fetchone() or (False,))[0]:  # noqa: ASYNC110 — rows of others
            await asyncio.sleep(0.02)


def _used(api: Process, worker: Process) -> dict[str, float]:
    return {"api": processor_seconds(api.pid), "worker": processor_seconds(worker.pid)}
