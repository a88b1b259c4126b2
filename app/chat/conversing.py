"""What a visitor does: write, leave an address, end. Everything is a row before anybody is told so.

A message is kept raw by the one door in, with its number in the conversation, in one transaction: the intake then makes
its ticket, its saisine and its clocks as for any other. A page that never heard the answer sends again, under the same
name, and is told the same.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from app.channels.contract import Delivery, PointKind
from app.channels.kit.addresses import normalise
from app.channels.values import Channel
from app.chat import repository
from app.chat.facts import AddressLeft, ConversationClosed, ConversationOpened
from app.chat.limits import FROM_ADDRESS, MESSAGES, refuse_beyond
from app.chat.rings import Rung, ring
from app.chat.values import MAX_TEXT, Acked, Conversation, LineKind, NoticeCode, Side, Visitor
from app.chat.words import BAD_ADDRESS, EMPTY, OTHER_WORDS, TOO_LONG
from app.clock import Clock
from app.contacts import repository as points
from app.contacts import service as contacts
from app.contacts.service import PointKey
from app.crashpoints import crashpoint
from app.db.transaction import Database, Session
from app.errors import Conflict, Flaw, Invalid
from app.exchanges.inbound import Inbound
from app.exchanges.receptions import Door
from app.facts import SYSTEM, Actor, FactBook
from app.ids import new_id
from app.live.bell import Bell

_CITIZEN = Actor("citizen")


class Conversing:
    """The visitor's side."""

    def __init__(
        self, database: Database, inbound: Inbound, bell: Bell, book: FactBook, clock: Clock, *, base_url: str
    ) -> None:
        self._database, self._inbound, self._bell = database, inbound, bell
        self._book, self._clock, self._base_url = book, clock, base_url

    async def say(
        self,
        channel: Channel,
        visitor: Visitor,
        *,
        name: str,
        text: str,
        answer_to: str | None,
        remote: str,
        hidden: str,
    ) -> Acked:
        """Keeps a message and numbers it; under a name that is known, says what it already got.

        Raises `Invalid`, `TooManyRequests`, and `Conflict` for other words under the same name.
        """
        words, wanted = _words(text), _address(answer_to) if answer_to else None
        digest = hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()
        tenant_id, now = channel.tenant_id, self._clock()
        async with self._database.transaction(tenant=tenant_id) as session:
            conversation = await self._locked(session, channel, visitor, now)
            known = await repository.known(session, tenant_id, conversation.id, name)
            if known is not None:
                seq, said, at = known
                if said != digest:
                    raise Conflict(OTHER_WORDS)
                return Acked(client_msg_id=name, seq=seq, received_at=at, again=True)
            await self._refuse_floods(session, conversation, hidden, now)
            delivery = self._delivery(channel, visitor, name=name, words=words, answer_to=wanted)
            vouched = True if visitor.identifier is not None else None
            receipt = await self._inbound.keep(
                session, channel, delivery, door=Door.CHAT, verified=vouched, remote=remote
            )
            row = {"reception_id": receipt.id, "client_msg_id": name, "digest": digest, "remote": hidden}
            seq = await add_line(session, conversation, LineKind.VISITOR, row, at=receipt.received_at)
            again: dict[str, Any] = {"seen_at": now, "closed_at": None, "closed_by": None}
            if wanted is not None:
                again |= {"email": wanted, "email_point_id": await self._point(session, channel, visitor, wanted, now)}
            await repository.change(session, tenant_id, conversation.id, again)
            if conversation.last_seq == 0 or conversation.closed_at is not None:
                opened = ConversationOpened(tenant_id=tenant_id, subject_id=conversation.id, at=now, actor=_CITIZEN)
                await self._book.record(session, opened)
            ring(self._bell, session, conversation.id, Rung.LINE)
        crashpoint("after_chat_kept")
        return Acked(client_msg_id=name, seq=seq, received_at=receipt.received_at, again=False)

    async def leave_address(self, channel: Channel, visitor: Visitor, *, email: str, hidden: str) -> None:
        """Keeps where to answer once the visitor has gone: a claim, as a form's. Raises `Invalid`, `TooManyRequests`."""
        wanted, tenant_id, now = _address(email), channel.tenant_id, self._clock()
        async with self._database.transaction(tenant=tenant_id) as session:
            conversation = await self._locked(session, channel, visitor, now)
            if conversation.email == wanted:
                return
            await self._refuse_floods(session, conversation, hidden, now)
            point_id = await self._point(session, channel, visitor, wanted, now)
            values = {"email": wanted, "email_point_id": point_id, "seen_at": now}
            await repository.change(session, tenant_id, conversation.id, values)
            notice = {"notice": NoticeCode.ADDRESS_LEFT.value, "remote": hidden}
            await add_line(session, conversation, LineKind.NOTICE, notice, at=now)
            fact = AddressLeft(tenant_id=tenant_id, subject_id=conversation.id, at=now, actor=_CITIZEN)
            await self._book.record(session, fact)
            ring(self._bell, session, conversation.id, Rung.LINE)

    async def end(
        self, session: Session, tenant_id: UUID, conversation_id: UUID, *, how: NoticeCode, actor: Actor = SYSTEM
    ) -> bool:
        """Ends a conversation, never its request; says whether it was open."""
        conversation = await repository.find(session, tenant_id, conversation_id, lock=True)
        if conversation is None or conversation.closed_at is not None:
            return False
        now, by = self._clock(), how.value.removeprefix("ended_").removeprefix("by_")
        await add_line(session, conversation, LineKind.NOTICE, {"notice": how.value}, at=now)
        await repository.change(session, tenant_id, conversation_id, {"closed_at": now, "closed_by": by})
        fact = ConversationClosed(tenant_id=tenant_id, subject_id=conversation_id, at=now, by=by, actor=actor)
        await self._book.record(session, fact)
        ring(self._bell, session, conversation_id, Rung.LINE)
        return True

    async def end_own(self, channel: Channel, visitor: Visitor) -> None:
        """The visitor ends their conversation; a second time changes nothing."""
        async with self._database.transaction(tenant=channel.tenant_id) as session:
            how = NoticeCode.ENDED_BY_VISITOR
            await self.end(session, channel.tenant_id, visitor.conversation_id, how=how, actor=_CITIZEN)

    async def show(self, channel: Channel, visitor: Visitor, *, here: bool, read: int | None) -> None:
        """Notes that a visitor's page shows itself or goes away, and what was read on it."""
        async with self._database.transaction(tenant=channel.tenant_id) as session:
            tenant_id, name = channel.tenant_id, visitor.conversation_id
            present = await repository.find(session, tenant_id, name)
            if present is None:
                return
            now = self._clock()
            was_here = present.here(now)
            await repository.seen(session, tenant_id, name, at=now if here else None)
            new = read is not None and await repository.read_up_to(session, tenant_id, name, read)
            if new or was_here != here:
                ring(self._bell, session, name, Rung.LOOK)

    async def typing(self, conversation_id: UUID, side: Side) -> None:
        """Tells the other side that somebody writes: rung, never kept."""
        await self._bell.ring(*Rung.typing(conversation_id, side))

    async def _locked(self, session: Session, channel: Channel, visitor: Visitor, now: datetime) -> Conversation:
        row = {
            "tenant_id": channel.tenant_id,
            "id": visitor.conversation_id,
            "channel_id": channel.id,
            "visitor": visitor.name_of_visitor,
            "identifier": visitor.identifier,
            "name": visitor.name,
            "site": visitor.site,
            "last_seq": 0,
            "read_seq": 0,
            "opened_at": now,
            "last_at": now,
            "seen_at": now,
        }
        await repository.begin(session, row)
        found = await repository.find(session, channel.tenant_id, visitor.conversation_id, lock=True)
        if found is None:
            raise AssertionError(visitor.conversation_id)
        return found

    async def _refuse_floods(self, session: Session, conversation: Conversation, hidden: str, now: datetime) -> None:
        tenant_id = conversation.tenant_id
        said = await repository.said_since(session, tenant_id, conversation.id, now - MESSAGES.within)
        refuse_beyond(MESSAGES, said)
        refuse_beyond(FROM_ADDRESS, await repository.said_from(session, tenant_id, hidden, now - FROM_ADDRESS.within))

    def _delivery(
        self, channel: Channel, visitor: Visitor, *, name: str, words: str, answer_to: str | None
    ) -> Delivery:
        """Writes the frame that is kept: what was typed, and what the session says of who typed it."""
        said: dict[str, Any] = {"id": address_of(visitor)}
        if visitor.identifier is not None:
            said["identifier"] = visitor.identifier
        if visitor.name:
            said["name"] = visitor.name
        frame: dict[str, Any] = {
            "type": "message",
            "conversation": visitor.name_of_visitor,
            "client_msg_id": name,
            "text": words,
            "visitor": said,
        }
        if answer_to is not None:
            frame["answer_to"] = answer_to
        body = json.dumps(frame, ensure_ascii=False).encode()
        url = f"{self._base_url}/chat/{channel.key}"
        return Delivery(body=body, url=url, headers=(("Content-Type", "application/json"),))

    async def _point(self, session: Session, channel: Channel, visitor: Visitor, email: str, now: datetime) -> UUID:
        """Returns the contact point of an address that was left; of two points, the unknown one joins the known one's person.

        Two known people stay two: only an agent says that they are one.
        """
        chat = PointKey(PointKind.CHAT.value, str(channel.id), visitor.identifier or address_of(visitor))
        mail = PointKey(PointKind.EMAIL.value, "", email)
        known = {
            PointKey(one.kind, one.scope, one.address): one
            for one in await points.points_of(session, channel.tenant_id, [chat, mail])
        }
        shown = visitor.name or email
        if chat in known and mail not in known:
            rows = [_point_row(channel.tenant_id, mail, known[chat].contact_id, shown, now)]
            await points.add_points(session, rows)
        found = await contacts.resolve(session, channel.tenant_id, {mail: shown}, at=now)
        if chat not in known:
            rows = [_point_row(channel.tenant_id, chat, found[mail].contact_id, shown, now)]
            await points.add_points(session, rows)
        return found[mail].id


def address_of(visitor: Visitor) -> str:
    """Returns what agents see of a visitor nobody vouches for: it leads to no conversation."""
    return hashlib.sha256(visitor.name_of_visitor.encode()).hexdigest()[:12]


async def add_line(
    session: Session, conversation: Conversation, kind: LineKind, row: Mapping[str, Any], *, at: datetime
) -> int:
    """Adds a line at the end of a conversation; returns its number."""
    seq = await repository.next_number(session, conversation.tenant_id, conversation.id, at=at)
    line = {"tenant_id": conversation.tenant_id, "conversation_id": conversation.id, "seq": seq, "kind": kind.value}
    await repository.add_line(session, {**line, "at": at, **row})
    return seq


def _point_row(tenant_id: UUID, key: PointKey, contact_id: UUID, shown: str, now: datetime) -> dict[str, Any]:
    return {
        "tenant_id": tenant_id,
        "id": new_id(),
        "contact_id": contact_id,
        "kind": key.kind,
        "scope": key.scope,
        "address": key.address,
        "display_name": shown,
        "created_at": now,
    }


def _words(text: str) -> str:
    words = text.replace("\r\n", "\n").strip()
    if not words:
        raise Invalid(EMPTY, flaws=[Flaw("/text", "empty", EMPTY)])
    if len(words) > MAX_TEXT:
        raise Invalid(TOO_LONG, flaws=[Flaw("/text", "too-long", TOO_LONG)])
    return words


def _address(text: str) -> str:
    found = normalise(text.strip()[:400])
    if found is None or "." not in found.rpartition("@")[2]:
        raise Invalid(BAD_ADDRESS, flaws=[Flaw("/email", "not-an-address", BAD_ADDRESS)])
    return found
