"""What a qualification would change, as the API writes it."""

from collections.abc import Sequence
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from app.sve.foreseeing import Foreseen
from app.sve.law.regime import Regime
from app.sve.saisine_schemas import SaisineOut
from app.sve.schemas import SaisineBrief
from app.sve.values import Duty, LegalEvent


class AskedQualification(BaseModel):
    """Une qualification à essayer : celle qu'on enregistrerait, sans son motif."""

    model_config = ConfigDict(extra="forbid")
    regime: Regime | None = Field(
        default=None,
        description="`SVA` accepte, `SVR` rejette, `none` : rien n'est demandé. Absent : celui de `procedure`.",
        examples=["SVA"],
    )
    delay: str | None = Field(
        default=None, max_length=20, description="Délai, s'il n'est pas de deux mois (ISO 8601).", examples=["P2M"]
    )
    procedure: str | None = Field(
        default=None, max_length=100, description="Démarche du catalogue, par son code.", examples=["URB-DP"]
    )


class ForeseenOut(BaseModel):
    """Ce qu'une qualification changerait ; rien n'est enregistré."""

    before: SaisineBrief = Field(description="Telle qu'elle est.")
    after: SaisineOut = Field(description="Telle qu'elle serait, chaque date avec sa raison.")
    pieces: list[str] = Field(
        description="Pièces de la démarche, à vérifier au dossier.", examples=[["plan de situation (DP1)"]]
    )
    pieces_read: bool = Field(description="Les pièces viennent d'un article lu.", examples=[False])
    doubt: str | None = Field(description="Ce qui reste à lire de la démarche.", examples=[None])

    @classmethod
    def of(cls, foreseen: Foreseen, events: Sequence[LegalEvent], duties: Sequence[Duty]) -> Self:
        entry = foreseen.entry
        return cls(
            before=SaisineBrief.of(foreseen.before),
            after=SaisineOut.in_full(foreseen.after, events, duties),
            pieces=list(entry.pieces) if entry else [],
            pieces_read=entry.pieces_read if entry else False,
            doubt=entry.doubt if entry else None,
        )
