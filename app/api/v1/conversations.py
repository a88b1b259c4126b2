"""The live conversation of a request, for agents and what they work with."""

from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.responses import Response

from app.api.acting import actor_of
from app.api.closing import closing_of
from app.api.house import House
from app.api.live_conversations import happening
from app.api.v1.paths import TicketInPath
from app.audit.readings import Door, ReadKind
from app.chat.schemas import ConversationOut, StateOut
from app.chat.values import Conversation, NoticeCode, Side
from app.db.transaction import Session
from app.errors import Forbidden, NotFound, Unauthenticated
from app.identity.scopes import Scope
from app.rest.access import authenticate_again, require
from app.rest.callers import Caller
from app.rest.idempotency import Once
from app.rest.json_body import StrictRoute
from app.rest.responses import refusals
from app.rest.transactions import Reading, Writing

router = APIRouter(prefix="/tickets/{ticket_id}/conversation", tags=["tickets"], route_class=StrictRoute)
_STREAMED = (
    'event: line\ndata: {"seq": 3, "kind": "visitor", "notice": null, "author": "", "text": "Bonjour", '
    '"at": "2026-03-02T09:00:00Z"}\nid: 3\n\n'
    'event: state\ndata: {"here": true, "open": true, "read_seq": 3, "email": null}\n\n'
    'event: typing\ndata: {"side": "visitor"}\n\n: ping\n\n'
)


@router.get(
    "",
    summary="Lire la discussion",
    response_description="La discussion, et si l'usager est là.",
    responses=refusals(NotFound),
)
async def read_conversation(
    ticket_id: TicketInPath,
    house: House,
    session: Reading,
    caller: Annotated[Caller, require(Scope.TICKETS_READ)],
    after: Annotated[int, Query(ge=0, le=2**53, description="Ne donner que les lignes après ce numéro.")] = 0,
) -> ConversationOut:
    """Donne les lignes de la discussion en direct, et où en est l'usager ; `id` est `null` s'il n'y en a pas eu."""
    await house.tickets.get(session, caller.tenant_id, ticket_id)
    await house.eyewitness.saw(caller, ReadKind.TICKET, ticket_id, door=Door.API, ticket_id=ticket_id)
    found = await house.chat.of_ticket(session, caller.tenant_id, ticket_id)
    lines = await house.chat.lines(session, caller.tenant_id, found.id, after=after) if found else []
    return ConversationOut.of(found, lines, now=house.clock())


async def _listened(
    request: Request, house: House, ticket_id: TicketInPath, caller: Annotated[Caller, require(Scope.TICKETS_READ)]
) -> Conversation | None:
    """Finds what a stream follows, before its first byte: a refusal is then still an answer."""
    del request
    async with house.database.transaction(tenant=caller.tenant_id) as session:
        await house.tickets.get(session, caller.tenant_id, ticket_id)
        found = await house.chat.of_ticket(session, caller.tenant_id, ticket_id)
    await house.eyewitness.saw(caller, ReadKind.TICKET, ticket_id, door=Door.API, ticket_id=ticket_id)
    return found


@router.get(
    "/stream",
    summary="Suivre la discussion",
    response_class=EventSourceResponse,
    responses={
        200: {
            "description": "Un flux `text/event-stream` ; `id` est le numéro de la ligne, un battement passe toutes les 15 s.",
            "content": {"text/event-stream": {"example": _STREAMED}},
        },
        **refusals(NotFound),
    },
)
async def stream_conversation(
    request: Request,
    house: House,
    ticket_id: TicketInPath,
    caller: Annotated[Caller, require(Scope.TICKETS_READ)],
    found: Annotated[Conversation | None, Depends(_listened)],
    last_event_id: Annotated[
        str | None, Header(max_length=100, description="Numéro de la dernière ligne reçue ; le flux reprend après.")
    ] = None,
) -> AsyncIterator[ServerSentEvent]:
    """Donne les lignes, la présence et la frappe de l'usager à mesure (Server-Sent Events), et reprend sans trou.

    Les droits sont relus pendant l'écoute. Sans discussion, le flux se termine aussitôt.
    """
    if found is None:
        return
    word = last_event_id or ""

    async def look(session: Session, conversation: Conversation) -> StateOut:
        await house.tickets.get(session, caller.tenant_id, ticket_id)
        return StateOut.of(conversation, now=house.clock())

    async def allowed() -> bool:
        try:
            again = await authenticate_again(request)
        except (Unauthenticated, Forbidden):
            return False
        return again.tenant_id == caller.tenant_id and Scope.TICKETS_READ in again.scopes

    async for event in happening(
        house,
        caller.tenant_id,
        found.id,
        after=int(word) if word.isascii() and word.isdecimal() and len(word) < 16 else 0,
        side=Side.AGENT,
        look=look,
        allowed=allowed,
        closing=closing_of(request),
    ):
        yield event


@router.post(
    "/typing",
    status_code=204,
    response_class=Response,
    summary="Dire qu'on écrit",
    response_description="C'est dit.",
    responses=refusals(NotFound),
)
async def say_typing(
    ticket_id: TicketInPath,
    house: House,
    session: Reading,
    caller: Annotated[Caller, require(Scope.TICKETS_WRITE)],
) -> Response:
    """Dit à l'usager que quelqu'un lui écrit. Rien n'en est gardé ; le redire ne change rien."""
    await house.tickets.get(session, caller.tenant_id, ticket_id)
    found = await house.chat.of_ticket(session, caller.tenant_id, ticket_id)
    if found is None:
        raise NotFound
    await house.chat.conversing.typing(found.id, Side.AGENT)
    return Response(status_code=204)


@router.post(
    "/closures",
    status_code=201,
    response_model=ConversationOut,
    summary="Terminer la discussion",
    response_description="La discussion, terminée.",
    responses=refusals(NotFound),
)
async def close_conversation(
    ticket_id: TicketInPath,
    house: House,
    session: Writing,
    once: Once,
    caller: Annotated[Caller, require(Scope.TICKETS_WRITE)],
) -> Any:
    """Termine la discussion ; la demande et ses délais continuent, et un nouveau message de l'usager la rouvre."""
    await house.tickets.get(session, caller.tenant_id, ticket_id)
    found = await house.chat.of_ticket(session, caller.tenant_id, ticket_id)
    if found is None:
        raise NotFound
    how, actor = NoticeCode.ENDED_BY_AGENT, actor_of(caller)
    await house.chat.conversing.end(session, caller.tenant_id, found.id, how=how, actor=actor)
    present = await house.chat.conversation(session, caller.tenant_id, found.id)
    lines = await house.chat.lines(session, caller.tenant_id, found.id, after=0)
    return await once.answer(ConversationOut.of(present, lines, now=house.clock()), status=201)
