"""A channel's address at its provider's: given by program, and taken back."""

from typing import Annotated

from fastapi import APIRouter

from app.api.acting import actor_of
from app.api.house import House
from app.api.v1.paths import ChannelInPath
from app.channels.contract import Checked
from app.channels.schemas import CheckOut
from app.channels.telling import NothingToRegister, RegistrationFailed
from app.channels.unusable import ChannelUnusable
from app.errors import NotFound
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.freshness import fresh
from app.rest.json_body import StrictRoute
from app.rest.responses import refusals

router = APIRouter(tags=["channels"], route_class=StrictRoute)
Administrator = Annotated[Caller, require("channels:admin")]
REFUSED = refusals(NotFound, ChannelUnusable, NothingToRegister, RegistrationFailed)


@router.post(
    "/channels/{channel_id}/registrations",
    summary="Inscrire un canal chez son fournisseur",
    response_description="Ce que le fournisseur a répondu.",
    responses=REFUSED,
    dependencies=[fresh()],
)
async def register_channel(channel_id: ChannelInPath, house: House, caller: Administrator) -> CheckOut:
    """Donne au fournisseur l'adresse où remettre les messages de ce canal ; répétée, l'inscription ne change rien."""
    # The provider may be slow: no transaction waits for it.
    return _shown(house, await house.telling.register(caller.tenant_id, channel_id, actor=actor_of(caller)))


@router.delete(
    "/channels/{channel_id}/registrations",
    summary="Désinscrire un canal chez son fournisseur",
    response_description="Ce que le fournisseur a répondu.",
    responses=REFUSED,
    dependencies=[fresh()],
)
async def unregister_channel(channel_id: ChannelInPath, house: House, caller: Administrator) -> CheckOut:
    """Reprend l'adresse donnée au fournisseur : il ne nous remet plus rien ; le canal reste branché."""
    return _shown(house, await house.telling.unregister(caller.tenant_id, channel_id, actor=actor_of(caller)))


def _shown(house: House, checked: Checked) -> CheckOut:
    return CheckOut(
        ok=checked.ok,
        state=checked.state,
        words=checked.words_fr,
        words_en=checked.words_en,
        detail=checked.detail,
        checked_at=house.clock(),
    )
