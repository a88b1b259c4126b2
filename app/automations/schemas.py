"""Automations as the API writes and reads them."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.automations.values import (
    HOURLY,
    IN_SIGHT,
    MOST_DAYS,
    MOST_HOURS,
    TIMED,
    AsideAct,
    Automation,
    LeastBusyAct,
    RuleAct,
    Run,
    RunOutcome,
    Trigger,
    stored_acts,
)
from app.errors import Flaw, Invalid
from app.rest.languages import Said
from app.rest.public_ids import AutomationId, AutomationRunId, TagId, TeamId, TicketId, UserId
from app.sve.filters import filter_of
from app.tickets.canned_schemas import unknown_flaws
from app.tickets.macro_schemas import NoteStep, StatusStep, TagOffStep, TagOnStep, TeamStep
from app.tickets.macro_values import MOST_ACTS, ActKind, AssigneeAct, NoteAct
from app.tickets.values import Status
from app.tickets.view_schemas import TicketQuery
from app.tickets.wording import Variable, places

_STRICT = ConfigDict(extra="forbid")
_NAME = "Voirie : au moins chargé"
_FILTER = {"status": "new", "unassigned": True}
_TRIGGER = (
    "Ce qui la fait agir. Un fait : `opened` demande ouverte, `message` message reçu (le premier aussi), `changed` état, "
    "équipe ou agent changé, `tagged` étiquette mise, `qualified` saisine qualifiée, `warned` alerte de la veille. Le temps : "
    "`idle` rien ne s'y passe depuis `delay` heures, `aged` reçue depuis `delay` heures, `term` prochaine échéance dans `delay` "
    "jours au plus."
)
_DELAY = f"Pour `idle` et `aged`, des heures ({MOST_HOURS} au plus) ; pour `term`, des jours ({MOST_DAYS} au plus) ; sinon `null`."
_BUSINESS = (
    "Pour `idle` et `aged` : seules comptent les heures d'ouverture de l'équipe de la demande, sinon de l'administration. "
    "Aucun délai légal n'en dépend."
)
_RANK = "Place dans l'ordre où elles agissent, de la plus petite à la plus grande."
_WHERE = "Les filtres de `GET /api/v1/tickets`, sauf `q` : la demande y répond au moment d'agir."


class RuleAssigneeStep(BaseModel):
    """Confier à un agent, ou à personne."""

    model_config = _STRICT
    kind: Literal["assignee"] = Field(examples=["assignee"])
    assignee_id: UserId | None = Field(description="`null` retire l'agent.")

    def act(self) -> AssigneeAct:
        return AssigneeAct(assignee_id=self.assignee_id, me=False)


class LeastBusyStep(BaseModel):
    """Confier à l'agent présent de l'équipe qui a le moins de demandes en cours ; à l'équipe si personne n'est là."""

    model_config = _STRICT
    kind: Literal["least_busy"] = Field(examples=["least_busy"])
    team_id: TeamId

    def act(self) -> LeastBusyAct:
        return LeastBusyAct(team_id=self.team_id)


class RuleSnoozeStep(BaseModel):
    """Mettre de côté, comme un agent le ferait ; une demande qui l'est déjà le reste comme elle est."""

    model_config = _STRICT
    kind: Literal["snooze"] = Field(examples=["snooze"])
    hours: int | None = Field(
        ge=1, le=MOST_HOURS, description="Pendant tant d'heures ; `null` : jusqu'à ce que la personne écrive."
    )
    business_hours: bool = Field(default=False, description="Des heures d'ouverture seulement.", examples=[True])

    @model_validator(mode="after")
    def _of_hours(self) -> Self:
        if self.business_hours and self.hours is None:
            raise ValueError(Said("un nombre d'heures est attendu", en="a number of hours is expected"))
        return self

    def act(self) -> AsideAct:
        return AsideAct(hours=self.hours, business_hours=self.business_hours)


RuleStep: TypeAlias = Annotated[
    NoteStep | TagOnStep | TagOffStep | TeamStep | RuleAssigneeStep | LeastBusyStep | StatusStep | RuleSnoozeStep,
    Field(discriminator="kind"),
]


class NewAutomation(BaseModel):
    """Une automatisation à garder, ou à essayer."""

    model_config = _STRICT
    name: str = Field(min_length=1, max_length=80, description="Son nom.", examples=[_NAME])
    enabled: bool = Field(default=False, description="Elle agit.", examples=[True])
    rank: int = Field(default=0, ge=0, le=10_000, description=_RANK, examples=[10])
    trigger: Trigger = Field(description=_TRIGGER, examples=["opened"])
    delay: int | None = Field(default=None, ge=1, le=MOST_HOURS, description=_DELAY, examples=[None])
    business_hours: bool = Field(default=False, description=_BUSINESS, examples=[False])
    filter: TicketQuery = Field(description=_WHERE, examples=[_FILTER])
    acts: list[RuleStep] = Field(
        min_length=1, max_length=MOST_ACTS, description="Ses actes, dans cet ordre : tous, ou aucun."
    )

    def wanted(self) -> Sequence[RuleAct]:
        """Raises `Invalid` for a text, a condition or a delay that no rule may have."""
        acts = [step.act() for step in self.acts]
        refuse(acts, self.filter, self.trigger, self.delay, business_hours=self.business_hours)
        return acts

    def values(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "enabled": self.enabled,
            "rank": self.rank,
            "trigger": self.trigger.value,
            "delay": self.delay,
            "business_hours": self.business_hours,
            "filter": self.filter.stored(),
            "acts": stored_acts(self.wanted()),
        }


class AutomationChange(BaseModel):
    """Ce qui change d'une automatisation ; ce qui est absent reste."""

    model_config = _STRICT
    name: str | None = Field(default=None, min_length=1, max_length=80, description="Son nom.", examples=[_NAME])
    enabled: bool | None = Field(default=None, description="Elle agit.", examples=[False])
    rank: int | None = Field(default=None, ge=0, le=10_000, description=_RANK, examples=[20])
    trigger: Trigger | None = Field(default=None, description=_TRIGGER, examples=["idle"])
    delay: int | None = Field(default=None, ge=1, le=MOST_HOURS, description=_DELAY, examples=[48])
    business_hours: bool | None = Field(default=None, description=_BUSINESS, examples=[True])
    filter: TicketQuery | None = Field(default=None, description=_WHERE, examples=[_FILTER])
    acts: list[RuleStep] | None = Field(default=None, min_length=1, max_length=MOST_ACTS, description="Tous ses actes.")

    def values(self, was: Automation) -> dict[str, Any]:
        """Returns what is written. Raises `Invalid` for what the rule would then be."""
        trigger = self.trigger or was.trigger
        delay = self.delay if "delay" in self.model_fields_set else was.delay
        if trigger not in TIMED and "delay" not in self.model_fields_set:
            delay = None
        of_opening = self.business_hours
        if of_opening is None:
            of_opening = was.business_hours and trigger in HOURLY
        acts = was.acts if self.acts is None else [step.act() for step in self.acts]
        refuse(acts, self.filter, trigger, delay, business_hours=of_opening)
        own = {name: getattr(self, name) for name in ("name", "enabled", "rank") if getattr(self, name) is not None}
        own |= {"trigger": trigger.value, "delay": delay, "business_hours": of_opening}
        if self.filter is not None:
            own["filter"] = self.filter.stored()
        if self.acts is not None:
            own["acts"] = stored_acts(acts)
        return own


class RuleActOut(BaseModel):
    """Un acte ; ce qui ne s'applique pas au sien est `null`."""

    kind: ActKind | Literal["least_busy", "snooze"] = Field(description="Ce qu'il fait.", examples=["least_busy"])
    text: str | None = Field(description="Les mots d'une note, leurs emplacements non remplis.", examples=[None])
    language: str | None = Field(description="Langue dans laquelle ses dates s'écrivent.", examples=[None])
    tag_id: TagId | None
    team_id: TeamId | None = Field(description="`null` pour `team` : retire l'équipe.")
    assignee_id: UserId | None = Field(description="`null` pour `assignee` : retire l'agent.")
    status: Status | None = Field(examples=[None])
    hours: int | None = Field(description="`null` pour `snooze` : jusqu'à ce que la personne écrive.", examples=[None])
    business_hours: bool | None = Field(description="Des heures d'ouverture seulement.", examples=[None])

    @classmethod
    def of(cls, act: RuleAct) -> Self:
        own = asdict(act)
        return cls.model_validate({name: own.get(name) for name in cls.model_fields})


class AutomationOut(BaseModel):
    """Une automatisation."""

    id: AutomationId
    name: str = Field(examples=[_NAME])
    enabled: bool = Field(description="Elle agit.", examples=[True])
    rank: int = Field(description=_RANK, examples=[10])
    trigger: Trigger = Field(description=_TRIGGER, examples=["opened"])
    delay: int | None = Field(description=_DELAY, examples=[None])
    business_hours: bool = Field(description=_BUSINESS, examples=[False])
    filter: dict[str, Any] = Field(description=_WHERE, examples=[_FILTER])
    acts: list[RuleActOut] = Field(description="Ses actes, dans cet ordre.")
    enabled_at: datetime | None = Field(description="Depuis quand elle agit ; `null` si elle n'agit pas.")
    stopped_at: datetime | None = Field(
        description="Quand elle fut arrêtée d'elle-même : refusée cinquante fois de suite.", examples=[None]
    )
    stopped_code: str | None = Field(description="Le dernier refus (docs/errors.md).", examples=[None])
    created_at: datetime
    version: int = Field(examples=[1])

    @classmethod
    def of(cls, one: Automation) -> Self:
        same = {name: getattr(one, name) for name in cls.model_fields if name not in {"acts", "enabled_at"}}
        since = one.enabled_at if one.enabled else None
        return cls(**same, acts=[RuleActOut.of(act) for act in one.acts], enabled_at=since)


class RunActOut(BaseModel):
    """Un acte du journal, et ce qu'il a fait."""

    kind: str = Field(examples=["team"])
    outcome: str = Field(description="`done` fait, `unchanged` rien à changer.", examples=["done"])


class AutomationRunOut(BaseModel):
    """Ce qu'une automatisation a fait sur une demande, ou pourquoi elle n'a rien pu y faire."""

    id: AutomationRunId
    ticket_id: TicketId
    reference: str = Field(examples=["26-000123-K"])
    at: datetime
    outcome: RunOutcome = Field(
        description="`done` faite, `unchanged` rien à changer, `refused` refusée : rien ne fut fait, `failed` erreur de la maison.",
        examples=["refused"],
    )
    code: str | None = Field(description="Pourquoi elle fut refusée (docs/errors.md).", examples=["clock-running"])
    detail: str | None = Field(description="La même chose en une phrase.", examples=[None])
    acts: list[RunActOut] = Field(description="Ce que chaque acte a fait.")

    @classmethod
    def of(cls, run: Run) -> Self:
        same = {name: getattr(run, name) for name in cls.model_fields if name != "acts"}
        return cls(**same, acts=[RunActOut.model_validate(one) for one in run.acts])


def refuse(
    acts: Sequence[RuleAct],
    query: TicketQuery | None,
    trigger: Trigger,
    delay: int | None,
    *,
    business_hours: bool,
) -> None:
    """Raises `Invalid` for a text, an act, a condition or a delay that no rule may have."""
    flaws = [flaw for place, act in enumerate(acts) for flaw in _wrong(act, trigger, at=f"/acts/{place}")]
    if query is not None:
        filter_of(query, at="/filter/")
        if query.q is not None:
            told = Said("une automatisation ne cherche pas de mots", en="an automation searches no words")
            flaws.append(Flaw("/filter/q", "no-words", told))
    if (trigger in TIMED) != (delay is not None) or (trigger is Trigger.TERM and (delay or 0) > MOST_DAYS):
        flaws.append(Flaw("/delay", "delay", Said(_DELAY, en=_DELAY_EN)))
    if business_hours and trigger not in HOURLY:
        flaws.append(Flaw("/business_hours", "hours", Said(_HOURLY, en=_HOURLY_EN)))
    if flaws:
        raise Invalid(flaws=flaws)


_HOURLY = "les heures d'ouverture se comptent pour `idle` et `aged` seulement"
_HOURLY_EN = "hours of opening count for `idle` and `aged` only"
_DELAY_EN = f"hours for `idle` and `aged` ({MOST_HOURS} at most), days for `term` ({MOST_DAYS} at most), else null"


def _wrong(act: RuleAct, trigger: Trigger, *, at: str) -> Sequence[Flaw]:
    if isinstance(act, NoteAct):
        return [*unknown_flaws(act.text, at=f"{at}/text"), *_nobody(act.text, at=f"{at}/text")]
    if isinstance(act, AsideAct) and trigger in IN_SIGHT:
        told = Said(
            "ce qui vient d'être écrit ou signalé reste en vue : il n'est pas mis de côté aussitôt",
            en="what has just been written or warned of stays in sight: it is not snoozed at once",
        )
        return [Flaw(f"{at}/kind", "in-sight", told)]
    return []


def _nobody(text: str, *, at: str) -> Sequence[Flaw]:
    if Variable.AGENT.value not in places(text):
        return []
    told = Said(
        "aucun agent ne l'écrit : cet emplacement resterait vide", en="no agent writes it: nothing would fill this"
    )
    return [Flaw(at, "unfilled-place", told)]
