"""A citizen follows their request: its reference and a code sent to their own address open one page for half an hour.

What is asked is answered in the same words whether or not the request exists. The code is that of `challenging`: six digits,
ten minutes, five tries, one use, three a day and address. What it opens is a signed word bound to one request and one
address: it is neither a key nor a session of an agent, stands in a cookie and never in a link, and is worth nothing any more
once the address has changed hands or the request was erased.
"""

from collections.abc import Sequence
from uuid import UUID

from app.channels.service import Channels
from app.channels.values import Channel, ChannelState
from app.clock import Clock
from app.contacts import repository as contacts
from app.contacts.repository import Point
from app.db.transaction import Session
from app.errors import NotFound
from app.exchanges.challenging import Challenging
from app.exchanges.follow_access import Opened, alike, keys_of, read, written
from app.exchanges.follow_additions import delivery_of
from app.exchanges.followed import Followed, followed
from app.exchanges.inbound import Inbound, Receipt
from app.exchanges.receptions import Door
from app.facts import Actor
from app.sealing import KeyRing
from app.sve.service import LegalFace
from app.tenants.values import Tenant
from app.tickets import placing
from app.tickets.service import Tickets
from app.tickets.values import Direction, Ticket

CITIZEN = Actor("citizen")
# Where a message that is added may come in: the person sent it electronically, and may be answered.
_WAYS = frozenset({"email", "webform"})


class FollowUp:
    """The citizen's side of a request."""

    def __init__(
        self,
        channels: Channels,
        tickets: Tickets,
        legal: LegalFace,
        challenging: Challenging,
        inbound: Inbound,
        ring: KeyRing,
        clock: Clock,
    ) -> None:
        self._channels, self._tickets, self._legal = channels, tickets, legal
        self._challenging, self._inbound, self._ring, self._clock = challenging, inbound, ring, clock

    async def find(self, session: Session, tenant: Tenant, *, reference: str, address: str) -> Opened | None:
        """Returns the request of a reference, when that address may follow it, however it is spelled."""
        asked = await self._tickets.by_reference(session, tenant.id, reference.strip()[:40])
        keys = keys_of(address, tenant)
        known = await contacts.points_of(session, tenant.id, keys) if keys else []
        if asked is None or not keys:
            return None
        for point in alike([*known, *await self._around(session, tenant.id, asked)], keys):
            if (found := await self._opened(session, tenant.id, asked, point)) is not None:
                return found
        return None

    async def send_code(self, session: Session, tenant: Tenant, *, reference: str, address: str) -> None:
        """Sends a code to an address that may follow the request; to no other. Raises what `Challenging.send` raises."""
        found = await self.find(session, tenant, reference=reference, address=address)
        if found is not None:
            point = found.point
            theirs = [one for one in found.thread if one.direction is Direction.IN and one.point_id == point.id]
            within = (found.ticket, theirs[-1].channel_id if theirs else None)
            await self._challenging.send(session, tenant.id, point.contact_id, point.id, actor=CITIZEN, within=within)

    async def enter(self, session: Session, tenant: Tenant, *, reference: str, address: str, code: str) -> str | None:
        """Returns the word that opens the page for that code, None for any other; a try counts if the session commits."""
        found = await self.find(session, tenant, reference=reference, address=address)
        if found is None:
            return None
        point = found.point
        right = await self._challenging.answer(session, tenant.id, point.contact_id, point.id, code[:60], actor=CITIZEN)
        return written(self._ring, tenant.id, found.asked_id, point.id, now=self._clock()) if right else None

    def whose(self, word: str) -> UUID:
        """Returns the administration a word is for. Raises `NotFound` for one that is not ours, or too old."""
        return read(self._ring, word, now=self._clock())[0]

    async def open(self, session: Session, word: str) -> Opened:
        """Returns what a word opens. Raises `NotFound` when it opens nothing any more."""
        tenant_id, ticket_id, point_id = read(self._ring, word, now=self._clock())
        point = await contacts.point(session, tenant_id, point_id)
        ticket = await self._tickets.get(session, tenant_id, ticket_id)
        found = await self._opened(session, tenant_id, ticket, point) if point else None
        if found is None:
            raise NotFound
        return found

    async def show(self, session: Session, tenant: Tenant, opened: Opened) -> Followed:
        """Gathers what the page shows."""
        others = await contacts.points_of_contact(session, tenant.id, opened.point.contact_id)
        points = {opened.point.id, *(one.id for one in others if one.verified_at is not None)}
        return await followed(
            session,
            self._legal,
            tenant,
            opened.ticket,
            opened.thread,
            reference=opened.reference,
            points=points,
            now=self._clock(),
        )

    async def way_in(self, session: Session, opened: Opened) -> Channel | None:
        """Returns the channel by which a message that is added comes in: theirs, else another of the administration's."""
        active = [
            one
            for one in await self._channels.all_of(session, opened.tenant_id)
            if one.state is ChannelState.ACTIVE and one.type in _WAYS and one.address
        ]
        heard = [one.channel_id for one in reversed(opened.thread) if one.direction is Direction.IN]
        ranked = sorted(active, key=lambda one: (heard.index(one.id) if one.id in heard else len(heard), one.type))
        return next(iter(ranked), None)

    async def add(
        self,
        session: Session,
        opened: Opened,
        channel: Channel,
        *,
        name: str,
        text: str,
        pieces: Sequence[tuple[str, str, bytes]],
        remote: str | None,
    ) -> Receipt:
        """Keeps a message in the door everything comes in by; `name` is the page's own, so that a second click adds nothing.

        It joins its request by a reply address of its own, as an answer to our mails does. `pieces` are names, types and
        contents. Raises `TooLarge` beyond what the door reads.
        """
        token = self._ring.token(f"{opened.tenant_id}/{opened.ticket.id}/{opened.point.id}".encode(), purpose="reply")
        row = {
            "tenant_id": opened.tenant_id,
            "token": token,
            "ticket_id": opened.ticket.id,
            "point_id": opened.point.id,
            "created_at": self._clock(),
        }
        await placing.remember_tokens(session, [row])
        delivery = delivery_of(opened, token, name=name, text=text, pieces=pieces)
        return await self._inbound.keep(session, channel, delivery, door=Door.FORM, verified=True, remote=remote)

    async def _around(self, session: Session, tenant_id: UUID, asked: Ticket) -> Sequence[Point]:
        """Returns the addresses that may follow a request: no index finds one spelled otherwise among everybody's."""
        ticket = await self._tickets.present(session, tenant_id, asked.id)
        wrote = await self._tickets.heard_from(session, tenant_id, ticket.id)
        ids = wrote | ({ticket.point_id} if ticket.point_id is not None else set())
        points = await contacts.points_by_ids(session, tenant_id, sorted(ids))
        if ticket.contact_id is not None:
            points += await contacts.points_of_contact(session, tenant_id, ticket.contact_id)
        return points

    async def _opened(self, session: Session, tenant_id: UUID, asked: Ticket, point: Point) -> Opened | None:
        """Says whether an address may follow a request: it wrote there, the request is in its name, or it was proved."""
        ticket = await self._tickets.present(session, tenant_id, asked.id)
        contact = await contacts.contact(session, tenant_id, point.contact_id)
        if asked.erased_at or ticket.erased_at or contact is None or contact.erased_at or contact.merged_into:
            return None
        thread = await self._tickets.thread(session, tenant_id, ticket.id)
        wrote = any(one.direction is Direction.IN and one.point_id == point.id for one in thread)
        named = ticket.point_id == point.id
        own = point.verified_at is not None and ticket.contact_id == point.contact_id
        if not (wrote or named or own):
            return None
        return Opened(
            tenant_id=tenant_id,
            ticket=ticket,
            reference=asked.reference,
            asked_id=asked.id,
            point=point,
            thread=thread,
        )
