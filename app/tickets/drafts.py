"""Drafts: what somebody began to write on a request, kept by the house while they write, shared if they say so."""

from collections.abc import Sequence
from uuid import UUID

import structlog

from app.clock import Clock
from app.db.transaction import Database, Session
from app.errors import Stale
from app.facts import Actor, FactBook
from app.ids import new_id
from app.rest.etags import require_version
from app.tickets import draft_pieces, draft_repository
from app.tickets.draft_pieces import DraftOf
from app.tickets.draft_values import DRAFTS_KEPT, Draft, DraftKind, first_version, unbegun
from app.tickets.filing_facts import DraftDropped, DraftEdited
from app.tickets.service import Tickets

log = structlog.get_logger()
_BATCH = 500


class Drafts:
    """One draft a request, a person and a kind. Beginning and sharing one are facts; typing in it is none."""

    def __init__(self, database: Database, tickets: Tickets, book: FactBook, clock: Clock) -> None:
        self._database, self._tickets, self._book, self._clock = database, tickets, book, clock

    async def page(
        self, session: Session, tenant_id: UUID, ticket_id: UUID, *, reader: str, after: UUID | None, limit: int
    ) -> Sequence[tuple[UUID, Draft]]:
        """Returns the reader's own drafts of a request and those shared, in the order begun. Raises `NotFound`."""
        await self._tickets.get(session, tenant_id, ticket_id)
        return await draft_repository.page(session, tenant_id, ticket_id, reader=reader, after=after, limit=limit)

    async def get(self, session: Session, tenant_id: UUID, ticket_id: UUID, *, author: str, kind: DraftKind) -> Draft:
        """Returns somebody's own draft, empty and at version 0 where none was begun. Raises `NotFound`."""
        await self._tickets.get(session, tenant_id, ticket_id)
        found = await draft_repository.draft(session, tenant_id, ticket_id, author, kind)
        return found or unbegun(ticket_id, author, kind)

    async def save(
        self,
        session: Session,
        tenant_id: UUID,
        ticket_id: UUID,
        *,
        kind: DraftKind,
        text: str,
        shared: bool,
        version: int,
        actor: Actor,
    ) -> Draft:
        """Writes the caller's own draft at the version they read. Raises `NotFound`, `Stale`, `MergedElsewhere`, `TicketEmptied`.

        Under the request's lock: what is saved while it is being erased would stay for ever.
        """
        await self._tickets.living(session, tenant_id, ticket_id, lock=True)
        author = actor.label
        was = await self.get(session, tenant_id, ticket_id, author=author, kind=kind)
        require_version(was.version, expected=version)
        now = self._clock()
        values = {"text": text, "shared": shared, "changed_at": now}
        if version:
            written = await draft_repository.change(
                session, tenant_id, ticket_id, author, kind, values, version=version
            )
        else:
            own = {"tenant_id": tenant_id, "id": new_id(), "ticket_id": ticket_id, "author": author, "kind": kind.value}
            first = {"begun_at": now, "version": first_version(now)}
            written = await draft_repository.begin(session, {**own, **values, **first})
        if not written:
            raise Stale
        if not version or shared != was.shared:
            fact = DraftEdited(tenant_id=tenant_id, subject_id=ticket_id, at=now, actor=actor, kind=kind, shared=shared)
            await self._book.record(session, fact)
        return await self.get(session, tenant_id, ticket_id, author=author, kind=kind)

    async def drop(
        self, session: Session, tenant_id: UUID, ticket_id: UUID, *, kind: DraftKind, version: int, actor: Actor
    ) -> None:
        """Removes the caller's own draft and its pieces at the version they read; one not begun may have pieces.

        Raises `NotFound`, `Stale`.
        """
        was = await self.get(session, tenant_id, ticket_id, author=actor.label, kind=kind)
        require_version(was.version, expected=version)
        await self._pieces_go(session, tenant_id, ticket_id, kind=kind, actor=actor)
        if not was.version:
            return
        if not await draft_repository.drop(session, tenant_id, ticket_id, actor.label, kind, version=version):
            raise Stale
        await self._dropped(session, tenant_id, [(ticket_id, kind)], actor=actor)

    async def sent(self, session: Session, tenant_id: UUID, ticket_id: UUID, *, kind: DraftKind, actor: Actor) -> None:
        """Removes the draft of whoever has just answered or noted: it has become what it was for, its pieces too."""
        await self._pieces_go(session, tenant_id, ticket_id, kind=kind, actor=actor)
        if await draft_repository.drop(session, tenant_id, ticket_id, actor.label, kind):
            await self._dropped(session, tenant_id, [(ticket_id, kind)], actor=actor)

    async def forget(self, tenant_id: UUID) -> int:
        """Removes the drafts of one administration that nobody has changed for thirty days, and pieces left of none.

        Returns how many drafts.
        """
        before, gone = self._clock() - DRAFTS_KEPT, 0
        while True:
            async with self._database.transaction(tenant=tenant_id) as session:
                found = await draft_repository.forget(session, tenant_id, before=before, limit=_BATCH)
                await self._dropped(session, tenant_id, [(one, DraftKind(kind)) for one, kind in found])
            gone += len(found)
            if len(found) < _BATCH:
                break
        if gone:
            log.info("drafts.forgotten", tenant=str(tenant_id), count=gone)
        await self._forget_pieces(tenant_id)
        return gone

    async def _pieces_go(
        self, session: Session, tenant_id: UUID, ticket_id: UUID, *, kind: DraftKind, actor: Actor
    ) -> None:
        mine = DraftOf(ticket_id, actor.label, kind)
        await draft_pieces.remove_all(session, tenant_id, [mine], at=self._clock())

    async def _forget_pieces(self, tenant_id: UUID) -> None:
        now = self._clock()
        while True:
            async with self._database.transaction(tenant=tenant_id) as session:
                before = now - DRAFTS_KEPT
                gone = await draft_pieces.forget(session, tenant_id, before=before, at=now, limit=_BATCH)
            if gone < _BATCH:
                return

    async def _dropped(
        self,
        session: Session,
        tenant_id: UUID,
        drafts: Sequence[tuple[UUID, DraftKind]],
        *,
        actor: Actor | None = None,
    ) -> None:
        now, by = self._clock(), {"actor": actor} if actor else {}
        facts = [
            DraftDropped(tenant_id=tenant_id, subject_id=ticket_id, at=now, kind=kind, **by)
            for ticket_id, kind in drafts
        ]
        if facts:
            await self._book.record(session, *facts)
