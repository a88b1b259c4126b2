"""Presence: who has a request open, and who is writing in it, seen before one opens it."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from app.api.house import House
from app.api.v1.paths import TicketInPath
from app.errors import Forbidden, NotFound
from app.identity.scopes import Scope
from app.ids import Prefix
from app.live.presence import Doing
from app.live.presence_schemas import PresenceOut, PresencePage, PresenceSaid
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.json_body import StrictRoute
from app.rest.languages import Said
from app.rest.public_ids import example_of
from app.rest.responses import refusals
from app.rest.transactions import Reading
from app.sve.filters import named

router = APIRouter(prefix="/presence", tags=["tickets"], route_class=StrictRoute)
tickets_router = APIRouter(prefix="/tickets/{ticket_id}/presence", tags=["tickets"], route_class=StrictRoute)
Reader = Annotated[Caller, require("tickets:read")]
_MOST = 50
_MOST_EVERYWHERE = 200


@router.get("", summary="Lire les présences d'une liste", response_description="Les présences.")
async def list_presence(
    house: House,
    session: Reading,
    caller: Reader,
    ticket_id: Annotated[
        str,
        Query(
            max_length=_MOST * 31,
            description="Demandes, séparées par des virgules, cinquante au plus.",
            examples=[example_of(Prefix.TICKET)],
        ),
    ] = "",
    everywhere: Annotated[  # noqa: FBT002 — a query
        bool,
        Query(
            description="Toutes les demandes où quelqu'un est, au lieu de celles que nomme `ticket_id` ; "
            f"{_MOST_EVERYWHERE} au plus, celles où l'on est venu en dernier."
        ),
    ] = False,
) -> PresencePage:
    """Dit qui est sur chacune des demandes nommées, ou de toutes ; celles que vous ne voyez pas n'y sont pas."""
    asked, now, complete = named(Prefix.TICKET, ticket_id, name="ticket_id", most=_MOST), house.clock(), True
    if everywhere:
        asked, complete = house.presence.everywhere(caller.tenant_id, at=now, most=_MOST_EVERYWHERE)
    seen = await house.tickets.some(session, caller.tenant_id, asked)
    found = house.presence.on(caller.tenant_id, [one for one in asked if one in seen], at=now)
    told = [PresenceOut.of(one, who, at=now) for one, who in found.items()]
    return PresencePage(data=told, complete=complete, next_cursor=None)


@tickets_router.get(
    "", summary="Lire les présences", response_description="Les présences.", responses=refusals(NotFound)
)
async def read_presence(ticket_id: TicketInPath, house: House, session: Reading, caller: Reader) -> PresenceOut:
    """Dit qui a la demande sous les yeux, et qui y écrit."""
    await house.tickets.get(session, caller.tenant_id, ticket_id)
    now = house.clock()
    found = house.presence.on(caller.tenant_id, [ticket_id], at=now)
    return PresenceOut.of(ticket_id, found[ticket_id], at=now)


@tickets_router.put(
    "",
    summary="Dire sa présence",
    response_description="Les présences, la vôtre comprise.",
    responses=refusals(NotFound, Forbidden),
)
async def say_presence(
    ticket_id: TicketInPath, said: PresenceSaid, house: House, session: Reading, caller: Reader
) -> PresenceOut:
    """Dit que vous avez la demande sous les yeux, ou que vous y écrivez, pour deux minutes ; redites-le à mesure.

    Rien n'en est gardé, et écrire n'interdit rien aux autres : ils en sont prévenus.
    """
    await house.tickets.get(session, caller.tenant_id, ticket_id)
    if said.doing is Doing.WRITING and Scope.TICKETS_WRITE not in caller.scopes:
        raise Forbidden(Said("vous lisez les demandes sans y écrire", en="you read tickets and do not write in them"))
    now = house.clock()
    name = str(getattr(caller, "name", ""))
    await house.presence.here(caller.tenant_id, ticket_id, who=caller.label, name=name, doing=said.doing, at=now)
    found = house.presence.on(caller.tenant_id, [ticket_id], at=now)
    return PresenceOut.of(ticket_id, found[ticket_id], at=now)


@tickets_router.delete(
    "",
    status_code=204,
    response_class=Response,
    summary="Quitter une demande",
    response_description="Quittée.",
    responses=refusals(NotFound),
)
async def leave(ticket_id: TicketInPath, house: House, session: Reading, caller: Reader) -> None:
    """Dit que vous n'avez plus la demande sous les yeux ; sans cela, deux minutes suffisent."""
    await house.tickets.get(session, caller.tenant_id, ticket_id)
    await house.presence.gone(caller.tenant_id, ticket_id, who=caller.label, at=house.clock())
