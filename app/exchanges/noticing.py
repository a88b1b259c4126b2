"""Mails to agents leave by the administration's own e-mail channel; a citizen's outbox never knows of them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from app.channels.contract import Outcome, Party, PointKind, Sender, SendRequest, Sent
from app.channels.errors import ChannelError
from app.channels.service import Channels
from app.channels.values import Channel, ChannelState
from app.clock import Clock
from app.db.transaction import Database
from app.exchanges import gates
from app.exchanges.carrying import Carrier
from app.exchanges.holding import MAIL_LEASE, Hold
from app.facts import FactBook
from app.jobs import queue
from app.jobs.ending import ending
from app.sealing import KeyRing
from app.sve.warning import notices
from app.sve.warning.facts import NoticeFailed, NoticeSent
from app.sve.warning.links import MASK, LinkOver, whole_text
from app.sve.warning.posting import wake_up
from app.sve.warning.values import Notice

log = structlog.get_logger()
BATCH = 4  # so that what a dead worker held is little
BACK_OFF = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 120, 240))
# What was urgent three days ago is in a later digest, and on the screen since then.
GIVE_UP_AFTER = timedelta(days=3)
_FOR_GOOD = frozenset({Outcome.PERMANENT, Outcome.OPTED_OUT, Outcome.WINDOW_CLOSED})
NO_WAY = "aucun canal électronique ne peut envoyer : branchez une boîte qui a un serveur d'envoi, ou réparez-la"


class Noticing:
    """Sends what agents are to be told. An attempt is counted before its bytes leave, and settled by who holds it."""

    def __init__(
        self, database: Database, channels: Channels, carrier: Carrier, ring: KeyRing, book: FactBook, clock: Clock
    ) -> None:
        self._database, self._channels, self._carrier = database, channels, carrier
        self._ring, self._book, self._clock = ring, book, clock

    async def send(self, tenant: str) -> None:
        """The job: sends all that is due to one administration's agents."""
        tenant_id = UUID(tenant)
        while not ending():
            until = self._clock() + MAIL_LEASE
            taken = await self._take(tenant_id, until=until)
            if not taken:
                return
            ids = [notice.id for notice in taken]
            hold = Hold(self._database, self._clock, tenant_id, ids, notices.renew, until=until, lease=MAIL_LEASE)
            async with hold.on():
                await self._send(tenant_id, taken, hold)

    async def sweep(self, tenant_id: UUID) -> None:
        """Wakes the sender for what is due and was not sent."""
        async with self._database.transaction(tenant=tenant_id) as session:
            if await notices.any_due(session, tenant_id, now=self._clock()):
                job = wake_up(tenant_id)
                if not await queue.waiting(session, [job.lock or ""]):
                    await queue.defer(session, job)

    def mail_way(self, channels: Sequence[Channel]) -> Channel | None:
        """Returns the channel that can write to an e-mail address: one in order before one in trouble."""
        able = [channel for channel in channels if self._can_mail(channel)]
        return min(able, key=lambda channel: channel.state is not ChannelState.ACTIVE, default=None)

    def _can_mail(self, channel: Channel) -> bool:
        if not channel.type.startswith("email") or channel.state is ChannelState.PAUSED:
            return False
        adapter = self._channels.registry.get(channel.type)
        return isinstance(adapter, Sender) and self._carrier.can(channel, adapter)

    async def _send(self, tenant_id: UUID, taken: Sequence[Notice], hold: Hold[UUID]) -> None:
        """Sends one after the other; what another worker may have taken meanwhile is left to it."""
        async with self._database.transaction(tenant=tenant_id) as session:
            channel = self.mail_way(await self._channels.all_of(session, tenant_id))
        for notice in taken:
            if hold.has(notice.id):
                sent = await self._carry(channel, notice)
                await self._settle(notice, sent)

    async def _take(self, tenant_id: UUID, *, until: datetime) -> list[Notice]:
        async with self._database.transaction(tenant=tenant_id) as session:
            if await gates.restored(session, tenant_id) is not None:
                return []  # it may have left before the restore
            return await notices.lease(session, tenant_id, now=self._clock(), until=until, limit=BATCH)

    async def _carry(self, channel: Channel | None, notice: Notice) -> Sent:
        """Sends one mail; never raises for what the server or the adapter does."""
        if channel is None:
            return Sent(outcome=Outcome.CONFIG, detail=NO_WAY)
        adapter = self._channels.registry.get(channel.type)
        if not isinstance(adapter, Sender):
            raise TypeError(channel.type)
        try:
            text = whole_text(notice, ring=self._ring, now=self._clock())
            sent = await self._carrier.carry(channel, adapter, request_of(notice, channel, text))
            return sent if text == notice.text else replace(sent, detail=_unquoted(sent.detail, text, notice))
        except LinkOver:
            return Sent(outcome=Outcome.PERMANENT, detail="le lien n'est plus valable : demandez-en un autre")
        except ChannelError as refusal:
            return Sent(outcome=Outcome.PERMANENT, detail=str(refusal)[:500])
        except Exception as error:
            log.exception("notice.adapter_raised", channel_type=channel.type, notice=str(notice.id))
            return Sent(outcome=Outcome.UNKNOWN, detail=f"défaut de l'adaptateur : {type(error).__name__}")

    async def _settle(self, notice: Notice, sent: Sent) -> None:
        """Records what came of an attempt. A lost answer is tried again under the same Message-ID, which mailboxes fold."""
        now = self._clock()
        because = sent.detail or sent.outcome.value
        again_at = now + BACK_OFF[min(notice.attempts, len(BACK_OFF)) - 1]
        over = sent.outcome in _FOR_GOOD or again_at > notice.frozen_at + GIVE_UP_AFTER
        async with self._database.transaction(tenant=notice.tenant_id) as session:
            if sent.outcome is Outcome.OK:
                told = await notices.sent(session, notice, at=now, told=sent.detail)
                kind: type[NoticeSent | NoticeFailed] = NoticeSent
            elif over:
                told, kind = await notices.give_up(session, notice, because=because), NoticeFailed
            else:
                await notices.again(session, notice, at=again_at, because=because)
                return
            if told:
                fact = kind(tenant_id=notice.tenant_id, subject_id=notice.id, at=now, kind=notice.kind.value)
                await self._book.record(session, fact)


def _unquoted(detail: str | None, text: str, notice: Notice) -> str | None:
    """Returns what came of it as it may be kept: a server may quote the text it refuses, and its link."""
    secrets = set(text.split()) - set(notice.text.split())
    for secret in secrets:
        detail = detail.replace(secret, MASK) if detail else detail
    return detail


def request_of(notice: Notice, channel: Channel, text: str) -> SendRequest:
    """The mail as the adapter takes it: automatic, with no address to answer to, the same name at each attempt."""
    domain = (channel.address or "").rpartition("@")[2]
    return SendRequest(
        ref=str(notice.id),
        to=Party(PointKind.EMAIL, notice.recipient),
        text=text,
        subject=notice.title,
        message_id=f"<{notice.id.hex}.avis@{domain}>" if domain else None,
        human=False,
        automatic=True,
    )
