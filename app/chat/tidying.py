"""What time ends: conversations nobody speaks in any more, tickets of entry nobody will use."""

from datetime import timedelta
from uuid import UUID

import structlog

from app.channels.adapters.chat import ChatConfig
from app.channels.service import Channels
from app.chat import repository
from app.chat.conversing import Conversing
from app.chat.entering import Entrance
from app.chat.values import NoticeCode
from app.clock import Clock
from app.db.transaction import Database
from app.errors import Unavailable
from app.tenants.service import Tenants

log = structlog.get_logger()
TIDY = "chat_tidy"


class Tidying:
    """Goes round the administrations, once a minute."""

    def __init__(
        self,
        database: Database,
        tenants: Tenants,
        channels: Channels,
        conversing: Conversing,
        entrance: Entrance,
        clock: Clock,
    ) -> None:
        self._database, self._tenants, self._channels = database, tenants, channels
        self._conversing, self._entrance, self._clock = conversing, entrance, clock

    async def round(self) -> None:
        """Tidies each administration; one that fails does not keep the next from its turn."""
        for tenant_id in await self._tenants.directory():
            try:
                await self.tidy(tenant_id)
            except Unavailable:
                raise
            except Exception as error:
                log.exception("chat.tidy_failed", tenant=str(tenant_id), error=type(error).__name__)

    async def tidy(self, tenant_id: UUID) -> None:
        """Ends what has been silent for as long as its channel says: the request goes on, and its clocks."""
        async with self._database.transaction(tenant=tenant_id) as session:
            channels = [one for one in await self._channels.all_of(session, tenant_id) if _chats(one.config)]
            for channel in channels:
                assert isinstance(channel.config, ChatConfig)
                before = self._clock() - timedelta(minutes=channel.config.idle_minutes)
                for conversation_id in await repository.idle(session, tenant_id, channel.id, before=before):
                    await self._conversing.end(session, tenant_id, conversation_id, how=NoticeCode.ENDED_IDLE)
        if channels:
            await self._entrance.forget(tenant_id)


def _chats(config: object) -> bool:
    return isinstance(config, ChatConfig)
