"""Proving that what is stored follows from what was recorded: every open saisine read again, nothing written."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from app.clock import Clock
from app.db.transaction import Database, Session
from app.ids import Prefix, public_id
from app.sve import repository
from app.sve.cases import AS_OF, case_of_saisine, document, judge, read_as_of
from app.sve.law import RULES_VERSION
from app.sve.recomputing import repository as recomputing
from app.sve.simulation import SimulationError
from app.sve.values import LegalEvent, Saisine
from app.tenants.service import Tenants
from app.tenants.values import Tenant

BATCH = 500
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing a stored clock says that its events do not."""

    saisine_id: UUID
    what: str
    stored: object
    found: object

    def __str__(self) -> str:
        named = public_id(Prefix.SAISINE, self.saisine_id)
        return f"{named} {self.what}: stored {self.stored}, recomputed {self.found}"


@dataclass(slots=True)
class Proof:
    """How many open clocks were read again, how many differ, and the first of those.

    `older` were read under other rules than the present ones: they are to be recomputed, which is no difference.
    """

    seen: int = 0
    differing: int = 0
    older: int = 0
    first: list[Difference] = field(default_factory=list)
    last: UUID | None = None  # where a part of them ended; None when all were read to the end

    @property
    def holds(self) -> bool:
        return not self.differing


async def prove(
    database: Database,
    tenants: Tenants,
    tenant_id: UUID,
    *,
    clock: Clock,
    seen: Callable[[int], None] = lambda _: None,
    after: UUID | None = None,
    most: int | None = None,
) -> Proof:
    """Reads open saisines of an administration again, a page at a time; tells `seen` how many so far.

    All of them; or from one on, and `most` or a few more.
    """
    proof = Proof()
    while most is None or proof.seen < most:
        async with database.transaction(tenant=tenant_id) as session:
            tenant = await tenants.get(session, tenant_id)
            page = await repository.open_page(session, tenant_id, after=after, limit=BATCH)
            if not page:
                proof.last = None
                return proof
            await _page(session, tenant, page, proof, clock=clock)
        after = proof.last = page[-1].id
        seen(proof.seen)
    return proof


async def _page(session: Session, tenant: Tenant, page: Sequence[Saisine], proof: Proof, *, clock: Clock) -> None:
    events = await repository.events_of(session, tenant.id, [saisine.id for saisine in page])
    confirmed = await recomputing.confirmed(session, tenant.id, rules=RULES_VERSION)
    doubtful = []
    for saisine in page:
        proof.seen += 1
        if saisine.rules_version != RULES_VERSION and not confirmed:
            proof.older += 1
        elif any(differences(tenant, saisine, events.get(saisine.id, ()), clock=clock)):
            doubtful.append(saisine.id)
    if not doubtful:
        return
    # Something may have been recorded between the two statements: looked at once more, with nobody writing.
    present = await repository.locked(session, tenant.id, doubtful)
    told = await repository.events_of(session, tenant.id, doubtful)
    for saisine in present.values():
        found = list(differences(tenant, saisine, told.get(saisine.id, ()), clock=clock))
        proof.differing += bool(found)
        proof.first += found[: SHOWN - len(proof.first)]


def differences(
    tenant: Tenant, saisine: Saisine, events: Sequence[LegalEvent], *, clock: Clock
) -> Iterator[Difference]:
    """Says what a stored clock and its events disagree on, as of the instant the stored reading was made.

    At that same instant nothing depends on the days that have passed since: any difference is one of facts, of rules or
    of code. A reading older than this instant's being kept is compared on its dates alone.
    """
    stored = saisine.reading
    dated = isinstance(stored.get(AS_OF), str)
    at = read_as_of(saisine, clock())
    if dated:
        at = read_as_of(saisine, saisine.received_at)
    try:
        case = case_of_saisine(tenant, saisine, events)
    except SimulationError as error:
        yield Difference(saisine.id, "events", "understood", error.message)
        return
    judgement = judge(case, now=at, alerted=True)
    told: Mapping[str, Any] = {"term_on": judgement.reading.term_on, "alert_on": judgement.reading.alert_on}
    if dated:
        told = {**told, "risk": judgement.risk}
    for name, found in told.items():
        if getattr(saisine, name) != found:
            yield Difference(saisine.id, name, getattr(saisine, name), found)
    if dated and {name: value for name, value in stored.items() if name != AS_OF} != document(judgement.reading):
        yield Difference(saisine.id, "reading", "said otherwise", "its reasons or values differ")
    wakes = judgement.wake_on
    if wakes is not None and (saisine.wake_on is None or saisine.wake_on > wakes):
        yield Difference(saisine.id, "wake_on", saisine.wake_on, wakes)
