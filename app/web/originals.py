"""What citizens sent, shown without letting it act: their HTML in a frame without rights, their pieces as files."""

from html import escape

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from app.audit.readings import Door, ReadKind
from app.channels.kit.html import sanitise
from app.errors import NotFound
from app.facts import Seen
from app.files.sniff import OPAQUE, Served, sniff
from app.identity.scopes import Scope
from app.ids import IdError, Prefix, parse_id, public_id
from app.tickets.quarantine import judge_taking
from app.web.agents import Agent, actor_of, need
from app.web.bodies import agents_form
from app.web.house import house_of
from app.web.pages import see
from app.web.refusals import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)
# Nothing is fetched, nothing runs, nothing leaves; the frame has no origin. Only our own pages may show it.
FRAME_POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; require-trusted-types-for 'script'; trusted-types 'none'; sandbox"
)
_LOOK = "body{margin:8px;font:15px/1.5 system-ui,sans-serif;color:#1a1c21;background:#fff;overflow-wrap:anywhere}"


@router.get("/messages/{message}/html")
async def message_html(request: Request, agent: Agent, message: str) -> HTMLResponse:
    """Serves a message's HTML, cleaned again, for the sandboxed frame of the request's page."""
    need(agent, Scope.TICKETS_READ)
    house = house_of(request)
    try:
        message_id = parse_id(Prefix.MESSAGE, message)
    except IdError:
        raise NotFound from None
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        found = await house.tickets.message(session, agent.tenant_id, message_id)
    if found.html is None:
        raise NotFound
    await house.eyewitness.saw(agent, ReadKind.TICKET, found.ticket_id, door=Door.WEB, ticket_id=found.ticket_id)
    cleaned = sanitise(found.html)
    body = cleaned.html if cleaned.html is not None else f"<pre>{escape(cleaned.text)}</pre>"
    whole = (
        f'<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>Message</title>'
        f"<style>{_LOOK}</style></head><body>{body}</body></html>"
    )
    headers = {
        "Content-Security-Policy": FRAME_POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": "no-store",
    }
    return HTMLResponse(whole, headers=headers)


@router.post("/pieces/{piece}/recuperations")
async def fetch_again(request: Request, agent: Agent, piece: str) -> Response:
    """Asks the provider once more for a piece that could not be had; a second click finds it awaited."""
    need(agent, Scope.TICKETS_WRITE)
    house = house_of(request)
    await agents_form(request)
    try:
        piece_id = parse_id(Prefix.ATTACHMENT, piece)
    except IdError:
        raise NotFound from None
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        message_id, _ = await house.tickets.piece(session, agent.tenant_id, piece_id)
        message = await house.tickets.message(session, agent.tenant_id, message_id)
        await house.fetching.again(session, agent.tenant_id, piece_id, message_id, actor=actor_of(agent))
    return see(f"/demandes/{public_id(Prefix.TICKET, message.ticket_id)}?fait=recuperation")


@router.post("/pieces/{piece}/lectures")
async def read_by_machine(request: Request, agent: Agent, piece: str) -> Response:
    """Has a piece read by machine; a second click finds it awaited, or read."""
    need(agent, Scope.TICKETS_WRITE)
    house = house_of(request)
    await agents_form(request)
    try:
        piece_id = parse_id(Prefix.ATTACHMENT, piece)
    except IdError:
        raise NotFound from None
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        message_id, found = await house.tickets.piece(session, agent.tenant_id, piece_id)
        message = await house.tickets.message(session, agent.tenant_id, message_id)
        await house.deciphering.again(session, agent.tenant_id, piece_id, found, actor=actor_of(agent))
    return see(f"/demandes/{public_id(Prefix.TICKET, message.ticket_id)}?fait=lecture")


@router.post("/pieces/{piece}/ecartee")
async def piece_set_aside(request: Request, agent: Agent, piece: str) -> Response:
    """Gives a piece the antivirus set aside, to whoever may and says why: always to be saved, never shown."""
    need(agent, Scope.TICKETS_READ)
    house = house_of(request)
    form = await agents_form(request)
    try:
        piece_id = parse_id(Prefix.ATTACHMENT, piece)
    except IdError:
        raise NotFound from None
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        message_id, found = await house.tickets.piece(session, agent.tenant_id, piece_id)
        message = await house.tickets.message(session, agent.tenant_id, message_id)
        if found.sha256 is None:
            raise NotFound
        why = judge_taking(found, scopes=agent.scopes, reason=form.last("motif") or "")
        seen = Seen(
            tenant_id=agent.tenant_id,
            subject_id=piece_id,
            at=house.clock(),
            actor=actor_of(agent),
            action="attachment.quarantined_read" if why else "attachment.read",
            detail={"message_id": str(message_id), **({"reason": why} if why else {})},
        )
        await house.book.record(session, seen)
    await house.eyewitness.saw(agent, ReadKind.ATTACHMENT, piece_id, door=Door.WEB, ticket_id=message.ticket_id)
    content = await house.store.get(agent.tenant_id, found.sha256)
    return Response(content, headers=dict(Served(OPAQUE, "attachment").headers(found.name)))


@router.get("/pieces/{piece}")
async def piece_file(request: Request, agent: Agent, piece: str) -> Response:
    """Serves a piece as what its bytes are, never as what its sender says."""
    need(agent, Scope.TICKETS_READ)
    house = house_of(request)
    try:
        piece_id = parse_id(Prefix.ATTACHMENT, piece)
    except IdError:
        raise NotFound from None
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        message_id, found = await house.tickets.piece(session, agent.tenant_id, piece_id)
        message = await house.tickets.message(session, agent.tenant_id, message_id)
    if found.sha256 is None:
        raise NotFound
    judge_taking(found, scopes=agent.scopes, reason=None)
    await house.eyewitness.saw(agent, ReadKind.ATTACHMENT, piece_id, door=Door.WEB, ticket_id=message.ticket_id)
    content = await house.store.get(agent.tenant_id, found.sha256)
    served = sniff(content, claimed=found.content_type)
    return Response(content, headers=dict(served.headers(found.name)))
