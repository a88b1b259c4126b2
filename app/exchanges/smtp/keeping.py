"""From a received mail to receptions: one a channel, each committed before anything is acknowledged."""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import structlog

from app.channels.contract import Delivery
from app.channels.service import Channels
from app.channels.values import Channel
from app.errors import NotFound, Unavailable
from app.exchanges.inbound import Inbound, Receipt
from app.exchanges.receptions import Door
from app.exchanges.smtp.paths import door_address
from app.ids import Prefix, public_id

log = structlog.get_logger()
MAIL = "email"
PATIENCE_S = 30.0
LATER = "451 4.3.0 Not kept, try again later"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transit:
    """What the conversation said around a message."""

    door: Door
    mail_from: str
    helo: str
    peer: str | None
    recipients: Sequence[tuple[str, Channel]] = field(repr=False)
    tls: bool = False

    def envelope(self, channel: Channel) -> Mapping[str, object]:
        """What is kept with one channel's copy: of the recipients, its own only, for the others may be in blind copy."""
        return {
            "mail_from": self.mail_from,
            "rcpt_to": [address for address, owner in self.recipients if owner.id == channel.id],
            "helo": self.helo,
            "peer": self.peer,
            "tls": self.tls,
            "door": self.door.value,
        }


class Keeper:
    """Knows who may be written to, and keeps what is written to them."""

    def __init__(self, channels: Channels, inbound: Inbound) -> None:
        self._channels, self._inbound = channels, inbound
        self._under_way: set[asyncio.Task[Receipt]] = set()

    async def channel_of(self, recipient: str) -> Channel | None:
        """Finds the mailbox of a recipient, None when nobody has it. Raises `Unavailable`."""
        address = door_address(recipient)
        if address is None:
            return None
        try:
            async with asyncio.timeout(PATIENCE_S):
                channel = await self._channels.at_door(address)
        except NotFound:
            return None
        except TimeoutError:
            raise Unavailable("the database does not answer") from None
        return channel if channel.type == MAIL else None

    async def keep(self, content: bytes, transit: Transit) -> dict[UUID, str]:
        """Keeps a mail for each channel it is for; returns one SMTP reply a channel."""
        channels = {channel.id: channel for _, channel in transit.recipients}
        return {key: await self._one(channel, content, transit) for key, channel in channels.items()}

    async def settle(self, *, within_s: float) -> None:
        """Waits for what is being kept while its client is gone."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=within_s)

    async def _one(self, channel: Channel, content: bytes, transit: Transit) -> str:
        delivery = Delivery(body=content, envelope=transit.envelope(channel))
        accepting = self._inbound.accept(channel, delivery, door=transit.door, remote=transit.peer)
        try:
            receipt = await self._uncut(accepting)
        except (Unavailable, TimeoutError) as error:
            log.warning("smtp.not_kept", channel=str(channel.id), error=type(error).__name__)
            return LATER
        except Exception as error:
            log.exception("smtp.not_kept", channel=str(channel.id), error=type(error).__name__)
            return LATER
        return f"250 2.0.0 Kept {public_id(Prefix.RECEPTION, receipt.id)}"

    async def _uncut(self, accepting: Awaitable[Receipt]) -> Receipt:
        # A client that hangs up cancels its conversation; the commit under way is not cut in the middle. Nor does a
        # slow database hold the client for ever: what is kept after all is known again when the client comes back.
        task = asyncio.ensure_future(accepting)
        self._under_way.add(task)
        task.add_done_callback(self._done)
        return await asyncio.wait_for(asyncio.shield(task), timeout=PATIENCE_S)

    def _done(self, task: asyncio.Task[Receipt]) -> None:
        self._under_way.discard(task)
        if not task.cancelled():
            task.exception()  # told to the client if it still waits; never a warning of asyncio's
