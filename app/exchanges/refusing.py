"""A person who refuses messages at an address: what still waits to leave for it does not leave."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.contacts import service as contacts
from app.contacts.repository import Point
from app.db.transaction import Session
from app.exchanges import outbox
from app.exchanges.addressing import refuses
from app.exchanges.facts import ReplyAbandoned
from app.exchanges.outbox import OutState
from app.facts import FactBook

BECAUSE = "la personne a demandé à ne plus recevoir de messages à cette adresse"


class Refusing:
    """Notes refusals. An acknowledgement that does not leave for one stays owed, and says why."""

    def __init__(self, book: FactBook) -> None:
        self._book = book

    async def opt_in(self, session: Session, tenant_id: UUID, points: Sequence[Point]) -> None:
        """Notes that people who had refused messages ask for them again (a START after a STOP)."""
        await contacts.opt_in(session, tenant_id, [point.id for point in points if point.opted_out_at is not None])

    async def opt_out(self, session: Session, tenant_id: UUID, points: Sequence[Point], *, at: datetime) -> None:
        """Notes that these points refuse messages, and gives up what they would still get."""
        ids = [point.id for point in points]
        if not ids:
            return
        await contacts.opt_out(session, tenant_id, ids, at=at)
        refusing = await contacts.points(session, tenant_id, ids)
        waiting = [
            one
            for one in await outbox.waiting_for(session, tenant_id, ids)
            if refuses(refusing[UUID(str(one.recipient["point_id"]))], purpose=one.purpose)
        ]
        if not waiting:
            return
        await outbox.give_up(session, tenant_id, [one.id for one in waiting], detail=BECAUSE, at=at)
        facts = [
            ReplyAbandoned(
                tenant_id=tenant_id, subject_id=one.id, at=at, ticket_id=one.ticket_id, state=OutState.ABANDONED.value
            )
            for one in waiting
        ]
        await self._book.record(session, *facts)
