"""Choosing how an answer leaves: its recipient, its channel, whether that channel still may, whether the text fits."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from app.channels.contract import Capabilities, PointKind, Sender
from app.channels.service import Channels
from app.channels.values import Channel, ChannelState
from app.channels.windows import reply_hours
from app.clock import Clock
from app.contacts.repository import Point
from app.db.transaction import Session
from app.errors import Conflict
from app.exchanges.addressing import NoWayOut, OptedOut, address, obey
from app.exchanges.carrying import Carrier
from app.exchanges.fitting import fitted
from app.exchanges.freezing import Draft, Freezer, Prepared
from app.exchanges.splitting import split
from app.facts import Actor
from app.rest.languages import Said
from app.tickets.moves import merged_elsewhere
from app.tickets.service import Tickets
from app.tickets.values import Direction, Message, Ticket

__all__ = ["Composer", "Draft", "NoWayOut", "OptedOut", "WindowClosed"]


class WindowClosed(Conflict):
    """The provider lets nobody answer any more on this channel."""

    code = "window-closed"
    title_fr = "Le canal ne permet plus de répondre"
    title_en = "The channel no longer lets us answer"


class NotPublic(Conflict):
    """The last message was said in private, and is not answered before everybody."""

    code = "not-public"
    title_fr = "Le dernier message de la personne est privé"
    title_en = "The person's last message is private"
    advice = Said(
        "on ne répond en public qu'à ce qui a été dit en public : répondez en privé",
        en="only what was said in public is answered in public: answer in private",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """How a draft would leave: what is frozen, what its channel can do, until when it lets us answer (None: no limit)."""

    prepared: Prepared
    capabilities: Capabilities
    closes_at: datetime | None


class Composer:
    """Prepares and freezes an answer in the caller's transaction."""

    def __init__(self, channels: Channels, tickets: Tickets, carrier: Carrier, freezer: Freezer, clock: Clock) -> None:
        self._channels, self._tickets, self._carrier = channels, tickets, carrier
        self._freezer, self._clock = freezer, clock

    async def freeze(self, session: Session, tenant_id: UUID, ticket: Ticket, draft: Draft, *, actor: Actor) -> UUID:
        """Writes the message into the thread and the outbox, and wakes its lane. Returns the outbound id.

        Raises what `plan` raises.
        """
        planned = await self.plan(session, tenant_id, ticket, draft, actor=actor)
        (outbound_id,) = await self._freezer.freeze(session, tenant_id, [planned.prepared])
        return outbound_id

    async def plan(self, session: Session, tenant_id: UUID, ticket: Ticket, draft: Draft, *, actor: Actor) -> Planned:
        """Chooses how an answer leaves, and changes nothing.

        Raises `MergedElsewhere`, `NoWayOut`, `OptedOut`, `WindowClosed`, or `Invalid` when nobody was chosen among
        several people, or when the text is longer than the channel carries in as many messages as it may.
        """
        if ticket.merged_into is not None:
            raise merged_elsewhere(ticket)
        thread = await self._tickets.thread(session, tenant_id, ticket.id)
        to = await address(session, tenant_id, ticket, draft, thread)
        channel = self.way_out(
            await self._channels.all_of(session, tenant_id), to.carried_by, to.point, purpose=draft.purpose
        )
        capabilities = self._channels.registry.get(channel.type).capabilities(channel.config)
        heard = [message for message in to.theirs if message.channel_id == channel.id]
        closes_at = _open_until(capabilities, heard, now=self._clock(), human=actor.kind != "system")
        draft = fitted(draft, capabilities)
        if draft.public:
            _check_public(heard)
        prepared = Prepared(
            ticket=ticket,
            draft=draft,
            point=to.point,
            channel=channel,
            actor=actor,
            answers=to.answers if channel.type.startswith("email") else _heard_by(heard),
            subject=to.subject,
            parts=split(draft.text, _public_side(capabilities) if draft.public else capabilities),
        )
        return Planned(prepared=prepared, capabilities=capabilities, closes_at=closes_at)

    def way_out(
        self, channels: Sequence[Channel], carried_by: UUID | None, point: Point, *, purpose: str = "AEE"
    ) -> Channel:
        """The channel that carried the message, when it can answer; else the e-mail one, for an e-mail address.

        A code may also be the first SMS to a number.

        Raises `NoWayOut`, and `OptedOut` for a person who refused what this `purpose` sends.
        """
        obey(point, purpose=purpose)
        first = [channel for channel in channels if channel.id == carried_by]
        others = [channel for channel in channels if channel.type == "email"] if point.kind == PointKind.EMAIL else []
        if point.kind == PointKind.PHONE and purpose == "code":
            others = [channel for channel in channels if channel.type.startswith("sms.") and self._may_start(channel)]
        for channel in [*first, *others]:
            if self._can_reach(channel, point):
                return channel
        raise NoWayOut(
            "aucun canal connecté ne permet de répondre à cette adresse : connectez-en un, ou appelez la personne"
        )

    def parts(self, channel: Channel, text: str) -> Sequence[str]:
        """Returns the texts a message leaves as by a channel. Raises `Invalid` when it does not hold them."""
        return split(text, self._channels.registry.get(channel.type).capabilities(channel.config))

    def open_until(self, channel: Channel, heard: Sequence[Message], *, human: bool) -> datetime | None:
        """Returns until when a channel lets us answer what was heard on it. Raises `WindowClosed`."""
        capabilities = self._channels.registry.get(channel.type).capabilities(channel.config)
        return _open_until(capabilities, list(heard), now=self._clock(), human=human)

    def _may_start(self, channel: Channel) -> bool:
        return self._channels.registry.get(channel.type).capabilities(channel.config).can_start

    def _can_reach(self, channel: Channel, point: Point) -> bool:
        adapter = self._channels.registry.get(channel.type)
        if channel.state is ChannelState.PAUSED or not isinstance(adapter, Sender):
            return False
        if not self._carrier.can(channel, adapter) or point.kind == PointKind.SENDER_NAME:
            return False
        return (point.kind == PointKind.EMAIL) == channel.type.startswith("email")


def _heard_by(heard: Sequence[Message]) -> list[str]:
    """The names of what the person said on that channel: another channel's names mean nothing there."""
    return [m.external_id for m in heard if m.direction is Direction.IN and m.external_id]


def _public_side(capabilities: Capabilities) -> Capabilities:
    shorter = capabilities.public_text_max
    return capabilities if shorter is None else replace(capabilities, text_max=shorter)


def _check_public(heard: Sequence[Message]) -> None:
    """Raises `NotPublic`: nobody makes public what a person said in private."""
    received = [message for message in heard if message.direction is Direction.IN]
    if not received or not received[-1].public:
        raise NotPublic(NotPublic.advice)


def _open_until(capabilities: Capabilities, thread: list[Message], *, now: datetime, human: bool) -> datetime | None:
    """Returns until when the provider lets us answer, None without a limit. Raises `WindowClosed`."""
    hours = reply_hours(capabilities, human=human)
    if hours is None:
        return None
    received = [message.received_at for message in thread if message.direction is Direction.IN]
    until = max(received) + timedelta(hours=hours) if received else None
    if until is None or now > until:
        raise WindowClosed(
            f"ce canal ne permet de répondre que dans les {hours} heures après le dernier message de la personne : "
            "répondez par un autre moyen de contact"
        )
    return until
