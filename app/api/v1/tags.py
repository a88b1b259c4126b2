"""Tags: the administration's list, and what a request is filed under."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from app.api.acting import actor_of
from app.api.house import ApiHouse, House
from app.api.v1.paths import TagInPath, TicketInPath
from app.db.transaction import Session
from app.errors import Invalid, NotFound
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.cursors import Position
from app.rest.etags import Expected, Fresh, etag
from app.rest.idempotency import Once
from app.rest.json_body import StrictRoute
from app.rest.pages import Asked, Page
from app.rest.responses import refusals
from app.rest.transactions import Reading, Writing
from app.sve.schemas import TicketOut
from app.tickets.moves import MergedElsewhere
from app.tickets.tag_schemas import NewTag, TagChange, TagOut
from app.tickets.tag_values import TagArchived, TagTaken, TooManyTags
from app.tickets.values import Ticket

router = APIRouter(prefix="/tags", tags=["tickets"], route_class=StrictRoute)
tickets_router = APIRouter(prefix="/tickets/{ticket_id}/tags", tags=["tickets"], route_class=StrictRoute)
Reader = Annotated[Caller, require("tickets:read")]
Writer = Annotated[Caller, require("tickets:write")]
Administrator = Annotated[Caller, require("users:admin")]


@router.get("", summary="Lister les étiquettes", response_description="Une page.")
async def list_tags(
    asked: Asked,
    house: House,
    session: Reading,
    caller: Reader,
    archived: Annotated[bool, Query(description="Celles qui sont rangées aussi.", examples=[False])] = False,  # noqa: FBT002 — a query
) -> Page[TagOut]:
    """Donne les étiquettes de l'administration, dans l'ordre où elles furent faites."""
    after = asked.after.id if asked.after else None
    found = await house.tags.page(session, caller.tenant_id, archived=archived, after=after, limit=asked.take)
    return asked.page(found, position=lambda one: Position(None, one.id), show=TagOut.made)


@router.post(
    "",
    status_code=201,
    response_model=TagOut,
    summary="Faire une étiquette",
    response_description="L'étiquette.",
    responses=refusals(TagTaken, TooManyTags, Invalid),
)
async def make_tag(new: NewTag, house: House, session: Writing, once: Once, caller: Administrator) -> Any:
    """Ajoute une étiquette à la liste de l'administration."""
    tag = await house.tags.make(session, caller.tenant_id, name=new.name, color=new.color, actor=actor_of(caller))
    return await once.answer(TagOut.made(tag), headers={"ETag": etag(tag.version)})


@router.get(
    "/{tag_id}", summary="Lire une étiquette", response_description="L'étiquette.", responses=refusals(NotFound)
)
async def read_tag(tag_id: TagInPath, house: House, session: Reading, fresh: Fresh, caller: Reader) -> TagOut:
    """Donne une étiquette, rangée ou non."""
    tag = await house.tags.get(session, caller.tenant_id, tag_id)
    fresh.at(tag.version)
    return TagOut.made(tag)


@router.patch(
    "/{tag_id}",
    summary="Changer une étiquette",
    response_description="L'étiquette.",
    responses=refusals(NotFound, TagTaken, TooManyTags, Invalid),
)
async def change_tag(
    tag_id: TagInPath,
    change: TagChange,
    response: Response,
    house: House,
    session: Writing,
    expected: Expected,
    caller: Administrator,
) -> TagOut:
    """La renomme, la colore, la range ou la rouvre ; les demandes qui la portent la gardent."""
    tag = await house.tags.change(
        session,
        caller.tenant_id,
        tag_id,
        name=change.name,
        color=change.color,
        archived=change.archived,
        version=expected,
        actor=actor_of(caller),
    )
    response.headers["ETag"] = etag(tag.version)
    return TagOut.made(tag)


@tickets_router.put(
    "/{tag_id}",
    summary="Étiqueter une demande",
    response_description="La demande.",
    responses=refusals(NotFound, MergedElsewhere, TagArchived, TooManyTags),
)
async def put_tag(
    ticket_id: TicketInPath,
    tag_id: TagInPath,
    response: Response,
    house: House,
    session: Writing,
    expected: Expected,
    caller: Writer,
) -> TicketOut:
    """Met une étiquette sur une demande ; celle qui y est déjà y reste, sans nouvelle version."""
    ticket = await house.tags.put(
        session, caller.tenant_id, ticket_id, tag_id, version=expected, actor=actor_of(caller)
    )
    return await _shown(house, session, caller, ticket, response)


@tickets_router.delete(
    "/{tag_id}",
    summary="Retirer une étiquette d'une demande",
    response_description="La demande.",
    responses=refusals(NotFound, MergedElsewhere),
)
async def take_tag_off(
    ticket_id: TicketInPath,
    tag_id: TagInPath,
    response: Response,
    house: House,
    session: Writing,
    expected: Expected,
    caller: Writer,
) -> TicketOut:
    """Retire une étiquette d'une demande ; rien ne change quand elle n'y est pas."""
    ticket = await house.tags.take_off(
        session, caller.tenant_id, ticket_id, tag_id, version=expected, actor=actor_of(caller)
    )
    return await _shown(house, session, caller, ticket, response)


async def _shown(house: ApiHouse, session: Session, caller: Caller, ticket: Ticket, response: Response) -> TicketOut:
    response.headers["ETag"] = etag(ticket.version)
    return TicketOut.of(ticket, await house.legal.of_tickets(session, caller.tenant_id, [ticket.id]))
