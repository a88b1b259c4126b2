"""What happens to connected channels, as facts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from app.facts import Fact
from app.ids import Prefix, public_id


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelFact(Fact):
    """Something an administrator of a channel wants to know."""

    type: ClassVar[str] = "channel.changed"

    def payload(self) -> Mapping[str, object]:
        return {"channel_id": public_id(Prefix.CHANNEL, self.subject_id)}


class ChannelNeedsReauth(ChannelFact):
    """Its provider refuses the credentials: what leaves by it waits until new ones are given."""

    type: ClassVar[str] = "channel.needs_reauth"


class ChannelReauthenticated(ChannelFact):
    """Its provider takes the credentials again: what waited leaves."""

    type: ClassVar[str] = "channel.reauthenticated"


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialsExpiring(ChannelFact):
    """Its credentials end within 14, 7 or 1 days."""

    type: ClassVar[str] = "channel.credentials_expiring"
    within_days: int
    expire_at: datetime

    def payload(self) -> Mapping[str, object]:
        return {
            "channel_id": public_id(Prefix.CHANNEL, self.subject_id),
            "within_days": self.within_days,
            "expire_at": self.expire_at.isoformat(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelSilent(ChannelFact):
    """It usually receives, and has received nothing for far longer than usual."""

    type: ClassVar[str] = "channel.silent"
    since: datetime

    def payload(self) -> Mapping[str, object]:
        return {"channel_id": public_id(Prefix.CHANNEL, self.subject_id), "since": self.since.isoformat()}


class ChannelRegistered(ChannelFact):
    """Its provider was given our address: what is written to it comes here."""

    type: ClassVar[str] = "channel.registered"


class ChannelUnregistered(ChannelFact):
    """Its provider was told to hand nothing over any more."""

    type: ClassVar[str] = "channel.unregistered"


class ChannelHeardAgain(ChannelFact):
    """It was told silent, and receives again."""

    type: ClassVar[str] = "channel.heard_again"
