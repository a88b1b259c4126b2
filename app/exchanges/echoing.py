"""What our side wrote: our own sending told back to us, or a colleague's words typed in the provider's own application.

An echo is never a citizen's message. One of ours in doubt is known to have left by it; a colleague's takes its place in
the request it answers, so that nobody answers twice. What answers no request we have is kept raw, and no more.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from app.channels.contract import Capabilities, Event, Receipt
from app.channels.values import Channel
from app.clock import Clock
from app.db.transaction import Session
from app.exchanges import outbox, reported
from app.exchanges.delivering import Deliverer
from app.exchanges.facts import WrittenElsewhere
from app.exchanges.outbox import Outbound, OutState
from app.exchanges.receptions import Reception
from app.exchanges.understanding import bounded, incoming
from app.facts import FactBook
from app.ids import new_id
from app.tickets import recalling
from app.tickets.service import Tickets
from app.tickets.threading import Known
from app.tickets.values import AuthorKind, Direction, Incoming, Saying, Status

# Words a provider may put before ours: the person's name on Mastodon.
_MOST_BEFORE = 300


class Whose(StrEnum):
    OURS = "ours"
    COLLEAGUE = "colleague"
    NOBODY = "nobody"  # it answers no request we have
    TOO_EARLY = "too_early"  # what may be the same message is leaving at this moment
    KNOWN = "known"  # it stands in its request already


@dataclass(frozen=True, slots=True)
class Echoed:
    """Whose words an echo holds, and where they stand."""

    whose: Whose
    ticket_id: UUID | None = None
    message_id: UUID | None = None


class Echoes:
    """Tells our own sendings from a colleague's words, and places these."""

    def __init__(self, deliverer: Deliverer, tickets: Tickets, book: FactBook, clock: Clock) -> None:
        self._deliverer, self._tickets, self._book, self._clock = deliverer, tickets, book, clock

    async def heard(
        self, session: Session, reception: Reception, channel: Channel, event: Event, capabilities: Capabilities
    ) -> Echoed:
        """Gives one echo its effect."""
        sending = await self.recalled(session, channel, event)
        if sending is not None:
            return Echoed(Whose.OURS, sending.ticket_id, sending.message_id)
        echo = incoming(event, channel=channel, capabilities=capabilities, reception=reception, point=None, pieces=())
        known, _ = await recalling.known_to(session, channel.tenant_id, [_with_itself(echo)])
        if known.messages.get((channel.id, echo.external_id or "")):
            return Echoed(Whose.KNOWN)
        ticket_id = _answered(echo, known)
        if ticket_id is None or echo.external_id is None:
            return Echoed(Whose.NOBODY)
        same = await self._same_words(session, channel, ticket_id, event)
        if same is None:
            return await self._colleague(session, channel, ticket_id, event)
        if same.state in {OutState.FROZEN, OutState.SENDING}:
            return Echoed(Whose.TOO_EARLY, same.ticket_id, same.message_id)
        await self._known_to_have_left(session, same, event)
        return Echoed(Whose.OURS, same.ticket_id, same.message_id)

    async def recalled(self, session: Session, channel: Channel, event: Event) -> Outbound | None:
        """Returns the sending an event names, by its own id or by our reference; one in doubt is then known to have left."""
        named = event.reports_on or event.external_id
        sending = None
        if named is not None:
            sending = await reported.by_external_id(session, channel.tenant_id, channel.id, bounded(named))
        if sending is None and (reference := _reference(event)) is not None:
            sending = await outbox.find(session, channel.tenant_id, reference, lock=True)
        if sending is None or sending.channel_id != channel.id:
            return None
        await self._known_to_have_left(session, sending, event)
        return sending

    async def _known_to_have_left(self, session: Session, sending: Outbound, event: Event) -> None:
        if sending.state is OutState.UNKNOWN:
            named = event.reports_on or event.external_id
            told = "la réponse s'était perdue ; le fournisseur nous a montré le message parti"
            receipt = Receipt(known=True, external_ids=[named] if named else [], detail=told)
            await self._deliverer.answered(session, sending, receipt)

    async def _same_words(self, session: Session, channel: Channel, ticket_id: UUID, event: Event) -> Outbound | None:
        """Returns the sending of this request whose words these are, for providers that repeat no reference of ours."""
        said = _bare(event.text)
        for sending in reversed(await outbox.of_ticket(session, channel.tenant_id, ticket_id)):
            if sending.channel_id != channel.id or sending.state in {OutState.FAILED, OutState.ABANDONED}:
                continue
            if any(_holds(said, _bare(part)) for part in sending.parts):
                return await outbox.find(session, channel.tenant_id, sending.id, lock=True)
        return None

    async def _colleague(self, session: Session, channel: Channel, ticket_id: UUID, event: Event) -> Echoed:
        message_id, now = new_id(), self._clock()
        saying = Saying(
            ticket_id=ticket_id,
            message_id=message_id,
            channel_id=channel.id,
            direction=Direction.OUT,
            author_kind=AuthorKind.AGENT,
            author_name=f"Hors de Parvis ({channel.name})"[:200],
            text=event.text or "[pièce jointe : à voir chez le fournisseur]",
            external_id=bounded(event.external_id) if event.external_id else None,
            recipients=[
                {"kind": party.kind.value, "address": party.address, "display_name": party.display_name}
                for party in event.recipients
            ],
            public=event.public,
        )
        await self._tickets.say(session, channel.tenant_id, [saying])
        fact = WrittenElsewhere(tenant_id=channel.tenant_id, subject_id=message_id, at=now, ticket_id=ticket_id)
        await self._book.record(session, fact)
        return Echoed(Whose.COLLEAGUE, ticket_id, message_id)


def _with_itself(echo: Incoming) -> Incoming:
    """An echo may come twice, and takes no key: it is looked for under its own name too."""
    return replace(echo, references=[*echo.references, *([echo.external_id] if echo.external_id else [])])


def _answered(echo: Incoming, known: Known) -> UUID | None:
    """Finds the request an echo answers: the message it names, else the conversation it stands in."""
    for reference in echo.references:
        for cited in known.messages.get((echo.channel_id, reference), ()):
            if known.statuses.get(cited) is not None:
                return cited
    found = known.conversations.get((echo.channel_id, echo.conversation or ""))
    return found if found is not None and known.statuses.get(found) not in {None, Status.CLOSED} else None


def _reference(event: Event) -> UUID | None:
    """Our own id, which some providers repeat; of a long text, the part's number stands behind it."""
    named = event.fields.get("ref")
    try:
        return UUID(str(named).partition(".")[0]) if named else None
    except ValueError:
        return None


def _bare(words: str | None) -> str:
    return " ".join((words or "").split())


def _holds(said: str, ours: str) -> bool:
    return bool(ours) and said.endswith(ours) and len(said) - len(ours) <= _MOST_BEFORE
