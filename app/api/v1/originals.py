"""Bytes as they arrived: pieces served without harm, originals given whole; each reading leaves a trace."""

from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from app.api.acting import actor_of, keep_sight
from app.api.house import House
from app.api.v1.paths import AttachmentInPath, MessageInPath
from app.audit.readings import Door, ReadKind
from app.errors import Conflict, NotFound
from app.exchanges import receptions
from app.exchanges.deciphering import NothingReadsHere, NotReadable
from app.exchanges.fetching import PieceHere
from app.files.sniff import OPAQUE, Served, harmless, sniff
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.idempotency import Once
from app.rest.json_body import StrictRoute
from app.rest.languages import Said
from app.rest.responses import refusals
from app.rest.transactions import Reading, Writing
from app.tickets import scans
from app.tickets.quarantine import PieceQuarantined, judge_reason, judge_taking
from app.tickets.schemas import MachineTextOut, MessageOut, PieceOut

router = APIRouter(tags=["tickets"], route_class=StrictRoute)
# The type is that of the bytes, among those it is harmless to name (app/files/sniff.py).
_BYTES = {
    "description": "Les octets, sous leur type s'il est sûr, sinon `application/octet-stream`.",
    "content": {
        kind: {"schema": {"type": "string", "format": "binary"}, "example": "…"} for kind in (OPAQUE, *harmless())
    },
}
MAIL = "message/rfc822"
_WHY = "Pourquoi prendre une pièce mise à l'écart ; gardé au journal. Sans effet sur les autres."


@router.get(
    "/attachments/{attachment_id}",
    summary="Prendre une pièce",
    response_class=Response,
    responses={200: _BYTES, **refusals(NotFound, Conflict, PieceQuarantined)},
)
async def read_attachment(
    attachment_id: AttachmentInPath,
    house: House,
    caller: Annotated[Caller, require("tickets:read")],
    reason: Annotated[str | None, Query(description=_WHY, max_length=500, examples=["Analyse par le RSSI."])] = None,
) -> Response:
    """Donne une pièce sous un type sûr, à enregistrer ; images et PDF reconnus peuvent se montrer. Celle où l'antivirus a reconnu quelque chose est refusée, sauf droit `audit:read` et motif."""
    # The store may be far away: no transaction waits for it.
    async with house.database.transaction(tenant=caller.tenant_id) as session:
        message_id, piece = await house.tickets.piece(session, caller.tenant_id, attachment_id)
        message = await house.tickets.message(session, caller.tenant_id, message_id)
        why = judge_taking(piece, scopes=caller.scopes, reason=reason)
        detail = {"message_id": str(message_id)} if why is None else {"message_id": str(message_id), "reason": why}
        action = "attachment.read" if why is None else "attachment.quarantined_read"
        await keep_sight(house, session, caller, action, attachment_id, **detail)
    await house.eyewitness.saw(caller, ReadKind.ATTACHMENT, attachment_id, door=Door.API, ticket_id=message.ticket_id)
    if piece.sha256 is None:
        raise Conflict(
            Said(
                "le contenu n'est pas encore chez nous : revenez plus tard",
                en="the content is not here yet: come back later",
            )
        )
    content = await house.store.get(caller.tenant_id, piece.sha256)
    served = sniff(content, claimed=piece.content_type) if why is None else Served(OPAQUE, "attachment")
    return Response(content, headers=served.headers(piece.name))


@router.post(
    "/attachments/{attachment_id}/fetches",
    status_code=202,
    response_model=PieceOut,
    summary="Redemander une pièce",
    response_description="La pièce, de nouveau attendue.",
    responses=refusals(NotFound, PieceHere),
)
async def fetch_attachment(
    attachment_id: AttachmentInPath,
    house: House,
    session: Writing,
    once: Once,
    caller: Annotated[Caller, require("tickets:write")],
) -> Any:
    """Redemande au fournisseur une pièce qui n'a pas pu être récupérée ; elle arrive, ou dit pourquoi, peu après."""
    message_id, _ = await house.tickets.piece(session, caller.tenant_id, attachment_id)
    await house.fetching.again(session, caller.tenant_id, attachment_id, message_id, actor=actor_of(caller))
    _, piece = await house.tickets.piece(session, caller.tenant_id, attachment_id)
    return await once.answer(PieceOut.of(attachment_id, piece), status=202)


@router.get(
    "/attachments/{attachment_id}/text",
    response_model=MachineTextOut,
    summary="Lire ce qu'une machine a lu dans une pièce",
    response_description="Le texte lu par machine, ou pourquoi rien n'a été lu.",
    responses=refusals(NotFound),
)
async def read_attachment_text(
    attachment_id: AttachmentInPath,
    house: House,
    session: Writing,
    caller: Annotated[Caller, require("tickets:read")],
) -> Any:
    """Donne le texte d'un courrier numérisé tel qu'une machine l'a lu ; jamais les mots de l'usager. `404` quand personne n'a demandé cette lecture."""
    message_id, piece = await house.tickets.piece(session, caller.tenant_id, attachment_id)
    read = await house.tickets.machine_texts(session, caller.tenant_id, [piece])
    if piece.sha256 is None or piece.sha256 not in read:
        raise NotFound
    message = await house.tickets.message(session, caller.tenant_id, message_id)
    await keep_sight(house, session, caller, "attachment.text_read", attachment_id, message_id=str(message_id))
    await house.eyewitness.saw(caller, ReadKind.ATTACHMENT, attachment_id, door=Door.API, ticket_id=message.ticket_id)
    return MachineTextOut.of(attachment_id, read[piece.sha256])


@router.post(
    "/attachments/{attachment_id}/readings",
    status_code=202,
    response_model=PieceOut,
    summary="Faire lire une pièce par la machine",
    response_description="La pièce, dont la lecture est attendue ou déjà faite.",
    responses=refusals(NotFound, NothingReadsHere, NotReadable),
)
async def read_attachment_by_machine(
    attachment_id: AttachmentInPath,
    house: House,
    session: Writing,
    once: Once,
    caller: Annotated[Caller, require("tickets:write")],
) -> Any:
    """Demande la lecture d'une pièce, de quelque canal que ce soit, ou la redemande quand elle a manqué ; ce qui est lu le reste."""
    _, piece = await house.tickets.piece(session, caller.tenant_id, attachment_id)
    await house.deciphering.again(session, caller.tenant_id, attachment_id, piece, actor=actor_of(caller))
    _, piece = await house.tickets.piece(session, caller.tenant_id, attachment_id)
    return await once.answer(PieceOut.of(attachment_id, piece), status=202)


@router.get(
    "/messages/{message_id}",
    summary="Lire un message",
    response_description="Le message, ou la note.",
    responses=refusals(NotFound),
)
async def read_message(
    message_id: MessageInPath, house: House, session: Reading, caller: Annotated[Caller, require("tickets:read")]
) -> MessageOut:
    """Donne un message ou une note, à qui voit sa demande ; une saisine et un événement légal nomment le leur."""
    message = await house.tickets.message(session, caller.tenant_id, message_id)
    ticket_id = message.ticket_id
    await house.eyewitness.saw(caller, ReadKind.TICKET, ticket_id, door=Door.API, ticket_id=ticket_id)
    return MessageOut.of(message)


@router.get(
    "/messages/{message_id}/raw",
    summary="Prendre l'original d'un message",
    response_class=Response,
    responses={200: _BYTES, **refusals(NotFound, PieceQuarantined)},
)
async def read_raw(
    message_id: MessageInPath,
    house: House,
    session: Writing,
    caller: Annotated[Caller, require("tickets:read")],
    reason: Annotated[str | None, Query(description=_WHY, max_length=500, examples=["Analyse par le RSSI."])] = None,
) -> Response:
    """Donne la livraison qui portait le message, octet pour octet ; qui l'a prise est gardé au journal. Celle d'une pièce mise à l'écart est refusée, sauf droit `audit:read` et motif."""
    message = await house.tickets.message(session, caller.tenant_id, message_id)
    if message.reception_id is None:
        raise NotFound
    reception = await receptions.find(session, caller.tenant_id, message.reception_id)
    if reception is None:
        raise NotFound
    detail = {"receipt_id": str(reception.id)}
    if await scans.carrying(session, caller.tenant_id, [reception.id]):
        detail["reason"] = judge_reason(scopes=caller.scopes, reason=reason)
    await keep_sight(house, session, caller, "message.raw_read", message_id, **detail)
    await house.eyewitness.saw(caller, ReadKind.MESSAGE_RAW, message_id, door=Door.API, ticket_id=message.ticket_id)
    is_mail = any(name.lower() == "content-type" and value == MAIL for name, value in reception.headers)
    is_mail = is_mail or (reception.door in _MAIL_DOORS)
    served = Served(MAIL if is_mail else OPAQUE, "attachment")
    name = f"{reception.sha256[:16]}.{'eml' if is_mail else 'bin'}"
    return Response(reception.raw, headers={**served.headers(name), "ETag": f'"{reception.sha256}"'})


_MAIL_DOORS = frozenset({receptions.Door.SMTP, receptions.Door.LMTP, receptions.Door.IMAP})
