"""What must be true once all is read and sent: the clients' account against the rows, the sink and the stream."""

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.ids import Prefix, parse_id, public_id
from tests.faults.soak.account import Account, Act
from tests.faults.soak.looking import Look
from tests.faults.soak.sink import Taken
from tests.faults.soak.town import Town

# Each key is a promise; what is listed under it broke it.
LOST, DOUBLED, MISDIRECTED, MISSED, UNEXPLAINED = "lost", "doubled", "misdirected", "missed", "unexplained"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as promised."""

    promise: str
    what: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is compared."""

    look: Look
    account: Account
    towns: Sequence[Town]
    taken: Sequence[Taken]
    today: date


async def judged(given: Evidence) -> Sequence[Finding]:
    """Compares everything; an empty list is what was promised."""
    parts = (_messages, _receptions, _sent, _mails, _acts, _alerts, _facts)
    return [finding for part in parts async for finding in part(given)]


async def _messages(given: Evidence) -> AsyncIterator[Finding]:
    """P1, P2, P7: what was acknowledged is one message of its own town, from whom it came; nothing else is there."""
    town_of = {town.tenant_id: town.number for town in given.towns}
    found: dict[str, list[tuple[int, str | None]]] = defaultdict(list)
    query = (
        "SELECT tenant_id, external_id, author_address FROM messages WHERE direction = 'in' AND external_id IS NOT NULL"
    )
    for tenant_id, external_id, address in await given.look.rows(query):
        found[external_id].append((town_of[tenant_id], address))
    known = {name: one for one in given.account.sent.values() for name in one.holds}
    for name, one in known.items():
        there = found.pop(name, [])
        if one.told and not there:
            yield Finding(LOST, f"{name} was acknowledged, and is no message")
        if len(there) > 1:
            yield Finding(DOUBLED, f"{name} is {len(there)} messages")
        for town, address in there:
            if town != one.town or (one.sender and address != one.sender):
                yield Finding(MISDIRECTED, f"{name} is in town {town} from {address}, not {one.town} from {one.sender}")
    for name in found:
        if not name.startswith("s") or "guichet" not in name:
            yield Finding(UNEXPLAINED, f"nobody sent {name}")


async def _receptions(given: Evidence) -> AsyncIterator[Finding]:
    """P1, P3: as many receptions as acknowledgements at least, as tries at most; the very ones whose name was given."""
    counted: Counter[tuple[UUID, str]] = Counter()
    ids = set[str]()
    rows = await given.look.rows("SELECT tenant_id, id, sha256, state, reason FROM receptions")
    for tenant_id, reception_id, digest, state, reason in rows:
        counted[tenant_id, digest] += 1
        ids.add(public_id(Prefix.RECEPTION, reception_id))
        if state not in {"done", "duplicate"}:
            yield Finding(LOST, f"reception {reception_id} is {state}: {reason}")
    tenant_of = {town.number: town.tenant_id for town in given.towns}
    for one in given.account.sent.values():
        kept = counted[tenant_of[one.town], one.digest]
        if kept < one.told:
            yield Finding(LOST, f"{one.key} by {one.door}: {one.told} acknowledgements, {kept} receptions")
        if kept > one.tries:
            yield Finding(DOUBLED, f"{one.key} by {one.door}: sent {one.tries} times, {kept} receptions")
        for receipt in set(one.receipts) - ids:
            yield Finding(LOST, f"{one.key}: the receipt {receipt} names nothing")


async def _sent(given: Evidence) -> AsyncIterator[Finding]:
    """P5: an acknowledgement a message at most, recorded once, to whoever wrote it; nothing left in between."""
    query = """
        SELECT o.id, o.state, o.purpose, o.request ->> 'about', o.recipient_address, m.author_address
          FROM outbound o LEFT JOIN messages m ON m.tenant_id = o.tenant_id AND m.id = CAST(o.request ->> 'about' AS uuid)
    """
    about: Counter[str] = Counter()
    for outbound_id, state, purpose, message_id, recipient, author in await given.look.rows(query):
        if state not in {"accepted", "delivered"}:
            yield Finding(MISSED, f"outbound {outbound_id} ({purpose}) is {state}")
        if purpose == "AEE":
            about[message_id] += 1
            if recipient != author:
                yield Finding(MISDIRECTED, f"the acknowledgement {outbound_id} of {author} went to {recipient}")
    for message_id, count in about.items():
        if count > 1:
            yield Finding(DOUBLED, f"message {message_id} has {count} acknowledgements")


async def _mails(given: Evidence) -> AsyncIterator[Finding]:
    """P5: the sink saw each mail, at most once an attempt, under one name, at the address of whom it answers."""
    query = """
        SELECT o.external_id, o.recipient_address, count(a.id) FROM outbound o
          JOIN outbound_attempts a ON a.tenant_id = o.tenant_id AND a.outbound_id = o.id
         WHERE o.state IN ('accepted', 'delivered') GROUP BY o.tenant_id, o.id, o.external_id, o.recipient_address
    """
    recorded = {name: (recipient, tries) for name, recipient, tries in await given.look.rows(query)}
    copies = Counter(mail.message_id for mail in given.taken)
    writers = {name: one.sender for one in given.account.sent.values() for name in one.holds if one.sender}
    for mail in given.taken:
        asked = writers.get(mail.answers)
        if mail.message_id not in recorded:
            yield Finding(UNEXPLAINED, f"{mail.message_id} left for {mail.recipient} and is not recorded")
        elif recorded[mail.message_id][0] != mail.recipient or (asked is not None and asked != mail.recipient):
            yield Finding(MISDIRECTED, f"{mail.message_id} answers {asked} and went to {mail.recipient}")
    for name, (recipient, tries) in recorded.items():
        if not copies[name]:
            yield Finding(LOST, f"{name} to {recipient} is recorded as accepted and never came")
        if copies[name] > tries:
            yield Finding(DOUBLED, f"{name} came {copies[name]} times in {tries} attempts")


async def _acts(given: Evidence) -> AsyncIterator[Finding]:
    """P2, P4, P5: each act of an agent that was answered stands once; one that never was, at most once."""
    replies = Counter[str]()
    for (text,) in await given.look.rows("SELECT request ->> 'text' FROM outbound WHERE purpose <> 'AEE'"):
        replies[str(text).rpartition("(")[2].partition(")")[0]] += 1
    events = await _counted(given.look, "SELECT key, count(*) FROM legal_events WHERE key IS NOT NULL GROUP BY 1")
    desks = await _counted(
        given.look, "SELECT subject, count(*) FROM tickets WHERE channel_type = 'counter' GROUP BY 1"
    )
    stands: Mapping[str, Mapping[str, int]] = {"reply": replies, "event": events, "desk": desks}
    for act in given.account.acts.values():
        count = stands[act.kind].get(act.name, 0)
        if act.told and not count:
            yield Finding(LOST, f"{act.name} was answered and does not stand")
        if count > 1:
            yield Finding(DOUBLED, f"{act.name} stands {count} times")
    async for finding in _recipients(given):
        yield finding


async def _recipients(given: Evidence) -> AsyncIterator[Finding]:
    wanted = {act.name: act for act in given.account.acts.values() if act.kind == "reply"}
    query = "SELECT request ->> 'text', recipient_address, ticket_id FROM outbound WHERE purpose <> 'AEE'"
    for text, recipient, ticket_id in await given.look.rows(query):
        act: Act | None = wanted.get(str(text).rpartition("(")[2].partition(")")[0])
        if act is None or act.recipient != recipient or act.about != public_id(Prefix.TICKET, ticket_id):
            yield Finding(MISDIRECTED, f"the reply {act.name if act else text} went to {recipient}")


async def _alerts(given: Evidence) -> AsyncIterator[Finding]:
    """P4: nothing due is left to be told, and whoever was received on one day by one way was told of alike, once."""
    due = "SELECT id, wake_on FROM saisines WHERE closed_at IS NULL AND wake_on <= %s"
    for saisine_id, wake_on in await given.look.rows(due, given.today):
        yield Finding(MISSED, f"the saisine {saisine_id} was to be looked at on {wake_on}")
    told = """
        SELECT s.id, array_remove(array_agg(a.threshold ORDER BY a.threshold), NULL) FROM saisines s
          JOIN tickets t ON t.tenant_id = s.tenant_id AND t.id = s.ticket_id AND t.channel_type = 'counter'
          LEFT JOIN alerts a ON a.tenant_id = s.tenant_id AND a.saisine_id = s.id GROUP BY s.id
    """
    alike: dict[tuple[str, ...], list[UUID]] = defaultdict(list)
    for saisine_id, thresholds in await given.look.rows(told):
        if not thresholds:
            yield Finding(MISSED, f"nobody was told of the saisine {saisine_id}")
        if len(set(thresholds)) < len(thresholds):
            yield Finding(DOUBLED, f"the saisine {saisine_id} was told of twice: {thresholds}")
        alike[tuple(sorted(set(thresholds)))].append(saisine_id)
    usual = max(alike.values(), key=len, default=[])
    for thresholds, saisines in alike.items():
        if thresholds and saisines is not usual:
            yield Finding(MISSED, f"of {len(saisines)} saisines {thresholds} was told, of the others not so")
    raised = "SELECT (SELECT count(*) FROM alerts), (SELECT count(*) FROM events WHERE type IN ('sve.clock.due_soon', 'sve.clock.overdue'))"
    ((alerts, facts),) = await given.look.rows(raised)
    if alerts != facts:
        yield Finding(UNEXPLAINED, f"{alerts} alerts, {facts} facts of alerts")


async def _facts(given: Evidence) -> AsyncIterator[Finding]:
    """P9: one fact a message received."""
    query = """
        SELECT coalesce(m.id, e.subject_id), e.times FROM (SELECT id FROM messages WHERE direction = 'in') m FULL JOIN
          (SELECT subject_id, count(*) AS times FROM events WHERE type = 'message.received' GROUP BY 1) e
            ON e.subject_id = m.id
         WHERE m.id IS NULL OR e.times IS DISTINCT FROM 1 LIMIT 20
    """
    for message_id, times in await given.look.rows(query):
        yield Finding(UNEXPLAINED, f"the message {message_id} has {times} facts of its reception")


async def unanswered(given: Evidence) -> Sequence[Finding]:
    """F30: of what was kept, or done, somebody was told; where nobody is killed and nothing is cut."""
    counted: Counter[tuple[UUID, str]] = Counter()
    for tenant_id, digest, count in await given.look.rows(
        "SELECT tenant_id, sha256, count(*) FROM receptions GROUP BY 1, 2"
    ):
        counted[tenant_id, digest] = count
    tenant_of = {town.number: town.tenant_id for town in given.towns}
    kept = ((one, counted[tenant_of[one.town], one.digest]) for one in given.account.sent.values())
    return [
        *(
            Finding(UNEXPLAINED, f"{one.key} by {one.door}: kept {count} times, told {one.told}")
            for one, count in kept
            if count > one.told
        ),
        *(Finding(UNEXPLAINED, f"{path} had been done, and nobody told") for path in given.account.replayed),
    ]


async def unheard(look: Look, town: Town, heard: Sequence[str], *, before: set[UUID]) -> Sequence[Finding]:
    """P9: whoever followed the stream through every fault heard each fact, and none that is not there."""
    rows = await look.rows("SELECT id, type FROM events WHERE tenant_id = %s", town.tenant_id)
    there = {row[0]: row[1] for row in rows if row[0] not in before}
    ids = {parse_id(Prefix.EVENT, word) for word in heard}
    skipped = [
        Finding(LOST, f"the fact {one} ({kind}) was not streamed") for one, kind in there.items() if one not in ids
    ]
    return [
        *skipped,
        *(Finding(UNEXPLAINED, f"the streamed fact {one} is not there") for one in ids - there.keys() - before),
    ]


async def _counted(look: Look, query: str) -> Mapping[str, int]:
    return {str(name): int(count) for name, count in await look.rows(query)}
