"""Pieces shown to an antivirus, where there is one: after their message is kept, in nobody's way.

The row says what must happen. A piece in which something is recognised is set aside: its message, its clocks and its place
in the thread stand; its bytes are for whoever has the right and a reason.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import structlog

from app.clock import Clock
from app.db.transaction import Database, Session
from app.errors import NotFound, Unavailable
from app.exchanges.facts import PieceFetched, PieceScanned
from app.exchanges.holding import LEASE, Hold
from app.facts import FactBook
from app.files.antivirus import Away, Clamd, ScanState, Verdict
from app.files.store import DamagedPiece, Store
from app.jobs import queue
from app.jobs.queue import Job
from app.tickets import machine_texts, scans
from app.tickets.facts import MessageReceived
from app.tickets.scans import ToScan

log = structlog.get_logger()
SCAN = "scan"
ATTEMPTS = 3
# A death says less of the content than its own failure: workers may be killed for other reasons, one after the other.
CUT_OFF_AT_MOST = 6
AFTER = (timedelta(minutes=1), timedelta(minutes=15))
CLAMD_AWAY = STORE_AWAY = timedelta(minutes=5)
# A message that comes in goes before any examination.
_PRIORITY = -5
_A_TURN = 8
_LATELY = timedelta(days=30)
_TOLD = 50


class Scanning:
    """Has pieces examined; without an antivirus it does nothing, and says nothing of them."""

    def __init__(
        self, database: Database, store: Store, book: FactBook, clock: Clock, *, antivirus: Clamd | None
    ) -> None:
        self._database, self._store, self._book, self._clock = database, store, book, clock
        self._antivirus = antivirus

    async def answers(self) -> bool | None:
        """Says whether the antivirus answers now; None where there is none."""
        return None if self._antivirus is None else await self._antivirus.answers()

    async def heard(self, session: Session, facts: Sequence[MessageReceived]) -> None:
        """Asks for the pieces of messages just written, in their own transaction."""
        contents = [piece.sha256 for fact in facts for piece in fact.incoming.pieces if piece.sha256 is not None]
        await self.ask(session, facts[0].tenant_id, contents)

    async def fetched(self, session: Session, facts: Sequence[PieceFetched]) -> None:
        """Asks for pieces that their provider held until now."""
        if self._antivirus is not None:
            tenant_id = facts[0].tenant_id
            contents = await scans.contents_of(session, tenant_id, [fact.subject_id for fact in facts])
            await self.ask(session, tenant_id, contents)

    async def scan(self, tenant: str) -> None:
        """The job of one administration: a few contents, then others have their turn."""
        if self._antivirus is None:
            return
        tenant_id = UUID(tenant)
        for _ in range(_A_TURN):
            if not await self._one(self._antivirus, tenant_id):
                return
        async with self._database.transaction(tenant=tenant_id) as session:
            if await scans.is_due(session, tenant_id, now=self._clock()):
                await queue.defer(session, _job(tenant_id))

    async def wake(self, tenant_id: UUID) -> None:
        """Defers what is due: the sweeper's part."""
        if self._antivirus is not None:
            async with self._database.transaction(tenant=tenant_id) as session:
                if await scans.is_due(session, tenant_id, now=self._clock()):
                    await self._defer(session, tenant_id)

    async def catch_up(self, tenant_id: UUID) -> None:
        """Asks for pieces on lately active requests that came while there was no antivirus: the hourly part."""
        if self._antivirus is not None:
            since = self._clock() - _LATELY
            async with self._database.transaction(tenant=tenant_id) as session:
                await self.ask(session, tenant_id, await scans.unasked(session, tenant_id, since=since, limit=500))

    async def ask(self, session: Session, tenant_id: UUID, contents: Sequence[str]) -> None:
        """Asks for contents; does nothing where there is no antivirus."""
        if self._antivirus is not None and await scans.ask(session, tenant_id, contents, now=self._clock()):
            await self._defer(session, tenant_id)

    async def _defer(self, session: Session, tenant_id: UUID) -> None:
        job = _job(tenant_id)
        if job.lock and job.lock not in await queue.waiting(session, [job.lock]):
            await queue.defer(session, job)

    async def _one(self, antivirus: Clamd, tenant_id: UUID) -> bool:
        """Examines the content that has waited longest; False when there is none, or nothing to examine it with."""
        now = self._clock()
        until = now + LEASE
        async with self._database.transaction(tenant=tenant_id) as session:
            claimed = await scans.claim(session, tenant_id, now=now, lease=until)
        if claimed is None:
            return False
        if claimed.attempts > CUT_OFF_AT_MOST:  # whoever took it never came back to say what happened
            lost = Verdict(state=ScanState.FAILED, reason="l'examen a été interrompu à chaque essai")
            await self._settle(tenant_id, claimed, lost)
            return True
        hold = Hold(self._database, self._clock, tenant_id, [claimed.sha256], scans.renew, until=until)
        try:
            async with hold.on():
                content = await self._store.get(tenant_id, claimed.sha256)
                verdict = await antivirus.examine(content)
        except Unavailable:
            await self._postpone(tenant_id, claimed, after=STORE_AWAY, reason=None, counted=False)
            return False
        except Away as away:
            log.warning("scan.antivirus_away", error=str(away))
            reason = "l'antivirus ne répond pas"
            await self._postpone(tenant_id, claimed, after=CLAMD_AWAY, reason=reason, counted=False)
            return False
        except (NotFound, DamagedPiece):
            verdict = Verdict(state=ScanState.FAILED, reason="le contenu de la pièce manque ou est abîmé")
        if verdict.again and claimed.attempts < ATTEMPTS:
            after = AFTER[claimed.attempts - 1]
            await self._postpone(tenant_id, claimed, after=after, reason=verdict.reason, counted=True)
        else:
            await self._settle(tenant_id, claimed, verdict)
        return True

    async def _postpone(
        self, tenant_id: UUID, claimed: ToScan, *, after: timedelta, reason: str | None, counted: bool
    ) -> None:
        until = self._clock() + after
        async with self._database.transaction(tenant=tenant_id) as session:
            await scans.postpone(session, tenant_id, claimed, until=until, reason=reason, counted=counted)

    async def _settle(self, tenant_id: UUID, claimed: ToScan, verdict: Verdict) -> None:
        now = self._clock()
        async with self._database.transaction(tenant=tenant_id) as session:
            if not await scans.settle(session, tenant_id, claimed, verdict, now=now):
                return
            if verdict.state is not ScanState.CLEAN:  # what is as it should be fills no stream
                facts = [
                    PieceScanned(
                        tenant_id=tenant_id,
                        subject_id=one.attachment_id,
                        at=now,
                        message_id=one.message_id,
                        ticket_id=one.ticket_id,
                        state=verdict.state.value,
                    )
                    for one in await machine_texts.carriers(session, tenant_id, claimed.sha256, limit=_TOLD)
                ]
                if facts:
                    await self._book.record(session, *facts)
        log.info("scan.done", state=verdict.state.value, attempts=claimed.attempts)


def _job(tenant_id: UUID) -> Job:
    return Job(SCAN, {"tenant": str(tenant_id)}, lock=f"{SCAN}:{tenant_id}", priority=_PRIORITY)
