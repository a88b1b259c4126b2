"""What one person was told: listed, counted, read, forgotten after ninety days. Nobody else's is ever in reach."""

from collections.abc import Sequence
from uuid import UUID

import structlog

from app.clock import Clock
from app.db.transaction import Database, Session
from app.errors import NotFound
from app.facts import Actor
from app.following import repository
from app.following.followers import person_of
from app.following.values import KEPT_FOR, MOST_COUNTED, Notification

log = structlog.get_logger()
_BATCH = 1000


class Notifications:
    """A person's own notifications, of requests they still see."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    async def page(
        self, session: Session, tenant_id: UUID, *, unread: bool, after: UUID | None, limit: int, actor: Actor
    ) -> Sequence[Notification]:
        """Returns a page of the caller's, the latest first. Raises `NotAPerson`."""
        user_id = person_of(actor)
        return await repository.page(session, tenant_id, user_id, unread=unread, after=after, limit=limit)

    async def unread(self, session: Session, tenant_id: UUID, *, actor: Actor) -> int:
        """Counts what the caller has not read, up to one past `MOST_COUNTED`. Raises `NotAPerson`."""
        return await repository.unread(session, tenant_id, person_of(actor), most=MOST_COUNTED + 1)

    async def read(self, session: Session, tenant_id: UUID, notification_id: UUID, *, actor: Actor) -> Notification:
        """Marks one of the caller's as read; again changes nothing. Raises `NotFound`, `NotAPerson`."""
        user_id = person_of(actor)
        await repository.read(session, tenant_id, user_id, at=self._clock(), notification_id=notification_id)
        found = await repository.one(session, tenant_id, user_id, notification_id)
        if found is None:
            raise NotFound
        return found

    async def read_all(self, session: Session, tenant_id: UUID, *, actor: Actor) -> None:
        """Marks all of the caller's as read. Raises `NotAPerson`."""
        await repository.read(session, tenant_id, person_of(actor), at=self._clock())

    async def forget(self, tenant_id: UUID) -> int:
        """Removes what was told more than ninety days ago in one administration; returns how much."""
        before, gone = self._clock() - KEPT_FOR, 0
        while True:
            async with self._database.transaction(tenant=tenant_id) as session:
                found = await repository.forget(session, tenant_id, before=before, limit=_BATCH)
            gone += found
            if found < _BATCH:
                if gone:
                    log.info("notifications.forgotten", tenant=str(tenant_id), count=gone)
                return gone
