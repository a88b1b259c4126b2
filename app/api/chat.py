"""The visitor's door of a live chat, spoken by our own page and by the script a town's site shows it with.

Outside of the published API: it is the page's, and moves with it. What is said here, and by whom, is in
docs/channels/chat.md. Refusals are constant words: nothing of how the house is made.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import Response
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, ConfigDict, Field

from app.api.closing import closing_of
from app.api.house import House, house_of
from app.api.live_conversations import LOOK_EVERY_S, happening
from app.channels.adapters.chat import ChatConfig
from app.channels.values import Channel, ChannelState
from app.chat.schemas import LineOut, VisitorStateOut
from app.chat.sessions import SessionOver
from app.chat.values import MAX_TEXT, Conversation, Side, Visitor
from app.db.transaction import Session
from app.errors import NotFound, ParvisError
from app.rest.json_body import StrictRoute

_STRICT = ConfigDict(extra="forbid")
MAX_BODY = 32 * 2**10


class ChatRoute(StrictRoute):
    """A frame is small: whatever is larger is refused before it is held."""

    max_body_bytes = MAX_BODY


router = APIRouter(prefix="/chat/{channel_key}", route_class=ChatRoute, include_in_schema=False)


class Asking(BaseModel):
    """Who asks to come in: nobody, or somebody a site vouches for."""

    model_config = _STRICT
    identifier: str | None = Field(default=None, min_length=1, max_length=200)
    identifier_hash: str | None = Field(default=None, min_length=1, max_length=200)
    name: str = Field(default="", max_length=200)


class Ticket(BaseModel):
    """The ticket of entry, taken back."""

    model_config = _STRICT
    ticket: str = Field(min_length=1, max_length=200)


class Words(BaseModel):
    """One message; `client_msg_id` is its name, and sent again it is the same message."""

    model_config = _STRICT
    client_msg_id: str = Field(pattern=r"^[A-Za-z0-9-]{8,64}$")
    # A little more than is taken, so that the refusal can say so in words.
    text: str = Field(max_length=MAX_TEXT * 2)
    answer_to: str | None = Field(default=None, max_length=400)


class Address(BaseModel):
    """Where to answer, or where the transcript goes."""

    model_config = _STRICT
    email: str = Field(max_length=400)


class Presence(BaseModel):
    """That the page shows itself, and what was read on it."""

    model_config = _STRICT
    here: bool
    read: int | None = Field(default=None, ge=0, le=2**53)


class Entered(BaseModel):
    session: str
    expires_at: datetime


class AckOut(BaseModel):
    client_msg_id: str
    seq: int
    received_at: datetime


class Lines(BaseModel):
    data: list[LineOut]
    open: bool
    live: bool


async def _channel(request: Request, channel_key: str) -> Channel:
    """Finds the channel of a page. Raises `NotFound` for what is no open chat."""
    channel = await house_of(request).channels.at_door(channel_key)
    if channel.key != channel_key or not isinstance(channel.config, ChatConfig):
        raise NotFound
    if channel.state is ChannelState.PAUSED or channel.health.removed_at is not None:
        raise NotFound
    return channel


OnChannel = Annotated[Channel, Depends(_channel)]


async def _visitor(request: Request, channel: OnChannel, authorization: Annotated[str, Header()] = "") -> Visitor:
    """Reads the session of a page, always from a header: a browser sends none by itself. Raises `SessionOver`."""
    kind, _, word = authorization.partition(" ")
    if kind.lower() != "bearer":
        raise SessionOver
    return house_of(request).chat.entrance.read(channel, word.strip())


OfVisitor = Annotated[Visitor, Depends(_visitor)]


@router.options("/entries")
async def may_ask(request: Request, house: House, channel: OnChannel) -> Response:
    """Tells the browser of a site that is ours that its page may ask (Fetch, "CORS preflight")."""
    origin = house.chat.entrance.welcome(channel, request.headers.get("origin"))
    allowed = {"Access-Control-Allow-Methods": "POST", "Access-Control-Allow-Headers": "content-type"}
    return Response(status_code=204, headers={**_cors(origin), **allowed, "Access-Control-Max-Age": "600"})


@router.post("/entries")
async def ask_in(request: Request, asking: Asking, house: House, channel: OnChannel) -> Response:
    """Gives the ticket of entry: good for a minute, once."""
    origin = request.headers.get("origin")
    try:
        word = await house.chat.entrance.ticket(
            channel,
            origin=origin,
            identifier=asking.identifier,
            identifier_hash=asking.identifier_hash,
            name=asking.name,
            remote=_remote(request),
        )
    except ParvisError as refusal:
        # The site's own page may read why, once its origin is known to be one of ours.
        if origin in getattr(channel.config, "sites", ()):
            refusal.headers.update(_cors(str(origin)))
        raise
    body = json.dumps({"ticket": word, "expires_in": 60})
    headers = {**_cors(str(origin)), "Cache-Control": "no-store"}
    return Response(body, status_code=201, media_type="application/json", headers=headers)


@router.post("/sessions", status_code=201)
async def come_in(ticket: Ticket, house: House, channel: OnChannel, response: Response) -> Entered:
    """Takes the ticket and gives the session."""
    visitor = await house.chat.entrance.enter(channel, ticket.ticket)
    _private(response)
    return Entered(session=house.chat.entrance.written(visitor), expires_at=visitor.expires_at)


@router.get("/lines")
async def read_lines(
    house: House,
    channel: OnChannel,
    visitor: OfVisitor,
    response: Response,
    after: Annotated[int, Query(ge=0, le=2**53)] = 0,
) -> Lines:
    """Gives the lines after a number: what a page asks when it comes back."""
    _private(response)
    async with house.database.transaction(tenant=channel.tenant_id) as session:
        found = await house.chat.lines(session, channel.tenant_id, visitor.conversation_id, after=after)
        conversation = await house.chat.conversation(session, channel.tenant_id, visitor.conversation_id)
        live = await house.chat.availability.live(session, channel)
    opened = conversation is None or conversation.closed_at is None
    return Lines(data=[LineOut.of(line) for line in found], open=opened, live=live)


@router.post("/messages", status_code=201)
async def say(
    request: Request, words: Words, house: House, channel: OnChannel, visitor: OfVisitor, response: Response
) -> AckOut:
    """Keeps a message, then says so; under the same name, says the same (200)."""
    _private(response)
    remote = _remote(request)
    acked = await house.chat.conversing.say(
        channel,
        visitor,
        name=words.client_msg_id,
        text=words.text,
        answer_to=words.answer_to,
        remote=remote,
        hidden=house.chat.entrance.hidden(remote),
    )
    if acked.again:
        response.status_code = 200
    return AckOut(client_msg_id=acked.client_msg_id, seq=acked.seq, received_at=acked.received_at)


@router.post("/address", status_code=204)
async def leave_address(
    request: Request, address: Address, house: House, channel: OnChannel, visitor: OfVisitor
) -> Response:
    hidden = house.chat.entrance.hidden(_remote(request))
    await house.chat.conversing.leave_address(channel, visitor, email=address.email, hidden=hidden)
    return Response(status_code=204)


@router.post("/transcript", status_code=202)
async def send_transcript(
    request: Request, address: Address, house: House, channel: OnChannel, visitor: OfVisitor
) -> Response:
    hidden = house.chat.entrance.hidden(_remote(request))
    await house.chat.transcripts.send(channel, visitor, email=address.email, hidden=hidden)
    return Response(status_code=202)


@router.post("/typing", status_code=204)
async def types(house: House, channel: OnChannel, visitor: OfVisitor) -> Response:  # noqa: ARG001 — the channel must be open
    await house.chat.conversing.typing(visitor.conversation_id, Side.VISITOR)
    return Response(status_code=204)


@router.post("/presence", status_code=204)
async def show(presence: Presence, house: House, channel: OnChannel, visitor: OfVisitor) -> Response:
    await house.chat.conversing.show(channel, visitor, here=presence.here, read=presence.read)
    return Response(status_code=204)


@router.post("/end", status_code=204)
async def end(house: House, channel: OnChannel, visitor: OfVisitor) -> Response:
    await house.chat.conversing.end_own(channel, visitor)
    return Response(status_code=204)


async def _after(last_event_id: Annotated[str, Header(max_length=100)] = "") -> int:
    """Where a stream goes on; what is no number of ours begins anew, since a page may show a line it has."""
    word = last_event_id.strip()
    return int(word) if word.isascii() and word.isdecimal() and len(word) < 16 else 0


async def _place(request: Request, house: House, visitor: OfVisitor) -> AsyncIterator[None]:
    """Holds a place among the open streams until the answer ends. Raises `TooManyRequests` before its first byte."""
    with house.chat.listening.place(_own(visitor), house.chat.entrance.hidden(_remote(request))):
        yield


@router.get("/stream", response_class=EventSourceResponse, dependencies=[Depends(_place)])
async def stream(
    request: Request,
    house: House,
    channel: OnChannel,
    visitor: OfVisitor,
    after: Annotated[int, Depends(_after)],
) -> AsyncIterator[ServerSentEvent]:
    """Gives the conversation as it happens (Server-Sent Events), after `Last-Event-ID`; the page is then there."""

    async def look(session: Session, conversation: Conversation) -> VisitorStateOut:
        live = await house.chat.availability.live(session, channel)
        return VisitorStateOut(open=conversation.closed_at is None, live=live)

    shown = -LOOK_EVERY_S

    async def allowed() -> bool:
        # Every so often, not at every ring: a page that has just said it goes away is not brought back by its own stream.
        nonlocal shown
        if (now := asyncio.get_running_loop().time()) - shown >= LOOK_EVERY_S / 2:
            shown = now
            await house.chat.conversing.show(channel, visitor, here=True, read=None)
        return house.clock() < visitor.expires_at

    async for event in happening(
        house,
        channel.tenant_id,
        _own(visitor),
        after=after,
        side=Side.VISITOR,
        look=look,
        allowed=allowed,
        closing=closing_of(request),
    ):
        yield event


def _own(visitor: Visitor) -> UUID:
    """The only conversation a session opens: never one that the page names."""
    return visitor.conversation_id


def _cors(origin: str) -> dict[str, str]:
    return {"Access-Control-Allow-Origin": origin, "Vary": "Origin"}


def _private(response: Response) -> None:
    response.headers["Cache-Control"] = "no-store"


def _remote(request: Request) -> str:
    return request.client.host if request.client else ""
