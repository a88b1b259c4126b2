"""Scans read by machine: asked for in the transaction that writes their message, read afterwards, in nobody's way.

The row says what must happen: its state, how many attempts, when the next. What was read stands beside the message,
marked as read by machine: it is found by a search and proposes procedures, and is never the citizen's own word.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import structlog

from app.channels.desks import DeskKind
from app.clock import Clock
from app.db.transaction import Database, Session
from app.errors import NotFound, ParvisError, Unavailable
from app.exchanges.facts import PieceDeciphered, PieceFetched
from app.exchanges.holding import LEASE, Hold
from app.facts import Actor, FactBook, Seen
from app.files.ocr import READABLE, Outcome, Recogniser, State
from app.files.store import DamagedPiece, Store
from app.jobs import queue
from app.jobs.queue import Job
from app.rest.languages import Said
from app.tickets import machine_texts
from app.tickets.facts import MessageReceived
from app.tickets.machine_texts import Claimed
from app.tickets.quarantine import set_aside
from app.tickets.values import Piece

log = structlog.get_logger()
DECIPHER = "decipher"
ATTEMPTS = 3
# A death says less of the content than its own failure: workers may be killed for other reasons, one after the other.
CUT_OFF_AT_MOST = 6
AFTER = (timedelta(minutes=1), timedelta(minutes=15))
STORE_AWAY = timedelta(minutes=5)
# A message that comes in goes before any scan, and a worker reads one scan at a time.
_PRIORITY = -10
_A_TURN = 4
_PAUSE = timedelta(seconds=5)
_LATELY = timedelta(days=30)
_TOLD = 50
PAPER = frozenset({DeskKind.POST.value, DeskKind.COUNTER.value})


class NothingReadsHere(ParvisError):
    """This installation reads no piece by machine."""

    code = "no-machine-reading"
    status = 409
    title_fr = "Lecture par machine absente"
    title_en = "No machine reading"
    advice = Said(
        "l'installation n'a pas tesseract, ou sa lecture est coupée (PARVIS_OCR)",
        en="tesseract is not installed, or reading is off (PARVIS_OCR)",
    )


class NotReadable(ParvisError):
    """The piece is no PDF nor picture that could be read, or is not here yet."""

    code = "piece-not-readable"
    status = 409
    title_fr = "Pièce que la machine ne lit pas"
    title_en = "Piece that is not read by machine"
    advice = Said(
        "seuls les PDF et les images TIFF, JPEG ou PNG déjà reçus, et que l'antivirus n'a pas mis à l'écart, sont lus",
        en="only PDF files and TIFF, JPEG or PNG pictures that are here, and not set aside, are read",
    )


class Deciphering:
    """Has pieces read by machine, where something is installed that can (`recogniser`); `widely`: of every channel."""

    def __init__(
        self,
        database: Database,
        store: Store,
        book: FactBook,
        clock: Clock,
        *,
        recogniser: Recogniser | None,
        widely: bool,
    ) -> None:
        self._database, self._store, self._book, self._clock = database, store, book, clock
        self._recogniser, self._widely = recogniser, widely
        self._busy = False

    def may_read(self, piece: Piece) -> bool:
        """Says whether asking for this piece could give anything: it is here, of a kind that is read, and is not read yet."""
        if self._recogniser is None or piece.sha256 is None or not _readable(piece) or set_aside(piece):
            return False
        return piece.machine not in {State.READ, State.WAITING}

    async def heard(self, session: Session, facts: Sequence[MessageReceived]) -> None:
        """Asks for the scans of messages just written, in their own transaction."""
        contents = [
            piece.sha256
            for fact in facts
            if self._widely or fact.incoming.channel_type in PAPER
            for piece in fact.incoming.pieces
            if piece.sha256 is not None and _readable(piece)
        ]
        await self._ask(session, facts[0].tenant_id, contents)

    async def fetched(self, session: Session, facts: Sequence[PieceFetched]) -> None:
        """Asks for pieces that their provider held until now; papers never come so."""
        if self._recogniser is not None and self._widely:
            tenant_id = facts[0].tenant_id
            contents = await machine_texts.contents_of(session, tenant_id, [fact.subject_id for fact in facts])
            await self._ask(session, tenant_id, contents)

    async def again(
        self, session: Session, tenant_id: UUID, attachment_id: UUID, piece: Piece, *, actor: Actor
    ) -> None:
        """Asks for one piece, of any channel, from the first attempt. Raises `NothingReadsHere`, `NotReadable`."""
        if self._recogniser is None:
            raise NothingReadsHere
        if piece.sha256 is None or not _readable(piece) or set_aside(piece):
            raise NotReadable
        now = self._clock()
        await machine_texts.again(session, tenant_id, piece.sha256, now=now)
        await self._defer(session, tenant_id)
        asked = Seen(
            tenant_id=tenant_id, subject_id=attachment_id, at=now, actor=actor, action="attachment.reading_asked"
        )
        await self._book.record(session, asked)

    async def decipher(self, tenant: str) -> None:
        """The job of one administration: a few contents, then others have their turn."""
        tenant_id = UUID(tenant)
        if self._recogniser is None:
            return
        if self._busy:
            await self._later(tenant_id)
            return
        self._busy = True
        try:
            await self._bury(tenant_id)
            for _ in range(_A_TURN):
                if not await self._one(self._recogniser, tenant_id):
                    return
        finally:
            self._busy = False
        await self._later(tenant_id)

    async def wake(self, tenant_id: UUID) -> None:
        """Defers what is due: the sweeper's part."""
        if self._recogniser is not None:
            async with self._database.transaction(tenant=tenant_id) as session:
                if await machine_texts.is_due(session, tenant_id, now=self._clock()):
                    await self._defer(session, tenant_id)

    async def catch_up(self, tenant_id: UUID) -> None:
        """Asks for the scans of lately active papers that came while nothing could read them: the hourly part."""
        if self._recogniser is not None:
            since = self._clock() - _LATELY
            async with self._database.transaction(tenant=tenant_id) as session:
                unasked = await machine_texts.unasked(session, tenant_id, sorted(PAPER), since=since, limit=200)
                await self._ask(session, tenant_id, unasked)

    async def _ask(self, session: Session, tenant_id: UUID, contents: Sequence[str]) -> None:
        if self._recogniser is not None and await machine_texts.ask(session, tenant_id, contents, now=self._clock()):
            await self._defer(session, tenant_id)

    async def _defer(self, session: Session, tenant_id: UUID) -> None:
        job = _job(tenant_id)
        if job.lock and job.lock not in await queue.waiting(session, [job.lock]):
            await queue.defer(session, job)

    async def _later(self, tenant_id: UUID) -> None:
        now = self._clock()
        async with self._database.transaction(tenant=tenant_id) as session:
            if await machine_texts.is_due(session, tenant_id, now=now):
                job = _job(tenant_id)
                await queue.defer(session, Job(job.task, job.args, job.lock, now + _PAUSE, job.priority))

    async def _one(self, recogniser: Recogniser, tenant_id: UUID) -> bool:
        now = self._clock()
        until = now + LEASE
        async with self._database.transaction(tenant=tenant_id) as session:
            claimed = await machine_texts.claim(session, tenant_id, now=now, lease=until, most=CUT_OFF_AT_MOST)
        if claimed is None:
            return False
        hold = Hold(self._database, self._clock, tenant_id, [claimed.sha256], machine_texts.renew, until=until)
        async with hold.on():
            outcome = await self._read(recogniser, tenant_id, claimed)
        if outcome is None:
            # The shelf is away, not the content at fault: this was no attempt.
            await self._postpone(tenant_id, claimed, after=STORE_AWAY, reason=None, counted=False)
        elif outcome.again and claimed.attempts < ATTEMPTS:
            after = AFTER[claimed.attempts - 1]
            await self._postpone(tenant_id, claimed, after=after, reason=outcome.reason, counted=True)
        else:
            await self._settle(tenant_id, claimed, outcome)
        return True

    async def _read(self, recogniser: Recogniser, tenant_id: UUID, claimed: Claimed) -> Outcome | None:
        """Reads a content; None when it cannot be had at this moment."""
        try:
            content = await self._store.get(tenant_id, claimed.sha256)
        except Unavailable:
            return None
        except (NotFound, DamagedPiece):
            return Outcome(state=State.FAILED, reason="le contenu de la pièce manque ou est abîmé")
        try:
            return await recogniser.read(content)
        except OSError as error:
            log.warning("decipher.no_child", error=type(error).__name__)
            return Outcome(state=State.FAILED, reason="la lecture n'a pas pu commencer", again=True)

    async def _bury(self, tenant_id: UUID) -> None:
        """Ends what took its worker down with it again and again: it is told, and tried no more."""
        async with self._database.transaction(tenant=tenant_id) as session:
            lost = await machine_texts.exhausted(session, tenant_id, now=self._clock(), most=CUT_OFF_AT_MOST)
        told = Outcome(state=State.FAILED, reason="la lecture a été interrompue à chaque essai")
        for claimed in lost:
            await self._settle(tenant_id, claimed, told)

    async def _postpone(
        self, tenant_id: UUID, claimed: Claimed, *, after: timedelta, reason: str | None, counted: bool
    ) -> None:
        until = self._clock() + after
        async with self._database.transaction(tenant=tenant_id) as session:
            await machine_texts.postpone(session, tenant_id, claimed, until=until, reason=reason, counted=counted)

    async def _settle(self, tenant_id: UUID, claimed: Claimed, outcome: Outcome) -> None:
        now = self._clock()
        async with self._database.transaction(tenant=tenant_id) as session:
            if not await machine_texts.settle(session, tenant_id, claimed, outcome, now=now):
                return
            carriers = await machine_texts.carriers(session, tenant_id, claimed.sha256, limit=_TOLD)
            facts = [
                PieceDeciphered(
                    tenant_id=tenant_id,
                    subject_id=one.attachment_id,
                    at=now,
                    message_id=one.message_id,
                    ticket_id=one.ticket_id,
                    state=outcome.state.value,
                )
                for one in carriers
            ]
            if facts:
                await self._book.record(session, *facts)
        log.info("decipher.done", state=outcome.state.value, pages=outcome.pages, attempts=claimed.attempts)


def _job(tenant_id: UUID) -> Job:
    return Job(DECIPHER, {"tenant": str(tenant_id)}, lock=f"{DECIPHER}:{tenant_id}", priority=_PRIORITY)


def _readable(piece: Piece) -> bool:
    return piece.content_type.partition(";")[0].strip().lower() in READABLE
