"""The watch: what silence would decide, who must be warned, what is owed; and clocks on paper."""

import asyncio
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, cast

from fastapi import APIRouter, Body, Query

from app.api.acting import actor_of
from app.api.house import House
from app.api.v1.paths import AlertInPath
from app.errors import Flaw, Invalid, NotFound
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.cursors import Position
from app.rest.json_body import StrictRoute
from app.rest.pages import Asked, Page, PageRequest
from app.rest.public_ids import TeamId
from app.rest.responses import refusals
from app.rest.transactions import Reading, Writing
from app.sve.filters import among
from app.sve.law.risk import Risk
from app.sve.saisine_schemas import EXAMPLE_ANSWER, EXAMPLE_CASE, AlertOut, DutyLine, WatchLine, WatchPage
from app.sve.simulation import SimulationError, simulate
from app.sve.values import Watched

router = APIRouter(prefix="/sve", tags=["sve"], route_class=StrictRoute)
Reader = Annotated[Caller, require("sve:read")]
Case = dict[str, Any]
_EXAMPLES: dict[str, Any] = {
    "case": {"summary": "Un cas", "value": EXAMPLE_CASE},
    "list": {"summary": "Plusieurs cas", "value": [EXAMPLE_CASE]},
}


class DutyKind(StrEnum):
    AEE = "AEE"
    ARE = "ARE"


class AlertState(StrEnum):
    OPEN = "open"
    ALL = "all"


@router.get("/watch", summary="Lire la veille", response_description="Une page.")
async def read_watch(
    asked: Asked,
    house: House,
    session: Reading,
    caller: Reader,
    risk: Annotated[
        str | None, Query(max_length=200, description="Risques, séparés par des virgules.", examples=["critical,near"])
    ] = None,
    first: Annotated[
        date | None,
        Query(alias="from", description="Seulement ce que le silence pourrait décider ce jour ou après."),
    ] = None,
    before: Annotated[
        date | None, Query(description="Seulement ce que le silence pourrait décider avant ce jour.")
    ] = None,
    procedure: Annotated[
        str | None,
        Query(min_length=1, max_length=100, description="Code de la démarche demandée.", examples=["URB-DP"]),
    ] = None,
    team_id: Annotated[TeamId | None, Query(description="Équipe.")] = None,
) -> WatchPage:
    """Donne tout ce que le silence déciderait, le plus urgent d'abord, et combien il y en a à chaque risque."""
    lines = await house.legal.watch_list(
        session,
        caller.tenant_id,
        risks=among(Risk, risk, name="risk"),
        since=first,
        before=before,
        procedure=procedure,
        team_id=team_id,
        after=_day(asked),
        limit=asked.take,
    )
    page = asked.page(lines, position=_position, show=WatchLine.of)
    counted = await house.legal.counts(session, caller.tenant_id)
    counts = {each: counted.get(each.value, 0) for each in Risk}
    return WatchPage(data=page.data, next_cursor=page.next_cursor, counts=counts)


@router.get("/alerts", summary="Lire les alertes", response_description="Une page.")
async def list_alerts(
    asked: Asked,
    house: House,
    session: Reading,
    caller: Reader,
    state: Annotated[AlertState, Query(description="`open` : celles dont personne ne s'est saisi.")] = AlertState.OPEN,
) -> Page[AlertOut]:
    """Donne les alertes, la dernière levée d'abord."""
    alerts = await house.legal.alerts(
        session,
        caller.tenant_id,
        open_only=state is AlertState.OPEN,
        after=asked.after.id if asked.after else None,
        limit=asked.take,
    )
    return asked.page(alerts, position=lambda alert: Position(None, alert.id), show=AlertOut.of)


@router.post(
    "/alerts/{alert_id}/acknowledgements",
    status_code=201,
    summary="Se saisir d'une alerte",
    response_description="L'alerte.",
    responses=refusals(NotFound),
)
async def acknowledge_alert(
    alert_id: AlertInPath,
    house: House,
    session: Writing,
    caller: Annotated[Caller, require("sve:write")],
) -> AlertOut:
    """Note qui s'en saisit ; le refaire ne change rien, le premier reste. Le délai, lui, court toujours."""
    alert = await house.legal.acknowledge_alert(session, caller.tenant_id, alert_id, actor=actor_of(caller))
    return AlertOut.of(alert)


@router.get("/duties", summary="Lire les accusés dus", response_description="Une page.")
async def list_duties(
    asked: Asked,
    house: House,
    session: Reading,
    caller: Reader,
    first: Annotated[date | None, Query(alias="from", description="Seulement ceux dus ce jour ou après.")] = None,
    by: Annotated[date | None, Query(description="Seulement ceux dus ce jour au plus tard.")] = None,
    kind: Annotated[
        DutyKind | None, Query(description="`AEE` : accusés d'enregistrement ; `ARE` : accusés de réception.")
    ] = None,
    team_id: Annotated[TeamId | None, Query(description="Équipe.")] = None,
) -> Page[DutyLine]:
    """Donne les accusés (AEE, ARE) encore dus, le plus pressé d'abord."""
    duties = await house.legal.owed(
        session,
        caller.tenant_id,
        since=first,
        by=by,
        kind=kind.value if kind else None,
        team_id=team_id,
        after=_day(asked),
        limit=asked.take,
    )
    return asked.page(duties, position=lambda owed: Position(owed.duty.due_on, owed.duty.id), show=DutyLine.told)


@router.post(
    "/simulations",
    summary="Simuler un délai",
    response_description="Chaque date, avec sa raison ; une liste pour une liste.",
    dependencies=[require("sve:read")],
    responses={200: {"content": {"application/json": {"example": EXAMPLE_ANSWER}}}},
)
async def simulate_cases(
    cases: Annotated[Case | list[Case], Body(openapi_examples=_EXAMPLES)],
) -> Case | list[Case]:
    """Lit un cas, ou une liste, avec le moteur même des demandes ; rien n'est gardé. Voir docs/law.md."""
    try:
        answers = await asyncio.to_thread(simulate, cases)
    except SimulationError as error:
        raise Invalid(flaws=[Flaw(error.pointer, "case", error.message)]) from None
    found = cast("list[Case]", answers)
    return found if isinstance(cases, list) else found[0]


def _position(watched: Watched) -> Position:
    return Position(watched.saisine.alert_on, watched.saisine.id)


def _day(asked: PageRequest) -> tuple[date, Any] | None:
    # A cursor is signed and of this list, so its key is what `position` wrote.
    return (cast("date", asked.after.key), asked.after.id) if asked.after else None
