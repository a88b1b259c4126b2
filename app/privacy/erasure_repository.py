"""Every SQL statement about plans of erasure, and about the contents they let go."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, text, update

from app.db.bulk import insert_rows
from app.db.transaction import Session
from app.privacy.planning import Fate, Line, What
from app.privacy.tables import ErasedPieceRecord, ErasureRecord
from app.privacy.values import ErasureState, Keeping

_HELD_STILL = text(
    """
    SELECT one FROM unnest(CAST(:contents AS text[])) one WHERE
      EXISTS (SELECT FROM attachments WHERE tenant_id = :tenant AND sha256 = one)
      OR EXISTS (SELECT FROM draft_pieces WHERE tenant_id = :tenant AND sha256 = one)
      OR EXISTS (SELECT FROM letters WHERE tenant_id = :tenant AND pdf_sha256 = one)
      OR EXISTS (SELECT FROM letter_deliveries WHERE tenant_id = :tenant AND slip_sha256 = one)
      OR EXISTS (SELECT FROM letterheads WHERE tenant_id = :tenant AND logo_sha256 = one)
      OR EXISTS (SELECT FROM report_publications WHERE tenant_id = :tenant AND one = ANY(photos))
      OR EXISTS (SELECT FROM access_exports WHERE tenant_id = :tenant AND sha256 = one)
      OR EXISTS (SELECT FROM outbound WHERE tenant_id = :tenant AND request @> jsonb_build_object(
           'enclosed', jsonb_build_array(jsonb_build_object('sha256', one))))
    """
)
# A verdict would keep the digest of what is no more.
_UNKNOWN = text("DELETE FROM scans WHERE tenant_id = :tenant AND sha256 = ANY(:contents)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """A plan and how far it was carried out. `version` is what a confirmation decides on."""

    id: UUID
    contact_id: UUID
    ground: str
    reason: str
    archives_visa: str | None
    state: ErasureState
    lines: Sequence[Line]
    asked_at: datetime
    asked_by: str
    confirmed_at: datetime | None
    confirmed_by: str | None
    ended_at: datetime | None
    version: int


async def add(session: Session, tenant_id: UUID, erasure: Erasure) -> None:
    row = {name: getattr(erasure, name) for name in Erasure.__slots__}
    row |= {"tenant_id": tenant_id, "state": erasure.state.value, "lines": stored(erasure.lines)}
    await insert_rows(session, ErasureRecord, [row])


async def find(session: Session, tenant_id: UUID, erasure_id: UUID, *, lock: bool = False) -> Erasure | None:
    record = ErasureRecord
    query = select(record).where(record.tenant_id == tenant_id, record.id == erasure_id)
    row = (await session.execute(query.with_for_update() if lock else query)).scalar_one_or_none()
    return _erasure(row) if row else None


async def page(session: Session, tenant_id: UUID, contact_id: UUID, *, after: UUID | None, limit: int) -> list[Erasure]:
    record = ErasureRecord
    query = select(record).where(record.tenant_id == tenant_id, record.contact_id == contact_id)
    if after is not None:
        query = query.where(record.id < after)
    return [_erasure(row) for row in (await session.execute(query.order_by(record.id.desc()).limit(limit))).scalars()]


async def change(session: Session, tenant_id: UUID, erasure_id: UUID, values: Mapping[str, Any]) -> None:
    record = ErasureRecord
    await session.execute(
        update(record)
        .where(record.tenant_id == tenant_id, record.id == erasure_id)
        .values(**values, version=record.version + 1)
    )


async def running(session: Session, tenant_id: UUID) -> list[UUID]:
    """Returns the erasures that were confirmed and are not done."""
    record = ErasureRecord
    query = select(record.id).where(record.tenant_id == tenant_id, record.state == ErasureState.CONFIRMED.value)
    return list((await session.execute(query.order_by(record.id).limit(100))).scalars())


async def let_go(session: Session, tenant_id: UUID, *, limit: int) -> list[str]:
    """Returns contents that await removal."""
    record = ErasedPieceRecord
    query = select(record.sha256).where(record.tenant_id == tenant_id).order_by(record.sha256).limit(limit)
    return list((await session.execute(query)).scalars())


async def held_still(session: Session, tenant_id: UUID, contents: Sequence[str]) -> set[str]:
    """Returns those of some contents that somebody else holds in this administration."""
    return set((await session.execute(_HELD_STILL, {"tenant": tenant_id, "contents": list(contents)})).scalars())


async def settle(session: Session, tenant_id: UUID, contents: Sequence[str], *, gone: Sequence[str] = ()) -> None:
    """Notes that nothing more is to be done of some contents. Of those that are `gone` nothing is known any more."""
    record = ErasedPieceRecord
    if gone:
        await session.execute(_UNKNOWN, {"tenant": tenant_id, "contents": list(gone)})
    await session.execute(delete(record).where(record.tenant_id == tenant_id, record.sha256.in_(list(contents))))


def stored(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Writes lines as JSON."""
    return [
        {
            "what": line.what.value,
            "id": str(line.id),
            "reference": line.reference,
            "fate": line.fate.value,
            "because": line.because,
            "source": line.source,
            "ground": line.ground.value if line.ground else None,
            "until": line.until.isoformat() if line.until else None,
        }
        for line in lines
    ]


def _line(row: Mapping[str, Any]) -> Line:
    return Line(
        what=What(row["what"]),
        id=UUID(row["id"]),
        reference=row["reference"],
        fate=Fate(row["fate"]),
        because=row["because"],
        source=row["source"],
        ground=Keeping(row["ground"]) if row["ground"] else None,
        until=date.fromisoformat(row["until"]) if row["until"] else None,
    )


def _erasure(row: ErasureRecord) -> Erasure:
    own = {name: getattr(row, name) for name in Erasure.__slots__}
    return Erasure(**own | {"state": ErasureState(row.state), "lines": [_line(one) for one in row.lines]})
