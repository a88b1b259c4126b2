"""Links between requests: related ones, duplicates, sequels."""

from typing import Annotated, Any

from fastapi import APIRouter, Response

from app.api.acting import actor_of
from app.api.house import House
from app.api.v1.paths import LinkInPath, TicketInPath
from app.errors import Invalid, NotFound
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.cursors import Position
from app.rest.idempotency import Once
from app.rest.json_body import StrictRoute
from app.rest.pages import Asked, Page
from app.rest.responses import refusals
from app.rest.transactions import Reading, Writing
from app.tickets.link_schemas import LinkOut, NewLink
from app.tickets.link_values import AlreadyLinked, TooManyLinks
from app.tickets.moves import MergedElsewhere

router = APIRouter(prefix="/tickets/{ticket_id}/links", tags=["tickets"], route_class=StrictRoute)
Reader = Annotated[Caller, require("tickets:read")]
Writer = Annotated[Caller, require("tickets:write")]


@router.get("", summary="Lister les liens", response_description="Une page.", responses=refusals(NotFound))
async def list_links(
    ticket_id: TicketInPath, asked: Asked, house: House, session: Reading, caller: Reader
) -> Page[LinkOut]:
    """Donne les liens d'une demande, dits de son côté, dans l'ordre où ils furent faits.

    Un lien vers une demande que vous ne voyez pas n'y est pas.
    """
    after = asked.after.id if asked.after else None
    found, others = await house.links.page(session, caller.tenant_id, ticket_id, after=after, limit=asked.take)
    return asked.page(
        found,
        position=lambda link: Position(None, link.id),
        show=lambda link: LinkOut.of(link, seen_from=ticket_id, other=others[link.other(ticket_id)]),
    )


@router.post(
    "",
    status_code=201,
    response_model=LinkOut,
    summary="Lier deux demandes",
    response_description="Le lien.",
    responses=refusals(NotFound, MergedElsewhere, AlreadyLinked, TooManyLinks, Invalid),
)
async def make_link(
    ticket_id: TicketInPath, new: NewLink, house: House, session: Writing, once: Once, caller: Writer
) -> Any:
    """Dit ce qu'une demande a à voir avec une autre ; rien n'est déplacé, aucun délai ne change (voyez la fusion)."""
    link, other = await house.links.make(
        session, caller.tenant_id, ticket_id, new.ticket_id, kind=new.kind, actor=actor_of(caller)
    )
    return await once.answer(LinkOut.of(link, seen_from=ticket_id, other=other))


@router.delete(
    "/{link_id}",
    status_code=204,
    response_class=Response,
    summary="Retirer un lien",
    response_description="Retiré.",
    responses=refusals(NotFound),
)
async def remove_link(
    ticket_id: TicketInPath, link_id: LinkInPath, house: House, session: Writing, caller: Writer
) -> None:
    """Retire un lien, de l'un ou l'autre côté."""
    await house.links.remove(session, caller.tenant_id, ticket_id, link_id, actor=actor_of(caller))
