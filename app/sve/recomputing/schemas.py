"""Recomputations as the API writes them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from app.rest.public_ids import RecomputationId, SaisineId, TicketId
from app.sve.law.risk import Risk
from app.sve.recomputing.values import Change, Recomputation
from app.sve.saisine_schemas import ReasonOut


class RecomputationState(StrEnum):
    RUNNING = "running"
    ENDED = "ended"


class NewRecomputation(BaseModel):
    """Un recalcul de tous les délais ouverts."""

    model_config = ConfigDict(extra="forbid")

    reason: str = Field(
        min_length=1,
        max_length=500,
        description="Ce qui a changé ; gardé avec le recalcul.",
        examples=["Le lundi de Pentecôte a été corrigé au calendrier de Mayotte."],
    )
    dry_run: bool = Field(default=False, description="Dire ce qui changerait, sans rien changer.", examples=[True])


class RecomputationOut(BaseModel):
    """Où en est un recalcul."""

    id: RecomputationId
    state: RecomputationState = Field(examples=["ended"])
    reason: str = Field(examples=["Nouvelle version des règles."])
    dry_run: bool = Field(examples=[False])
    rules_version: str = Field(description="Version des règles appliquées.", examples=["2026-11-22"])
    actor: str = Field(description="Qui l'a demandé.", examples=["system"])
    started_at: datetime
    ended_at: datetime | None = Field(description="`null` tant qu'il n'est pas achevé.", examples=[None])
    seen: int = Field(description="Délais relus à ce jour.", examples=[12840])
    changed: int = Field(description="Délais dont une date ou une raison a changé.", examples=[312])
    earlier: int = Field(
        description="Parmi eux, ceux que le silence déciderait plus tôt : chacun a levé une alerte.", examples=[4]
    )
    unread: int = Field(
        description="Délais dont les événements ne se lisent plus : la surveillance le dit chaque jour.", examples=[0]
    )

    @classmethod
    def of(cls, one: Recomputation) -> Self:
        state = RecomputationState.ENDED if one.ended_at else RecomputationState.RUNNING
        kept = {name: getattr(one, name) for name in cls.model_fields if name != "state"}
        return cls(state=state, **kept)


class ClockSide(BaseModel):
    """Ce qu'un délai disait, ou dit désormais."""

    term_on: date | None = Field(description="Dernier jour du silence.", examples=["2026-05-02"])
    alert_on: date | None = Field(
        description="Premier jour où, dans une lecture défendable, le silence déciderait.", examples=["2026-05-02"]
    )
    risk: Risk = Field(examples=["controlled"])
    silence: str | None = Field(description="Ce que vaut le silence.", examples=["SVA"])
    rules_version: str = Field(examples=["2026-11-22"])
    reasons: list[ReasonOut] = Field(description="Les raisons que l'autre côté ne dit pas, ou dit autrement.")

    @classmethod
    def of(cls, side: Any) -> Self:
        return cls.model_validate(side)


class ChangeOut(BaseModel):
    """Ce qu'un recalcul a changé d'un délai."""

    saisine_id: SaisineId
    ticket_id: TicketId
    reference: str = Field(description="Référence de la demande.", examples=["26-000123-K"])
    earlier: bool = Field(description="Le silence déciderait plus tôt qu'il n'était dit.", examples=[False])
    before: ClockSide
    after: ClockSide

    @classmethod
    def of(cls, change: Change) -> Self:
        return cls(
            saisine_id=change.saisine_id,
            ticket_id=change.ticket_id,
            reference=change.reference,
            earlier=bool(change.after.get("earlier")),
            before=ClockSide.of(change.before),
            after=ClockSide.of(change.after),
        )
