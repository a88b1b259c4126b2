"""How the administration served what it received in a period: volumes, first answers, legal terms."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Query

from app.api.house import House
from app.clock import civil_day
from app.errors import Flaw, Invalid
from app.reporting.service_figures import MOST_DAYS, Period, served
from app.reporting.service_schemas import ServiceFiguresOut
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.json_body import StrictRoute
from app.rest.languages import Said
from app.rest.public_ids import TeamId
from app.rest.transactions import Reading

router = APIRouter(prefix="/figures", tags=["tickets"], route_class=StrictRoute)
_USUAL = timedelta(days=29)
_FOLLOWED = timedelta(days=366)


@router.get("", summary="Lire les chiffres du service", response_description="Les chiffres.")
async def read_figures(
    *,
    house: House,
    session: Reading,
    caller: Annotated[Caller, require("tickets:read", "sve:read")],
    first: Annotated[
        date | None,
        Query(
            alias="from",
            description="Premier jour de réception ; par défaut, trente jours en tout.",
            examples=["2026-02-11"],
        ),
    ] = None,
    last: Annotated[
        date | None,
        Query(alias="to", description="Dernier jour, inclus ; par défaut, aujourd'hui.", examples=["2026-03-12"]),
    ] = None,
    team_id: Annotated[TeamId | None, Query(description="Équipe.")] = None,
) -> ServiceFiguresOut:
    """Compte ce qui a été reçu pendant une période de quatre-vingt-douze jours au plus, et ce qui en est advenu.

    Seules comptent les demandes que vous pouvez voir. La liste qui fait chaque chiffre se lit à `/tickets`, avec
    `received_from`, `received_to`, `channel`, `procedure` et `team_id`.
    """
    tenant = await house.tenants.get(session, caller.tenant_id)
    until = last or civil_day(house.clock(), tenant.time_zone)
    period = Period(first=first or until - _USUAL, last=until, team_id=team_id)
    if not timedelta() <= period.last - period.first < timedelta(days=MOST_DAYS):
        told = Said(
            f"une période de {MOST_DAYS} jours au plus, le premier jour avant le dernier",
            en=f"a period of at most {MOST_DAYS} days, the first day before the last",
        )
        raise Invalid(flaws=[Flaw("query/from", "period", told)])
    # An answer a year after the period counts the open hours until then: a median does not feel it.
    known = min(civil_day(house.clock(), tenant.time_zone), period.last + _FOLLOWED)
    hours = await house.opening.open_times(session, caller.tenant_id, first=period.first, last=known)
    figures = await served(session, caller.tenant_id, period, hours=hours)
    catalogue = (await house.procedures.today(session, caller.tenant_id)).catalogue

    def title(code: str) -> str | None:
        entry = catalogue.get(code)
        return entry.title if entry else None

    return ServiceFiguresOut.of(figures, period, title=title)
