"""Clocks read again from all their events and stored, those joined to them included."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from app.clock import Clock
from app.db.transaction import Session, whole
from app.errors import Flaw, Invalid
from app.facts import SYSTEM, FactBook
from app.ids import Prefix, new_id, public_id
from app.sve import repository
from app.sve.cases import Judgement, case_of_saisine, dismissal, judge, read_as_of
from app.sve.facts import LegalEventRecorded
from app.sve.following import SOURCE, Ended, ended
from app.sve.law.case import Case
from app.sve.law.happenings import Act
from app.sve.law.regime import Regime
from app.sve.refreshing import Refresher
from app.sve.simulation import SimulationError
from app.sve.values import LegalEvent, Saisine
from app.tenants.service import Tenants
from app.tenants.values import Tenant


class Clocks:
    """Stores what the engine says of saisines. A request joined to another ends with it, or has its own clock again."""

    def __init__(self, tenants: Tenants, refresher: Refresher, book: FactBook, clock: Clock) -> None:
        self._tenants, self._refresher, self._book, self._clock = tenants, refresher, book, clock

    async def read_again(
        self, session: Session, tenant_id: UUID, saisines: Sequence[Saisine], *, now: datetime | None = None
    ) -> None:
        """Reads clocks again from all their events, those of the saisines they are joined to included, and stores them.

        A clock is the house's duty: those that stand in a request beyond the agent's sight are read as well.
        """
        async with whole(session):
            await self._read_again(session, tenant_id, saisines, now=now)

    async def _read_again(
        self, session: Session, tenant_id: UUID, saisines: Sequence[Saisine], *, now: datetime | None
    ) -> None:
        wanted = {one.id for one in saisines} | {one.joined_to for one in saisines if one.joined_to}
        present = list((await repository.locked(session, tenant_id, wanted)).values())
        events = await repository.events_of(session, tenant_id, [one.id for one in present])
        tenant = await self._tenants.get(session, tenant_id)
        followed = dict[UUID, tuple[Ended | None, datetime | None]]()
        for saisine in present:
            told = events.get(saisine.id, [])
            case, judgement = _judged(tenant, saisine, told, now=now or self._clock())
            closed_at = (saisine.closed_at or self._clock()) if ends(saisine, told, judgement) else None
            await repository.change(session, tenant_id, saisine.id, {**judgement.columns(), "closed_at": closed_at})
            end = ended(case, judgement.reading, dismissed=dismissal(told) is not None)
            followed[saisine.id] = (end, closed_at)
        await self._refresher.tickets(session, tenant_id, {one.ticket_id for one in present})
        await self._follow(session, tenant_id, followed, now=now)

    async def end_of(self, session: Session, saisine: Saisine) -> Ended | None:
        """Says since when a saisine is decided, as of now; None while it is still to decide."""
        told = (await repository.events_of(session, saisine.tenant_id, [saisine.id])).get(saisine.id, [])
        tenant = await self._tenants.get(session, saisine.tenant_id)
        case, judgement = _judged(tenant, saisine, told, now=self._clock())
        return ended(case, judgement.reading, dismissed=dismissal(told) is not None)

    async def _follow(
        self,
        session: Session,
        tenant_id: UUID,
        followed: Mapping[UUID, tuple[Ended | None, datetime | None]],
        *,
        now: datetime | None,
    ) -> None:
        """Ends what is joined to saisines with them; what their decision does not answer has its own clock again."""
        ids = await repository.joined_to(session, tenant_id, list(followed))
        if not ids:
            return
        parted = list[Saisine]()
        for one in (await repository.locked(session, tenant_id, ids)).values():
            if one.joined_to is None or one.joined_to not in followed:
                continue
            end, closed_at = followed[one.joined_to]
            if end is not None and not end.answers(one.received_on):
                await self._part(session, one, end)
                parted.append(one)
            elif (one.closed_at is None) != (closed_at is None):
                await repository.change(session, tenant_id, one.id, {"closed_at": closed_at})
        if parted:
            # What was recorded of them no longer counts for the one they followed.
            again = [one.joined_to for one in parted if one.joined_to]
            roots = (await repository.locked(session, tenant_id, again)).values()
            await self._read_again(
                session, tenant_id, [*roots, *(replace(one, joined_to=None) for one in parted)], now=now
            )

    async def _part(self, session: Session, saisine: Saisine, end: Ended) -> None:
        """Gives a saisine its own clock again, and writes the doubt beside it."""
        now = self._clock()
        told = {
            "from": public_id(Prefix.SAISINE, saisine.joined_to) if saisine.joined_to else None,
            "marks": [{"code": "asked_again", "source": SOURCE, "because": end.because}],
        }
        event = LegalEvent(
            id=new_id(), type=Act.SEPARATED.value, payload=told, actor=SYSTEM.label, at=now, recorded_at=now
        )
        await repository.add_event(session, saisine.tenant_id, saisine.id, event)
        fact = LegalEventRecorded(
            tenant_id=saisine.tenant_id,
            subject_id=saisine.id,
            at=now,
            ticket_id=saisine.ticket_id,
            event_type=event.type,
        )
        await self._book.record(session, fact)
        await repository.change(session, saisine.tenant_id, saisine.id, {"joined_to": None})


def _judged(tenant: Tenant, saisine: Saisine, told: Sequence[LegalEvent], *, now: datetime) -> tuple[Case, Judgement]:
    try:
        case = case_of_saisine(tenant, saisine, told)
        return case, judge(case, now=read_as_of(saisine, now))
    except SimulationError as error:
        raise Invalid(flaws=[Flaw("", "legal-event", error.message)]) from None


def ends(saisine: Saisine, events: Sequence[LegalEvent], judgement: Judgement) -> bool:
    """Whether nothing of a saisine is left to decide."""
    # What was learnt since (an earlier reception, say) may show that nothing had ended it in time.
    # Where silence decides nothing a day to answer by may still be set (DALO: CCH R441-15): it is warned of until then.
    values = judgement.reading.values
    awaited = values.get("reply_due_date") is not None and values.get("reply_done") is not True
    nothing = saisine.regime is Regime.NONE and not awaited
    return judgement.reading.settled or nothing or dismissal(events) is not None
