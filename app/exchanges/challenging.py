"""Proving an address by a code sent to it: it leaves by that address's own channel, and who gives it back holds it.

Nobody here ever reads the code: it is frozen sealed, shown masked, and kept as a keyed digest. What an answer comes to
is the same word whether the code was wrong, late, used, or never sent.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.channels.contract import PointKind
from app.channels.service import Channels
from app.clock import Clock
from app.contacts import challenges, codes, repository
from app.contacts.facts import ContactUpdated
from app.contacts.refusals import NothingToAnswer, TooManyCodes
from app.contacts.repository import Point
from app.contacts.values import Challenge, Proof
from app.db.transaction import Session
from app.errors import NotFound, Stale
from app.exchanges.addressing import NoWayOut
from app.exchanges.codes_out import MASK
from app.exchanges.composing import Composer
from app.exchanges.freezing import Code, Draft, Freezer, Prepared
from app.exchanges.persons import merged_elsewhere
from app.facts import SYSTEM, Actor, FactBook
from app.rest.etags import etag
from app.sealing import KeyRing
from app.tickets import belonging
from app.tickets.repository import Filter
from app.tickets.service import Tickets
from app.tickets.values import Ticket

TEXT = (
    f"Votre code de vérification est {MASK}. Il est valable 10 minutes. "
    "Si vous n'avez rien demandé, ne le donnez à personne."
)
SUBJECT = "Votre code de vérification"
# A request, and the channel that carried what was heard there.
Within = tuple[Ticket, UUID | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """A code on its way: what waits for its answer, and the message that carries it."""

    challenge: Challenge
    outbound_id: UUID
    left: int  # how many more may be asked today


class Challenging:
    """Sends codes, and hears their answers."""

    def __init__(
        self,
        channels: Channels,
        tickets: Tickets,
        composer: Composer,
        freezer: Freezer,
        ring: KeyRing,
        book: FactBook,
        clock: Clock,
    ) -> None:
        self._channels, self._tickets, self._composer = channels, tickets, composer
        self._freezer, self._ring, self._book, self._clock = freezer, ring, book, clock

    async def send(
        self,
        session: Session,
        tenant_id: UUID,
        contact_id: UUID,
        point_id: UUID,
        *,
        actor: Actor,
        version: int | None = None,
        within: Within | None = None,
    ) -> Sending:
        """Sends a new code, which ends the one before. Where a `version` is given, the person must still be at it.

        The message is written down in the request the person last wrote in, or `within` another.

        Raises `Stale`, `NotFound` for another person's address, `ContactMergedElsewhere`, `TooManyCodes`, `NothingToAnswer` for
        a person without a request, and `NoWayOut`, `OptedOut` or `WindowClosed` where nothing can leave.
        """
        now = self._clock()
        point = await self._own(session, tenant_id, contact_id, point_id, version=version)
        await challenges.one_at_a_time(session, tenant_id, point_id)
        before = await challenges.since(session, tenant_id, point_id, at=now - codes.A_DAY)
        if len(before) >= codes.MOST_A_DAY:
            raise TooManyCodes(TooManyCodes.advice, headers={"Retry-After": str(_seconds_left(before[-1], now))})
        await challenges.forget(session, tenant_id, point_id, before=now - codes.A_DAY)
        digits = codes.drawn()
        made = codes.challenge(self._ring, tenant_id, point_id, digits, at=now)
        await challenges.add(session, tenant_id, made)
        where = within or await self._request(session, tenant_id, contact_id, point)
        outbound_id = await self._freeze(session, tenant_id, point, Code(digits, made.expires_at), where=where)
        await repository.change(session, tenant_id, contact_id, {})
        await self._told(session, tenant_id, contact_id, point_id, "code_sent", actor=actor)
        return Sending(challenge=made, outbound_id=outbound_id, left=codes.MOST_A_DAY - len(before) - 1)

    async def answer(
        self, session: Session, tenant_id: UUID, contact_id: UUID, point_id: UUID, given: str, *, actor: Actor
    ) -> bool:
        """Says whether an address is proved by what was given; each answer is a try, which counts if this returns.

        Raises `NotFound` for another person's address, `ContactMergedElsewhere`.
        """
        now = self._clock()
        await self._own(session, tenant_id, contact_id, point_id)
        await challenges.one_at_a_time(session, tenant_id, point_id)
        sent = await challenges.since(session, tenant_id, point_id, at=now - codes.A_DAY)
        known = sent[0] if sent else None
        right = codes.answers(self._ring, tenant_id, known, codes.typed(given), at=now)
        if known is not None:
            await challenges.tried(session, tenant_id, known.id, answered_at=now if right else known.answered_at)
        if right:
            await repository.prove(session, tenant_id, [point_id], how=Proof.CODE, at=now, again=True)
            await repository.change(session, tenant_id, contact_id, {})
        change = "point_verified" if right else "code_refused"
        await self._told(session, tenant_id, contact_id, point_id, change, actor=actor)
        return right

    async def _own(
        self, session: Session, tenant_id: UUID, contact_id: UUID, point_id: UUID, *, version: int | None = None
    ) -> Point:
        """Locks the person, as everybody who changes one does, then finds their address."""
        contact = await repository.contact(session, tenant_id, contact_id, lock=True)
        if contact is None:
            raise NotFound
        if contact.merged_into is not None:
            raise merged_elsewhere(contact)
        if version is not None and contact.version != version:
            raise Stale(headers={"ETag": etag(contact.version)})
        point = await repository.point(session, tenant_id, point_id)
        if point is None or point.contact_id != contact_id:
            raise NotFound
        return point

    async def _freeze(self, session: Session, tenant_id: UUID, point: Point, code: Code, *, where: Within) -> UUID:
        """Freezes the message in a request; it moves nothing there."""
        if point.kind in {PointKind.SENDER_NAME, PointKind.WEB, PointKind.UNKNOWN}:
            raise NoWayOut("cette adresse ne peut pas recevoir de message : demandez-en une autre à la personne")
        ticket, carried_by = where
        every = await self._channels.all_of(session, tenant_id)
        channel = self._composer.way_out(every, carried_by, point, purpose="code")
        thread = await self._tickets.thread(session, tenant_id, ticket.id)
        heard = [one for one in thread if one.channel_id == channel.id and one.point_id == point.id]
        # A machine writes it: the longer window that some providers leave to people is not for it.
        self._composer.open_until(channel, heard, human=False)
        draft = Draft(text=TEXT, subject=SUBJECT, purpose="code", code=code, to_point_id=point.id, status_after=None)
        prepared = Prepared(ticket=ticket, draft=draft, point=point, channel=channel, actor=SYSTEM)
        (outbound_id,) = await self._freezer.freeze(session, tenant_id, [prepared])
        return outbound_id

    async def _request(self, session: Session, tenant_id: UUID, contact_id: UUID, point: Point) -> Within:
        """Finds where a code is written down: where they last wrote from that address, else their last request."""
        heard = await belonging.last_heard(session, tenant_id, contact_id, point.id)
        if heard is not None:
            return await self._tickets.present(session, tenant_id, heard.ticket_id), heard.channel_id
        latest = await self._tickets.page(
            session, tenant_id, Filter(contact_id=contact_id), by_term=False, after=None, limit=1
        )
        if not latest:
            raise NothingToAnswer(NothingToAnswer.advice)
        return await self._tickets.present(session, tenant_id, latest[0].id), None

    async def _told(
        self, session: Session, tenant_id: UUID, contact_id: UUID, point_id: UUID, change: str, *, actor: Actor
    ) -> None:
        fact = ContactUpdated(
            tenant_id=tenant_id, subject_id=contact_id, at=self._clock(), actor=actor, change=change, point_id=point_id
        )
        await self._book.record(session, fact)


def _seconds_left(oldest: Challenge, now: datetime) -> int:
    return max(1, int((oldest.sent_at + codes.A_DAY - now).total_seconds()) + 1)
