"""When an administration's information leaves, and how public words are acknowledged."""

from typing import Annotated

from fastapi import APIRouter, Response

from app.api.acting import actor_of
from app.api.house import House
from app.errors import Invalid
from app.exchanges.sending_schemas import NewSendingSettings, SendingSettingsOut
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.etags import Expected, Fresh, etag, require_version
from app.rest.json_body import StrictRoute
from app.rest.responses import refusals
from app.rest.transactions import Reading, Writing

router = APIRouter(prefix="/sending-settings", tags=["outbound"], route_class=StrictRoute)


@router.get("", summary="Lire les heures d'envoi", response_description="Le réglage.")
async def read_sending_settings(
    house: House, session: Reading, fresh: Fresh, caller: Annotated[Caller, require("tickets:read")]
) -> SendingSettingsOut:
    """Donne les jours et les heures où partent les informations, et si un commentaire public est accusé en public."""
    settings = await house.sending_office.get(session, caller.tenant_id)
    fresh.at(settings.version)
    return SendingSettingsOut.of(settings)


@router.put(
    "",
    summary="Choisir les heures d'envoi",
    response_description="Le réglage.",
    responses=refusals(Invalid),
)
async def choose_sending_settings(
    new: NewSendingSettings,
    response: Response,
    house: House,
    session: Writing,
    expected: Expected,
    caller: Annotated[Caller, require("channels:admin")],
) -> SendingSettingsOut:
    """Remplace le réglage entier. Ce qui attendait ses heures est jugé par les nouvelles."""
    present = await house.sending_office.get(session, caller.tenant_id)
    require_version(present.version, expected=expected)
    chosen = await house.sending_office.choose(
        session, caller.tenant_id, new.settings(), version=expected, actor=actor_of(caller)
    )
    response.headers["ETag"] = etag(chosen.version)
    return SendingSettingsOut.of(chosen)
