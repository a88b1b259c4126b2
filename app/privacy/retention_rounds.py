"""By night: closed requests whose day has come pass into the archive, then onto a list; old readings go."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import structlog

from app.audit.witness import Witness
from app.clock import Clock, civil_day
from app.db.transaction import Database, Session
from app.errors import Unavailable
from app.facts import FactBook
from app.privacy import retention_repository as repository
from app.privacy.elimination import Eliminations
from app.privacy.elimination_values import NewLine
from app.privacy.retention import Closed, Policy, Stage, Verdict, decide
from app.privacy.retention_facts import RequestsArchived
from app.tenants.service import Tenants
from app.tenants.values import Tenant

log = structlog.get_logger()
RETAIN = "retain"
BATCH = 500


class RetentionRounds:
    """Goes round the administrations. A round costs what is due, a transaction a batch; done twice it does nothing more."""

    def __init__(
        self,
        database: Database,
        tenants: Tenants,
        witness: Witness,
        eliminations: Eliminations,
        book: FactBook,
        clock: Clock,
    ) -> None:
        self._database, self._tenants, self._witness = database, tenants, witness
        self._eliminations, self._book, self._clock = eliminations, book, clock

    async def round(self) -> None:
        """Looks at every administration; one that fails does not keep the next from its turn."""
        for tenant_id in await self._tenants.directory():
            try:
                await self.look(tenant_id)
                await self._eliminations.wake(tenant_id)
                await self._witness.purge(tenant_id)
            except Unavailable:
                raise
            except Exception as error:
                log.exception("retention.failed", tenant=str(tenant_id), error=type(error).__name__)

    async def look(self, tenant_id: UUID) -> int:
        """Looks at the requests of one administration that are due to be; returns how many."""
        seen = 0
        while True:
            async with self._database.transaction(tenant=tenant_id) as session:
                tenant = await self._tenants.get(session, tenant_id)
                decided = {policy.category: policy for policy in await repository.policies(session, tenant_id)}
                if not decided:
                    return seen
                today = civil_day(self._clock(), tenant.time_zone)
                found = await repository.due(session, tenant_id, today=today, zone=tenant.time_zone, limit=BATCH)
                verdicts = [decide(one, decided, today=today) for one in found]
                await self._act(session, tenant, found, verdicts, today=today)
            seen += len(found)
            if len(found) < BATCH:
                return seen

    async def _act(
        self, session: Session, tenant: Tenant, found: Sequence[Closed], verdicts: Sequence[Verdict], *, today: date
    ) -> None:
        now = self._clock()
        rows, lines, archived = [], list[NewLine](), 0
        for one, verdict in zip(found, verdicts, strict=True):
            away = verdict.stage in {Stage.ARCHIVED, Stage.DUE}
            archived += away and not one.archived
            rows.append((one.ticket_id, away, verdict.look_on))
            if verdict.stage is Stage.DUE:
                lines.append(_line(one, verdict))
        await repository.move(session, tenant.id, rows, at=now)
        if archived:
            fact = RequestsArchived(tenant_id=tenant.id, subject_id=tenant.id, at=now, count=archived)
            await self._book.record(session, fact)
        await self._eliminations.propose(session, tenant.id, lines, on=today)


def _line(one: Closed, verdict: Verdict) -> NewLine:
    policy: Policy | None = verdict.policy
    if policy is None or verdict.counted_on is None or verdict.due_on is None:
        raise AssertionError(verdict)
    return NewLine(
        ticket_id=one.ticket_id,
        reference=one.reference,
        category=policy.category,
        opened_on=one.opened_on,
        counted_on=verdict.counted_on,
        due_on=verdict.due_on,
        fate=policy.fate,
        legal_basis=policy.legal_basis,
        because=verdict.because,
    )
