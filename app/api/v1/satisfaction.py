"""Whether people are asked if they are satisfied, what they answered, and what it comes to."""

from datetime import date, datetime, timedelta
from typing import Annotated, cast

from fastapi import APIRouter, Query, Response

from app.api.acting import actor_of
from app.api.house import House
from app.clock import civil_day
from app.errors import Flaw, Invalid
from app.exchanges.satisfaction import repository
from app.exchanges.satisfaction.repository import Wanted
from app.exchanges.satisfaction.schemas import (
    NewSatisfactionSettings,
    SatisfactionAnswerOut,
    SatisfactionFiguresOut,
    SatisfactionSettingsOut,
)
from app.exchanges.satisfaction.values import Grade
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.cursors import Position
from app.rest.etags import Expected, Fresh, etag, require_version
from app.rest.json_body import StrictRoute
from app.rest.languages import Said
from app.rest.pages import Asked, Page
from app.rest.public_ids import TeamId
from app.rest.responses import refusals
from app.rest.transactions import Reading, Writing

settings_router = APIRouter(prefix="/satisfaction-settings", tags=["outbound"], route_class=StrictRoute)
router = APIRouter(prefix="/satisfaction-answers", tags=["tickets"], route_class=StrictRoute)
figures_router = APIRouter(prefix="/figures", tags=["tickets"], route_class=StrictRoute)
Reader = Annotated[Caller, require("tickets:read")]
MOST_DAYS = 366
_USUAL = timedelta(days=29)
_First = Annotated[
    date | None,
    Query(alias="from", description="Premier jour où la question fut posée.", examples=["2026-02-11"]),
]
_Last = Annotated[
    date | None,
    Query(alias="to", description="Dernier jour où la question fut posée, inclus.", examples=["2026-03-12"]),
]
_Team = Annotated[TeamId | None, Query(description="Équipe de la demande.")]


@settings_router.get("", summary="Lire la question de satisfaction", response_description="Le réglage.")
async def read_satisfaction_settings(
    house: House, session: Reading, fresh: Fresh, caller: Reader
) -> SatisfactionSettingsOut:
    """Dit si la question est posée, quand, par quels moyens et à quel rythme. Personne n'est interrogé par défaut."""
    settings = await house.satisfaction_office.get(session, caller.tenant_id)
    fresh.at(settings.version)
    return SatisfactionSettingsOut.of(settings)


@settings_router.put(
    "",
    summary="Choisir la question de satisfaction",
    response_description="Le réglage.",
    responses=refusals(Invalid),
)
async def choose_satisfaction_settings(
    new: NewSatisfactionSettings,
    response: Response,
    house: House,
    session: Writing,
    expected: Expected,
    caller: Annotated[Caller, require("users:admin")],
) -> SatisfactionSettingsOut:
    """Remplace le réglage entier. La question porte sur ce qui est clos à partir de là, jamais deux fois sur une demande.

    Ne sont jamais interrogées les personnes d'une demande confidentielle, indésirable, effacée ou gelée, ni qui s'y oppose.
    """
    present = await house.satisfaction_office.get(session, caller.tenant_id)
    require_version(present.version, expected=expected)
    chosen = await house.satisfaction_office.choose(
        session, caller.tenant_id, new.settings(), version=expected, actor=actor_of(caller)
    )
    response.headers["ETag"] = etag(chosen.version)
    return SatisfactionSettingsOut.of(chosen)


@router.get("", summary="Lister les réponses de satisfaction", response_description="Une page.")
async def list_satisfaction_answers(
    *,
    asked: Asked,
    session: Reading,
    caller: Reader,
    grade: Annotated[Grade | None, Query(description="Degré donné.", examples=["dissatisfied"])] = None,
    first: _First = None,
    last: _Last = None,
    team_id: _Team = None,
) -> Page[SatisfactionAnswerOut]:
    """Donne ce que les personnes ont répondu, les dernières interrogées d'abord, des demandes que vous pouvez voir."""
    wanted = Wanted(first=first, last=last, grade=grade, team_id=team_id)
    after = (cast("datetime", asked.after.key), asked.after.id) if asked.after else None
    found = await repository.page(session, caller.tenant_id, wanted, after=after, limit=asked.take)
    return asked.page(found, position=lambda one: Position(one.asked_at, one.id), show=SatisfactionAnswerOut.of)


@figures_router.get(
    "/satisfaction",
    summary="Lire les chiffres de satisfaction",
    response_description="Les chiffres.",
    responses=refusals(Invalid),
)
async def read_satisfaction_figures(
    *,
    house: House,
    session: Reading,
    caller: Reader,
    first: _First = None,
    last: _Last = None,
    team_id: _Team = None,
) -> SatisfactionFiguresOut:
    """Compte les personnes interrogées pendant une période d'un an au plus, par défaut trente jours, et leurs réponses.

    Seules comptent les demandes que vous pouvez voir ; la liste qui fait chaque chiffre se lit à `/satisfaction-answers`.
    """
    tenant = await house.tenants.get(session, caller.tenant_id)
    until = last or civil_day(house.clock(), tenant.time_zone)
    since = first or until - _USUAL
    if not timedelta() <= until - since < timedelta(days=MOST_DAYS):
        told = Said(
            f"une période de {MOST_DAYS} jours au plus, le premier jour avant le dernier",
            en=f"a period of at most {MOST_DAYS} days, the first day before the last",
        )
        raise Invalid(flaws=[Flaw("query/from", "period", told)])
    wanted = Wanted(first=since, last=until, team_id=team_id)
    found = await repository.figures(session, caller.tenant_id, wanted)
    return SatisfactionFiguresOut.of(found, first=since, last=until)
