"""The SQL of the watch list: what silence would decide, first what it would decide first, whatever is open."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Subquery, and_, column, exists, literal_column, select, table, tuple_, union_all

from app.db.transaction import Session
from app.sve.repository import saisine_of
from app.sve.tables import SaisineRecord
from app.sve.values import Narrowed, Watched
from app.sve.warning import reply_windows

# Tickets are another package's table: the watch list only names them, so that it stays one statement.
_TICKETS = table(
    "tickets", *map(column, ("tenant_id", "id", "reference", "subject", "channel_type", "contact_id", "team_id"))
).alias("t")


async def page(
    session: Session,
    tenant_id: UUID,
    wanted: Narrowed,
    *,
    after: tuple[date, UUID] | None,
    limit: int,
) -> list[Watched]:
    """Returns the watch list by keyset, what would decide first at its head."""
    record = SaisineRecord
    query: Select[*tuple[Any, ...]] = (
        select(
            record,
            _TICKETS.c.reference,
            _TICKETS.c.subject,
            _TICKETS.c.channel_type,
            literal_column(
                "(SELECT c.display_name FROM contacts c WHERE c.tenant_id = t.tenant_id AND c.id = t.contact_id)"
            ).label("contact_name"),
            literal_column(reply_windows.best("t.id", "t.tenant_id")).label("reply_closes_at"),
        )
        .select_from(record)
        .join(_TICKETS, and_(_TICKETS.c.tenant_id == record.tenant_id, _TICKETS.c.id == record.ticket_id))
    )
    first = _first(tenant_id, wanted, after=after, limit=limit)
    query = query.join(first, first.c.id == record.id).where(record.tenant_id == tenant_id)
    rows = await session.execute(query.order_by(first.c.alert_on, first.c.id).limit(limit))
    return [
        Watched(
            saisine=saisine_of(row[0]),
            reference=row.reference,
            subject=row.subject,
            channel_type=row.channel_type,
            contact_name=row.contact_name,
            reply_closes_at=row.reply_closes_at,
        )
        for row in rows
    ]


def _first(tenant_id: UUID, wanted: Narrowed, *, after: tuple[date, UUID] | None, limit: int) -> Subquery:
    """Names a page of the watch list. Each risk gives its own first ones, in the order of its index, none more."""
    record = SaisineRecord
    query = select(record.id, record.alert_on).where(
        record.tenant_id == tenant_id, record.closed_at.is_(None), record.alert_on.is_not(None)
    )
    if wanted.since is not None:
        query = query.where(record.alert_on >= wanted.since)
    if wanted.before is not None:
        query = query.where(record.alert_on < wanted.before)
    if wanted.procedure is not None:
        query = query.where(record.procedure == wanted.procedure)
    if wanted.team_id is not None:
        theirs = exists().where(
            _TICKETS.c.tenant_id == record.tenant_id,
            _TICKETS.c.id == record.ticket_id,
            _TICKETS.c.team_id == wanted.team_id,
        )
        query = query.where(theirs.correlate(record))
    if after is not None:
        query = query.where(tuple_(record.alert_on, record.id) > after)
    query = query.order_by(record.alert_on, record.id).limit(limit)
    if not wanted.risks:
        return query.subquery("first")
    heads = [query.where(record.risk == risk).subquery() for risk in dict.fromkeys(wanted.risks)]
    return union_all(*(select(head.c.id, head.c.alert_on) for head in heads)).subquery("first")
