"""When the administration and its teams are open, for figures; no legal term reads it."""

from typing import Annotated

from fastapi import APIRouter, Response

from app.api.acting import actor_of
from app.api.house import House
from app.api.v1.paths import TeamInPath
from app.errors import Invalid, NotFound
from app.reporting.opening.schemas import BusinessHoursOut, NewBusinessHours
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.etags import Expected, Fresh, etag, require_version
from app.rest.json_body import StrictRoute
from app.rest.responses import refusals
from app.rest.transactions import Reading, Writing

router = APIRouter(tags=["people"], route_class=StrictRoute)
Reader = Annotated[Caller, require("tickets:read")]
Administrator = Annotated[Caller, require("users:admin")]


@router.get("/business-hours", summary="Lire les heures d'ouverture", response_description="Les heures.")
async def read_business_hours(house: House, session: Reading, fresh: Fresh, caller: Reader) -> BusinessHoursOut:
    """Donne la semaine de l'administration et ses jours de fermeture. Aucun délai légal n'en dépend."""
    chosen = await house.opening.get(session, caller.tenant_id)
    fresh.at(chosen.version)
    return BusinessHoursOut.of(chosen)


@router.put(
    "/business-hours",
    summary="Choisir les heures d'ouverture",
    response_description="Les heures.",
    responses=refusals(Invalid),
)
async def choose_business_hours(
    new: NewBusinessHours,
    response: Response,
    house: House,
    session: Writing,
    expected: Expected,
    caller: Administrator,
) -> BusinessHoursOut:
    """Remplace la semaine entière, pour les chiffres du service. Les jours fériés du territoire sont fermés.

    Les délais légaux courent en jours civils, fermés ou non : ils ne lisent jamais ces heures.
    """
    present = await house.opening.get(session, caller.tenant_id)
    require_version(present.version, expected=expected)
    chosen = await house.opening.choose(
        session, caller.tenant_id, new.hours(), version=expected, actor=actor_of(caller)
    )
    response.headers["ETag"] = etag(chosen.version)
    return BusinessHoursOut.of(chosen)


@router.get(
    "/teams/{team_id}/business-hours",
    summary="Lire les heures d'une équipe",
    response_description="Les heures.",
    responses=refusals(NotFound),
)
async def read_team_business_hours(
    team_id: TeamInPath, house: House, session: Reading, fresh: Fresh, caller: Reader
) -> BusinessHoursOut:
    """Donne les heures propres à une équipe ; une semaine vide : celles de l'administration valent."""
    chosen = await house.opening.get(session, caller.tenant_id, team_id)
    fresh.at(chosen.version)
    return BusinessHoursOut.of(chosen)


@router.put(
    "/teams/{team_id}/business-hours",
    summary="Choisir les heures d'une équipe",
    response_description="Les heures.",
    responses=refusals(Invalid, NotFound),
)
async def choose_team_business_hours(
    team_id: TeamInPath,
    new: NewBusinessHours,
    response: Response,
    house: House,
    session: Writing,
    expected: Expected,
    caller: Administrator,
) -> BusinessHoursOut:
    """Donne à une équipe une semaine à elle, à la place de celle de l'administration. Aucun délai légal n'en dépend."""
    present = await house.opening.get(session, caller.tenant_id, team_id)
    require_version(present.version, expected=expected)
    chosen = await house.opening.choose(
        session, caller.tenant_id, new.hours(), team_id=team_id, version=expected, actor=actor_of(caller)
    )
    response.headers["ETag"] = etag(chosen.version)
    return BusinessHoursOut.of(chosen)


@router.delete(
    "/teams/{team_id}/business-hours",
    status_code=204,
    response_class=Response,
    summary="Retirer les heures d'une équipe",
    response_description="Celles de l'administration valent.",
    responses=refusals(NotFound),
)
async def forget_team_business_hours(
    team_id: TeamInPath, house: House, session: Writing, expected: Expected, caller: Administrator
) -> None:
    """Rend à une équipe la semaine de l'administration."""
    present = await house.opening.get(session, caller.tenant_id, team_id)
    require_version(present.version, expected=expected)
    if present.version:
        await house.opening.take_away(session, caller.tenant_id, team_id, version=expected, actor=actor_of(caller))
