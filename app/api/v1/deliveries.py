"""What the post says of a letter that left by it: number, first presentation, signature, scan of the slip."""

from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import Response

from app.api.acting import actor_of
from app.api.house import House
from app.api.v1.paths import LetterInPath
from app.audit.readings import Door, ReadKind
from app.errors import Invalid, NotFound, TooLarge, UnsupportedMedia
from app.files.sniff import sniff
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.etags import Expected, etag
from app.rest.json_body import StrictRoute, read_bounded
from app.rest.responses import refusals
from app.rest.transactions import Reading, Writing
from app.sve.letters.deliveries import SLIP_MAX, SLIPS, NotByPost
from app.sve.letters.delivery_schemas import DeliveryNoted, DeliveryOut

router = APIRouter(prefix="/letters/{letter_id}/delivery", tags=["sve"], route_class=StrictRoute)
_SLIP = {kind: {"schema": {"type": "string", "format": "binary"}, "example": "…"} for kind in sorted(SLIPS)}


@router.get(
    "",
    summary="Lire ce que la poste dit d'une lettre",
    response_description="Ce qui est noté ; rien encore est la version 0.",
    responses=refusals(NotFound, NotByPost),
)
async def read_delivery(
    letter_id: LetterInPath,
    response: Response,
    house: House,
    session: Reading,
    caller: Annotated[Caller, require("sve:read", "tickets:read")],
) -> DeliveryOut:
    """Donne le numéro du recommandé, la première présentation, la signature, et s'il y a un scan de l'avis."""
    found = await house.deliveries.get(session, caller.tenant_id, letter_id)
    response.headers["ETag"] = etag(found.version)
    return DeliveryOut.of(found)


@router.put(
    "",
    summary="Noter ce que la poste dit d'une lettre",
    response_description="Ce qui est noté.",
    responses=refusals(NotFound, NotByPost, Invalid),
)
async def note_delivery(
    letter_id: LetterInPath,
    noted: DeliveryNoted,
    response: Response,
    house: House,
    session: Writing,
    expected: Expected,
    caller: Annotated[Caller, require("sve:write", "tickets:write")],
) -> DeliveryOut:
    """Note l'avis de réception. La première présentation est consignée : c'est elle qui notifie (CRPA L221-8).

    Notée autrement ensuite, l'événement d'avant est corrigé, et les deux restent au registre.
    """
    kept = await house.deliveries.note(
        session, caller.tenant_id, letter_id, noted.told(), version=expected, actor=actor_of(caller)
    )
    response.headers["ETag"] = etag(kept.version)
    return DeliveryOut.of(kept)


@router.put(
    "/slip",
    summary="Joindre le scan de l'avis de réception",
    response_description="Ce qui est noté.",
    responses=refusals(NotFound, NotByPost, TooLarge, UnsupportedMedia),
    openapi_extra={
        "requestBody": {
            "required": True,
            "description": "Un PDF ou une image de 10 Mio au plus, reconnu à ses octets.",
            "content": _SLIP,
        }
    },
)
async def attach_slip(
    letter_id: LetterInPath,
    request: Request,
    response: Response,
    house: House,
    session: Writing,
    expected: Expected,
    caller: Annotated[Caller, require("sve:write", "tickets:write")],
) -> DeliveryOut:
    """Garde le scan de l'avis, en place de celui d'avant."""
    slip = await read_bounded(request, limit=SLIP_MAX)
    kept = await house.deliveries.attach(
        session, caller.tenant_id, letter_id, slip, version=expected, actor=actor_of(caller)
    )
    response.headers["ETag"] = etag(kept.version)
    return DeliveryOut.of(kept)


@router.get(
    "/slip",
    summary="Prendre le scan de l'avis de réception",
    response_class=Response,
    responses={200: {"description": "Le scan.", "content": _SLIP}, **refusals(NotFound, NotByPost)},
)
async def read_slip(
    letter_id: LetterInPath, house: House, caller: Annotated[Caller, require("sve:read", "tickets:read")]
) -> Response:
    """Donne le scan de l'avis."""
    async with house.database.transaction(tenant=caller.tenant_id) as session:
        found = await house.deliveries.get(session, caller.tenant_id, letter_id)
        letter = await house.letters.get(session, caller.tenant_id, letter_id)
    await house.eyewitness.saw(caller, ReadKind.LETTER, letter_id, door=Door.API, ticket_id=letter.ticket_id)
    slip = await house.deliveries.slip(caller.tenant_id, found)
    return Response(slip, headers=sniff(slip).headers("avis-de-reception"))
