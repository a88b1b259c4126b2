"""Removing from the store the contents that erasures let go, once nobody else in the administration holds them.

Rows first, contents after: a process cut off in between finds them listed still. Intake waits meanwhile, so that nobody
is given a content that is being removed.
"""

from uuid import UUID

from app.db.transaction import Database
from app.exchanges import receptions
from app.files.store import Store
from app.privacy import erasure_repository as repository

_AT_ONCE = 100


class LettingGo:
    """Removes contents, some at a time."""

    def __init__(self, database: Database, store: Store) -> None:
        self._database, self._store = database, store

    async def remove(self, tenant_id: UUID) -> int:
        """Removes what may be; returns how many contents went. What others hold stays, and is listed no more."""
        gone = 0
        while True:
            async with self._database.transaction(tenant=tenant_id) as session:
                listed = await repository.let_go(session, tenant_id, limit=_AT_ONCE)
                if not listed:
                    return gone
                await receptions.one_at_a_time(session, tenant_id)
                held = await repository.held_still(session, tenant_id, listed)
                removed = [sha256 for sha256 in listed if sha256 not in held]
                for sha256 in removed:
                    await self._store.remove(tenant_id, sha256)
                gone += len(removed)
                await repository.settle(session, tenant_id, listed, gone=removed)
