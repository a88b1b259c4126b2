"""Changing keys while the house runs: data keys wrapped again, values sealed again, old keys let go."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import structlog

from app.clock import Clock
from app.db.checks import Check
from app.db.transaction import Database
from app.errors import Misconfigured
from app.facts import SYSTEM, FactBook, Seen
from app.vault import repository
from app.vault.columns import SealedColumn
from app.vault.masters import missing
from app.vault.service import Vault, sealed_under

log = structlog.get_logger()
BATCH = 200
# Codes on their way to citizens are sealed too, and live for minutes: their key outlives them.
KEPT_AFTER = timedelta(days=1)
_FIRST = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Rotated:
    """What one administration's rotation did; `unopened` counts values no key here opens, left as they were."""

    rewrapped: int
    resealed: int
    unopened: int
    forgotten: int


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands under which key, for one administration."""

    masters: Mapping[str, int]  # data keys by the master key that wraps them
    values: Mapping[str, Mapping[str, int]]  # of each kind: `present`, `retired`, `lost`, or a master key's name
    direct: Mapping[str, int] = field(default_factory=dict)  # values of the older form, by master key

    def waits(self, name: str) -> int:
        """Returns how many data keys and values still need a master key."""
        return self.masters.get(name, 0) + self.direct.get(name, 0)


class Rotation:
    """Knows every column of sealed values."""

    def __init__(
        self, database: Database, vault: Vault, columns: Sequence[SealedColumn], book: FactBook, clock: Clock
    ) -> None:
        self._database, self._vault, self._columns = database, vault, columns
        self._book, self._clock = book, clock

    async def rotate(self, tenant_id: UUID, *, data_keys: bool, told: Callable[[int], None] | None = None) -> Rotated:
        """Wraps the data keys under the present master and seals under the present data key what is not yet.

        `data_keys` makes a new one first. Cut off anywhere, it goes on where it was when it is asked again without.
        Raises `Misconfigured` when a master key is missing.
        """
        async with self._database.transaction(tenant=tenant_id) as session:
            rewrapped = await self._vault.rewrap(session, tenant_id)
            if data_keys:
                await self._vault.renew(session, tenant_id)
        resealed = unopened = 0
        for column in self._columns:
            done, left = await self._column(tenant_id, column, told)
            resealed, unopened = resealed + done, unopened + left
        forgotten = await self._forget(tenant_id)
        if rewrapped or resealed or forgotten or data_keys:
            detail = {"data_keys": rewrapped, "renewed": data_keys, "values": resealed, "destroyed": forgotten}
            async with self._database.transaction(tenant=tenant_id) as session:
                seen = Seen(
                    tenant_id=tenant_id,
                    subject_id=tenant_id,
                    at=self._clock(),
                    actor=SYSTEM,
                    action="secrets.rotated",
                    detail=detail,
                )
                await self._book.record(session, seen)
        return Rotated(rewrapped, resealed, unopened, forgotten)

    async def standing(self, tenant_id: UUID) -> Standing:
        """Counts what stands under which key."""
        async with self._database.transaction(tenant=tenant_id) as session:
            masters = await repository.masters(session, tenant_id)
            known = {one.id: one.retired_at is None for one in await repository.all_of(session, tenant_id)}
            values: dict[str, dict[str, int]] = {}
            direct: Counter[str] = Counter()
            for column in self._columns:
                found: Counter[str] = Counter()
                for name, many in (await column.tally(session, tenant_id)).items():
                    if len(name) == 16:
                        present = known.get(UUID(bytes=name))
                        found["lost" if present is None else "present" if present else "retired"] += many
                    else:
                        found[name.hex()] += many
                        direct[name.hex()] += many
                values[column.name] = dict(found)
        return Standing(masters, values, dict(direct))

    async def holders(self) -> Sequence[UUID]:
        """Returns the administrations that have data keys, closed ones too: their secrets are rotated like the others'."""
        async with self._database.transaction() as session:
            return sorted({tenant_id for tenant_id, _, _ in await repository.everywhere(session)})

    async def check(self) -> Check:
        """Says whether every master key that data keys need was given to this installation."""
        needed: Counter[str] = Counter()
        async with self._database.transaction() as session:
            for _, master, many in await repository.everywhere(session):
                needed[master] += many
        lacking = sorted(name for name in needed if not self._vault.masters.holds(name))
        if lacking:
            told = "; ".join(f"{missing(name)} ({needed[name]} data keys)" for name in lacking)
            return Check("master keys", False, told)
        return Check("master keys", True, f"{needed.total()} data keys, each can be unwrapped")

    async def _column(
        self, tenant_id: UUID, column: SealedColumn, told: Callable[[int], None] | None
    ) -> tuple[int, int]:
        """Seals a column again, one short transaction a batch; returns how many values, and how many nothing opens."""
        after, resealed, unopened = _FIRST, 0, 0
        while True:
            async with self._database.transaction(tenant=tenant_id) as session:
                present = await repository.present(session, tenant_id)
                # No data key yet: nothing was sealed the new way, and the older form waits for one to move to.
                if present is None:
                    await self._vault.renew(session, tenant_id)
                    present = await repository.present(session, tenant_id)
                if present is None:
                    return resealed, unopened
                rows = await column.others(session, tenant_id, present=present.id, after=after, limit=BATCH)
                if not rows:
                    return resealed, unopened
                key, opener = await self._vault.unwrapped(tenant_id, present), await self._vault.of(session, tenant_id)
                changes = []
                for row in rows:
                    bound = column.bound_to(tenant_id, row.about)
                    try:
                        plain = opener.open(row.sealed, bound_to=bound)
                    except Misconfigured:
                        unopened += 1
                        continue
                    changes.append((row, sealed_under(present.id, key, plain, bound_to=bound)))
                if changes:
                    resealed += await column.replace(session, tenant_id, changes)
                after = rows[-1].key
            if told is not None:
                told(resealed)

    async def _forget(self, tenant_id: UUID) -> int:
        """Destroys the data keys that were retired a day ago and under which nothing stands any more."""
        before, forgotten = self._clock() - KEPT_AFTER, 0
        async with self._database.transaction(tenant=tenant_id) as session:
            used = set[bytes]()
            for column in self._columns:
                used |= set(await column.tally(session, tenant_id))
            for one in await repository.all_of(session, tenant_id):
                if one.retired_at is not None and one.id.bytes not in used:
                    forgotten += await repository.forget(session, tenant_id, one.id, retired_before=before)
        return forgotten
