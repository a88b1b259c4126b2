"""Telling those who stand above when nobody took an alert in charge: each working day, while it still holds."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from app.clock import Clock, civil_day
from app.db.transaction import Session
from app.facts import FactBook
from app.identity.people_repository import administrators_addresses
from app.ids import Prefix, public_id
from app.sve.law.calendar import Territory, add_working_days
from app.sve.warning import gathering
from app.sve.warning.facts import AlertEscalated
from app.sve.warning.gathering import Untaken
from app.sve.warning.posting import Posting
from app.sve.warning.reachable import reachable
from app.sve.warning.values import Letter, NoticeKind, WatchSettings
from app.sve.warning.words import Writer
from app.tenants.values import Tenant

# A decision that may exist waits for nobody.
AT_ONCE = ("born", "term", "last_term")
_BATCH = 500
# What was sent higher and still nobody took is sent again after so many working days.
AGAIN_AFTER = 1
_ONE_DAY = timedelta(days=1)


class Escalating:
    """Sends alerts higher, a mail a batch."""

    def __init__(self, posting: Posting, book: FactBook, clock: Clock, *, base_url: str) -> None:
        self._posting, self._book, self._clock, self._base_url = posting, book, clock, base_url

    async def escalate(self, session: Session, tenant: Tenant, settings: WatchSettings) -> int:
        """Escalates what is due; returns how many alerts were. An administration that chose nobody means none.

        Of those above, those who can still be told are told; when none can, its administrators are. When nobody at the desk
        can be told any more, nothing waits for its working days. What nobody takes is sent again, each working day.
        """
        if not settings.escalate_to and not settings.digest_to:
            return 0
        now = self._clock()
        on = civil_day(now, tenant.time_zone)
        above = await reachable(session, tenant.id, settings.escalate_to, on=on, now=now)
        desk = await reachable(session, tenant.id, settings.digest_to, on=on, now=now)
        deaf = bool(settings.digest_to) and not desk
        if not settings.escalate_to and not deaf:
            return 0
        recipients = above or await administrators_addresses(session, tenant.id) or settings.escalate_to
        before = raised_before(now, tenant, working_days=0 if deaf else settings.escalate_after)
        again = raised_before(now, tenant, working_days=AGAIN_AFTER)
        found = await gathering.untaken(session, tenant.id, at_once=AT_ONCE, before=before, again=again, limit=_BATCH)
        if not found or not recipients:
            return 0
        await gathering.escalated(session, tenant.id, [one.id for one in found], at=now)
        letter = self._letter(tenant, found, on=on)
        await self._posting.post(session, tenant.id, letter, recipients)
        await self._book.record(session, *(_fact(tenant.id, one, at=now) for one in found))
        return len(found)

    def _letter(self, tenant: Tenant, found: Sequence[Untaken], *, on: date) -> Letter:
        title, text = Writer(tenant.name, zone=tenant.time_zone, base_url=self._base_url).escalation(found)
        names = [public_id(Prefix.ALERT, one.id) for one in found]
        return Letter(
            kind=NoticeKind.ESCALATION,
            subject_key=f"{names[0]}@{on.isoformat()}",  # an alert heads one letter a day
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
