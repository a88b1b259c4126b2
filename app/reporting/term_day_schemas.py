"""The calendar of terms, a day each, as the API tells it."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Self

from pydantic import BaseModel, Field

from app.reporting.term_days import Load, TermDays
from app.reporting.terms import Window
from app.rest.public_ids import TeamId
from app.sve.law.calendar import is_working_day
from app.sve.law.holidays import Holiday, holidays
from app.sve.law.risk import Risk
from app.sve.law.territories import Territory

_RISKS = [risk.value for risk in Risk]


class RiskCountOut(BaseModel):
    """Combien de délais à un risque."""

    risk: Risk = Field(examples=["critical"])
    terms: int = Field(description="Délais ouverts.", examples=[2])


class HolidayOut(BaseModel):
    """Un jour férié de l'administration."""

    name: str = Field(examples=["Ascension"])
    source: str = Field(description="Le texte qui le fait férié.", examples=["C. travail L3133-1"])
    certain: bool = Field(
        description="`false` : le texte n'a pas pu être lu, ou dépend d'un choix local.", examples=[True]
    )

    @classmethod
    def of(cls, holiday: Holiday) -> Self:
        return cls(name=holiday.name.replace("'", "’"), source=holiday.citation, certain=holiday.certain)


class TermDayOut(BaseModel):
    """Un jour civil, et ce que le silence pourrait y décider à minuit."""

    on: date = Field(description="Le jour.", examples=["2026-05-14"])
    worked: bool = Field(
        description="Jour ouvré : du lundi au vendredi, hors jours fériés. Un terme ne se reporte jamais pour autant.",
        examples=[False],
    )
    holiday: HolidayOut | None = Field(description="Le jour férié ; `null` les autres jours.")
    terms: list[RiskCountOut] = Field(description="Délais ouverts, le plus grave d'abord ; vide quand il n'y en a pas.")
    acknowledgements: int | None = Field(
        description="Accusés de réception (ARE) à envoyer ce jour au plus tard ; `null` quand la question porte sur un risque "
        "ou une démarche, qu'un accusé n'a pas.",
        examples=[4],
    )


class TeamLoadOut(BaseModel):
    """Ce qui attend une équipe."""

    team_id: TeamId | None = Field(description="`null` : les demandes d'aucune équipe.")
    terms: int = Field(description="Délais ouverts jusqu'au dernier jour montré, dépassés compris.", examples=[6])
    urgent: int = Field(description="Ceux dont le silence a décidé, ou va décider sous trois jours.", examples=[2])

    @classmethod
    def of(cls, load: Load) -> Self:
        return cls(team_id=load.team_id, terms=load.terms, urgent=load.urgent)


class TermDaysOut(BaseModel):
    """Les délais ouverts, jour par jour."""

    first_on: date = Field(description="Premier jour.", examples=["2026-04-27"])
    last_on: date = Field(description="Dernier jour, inclus.", examples=["2026-05-31"])
    today_on: date = Field(description="Aujourd'hui, à l'heure de l'administration.", examples=["2026-05-12"])
    time_zone: str = Field(description="Fuseau de l'administration.", examples=["Europe/Paris"])
    days: list[TermDayOut] = Field(description="Tous les jours demandés, dans leur ordre.")
    overdue: list[RiskCountOut] = Field(
        description="Délais ouverts dont le jour est passé, quels que soient les jours demandés, le plus grave d'abord."
    )
    teams: list[TeamLoadOut] = Field(description="Par équipe, la plus chargée d'abord.")

    @classmethod
    def of(cls, counted: TermDays, window: Window, *, today: date, territory: str, time_zone: str) -> Self:
        place = Territory(territory)
        span = range((window.last - window.first).days + 1)
        return cls(
            first_on=window.first,
            last_on=window.last,
            today_on=today,
            time_zone=time_zone,
            days=[_day(window.first + timedelta(days=days), counted, place) for days in span],
            overdue=_counts(counted.overdue),
            teams=[TeamLoadOut.of(load) for load in counted.teams],
        )


def _day(day: date, counted: TermDays, place: Territory) -> TermDayOut:
    holiday = holidays(day.year, place).get(day)
    return TermDayOut(
        on=day,
        worked=is_working_day(day, place),
        holiday=None if holiday is None else HolidayOut.of(holiday),
        terms=_counts(counted.days.get(day, {})),
        acknowledgements=None if counted.due is None else counted.due.get(day, 0),
    )


def _counts(found: Mapping[str, int]) -> list[RiskCountOut]:
    return [RiskCountOut(risk=Risk(risk), terms=found[risk]) for risk in _RISKS if risk in found]
