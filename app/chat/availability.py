"""Whether somebody answers live: the hours of the channel, and an agent who said they are there."""

from datetime import timedelta
from uuid import UUID

from app.channels.adapters import chat_hours
from app.channels.adapters.chat import ChatConfig
from app.channels.values import Channel
from app.chat import repository
from app.chat.facts import DeskClosed, DeskOpened
from app.clock import Clock
from app.db.transaction import Session
from app.facts import Actor, FactBook
from app.tenants.service import Tenants

# An agent who said so, then does nothing on the discussions' pages for so long, has gone.
PRESENT_FOR = timedelta(minutes=30)


class Availability:
    """Knows who answers."""

    def __init__(self, tenants: Tenants, book: FactBook, clock: Clock) -> None:
        self._tenants, self._book, self._clock = tenants, book, clock

    async def live(self, session: Session, channel: Channel) -> bool:
        """Whether a visitor who writes now may expect an answer on the page."""
        assert isinstance(channel.config, ChatConfig)
        now = self._clock()
        tenant = await self._tenants.get(session, channel.tenant_id)
        if not chat_hours.within(channel.config.hours, now, zone=tenant.time_zone):
            return False
        return not channel.config.agents_needed or bool(await repository.desks(session, channel.tenant_id, now=now))

    async def there(self, session: Session, tenant_id: UUID, key_id: UUID) -> bool:
        """Whether an agent said that they answer live, and is still about."""
        return key_id in await repository.desks(session, tenant_id, now=self._clock())

    async def come(self, session: Session, tenant_id: UUID, key_id: UUID, *, actor: Actor) -> None:
        """An agent says that they answer live from now on."""
        now = self._clock()
        there = await repository.desks(session, tenant_id, now=now)
        await repository.open_desk(session, tenant_id, key_id, until=now + PRESENT_FOR)
        if key_id not in there:
            await self._book.record(session, DeskOpened(tenant_id=tenant_id, subject_id=key_id, at=now, actor=actor))

    async def leave(self, session: Session, tenant_id: UUID, key_id: UUID, *, actor: Actor) -> None:
        now = self._clock()
        if await repository.close_desk(session, tenant_id, key_id):
            await self._book.record(session, DeskClosed(tenant_id=tenant_id, subject_id=key_id, at=now, actor=actor))

    async def stay(self, session: Session, tenant_id: UUID, key_id: UUID) -> None:
        """An agent who is there does something: they are there for longer."""
        now = self._clock()
        await repository.prolong_desk(session, tenant_id, key_id, now=now, until=now + PRESENT_FOR)
