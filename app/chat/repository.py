"""Every SQL statement of live conversations."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, delete, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert

from app.chat.tables import ConversationRecord, DeskRecord, EntryRecord, LineRecord
from app.chat.values import Conversation, Line, LineKind, NoticeCode
from app.db.transaction import Session
from app.exchanges.tables import ReceptionRecord
from app.tickets.tables import MessageRecord

MOST_LINES = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A ticket of entry that was just used."""

    identifier: str | None
    name: str
    site: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """One open conversation in the agents' list, with the request it is part of, if the intake has read it."""

    conversation: Conversation
    ticket_id: UUID | None
    reference: str
    subject: str
    unanswered: bool


async def begin(session: Session, row: Mapping[str, Any]) -> None:
    """Writes a conversation, unless it is there."""
    await session.execute(upsert(ConversationRecord).values(**row).on_conflict_do_nothing())


async def find(session: Session, tenant_id: UUID, conversation_id: UUID, *, lock: bool = False) -> Conversation | None:
    record = ConversationRecord
    query = select(record).where(record.tenant_id == tenant_id, record.id == conversation_id)
    row = (await session.execute(query.with_for_update() if lock else query)).scalar_one_or_none()
    return _conversation(row) if row else None


async def change(session: Session, tenant_id: UUID, conversation_id: UUID, values: Mapping[str, Any]) -> None:
    record = ConversationRecord
    await session.execute(
        update(record).where(record.tenant_id == tenant_id, record.id == conversation_id).values(**values)
    )


async def next_number(session: Session, tenant_id: UUID, conversation_id: UUID, *, at: datetime) -> int:
    """Gives the number of the next line: whoever else adds one waits for this transaction."""
    record = ConversationRecord
    query = (
        update(record)
        .where(record.tenant_id == tenant_id, record.id == conversation_id)
        .values(last_seq=record.last_seq + 1, last_at=at)
        .returning(record.last_seq)
    )
    return (await session.execute(query)).scalar_one()


async def seen(session: Session, tenant_id: UUID, conversation_id: UUID, *, at: datetime | None) -> None:
    """Notes that the visitor's page shows itself; None, that it went away."""
    await change(session, tenant_id, conversation_id, {"seen_at": at})


async def read_up_to(session: Session, tenant_id: UUID, conversation_id: UUID, seq: int) -> bool:
    """Notes what the visitor has read; says whether that is new."""
    record = ConversationRecord
    query = update(record).where(
        record.tenant_id == tenant_id, record.id == conversation_id, record.read_seq < seq, record.last_seq >= seq
    )
    found = await session.execute(query.values(read_seq=seq).returning(record.id))
    return found.scalar_one_or_none() is not None


async def add_line(session: Session, row: Mapping[str, Any]) -> None:
    await session.execute(insert(LineRecord).values(**row))


async def known(
    session: Session, tenant_id: UUID, conversation_id: UUID, client_msg_id: str
) -> tuple[int, str, datetime] | None:
    """Returns the number, the digest and the instant of a message sent before under that name."""
    record = LineRecord
    query = select(record.seq, record.digest, record.at).where(
        record.tenant_id == tenant_id,
        record.conversation_id == conversation_id,
        record.client_msg_id == client_msg_id,
    )
    row = (await session.execute(query)).one_or_none()
    return (row.seq, row.digest or "", row.at) if row else None


async def delivered(session: Session, tenant_id: UUID, outbound_id: UUID) -> bool:
    """Whether an outgoing message is in its conversation."""
    record = LineRecord
    query = select(record.seq).where(record.tenant_id == tenant_id, record.outbound_id == outbound_id)
    return (await session.execute(query)).scalar_one_or_none() is not None


async def said_since(session: Session, tenant_id: UUID, conversation_id: UUID, since: datetime) -> int:
    """Counts what a visitor wrote since an instant."""
    record = LineRecord
    query = select(func.count()).where(
        record.tenant_id == tenant_id,
        record.conversation_id == conversation_id,
        record.kind == LineKind.VISITOR.value,
        record.at > since,
    )
    return int((await session.execute(query)).scalar_one())


async def transcripts_since(session: Session, tenant_id: UUID, conversation_id: UUID, since: datetime) -> int:
    """Counts the transcripts of a conversation that were sent since an instant."""
    record = LineRecord
    query = select(func.count()).where(
        record.tenant_id == tenant_id,
        record.conversation_id == conversation_id,
        record.notice == NoticeCode.TRANSCRIPT_SENT.value,
        record.at > since,
    )
    return int((await session.execute(query)).scalar_one())


async def said_from(session: Session, tenant_id: UUID, remote: str, since: datetime) -> int:
    """Counts what was written from one address since an instant."""
    record = LineRecord
    query = select(func.count()).where(record.tenant_id == tenant_id, record.remote == remote, record.at > since)
    return int((await session.execute(query)).scalar_one())


async def lines(
    session: Session, tenant_id: UUID, conversation_id: UUID, *, after: int, limit: int = MOST_LINES
) -> list[Line]:
    """Returns the lines after a number, with their words."""
    line, raw, message = LineRecord, ReceptionRecord, MessageRecord
    query = (
        select(line, raw.raw, message.text, message.author_name)
        .outerjoin(raw, and_(raw.tenant_id == line.tenant_id, raw.id == line.reception_id))
        .outerjoin(message, and_(message.tenant_id == line.tenant_id, message.id == line.message_id))
        .where(line.tenant_id == tenant_id, line.conversation_id == conversation_id, line.seq > after)
        .order_by(line.seq)
        .limit(limit)
    )
    return [_line(*row) for row in (await session.execute(query)).all()]


async def answered(session: Session, tenant_id: UUID, conversation_id: UUID) -> bool:
    """Whether an agent has spoken in it."""
    record = LineRecord
    query = select(record.seq).where(
        record.tenant_id == tenant_id,
        record.conversation_id == conversation_id,
        record.kind == LineKind.AGENT.value,
    )
    return (await session.execute(query.limit(1))).scalar_one_or_none() is not None


async def of_messages(session: Session, tenant_id: UUID, reception_ids: Sequence[UUID]) -> Conversation | None:
    """Returns the conversation that received messages are part of; of several, the one spoken in last."""
    if not reception_ids:
        return None
    record, line = ConversationRecord, LineRecord
    query = (
        select(record)
        .join(line, and_(line.tenant_id == record.tenant_id, line.conversation_id == record.id))
        .where(line.tenant_id == tenant_id, line.reception_id.in_(list(reception_ids)))
        .order_by(record.last_at.desc())
        .limit(1)
    )
    row = (await session.execute(query)).scalar_one_or_none()
    return _conversation(row) if row else None


async def of_ticket(session: Session, tenant_id: UUID, ticket_id: UUID) -> Conversation | None:
    """Returns the conversation of a request, spoken in last where it has several."""
    message = MessageRecord
    query = select(message.reception_id).where(
        message.tenant_id == tenant_id, message.ticket_id == ticket_id, message.reception_id.is_not(None)
    )
    names = [name for name in (await session.execute(query)).scalars() if name is not None]
    return await of_messages(session, tenant_id, names)


async def ticket_of(session: Session, tenant_id: UUID, conversation_id: UUID) -> UUID | None:
    """Returns the request that the last words of a conversation are part of; None until the intake has read some."""
    return (
        await session.execute(_TICKET_OF, {"tenant": tenant_id, "conversation": conversation_id})
    ).scalar_one_or_none()


async def waiting(session: Session, tenant_id: UUID, *, limit: int) -> list[Waiting]:
    """Returns the open conversations, those spoken in last first: one statement.

    One whose request the reader may not see is not there either: row-level security hides the request and what was
    received of it, and words whose reception is hidden are read as placed there.
    """
    rows = (await session.execute(_WAITING, {"tenant": tenant_id, "limit": limit})).mappings()
    found = []
    for row in rows:
        values = {name: row[name] for name in Conversation.__dataclass_fields__}
        found.append(
            Waiting(
                conversation=Conversation(**values),
                ticket_id=row["ticket_id"],
                reference=row["reference"] or "",
                subject=row["subject"] or "",
                unanswered=row["last_kind"] == LineKind.VISITOR.value,
            )
        )
    return found


async def idle(session: Session, tenant_id: UUID, channel_id: UUID, *, before: datetime) -> list[UUID]:
    """Returns the open conversations of a channel where nothing was said since an instant."""
    record = ConversationRecord
    query = select(record.id).where(
        record.tenant_id == tenant_id,
        record.channel_id == channel_id,
        record.closed_at.is_(None),
        record.last_at < before,
    )
    return list((await session.execute(query.order_by(record.last_at).limit(200))).scalars())


async def keep_entry(session: Session, row: Mapping[str, Any]) -> None:
    await session.execute(insert(EntryRecord).values(**row))


async def entries_from(session: Session, tenant_id: UUID, remote: str, since: datetime) -> int:
    """Counts the tickets one address asked for since an instant."""
    record = EntryRecord
    query = select(func.count()).where(record.tenant_id == tenant_id, record.remote == remote, record.made_at > since)
    return int((await session.execute(query)).scalar_one())


async def use_entry(
    session: Session, tenant_id: UUID, channel_id: UUID, digest: str, *, made_after: datetime, now: datetime
) -> Entry | None:
    """Uses a ticket that is young and was never used; whoever comes second finds none."""
    record = EntryRecord
    query = (
        update(record)
        .where(
            record.tenant_id == tenant_id,
            record.channel_id == channel_id,
            record.digest == digest,
            record.used_at.is_(None),
            record.made_at > made_after,
        )
        .values(used_at=now)
        .returning(record.identifier, record.name, record.site)
    )
    row = (await session.execute(query)).one_or_none()
    return Entry(identifier=row.identifier, name=row.name, site=row.site) if row else None


async def forget_entries(session: Session, tenant_id: UUID, *, before: datetime) -> None:
    record = EntryRecord
    await session.execute(delete(record).where(record.tenant_id == tenant_id, record.made_at < before))


async def open_desk(session: Session, tenant_id: UUID, key_id: UUID, *, until: datetime) -> None:
    values = {"tenant_id": tenant_id, "id": key_id, "until_at": until}
    query = upsert(DeskRecord).values(**values)
    await session.execute(query.on_conflict_do_update(index_elements=["tenant_id", "id"], set_={"until_at": until}))


async def prolong_desk(session: Session, tenant_id: UUID, key_id: UUID, *, now: datetime, until: datetime) -> None:
    """Prolongs the presence of an agent who is there; one who is not stays away."""
    record = DeskRecord
    mine = and_(record.tenant_id == tenant_id, record.id == key_id, record.until_at > now)
    await session.execute(update(record).where(mine).values(until_at=until))


async def close_desk(session: Session, tenant_id: UUID, key_id: UUID) -> bool:
    """Says whether it was open."""
    record = DeskRecord
    gone = await session.execute(
        delete(record).where(record.tenant_id == tenant_id, record.id == key_id).returning(record.id)
    )
    return gone.scalar_one_or_none() is not None


async def desks(session: Session, tenant_id: UUID, *, now: datetime) -> dict[UUID, datetime]:
    """Returns the agents who are there, and until when."""
    record = DeskRecord
    query = select(record.id, record.until_at).where(record.tenant_id == tenant_id, record.until_at > now)
    return {row.id: row.until_at for row in await session.execute(query)}


def _conversation(row: ConversationRecord) -> Conversation:
    return Conversation(**{name: getattr(row, name) for name in Conversation.__dataclass_fields__})


def _line(row: LineRecord, raw: bytes | None, text_: str | None, author: str | None) -> Line:
    kind = LineKind(row.kind)
    return Line(
        seq=row.seq,
        kind=kind,
        notice=NoticeCode(row.notice) if row.notice else None,
        author=(author or "") if kind is LineKind.AGENT else "",
        text=_written(raw) if kind is LineKind.VISITOR else (text_ or ""),
        at=row.at,
    )


def _written(raw: bytes | None) -> str:
    """The words of a frame of ours; one that was erased since has none."""
    try:
        frame = json.loads(raw or b"")
    except ValueError:
        return ""
    said = frame.get("text") if isinstance(frame, dict) else None
    return said if isinstance(said, str) else ""


_TICKET_OF = text(
    """
    SELECT m.ticket_id FROM chat_lines l
    JOIN receptions r ON r.tenant_id = l.tenant_id AND r.id = l.reception_id
    JOIN messages m ON m.tenant_id = r.tenant_id AND m.id = r.message_id
    WHERE l.tenant_id = :tenant AND l.conversation_id = :conversation ORDER BY l.seq DESC LIMIT 1
    """
)
_WAITING = text(
    """
    SELECT c.*, t.id AS ticket_id, t.reference, t.subject, said.kind AS last_kind FROM chat_conversations c
    LEFT JOIN LATERAL (
      SELECT l.seq, m.ticket_id FROM chat_lines l
      LEFT JOIN receptions r ON r.tenant_id = l.tenant_id AND r.id = l.reception_id
      LEFT JOIN messages m ON m.tenant_id = r.tenant_id AND m.id = r.message_id
      WHERE l.tenant_id = c.tenant_id AND l.conversation_id = c.id AND l.reception_id IS NOT NULL
      AND (r.id IS NULL OR r.message_id IS NOT NULL)
      ORDER BY l.seq DESC LIMIT 1) placed ON true
    LEFT JOIN LATERAL (
      SELECT l.kind FROM chat_lines l WHERE l.tenant_id = c.tenant_id AND l.conversation_id = c.id
      AND l.kind IN ('visitor', 'agent') ORDER BY l.seq DESC LIMIT 1) said ON true
    LEFT JOIN tickets t ON t.tenant_id = c.tenant_id AND t.id = placed.ticket_id
    WHERE c.tenant_id = :tenant AND c.closed_at IS NULL AND (placed.seq IS NULL OR t.id IS NOT NULL)
    ORDER BY c.last_at DESC, c.id LIMIT :limit
    """
)
