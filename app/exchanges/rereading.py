"""Reading again, a little each hour and for ever, what was kept: a byte that flips on a disk is found before it is needed.

What this process has found stays found until the same place was read again and holds. `parvis check` reads everything at
once; both only tell, and mend nothing: what is altered is put back from a backup, by a person.
"""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

import structlog

from app.audit import journal
from app.clock import Clock
from app.db.transaction import Database
from app.errors import Unavailable
from app.exchanges import receptions
from app.ids import first_id_at
from app.rest.metrics import DAMAGED
from app.sve.proving import prove
from app.tenants.service import Tenants

log = structlog.get_logger()
REREAD = "reread"
# Of the whole house in an hour, shared among administrations: some seconds of the database's time.
ORIGINALS, LINKS, CLOCKS = 4_000, 20_000, 2_000
_FEWEST = 20
_START = UUID(int=0)


class Kind(StrEnum):
    ORIGINAL = "original"
    JOURNAL = "journal"
    CLOCK = "clock"


@dataclass(slots=True)
class Walk:
    """How far one kind was read in one administration, and what was found wrong on this lap and on the one before."""

    after: UUID = _START
    number: int = 0
    begun: bool = False
    found: set[str] = field(default_factory=set)
    before: set[str] = field(default_factory=set)

    def ends(self) -> None:
        """The end was reached: what this lap did not find again is whole."""
        self.after, self.number = _START, 0
        self.before, self.found = self.found, set()

    @property
    def damaged(self) -> int:
        return len(self.found | self.before)


class Rereading:
    """The hourly round. Where a process begins is drawn by lot, so that restarts do not read the same part each time."""

    def __init__(
        self, database: Database, tenants: Tenants, clock: Clock, *, chance: Callable[[int], int] = secrets.randbelow
    ) -> None:
        self._database, self._tenants, self._clock, self._chance = database, tenants, clock, chance
        self._walks: dict[tuple[UUID, Kind], Walk] = {}

    async def round(self) -> None:
        """Reads the next part of each kind in each administration again; what cannot be read holds no other."""
        everybody = list(await self._tenants.directory())
        steps: dict[Kind, tuple[Callable[[UUID, Walk, int], Awaitable[None]], int]] = {
            Kind.ORIGINAL: (self._originals, ORIGINALS),
            Kind.JOURNAL: (self._journal, LINKS),
            Kind.CLOCK: (self._clocks, CLOCKS),
        }
        for tenant_id in everybody:
            for kind, (step, most) in steps.items():
                walk = self._walks.setdefault((tenant_id, kind), Walk())
                try:
                    await step(tenant_id, walk, max(_FEWEST, most // len(everybody)))
                except Unavailable:
                    raise
                except Exception as error:
                    walk.found.add("unreadable")
                    log.exception("integrity.unreadable", tenant=str(tenant_id), kind=kind, error=type(error).__name__)
                if walk.damaged:
                    log.error(
                        "integrity.damaged",
                        tenant=str(tenant_id),
                        kind=kind,
                        number=walk.damaged,
                        first=sorted(walk.found | walk.before)[:5],
                    )
        for kind in Kind:
            DAMAGED.labels(kind).set(sum(walk.damaged for (_, of), walk in self._walks.items() if of is kind))

    async def _originals(self, tenant_id: UUID, walk: Walk, most: int) -> None:
        async with self._database.transaction(tenant=tenant_id) as session:
            if not walk.begun:
                walk.after, walk.begun = self._somewhere(await receptions.oldest(session, tenant_id)), True
            seen, damaged = await receptions.read_again(session, tenant_id, after=walk.after, limit=most)
        walk.found |= {str(one) for one in damaged}
        if len(seen) < most:
            walk.ends()
        else:
            walk.after = seen[-1]

    async def _journal(self, tenant_id: UUID, walk: Walk, most: int) -> None:
        async with self._database.transaction(tenant=tenant_id) as session:
            end = await journal.length(session, tenant_id)
            if not walk.begun:
                walk.number, walk.begun = self._chance(end + 1), True
            broken = await journal.verify(session, tenant_id, after=walk.number, limit=most)
        if broken:
            walk.found.add(broken)
        walk.number += most
        if walk.number >= end:
            walk.ends()

    async def _clocks(self, tenant_id: UUID, walk: Walk, most: int) -> None:
        after = None if walk.after == _START else walk.after
        proof = await prove(self._database, self._tenants, tenant_id, clock=self._clock, after=after, most=most)
        walk.found |= {str(difference.saisine_id) for difference in proof.first}
        if proof.last is None or proof.seen < most:
            walk.ends()
        else:
            walk.after = proof.last

    def _somewhere(self, oldest: UUID | None) -> UUID:
        """A place drawn between the oldest delivery and now: identifiers begin with their instant."""
        if oldest is None:
            return _START
        first = oldest.int >> 80
        span = (first_id_at(self._clock()).int >> 80) - first
        return UUID(int=(first + self._chance(span)) << 80) if span > 0 else _START
