"""Tickets an agent writes down: by telephone, at the counter, from a letter."""

from typing import Annotated, Any

from fastapi import APIRouter

from app.api.acting import actor_of
from app.api.house import House
from app.exchanges.desk_schemas import NewTicket
from app.ids import Prefix, public_id
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.etags import etag
from app.rest.idempotency import Once
from app.rest.json_body import StrictRoute
from app.rest.transactions import Writing
from app.sve.schemas import TicketOut

router = APIRouter(prefix="/tickets", tags=["tickets"], route_class=StrictRoute)


@router.post(
    "",
    status_code=201,
    response_model=TicketOut,
    summary="Écrire une demande",
    response_description="La demande ouverte.",
)
async def write_down(
    new: NewTicket,
    house: House,
    session: Writing,
    once: Once,
    caller: Annotated[Caller, require("tickets:write")],
) -> Any:
    """Ouvre une demande faite au téléphone, au guichet ou par courrier ; son délai court comme celui de toute autre."""
    placed = await house.desk.write_down(session, caller.tenant_id, new.visit(), actor=actor_of(caller))
    ticket = await house.tickets.get(session, caller.tenant_id, placed.ticket_id)
    shown = TicketOut.of(ticket, await house.legal.of_tickets(session, caller.tenant_id, [ticket.id]))
    headers = {"Location": f"/api/v1/tickets/{public_id(Prefix.TICKET, ticket.id)}", "ETag": etag(ticket.version)}
    return await once.answer(shown, headers=headers)
