"""Reports of the same thing nearby: proposed to whoever reports it once more, and shown to agents beside a ticket.

How near and how lately is the channel's to say: a hole in a road and a lost cat are not alike. A citizen is offered what
came by the same form, or names the same service; an agent sees whatever stands there.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from app.channels.adapters.open311 import Open311Config
from app.channels.adapters.webform import WebformConfig
from app.channels.contract import ChannelConfig, Delivery, Event, Webhook
from app.channels.errors import ChannelError
from app.channels.kit.keys import digest
from app.channels.service import Channels
from app.channels.values import Channel, Unopened
from app.clock import Clock
from app.db.transaction import Session
from app.exchanges import receptions, supports
from app.exchanges.understanding import digest_of
from app.facts import FactBook, Seen
from app.tickets import nearby
from app.tickets.nearby import Site
from app.tickets.nearness import Around, Near, Place
from app.tickets.service import Tickets

RADIUS_M, DAYS = 50, 30
# Whoever is shown what is near and goes away has sent their report all the same: it is read after this.
THINKING = timedelta(minutes=15)
UNDECIDED = "attend que son auteur dise s'il s'agit d'un signalement déjà connu"
MOST_OFFERED = 3


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What is near a ticket, and how near is near; `place` is None where the ticket has none."""

    place: Place | None
    rule: Around
    found: Sequence[Near]


class Nearby:
    """Looks around tickets and around what is about to become one."""

    def __init__(self, channels: Channels, tickets: Tickets, book: FactBook, clock: Clock) -> None:
        self._channels, self._tickets, self._book, self._clock = channels, tickets, book, clock

    async def of_ticket(self, session: Session, tenant_id: UUID, ticket_id: UUID) -> Neighbours:
        """Returns the open tickets near one, the nearest first. Raises `NotFound`."""
        await self._tickets.get(session, tenant_id, ticket_id)
        site = await nearby.site(session, tenant_id, ticket_id)
        if site is None:
            return Neighbours(None, _around(RADIUS_M, DAYS, now=self._clock()), ())
        channel = await self._channels.known(session, tenant_id, site.channel_id)
        config = None if isinstance(channel, Unopened) else channel.config
        rule = rule_of(config, site.matter, now=self._clock())
        found = await nearby.around(session, tenant_id, site, rule, but=ticket_id) if rule.radius_m else ()
        return Neighbours(site.place, rule, found)

    async def known(self, session: Session, channel: Channel, delivery: Delivery) -> Sequence[Near]:
        """Returns the reports like the one being sent that stand near it, at most three; nothing when it has no place."""
        event = self._report(channel, delivery)
        place = Place.of({"lat": event.geo.lat, "lon": event.geo.lon}) if event and event.geo else None
        if event is None or place is None:
            return ()
        matter = str(event.fields.get("service_code") or channel.id)
        rule = rule_of(channel.config, matter, now=self._clock())
        if not rule.radius_m:
            return ()
        site = Site(place, channel.id, matter)
        return await nearby.about_the_same(session, channel.tenant_id, site, rule, most=MOST_OFFERED)

    async def ask(self, session: Session, tenant_id: UUID, reception_id: UUID) -> None:
        """Leaves a sending for its author to say what it is about; without a word it is read as a report of its own."""
        until = self._clock() + THINKING
        await receptions.wait(session, tenant_id, reception_id, until=until, reason=UNDECIDED)

    async def answer(self, session: Session, tenant_id: UUID, reception_id: UUID, *, supported: UUID | None) -> bool:
        """Writes down what its author says of a sending, which is then read at once; says whether it was in time.

        A second click is told what the first was. One that was read meanwhile stays where it is: agents see both, and can join them.
        """
        now = self._clock()
        waited = await supports.hasten(session, tenant_id, reception_id, now=now)
        if supported is None:
            return reception_id in waited
        if reception_id in waited and not await supports.chosen(session, tenant_id, waited):
            for one in waited:
                await supports.choose(session, tenant_id, one, supported, at=now)
            told = Seen(tenant_id=tenant_id, subject_id=supported, at=now, action="report.supported")
            await self._book.record(session, told)
        return reception_id in await supports.chosen(session, tenant_id, [reception_id])

    def named(self, channel: Channel, delivery: Delivery) -> Delivery:
        """Writes on a sending that will wait which one it is, so that the same one sent again is known before it is read."""
        event = self._report(channel, delivery)
        said = digest(event.event_key, digest_of(event)) if event is not None else ""
        return replace(delivery, envelope={**delivery.envelope, supports.SENDING: said}) if said else delivery

    def _report(self, channel: Channel, delivery: Delivery) -> Event | None:
        adapter = self._channels.registry.get(channel.type)
        try:
            events = adapter.parse(delivery, channel.config) if isinstance(adapter, Webhook) else ()
        except ChannelError:
            return None  # the intake holds it for a person
        return next(iter(events), None)


def rule_of(config: ChannelConfig | None, matter: str, *, now: datetime) -> Around:
    """Returns what is near for a channel, or for one service of it."""
    match config:
        case WebformConfig():
            return _around(config.near_metres, config.near_days, now=now)
        case Open311Config():
            service = next((one for one in config.services if one.code == matter), None)
            metres = service.near_metres if service and service.near_metres is not None else RADIUS_M
            days = service.near_days if service and service.near_days is not None else DAYS
            return _around(metres, days, now=now)
        case _:
            return _around(RADIUS_M, DAYS, now=now)


def _around(metres: int, days: int, *, now: datetime) -> Around:
    return Around(radius_m=metres, since=now - timedelta(days=days))
