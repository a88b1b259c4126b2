"""Writing many rows in one statement of constant text: the rows travel as one JSON document.

A multi-row VALUES costs a compilation and hundreds of parameters a batch; this costs one parameter. PostgreSQL reads
the document into the table's own types.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Row, TextClause, text
from sqlalchemy.dialects import postgresql

from app.db.base import Base
from app.db.transaction import Session

# Instants are judged by `_plain`; a dataclass is no column.
_AS_WE_SAY = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS
_DIALECT = postgresql.dialect()  # type: ignore[no-untyped-call]


async def insert_rows(
    session: Session,
    record: type[Base],
    rows: Sequence[Mapping[str, Any]],
    *,
    skip_conflicts: bool = False,
    returning: Sequence[str] = (),
) -> Sequence[Row[Any]]:
    """Inserts rows that have the same keys; returns `returning` of those that were written."""
    if not rows:
        return []
    statement = _insert(record, tuple(rows[0]), skip_conflicts, tuple(returning))
    result = await session.execute(statement, {"rows": document_of(rows)})
    return result.all() if returning else []


async def update_rows(
    session: Session, record: type[Base], rows: Sequence[Mapping[str, Any]], *, key: Sequence[str] = ("tenant_id", "id")
) -> None:
    """Updates rows that have the same keys, each found by `key`; the other keys are what changes."""
    if rows:
        await session.execute(_update(record, tuple(rows[0]), tuple(key)), {"rows": document_of(rows)})


@lru_cache(maxsize=256)
def _insert(record: type[Base], columns: tuple[str, ...], skip: bool, returning: tuple[str, ...]) -> TextClause:  # noqa: FBT001 — private, cached by position
    table, names = record.__tablename__, ", ".join(columns)
    statement = (
        f"INSERT INTO {table} ({names}) SELECT {names} "  # noqa: S608 — names of mapped tables and columns only
        f"FROM json_populate_recordset(NULL::{table}, CAST(:rows AS json))"
    )
    if skip:
        statement += " ON CONFLICT DO NOTHING"
    if returning:
        statement += f" RETURNING {', '.join(returning)}"
    return text(statement)


@lru_cache(maxsize=256)
def _update(record: type[Base], columns: tuple[str, ...], key: tuple[str, ...]) -> TextClause:
    table = record.__table__
    shape = ", ".join(f"{name} {table.c[name].type.compile(_DIALECT)}" for name in columns)
    changes = ", ".join(f"{name} = new.{name}" for name in columns if name not in key)
    found = " AND ".join(f"{record.__tablename__}.{name} = new.{name}" for name in key)
    return text(
        f"UPDATE {record.__tablename__} SET {changes} "  # noqa: S608 — as above
        f"FROM json_to_recordset(CAST(:rows AS json)) AS new({shape}) WHERE {found}"
    )


def document_of(rows: Sequence[Mapping[str, Any]]) -> str:
    """Writes rows as the JSON document a statement reads; a float that is no number is written as null.

    Raises `ValueError` for a naive instant, `TypeError` for what no column could hold.
    """
    plain = [dict(row) for row in rows]
    try:
        return orjson.dumps(plain, default=_plain, option=_AS_WE_SAY).decode()
    except orjson.JSONEncodeError:
        # Numbers of more than 64 bits and deep nesting, which a delivery may hold; what is refused is refused here too.
        return json.dumps(plain, default=_plain, ensure_ascii=False, separators=(",", ":"))


def _plain(value: object) -> str:
    match value:
        case UUID():
            return str(value)
        case datetime() if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored: give an aware instant")
        case datetime() | date():
            return value.isoformat()
        case bytes():
            return "\\x" + value.hex()
        case _:
            raise TypeError(f"{type(value).__name__} cannot be written in bulk")
