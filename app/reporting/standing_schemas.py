"""How a service stands, as the API tells it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Self

from pydantic import BaseModel, Field

from app.reporting.standing import Component, Day, Facts, Mark, Part, overall
from app.rest.languages import Language, say


class ComponentOut(BaseModel):
    """Une part du service, et pourquoi elle est jugée ainsi."""

    part: Part = Field(examples=["intake"])
    state: Mark = Field(examples=["ok"])
    said: str = Field(
        description="La phrase qui fonde l'état.", examples=["Les messages sont lus à mesure qu’ils arrivent."]
    )


class DayOut(BaseModel):
    """Un jour civil de l'administration."""

    on: date = Field(examples=["2026-03-12"])
    state: Mark = Field(examples=["ok"])
    hours: int = Field(description="Heures écoulées ce jour-là.", examples=[24])
    hours_worked: int = Field(
        description="Heures où les comptes ont été faits : le service travaillait.", examples=[24]
    )
    late: int = Field(description="Au pire, messages en attente de lecture depuis plus de 15 minutes.", examples=[0])
    unexplained: int = Field(description="Au pire, messages acceptés qui ne se retrouvaient pas.", examples=[0])


class StatusOut(BaseModel):
    """Comment va le service, et comment il allait."""

    state: Mark = Field(description="Le pire état de ses parts.", examples=["ok"])
    at: datetime = Field(examples=["2026-03-12T08:00:00Z"])
    last_inbound_at: datetime | None = Field(
        description="Dernier message reçu, tous canaux.", examples=["2026-03-12T07:58:11Z"]
    )
    components: list[ComponentOut]
    days: list[DayOut] = Field(
        description="Les quatre-vingt-dix derniers jours, le plus récent d'abord ; rien avant les premiers comptes."
    )

    @classmethod
    def of(
        cls, facts: Facts, parts: Sequence[Component], days: Sequence[Day], *, at: datetime, language: Language
    ) -> Self:
        return cls(
            state=overall(parts),
            at=at,
            last_inbound_at=facts.last_inbound_at,
            components=[ComponentOut(part=one.part, state=one.mark, said=say(one.said, language)) for one in parts],
            days=[
                DayOut(
                    on=day.on,
                    state=day.mark,
                    hours=day.hours,
                    hours_worked=day.worked,
                    late=day.late,
                    unexplained=day.unexplained,
                )
                for day in days
            ],
        )
