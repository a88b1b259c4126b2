"""A conversation as it happens, for one listener: lines from rows, in their order; presence and typing beside them."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable
from uuid import UUID

from fastapi.sse import ServerSentEvent
from pydantic import BaseModel

from app.api.closing import Closing
from app.api.house import ApiHouse
from app.chat.rings import Rung, topic
from app.chat.schemas import LineOut, TypingOut
from app.chat.values import Conversation, Side
from app.db.transaction import Session

# Whoever misses a ring looks by itself; a visitor's page is seen, and an agent's right read again, at least as often.
LOOK_EVERY_S = 10.0
# How long a browser waits before it opens a stream that ended anew (HTML, "retry").
RETRY_MS = 2_000

Look = Callable[[Session, Conversation], Awaitable[BaseModel]]
Allowed = Callable[[], Awaitable[bool]]


async def happening(
    house: ApiHouse,
    tenant_id: UUID,
    conversation_id: UUID,
    *,
    after: int,
    side: Side,
    look: Look,
    allowed: Allowed,
    closing: Closing,
) -> AsyncGenerator[ServerSentEvent]:
    """Yields the lines after a number, then each as it comes, with the state of the conversation whenever it changes.

    `look` says what this side may know of the state. It ends when the house closes or `allowed` says no.
    """
    rings, place, told = asyncio.Queue[str](), after, ""
    listening = asyncio.create_task(_listen(house, conversation_id, rings))
    ending = asyncio.create_task(closing.forever())
    other = Rung.AGENT_TYPES if side is Side.VISITOR else Rung.VISITOR_TYPES
    try:
        yield ServerSentEvent(comment="ouvert", retry=RETRY_MS)
        while not closing.said and await allowed():
            async with house.database.transaction(tenant=tenant_id) as session:
                conversation = await house.chat.conversation(session, tenant_id, conversation_id)
                lines = await house.chat.lines(session, tenant_id, conversation_id, after=place)
                state = await look(session, conversation) if conversation is not None else None
            for line in lines:
                place = line.seq
                yield ServerSentEvent(raw_data=LineOut.of(line).model_dump_json(), event="line", id=str(line.seq))
            if state is not None and (said := state.model_dump_json()) != told:
                told = said
                yield ServerSentEvent(raw_data=said, event="state")
            for word in await _rung(rings, ending):
                if word == other:
                    whose = TypingOut(side="agent" if side is Side.VISITOR else "visitor")
                    yield ServerSentEvent(raw_data=whose.model_dump_json(), event="typing")
    finally:
        for task in (listening, ending):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


async def _listen(house: ApiHouse, conversation_id: UUID, rings: asyncio.Queue[str]) -> None:
    async for word in house.bell.listen(topic(conversation_id)):
        rings.put_nowait(word)


async def _rung(rings: asyncio.Queue[str], ending: asyncio.Task[None]) -> list[str]:
    """Waits for a ring, or until it is time to look; returns all that were rung meanwhile."""
    ringing = asyncio.create_task(rings.get())
    try:
        await asyncio.wait({ringing, ending}, timeout=LOOK_EVERY_S, return_when=asyncio.FIRST_COMPLETED)
        words = [ringing.result()] if ringing.done() else []
    finally:
        ringing.cancel()
    while not rings.empty():
        words.append(rings.get_nowait())
    return words
