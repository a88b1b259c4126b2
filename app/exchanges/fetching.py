"""Pieces that a provider still holds: asked for once the message is visible, never before, and never in its way.

The row says what must happen: its state, how many attempts, when the next. What cannot be had is said on the message.
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import structlog

from app.channels.contract import Attachment, ChannelAdapter, Context, MediaSource
from app.channels.errors import Unfetched
from app.channels.kit.media import download
from app.channels.service import Channels
from app.channels.unusable import ChannelUnusable
from app.channels.values import Channel
from app.clock import Clock
from app.db.transaction import Database, Session
from app.errors import Conflict, NotFound, ParvisError, Unavailable
from app.exchanges import fetches
from app.exchanges.facts import PieceFetched, PieceNotFetched
from app.exchanges.fetches import Claimed
from app.exchanges.holding import LEASE, Hold
from app.facts import Actor, FactBook, Seen
from app.files.store import Store
from app.jobs import queue
from app.jobs.queue import Job
from app.rest.languages import Said

log = structlog.get_logger()
FETCH = "fetch"
MOST_BYTES = 25 * 2**20
# WhatsApp's addresses live five minutes, most others some hours: the first attempts follow each other closely.
AFTER = tuple(timedelta(seconds=s) for s in (20, 60, 180, 900, 3600, 4 * 3600, 12 * 3600))
MACHINE_AWAY = timedelta(minutes=1)
_AT_ONCE = 4


class PieceHere(Conflict):
    """The piece is here already, or nothing says where it could be fetched."""

    code = "piece-not-awaited"
    title_fr = "Rien à aller chercher"
    title_en = "Nothing to fetch"
    advice = Said(
        "la pièce est déjà là, ou son fournisseur n'a pas dit où la prendre",
        en="the piece is here already, or its provider did not say where it is",
    )


def fetch_job(tenant_id: UUID, message_id: UUID) -> Job:
    """The fetching of one message's pieces: a slow provider keeps no other message waiting."""
    return Job(FETCH, {"tenant": str(tenant_id), "message": str(message_id)})


class Fetching:
    """Fetches pieces through the channel that named them."""

    def __init__(
        self, database: Database, channels: Channels, store: Store, context: Context, book: FactBook, clock: Clock
    ) -> None:
        self._database, self._channels, self._store = database, channels, store
        self._context, self._book, self._clock = context, book, clock
        self._side_by_side = asyncio.Semaphore(_AT_ONCE)

    async def fetch(self, tenant: str, message: str) -> None:
        """The fetching job of one message."""
        tenant_id, now = UUID(tenant), self._clock()
        until = now + LEASE
        async with self._database.transaction(tenant=tenant_id) as session:
            claimed = await fetches.claim(session, tenant_id, UUID(message), now=now, lease=until)
        if claimed:
            ids = [piece.id for piece in claimed]
            async with Hold(self._database, self._clock, tenant_id, ids, fetches.renew, until=until).on():
                await self._all(tenant_id, claimed)

    async def wake(self, tenant_id: UUID) -> None:
        """Defers what is due: the sweeper's part."""
        async with self._database.transaction(tenant=tenant_id) as session:
            messages = await fetches.due(session, tenant_id, now=self._clock(), limit=50)
            await queue.defer(session, *(fetch_job(tenant_id, message_id) for message_id in messages))

    async def again(
        self, session: Session, tenant_id: UUID, attachment_id: UUID, message_id: UUID, *, actor: Actor
    ) -> None:
        """Asks once more for a piece that could not be had. Raises `PieceHere`."""
        now = self._clock()
        if not await fetches.again(session, tenant_id, attachment_id, now=now):
            raise PieceHere
        await queue.defer(session, fetch_job(tenant_id, message_id))
        asked = Seen(
            tenant_id=tenant_id, subject_id=attachment_id, at=now, actor=actor, action="attachment.fetch_asked"
        )
        await self._book.record(session, asked)

    async def _all(self, tenant_id: UUID, claimed: Sequence[Claimed]) -> None:
        """Fetches each to its end: one that the machine fails leaves no other under way and held by nobody."""
        ends = await asyncio.gather(*(self._one(tenant_id, piece) for piece in claimed), return_exceptions=True)
        for end in ends:
            if isinstance(end, BaseException):
                raise end

    async def _one(self, tenant_id: UUID, piece: Claimed) -> None:
        async with self._side_by_side:
            try:
                channel = await self._channels.at_work(tenant_id, piece.channel_id)
                content = await self._content(channel, piece)
                sha256 = await self._store.put(tenant_id, content)
            except Unavailable as error:
                log.warning("fetch.given_back", attachment=str(piece.id), error=str(error))
                await self._give_back(tenant_id, piece)
            except Unfetched as error:
                await self._failed(tenant_id, piece, str(error), retry=error.retry)
            except (ChannelUnusable, NotFound) as error:
                await self._failed(tenant_id, piece, _words(error), retry=True)
            except Exception as error:
                log.exception("fetch.failed", attachment=str(piece.id), error=type(error).__name__)
                await self._failed(tenant_id, piece, f"défaut interne ({type(error).__name__})", retry=True)
            else:
                await self._had(tenant_id, piece, sha256=sha256, size=len(content))

    async def _content(self, channel: Channel, piece: Claimed) -> bytes:
        adapter = self._channels.registry.get(channel.type)
        attachment = Attachment(name=piece.name, content_type=piece.content_type, size=piece.size, source=piece.source)
        most = _most(adapter, channel)
        if piece.size is not None and piece.size > most:
            raise Unfetched(f"elle pèse plus de {most // 2**20} Mo", retry=False)
        if isinstance(adapter, MediaSource) and isinstance(adapter, ChannelAdapter):
            content = await adapter.fetch(attachment, channel.config, self._context)
        elif piece.source.startswith("https://"):
            # Nobody's credentials: a public address is asked for as anybody would.
            content = await download(piece.source, self._context, max_bytes=most)
        else:
            raise Unfetched("ce canal ne sait pas la demander à son fournisseur", retry=False)
        if len(content) > most:
            raise Unfetched(f"elle pèse plus de {most // 2**20} Mo", retry=False)
        if not content:
            raise Unfetched("le fournisseur a donné un fichier vide", retry=True)
        return content

    async def _had(self, tenant_id: UUID, piece: Claimed, *, sha256: str, size: int) -> None:
        async with self._database.transaction(tenant=tenant_id) as session:
            if await fetches.settle(session, tenant_id, piece, sha256=sha256, size=size, problem=None):
                fact = PieceFetched(
                    tenant_id=tenant_id,
                    subject_id=piece.id,
                    at=self._clock(),
                    message_id=piece.message_id,
                    ticket_id=piece.ticket_id,
                )
                await self._book.record(session, fact)

    async def _give_back(self, tenant_id: UUID, piece: Claimed) -> None:
        """The machine failed, not the provider. A database that is away too lets the lease end."""
        async with self._database.transaction(tenant=tenant_id) as session:
            await fetches.give_back(session, tenant_id, piece, until=self._clock() + MACHINE_AWAY)

    async def _failed(self, tenant_id: UUID, piece: Claimed, reason: str, *, retry: bool) -> None:
        problem = reason[:300]
        async with self._database.transaction(tenant=tenant_id) as session:
            if retry and piece.attempts <= len(AFTER):
                again_at = self._clock() + AFTER[piece.attempts - 1]
                if await fetches.postpone(session, tenant_id, piece, until=again_at, problem=problem):
                    job = fetch_job(tenant_id, piece.message_id)
                    await queue.defer(session, Job(job.task, job.args, at=again_at))
                return
            if await fetches.settle(session, tenant_id, piece, sha256=None, size=None, problem=problem):
                fact = PieceNotFetched(
                    tenant_id=tenant_id,
                    subject_id=piece.id,
                    at=self._clock(),
                    message_id=piece.message_id,
                    ticket_id=piece.ticket_id,
                )
                await self._book.record(session, fact)


async def wake_for(session: Session, tenant_id: UUID, message_ids: Sequence[UUID]) -> None:
    """Wakes the fetching of messages that were just written with pieces to fetch, in their own transaction."""
    await queue.defer(session, *(fetch_job(tenant_id, message_id) for message_id in message_ids))


def _most(adapter: object, channel: Channel) -> int:
    declared = adapter.capabilities(channel.config).fetch_max_bytes if isinstance(adapter, ChannelAdapter) else None
    return MOST_BYTES if declared is None else declared


def _words(error: ParvisError) -> str:
    return str(error.detail or error.title_fr)
