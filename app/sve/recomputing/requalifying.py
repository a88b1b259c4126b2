"""What the catalogue says now of the procedures people chose: applied where it differs, as an event like any other.

A person chose the procedure, the catalogue gave its effect; a corrected entry corrects what it gave, when a person asks for
the recomputation. A delay a person gave stays, and no clock is ended this way: that a request asks nothing is for a person
to say.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import structlog

from app.clock import civil_day
from app.db.transaction import Database, Session
from app.errors import Invalid, ParvisError
from app.facts import Actor
from app.sve import repository as saisines
from app.sve.cases import QUALIFIED, case_of_saisine, judge, read_as_of
from app.sve.law.happenings import Act
from app.sve.law.regime import Regime
from app.sve.local_procedures.service import Procedures
from app.sve.qualifying import DELAY_GIVEN, Qualification, qualification
from app.sve.recomputing import repository
from app.sve.recomputing.telling import earlier_alert
from app.sve.recomputing.values import Recomputation, Tally, sides
from app.sve.recording import Recording
from app.sve.simulation import SimulationError
from app.sve.values import LegalEvent, Saisine
from app.tenants.service import Tenants

log = structlog.get_logger()
PAGE = 500
_EFFECT = ("regime", "delay", "family", "permit", "basis")


class Requalifying:
    """Goes through the open saisines whose effect came from the catalogue."""

    def __init__(self, database: Database, tenants: Tenants, procedures: Procedures, recording: Recording) -> None:
        self._database, self._tenants, self._procedures, self._recording = database, tenants, procedures, recording

    async def all_of(self, asked: Recomputation, *, now: datetime) -> Tally:
        """Applies what the catalogue says now, or tells what that would change. Done twice, it changes nothing more."""
        total, after = Tally(), None
        while True:
            async with self._database.transaction(tenant=asked.tenant_id) as session:
                page = await repository.by_catalogue(session, asked.tenant_id, after=after, limit=PAGE)
                differing = [one for one in page if await self._differs(session, one)]
            for one in differing:
                total.add(await self._again(asked, one.id, now=now))
            if len(page) < PAGE:
                return total
            after = (page[-1].procedure or "", page[-1].id)

    async def _differs(self, session: Session, saisine: Saisine) -> bool:
        found = await self._said(session, saisine, delay=None)
        return found is not None and _effect(found.columns()) != _kept(saisine)

    async def _said(self, session: Session, saisine: Saisine, *, delay: str | None) -> Qualification | None:
        """What the catalogue says of a saisine's procedure on the day it was received, None when nothing is to be done."""
        view = await self._procedures.view(session, saisine.tenant_id, on=saisine.received_on)
        entry = view.catalogue.find(saisine.procedure or "", on=saisine.received_on)
        if entry is None:
            return None  # the procedure is gone from the catalogue: what was said of it when it was chosen stays
        given = delay if entry.version.has_term else saisine.delay
        try:
            found = qualification(
                view.catalogue, saisine.received_on, regime=None, delay=given, procedure=saisine.procedure
            )
        except Invalid:
            return None
        return None if found.regime is Regime.NONE else found

    async def _again(self, asked: Recomputation, saisine_id: UUID, *, now: datetime) -> Tally:
        tenant_id = asked.tenant_id
        try:
            async with self._database.transaction(tenant=tenant_id) as session:
                saisine = await self._recording.taken(session, tenant_id, saisine_id)
                events = (await saisines.events_of(session, tenant_id, [saisine_id])).get(saisine_id, [])
                chosen = _last_choice(events)
                given = bool(chosen.get(DELAY_GIVEN))
                found = await self._said(session, saisine, delay=saisine.delay if given else None)
                open_still = saisine.closed_at is None and saisine.procedure_version is not None
                if found is None or not open_still or _effect(found.columns()) == _kept(saisine):
                    return Tally()
                if asked.dry_run:
                    after = await self._would_be(session, saisine, found, events, now=now)
                else:
                    after = await self._apply(session, asked, saisine, found, given=given)
                today = civil_day(now, (await self._tenants.get(session, tenant_id)).time_zone)
                return await _told(session, asked, saisine, after, now=now, today=today)
        except (ParvisError, SimulationError) as error:
            # It stands as it was: the walk that follows reads it, and says whether it can.
            log.warning("sve.not_requalified", saisine=str(saisine_id), error=type(error).__name__)
            return Tally()

    async def _apply(
        self, session: Session, asked: Recomputation, saisine: Saisine, found: Qualification, *, given: bool
    ) -> Saisine:
        told: dict[str, Any] = {**found.told(), "reason": f"Recalcul : {asked.reason}"}
        if given:
            told[DELAY_GIVEN] = True
        await self._recording.act(session, saisine, Act.QUALIFIED, told, actor=_who(asked))
        await saisines.change(session, saisine.tenant_id, saisine.id, found.columns())
        await self._recording.read_again(session, saisine.tenant_id, [saisine])
        after = await saisines.find(session, saisine.tenant_id, saisine.id)
        return after or saisine

    async def _would_be(
        self,
        session: Session,
        saisine: Saisine,
        found: Qualification,
        events: Sequence[LegalEvent],
        *,
        now: datetime,
    ) -> Saisine:
        tenant = await self._tenants.get(session, saisine.tenant_id)
        would = replace(saisine, **{**found.columns(), "regime": found.regime})
        columns = judge(case_of_saisine(tenant, would, events), now=read_as_of(saisine, now)).columns()
        columns.pop("digest")
        return replace(would, **columns)


async def _told(
    session: Session, asked: Recomputation, before: Saisine, after: Saisine, *, now: datetime, today: date
) -> Tally:
    columns: dict[str, Any] = {name: getattr(after, name) for name in ("term_on", "alert_on", "risk", "rules_version")}
    both = sides(before, before.reading, after.reading, columns=columns)
    if both is None:
        return Tally()
    await repository.log(session, asked, {before.id: (json.dumps(both[0]), json.dumps(both[1]))})
    day: date | None = after.alert_on or after.term_on
    if both[1]["earlier"] and not asked.dry_run and after.closed_at is None and day is not None:
        alert = earlier_alert(before, day, today=today)
        await saisines.raise_alerts(session, asked.tenant_id, [alert], at=now)
    return Tally(changed=1, earlier=int(both[1]["earlier"]))


def _who(asked: Recomputation) -> Actor:
    kind, _, identifier = asked.actor.partition(":")
    return Actor(kind, UUID(identifier) if identifier else None)


def _last_choice(events: Sequence[LegalEvent]) -> Mapping[str, Any]:
    return next((event.payload for event in reversed(events) if event.type == QUALIFIED), {})


def _effect(columns: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(columns[name] for name in _EFFECT)


def _kept(saisine: Saisine) -> tuple[Any, ...]:
    return _effect({name: getattr(saisine, name) for name in _EFFECT} | {"regime": saisine.regime.value})
