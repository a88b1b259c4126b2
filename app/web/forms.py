"""Citizens' forms: the bytes are kept first, then the page says so."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from app.channels.adapters.webform import WebformConfig
from app.channels.contract import Delivery, Webhook
from app.channels.kit.json import JsonRefused
from app.channels.values import Channel, ChannelState
from app.errors import BadSignature, Flaw, Invalid, Malformed, NotFound, UnsupportedMedia
from app.exchanges import receptions
from app.exchanges.batches import settled_row
from app.exchanges.facts import IntakeHeld
from app.exchanges.inbound import Receipt
from app.exchanges.receptions import Door, State
from app.ids import Prefix, public_id
from app.rest.languages import Said, say
from app.rest.metrics import RECEPTIONS
from app.tenants.values import Tenant
from app.web import form_tokens
from app.web.answers import NOTHING, Checked, check
from app.web.bodies import FORM, bounded
from app.web.house import WebHouse, house_of
from app.web.pages import language_of, page
from app.web.refusals import PageRoute
from app.web.towns import only_town, town

router = APIRouter(route_class=PageRoute, include_in_schema=False)
Slug = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,60}$")]
_MULTIPART = "multipart/form-data"
_NOT_KEPT = {"cookie", "authorization", "proxy-authorization"}
HONEYPOT = "un champ que personne ne voit a été rempli : peut-être une machine, peut-être une aide à la saisie"
UNREADABLE = "formulaire illisible : à lire dans l’original"


@router.get("/formulaires")
async def list_forms(request: Request) -> HTMLResponse:
    """Lists the open forms of the only administration of this installation; a shared platform has no such list."""
    house = house_of(request)
    tenant = await only_town(house)
    if tenant is None:
        raise NotFound
    async with house.database.transaction(tenant=tenant.id) as session:
        channels = await house.channels.all_of(session, tenant.id)
    opened = [
        (channel.address, channel.config.title)
        for channel in channels
        if isinstance(channel.config, WebformConfig) and channel.address and channel.state is ChannelState.ACTIVE
    ]
    return page(request, "citizens/forms.html", tenant=tenant, forms=opened)


@router.get("/formulaires/{slug}")
async def show_form(request: Request, slug: Slug) -> HTMLResponse:
    house = house_of(request)
    channel, config = await _form_at(house, slug)
    tenant = await town(house, channel.tenant_id)
    return _form_page(request, house, channel, config, tenant, NOTHING)


@router.post("/formulaires/{slug}")
async def post_form(request: Request, slug: Slug) -> Response:
    """Keeps what was posted, then says so. What a machine may have written is kept too, and held for a person."""
    house = house_of(request)
    channel, config = await _form_at(house, slug)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in (FORM, _MULTIPART, "application/json"):
        raise UnsupportedMedia(Said("envoyez un formulaire ou du JSON", en="send a form or JSON"))
    delivery = _delivery(request, house, await bounded(request, limit=house.settings.max_form_bytes))
    if kind == "application/json":
        return await _post_json(request, house, channel, config, delivery)
    checked = check(delivery, config)
    tenant = await town(house, channel.tenant_id)
    if checked.readable and checked.faults and not checked.caught:
        return _form_page(request, house, channel, config, tenant, checked)
    doubt = _doubt(house, channel, checked)
    receipt = await _keep(request, house, channel, delivery, doubt=doubt)
    return page(
        request,
        "citizens/receipt.html",
        tenant=tenant,
        form=config,
        number=public_id(Prefix.RECEPTION, receipt.id),
        received_at=receipt.received_at,
        held=doubt is not None,
        email=next((checked.first(field.name) for field in config.fields if field.about == "email"), ""),
        files=checked.files,
    )


async def _post_json(
    request: Request, house: WebHouse, channel: Channel, config: WebformConfig, delivery: Delivery
) -> Response:
    adapter = house.channels.registry.get(channel.type)
    verdict = adapter.verify(delivery, config, now=house.clock()) if isinstance(adapter, Webhook) else None
    if verdict is not None and verdict.verified is False:
        raise BadSignature
    try:
        checked = check(delivery, config)
    except JsonRefused as refusal:
        raise Malformed(flaws=[Flaw(refusal.pointer, "json", refusal.reason)]) from None
    if checked.faults and not checked.caught:
        language = language_of(request)
        flaws = [Flaw(f"/answers/{fault.name}", "answer", say(fault.sentence, language)) for fault in checked.faults]
        raise Invalid(flaws=flaws)
    receipt = await _keep(
        request,
        house,
        channel,
        delivery,
        doubt=HONEYPOT if checked.caught else None,
        verified=verdict.verified if verdict else None,
    )
    number = public_id(Prefix.RECEPTION, receipt.id)
    content = {
        "receipt_id": number,
        "received_at": receipt.received_at.isoformat().replace("+00:00", "Z"),
        "sha256": receipt.sha256,
        "status_url": f"{house.base_url}/api/v1/intake/{number}",
    }
    return JSONResponse(content, status_code=202, headers={"Cache-Control": "no-store"})


async def _keep(
    request: Request,
    house: WebHouse,
    channel: Channel,
    delivery: Delivery,
    *,
    doubt: str | None,
    verified: bool | None = None,
) -> Receipt:
    """Keeps the raw bytes, committed; with a doubt, held in the same transaction until a person releases them."""
    remote = request.client.host if request.client else None
    RECEPTIONS.labels(channel.type, Door.FORM.value, "held" if doubt else "queued").inc()
    if doubt is None:
        return await house.inbound.accept(channel, delivery, door=Door.FORM, verified=verified, remote=remote)
    async with house.database.transaction(tenant=channel.tenant_id) as session:
        receipt = await house.inbound.keep(session, channel, delivery, door=Door.FORM, verified=verified, remote=remote)
        held = settled_row(channel.tenant_id, receipt.id, State.HELD, now=receipt.received_at, reason=doubt)
        await receptions.settle(session, [held])
        fact = IntakeHeld(tenant_id=channel.tenant_id, subject_id=receipt.id, at=receipt.received_at)
        await house.book.record(session, fact)
    return receipt


def _doubt(house: WebHouse, channel: Channel, checked: Checked) -> str | None:
    if not checked.readable:
        return UNREADABLE
    if checked.caught:
        return HONEYPOT
    return form_tokens.doubt(house.keys, channel.id, checked.token, now=house.clock())


def _form_page(
    request: Request, house: WebHouse, channel: Channel, config: WebformConfig, tenant: Tenant, checked: Checked
) -> HTMLResponse:
    """Writes the form, with what was typed and what is wrong. A page shown again keeps the name of its submission."""
    token = checked.token
    if form_tokens.doubt(house.keys, channel.id, token, now=house.clock()) is not None:
        token = form_tokens.issue(house.keys, channel.id, now=house.clock())
    return page(
        request,
        "citizens/form.html",
        status=422 if checked.faults else 200,
        tenant=tenant,
        form=config,
        slug=channel.address,
        token=token,
        checked=checked,
        faults={fault.name: fault.sentence for fault in checked.faults},
        say=say,
        has_files=any(field.kind == "file" for field in config.fields),
        max_bytes=house.settings.max_form_bytes,
    )


async def _form_at(house: WebHouse, slug: str) -> tuple[Channel, WebformConfig]:
    channel = await house.channels.at_door(slug)
    if channel.address != slug or not isinstance(channel.config, WebformConfig):
        raise NotFound
    return channel, channel.config


def _delivery(request: Request, house: WebHouse, body: bytes) -> Delivery:
    headers = [(name, value) for name, value in request.headers.items() if name not in _NOT_KEPT]
    return Delivery(body=body, method="POST", url=house.base_url + request.url.path, headers=headers)
