"""The mail of each working day: what is due, at the hour an administration chose, once whatever the number of workers."""

from datetime import UTC, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from app.clock import Clock, civil_day
from app.db.transaction import Session
from app.sve import tallies
from app.sve.law.calendar import Territory, add_working_days
from app.sve.law.ladder import Week
from app.sve.warning import gathering, repository
from app.sve.warning.posting import Posting
from app.sve.warning.values import Letter, NoticeKind, Turn, WatchSettings
from app.sve.warning.words import HEADS, SHOWN, Day, Writer
from app.tenants.values import Tenant

# An acknowledgement due within so many working days is already told.
OWED_WITHIN = 3


class Digests:
    """Writes the digest of the day."""

    def __init__(self, posting: Posting, clock: Clock, *, base_url: str) -> None:
        self._posting, self._clock, self._base_url = posting, clock, base_url

    async def write(self, session: Session, tenant: Tenant, settings: WatchSettings) -> bool:
        """Writes today's digest when its hour has come and nobody has; says whether there was one to write.

        After an outage only today's is written, and it tells of every alert no digest has told. A day with nothing to
        tell has none, but for the first working day of a week.
        """
        now = self._clock()
        due_at = due(now, tenant, hour=settings.digest_hour)
        if due_at is None or not settings.digest_to:
            return False
        if _written(await repository.last_turn(session, tenant.id, Turn.DIGEST), due_at, tenant):
            return False
        last = await repository.end_turn(session, tenant.id, Turn.DIGEST, at=now)
        if _written(last, due_at, tenant):
            # Another worker took this turn meanwhile.
            return False
        day = await self._day(session, tenant.id, now=now, tenant=tenant)
        today = civil_day(now, tenant.time_zone)
        writer = Writer(tenant.name, zone=tenant.time_zone, base_url=self._base_url)
        if day.calm and not _opens_the_week(now, tenant):
            return False
        title, text = writer.calm(on=today) if day.calm else writer.digest(day, on=today)
        letter = Letter(
            kind=NoticeKind.DIGEST,
            subject_key=today.isoformat(),
            day=today,
            title=title,
            text=text,
            detail={"counts": dict(day.counts), "alerts": day.alert_count, "owed": day.owed_count},
        )
        return await self._posting.post(session, tenant.id, letter, settings.digest_to) > 0

    async def _day(self, session: Session, tenant_id: UUID, *, now: datetime, tenant: Tenant) -> Day:
        today = civil_day(now, tenant.time_zone)
        by = add_working_days(today, OWED_WITHIN, Territory(tenant.territory))
        alerts, alert_count = await gathering.tell_new(session, tenant_id, at=now, limit=SHOWN)
        owed, owed_count = await gathering.owed(session, tenant_id, by=by, limit=SHOWN)
        return Day(
            pressing={risk: await gathering.pressing(session, tenant_id, risk, limit=SHOWN) for risk in HEADS},
            counts=await tallies.counts(session, tenant_id),
            alerts=alerts,
            alert_count=alert_count,
            owed=owed,
            owed_count=owed_count,
        )


def due(now: datetime, tenant: Tenant, *, hour: int) -> datetime | None:
    """Returns when today's digest was due, None before its hour and on days nobody works.

    An hour that the night of March skips is an hour later; of the two that October shows, it is the first.
    """
    today = civil_day(now, tenant.time_zone)
    if Week(Territory(tenant.territory)).by(today) != today:
        return None
    at = datetime.combine(today, time(hour), ZoneInfo(tenant.time_zone)).astimezone(UTC)
    return at if at <= now else None


def _written(last: datetime | None, due_at: datetime, tenant: Tenant) -> bool:
    """Whether the day has had its turn: an hour put back asks for no second one, which would go to nobody."""
    return last is not None and civil_day(last, tenant.time_zone) >= civil_day(due_at, tenant.time_zone)


def _opens_the_week(now: datetime, tenant: Tenant) -> bool:
    """Whether today is the first day of its week that is worked: Tuesday when Monday is a holiday."""
    today = civil_day(now, tenant.time_zone)
    return Week(Territory(tenant.territory)).before(today, 1).isocalendar()[:2] != today.isocalendar()[:2]
