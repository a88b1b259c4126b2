"""How an administration served a period, as the API tells it."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Self

from pydantic import BaseModel, Field

from app.reporting.service_figures import Answering, Deciding, Period, ServiceFigures


class ChannelFiguresOut(BaseModel):
    """Ce qu'un canal a reçu, et en combien de temps une personne y a répondu."""

    channel: str = Field(description="Type du canal.", examples=["email"])
    received: int = Field(description="Demandes reçues.", examples=[412])
    answered: int = Field(description="Celles où une personne a répondu au moins une fois.", examples=[380])
    first_answer_median_seconds: int | None = Field(
        description="Temps médian entre la réception et la première réponse d'une personne, parmi les répondues.",
        examples=[15000],
    )
    first_answer_open_median_seconds: int | None = Field(
        description="Le même, en ne comptant que les heures d'ouverture de l'équipe, à défaut de l'administration ; "
        "`null` : aucune heure n'est choisie, ou rien n'est répondu. Aucun délai légal ne se compte ainsi.",
        examples=[5400],
    )

    @classmethod
    def of(cls, one: Answering) -> Self:
        return cls(
            channel=one.channel or "",
            received=one.received,
            answered=one.answered,
            first_answer_median_seconds=_seconds(one.median),
            first_answer_open_median_seconds=_seconds(one.open_median),
        )


class DecisionFiguresOut(BaseModel):
    """Des délais arrivés à leur fin, et comment."""

    requests: int = Field(description="Demandes qui font courir un délai ou l'ont fait courir.", examples=[64])
    ended: int = Field(description="Délais arrivés à leur fin : décision rendue, ou née du silence.", examples=[40])
    in_time: int = Field(description="Décisions rendues avant que le silence ne décide.", examples=[39])
    accepted_by_silence: int = Field(description="Accords nés du silence (CRPA L231-1).", examples=[1])
    rejected_by_silence: int = Field(description="Rejets nés du silence (CRPA L231-4).", examples=[0])

    @classmethod
    def of(cls, one: Deciding) -> Self:
        return cls(
            requests=one.requests,
            ended=one.ended,
            in_time=one.in_time,
            accepted_by_silence=one.accepted_by_silence,
            rejected_by_silence=one.rejected_by_silence,
        )


class ProcedureFiguresOut(DecisionFiguresOut):
    """Une démarche, et ce que ses délais sont devenus."""

    procedure: str = Field(description="Code de la démarche.", examples=["urbanisme-dp"])
    title: str | None = Field(
        description="Intitulé au catalogue d'aujourd'hui ; `null` : la démarche n'y est plus.",
        examples=["Déclaration préalable de travaux"],
    )


class ServiceFiguresOut(BaseModel):
    """Le service rendu sur ce qui a été reçu pendant une période."""

    first_on: date = Field(description="Premier jour de réception compté.", examples=["2026-02-11"])
    last_on: date = Field(description="Dernier jour compté, inclus.", examples=["2026-03-12"])
    received: int = Field(description="Demandes reçues.", examples=[1280])
    answered: int = Field(description="Celles où une personne a répondu au moins une fois.", examples=[1100])
    first_answer_median_seconds: int | None = Field(
        description="Temps médian entre la réception et la première réponse d'une personne, parmi les répondues.",
        examples=[15000],
    )
    first_answer_open_median_seconds: int | None = Field(
        description="Le même, en ne comptant que les heures d'ouverture de l'équipe, à défaut de l'administration ; "
        "`null` : aucune heure n'est choisie, ou rien n'est répondu. Aucun délai légal ne se compte ainsi.",
        examples=[5400],
    )
    channels: list[ChannelFiguresOut] = Field(description="Par type de canal, le plus reçu d'abord.")
    decisions: DecisionFiguresOut = Field(description="Tous délais ensemble.")
    procedures: list[ProcedureFiguresOut] = Field(
        description="Par démarche du catalogue, cinquante au plus, la plus demandée d'abord."
    )

    @classmethod
    def of(cls, figures: ServiceFigures, period: Period, *, title: Callable[[str], str | None]) -> Self:
        return cls(
            first_on=period.first,
            last_on=period.last,
            received=figures.received.received,
            answered=figures.received.answered,
            first_answer_median_seconds=_seconds(figures.received.median),
            first_answer_open_median_seconds=_seconds(figures.received.open_median),
            channels=[ChannelFiguresOut.of(one) for one in figures.channels],
            decisions=DecisionFiguresOut.of(figures.decided),
            procedures=[
                ProcedureFiguresOut(
                    **DecisionFiguresOut.of(one).model_dump(), procedure=one.procedure, title=title(one.procedure)
                )
                for one in figures.procedures
                if one.procedure is not None
            ],
        )


def _seconds(lasting: timedelta | None) -> int | None:
    return None if lasting is None else int(lasting.total_seconds())
