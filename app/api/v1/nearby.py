"""What else was reported near a ticket."""

from typing import Annotated

from fastapi import APIRouter

from app.api.house import House
from app.api.v1.paths import TicketInPath
from app.errors import NotFound
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.cursors import Position
from app.rest.json_body import StrictRoute
from app.rest.pages import Asked, Page
from app.rest.responses import refusals
from app.rest.transactions import Reading
from app.tickets.near_schemas import NearOut

router = APIRouter(prefix="/tickets/{ticket_id}", tags=["tickets"], route_class=StrictRoute)
Reader = Annotated[Caller, require("tickets:read")]


@router.get(
    "/nearby",
    summary="Lister les signalements proches",
    response_description="Les demandes proches.",
    responses=refusals(NotFound),
)
async def list_nearby(
    ticket_id: TicketInPath, asked: Asked, house: House, session: Reading, caller: Reader
) -> Page[NearOut]:
    """Donne les demandes encore ouvertes autour de celle-ci, la plus proche d'abord, vingt au plus ; aucune si elle n'a pas de lieu.

    La distance et l'âge sont ceux du formulaire ou de la rubrique : 50 mètres et 30 jours, sauf réglage. Pour les réunir :
    `POST /tickets/{ticket_id}/merges`, qui se défait.
    """
    found = (await house.nearby.of_ticket(session, caller.tenant_id, ticket_id)).found
    named = [one.ticket_id for one in found]
    # Twenty rows at most: what stands before the cursor is left out here.
    start = named.index(asked.after.id) + 1 if asked.after and asked.after.id in named else 0
    return asked.page(found[start:], position=lambda one: Position(None, one.ticket_id), show=NearOut.of)
