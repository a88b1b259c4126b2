"""Every SQL statement of jobs set aside: those that name another administration's rows, and those that failed.

The queue's rows are under no row-level security: whoever can write one could name an administration and another one's
channel. Row-level security hides the second from the first; here such a job is not even begun, is kept for somebody to
look at, and raises an alarm (`job.set_aside`, `parvis_jobs_set_aside_total`, `parvis check`).
"""

import hashlib
import json
from collections.abc import Mapping
from uuid import UUID

import structlog
from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert as insert_or_not

from app.clock import Clock
from app.db.transaction import Database, Session
from app.errors import Forbidden, Unavailable
from app.facts import FactBook, Seen
from app.jobs.tables import SetAsideRecord
from app.rest.metrics import JOBS_SET_ASIDE

log = structlog.get_logger()
_REMEMBERED = 20_000


class ForeignJob(Forbidden):
    """A job names something that is not its administration's."""

    code = "foreign-job"
    title_fr = "Tâche d'une autre administration"
    title_en = "Job of another administration"


class SettingAside:
    """Judges jobs before they are begun; keeps those that were refused or failed.

    `named` says in which table the row stands that an argument of jobs names: {"channel": "channels"}.
    """

    def __init__(self, database: Database, book: FactBook, clock: Clock, *, named: Mapping[str, str]) -> None:
        self._database, self._book, self._clock = database, book, clock
        self._looks = {
            argument: text(f"SELECT EXISTS (SELECT FROM {table} WHERE tenant_id = :tenant AND id = :id)")  # noqa: S608 — names of tables given by the composition root
            for argument, table in named.items()
        }
        self._known = set[tuple[UUID, str, UUID]]()

    async def judge(self, task: str, args: Mapping[str, object]) -> None:
        """Lets a job begin when all it names is its administration's own. Raises `ForeignJob`."""
        tenant = tenant_of(args)
        if tenant is None:
            return
        for argument, look in self._looks.items():
            if argument not in args:
                continue
            named = UUID(str(args[argument]))
            if (tenant, argument, named) in self._known:
                continue
            async with self._database.transaction(tenant=tenant) as session:
                found = bool((await session.execute(look, {"tenant": tenant, "id": named})).scalar_one())
            if not found:
                raise ForeignJob(f"{task} names a {argument} that its administration does not have")
            if len(self._known) > _REMEMBERED:
                self._known.clear()
            self._known.add((tenant, argument, named))

    async def keep(self, task: str, args: Mapping[str, object], error: Exception) -> None:
        """Sets a job aside, with an alarm. The same one again is counted, not kept twice."""
        if isinstance(error, Unavailable):
            return  # nothing is wrong with the job: the rows say what is due, and the next round wakes it
        tenant, reason = tenant_of(args), type(error).__name__
        log.error("job.set_aside", task=task, reason=reason, tenant=str(tenant))
        JOBS_SET_ASIDE.labels(task=task).inc()
        if tenant is None:
            return
        now = self._clock()
        told = json.dumps([task, dict(args), reason], sort_keys=True, default=str)
        fingerprint = hashlib.sha256(told.encode()).hexdigest()
        record = SetAsideRecord
        first = {"tenant_id": tenant, "fingerprint": fingerprint, "task": task, "args": dict(args), "reason": reason}
        statement = insert_or_not(record).values(**first, times=1, first_at=now, last_at=now)
        again = {"times": record.times + 1, "last_at": now}
        statement = statement.on_conflict_do_update(index_elements=["tenant_id", "fingerprint"], set_=again)
        async with self._database.transaction(tenant=tenant) as session:
            await session.execute(statement)
            if isinstance(error, ForeignJob):
                seen = Seen(
                    tenant_id=tenant,
                    subject_id=tenant,
                    at=now,
                    action="security.foreign_job",
                    detail={"task": task, "fingerprint": fingerprint},
                )
                await self._book.record(session, seen)


async def count(session: Session, tenant_id: UUID) -> int:
    """Returns how many kinds of jobs were set aside."""
    record = SetAsideRecord
    query = select(func.count()).select_from(record).where(record.tenant_id == tenant_id)
    return int((await session.execute(query)).scalar_one())


def tenant_of(args: Mapping[str, object]) -> UUID | None:
    """Returns the administration a job speaks of; None when it names none, or nonsense."""
    try:
        return UUID(str(args.get("tenant") or args.get("tenant_id") or ""))
    except ValueError:
        return None
