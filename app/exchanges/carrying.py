"""How a frozen message leaves: to its provider, or, in a house that sends nothing, into a drawer one can open."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import structlog

from app.channels.contract import ChannelAdapter, Context, Outcome, Receipt, Receipts, Sender, SendRequest, Sent
from app.channels.errors import ChannelError, CredentialsRefused
from app.channels.renewing import Renewal
from app.channels.values import Channel

log = structlog.get_logger()


class Carrier(Protocol):
    """Carries one frozen request to a provider."""

    def can(self, channel: Channel, adapter: Sender) -> bool:
        """Whether this channel is configured to send."""
        ...

    async def carry(self, channel: Channel, adapter: Sender, request: SendRequest) -> Sent: ...


@runtime_checkable
class Inquirer(Protocol):
    """Asks a provider what became of a request whose answer was lost."""

    async def ask(self, channel: Channel, adapter: Receipts, request: SendRequest) -> Receipt:
        """Never raises for what a provider does: it then cannot tell."""
        ...


@dataclass(frozen=True, slots=True)
class Providers:
    """The real carrier: the adapter's own `send`."""

    context: Context
    renewal: Renewal | None = None

    def can(self, channel: Channel, adapter: Sender) -> bool:
        return isinstance(adapter, ChannelAdapter) and adapter.capabilities(channel.config).can_send

    async def carry(self, channel: Channel, adapter: Sender, request: SendRequest) -> Sent:
        if self.renewal is None or not self.renewal.renews(channel):
            return await adapter.send(request, channel.config, self.context)
        return await self._with_token(self.renewal, channel, adapter, request)

    async def _with_token(self, renewal: Renewal, channel: Channel, adapter: Sender, request: SendRequest) -> Sent:
        """Sends with a fresh token; a refusal of the token comes before any byte, so that another one may be tried."""
        sent = Sent(outcome=Outcome.RETRY)
        ready: Channel | None = None
        for _ in range(2):
            try:
                ready = await renewal.fresh(channel, refused=ready)
            except CredentialsRefused as refusal:
                return Sent(outcome=Outcome.AUTH, detail=str(refusal)[:500])
            except ChannelError as later:
                return Sent(outcome=Outcome.RETRY, detail=str(later)[:500])
            sent = await adapter.send(request, ready.config, self.context)
            if sent.outcome is not Outcome.AUTH:
                break
        return sent

    async def ask(self, channel: Channel, adapter: Receipts, request: SendRequest) -> Receipt:
        try:
            return await adapter.receipt(request, channel.config, self.context)
        except Exception as error:  # noqa: BLE001 — an adapter of anybody's: not to know is an answer
            log.warning("outbound.not_told", channel_type=channel.type, error=type(error).__name__)
            return Receipt(known=None)


class Captured:
    """The carrier of the embedded house: renders the message as it would leave, and keeps it here."""

    def can(self, channel: Channel, adapter: Sender) -> bool:  # noqa: ARG002 — the protocol's own arguments
        return True

    async def carry(self, channel: Channel, adapter: Sender, request: SendRequest) -> Sent:
        adapter.render(request, channel.config)
        return Sent(outcome=Outcome.OK, detail="gardé dans la maison : aucun envoi n'est configuré")
