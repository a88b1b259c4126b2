"""The lives of administrations: copied whole, closed, erased."""

from dataclasses import dataclass
from uuid import UUID

from app.bootstrap.ground import Ground
from app.db.transaction import Session
from app.privacy import hold_repository
from app.sve import tallies
from app.tenants.closing import Closing, Running
from app.tenants.copying import Copying
from app.tenants.exports import Exports


@dataclass(frozen=True, kw_only=True)
class Lives:
    """What makes copies of administrations, and what erases them."""

    exports: Exports
    closing: Closing


def lives_of(ground: Ground) -> Lives:
    """Joins the end of an administration to what stands against it: legal clocks and holds."""
    database, tenants, store, book, clock = ground.database, ground.tenants, ground.store, ground.book, ground.clock
    folder, handed = ground.settings.data_dir / "exports", ground.settings.data_dir / "imports"
    return Lives(
        exports=Exports(database, Copying(database, tenants, store, clock), book, clock, folder=folder),
        closing=Closing(database, tenants, store, ground.keys, book, clock, running=_running, folders=(folder, handed)),
    )


async def _running(session: Session, tenant_id: UUID) -> Running:
    clocks = sum((await tallies.counted(session, tenant_id)).values())
    holds = await hold_repository.page(session, tenant_id, lifted=False, after=None, limit=1000)
    return Running(clocks, len(holds))
