"""Histories of other tools, joined to what they are placed into."""

from dataclasses import dataclass

from app.bootstrap.ground import Ground
from app.bootstrap.law import Law
from app.bootstrap.traffic import Traffic
from app.imports.carrying import Carrying
from app.imports.files import Handed
from app.imports.service import Imports
from app.sve.taking_over import TakingOver


@dataclass(frozen=True, kw_only=True)
class Histories:
    """What takes over what another tool remembers."""

    imports: Imports
    importing: Carrying


def histories_of(ground: Ground, law: Law, traffic: Traffic) -> Histories:
    """Joins them: nothing that acknowledges, notifies or sends is handed over."""
    database, channels, book, clock = ground.database, ground.channels, ground.book, ground.clock
    importing = Carrying(
        database,
        ground.tenants,
        channels,
        TakingOver(law.refresher, law.legal),
        traffic.scanning,
        ground.store,
        book,
        clock,
    )
    handed = Handed(ground.settings.data_dir / "imports", most=ground.settings.max_import_bytes)
    return Histories(imports=Imports(database, channels, importing, handed, book, clock), importing=importing)
