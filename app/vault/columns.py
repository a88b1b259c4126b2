"""Where sealed values stand, and every SQL statement that counts them or seals them again."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import LargeBinary, bindparam, text

from app.db.base import Base
from app.db.bulk import document_of
from app.db.transaction import Session
from app.vault.service import MAGIC, MARK


@dataclass(frozen=True, slots=True)
class SealedRow:
    """One sealed value: the row's identifier, the one it is bound by, the bytes."""

    key: UUID
    about: UUID
    sealed: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedColumn:
    """A column of sealed values; `key` finds the row, `bound_to` makes of `about` what the value is bound to."""

    name: str
    record: type[Base] = field(repr=False)
    column: str = "sealed"
    key: str = "id"
    about: str = "id"
    bound_to: Callable[[UUID, UUID], str] = field(repr=False)

    async def tally(self, session: Session, tenant_id: UUID) -> Mapping[bytes, int]:
        """Returns how many values stand under each key: 16 bytes name a data key, 4 a master key (the older form)."""
        at = self.column
        named = f"CASE WHEN substring({at} FROM 1 FOR 4) = :magic THEN substring({at} FROM 5 FOR 16) ELSE substring({at} FROM 1 FOR 4) END"
        query = text(
            f"SELECT {named} AS name, count(*) AS many FROM {self._table} "  # noqa: S608 — names of mapped tables and columns only
            f"WHERE tenant_id = :tenant AND {at} IS NOT NULL GROUP BY 1"
        ).bindparams(bindparam("magic", type_=LargeBinary()))
        rows = await session.execute(query, {"tenant": tenant_id, "magic": MAGIC})
        return {bytes(row.name): row.many for row in rows}

    async def others(
        self, session: Session, tenant_id: UUID, *, present: UUID, after: UUID, limit: int
    ) -> Sequence[SealedRow]:
        """Returns values that are not under the present data key, in the order of their rows."""
        query = text(
            f"SELECT {self.key} AS key, {self.about} AS about, {self.column} AS sealed FROM {self._table} "  # noqa: S608 — as above
            f"WHERE tenant_id = :tenant AND {self.column} IS NOT NULL AND {self.key} > :after "
            f"AND substring({self.column} FROM 1 FOR {MARK}) <> :mark ORDER BY {self.key} LIMIT :most"
        ).bindparams(bindparam("mark", type_=LargeBinary()))
        asked = {"tenant": tenant_id, "after": after, "mark": MAGIC + present.bytes, "most": limit}
        rows = await session.execute(query, asked)
        return [SealedRow(row.key, row.about, bytes(row.sealed)) for row in rows]

    async def replace(self, session: Session, tenant_id: UUID, changes: Sequence[tuple[SealedRow, bytes]]) -> int:
        """Writes values sealed again, those only that nobody changed meanwhile; returns how many."""
        query = text(
            f"UPDATE {self._table} SET {self.column} = new.after "  # noqa: S608 — as above
            "FROM json_to_recordset(CAST(:rows AS json)) AS new(key uuid, before bytea, after bytea) "
            f"WHERE {self._table}.tenant_id = :tenant AND {self._table}.{self.key} = new.key "
            f"AND {self._table}.{self.column} = new.before RETURNING 1"
        )
        rows = [{"key": row.key, "before": row.sealed, "after": after} for row, after in changes]
        result = await session.execute(query, {"tenant": tenant_id, "rows": document_of(rows)})
        return len(result.all())

    @property
    def _table(self) -> str:
        return str(self.record.__tablename__)
