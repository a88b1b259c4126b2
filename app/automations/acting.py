"""One rule's turn on one request: looked at again under its lock, done by the agents' own gestures, written down.

All that a turn does is one savepoint: it is done whole or not at all, and its line of the log is written either way.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy.exc import InterfaceError, InternalError, OperationalError

from app.automations import repository, runs_repository
from app.automations.facts import AutomationRan, AutomationStopped
from app.automations.values import (
    MOST_A_DAY,
    AsideAct,
    Automation,
    AutomationLoop,
    LeastBusyAct,
    RuleAct,
    RunOutcome,
)
from app.automations.waiting import Waiting
from app.clock import Clock
from app.db.transaction import Session
from app.errors import ParvisError, Unavailable
from app.exchanges.macro_running import ActDone, Outcome, Running
from app.facts import FactBook
from app.identity.roles import POLICY
from app.identity.scopes import Scope
from app.ids import new_id
from app.tenants.service import day_of
from app.tickets.macro_values import AssigneeAct, Deed, SnoozeAct, TeamAct
from app.tickets.service import Tickets
from app.tickets.values import Ticket

log = structlog.get_logger()
# A rule that is only ever refused helps nobody and fills the log; one act done, and the count begins anew.
MOST_FAILURES = 50
_BUSY_WITHIN = timedelta(days=90)
_TAKERS = sorted(role.value for role, rights in POLICY.items() if Scope.TICKETS_WRITE in rights.scopes)
_LINE_CUT = (OperationalError, InterfaceError, InternalError)


@dataclass(frozen=True, slots=True)
class Turn:
    """What became of a turn, and whether the rule was switched off by it."""

    outcome: RunOutcome
    stopped: bool = False


class Acting:
    """Gives rules their turns."""

    def __init__(self, tickets: Tickets, running: Running, waiting: Waiting, book: FactBook, clock: Clock) -> None:
        self._tickets, self._running, self._waiting = tickets, running, waiting
        self._book, self._clock = book, clock

    async def act(self, session: Session, rule: Automation, ticket_id: UUID, *, cause: str) -> Turn | None:
        """Gives a rule its turn on a request; None when it had it, or when its conditions hold no more.

        Raises nothing of what the request says to the acts: the log says it. What the database says is raised.
        """
        held = await self._tickets.hold(session, rule.tenant_id, [ticket_id])
        if ticket_id not in held or await runs_repository.had_turn(session, rule, ticket_id, cause):
            return None
        if not await runs_repository.matching(session, rule, [ticket_id]):
            return None
        outcome, refusal, done = await self._tried(session, rule, ticket_id)
        await runs_repository.add(
            session,
            {
                "tenant_id": rule.tenant_id,
                "id": new_id(),
                "automation_id": rule.id,
                "ticket_id": ticket_id,
                "cause": cause,
                "at": self._clock(),
                "outcome": outcome.value,
                "code": refusal.code if refusal else None,
                "detail": _told(refusal) if refusal else None,
                "acts": {"all": [_line(one) for one in done]},
            },
        )
        return Turn(outcome, stopped=await self._fared(session, rule, refusal))

    async def resolved(self, session: Session, rule: Automation, ticket: Ticket) -> Sequence[Deed]:
        """Returns a rule's acts with whom they name (who of a team is least busy now, else the team), and until when.

        Raises `Invalid` for hours of opening that a year does not hold.
        """
        deeds: list[Deed] = []
        team_id = ticket.team_id
        for act in rule.acts:
            deed = await self._named(session, rule.tenant_id, act, team_id=team_id)
            team_id = deed.team_id if isinstance(deed, TeamAct) else team_id
            deeds.append(deed)
        return deeds

    async def _tried(
        self, session: Session, rule: Automation, ticket_id: UUID
    ) -> tuple[RunOutcome, ParvisError | None, Sequence[ActDone]]:
        try:
            async with session.begin_nested():
                done = await self._done(session, rule, ticket_id)
        except Unavailable:
            raise
        except ParvisError as refusal:
            return RunOutcome.REFUSED, refusal, []
        except _LINE_CUT:
            raise
        except Exception as error:
            # What nobody foresaw of one request stops neither the other rules nor the other requests.
            log.exception("automation.failed", automation=str(rule.id), error=type(error).__name__)
            return RunOutcome.FAILED, ParvisError(), []
        changed = any(one.outcome is Outcome.DONE for one in done)
        return (RunOutcome.DONE if changed else RunOutcome.UNCHANGED), None, done

    async def _done(self, session: Session, rule: Automation, ticket_id: UUID) -> Sequence[ActDone]:
        now, tenant_id = self._clock(), rule.tenant_id
        since = now - timedelta(days=1)
        if await runs_repository.acted_since(session, rule, ticket_id, since=since) >= MOST_A_DAY:
            raise AutomationLoop(AutomationLoop.advice)
        ticket = await self._tickets.living(session, tenant_id, ticket_id)
        acts = await self.resolved(session, rule, ticket)
        done = await self._running.run(session, tenant_id, ticket_id, acts, version=ticket.version, actor=rule.actor)
        if any(one.outcome is Outcome.DONE for one in done):
            fact = AutomationRan(tenant_id=tenant_id, subject_id=rule.id, ticket_id=ticket_id, at=now, actor=rule.actor)
            await self._book.record(session, fact)
        return done

    async def _named(self, session: Session, tenant_id: UUID, act: RuleAct, *, team_id: UUID | None) -> Deed:
        now = self._clock()
        if isinstance(act, AsideAct):
            if act.hours is None:
                return SnoozeAct(until_at=None)
            until = await self._waiting.until(
                session, tenant_id, hours=act.hours, open_only=act.business_hours, team_id=team_id, now=now
            )
            return SnoozeAct(until_at=until)
        if not isinstance(act, LeastBusyAct):
            return act
        found = await runs_repository.least_busy(
            session,
            tenant_id,
            act.team_id,
            roles=_TAKERS,
            since=now - _BUSY_WITHIN,
            today=await day_of(session, tenant_id, now=now),
        )
        return TeamAct(team_id=act.team_id) if found is None else AssigneeAct(assignee_id=found, me=False)

    async def _fared(self, session: Session, rule: Automation, refusal: ParvisError | None) -> bool:
        """Counts refusals in a row, and switches off a rule that has too many; says whether it did."""
        failures = await repository.fared(session, rule, well=refusal is None)
        if refusal is None or failures < MOST_FAILURES:
            return False
        now = self._clock()
        await repository.stop(session, rule, at=now, code=refusal.code)
        fact = AutomationStopped(tenant_id=rule.tenant_id, subject_id=rule.id, at=now, code=refusal.code)
        await self._book.record(session, fact)
        log.warning("automation.stopped", automation=str(rule.id), code=refusal.code)
        return True


def _told(refusal: ParvisError) -> str:
    """Returns a refusal in a sentence: what the act that refused said, where one did."""
    return str(next((flaw.detail for flaw in refusal.flaws), "") or refusal.detail or refusal.title_fr)


def _line(done: ActDone) -> Mapping[str, str]:
    return {"kind": str(done.act.kind), "outcome": done.outcome.value}
