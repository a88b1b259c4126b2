"""« Et si ? » as the API writes it."""

from collections.abc import Sequence
from datetime import date
from typing import Self
from uuid import UUID

from pydantic import BaseModel, Field

from app.rest.public_ids import SaisineId
from app.sve.law import Reading
from app.sve.law.regime import Regime
from app.sve.law.risk import Risk
from app.sve.schemas import MarkOut
from app.sve.supposing import Outcome, Supposed, Supposition

_A_MARK = [
    {
        "code": "second_request_for_pieces",
        "source": "CRPA L114-5 al.1",
        "because": "la première liste devait être complète : l'effet d'une seconde demande n'est pas tranché.",
    }
]


class SupposedOut(BaseModel):
    """Une supposition et ce que le délai deviendrait ; rien n'est enregistré."""

    supposition: Supposition = Field(
        description="`silence` : rien n'est notifié. `decided` : une décision est notifiée aujourd'hui ; `granted` et "
        "`refused` quand le sens change tout. `pieces_asked` : des pièces sont exigées aujourd'hui et toutes reçues le "
        "`received_on`. `completed`, `completed_later` : les pièces attendues sont toutes reçues aujourd'hui, ou le "
        "`received_on`.",
        examples=["pieces_asked"],
    )
    on: date = Field(description="Le jour supposé : aujourd'hui, à l'administration.", examples=["2026-03-20"])
    received_on: date | None = Field(description="Le jour où les pièces arriveraient.", examples=["2026-04-20"])
    outcome: Outcome = Field(
        description="`ends` le délai prend fin ; `waits` il ne court pas ; `decides` le silence décidera le `day` ; "
        "`may_decide` il le pourrait, personne n'a qualifié ; `decided` il a décidé le `day`.",
        examples=["decides"],
    )
    effect: Regime = Field(description="Ce que le silence ferait.", examples=["SVA"])
    day: date | None = Field(
        description="Le jour à craindre : le plus proche qu'une lecture défendable du droit donne, ou celui où le silence a "
        "décidé.",
        examples=["2026-06-20"],
    )
    term_on: date | None = Field(description="Dernier jour du délai.", examples=["2026-06-20"])
    risk: Risk = Field(description="Le risque ce jour-là.", examples=["controlled"])
    because: str = Field(description="Pourquoi.", examples=["deux mois à compter de la réception des pièces."])
    source: str = Field(description="L'article.", examples=["CRPA L114-5 al.2"])
    marks: list[MarkOut] = Field(
        description="Ce que la loi dit de l'acte supposé, quand elle le prive d'effet ou qu'il se discute.",
        examples=[_A_MARK],
    )
    refused: bool = Field(
        description="L'acte ne pourrait pas être consigné : `because` dit pourquoi, et le délai resterait tel qu'il est.",
        examples=[False],
    )

    @classmethod
    def of(cls, one: Supposed) -> Self:
        because, source = _why(one)
        return cls(
            supposition=one.supposition,
            on=one.on,
            received_on=one.received_on,
            outcome=one.outcome,
            effect=one.reading.effect,
            day=_day(one),
            term_on=one.reading.term_on,
            risk=one.risk,
            because=because,
            source=source,
            marks=[MarkOut(code=mark.code, source=mark.source, because=mark.because) for mark in one.marks],
            refused=one.refused is not None,
        )


class SupposedSaisineOut(BaseModel):
    """Ce que deviendrait une saisine."""

    saisine_id: SaisineId
    suppositions: list[SupposedOut] = Field(description="Vide quand le silence n'y décide plus de rien.")

    @classmethod
    def of(cls, saisine_id: UUID, found: Sequence[Supposed]) -> Self:
        return cls(saisine_id=saisine_id, suppositions=[SupposedOut.of(one) for one in found])


def _day(one: Supposed) -> date | None:
    match one.outcome:
        case Outcome.ENDS | Outcome.WAITS:
            return None
        case Outcome.DECIDED:
            return one.reading.term_on
        case _:
            return one.reading.alert_on or one.reading.term_on


def _why(one: Supposed) -> tuple[str, str]:
    """The sentence and the text that carry the outcome: the rule that forbids it, what closed the clock, else its term."""
    if one.refused is not None:
        return one.refused.because, one.refused.source
    found = {reason.key: reason for reason in one.reading.reasons}
    told = (found.get("closed_by") if one.outcome is Outcome.ENDS else None) or found.get("term_date")
    if told is None:
        return one.reading.alert_because, _first_source(one.reading)
    earlier = one.outcome is not Outcome.DECIDED and one.reading.alert_on != one.reading.term_on
    if one.outcome is not Outcome.ENDS and earlier and one.reading.alert_on is not None:
        return one.reading.alert_because, told.source
    return told.because, told.source


def _first_source(reading: Reading) -> str:
    return next((reason.source for reason in reading.reasons), "")
