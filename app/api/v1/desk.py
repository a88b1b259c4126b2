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
from app.tickets.values import Piece


class ScannedRoute(StrictRoute):
    """Takes a letter with its scans."""

    max_body_bytes = 14 * 2**20  # 10 MiB of scans, in base64


router = APIRouter(prefix="/tickets", tags=["tickets"], route_class=ScannedRoute)


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
    # A scan stored and then rolled back is a piece nobody names: harmless.
    pieces = [
        Piece(name=name, content_type=kind, size=len(content), sha256=await house.store.put(caller.tenant_id, content))
        for name, kind, content in new.scanned()
    ]
    placed = await house.desk.write_down(session, caller.tenant_id, new.visit(pieces), actor=actor_of(caller))
    ticket = await house.tickets.get(session, caller.tenant_id, placed.ticket_id)
    shown = TicketOut.of(ticket, await house.legal.of_tickets(session, caller.tenant_id, [ticket.id]))
    headers = {"Location": f"/api/v1/tickets/{public_id(Prefix.TICKET, ticket.id)}", "ETag": etag(ticket.version)}
    return await once.answer(shown, headers=headers)
