"""Business hours, as the API reads and writes them."""

from datetime import date, datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from app.reporting.opening.hours import BusinessHours, Opening
from app.reporting.opening.repository import ChosenHours

_WEEKDAY = "1 lundi … 7 dimanche (ISO 8601)."
_OPENS, _CLOSES = r"^([01]\d|2[0-3]):[0-5]\d$", r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$"
_CLOSED = "Jours fermés en plus des jours fériés du territoire."
_EXAMPLE = [{"weekday": 1, "opens": "08:30", "closes": "12:00"}, {"weekday": 1, "opens": "13:30", "closes": "17:00"}]


class OpeningLine(BaseModel):
    """Une ouverture d'un jour de la semaine, en heure locale."""

    model_config = ConfigDict(extra="forbid")
    weekday: int = Field(ge=1, le=7, description=_WEEKDAY, examples=[1])
    opens: str = Field(pattern=_OPENS, description="Heure d'ouverture.", examples=["08:30"])
    closes: str = Field(
        pattern=_CLOSES, description="Heure de fermeture, le même jour ; `24:00` : à minuit.", examples=["12:00"]
    )

    @classmethod
    def of(cls, one: Opening) -> Self:
        return cls(weekday=one.weekday, opens=_written(one.opens), closes=_written(one.closes))


class NewBusinessHours(BaseModel):
    """La semaine d'un service et ses jours de fermeture. Aucun délai légal n'en dépend."""

    model_config = ConfigDict(extra="forbid")
    week: list[OpeningLine] = Field(
        min_length=1, max_length=70, description="Ouvertures qui ne se chevauchent pas.", examples=[_EXAMPLE]
    )
    closed_on: list[date] = Field(max_length=400, description=_CLOSED, examples=[["2026-05-15"]])

    def hours(self) -> BusinessHours:
        week = tuple(Opening(one.weekday, _minutes(one.opens), _minutes(one.closes)) for one in self.week)
        return BusinessHours(week=week, closed_on=frozenset(self.closed_on))


class BusinessHoursOut(BaseModel):
    """Les heures choisies ; tant qu'aucune ne l'est : une semaine vide, et la version 0."""

    week: list[OpeningLine] = Field(
        description="Ouvertures, par jour et par heure ; vide : rien n'est choisi.", examples=[_EXAMPLE]
    )
    closed_on: list[date] = Field(description=_CLOSED, examples=[["2026-05-15"]])
    updated_at: datetime | None = Field(examples=["2026-03-02T09:00:00Z"])
    updated_by: str | None = Field(examples=["key:01981f0e-7c1b-7e3a-9d52-6a1f3c0b8e11"])
    version: int = Field(description="Celle de l'ETag.", examples=[1])

    @classmethod
    def of(cls, chosen: ChosenHours) -> Self:
        return cls(
            week=[OpeningLine.of(one) for one in sorted(chosen.hours.week)],
            closed_on=sorted(chosen.hours.closed_on),
            updated_at=chosen.updated_at,
            updated_by=chosen.updated_by,
            version=chosen.version,
        )


def _minutes(written: str) -> int:
    hours, minutes = written.split(":")
    return int(hours) * 60 + int(minutes)


def _written(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
