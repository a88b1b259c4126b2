"""What is due on one channel leaves together: one look, one lease, sendings side by side, one record of those taken.

Whatever holds the channel back (its breaker, its provider's rate, each recipient's pace, a pause) is judged under the
lock of its lane before any byte leaves. Whatever is not plainly accepted is settled one by one. While the database is
away nothing in flight is given up: what came of each sending is kept here until it can be written.
"""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import structlog

from app.channels.contract import Outcome, Sent
from app.channels.facts import ChannelReauthenticated
from app.channels.service import Channels
from app.channels.values import Channel, ChannelState
from app.clock import Clock
from app.contacts import service as contacts
from app.crashpoints import crashpoint
from app.db.transaction import Database, Session
from app.errors import Unavailable
from app.exchanges import breaker, course, departures, gates, learning, limits, loops, outbox
from app.exchanges.asking import told_of
from app.exchanges.breaker import Lane, LaneState
from app.exchanges.course import LEASE, TURN
from app.exchanges.delivering import Deliverer, fact_of
from app.exchanges.departures import external_id_of
from app.exchanges.facts import ReplyAccepted, SendingResumed, SendingSuspended
from app.exchanges.freezing import ACKNOWLEDGEMENTS, wake_up
from app.exchanges.holding import held_on
from app.exchanges.outbox import Outbound, OutState, Priority
from app.exchanges.receipts import Receipts
from app.exchanges.recipients import refusal
from app.exchanges.sending_office import OUT_OF_HOURS, SendingOffice
from app.facts import FactBook
from app.jobs import queue
from app.sve.service import LegalFace

log = structlog.get_logger()
AT_ONCE = 8
BATCH = 3 * AT_ONCE
# One place in so many is for whoever has waited longest, whatever it is: what matters less does leave.
SHARE = 8
# How long what was sent waits to be written while the database is away; then its lease says that it is in doubt.
RECORD_PAUSES = (0.2, 0.5, 1.0, 2.0, *(5.0,) * 360)
TOO_SOON = "cette personne vient de recevoir plusieurs messages : la suite part un peu plus tard"
LEASE_OVER = "le travailleur a été suspendu plus longtemps que son bail : rien n'est parti par lui"
TOO_LATE = "abandonné après plusieurs jours : le canal n'a rien laissé partir"

Gone = tuple[Outbound, UUID, Sent]
Reached = tuple[Channel | None, Gone]
_RANDOM = random.SystemRandom()
_NOT_TRIED = Sent(outcome=Outcome.RETRY, detail=LEASE_OVER)
_IN_TROUBLE = frozenset({ChannelState.NEEDS_REAUTH, ChannelState.BROKEN})


@dataclass(frozen=True, slots=True)
class Departed:
    """How many left at one look, and when to look again although nothing wakes the lane; None: no need to."""

    count: int
    again_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Taken:
    leased: Sequence[tuple[Outbound, UUID]] = ()
    again_at: datetime | None = None
    troubled: bool = False  # the lane had failures when it was looked at


class Dispatcher:
    """Sends what is due, channel by channel."""

    def __init__(
        self,
        database: Database,
        channels: Channels,
        deliverer: Deliverer,
        receipts: Receipts,
        legal: LegalFace,
        book: FactBook,
        clock: Clock,
        *,
        office: SendingOffice,
        jitter: Callable[[], float] = _RANDOM.random,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._database, self._channels, self._deliverer = database, channels, deliverer
        self._receipts, self._legal, self._book, self._clock = receipts, legal, book, clock
        self._office, self._jitter, self._pause = office, jitter, pause
        self._turns: dict[UUID, int] = {}

    async def depart(self, tenant_id: UUID, channel_id: UUID, *, among: Sequence[UUID] | None = None) -> Departed:
        """Sends what is due on a channel, at most a batch. What answers is recorded at once: nobody waits for the slowest."""
        await self._ask(tenant_id, channel_id)
        taken = await self._take(tenant_id, channel_id, among=among)
        crashpoint("before_send")
        await self._send(tenant_id, channel_id, taken)
        return Departed(len(taken.leased), taken.again_at)

    async def dispatch(self, tenant: str, outbounds: Sequence[str]) -> None:
        """Sends these messages, those of them that are due."""
        tenant_id, ids = UUID(tenant), [UUID(one) for one in outbounds]
        async with self._database.transaction(tenant=tenant_id) as session:
            found = await outbox.some(session, tenant_id, ids)
        for channel_id in dict.fromkeys(one.channel_id for one in found):
            while (await self.depart(tenant_id, channel_id, among=ids)).count:
                pass

    async def sweep(self, tenant_id: UUID) -> None:
        """Wakes the lanes that have something to do; one that a slow provider keeps waiting is not woken each time."""
        async with self._database.transaction(tenant=tenant_id) as session:
            found = await outbox.lanes_due(session, tenant_id, now=self._clock())
            jobs = [wake_up(tenant_id, channel_id) for channel_id in found]
            asleep = await queue.waiting(session, [job.lock for job in jobs if job.lock])
            await queue.defer(session, *(job for job in jobs if job.lock not in asleep))

    async def forget(self, tenant_id: UUID) -> None:
        """Forgets the recipients whose pace holds nothing back any more, and machines that have been quiet for a day."""
        async with self._database.transaction(tenant=tenant_id) as session:
            await gates.forget_paces(session, tenant_id, before=self._clock() - timedelta(days=1))
            await loops.forget(session, tenant_id, before=self._clock() - timedelta(days=1))

    async def _ask(self, tenant_id: UUID, channel_id: UUID) -> None:
        """Asks the provider what became of messages in doubt, where it can be asked."""
        now = self._clock()
        async with self._database.transaction(tenant=tenant_id) as session:
            doubtful = await departures.to_ask(
                session, tenant_id, channel_id, now=now, again_at=now + TURN, limit=AT_ONCE
            )
        for message in doubtful:
            receipt = await self._deliverer.ask(message)
            async with self._database.transaction(tenant=tenant_id) as session:
                await self._deliverer.answered(session, message, receipt)

    async def _take(self, tenant_id: UUID, channel_id: UUID, *, among: Sequence[UUID] | None = None) -> _Taken:
        """Leases what may leave now and writes the attempts before any byte leaves."""
        channel = await self._deliverer.channel_of(tenant_id, channel_id)
        if isinstance(channel, Channel) and channel.state is ChannelState.PAUSED:
            return _Taken()
        now = self._clock()
        async with self._database.transaction(tenant=tenant_id) as session:
            for orphan in await departures.orphans(session, tenant_id, channel_id, now=now, limit=BATCH):
                await self._deliverer.take_over(session, orphan, channel if isinstance(channel, Channel) else None)
            held = await self._office.held(session, tenant_id)
            lane = await gates.lane(session, tenant_id, channel_id)
            allowed = breaker.allows(lane, now=now)
            if not allowed and not held:
                for late in await departures.overdue(session, tenant_id, channel_id, now=now, limit=BATCH):
                    await self._deliverer.end(session, late, OutState.FAILED, TOO_LATE)
            if not allowed:
                return _Taken(again_at=lane.held_until)
            pace = self._pace(channel)
            room = limits.room(pace, lane.free_at, now=now) if pace else BATCH
            most = min(BATCH, allowed, room)
            if not most:
                return _Taken(again_at=limits.opens_at(pace, lane.free_at, now=now) if pace else None)
            due = await departures.due(
                session,
                tenant_id,
                channel_id,
                now=now,
                most=most,
                oldest=self._share(channel_id, most),
                among=among,
                # Of a suspended administration only what the law owes at once leaves; the rest waits for its return.
                purposes=ACKNOWLEDGEMENTS if held else None,
            )
            chosen = await self._admitted(session, tenant_id, channel_id, due, now=now)
            leased = await departures.lease(session, tenant_id, chosen, until=now + LEASE)
            attempts = await departures.begin_attempts(session, leased, at=now)
            after = replace(lane, free_at=limits.spent(pace, lane.free_at, len(leased), now=now)) if pace else lane
            if leased and lane.state is not LaneState.FLOWING:
                after = breaker.probing(after, until=now + TURN)
            if after != lane:
                await gates.keep(session, tenant_id, channel_id, after)
        return _Taken(
            [(message, attempts[message.id]) for message in leased],
            troubled=bool(lane.failures) or lane.state is not LaneState.FLOWING or lane.held_until is not None,
        )

    def _pace(self, channel: Channel | Sent) -> limits.Pace | None:
        if not isinstance(channel, Channel):
            return None
        return limits.pace_of(self._channels.registry.get(channel.type).capabilities(channel.config))

    def _share(self, channel_id: UUID, most: int) -> int:
        """How many of the next places are for those who have waited longest: one in `SHARE`, however few at a time."""
        before = self._turns.get(channel_id, 0)
        self._turns[channel_id] = (before + most) % (SHARE * 1_000)
        return (before + most) // SHARE - before // SHARE

    async def _admitted(
        self, session: Session, tenant_id: UUID, channel_id: UUID, due: Sequence[Outbound], *, now: datetime
    ) -> list[Outbound]:
        """Returns those whose recipient may be written to now; the others fail with their reason, or wait their turn."""
        if not due:
            return []
        due = await self._in_hours(session, tenant_id, channel_id, due, now=now)
        points = await contacts.points(session, tenant_id, {UUID(one.recipient["point_id"]) for one in due})
        ours = await self._channels.own_addresses(session, tenant_id)
        keys = {one.id: limits.recipient_key(channel_id, one.recipient_address) for one in due}
        known = await gates.paces(session, tenant_id, channel_id, sorted(set(keys.values())))
        free: dict[str, datetime] = {}
        chosen: list[Outbound] = []
        later: list[tuple[Outbound, datetime]] = []
        for one in due:
            because = refusal(one, points=points, ours=ours)
            if because is not None:
                await self._deliverer.end(session, one, OutState.FAILED, because)
                continue
            key = keys[one.id]
            present = free.get(key, known.get(key))
            if one.parts_sent == 0 and not limits.room(limits.RECIPIENT, present, now=now):
                later.append((one, limits.opens_at(limits.RECIPIENT, present, now=now)))
                continue
            free[key] = limits.spent(limits.RECIPIENT, present, 1, now=now)
            chosen.append(one)
        await gates.keep_paces(session, tenant_id, channel_id, free)
        await departures.postpone(session, tenant_id, later, TOO_SOON)
        if later:
            await queue.defer(session, wake_up(tenant_id, channel_id, at=min(at for _, at in later)))
        return chosen

    async def _in_hours(
        self, session: Session, tenant_id: UUID, channel_id: UUID, due: Sequence[Outbound], *, now: datetime
    ) -> Sequence[Outbound]:
        """Leaves plain information until the hours at which it may leave; all the rest leaves at any hour."""
        if all(one.priority > Priority.BULK for one in due):
            return due
        opens = await self._office.opens(session, tenant_id, now=now)
        if opens <= now:
            return due
        later = [(one, opens) for one in due if one.priority <= Priority.BULK]
        await departures.postpone(session, tenant_id, later, OUT_OF_HOURS)
        await queue.defer(session, wake_up(tenant_id, channel_id, at=opens))
        return [one for one in due if one.priority > Priority.BULK]

    async def _send(self, tenant_id: UUID, channel_id: UUID, taken: _Taken) -> None:
        """Sends what was taken, and goes on holding it meanwhile."""
        leases = {message.id: message for message, _ in taken.leased}
        async with held_on(partial(self._renew, tenant_id, leases)):
            await self._send_held(tenant_id, channel_id, taken, leases)

    async def _renew(self, tenant_id: UUID, leases: dict[UUID, Outbound]) -> None:
        if leases:
            async with self._database.transaction(tenant=tenant_id) as session:
                until = self._clock() + LEASE
                leases |= await departures.renew(session, tenant_id, list(leases.values()), until=until)

    async def _send_held(self, tenant_id: UUID, channel_id: UUID, taken: _Taken, leases: dict[UUID, Outbound]) -> None:
        """Sends side by side, and writes what comes of each; what cannot be written yet is kept while the others go on."""
        turns = asyncio.Semaphore(AT_ONCE)
        pending = {
            asyncio.create_task(self._carry(message, attempt, turns, leases)) for message, attempt in taken.leased
        }
        owed: list[Reached] = []
        tries, troubled = 0, taken.troubled
        try:
            while pending or owed:
                wait = RECORD_PAUSES[tries - 1] if owed else None
                if pending:
                    done, pending = await asyncio.wait(pending, timeout=wait, return_when=asyncio.FIRST_COMPLETED)
                    owed += [task.result() for task in done]
                elif wait is not None:
                    await self._pause(wait)
                if not owed:
                    continue
                crashpoint("after_send")
                reached, owed = owed, await self._settle(tenant_id, owed)
                tries = tries + 1 if owed else 0
                settled = [one for one in reached if one not in owed]
                for _, (message, _, _) in settled:
                    leases.pop(message.id, None)
                troubled = await self._note(tenant_id, channel_id, settled, troubled=troubled) or troubled
                if tries >= len(RECORD_PAUSES):
                    log.error("outbound.not_recorded", channel=str(channel_id), size=len(owed))
                    return
        finally:
            for task in pending:
                task.cancel()

    async def _carry(
        self, message: Outbound, attempt_id: UUID, turns: asyncio.Semaphore, leases: Mapping[UUID, Outbound]
    ) -> Reached:
        async with turns:
            if not course.may_leave(leases[message.id], now=self._clock()):
                return None, (message, attempt_id, _NOT_TRIED)
            channel, sent = await self._deliverer.reach(message)
            return channel, (message, attempt_id, sent)

    async def _settle(self, tenant_id: UUID, reached: Sequence[Reached]) -> list[Reached]:
        """Writes what came of sendings; returns those that could not be written because the database is away."""
        plain = [gone for _, gone in reached if gone[2].outcome is Outcome.OK and departures.is_whole(gone)]
        done = set[UUID]()
        if plain:
            try:
                async with self._database.transaction(tenant=tenant_id) as session:
                    done = await self._accepted(session, tenant_id, plain)
            except Unavailable:
                return list(reached)
            except Exception as error:  # noqa: BLE001 — what is wrong with one must not hide that the others left
                log.warning("outbound.batch_split", size=len(plain), error=type(error).__name__)
        owed: list[Reached] = []
        for one in reached:
            channel, (message, attempt_id, sent) = one
            if message.id in done:
                continue
            try:
                async with self._database.transaction(tenant=tenant_id) as session:
                    await self._deliverer.settle(session, message, attempt_id, channel, sent)
            except Unavailable:
                owed.append(one)
            except Exception:
                # Its lease runs out, and it is shown in doubt; the others must not be.
                log.exception("outbound.not_settled", outbound=str(message.id))
        return owed

    async def _accepted(self, session: Session, tenant_id: UUID, accepted: Sequence[Gone]) -> set[UUID]:
        """Records what was taken; what another worker took over meanwhile is left to be settled alone."""
        now = self._clock()
        held = await departures.accept(session, tenant_id, accepted, at=now)
        gone = [one for one in accepted if one[0].id in held]
        await self._book.record(
            session, *(fact_of(ReplyAccepted, message, OutState.ACCEPTED, now) for message, _, _ in gone)
        )
        for kind in ACKNOWLEDGEMENTS:
            of_kind = [m for m, _, _ in gone if m.purpose == kind and m.request.get("about")]
            left = {UUID(m.request["about"]): m.id for m in of_kind}
            if left:
                await self._legal.acknowledged(session, tenant_id, left, kind=kind, at=now, told=told_of(*of_kind))
        taught = [learning.from_answer(message, sent) for message, _, sent in gone]
        if lessons := [lesson for lesson in taught if lesson is not None]:
            await learning.learn(session, self._book, tenant_id, lessons, at=now)
        named = [(message, name) for message, _, sent in gone if (name := external_id_of(message, sent))]
        early = await departures.reported_early(session, tenant_id, [(m.channel_id, name) for m, name in named])
        for message, name in named:
            if (message.channel_id, name) in early:
                await self._receipts.catch_up(session, message, name)
        return held

    async def _note(self, tenant_id: UUID, channel_id: UUID, settled: Sequence[Reached], *, troubled: bool) -> bool:
        """Tells the breaker what sendings came to; says whether the lane is in trouble.

        In a transaction of its own: the lane is locked before what leaves, and what leaves is locked already in theirs.
        """
        # What was not tried says nothing of the provider.
        sent = [gone[2] for _, gone in settled if gone[2] is not _NOT_TRIED]
        await self._prove(tenant_id, settled)
        if not sent or not (troubled or any(one.outcome is not Outcome.OK for one in sent)):
            return False
        try:
            async with self._database.transaction(tenant=tenant_id) as session:
                before = await gates.lane(session, tenant_id, channel_id)
                now = self._clock()
                after = breaker.after(before, sent, now=now, jitter=self._jitter())
                if after != before:
                    await gates.keep(session, tenant_id, channel_id, after)
                    await self._told(session, tenant_id, channel_id, before, after)
        except Unavailable:
            return True  # the next sending tells
        return after.state is not LaneState.FLOWING or bool(after.failures)

    async def _prove(self, tenant_id: UUID, settled: Sequence[Reached]) -> None:
        """Lets a channel that was in trouble, and by which a message has left all the same, mend by itself."""
        proved = {
            channel.id: channel
            for channel, (_, _, sent) in settled
            if channel is not None and sent.outcome is Outcome.OK and channel.state in _IN_TROUBLE
        }
        if not proved:
            return
        with contextlib.suppress(Unavailable):  # the next sending tells
            async with self._database.transaction(tenant=tenant_id) as session:
                for channel in proved.values():
                    if await self._channels.proved(session, channel):
                        fact = ChannelReauthenticated(tenant_id=tenant_id, subject_id=channel.id, at=self._clock())
                        await self._book.record(session, fact)

    async def _told(self, session: Session, tenant_id: UUID, channel_id: UUID, before: Lane, after: Lane) -> None:
        now = self._clock()
        if after.state is LaneState.SUSPENDED and after.held_until is not None:
            await queue.defer(session, wake_up(tenant_id, channel_id, at=after.held_until))
            if before.state is LaneState.FLOWING:
                log.warning("outbound.suspended", channel=str(channel_id))
                await self._book.record(session, SendingSuspended(tenant_id=tenant_id, subject_id=channel_id, at=now))
        elif before.state is not LaneState.FLOWING and after.state is LaneState.FLOWING:
            await queue.defer(session, wake_up(tenant_id, channel_id))
            await self._book.record(session, SendingResumed(tenant_id=tenant_id, subject_id=channel_id, at=now))
