"""Pieces joined to what one is writing: sent up once, kept with the draft on the server, named when it leaves."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.api.acting import actor_of
from app.api.house import House
from app.api.v1.drafts import KindInPath, Reader, Writer
from app.api.v1.paths import AttachmentInPath, TicketInPath
from app.errors import Invalid, NotFound, TooLarge, UnsupportedMedia
from app.exchanges.enclosing import MOST_BYTES, TooManyAttachments
from app.rest.json_body import StrictRoute, read_bounded
from app.rest.languages import Said
from app.rest.responses import refusals
from app.rest.transactions import Reading, Writing
from app.tickets.draft_piece_schemas import DraftPieceOut, DraftPieces
from app.tickets.moves import MergedElsewhere, TicketEmptied

router = APIRouter(
    prefix="/tickets/{ticket_id}/drafts/{draft_kind}/attachments", tags=["tickets"], route_class=StrictRoute
)
_FILE = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}, "example": "…"}}
_CODED = Said("envoyez le fichier sans compression de transport", en="send the file without a content coding")


@router.get(
    "",
    summary="Lister les pièces de son brouillon",
    response_description="Les pièces.",
    responses=refusals(NotFound),
)
async def list_draft_attachments(
    ticket_id: TicketInPath, draft_kind: KindInPath, house: House, session: Reading, caller: Reader
) -> DraftPieces:
    """Donne les pièces jointes à votre brouillon, dans l'ordre où vous les avez ajoutées."""
    found = await house.enclosing.of_draft(session, caller.tenant_id, ticket_id, author=caller.label, kind=draft_kind)
    return DraftPieces(data=[DraftPieceOut.of(one) for one in found])


@router.post(
    "",
    status_code=201,
    summary="Joindre une pièce à son brouillon",
    response_description="La pièce.",
    responses=refusals(
        NotFound, Invalid, TooManyAttachments, TooLarge, UnsupportedMedia, MergedElsewhere, TicketEmptied
    ),
    openapi_extra={
        "requestBody": {"required": True, "description": "Les octets du fichier, tels qu'ils sont.", "content": _FILE}
    },
)
async def add_draft_attachment(
    ticket_id: TicketInPath,
    draft_kind: KindInPath,
    request: Request,
    house: House,
    caller: Writer,
    name: Annotated[str, Query(max_length=300, description="Le nom du fichier.", examples=["plan.pdf"])] = "",
) -> DraftPieceOut:
    """Garde un fichier auprès de votre brouillon ; rien ne part. Le même fichier sous le même nom n'y est qu'une fois.

    Dix pièces au plus, 18 Mo en tout. Son type est décidé sur ses octets ; l'antivirus l'examine ensuite, s'il y en a un.
    """
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise UnsupportedMedia(_CODED, headers={"Accept-Encoding": "identity"})
    await house.enclosing.check(caller.tenant_id, ticket_id)
    kept = await house.enclosing.add(
        caller.tenant_id,
        ticket_id,
        await read_bounded(request, limit=MOST_BYTES),
        kind=draft_kind,
        name=name,
        claimed=request.headers.get("content-type", ""),
        actor=actor_of(caller),
    )
    return DraftPieceOut.of(kept)


@router.delete(
    "/{attachment_id}",
    status_code=204,
    response_class=Response,
    summary="Retirer une pièce de son brouillon",
    response_description="Retirée.",
    responses=refusals(NotFound),
)
async def remove_draft_attachment(
    ticket_id: TicketInPath,
    draft_kind: KindInPath,
    attachment_id: AttachmentInPath,
    house: House,
    session: Writing,
    caller: Writer,
) -> None:
    """Retire une pièce de votre brouillon ; son contenu est effacé."""
    await house.enclosing.remove(
        session, caller.tenant_id, ticket_id, attachment_id, kind=draft_kind, actor=actor_of(caller)
    )
