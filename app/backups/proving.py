"""Restore proves itself: what a backup counted is found again, chains hold, clocks say what their events say."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from uuid import UUID

from app.audit import journal
from app.backups import repository
from app.backups.manifest import Header, Kept, Manifest
from app.clock import Clock
from app.db.checks import Check
from app.db.transaction import Database, Session
from app.errors import NotFound
from app.exchanges.ledger import ledger
from app.files.store import DamagedPiece, Store
from app.sve import tallies
from app.sve.proving import prove
from app.tenants.service import Tenants

_COUNTS = ("accepted", "done", "duplicate", "held", "queued")
_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a proof is made on: a house's database as the application sees it, and its pieces."""

    database: Database
    tenants: Tenants
    store: Store
    clock: Clock


async def kept(session: Session, tenant_id: UUID, slug: str, *, clock: Clock) -> Kept:
    """Counts what a restore must find again."""
    counts = await ledger(session, tenant_id, now=clock())
    number, digest = await repository.head(session, tenant_id)
    return Kept(
        id=tenant_id,
        slug=slug,
        receptions={name: getattr(counts, name) for name in _COUNTS},
        link=number,
        digest=digest,
        open_clocks=sum((await tallies.counted(session, tenant_id)).values()),
        pending=await repository.pending(session, tenant_id),
    )


async def proofs(
    ground: Ground, header: Header, *, told: Callable[[str, int], None] = lambda _what, _count: None
) -> AsyncIterator[Check]:
    """Compares each administration with what the backup counted of it, to the unit."""
    for one in header.administrations:
        async with ground.database.transaction(tenant=one.id) as session:
            found = await kept(session, one.id, one.slug, clock=ground.clock)
            counts = await ledger(session, one.id, now=ground.clock())
            broken = await journal.verify(session, one.id)
            link = await repository.link_at(session, one.id, one.link)
        yield _ledger(one, found, counts.difference)
        yield _chain(one, broken, link)
        yield Check(
            f"{one.slug}: counts",
            found.open_clocks == one.open_clocks,
            f"{found.open_clocks} open clocks, {one.open_clocks} when the backup was made",
        )
        yield await _clocks(ground, one, told=told)


async def pieces(
    ground: Ground,
    reader_url: str,
    manifest: Manifest,
    *,
    told: Callable[[str, int], None] = lambda _what, _count: None,
) -> Check:
    """Reads every piece the restored rows name, and checks it against its digest."""
    lost, seen = [], 0
    with repository.view(reader_url) as view:
        for tenant_id, sha256 in view.pieces():
            seen += 1
            try:
                await ground.store.get(tenant_id, sha256)
            except (NotFound, DamagedPiece):
                lost.append(f"{tenant_id}/{sha256}")
            told("pieces checked", seen)
    new = [name for name in lost if name not in set(manifest.missing)]
    said = f"{seen - len(lost)} of {seen} pieces there with their digest"
    if lost:
        said += f"; missing: {', '.join(lost[:_SHOWN])}{' …' if len(lost) > _SHOWN else ''}"
        said += "" if new else " (missing already when the backup was made)"
    return Check("pieces", not lost, said)


def rows(header: Header) -> Check:
    """Says what the restore itself compared: it is not committed unless every table holds what was counted."""
    return Check("rows", True, f"{sum(header.rows.values())} rows in {len(header.rows)} tables, as the backup counted")


def carried(manifest: Manifest) -> Check:
    """Says what a restore put into the store; each was checked against its digest on the way."""
    said = f"{manifest.pieces} pieces put back with their digest"
    if manifest.missing:
        shown = ", ".join(manifest.missing[:_SHOWN])
        said += f"; {len(manifest.missing)} were missing already when the backup was made: {shown}"
    return Check("pieces", not manifest.missing, said)


def _ledger(one: Kept, found: Kept, difference: int) -> Check:
    same = dict(found.receptions) == dict(one.receptions) and not difference
    now = ", ".join(f"{count} {name}" for name, count in found.receptions.items())
    if same:
        return Check(f"{one.slug}: ledger", True, f"{now}: as counted")
    then = ", ".join(f"{count} {name}" for name, count in one.receptions.items())
    return Check(f"{one.slug}: ledger", False, f"{now}; the backup counted {then}; {difference} unexplained")


def _chain(one: Kept, broken: str | None, link: str) -> Check:
    if broken:
        return Check(f"{one.slug}: journal", False, broken)
    if link != one.digest:
        return Check(f"{one.slug}: journal", False, f"link {one.link} is not the one the backup noted")
    return Check(f"{one.slug}: journal", True, f"the chain holds, up to link {one.link} and after")


async def _clocks(ground: Ground, one: Kept, *, told: Callable[[str, int], None]) -> Check:
    proof = await prove(
        ground.database,
        ground.tenants,
        one.id,
        clock=ground.clock,
        seen=lambda number: told(f"{one.slug}: clocks", number),
    )
    said = f"{proof.seen} open clocks recomputed from their events"
    if proof.older:
        said += f", {proof.older} of them under older rules"
    if proof.holds:
        return Check(f"{one.slug}: clocks", True, f"{said}, none differs")
    return Check(f"{one.slug}: clocks", False, f"{said}, {proof.differing} differ: {'; '.join(map(str, proof.first))}")
