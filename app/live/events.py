"""Writing the event log inside the transaction, reading it in commit order."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Uuid, literal, select, text, tuple_

from app.db.bulk import insert_rows
from app.db.transaction import Session, after_commit
from app.errors import ParvisError
from app.facts import AUTOMATION, Fact, Seen
from app.ids import Prefix, new_id, parse_id, public_id
from app.live.bell import Bell
from app.live.tables import EventRecord, ForgottenEvents
from app.rest.languages import Said

# Identity values are given before commit: a reader that pages by "id > last" would skip late committers. Only rows of
# transactions older than every open one are published, in the order (transaction, id).
_SETTLED = text("events.xid < (pg_snapshot_xmin(pg_current_snapshot())::text)::bigint")
_HORIZON = text("SELECT (pg_snapshot_xmin(pg_current_snapshot())::text)::bigint")
# A restore moves what it brings back below zero, and counts on from the new cluster's own transactions (ADR 20). A place
# given before it may be of an event that came back, found by its id; of one that was lost, which is told by its id older
# than everything written since, or by a transaction nobody has reached: both stand at the restore.
_STANDS = text("""
    SELECT coalesce(
      (SELECT e.xid FROM events e WHERE e.tenant_id = :tenant AND e.id = :id),
      CASE WHEN :xid > 0 AND EXISTS (SELECT FROM events e WHERE e.tenant_id = :tenant AND e.xid <= 0)
            AND (:xid >= (pg_snapshot_xmax(pg_current_snapshot())::text)::bigint
                 OR :id < (SELECT e.id FROM events e WHERE e.tenant_id = :tenant AND e.xid > 0 ORDER BY e.xid, e.id LIMIT 1))
           THEN 0 ELSE :xid END) AS xid
""")
_LAST = UUID(int=2**128 - 1)


# For who carries the facts of every administration: the payload says whose.
EVERYWHERE = "events"


def topic(tenant_id: UUID) -> str:
    return f"events:{tenant_id}"


class EventsForgotten(ParvisError):
    """The place stands before what is still kept of the log: facts after it are gone, which is said, never skipped."""

    code = "events-forgotten"
    status = 410
    title_fr = "Ces faits ne sont plus conservés"
    title_en = "These events are no longer kept"
    advice = Said(
        "des faits qui suivaient ce curseur ont passé leur durée de conservation : relisez l'état des demandes, puis repartez sans curseur",
        en="events after this cursor are past the time they are kept: read the requests again, then start without a cursor",
    )


@dataclass(frozen=True, slots=True)
class Event:
    """One published fact; (`xid`, `id`) is its place in the log."""

    xid: int
    id: UUID
    type: str
    subject_id: UUID
    payload: dict[str, Any]
    at: datetime
    ticket_id: UUID | None = None  # the request it is about: who does not see that one hears nothing of it


class EventLog:
    """The sink that every fact but a mere look goes to, and the log's readers."""

    def __init__(self, bell: Bell) -> None:
        self._bell = bell

    async def write(self, session: Session, facts: Sequence[Fact]) -> None:
        rows = rows_of(facts)
        if not rows:
            return
        await insert_rows(session, EventRecord, rows)
        for tenant_id in {fact.tenant_id for fact in facts}:
            after_commit(session, ("ring", tenant_id), lambda t=tenant_id: self._ring(t))  # type: ignore[misc]

    async def _ring(self, tenant_id: UUID) -> None:
        await self._bell.ring(topic(tenant_id), "")
        await self._bell.ring(EVERYWHERE, str(tenant_id))

    def rings(self) -> AsyncGenerator[str, None]:
        """Yields the administrations where something was written, as it is; `LOOK` where rings may have been missed."""
        return self._bell.listen(EVERYWHERE)

    async def after(
        self, session: Session, tenant_id: UUID, position: tuple[int, UUID] | None, *, limit: int
    ) -> list[Event]:
        """Returns settled events after a position, oldest first."""
        record = EventRecord
        query = select(record).where(record.tenant_id == tenant_id, _SETTLED)
        if position is not None:
            query = query.where(tuple_(record.xid, record.id) > _unguessed(position))
        rows = (await session.execute(query.order_by(record.xid, record.id).limit(limit))).scalars()
        return [Event(r.xid, r.id, r.type, r.subject_id, r.payload, r.at, r.ticket_id) for r in rows]

    async def present(self, session: Session) -> tuple[int, UUID]:
        """Returns the position of now: what commits from here on stands after it."""
        horizon = int((await session.execute(_HORIZON)).scalar_one())
        return horizon - 1, _LAST

    async def stands(self, session: Session, tenant_id: UUID, position: tuple[int, UUID]) -> tuple[int, UUID]:
        """Returns where a position somebody kept stands now: elsewhere, if the house was restored since it was given.

        Raises `EventsForgotten` when something that followed it is no longer kept.
        """
        xid, event_id = position
        asked = {"tenant": tenant_id, "xid": xid, "id": event_id}
        now = int((await session.execute(_STANDS, asked)).scalar_one())
        stands = (now, _LAST) if now == 0 and xid > 0 else (now, event_id)
        record = ForgottenEvents
        gone = select(record.tenant_id).where(
            record.tenant_id == tenant_id, tuple_(record.xid, record.event_id) > stands
        )
        if (await session.execute(gone)).first() is not None:
            raise EventsForgotten(EventsForgotten.advice)
        return stands


def _unguessed(position: tuple[int, UUID]) -> ColumnElement[Any]:
    """A place whose followers the planner cannot count: guessing few, it would read them all, month by month, and sort."""
    xid, event_id = position
    return tuple_(select(literal(xid, BigInteger)).scalar_subquery(), select(literal(event_id, Uuid)).scalar_subquery())


def rows_of(facts: Sequence[Fact]) -> list[dict[str, Any]]:
    """Returns the rows of the log some facts are, as they are written; a mere look is none."""
    return [_row(fact) for fact in facts if not isinstance(fact, Seen)]


def _row(fact: Fact) -> dict[str, Any]:
    payload = dict(fact.payload())
    if fact.actor.kind == AUTOMATION and fact.actor.id is not None:
        # Who answers what happens, here or elsewhere, must be able to leave alone what a rule did: two would never end.
        payload["automation_id"] = public_id(Prefix.AUTOMATION, fact.actor.id)
    return {
        "tenant_id": fact.tenant_id,
        "id": new_id(),
        "type": fact.type,
        "subject_id": fact.subject_id,
        "ticket_id": _ticket_of(fact, payload),
        "payload": payload,
        "at": fact.at,
    }


def _ticket_of(fact: Fact, payload: Mapping[str, object]) -> UUID | None:
    """Names the request a fact is about: the one its payload names, or its subject where that is a request."""
    named = payload.get("ticket_id")
    if isinstance(named, str):
        return parse_id(Prefix.TICKET, named)
    return fact.subject_id if fact.type.startswith("ticket.") else None
