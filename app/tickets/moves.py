"""Merging and splitting tickets, decided before anything moves. Pure: tickets come in, a refusal or a word comes out.

A message is what moves: its pieces, its saisines and all that hangs on them go with it. Clocks are those of the messages,
so that no move stops, hides or delays one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.errors import Conflict, Flaw, Invalid
from app.rest.languages import Said
from app.tickets.values import Direction, Status, Ticket

ENDED = frozenset({Status.CLOSED, Status.RESOLVED})
# Those who took part in each ticket, by ticket.
People = Mapping[UUID, frozenset[UUID]]


class MoveKind(StrEnum):
    MERGE = "merge"
    SPLIT = "split"


class MergedElsewhere(Conflict):
    """The ticket lives on in another one."""

    code = "ticket-merged"
    title_fr = "La demande a été fusionnée dans une autre"
    title_en = "The ticket was merged into another"
    advice = Said(
        "ouvrez la demande qui l'a reprise (merged_into), ou défaites la fusion",
        en="open the ticket that took it over (merged_into), or undo the merge",
    )


class TicketEmptied(Conflict):
    """Its person, or its time, had it erased: a word written there now would stay for ever, erased by nobody."""

    code = "ticket-erased"
    title_fr = "La demande a été effacée"
    title_en = "The ticket was erased"
    advice = Said(
        "il n'en reste que le numéro, les dates et l'issue : ouvrez une nouvelle demande",
        en="only its number, its days and its outcome are left: open a new ticket",
    )


class TicketEnded(Conflict):
    """A live clock must not be carried into what nobody looks at any more."""

    code = "ticket-ended"
    title_fr = "La demande qui doit rester est close"
    title_en = "The ticket to be kept is closed"
    advice = Said("rouvrez-la, puis fusionnez", en="reopen it, then merge")


class OtherContact(Conflict):
    """Two people's requests: merging them may show one what concerns the other."""

    code = "other-contact"
    title_fr = "Ces demandes viennent de personnes différentes"
    title_en = "These tickets come from different people"
    advice = Said(
        "vérifiez qu'il s'agit de la même affaire, puis confirmez par despite_other_contact",
        en="make sure that it is the same matter, then confirm with despite_other_contact",
    )


class ConfidentialityDiffers(Conflict):
    """One would be seen by more people than before."""

    code = "confidentiality-differs"
    title_fr = "Ces demandes ne sont pas vues des mêmes personnes"
    title_en = "These tickets are not seen by the same people"
    advice = Said(
        "rendez-les confidentielles l'une et l'autre, pour la même équipe et le même agent, puis fusionnez",
        en="make both confidential, for the same team and the same agent, then merge",
    )


class MovedAgain(Conflict):
    """What a move carried is no longer where the move left it."""

    code = "moved-again"
    title_fr = "Ce qui fut déplacé l'a été de nouveau"
    title_en = "What was moved has been moved again"
    advice = Said("défaites d'abord le déplacement plus récent", en="undo the later move first")


class AlreadyUndone(Conflict):
    """A move is undone once."""

    code = "move-undone"
    title_fr = "Ce déplacement est déjà défait"
    title_en = "This move is already undone"
    advice = Said(
        "relisez la demande : tout est revenu à sa place", en="read the ticket again: all is back in its place"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A merge or a split: from `source_id` to `target_id`. `moved` names what went, by kind."""

    id: UUID
    kind: MoveKind
    source_id: UUID
    source_reference: str
    target_id: UUID
    target_reference: str
    moved: Mapping[str, Any]
    reason: str
    actor: str
    at: datetime
    undone_at: datetime | None
    undone_by: str | None

    @property
    def messages(self) -> list[UUID]:
        return [UUID(one) for one in self.moved["messages"]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """A message as a split looks at it, and the channel and the person of the ticket it would open."""

    id: UUID
    direction: Direction
    received_at: datetime
    channel_id: UUID
    channel_type: str
    point_id: UUID | None
    contact_id: UUID | None


@dataclass(frozen=True, slots=True)
class Undone:
    """A move that was undone; `stayed` counts the messages that came after it and stay where they are."""

    move: Move
    stayed: int


def check_merge(
    target: Ticket, sources: Sequence[Ticket], people: People, *, despite_other_contact: bool
) -> list[Ticket]:
    """Returns the sources of other people, whom somebody says to merge all the same; `people` took part in each ticket.

    Raises `Invalid`, `MergedElsewhere`, `TicketEmptied`, `TicketEnded` or `OtherContact` when the sources may not join the target.
    """
    for place, source in enumerate(sources):
        if source.id == target.id:
            told = Said("une demande ne se fusionne pas avec elle-même", en="a ticket is not merged with itself")
            raise Invalid(flaws=[Flaw(f"/source_ids/{place}", "itself", told)])
    for ticket in (target, *sources):
        require_living(ticket)
    if any(_seen_by(source) != _seen_by(target) for source in sources):
        raise ConfidentialityDiffers(ConfidentialityDiffers.advice)
    if target.status in ENDED:
        raise TicketEnded(
            Said(
                f"la demande {target.reference} est close : rouvrez-la avant d'y fusionner quoi que ce soit",
                en=f"ticket {target.reference} is closed: reopen it before merging anything into it",
            )
        )
    foreign = other_contacts(target, sources, people)
    if foreign and not despite_other_contact:
        names = ", ".join(source.reference for source in foreign)
        raise OtherContact(
            Said(
                f"{names} : une autre personne a écrit. Vérifiez qu'il s'agit de la même affaire, puis confirmez",
                en=f"{names}: somebody else wrote. Make sure that it is the same matter, then confirm",
            )
        )
    return foreign


def _seen_by(ticket: Ticket) -> tuple[UUID | None, UUID | None] | None:
    """Who alone sees a confidential request; None where it is not."""
    return (ticket.team_id, ticket.assignee_id) if ticket.confidential_at is not None else None


def merged_elsewhere(ticket: Ticket) -> MergedElsewhere:
    return MergedElsewhere(
        Said(
            f"la demande {ticket.reference} a été fusionnée : ouvrez celle qui l'a reprise, ou défaites la fusion d'abord",
            en=f"ticket {ticket.reference} was merged: open the one that took it over, or undo the merge first",
        )
    )


def require_living(ticket: Ticket) -> None:
    """Raises `MergedElsewhere` or `TicketEmptied` for a ticket that nothing may be written to any more."""
    if ticket.merged_into is not None:
        raise merged_elsewhere(ticket)
    if ticket.erased_at is not None:
        raise TicketEmptied(TicketEmptied.advice)


def other_contacts(target: Ticket, sources: Sequence[Ticket], people: People) -> list[Ticket]:
    """Returns the sources in which somebody wrote who is none of those known before them.

    Somebody unnamed is nobody else, and is never written to unasked.
    """
    known, foreign = set(people.get(target.id, ())), list[Ticket]()
    for source in sources:
        theirs = people.get(source.id, frozenset())
        if known and not theirs <= known:
            foreign.append(source)
        known |= theirs
    return foreign


def status_after(target: Ticket, sources: Sequence[Ticket]) -> Status:
    """A ticket that waited for its author is open again when what joins it was not looked at."""
    if target.status is Status.WAITING and any(one.status in (Status.NEW, Status.OPEN) for one in sources):
        return Status.OPEN
    return target.status


def woken_by(target: Ticket, sources: Sequence[Ticket]) -> bool:
    """Says whether a ticket set aside comes back to the list: what joins it was there, and not looked at."""
    return target.snoozed_at is not None and any(
        one.snoozed_at is None and one.status in (Status.NEW, Status.OPEN) for one in sources
    )


def check_split(thread: Sequence[Carried], chosen: Sequence[UUID]) -> list[Carried]:
    """Returns the messages to move, oldest first; each side keeps a message received. Raises `Invalid`."""
    known = {one.id for one in thread}
    for place, message_id in enumerate(chosen):
        if message_id not in known:
            told = Said("ce message n'est pas de cette demande", en="this message is not of this ticket")
            raise Invalid(flaws=[Flaw(f"/message_ids/{place}", "foreign", told)])
    wanted = set(chosen)
    moved = [one for one in thread if one.id in wanted]
    if not any(one.direction is Direction.IN for one in moved):
        told = Said("choisissez au moins un message reçu", en="choose at least one message received")
        raise Invalid(flaws=[Flaw("/message_ids", "nothing-received", told)])
    if not any(one.direction is Direction.IN and one.id not in wanted for one in thread):
        told = Said(
            "laissez au moins un message reçu : une demande ne reste pas sans message",
            en="leave at least one message received: no ticket is left without a message",
        )
        raise Invalid(flaws=[Flaw("/message_ids", "nothing-left", told)])
    return moved
