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
    vital: bool = True

    async def passes(self) -> bool:
        return (await check_schema(self.database)).ok


@dataclass(frozen=True, slots=True)
class PiecesAreKept:
    """The store takes a piece and gives it back.

    In a folder: nothing is accepted that could not be kept. A bucket that is away is only told: what is delivered is
    kept in the database first, whole, and is read once the bucket is back; turning it away would lose it.
    """

    store: Store
    name: str = "files"
    vital: bool = True

    async def passes(self) -> bool:
        await self.store.put(_NOBODY, _PROBE)
        return await self.store.exists(_NOBODY, digest_of(_PROBE))


def readiness(database: Database, store: Store, *, vital: bool) -> Sequence[Check]:
    """Returns what is asked; `vital` says whether the house refuses work while pieces cannot be kept."""
    return (SchemaStands(database), PiecesAreKept(store, vital=vital))
