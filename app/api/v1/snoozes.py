"""Setting a request aside until later, and taking it back."""

from typing import Annotated

from fastapi import APIRouter, Response

from app.api.acting import actor_of
from app.api.house import ApiHouse, House
from app.api.v1.paths import TicketInPath
from app.db.transaction import Session
from app.errors import Invalid, NotFound
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.etags import Expected, etag
from app.rest.json_body import StrictRoute
from app.rest.responses import refusals
from app.rest.transactions import Writing
from app.sve.schemas import TicketOut
from app.tickets.moves import MergedElsewhere, TicketEmptied
from app.tickets.snooze_schemas import NewSnooze
from app.tickets.snooze_values import TermTooNear, TicketOver
from app.tickets.values import Ticket

router = APIRouter(prefix="/tickets/{ticket_id}/snooze", tags=["tickets"], route_class=StrictRoute)
Writer = Annotated[Caller, require("tickets:write")]


@router.put(
    "",
    summary="Mettre une demande de côté",
    response_description="La demande.",
    responses=refusals(NotFound, Invalid, MergedElsewhere, TicketEmptied, TicketOver, TermTooNear),
)
async def snooze(
    ticket_id: TicketInPath,
    new: NewSnooze,
    response: Response,
    house: House,
    session: Writing,
    expected: Expected,
    caller: Writer,
) -> TicketOut:
    """Met une demande de côté jusqu'à un instant, ou jusqu'à ce que la personne écrive.

    Aucune ne dort au-delà de son terme : elle revient à la première alerte de son délai, et trois jours avant au plus tard.
    """
    ticket = await house.snoozing.snooze(
        session, caller.tenant_id, ticket_id, until_at=new.until_at, version=expected, actor=actor_of(caller)
    )
    return await _shown(house, session, caller, ticket, response)


@router.delete(
    "",
    summary="Reprendre une demande mise de côté",
    response_description="La demande.",
    responses=refusals(NotFound),
)
async def wake(
    ticket_id: TicketInPath,
    response: Response,
    house: House,
    session: Writing,
    expected: Expected,
    caller: Writer,
) -> TicketOut:
    """Fait revenir la demande dans la liste ; rien ne change si elle y est déjà."""
    ticket = await house.snoozing.wake(session, caller.tenant_id, ticket_id, version=expected, actor=actor_of(caller))
    return await _shown(house, session, caller, ticket, response)


async def _shown(house: ApiHouse, session: Session, caller: Caller, ticket: Ticket, response: Response) -> TicketOut:
    response.headers["ETag"] = etag(ticket.version)
    return TicketOut.of(ticket, await house.legal.of_tickets(session, caller.tenant_id, [ticket.id]))
