"""The open streams of one administration in this process: its log is read once, and what it says is handed to each by right.

Who hears what is decided as PostgreSQL would (`app.db.eyes`), from one statement about the requests a batch of facts names.
Rights are read again for all at once: when somebody comes in, when a fact may have changed them, and every ten seconds.
"""

import asyncio
import contextlib
import contextvars
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import structlog

from app.api.frames import of_event, of_notification, of_presence
from app.api.positions import Place
from app.clock import Clock
from app.db.eyes import Whose, sees
from app.db.sight import Sight
from app.db.transaction import Database
from app.errors import NotFound, Unavailable
from app.following import notifying
from app.identity.identified import Identified, Kind
from app.identity.listeners import Credential, Listeners
from app.identity.scopes import Scope
from app.live import presence
from app.live.bell import Bell
from app.live.events import Event, EventLog, topic
from app.live.presence import Presence
from app.live.seats import Seat, Told
from app.sealing import KeyRing
from app.tenants.service import Tenants
from app.tenants.standing import Standing
from app.tickets.service import Tickets

log = structlog.get_logger(__name__)
BATCH = 200
# Whoever misses a ring looks by itself; rights are read again as often.
LOOK_EVERY_S = 10.0
# A fact waits for transactions older than its own, and nobody rings when these end: who heard a ring looks again soon.
_SOON_S = 0.1
# How many streams read the log by themselves at once: a crowd that comes back leaves connections to those who work.
_CATCHING_UP = 4
# The facts after which somebody may see, or be, what they were not.
_OF_RIGHTS = ("user.", "team.", "absence.", "operator.", "tenant.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What a hall reads."""

    database: Database
    bell: Bell
    events: EventLog
    presence: Presence
    tickets: Tickets
    tenants: Tenants
    standing: Standing
    listeners: Listeners
    keys: KeyRing
    clock: Clock


@dataclass(slots=True, kw_only=True, eq=False)
class Listener:
    """One open stream: what its holder showed, who that is now, and its seat."""

    credential: Credential
    eyes: Sight | None
    presences: bool
    notified: bool = False  # whether they asked to hear when they alone are told something
    seat: Seat = field(default_factory=Seat)
    read_at: float | None = None  # when their rights were read last, by the loop's clock

    def hears(self, one: Whose | None, *, named: bool) -> bool:
        """Whether a fact is for them; one that names no request is for whoever may listen."""
        return not named or sees(self.eyes, one)


class Hall:
    """Reads for all who sit in it, for as long as somebody does."""

    def __init__(self, sources: Sources, tenant_id: UUID) -> None:
        self._from, self._tenant_id = sources, tenant_id
        self._listeners: dict[Listener, None] = {}
        self._rung, self._open = asyncio.Event(), asyncio.Event()
        self._stirred: set[UUID] = set()
        self._notified: set[str] = set()
        self._place: Place = (0, UUID(int=0))
        self.catching_up = asyncio.Semaphore(_CATCHING_UP)
        self.over = False
        self._pause = LOOK_EVERY_S
        # With nobody's eyes: the task would else see as whoever came in first.
        self._reading = asyncio.create_task(self._read(), name="hall", context=contextvars.Context())

    @property
    def empty(self) -> bool:
        return not self._listeners

    def enter(self, listener: Listener) -> None:
        self._listeners[listener] = None
        self._rung.set()

    def leave(self, listener: Listener) -> None:
        self._listeners.pop(listener, None)
        self._rung.set()

    async def opened(self) -> None:
        """Returns once the reading has begun somewhere: what is told from then on, and what is read after, leave no gap."""
        await self._open.wait()

    async def close(self) -> None:
        """Ends every stream, and returns when the reading has ended."""
        for listener in tuple(self._listeners):
            listener.seat.end()
            self.leave(listener)
        await asyncio.wait([self._reading])

    async def _read(self) -> None:
        beside = [asyncio.create_task(one) for one in (self._hear(), self._notice(), self._heed())]
        try:
            async with self._from.database.transaction(tenant=self._tenant_id) as session:
                self._place = await self._from.events.present(session)
            self._open.set()
            while self._listeners:
                self._pause = _SOON_S if self._rung.is_set() else min(self._pause * 2, LOOK_EVERY_S)
                self._rung.clear()
                await self._recognise(self._due())
                while await self._tell_new() == BATCH:
                    pass
                await self._tell_stirred()
                self._tell_notified()
                await self._rest()
        except (Unavailable, NotFound) as error:
            # Whoever listened comes back with the last place they had, which then says whether it still stands.
            log.warning("event_streams.cut", streams=len(self._listeners), error=type(error).__name__)
        finally:
            self.over = True
            self._open.set()
            for listener in self._listeners:
                listener.seat.end()
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)

    async def _hear(self) -> None:
        async with contextlib.aclosing(self._from.bell.listen(topic(self._tenant_id))) as rings:
            async for _ in rings:
                self._rung.set()

    async def _notice(self) -> None:
        async with contextlib.aclosing(self._from.bell.listen(presence.topic(self._tenant_id))) as rings:
            async for payload in rings:
                if payload and len(self._stirred) < BATCH:
                    self._stirred.add(UUID(payload))
                    self._rung.set()

    async def _heed(self) -> None:
        async with contextlib.aclosing(self._from.bell.listen(notifying.topic(self._tenant_id))) as rings:
            async for payload in rings:
                if payload:
                    self._notified.add(payload)
                    self._rung.set()

    def _due(self) -> Sequence[Listener]:
        now = asyncio.get_running_loop().time()
        return [one for one in self._listeners if one.read_at is None or now - one.read_at >= LOOK_EVERY_S]

    async def _rest(self) -> None:
        now, read = asyncio.get_running_loop().time(), [one.read_at or 0 for one in self._listeners]
        due_in = min(read, default=now) + LOOK_EVERY_S - now
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, min(self._pause, due_in))):
                await self._rung.wait()

    async def _recognise(self, due: Collection[Listener]) -> None:
        """Reads again who some listeners are; the stream of whoever may listen no more ends before it is told anything."""
        if not due:
            return
        known = await self._from.listeners.recognised(self._tenant_id, {one.credential for one in due})
        barred = await self._from.standing.refusal(self._tenant_id) is not None
        now = asyncio.get_running_loop().time()
        for one in due:
            caller = known.get(one.credential)
            if caller is None or not _may_listen(caller, barred=barred):
                one.seat.end()
                self.leave(one)
            else:
                one.eyes, one.read_at = caller.sight, now
                one.presences = one.presences and Scope.TICKETS_READ in caller.scopes
                one.notified = one.notified and Scope.TICKETS_READ in caller.scopes

    async def _tell_new(self) -> int:
        """Tells the next facts of the log, a batch at most; returns how many there were."""
        async with self._from.database.transaction(tenant=self._tenant_id) as session:
            found = await self._from.events.after(session, self._tenant_id, self._place, limit=BATCH)
            named = {event.ticket_id for event in found if event.ticket_id is not None}
            whose = await self._from.tickets.whose(session, self._tenant_id, named) if self._asks(named) else {}
        if any(event.type.startswith(_OF_RIGHTS) for event in found):
            self._from.tenants.forget(self._tenant_id)
            await self._recognise(tuple(self._listeners))
        for event in found:
            self._place = (event.xid, event.id)
            self._tell(event, whose.get(event.ticket_id) if event.ticket_id is not None else None)
        return len(found)

    def _tell(self, event: Event, one: Whose | None) -> None:
        told = of_event(self._from.keys, self._tenant_id, event)
        for listener in self._listeners:
            if listener.hears(one, named=event.ticket_id is not None):
                listener.seat.tell(told)

    def _asks(self, named: Collection[UUID]) -> bool:
        """Whether anybody's eyes decide: programs' keys hear of every request."""
        return bool(named) and any(listener.eyes is not None for listener in self._listeners)

    async def _tell_stirred(self) -> None:
        """Tells who came to requests, left them or began to write there, to those who asked and see these requests."""
        asked = sorted(self._stirred)
        self._stirred.clear()
        wanting = [one for one in self._listeners if one.presences]
        if not asked or not wanting:
            return
        async with self._from.database.transaction(tenant=self._tenant_id) as session:
            whose = await self._from.tickets.whose(session, self._tenant_id, asked)
        for ticket_id, told in self._present(sorted(whose)).items():
            for listener in wanting:
                if listener.hears(whose[ticket_id], named=True):
                    listener.seat.tell(told)

    def _tell_notified(self) -> None:
        """Tells people, and nobody else, that something waits for them to read: a hint, without asking the database."""
        people = frozenset(self._notified)
        self._notified.clear()
        wanting = [one for one in self._listeners if one.notified and one.eyes and str(one.eyes.person_id) in people]
        if wanting:
            told = of_notification(at=self._from.clock())
            for listener in wanting:
                listener.seat.tell(told)

    def _present(self, ticket_ids: Sequence[UUID]) -> Mapping[UUID, Told]:
        now = self._from.clock()
        found = self._from.presence.on(self._tenant_id, ticket_ids, at=now)
        return {ticket_id: of_presence(ticket_id, who, at=now) for ticket_id, who in found.items()}


class Halls:
    """One hall for each administration that somebody listens to here."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._halls: dict[UUID, Hall] = {}

    @contextlib.contextmanager
    def listening(self, tenant_id: UUID, listener: Listener) -> Iterator[Hall]:
        """Gives a listener the hall they sit in until they leave; the last one out closes it."""
        hall = self._halls.get(tenant_id)
        if hall is None or hall.over:
            hall = self._halls[tenant_id] = Hall(self._sources, tenant_id)
        hall.enter(listener)
        try:
            yield hall
        finally:
            hall.leave(listener)
            if hall.empty and self._halls.get(tenant_id) is hall:
                del self._halls[tenant_id]

    async def close(self) -> None:
        """Ends every stream."""
        for hall in tuple(self._halls.values()):
            await hall.close()


def _may_listen(caller: Identified, *, barred: bool) -> bool:
    """Whether somebody may listen on; of a suspended administration only an operator, whom its grant let in."""
    return Scope.EVENTS_READ in caller.scopes and (not barred or caller.kind is Kind.OPERATOR)
