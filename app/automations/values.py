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
# What crossed its line so long ago is no more about the day: a rule that was stopped a while does not wake it.
STALE = timedelta(days=30)


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
HOURLY = frozenset({Trigger.IDLE, Trigger.AGED})
# What has just been written or warned of is to be seen: it is not set aside at once.
IN_SIGHT = frozenset({Trigger.MESSAGE, Trigger.WARNED})


@dataclass(frozen=True, slots=True, kw_only=True)
class LeastBusyAct:
    """Gives the request to who of a team is there and has the fewest open ones; to the team itself when nobody is."""

    team_id: UUID
    kind: str = "least_busy"


@dataclass(frozen=True, slots=True, kw_only=True)
class AsideAct:
    """Sets the request aside for so many hours, those of opening alone where asked; until its person writes without any."""

    hours: int | None
    business_hours: bool
    kind: str = "snooze"


RuleAct: TypeAlias = Act | LeastBusyAct | AsideAct


@dataclass(frozen=True, slots=True, kw_only=True)
class Automation:
    """One rule. `delay` is in hours for `idle` and `aged` (of opening alone: `business_hours`), in days for `term`.

    `filter` is that of a saved view.
    """

    tenant_id: UUID
    id: UUID
    name: str
    enabled: bool
    rank: int
    trigger: Trigger
    delay: int | None
    business_hours: bool
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
    return [_rule_act(one) for one in kept["all"]]


def _rule_act(kept: Mapping[str, Any]) -> RuleAct:
    match kept["kind"]:
        case "least_busy":
            return LeastBusyAct(team_id=UUID(kept["team_id"]))
        case "snooze":
            return AsideAct(hours=kept["hours"], business_hours=kept["business_hours"])
        case _:
            return acts_of({"all": [kept]})[0]


def _kept(act: RuleAct) -> Mapping[str, Any]:
    if isinstance(act, LeastBusyAct):
        return {"kind": act.kind, "team_id": str(act.team_id)}
    if isinstance(act, AsideAct):
        return {"kind": act.kind, "hours": act.hours, "business_hours": act.business_hours}
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
