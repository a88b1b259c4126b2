"""The open streams of one administration in this process: its log is read once, and what it says is handed to each by right.

Who hears what is decided as PostgreSQL would (`app.db.eyes`), from one statement about the requests a batch of facts names.
Rights are read again for all at once: when somebody comes in, when a fact may have changed them, and every ten seconds.
"""

import asyncio
import contextlib
import contextvars
from collections.abc import Callable, Collection, Coroutine, Iterator, Mapping, Sequence
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
from app.live.bell import LOOK, Bell
from app.live.events import Event, EventLog, topic
from app.live.presence import Presence
from app.live.seats import Seat, Told
from app.rest.metrics import OPEN_STREAMS
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
# How many streams of this process read the log by themselves at once: crowds that come back leave connections to those who work.
_CATCHING_UP = 4
# How long an ear that failed waits before it listens again.
_AGAIN_S = 1.0
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

    def __init__(self, sources: Sources, tenant_id: UUID, *, catching_up: asyncio.Semaphore) -> None:
        self._from, self._tenant_id = sources, tenant_id
        self._listeners: dict[Listener, None] = {}
        self._rung, self._open = asyncio.Event(), asyncio.Event()
        self._stirred: set[UUID] = set()
        self._notified: dict[UUID, set[UUID]] = {}  # of which requests people were told something
        self._missed = False  # whether rings for people may have been missed
        self._place: Place = (0, UUID(int=0))
        self.catching_up = catching_up
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
        beside = [asyncio.create_task(one) for one in self._ears()]
        # Who is where is heard from now on: a process that only streams would know nobody.
        self._from.presence.on(self._tenant_id, (), at=self._from.clock())
        try:
            async with self._from.database.transaction(tenant=self._tenant_id) as session:
                self._place = await self._from.events.present(session)
            self._open.set()
            while self._listeners:
                self._pause = _SOON_S if self._rung.is_set() else min(self._pause * 2, LOOK_EVERY_S)
                self._rung.clear()
                await self._recognise(self._due())
                while await self._tell_new() == BATCH:
                    await self._recognise(self._due())  # a long backlog is no reason to hear on without the right
                await self._tell_stirred()
                await self._tell_notified()
                await self._rest()
        except (Unavailable, NotFound) as error:
            # Whoever listened comes back with the last place they had, which then says whether it still stands.
            log.warning("event_streams.cut", streams=len(self._listeners), error=type(error).__name__)
        except Exception:
            log.exception("event_streams.failed", streams=len(self._listeners))
        finally:
            self.over = True
            self._open.set()
            for listener in self._listeners:
                listener.seat.end()
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)

    def _ears(self) -> Iterator[Coroutine[None, None, None]]:
        yield self._listen(topic(self._tenant_id), self._hear)
        yield self._listen(presence.topic(self._tenant_id), self._notice)
        yield self._listen(notifying.topic(self._tenant_id), self._heed)

    async def _listen(self, where: str, heed: Callable[[str], None]) -> None:
        """Hands on what is rung; but for the first `LOOK`, which is of a hall where nothing was missed yet."""
        began = False
        while True:
            try:
                async with contextlib.aclosing(self._from.bell.listen(where)) as rings:
                    async for payload in rings:
                        if began or payload != LOOK:
                            heed(payload)
                        began = True
                        self._rung.set()
            except Exception:
                log.exception("event_streams.ear_failed", topic=where.partition(":")[0])
            await asyncio.sleep(_AGAIN_S)

    def _hear(self, _: str) -> None:
        """The log says what happened: that it is to be read is all there is to hear."""

    def _notice(self, payload: str) -> None:
        if payload == LOOK:
            self._stirred.update(self._from.presence.known(self._tenant_id, at=self._from.clock()))
        else:
            self._stirred.add(UUID(payload))

    def _heed(self, payload: str) -> None:
        if payload == LOOK:
            self._missed = True
            return
        person_id, ticket_ids = notifying.read(payload)
        self._notified.setdefault(person_id, set()).update(ticket_ids)

    def _due(self) -> Sequence[Listener]:
        """Returns whose rights are to be read; when one's are, also those half as old, so that all are soon read together."""
        now = asyncio.get_running_loop().time()
        ages = {one: LOOK_EVERY_S if one.read_at is None else now - one.read_at for one in self._listeners}
        if max(ages.values(), default=0.0) < LOOK_EVERY_S:
            return ()
        return [one for one, age in ages.items() if age >= LOOK_EVERY_S / 2]

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
        wanting = [one for one in self._listeners if one.presences]
        if not wanting:
            self._stirred.clear()
        asked = sorted(self._stirred)[:BATCH]
        if not asked:
            return
        self._stirred.difference_update(asked)
        if self._stirred:
            self._rung.set()  # the others at the next turn
        async with self._from.database.transaction(tenant=self._tenant_id) as session:
            whose = await self._from.tickets.whose(session, self._tenant_id, asked)
        for ticket_id, told in self._present(sorted(whose)).items():
            for listener in wanting:
                if listener.hears(whose[ticket_id], named=True):
                    listener.seat.tell(told)

    async def _tell_notified(self) -> None:
        """Tells people, and nobody else, that something waits for them to read: of requests they see, as what they read is."""
        rung, self._notified = self._notified, {}
        missed, self._missed = self._missed, False
        wanting = {one: one.eyes.person_id for one in self._listeners if one.notified and one.eyes}
        if not missed:
            wanting = {one: person_id for one, person_id in wanting.items() if person_id in rung}
        if not wanting:
            return
        asked = {ticket_id for person_id in wanting.values() for ticket_id in rung.get(person_id, ())}
        whose: Mapping[UUID, Whose] = {}
        if asked and not missed:
            async with self._from.database.transaction(tenant=self._tenant_id) as session:
                whose = await self._from.tickets.whose(session, self._tenant_id, asked)
        told = of_notification(at=self._from.clock())
        for one, person_id in wanting.items():
            # Where rings may have been missed everybody looks once.
            if missed or any(one.hears(whose.get(ticket_id), named=True) for ticket_id in rung[person_id]):
                one.seat.tell(told)

    def _present(self, ticket_ids: Sequence[UUID]) -> Mapping[UUID, Told]:
        now = self._from.clock()
        found = self._from.presence.on(self._tenant_id, ticket_ids, at=now)
        return {ticket_id: of_presence(ticket_id, who, at=now) for ticket_id, who in found.items()}


class Halls:
    """One hall for each administration that somebody listens to here."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources
        self._halls: dict[UUID, Hall] = {}
        self._catching_up = asyncio.Semaphore(_CATCHING_UP)

    @contextlib.contextmanager
    def listening(self, tenant_id: UUID, listener: Listener) -> Iterator[Hall]:
        """Gives a listener the hall they sit in until they leave; the last one out closes it."""
        hall = self._halls.get(tenant_id)
        if hall is None or hall.over:
            hall = self._halls[tenant_id] = Hall(self._sources, tenant_id, catching_up=self._catching_up)
        hall.enter(listener)
        OPEN_STREAMS.inc()
        try:
            yield hall
        finally:
            OPEN_STREAMS.dec()
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
