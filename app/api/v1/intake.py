"""Deliveries handed over by programs, and what became of any delivery."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from app.api.acting import actor_of
from app.api.house import ApiHouse, House
from app.api.v1.paths import ChannelInPath, ReceiptInPath
from app.channels.contract import Delivery
from app.channels.unusable import ChannelUnusable
from app.channels.values import Channel, Unopened
from app.errors import Conflict, NotFound, TooLarge, UnsupportedMedia
from app.exchanges import receptions
from app.exchanges.inbound import GENERIC, GENERIC_BYTES, Receipt
from app.exchanges.receptions import Door, State
from app.exchanges.schemas import GenericMessage, IntakeOut, Reasoned, ReceiptOut
from app.ids import Prefix, public_id
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.cursors import Position
from app.rest.idempotency import Once
from app.rest.json_body import StrictRoute, read_bounded
from app.rest.languages import Said
from app.rest.pages import Asked, Page
from app.rest.responses import refusals
from app.rest.transactions import Reading, Writing

MAIL = "message/rfc822"


class MessageRoute(StrictRoute):
    """Pieces travel inside, in base64: as much as the generic adapter reads."""

    max_body_bytes = GENERIC_BYTES


channels_router = APIRouter(prefix="/channels/{channel_id}", tags=["intake"], route_class=MessageRoute)
router = APIRouter(prefix="/intake", tags=["intake"], route_class=StrictRoute)


@channels_router.post(
    "/messages",
    status_code=202,
    summary="Remettre un message",
    response_description="Gardé ; la lecture suit.",
    responses=refusals(NotFound),
)
async def hand_over_message(
    channel_id: ChannelInPath,
    message: GenericMessage,  # noqa: ARG001 — judged here; what is kept is what was sent
    request: Request,
    response: Response,
    house: House,
    caller: Annotated[Caller, require("intake:write")],
) -> ReceiptOut:
    """Garde le message tel qu'envoyé, puis le lit comme ceux de toutes les portes.

    Redonner le même `external_id` est sans effet : la livraison finit `duplicate`, et nomme le message déjà reçu.
    """
    channel = await _channel(house, caller, channel_id)
    delivery = Delivery(
        body=await request.body(), url="", headers=[("Content-Type", "application/json")], envelope=GENERIC
    )
    return await _accepted(house, channel, delivery, response, remote=_remote(request))


@channels_router.post(
    "/raw",
    status_code=202,
    summary="Remettre un courriel entier",
    response_description="Gardé ; la lecture suit.",
    responses=refusals(NotFound, Conflict, TooLarge, UnsupportedMedia),
    openapi_extra={
        "requestBody": {
            "required": True,
            "description": "Un courriel entier (RFC 5322), octet pour octet.",
            "content": {
                MAIL: {
                    "schema": {"type": "string", "format": "binary"},
                    "example": "From: usager@example.org\r\nTo: contact@example.fr\r\nSubject: Demande\r\n\r\nBonjour.\r\n",
                }
            },
        }
    },
)
async def hand_over_mail(
    channel_id: ChannelInPath,
    request: Request,
    response: Response,
    house: House,
    caller: Annotated[Caller, require("intake:write")],
) -> ReceiptOut:
    """Garde un courriel tel qu'il est et le lit comme s'il était arrivé par SMTP."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != MAIL:
        raise UnsupportedMedia(
            Said(f"envoyez Content-Type: {MAIL}", en=f"send Content-Type: {MAIL}"), headers={"Accept": MAIL}
        )
    channel = await _channel(house, caller, channel_id)
    if channel.type != "email":
        raise Conflict(
            Said(
                f"ce canal est de type {channel.type} : remettez le courriel à un canal email, ou le message à /messages",
                en=f"this channel is of type {channel.type}: hand the mail to an email channel, or the message to /messages",
            )
        )
    body = await read_bounded(request, limit=house.settings.max_mail_bytes)
    delivery = Delivery(body=body, headers=[("Content-Type", MAIL)], envelope={"door": "api"})
    return await _accepted(house, channel, delivery, response, remote=_remote(request))


@router.get(
    "", summary="Lister les livraisons", response_description="Une page.", dependencies=[require("intake:read")]
)
async def list_intake(
    asked: Asked,
    session: Reading,
    caller: Annotated[Caller, require("intake:read")],
    state: Annotated[
        State | None, Query(description="Seulement celles dans cet état ; `held` : à regarder.", examples=["held"])
    ] = None,
) -> Page[IntakeOut]:
    """Donne les livraisons, les plus récentes d'abord ; celles qui attendent une personne, les plus anciennes d'abord."""
    after = asked.after.id if asked.after else None
    lines = await receptions.page(session, caller.tenant_id, state=state, after=after, limit=asked.take)
    return asked.page(lines, position=lambda line: Position(None, line.id), show=IntakeOut.of)


@router.get(
    "/{receipt_id}", summary="Suivre une livraison", response_description="Son état.", responses=refusals(NotFound)
)
async def read_intake(
    receipt_id: ReceiptInPath, session: Reading, caller: Annotated[Caller, require("intake:read")]
) -> IntakeOut:
    """Dit ce qu'il est advenu d'une livraison, et la demande qu'elle a rejointe."""
    line = await receptions.line(session, caller.tenant_id, receipt_id)
    if line is None:
        raise NotFound
    return IntakeOut.of(line)


@router.post(
    "/{receipt_id}/releases",
    status_code=202,
    response_model=IntakeOut,
    summary="Relire une livraison retenue",
    response_description="De nouveau en file.",
    responses=refusals(NotFound, Conflict),
)
async def release_intake(
    receipt_id: ReceiptInPath,
    why: Reasoned,
    house: House,
    session: Writing,
    once: Once,
    caller: Annotated[Caller, require("intake:write")],
) -> Any:
    """Rend une livraison retenue à la lecture, une fois ce qui gênait corrigé ; le motif est gardé au journal."""
    await house.inbound.release(session, caller.tenant_id, receipt_id, reason=why.reason, actor=actor_of(caller))
    line = await receptions.line(session, caller.tenant_id, receipt_id)
    if line is None:
        raise NotFound
    return await once.answer(IntakeOut.of(line), status=202)


async def _channel(house: ApiHouse, caller: Caller, channel_id: UUID) -> Channel | Unopened:
    """What is handed over for a channel that cannot be used is kept all the same."""
    try:
        return await house.channels.at_work(caller.tenant_id, channel_id)
    except ChannelUnusable as unusable:
        return unusable.channel


async def _accepted(
    house: ApiHouse, channel: Channel | Unopened, delivery: Delivery, response: Response, *, remote: str | None
) -> ReceiptOut:
    receipt: Receipt = await house.inbound.accept(channel, delivery, door=Door.API, remote=remote)
    status_url = f"{house.base_url}/api/v1/intake/{public_id(Prefix.RECEPTION, receipt.id)}"
    response.headers["Location"] = status_url
    return ReceiptOut(
        receipt_id=receipt.id, received_at=receipt.received_at, sha256=receipt.sha256, status_url=status_url
    )


def _remote(request: Request) -> str | None:
    return request.client.host if request.client else None
