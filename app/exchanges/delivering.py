"""One door out: what one leased message is sent as, outside any transaction, and what is recorded of what came of it."""

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import structlog

from app.channels import approved
from app.channels.contract import (
    Attachment,
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
from app.exchanges import course, learning, outbox
from app.exchanges.carrying import Carrier, Inquirer
from app.exchanges.codes_out import OpenedCode, code_of, with_code, without_code
from app.exchanges.facts import ChannelDegraded
from app.exchanges.outbox import Outbound, OutState
from app.exchanges.receipts import Receipts
from app.facts import Fact, FactBook
from app.files.store import Store
from app.rest.metrics import OUTBOUND
from app.sve.service import LegalFace
from app.tickets import scans
from app.vault.service import Vault

log = structlog.get_logger()
_RANDOM = random.SystemRandom()
_TROUBLE = {Outcome.AUTH: ChannelState.NEEDS_REAUTH, Outcome.CONFIG: ChannelState.BROKEN}
_REFUSALS = frozenset({Outcome.PERMANENT, Outcome.OPTED_OUT, Outcome.WINDOW_CLOSED})


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
        self._store = store

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
            if await self._set_aside(message):
                return Sent(outcome=Outcome.PERMANENT, detail="une pièce jointe a été mise à l'écart par l'antivirus")
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

    async def _code(self, message: Outbound) -> OpenedCode | None:
        """Opens the code a message carries, None where it carries none. Raises `CodeExpired`, `CodeSealed`."""
        if message.request.get("code") is None:
            return None
        async with self._database.transaction(tenant=message.tenant_id) as session:
            keys = await self._vault.of(session, message.tenant_id)
        return code_of(message, keys=keys, now=self._clock())

    async def _set_aside(self, message: Outbound) -> bool:
        """Says whether something was recognised in a piece since it was frozen."""
        contents = [piece["sha256"] for piece in message.request.get("enclosed", ())]
        if not contents:
            return False
        async with self._database.transaction(tenant=message.tenant_id) as session:
            return bool(await scans.infected(session, message.tenant_id, contents))

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
        """Decides what becomes of a message whose worker died in the middle."""
        doubtful = await outbox.doubtful_attempts(session, orphan)
        asks = channel is not None and self._can_ask(channel)
        await self._receipts.follow(
            session, orphan, course.after_death(orphan, doubtful=doubtful, asks=asks, now=self._clock())
        )

    async def answered(self, session: Session, message: Outbound, receipt: Receipt | None) -> None:
        """Records what a provider says, when asked, of a message in doubt, unless a person was quicker."""
        present = await outbox.find(session, message.tenant_id, message.id, lock=True)
        if present is None or present.state is not OutState.UNKNOWN or present.attempts != message.attempts:
            return
        await self._receipts.follow(session, present, course.after_question(present, receipt, now=self._clock()))
        if receipt is None or not receipt.known or receipt.status is None:
            return
        fresh = await outbox.find(session, message.tenant_id, message.id, lock=True)
        if fresh is not None and fresh.state is OutState.ACCEPTED:
            await self._receipts.apply(session, fresh, receipt.status, receipt.detail)

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
        if present is None:
            return
        unknown = sent.outcome is Outcome.UNKNOWN and course.repeatable(message)
        step = course.after_sending(
            present,
            message,
            sent,
            doubtful=await outbox.doubtful_attempts(session, message) if unknown else 0,
            asks=channel is not None and self._can_ask(channel),
            now=now,
            chance=_RANDOM.random(),
        )
        if step is None:
            return
        if (trouble := _TROUBLE.get(sent.outcome)) is not None:
            await self._trouble(session, channel, trouble, sent)
        if sent.outcome is Outcome.OK and (lesson := learning.from_answer(message, sent)) is not None:
            await learning.learn(session, self._book, message.tenant_id, [lesson], at=now)
        # Reports are counted from the attempt that is answered, should another have begun since.
        await self._receipts.follow(session, replace(present, attempts=message.attempts), step)
        if sent.outcome in _REFUSALS and message.request.get("template"):
            # It may be paused, refused or changed since it was read: the list is read again before it is shown.
            await approved.outdated(session, message.tenant_id, message.channel_id)

    async def end(self, session: Session, message: Outbound, state: OutState, detail: str) -> None:
        """Ends a message that will not leave by itself any more, and tells whoever counts on it."""
        await self._receipts.follow(session, message, course.ended(state, detail, now=self._clock()))

    async def _trouble(self, session: Session, channel: Channel | None, state: ChannelState, sent: Sent) -> None:
        """Marks a channel that needs a person; the same trouble, met again by the next message, is not news."""
        if channel is None:
            return
        present = await self._channels.known(session, channel.tenant_id, channel.id)
        known = present if isinstance(present, Channel) else channel
        reason = (sent.detail or sent.outcome.value)[:500]
        if known.state is state and known.state_reason == reason:
            return
        await self._channels.trouble(session, channel, state=state, reason=reason)
        now = self._clock()
        facts: list[Fact] = [ChannelDegraded(tenant_id=channel.tenant_id, subject_id=channel.id, at=now)]
        if state is ChannelState.NEEDS_REAUTH and known.state is not state:
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


def fact_of(kind: Any, message: Outbound, state: OutState, at: Any) -> Any:
    return kind(
        tenant_id=message.tenant_id, subject_id=message.id, at=at, ticket_id=message.ticket_id, state=state.value
    )
