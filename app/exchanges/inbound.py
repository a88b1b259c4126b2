"""One door in: keep the bytes, wake the intake, answer; then read, deduplicate, place, settle."""

import asyncio
import contextlib
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from app.channels import hours
from app.channels.contract import Delivery
from app.channels.service import Channels
from app.channels.unusable import ChannelUnusable
from app.channels.values import Channel, Unopened
from app.clock import Clock
from app.crashpoints import crashpoint
from app.db.transaction import Database, Session
from app.errors import Conflict, NotFound, Unavailable
from app.exchanges import receptions
from app.exchanges.batches import Batches
from app.exchanges.facts import IntakeHeld
from app.exchanges.holding import LEASE, Hold
from app.exchanges.reading import Asked, Failure, Outcome, Reader, ReadingFailed
from app.exchanges.receptions import INTAKE, Door, Reception, State
from app.exchanges.understood import Batch, Understood, settled_row
from app.facts import Actor, FactBook, Seen
from app.ids import new_id
from app.jobs import queue
from app.jobs.ending import ending
from app.rest.languages import Said
from app.rest.metrics import RECEPTIONS
from app.spans import Key, span

log = structlog.get_logger()
# At most so many deliveries are claimed at once, and so many placed in one transaction: a statement's fixed costs are
# paid once for all of these, while the child reads the next.
BATCH, PLACED = 128, 64
TRIES = 3
AGAIN_AFTER = timedelta(seconds=20)
# A database that died under a worker is away when what it was reading is to be given back: some seconds later it is not.
GIVING_BACK = (0.0, 0.2, 0.5, 1.0, 2.0, 4.0, 8.0)
# A message given in the vocabulary of the API, whatever the channel: the generic adapter reads it.
GENERIC_TYPE = "http"
GENERIC = {"format": "generic"}
GENERIC_BYTES = 10 * 2**20  # as much as it reads
_ALTERED = "octets altérés depuis leur réception : à restaurer depuis une sauvegarde"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the sender is told: the bytes are kept, this is their digest and when they came."""

    id: UUID
    received_at: datetime
    sha256: str


class Inbound:
    """Accepts deliveries at the doors and turns them into tickets behind them."""

    def __init__(
        self, database: Database, channels: Channels, reader: Reader, batches: Batches, book: FactBook, clock: Clock
    ) -> None:
        self._database, self._channels, self._reader = database, channels, reader
        self._batches, self._book, self._clock = batches, book, clock

    async def accept(
        self,
        channel: Channel | Unopened,
        delivery: Delivery,
        *,
        door: Door,
        verified: bool | None = None,
        remote: str | None = None,
    ) -> Receipt:
        """Keeps a delivery, committed when this returns. Raises `Unavailable` when it could not be kept."""
        receipt, reception = self._received(channel, delivery, door=door, verified=verified, remote=remote)
        with span("intake keep") as told:
            told.tell(Key.CHANNEL, channel.type)
            await receptions.keep_alone(self._database, reception)
        RECEPTIONS.labels(channel.type, door.value).inc()
        crashpoint("after_accept")
        return receipt

    async def keep(
        self,
        session: Session,
        channel: Channel,
        delivery: Delivery,
        *,
        door: Door,
        verified: bool | None = None,
        remote: str | None = None,
    ) -> Receipt:
        """Keeps a delivery inside the caller's transaction (a poller commits its cursor with it)."""
        receipt, reception = self._received(channel, delivery, door=door, verified=verified, remote=remote)
        await receptions.keep(session, reception)
        RECEPTIONS.labels(channel.type, door.value).inc()  # of what a rollback takes back too: the ledger counts rows
        return receipt

    async def release(
        self, session: Session, tenant_id: UUID, reception_id: UUID, *, reason: str, actor: Actor
    ) -> None:
        """Gives a held delivery back to the intake. Raises `NotFound`, or `Conflict` when it is not held."""
        now = self._clock()
        if not await receptions.release(session, tenant_id, reception_id, now=now):
            if await receptions.line(session, tenant_id, reception_id) is None:
                raise NotFound
            raise Conflict(Said("cette livraison n'est pas retenue", en="this delivery is not held"))
        await queue.defer(session, receptions.wake_up(tenant_id))
        released = Seen(
            tenant_id=tenant_id,
            subject_id=reception_id,
            at=now,
            actor=actor,
            action="intake.released",
            detail={"reason": reason},
        )
        await self._book.record(session, released)

    async def drain(self, tenant: str) -> None:
        """The intake job: takes everything due of one administration, in order. Jobs of one tenant run one at a time.

        Of a worker that was asked to end it takes nothing more, and leaves the rest to another's turn.
        """
        tenant_id, lock = UUID(tenant), f"{INTAKE}:{tenant}"
        while True:
            now = self._clock()
            async with self._database.transaction(tenant=tenant_id) as session:
                await queue.absorb(session, INTAKE, lock=lock)
                until = now + LEASE
                claimed = await receptions.claim(session, tenant_id, now=now, lease=until, limit=BATCH)
                fresh = [(one.channel_id, one.received_at) for one in claimed if one.attempts == 1]
                await hours.count(session, tenant_id, fresh)
            crashpoint("after_claim")
            if not claimed:
                return
            ids = [one.id for one in claimed]
            hold = Hold(self._database, self._clock, tenant_id, ids, receptions.renew, until=until)
            try:
                async with hold.on():
                    await self._take(tenant_id, claimed)
            except Unavailable as error:
                log.warning("intake.given_back", size=len(claimed), error=str(error))
                await self._give_back(tenant_id, claimed, leases=hold.leases)
            if ending():
                await self.wake(tenant_id)
                return

    async def wake_later(self, tenant: str) -> None:
        """The job of what was to wait until now."""
        await self.wake(UUID(tenant))

    async def wake(self, tenant_id: UUID) -> None:
        """Defers the intake of a tenant that has something due: the sweeper's part."""
        async with self._database.transaction(tenant=tenant_id) as session:
            if await receptions.due(session, tenant_id, now=self._clock()):
                await queue.defer(session, receptions.wake_up(tenant_id))

    async def _take(self, tenant_id: UUID, claimed: Sequence[Reception]) -> None:
        """Places what was claimed, in order and part by part; the child reads the next part meanwhile."""
        parts = [claimed[start : start + PLACED] for start in range(0, len(claimed), PLACED)]
        ahead = asyncio.create_task(self._read(parts[0]))
        try:
            for following in [*parts[1:], None]:
                understood = await ahead
                if following is not None:
                    ahead = asyncio.create_task(self._read(following))
                crashpoint("after_parse")
                if understood:
                    with span("intake place") as told:
                        told.tell(Key.COUNT, len(understood))
                        await self._place_all(tenant_id, understood)
        finally:
            ahead.cancel()
            await asyncio.gather(ahead, return_exceptions=True)

    async def _place_all(self, tenant_id: UUID, understood: list[Understood]) -> None:
        try:
            await self._place(tenant_id, understood)
        except Unavailable:
            raise
        except Exception as error:  # noqa: BLE001 — one bad message must not hold the others
            if len(understood) == 1:
                await self._refuse(understood[0].reception, f"défaut interne : {type(error).__name__}", error=error)
                return
            log.warning("intake.batch_split", size=len(understood), error=type(error).__name__)
            for one in understood:
                try:
                    await self._place(tenant_id, [one])
                except Unavailable:
                    raise
                except Exception as alone:  # noqa: BLE001 — as above
                    await self._refuse(one.reception, f"défaut interne : {type(alone).__name__}", error=alone)

    async def _read(self, part: Sequence[Reception]) -> list[Understood]:
        """Reads deliveries in the child; what cannot be read is held, or tried again after a crash."""
        readable: list[tuple[Reception, Channel, Asked]] = []
        for reception in part:
            if reception.attempts > TRIES:
                await self._hold(reception, reception.reason or "lecture interrompue plusieurs fois")
                continue
            if hashlib.sha256(reception.raw).hexdigest() != reception.sha256:
                await self._hold(reception, _ALTERED)
                continue
            try:
                channel = await self._channels.at_work(reception.tenant_id, reception.channel_id)
                readable.append((reception, channel, self._asked(reception, channel)))
            except Unavailable:
                raise
            except ChannelUnusable as unusable:
                await self._hold(reception, unusable.detail)
            except Exception as error:  # noqa: BLE001 — a channel that cannot be opened must not hold the others
                await self._refuse(reception, f"défaut interne : {type(error).__name__}", error=error)
        with span("intake read") as told:
            told.tell(Key.COUNT, len(readable))
            outcomes = await self._reader.read_all([asked for _, _, asked in readable])
        understood: list[Understood] = []
        for (reception, channel, _), outcome in zip(readable, outcomes, strict=True):
            if not isinstance(outcome, ReadingFailed) and outcome:
                understood.append(Understood(reception, channel, tuple(outcome)))
            else:
                await self._not_understood(reception, outcome)
        return understood

    async def _not_understood(self, reception: Reception, outcome: Outcome) -> None:
        if not isinstance(outcome, ReadingFailed):
            await self._hold(reception, "rien de lisible dans cette livraison")
        elif outcome.failure is Failure.CRASH:
            await self._refuse(reception, outcome.reason)
        else:
            await self._hold(reception, outcome.reason)

    def _asked(self, reception: Reception, channel: Channel) -> Asked:
        delivery = Delivery(
            body=reception.raw,
            method=reception.method,
            url=reception.url,
            headers=reception.headers,
            envelope=dict(reception.envelope),
        )
        if reception.envelope.get("format") == GENERIC["format"] and channel.type != GENERIC_TYPE:
            return Asked(GENERIC_TYPE, delivery, self._channels.registry.get(GENERIC_TYPE).config_for(None))
        return Asked(channel.type, delivery, channel.config)

    def _received(
        self,
        channel: Channel | Unopened,
        delivery: Delivery,
        *,
        door: Door,
        verified: bool | None,
        remote: str | None,
    ) -> tuple[Receipt, Reception]:
        receipt = Receipt(new_id(), self._clock(), hashlib.sha256(delivery.body).hexdigest())
        return receipt, Reception(
            tenant_id=channel.tenant_id,
            id=receipt.id,
            channel_id=channel.id,
            door=door,
            method=delivery.method,
            url=delivery.url,
            headers=tuple(delivery.headers),
            envelope=_storable(delivery.envelope),
            raw=delivery.body,
            sha256=receipt.sha256,
            remote=remote,
            verified=verified,
            received_at=receipt.received_at,
        )

    async def _place(self, tenant_id: UUID, understood: list[Understood]) -> None:
        batch = Batch(tenant_id, tuple(understood), self._clock())
        pieces = await self._batches.store_pieces(batch)
        async with self._database.transaction(tenant=tenant_id) as session:
            await self._batches.place(session, batch, pieces)
            crashpoint("before_commit")
        crashpoint("after_commit")

    async def _refuse(self, reception: Reception, reason: str, *, error: Exception | None = None) -> None:
        log.error("intake.failed", reception=str(reception.id), attempts=reception.attempts, exc_info=error)
        if reception.attempts >= TRIES:
            await self._hold(reception, reason)
            return
        again = self._clock() + AGAIN_AFTER * reception.attempts
        async with self._database.transaction(tenant=reception.tenant_id) as session:
            await receptions.postpone(session, reception.tenant_id, reception.id, until=again, reason=reason)
            await queue.defer(session, receptions.wake_up(reception.tenant_id, at=again))

    async def _give_back(self, tenant_id: UUID, claimed: Sequence[Reception], *, leases: Sequence[datetime]) -> None:
        """The machine failed, not the deliveries: they come again, and are not nearer to being held for it.

        What another worker took since, this lease having run out, is that one's. Raises `Unavailable` when the database
        stays away: then these count as read once more.
        """
        ids = [reception.id for reception in claimed]
        for pause in GIVING_BACK:
            await asyncio.sleep(pause)
            again = self._clock() + AGAIN_AFTER
            with contextlib.suppress(Unavailable):
                async with self._database.transaction(tenant=tenant_id) as session:
                    await receptions.give_back(session, tenant_id, ids, leases=leases, until=again)
                    await queue.defer(session, receptions.wake_up(tenant_id, at=again))
                return
        raise Unavailable("the database stays away: what was being read is found again when its lease runs out")

    async def _hold(self, reception: Reception, reason: str) -> None:
        now = self._clock()
        async with self._database.transaction(tenant=reception.tenant_id) as session:
            if await receptions.still_queued(session, reception.tenant_id, [reception.id]):
                row = settled_row(reception.tenant_id, reception.id, State.HELD, now=now, reason=reason)
                await receptions.settle(session, [row])
                await self._book.record(
                    session, IntakeHeld(tenant_id=reception.tenant_id, subject_id=reception.id, at=now)
                )


def _storable(envelope: Mapping[str, object]) -> dict[str, object]:
    """An SMTP client may put anything in its envelope: what JSON cannot hold is written as text."""
    kept: dict[str, object] = {}
    for name, value in envelope.items():
        if isinstance(value, list | tuple):
            kept[name] = [_text(item) for item in value]
        elif value is None or isinstance(value, bool | int):
            kept[name] = value
        else:
            kept[name] = _text(value)
    return kept


def _text(value: object) -> str:
    return str(value).replace("\x00", "").encode("utf-8", "replace").decode()[:2000]
