"""Freezing an answer: its channel, its recipient, its envelope and body, once and for ever, at the agent's click."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from app.channels.contract import Capabilities, PointKind, Sender, TextUnit
from app.channels.service import Channels
from app.channels.values import Channel, ChannelState
from app.clock import Clock
from app.contacts import service as contacts
from app.contacts.repository import Point
from app.db.transaction import Session
from app.errors import Conflict, Flaw, Invalid
from app.exchanges import outbox
from app.exchanges.carrying import Carrier
from app.exchanges.facts import ReplyQueued
from app.exchanges.outbox import OutState
from app.facts import Actor, FactBook
from app.ids import new_id
from app.jobs import queue
from app.sealing import KeyRing
from app.tickets import placing
from app.tickets.service import Tickets
from app.tickets.values import Direction, Message, Status, Ticket

DELIVER = "deliver"
GIVE_UP_AFTER = timedelta(days=4)
_MAX_REFERENCES = 20


class WindowClosed(Conflict):
    """The provider lets nobody answer any more on this channel."""

    code = "window-closed"
    title_fr = "Le canal ne permet plus de répondre"
    title_en = "The channel no longer lets us answer"


class NoWayOut(Conflict):
    """Nothing connected can reach this person."""

    code = "no-outgoing-channel"
    title_fr = "Aucun canal ne permet d'écrire à cette personne"
    title_en = "No channel reaches this person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What somebody wants to say. `purpose` is reply, AEE or ARE; `about` the message an acknowledgement answers."""

    text: str
    html: str | None = None
    purpose: str = "reply"
    about: UUID | None = None
    to_point_id: UUID | None = None
    status_after: Status | None = Status.WAITING


class Composer:
    """Freezes messages into the outbox, in the caller's transaction."""

    def __init__(
        self, channels: Channels, tickets: Tickets, carrier: Carrier, book: FactBook, ring: KeyRing, clock: Clock
    ) -> None:
        self._channels, self._tickets, self._carrier = channels, tickets, carrier
        self._book, self._ring, self._clock = book, ring, clock

    async def freeze(self, session: Session, tenant_id: UUID, ticket: Ticket, draft: Draft, *, actor: Actor) -> UUID:
        """Writes the message into the thread and the outbox, and wakes the deliverer. Returns the outbound id.

        Raises `NoWayOut`, `WindowClosed`, or `Invalid` when the text is longer than the channel carries.
        """
        point = await self._recipient(session, tenant_id, ticket, draft)
        channel = await self._channel(session, tenant_id, ticket, point)
        adapter = self._channels.registry.get(channel.type)
        capabilities = adapter.capabilities(channel.config)
        thread = await self._tickets.thread(session, tenant_id, ticket.id)
        now = self._clock()
        _check_window(capabilities, thread, now=now, human=actor.kind != "system")
        _check_length(capabilities, draft.text)
        outbound_id, message_id = new_id(), new_id()
        request = await self._request(session, tenant_id, ticket, draft, point, channel, thread, outbound_id, actor)
        party = {"kind": point.kind, "address": point.address, "display_name": point.display_name}
        await self._tickets.write(
            session,
            tenant_id,
            ticket,
            direction=Direction.OUT,
            text=draft.text,
            html=draft.html,
            actor=actor,
            message_id=message_id,
            channel_id=channel.id,
            subject=request["subject"] or "",
            external_id=request["message_id"],
            recipients=[party],
            status=draft.status_after,
        )
        body = json.dumps(request, sort_keys=True, ensure_ascii=False).encode()
        await outbox.freeze(
            session,
            {
                "tenant_id": tenant_id,
                "id": outbound_id,
                "channel_id": channel.id,
                "ticket_id": ticket.id,
                "message_id": message_id,
                "purpose": draft.purpose,
                "recipient_address": point.address,
                "recipient": {**party, "point_id": str(point.id)},
                "request": {**request, "about": str(draft.about) if draft.about else None},
                "digest": hashlib.sha256(body).hexdigest(),
                "state": OutState.FROZEN.value,
                "status_rank": 0,
                "external_id": request["message_id"],
                "attempts": 0,
                "next_attempt_at": now,
                "frozen_at": now,
                "give_up_at": now + GIVE_UP_AFTER,
                "version": 1,
            },
        )
        await wake(session, tenant_id, outbound_id)
        fact = ReplyQueued(
            tenant_id=tenant_id, subject_id=outbound_id, at=now, actor=actor, ticket_id=ticket.id, state="frozen"
        )
        await self._book.record(session, fact)
        return outbound_id

    async def _recipient(self, session: Session, tenant_id: UUID, ticket: Ticket, draft: Draft) -> Point:
        point_id = draft.to_point_id or ticket.point_id
        if point_id is None:
            raise NoWayOut("la demande n'a pas d'adresse de réponse : ajoutez un moyen de contact à la personne")
        point = await contacts.point(session, tenant_id, point_id)
        if draft.to_point_id is not None and point.contact_id != ticket.contact_id:
            raise Invalid(
                "this contact point belongs to somebody else: answer the person who wrote",
                flaws=[Flaw("/to_contact_point_id", "foreign", "belongs to another contact")],
            )
        if point.opted_out_at is not None and draft.purpose != "reply":
            raise NoWayOut("la personne a demandé à ne plus recevoir de messages automatiques par ce moyen")
        return point

    async def _channel(self, session: Session, tenant_id: UUID, ticket: Ticket, point: Point) -> Channel:
        """The channel that carried the message, when it can answer; else the e-mail one, for an e-mail address."""
        carried = await self._channels.get(session, tenant_id, ticket.channel_id)
        if self._can_reach(carried, point):
            return carried
        for channel in await self._channels.all_of(session, tenant_id):
            if channel.type == "email" and point.kind == PointKind.EMAIL.value and self._can_reach(channel, point):
                return channel
        raise NoWayOut(
            "aucun canal connecté ne permet de répondre à cette adresse : connectez-en un, ou appelez la personne"
        )

    def _can_reach(self, channel: Channel, point: Point) -> bool:
        adapter = self._channels.registry.get(channel.type)
        if channel.state is ChannelState.PAUSED or not isinstance(adapter, Sender):
            return False
        if not self._carrier.can(channel, adapter) or point.kind == PointKind.SENDER_NAME.value:
            return False
        return (point.kind == PointKind.EMAIL.value) == channel.type.startswith("email")

    async def _request(
        self,
        session: Session,
        tenant_id: UUID,
        ticket: Ticket,
        draft: Draft,
        point: Point,
        channel: Channel,
        thread: list[Message],
        outbound_id: UUID,
        actor: Actor,
    ) -> dict[str, Any]:
        """The frozen request, in the fields of `SendRequest`; an answer by mail carries its signed reply address."""
        request: dict[str, Any] = {
            "ref": str(outbound_id),
            "text": draft.text,
            "html": draft.html,
            "subject": None,
            "message_id": None,
            "reply_to": None,
            "in_reply_to": None,
            "references": [],
            "human": actor.kind != "system",
            "automatic": actor.kind == "system",
            "scope": point.scope,
        }
        if not channel.type.startswith("email"):
            return request
        received = [message for message in thread if message.direction is Direction.IN and message.external_id]
        request["subject"] = _subject(ticket, draft)
        if channel.address and "@" in channel.address:
            token = self._ring.token(f"{tenant_id}/{ticket.id}/{point.id}".encode(), purpose="reply")
            await placing.remember_token(
                session, tenant_id, token=token, ticket_id=ticket.id, point_id=point.id, at=self._clock()
            )
            local, _, domain = channel.address.rpartition("@")
            request["reply_to"] = f"{local}+{token}@{domain}"
            request["message_id"] = f"<{outbound_id.hex}.{token}@{domain}>"
        if received:
            known = [message.external_id for message in thread if message.external_id]
            request["in_reply_to"] = received[-1].external_id
            request["references"] = [*dict.fromkeys(known)][-_MAX_REFERENCES:]
        return request


async def wake(session: Session, tenant_id: UUID, outbound_id: UUID, *, at: datetime | None = None) -> None:
    """Defers the delivery of one outgoing message."""
    args = {"tenant": str(tenant_id), "outbound": str(outbound_id)}
    await queue.defer(session, DELIVER, args, lock=f"out:{outbound_id}", at=at)


def _subject(ticket: Ticket, draft: Draft) -> str:
    # An acknowledgement repeats nothing the sender chose: its address may be somebody else's.
    if draft.purpose in ("AEE", "ARE"):
        return f"Accusé de réception de votre message [{ticket.reference}]"
    return f"Re: {ticket.subject} [{ticket.reference}]"


def _check_window(capabilities: Capabilities, thread: list[Message], *, now: datetime, human: bool) -> None:
    hours = capabilities.reply_window_hours
    if human and capabilities.human_window_hours is not None:
        hours = capabilities.human_window_hours
    if hours is None:
        return
    received = [message.received_at for message in thread if message.direction is Direction.IN]
    if not received or now - max(received) > timedelta(hours=hours):
        raise WindowClosed(
            f"ce canal ne permet de répondre que dans les {hours} heures après le dernier message de la personne : "
            "répondez par un autre moyen de contact"
        )


def _check_length(capabilities: Capabilities, text: str) -> None:
    if capabilities.text_max is None or capabilities.text_unit is TextUnit.SMS_SEGMENTS:
        return
    size = len(text.encode()) if capabilities.text_unit is TextUnit.UTF8_BYTES else len(text)
    if size > capabilities.text_max:
        what = f"ce canal porte {capabilities.text_max} signes au plus, le message en a {size} : raccourcissez-le"
        raise Invalid(what, flaws=[Flaw("/text", "too-long", what)])
