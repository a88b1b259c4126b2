"""The page of a live chat: whole without a script, and the frame that a town's site shows.

Without script nothing is kept in the browser: the session stands in the page's own form, and each gesture gives the
page anew. The script (static/chat.js) speaks to `app.api.chat`, which does the same things.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse, Response

from app.channels.adapters.chat import ChatConfig
from app.channels.kit.forms import Form, urlencoded
from app.channels.values import Channel, ChannelState
from app.chat.entering import fresh_name
from app.chat.sessions import SessionOver
from app.chat.values import MAX_TEXT, Conversation, Line, Visitor
from app.chat.words import BAD_ADDRESS, NOT_VOUCHED, NOTICES
from app.errors import Conflict, Flaw, Forbidden, Invalid, NotFound, TooManyRequests, Unauthenticated, UnsupportedMedia
from app.rest.languages import Said, say
from app.rest.origins import refuse_cross_site
from app.tenants.values import Tenant
from app.web.bodies import FORM, bounded
from app.web.edition import FILES
from app.web.house import WebHouse, house_of
from app.web.pages import language_of, page
from app.web.refusals import PageRoute
from app.web.towns import town

router = APIRouter(route_class=PageRoute, include_in_schema=False)
Key = Annotated[str, Path(max_length=100)]
MOST = 64 * 2**10
_NAME = re.compile(r"[A-Za-z0-9-]{8,64}")
_REFUSALS = (Invalid, Conflict, TooManyRequests)
_OVER = Said(
    "cette page était ouverte depuis trop longtemps : une nouvelle discussion commence ici",
    en="this page had been open for too long: a new conversation begins here",
)


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page says of the last gesture: `fault` stands beside the field it names, `typed` is given back."""

    fault: str = ""
    field: str = ""
    done: str = ""
    text: str = ""
    email: str = ""
    status: int = 200


@router.get("/chat/widget.js")
async def widget() -> Response:
    """Serves the script that a town's site shows the chat with, under an address that does not change."""
    content, kind = FILES["chat-widget.js"]
    headers = {"Cache-Control": "public, max-age=3600", "Cross-Origin-Resource-Policy": "cross-origin"}
    return Response(content, media_type=kind, headers=headers)


@router.get("/chat/{key}")
async def show_chat(request: Request, key: Key) -> HTMLResponse:
    house = house_of(request)
    return await _page(request, house, await _open_channel(house, key), None, Shown())


@router.post("/chat/{key}")
async def gesture(request: Request, key: Key) -> HTMLResponse:
    """Does what the page's form asks, and shows the page anew. A message sent twice is one message."""
    house = house_of(request)
    refuse_cross_site(request, base_url=house.base_url)
    channel = await _open_channel(house, key)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise UnsupportedMedia(Said("envoyez le formulaire de la page", en="send the page's own form"))
    form = Form(urlencoded(await bounded(request, limit=MOST)))
    visitor, begun_again = _visitor(house, channel, form.last("session") or form.last("debut") or "")
    try:
        shown = await _done(request, house, channel, visitor, form)
    except _REFUSALS as refusal:
        field = next((flaw.pointer[1:] for flaw in refusal.flaws), "text")
        text, email = form.last("texte") or "", form.last("courriel") or ""
        shown = Shown(refusal.detail or refusal.title_fr, field, "", text, email, refusal.status)
    if begun_again and not shown.fault:
        shown = Shown(done=_OVER)
    return await _page(request, house, channel, visitor, shown)


async def _done(request: Request, house: WebHouse, channel: Channel, visitor: Visitor, form: Form) -> Shown:
    """Carries one gesture out. Raises what it raises."""
    remote = request.client.host if request.client else ""
    hidden, email = house.chat.entrance.hidden(remote), (form.last("courriel") or "").strip()
    match form.last("geste") or "dire":
        case "adresse":
            await house.chat.conversing.leave_address(channel, visitor, email=email, hidden=hidden)
        case "releve":
            await house.chat.transcripts.send(channel, visitor, email=email, hidden=hidden)
        case "fin":
            await house.chat.conversing.end_own(channel, visitor)
        case "actualiser":
            await house.chat.conversing.show(channel, visitor, here=True, read=None)
        case _:
            name = form.last("envoi") or ""
            await house.chat.conversing.say(
                channel,
                visitor,
                name=name if _NAME.fullmatch(name) else fresh_name(),
                text=form.last("texte") or "",
                answer_to=await _answer_to(house, channel, visitor, email),
                remote=remote,
                hidden=hidden,
            )
    return Shown()


async def _answer_to(house: WebHouse, channel: Channel, visitor: Visitor, email: str) -> str | None:
    """The address a message needs when nobody answers live. Raises `Invalid` without one."""
    async with house.database.transaction(tenant=channel.tenant_id) as session:
        if await house.chat.availability.live(session, channel):
            return None
        conversation = await house.chat.conversation(session, channel.tenant_id, visitor.conversation_id)
    if not email and conversation is not None and conversation.email:
        return conversation.email
    if not email:
        raise Invalid(BAD_ADDRESS, flaws=[_no_address()])
    return email


async def _open_channel(house: WebHouse, key: str) -> Channel:
    """Raises `NotFound` for what is no open chat."""
    channel = await house.channels.at_door(key)
    if channel.key != key or not isinstance(channel.config, ChatConfig):
        raise NotFound
    if channel.state is ChannelState.PAUSED or channel.health.removed_at is not None:
        raise NotFound
    return channel


def _visitor(house: WebHouse, channel: Channel, word: str) -> tuple[Visitor, bool]:
    """Returns whose page it is, and whether an older session had to begin again: no words are lost for that."""
    try:
        if word:
            return house.chat.entrance.read(channel, word), False
    except SessionOver:
        pass
    try:
        return house.chat.entrance.straight_in(channel), bool(word)
    except Unauthenticated:
        raise Forbidden(NOT_VOUCHED) from None


async def _page(
    request: Request, house: WebHouse, channel: Channel, visitor: Visitor | None, shown: Shown
) -> HTMLResponse:
    config = channel.config
    assert isinstance(config, ChatConfig)
    conversation: Conversation | None = None
    lines: Sequence[Line] = ()
    async with house.database.transaction(tenant=channel.tenant_id) as session:
        live = await house.chat.availability.live(session, channel)
        if visitor is not None:
            name = visitor.conversation_id
            conversation = await house.chat.conversation(session, channel.tenant_id, name)
            lines = await house.chat.lines(session, channel.tenant_id, name, after=0)
    tenant: Tenant = await town(house, channel.tenant_id)
    return page(
        request,
        "citizens/chat.html",
        status=shown.status,
        frame_ancestors=["'self'", *config.sites],
        scripted=True,
        tenant=tenant,
        chat=config,
        key=channel.key,
        live=live,
        session=house.chat.entrance.written(visitor) if visitor else "",
        beginning=_beginning(house, channel) if visitor is None else "",
        name=fresh_name(),
        conversation=conversation,
        lines=lines,
        notices=NOTICES,
        shown_=shown,
        chat_notices=json.dumps({code.value: say(words, language_of(request)) for code, words in NOTICES.items()}),
        say=say,
        longest=MAX_TEXT,
    )


def _beginning(house: WebHouse, channel: Channel) -> str:
    """The session that the first message of a page without script brings: sent twice, it is one conversation."""
    try:
        return house.chat.entrance.written(house.chat.entrance.straight_in(channel))
    except Unauthenticated:
        return ""  # only visitors a site vouches for: the page's script brings their ticket


def _no_address() -> Flaw:
    return Flaw("/email", "needed", BAD_ADDRESS)
