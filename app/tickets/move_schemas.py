"""Merges and splits, as the API reads and writes them."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from app.rest.public_ids import MessageId, MoveId, TicketId
from app.tickets.moves import Move, MoveKind

MAX_SOURCES = 50
MAX_MESSAGES = 500
_STRICT = ConfigDict(extra="forbid")
_WHY = "Pourquoi ; gardé au journal, jamais envoyé."


class NewMerge(BaseModel):
    """Les demandes à fusionner dans celle-ci."""

    model_config = _STRICT
    source_ids: list[TicketId] = Field(
        min_length=1, max_length=MAX_SOURCES, description="Celles qui cèdent tout à celle-ci, et se closent."
    )
    reason: str = Field(min_length=3, max_length=2000, description=_WHY, examples=["Même demande, envoyée deux fois."])
    despite_other_contact: bool = Field(
        default=False,
        description="Confirme la fusion de demandes de personnes différentes ; gardé au journal.",
        examples=[False],
    )


class NewSplit(BaseModel):
    """Les messages à séparer de cette demande."""

    model_config = _STRICT
    message_ids: list[MessageId] = Field(
        min_length=1,
        max_length=MAX_MESSAGES,
        description="Un message reçu au moins ; les accusés qui leur répondent suivent.",
    )
    subject: str = Field(
        min_length=1, max_length=200, description="Objet de la nouvelle demande.", examples=["Nid-de-poule"]
    )
    reason: str = Field(min_length=3, max_length=2000, description=_WHY, examples=["Deux affaires dans un courriel."])


class MoveOut(BaseModel):
    """Une fusion ou une séparation : ce qui est passé d'une demande à une autre."""

    id: MoveId
    kind: MoveKind = Field(description="`merge` fusion, `split` séparation.", examples=["merge"])
    source_id: TicketId = Field(description="D'où c'est parti.")
    source_reference: str = Field(examples=["26-000123-K"])
    target_id: TicketId = Field(description="Où c'est allé.")
    target_reference: str = Field(examples=["26-000107-D"])
    messages: int = Field(description="Messages passés, notes et envois compris.", examples=[2])
    saisines: int = Field(description="Saisines passées avec eux, délais inchangés.", examples=[1])
    reason: str = Field(examples=["Même demande, envoyée deux fois."])
    actor: str = Field(description="Qui l'a fait.", examples=["key:01981f0e-7c1b-7e3a-9d52-6a1f3c0b8e11"])
    at: datetime
    undone_at: datetime | None = Field(description="Quand ce fut défait ; `null` sinon.", examples=[None])
    undone_by: str | None = Field(examples=[None])

    @classmethod
    def of(cls, move: Move) -> Self:
        return cls(
            id=move.id,
            kind=move.kind,
            source_id=move.source_id,
            source_reference=move.source_reference,
            target_id=move.target_id,
            target_reference=move.target_reference,
            messages=len(move.moved["messages"]),
            saisines=len(move.moved["saisines"]),
            reason=move.reason,
            actor=move.actor,
            at=move.at,
            undone_at=move.undone_at,
            undone_by=move.undone_by,
        )
