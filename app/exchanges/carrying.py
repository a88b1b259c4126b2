"""How a frozen message leaves: to its provider, or, in a house that sends nothing, into a drawer one can open."""

from dataclasses import dataclass
from typing import Protocol

from app.channels.contract import ChannelAdapter, Context, Outcome, Sender, SendRequest, Sent
from app.channels.values import Channel


class Carrier(Protocol):
    """Carries one frozen request to a provider."""

    def can(self, channel: Channel, adapter: Sender) -> bool:
        """Whether this channel is configured to send."""
        ...

    async def carry(self, channel: Channel, adapter: Sender, request: SendRequest) -> Sent: ...


@dataclass(frozen=True, slots=True)
class Providers:
    """The real carrier: the adapter's own `send`."""

    context: Context

    def can(self, channel: Channel, adapter: Sender) -> bool:
        return isinstance(adapter, ChannelAdapter) and adapter.capabilities(channel.config).can_send

    async def carry(self, channel: Channel, adapter: Sender, request: SendRequest) -> Sent:
        return await adapter.send(request, channel.config, self.context)


class Captured:
    """The carrier of the embedded house: renders the message as it would leave, and keeps it here."""

    def can(self, channel: Channel, adapter: Sender) -> bool:  # noqa: ARG002 — the protocol's own arguments
        return True

    async def carry(self, channel: Channel, adapter: Sender, request: SendRequest) -> Sent:
        adapter.render(request, channel.config)
        return Sent(outcome=Outcome.OK, detail="gardé dans la maison : aucun envoi n'est configuré")
