"""Citizens' forms: the bytes are kept first, then the page says so."""

import json
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from app.channels.adapters.webform import WebformConfig
from app.channels.adapters.webform_questions import ProofDemand
from app.channels.contract import Delivery, Webhook
from app.channels.kit.forms import FormBeyondLimits
from app.channels.kit.json import JsonRefused
from app.channels.values import Channel, ChannelState
from app.errors import BadSignature, Flaw, Invalid, Malformed, NotFound, TooLarge, UnsupportedMedia
from app.exchanges.inbound import Receipt
from app.exchanges.receptions import Door
from app.forms.doubts import Doubt
from app.ids import Prefix, public_id
from app.rest.languages import Said, say
from app.tenants.values import Tenant
from app.web import form_doubts, form_tokens, near_reports
from app.web.answers import NOTHING, Checked, check
from app.web.bodies import FORM, bounded
from app.web.form_shown import form_page
from app.web.house import WebHouse, house_of
from app.web.pages import language_of, page
from app.web.refusals import PageRoute
from app.web.towns import only_town, town

router = APIRouter(route_class=PageRoute, include_in_schema=False)
Slug = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,60}$")]
_MULTIPART = "multipart/form-data"
_NOT_KEPT = {"cookie", "authorization", "proxy-authorization"}
BEYOND = Said(
    "votre envoi contient plus de champs, ou des champs plus longs, qu’un formulaire n’en a : il n’a pas été enregistré.",
    en="your message has more fields, or longer ones, than a form has: it was not recorded.",
)


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
        (channel.address, channel.config.title, channel.config.title_en)
        for channel in channels
        if isinstance(channel.config, WebformConfig)
        and channel.address
        and channel.state is ChannelState.ACTIVE
        and channel.config.open
    ]
    return page(request, "citizens/forms.html", tenant=tenant, forms=opened)


@router.get("/formulaires/{slug}")
async def show_form(request: Request, slug: Slug) -> Response:
    return await shown_form(request, slug, framed=False)


@router.get("/formulaires/{slug}/integrer")
async def show_framed_form(request: Request, slug: Slug) -> Response:
    """Shows the form bare, for the pages of the sites it declares; anybody else's browser refuses the frame."""
    return await shown_form(request, slug, framed=True)


async def shown_form(request: Request, slug: str, *, framed: bool) -> Response:
    house = house_of(request)
    found = await _form_at(house, slug)
    if isinstance(found, str):
        return _moved(request, found)
    channel, config = found
    tenant = await town(house, channel.tenant_id)
    if not config.open:
        return _closed(request, config, tenant)
    return _form_page(request, house, channel, config, tenant, NOTHING, framed=framed)


@router.get("/formulaires/{slug}/altcha")
async def give_challenge(request: Request, slug: Slug) -> Response:
    """Gives a challenge to a page that is not ours and posts JSON, for any widget that speaks ALTCHA."""
    house = house_of(request)
    found = await _form_at(house, slug)
    if isinstance(found, str):
        return _moved(request, found)
    channel, config = found
    if not config.open or config.proof is ProofDemand.OFF:
        raise NotFound
    given = house.guarding.challenge(channel.id, "", now=house.clock())
    return JSONResponse(given, headers={"Cache-Control": "no-store", "Access-Control-Allow-Origin": "*"})


@router.post("/formulaires/{slug}")
async def post_form(request: Request, slug: Slug) -> Response:
    """Keeps what was posted, then says so. What a machine may have written is kept too, and held for a person."""
    return await posted_form(request, slug, framed=False)


@router.post("/formulaires/{slug}/integrer")
async def post_framed_form(request: Request, slug: Slug) -> Response:
    return await posted_form(request, slug, framed=True)


async def posted_form(request: Request, slug: str, *, framed: bool) -> Response:
    house = house_of(request)
    found = await _form_at(house, slug)
    if isinstance(found, str):
        return _moved(request, found)
    channel, config = found
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in (FORM, _MULTIPART, "application/json"):
        raise UnsupportedMedia(Said("envoyez un formulaire ou du JSON", en="send a form or JSON"))
    delivery = _delivery(request, house, await bounded(request, limit=house.settings.max_form_bytes))
    try:
        if kind == "application/json":
            return await _post_json(request, house, channel, config, delivery)
        checked = check(delivery, config)
    except FormBeyondLimits:
        raise TooLarge(BEYOND) from None
    tenant = await town(house, channel.tenant_id)
    doubt = form_doubts.of_page(house, channel, checked)
    if not config.open and doubt is not None:
        # Whoever saw the page while it was open is heard; anybody else reads that it is closed.
        return _closed(request, config, tenant)
    if checked.readable and checked.faults and not checked.caught:
        return _form_page(request, house, channel, config, tenant, checked, framed=framed)
    doubts = await form_doubts.weighed(request, house, channel, config, checked, found=doubt)
    doubt, asked_to_confirm = next(iter(doubts), None), False
    if doubt is None and (known := await near_reports.offered(request, channel, config, delivery, framed=framed)):
        return known
    if doubt is None:
        receipt = await _keep(request, house, channel, delivery)
    else:
        receipt, asked_to_confirm = await form_doubts.keep_held(request, house, channel, delivery, checked, doubts)
    return page(
        request,
        "citizens/receipt.html",
        frame_ancestors=config.sites if framed else (),
        base="citizens/framed.html" if framed else "citizens/base.html",
        tenant=tenant,
        form=config,
        number=public_id(Prefix.RECEPTION, receipt.id),
        received_at=receipt.received_at,
        held=doubt is not None,
        asked_to_confirm=asked_to_confirm,
        email=next((checked.first(field.name) for field in checked.questions if field.about == "email"), ""),
        files=checked.files,
    )


async def _post_json(
    request: Request, house: WebHouse, channel: Channel, config: WebformConfig, delivery: Delivery
) -> Response:
    if not config.open:
        raise NotFound
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
    verified, asked_to_confirm = verdict.verified if verdict else None, False
    doubts: Sequence[Doubt] = [Doubt.HONEYPOT] if checked.caught else []
    if verified is not True:
        # A site that signs answers for its own pages.
        found = next(iter(doubts), None)
        doubts = await form_doubts.weighed(request, house, channel, config, checked, found=found)
    if doubts:
        receipt, asked_to_confirm = await form_doubts.keep_held(
            request, house, channel, delivery, checked, doubts, verified=verified
        )
    else:
        receipt = await _keep(request, house, channel, delivery, verified=verified)
    number = public_id(Prefix.RECEPTION, receipt.id)
    content = {
        "receipt_id": number,
        "received_at": receipt.received_at.isoformat().replace("+00:00", "Z"),
        "sha256": receipt.sha256,
        "status_url": f"{house.base_url}/api/v1/intake/{number}",
        "to_confirm": asked_to_confirm,
    }
    return JSONResponse(content, status_code=202, headers={"Cache-Control": "no-store"})


async def _keep(
    request: Request,
    house: WebHouse,
    channel: Channel,
    delivery: Delivery,
    *,
    verified: bool | None = None,
) -> Receipt:
    """Keeps the raw bytes, committed when this returns."""
    remote = request.client.host if request.client else None
    return await house.inbound.accept(channel, delivery, door=Door.FORM, verified=verified, remote=remote)


def _form_page(
    request: Request,
    house: WebHouse,
    channel: Channel,
    config: WebformConfig,
    tenant: Tenant,
    checked: Checked,
    *,
    framed: bool,
) -> HTMLResponse:
    """Writes the form, with what was typed and what is wrong. A page shown again keeps the name of its submission."""
    token = checked.token
    if form_tokens.doubt(house.keys, channel.id, token, now=house.clock()) is not None:
        token = form_tokens.issue(house.keys, channel.id, now=house.clock())
    proving = config.proof is not ProofDemand.OFF
    challenge = house.guarding.challenge(channel.id, token.submission_id, now=house.clock()) if proving else None
    return form_page(
        request,
        config,
        tenant,
        checked,
        action=f"/formulaires/{channel.address}{'/integrer' if framed else ''}",
        token=token,
        framed=framed,
        frame_ancestors=config.sites if framed else (),
        challenge=json.dumps(challenge) if challenge else "",
    )


def _closed(request: Request, config: WebformConfig, tenant: Tenant) -> HTMLResponse:
    return page(request, "citizens/closed.html", status=410, tenant=tenant, form=config)


def _moved(request: Request, slug: str) -> RedirectResponse:
    """Sends a reader to the present address of a form; a post goes there whole (RFC 9110 §15.4.9)."""
    tail = next((end for end in ("/integrer", "/altcha") if request.url.path.endswith(end)), "")
    query = f"?{request.url.query}" if request.url.query else ""
    status = 301 if request.method == "GET" else 308
    return RedirectResponse(f"/formulaires/{slug}{tail}{query}", status_code=status)


async def _form_at(house: WebHouse, slug: str) -> tuple[Channel, WebformConfig] | str:
    """Finds a form by its address; by one it had before, returns the present one. Raises `NotFound`."""
    try:
        channel = await house.channels.at_door(slug)
    except NotFound:
        moved = await house.forms.moved_to(slug)
        if moved is None:
            raise
        return moved
    if channel.address != slug or not isinstance(channel.config, WebformConfig):
        raise NotFound
    return channel, channel.config


def _delivery(request: Request, house: WebHouse, body: bytes) -> Delivery:
    headers = [(name, value) for name, value in request.headers.items() if name not in _NOT_KEPT]
    return Delivery(body=body, method="POST", url=house.base_url + request.url.path, headers=headers)
