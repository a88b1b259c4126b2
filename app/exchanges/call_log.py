"""Every SQL statement of the call log: one line a call, kept a year."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert

from app.db.transaction import Session
from app.exchanges.call_tables import CallRecord

# Who called whom is nobody's business for longer: the requests that came of it are kept for themselves.
KEPT = timedelta(days=365)
VOICEMAIL = "voicemail"


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedCall:
    """One call that is over. Instants are the switchboard's; `received_at` is ours."""

    id: UUID
    channel_id: UUID
    call_id: str
    incoming: bool
    outcome: str
    caller: str | None
    called: str | None
    began_at: datetime | None
    ended_at: datetime | None
    duration_s: int | None
    wait_s: int | None
    talk_s: int | None
    queue: str | None
    agent: str | None
    reception_id: UUID
    ticket_id: UUID | None
    received_at: datetime


async def note(session: Session, tenant_id: UUID, calls: Sequence[LoggedCall], *, now: datetime) -> None:
    """Writes calls down; told again, a call is the one it was, unless a voice message came of it meanwhile."""
    by_name: dict[tuple[UUID, str], LoggedCall] = {}
    for call in calls:
        known = by_name.get((call.channel_id, call.call_id))
        if known is None or call.outcome == VOICEMAIL:
            by_name[call.channel_id, call.call_id] = call
    if not by_name:
        return
    record = CallRecord
    rows: list[dict[str, Any]] = [{"tenant_id": tenant_id, **asdict(call)} for call in by_name.values()]
    written = insert(record).values(rows)
    statement = written.on_conflict_do_update(
        index_elements=[record.tenant_id, record.channel_id, record.call_id],
        set_={"outcome": written.excluded.outcome, "ticket_id": written.excluded.ticket_id},
        where=(written.excluded.outcome == VOICEMAIL) & (record.outcome != VOICEMAIL),
    )
    await session.execute(statement)
    await session.execute(delete(record).where(record.tenant_id == tenant_id, record.received_at < now - KEPT))


async def page(
    session: Session, tenant_id: UUID, channel_id: UUID, *, after: UUID | None, limit: int
) -> Sequence[LoggedCall]:
    """Returns the calls of a channel, the last told first."""
    record = CallRecord
    query = select(record).where(record.tenant_id == tenant_id, record.channel_id == channel_id)
    if after is not None:
        query = query.where(record.id < after)
    rows = (await session.execute(query.order_by(record.id.desc()).limit(limit))).scalars()
    return [LoggedCall(**{one.name: getattr(row, one.name) for one in fields(LoggedCall)}) for row in rows]
