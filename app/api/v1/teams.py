"""Teams: organisation, service, team."""

from typing import Annotated, Any

from fastapi import APIRouter, Response

from app.api.acting import actor_of
from app.api.house import House
from app.api.v1.paths import TeamInPath
from app.errors import Conflict, Invalid, NotFound
from app.identity.people_schemas import NewTeam, TeamChange, TeamOut
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.cursors import Position
from app.rest.etags import Expected, Fresh, etag, require_version
from app.rest.idempotency import Once
from app.rest.json_body import StrictRoute
from app.rest.pages import Asked, Page
from app.rest.responses import refusals
from app.rest.transactions import Reading, Writing

router = APIRouter(prefix="/teams", tags=["people"], route_class=StrictRoute)
Reader = Annotated[Caller, require("tickets:read")]
Administrator = Annotated[Caller, require("users:admin")]


@router.get("", summary="Lister les équipes", response_description="Une page.")
async def list_teams(asked: Asked, house: House, session: Reading, caller: Reader) -> Page[TeamOut]:
    """Donne les équipes qui ne sont pas rangées, dans l'ordre où elles furent faites."""
    after = asked.after.id if asked.after else None
    found = await house.teams.page(session, caller.tenant_id, after=after, limit=asked.take)
    return asked.page(found, position=lambda one: Position(None, one.id), show=TeamOut.of)


@router.post(
    "",
    status_code=201,
    response_model=TeamOut,
    summary="Faire une équipe",
    response_description="L'équipe.",
    responses=refusals(Conflict, Invalid),
)
async def make_team(new: NewTeam, house: House, session: Writing, once: Once, caller: Administrator) -> Any:
    """Fait une équipe, au plus sur trois niveaux : organisation, service, équipe."""
    team = await house.teams.make(
        session, caller.tenant_id, name=new.name, parent_id=new.parent_id, actor=actor_of(caller)
    )
    return await once.answer(TeamOut.of(team), headers={"ETag": etag(team.version)})


@router.get("/{team_id}", summary="Lire une équipe", response_description="L'équipe.", responses=refusals(NotFound))
async def read_team(team_id: TeamInPath, house: House, session: Reading, fresh: Fresh, caller: Reader) -> TeamOut:
    """Donne une équipe, rangée ou non."""
    team = await house.teams.get(session, caller.tenant_id, team_id)
    fresh.at(team.version)
    return TeamOut.of(team)


@router.patch(
    "/{team_id}",
    summary="Changer une équipe",
    response_description="L'équipe.",
    responses=refusals(NotFound, Conflict, Invalid),
)
async def change_team(
    team_id: TeamInPath,
    change: TeamChange,
    response: Response,
    house: House,
    session: Writing,
    expected: Expected,
    caller: Administrator,
) -> TeamOut:
    """La renomme, la déplace, la range ou la rouvre ; ses demandes restent les siennes."""
    team = await house.teams.get(session, caller.tenant_id, team_id)
    require_version(team.version, expected=expected)
    team = await house.teams.change(
        session,
        caller.tenant_id,
        team_id,
        name=change.name or team.name,
        parent_id=change.parent_id if "parent_id" in change.model_fields_set else team.parent_id,
        archived=change.archived if change.archived is not None else team.archived_at is not None,
        version=expected,
        actor=actor_of(caller),
    )
    response.headers["ETag"] = etag(team.version)
    return TeamOut.of(team)
