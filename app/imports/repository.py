"""Every SQL statement about imports and what they refused."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import IntegrityError

from app.db.bulk import insert_rows
from app.db.transaction import Session
from app.ids import new_id
from app.imports.refusals import ImportBuiltUpon
from app.imports.shapes import Flawed, SourceKind
from app.imports.tables import ImportRecord, ImportRefusalRecord
from app.imports.values import Import, ImportState, Refusal
from app.rest.languages import Said

_TAKE_BACK = text("SELECT take_back_import(:import)")
# A word of the report's document that is no count: when the last batch was written.
_WORKED = "worked_at"


async def add(session: Session, tenant_id: UUID, one: Import) -> None:
    row = {field.name: getattr(one, field.name) for field in fields(Import)}
    row |= {"tenant_id": tenant_id, "source": one.source.value, "state": one.state.value}
    del row[_WORKED]
    await insert_rows(session, ImportRecord, [row])


async def find(session: Session, tenant_id: UUID, import_id: UUID, *, lock: bool = False) -> Import | None:
    record = ImportRecord
    query = select(record).where(record.tenant_id == tenant_id, record.id == import_id)
    query = query.with_for_update() if lock else query
    row = (await session.execute(query.execution_options(populate_existing=True))).scalar_one_or_none()
    return _import(row) if row else None


async def page(session: Session, tenant_id: UUID, *, after: UUID | None, limit: int) -> list[Import]:
    """Returns a page of imports, the last first."""
    record = ImportRecord
    query = select(record).where(record.tenant_id == tenant_id)
    if after is not None:
        query = query.where(record.id < after)
    return [_import(row) for row in (await session.execute(query.order_by(record.id.desc()).limit(limit))).scalars()]


async def in_states(session: Session, tenant_id: UUID, states: Sequence[ImportState]) -> list[Import]:
    """Returns the imports that stand so, the first asked first."""
    record = ImportRecord
    query = select(record).where(record.tenant_id == tenant_id, record.state.in_([state.value for state in states]))
    return [_import(row) for row in (await session.execute(query.order_by(record.id).limit(100))).scalars()]


async def change(session: Session, tenant_id: UUID, import_id: UUID, values: Mapping[str, Any]) -> None:
    """Changes an import that the caller holds."""
    record = ImportRecord
    await session.execute(
        update(record)
        .where(record.tenant_id == tenant_id, record.id == import_id)
        .values(**values, version=record.version + 1)
    )


async def note_work(session: Session, tenant_id: UUID, run: Import, values: Mapping[str, Any], *, at: datetime) -> None:
    """Writes what a batch did, and when: an import that is not heard of any more is interrupted."""
    await change(session, tenant_id, run.id, {**values, "report": {**(run.report or {}), _WORKED: at.isoformat()}})


async def refuse(session: Session, tenant_id: UUID, import_id: UUID, flaws: Sequence[Flawed]) -> None:
    rows = [
        {
            "tenant_id": tenant_id,
            "id": new_id(),
            "import_id": import_id,
            "place": flaw.place,
            "external_id": flaw.external_id,
            "code": flaw.code.value,
            "detail": flaw.detail,
        }
        for flaw in flaws
    ]
    await insert_rows(session, ImportRefusalRecord, rows)


async def forget_refusals(session: Session, tenant_id: UUID, import_id: UUID) -> None:
    record = ImportRefusalRecord
    await session.execute(delete(record).where(record.tenant_id == tenant_id, record.import_id == import_id))


async def refusals(
    session: Session, tenant_id: UUID, import_id: UUID, *, after: UUID | None, limit: int
) -> list[Refusal]:
    """Returns a page of what an import did not take, in the order of its lines."""
    record = ImportRefusalRecord
    query = select(record).where(record.tenant_id == tenant_id, record.import_id == import_id)
    if after is not None:
        query = query.where(record.id > after)
    rows = (await session.execute(query.order_by(record.id).limit(limit))).scalars()
    return [Refusal(**{field.name: getattr(row, field.name) for field in fields(Refusal)}) for row in rows]


async def take_back(session: Session, import_id: UUID) -> int:
    """Deletes what an import brought, all or nothing; returns how many requests. Raises `ImportBuiltUpon`."""
    try:
        return int((await session.execute(_TAKE_BACK, {"import": import_id})).scalar_one())
    except IntegrityError as error:
        told = Said(
            "quelque chose ici tient encore à ce que cette reprise a apporté : rien n’a été retiré",
            en="something here names what this import brought: nothing was taken back",
        )
        raise ImportBuiltUpon(told) from error


def _import(row: ImportRecord) -> Import:
    report = dict(row.report or {})
    worked = report.pop(_WORKED, None)
    told: dict[str, Any] = {
        "source": SourceKind(row.source),
        "state": ImportState(row.state),
        "report": report or None,
        _WORKED: datetime.fromisoformat(worked) if worked else None,
    }
    return Import(**told, **{one.name: getattr(row, one.name) for one in fields(Import) if one.name not in told})
