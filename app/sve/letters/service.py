"""Letters of saisines: gathered from what is known, composed, printed, and kept as they left."""

import asyncio
import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.channels.errors import ChannelError
from app.channels.registry import Registry
from app.clock import Clock, civil_day
from app.contacts import service as contacts
from app.db.transaction import Session
from app.errors import Conflict, NotFound
from app.facts import Actor, FactBook
from app.files.store import Store
from app.sve.letters import gathering, layout, page, repository
from app.sve.letters.checking import check_fields, check_window
from app.sve.letters.composing import compose
from app.sve.letters.facts import LetterComposed
from app.sve.letters.gathering import Author
from app.sve.letters.ground import Fields, Ground
from app.sve.letters.kinds import template_of
from app.sve.letters.letterheads import Letterheads
from app.sve.letters.parts import Composed
from app.sve.letters.values import Kind, Letter, Letterhead, Way
from app.sve.letters.wordings import LetterWordings, own_words
from app.sve.service import LegalFace
from app.sve.values import LegalEvent, Saisine
from app.tenants.service import Tenants
from app.tenants.values import Tenant
from app.tickets.service import Tickets
from app.tickets.values import Message, Ticket


class Unprinted(Conflict):
    """The page of a letter cannot be made."""

    code = "letter-unprintable"
    title_fr = "La page de la lettre ne peut pas être produite"
    title_en = "The page of the letter cannot be made"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """A letter as it would leave now, with all it was written from."""

    kind: Kind
    composed: Composed
    ground: Ground
    tenant: Tenant
    saisine: Saisine
    ticket: Ticket
    message: Message
    letterhead: Letterhead | None
    words: int  # the edition of the administration's own words, 0 for none
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What is known around a saisine at one instant, whatever letter is written from it."""

    tenant: Tenant
    saisine: Saisine
    own: Sequence[LegalEvent]
    kept: Saisine | None
    events: Sequence[LegalEvent]
    ticket: Ticket
    message: Message
    author: Author | None
    channel: str
    letterhead: Letterhead | None
    at: datetime

    def ground(self, kind: Kind, given: Fields) -> Ground:
        return gathering.ground_of(
            kind, given, **{one.name: getattr(self, one.name) for one in dataclasses.fields(self)}
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """How a letter leaves: its way, its plain text, its page, and what it became elsewhere in the house."""

    id: UUID
    way: Way
    text: str
    pdf_sha256: str
    outbound_id: UUID | None
    event_id: UUID | None


async def _author(session: Session, tenant_id: UUID, ticket: Ticket, message: Message) -> Author | None:
    """Returns who wrote a message when it is not the person of its ticket, as after a merge of two people's requests."""
    found = await contacts.points(session, tenant_id, {message.point_id} if message.point_id else set())
    point = next(iter(found.values()), None)
    if point is None or point.contact_id == ticket.contact_id:
        return None
    person = await contacts.contact_or_none(session, tenant_id, point.contact_id)
    name = (person[0].display_name if person else None) or message.author_name or point.display_name
    return Author(name or "", message.subject.strip() or "votre message")


class Letters:
    """Reads, drafts, prints and keeps letters."""

    def __init__(
        self,
        tenants: Tenants,
        registry: Registry,
        tickets: Tickets,
        legal: LegalFace,
        letterheads: Letterheads,
        store: Store,
        book: FactBook,
        clock: Clock,
    ) -> None:
        self._tenants, self._registry, self._tickets, self._legal = tenants, registry, tickets, legal
        self._letterheads, self._store, self._book, self._clock = letterheads, store, book, clock
        self.wordings = LetterWordings(book, clock)

    async def of_saisine(self, session: Session, tenant_id: UUID, saisine_id: UUID) -> Sequence[Letter]:
        """Returns the letters of a saisine, oldest first. Raises `NotFound` for no such saisine."""
        await self._legal.get(session, tenant_id, saisine_id)
        return await repository.of_saisine(session, tenant_id, saisine_id)

    async def of_ticket(self, session: Session, tenant_id: UUID, ticket_id: UUID) -> Sequence[Letter]:
        """Returns the letters of every saisine of a ticket, oldest first."""
        return await repository.of_ticket(session, tenant_id, ticket_id)

    async def get(self, session: Session, tenant_id: UUID, letter_id: UUID) -> Letter:
        letter = await repository.find(session, tenant_id, letter_id)
        if letter is None:
            raise NotFound
        return letter

    async def known(self, session: Session, tenant_id: UUID, saisine_id: UUID, letter_id: UUID) -> Letter | None:
        """Returns the letter of a saisine that already bears a name, None when nobody took it."""
        letter = await repository.find(session, tenant_id, letter_id)
        if letter is not None and letter.saisine_id != saisine_id:
            raise NotFound
        return letter

    async def copy(self, tenant_id: UUID, letter: Letter) -> bytes:
        """Returns the very page that left, whatever became of the letterhead since."""
        return await self._store.get(tenant_id, letter.pdf_sha256)

    async def draft(self, session: Session, tenant_id: UUID, saisine_id: UUID, kind: Kind, given: Fields) -> Drafted:
        """Composes a letter from the engine's reading at this instant, the letter's own effect included.

        Raises `Invalid` for fields that cannot be, `LetterNotDue` when what it would say is not so.
        """
        around = await self.surroundings(session, tenant_id, saisine_id)
        check_fields(kind, given, on=civil_day(around.at, around.tenant.time_zone))
        ground = around.ground(kind, given)
        check_window(kind, ground)
        wording = await self.wordings.of_kind(session, tenant_id, kind)
        return Drafted(
            kind=kind,
            composed=compose(kind, ground, own_words(wording, ground)),
            words=wording.edition,
            ground=ground,
            tenant=around.tenant,
            saisine=around.saisine,
            ticket=around.ticket,
            message=around.message,
            letterhead=around.letterhead,
            at=around.at,
        )

    async def surroundings(self, session: Session, tenant_id: UUID, saisine_id: UUID) -> Surroundings:
        """Gathers once what any letter of a saisine is written from, at this instant."""
        now = self._clock()
        saisine = await self._legal.get(session, tenant_id, saisine_id)
        tenant = await self._tenants.get(session, tenant_id)
        kept = await self._legal.get(session, tenant_id, saisine.joined_to) if saisine.joined_to else None
        own = await self._legal.events_of(session, saisine)
        ticket = await self._tickets.get(session, tenant_id, saisine.ticket_id)
        message = await self._tickets.message(session, tenant_id, saisine.message_id)
        return Surroundings(
            tenant=tenant,
            saisine=saisine,
            own=own,
            kept=kept,
            events=await self._legal.counted_events(session, kept or saisine),
            ticket=ticket,
            message=message,
            author=await _author(session, tenant_id, ticket, message),
            channel=self._channel_name(ticket, own),
            letterhead=await self._letterheads.in_force(session, tenant_id),
            at=now,
        )

    async def printed(self, drafted: Drafted, *, draft: bool) -> bytes:
        """Returns the page of a letter; `draft` writes on it that it was not sent. Raises `Unprinted`."""
        logo = await self._letterheads.logo(drafted.tenant.id, drafted.letterhead)
        try:
            return await asyncio.to_thread(
                layout.letter, drafted.composed, drafted.ground, logo=logo, draft=draft, made_at=drafted.at
            )
        except page.Unprintable as error:
            raise Unprinted(str(error)) from error

    async def keep(self, session: Session, tenant_id: UUID, drafted: Drafted, gone: Gone, *, actor: Actor) -> Letter:
        """Writes a letter down exactly as it leaves."""
        letter = Letter(
            id=gone.id,
            saisine_id=drafted.saisine.id,
            ticket_id=drafted.ticket.id,
            kind=drafted.kind,
            title=drafted.composed.title,
            text=gone.text,
            fields=gathering.told(drafted.ground.fields),
            mentions=[mention.value for mention in drafted.composed.mentions],
            template=template_of(drafted.kind, words=drafted.words),
            rules_version=drafted.saisine.rules_version,
            letterhead_id=drafted.letterhead.id if drafted.letterhead else None,
            pdf_sha256=gone.pdf_sha256,
            way=gone.way,
            outbound_id=gone.outbound_id,
            event_id=gone.event_id,
            composed_at=drafted.at,
            composed_by=actor.label,
        )
        await repository.add(session, tenant_id, letter)
        fact = LetterComposed(
            tenant_id=tenant_id,
            subject_id=letter.id,
            at=drafted.at,
            actor=actor,
            saisine_id=letter.saisine_id,
            ticket_id=letter.ticket_id,
            kind=letter.kind.value,
            way=letter.way.value,
        )
        await self._book.record(session, fact)
        return letter

    def _channel_name(self, ticket: Ticket, events: Sequence[LegalEvent]) -> str:
        """The French name of the channel the request came by, as the legal record says it."""
        recorded = next((event.payload.get("channel") for event in events if event.type == "received"), None)
        channel_type = str(recorded or ticket.channel_type)
        try:
            return self._registry.get(channel_type).meta.name_fr
        except ChannelError:
            return channel_type
