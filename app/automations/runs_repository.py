"""Every SQL statement about which requests a rule looks at, and what it did to each."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, case, cast, delete, false, func, literal, select, text
from sqlalchemy.orm import InstrumentedAttribute

from app.automations.tables import AutomationRunRecord
from app.automations.values import STALE, Automation, Run, RunOutcome, Trigger
from app.automations.waiting import Lines
from app.db.bulk import insert_rows
from app.db.transaction import Session
from app.sve.filters import filter_of
from app.tickets import repository as tickets
from app.tickets.moves import ENDED
from app.tickets.repository import Filter
from app.tickets.tables import TicketRecord
from app.tickets.view_schemas import query_of

_OVER = sorted(one.value for one in ENDED)
# Who of a team may take a request today, those with the fewest open ones of the last ninety days first.
_LEAST_BUSY = text("""
    SELECT u.id FROM memberships m JOIN users u ON u.tenant_id = m.tenant_id AND u.id = m.user_id
      CROSS JOIN LATERAL (SELECT count(*) AS open FROM tickets t WHERE t.tenant_id = u.tenant_id AND t.assignee_id = u.id
        AND t.last_activity_at > CAST(:since AS timestamptz) AND t.status <> ALL (CAST(:over AS text[]))) held
    WHERE m.tenant_id = :tenant AND m.team_id = :team AND u.suspended_at IS NULL AND u.role = ANY (CAST(:roles AS text[]))
      AND NOT EXISTS (SELECT FROM absences a WHERE a.tenant_id = u.tenant_id AND a.user_id = u.id
        AND a.cancelled_at IS NULL AND CAST(:today AS date) BETWEEN a.from_on AND a.until_on)
    ORDER BY held.open, u.id LIMIT 1
""")


async def matching(session: Session, rule: Automation, ticket_ids: Collection[UUID]) -> set[UUID]:
    """Returns those of some requests that a rule's conditions hold for: never a confidential one, nor one that is gone."""
    if not ticket_ids:
        return set()
    query = select(TicketRecord.id).where(*_held(rule.tenant_id, replace(_wanted(rule), ids=sorted(ticket_ids))))
    return set((await session.execute(query)).scalars())


async def crossed(
    session: Session, rule: Automation, lines: Lines, *, today: date, limit: int
) -> Sequence[tuple[UUID, str]]:
    """Returns requests whose time has come for a rule, and the cause that is written with its turn."""
    ticket, wanted, (came, cause) = TicketRecord, _wanted(rule), _crossing(rule, lines, today=today)
    query = select(ticket.id, cause.label("cause")).where(*_held(rule.tenant_id, wanted), *came)
    if not wanted.statuses:
        query = query.where(ticket.status.not_in(_OVER))
    query = query.where(~_had_its_turn(rule, cause)).order_by(ticket.last_activity_at, ticket.id).limit(limit)
    return [(row.id, row.cause) for row in await session.execute(query)]


async def past_their_line(
    session: Session, rule: Automation, ticket_ids: Collection[UUID], lines: Lines, *, today: date
) -> set[UUID]:
    """Returns those of some requests whose time has come, whether or not the rule had its turn there."""
    came, _cause = _crossing(rule, lines, today=today)
    query = select(TicketRecord.id).where(TicketRecord.tenant_id == rule.tenant_id, TicketRecord.id.in_(ticket_ids))
    return set((await session.execute(query.where(*came))).scalars())


async def least_busy(
    session: Session, tenant_id: UUID, team_id: UUID, *, roles: Sequence[str], since: datetime, today: date
) -> UUID | None:
    """Returns who of a team is there and has the fewest open requests; None when nobody is."""
    asked = {"tenant": tenant_id, "team": team_id, "roles": list(roles), "since": since, "today": today, "over": _OVER}
    found: UUID | None = (await session.execute(_LEAST_BUSY, asked)).scalar_one_or_none()
    return found


async def had_turn(session: Session, rule: Automation, ticket_id: UUID, cause: str) -> bool:
    record = AutomationRunRecord
    query = select(record.id).where(*_of(rule, ticket_id), record.cause == cause)
    return (await session.execute(query)).first() is not None


async def acted_since(session: Session, rule: Automation, ticket_id: UUID, *, since: datetime) -> int:
    """Counts how often a rule acted on a request since an instant."""
    record = AutomationRunRecord
    query = select(func.count()).where(
        *_of(rule, ticket_id), record.at > since, record.outcome == RunOutcome.DONE.value
    )
    return (await session.execute(query)).scalar_one()


async def add(session: Session, row: dict[str, Any]) -> None:
    await insert_rows(session, AutomationRunRecord, [row])


async def page(
    session: Session,
    tenant_id: UUID,
    automation_id: UUID,
    *,
    outcomes: Sequence[RunOutcome],
    before: UUID | None,
    limit: int,
) -> Sequence[Run]:
    """Returns a page of a rule's turns, the latest first; of all outcomes when none is named."""
    record = AutomationRunRecord
    same = (TicketRecord.tenant_id == record.tenant_id) & (TicketRecord.id == record.ticket_id)
    query = select(record, TicketRecord.reference).join(TicketRecord, same)
    query = query.where(record.tenant_id == tenant_id, record.automation_id == automation_id)
    if outcomes:
        query = query.where(record.outcome.in_([one.value for one in outcomes]))
    if before is not None:
        query = query.where(record.id < before)
    rows = await session.execute(query.order_by(record.id.desc()).limit(limit))
    return [_run(kept, reference) for kept, reference in rows]


async def forget(session: Session, tenant_id: UUID, *, before: datetime) -> None:
    record = AutomationRunRecord
    await session.execute(delete(record).where(record.tenant_id == tenant_id, record.at < before))


def _wanted(rule: Automation) -> Filter:
    return filter_of(query_of(rule.filter), at="/filter/")


def _held(tenant_id: UUID, wanted: Filter) -> list[ColumnElement[bool]]:
    ticket = TicketRecord
    return [
        ticket.tenant_id == tenant_id,
        ticket.confidential_at.is_(None),
        ticket.merged_into.is_(None),
        ticket.erased_at.is_(None),
        *tickets.conditions(tenant_id, wanted),
    ]


def _crossing(rule: Automation, lines: Lines, *, today: date) -> tuple[list[ColumnElement[bool]], ColumnElement[str]]:
    """Returns what says that a request has crossed a rule's line lately, and what names that crossing."""
    ticket, delay = TicketRecord, rule.delay or 0
    if rule.trigger is Trigger.TERM:
        near = [ticket.alert_on <= today + timedelta(days=delay), ticket.alert_on > today - STALE]
        return near, func.concat("term ", ticket.alert_on)
    column = ticket.last_activity_at if rule.trigger is Trigger.IDLE else ticket.received_at
    came = _between(column, lines)
    if rule.trigger is Trigger.IDLE:
        return came, func.concat("idle ", func.extract("epoch", column))
    return came, literal("aged")


def _between(column: InstrumentedAttribute[datetime], lines: Lines) -> list[ColumnElement[bool]]:
    """That an instant lies between the two of a request's team, else of the administration; of no line, nothing does."""
    if not lines:
        return [false()]
    # The widest bounds lead the index; each team's own decide.
    widest = [column <= max(one.until for one in lines.values()), column > min(one.since for one in lines.values())]
    if set(lines) == {None}:
        return widest
    until, since = ({team: getattr(line, name) for team, line in lines.items()} for name in ("until", "since"))
    return [*widest, column <= _own(until), column > _own(since)]


def _own(instants: Mapping[UUID | None, datetime]) -> ColumnElement[datetime]:
    """Returns the instant of a request's team, else that of the administration, else NULL."""
    teams = ((TicketRecord.team_id == team, instant) for team, instant in instants.items() if team is not None)
    return cast(case(*teams, else_=instants.get(None)), TicketRecord.received_at.type)


def _had_its_turn(rule: Automation, cause: ColumnElement[str]) -> ColumnElement[bool]:
    """That a rule had its turn: for this very crossing, or, of what lies idle, since anything happened there."""
    record, ticket = AutomationRunRecord, TicketRecord
    own = [
        record.tenant_id == ticket.tenant_id,
        record.automation_id == rule.id,
        record.ticket_id == ticket.id,
    ]
    same = record.at >= ticket.last_activity_at if rule.trigger is Trigger.IDLE else record.cause == cause
    return select(record.id).where(*own, same).exists()


def _of(rule: Automation, ticket_id: UUID) -> tuple[ColumnElement[bool], ...]:
    record = AutomationRunRecord
    return record.tenant_id == rule.tenant_id, record.automation_id == rule.id, record.ticket_id == ticket_id


def _run(kept: AutomationRunRecord, reference: str) -> Run:
    return Run(
        id=kept.id,
        automation_id=kept.automation_id,
        ticket_id=kept.ticket_id,
        reference=reference,
        at=kept.at,
        outcome=RunOutcome(kept.outcome),
        code=kept.code,
        detail=kept.detail,
        acts=kept.acts["all"],
    )
