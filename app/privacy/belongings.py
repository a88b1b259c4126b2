"""Every SQL statement that says what a person has here: who they were known as, their addresses, their requests."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text

from app.db.transaction import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person with those who were merged into them, and all their addresses."""

    contact_ids: Sequence[UUID]
    point_ids: Sequence[UUID]
    addresses: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request a person made or wrote in. `others`: somebody else wrote in it too, or it is somebody else's.

    `decided_at` is when its decision was rendered, `appeals_until` the last day known on which that may be disputed or
    withdrawn; `appeal_unsure`: no period of appeal could be opposed, and no end of the reasonable time is known.
    """

    ticket_id: UUID
    reference: str
    received_at: datetime
    merged: bool
    others: bool
    decided_at: datetime | None
    appeals_until: date | None
    appeal_unsure: bool
    record: bool  # somebody said that it asked for a decision: it belongs to a file


_PEOPLE = text(
    "WITH RECURSIVE all_of AS (SELECT id FROM contacts WHERE tenant_id = :tenant AND id = :contact "
    "UNION SELECT c.id FROM contacts c JOIN all_of a ON c.merged_into = a.id WHERE c.tenant_id = :tenant) "
    "SELECT id FROM all_of"
)
_POINTS = text("SELECT id, address FROM contact_points WHERE tenant_id = :tenant AND contact_id = ANY(:people)")
_DAYS = (
    "appeal_last_date",
    "third_party_appeal_last_date",
    "withdrawal_last_date",
    "refusal_withdrawal_last_date",
    "reasonable_period_end",
)
_REQUESTS = text(
    """
    SELECT t.id, t.reference, t.received_at, t.merged_into IS NOT NULL AS merged,
      EXISTS (SELECT FROM messages m WHERE m.tenant_id = t.tenant_id AND m.ticket_id = t.id AND m.direction = 'in'
              AND m.erased_at IS NULL AND m.point_id IS NOT NULL AND NOT m.point_id = ANY(:points))
        OR (t.contact_id IS NOT NULL AND NOT t.contact_id = ANY(:people)) AS others,
      s.decided_at, s.appeals_until, COALESCE(s.appeal_unsure, false) AS appeal_unsure, COALESCE(s.record, false) AS record
    FROM tickets t LEFT JOIN LATERAL (
      SELECT max(one.closed_at) FILTER (WHERE one.regime NOT IN ('none', 'UNKNOWN')) AS decided_at,
        max(CAST(day.value AS date)) AS appeals_until,
        bool_or((one.reading #> '{values,appeal_opposable}' = 'false'::jsonb
          OR one.reading #> '{values,third_party_appeal_opposable}' = 'false'::jsonb)
          AND NOT COALESCE(one.reading -> 'values', '{}'::jsonb) ? 'reasonable_period_end') AS appeal_unsure,
        bool_or(one.regime NOT IN ('none', 'UNKNOWN')) AS record
      FROM saisines one LEFT JOIN LATERAL (
        SELECT value FROM jsonb_each_text(CASE WHEN jsonb_typeof(one.reading -> 'values') = 'object'
          THEN one.reading -> 'values' ELSE '{}' END) WHERE key = ANY(:days) AND value ~ '^\\d{4}-\\d{2}-\\d{2}$') day ON true
      WHERE one.tenant_id = t.tenant_id AND one.ticket_id = t.id) s ON true
    WHERE t.tenant_id = :tenant AND t.erased_at IS NULL AND t.id IN (
      SELECT id FROM tickets WHERE tenant_id = :tenant AND contact_id = ANY(:people)
      UNION SELECT m.ticket_id FROM messages m WHERE m.tenant_id = :tenant AND m.point_id = ANY(:points))
    ORDER BY t.id
    """
)
# What they wrote in a request of several, and what was sent to them there.
_THEIR_MESSAGES = text(
    "SELECT id FROM messages WHERE tenant_id = :tenant AND ticket_id = ANY(:tickets) AND point_id = ANY(:points) "
    "AND erased_at IS NULL UNION SELECT o.message_id FROM outbound o WHERE o.tenant_id = :tenant "
    "AND o.ticket_id = ANY(:tickets) AND o.recipient ->> 'point_id' = ANY(:names)"
)


async def person(session: Session, tenant_id: UUID, contact_id: UUID) -> Person:
    """Returns who a person is and was known as, with their addresses."""
    people = list((await session.execute(_PEOPLE, {"tenant": tenant_id, "contact": contact_id})).scalars())
    points = (await session.execute(_POINTS, {"tenant": tenant_id, "people": people})).all()
    return Person(contact_ids=people, point_ids=[row.id for row in points], addresses=[row.address for row in points])


async def requests(session: Session, tenant_id: UUID, who: Person) -> list[Request]:
    """Returns the requests a person made or wrote in that are not erased yet, in one statement."""
    asked = {"tenant": tenant_id, "people": who.contact_ids, "points": who.point_ids, "days": list(_DAYS)}
    return [
        Request(
            ticket_id=row.id,
            reference=row.reference,
            received_at=row.received_at,
            merged=row.merged,
            others=row.others,
            decided_at=row.decided_at,
            appeals_until=row.appeals_until,
            appeal_unsure=row.appeal_unsure,
            record=row.record,
        )
        for row in await session.execute(_REQUESTS, asked)
    ]


async def their_messages(session: Session, tenant_id: UUID, who: Person, ticket_ids: Sequence[UUID]) -> list[UUID]:
    """Returns what a person wrote, and was sent, in some requests."""
    asked = {"tenant": tenant_id, "tickets": list(ticket_ids), "points": who.point_ids}
    names = {"names": [str(one) for one in who.point_ids]}
    return list((await session.execute(_THEIR_MESSAGES, asked | names)).scalars())
