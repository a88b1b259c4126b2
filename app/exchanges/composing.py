"""Choosing how an answer leaves: its recipient, its channel, whether that channel still may, whether the text fits."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from app.channels import approved
from app.channels.approving import NoTemplates, approves
from app.channels.contract import Capabilities, PointKind, Sender, Template, TemplateUse
from app.channels.service import Channels
from app.channels.values import Channel, ChannelState
from app.clock import Clock
from app.contacts.repository import Point
from app.db.transaction import Session
from app.errors import Conflict, Invalid
from app.exchanges import outbox
from app.exchanges.addressing import Addressed, NoWayOut, OptedOut, address, obey
from app.exchanges.carrying import Carrier
from app.exchanges.filling import TemplateNotApproved, filled, offered
from app.exchanges.fitting import fitted, refuse_uncarried
from app.exchanges.freezing import Draft, Freezer, Prepared
from app.exchanges.splitting import split
from app.exchanges.windows import Opening, opening, public_answers
from app.facts import Actor
from app.rest.languages import Said
from app.tickets.moves import require_living
from app.tickets.service import Tickets
from app.tickets.values import Direction, Message, Ticket
from app.tickets.wording import refuse_unfilled

_OWN_WORDS = ("reply", "information")  # what an agent writes; letters and acknowledgements are the house's own
__all__ = ["Composer", "Draft", "NoWayOut", "OptedOut", "WindowClosed"]


class WindowClosed(Conflict):
    """The provider lets nobody answer any more on this channel."""

    code = "window-closed"
    title_fr = "Le canal ne permet plus de répondre"
    title_en = "The channel no longer lets us answer"
    advice = Said(
        "ce canal ne laisse répondre que pendant un temps après le dernier message de la personne : répondez par un autre "
        "moyen de contact, ou par un modèle approuvé s'il en est un",
        en="this channel takes answers only for some time after the person's last message: answer by another means, or by "
        "an approved template if there is one",
    )


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
    """How a draft would leave: what is frozen, what its channel can do, until when it lets us answer (None: no limit).

    `once` says that it would be the only private answer a provider allows to a comment.
    """

    prepared: Prepared
    capabilities: Capabilities
    closes_at: datetime | None
    once: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """How the person of a ticket may be answered by the channel they wrote by, before anything is written.

    `templates` are the approved texts that may still leave once it is not `opening.open`; `public` says that their last
    words were public, and may be answered in public.
    """

    channel: Channel
    opening: Opening
    public: bool
    approves: bool
    templates: Sequence[Template] = ()


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

        Raises `MergedElsewhere`, `TicketEmptied`, `NoWayOut`, `OptedOut`, `WindowClosed`, `NoTemplates`, `TemplateNotApproved`,
        `UnfilledPlace` for ready-made words of somebody's with a hole left in them, `FilesNotCarried`, or `Invalid`
        when nobody was chosen among several people, when a template is wrongly filled, or when the text is longer than
        the channel carries in as many messages as it may.
        """
        require_living(ticket)
        if actor.kind != "system" and draft.purpose in _OWN_WORDS:
            refuse_unfilled(" ".join((draft.text, *(draft.template.parameters if draft.template else ()))))
        thread = await self._tickets.thread(session, tenant_id, ticket.id)
        to = await address(session, tenant_id, ticket, draft, thread)
        channel = self.way_out(
            await self._channels.all_of(session, tenant_id), to.carried_by, to.point, purpose=draft.purpose
        )
        capabilities = self._channels.registry.get(channel.type).capabilities(channel.config)
        heard = [message for message in to.theirs if message.channel_id == channel.id]
        draft = fitted(draft, capabilities)
        refuse_uncarried(draft, capabilities)
        if draft.public:
            _check_public(heard)
            way = Opening(open=True, answers=public_answers(heard))
        elif draft.template is not None:
            draft = await self._filled(session, tenant_id, channel, draft, draft.template)
            way = Opening(open=True)
        else:
            # Seven days are for a person's answer; what nobody asked for keeps to the plain window (HUMAN_AGENT).
            human = actor.kind != "system" and draft.purpose != "information"
            way = await self._opening(session, tenant_id, channel, to, heard, human=human)
            if not way.open:
                known = await approved.of_channel(session, tenant_id, channel.id)
                raise _closed(way, known.templates if self._approves(channel) else ())
        prepared = Prepared(
            ticket=ticket,
            draft=draft,
            point=to.point,
            channel=channel,
            actor=actor,
            answers=to.answers if channel.type.startswith("email") else way.answers,
            subject=to.subject,
            parts=[draft.text] if draft.template is not None else split(draft.text, _sized(capabilities, draft, way)),
        )
        return Planned(prepared=prepared, capabilities=capabilities, closes_at=way.closes_at, once=way.once)

    async def means(self, session: Session, tenant_id: UUID, ticket: Ticket, *, actor: Actor) -> Means | None:
        """Says how a ticket's person may be answered; None when nobody can be, or several people wrote."""
        try:
            thread = await self._tickets.thread(session, tenant_id, ticket.id)
            to = await address(session, tenant_id, ticket, Draft(text=""), thread)
            channel = self.way_out(await self._channels.all_of(session, tenant_id), to.carried_by, to.point)
        except (NoWayOut, Invalid):
            return None
        heard = [message for message in to.theirs if message.channel_id == channel.id]
        received = [message for message in heard if message.direction is Direction.IN]
        way = await self._opening(session, tenant_id, channel, to, heard, human=actor.kind != "system")
        known = await approved.of_channel(session, tenant_id, channel.id)
        return Means(
            channel=channel,
            opening=way,
            public=bool(received) and received[-1].public,
            approves=self._approves(channel),
            templates=known.templates,
        )

    async def _opening(
        self,
        session: Session,
        tenant_id: UUID,
        channel: Channel,
        to: Addressed,
        heard: Sequence[Message],
        *,
        human: bool,
    ) -> Opening:
        capabilities = self._channels.registry.get(channel.type).capabilities(channel.config)
        spent: set[str] = set()
        if capabilities.comment_window_hours is not None and (named := public_answers(heard)):
            counted = to.point.address
            spent = await outbox.answered_in_private(session, tenant_id, channel.id, counted, named=named)
        return opening(capabilities, heard, now=self._clock(), human=human, spent=spent)

    async def _filled(
        self, session: Session, tenant_id: UUID, channel: Channel, draft: Draft, use: TemplateUse
    ) -> Draft:
        """Returns the draft with the words an approved text makes. Raises `NoTemplates`, `TemplateNotApproved`, `Invalid`."""
        if not self._approves(channel):
            raise NoTemplates(NoTemplates.advice)
        known = await approved.of_channel(session, tenant_id, channel.id)
        template = known.named(use.name, use.language)
        if template is None:
            raise TemplateNotApproved(TemplateNotApproved.advice, flaws=offered(known.templates))
        return replace(draft, text=filled(template, use), html=None)

    def _approves(self, channel: Channel) -> bool:
        return approves(self._channels.registry.get(channel.type), channel)

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
        way = opening(capabilities, heard, now=self._clock(), human=human)
        if not way.open:
            raise _closed(way, ())
        return way.closes_at

    def _may_start(self, channel: Channel) -> bool:
        return self._channels.registry.get(channel.type).capabilities(channel.config).can_start

    def _can_reach(self, channel: Channel, point: Point) -> bool:
        adapter = self._channels.registry.get(channel.type)
        if channel.state is ChannelState.PAUSED or not isinstance(adapter, Sender):
            return False
        if not self._carrier.can(channel, adapter) or point.kind == PointKind.SENDER_NAME:
            return False
        return (point.kind == PointKind.EMAIL) == channel.type.startswith("email")


def _sized(capabilities: Capabilities, draft: Draft, way: Opening) -> Capabilities:
    """What bounds the messages of an answer: in public it may be shorter, and the only answer to a comment is one message."""
    if draft.public:
        shorter = capabilities.public_text_max
        return capabilities if shorter is None else replace(capabilities, text_max=shorter)
    return replace(capabilities, max_parts=1) if way.once else capabilities


def _check_public(heard: Sequence[Message]) -> None:
    """Raises `NotPublic`: nobody makes public what a person said in private."""
    received = [message for message in heard if message.direction is Direction.IN]
    if not received or not received[-1].public:
        raise NotPublic(NotPublic.advice)


def _closed(way: Opening, templates: Sequence[Template]) -> WindowClosed:
    """The refusal, with what can still be done: an approved text, public words, another means."""
    if templates:
        told = Said(
            "ce canal ne laisse plus écrire librement : choisissez un modèle approuvé (`template`), listés ci-dessous",
            en="this channel no longer takes free words: choose an approved template (`template`), listed below",
        )
        return WindowClosed(told, flaws=offered(templates))
    if way.spent:
        told = Said(
            "la seule réponse privée que ce fournisseur permet à un commentaire est déjà partie : répondez en public, ou "
            "attendez que la personne vous écrive en privé",
            en="the only private answer this provider allows to a comment has left: answer in public, or wait until the "
            "person writes in private",
        )
        return WindowClosed(told)
    return WindowClosed(WindowClosed.advice)
