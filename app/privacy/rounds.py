"""What is gone round for people's data: erasures and copies cut off, copies whose time is over, contents let go."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import structlog

from app.errors import Unavailable
from app.jobs.queue import Worker
from app.privacy.erasures import ERASE, Erasures
from app.privacy.exporting import EXPORT, Exporting
from app.privacy.pieces import LettingGo
from app.tenants.service import Tenants

log = structlog.get_logger()


class PrivacyRounds:
    """Tells a worker what it has to do, and goes round the administrations."""

    def __init__(self, tenants: Tenants, erasures: Erasures, exporting: Exporting, letting_go: LettingGo) -> None:
        self._tenants, self._erasures = tenants, erasures
        self._exporting, self._letting_go = exporting, letting_go

    def register(self, worker: Worker) -> None:
        worker.on(ERASE, self._erasures.carry_out)
        worker.on(EXPORT, self._exporting.make)
        worker.every("25 * * * * *", "privacy", self.round)

    async def round(self) -> None:
        """Wakes what a lost job left undone, and removes what was let go."""
        await self._each(self._erasures.resume)
        await self._each(self._exporting.resume)
        await self._each(self._letting_go.remove)

    async def _each(self, work: Callable[[UUID], Awaitable[object]]) -> None:
        for tenant_id in await self._tenants.directory():
            try:
                await work(tenant_id)
            except Unavailable:
                raise
            except Exception as error:
                log.exception("privacy.round_failed", tenant=str(tenant_id), error=type(error).__name__)
