"""The catalogue of each administration: read without a query a message, added to by edition, never edited."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from app.clock import Clock, civil_day
from app.db.transaction import Session, after_commit
from app.errors import Flaw, Invalid, NotFound, Stale
from app.facts import Actor, FactBook
from app.ids import new_id
from app.rest.languages import Said
from app.sve.catalogue import Catalogue, CatalogueError, Entry, Kind
from app.sve.catalogue.describing import whole
from app.sve.catalogue.importing import NOT_COMPARED, Import, Owner, read_list
from app.sve.catalogue.local import local_entry, restored, stored
from app.sve.local_procedures import repository
from app.sve.local_procedures.facts import ProcedurePublished, ProcedureWithdrawn
from app.sve.local_procedures.repository import Stamp
from app.sve.local_procedures.shelf import Shelf
from app.sve.local_procedures.shelves import OwnShelf, View
from app.sve.local_procedures.values import Difference, Edition, InFull, Published
from app.sve.suggestion import Meaning, Suggester
from app.tenants.service import Tenants
from app.tenants.values import Tenant

KEPT_FOR = timedelta(seconds=5)
_KEPT_TENANTS = 256


@dataclass(frozen=True, slots=True)
class _Kept:
    looked_at: datetime
    stamp: Stamp
    shelf: OwnShelf


class Procedures:
    """Reads through a short memory: what another process published is seen after five seconds at most."""

    def __init__(
        self, shelf: Shelf, tenants: Tenants, book: FactBook, clock: Clock, *, meaning: Meaning | None
    ) -> None:
        self._shelf, self._tenants, self._book, self._clock = shelf, tenants, book, clock
        self._meaning = meaning
        self._national = View(shelf.catalogue, Suggester(shelf.catalogue, meaning=meaning))
        self._kept: OrderedDict[UUID, _Kept] = OrderedDict()

    @property
    def national(self) -> Catalogue:
        """The catalogue of this installation, without any administration's own word."""
        return self._installed().catalogue

    async def view(self, session: Session, tenant_id: UUID, *, on: date) -> View:
        """Returns the catalogue of an administration for what it received on a day, and its proposals."""
        return (await self._own(session, tenant_id)).view(on)

    async def today(self, session: Session, tenant_id: UUID) -> View:
        """Returns the catalogue of an administration for what it receives today."""
        tenant = await self._tenants.get(session, tenant_id)
        return await self.view(session, tenant_id, on=civil_day(self._clock(), tenant.time_zone))

    async def editions(self, session: Session, tenant_id: UUID, code: str) -> Sequence[Edition]:
        """Returns all that an administration published of a procedure, the oldest first."""
        return await repository.editions(session, tenant_id, code=code)

    async def in_full(self, session: Session, tenant_id: UUID, code: str) -> InFull:
        """Returns a procedure as it holds today, and all that was published of it. Raises `NotFound`."""
        self._kept.pop(tenant_id, None)
        own = [
            (one, restored(one.entry, national=self.national, edition=one.edition))
            for one in await repository.editions(session, tenant_id, code=code)
        ]
        entry, national = (await self.today(session, tenant_id)).catalogue.get(code), self.national.get(code)
        if entry is not None:
            return InFull(entry, national if entry is not national else None, own, withdrawn=False)
        if not own:
            raise NotFound
        return InFull(own[-1][1], None, own, withdrawn=True)

    async def publish(
        self,
        session: Session,
        tenant_id: UUID,
        given: Mapping[str, Any],
        *,
        note: str,
        replaces: int | None,
        dry_run: bool,
        actor: Actor,
    ) -> Published:
        """Publishes an edition, or says what it would change.

        `replaces` is the edition this one was written on, None for a first one. Raises `Invalid` with every fault,
        `Stale` when another edition stands.
        """
        await self._take_turn(session, tenant_id)
        tenant = await self._tenants.get(session, tenant_id)
        code = str(given.get("code", ""))
        own = await repository.editions(session, tenant_id, code=code)
        standing = next((one.edition for one in reversed(own) if one.stands), None)
        if standing != replaces:
            told = f"edition {standing} stands" if standing else "no edition stands"
            french = f"l'édition {standing} est en vigueur" if standing else "aucune édition n'est en vigueur"
            raise Stale(Said(f"{french} : relisez la démarche", en=f"{told}: read the procedure again"))
        edition = max((one.edition for one in own), default=0) + 1
        try:
            entry = local_entry(given, national=self.national, kind=Kind(tenant.kind.value), edition=edition)
        except CatalogueError as error:
            raise Invalid(flaws=[Flaw(f.pointer, f.code, Said(f.advice, en=f.en)) for f in error.faults]) from None
        before = (await self.today(session, tenant_id)).catalogue.get(code)
        published = Published(
            entry,
            edition,
            differences(before, entry),
            await repository.open_saisines(session, tenant_id, code),
            dry_run,
        )
        if not dry_run:
            await self._write(session, tenant, [entry], note=note, actor=actor)
        return published

    async def read_list(self, session: Session, tenant_id: UUID, data: bytes) -> Import:
        """Reads a list in CSV against the catalogue of an administration; nothing is written."""
        tenant = await self._tenants.get(session, tenant_id)
        editions = await repository.editions(session, tenant_id)
        known = {one.code: one.edition for one in editions}
        owner = Owner(Kind(tenant.kind.value), self.national, known)
        return read_list(data, into=(await self.today(session, tenant_id)).catalogue, owner=owner)

    async def import_list(self, session: Session, tenant_id: UUID, data: bytes, *, note: str, actor: Actor) -> Import:
        """Publishes what a list changes, all of it or, when a line is refused, nothing."""
        await self._take_turn(session, tenant_id)
        imported = await self.read_list(session, tenant_id, data)
        if not imported.refused:
            tenant = await self._tenants.get(session, tenant_id)
            entries = [change.entry for change in imported.changes]
            await self._write(session, tenant, entries, note=note, actor=actor)
        return imported

    async def withdraw(
        self,
        session: Session,
        tenant_id: UUID,
        code: str,
        *,
        reason: str,
        since: date | None,
        mistaken: bool,
        actor: Actor,
    ) -> Sequence[Edition]:
        """Withdraws a procedure for what is received from `since` on, today when absent; `mistaken`: it never held.

        Saisines already qualified keep what they have. Raises `NotFound` when nothing of this code stands.
        """
        await repository.take_turn(session, tenant_id)
        tenant, now = await self._tenants.get(session, tenant_id), self._clock()
        from_day = None if mistaken else since or civil_day(now, tenant.time_zone)
        last = await repository.withdraw(
            session, tenant_id, code, at=now, by=actor.label, since=from_day, reason=reason
        )
        if last is None:
            raise NotFound
        edition, edition_id = last
        fact = ProcedureWithdrawn(
            tenant_id=tenant_id, subject_id=edition_id, at=now, actor=actor, code=code, edition=edition
        )
        await self._book.record(session, fact)
        self._forget(session, tenant_id)
        return await repository.editions(session, tenant_id, code=code)

    async def _write(
        self, session: Session, tenant: Tenant, entries: Sequence[Entry], *, note: str, actor: Actor
    ) -> None:
        now, ids = self._clock(), [new_id() for _ in entries]
        rows = [
            {
                "id": edition_id,
                "code": entry.code,
                "edition": entry.edition,
                "entry": stored(entry),
                "note": note,
                "published_at": now,
                "published_by": actor.label,
            }
            for edition_id, entry in zip(ids, entries, strict=True)
        ]
        await repository.publish(session, tenant.id, rows)
        facts = [
            ProcedurePublished(
                tenant_id=tenant.id,
                subject_id=edition_id,
                at=now,
                actor=actor,
                code=entry.code,
                edition=entry.edition or 1,
                override=entry.override is not None,
            )
            for edition_id, entry in zip(ids, entries, strict=True)
        ]
        await self._book.record(session, *facts)
        self._forget(session, tenant.id)

    async def _take_turn(self, session: Session, tenant_id: UUID) -> None:
        """Waits for its turn to write, then looks at what stands now rather than at what was remembered."""
        await repository.take_turn(session, tenant_id)
        self._kept.pop(tenant_id, None)

    def _forget(self, session: Session, tenant_id: UUID) -> None:
        async def forget() -> None:
            self._kept.pop(tenant_id, None)

        after_commit(session, ("procedures", tenant_id), forget)

    def _installed(self) -> View:
        catalogue = self._shelf.catalogue
        if catalogue is not self._national.catalogue:
            self._national = View(catalogue, Suggester(catalogue, meaning=self._meaning))
        return self._national

    async def _own(self, session: Session, tenant_id: UUID) -> OwnShelf:
        now, national = self._clock(), self._installed()
        kept = self._kept.get(tenant_id)
        if kept and kept.shelf.national is national and now - kept.looked_at < KEPT_FOR:
            return kept.shelf
        stamp = await repository.stamp(session, tenant_id)
        if kept and kept.shelf.national is national and kept.stamp == stamp:
            kept = replace(kept, looked_at=now)
        else:
            editions = await repository.editions(session, tenant_id) if any(stamp) else []
            kept = _Kept(now, stamp, OwnShelf(national, editions, self._meaning))
        self._kept[tenant_id] = kept
        self._kept.move_to_end(tenant_id)
        if len(self._kept) > _KEPT_TENANTS:
            self._kept.popitem(last=False)
        return kept.shelf


def differences(before: Entry | None, after: Entry) -> Sequence[Difference]:
    """Says field by field what an entry changes of another; everything it says when there was none."""
    old, new = whole(before) if before else {}, whole(after)
    return [
        Difference(name, old.get(name), value)
        for name, value in new.items()
        if name not in NOT_COMPARED and old.get(name) != value and (before is not None or value not in (None, [], ""))
    ]
