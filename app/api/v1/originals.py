"""Bytes as they arrived: pieces served without harm, originals given whole; each reading leaves a trace."""

from typing import Annotated

from fastapi import APIRouter
from starlette.responses import Response

from app.api.acting import keep_sight
from app.api.house import House
from app.api.v1.paths import AttachmentInPath, MessageInPath
from app.errors import Conflict, NotFound
from app.exchanges import receptions
from app.files.sniff import OPAQUE, Served, sniff
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.json_body import StrictRoute
from app.rest.languages import Said
from app.rest.responses import refusals
from app.rest.transactions import Writing

router = APIRouter(tags=["tickets"], route_class=StrictRoute)
_BYTES = {
    "description": "Les octets.",
    "content": {OPAQUE: {"schema": {"type": "string", "format": "binary"}, "example": "…"}},
}
MAIL = "message/rfc822"


@router.get(
    "/attachments/{attachment_id}",
    summary="Prendre une pièce",
    response_class=Response,
    responses={200: _BYTES, **refusals(NotFound, Conflict)},
)
async def read_attachment(
    attachment_id: AttachmentInPath, house: House, caller: Annotated[Caller, require("tickets:read")]
) -> Response:
    """Donne une pièce sous un type sûr, à enregistrer ; images et PDF reconnus peuvent se montrer."""
    # The store may be far away: no transaction waits for it.
    async with house.database.transaction(tenant=caller.tenant_id) as session:
        message_id, piece = await house.tickets.piece(session, caller.tenant_id, attachment_id)
        await keep_sight(house, session, caller, "attachment.read", attachment_id, message_id=str(message_id))
    if piece.sha256 is None:
        raise Conflict(
            Said(
                "le contenu n'est pas encore chez nous : revenez plus tard",
                en="the content is not here yet: come back later",
            )
        )
    content = await house.store.get(caller.tenant_id, piece.sha256)
    served = sniff(content, claimed=piece.content_type)
    return Response(content, headers=served.headers(piece.name))


@router.get(
    "/messages/{message_id}/raw",
    summary="Prendre l'original d'un message",
    response_class=Response,
    responses={200: _BYTES, **refusals(NotFound)},
)
async def read_raw(
    message_id: MessageInPath, house: House, session: Writing, caller: Annotated[Caller, require("tickets:read")]
) -> Response:
    """Donne la livraison qui portait le message, octet pour octet ; qui l'a prise est gardé au journal."""
    message = await house.tickets.message(session, caller.tenant_id, message_id)
    if message.reception_id is None:
        raise NotFound
    reception = await receptions.find(session, caller.tenant_id, message.reception_id)
    if reception is None:
        raise NotFound
    await keep_sight(house, session, caller, "message.raw_read", message_id, receipt_id=str(reception.id))
    is_mail = any(name.lower() == "content-type" and value == MAIL for name, value in reception.headers)
    is_mail = is_mail or (reception.door in _MAIL_DOORS)
    served = Served(MAIL if is_mail else OPAQUE, "attachment")
    name = f"{reception.sha256[:16]}.{'eml' if is_mail else 'bin'}"
    return Response(reception.raw, headers={**served.headers(name), "ETag": f'"{reception.sha256}"'})


_MAIL_DOORS = frozenset({receptions.Door.SMTP, receptions.Door.LMTP, receptions.Door.IMAP})
