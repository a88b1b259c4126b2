"""Pieces an agent joins to what they write: kept beside their draft, shown to the antivirus, and gone with it."""

from collections.abc import Sequence
from uuid import UUID

from app.clock import Clock
from app.db.transaction import Database, Session
from app.errors import Conflict, Flaw, Invalid, NotFound
from app.exchanges import receptions
from app.exchanges.scanning import Scanning
from app.facts import Actor
from app.files.names import safe_name
from app.files.sniff import sniff
from app.files.store import Store
from app.ids import new_id
from app.rest.languages import Said
from app.tickets import draft_pieces
from app.tickets.draft_pieces import DraftOf
from app.tickets.draft_values import DraftKind
from app.tickets.quarantine import set_aside
from app.tickets.service import Tickets
from app.tickets.values import Piece

MOST = 10
MOST_BYTES = 18 * 2**20  # of one draft, all together: what a mail carries to most mailboxes
Kept = tuple[UUID, Piece]


class TooManyAttachments(Conflict):
    """A draft has all the pieces it may."""

    code = "too-many-attachments"
    title_fr = "Trop de pièces, ou trop lourdes"
    title_en = "Too many attachments, or too heavy"
    advice = Said(
        f"un brouillon porte {MOST} pièces au plus, et {MOST_BYTES // 2**20} Mo en tout : retirez-en",
        en=f"a draft carries {MOST} attachments at most, {MOST_BYTES // 2**20} MB in all: take some out",
    )


class AttachmentInfected(Conflict):
    """The antivirus recognised something in a piece that was to leave."""

    code = "attachment-infected"
    title_fr = "Une pièce à joindre est mise à l'écart"
    title_en = "An attachment is set aside"
    advice = Said(
        "l'antivirus a reconnu un programme malveillant dans cette pièce : retirez-la, rien n'est parti",
        en="the antivirus recognised malware in this attachment: take it out, nothing left",
    )


class Enclosing:
    """Adds pieces to drafts, takes them off, and hands them over when what was written leaves."""

    def __init__(self, database: Database, tickets: Tickets, scanning: Scanning, store: Store, clock: Clock) -> None:
        self._database, self._tickets, self._scanning = database, tickets, scanning
        self._store, self._clock = store, clock

    async def of_draft(
        self, session: Session, tenant_id: UUID, ticket_id: UUID, *, author: str, kind: DraftKind
    ) -> Sequence[Kept]:
        """Returns the pieces of somebody's own draft, in the order they were added. Raises `NotFound`."""
        await self._tickets.get(session, tenant_id, ticket_id)
        return await draft_pieces.of_draft(session, tenant_id, DraftOf(ticket_id, author, kind))

    async def check(self, tenant_id: UUID, ticket_id: UUID) -> None:
        """Looks before a content is read: raises `NotFound`, `MergedElsewhere`, `TicketEmptied`."""
        async with self._database.transaction(tenant=tenant_id) as session:
            await self._tickets.living(session, tenant_id, ticket_id)

    async def add(
        self,
        tenant_id: UUID,
        ticket_id: UUID,
        content: bytes,
        *,
        kind: DraftKind,
        name: str,
        claimed: str,
        actor: Actor,
    ) -> Kept:
        """Keeps a piece beside the caller's own draft; the same content under the same name is the same piece.

        Raises `Invalid` for an empty one, `TooManyAttachments`, and what `check` raises.
        """
        if not content:
            told = Said("ce fichier est vide", en="this file is empty")
            raise Invalid(flaws=[Flaw("", "empty", told)])
        mine = DraftOf(ticket_id, actor.label, kind)
        named, content_type = safe_name(name, otherwise="fichier"), sniff(content, claimed=claimed).content_type
        sha256 = await self._store.put(tenant_id, content)
        async with self._database.transaction(tenant=tenant_id) as session:
            # Whoever removes contents takes this turn too; then the ticket, as intake does.
            await receptions.one_at_a_time(session, tenant_id)
            await self._tickets.living(session, tenant_id, ticket_id, lock=True)
            before = await draft_pieces.of_draft(session, tenant_id, mine)
            if (same := _same(before, sha256, named)) is not None:
                return same
            weight = len(content) + sum(piece.size or 0 for _, piece in before)
            if len(before) >= MOST or weight > MOST_BYTES:
                raise TooManyAttachments(TooManyAttachments.advice)
            if not await self._store.exists(tenant_id, sha256):
                await self._store.put(tenant_id, content)  # removed between the two: nobody held it yet
            row = {
                "tenant_id": tenant_id,
                "id": new_id(),
                "ticket_id": ticket_id,
                "author": mine.author,
                "kind": kind.value,
                "name": named,
                "content_type": content_type,
                "size": len(content),
                "sha256": sha256,
                "added_at": self._clock(),
            }
            await draft_pieces.add(session, row)
            await self._scanning.ask(session, tenant_id, [sha256])
            kept = _same(await draft_pieces.of_draft(session, tenant_id, mine), sha256, named)
        if kept is None:
            raise AssertionError(sha256)
        return kept

    async def remove(
        self, session: Session, tenant_id: UUID, ticket_id: UUID, piece_id: UUID, *, kind: DraftKind, actor: Actor
    ) -> None:
        """Takes a piece off the caller's own draft. Raises `NotFound`."""
        await self._tickets.get(session, tenant_id, ticket_id)
        mine = DraftOf(ticket_id, actor.label, kind)
        if not await draft_pieces.remove(session, tenant_id, mine, piece_id, at=self._clock()):
            raise NotFound

    async def named(
        self,
        session: Session,
        tenant_id: UUID,
        ticket_id: UUID,
        wanted: Sequence[UUID],
        *,
        kind: DraftKind,
        actor: Actor,
    ) -> list[Piece]:
        """Returns the pieces of the caller's own draft that are to leave, in the order wanted.

        Raises `Invalid` for one that is not there, `AttachmentInfected` for one that was set aside.
        """
        if not wanted:
            return []
        held = dict(await draft_pieces.of_draft(session, tenant_id, DraftOf(ticket_id, actor.label, kind)))
        told = Said("cette pièce n'est pas dans votre brouillon", en="this attachment is not in your draft")
        flaws = [
            Flaw(f"/attachments/{place}", "attachment", told) for place, one in enumerate(wanted) if one not in held
        ]
        if flaws:
            raise Invalid(flaws=flaws)
        pieces = [held[one] for one in dict.fromkeys(wanted)]
        if any(set_aside(piece) for piece in pieces):
            raise AttachmentInfected(AttachmentInfected.advice)
        return pieces


def _same(kept: Sequence[Kept], sha256: str, name: str) -> Kept | None:
    return next((one for one in kept if one[1].sha256 == sha256 and one[1].name == name), None)
