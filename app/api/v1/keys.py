"""Access keys: shown once when made, revoked within ten seconds."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Response

from app.api.acting import actor_of, keep_sight
from app.api.house import House
from app.api.v1.paths import KeyInPath
from app.errors import Flaw, Forbidden, Invalid, NotFound
from app.identity.schemas import KeyOut, KeyShown, NewKey, Replacement
from app.ids import Prefix, public_id
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.cursors import Position
from app.rest.freshness import fresh
from app.rest.json_body import StrictRoute
from app.rest.languages import Said
from app.rest.pages import Asked, Page
from app.rest.responses import refusals
from app.rest.transactions import Reading, Writing

router = APIRouter(prefix="/keys", tags=["keys"], route_class=StrictRoute)
Administrator = Annotated[Caller, require("keys:admin")]


@router.get("", summary="Lister les clés", response_description="Une page.")
async def list_keys(asked: Asked, house: House, session: Reading, caller: Administrator) -> Page[KeyOut]:
    """Donne les clés, révoquées comprises, dans l'ordre où elles furent faites."""
    after = asked.after.id if asked.after else None
    keys = await house.access.page(session, caller.tenant_id, after=after, limit=asked.take)
    return asked.page(keys, position=lambda key: Position(None, key.id), show=KeyOut.of)


@router.post(
    "",
    status_code=201,
    summary="Faire une clé",
    response_description="La clé, montrée une seule fois.",
    responses=refusals(Forbidden),
    dependencies=[fresh()],
)
async def make_key(new: NewKey, house: House, session: Writing, caller: Administrator) -> KeyShown:
    """Fait une clé dont les droits sont parmi les vôtres.

    Sans `Idempotency-Key`: une réponse gardée garderait la clé. Si la réponse se perd, révoquez et recommencez.
    """
    _refuse_beyond(new.scopes, caller)
    if new.expires_at is not None and new.expires_at <= house.clock():
        told = Said("un instant à venir est attendu", en="an instant to come is expected")
        raise Invalid(flaws=[Flaw("/expires_at", "past", told)])
    secret, key = await house.access.issue(
        session, caller.tenant_id, name=new.name, scopes=new.scopes, expires_at=new.expires_at
    )
    await keep_sight(house, session, caller, "key.made", key.id, scopes=sorted(key.scopes))
    await house.confiding.key_made(session, key, actor=actor_of(caller))
    return KeyShown.once(key, secret=secret)


@router.post(
    "/{key_id}/replacements",
    status_code=201,
    summary="Remplacer une clé",
    response_description="La nouvelle clé, montrée une seule fois.",
    responses=refusals(NotFound, Forbidden),
    dependencies=[fresh()],
)
async def replace_key(
    key_id: KeyInPath, wanted: Replacement, house: House, session: Writing, caller: Administrator
) -> KeyShown:
    """Fait une clé de mêmes droits et de même terme ; l'ancienne sert encore pendant `overlap_hours`, puis finit.

    Sans `Idempotency-Key` : une réponse gardée garderait la clé.
    """
    former = await house.access.get(session, caller.tenant_id, key_id)
    _refuse_beyond(former.scopes, caller)
    overlap = timedelta(hours=wanted.overlap_hours)
    secret, key = await house.access.replace(session, caller.tenant_id, key_id, overlap=overlap)
    await keep_sight(house, session, caller, "key.replaced", key_id, by=public_id(Prefix.API_KEY, key.id))
    return KeyShown.once(key, secret=secret)


@router.delete(
    "/{key_id}",
    status_code=204,
    summary="Révoquer une clé",
    responses={204: {"description": "Révoquée."}, **refusals(NotFound)},
)
async def revoke_key(key_id: KeyInPath, house: House, session: Writing, caller: Administrator) -> Response:
    """Révoque une clé : elle n'ouvre plus rien d'ici dix secondes, partout."""
    await house.access.revoke(session, caller.tenant_id, key_id)
    await keep_sight(house, session, caller, "key.revoked", key_id)
    return Response(status_code=204)


def _refuse_beyond(scopes: Iterable[str], caller: Caller) -> None:
    beyond = sorted(set(scopes) - set(caller.scopes))
    if beyond:
        words = ", ".join(beyond)
        raise Forbidden(
            Said(f"votre clé n'a pas elle-même ces droits : {words}", en=f"your own key lacks these scopes: {words}")
        )
