"""« Déjà signalé près d'ici ? »: the second step of a report, when others like it stand nearby.

What was sent is kept before anything is asked, pieces too: nobody loses their words by closing the page, and the
administration's time runs from the first sending. Only the form, the day, the distance and what an agent published are
shown of another's report: never another citizen's words or name. Joining is one's own choice; nothing joins by itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.channels.adapters.webform import WebformConfig
from app.channels.contract import Delivery
from app.channels.values import Channel
from app.clock import civil_day
from app.db.transaction import Session
from app.errors import NotFound
from app.exchanges import receptions
from app.exchanges.nearby import THINKING
from app.exchanges.receptions import Door, Reception
from app.forms import public_reports
from app.ids import IdError, Prefix, parse_id, public_id
from app.tenants.values import Tenant
from app.tickets.nearness import Near
from app.web.answers import check
from app.web.bodies import agents_form
from app.web.house import WebHouse, house_of
from app.web.pages import page
from app.web.refusals import PageRoute
from app.web.towns import town

router = APIRouter(route_class=PageRoute, include_in_schema=False)
Slug = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,60}$")]
_PURPOSE = "near-report"
OTHER = "autre"
_STEP = 10  # metres; nearer than that, a distance begins to say which door


@dataclass(frozen=True, slots=True)
class Offered:
    """A report nearby, as anybody may know of it."""

    value: str
    words: str | None
    reported_on: date
    metres: int
    reports: int


@dataclass(frozen=True, slots=True)
class _Asked:
    """A page that asks: the form, what was kept of the sending, and what stands near it."""

    channel: Channel
    config: WebformConfig
    reception_id: UUID
    received_at: datetime
    near: Sequence[Offered]
    framed: bool


async def offered(
    request: Request, channel: Channel, config: WebformConfig, delivery: Delivery, *, framed: bool
) -> HTMLResponse | None:
    """Keeps a report that has others like it nearby and asks about them; None, and nothing kept, when it has none."""
    if not config.report:
        return None
    house = house_of(request)
    tenant = await town(house, channel.tenant_id)
    remote = request.client.host if request.client else None
    async with house.database.transaction(tenant=channel.tenant_id) as session:
        near = await house.nearby.known(session, channel, delivery)
        if not near:
            return None
        named = house.nearby.named(channel, delivery)
        receipt = await house.inbound.keep(session, channel, named, door=Door.FORM, remote=remote)
        await house.nearby.ask(session, channel.tenant_id, receipt.id)
        shown = await _offers(session, house, channel, tenant, near, reception_id=receipt.id)
    return _ask(request, tenant, _Asked(channel, config, receipt.id, receipt.received_at, shown, framed))


@router.post("/formulaires/{slug}/pres-d-ici")
async def answer(request: Request, slug: Slug) -> Response:
    """Takes what the author of a report says of those nearby, and shows the receipt."""
    return await _answered(request, slug, framed=False)


@router.post("/formulaires/{slug}/integrer/pres-d-ici")
async def framed_answer(request: Request, slug: Slug) -> Response:
    return await _answered(request, slug, framed=True)


async def _answered(request: Request, slug: str, *, framed: bool) -> Response:
    house = house_of(request)
    found = await _report_form(house, slug)
    if isinstance(found, str):
        tail = "/integrer" if framed else ""
        return RedirectResponse(f"/formulaires/{found}{tail}/pres-d-ici", status_code=308)
    channel, config = found
    form = await agents_form(request)
    reception_id = _named(house, channel, form.last("recu") or "")
    word = form.last("choix") or ""
    supported = None if word in ("", OTHER) else _chosen(house, channel, reception_id, word)
    tenant = await town(house, channel.tenant_id)
    async with house.database.transaction(tenant=channel.tenant_id) as session:
        kept = await receptions.find(session, channel.tenant_id, reception_id)
        if kept is None or kept.channel_id != channel.id:
            raise NotFound
        waited, shown = False, list[Offered]()
        if word:
            waited = await house.nearby.answer(session, channel.tenant_id, reception_id, supported=supported)
        else:
            near = await house.nearby.known(session, channel, _delivery(kept))
            shown = await _offers(session, house, channel, tenant, near, reception_id=reception_id)
    if shown:
        asked = _Asked(channel, config, reception_id, kept.received_at, shown, framed)
        return _ask(request, tenant, asked, forgotten="oui")
    joined = "" if supported is None else ("yes" if waited else "late")
    return _receipt(request, tenant, config, kept, framed=framed, joined=joined)


def _ask(request: Request, tenant: Tenant, asked: _Asked, *, forgotten: str = "") -> HTMLResponse:
    house = house_of(request)
    address = f"/formulaires/{asked.channel.address}{'/integrer' if asked.framed else ''}/pres-d-ici"
    return page(
        request,
        "citizens/near.html",
        status=422 if forgotten else 200,
        frame_ancestors=asked.config.sites if asked.framed else (),
        base="citizens/framed.html" if asked.framed else "citizens/base.html",
        tenant=tenant,
        form=asked.config,
        action=address,
        near=asked.near,
        other=OTHER,
        forgotten=forgotten,
        number=public_id(Prefix.RECEPTION, asked.reception_id),
        word=_word(house, asked.channel, asked.reception_id),
        minutes=int(THINKING.total_seconds() // 60),
    )


def _receipt(
    request: Request, tenant: Tenant, config: WebformConfig, kept: Reception, *, framed: bool, joined: str
) -> HTMLResponse:
    checked = check(_delivery(kept), config)
    return page(
        request,
        "citizens/receipt.html",
        frame_ancestors=config.sites if framed else (),
        base="citizens/framed.html" if framed else "citizens/base.html",
        tenant=tenant,
        form=config,
        number=public_id(Prefix.RECEPTION, kept.id),
        received_at=kept.received_at,
        held=False,
        joined=joined,
        email=next((checked.first(field.name) for field in checked.questions if field.about == "email"), ""),
        files=checked.files,
    )


async def _offers(
    session: Session, house: WebHouse, channel: Channel, tenant: Tenant, near: Sequence[Near], *, reception_id: UUID
) -> list[Offered]:
    words = await public_reports.words(session, channel.tenant_id, [one.ticket_id for one in near])
    return [
        Offered(
            f"{public_id(Prefix.TICKET, one.ticket_id)}.{_mac(house, channel, reception_id, one.ticket_id)}",
            words.get(one.ticket_id),
            civil_day(one.received_at, tenant.time_zone),
            max(_STEP, round(one.metres / _STEP) * _STEP),
            one.reports,
        )
        for one in near
    ]


async def _report_form(house: WebHouse, slug: str) -> tuple[Channel, WebformConfig] | str:
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


def _delivery(kept: Reception) -> Delivery:
    return Delivery(body=kept.raw, method=kept.method, url=kept.url, headers=kept.headers)


def _word(house: WebHouse, channel: Channel, reception_id: UUID) -> str:
    """What the page carries of the sending it asks about: whoever holds it sent it."""
    return f"{public_id(Prefix.RECEPTION, reception_id)}.{_mac(house, channel, reception_id)}"


def _named(house: WebHouse, channel: Channel, word: str) -> UUID:
    named, _, mac = word.partition(".")
    return _checked(house, channel, _parsed(Prefix.RECEPTION, named), None, mac)


def _chosen(house: WebHouse, channel: Channel, reception_id: UUID, word: str) -> UUID:
    """Reads one of the choices that this very page offered: nobody joins what they were not shown."""
    named, _, mac = word.partition(".")
    ticket_id = _parsed(Prefix.TICKET, named)
    _checked(house, channel, reception_id, ticket_id, mac)
    return ticket_id


def _checked(house: WebHouse, channel: Channel, reception_id: UUID, ticket_id: UUID | None, mac: str) -> UUID:
    try:
        holds = house.keys.signed(_signed(channel, reception_id, ticket_id), bytes.fromhex(mac), purpose=_PURPOSE)
    except ValueError:
        holds = False
    if not holds:
        raise NotFound
    return reception_id


def _parsed(prefix: Prefix, named: str) -> UUID:
    try:
        return parse_id(prefix, named)
    except IdError:
        raise NotFound from None


def _mac(house: WebHouse, channel: Channel, reception_id: UUID, ticket_id: UUID | None = None) -> str:
    return house.keys.sign(_signed(channel, reception_id, ticket_id), purpose=_PURPOSE).hex()


def _signed(channel: Channel, reception_id: UUID, ticket_id: UUID | None) -> bytes:
    return f"{channel.tenant_id}|{channel.id}|{reception_id}|{ticket_id or ''}".encode()
