"""Every SQL statement about mails that were both taken over from another tool and received here: each stands once.

One is the other when both came to the same mailbox, from the same sender, under the same Message-ID; a Message-ID alone is
chosen by whoever writes (RFC 5322 §3.6.4), and proves nothing.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from app.db.transaction import Session
from app.tickets.values import Incoming

ADOPTED = (
    "l’original de ce message a aussi été reçu ici : ses octets sont gardés ; la réception notée par l’outil précédent, plus "
    "ancienne, est celle du délai"
)
Name = tuple[UUID, str, UUID]  # mailbox, Message-ID, who wrote
_RECEIVED = text(
    "SELECT m.id, m.channel_id, m.external_id, lower(m.author_address) AS sender, m.received_at, "
    "COALESCE(t.merged_into, t.id) AS ticket_id FROM messages m JOIN tickets t ON t.tenant_id = m.tenant_id "
    "AND t.id = m.ticket_id AND t.erased_at IS NULL WHERE m.tenant_id = :tenant AND m.channel_id = ANY(:channels) "
    "AND m.external_id = ANY(:names) AND m.direction = 'in' AND m.reception_id IS NOT NULL"
)
_TAKEN_OVER = text(
    "SELECT m.id, m.channel_id, m.external_id, m.point_id, m.received_at, COALESCE(t.merged_into, t.id) AS ticket_id, "
    "EXISTS (SELECT FROM saisines s WHERE s.tenant_id = m.tenant_id AND s.message_id = m.id) AS clocked, "
    "EXISTS (SELECT FROM attachments a WHERE a.tenant_id = m.tenant_id AND a.message_id = m.id) AS has_pieces "
    "FROM unnest(CAST(:channels AS uuid[]), CAST(:names AS text[]), CAST(:points AS uuid[])) AS asked(channel, name, point) "
    "JOIN messages m ON m.tenant_id = :tenant AND m.channel_id = asked.channel AND m.external_id = asked.name "
    "AND m.point_id = asked.point JOIN tickets t ON t.tenant_id = m.tenant_id AND t.id = m.ticket_id "
    "AND t.erased_at IS NULL WHERE m.direction = 'in' AND m.reception_id IS NULL AND jsonb_exists(m.fields, 'imported') "
    "ORDER BY m.received_at, m.id"
)
_ADOPT = text(
    "UPDATE messages m SET reception_id = one.reception, provider_at = one.provider_at, "
    "warnings = array_append(m.warnings, CAST(:told AS text)) "
    "FROM unnest(CAST(:ids AS uuid[]), CAST(:receptions AS uuid[]), CAST(:instants AS timestamptz[])) "
    "AS one(id, reception, provider_at) WHERE m.tenant_id = :tenant AND m.id = one.id"
)


@dataclass(frozen=True, slots=True)
class Original:
    """A message received here."""

    message_id: UUID
    ticket_id: UUID
    received_at: datetime


@dataclass(frozen=True, slots=True)
class TakenOver:
    """A message another tool remembered. `clocked` says whether a legal clock began with it, of the day that tool noted."""

    message_id: UUID
    ticket_id: UUID
    received_at: datetime
    clocked: bool
    has_pieces: bool


def name_of(incoming: Incoming) -> Name | None:
    """Returns what a mail is known by; None for what is no mail, bears no Message-ID, or names nobody."""
    if incoming.channel_type.partition(".")[0] != "email" or not incoming.external_id or incoming.point_id is None:
        return None
    return incoming.channel_id, incoming.external_id, incoming.point_id


async def received(
    session: Session, tenant_id: UUID, asked: Collection[tuple[UUID, str, str]]
) -> Mapping[tuple[UUID, str, str], Original]:
    """Returns what was received here under some mailbox, Message-ID and address; what was received twice is no evidence."""
    if not asked:
        return {}
    channels, names = sorted({one[0] for one in asked}), sorted({one[1] for one in asked})
    rows = await session.execute(_RECEIVED, {"tenant": tenant_id, "channels": channels, "names": names})
    found: dict[tuple[UUID, str, str], list[Original]] = {}
    for row in rows:
        key = (row.channel_id, row.external_id, row.sender or "")
        found.setdefault(key, []).append(Original(row.id, row.ticket_id, row.received_at))
    return {key: found[key][0] for key in asked if len(found.get(key, ())) == 1}


async def taken_over(session: Session, tenant_id: UUID, batch: Sequence[Incoming]) -> dict[Name, TakenOver]:
    """Returns the messages an import brought that a batch holds the originals of, and that no original was found for yet.

    One that was received here before the day its tool noted is no copy of it: its own clock is the older.
    """
    asked = {name: incoming.received_at for incoming in batch if (name := name_of(incoming)) is not None}
    if not asked:
        return {}
    channels, names, points = (list(column) for column in zip(*asked, strict=True))
    rows = await session.execute(
        _TAKEN_OVER, {"tenant": tenant_id, "channels": channels, "names": names, "points": points}
    )
    found: dict[Name, TakenOver] = {}
    for row in rows:
        name = (row.channel_id, row.external_id, row.point_id)
        if row.received_at <= asked[name]:
            found.setdefault(name, TakenOver(row.id, row.ticket_id, row.received_at, row.clocked, row.has_pieces))
    return found


async def adopt(session: Session, tenant_id: UUID, both: Sequence[tuple[TakenOver, Incoming]]) -> None:
    """Gives messages that were taken over their originals: the bytes, and the reception that kept them."""
    if not both:
        return
    asked = {
        "tenant": tenant_id,
        "ids": [known.message_id for known, _ in both],
        "receptions": [incoming.reception_id for _, incoming in both],
        "instants": [incoming.provider_at for _, incoming in both],
        "told": ADOPTED,
    }
    await session.execute(_ADOPT, asked)
