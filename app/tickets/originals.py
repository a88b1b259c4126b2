"""Every SQL statement about mails that were both taken over from another tool and received here: each stands once.

One is the other when both came to the same mailbox, from the same sender, under the same Message-ID, and say the same
(`app.tickets.likeness`): a name alone is chosen by whoever writes, and proves nothing.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from app.db.bulk import document_of
from app.db.transaction import Session
from app.tickets.likeness import disowned, fuller, same_words
from app.tickets.values import Incoming

ADOPTED = (
    "l’original de ce message a aussi été reçu ici : ses octets sont gardés ; la réception notée par l’outil précédent, plus "
    "ancienne, est celle du délai"
)
Name = tuple[UUID, str, UUID]  # mailbox, Message-ID, who wrote
# A form mailer may give one name to all it sends: a few of each are looked at, the others are placed as any message.
FEW = 50
# A name that more messages bear is nobody's, and proves nothing. How many is counted no further.
_RECEIVED = text(
    "SELECT one.* FROM unnest(CAST(:channels AS uuid[]), CAST(:names AS text[])) AS asked(channel, name) "
    "CROSS JOIN LATERAL (SELECT m.id, m.channel_id, m.external_id, lower(m.author_address) AS sender, m.received_at, m.text, "
    "m.fields, COALESCE(t.merged_into, t.id) AS ticket_id, count(*) OVER (PARTITION BY lower(m.author_address)) AS times "
    "FROM (SELECT alike.*, count(*) OVER () AS named FROM (SELECT * FROM messages WHERE tenant_id = :tenant "
    "AND channel_id = asked.channel AND external_id = asked.name LIMIT :few + 1) alike) m JOIN tickets t "
    "ON t.tenant_id = m.tenant_id AND t.id = m.ticket_id AND t.erased_at IS NULL "
    "WHERE m.named <= :few AND m.direction = 'in' AND m.reception_id IS NOT NULL) one WHERE one.times = 1"
)
# Led by `ix_messages_taken_over`, whose condition these are word for word: anything else would read all that bears the name.
_TAKEN_OVER = text(
    "SELECT one.*, EXISTS (SELECT FROM saisines s WHERE s.tenant_id = :tenant AND s.message_id = one.id) AS clocked, "
    "ARRAY(SELECT a.sha256 FROM attachments a WHERE a.tenant_id = :tenant AND a.message_id = one.id) AS pieces "
    "FROM unnest(CAST(:channels AS uuid[]), CAST(:names AS text[]), CAST(:points AS uuid[])) AS asked(channel, name, point) "
    "CROSS JOIN LATERAL (SELECT m.id, m.channel_id, m.external_id, m.point_id, m.received_at, m.text, "
    "COALESCE(t.merged_into, t.id) AS ticket_id FROM messages m JOIN tickets t ON t.tenant_id = m.tenant_id "
    "AND t.id = m.ticket_id AND t.erased_at IS NULL WHERE m.tenant_id = :tenant AND m.channel_id = asked.channel "
    "AND m.external_id = asked.name AND m.point_id = asked.point AND m.direction = 'in' AND m.reception_id IS NULL "
    "AND jsonb_exists(m.fields, 'imported') ORDER BY m.received_at, m.id LIMIT :few) one ORDER BY one.received_at, one.id"
)
_ADOPT = text(
    "UPDATE messages m SET reception_id = one.reception_id, provider_at = one.provider_at, "
    "warnings = m.warnings || one.warnings, fields = one.fields || m.fields, "
    "subject = CASE WHEN one.subject = '' THEN m.subject ELSE one.subject END, "
    "text = CASE WHEN one.fuller THEN one.text ELSE m.text END, "
    "text_new = CASE WHEN one.fuller THEN one.text_new ELSE m.text_new END, "
    "html = CASE WHEN one.fuller THEN one.html ELSE m.html END "
    "FROM json_to_recordset(CAST(:rows AS json)) AS one(id uuid, reception_id uuid, provider_at timestamptz, "
    "warnings text[], fields jsonb, subject text, fuller boolean, text text, text_new text, html text) "
    "WHERE m.tenant_id = :tenant AND m.id = one.id"
)
# Rows that say an export named a piece and did not hold it.
_EMPTY_PIECES = text(
    "DELETE FROM attachments WHERE tenant_id = :tenant AND message_id = ANY(:messages) AND sha256 IS NULL AND source IS NULL"
)


@dataclass(frozen=True, slots=True)
class Original:
    """A message received here. `disowned` says that our boundary found it is not from whom it names."""

    message_id: UUID
    ticket_id: UUID
    received_at: datetime
    text: str = field(repr=False)
    disowned: bool

    def says(self, words: str) -> bool:
        """Says whether it is what another tool took down in those words."""
        return not self.disowned and same_words(self.text, words)


@dataclass(frozen=True, slots=True)
class TakenOver:
    """A message another tool remembered. `clocked` says whether a legal clock began with it, of the day that tool noted."""

    message_id: UUID
    ticket_id: UUID
    received_at: datetime
    clocked: bool
    text: str = field(repr=False)
    pieces: Sequence[str | None]  # digests of their contents; None for one its export named and did not hold

    def lacks(self, sha256: str | None) -> bool:
        """Says whether a piece of its original is missing here: the export held none, or not all it named."""
        return (not self.pieces or None in self.pieces) and sha256 not in self.pieces


class Copies:
    """The messages an import brought, by the names of mails that come in; each is the copy of one mail."""

    def __init__(self, found: dict[Name, list[TakenOver]]) -> None:
        self._found = found

    def take(self, incoming: Incoming) -> TakenOver | None:
        """Returns the message a mail is the original of, once.

        One that was received here before the day its tool noted is no copy of it: its own clock is the older.
        """
        name = name_of(incoming)
        standing = self._found.get(name, []) if name is not None else []
        if not standing or disowned(incoming.fields):
            return None
        for one in standing:
            if one.received_at <= incoming.received_at and same_words(one.text, incoming.text):
                standing.remove(one)
                return one
        return None


def name_of(incoming: Incoming) -> Name | None:
    """Returns what a mail is known by; None for what is no mail, bears no Message-ID, or names nobody."""
    if incoming.channel_type.partition(".")[0] != "email" or not incoming.external_id or incoming.point_id is None:
        return None
    return incoming.channel_id, incoming.external_id, incoming.point_id


async def received(
    session: Session, tenant_id: UUID, asked: Collection[tuple[UUID, str, str]]
) -> Mapping[tuple[UUID, str, str], Original]:
    """Returns what was received here under some mailbox, Message-ID and address.

    What was received twice is no evidence, nor is a name that more than a few messages of the mailbox bear.
    """
    if not asked:
        return {}
    channels, names = (list(column) for column in zip(*sorted({one[:2] for one in asked}), strict=True))
    rows = await session.execute(_RECEIVED, {"tenant": tenant_id, "channels": channels, "names": names, "few": FEW})
    found: dict[tuple[UUID, str, str], Original] = {}
    for row in rows:
        key = (row.channel_id, row.external_id, row.sender or "")
        found[key] = Original(row.id, row.ticket_id, row.received_at, row.text, disowned(row.fields))
    return {key: found[key] for key in asked if key in found}


async def taken_over(session: Session, tenant_id: UUID, batch: Sequence[Incoming]) -> Copies:
    """Returns the messages an import brought that a batch may hold the originals of, none of which was found yet."""
    asked = {name for incoming in batch if (name := name_of(incoming)) is not None}
    if not asked:
        return Copies({})
    channels, names, points = (list(column) for column in zip(*asked, strict=True))
    rows = await session.execute(
        _TAKEN_OVER, {"tenant": tenant_id, "channels": channels, "names": names, "points": points, "few": FEW}
    )
    found: dict[Name, list[TakenOver]] = {}
    for row in rows:
        one = TakenOver(row.id, row.ticket_id, row.received_at, row.clocked, row.text, tuple(row.pieces))
        found.setdefault((row.channel_id, row.external_id, row.point_id), []).append(one)
    return Copies(found)


async def adopt(session: Session, tenant_id: UUID, both: Sequence[tuple[TakenOver, Incoming]]) -> None:
    """Gives messages that were taken over their originals: the bytes, the reception that kept them, what they say more."""
    if not both:
        return
    rows = [
        {
            "id": known.message_id,
            "reception_id": incoming.reception_id,
            "provider_at": incoming.provider_at,
            "warnings": [ADOPTED, *incoming.warnings],
            "fields": dict(incoming.fields),
            "subject": incoming.subject,
            "fuller": fuller(incoming.text, known.text),
            "text": incoming.text,
            "text_new": incoming.text_new,
            "html": incoming.html,
        }
        for known, incoming in both
    ]
    await session.execute(_ADOPT, {"tenant": tenant_id, "rows": document_of(rows)})
    brought = [known.message_id for known, incoming in both if incoming.pieces]
    await session.execute(_EMPTY_PIECES, {"tenant": tenant_id, "messages": brought})
