"""Many streams, one reading: each is told what their own reading would tell, in order, however slow another is."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event as sql_event

from app.api.closing import Closing
from app.api.hall import Listener
from app.api.streaming import Stream
from app.db.sight import Sight, look
from app.errors import Unauthenticated, Unavailable
from app.identity.listeners import Credential, Listeners
from app.identity.scopes import Scope
from app.ids import new_id
from app.live.schemas import EventOut
from app.live.seats import Seat
from app.rest.access import SESSION_COOKIE
from app.rest.callers import Presented
from tests.api.conftest import Town
from tests.api.test_presence import sitting, until
from tests.api.test_sight import Someone, a_team, give, someone


def word_of(who: Someone) -> str:
    return who.cookie["Cookie"].removeprefix(f"{SESSION_COOKIE}=")


async def credential_and_eyes(town: Town, who: Someone | dict[str, str]) -> tuple[Credential, Sight | None]:
    if isinstance(who, Someone):
        known = await town.house.sessions.identify(word_of(who))
        return Credential.of(Presented.SESSION, word_of(who)), known.sight
    return Credential.of(Presented.KEY, who["Authorization"].removeprefix("Bearer ")), None


class Ear:
    """Somebody who listens, and notes the identifiers they are told; `deaf` reads nothing for now."""

    def __init__(self, frames: AsyncIterator[bytes], listener: Listener) -> None:
        self.heard: list[str] = []
        self.listener, self._frames = listener, frames
        self.hears = asyncio.Event()
        self.hears.set()

    async def listen(self) -> None:
        async for frame in self._frames:
            await self.hears.wait()
            lines = frame.decode().splitlines()
            self.heard += [json.loads(line.removeprefix("data: "))["id"] for line in lines if line.startswith("data: ")]


@asynccontextmanager
async def an_ear(
    town: Town, who: Someone | dict[str, str], *, most: int = 256, start: tuple[int, UUID] | None = None
) -> AsyncIterator[Ear]:
    house, (credential, eyes) = town.house, await credential_and_eyes(town, who)
    listener = Listener(credential=credential, eyes=eyes, presences=False, seat=Seat(most=most))
    with house.halls.listening(town.id, listener) as hall:
        async with house.database.transaction(tenant=town.id) as session:
            begun = start or await house.events.present(session)
        stream = Stream(
            database=house.database,
            events=house.events,
            keys=house.keys,
            tenant_id=town.id,
            hall=hall,
            listener=listener,
            closing=Closing(),
        )
        async with aclosing(stream.frames(begun)) as frames:
            ear = Ear(frames, listener)
            listening = asyncio.create_task(ear.listen())
            try:
                yield ear
            finally:
                listener.seat.end()
                ear.hears.set()
                await listening


async def read_alone(town: Town, who: Someone | dict[str, str], start: tuple[int, UUID]) -> list[str]:
    """Returns what somebody's own reading of the log tells, with their own eyes."""
    _, eyes = await credential_and_eyes(town, who)
    look(eyes)
    try:
        async with town.house.database.transaction(tenant=town.id) as session:
            found = await town.house.events.after(session, town.id, start, limit=1000)
    finally:
        look(None)
    return [json.loads(EventOut.of(one).model_dump_json())["id"] for one in found]


async def test_each_hears_what_their_own_reading_tells_and_a_slow_one_delays_nobody(town: Town) -> None:
    social, works = await a_team(town, "Action sociale"), await a_team(town, "Voirie")
    alone = await someone(town, reach="assigned")
    people: list[Any] = [
        await town.key(Scope.EVENTS_READ),
        await someone(town),
        await someone(town, reach="teams", teams=[social]),
        alone,
    ]
    tickets = [await town.a_ticket() for _ in range(4)]
    await give(town, tickets[1], team_id=social, confidential=True)
    await give(town, tickets[2], team_id=works)
    await give(town, tickets[3], team_id=works, assignee_id=alone.id)
    await town.settled()
    async with town.house.database.transaction(tenant=town.id) as session:
        start = await town.house.events.present(session)
    async with an_ear(town, people[1], most=2) as slow, an_ear(town, people[0]) as whole:
        async with an_ear(town, people[1]) as all_, an_ear(town, people[2]) as some, an_ear(town, alone) as own:
            quick = (whole, all_, some, own)
            await until(lambda: not any(one.seat.behind for one in sitting(town)))
            slow.hears.clear()
            for _ in range(2):
                for ticket in tickets:
                    words = {"json": {"text": "Vu."}, "headers": {"Idempotency-Key": new_id().hex}}
                    noted = await town.http.post(f"/api/v1/tickets/{ticket['id']}/notes", **words)  # type: ignore[arg-type]
                    assert noted.status_code == 201, noted.text
            await town.settled()
            for ear, who in zip(quick, people, strict=True):
                told = await read_alone(town, who, start)
                assert told
                await until(lambda ear=ear, told=told: len(ear.heard) >= len(told))  # type: ignore[misc]
                assert ear.heard == told
            # It held nobody up, and is behind: it reads the log again by itself, and hears the same.
            await until(lambda: slow.listener.seat.behind)
            slow.hears.set()
            await until(lambda: len(slow.heard) >= len(all_.heard))
            assert slow.heard == all_.heard
        assert len({len(ear.heard) for ear in quick}) > 2  # they did not all see the same
        # Who comes back with an old place hears what it missed, once, and goes on.
        async with an_ear(town, people[0], start=start) as back:
            await until(lambda: len(back.heard) >= len(whole.heard))
            await a_team(town, "Espaces verts")
            await town.settled()
            await until(lambda: len(whole.heard) > 8 and len(back.heard) >= len(whole.heard))
            assert back.heard == whole.heard
    assert not town.house.halls._halls  # the last one out closes the hall


async def test_a_fact_is_read_once_however_many_listen(town: Town) -> None:
    head, read = await town.key(Scope.EVENTS_READ), list[str]()
    engine = town.house.database.engine.sync_engine

    def noted(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if "FROM events" in statement and "ORDER BY" in statement:
            read.append(statement)

    async def open_ears(left: int) -> None:
        if left:
            async with an_ear(town, head) as ear:
                ears.append(ear)
                return await open_ears(left - 1)
        await town.settled()
        await until(lambda: not any(one.seat.behind for one in sitting(town)))
        await asyncio.sleep(0)
        read.clear()
        await a_team(town, "Espaces verts")
        await town.settled()
        await until(lambda: all("".join(one.heard) for one in ears))
        return None

    ears: list[Ear] = []
    sql_event.listen(engine, "before_cursor_execute", noted)
    try:
        await open_ears(30)
    finally:
        sql_event.remove(engine, "before_cursor_execute", noted)
    assert len(read) < 15, len(read)  # a few looks of one reader, never one a listener


async def test_when_the_log_cannot_be_read_streams_end_and_go_on_where_they_stood(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    head, start = await town.key(Scope.EVENTS_READ), None
    async with town.house.database.transaction(tenant=town.id) as session:
        start = await town.house.events.present(session)
    real, away = town.house.events.after, True

    async def after(*given: Any, **words: Any) -> Any:
        if away:
            raise Unavailable
        return await real(*given, **words)

    async with an_ear(town, head, start=start) as ear:
        await until(lambda: not ear.listener.seat.behind)
        monkeypatch.setattr(town.house.events, "after", after)
        await a_team(town, "Espaces verts")
        await until(lambda: ear.listener.seat.over)
    away = False
    await town.settled()
    async with an_ear(town, head, start=start) as back:
        await until(lambda: bool(back.heard))
        assert back.heard == await read_alone(town, head, start)


async def test_many_are_recognised_as_each_would_be_alone_and_lose_it_alike(town: Town) -> None:
    social = await a_team(town, "Action sociale")
    away, member = await someone(town, teams=[social]), await someone(town, reach="teams", teams=[social])
    stand_in, gone = await someone(town), await someone(town)
    today = town.clock().date().isoformat()
    body = {"from_on": today, "until_on": today, "stand_in_id": stand_in.id, "user_id": away.id}
    lent = await away.ask("POST", "/absences", json=body, headers={"Idempotency-Key": new_id().hex})
    assert lent.status_code == 201, lent.text
    secret, key = await town.house.access.create(town.id, name="Essai", scopes=[Scope.EVENTS_READ])
    async with town.house.database.transaction(tenant=town.id) as session:
        of_key = await town.house.sessions.open(
            session, town.id, holder=await town.house.access.identify(secret), strength="key"
        )
    shown = [(Presented.SESSION, word_of(one)) for one in (member, stand_in, gone)]
    shown += [(Presented.SESSION, of_key), (Presented.KEY, secret), (Presented.KEY, "parvis_nobodys")]
    town.clock.move(minutes=6)  # neither short memory nor what was noted of their use is of now
    listeners = Listeners(town.house.database, town.clock)

    async def together() -> list[Any]:
        known = await listeners.recognised(town.id, [Credential.of(*one) for one in shown])
        return [known.get(Credential.of(*one)) for one in shown]

    async def alone() -> list[Any]:
        found: list[Any] = []
        for presented, word in shown:
            try:
                found.append(await town.house.authenticate(word, presented=presented))
            except Unauthenticated:
                found.append(None)
        return found

    assert await together() == await alone()
    assert (await together())[1].loans
    assert [one is None for one in await together()] == [False] * 5 + [True]
    tag = {"If-Match": (await town.http.get(f"/api/v1/users/{gone.id}")).headers["etag"]}
    assert (await town.http.patch(f"/api/v1/users/{gone.id}", json={"suspended": True}, headers=tag)).is_success
    async with town.house.database.transaction(tenant=town.id) as session:
        await town.house.access.revoke(session, town.id, key.id)
    assert [one is None for one in await together()] == [False, False, True, True, True, True]
    # A stream is a use of its session; where nobody listens it is idle, and over after half an hour.
    for _ in range(3):
        town.clock.move(minutes=20)
        assert len(await listeners.recognised(town.id, [Credential.of(*shown[0])])) == 1
    assert [one is None for one in await together()] == [False] + [True] * 5
