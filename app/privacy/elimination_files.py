"""A list as files: its page on paper, and its lines, a batch at a time."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import date
from uuid import UUID

from app.db.transaction import Database
from app.privacy import elimination_repository as repository
from app.privacy.elimination_pages import printed
from app.privacy.elimination_values import EliminationList
from app.tenants.service import Tenants

COLUMNS = (
    "numero",
    "categorie",
    "ouverte_le",
    "compte_du",
    "echue_le",
    "fondement",
    "etat",
    "gardee_parce_que",
    "empreinte",
)
_BATCH = 1000
Row = Sequence[str | date | None]


async def paper(database: Database, tenants: Tenants, tenant_id: UUID, found: EliminationList) -> bytes:
    """Returns the PDF to be signed, or the certificate."""
    async with database.transaction(tenant=tenant_id) as session:
        tallies = await repository.tallies(session, tenant_id, found.id)
        tenant = await tenants.get(session, tenant_id)
    return await asyncio.to_thread(printed, found, tallies, town=tenant.name, zone=tenant.time_zone)


async def rows(database: Database, tenant_id: UUID, list_id: UUID) -> AsyncIterator[list[Row]]:
    """Yields the lines of a list under `COLUMNS`."""
    after: UUID | None = None
    while True:
        async with database.transaction(tenant=tenant_id) as session:
            found = await repository.lines(session, tenant_id, list_id, after=after, limit=_BATCH)
        if not found:
            return
        yield [
            (
                line.reference,
                line.category,
                line.opened_on,
                line.counted_on,
                line.due_on,
                line.legal_basis,
                line.state.value,
                line.kept_because,
                line.digest.hex() if line.digest else None,
            )
            for line in found
        ]
        after = found[-1].id
