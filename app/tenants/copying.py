"""Copying an administration whole: every table from one snapshot, every piece, streamed with constant memory."""

import asyncio
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from app.clock import Clock
from app.db.transaction import Database
from app.files.store import Store
from app.ids import Prefix, public_id
from app.tenants.archives import Archive, Part, Verdict, verify
from app.tenants.catalogue import LEFT_OUT, Table, tables
from app.tenants.service import Tenants

_BUFFER = 1 << 20


class Copying:
    """Writes the file of an administration, then reads it again to be sure of it."""

    def __init__(self, database: Database, tenants: Tenants, store: Store, clock: Clock) -> None:
        self._database, self._tenants, self._store, self._clock = database, tenants, store, clock

    async def copy(self, tenant_id: UUID, to: Path) -> Verdict:
        """Writes the file at `to`, which must not exist; half a file is never left there. Raises `FileExistsError`."""
        if await asyncio.to_thread(to.exists):
            raise FileExistsError(to)
        half = to.with_name(f".{to.name}.half")
        half.unlink(missing_ok=True)
        archive = Archive(half)
        try:
            await self._write(archive, tenant_id)
            verdict = await asyncio.to_thread(verify, half)
            half.rename(to)
        except BaseException:
            archive.abandon()
            half.unlink(missing_ok=True)
            raise
        return verdict

    async def _write(self, archive: Archive, tenant_id: UUID) -> None:
        tenant = await self._tenants.known(tenant_id)
        left_out = dict(LEFT_OUT)
        hidden: dict[str, list[str]] = {}
        async with await psycopg.AsyncConnection.connect(self._database.url, prepare_threshold=None) as connection:
            await connection.set_isolation_level(psycopg.IsolationLevel.REPEATABLE_READ)
            await connection.set_read_only(True)
            await connection.execute("SELECT set_config('app.tenant', %s, true)", [str(tenant_id)])
            for table in await tables(connection):
                if table.name in left_out:
                    continue
                if table.secrets:
                    hidden[table.name] = list(table.secrets)
                await self._table(archive, connection, table, tenant_id)
            await self._self(archive, connection, tenant_id)
            await connection.rollback()
        async for sha256 in self._store.all_of(tenant_id):
            part = archive.part(f"pieces/{sha256}")
            await asyncio.to_thread(part.write, await self._store.get(tenant_id, sha256))
            part.close()
        archive.finish(
            {
                "administration": {"id": public_id(Prefix.TENANT, tenant_id), "slug": tenant.slug, "name": tenant.name},
                "taken_at": self._clock().isoformat(),
                "tables_left_out": left_out,
                "columns_left_out": hidden,
            }
        )

    async def _table(
        self, archive: Archive, connection: psycopg.AsyncConnection[Any], table: Table, tenant_id: UUID
    ) -> None:
        part = archive.part(f"tables/{table.name}.ndjson")
        buffer = bytearray()
        async with connection.cursor() as cursor, cursor.copy(table.copied(str(tenant_id))) as copy:
            async for row in copy.rows():
                buffer += str(row[0]).encode() + b"\n"
                if len(buffer) > _BUFFER:
                    await _flushed(part, buffer)
        await _flushed(part, buffer)
        part.close(rows=part.lines, columns=list(table.columns))

    async def _self(self, archive: Archive, connection: psycopg.AsyncConnection[Any], tenant_id: UUID) -> None:
        """The administration's own row, whose key is its identifier."""
        part = archive.part("tables/tenants.ndjson")
        rows = await connection.execute("SELECT row_to_json(t)::text FROM tenants t WHERE id = %s", [tenant_id])
        for (row,) in await rows.fetchall():
            part.write(f"{row}\n".encode())
        part.close(rows=part.lines)


async def _flushed(part: Part, buffer: bytearray) -> None:
    block = bytes(buffer)
    buffer.clear()
    await asyncio.to_thread(part.write, block)
