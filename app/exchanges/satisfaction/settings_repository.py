"""Every SQL statement about what an administration chose of the satisfaction question, and how far it was asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert

from app.db.transaction import Session
from app.exchanges.satisfaction.tables import SatisfactionSettingsRecord
from app.exchanges.satisfaction.values import SatisfactionSettings, Way

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
NOBODY, EVERYBODY = UUID(int=0), UUID(int=2**128 - 1)  # before, and after, all that was closed at one instant
# Forward only: what had its turn is not looked at again, whoever else goes round.
_MOVE_ON = text(
    "UPDATE satisfaction_settings SET looked_at = CAST(:at AS timestamptz), looked_id = CAST(:id AS uuid) "
    "WHERE tenant_id = :tenant AND (looked_at, looked_id) < (CAST(:at AS timestamptz), CAST(:id AS uuid))"
)


@dataclass(frozen=True, slots=True)
class Looked:
    """The last closed request that had its turn."""

    at: datetime
    id: UUID


async def of_tenant(session: Session, tenant_id: UUID) -> SatisfactionSettings | None:
    """Returns what an administration chose, None when it has chosen nothing."""
    query = select(SatisfactionSettingsRecord).where(SatisfactionSettingsRecord.tenant_id == tenant_id)
    row = (await session.execute(query)).scalar_one_or_none()
    return None if row is None else _read(row)


async def choose(
    session: Session, tenant_id: UUID, wanted: SatisfactionSettings, *, version: int, by: str, at: datetime
) -> bool:
    """Writes settings decided on a version (0: none were chosen); says whether that version still stood.

    Once the question is asked anew, it is asked about what is closed from then on.
    """
    record = SatisfactionSettingsRecord
    values: dict[str, Any] = {
        "asked": wanted.asked,
        "delay_hours": wanted.delay // _HOUR,
        "ways": sorted(way.value for way in wanted.ways),
        "rest_days": wanted.rest // _DAY,
        "updated_at": at,
        "updated_by": by,
    }
    begins: Mapping[str, Any] = {"looked_at": at, "looked_id": NOBODY}
    if version == 0:
        first = insert(record).values(tenant_id=tenant_id, version=1, **values, **begins).on_conflict_do_nothing()
        return (await session.execute(first.returning(record.version))).first() is not None
    present = await of_tenant(session, tenant_id)
    if present is not None and wanted.asked and not present.asked:
        values |= begins
    query = (
        update(record)
        .where(record.tenant_id == tenant_id, record.version == version)
        .values(**values, version=version + 1)
    )
    return (await session.execute(query.returning(record.version))).first() is not None


async def take_turn(session: Session, tenant_id: UUID) -> tuple[SatisfactionSettings, Looked] | None:
    """Locks and returns what was chosen; None where nobody is asked, or while another worker asks."""
    record = SatisfactionSettingsRecord
    query = select(record).where(record.tenant_id == tenant_id, record.asked).with_for_update(skip_locked=True)
    row = (await session.execute(query)).scalar_one_or_none()
    return None if row is None else (_read(row), Looked(row.looked_at, row.looked_id))


async def move_on(session: Session, tenant_id: UUID, looked: Looked) -> None:
    """Notes that the requests closed up to there had their turn."""
    await session.execute(_MOVE_ON, {"tenant": tenant_id, "at": looked.at, "id": looked.id})


def _read(row: SatisfactionSettingsRecord) -> SatisfactionSettings:
    return SatisfactionSettings(
        asked=row.asked,
        delay=row.delay_hours * _HOUR,
        ways=frozenset(Way(one) for one in row.ways),
        rest=row.rest_days * _DAY,
        updated_at=row.updated_at,
        updated_by=row.updated_by,
        version=row.version,
    )
