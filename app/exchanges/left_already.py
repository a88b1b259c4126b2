"""What a relay's own account says of a house put back in time: which doubts had left, and what left that is known no more.

A restore, or a recovery to a point in time, knows nothing of what left afterwards; the relay's log, the Sent folder, a
provider's list do. They name a mail by its Message-ID, anything else by the name its provider gave it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from app.db.transaction import Session
from app.exchanges import outbox
from app.exchanges.outbox import Outbound, OutState

PAGE = 500
# Our own Message-IDs: the message's identifier, the token of its answers if it has one, the mailbox's domain. Mails to
# agents and confirmations end their first half with a plain word, and are none of the outbox.
_OURS = re.compile(r"(?<![0-9A-Za-z])([0-9a-f]{12}7[0-9a-f]{3}[89ab][0-9a-f]{15})(?:\.[\w-]{16,})?@([\w.-]+\w)")
_WORD = re.compile(r"[^\s\"'<>()\[\]{},;=]{6,}")

# What a mailbox or a message begins with; a line of a relay's log (`program[pid]: queue id: words`), and of Exim's.
_HEAD = re.compile(
    r"From |(?:Return-Path|Received|Delivered-To|Message-ID|In-Reply-To|References|Date|From|To|Cc|Reply-To|Subject|Sender"
    r"|MIME-Version|Content-[\w-]+|DKIM-Signature|ARC-[\w-]+|Authentication-Results|X-[\w-]+):",
    re.IGNORECASE,
)
_LOGGED = re.compile(r"[\w./-]+\[\d+\]:\s+([^\s:]+):?\s*(.*)")
_ARRIVED = re.compile(r"\s(?:<=|\*\*|==)\s")
_BOUND = re.compile(r"(?:message-id|msgid)=", re.IGNORECASE)
_SENT = re.compile(r"\bstat(?:us)?=sent\b", re.IGNORECASE)
_TO_ITSELF = re.compile(r"relay=(?:localhost|127\.|\[::1\])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Account:
    """What an account names: messages in doubt here, and mails of ours this house knows nothing of, with when they were written."""

    left: Sequence[Outbound]
    lost: Mapping[UUID, datetime]


async def in_doubt(session: Session, tenant_id: UUID, *, channel_id: UUID | None = None) -> list[Outbound]:
    """Returns every message that may have left, the oldest first."""
    channels, after = None if channel_id is None else [channel_id], None
    found: list[Outbound] = []
    while True:
        some = await outbox.in_states(
            session, tenant_id, [OutState.UNKNOWN.value], after=after, limit=PAGE, channels=channels
        )
        found += some
        if len(some) < PAGE:
            return found[::-1]
        after = some[-1].id


async def compared(
    session: Session, tenant_id: UUID, doubts: Sequence[Outbound], lines: Iterable[str], *, domains: Iterable[str]
) -> Account:
    """Reads an account line by line. `domains` are those of the mailboxes: a mail of ours bears one of them."""
    by_id = {one.id: one for one in doubts}
    by_name = {name: one for one in doubts for name in _names(one)}
    ours = {domain.lower() for domain in domains}
    left: dict[UUID, Outbound] = {}
    strange: set[UUID] = set()
    for line in departures(lines):
        for match in _OURS.finditer(line):
            named = UUID(hex=match[1])
            if named in by_id:
                left[named] = by_id[named]
            elif match[2].lower() in ours:
                strange.add(named)
        for word in _WORD.findall(line):
            if word in by_name:
                left[by_name[word].id] = by_name[word]
    lost = strange - await _known(session, tenant_id, sorted(strange))
    return Account([left[one] for one in sorted(left)], {one: _written_at(one) for one in sorted(lost)})


def departures(lines: Iterable[str]) -> Iterator[str]:
    """Yields what an account says left: names merely mentioned (an answer's References, a refusal in a log) prove nothing.

    A mailbox tells it in the Message-ID of each head; a relay's log by `status=sent` (Postfix) or `stat=Sent` (sendmail) of a
    queue id, unless it went no further than the machine itself, to a filter; a plain list by each of its lines.
    """
    mailbox: bool | None = None
    head = field = False
    blank = True
    queued: dict[str, str] = {}
    for line in lines:
        if mailbox is None and line.strip():
            mailbox = _HEAD.match(line) is not None
            head = mailbox
        if not mailbox:
            yield from _told_by(line, queued)
            continue
        if blank and line.startswith("From "):
            head, field = True, False
        elif not line.strip():
            head = False
        elif head and line[0] not in " \t":
            field = line.lower().startswith("message-id:")
        if head and field:
            yield line
        blank = not line.strip()


def _told_by(line: str, queued: dict[str, str]) -> Iterator[str]:
    logged = _LOGGED.search(line)
    if logged is None:
        if not _ARRIVED.search(line):
            yield line
        return
    queue_id, said = logged[1], logged[2]
    if _BOUND.search(said):
        queued[queue_id] = said
    elif _SENT.search(said) and not _TO_ITSELF.search(said):
        yield queued.get(queue_id, "")


def _names(one: Outbound) -> Iterable[str]:
    """What its provider calls it, when it said so; a mail's name is read by its form."""
    return (name for name in (one.external_id, *(one.names or ())) if name and "@" not in name)


async def _known(session: Session, tenant_id: UUID, wanted: Sequence[UUID]) -> set[UUID]:
    found: set[UUID] = set()
    for at in range(0, len(wanted), PAGE):
        found |= {one.id for one in await outbox.some(session, tenant_id, wanted[at : at + PAGE])}
    return found


def _written_at(identifier: UUID) -> datetime:
    """An identifier of ours bears the milliseconds it was made at (UUIDv7, RFC 9562 §5.7)."""
    return datetime.fromtimestamp((identifier.int >> 80) / 1000, UTC)
