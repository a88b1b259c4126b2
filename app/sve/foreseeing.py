"""What a qualification, or an act of today, would change: read by the engine and stored nowhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from app.clock import Clock
from app.db.transaction import Session
from app.errors import Flaw, Invalid, NotFound
from app.sve import repository
from app.sve.cases import case_of_saisine, judge, read_as_of
from app.sve.catalogue import Entry
from app.sve.law.happenings import Act
from app.sve.law.regime import Regime
from app.sve.local_procedures.service import Procedures
from app.sve.qualifying import qualification
from app.sve.recording import Recording
from app.sve.simulation import SimulationError
from app.sve.supposing import Supposed, Supposing
from app.sve.values import Saisine
from app.tenants.service import Tenants


@dataclass(frozen=True, slots=True, kw_only=True)
class Foreseen:
    """A saisine as it is and as it would be, and the procedure it would be read by."""

    before: Saisine
    after: Saisine
    entry: Entry | None


class Foreseeing:
    """Reads a clock as if a person had acted on it: what is refused there is refused here, and nothing is written."""

    def __init__(self, tenants: Tenants, procedures: Procedures, recording: Recording, clock: Clock) -> None:
        self._tenants, self._procedures, self._recording, self._clock = tenants, procedures, recording, clock

    async def qualified(
        self,
        session: Session,
        tenant_id: UUID,
        saisine_id: UUID,
        *,
        regime: Regime | None,
        delay: str | None,
        procedure: str | None,
    ) -> Foreseen:
        """Says what qualifying would come to. Raises `NotFound`, and what `LegalFace.qualify` raises but `Stale`."""
        before = await repository.find(session, tenant_id, saisine_id)
        if before is None:
            raise NotFound
        tenant = await self._tenants.get(session, tenant_id)
        view = await self._procedures.view(session, tenant_id, on=before.received_on)
        found = qualification(view.catalogue, before.received_on, regime=regime, delay=delay, procedure=procedure)
        now = self._clock()
        await self._recording.check_act(session, before, Act.QUALIFIED, at=now)
        events = (await repository.events_of(session, tenant_id, [saisine_id])).get(saisine_id, [])
        chosen = replace(before, **{**found.columns(), "regime": found.regime})
        try:
            judgement = judge(case_of_saisine(tenant, chosen, events), now=read_as_of(before, now))
        except SimulationError as error:
            raise Invalid(flaws=[Flaw("", "legal-event", error.message)]) from None
        read = judgement.columns()
        after = replace(
            chosen,
            term_on=read["term_on"],
            alert_on=read["alert_on"],
            risk=judgement.risk,
            reading=read["reading"],
            rules_version=read["rules_version"],
        )
        return Foreseen(before=before, after=after, entry=view.catalogue.get(procedure or ""))

    async def supposed(
        self, session: Session, tenant_id: UUID, saisines: Sequence[Saisine], *, pieces_on: date | None
    ) -> Mapping[UUID, Sequence[Supposed]]:
        """Says what each saisine would become if something were done today. Raises `Invalid` on a day past or too far.

        One whose events can no longer be read is left without suppositions: the register says what is wrong with it.
        """
        tenant, now = await self._tenants.get(session, tenant_id), self._clock()
        events = await repository.events_of(session, tenant_id, [one.id for one in saisines])
        found: dict[UUID, Sequence[Supposed]] = {}
        for saisine in saisines:
            try:
                found[saisine.id] = Supposing(tenant, saisine, events.get(saisine.id, []), now=now).all(pieces_on)
            except SimulationError:
                found[saisine.id] = ()
        return found
