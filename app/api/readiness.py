"""What the house cannot work without, asked each time `/health/ready` is."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.api.health import Check
from app.db.checks import check_schema
from app.db.transaction import Database
from app.files.store import Store, digest_of

_NOBODY = UUID(int=0)
_PROBE = b"parvis"


@dataclass(frozen=True, slots=True)
class SchemaStands:
    """The database answers, and stands at the revision this code expects."""

    database: Database
    name: str = "database"

    async def passes(self) -> bool:
        return (await check_schema(self.database)).ok


@dataclass(frozen=True, slots=True)
class PiecesAreKept:
    """The store takes a piece and gives it back: nothing is accepted that could not be kept."""

    store: Store
    name: str = "files"

    async def passes(self) -> bool:
        await self.store.put(_NOBODY, _PROBE)
        return await self.store.exists(_NOBODY, digest_of(_PROBE))


def readiness(database: Database, store: Store) -> Sequence[Check]:
    return (SchemaStands(database), PiecesAreKept(store))
