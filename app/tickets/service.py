"""What agents and doors do with tickets once they exist."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from app.clock import Clock
from app.db.eyes import Whose
from app.db.transaction import Session, whole
from app.errors import NotFound, Stale
from app.facts import AUTOMATION, Actor, FactBook
from app.ids import new_id
from app.tickets import (
    assigning,
    filling,
    intake,
    machine_texts,
    moving,
    placing,
    recalling,
    repository,
    thread,
    whose_repository,
)
from app.tickets.closing import CloseGuard
from app.tickets.facts import MessageEdited, MessageWithdrawn, NoteAdded, TicketUpdated
from app.tickets.filing_facts import TicketFieldsFilled
from app.tickets.moves import ENDED, require_living
from app.tickets.piece_rows import piece_rows
from app.tickets.repository import After, Filter
from app.tickets.values import (
    AuthorKind,
    Direction,
    Incoming,
    MachineText,
    Message,
    Piece,
    Placed,
    Saying,
    Standing,
    Status,
    Ticket,
)


class HoldGuard(Protocol):
    """Says no to taking away what a legal hold keeps in place; `app.privacy` gives the one in use."""

    async def refuse_if_held(
        self, session: Session, tenant_id: UUID, *, tickets: Sequence[UUID] = (), contacts: Sequence[UUID] = ()
    ) -> None:
        """Raises `UnderHold` when a hold stands on one of some requests or people."""
        ...


class Tickets:
    """The use cases of tickets; every write states a fact."""

    def __init__(self, book: FactBook, guard: CloseGuard, clock: Clock) -> None:
        self._book, self._guard, self._clock = book, guard, clock

    async def receive(
        self, session: Session, tenant_id: UUID, batch: Sequence[Incoming], *, time_zone: str
    ) -> list[Placed]:
        return await intake.receive(session, self._book, tenant_id, batch, time_zone=time_zone, now=self._clock())

    async def page(
        self, session: Session, tenant_id: UUID, wanted: Filter, *, by_term: bool, after: After | None, limit: int
    ) -> list[Ticket]:
        return await repository.page(session, tenant_id, wanted, by_term=by_term, after=after, limit=limit)

    async def count(self, session: Session, tenant_id: UUID, wanted: Filter, *, by_term: bool, most: int) -> int:
        """Counts what a list holds, up to `most`."""
        return await repository.count(session, tenant_id, wanted, by_term=by_term, most=most)

    async def get(self, session: Session, tenant_id: UUID, ticket_id: UUID, *, lock: bool = False) -> Ticket:
        ticket = await repository.ticket(session, tenant_id, ticket_id, lock=lock)
        if ticket is None:
            raise NotFound
        return ticket

    async def some(self, session: Session, tenant_id: UUID, ticket_ids: Sequence[UUID]) -> Mapping[UUID, Ticket]:
        """Returns the tickets that exist among those, in one statement."""
        return await repository.tickets(session, tenant_id, ticket_ids)

    async def hold(self, session: Session, tenant_id: UUID, ticket_ids: Sequence[UUID]) -> Mapping[UUID, Ticket]:
        """Returns the tickets that exist among those, held in one order until the transaction ends."""
        return await repository.tickets(session, tenant_id, ticket_ids, lock=True)

    async def whose(self, session: Session, tenant_id: UUID, ticket_ids: Collection[UUID]) -> Mapping[UUID, Whose]:
        """Returns what decides who sees each of some requests, in one statement."""
        return await whose_repository.whose(session, tenant_id, ticket_ids)

    async def by_reference(self, session: Session, tenant_id: UUID, reference: str) -> Ticket | None:
        return await repository.by_reference(session, tenant_id, reference)

    async def living(self, session: Session, tenant_id: UUID, ticket_id: UUID, *, lock: bool = False) -> Ticket:
        """Returns a ticket that may still be written to. Raises `NotFound`, `MergedElsewhere`, `TicketEmptied`."""
        ticket = await self.get(session, tenant_id, ticket_id, lock=lock)
        require_living(ticket)
        return ticket

    async def present(self, session: Session, tenant_id: UUID, ticket_id: UUID) -> Ticket:
        """Returns where a ticket lives now: itself, or the last of those it was merged into. Raises `NotFound`."""
        found = await recalling.present_of(session, tenant_id, ticket_id)
        if found is None:
            raise NotFound
        return await self.get(session, tenant_id, found)

    async def thread(self, session: Session, tenant_id: UUID, ticket_id: UUID) -> list[Message]:
        return await repository.messages(session, tenant_id, ticket_id)

    async def thread_page(
        self,
        session: Session,
        tenant_id: UUID,
        ticket_id: UUID,
        *,
        after: tuple[datetime, UUID] | None,
        limit: int,
        backwards: bool = False,
    ) -> Sequence[Message]:
        """Returns a page of a ticket's thread, oldest first, or newest."""
        return await thread.page(session, tenant_id, ticket_id, after=after, limit=limit, backwards=backwards)

    async def last_received(self, session: Session, tenant_id: UUID, ticket_id: UUID) -> UUID | None:
        """Returns the last message somebody sent us in a ticket."""
        return await thread.last_received(session, tenant_id, ticket_id)

    async def heard_from(self, session: Session, tenant_id: UUID, ticket_id: UUID) -> set[UUID]:
        """Returns the addresses a ticket's messages came from."""
        return await thread.heard_from(session, tenant_id, ticket_id)

    async def piece(self, session: Session, tenant_id: UUID, attachment_id: UUID) -> tuple[UUID, Piece]:
        """Returns a piece and the message that carried it. Raises `NotFound`."""
        found = await repository.piece(session, tenant_id, attachment_id)
        if found is None:
            raise NotFound
        return found

    async def machine_texts(
        self, session: Session, tenant_id: UUID, pieces: Sequence[Piece]
    ) -> Mapping[str, MachineText]:
        """Returns what machines read in pieces, by content; those nobody asked for are left out."""
        contents = [piece.sha256 for piece in pieces if piece.sha256 is not None]
        return await machine_texts.texts(session, tenant_id, contents)

    async def message(self, session: Session, tenant_id: UUID, message_id: UUID) -> Message:
        message = await repository.message(session, tenant_id, message_id)
        if message is None:
            raise NotFound
        return message

    async def change(
        self,
        session: Session,
        tenant_id: UUID,
        ticket_id: UUID,
        changes: Mapping[str, Any],
        *,
        version: int,
        actor: Actor,
        as_was: bool = False,
    ) -> Ticket:
        """Changes a ticket. Raises `Stale` on another version, `ClockRunning` or `FieldsMissing` when it may not be closed, and `Invalid`.

        Raises `MergedElsewhere` when it lives on in another. `as_was` gives it back to whoever had it, away or not.
        """
        ticket = await self.living(session, tenant_id, ticket_id, lock=True)
        if ticket.version != version:
            raise Stale
        changes = await self._filled(session, tenant_id, ticket_id, changes, actor=actor)
        if changes.get("status") in ENDED:
            await self._guard.check(session, tenant_id, ticket_id)
        written = await assigning.columns(session, tenant_id, ticket, changes, now=self._clock(), as_was=as_was)
        if changes.get("status") in ENDED and ticket.status not in ENDED:
            written = {**written, "closed_at": self._clock(), "snoozed_at": None, "snoozed_until_at": None}
        async with whole(session):  # what is handed over may leave the sight of who hands it over
            await repository.change(session, tenant_id, ticket_id, written, version=version)
            if ticket.confidential_at is not None or written.get("confidential_at") is not None:
                await moving.hide_with(session, tenant_id, ticket_id)
            owners: dict[str, Any] = {name: written[name] for name in ("team_id", "assignee_id") if name in written}
            fact = TicketUpdated(
                tenant_id=tenant_id,
                subject_id=ticket_id,
                at=self._clock(),
                actor=actor,
                changes=_plain({**changes, **owners}),
                given_to=new_owner if (new_owner := owners.get("assignee_id")) != ticket.assignee_id else None,
            )
            if changes:
                await self._book.record(session, fact)
            return await self.get(session, tenant_id, ticket_id)

    async def note(
        self,
        session: Session,
        tenant_id: UUID,
        ticket_id: UUID,
        text: str,
        *,
        actor: Actor,
        pieces: Sequence[Piece] = (),
    ) -> UUID:
        """Adds an internal note; it never leaves the house. Raises `MergedElsewhere`."""
        ticket = await self.living(session, tenant_id, ticket_id, lock=True)
        message_id = new_id()
        saying = Saying(
            ticket_id=ticket_id,
            message_id=message_id,
            channel_id=ticket.channel_id,
            direction=Direction.NOTE,
            author_kind=AuthorKind.AUTOMATION if actor.kind == AUTOMATION else AuthorKind.AGENT,
            author_name=actor.name,
            text=text,
            pieces=pieces,
        )
        await self.say(session, tenant_id, [saying])
        fact = NoteAdded(tenant_id=tenant_id, subject_id=message_id, ticket_id=ticket_id, at=self._clock(), actor=actor)
        await self._book.record(session, fact)
        return message_id

    async def say(
        self,
        session: Session,
        tenant_id: UUID,
        sayings: Sequence[Saying],
        *,
        status: Status | None = None,
        move: bool = True,
    ) -> None:
        """Writes messages of ours into their threads; `move` makes them activity, `status` is then set too.

        Raises `ClockRunning` when that status would close a ticket that may not be closed.
        """
        now = self._clock()
        pieces = [row for one in sayings for row in piece_rows(tenant_id, one.message_id, one.pieces, now=now)]
        await placing.add_messages(session, [_saying_row(tenant_id, saying, now) for saying in sayings], pieces)
        if not move:
            return
        values: dict[str, Any] = {"last_activity_at": now}
        if status is not None:
            values["status"] = status.value
        if status in ENDED:
            values |= {"snoozed_at": None, "snoozed_until_at": None}
        for ticket_id in {saying.ticket_id for saying in sayings}:
            if status in ENDED:
                await self._guard.check(session, tenant_id, ticket_id)
            await repository.change(session, tenant_id, ticket_id, values)

    async def edited(
        self, session: Session, tenant_id: UUID, channel_id: UUID, external_id: str, text: str, *, at: datetime
    ) -> Message | None:
        """Notes that its author changed a message; every wording stays in its history. None when unknown.

        The same edit again changes nothing; one older than the present wording only joins the history.
        """
        message = await repository.message_by_external_id(session, tenant_id, channel_id, external_id)
        if message is None:
            return None
        late = message.edited_at is not None and at <= message.edited_at
        if text == message.text or (late and any(entry["text"] == text for entry in message.history)):
            return message
        late = message.edited_at is not None and at < message.edited_at
        before = {"text": text if late else message.text, "until": at.isoformat()}
        values: dict[str, Any] = {"history": [*message.history, before]}
        if not late:
            values |= {"text": text, "edited_at": at}
        await repository.rewrite_message(session, tenant_id, message.id, values)
        fact = MessageEdited(tenant_id=tenant_id, subject_id=message.id, ticket_id=message.ticket_id, at=self._clock())
        await self._book.record(session, fact)
        return message if late else replace(message, text=text, edited_at=at)

    async def redated(
        self,
        session: Session,
        tenant_id: UUID,
        message: Message,
        *,
        at: datetime,
        fields: Mapping[str, object],
        warnings: Sequence[str],
    ) -> None:
        """Gives a message the day it truly came, and its ticket too when that was opened by it."""
        values = {"received_at": at, "fields": dict(fields), "warnings": list(warnings)}
        await repository.rewrite_message(session, tenant_id, message.id, values)
        ticket = await repository.ticket(session, tenant_id, message.ticket_id)
        if ticket is not None and ticket.received_at == message.received_at:
            await repository.change(session, tenant_id, message.ticket_id, {"received_at": at})

    async def withdrawn(
        self, session: Session, tenant_id: UUID, channel_id: UUID, external_id: str, *, at: datetime
    ) -> Message | None:
        """Marks a message its author deleted: it was addressed to an administration, so it is kept."""
        message = await repository.message_by_external_id(session, tenant_id, channel_id, external_id)
        if message is None or message.withdrawn_at is not None:
            return message
        await repository.rewrite_message(session, tenant_id, message.id, {"withdrawn_at": at})
        fact = MessageWithdrawn(
            tenant_id=tenant_id, subject_id=message.id, ticket_id=message.ticket_id, at=self._clock()
        )
        await self._book.record(session, fact)
        return replace(message, withdrawn_at=at)

    async def _filled(
        self, session: Session, tenant_id: UUID, ticket_id: UUID, changes: Mapping[str, Any], *, actor: Actor
    ) -> Mapping[str, Any]:
        """Fills the fields given, before what closing asks for is looked at; returns the other changes."""
        given = changes.get("custom_fields")
        if not given:
            return {name: value for name, value in changes.items() if name != "custom_fields"}
        now = self._clock()
        keys = await filling.fill(session, tenant_id, ticket_id, given, now=now, actor=actor)
        if keys:
            fact = TicketFieldsFilled(tenant_id=tenant_id, subject_id=ticket_id, at=now, actor=actor, keys=keys)
            await self._book.record(session, fact)
        return {name: value for name, value in changes.items() if name != "custom_fields"}

    async def set_standings(self, session: Session, tenant_id: UUID, standings: Sequence[Standing]) -> None:
        """Keeps the legal face's last word beside each ticket, so that a list is one query.

        An ended ticket where a clock lives again is open again, and says so.
        """
        reopened = await placing.stand(session, tenant_id, standings)
        opened = {"status": Status.OPEN.value}
        facts = [
            TicketUpdated(tenant_id=tenant_id, subject_id=ticket_id, at=self._clock(), changes=opened)
            for ticket_id in reopened
        ]
        if facts:
            await self._book.record(session, *facts)


def _saying_row(tenant_id: UUID, saying: Saying, now: datetime) -> dict[str, Any]:
    return {
        **{
            name: getattr(saying, name)
            for name in ("ticket_id", "channel_id", "author_name", "text", "html", "subject")
        },
        "tenant_id": tenant_id,
        "id": saying.message_id,
        "direction": saying.direction.value,
        "author_kind": saying.author_kind.value,
        "external_id": saying.external_id,
        "recipients": list(saying.recipients),
        "fields": {},
        "warnings": [],
        "automatic": saying.author_kind is AuthorKind.AUTOMATION,
        "public": saying.public,
        "received_at": now,
        "processed_at": now,
        "history": [],
    }


def _plain(changes: Mapping[str, Any]) -> dict[str, object]:
    return {name: value if value is None else str(value) for name, value in changes.items()}
