"""Preferences: how a person likes their screens, kept with their account and not in one browser."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from app.api.acting import actor_of
from app.api.house import House
from app.errors import Flaw, Forbidden, Invalid
from app.identity.identified import Identified, Kind
from app.identity.preference_schemas import PreferencesChange, PreferencesOut
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.etags import Expected, Fresh, etag
from app.rest.json_body import StrictRoute
from app.rest.languages import Said
from app.rest.responses import refusals
from app.rest.transactions import Reading, Writing
from app.tickets.view_values import OF_FIELD, Column

router = APIRouter(prefix="/me/preferences", tags=["people"], route_class=StrictRoute)
Anybody = Annotated[Caller, require()]


@router.get("", summary="Lire ses préférences", response_description="Les préférences.", responses=refusals(Forbidden))
async def read_preferences(house: House, session: Reading, fresh: Fresh, caller: Anybody) -> PreferencesOut:
    """Donne les vôtres, celles d'origine à la version 0 tant que vous n'avez rien choisi."""
    wishes, version = await house.preferences.get(session, caller.tenant_id, _person(caller))
    fresh.at(version)
    return PreferencesOut.of(wishes, version)


@router.patch(
    "",
    summary="Changer ses préférences",
    response_description="Les préférences.",
    responses=refusals(Forbidden, Invalid),
)
async def change_preferences(
    change: PreferencesChange, response: Response, house: House, session: Writing, expected: Expected, caller: Anybody
) -> PreferencesOut:
    """Change ce qui est donné, à la version que vous avez lue (`"0"` la première fois) ; personne d'autre ne les lit."""
    person = _person(caller)
    _check_columns(change)
    wishes, version = await house.preferences.change(
        session, caller.tenant_id, person, wishes=change.wishes(), version=expected, actor=actor_of(caller)
    )
    response.headers["ETag"] = etag(version)
    return PreferencesOut.of(wishes, version)


def _person(caller: Caller) -> UUID:
    assert isinstance(caller, Identified)
    if caller.kind is not Kind.AGENT:
        raise Forbidden(
            Said("une clé n'a pas de préférences, une personne oui", en="a key has no preferences, a person has")
        )
    return caller.id


def _check_columns(change: PreferencesChange) -> None:
    known = {column.value for column in Column}
    if any(column not in known and not column.startswith(OF_FIELD) for column in change.columns):
        listed = ", ".join([*sorted(known), "custom_field:…"])
        told = Said(f"valeurs admises : {listed}", en=f"accepted values: {listed}")
        raise Invalid(flaws=[Flaw("/columns", "enum", told)])
