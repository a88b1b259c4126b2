"""One span of open clocks read again and written, in one transaction, beside everything else that goes on.

Nothing is locked while it is read. What must be written is taken only if nobody holds it and nobody changed it since it
was seen: an event recorded meanwhile is neither lost nor overwritten, its saisine is simply looked at again.
"""

import asyncio
import json
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import structlog

from app.clock import civil_day
from app.db.transaction import Database, Session
from app.errors import Busy, Unavailable
from app.sve import repository as saisines
from app.sve.recomputing import repository
from app.sve.recomputing.rereading import Rereader, Verdict
from app.sve.recomputing.telling import earlier_alert
from app.sve.recomputing.values import Outline, Recomputation, Span, Tally, sides, sooner
from app.sve.refreshing import Refresher
from app.sve.simulation import SimulationError
from app.sve.values import Raised
from app.tenants.service import Tenants

log = structlog.get_logger()
_TRIES, _TRIES_AGAIN = 40, 3
_BREATH = 200  # clocks read by themselves before others have the processor: some thirty milliseconds
_PAUSE_S = 0.25


@dataclass(frozen=True, slots=True)
class Work:
    """What a process needs to know to read a span again."""

    recomputation: Recomputation
    span: Span
    now: datetime


@dataclass(slots=True)
class _Sorted:
    """Saisines by what has to be done with them."""

    rewritten: dict[UUID, tuple[Outline, Verdict]]
    unread: dict[UUID, Outline]


class Batches:
    """Reads spans again. Remembers readings from one span of an administration to the next."""

    def __init__(self, database: Database, tenants: Tenants, refresher: Refresher) -> None:
        self._database, self._tenants, self._refresher = database, tenants, refresher
        self._rereader: Rereader | None = None

    async def work(self, work: Work) -> Tally:
        """Reads a span again. Raises `Busy` when somebody holds one of its saisines for too long, `Unavailable`."""
        total = Tally()
        wanted: Span | Sequence[UUID] = work.span
        for number in range(_TRIES):
            if number:
                await asyncio.sleep(_PAUSE_S)
            try:
                tally = await self._once(work, wanted)
            except Unavailable:
                # Two that waited for each other, one of which gave up; a server that is away is away at the next try too.
                if number >= _TRIES_AGAIN:
                    raise
                continue
            total.add(tally if wanted is work.span else replace(tally, seen=0))
            if not tally.busy:
                return total
            wanted = tally.busy
        raise Busy("somebody has held a saisine for ten seconds: the recomputation goes on from here in a while")

    async def _once(self, work: Work, wanted: Span | Sequence[UUID]) -> Tally:
        tenant_id = work.recomputation.tenant_id
        async with self._database.transaction(tenant=tenant_id) as session:
            rereader = await self._reader(session, tenant_id, now=work.now)
            outlines = await repository.outlines(session, tenant_id, wanted)
            found = await _sorted(session, rereader, outlines, now=work.now)
            tally = Tally(seen=len(outlines), unread=len(found.unread))
            if work.recomputation.dry_run:
                await self._tell(session, work, found, tally)
            else:
                await self._write(session, work, found, tally)
            return tally

    async def _reader(self, session: Session, tenant_id: UUID, *, now: datetime) -> Rereader:
        tenant = await self._tenants.get(session, tenant_id)
        if self._rereader is None or not self._rereader.fits(tenant, now=now):
            self._rereader = Rereader(tenant, today=civil_day(now, tenant.time_zone))
        return self._rereader

    async def _tell(self, session: Session, work: Work, found: _Sorted, tally: Tally) -> None:
        """Keeps what would change, and changes nothing."""
        told = await _told(session, work, found.rewritten)
        tally.count(told, found.rewritten)
        await repository.log(session, work.recomputation, told)

    async def _write(self, session: Session, work: Work, found: _Sorted, tally: Tally) -> None:
        tenant_id, now = work.recomputation.tenant_id, work.now
        stood = {one.id: one.stood for one in [o for o, _ in found.rewritten.values()] + list(found.unread.values())}
        if not stood:
            return
        taken = await repository.take(session, tenant_id, stood)
        mine = {key: value for key, value in found.rewritten.items() if key in taken}
        held = await repository.held(session, tenant_id, _due(mine))
        mine = {key: value for key, value in mine.items() if value[0].message_id not in held}
        tally.busy = list(stood.keys() - mine.keys() - (found.unread.keys() & taken))
        tally.unread = len(found.unread.keys() & taken)
        told = await _told(session, work, mine)
        tally.count(told, mine)
        await repository.make_room(session)
        await _rewrite(session, mine, told, tenant_id, now=now)
        await repository.log(session, work.recomputation, told)
        today = civil_day(now, (await self._tenants.get(session, tenant_id)).time_zone)
        # The watch tells of what can no longer be read.
        await saisines.wake_again(session, tenant_id, [key for key in found.unread if key in taken], on=today)
        await repository.postpone(session, tenant_id, _due(mine))
        await saisines.raise_alerts(session, tenant_id, _warnings(mine, today=today), at=now)
        stands = {o.ticket_id for o, verdict in mine.values() if _stood(o) != _stands(verdict)}
        if stands:
            await self._refresher.tickets(session, tenant_id, stands)


async def _sorted(session: Session, rereader: Rereader, outlines: Sequence[Outline], *, now: datetime) -> _Sorted:
    """Reads each clock and sorts them by what has to be done; those like another are not read again."""
    found, alone = _Sorted({}, {}), list[Outline]()
    for outline in outlines:
        try:
            verdict = rereader.common(outline, now=now)
        except SimulationError as error:
            _unread(found, outline, error)
            continue
        if verdict is None:
            alone.append(outline)
        else:
            _sort(found, outline, verdict, rereader)
    for some in _by(alone, _BREATH):
        whole = await repository.in_full(session, rereader.tenant.id, [one.id for one in some])
        for outline in some:
            if outline.id not in whole:
                continue  # it is gone
            try:
                verdict = rereader.read(*whole[outline.id], now=now)
            except SimulationError as error:
                _unread(found, outline, error)
                continue
            _sort(found, outline, verdict, rereader)
    return found


def _unread(found: _Sorted, outline: Outline, error: SimulationError) -> None:
    log.warning("sve.unreadable", saisine=str(outline.id), pointer=error.pointer)
    found.unread[outline.id] = outline


def _sort(found: _Sorted, outline: Outline, verdict: Verdict, rereader: Rereader) -> None:
    told = verdict.columns
    awaited = outline.wake_on is not None and outline.wake_on <= rereader.today  # the watch has yet to look
    same = (
        outline.digest == verdict.digest
        and _stood(outline) == _stands(verdict)
        and (awaited or outline.wake_on == told["wake_on"])
        and not verdict.settled
    )
    # One that says the same stays as it is, under the rules that gave it: the recomputation itself says it was confirmed.
    if not same:
        found.rewritten[outline.id] = (outline, verdict)


def _by(outlines: Sequence[Outline], size: int) -> Iterator[Sequence[Outline]]:
    return (outlines[start : start + size] for start in range(0, len(outlines), size))


def _stood(outline: Outline) -> tuple[Any, ...]:
    return outline.risk, outline.term_on, outline.alert_on


def _stands(verdict: Verdict) -> tuple[Any, ...]:
    return verdict.columns["risk"], verdict.columns["term_on"], verdict.columns["alert_on"]


async def _told(
    session: Session, work: Work, found: Mapping[UUID, tuple[Outline, Verdict]]
) -> dict[UUID, tuple[str, str]]:
    """Says, as JSON, what each clock said before and says after; clocks of one kind are compared once."""
    alike = {key: _difference(outline, verdict) for key, (outline, verdict) in found.items()}
    first = {difference: key for key, difference in reversed(alike.items())}
    stored = await repository.readings(session, work.recomputation.tenant_id, list(first.values()))
    known: dict[Hashable, tuple[str, str] | None] = {}
    for difference, key in first.items():
        outline, verdict = found[key]
        both = sides(outline, stored.get(key, {}), verdict.columns["reading"], columns=verdict.columns)
        known[difference] = (_json(both[0]), _json(both[1])) if both is not None else None
    return {key: pair for key, difference in alike.items() if (pair := known[difference]) is not None}


def _difference(outline: Outline, verdict: Verdict) -> Hashable:
    """Two clocks that have this in common said the same and say the same; one without a digest is like no other."""
    before = outline.digest or outline.id
    return before, outline.rules_version, _stood(outline), verdict.digest, _stands(verdict)


async def _rewrite(
    session: Session,
    found: Mapping[UUID, tuple[Outline, Verdict]],
    told: Mapping[UUID, object],
    tenant_id: UUID,
    *,
    now: datetime,
) -> None:
    ranks: dict[int, int] = {}
    stored: list[dict[str, Any]] = []
    rows = []
    for key, (outline, verdict) in found.items():
        if id(verdict) not in ranks:
            ranks[id(verdict)] = len(stored)
            stored.append(verdict.stored(now=now))
        rank = ranks[id(verdict)]
        columns = {name: value for name, value in stored[rank].items() if name != "reading"}
        # Whoever looks at a form with the dates of before must look again; days that merely passed disturb nobody.
        ends = now if verdict.settled else None
        rows.append({"id": outline.id, "document": rank, "bump": int(key in told), "closed_at": ends, **columns})
    await repository.rewrite(session, tenant_id, rows, documents=[_json(one["reading"]) for one in stored])


def _json(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def _due(found: Mapping[UUID, tuple[Outline, Verdict]]) -> list[tuple[UUID, str, date]]:
    """The days on which acknowledgements are due, by the message they are owed for and their kind."""
    return [(one.message_id, kind, day) for one, verdict in found.values() for kind, day in verdict.duties.items()]


def _warnings(found: Mapping[UUID, tuple[Outline, Verdict]], *, today: date) -> list[Raised]:
    return [
        earlier_alert(outline, verdict.columns["alert_on"] or verdict.columns["term_on"], today=today)
        for outline, verdict in found.values()
        if not verdict.settled and sooner(outline, verdict.columns)
    ]
