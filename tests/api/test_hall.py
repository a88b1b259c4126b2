"""A hall without a house: who is read together, what a cut line leaves to be told again, what ends a stream."""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from app.api import hall as halls
from app.api.closing import Closing
from app.api.hall import BATCH, LOOK_EVERY_S, Hall, Halls, Listener, Sources
from app.api.streaming import Stream
from app.db.eyes import Whose
from app.db.sight import Reach, Sight
from app.following import notifying
from app.identity.identified import Identified, Kind
from app.identity.listeners import Credential
from app.identity.scopes import Scope
from app.ids import new_id
from app.live import presence
from app.live.bell import LOOK, InProcessBell
from app.live.events import Event
from app.live.presence import Doing, Presence
from app.rest.callers import Presented
from app.sealing import KeyRing
from tests.api.test_presence import until

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
TENANT = new_id()


class Sourced:
    """What a hall reads, from memory: a log, requests with who has them, and the rights of whoever asks."""

    def __init__(self) -> None:
        self.bell = InProcessBell()
        self.presence = Presence(self.bell)
        self.whose_: dict[UUID, Whose] = {}
        self.log: list[Event] = []
        self.read: list[frozenset[Credential]] = []
        self.eyes: dict[Credential, Sight] = {}

    def sources(self) -> Sources:
        own: Any = self
        return Sources(
            database=own, bell=self.bell, events=own, presence=self.presence, tickets=own, tenants=own, standing=own,
            listeners=own, keys=cast("KeyRing", None), clock=lambda: AT,
        )  # fmt: skip

    @asynccontextmanager
    async def transaction(self, **_: object) -> AsyncIterator[None]:
        await asyncio.sleep(0)
        yield

    async def present(self, _: object) -> tuple[int, UUID]:
        return (0, UUID(int=0))

    async def after(self, _: object, __: UUID, place: tuple[int, UUID], *, limit: int) -> list[Event]:
        return [one for one in self.log if (one.xid, one.id) > place][:limit]

    async def whose(self, _: object, __: UUID, ticket_ids: Collection[UUID]) -> dict[UUID, Whose]:
        assert len(ticket_ids) <= BATCH
        return {one: self.whose_[one] for one in ticket_ids if one in self.whose_}

    async def refusal(self, _: UUID) -> None:
        return None

    async def recognised(self, _: UUID, credentials: Collection[Credential]) -> dict[Credential, Identified]:
        self.read.append(frozenset(credentials))
        scopes = frozenset({Scope.EVENTS_READ, Scope.TICKETS_READ})
        return {
            one: Identified(
                tenant_id=TENANT,
                kind=Kind.AGENT,
                id=self.eyes[one].person_id if one in self.eyes else new_id(),
                name="Camille",
                scopes=scopes,
            )
            for one in credentials
        }


@contextmanager
def seated(rooms: Halls, sourced: Sourced, word: str, *, eyes: Sight | None = None) -> Iterator[tuple[Hall, Listener]]:
    one = Listener(credential=Credential.of(Presented.SESSION, word), eyes=eyes, presences=True, notified=True)
    if eyes is not None:
        sourced.eyes[one.credential] = eyes
    with rooms.listening(TENANT, one) as room:
        one.seat.take()
        yield room, one


def frames(one: Listener) -> str:
    return "".join(told.frame.decode() for told in one.seat._waiting)


async def test_when_the_rights_of_one_are_due_those_half_as_old_are_read_too() -> None:
    sourced = Sourced()
    rooms = Halls(sourced.sources())
    with seated(rooms, sourced, "1") as (room, first), seated(rooms, sourced, "2") as (_, second):
        await until(lambda: second.read_at is not None)
        now = asyncio.get_running_loop().time()
        first.read_at, second.read_at = now - LOOK_EVERY_S, now - LOOK_EVERY_S * 0.6
        assert set(room._due()) == {first, second}
        second.read_at = now
        assert set(room._due()) == {first}
        first.read_at = now - LOOK_EVERY_S * 0.6
        assert not room._due()
    await rooms.close()


async def test_one_hears_of_a_notification_only_about_a_request_they_see() -> None:
    sourced = Sourced()
    rooms, seen, hidden = Halls(sourced.sources()), new_id(), new_id()
    sourced.whose_[seen] = Whose(assignee_id=None, team_id=None, confidential=False, archived=False)
    sourced.whose_[hidden] = Whose(assignee_id=None, team_id=None, confidential=True, archived=False)
    eyes = Sight(person_id=new_id(), reach=Reach.ALL, teams=frozenset())
    other = Sight(person_id=new_id(), reach=Reach.ALL, teams=frozenset())
    where = notifying.topic(TENANT)
    with seated(rooms, sourced, "1", eyes=eyes) as (room, one), seated(rooms, sourced, "2", eyes=other) as (_, second):
        await room.opened()
        await until(lambda: bool(sourced.bell._listeners._queues.get(where)))
        await sourced.bell.ring(where, f"{eyes.person_id} {hidden}")
        await sourced.bell.ring(where, f"{other.person_id} {hidden} {seen}")
        await until(lambda: "notifications.changed" in frames(second))
        assert frames(one) == ""
        # Where rings may have been missed, everybody looks.
        await sourced.bell.ring(where, LOOK)
        await until(lambda: "notifications.changed" in frames(one))
    await rooms.close()


async def test_who_is_where_is_known_from_the_start_and_told_again_when_rings_were_missed() -> None:
    sourced, elsewhere = Sourced(), new_id()
    rooms, far = Halls(sourced.sources()), Presence(sourced.bell)
    tickets = [elsewhere, *(new_id() for _ in range(BATCH + 20))]
    sourced.whose_ = {one: Whose(assignee_id=None, team_id=None, confidential=False, archived=False) for one in tickets}
    try:
        with seated(rooms, sourced, "1") as (room, one):
            await room.opened()
            await until(lambda: bool(sourced.bell._listeners._queues.get(presence.topic(TENANT))))
            # A process that only streams: nobody asked it who is where, and it knows who came.
            await far.here(TENANT, elsewhere, who="key:1", name="", doing=Doing.VIEWING, at=AT)
            await until(lambda: '"who":"key:1","name":""' in frames(one))  # a name may be empty
            one.seat.take()
            await sourced.bell.ring(presence.topic(TENANT), LOOK)
            await until(lambda: '"who":"key:1"' in frames(one))
            one.seat._most = 10_000
            room._stirred.update(tickets)  # more than one turn tells
            room._rung.set()
            await until(lambda: not room._stirred and frames(one).count("presence.changed") >= len(tickets))
    finally:
        await rooms.close()
        await far.close()
        await sourced.presence.close()


async def test_any_error_that_ends_the_streams_is_logged_and_a_broken_ring_ends_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sourced = Sourced()
    rooms = Halls(sourced.sources())
    monkeypatch.setattr(halls, "_AGAIN_S", 0.0)
    with capture_logs() as logs, seated(rooms, sourced, "1") as (room, one):
        await room.opened()
        where = presence.topic(TENANT)
        await until(lambda: bool(sourced.bell._listeners._queues.get(where)))
        await sourced.bell.ring(where, "no identifier")
        await until(lambda: [told["event"] for told in logs] == ["event_streams.ear_failed"])
        assert not one.seat.over

        async def broken(*_: object, **__: object) -> Any:
            raise ValueError

        monkeypatch.setattr(sourced, "after", broken)
        room._rung.set()
        await until(lambda: one.seat.over)
        assert logs[-1]["event"] == "event_streams.failed"
    await rooms.close()


async def test_rights_are_read_again_while_a_long_backlog_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    sourced = Sourced()
    rooms = Halls(sourced.sources())
    with seated(rooms, sourced, "1") as (room, one):
        await until(lambda: one.read_at is not None)
        turns = iter([BATCH, BATCH, 0])

        async def told() -> int:
            one.read_at = asyncio.get_running_loop().time() - LOOK_EVERY_S
            return next(turns, 0)

        monkeypatch.setattr(room, "_tell_new", told)
        monkeypatch.setattr(halls, "LOOK_EVERY_S", 1000.0)
        one.read_at = asyncio.get_running_loop().time()
        sourced.read.clear()
        monkeypatch.setattr(halls, "LOOK_EVERY_S", LOOK_EVERY_S)
        room._rung.set()
        await until(lambda: len(sourced.read) >= 2)
    await rooms.close()


async def test_who_loses_the_right_in_the_middle_of_a_batch_is_told_nothing_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sourced = Sourced()
    sourced.log = [Event(number, new_id(), "ticket.created", new_id(), {}, AT) for number in (1, 2, 3)]
    rooms = Halls(sourced.sources())
    monkeypatch.setattr("app.api.frames.write_place", lambda *_: "cur")
    with seated(rooms, sourced, "1") as (room, one):
        one.seat.behind = True
        own: Any = sourced
        stream = Stream(
            database=own, events=own, keys=cast("KeyRing", None), tenant_id=TENANT, hall=room, listener=one,
            closing=Closing(),
        )  # fmt: skip
        heard = []
        async for frame in stream.frames((0, UUID(int=0))):
            heard.append(frame)
            one.seat.end()
        assert len(heard) == 1
    await rooms.close()


async def test_those_who_catch_up_are_counted_over_all_administrations_of_a_process() -> None:
    sourced = Sourced()
    rooms = Halls(sourced.sources())
    word = Credential.of(Presented.KEY, "k")
    first, second = (Listener(credential=word, eyes=None, presences=False) for _ in range(2))
    with rooms.listening(TENANT, first) as one, rooms.listening(new_id(), second) as other:
        assert one.catching_up is other.catching_up
    await rooms.close()
