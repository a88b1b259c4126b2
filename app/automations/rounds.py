"""Rules that wait for time to pass: requests that crossed their line are looked for, and acted on a few at a time."""

from uuid import UUID

import structlog

from app.automations import repository, runs_repository
from app.automations.acting import Acting
from app.automations.values import KEPT_FOR, Automation
from app.automations.waiting import Lines, Waiting
from app.clock import Clock
from app.db.transaction import Database
from app.tenants.service import Tenants, day_of

log = structlog.get_logger()
PAGE = 10
MOST_PAGES = 20  # a round and a rule: the next round goes on


class Rounds:
    """Gives their turns to the rules that wait for time, and forgets old lines of the log."""

    def __init__(self, database: Database, tenants: Tenants, acting: Acting, waiting: Waiting, clock: Clock) -> None:
        self._database, self._tenants, self._acting = database, tenants, acting
        self._waiting, self._clock = waiting, clock

    async def round(self) -> None:
        """Goes round every administration that is not suspended; costs one statement where no rule waits for time."""
        for tenant_id in await self._tenants.active():
            try:
                await self.look(tenant_id)
            except Exception as error:
                # What goes wrong in one administration keeps the rules of no other from their time.
                log.exception("automations.round_failed", tenant=str(tenant_id), error=type(error).__name__)

    async def look(self, tenant_id: UUID) -> None:
        """Gives the rules of one administration their turns."""
        async with self._database.transaction(tenant=tenant_id) as session:
            rules = await repository.acting(session, tenant_id, timed=True)
            lines = {rule.id: await self._waiting.lines(session, rule, now=self._clock()) for rule in rules}
        for rule in rules:
            for _ in range(MOST_PAGES):
                if not await self._page(rule, lines[rule.id]):
                    break

    async def forget(self) -> None:
        """Drops what rules did more than ninety days ago from their log."""
        for tenant_id in await self._tenants.directory():
            async with self._database.transaction(tenant=tenant_id) as session:
                await runs_repository.forget(session, tenant_id, before=self._clock() - KEPT_FOR)

    async def _page(self, known: Automation, lines: Lines) -> bool:
        """Acts on one page of requests; says whether there may be another."""
        async with self._database.transaction(tenant=known.tenant_id) as session:
            rule = await repository.find(session, known.tenant_id, known.id)
            if rule is None or rule.version != known.version:
                return False  # somebody changed it meanwhile: the next round reads it as it is
            today = await day_of(session, rule.tenant_id, now=self._clock())
            due = await runs_repository.crossed(session, rule, lines, today=today, limit=PAGE)
            for ticket_id, cause in due:
                turn = await self._acting.act(session, rule, ticket_id, cause=cause)
                if turn is not None and turn.stopped:
                    return False
        return len(due) == PAGE
