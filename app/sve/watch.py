"""Who must be warned, when: asks for what is due, raises each alert once, catches up what a bad night missed."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import structlog

from app.clock import Clock, civil_day
from app.db.transaction import Database, Session
from app.facts import FactBook
from app.sve import repository
from app.sve.cases import Judgement, case_of_saisine, judge
from app.sve.facts import AlertOverdue, AlertRaised
from app.sve.law.case import Case
from app.sve.law.events import Received
from app.sve.law.ladder import About, Threshold, Week, thresholds
from app.sve.refreshing import Refresher
from app.sve.simulation import SimulationError
from app.sve.values import Raised, Saisine
from app.tenants.service import Tenants
from app.tenants.values import Tenant

log = structlog.get_logger()
BATCH = 200
OVERDUE = "born"
UNREADABLE = "unreadable"


class Watch:
    """The sweep of one administration. Reading the clock late gives the same answer: only `late` is then true."""

    def __init__(
        self, database: Database, tenants: Tenants, refresher: Refresher, book: FactBook, clock: Clock
    ) -> None:
        self._database, self._tenants, self._refresher = database, tenants, refresher
        self._book, self._clock = book, clock

    async def sweep(self, tenant_id: UUID) -> int:
        """Raises every alert due; returns how many were new."""
        raised = 0
        while True:
            async with self._database.transaction(tenant=tenant_id) as session:
                tenant = await self._tenants.get(session, tenant_id)
                # One instant for the whole look: what is told today and what wakes tomorrow leave no day between them.
                now = self._clock()
                today = civil_day(now, tenant.time_zone)
                due = await repository.to_wake(session, tenant_id, today=today, limit=BATCH)
                if not due:
                    return raised
                raised += await self._look(session, tenant, due, now=now, today=today)

    async def _look(self, session: Session, tenant: Tenant, due: list[Saisine], *, now: datetime, today: date) -> int:
        events = await repository.events_of(session, tenant.id, [saisine.id for saisine in due])
        rows, wanted, unread = [], list[Raised](), list[Saisine]()
        for saisine in due:
            try:
                case = case_of_saisine(tenant, saisine, events.get(saisine.id, ()))
            except SimulationError as error:
                # One clock that cannot be read must neither be silent nor hold the others.
                log.exception("sve.unreadable", saisine=str(saisine.id), pointer=error.pointer)
                unread.append(saisine)
                continue
            judgement = judge(case, now=now, alerted=True)
            rows.append({"id": saisine.id, **judgement.columns()})
            wanted += alerts_of(saisine, judgement, since=_received_on(saisine, case), week=Week.of(case), today=today)
        wanted += [_unreadable(saisine, today=today) for saisine in unread]
        await repository.wake_again(session, tenant.id, [s.id for s in unread], on=today + timedelta(days=1))
        await repository.reread(session, tenant.id, rows)
        new = await repository.raise_alerts(session, tenant.id, wanted, at=now)
        await self._refresher.tickets(session, tenant.id, {saisine.ticket_id for saisine in due})
        if new:
            await self._book.record(session, *facts_of(tenant.id, new, at=now))
        return len(new)


def facts_of(tenant_id: UUID, raised: Sequence[Raised], *, at: datetime) -> list[AlertRaised]:
    """Returns what is recorded of alerts just raised."""
    return [
        (AlertOverdue if one.threshold == OVERDUE else AlertRaised)(
            tenant_id=tenant_id,
            subject_id=one.saisine_id,
            at=at,
            ticket_id=one.ticket_id,
            threshold=one.threshold,
            late=one.late,
        )
        for one in raised
    ]


def alerts_of(saisine: Saisine, judgement: Judgement, *, since: date, week: Week, today: date) -> list[Raised]:
    """Returns the thresholds of an open saisine reached by today, late ones marked."""
    if saisine.closed_at is not None:
        return []
    # A day counted back past the reception warned of nothing; one moved back past it is told at once.
    reached = [step for step in thresholds(judgement.reading, week) if since <= step.falls_on and step.on <= today]
    return [
        Raised(
            saisine_id=saisine.id,
            ticket_id=saisine.ticket_id,
            threshold=step.code,
            alert_on=step.speaks_of,
            due_on=step.on,
            late=max(step.on, since) < today,
            because=step.because,
        )
        for step in _worth_telling(reached)
    ]


def _unreadable(saisine: Saisine, *, today: date) -> Raised:
    """Its events are no longer understood: told every day until somebody mends it."""
    return Raised(
        saisine_id=saisine.id,
        ticket_id=saisine.ticket_id,
        threshold=f"{UNREADABLE}:{today}",
        alert_on=saisine.alert_on or today,
        due_on=today,
        late=False,
        because="ses événements ne se lisent plus : le délai n'est plus surveillé, corrigez-les.",
    )


def _received_on(saisine: Saisine, case: Case) -> date:
    """The first day it was received by any way: what an agent tells later may be older than the message itself."""
    told = (civil_day(event.at, str(case.zone_info)) for event in case.events if isinstance(event, Received))
    return min([saisine.received_on, *told])


def _worth_telling(reached: list[Threshold]) -> list[Threshold]:
    """Of a countdown missed whole tells the nearest day alone; once an acknowledgement is due, that it is says it all."""
    ended = {step.about for step in reached if not step.countdown and step.about is not About.TERM}
    nearest = {step.about: step for step in reached if step.countdown}
    return [step for step in reached if not step.countdown or (nearest[step.about] is step and step.about not in ended)]
