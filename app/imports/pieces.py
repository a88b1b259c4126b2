"""The pieces of a batch, taken out of the export and stored before its transaction: a piece without a message is harmless."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.files.sniff import OPAQUE, sniff
from app.files.store import Store
from app.imports.parcels import Parcel, PieceTooLarge
from app.imports.settling import refused
from app.imports.shapes import FlawCode, Flawed, ForeignTicket, Read


@dataclass(frozen=True, slots=True)
class Kept:
    """A content as it is stored; its type is that of its bytes where they tell."""

    sha256: str
    size: int
    content_type: str


async def stored(
    store: Store, tenant_id: UUID, parcel: Parcel, batch: Sequence[Read]
) -> tuple[dict[str, Kept], list[Flawed]]:
    """Stores what the messages of a batch carried; returns it by member, and what was not there or too large."""
    kept: dict[str, Kept] = {}
    flaws: list[Flawed] = []
    for one in batch:
        for said in one.messages if isinstance(one, ForeignTicket) else ():
            for piece in said.pieces:
                if not piece.member or piece.member in kept:
                    continue
                content = await _content(parcel, piece.member)
                if content is None:
                    told = "pièce nommée, mais absente de l’export"
                    flaws.append(refused(one.place, said.external_id, FlawCode.PIECE_MISSING, told))
                elif isinstance(content, FlawCode):
                    flaws.append(refused(one.place, said.external_id, content, "pièce de plus de 50 Mo"))
                else:
                    known = sniff(content, claimed=piece.content_type).content_type
                    sort = piece.content_type if known == OPAQUE else known
                    kept[piece.member] = Kept(await store.put(tenant_id, content), len(content), sort)
    return kept, flaws


def missing(parcel: Parcel, batch: Sequence[Read]) -> int:
    """Counts the pieces an export names and does not hold, without reading them."""
    tickets = [one for one in batch if isinstance(one, ForeignTicket)]
    named = [piece for one in tickets for said in one.messages for piece in said.pieces]
    return sum(1 for piece in named if not piece.member or not parcel.holds(piece.member))


async def _content(parcel: Parcel, member: str) -> bytes | FlawCode | None:
    try:
        return await asyncio.to_thread(parcel.piece, member)
    except PieceTooLarge:
        return FlawCode.PIECE_TOO_LARGE
