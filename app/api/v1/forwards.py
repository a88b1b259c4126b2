"""Reports handed over to a partner's Open311 server."""

from typing import Annotated, Any

from fastapi import APIRouter

from app.api.acting import actor_of
from app.api.house import House
from app.api.v1.paths import TicketInPath
from app.errors import Invalid, NotFound
from app.exchanges.forward_schemas import ForwardOut, NewForward
from app.exchanges.forwarding import ForwardedAlready, NoPartner
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.cursors import Position
from app.rest.etags import Expected
from app.rest.idempotency import Once
from app.rest.json_body import StrictRoute
from app.rest.pages import Asked, Page
from app.rest.responses import refusals
from app.rest.transactions import Reading, Writing
from app.tickets.moves import MergedElsewhere, TicketEmptied

router = APIRouter(prefix="/tickets/{ticket_id}", tags=["tickets"], route_class=StrictRoute)
Reader = Annotated[Caller, require("tickets:read")]
Writer = Annotated[Caller, require("tickets:write")]


@router.get(
    "/forwards",
    summary="Lister les transmissions",
    response_description="Les transmissions.",
    responses=refusals(NotFound),
)
async def list_forwards(
    ticket_id: TicketInPath, asked: Asked, house: House, session: Reading, caller: Reader
) -> Page[ForwardOut]:
    """Donne à quels partenaires un signalement fut transmis, son numéro et son état chez eux, le premier d'abord."""
    await house.tickets.get(session, caller.tenant_id, ticket_id)
    found = await house.forwarding.of_ticket(session, caller.tenant_id, ticket_id)
    # One a partner, and few partners: what stands before the cursor is left out here.
    rest = [one for one in found if asked.after is None or one.id > asked.after.id]
    return asked.page(rest, position=lambda one: Position(None, one.id), show=ForwardOut.of)


@router.post(
    "/forwards",
    status_code=202,
    response_model=ForwardOut,
    summary="Transmettre un signalement",
    response_description="La transmission, en file d'envoi.",
    responses=refusals(NotFound, NoPartner, ForwardedAlready, MergedElsewhere, TicketEmptied, Invalid),
)
async def forward_report(
    ticket_id: TicketInPath,
    new: NewForward,
    house: House,
    session: Writing,
    once: Once,
    expected: Expected,
    caller: Writer,
) -> Any:
    """Envoie au serveur Open311 d'un partenaire vos mots, le lieu, la rubrique et les photos choisies ; rien de la personne.

    Une réponse perdue laisse l'envoi en état `unknown` : il n'est jamais répété sans que quelqu'un le demande. Aucun délai
    ne s'arrête : transmettre une demande au sens de l'article L. 114-2 du CRPA est un autre geste.
    """
    made = await house.forwarding.hand_over(
        session, caller.tenant_id, ticket_id, new.handing(), version=expected, actor=actor_of(caller)
    )
    return await once.answer(ForwardOut.of(made), status=202)
