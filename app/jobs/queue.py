"""Background work over PostgreSQL: a job is a wake-up, deferred inside the transaction that made it necessary.

A handler takes its row, looks again, acts, records: a lost, doubled or late job changes nothing. The queue itself is
procrastinate's; this file only fits it to the house.
"""

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import procrastinate
import structlog
from procrastinate.exceptions import AppNotOpen, ConnectorException, UniqueViolation
from procrastinate.jobs import Job as KeptJob
from procrastinate.jobs import Status
from procrastinate.periodic import PeriodicDeferrer, PeriodicRegistry, PeriodicTask
from sqlalchemy import text

from app.clock import Clock, utc_now
from app.db.lines import Line, attentive
from app.db.transaction import Session
from app.jobs.ending import ended_by
from app.jobs.setting_aside import SettingAside
from app.jobs.unfinished import Unfinished
from app.spans import Key, Kind, span

Handler = Callable[..., Awaitable[None]]
log = structlog.get_logger()

_DEFER = text(
    "SELECT procrastinate_defer_jobs_v1(ARRAY(SELECT ROW('default', job.task, job.priority, job.lock, NULL, job.args, job.at)"
    "::procrastinate_job_to_defer_v1 FROM json_to_recordset(CAST(:jobs AS json)) "
    "AS job(task text, priority integer, lock text, args jsonb, at timestamptz)))"
)
# Wake-ups of the same work that are still waiting: whoever is about to look at the rows looks for all of them. Who found
# one waiting and relied on it (`wake_once`) holds the lock's other side until its rows are committed: so the rows that
# the wake-ups speak of are seen by the look that follows.
_ALONE = text("SELECT pg_advisory_xact_lock(hashtextextended(:lock, 0))")
_ABSORB = text(
    "DELETE FROM procrastinate_jobs WHERE status = 'todo' AND task_name = :task AND lock = :lock AND "
    "(scheduled_at IS NULL OR scheduled_at <= now())"
)
# How long a worker that was asked to end, and has nothing under way, waits for the database to take note of it.
_TAKES_NOTE_WITHIN_S = 3.0
_WAITING = text(
    "SELECT lock FROM procrastinate_jobs WHERE status = 'todo' AND lock = ANY(:locks) AND "
    "(scheduled_at IS NULL OR scheduled_at <= now())"
)


@dataclass(frozen=True, slots=True)
class Job:
    """One wake-up. Jobs of one `lock` run one at a time; `at` leaves it waiting until then; higher `priority` goes first."""

    task: str
    args: Mapping[str, object]
    lock: str | None = None
    at: datetime | None = None
    priority: int = 0


async def defer(session: Session, *jobs: Job) -> None:
    """Defers jobs in the session's own transaction: a rollback leaves none."""
    if jobs:
        described = [
            {
                "task": j.task,
                "priority": j.priority,
                "args": dict(j.args),
                "lock": j.lock,
                "at": j.at.isoformat() if j.at else None,
            }
            for j in jobs
        ]
        await session.execute(_DEFER, {"jobs": json.dumps(described)})


async def waiting(session: Session, locks: Sequence[str]) -> set[str]:
    """Returns those of some locks for which a wake-up waits that may run now: another one would add nothing."""
    return set((await session.execute(_WAITING, {"locks": list(locks)})).scalars())


async def absorb(session: Session, task: str, *, lock: str) -> None:
    """Takes over the wake-ups of the same work that still wait, before looking at the rows."""
    await session.execute(_ALONE, {"lock": lock})
    await session.execute(_ABSORB, {"task": task, "lock": lock})


class Worker:
    """Runs handlers until told to stop, through restarts of the database."""

    def __init__(
        self,
        url: str,
        *,
        concurrency: int,
        heartbeat_s: float = 5.0,
        stalled_after_s: float = 15.0,
        aside: SettingAside | None = None,
        clock: Clock = utc_now,
    ) -> None:
        self._aside, self._clock = aside, clock
        self._registry: PeriodicRegistry = PeriodicRegistry()  # type: ignore[no-untyped-call]  # the library's own
        self._connector = procrastinate.PsycopgConnector(
            conninfo=attentive(url),
            min_size=1,
            max_size=concurrency + 3,
            connection_class=Line,
            kwargs={"prepare_threshold": None},
        )
        self._app = procrastinate.App(connector=self._connector)
        self._concurrency, self._heartbeat_s, self._stalled_after_s = concurrency, heartbeat_s, stalled_after_s

    def on(self, task: str, handler: Handler) -> None:
        """Registers the handler of a task."""

        async def run(**args: Any) -> None:
            with span(f"job {task}", kind=Kind.CONSUMER) as told:
                told.tell(Key.TASK, task)
                await self._handled(task, handler, args)

        self._app.task(name=task, pass_context=False)(run)

    def every(self, cron: str, task: str, handler: Callable[[], Awaitable[None]]) -> None:
        """Registers a periodic task, once in the whole house whatever the number of workers.

        Of six fields the first counts seconds.
        """

        async def run(timestamp: int) -> None:  # noqa: ARG001 — procrastinate's own argument
            with span(f"round {task}", kind=Kind.CONSUMER) as told:
                told.tell(Key.TASK, task)
                await handler()

        registered = self._app.task(name=task, lock=task, queueing_lock=task)(run)
        self._registry.periodic_decorator(cron=_seconds_last(cron), periodic_id="")(registered)

    async def _handled(self, task: str, handler: Handler, args: Mapping[str, Any]) -> None:
        if self._aside is None:
            await handler(**args)
            return
        try:
            await self._aside.judge(task, args)
            await handler(**args)
        except Exception as error:
            await self._aside.keep(task, args, error)
            raise

    async def run(self, stop: asyncio.Event) -> None:
        """Works until `stop` is set; a worker ended by the database is started again with back-off."""
        pause = 0.2
        while not stop.is_set():
            started = asyncio.get_running_loop().time()
            try:
                await self._live(stop)
            except asyncio.CancelledError:
                raise
            except Exception as error:  # noqa: BLE001 — whatever ended the worker, the duty to work goes on
                if not stop.is_set():
                    log.warning("worker.restarting", error=type(error).__name__, pause_s=pause)
            if stop.is_set():
                return
            if asyncio.get_running_loop().time() - started > 30:
                pause = 0.2
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), timeout=pause)
            pause = min(pause * 2, 5.0)

    async def _live(self, stop: asyncio.Event) -> None:
        """One life of the worker: opens its lines, works until `stop`. A database that is away is not waited for then."""
        opening, stopping = asyncio.ensure_future(self._connector.open_async()), asyncio.ensure_future(stop.wait())
        try:
            await asyncio.wait({opening, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if opening.done():
                opening.result()
                with ended_by(stop):
                    await self._until(stop)
        finally:
            for one in (opening, stopping):
                one.cancel()
            await asyncio.gather(opening, stopping, return_exceptions=True)
            await self._close()

    async def _close(self) -> None:
        with contextlib.suppress(AppNotOpen):
            # Whoever still dials a database that is away is not waited for.
            await self._connector.pool.close(timeout=1.0)
        await self._connector.close_async()

    async def _until(self, stop: asyncio.Event) -> None:
        unfinished = Unfinished()
        working = asyncio.create_task(
            self._app.run_worker_async(
                concurrency=self._concurrency,
                install_signal_handlers=False,
                delete_jobs="always",
                fetch_job_polling_interval=2.0,
                update_heartbeat_interval=self._heartbeat_s,
                stalled_worker_timeout=self._stalled_after_s,
                shutdown_graceful_timeout=20.0,
                worker_middleware=[unfinished.beside],
            )
        )
        stopping = asyncio.create_task(stop.wait())
        beside = {
            asyncio.create_task(self._retry_stalled(unfinished)),
            asyncio.create_task(Turns(self._registry, self._clock).worker()),
        }
        try:
            done, _ = await asyncio.wait({working, stopping, *beside}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            for task in beside:
                task.cancel()
            if not working.done():
                working.cancel()
            await self._left(working, unfinished)
            with contextlib.suppress(asyncio.CancelledError):
                await working
        for task in beside & done:
            task.result()  # what ended one of them ends this worker, and is told

    async def _left(self, working: "asyncio.Task[None]", unfinished: Unfinished) -> None:
        """Waits for jobs to end. A database that then takes no note of it is not waited for: another worker finds them."""
        while not working.done():
            busy = unfinished.under_way
            await asyncio.wait({working}, timeout=_TAKES_NOTE_WITHIN_S)
            if not (busy or unfinished.under_way or working.done()):
                log.warning("worker.left_unnoted")
                await self._connector.pool.close(timeout=1.0)  # whoever asks it for a line is told at once
                while not working.done():
                    working.cancel()  # once for each thing that was waited for already
                    await asyncio.wait({working}, timeout=0.5)

    async def _retry_stalled(self, unfinished: Unfinished) -> None:
        # A dead worker's job keeps its lock until somebody retries it. Not a job itself: it could die holding its own.
        manager = self._app.job_manager
        while True:
            await asyncio.sleep(self._heartbeat_s)
            stalled = await manager.get_stalled_jobs(seconds_since_heartbeat=self._stalled_after_s)
            for job in [*stalled, *await unfinished.held(manager)]:
                await self._rescue(job)

    async def _rescue(self, job: KeptJob) -> None:
        manager = self._app.job_manager
        try:
            await manager.retry_job(job)
        except UniqueViolation:
            # A round whose next turn waits already, for the lock that this one holds.
            with contextlib.suppress(ConnectorException):
                await manager.finish_job(job, Status.FAILED, delete_job=True)
        except ConnectorException:
            return  # another worker was quicker, or the database is away: the next look tells
        log.info("job.rescued", task=job.task_name)


class Turns(PeriodicDeferrer):
    """Says when rounds come, by the house's clock.

    The library's own reads the machine's: set forward, it would ask for every turn of the months it skipped, and set
    back, for none until that time came again. What was missed is made up for by one turn.
    """

    def __init__(self, registry: PeriodicRegistry, clock: Clock) -> None:
        super().__init__(registry)
        self._clock = clock

    async def worker(self) -> None:
        if not self.registry.periodic_tasks:
            await asyncio.Event().wait()  # nothing comes round; returning would end whoever waits for us
        while True:
            now = self._clock().timestamp()
            await self.defer_jobs(jobs_to_defer=self.get_previous_tasks(at=now))
            await self.wait(next_tick=self.get_next_tick(at=now))

    def get_timestamps(
        self, periodic_task: "PeriodicTask[Any, Any, Any]", since: int | None, until: float
    ) -> Iterable[int]:
        latest = list(super().get_timestamps(periodic_task, None, until))
        return latest if latest != [since] else []


def _seconds_last(cron: str) -> str:
    """Writes six fields in the order of the library, which reads seconds after the day of the week."""
    first, *others = cron.split()
    return " ".join([*others, first]) if len(others) == len(("minute", "hour", "day", "month", "weekday")) else cron
