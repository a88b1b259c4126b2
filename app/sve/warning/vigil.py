"""One round of the watch over an administration: raise, tell, escalate, and leave word that it was done."""

from datetime import datetime
from uuid import UUID

from app.clock import Clock, civil_day
from app.db.transaction import Database, Session
from app.facts import FactBook
from app.sve import repository as saisines
from app.sve.warning import repository
from app.sve.warning.digest import Digests
from app.sve.warning.escalating import Escalating
from app.sve.warning.facts import WatchWasLate
from app.sve.warning.posting import Posting
from app.sve.warning.values import LATE_AFTER, Letter, NoticeKind, Turn, WatchSettings
from app.sve.warning.windows import ReplyWindows
from app.sve.warning.words import Writer
from app.sve.watch import Watch, facts_of
from app.tenants.service import Tenants
from app.tenants.values import Tenant


class Vigil:
    """Goes round one administration. Each part is its own transaction; only a round that ended says so."""

    def __init__(
        self,
        database: Database,
        tenants: Tenants,
        watch: Watch,
        windows: ReplyWindows,
        posting: Posting,
        book: FactBook,
        clock: Clock,
        *,
        base_url: str,
    ) -> None:
        self._database, self._tenants, self._watch, self._windows = database, tenants, watch, windows
        self._posting, self._book, self._clock, self._base_url = posting, book, clock, base_url
        self._escalating = Escalating(posting, book, clock, base_url=base_url)
        self._digests = Digests(posting, clock, base_url=base_url)

    async def round(self, tenant_id: UUID) -> int:
        """Makes one round; returns how many alerts were new. Two at once, or one doubled, tell nothing twice."""
        began = self._clock()
        raised = await self._watch.sweep(tenant_id)
        async with self._database.transaction(tenant=tenant_id) as session:
            tenant = await self._tenants.get(session, tenant_id)
            settings = await repository.settings_of(session, tenant_id)
            raised += await self._windows_closing(session, tenant)
        async with self._database.transaction(tenant=tenant_id) as session:
            await self._escalating.escalate(session, tenant, settings)
        async with self._database.transaction(tenant=tenant_id) as session:
            await self._digests.write(session, tenant, settings)
        async with self._database.transaction(tenant=tenant_id) as session:
            before = await repository.end_turn(session, tenant_id, Turn.WATCH, at=self._clock())
            if before is not None and began - before > LATE_AFTER:
                await self._was_late(session, tenant, settings, since=before)
        return raised

    async def _windows_closing(self, session: Session, tenant: Tenant) -> int:
        now = self._clock()
        wanted = await self._windows.closing(session, tenant, now=now)
        new = await saisines.raise_alerts(session, tenant.id, wanted, at=now)
        if new:
            await self._book.record(session, *facts_of(tenant.id, new, at=now))
        return len(new)

    async def _was_late(self, session: Session, tenant: Tenant, settings: WatchSettings, *, since: datetime) -> None:
        """Says that nobody watched for a while: to those above, or to those the digest goes to."""
        now = self._clock()
        writer = Writer(tenant.name, zone=tenant.time_zone, base_url=self._base_url)
        title, text = writer.late_watch(since=since, until=now)
        letter = Letter(
            kind=NoticeKind.LATE_WATCH,
            subject_key=since.isoformat(),
            day=civil_day(now, tenant.time_zone),
            title=title,
            text=text,
            detail={"since": since.isoformat(), "until": now.isoformat()},
        )
        await self._posting.post(session, tenant.id, letter, settings.escalate_to or settings.digest_to)
        await repository.told_late(session, tenant.id, at=now)
        fact = WatchWasLate(tenant_id=tenant.id, subject_id=tenant.id, at=now, since=since)
        await self._book.record(session, fact)
