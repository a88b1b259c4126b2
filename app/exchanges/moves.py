"""Merging tickets, splitting one, and undoing either: one transaction, one statement a table, no clock touched."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.clock import Clock, civil_day
from app.db.transaction import Session
from app.errors import NotFound, Stale
from app.exchanges import moving as sendings
from app.exchanges.shifting import alone_with, carry, part_of
from app.facts import Actor, Fact, FactBook
from app.ids import human_reference, new_id
from app.rest.etags import etag
from app.sve import moving as law
from app.sve.refreshing import Refresher
from app.tenants.service import Tenants
from app.tickets import moving, placing, repository
from app.tickets.closing import CloseGuard
from app.tickets.facts import TicketCreated, TicketMerged, TicketMoveUndone, TicketSplit
from app.tickets.filing_facts import TicketWoken
from app.tickets.moves import (
    AlreadyUndone,
    Carried,
    Move,
    MovedAgain,
    MoveKind,
    Undone,
    check_merge,
    check_split,
    merged_elsewhere,
    other_contacts,
    require_living,
    status_after,
    woken_by,
)
from app.tickets.service import HoldGuard
from app.tickets.snooze_values import WakeReason
from app.tickets.values import Direction, Status, Ticket


@dataclass(frozen=True, slots=True)
class Holding:
    """What a merge would move: messages, open saisines, and the earliest day on which silence could decide."""

    messages: int
    open_saisines: int
    alert_on: date | None


class Moves:
    """The use cases of merging and splitting; every one states a fact and can be undone."""

    def __init__(
        self,
        tenants: Tenants,
        refresher: Refresher,
        guard: CloseGuard,
        holds: HoldGuard,
        book: FactBook,
        clock: Clock,
    ) -> None:
        self._tenants, self._refresher, self._guard, self._holds = tenants, refresher, guard, holds
        self._book, self._clock = book, clock

    async def page(
        self, session: Session, tenant_id: UUID, ticket_id: UUID, kind: MoveKind, *, after: UUID | None, limit: int
    ) -> Sequence[Move]:
        """Returns a page of the merges, or the splits, of a ticket, the latest first."""
        return await moving.made_of(session, tenant_id, ticket_id, kind, after=after, limit=limit)

    async def history(self, session: Session, tenant_id: UUID, ticket_id: UUID) -> Sequence[Move]:
        """Returns what was moved to or from a ticket, the oldest first."""
        return await moving.history(session, tenant_id, ticket_id, after=None, limit=200)

    async def of_other_people(self, session: Session, tenant_id: UUID, target: Ticket, source: Ticket) -> bool:
        """Says whether somebody wrote in the source who is known and took no part in the target."""
        people = await moving.people(session, tenant_id, [target.id, source.id])
        return bool(other_contacts(target, [source], people))

    async def holdings(self, session: Session, tenant_id: UUID, tickets: Sequence[Ticket]) -> dict[UUID, Holding]:
        """Returns what each ticket holds, so that a person sees what would move before it does."""
        held = await moving.held(session, tenant_id, [ticket.id for ticket in tickets])
        saisines = await law.open_saisines(session, tenant_id, [ticket.id for ticket in tickets])
        return {
            ticket.id: Holding(len(held[ticket.id]), saisines.get(ticket.id, 0), ticket.alert_on) for ticket in tickets
        }

    async def merge(
        self,
        session: Session,
        tenant_id: UUID,
        target_id: UUID,
        source_ids: Sequence[UUID],
        *,
        reason: str,
        despite_other_contact: bool = False,
        version: int,
        actor: Actor,
    ) -> list[Move]:
        """Takes everything the sources hold into the target, and ends them there. Returns a move for each.

        The target stands as its most urgent clock from then on. Raises `NotFound`, `Stale`, what `check_merge` does, and
        `UnderHold` for what must stay where it is.
        """
        wanted = list(dict.fromkeys(source_ids))
        tickets = await alone_with(session, tenant_id, [target_id, *wanted])
        await self._holds.refuse_if_held(session, tenant_id, tickets=wanted)
        target = _at_version(tickets[target_id], version)
        sources = [tickets[one] for one in wanted]
        people = await moving.people(session, tenant_id, [target_id, *wanted])
        foreign = check_merge(target, sources, people, despite_other_contact=despite_other_contact)
        held = await moving.held(session, tenant_id, wanted)
        everything = [message_id for ids in held.values() for message_id in ids]
        went = await carry(session, tenant_id, everything, of=wanted, to=target_id)
        now, why = self._clock(), (reason, actor)
        made = [
            _row(MoveKind.MERGE, source, target_id, part_of(went, held[source.id]), why, at=now) for source in sources
        ]
        await moving.end_into(session, tenant_id, wanted, into=target_id)
        await self._joined(session, tenant_id, target, sources, status=status_after(target, sources), actor=actor)
        await moving.remember(session, tenant_id, made)
        await self._settle(session, tenant_id, [target_id, *wanted])
        for source in sources:
            # Nothing is left there that could run on unseen: the guard of every closing says so, or nothing happens.
            await self._guard.check(session, tenant_id, source.id)
        facts: list[Fact] = [
            TicketMerged(
                tenant_id=tenant_id,
                subject_id=target_id,
                at=now,
                actor=actor,
                move_id=row["id"],
                source_id=source.id,
                target_id=target_id,
                despite_other_contact=source in foreign,
            )
            for row, source in zip(made, sources, strict=True)
        ]
        await self._book.record(session, *facts)
        return [await self._made(session, tenant_id, row["id"]) for row in made]

    async def split(
        self,
        session: Session,
        tenant_id: UUID,
        source_id: UUID,
        message_ids: Sequence[UUID],
        *,
        subject: str,
        reason: str,
        version: int,
        actor: Actor,
    ) -> Move:
        """Opens a ticket for some messages of another; their clocks go with them, unchanged, and what acknowledged them.

        Raises `NotFound`, `Stale`, `MergedElsewhere`, and what `check_split` does.
        """
        tickets = await alone_with(session, tenant_id, [source_id])
        source = _at_version(tickets[source_id], version)
        require_living(source)
        chosen = check_split(await moving.thread(session, tenant_id, source_id), list(dict.fromkeys(message_ids)))
        first = next(one for one in chosen if one.direction is Direction.IN)
        ids = {one.id for one in chosen}
        ids |= await sendings.answers_to(session, tenant_id, source_id, list(ids))
        now, target_id = self._clock(), new_id()
        await self._open(session, tenant_id, target_id, source, first, subject=subject, now=now)
        went = await carry(session, tenant_id, sorted(ids), of=[source_id], to=target_id)
        await law.part_windows(session, tenant_id, of=source_id, to=target_id)
        row = _row(MoveKind.SPLIT, source, target_id, part_of(went, sorted(ids)), (reason, actor), at=now)
        await moving.remember(session, tenant_id, [row])
        await repository.change(session, tenant_id, source_id, {})
        await self._settle(session, tenant_id, [source_id, target_id])
        opened = TicketCreated(
            tenant_id=tenant_id, subject_id=target_id, at=now, actor=actor, channel_type=first.channel_type
        )
        split = TicketSplit(
            tenant_id=tenant_id,
            subject_id=source_id,
            at=now,
            actor=actor,
            move_id=row["id"],
            source_id=source_id,
            target_id=target_id,
        )
        await self._book.record(session, opened, split)
        return await self._made(session, tenant_id, row["id"])

    async def undo(
        self,
        session: Session,
        tenant_id: UUID,
        ticket_id: UUID,
        move_id: UUID,
        kind: MoveKind,
        *,
        version: int,
        actor: Actor,
    ) -> Undone:
        """Puts back what a move of this ticket carried; what came after it stays where it is, and is counted.

        A merge is undone on the ticket that took the other over, a split on the one it was made of. Raises `NotFound`,
        `Stale`, `AlreadyUndone`, `MergedElsewhere`, or `MovedAgain` when what it carried has left since.
        """
        known = await moving.move(session, tenant_id, move_id)
        if known is None or known.kind is not kind or ticket_id != _undone_at(known):
            raise NotFound
        tickets = await alone_with(session, tenant_id, [known.source_id, known.target_id])
        _at_version(tickets[ticket_id], version)
        move = await self._made(session, tenant_id, move_id)
        source, target = tickets[move.source_id], tickets[move.target_id]
        _check_undo(move, source, target)
        held = set((await moving.held(session, tenant_id, [target.id]))[target.id])
        if not held.issuperset(move.messages):
            raise MovedAgain
        back = {*move.messages} | await sendings.answers_to(session, tenant_id, target.id, move.messages)
        stayed = held - back
        await carry(session, tenant_id, sorted(back), of=[target.id], to=source.id)
        now = self._clock()
        match move.kind:
            case MoveKind.MERGE:
                stayed &= await moving.written_since(session, tenant_id, target.id, move_id)
                await moving.stand_again(session, tenant_id, source.id, status=Status(move.moved["status"]))
                await repository.change(session, tenant_id, target.id, {})
            case MoveKind.SPLIT:
                await self._joined(session, tenant_id, source, [target], status=source.status, actor=actor)
                if not stayed:
                    await moving.end_into(session, tenant_id, [target.id], into=source.id)
        await moving.forget(session, tenant_id, move_id, by=actor.label, at=now)
        await self._settle(session, tenant_id, [source.id, target.id])
        fact = TicketMoveUndone(
            tenant_id=tenant_id,
            subject_id=ticket_id,
            at=now,
            actor=actor,
            move_id=move_id,
            source_id=source.id,
            target_id=target.id,
        )
        await self._book.record(session, fact)
        return Undone(await self._made(session, tenant_id, move_id), len(stayed))

    async def _open(
        self,
        session: Session,
        tenant_id: UUID,
        target_id: UUID,
        source: Ticket,
        first: Carried,
        *,
        subject: str,
        now: datetime,
    ) -> None:
        """Opens the ticket of a split: its author is that of its first message, its number one of that message's year."""
        tenant = await self._tenants.get(session, tenant_id)
        year = civil_day(first.received_at, tenant.time_zone).year
        number = await placing.take_numbers(session, tenant_id, year=year, count=1)
        # Somebody an agent named at a desk has no address: the ticket alone knows who wrote.
        unnamed = first.point_id is None and source.point_id is None
        row = {
            "tenant_id": tenant_id,
            "id": target_id,
            "reference": human_reference(year, number),
            "subject": subject,
            "status": Status.OPEN.value,
            "channel_id": first.channel_id,
            "channel_type": first.channel_type,
            "contact_id": source.contact_id if unnamed else first.contact_id,
            "point_id": first.point_id,
            # What follows in the conversation goes on where it was.
            "thread_key": None,
            "team_id": source.team_id,
            "assignee_id": source.assignee_id,
            "confidential_at": source.confidential_at,
            "received_at": first.received_at,
            "last_activity_at": first.received_at,
            "risk": "none",
            "created_at": now,
            "version": 1,
        }
        await placing.add_tickets(session, [row])

    async def _joined(
        self,
        session: Session,
        tenant_id: UUID,
        kept: Ticket,
        others: Sequence[Ticket],
        *,
        status: Status,
        actor: Actor,
    ) -> None:
        """Writes what stands once what others held has come: set aside no longer, when nobody had looked at it."""
        woken = woken_by(kept, others)
        awake = {"snoozed_at": None, "snoozed_until_at": None} if woken else {}
        await repository.change(session, tenant_id, kept.id, {"status": status.value, **awake})
        if woken:
            fact = TicketWoken(
                tenant_id=tenant_id, subject_id=kept.id, at=self._clock(), actor=actor, reason=WakeReason.ANSWER
            )
            await self._book.record(session, fact)

    async def _settle(self, session: Session, tenant_id: UUID, ticket_ids: Collection[UUID]) -> None:
        await moving.span(session, tenant_id, list(ticket_ids))
        await self._refresher.tickets(session, tenant_id, ticket_ids)

    async def _made(self, session: Session, tenant_id: UUID, move_id: UUID) -> Move:
        move = await moving.move(session, tenant_id, move_id)
        if move is None:
            raise NotFound
        return move


def _at_version(ticket: Ticket, version: int) -> Ticket:
    if ticket.version != version:
        raise Stale(headers={"ETag": etag(ticket.version)})
    return ticket


def _undone_at(move: Move) -> UUID:
    """The ticket a move is undone on: where somebody made it."""
    return move.target_id if move.kind is MoveKind.MERGE else move.source_id


def _check_undo(move: Move, source: Ticket, target: Ticket) -> None:
    if move.undone_at is not None:
        raise AlreadyUndone
    if target.merged_into is not None:
        raise merged_elsewhere(target)
    if move.kind is MoveKind.SPLIT and source.merged_into is not None:
        raise merged_elsewhere(source)


def _row(
    kind: MoveKind, source: Ticket, target_id: UUID, moved: Mapping[str, Any], why: tuple[str, Actor], *, at: datetime
) -> dict[str, Any]:
    reason, actor = why
    return {
        "id": new_id(),
        "kind": kind.value,
        "source_id": source.id,
        "target_id": target_id,
        "moved": {**moved, "status": source.status.value},
        "reason": reason,
        "actor": actor.label,
        "at": at,
    }
