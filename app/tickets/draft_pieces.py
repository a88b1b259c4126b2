"""Every SQL statement about the pieces of drafts. What is removed here is noted, so that its content goes too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from app.db.bulk import insert_rows
from app.db.transaction import Session
from app.files.antivirus import ScanState
from app.tickets.draft_tables import DraftPieceRecord
from app.tickets.draft_values import DraftKind
from app.tickets.scan_tables import ScanRecord
from app.tickets.values import Piece


@dataclass(frozen=True, slots=True)
class DraftOf:
    """Whose draft, of what, on which request."""

    ticket_id: UUID
    author: str
    kind: DraftKind


# Whoever lets contents go (`app.privacy.pieces`) looks first at what else holds them: the message they left in, for one.
_REMOVE = """
WITH gone AS (DELETE FROM draft_pieces d WHERE d.tenant_id = :tenant AND {which} RETURNING d.sha256),
noted AS (INSERT INTO erased_pieces (tenant_id, sha256, since_at)
          SELECT DISTINCT CAST(:tenant AS uuid), sha256, CAST(:at AS timestamptz) FROM gone ON CONFLICT DO NOTHING)
SELECT count(*) FROM gone
"""
_OF_DRAFT = "d.ticket_id = :ticket AND d.author = :author AND d.kind = :kind"
_REMOVE_ONE = text(_REMOVE.format(which=f"{_OF_DRAFT} AND d.id = :piece"))
_REMOVE_ALL = text(_REMOVE.format(which=_OF_DRAFT))
# A draft somebody goes on writing keeps its pieces, however old.
_FORGET = text(
    _REMOVE.format(
        which="d.id IN (SELECT o.id FROM draft_pieces o WHERE o.tenant_id = :tenant AND o.added_at < :before "
        "AND NOT EXISTS (SELECT FROM drafts w WHERE w.tenant_id = :tenant AND w.ticket_id = o.ticket_id "
        "AND w.author = o.author AND w.kind = o.kind) LIMIT :most)"
    )
)


async def of_draft(session: Session, tenant_id: UUID, draft: DraftOf) -> list[tuple[UUID, Piece]]:
    """Returns the pieces of a draft in the order they were added, with what an antivirus said of them."""
    record, scan = DraftPieceRecord, ScanRecord
    examined = (scan.tenant_id == tenant_id) & (scan.sha256 == record.sha256)
    query = (
        select(record, scan.state, scan.virus, scan.reason)
        .outerjoin(scan, examined)
        .where(
            record.tenant_id == tenant_id,
            record.ticket_id == draft.ticket_id,
            record.author == draft.author,
            record.kind == draft.kind.value,
        )
        .order_by(record.id)
    )
    return [
        (
            row.id,
            Piece(
                name=row.name,
                content_type=row.content_type,
                size=row.size,
                sha256=row.sha256,
                scan=ScanState(state) if state else None,
                virus=virus,
                scan_reason=reason,
            ),
        )
        for row, state, virus, reason in await session.execute(query)
    ]


async def add(session: Session, row: Mapping[str, Any]) -> bool:
    """Keeps a piece beside a draft; says whether it was not there yet."""
    return bool(await insert_rows(session, DraftPieceRecord, [row], skip_conflicts=True, returning=["id"]))


async def remove(session: Session, tenant_id: UUID, draft: DraftOf, piece_id: UUID, *, at: datetime) -> bool:
    """Takes one piece away; says whether it was there."""
    asked = {**_named(tenant_id, draft), "piece": piece_id, "at": at}
    return bool((await session.execute(_REMOVE_ONE, asked)).scalar_one())


async def remove_all(session: Session, tenant_id: UUID, drafts: Sequence[DraftOf], *, at: datetime) -> None:
    """Takes away the pieces of drafts that are no more."""
    for draft in drafts:
        await session.execute(_REMOVE_ALL, {**_named(tenant_id, draft), "at": at})


async def forget(session: Session, tenant_id: UUID, *, before: datetime, at: datetime, limit: int) -> int:
    """Takes away some of the old pieces whose draft was never begun or is no more; returns how many."""
    asked = {"tenant": tenant_id, "before": before, "at": at, "most": limit}
    return int((await session.execute(_FORGET, asked)).scalar_one())


def _named(tenant_id: UUID, draft: DraftOf) -> dict[str, Any]:
    return {"tenant": tenant_id, "ticket": draft.ticket_id, "author": draft.author, "kind": draft.kind.value}
