"""The transcript a visitor asks for: by e-mail, once an agent has answered, so that nobody's box is filled by a machine."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

from app.channels.kit.addresses import mailbox_of
from app.channels.values import Channel
from app.chat import repository
from app.chat.conversing import Conversing, add_line
from app.chat.facts import TranscriptAsked
from app.chat.rings import Rung, ring
from app.chat.values import Conversation, Line, LineKind, NoticeCode, Visitor
from app.chat.words import NO_MAIL, NOBODY_YET, NOTICES, SENT_BEFORE
from app.clock import Clock
from app.db.transaction import Database, Session
from app.errors import Conflict, TooManyRequests
from app.exchanges import outbox
from app.exchanges.composing import Composer, NoWayOut
from app.exchanges.freezing import Draft
from app.facts import SYSTEM, Actor, FactBook
from app.live.bell import Bell
from app.tenants.service import Tenants
from app.tenants.values import Tenant
from app.tickets.service import Tickets
from app.tickets.values import Ticket

SUBJECT = "Relevé de votre discussion"
PURPOSE = "information"
_AGAIN_AFTER, _A_DAY, _MOST_A_DAY = timedelta(hours=1), timedelta(days=1), 3


class Transcripts:
    """Freezes transcripts as messages of the request, like whatever else leaves."""

    def __init__(
        self,
        database: Database,
        tenants: Tenants,
        tickets: Tickets,
        composer: Composer,
        conversing: Conversing,
        bell: Bell,
        book: FactBook,
        clock: Clock,
    ) -> None:
        self._database, self._tenants, self._tickets, self._composer = database, tenants, tickets, composer
        self._conversing, self._bell, self._book, self._clock = conversing, bell, book, clock

    async def send(self, channel: Channel, visitor: Visitor, *, email: str, hidden: str) -> None:
        """Sends the transcript to the address given, which is kept as the one that was left.

        Raises `Invalid`, `Conflict` before anybody answered or where no mail can leave, `TooManyRequests`.
        """
        await self._refuse_early(channel, visitor)
        await self._conversing.leave_address(channel, visitor, email=email, hidden=hidden)
        tenant_id, now = channel.tenant_id, self._clock()
        async with self._database.transaction(tenant=tenant_id) as session:
            conversation = await repository.find(session, tenant_id, visitor.conversation_id, lock=True)
            ticket_id = await repository.ticket_of(session, tenant_id, visitor.conversation_id)
            if conversation is None or ticket_id is None or conversation.email is None:
                raise Conflict(NOBODY_YET)
            await self._refuse_often(session, conversation, now)
            tenant = await self._tenants.get(session, tenant_id)
            present = await self._tickets.present(session, tenant_id, ticket_id)
            lines = await repository.lines(session, tenant_id, conversation.id, after=0)
            draft = Draft(
                text=transcript(lines, tenant, present),
                subject=SUBJECT,
                purpose=PURPOSE,
                to_point_id=conversation.email_point_id,
                left=conversation.email_point_id,
                status_after=None,
            )
            try:
                await self._composer.freeze(session, tenant_id, present, draft, actor=SYSTEM)
            except NoWayOut:
                raise Conflict(NO_MAIL) from None
            await add_line(session, conversation, LineKind.NOTICE, _TOLD, at=now)
            citizen = Actor("citizen")
            fact = TranscriptAsked(tenant_id=tenant_id, subject_id=conversation.id, at=now, actor=citizen)
            await self._book.record(session, fact)
            ring(self._bell, session, conversation.id, Rung.LINE)

    async def _refuse_early(self, channel: Channel, visitor: Visitor) -> None:
        async with self._database.transaction(tenant=channel.tenant_id) as session:
            if not await repository.answered(session, channel.tenant_id, visitor.conversation_id):
                raise Conflict(NOBODY_YET)

    async def _refuse_often(self, session: Session, conversation: Conversation, now: datetime) -> None:
        """Bounds what an address is sent, and how many addresses one conversation may be sent to."""
        tenant_id, counted = conversation.tenant_id, mailbox_of(conversation.email or "")
        found = await outbox.frozen_for(session, tenant_id, [counted], purpose=PURPOSE, since=now - _A_DAY)
        sent = found.get(counted, [])
        told = await repository.transcripts_since(session, tenant_id, conversation.id, now - _A_DAY)
        if max(len(sent), told) >= _MOST_A_DAY or any(now - at < _AGAIN_AFTER for at in sent):
            raise TooManyRequests(SENT_BEFORE, headers={"Retry-After": str(int(_AGAIN_AFTER.total_seconds()))})


_TOLD = {"notice": NoticeCode.TRANSCRIPT_SENT.value}


def transcript(lines: Sequence[Line], tenant: Tenant, ticket: Ticket) -> str:
    """Writes what was said, at the administration's own hours: pure."""
    zone = ZoneInfo(tenant.time_zone)
    written = [
        f"Discussion avec {tenant.name}, {tenant.service_name}",
        f"Votre demande porte la référence {ticket.reference}. Elle continue, quelle que soit la fin de la discussion.",
        "",
    ]
    for line in lines:
        at = f"[{line.at.astimezone(zone):%d/%m/%Y %H:%M}]"
        if line.notice is not None:
            written += [f"{at} {NOTICES[line.notice]}", ""]
        else:
            written += [f"{at} {_who(line, tenant)} :", line.text, ""]
    return "\n".join(written).rstrip()


def _who(line: Line, tenant: Tenant) -> str:
    match line.kind:
        case LineKind.VISITOR:
            return "Vous"
        case LineKind.AGENT:
            return line.author or tenant.service_name
        case LineKind.AUTOMATIC | LineKind.NOTICE:
            return "Message automatique"
        case _:
            assert_never(line.kind)
