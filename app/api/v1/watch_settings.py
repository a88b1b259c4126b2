"""Whom the watch tells, and the mails it wrote to them."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from app.api.acting import actor_of
from app.api.house import House
from app.errors import Invalid
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.cursors import Position
from app.rest.etags import Expected, Fresh, etag, require_version
from app.rest.json_body import StrictRoute
from app.rest.pages import Asked, Page
from app.rest.responses import refusals
from app.rest.transactions import Reading, Writing
from app.sve.filters import among
from app.sve.warning import notices
from app.sve.warning.schemas import NewWatchSettings, NoticeOut, WatchSettingsOut
from app.sve.warning.values import NoticeState

router = APIRouter(prefix="/sve", tags=["sve"], route_class=StrictRoute)


@router.get("/watch-settings", summary="Lire qui la veille prévient", response_description="Le réglage.")
async def read_watch_settings(
    house: House, session: Reading, fresh: Fresh, caller: Annotated[Caller, require("sve:read")]
) -> WatchSettingsOut:
    """Donne qui reçoit le point du jour, à quelle heure, et qui est prévenu quand personne ne se saisit d'une alerte."""
    settings = await house.watch_settings.get(session, caller.tenant_id)
    fresh.at(settings.version)
    return WatchSettingsOut.of(settings)


@router.put(
    "/watch-settings",
    summary="Choisir qui la veille prévient",
    response_description="Le réglage.",
    responses=refusals(Invalid),
)
async def choose_watch_settings(
    new: NewWatchSettings,
    response: Response,
    house: House,
    session: Writing,
    expected: Expected,
    caller: Annotated[Caller, require("sve:write")],
) -> WatchSettingsOut:
    """Remplace le réglage entier. Une boîte qui est un canal de Parvis est refusée : un avis y deviendrait une demande."""
    present = await house.watch_settings.get(session, caller.tenant_id)
    require_version(present.version, expected=expected)
    chosen = await house.watch_settings.choose(
        session, caller.tenant_id, new.settings(), version=expected, actor=actor_of(caller)
    )
    response.headers["ETag"] = etag(chosen.version)
    return WatchSettingsOut.of(chosen)


@router.get("/notices", summary="Lire les avis aux agents", response_description="Une page.")
async def list_notices(
    asked: Asked,
    session: Reading,
    caller: Annotated[Caller, require("sve:read")],
    state: Annotated[
        str | None, Query(max_length=50, description="États, séparés par des virgules.", examples=["failed"])
    ] = None,
) -> Page[NoticeOut]:
    """Donne les courriels écrits aux agents, le dernier d'abord, avec ce qui a empêché les autres de partir."""
    states = [NoticeState(word) for word in among(NoticeState, state, name="state")]
    found = await notices.page(
        session, caller.tenant_id, states=states, after=asked.after.id if asked.after else None, limit=asked.take
    )
    return asked.page(found, position=lambda one: Position(None, one.id), show=NoticeOut.of)
