"""Asking: what was closed long enough ago is looked at once, a page at a time, and those of it who may be are asked.

The question, the message that carries it and how far one has looked are written together: a round cut off in the middle asks
nobody twice. While nothing leaves since a restore, what comes due passes without its question, since it may have been asked
before: nobody is asked twice rather than everybody once.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from app.channels.contract import PointKind
from app.channels.service import Channels
from app.channels.values import Channel
from app.clock import Clock
from app.contacts import repository as contacts
from app.contacts.repository import Point
from app.db.transaction import Database, Session
from app.errors import Invalid
from app.exchanges import gates
from app.exchanges.composing import Composer, NoWayOut, WindowClosed
from app.exchanges.freezing import Code, Draft, Freezer, Prepared
from app.exchanges.satisfaction import due_repository, links, settings_repository, wording
from app.exchanges.satisfaction.due_repository import Due
from app.exchanges.satisfaction.facts import SatisfactionAsked
from app.exchanges.satisfaction.settings_repository import EVERYBODY, NOBODY, Looked
from app.exchanges.satisfaction.values import OPEN_FOR
from app.exchanges.sending_office import SendingOffice
from app.facts import SYSTEM, FactBook
from app.ids import new_id
from app.sealing import KeyRing
from app.tenants.service import Tenants
from app.tenants.values import Tenant
from app.tickets.service import Tickets
from app.tickets.values import Ticket

PURPOSE = "satisfaction"
PAGE = 50
MOST_PAGES = 20  # a round: the next one goes on
# What came due while nothing worked is not asked weeks later, about what people have forgotten.
STALE = timedelta(days=14)


class AskingSatisfaction:
    """Asks the people of closed requests, for whoever chose it."""

    def __init__(
        self,
        database: Database,
        tenants: Tenants,
        channels: Channels,
        tickets: Tickets,
        composer: Composer,
        freezer: Freezer,
        ring: KeyRing,
        office: SendingOffice,
        book: FactBook,
        clock: Clock,
        *,
        base_url: str,
    ) -> None:
        self._database, self._tenants, self._channels, self._tickets = database, tenants, channels, tickets
        self._composer, self._freezer, self._ring, self._office = composer, freezer, ring, office
        self._book, self._clock, self._base_url = book, clock, base_url

    async def round(self, tenant_id: UUID) -> None:
        """Asks what has come due in one administration; costs one statement where nobody is asked."""
        for _ in range(MOST_PAGES):
            async with self._database.transaction(tenant=tenant_id) as session:
                if not await self._page(session, tenant_id):
                    return

    async def _page(self, session: Session, tenant_id: UUID) -> bool:
        """Looks at one page of what came due; says whether there may be another."""
        turn = await settings_repository.take_turn(session, tenant_id)
        if turn is None or await self._tenants.suspended(session, tenant_id):
            return False
        chosen, looked = turn
        now = self._clock()
        if await self._office.opens(session, tenant_id, now=now) > now:
            return False  # frozen now it would leave in the morning, whatever became of the request by then
        if await gates.restored(session, tenant_id) is not None:
            await settings_repository.move_on(session, tenant_id, Looked(now - chosen.delay, EVERYBODY))
            return False
        earliest = now - chosen.delay - STALE
        due = await due_repository.due(
            session,
            tenant_id,
            after=looked if looked.at >= earliest else Looked(earliest, NOBODY),
            delay=chosen.delay,
            rest=chosen.rest,
            ways=chosen.ways,
            now=now,
            limit=PAGE,
        )
        if not due:
            return False
        await self._ask(session, tenant_id, _each_once(due), now=now)
        await settings_repository.move_on(session, tenant_id, Looked(due[-1].closed_at, due[-1].ticket_id))
        return len(due) == PAGE

    async def _ask(self, session: Session, tenant_id: UUID, asked: Sequence[Due], *, now: datetime) -> None:
        if not asked:
            return
        tenant, every = await self._tenants.get(session, tenant_id), await self._channels.all_of(session, tenant_id)
        tickets = await self._tickets.some(session, tenant_id, [one.ticket_id for one in asked])
        ids = sorted({one.point_id for one in asked if one.point_id is not None})
        points = {point.id: point for point in await contacts.points_by_ids(session, tenant_id, ids)}
        questions, batch = list[UUID](), list[Prepared]()
        for one in asked:
            ticket, point = tickets.get(one.ticket_id), points.get(one.point_id) if one.point_id else None
            question_id = new_id()
            if ticket is not None and point is not None:
                prepared = self._prepared(tenant, every, ticket, point, question_id, now=now)
                if prepared is not None:
                    questions.append(question_id)
                    batch.append(prepared)
        if not batch:
            return
        frozen = await self._freezer.freeze(session, tenant_id, batch)
        rows = [
            {
                "tenant_id": tenant_id,
                "id": question_id,
                "ticket_id": prepared.ticket.id,
                "point_id": prepared.point.id,
                "outbound_id": outbound_id,
                "asked_at": now,
                "expires_at": now + OPEN_FOR,
            }
            for question_id, prepared, outbound_id in zip(questions, batch, frozen, strict=True)
        ]
        await due_repository.add(session, rows)
        facts = [
            SatisfactionAsked(tenant_id=tenant_id, subject_id=question_id, ticket_id=prepared.ticket.id, at=now)
            for question_id, prepared in zip(questions, batch, strict=True)
        ]
        await self._book.record(session, *facts)

    def _prepared(
        self,
        tenant: Tenant,
        every: Sequence[Channel],
        ticket: Ticket,
        point: Point,
        question_id: UUID,
        *,
        now: datetime,
    ) -> Prepared | None:
        """Returns the message that asks, None where none can leave: the person is then asked nothing about this request."""
        ends_at = now + OPEN_FOR
        word = Code(links.written(self._ring, tenant.id, question_id), ends_at, shown_as=links.MASKED)
        link, mailed = f"{self._base_url}{links.PATH}/{links.MASKED}", point.kind == PointKind.EMAIL
        text = (
            wording.mail(tenant, reference=ticket.reference, link=link, ends_at=ends_at)
            if mailed
            else wording.sms(tenant, reference=ticket.reference, link=link)
        )
        try:
            channel = self._composer.way_out(every, ticket.channel_id, point, purpose=PURPOSE)
            # A machine writes it, and nothing was heard since: a channel with a window is not for it.
            self._composer.open_until(channel, (), human=False)
            parts = self._composer.parts(channel, text)
        except (NoWayOut, WindowClosed, Invalid):
            return None
        draft = Draft(
            text=text,
            subject=wording.subject(ticket.reference),
            purpose=PURPOSE,
            code=word,
            to_point_id=point.id,
            status_after=None,
        )
        return Prepared(ticket=ticket, draft=draft, point=point, channel=channel, actor=SYSTEM, parts=parts)


def _each_once(due: Sequence[Due]) -> list[Due]:
    """Returns those who are asked: of several requests of one person, the one closed first."""
    asked: dict[UUID, Due] = {}
    for one in due:
        if one.chosen and one.contact_id is not None:
            asked.setdefault(one.contact_id, one)
    return list(asked.values())
