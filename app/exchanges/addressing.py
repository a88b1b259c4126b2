"""To whom an answer goes, and what of a thread may be shown to them: a thread may hold several people's words.

An answer never goes to a person nobody chose. Where more than one wrote, as after a merge, whoever answers says to whom;
what is repeated of the thread (its subject, the names of its messages) is then that person's alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.channels.contract import PointKind
from app.contacts import service as contacts
from app.contacts.repository import Point
from app.db.transaction import Session
from app.errors import Conflict, Flaw, Invalid
from app.exchanges.freezing import Draft
from app.rest.languages import Said
from app.tickets.values import Direction, Message, Ticket

FIELD = "/to_contact_point_id"
# What is sent whatever was asked: acknowledgements and letters, on which a term may depend (RGPD art. 18.2).
LEGAL_ACTS = frozenset({"AEE", "ARE", "AR", "letter"})
_WISHED = frozenset({"reply", "information", "code", "satisfaction"})


class NoWayOut(Conflict):
    """Nothing connected can reach this person."""

    code = "no-outgoing-channel"
    title_fr = "Aucun canal ne permet d'écrire à cette personne"
    title_en = "No channel reaches this person"


class ContactRestricted(NoWayOut):
    """The processing of the person's data is restricted: nothing but legal acts is sent to them."""

    code = "contact-restricted"
    title_fr = "Le traitement des données de la personne est limité"
    title_en = "The processing of the person's data is restricted"
    advice = Said(
        "seuls les accusés et les lettres partent (RGPD art. 18) : écrivez une lettre, ou faites lever la limitation",
        en="only acknowledgements and letters leave (GDPR art. 18): write a letter, or have the restriction lifted",
    )


class OptedOut(NoWayOut):
    """The person asked for no more messages at this address (an SMS answered STOP, a bot blocked)."""

    code = "opted-out"
    title_fr = "La personne a refusé les messages à cette adresse"
    title_en = "The person refused messages at this address"
    advice = Said(
        "répondez par un autre moyen de contact : courriel, courrier ou téléphone",
        en="answer by another means: e-mail, post or telephone",
    )


@dataclass(frozen=True, slots=True)
class Addressed:
    """An answer's recipient, the channel they last wrote by, and their own part of the thread, oldest first."""

    point: Point
    carried_by: UUID
    subject: str
    theirs: Sequence[Message]

    @property
    def answers(self) -> list[str]:
        """The names of the messages it follows; what it answers stands last: it becomes In-Reply-To."""
        known = [message.external_id for message in self.theirs if message.external_id]
        received = [m.external_id for m in self.theirs if m.direction is Direction.IN and m.external_id]
        return [*(name for name in known if name != received[-1]), received[-1]] if received else known


async def address(
    session: Session, tenant_id: UUID, ticket: Ticket, draft: Draft, thread: Sequence[Message]
) -> Addressed:
    """Finds an answer's recipient. Raises `NoWayOut`, or `Invalid` when they took no part here or several people did."""
    authors = await contacts.points(session, tenant_id, {m.point_id for m in thread if m.point_id is not None})
    people = {point.contact_id for point in authors.values()}
    others = people - {ticket.contact_id}
    point_id = draft.to_point_id or ticket.point_id
    if draft.to_point_id is None and others:
        told = Said(
            "plusieurs personnes ont écrit ici : dites à qui vous répondez",
            en="several people wrote here: say to whom you answer",
        )
        raise Invalid(flaws=[Flaw(FIELD, "several-people", told)])
    if point_id is None:
        raise NoWayOut("la demande n'a pas d'adresse de réponse : ajoutez un moyen de contact à la personne")
    point = authors.get(point_id) or await contacts.point(session, tenant_id, point_id)
    # An address left in a live conversation may be known as somebody's: it is answered to as a form's would be.
    if point.id != draft.left and point.contact_id not in people | {ticket.contact_id}:
        told = Said(
            "cette adresse est celle de quelqu'un qui n'a pas écrit ici",
            en="this address belongs to somebody who did not write here",
        )
        raise Invalid(flaws=[Flaw(FIELD, "foreign", told)])
    theirs = list(thread)
    if others:
        theirs = await _part_of(session, tenant_id, ticket, point, thread, authors)
    return Addressed(point, _carrier(ticket, point, theirs), _subject(ticket, point, theirs), theirs)


def refuses(point: Point, *, purpose: str) -> bool:
    """Whether a person refused what would be sent there.

    A legal acknowledgement still goes by e-mail: leaving a mailing list gives up no acknowledgement (CRPA L112-11). Where
    the refusal is of the means itself, as a STOP, it is obeyed and the acknowledgement stays owed.
    """
    return point.opted_out_at is not None and (purpose in _WISHED or point.kind != PointKind.EMAIL)


def obey(point: Point, *, purpose: str) -> None:
    """Raises `OptedOut` for a person who refused what would be sent, `ContactRestricted` for all but legal acts."""
    if point.restricted and purpose not in LEGAL_ACTS:
        raise ContactRestricted(ContactRestricted.advice)
    if refuses(point, purpose=purpose):
        raise OptedOut("cette personne refuse les messages à cette adresse : répondez par un autre moyen de contact")


async def _part_of(
    session: Session,
    tenant_id: UUID,
    ticket: Ticket,
    point: Point,
    thread: Sequence[Message],
    authors: Mapping[UUID, Point],
) -> list[Message]:
    _, points = await contacts.contact(session, tenant_id, point.contact_id)
    addresses = {(one.kind, one.address) for one in points}

    def is_theirs(message: Message) -> bool:
        if message.direction is Direction.OUT:
            return any((party.get("kind"), party.get("address")) in addresses for party in message.recipients)
        author = authors.get(message.point_id) if message.point_id else None
        return (author.contact_id if author else ticket.contact_id) == point.contact_id

    return [message for message in thread if is_theirs(message)]


def _carrier(ticket: Ticket, point: Point, theirs: Sequence[Message]) -> UUID:
    for message in reversed(theirs):
        if message.direction is Direction.IN and message.point_id == point.id:
            return message.channel_id
    return ticket.channel_id


def _subject(ticket: Ticket, point: Point, theirs: Sequence[Message]) -> str:
    """The ticket's subject may be another person's words."""
    if point.contact_id == ticket.contact_id:
        return ticket.subject
    said = [message.subject for message in theirs if message.direction is Direction.IN and message.subject.strip()]
    return " ".join(said[-1].split()) if said else "votre message"
