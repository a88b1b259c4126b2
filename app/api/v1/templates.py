"""The texts a channel's provider approved in advance: what can still leave once its reply window has closed."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query

from app.api.house import House
from app.api.v1.paths import ChannelInPath
from app.channels.approving import NoTemplates
from app.channels.template_schemas import TemplatesOut
from app.channels.unusable import ChannelUnusable
from app.errors import NotFound
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.json_body import StrictRoute
from app.rest.responses import refusals

router = APIRouter(prefix="/channels/{channel_id}/templates", tags=["channels"], route_class=StrictRoute)


@router.get(
    "",
    summary="Lire les modèles approuvés",
    response_description="Tous, en une page.",
    responses=refusals(NotFound, ChannelUnusable, NoTemplates),
)
async def list_templates(
    channel_id: ChannelInPath,
    house: House,
    caller: Annotated[Caller, require("tickets:read")],
    max_age: Annotated[
        int,
        Query(
            ge=0,
            le=86_400,
            description="Plus vieille que tant de secondes, la liste est d'abord relue chez le fournisseur.",
            examples=[3600],
        ),
    ] = 3600,
) -> TemplatesOut:
    """Donne les textes qu'un fournisseur (WhatsApp) a approuvés, et leur âge ; s'il ne répond pas, ceux lus avant lui."""
    # The provider may be slow: no transaction waits for it.
    known = await house.approving.fresh(caller.tenant_id, channel_id, older_than=timedelta(seconds=max_age))
    return TemplatesOut.telling(known, now=house.clock())
