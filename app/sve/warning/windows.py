"""Telling agents in time that a channel will not let them answer: an address to write to must be asked for before."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from app.channels.errors import ChannelError
from app.channels.service import Channels
from app.channels.values import Channel
from app.channels.windows import reply_hours
from app.clock import Clock, civil_day
from app.db.transaction import Session
from app.errors import NotFound
from app.sve.law.calendar import Territory
from app.sve.law.ladder import Week
from app.sve.law.terms import day_after_begins
from app.sve.values import Raised
from app.sve.warning import reply_windows
from app.sve.warning.reply_windows import Closing
from app.sve.warning.words import moment
from app.tenants.service import Tenants
from app.tenants.values import Tenant
from app.tickets.facts import MessageReceived

WINDOW_CLOSES = "window_closes"
# A window longer than this is told on a working morning, this long before it closes; a shorter one half-way.
AHEAD = timedelta(hours=48)
MORNING = time(8)
# A window of which there is nothing to tell yet is looked at again.
LOOKS = timedelta(hours=1)
LOOKS_ONCE_CLOSED = timedelta(days=1)
_KEPT_FOR = timedelta(minutes=1)
_BATCH = 200

CanMail = Callable[[Sequence[Channel]], bool]


class ReplyWindows:
    """Hears messages of channels that set a limit to answering, and says when one is about to close for good.

    `can_mail` says whether some of an administration's channels can write to an e-mail address.
    """

    def __init__(self, channels: Channels, tenants: Tenants, clock: Clock, *, can_mail: CanMail) -> None:
        self._channels, self._tenants, self._clock, self._can_mail = channels, tenants, clock, can_mail
        self._hours: dict[UUID, tuple[datetime, tuple[int | None, int | None]]] = {}

    async def heard(self, session: Session, facts: Sequence[MessageReceived]) -> None:
        """Opens the window of each message, in the transaction that writes it."""
        tenant = await self._tenants.get(session, facts[0].tenant_id)
        latest: dict[UUID, dict[str, object]] = {}
        for fact in sorted(facts, key=lambda one: one.incoming.received_at):
            private, public = await self._hours_of(session, tenant.id, fact.incoming.channel_id)
            # Where public words open no conversation (Meta), what closes is the one private answer they may have.
            hours = public if fact.incoming.public and public is not None else private
            if hours is None:
                continue
            opened_at = fact.incoming.received_at
            latest[fact.ticket_id] = {
                "ticket_id": fact.ticket_id,
                "channel_id": fact.incoming.channel_id,
                "opened_at": opened_at,
                "closes_at": opened_at + timedelta(hours=hours),
                "warn_at": warn_at(opened_at, hours=hours, tenant=tenant),
            }
        if latest:
            await reply_windows.opened(session, tenant.id, list(latest.values()))

    async def closing(self, session: Session, tenant: Tenant, *, now: datetime) -> list[Raised]:
        """Returns the alerts now due: the window closes before silence decides, and nothing else reaches the person.

        Where there is nothing to tell yet it is looked at again: an address may be refused or removed, a request reopened.
        """
        found = await reply_windows.due(session, tenant.id, now=now, limit=_BATCH)
        if not found:
            return []
        mails = self._can_mail(await self._channels.all_of(session, tenant.id))
        # A term that has passed says nothing of a younger request of the same ticket: the first still to come is told.
        told: dict[tuple[UUID, datetime], Raised] = {}
        again: dict[UUID, datetime | None] = {one.opened_by: None for one in found}
        for one in found:
            if one.saisine_id is not None and not (one.has_mail and mails) and _before_silence_decides(one, tenant):
                told.setdefault((one.ticket_id, one.closes_at), _raised(one, one.saisine_id, tenant, now=now))
        for one in found:
            if (one.ticket_id, one.closes_at) not in told:
                again[one.opened_by] = again[one.opened_by] or _look_again(one, tenant, now=now)
        await reply_windows.looked_at(session, tenant.id, again)
        return list(told.values())

    async def _hours_of(self, session: Session, tenant_id: UUID, channel_id: UUID) -> tuple[int | None, int | None]:
        """How long one may answer private and public words on a channel, remembered for a minute: most have no limit."""
        now = self._clock()
        kept = self._hours.get(channel_id)
        if kept and now - kept[0] < _KEPT_FOR:
            return kept[1]
        try:
            channel = await self._channels.get(session, tenant_id, channel_id)
            capabilities = self._channels.registry.get(channel.type).capabilities(channel.config)
            hours = reply_hours(capabilities, human=True), capabilities.comment_window_hours
        except (NotFound, ChannelError):
            hours = None, None  # the desk's own types (telephone, counter) have no adapter
        if len(self._hours) > 10_000:
            self._hours.clear()
        self._hours[channel_id] = (now, hours)
        return hours


def warn_at(opened_at: datetime, *, hours: int, tenant: Tenant) -> datetime:
    """Returns when to say that a window closes: half-way for a short one, else on the working morning two days before."""
    length = timedelta(hours=hours)
    if length <= AHEAD:
        return opened_at + length / 2
    zone = ZoneInfo(tenant.time_zone)
    day = Week(Territory(tenant.territory)).by(civil_day(opened_at + length - AHEAD, tenant.time_zone))
    return max(opened_at, datetime.combine(day, MORNING, zone))


def _look_again(one: Closing, tenant: Tenant, *, now: datetime) -> datetime | None:
    """Says when to look again at a window nobody was told of: until it closes, then while its request is undecided."""
    if one.closes_at > now:
        return min(now + LOOKS, one.closes_at)
    undecided = one.alert_on is not None and now < _end_of(one.alert_on, tenant)
    return now + LOOKS_ONCE_CLOSED if undecided else None


def _before_silence_decides(one: Closing, tenant: Tenant) -> bool:
    days = [day for day in (one.alert_on, one.are_due_on) if day is not None]
    return any(one.closes_at < _end_of(day, tenant) for day in days)


def _end_of(day: date, tenant: Tenant) -> datetime:
    return day_after_begins(day, ZoneInfo(tenant.time_zone))[1]


def _raised(one: Closing, saisine_id: UUID, tenant: Tenant, *, now: datetime) -> Raised:
    zone = ZoneInfo(tenant.time_zone)
    closes, told_on = one.closes_at.astimezone(zone), civil_day(one.warn_at, tenant.time_zone)
    late = one.closes_at <= now
    said = f"le {moment(one.closes_at, zone)}"
    because = (
        f"le canal ne laisse plus répondre depuis {said} et rien d'autre ne joint cette personne : trouvez une adresse."
        if late
        else f"le canal ne laissera plus répondre : demandez une adresse électronique ou postale avant {said}."
    )
    return Raised(
        saisine_id=saisine_id,
        ticket_id=one.ticket_id,
        threshold=f"{WINDOW_CLOSES}:{one.closes_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        alert_on=closes.date(),
        due_on=told_on,
        late=late or told_on < civil_day(now, tenant.time_zone),
        because=because,
        closes_at=one.closes_at,
    )
