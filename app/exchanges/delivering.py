"""One door out: take the frozen message, record the attempt, send outside any transaction, record what came of it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, assert_never
from uuid import UUID

import structlog

from app.channels.contract import Attachment, DeliveryStatus, Outcome, Party, PointKind, Sender, SendRequest, Sent
from app.channels.errors import ChannelError
from app.channels.service import Channels
from app.channels.unusable import ChannelUnusable
from app.channels.values import Channel, ChannelState
from app.clock import Clock
from app.crashpoints import crashpoint
from app.db.transaction import Database, Session
from app.errors import ParvisError, Unavailable
from app.exchanges import outbox
from app.exchanges.asking import Asking, told_of
from app.exchanges.carrying import Carrier
from app.exchanges.facts import ChannelDegraded, ReplyAccepted, ReplyFailed, ReplyUnknown
from app.exchanges.freezing import ACKNOWLEDGEMENTS, wake_up
from app.exchanges.outbox import Outbound, OutState
from app.exchanges.receipts import RANK, Receipts
from app.facts import FactBook
from app.files.store import Store
from app.jobs import queue
from app.sve.service import LegalFace

log = structlog.get_logger()
LEASE = timedelta(minutes=3)
# Over days: a person's answer is worth waiting for (protocols give up after two to four days).
BACK_OFF = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 120, 240, 480, 720, 1440, 1440))
SAME_ID_TRIES = 3
_NOT_KNOWN_TO_HAVE_LEFT = frozenset({OutState.FROZEN, OutState.SENDING, OutState.UNKNOWN, OutState.FAILED})
_REPORTED = frozenset({OutState.DELIVERED, OutState.BOUNCED})  # a report was quicker than the provider's answer


class Deliverer:
    """Delivers frozen messages. An ambiguous outcome is shown as such, and never repeated blindly."""

    def __init__(
        self,
        database: Database,
        channels: Channels,
        carrier: Carrier,
        receipts: Receipts,
        legal: LegalFace,
        store: Store,
        book: FactBook,
        clock: Clock,
    ) -> None:
        self._database, self._channels, self._carrier = database, channels, carrier
        self._receipts, self._legal, self._book, self._clock = receipts, legal, book, clock
        self._store, self._asking = store, Asking(legal)

    async def deliver(self, tenant: str, outbound: str) -> None:
        """The delivery job."""
        tenant_id, outbound_id = UUID(tenant), UUID(outbound)
        taken = await self._take(tenant_id, outbound_id)
        if taken is None:
            return
        message, attempt_id = taken
        crashpoint("before_send")
        channel, sent = await self.reach(message)
        crashpoint("after_send")
        async with self._database.transaction(tenant=tenant_id) as session:
            await self.settle(session, message, attempt_id, channel, sent)

    async def sweep(self, tenant_id: UUID) -> None:
        """Wakes what should have left and has not; what a slow provider keeps waiting is not woken once more each time."""
        async with self._database.transaction(tenant=tenant_id) as session:
            due = await outbox.due(session, tenant_id, now=self._clock(), limit=500)
            jobs = [wake_up(tenant_id, outbound_id) for outbound_id in due]
            asleep = await queue.waiting(session, [job.lock for job in jobs if job.lock])
            await queue.defer(session, *(job for job in jobs if job.lock not in asleep))

    async def reach(self, message: Outbound) -> tuple[Channel | None, Sent]:
        """Sends one leased message by its channel. When the channel cannot be had, no byte has left: no doubt is made."""
        try:
            channel = await self._channels.at_work(message.tenant_id, message.channel_id)
        except Unavailable as error:
            return None, Sent(outcome=Outcome.RETRY, detail=str(error)[:500])
        except ChannelUnusable as unusable:
            return None, Sent(outcome=Outcome.CONFIG, detail=unusable.detail[:500])
        except Exception as error:
            log.exception("outbound.no_channel", channel=str(message.channel_id), outbound=str(message.id))
            return None, Sent(outcome=Outcome.CONFIG, detail=f"canal inutilisable : {type(error).__name__}")
        return channel, await self.carry(channel, message)

    async def carry(self, channel: Channel, message: Outbound) -> Sent:
        """Sends one leased message; never raises for what its provider or its adapter does."""
        adapter = self._channels.registry.get(channel.type)
        if not isinstance(adapter, Sender):
            return Sent(outcome=Outcome.CONFIG, detail="ce type de canal ne sait pas envoyer")
        try:
            pieces = await self._enclosed(message)
        except Unavailable as error:
            return Sent(outcome=Outcome.RETRY, detail=str(error)[:500])
        except ParvisError as error:
            return Sent(outcome=Outcome.PERMANENT, detail=f"pièce jointe illisible : {error.title_fr}")
        try:
            return await self._carrier.carry(channel, adapter, request_of(message, pieces=pieces))
        except ChannelError as refusal:
            return Sent(outcome=Outcome.PERMANENT, detail=str(refusal)[:500])
        except Exception as error:
            # An adapter must not raise; if it does, nobody knows whether bytes have left.
            log.exception("outbound.adapter_raised", channel_type=channel.type, outbound=str(message.id))
            return Sent(outcome=Outcome.UNKNOWN, detail=f"défaut de l'adaptateur : {type(error).__name__}")

    async def _enclosed(self, message: Outbound) -> list[Attachment]:
        """Reads the pieces a request names; checked against their digests, they are what was frozen."""
        return [
            Attachment(
                name=piece["name"],
                content_type=piece["content_type"],
                size=piece["size"],
                sha256=piece["sha256"],
                content=await self._store.get(message.tenant_id, piece["sha256"]),
            )
            for piece in message.request.get("enclosed", ())
        ]

    async def _take(self, tenant_id: UUID, outbound_id: UUID) -> tuple[Outbound, UUID] | None:
        """Leases a due message and writes the attempt before its bytes leave."""
        now = self._clock()
        async with self._database.transaction(tenant=tenant_id) as session:
            message = await outbox.find(session, tenant_id, outbound_id, lock=True)
            if message is None:
                return None
            waiting = message.state is OutState.FROZEN and (message.next_attempt_at or now) <= now
            orphan = message.state is OutState.SENDING and (message.lease_until or now) <= now
            if orphan and not await _may_repeat(session, message):
                await self._end(
                    session, message, OutState.UNKNOWN, "interrompu pendant l'envoi : parti ou non, à vérifier"
                )
                return None
            if not waiting and not orphan:
                return None
            attempt_id = await outbox.begin_attempt(session, message, at=now)
            values = {"state": OutState.SENDING.value, "attempts": message.attempts + 1, "lease_until": now + LEASE}
            await outbox.move(session, message, values)
            taken = await outbox.find(session, tenant_id, outbound_id)
        return (taken, attempt_id) if taken else None

    async def settle(
        self, session: Session, message: Outbound, attempt_id: UUID, channel: Channel | None, sent: Sent
    ) -> None:
        """Records what came of one attempt, and what follows from it unless another worker has taken the message over."""
        now = self._clock()
        await outbox.end_attempt(
            session, message.tenant_id, attempt_id, outcome=sent.outcome.value, detail=sent.detail, at=now
        )
        present = await outbox.find(session, message.tenant_id, message.id, lock=True)
        if present is None or not _follows(present, message, sent):
            return
        match sent.outcome:
            case Outcome.OK:
                await self._accepted(session, message, sent)
            case Outcome.RETRY | Outcome.THROTTLED:
                await self._again(session, message, sent)
            case Outcome.AUTH:
                await self._trouble(session, channel, ChannelState.NEEDS_REAUTH, sent)
                await self._again(session, message, sent, at_least=timedelta(hours=1))
            case Outcome.CONFIG:
                await self._trouble(session, channel, ChannelState.BROKEN, sent)
                await self._again(session, message, sent, at_least=timedelta(hours=1))
            case Outcome.UNKNOWN:
                if _repeatable(message) and message.attempts < SAME_ID_TRIES:
                    await self._again(session, message, sent)
                else:
                    await self._end(session, message, OutState.UNKNOWN, sent.detail or "réponse perdue : parti ou non")
            case Outcome.PERMANENT | Outcome.OPTED_OUT | Outcome.WINDOW_CLOSED:
                await self._end(session, message, OutState.FAILED, sent.detail or sent.outcome.value)
            case _:
                assert_never(sent.outcome)

    async def _accepted(self, session: Session, message: Outbound, sent: Sent) -> None:
        """Acceptance is its own committed state, recorded before anything that could fail follows it."""
        now = self._clock()
        external_id = sent.external_ids[0] if sent.external_ids else message.external_id
        values: dict[str, Any] = {
            "state": OutState.ACCEPTED.value,
            "status_rank": RANK[DeliveryStatus.ACCEPTED],
            "external_id": external_id,
            "next_attempt_at": None,
            "lease_until": None,
            "settled_at": now,
            "detail": sent.detail,
        }
        await outbox.move(session, message, values)
        await self._book.record(session, fact_of(ReplyAccepted, message, OutState.ACCEPTED, now))
        about = message.request.get("about")
        if message.purpose in ACKNOWLEDGEMENTS and about:
            left, told = {UUID(about): message.id}, told_of(message)
            await self._legal.acknowledged(session, message.tenant_id, left, kind=message.purpose, at=now, told=told)
        await self._asking.left(session, message, at=now)
        if external_id:
            await self._receipts.catch_up(session, message, external_id)

    async def _again(
        self, session: Session, message: Outbound, sent: Sent, *, at_least: timedelta = timedelta()
    ) -> None:
        now = self._clock()
        pause = BACK_OFF[min(message.attempts, len(BACK_OFF)) - 1]
        if sent.retry_after_s is not None:
            pause = max(pause, timedelta(seconds=min(sent.retry_after_s, 86_400)))
        again = now + max(pause, at_least)
        if again > message.give_up_at:
            await self._end(
                session, message, OutState.FAILED, sent.detail or "abandonné après plusieurs jours d'essais"
            )
            return
        values = {
            "state": OutState.FROZEN.value,
            "next_attempt_at": again,
            "lease_until": None,
            "detail": sent.detail,
        }
        await outbox.move(session, message, values)
        await queue.defer(session, wake_up(message.tenant_id, message.id, at=again))

    async def _end(self, session: Session, message: Outbound, state: OutState, detail: str) -> None:
        now = self._clock()
        values = {
            "state": state.value,
            "detail": detail[:500],
            "settled_at": now,
            "next_attempt_at": None,
            "lease_until": None,
        }
        await outbox.move(session, message, values)
        kind = ReplyUnknown if state is OutState.UNKNOWN else ReplyFailed
        await self._book.record(session, fact_of(kind, message, state, now))
        if state is OutState.FAILED:
            await self._asking.lost(session, message)

    async def _trouble(self, session: Session, channel: Channel | None, state: ChannelState, sent: Sent) -> None:
        if channel is None:
            return
        await self._channels.trouble(session, channel, state=state, reason=sent.detail or sent.outcome.value)
        fact = ChannelDegraded(tenant_id=channel.tenant_id, subject_id=channel.id, at=self._clock())
        await self._book.record(session, fact)


def request_of(message: Outbound, *, pieces: Sequence[Attachment] = ()) -> SendRequest:
    """The frozen request as the adapter takes it, with the pieces it names."""
    frozen, to = message.request, message.recipient
    return SendRequest(
        ref=frozen["ref"],
        to=Party(PointKind(to["kind"]), to["address"], to["display_name"]),
        text=frozen["text"],
        html=frozen["html"],
        subject=frozen["subject"],
        attachments=pieces,
        message_id=frozen["message_id"],
        reply_to=frozen["reply_to"],
        in_reply_to=frozen["in_reply_to"],
        references=tuple(frozen["references"]),
        human=frozen["human"],
        automatic=frozen["automatic"],
        account=frozen["scope"] or None,
    )


def _repeatable(message: Outbound) -> bool:
    # Mail goes again under the same Message-ID, which receivers fold; an SMS or a message would be read twice.
    return message.request.get("message_id") is not None


async def _may_repeat(session: Session, message: Outbound) -> bool:
    """Whether a message whose worker died in the middle goes again: a mail, until as many copies may have left."""
    return _repeatable(message) and await outbox.cut_attempts(session, message) < SAME_ID_TRIES


def _follows(present: Outbound, attempted: Outbound, sent: Sent) -> bool:
    """Whether an outcome still changes a message.

    That it has left is news to whoever does not know it yet; any other outcome counts only for the worker that still
    holds the message.
    """
    mine = present.attempts == attempted.attempts
    if sent.outcome is Outcome.OK:
        return present.state in _NOT_KNOWN_TO_HAVE_LEFT or (mine and present.state in _REPORTED)
    return mine and present.state is OutState.SENDING


def fact_of(kind: Any, message: Outbound, state: OutState, at: Any) -> Any:
    return kind(
        tenant_id=message.tenant_id, subject_id=message.id, at=at, ticket_id=message.ticket_id, state=state.value
    )
