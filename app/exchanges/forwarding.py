"""Handing a report over to a partner's Open311 server, and hearing what becomes of it.

An agent writes what leaves: never a citizen's words, name or address, and photographs without what cameras write in them.
The report leaves by the outbox as everything does: an answer that is lost is shown as such, and never sent again blindly.
What the partner says is shown on the ticket and stops no clock: the administration that was asked remains bound until it
has transmitted the request as CRPA L114-2 says, which is an act of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog

from app.channels.adapters.open311 import Open311Config
from app.channels.contract import Context, Follower, Geo, PointKind
from app.channels.kit.photos import NoPicture, stripped
from app.channels.service import Channels
from app.channels.unusable import ChannelUnusable
from app.channels.values import Channel, ChannelState
from app.clock import Clock
from app.contacts import service as contacts
from app.contacts.service import PointKey
from app.db.transaction import Database, Session
from app.errors import Conflict, Flaw, Invalid, NotFound, Stale
from app.exchanges import forwards
from app.exchanges.facts import ReportForwarded
from app.exchanges.forwards import Forward
from app.exchanges.freezing import Draft, Freezer, Prepared
from app.exchanges.inbound import Inbound
from app.exchanges.receptions import Door
from app.facts import Actor, FactBook
from app.files.sniff import sniff
from app.files.store import Store
from app.ids import new_id
from app.rest.etags import etag
from app.rest.languages import Said
from app.tickets import nearby
from app.tickets.moves import require_living
from app.tickets.quarantine import set_aside
from app.tickets.service import Tickets
from app.tickets.values import Direction, Message, Piece, Ticket

log = structlog.get_logger()
PURPOSE = "forward"


class ForwardedAlready(Conflict):
    """The partner has this report, or may have it."""

    code = "forwarded-already"
    title_fr = "Ce partenaire a déjà ce signalement"
    title_en = "This partner has this report already"
    advice = Said(
        "attendez sa réponse ; si l'issue de l'envoi est inconnue, dites d'abord sous « Envois » s'il est parti",
        en="wait for its answer; if the outcome of the sending is unknown, first say in the outbox whether it left",
    )


class NoPartner(Conflict):
    """The channel hands nothing over."""

    code = "no-partner"
    title_fr = "Ce canal ne transmet à personne"
    title_en = "This channel hands nothing over"
    advice = Said(
        "donnez au canal Open311 l'adresse du serveur du partenaire (partner_endpoint), et activez-le",
        en="give the Open311 channel the address of the partner's server (partner_endpoint), and activate it",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Handing:
    """What an agent hands over: their own words, the service in our words or the partner's, chosen photographs."""

    channel_id: UUID
    text: str
    service_code: str | None = None
    address: str | None = None
    photos: Sequence[UUID] = ()


class Forwarding:
    """Hands reports over and follows them."""

    def __init__(
        self,
        database: Database,
        channels: Channels,
        tickets: Tickets,
        freezer: Freezer,
        inbound: Inbound,
        store: Store,
        context: Context,
        book: FactBook,
        clock: Clock,
    ) -> None:
        self._database, self._channels, self._tickets = database, channels, tickets
        self._freezer, self._inbound, self._store = freezer, inbound, store
        self._context, self._book, self._clock = context, book, clock

    async def of_ticket(self, session: Session, tenant_id: UUID, ticket_id: UUID) -> Sequence[Forward]:
        return await forwards.of_ticket(session, tenant_id, ticket_id)

    async def partners(self, session: Session, tenant_id: UUID) -> list[Channel]:
        """Returns the channels a report may be handed over by."""
        return [one for one in await self._channels.all_of(session, tenant_id) if _speaks(one)]

    async def hand_over(
        self, session: Session, tenant_id: UUID, ticket_id: UUID, handing: Handing, *, version: int, actor: Actor
    ) -> Forward:
        """Freezes a report for a partner.

        Raises `NotFound`, `Stale`, `MergedElsewhere`, `NoPartner`, `ForwardedAlready`, or `Invalid` for a report without a
        place or a service, or a piece that is no photograph of it.
        """
        ticket = await self._tickets.get(session, tenant_id, ticket_id)
        if ticket.version != version:
            raise Stale(headers={"ETag": etag(ticket.version)})
        require_living(ticket)
        channel = await self._partner(session, tenant_id, handing.channel_id)
        before = await forwards.of_ticket(session, tenant_id, ticket_id)
        if any(one.channel_id == channel.id and not one.failed for one in before):
            raise ForwardedAlready(ForwardedAlready.advice)
        thread = await self._tickets.thread(session, tenant_id, ticket_id)
        config = channel.config
        assert isinstance(config, Open311Config)
        report = await self._report(session, tenant_id, ticket, handing, thread, config)
        now = self._clock()
        key = PointKey(PointKind.HTTP.value, str(channel.id), _named(config))
        point = (await contacts.resolve(session, tenant_id, {key: channel.name}, at=now))[key]
        draft = Draft(text=handing.text, purpose=PURPOSE, status_after=None, activity=True, report=report)
        prepared = Prepared(ticket=ticket, draft=draft, point=point, channel=channel, actor=actor)
        (outbound_id,) = await self._freezer.freeze(session, tenant_id, [prepared])
        row = {
            "tenant_id": tenant_id,
            "id": new_id(),
            "ticket_id": ticket_id,
            "channel_id": channel.id,
            "outbound_id": outbound_id,
            "service_code": report["fields"]["service_code"],
            "made_at": now,
            "made_by": actor.label,
        }
        await forwards.add(session, row)
        fact = ReportForwarded(
            tenant_id=tenant_id, subject_id=outbound_id, at=now, actor=actor, ticket_id=ticket_id, channel_id=channel.id
        )
        await self._book.record(session, fact)
        return (await forwards.of_ticket(session, tenant_id, ticket_id))[-1]

    async def follow(self, tenant_id: UUID) -> None:
        """Asks partners for the numbers and statuses that are due: the sweeper's part. What they say is kept, then read."""
        async with self._database.transaction(tenant=tenant_id) as session:
            wanted = await forwards.due(session, tenant_id, now=self._clock())
        for channel_id, names in wanted.items():
            try:
                channel = await self._channels.at_work(tenant_id, channel_id)
            except (ChannelUnusable, NotFound):
                continue
            adapter = self._channels.registry.get(channel.type)
            if not isinstance(adapter, Follower) or not _speaks(channel):
                continue
            try:
                deliveries = await adapter.follow(names, channel.config, self._context)
            except Exception as error:  # noqa: BLE001 — whatever a server does, it is asked again; the poll tells of trouble
                log.warning("forward.not_told", channel=str(channel_id), error=type(error).__name__)
                continue
            async with self._database.transaction(tenant=tenant_id) as session:
                for delivery in deliveries:
                    await self._inbound.keep(session, channel, delivery, door=Door.IMAP)

    async def _partner(self, session: Session, tenant_id: UUID, channel_id: UUID) -> Channel:
        channel = await self._channels.get(session, tenant_id, channel_id)
        if not _speaks(channel):
            raise NoPartner(NoPartner.advice)
        return channel

    async def _report(
        self,
        session: Session,
        tenant_id: UUID,
        ticket: Ticket,
        handing: Handing,
        thread: Sequence[Message],
        config: Open311Config,
    ) -> dict[str, Any]:
        site = await nearby.site(session, tenant_id, ticket.id)
        received = [one for one in thread if one.direction is Direction.IN]
        fields = next((one.fields for one in received if one.fields.get("service_code")), {})
        code = handing.service_code or fields.get("service_code") or config.partner_service
        flaws = []
        if site is None and not handing.address:
            told = Said(
                "ce signalement n'a pas de lieu : donnez son adresse", en="this report has no place: give its address"
            )
            flaws.append(Flaw("/address", "place", told))
        if not code:
            told = Said("choisissez une rubrique du partenaire", en="choose a service of the partner")
            flaws.append(Flaw("/service_code", "service", told))
        pieces = await self._photos(tenant_id, handing.photos, received, flaws, config)
        if flaws:
            raise Invalid(flaws=flaws)
        geo = Geo(site.place.lat, site.place.lon) if site else None
        return {
            "geo": {"lat": geo.lat, "lon": geo.lon} if geo else None,
            "fields": {"service_code": str(code), **({"address_string": handing.address} if handing.address else {})},
            "enclosed": pieces,
        }

    async def _photos(
        self,
        tenant_id: UUID,
        wanted: Sequence[UUID],
        received: Sequence[Message],
        flaws: list[Flaw],
        config: Open311Config,
    ) -> list[dict[str, Any]]:
        """Stores copies without place, device and dates: what a third party is given (T77)."""
        held: dict[UUID, Piece] = dict(piece for message in received for piece in message.pieces)
        enclosed: list[dict[str, Any]] = []
        for place, piece_id in enumerate(wanted):
            bare = await self._bare(tenant_id, held.get(piece_id)) if config.partner_files else None
            if bare is None:
                told = Said(
                    "une photo de ce signalement, en JPEG, PNG ou WebP, si le partenaire en prend",
                    en="a photo of this report, in JPEG, PNG or WebP, if the partner takes any",
                )
                flaws.append(Flaw(f"/photos/{place}", "photo", told))
                continue
            kind = sniff(bare).content_type
            sha256 = await self._store.put(tenant_id, bare)
            piece = {"sha256": sha256, "name": f"photo-{place + 1}", "content_type": kind, "size": len(bare)}
            enclosed.append(piece)
        return enclosed

    async def _bare(self, tenant_id: UUID, piece: Piece | None) -> bytes | None:
        if piece is None or piece.sha256 is None or set_aside(piece):
            return None
        try:
            return stripped(await self._store.get(tenant_id, piece.sha256))
        except NoPicture:
            return None


def _speaks(channel: Channel) -> bool:
    config = channel.config
    return (
        isinstance(config, Open311Config)
        and config.partner_endpoint is not None
        and channel.state is not ChannelState.PAUSED
    )


def _named(config: Open311Config) -> str:
    """Names the partner among contacts: its server, and our jurisdiction there."""
    partner = config.partner()
    host = partner.host if partner else ""
    return f"{host}/{config.partner_jurisdiction}" if config.partner_jurisdiction else host
