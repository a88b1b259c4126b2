"""The mail that asks a sender to confirm: leased by attempt, sent by the administration's own mailbox, nothing of the form."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog

from app.channels.contract import Outcome, Party, PointKind, Sender, SendRequest, Sent
from app.channels.errors import ChannelError
from app.channels.service import Channels
from app.channels.values import Channel
from app.clock import Clock
from app.db.transaction import Database
from app.exchanges import gates
from app.exchanges.carrying import Carrier
from app.exchanges.confirming import Confirming, wake_up
from app.exchanges.holding import MAIL_LEASE, Hold
from app.exchanges.noticing import NO_WAY, Noticing
from app.forms import confirmations
from app.forms.confirmations import Confirmation
from app.forms.guarding import Guarding
from app.ids import Prefix, public_id
from app.jobs import queue
from app.jobs.ending import ending
from app.sve.law.reasons import in_french
from app.tenants.service import Tenants
from app.tenants.values import Tenant

log = structlog.get_logger()
BATCH = 4  # so that what a dead worker held is little
BACK_OFF = tuple(timedelta(minutes=m) for m in (1, 5, 15, 60, 120, 240))
_FOR_GOOD = frozenset({Outcome.PERMANENT, Outcome.OPTED_OUT, Outcome.WINDOW_CLOSED})


class ConfirmationMails:
    """Sends what senders are asked. An attempt is counted before its bytes leave, and settled by who holds it."""

    def __init__(
        self,
        database: Database,
        tenants: Tenants,
        channels: Channels,
        carrier: Carrier,
        noticing: Noticing,
        confirming: Confirming,
        guarding: Guarding,
        clock: Clock,
        *,
        base_url: str,
    ) -> None:
        self._database, self._tenants, self._channels, self._carrier = database, tenants, channels, carrier
        self._noticing, self._confirming, self._guarding = noticing, confirming, guarding
        self._clock, self._base_url = clock, base_url

    async def send(self, tenant: str) -> None:
        """The job: sends all that is due to one administration's senders."""
        tenant_id = UUID(tenant)
        while not ending():
            until = self._clock() + MAIL_LEASE
            taken = await self._take(tenant_id, until=until)
            if not taken:
                return
            ids = [one.id for one in taken]
            hold = Hold(self._database, self._clock, tenant_id, ids, confirmations.renew, until=until, lease=MAIL_LEASE)
            async with hold.on():
                await self._send(tenant_id, taken, hold)

    async def sweep(self, tenant_id: UUID) -> None:
        """Wakes the sender for what is due and was not sent."""
        async with self._database.transaction(tenant=tenant_id) as session:
            if await confirmations.any_due(session, tenant_id, now=self._clock()):
                job = wake_up(tenant_id)
                if not await queue.waiting(session, [job.lock or ""]):
                    await queue.defer(session, job)

    async def lapse(self, tenant_id: UUID) -> None:
        """Tells agents of what nobody confirmed in time."""
        await self._confirming.lapse(tenant_id)

    async def forget(self, tenant_id: UUID) -> None:
        """Drops what was kept to judge submissions and to ask about them, once it is of no more use."""
        await self._guarding.forget(tenant_id, now=self._clock())
        await self._confirming.forget(tenant_id)

    def request(self, town: Tenant, channel: Channel, one: Confirmation) -> SendRequest:
        """The mail as the adapter takes it: automatic, the same name at each attempt."""
        domain = (channel.address or "").rpartition("@")[2]
        link = f"{self._base_url}/confirmation/{self._confirming.word(one)}"
        title = "Please confirm your message" if one.language == "en" else "Confirmez votre envoi"
        return SendRequest(
            ref=str(one.id),
            to=Party(PointKind.EMAIL, one.recipient),
            text=words(town, one, link),
            subject=f"{title} : {town.name}" if one.language != "en" else f"{title}: {town.name}",
            message_id=f"<{one.id.hex}.confirmation@{domain}>" if domain else None,
            human=False,
            automatic=True,
        )

    async def _send(self, tenant_id: UUID, taken: Sequence[Confirmation], hold: Hold[UUID]) -> None:
        """Sends one after the other; what another worker may have taken meanwhile is left to it."""
        async with self._database.transaction(tenant=tenant_id) as session:
            town = await self._tenants.get(session, tenant_id)
            channel = self._noticing.mail_way(await self._channels.all_of(session, tenant_id))
        for one in taken:
            if hold.has(one.id):
                await self._settle(one, await self._carry(channel, town, one))

    async def _take(self, tenant_id: UUID, *, until: datetime) -> list[Confirmation]:
        async with self._database.transaction(tenant=tenant_id) as session:
            if await gates.restored(session, tenant_id) is not None:
                return []  # it may have left before the restore
            return await confirmations.lease(session, tenant_id, now=self._clock(), until=until, limit=BATCH)

    async def _carry(self, channel: Channel | None, town: Tenant, one: Confirmation) -> Sent:
        """Sends one mail; never raises for what the server or the adapter does."""
        if channel is None:
            return Sent(outcome=Outcome.CONFIG, detail=NO_WAY)
        adapter = self._channels.registry.get(channel.type)
        if not isinstance(adapter, Sender):
            raise TypeError(channel.type)
        try:
            return await self._carrier.carry(channel, adapter, self.request(town, channel, one))
        except ChannelError as refusal:
            return Sent(outcome=Outcome.PERMANENT, detail=str(refusal)[:500])
        except Exception as error:
            log.exception("confirmation.adapter_raised", channel_type=channel.type, confirmation=str(one.id))
            return Sent(outcome=Outcome.UNKNOWN, detail=f"défaut de l'adaptateur : {type(error).__name__}")

    async def _settle(self, one: Confirmation, sent: Sent) -> None:
        """Records what came of an attempt. A lost answer is tried again under the same Message-ID, which mailboxes fold."""
        now = self._clock()
        because = (sent.detail or sent.outcome.value)[:500]
        again_at = now + BACK_OFF[min(one.attempts, len(BACK_OFF)) - 1]
        async with self._database.transaction(tenant=one.tenant_id) as session:
            if sent.outcome is Outcome.OK:
                await confirmations.sent(session, one, at=now, told=sent.detail)
            elif sent.outcome in _FOR_GOOD or again_at > one.expires_at:
                await confirmations.give_up(session, one, because=because)
            else:
                await confirmations.again(session, one, at=again_at, because=because)


def words(town: Tenant, one: Confirmation, link: str) -> str:
    """Writes the mail: when it came, what to do, what happens without; whoever sent nothing has nothing to do."""
    zone, number = ZoneInfo(town.time_zone), public_id(Prefix.RECEPTION, one.reception_id)
    asked, ends = one.asked_at.astimezone(zone), one.expires_at.astimezone(zone)
    paragraphs = _english(town, asked, ends, link) if one.language == "en" else _french(town, asked, ends, link)
    number_line = f"Receipt number: {number}" if one.language == "en" else f"Numéro de reçu : {number}"
    return "\n\n".join([*paragraphs, number_line, f"{town.service_name}, {town.name}"])


def _french(town: Tenant, asked: datetime, ends: datetime, link: str) -> list[str]:
    return [
        "Bonjour,",
        (
            f"{town.name} a reçu le {in_french(asked.date())} à {asked:%H h %M} un formulaire qui donne votre adresse. Il est "
            "gardé à cette date. Sa forme est inhabituelle : confirmez que c'est bien vous qui l'avez envoyé."
        ),
        f"Ouvrez cette page, puis appuyez sur « Oui, c'est mon envoi », avant le {in_french(ends.date())} à {ends:%H h %M} :",
        link,
        "Sans confirmation, rien n'est perdu : un agent lira votre envoi, mais plus tard.",
        "Vous n'avez rien envoyé ? Ne faites rien : vous ne recevrez pas d'autre message à ce sujet.",
    ]


def _english(town: Tenant, asked: datetime, ends: datetime, link: str) -> list[str]:
    return [
        "Hello,",
        (
            f"{town.name} received on {asked:%d/%m/%Y} at {asked:%H:%M} a form that gives your address. It is kept with that date. "
            "Its form is unusual: please confirm that you sent it."
        ),
        f'Open this page, then press "Yes, I sent it", before {ends:%d/%m/%Y} at {ends:%H:%M}:',
        link,
        "Without a confirmation nothing is lost: somebody will read your message, but later.",
        "You sent nothing? Do nothing: you will receive no other message about this.",
    ]
