"""One door out: what one leased message is sent as, outside any transaction, and what is recorded of what came of it."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, assert_never
from uuid import UUID

import structlog

from app.channels import approved
from app.channels.contract import (
    Attachment,
    DeliveryStatus,
    Geo,
    Outcome,
    Party,
    PointKind,
    Receipt,
    Sender,
    SendRequest,
    Sent,
    TemplateUse,
)
from app.channels.contract import Receipts as Receipting
from app.channels.errors import ChannelError
from app.channels.facts import ChannelNeedsReauth
from app.channels.service import Channels
from app.channels.unusable import ChannelUnusable
from app.channels.values import Channel, ChannelState
from app.clock import Clock
from app.db.transaction import Database, Session
from app.errors import ParvisError, Unavailable
from app.exchanges import learning, outbox
from app.exchanges.asking import Asking, told_of
from app.exchanges.carrying import Carrier, Inquirer
from app.exchanges.codes_out import code_of, with_code, without_code
from app.exchanges.facts import ChannelDegraded, ReplyAccepted, ReplyFailed, ReplyUnknown
from app.exchanges.freezing import ACKNOWLEDGEMENTS, wake_up
from app.exchanges.outbox import Outbound, OutState
from app.exchanges.receipts import RANK, Receipts
from app.facts import Fact, FactBook
from app.files.store import Store
from app.jobs import queue
from app.rest.metrics import OUTBOUND
from app.sve.service import LegalFace
from app.vault.service import Vault

log = structlog.get_logger()
LEASE = timedelta(minutes=3)
# Over days: a person's answer is worth waiting for (protocols give up after two to four days).
BACK_OFF = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 120, 240, 480, 720, 1440, 1440))
SAME_ID_TRIES = 3
# When a provider that can be asked is asked what became of a send whose answer was lost; then a person is.
ASK = tuple(timedelta(minutes=m) for m in (1, 5, 30, 120))
PART_LEFT = "partie {} sur {} partie"
_RANDOM = random.SystemRandom()
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
        *,
        vault: Vault,
        base_url: str,
    ) -> None:
        self._database, self._channels, self._carrier = database, channels, carrier
        self._base_url, self._vault = base_url, vault
        self._receipts, self._legal, self._book, self._clock = receipts, legal, book, clock
        self._store, self._asking = store, Asking(legal)

    async def channel_of(self, tenant_id: UUID, channel_id: UUID) -> Channel | Sent:
        """Returns a channel, or what a sending by it comes to when it cannot be had: no byte has left, no doubt is made."""
        try:
            return await self._channels.at_work(tenant_id, channel_id)
        except Unavailable as error:
            return Sent(outcome=Outcome.RETRY, detail=str(error)[:500])
        except ChannelUnusable as unusable:
            return Sent(outcome=Outcome.CONFIG, detail=unusable.detail[:500])
        except Exception as error:
            log.exception("outbound.no_channel", channel=str(channel_id))
            return Sent(outcome=Outcome.CONFIG, detail=f"canal inutilisable : {type(error).__name__}")

    async def reach(self, message: Outbound) -> tuple[Channel | None, Sent]:
        """Sends one leased message by its channel."""
        channel = await self.channel_of(message.tenant_id, message.channel_id)
        return (None, channel) if isinstance(channel, Sent) else (channel, await self.carry(channel, message))

    async def ask(self, message: Outbound) -> Receipt | None:
        """Asks the provider what became of a message whose answer was lost; None where it cannot be asked."""
        channel = await self.channel_of(message.tenant_id, message.channel_id)
        if isinstance(channel, Sent) or not isinstance(self._carrier, Inquirer) or not self._can_ask(channel):
            return None
        adapter = self._channels.registry.get(channel.type)
        if not isinstance(adapter, Receipting):
            return None
        return await self._carrier.ask(channel, adapter, self._request(channel, message))

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
            code = await self._code(message)
            request = with_code(self._request(channel, message, pieces), code)
            return without_code(await self._carrier.carry(channel, adapter, request), code)
        except ChannelError as refusal:
            return Sent(outcome=Outcome.PERMANENT, detail=str(refusal)[:500])
        except Exception as error:
            # An adapter must not raise; if it does, nobody knows whether bytes have left.
            log.exception("outbound.adapter_raised", channel_type=channel.type, outbound=str(message.id))
            return Sent(outcome=Outcome.UNKNOWN, detail=f"défaut de l'adaptateur : {type(error).__name__}")

    async def _code(self, message: Outbound) -> str | None:
        """Opens the code a message carries, None where it carries none. Raises `CodeExpired`, `CodeSealed`."""
        if message.request.get("code") is None:
            return None
        async with self._database.transaction(tenant=message.tenant_id) as session:
            keys = await self._vault.of(session, message.tenant_id)
        return code_of(message, keys=keys, now=self._clock())

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

    def _request(self, channel: Channel, message: Outbound, pieces: Sequence[Attachment] = ()) -> SendRequest:
        status_url = f"{self._base_url}/hooks/{channel.type}/{channel.key}"
        return replace(request_of(message, pieces=pieces), status_url=status_url)

    def _can_ask(self, channel: Channel) -> bool:
        adapter = self._channels.registry.get(channel.type)
        return isinstance(adapter, Receipting) and adapter.capabilities(channel.config).receipt_queries

    async def take_over(self, session: Session, orphan: Outbound, channel: Channel | None) -> None:
        """Decides what becomes of a message whose worker died in the middle: a mail goes again, the rest is in doubt."""
        if not await _may_repeat(session, orphan):
            await self._doubt(session, orphan, channel, "interrompu pendant l'envoi : parti ou non, à vérifier")
            return
        values = {"state": OutState.FROZEN.value, "next_attempt_at": self._clock(), "lease_until": None}
        await outbox.move(session, orphan, values)

    async def answered(self, session: Session, message: Outbound, receipt: Receipt | None) -> None:
        """Records what a provider says, when asked, of a message in doubt, unless a person was quicker."""
        present = await outbox.find(session, message.tenant_id, message.id, lock=True)
        if present is None or present.state is not OutState.UNKNOWN or present.attempts != message.attempts:
            return
        if receipt is None:
            await outbox.move(session, present, {"next_attempt_at": None})
        elif receipt.known:
            ids = tuple(receipt.external_ids)
            told = receipt.detail or "la réponse s'était perdue ; le fournisseur dit l'avoir pris"
            await self._left(session, present, Sent(outcome=Outcome.OK, external_ids=ids, detail=told))
            fresh = await outbox.find(session, message.tenant_id, message.id, lock=True)
            if receipt.status is not None and fresh is not None and fresh.state is OutState.ACCEPTED:
                await self._receipts.apply(session, fresh, receipt.status, receipt.detail)
        elif receipt.known is False:
            values = {"state": OutState.FROZEN.value, "next_attempt_at": self._clock(), "settled_at": None}
            await outbox.move(session, present, {**values, "detail": receipt.detail, "asked": 0})
            await queue.defer(session, wake_up(present.tenant_id, present.channel_id))
        else:
            await outbox.move(session, present, {"next_attempt_at": self._ask_at(present)})

    def _ask_at(self, message: Outbound) -> datetime | None:
        return self._clock() + ASK[message.asked] if message.asked < len(ASK) else None

    async def settle(
        self, session: Session, message: Outbound, attempt_id: UUID, channel: Channel | None, sent: Sent
    ) -> None:
        """Records what came of one attempt, and what follows from it unless another worker has taken the message over."""
        now = self._clock()
        await outbox.end_attempt(
            session, message.tenant_id, attempt_id, outcome=sent.outcome.value, detail=sent.detail, at=now
        )
        OUTBOUND.labels(channel.type if channel else "none", sent.outcome.value).inc()
        present = await outbox.find(session, message.tenant_id, message.id, lock=True)
        if present is None or not _follows(present, message, sent):
            return
        match sent.outcome:
            case Outcome.OK:
                await self._left(session, replace(present, attempts=message.attempts), sent)
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
                    await self._doubt(session, message, channel, sent.detail or "réponse perdue : parti ou non")
            case Outcome.PERMANENT | Outcome.OPTED_OUT | Outcome.WINDOW_CLOSED:
                await self._refused(session, message, sent)
            case _:
                assert_never(sent.outcome)

    async def _refused(self, session: Session, message: Outbound, sent: Sent) -> None:
        await self.end(session, message, OutState.FAILED, sent.detail or sent.outcome.value)
        if message.request.get("template"):
            # It may be paused, refused or changed since it was read: the list is read again before it is shown.
            await approved.outdated(session, message.tenant_id, message.channel_id)

    async def _left(self, session: Session, message: Outbound, sent: Sent) -> None:
        """Records that a message left, or one part of it: the next part leaves once the one before was accepted."""
        if (lesson := learning.from_answer(message, sent)) is not None:
            await learning.learn(session, self._book, message.tenant_id, [lesson], at=self._clock())
        sent_parts, parts = message.parts_sent + 1, len(message.parts)
        if sent_parts >= parts:
            await self._accepted(session, message, sent)
            return
        values: dict[str, Any] = {
            "state": OutState.FROZEN.value,
            "parts_sent": sent_parts,
            **_named(message, sent),
            "asked": 0,
            "next_attempt_at": self._clock(),
            "lease_until": None,
            "settled_at": None,
            "detail": PART_LEFT.format(sent_parts, parts),
        }
        await outbox.move(session, message, values)
        await queue.defer(session, wake_up(message.tenant_id, message.channel_id))

    async def _accepted(self, session: Session, message: Outbound, sent: Sent) -> None:
        """Acceptance is its own committed state, recorded before anything that could fail follows it."""
        now = self._clock()
        named = _named(message, sent)
        values: dict[str, Any] = {
            "state": OutState.ACCEPTED.value,
            "status_rank": RANK[DeliveryStatus.ACCEPTED],
            "parts_sent": len(message.parts),
            **named,
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
        for name in named["names"] or [named["external_id"]]:
            if name:
                await self._receipts.catch_up(session, message, name)

    async def _again(
        self, session: Session, message: Outbound, sent: Sent, *, at_least: timedelta = timedelta()
    ) -> None:
        now = self._clock()
        pause = BACK_OFF[min(max(message.attempts - message.parts_sent, 1), len(BACK_OFF)) - 1]
        if sent.retry_after_s is not None:
            pause = max(pause, timedelta(seconds=min(sent.retry_after_s, 86_400)))
        # A little later, so that those who failed together do not all come back together.
        again = now + max(pause, at_least) + min(pause / 10, timedelta(minutes=1)) * _RANDOM.random()
        if again > message.give_up_at:
            await self.end(session, message, OutState.FAILED, sent.detail or "abandonné après plusieurs jours d'essais")
            return
        values = {
            "state": OutState.FROZEN.value,
            "next_attempt_at": again,
            "lease_until": None,
            "detail": sent.detail,
        }
        await outbox.move(session, message, values)
        await queue.defer(session, wake_up(message.tenant_id, message.channel_id, at=again))

    async def _doubt(self, session: Session, message: Outbound, channel: Channel | None, detail: str) -> None:
        """Shows that nobody knows whether a message left; a provider that can be asked is, later, before a person."""
        await self.end(session, message, OutState.UNKNOWN, detail)
        if channel is not None and self._can_ask(channel):
            at = self._clock() + ASK[0]
            await outbox.move(session, message, {"next_attempt_at": at, "asked": 0})
            await queue.defer(session, wake_up(message.tenant_id, message.channel_id, at=at))

    async def end(self, session: Session, message: Outbound, state: OutState, detail: str) -> None:
        """Ends a message that will not leave by itself any more, and tells whoever counts on it."""
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
        now = self._clock()
        facts: list[Fact] = [ChannelDegraded(tenant_id=channel.tenant_id, subject_id=channel.id, at=now)]
        if state is ChannelState.NEEDS_REAUTH and channel.state is not state:
            facts.append(ChannelNeedsReauth(tenant_id=channel.tenant_id, subject_id=channel.id, at=now))
        await self._book.record(session, *facts)


def request_of(message: Outbound, *, pieces: Sequence[Attachment] = ()) -> SendRequest:
    """The frozen request as the adapter takes it, with the pieces it names; of a long text, the part that is next."""
    frozen, to = message.request, message.recipient
    number = min(message.parts_sent, len(message.parts) - 1)
    whole = len(message.parts) == 1
    return SendRequest(
        ref=frozen["ref"] if number == 0 else f"{frozen['ref']}.{number + 1}",
        to=Party(PointKind(to["kind"]), to["address"], to["display_name"]),
        text=message.parts[number],
        html=frozen["html"] if whole else None,
        subject=frozen["subject"],
        attachments=pieces if number == 0 else (),
        message_id=frozen["message_id"],
        reply_to=frozen["reply_to"],
        in_reply_to=frozen["in_reply_to"],
        references=tuple(frozen["references"]),
        human=frozen["human"],
        automatic=frozen["automatic"],
        account=frozen["scope"] or None,
        public=bool(frozen.get("public")),
        template=TemplateUse(**frozen["template"]) if frozen.get("template") else None,
        geo=Geo(**frozen["geo"]) if frozen.get("geo") else None,
        fields=frozen.get("fields") or {},
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
    if present.parts_sent != attempted.parts_sent:
        return False
    if sent.outcome is Outcome.OK:
        return present.state in _NOT_KNOWN_TO_HAVE_LEFT or (mine and present.state in _REPORTED)
    return mine and present.state is OutState.SENDING


def _named(message: Outbound, sent: Sent) -> dict[str, Any]:
    """The ids a provider knows a message by: the first, and all of them when there are several."""
    before = list(message.names or ([message.external_id] if message.external_id and message.parts_sent else []))
    every = list(dict.fromkeys([*before, *sent.external_ids]))
    return {"external_id": every[0] if every else message.external_id, "names": every if len(every) > 1 else None}


def fact_of(kind: Any, message: Outbound, state: OutState, at: Any) -> Any:
    return kind(
        tenant_id=message.tenant_id, subject_id=message.id, at=at, ticket_id=message.ticket_id, state=state.value
    )
