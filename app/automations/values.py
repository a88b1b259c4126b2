"""Automations as values: what makes one act, on which requests, what it does, and what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, TypeAlias
from uuid import UUID

from app.errors import Conflict
from app.facts import AUTOMATION, Actor
from app.rest.languages import Said
from app.tickets.macro_values import Act, acts_of, stored

MOST_AUTOMATIONS = 100  # of an administration
MOST_HOURS, MOST_DAYS = 24 * 365, 365
# A rule that acts on one request again and again is answered by a program, or by a person who undoes it.
MOST_A_DAY = 20
KEPT_FOR = timedelta(days=90)


class Trigger(StrEnum):
    """What makes a rule look at a request."""

    OPENED = "opened"
    MESSAGE = "message"
    CHANGED = "changed"
    TAGGED = "tagged"
    QUALIFIED = "qualified"
    WARNED = "warned"
    IDLE = "idle"
    AGED = "aged"
    TERM = "term"


# The facts of the log that each stands for; the others wait for time to pass.
EVENTS: Mapping[str, Trigger] = {
    "ticket.created": Trigger.OPENED,
    "message.received": Trigger.MESSAGE,
    "ticket.updated": Trigger.CHANGED,
    "ticket.tagged": Trigger.TAGGED,
    "sve.saisine.qualified": Trigger.QUALIFIED,
    "sve.clock.due_soon": Trigger.WARNED,
    "sve.clock.overdue": Trigger.WARNED,
}
TIMED = frozenset({Trigger.IDLE, Trigger.AGED, Trigger.TERM})


@dataclass(frozen=True, slots=True, kw_only=True)
class LeastBusyAct:
    """Gives the request to who of a team is there and has the fewest open ones; to the team itself when nobody is."""

    team_id: UUID
    kind: str = "least_busy"


RuleAct: TypeAlias = Act | LeastBusyAct


@dataclass(frozen=True, slots=True, kw_only=True)
class Automation:
    """One rule. `delay` is in hours for `idle` and `aged`, in days for `term`; `filter` is that of a saved view."""

    tenant_id: UUID
    id: UUID
    name: str
    enabled: bool
    rank: int
    trigger: Trigger
    delay: int | None
    filter: Mapping[str, Any]
    acts: Sequence[RuleAct]
    enabled_at: datetime
    failures: int
    stopped_at: datetime | None
    stopped_code: str | None
    created_at: datetime
    version: int

    @property
    def actor(self) -> Actor:
        return Actor(AUTOMATION, self.id, self.name)


class RunOutcome(StrEnum):
    """What became of a rule's turn on a request."""

    DONE = "done"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One turn of a rule on a request; `cause` is what made it: once for each."""

    id: UUID
    automation_id: UUID
    ticket_id: UUID
    reference: str
    at: datetime
    outcome: RunOutcome
    code: str | None
    detail: str | None
    acts: Sequence[Mapping[str, Any]]


def stored_acts(acts: Sequence[RuleAct]) -> dict[str, Any]:
    """Returns acts as they are kept."""
    return {"all": [_kept(act) for act in acts]}


def rule_acts(kept: Mapping[str, Any]) -> Sequence[RuleAct]:
    """Returns the acts that were kept."""
    return [
        LeastBusyAct(team_id=UUID(one["team_id"])) if one["kind"] == "least_busy" else acts_of({"all": [one]})[0]
        for one in kept["all"]
    ]


def _kept(act: RuleAct) -> Mapping[str, Any]:
    if isinstance(act, LeastBusyAct):
        return {"kind": act.kind, "team_id": str(act.team_id)}
    kept: Mapping[str, Any] = stored([act])["all"][0]
    return kept


class TooManyAutomations(Conflict):
    """A list nobody can look through is understood by nobody."""

    code = "too-many-automations"
    title_fr = "Il y a trop d'automatisations"
    title_en = "There are too many automations"
    advice = Said(
        f"{MOST_AUTOMATIONS} au plus : supprimez-en une, ou réunissez-en deux",
        en=f"{MOST_AUTOMATIONS} at most: remove one, or make one of two",
    )


class AutomationLoop(Conflict):
    """Something answers what the rule does, and the rule answers it."""

    code = "automation-loop"
    title_fr = "L'automatisation tourne en rond"
    title_en = "The automation goes round in circles"
    advice = Said(
        f"elle a déjà agi {MOST_A_DAY} fois en un jour sur cette demande : elle n'y fait plus rien avant demain ; "
        "cherchez ce qui défait ce qu'elle fait",
        en=f"it has already acted {MOST_A_DAY} times in a day on this request: it does nothing more before tomorrow; "
        "look for what undoes what it does",
    )
