"""What a batch of messages may refer to, found in at most seven statements: every SQL statement of recalling.

What was said to a ticket that was merged is said to the one that took it over.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import or_, select, text, tuple_

from app.db.transaction import Session
from app.tickets import origins
from app.tickets.tables import MessageRecord, ReplyTokenRecord, TicketRecord
from app.tickets.threading import Known, Party, former_numbers
from app.tickets.values import Incoming, Status

# A ticket that was merged lives on in another, which may have been merged too.
_PRESENT = text(
    "WITH RECURSIVE chain AS (SELECT id AS asked, id, merged_into FROM tickets WHERE tenant_id = :tenant "
    "AND id = ANY(:ids) UNION SELECT chain.asked, t.id, t.merged_into FROM chain "
    "JOIN tickets t ON t.tenant_id = :tenant AND t.id = chain.merged_into) "
    "SELECT chain.asked, t.id, t.status, t.reference, t.point_id FROM chain "
    "JOIN tickets t ON t.tenant_id = :tenant AND t.id = chain.id WHERE chain.merged_into IS NULL"
)
_SPLIT_FROM = text(
    "WITH RECURSIVE up AS (SELECT target_id, source_id FROM ticket_moves WHERE tenant_id = :tenant "
    "AND target_id = ANY(:ids) AND kind = 'split' AND undone_at IS NULL UNION "
    "SELECT m.target_id, m.source_id FROM up JOIN ticket_moves m ON m.tenant_id = :tenant "
    "AND m.target_id = up.source_id AND m.kind = 'split' AND m.undone_at IS NULL) SELECT target_id, source_id FROM up"
)


async def known_to(session: Session, tenant_id: UUID, batch: Iterable[Incoming]) -> tuple[Known, dict[UUID, str]]:
    """Returns what the batch may refer to, and the references of the tickets concerned."""
    batch = list(batch)
    tokens = await _tokens(session, tenant_id, {token for incoming in batch for token in incoming.tokens})
    messages = await _messages(session, tenant_id, {(i.channel_id, name) for i in batch for name in i.references})
    conversations = {(i.channel_id, i.conversation) for i in batch if i.conversation}
    going = await _conversations(session, tenant_id, conversations)
    cited = {ticket_id for found in messages.values() for ticket_id in found}
    splits = await _splits(session, tenant_id, cited) if tokens and cited else {}
    supported = {incoming.joins for incoming in batch if incoming.joins is not None}
    former = await _former(session, tenant_id, {number for i in batch for number in former_numbers(i)})
    named = {party.ticket_id for party in tokens.values()} | cited | {ticket_id for _, ticket_id in going} | supported
    named |= {ticket_id for _, ticket_id in former}
    known = Known()
    if not named:
        return known, {}
    present, references = await _present(session, tenant_id, named | set(splits.values()), known)
    known.tokens = {word: Party(present[party.ticket_id], party.point_id) for word, party in tokens.items()}
    known.supported = {one: present[one] for one in supported if one in present}
    known.messages = {name: [present[one] for one in found] for name, found in messages.items()}
    for number, ticket_id in former:
        known.former.setdefault(number, []).append(present[ticket_id])
    known.split_from = {present.get(new, new): present[old] for new, old in splits.items()}
    for place, ticket_id in going:
        if known.statuses[present[ticket_id]] is not Status.CLOSED:
            known.conversations[place] = present[ticket_id]
    return known, references


async def _tokens(session: Session, tenant_id: UUID, tokens: set[str]) -> dict[str, Party]:
    if not tokens:
        return {}
    record = ReplyTokenRecord
    rows = await session.execute(
        select(record.token, record.ticket_id, record.point_id).where(
            record.tenant_id == tenant_id, record.token.in_(tokens), record.revoked_at.is_(None)
        )
    )
    return {row.token: Party(row.ticket_id, row.point_id) for row in rows}


async def _messages(
    session: Session, tenant_id: UUID, names: set[tuple[UUID, str]]
) -> dict[tuple[UUID, str], list[UUID]]:
    if not names:
        return {}
    message = MessageRecord
    rows = await session.execute(
        select(message.channel_id, message.external_id, message.ticket_id)
        .where(message.tenant_id == tenant_id, tuple_(message.channel_id, message.external_id).in_(list(names)))
        .order_by(message.id)
        .limit(5000)  # the oldest first: whoever floods us with one name comes after those it was taken from
    )
    found: dict[tuple[UUID, str], list[UUID]] = {}
    for row in rows:
        found.setdefault((row.channel_id, row.external_id or ""), []).append(row.ticket_id)
    return found


async def _former(session: Session, tenant_id: UUID, numbers: set[str]) -> Sequence[tuple[str, UUID]]:
    return await origins.numbered(session, tenant_id, numbers) if numbers else ()


async def _conversations(
    session: Session, tenant_id: UUID, keys: set[tuple[UUID, str]]
) -> list[tuple[tuple[UUID, str], UUID]]:
    """Returns the tickets of conversations that are not closed, or live on in another, the latest last."""
    if not keys:
        return []
    ticket = TicketRecord
    rows = await session.execute(
        select(ticket.id, ticket.channel_id, ticket.thread_key)
        .where(
            ticket.tenant_id == tenant_id,
            tuple_(ticket.channel_id, ticket.thread_key).in_(list(keys)),
            or_(ticket.status != Status.CLOSED.value, ticket.merged_into.is_not(None)),
        )
        .order_by(ticket.id)
    )
    return [((row.channel_id, row.thread_key or ""), row.id) for row in rows]


async def _splits(session: Session, tenant_id: UUID, ticket_ids: set[UUID]) -> dict[UUID, UUID]:
    rows = await session.execute(_SPLIT_FROM, {"tenant": tenant_id, "ids": list(ticket_ids)})
    return {row.target_id: row.source_id for row in rows}


async def _present(
    session: Session, tenant_id: UUID, tickets: set[UUID], known: Known
) -> tuple[dict[UUID, UUID], dict[UUID, str]]:
    """Finds where each ticket lives now, and how those stand: status, reference, who takes part."""
    message = MessageRecord
    present: dict[UUID, UUID] = {}
    references: dict[UUID, str] = {}
    for row in await session.execute(_PRESENT, {"tenant": tenant_id, "ids": list(tickets)}):
        present[row.asked] = row.id
        known.statuses[row.id] = Status(row.status)
        references[row.id] = row.reference
        known.participants[row.id] = {row.point_id} if row.point_id else set()
    took_part = await session.execute(
        select(message.ticket_id, message.point_id)
        .where(message.tenant_id == tenant_id, message.ticket_id.in_(references), message.point_id.is_not(None))
        .distinct()
    )
    for took in took_part:
        if took.point_id is not None:
            known.participants.setdefault(took.ticket_id, set()).add(took.point_id)
    return present, references


async def present_of(session: Session, tenant_id: UUID, ticket_id: UUID) -> UUID | None:
    """Returns where a ticket lives now: itself, or the last of those it was merged into."""
    row = (await session.execute(_PRESENT, {"tenant": tenant_id, "ids": [ticket_id]})).first()
    return row.id if row else None
