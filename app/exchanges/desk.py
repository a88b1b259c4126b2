"""What an agent writes down for somebody who phoned, came or wrote on paper: one transaction, no delivery to read.

None of the three is an electronic sending: the request is owed an accusé de réception of R112-5, which no text dates,
and neither AEE nor ARE (CRPA L112-3, L112-11).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.channels.contract import PointKind
from app.channels.desks import DeskKind, PostKind, desk
from app.channels.kit.addresses import normalise
from app.channels.kit.phone import e164, region_of
from app.channels.service import Channels
from app.clock import Clock, civil_day
from app.contacts import service as contacts
from app.contacts.repository import Point
from app.contacts.service import PointKey
from app.db.sight import Reach, sight
from app.db.transaction import Session, whole
from app.errors import Flaw, Invalid
from app.exchanges.registering import LONGEST_AGO, noon
from app.facts import Actor, FactBook, Seen
from app.rest.languages import Said
from app.tenants.service import Tenants
from app.tickets import repository as tickets_repository
from app.tickets.service import Tickets
from app.tickets.values import Incoming, Piece, Placed

_NOBODY = "Personne non nommée"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What somebody said and how to reach them. `received_on` is the day they reached us; None is now.

    `identity_shown` is what the counter saw, None when nobody looked; `post_kind` and `tracking` are those of a letter,
    whose scans are `pieces`. `appointment` is what the person wishes, in their words. `place`, latitude then longitude, and
    `service_code` are those of something reported on the ground.
    """

    kind: DeskKind
    subject: str
    text: str
    display_name: str | None
    email: str | None
    phone: str | None
    contact_id: UUID | None
    received_on: date | None
    identity_shown: bool | None = None
    appointment: str = ""
    post_kind: PostKind | None = None
    tracking: str = ""
    place: tuple[float, float] | None = None
    place_address: str = ""
    service_code: str = ""
    pieces: Sequence[Piece] = ()

    def fields(self) -> dict[str, object]:
        """What was noted beside the words, as the message keeps it."""
        noted = {
            "identity_shown": self.identity_shown,
            "appointment_wish": self.appointment or None,
            "post_kind": self.post_kind.value if self.post_kind else None,
            "tracking_number": self.tracking or None,
            "service_code": self.service_code or None,
            "address_string": self.place_address or None,
        }
        return {name: value for name, value in noted.items() if value is not None}


class Desk:
    """Writes visits, calls and letters into tickets."""

    def __init__(self, channels: Channels, tenants: Tenants, tickets: Tickets, book: FactBook, clock: Clock) -> None:
        self._channels, self._tenants, self._tickets = channels, tenants, tickets
        self._book, self._clock = book, clock

    async def write_down(self, session: Session, tenant_id: UUID, visit: Visit, *, actor: Actor) -> Placed:
        """Opens a ticket. Raises `Invalid` for an address that is none, or a person of nobody's."""
        tenant = await self._tenants.get(session, tenant_id)
        at = received_at(visit.received_on, now=self._clock(), zone=tenant.time_zone)
        channel = await desk(session, self._channels, tenant_id, visit.kind)
        contact_id, name, point = await self._person(session, tenant_id, visit, region=region_of(tenant.territory))
        incoming = Incoming(
            channel_id=channel.id,
            channel_type=visit.kind.value,
            reception_id=None,
            electronic=False,
            point_id=point.id if point else None,
            contact_id=contact_id,
            author_name=name,
            author_address=point.address if point else None,
            external_id=None,
            conversation=None,
            subject=visit.subject,
            text=visit.text,
            fields=visit.fields(),
            geo={"lat": visit.place[0], "lon": visit.place[1]} if visit.place else None,
            pieces=visit.pieces,
            received_at=at,
            title=channel.name,
        )
        async with whole(session):
            (placed,) = await self._tickets.receive(session, tenant_id, [incoming], time_zone=tenant.time_zone)
            if (eyes := sight()) is not None and eyes.reach is Reach.ASSIGNED:
                await tickets_repository.change(session, tenant_id, placed.ticket_id, {"assignee_id": eyes.person_id})
        told = Seen(
            tenant_id=tenant_id,
            subject_id=placed.ticket_id,
            at=self._clock(),
            actor=actor,
            action="ticket.written_down",
            detail={"channel": visit.kind.value, "received_at": at.isoformat()},
        )
        await self._book.record(session, told)
        return placed

    async def _person(
        self, session: Session, tenant_id: UUID, visit: Visit, *, region: str
    ) -> tuple[UUID | None, str, Point | None]:
        if visit.contact_id is not None:
            return await self._known(session, tenant_id, visit.contact_id, visit.display_name)
        key = _key_of(visit, region=region)
        if key is None:
            return None, visit.display_name or _NOBODY, None
        name = visit.display_name or key.address
        found = await contacts.resolve(session, tenant_id, {key: name}, at=self._clock())
        return found[key].contact_id, name, found[key]

    async def _known(
        self, session: Session, tenant_id: UUID, contact_id: UUID, name: str | None
    ) -> tuple[UUID | None, str, Point | None]:
        living = await contacts.living(session, tenant_id, contact_id)
        found = await contacts.contact_or_none(session, tenant_id, living) if living else None
        if found is None:
            told = Said("personne inconnue", en="unknown person")
            raise Invalid(flaws=[Flaw("/contact/id", "unknown", told)])
        contact, points = found
        return contact.id, name or contact.display_name, next(iter(points), None)


def received_at(day: date | None, *, now: datetime, zone: str) -> datetime:
    """A day before today is kept as its noon: what counts is the civil day. Raises `Invalid` for a day to come."""
    today = civil_day(now, zone)
    if day is None or day == today:
        return now
    if day > today or today - day > LONGEST_AGO:
        told = Said(
            "un jour passé, depuis moins d'un an, est attendu",
            en="a day in the past, less than a year ago, is expected",
        )
        raise Invalid(flaws=[Flaw("/received_on", "day", told)])
    return noon(day, zone)


def _key_of(visit: Visit, *, region: str) -> PointKey | None:
    """The address an answer may go to: the e-mail first, since it can be written to."""
    if visit.email:
        address = normalise(visit.email)
        if address is None:
            told = Said("ce n'est pas une adresse électronique", en="not an e-mail address")
            raise Invalid(flaws=[Flaw("/contact/email", "email", told)])
        return PointKey(PointKind.EMAIL.value, "", address)
    if visit.phone:
        number = e164(visit.phone, territory=region)
        if number is None:
            told = Said("ce n'est pas un numéro de téléphone", en="not a telephone number")
            raise Invalid(flaws=[Flaw("/contact/phone", "phone", told)])
        return PointKey(PointKind.PHONE.value, "", number)
    return None
