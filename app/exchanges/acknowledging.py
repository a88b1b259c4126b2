"""Freezing AEE in the transaction that places their messages: each leaves, or the reason why not is kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.channels.service import Channels
from app.channels.values import Channel
from app.clock import Clock
from app.contacts.repository import Point
from app.db.transaction import Session
from app.exchanges import outbox
from app.exchanges.composing import Composer, NoWayOut
from app.exchanges.freezing import Draft, Freezer, Prepared, counted_as
from app.exchanges.looping import Suspicion
from app.exchanges.sending_office import SendingOffice
from app.exchanges.splitting import split
from app.facts import SYSTEM, FactBook, Seen
from app.sve.acknowledgements import Decision, decide, public_registration_text, registration_text
from app.tenants.service import Tenants
from app.tenants.values import Tenant
from app.tickets.service import Tickets
from app.tickets.values import Incoming, Placed, Ticket

Answered = tuple[Incoming, Placed, Point | None]
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
KEPT_FOR_AN_AGENT = (
    "commentaire public : la seule réponse privée que ce fournisseur permet est gardée pour l'agent, et l'administration n'a "
    "pas choisi d'accuser réception en public"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Manner:
    """How an administration acknowledges; a comment that takes one private answer only in public, if it so chose."""

    tenant: Tenant
    in_public: bool


class Acknowledging:
    """Answers each electronic message with its acknowledgement of registration, within limits."""

    def __init__(
        self,
        tenants: Tenants,
        channels: Channels,
        tickets: Tickets,
        composer: Composer,
        freezer: Freezer,
        office: SendingOffice,
        book: FactBook,
        clock: Clock,
    ) -> None:
        self._tenants, self._channels, self._tickets, self._composer = tenants, channels, tickets, composer
        self._freezer, self._office, self._book, self._clock = freezer, office, book, clock

    async def answer(self, session: Session, tenant_id: UUID, placed: Sequence[Answered]) -> None:
        """Freezes the acknowledgements of a batch: six statements, whatever its size."""
        now = self._clock()
        chosen = any(incoming.public for incoming, _, _ in placed) and await self._office.get(session, tenant_id)
        manner = _Manner(
            tenant=await self._tenants.get(session, tenant_id),
            in_public=bool(chosen and chosen.public_acknowledgement),
        )
        recent = await self._recent(session, tenant_id, placed, now)
        tickets = await self._tickets.some(session, tenant_id, [where.ticket_id for _, where, _ in placed])
        channels = await self._channels.all_of(session, tenant_id)
        batch: list[Prepared] = []
        withheld: list[Seen] = []
        machines = Suspicion(now)
        for incoming, where, point in placed:
            sent = recent.setdefault(counted_as(point) if point else "", [])
            last_hour = sum(1 for at in sent if now - at < HOUR)
            decision = decide(incoming, sent_last_hour=last_hour, sent_last_day=len(sent))
            ticket = tickets[where.ticket_id]
            if decision.send and point is not None:
                try:
                    channel = self._composer.way_out(channels, incoming.channel_id, point)
                except NoWayOut as refusal:
                    # The duty stays owed and the reason is kept; the message itself must not wait.
                    decision = Decision(send=False, because=refusal.detail)
                else:
                    prepared = self._prepared(manner, channel, incoming, where, ticket, point)
                    if prepared is None:
                        decision = Decision(send=False, because=KEPT_FOR_AN_AGENT)
                    else:
                        sent.append(now)
                        batch.append(prepared)
            if not decision.send and point is not None and not incoming.automatic and sent:
                machines.note(counted_as(point), incoming, last_sent_at=sent[-1])
            if not decision.send:
                withheld.append(
                    Seen(
                        tenant_id=tenant_id,
                        subject_id=where.message_id,
                        at=now,
                        action="aee.withheld",
                        detail={"because": decision.because},
                    )
                )
        if batch:
            await self._freezer.freeze(session, tenant_id, batch)
        if withheld:
            await self._book.record(session, *withheld)
        await machines.tell(session, self._book, tenant_id)

    def _prepared(
        self, manner: _Manner, channel: Channel, incoming: Incoming, where: Placed, ticket: Ticket, point: Point
    ) -> Prepared | None:
        """Writes an AEE; None where it would use up the only private answer to a comment (Meta), which is an agent's."""
        capabilities = self._channels.registry.get(channel.type).capabilities(channel.config)
        in_public = incoming.public and capabilities.comment_window_hours is not None
        if in_public and not (manner.in_public and channel.id == incoming.channel_id):
            return None
        received_at = incoming.received_at
        text = registration_text(manner.tenant, reference=ticket.reference, received_at=received_at)
        if in_public:
            text = public_registration_text(manner.tenant, received_at=received_at)
        draft = Draft(text=text, purpose="AEE", about=where.message_id, status_after=None, public=in_public)
        return Prepared(
            ticket=ticket,
            draft=draft,
            point=point,
            channel=channel,
            actor=SYSTEM,
            answers=[incoming.external_id] if incoming.external_id else [],
            parts=split(text, capabilities),
        )

    async def _recent(
        self, session: Session, tenant_id: UUID, placed: Sequence[Answered], now: datetime
    ) -> dict[str, list[datetime]]:
        addresses = {counted_as(point) for incoming, _, point in placed if point and not incoming.automatic}
        return await outbox.frozen_for(session, tenant_id, sorted(addresses), purpose="AEE", since=now - DAY)
