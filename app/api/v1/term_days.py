"""The calendar of terms: how many of each risk end on each day, what is overdue, and what waits for each team."""

import calendar
from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Query

from app.api.house import House
from app.clock import civil_day
from app.errors import Flaw, Invalid
from app.reporting.term_day_schemas import TermDaysOut
from app.reporting.term_days import MOST_DAYS, Narrowing, counted
from app.reporting.terms import Window
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.json_body import StrictRoute
from app.rest.languages import Said
from app.rest.public_ids import TeamId
from app.rest.transactions import Reading
from app.sve.filters import among
from app.sve.law.risk import Risk

router = APIRouter(prefix="/sve", tags=["sve"], route_class=StrictRoute)


@router.get("/calendar", summary="Lire les échéances jour par jour", response_description="Les jours.")
async def read_term_days(
    *,
    house: House,
    session: Reading,
    caller: Annotated[Caller, require("sve:read")],
    first: Annotated[
        date | None,
        Query(alias="from", description="Premier jour ; par défaut, celui du mois en cours.", examples=["2026-04-27"]),
    ] = None,
    last: Annotated[
        date | None,
        Query(
            alias="to",
            description="Dernier jour, inclus ; par défaut, la fin du mois du premier.",
            examples=["2026-05-31"],
        ),
    ] = None,
    risk: Annotated[
        str | None, Query(max_length=200, description="Risques, séparés par des virgules.", examples=["critical,near"])
    ] = None,
    procedure: Annotated[
        str | None,
        Query(min_length=1, max_length=100, description="Code de la démarche demandée.", examples=["URB-DP"]),
    ] = None,
    team_id: Annotated[TeamId | None, Query(description="Équipe.")] = None,
) -> TermDaysOut:
    """Compte les délais ouverts de chaque jour, soixante-deux jours au plus, avec les jours fériés de l'administration.

    Seuls comptent les délais des demandes que vous pouvez voir. La liste qui fait chaque nombre se lit à `/sve/watch`, avec
    `from`, `before`, `risk`, `procedure` et `team_id` ; celle des accusés à `/sve/duties`.
    """
    tenant = await house.tenants.get(session, caller.tenant_id)
    today = civil_day(house.clock(), tenant.time_zone)
    begins = first or today.replace(day=1)
    window = Window(begins, last or begins.replace(day=calendar.monthrange(begins.year, begins.month)[1]))
    if not timedelta() <= window.last - window.first < timedelta(days=MOST_DAYS):
        told = Said(
            f"une période de {MOST_DAYS} jours au plus, le premier jour avant le dernier",
            en=f"a period of at most {MOST_DAYS} days, the first day before the last",
        )
        raise Invalid(flaws=[Flaw("query/from", "period", told)])
    asked = Narrowing(risks=among(Risk, risk, name="risk"), procedure=procedure, team_id=team_id)
    found = await counted(session, caller.tenant_id, window, asked, today=today)
    return TermDaysOut.of(found, window, today=today, territory=tenant.territory, time_zone=tenant.time_zone)
