"""What the public reads of a report: words an agent writes, never those of the citizen."""

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict, Field

from app.api.acting import actor_of
from app.api.house import House
from app.api.v1.paths import TicketInPath
from app.errors import Conflict, Invalid, NotFound
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.etags import Expected, require_version
from app.rest.json_body import StrictRoute
from app.rest.public_ids import AttachmentId
from app.rest.responses import refusals
from app.rest.transactions import Writing

router = APIRouter(prefix="/tickets/{ticket_id}", tags=["tickets"], route_class=StrictRoute)
Writer = Annotated[Caller, require("tickets:write")]


class ReportWords(BaseModel):
    """Ce que chacun peut lire d'un signalement."""

    model_config = ConfigDict(extra="forbid")
    description: str = Field(
        min_length=1,
        max_length=4000,
        description="Vos mots, sans nom ni rien qui désigne une personne.",
        examples=["Lampadaire éteint devant l'école."],
    )
    photos: list[AttachmentId] = Field(
        default=[],
        max_length=5,
        description="Photos à montrer, choisies après les avoir regardées ; ce que l'appareil y a écrit en est ôté.",
        examples=[[]],
    )


@router.put(
    "/publication",
    status_code=204,
    response_class=Response,
    summary="Publier un signalement",
    response_description="Publié.",
    responses=refusals(NotFound, Conflict, Invalid),
)
async def publish_report(
    ticket_id: TicketInPath, words: ReportWords, house: House, session: Writing, expected: Expected, caller: Writer
) -> None:
    """Montre par Open311 vos mots, les photos choisies et l'adresse du signalement ; avant cela, seuls sa nature, son état et son lieu."""
    ticket = await house.tickets.get(session, caller.tenant_id, ticket_id)
    require_version(ticket.version, expected=expected)
    await house.publishing.publish(
        session, caller.tenant_id, ticket_id, description=words.description, shown=words.photos, actor=actor_of(caller)
    )


@router.delete(
    "/publication",
    status_code=204,
    response_class=Response,
    summary="Retirer un signalement de la vue du public",
    response_description="Retiré.",
    responses=refusals(NotFound),
)
async def withdraw_report(
    ticket_id: TicketInPath, house: House, session: Writing, expected: Expected, caller: Writer
) -> None:
    """Retire vos mots et l'adresse ; la nature, l'état et le lieu restent lisibles."""
    ticket = await house.tickets.get(session, caller.tenant_id, ticket_id)
    require_version(ticket.version, expected=expected)
    await house.publishing.withdraw(session, caller.tenant_id, ticket_id, actor=actor_of(caller))
