"""Telling those who stand above when nobody took an alert in charge: once, and only while it still holds."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from app.clock import Clock, civil_day
from app.db.transaction import Session
from app.facts import FactBook
from app.ids import Prefix, public_id
from app.sve.law.calendar import Territory, add_working_days
from app.sve.warning import gathering
from app.sve.warning.facts import AlertEscalated
from app.sve.warning.gathering import Untaken
from app.sve.warning.posting import Posting
from app.sve.warning.values import Letter, NoticeKind, WatchSettings
from app.sve.warning.words import Writer
from app.tenants.values import Tenant

# A decision that may exist waits for nobody.
AT_ONCE = ("born", "term", "last_term")
_BATCH = 500
_ONE_DAY = timedelta(days=1)


class Escalating:
    """Sends alerts higher, a mail a batch."""

    def __init__(self, posting: Posting, book: FactBook, clock: Clock, *, base_url: str) -> None:
        self._posting, self._book, self._clock, self._base_url = posting, book, clock, base_url

    async def escalate(self, session: Session, tenant: Tenant, settings: WatchSettings) -> int:
        """Escalates what is due; returns how many alerts were. Nobody above to tell means none."""
        if not settings.escalate_to:
            return 0
        now = self._clock()
        before = raised_before(now, tenant, working_days=settings.escalate_after)
        found = await gathering.untaken(session, tenant.id, at_once=AT_ONCE, before=before, limit=_BATCH)
        if not found:
            return 0
        await gathering.escalated(session, tenant.id, [one.id for one in found], at=now)
        letter = self._letter(tenant, found, on=civil_day(now, tenant.time_zone))
        await self._posting.post(session, tenant.id, letter, settings.escalate_to)
        await self._book.record(session, *(_fact(tenant.id, one, at=now) for one in found))
        return len(found)

    def _letter(self, tenant: Tenant, found: Sequence[Untaken], *, on: date) -> Letter:
        title, text = Writer(tenant.name, zone=tenant.time_zone, base_url=self._base_url).escalation(found)
        names = [public_id(Prefix.ALERT, one.id) for one in found]
        return Letter(
            kind=NoticeKind.ESCALATION,
            subject_key=names[0],  # an alert is escalated once, so it heads one letter
            day=on,
            title=title,
            text=text,
            detail={"alerts": names},
        )


def raised_before(now: datetime, tenant: Tenant, *, working_days: int) -> datetime:
    """Returns the instant before which an alert was raised that had its working days: the day it is raised is not one."""
    day, territory = civil_day(now, tenant.time_zone), Territory(tenant.territory)
    today = day
    while add_working_days(day, working_days, territory) >= today:
        day -= _ONE_DAY
    midnight = datetime.combine(day + _ONE_DAY, time(), ZoneInfo(tenant.time_zone))
    return midnight if working_days else now + datetime.resolution


def _fact(tenant_id: UUID, one: Untaken, *, at: datetime) -> AlertEscalated:
    return AlertEscalated(
        tenant_id=tenant_id,
        subject_id=one.id,
        at=at,
        saisine_id=one.saisine_id,
        ticket_id=one.ticket_id,
        threshold=one.threshold,
    )
