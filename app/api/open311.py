"""Open311 GeoReport v2, served: others post reports to us and follow them, by the protocol's own words and errors.

Source: wiki.open311.org/GeoReport_v2. What is posted is kept before it is read: the answer is a token, which becomes the
report's number. Everything read is public: see `app.forms.public_reports` for what that leaves out.
"""

from collections.abc import Callable, Coroutine, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import structlog
from fastapi import APIRouter, Request
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.responses import Response

from app.api import open311_wire as wire
from app.api.hooks import public_url
from app.api.house import ApiHouse, house_of
from app.api.open311_wire import Format, Item
from app.channels.adapters.open311 import Open311Config, Open311Refused
from app.channels.contract import Delivery, Webhook
from app.channels.errors import ChannelError
from app.channels.kit.forms import read_form
from app.channels.kit.times import from_iso
from app.channels.values import Channel
from app.errors import NotFound, ParvisError
from app.exchanges import receptions
from app.exchanges.receptions import Door
from app.files.sniff import sniff
from app.forms import public_reports
from app.forms.public_reports import PublicReport, Wanted
from app.ids import IdError, Prefix, parse_id, public_id
from app.rest.instants import within
from app.rest.json_body import read_bounded
from app.rest.metrics import REFUSED
from app.rest.refusals import MethodNotAllowed

log = structlog.get_logger()
SPAN = timedelta(days=90)
_MOST_IDS = 100
_REQUESTED, _UPDATED = ("start_date", "end_date"), ("updated_after", "updated_before")
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_CHANGED_AT = "2026-01-01T00:00:00+01:00"  # of this endpoint's shape


class Refused(Exception):
    """An answer in the protocol's own error document."""

    def __init__(self, code: int, description: str) -> None:
        super().__init__(description)
        self.code, self.description = code, description


class WireRoute(APIRoute):
    """A route whose refusals are the protocol's error documents, in the format of the address."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def answered(request: Request) -> Response:
            to = Format.JSON if request.url.path.endswith(".json") else Format.XML
            try:
                return await handler(request)
            except Refused as refusal:
                return _error(refusal.code, refusal.description, to=to)
            except ParvisError as error:
                return _error(error.status, error.title_en, to=to, headers=error.headers)
            except HTTPException as error:
                return _error(error.status_code, str(error.detail), to=to)

        return answered


router = APIRouter(prefix="/open311/v2", route_class=WireRoute, include_in_schema=False)


@router.get("/discovery.{format_}")
async def discover(request: Request, format_: str) -> Response:
    house, to = house_of(request), _format(format_)
    body = wire.discovery(house.base_url, changed_at=_CHANGED_AT, contact=f"{house.base_url}/formulaires", to=to)
    return Response(body, media_type=to.media_type)


@router.get("/services.{format_}")
async def list_services(request: Request, format_: str) -> Response:
    to = _format(format_)
    _, config = await _jurisdiction(request)
    items = [wire.service(one) for one in config.services]
    return _list(items, root="services", item="service", to=to)


@router.get("/services/{code}.{format_}")
async def define_service(request: Request, code: str, format_: str) -> Response:
    to = _format(format_)
    _, config = await _jurisdiction(request)
    found = next((one for one in config.services if one.code == code), None)
    if found is None:
        raise Refused(404, "service_code was not found")
    return Response(wire.definition(found, to=to), media_type=to.media_type)


@router.post("/requests.{format_}")
async def post_request(request: Request, format_: str) -> Response:
    """Judges the key and the report by the protocol, keeps the bytes, answers a token."""
    house, to = house_of(request), _format(format_)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in _FORMS:
        raise Refused(400, f"send {' or '.join(_FORMS)}")
    body = await read_bounded(request, limit=house.settings.max_form_bytes)
    headers = [(name, value) for name, value in request.headers.items() if name in _KEPT]
    delivery = Delivery(body=body, url=public_url(request, base_url=house.base_url), headers=headers)
    channel, config = await _jurisdiction(request, posted=delivery)
    adapter = house.channels.registry.get(channel.type)
    if not isinstance(adapter, Webhook):
        raise NotFound
    if not config.api_keys or not adapter.verify(delivery, config, now=house.clock()).verified:
        REFUSED.labels(channel.type, "signature").inc()
        raise Refused(403, "api_key is missing or is not known here")
    try:
        adapter.parse(delivery, config)
    except Open311Refused as refusal:
        raise Refused(refusal.code, str(refusal)) from None
    except ChannelError as error:
        raise Refused(400, str(error)) from None
    remote = request.client.host if request.client else None
    receipt = await house.inbound.accept(channel, delivery, door=Door.HOOK, verified=True, remote=remote)
    told = {"token": public_id(Prefix.RECEPTION, receipt.id), "service_notice": None, "account_id": None}
    return _list([told], root="service_requests", item="request", to=to, status=201)


@router.get("/tokens/{token}.{format_}")
async def read_token(request: Request, token: str, format_: str) -> Response:
    """Gives the number of a report once it is read; an empty list until then."""
    house, to = house_of(request), _format(format_)
    channel, _ = await _jurisdiction(request)
    try:
        reception_id = parse_id(Prefix.RECEPTION, token)
    except IdError:
        raise Refused(404, "token was not found") from None
    async with house.database.transaction(tenant=channel.tenant_id) as session:
        kept = await receptions.find(session, channel.tenant_id, reception_id)
        if kept is None or kept.channel_id != channel.id:
            raise Refused(404, "token was not found")
        line = await receptions.line(session, channel.tenant_id, reception_id)
        ticket_id = line.ticket_id if line else None
        named = await public_reports.references(session, channel.tenant_id, [ticket_id] if ticket_id else [])
    items = [{"service_request_id": reference, "token": token} for reference in named.values()]
    return _list(items, root="service_requests", item="request", to=to)


@router.get("/requests.{format_}")
async def list_requests(request: Request, format_: str) -> Response:
    """Gives reports, the last first: those of ninety days, or of the span asked for, which is no longer."""
    house, to = house_of(request), _format(format_)
    channel, config = await _jurisdiction(request)
    reports = await _reports(house, channel, _wanted(request, now=house.clock()))
    items = [wire.request(one, config.services, media_url=_media_url(house, channel, one)) for one in reports]
    return _list(items, root="service_requests", item="request", to=to)


@router.get("/requests/{reference}.{format_}")
async def read_request(request: Request, reference: str, format_: str) -> Response:
    house, to = house_of(request), _format(format_)
    channel, config = await _jurisdiction(request)
    reports = await _reports(house, channel, Wanted(references=[reference]))
    if not reports:
        raise Refused(404, "service_request_id was not found")
    items = [wire.request(one, config.services, media_url=_media_url(house, channel, one)) for one in reports]
    return _list(items, root="service_requests", item="request", to=to)


@router.get("/media/{piece}")
async def read_photo(request: Request, piece: str) -> Response:
    """Serves a published photo, without the place, the device and the dates its camera wrote."""
    house = house_of(request)
    channel, _ = await _jurisdiction(request)
    try:
        piece_id = parse_id(Prefix.ATTACHMENT, piece)
    except IdError:
        raise NotFound from None
    async with house.database.transaction(tenant=channel.tenant_id) as session:
        content = await house.publishing.photo(session, channel.tenant_id, channel.id, piece_id)
    return Response(content, headers=dict(sniff(content).headers(piece)))


@router.get("/servicerequestupdates.{format_}")
async def list_updates(request: Request, format_: str) -> Response:
    """Gives what became of reports in a span: both its ends, or neither (FixMyStreet's extension)."""
    house, to = house_of(request), _format(format_)
    channel, _ = await _jurisdiction(request)
    if ("start_date" in request.query_params) != ("end_date" in request.query_params):
        raise Refused(400, "start_date and end_date are given together, or not at all")
    since, until = _span(request, now=house.clock())
    reports = await _reports(house, channel, Wanted(since=since, until=until, by_update=True))
    items = [wire.update(one) for one in reports]
    return _list(items, root="service_request_updates", item="request_update", to=to)


@router.api_route("/{rest:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
async def nothing(request: Request, rest: str) -> Response:  # noqa: ARG001 — the route's own parameter
    raise MethodNotAllowed(headers={"Allow": "GET"}) if request.method != "GET" else NotFound


_KEPT = ("content-type", "idempotency-key", "user-agent")


async def _jurisdiction(request: Request, *, posted: Delivery | None = None) -> tuple[Channel, Open311Config]:
    """Finds whose endpoint is asked: by `jurisdiction_id`, the channel's address, needed where there are several."""
    house = house_of(request)
    named = request.query_params.get("jurisdiction_id") or (_posted_jurisdiction(posted) if posted else "")
    if not named:
        channel = await _only_one(house)
    else:
        try:
            channel = await house.channels.at_door(named)
        except NotFound:
            raise Refused(404, "jurisdiction_id was not found") from None
        if channel.address != named:
            raise Refused(404, "jurisdiction_id was not found")
    # A channel that speaks to a partner's server is served to nobody.
    if not isinstance(channel.config, Open311Config) or channel.config.partner_endpoint is not None:
        raise Refused(404, "jurisdiction_id was not found")
    return channel, channel.config


def _posted_jurisdiction(delivery: Delivery) -> str:
    try:
        return read_form(delivery).last("jurisdiction_id") or ""
    except ChannelError as error:
        raise Refused(400, str(error)) from None


async def _only_one(house: ApiHouse) -> Channel:
    tenants = await house.tenants.directory()
    if len(tenants) == 1:
        async with house.database.transaction(tenant=tenants[0]) as session:
            channels = await house.channels.all_of(session, tenants[0])
        found = [
            one for one in channels if isinstance(one.config, Open311Config) and one.config.partner_endpoint is None
        ]
        if len(found) == 1:
            return found[0]
    raise Refused(400, "jurisdiction_id was not provided")


def _media_url(house: ApiHouse, channel: Channel, report: PublicReport) -> str | None:
    if not report.photos:
        return None
    query = urlencode({"jurisdiction_id": channel.address or ""})
    return f"{house.base_url}/open311/v2/media/{public_id(Prefix.ATTACHMENT, report.photos[0])}?{query}"


async def _reports(house: ApiHouse, channel: Channel, wanted: Wanted) -> list[PublicReport]:
    async with house.database.transaction(tenant=channel.tenant_id) as session:
        return list(await public_reports.page(session, channel.tenant_id, channel.id, wanted))


def _wanted(request: Request, *, now: datetime) -> Wanted:
    asked = request.query_params
    references = _words(asked.get("service_request_id", ""))
    if references:
        return Wanted(references=references)
    statuses = set(_words(asked.get("status", "")))
    if not statuses <= {"open", "closed"}:
        raise Refused(400, "status is open, closed, or both")
    by_update = "updated_after" in asked or "updated_before" in asked
    since, until = _span(request, now=now, names=_UPDATED if by_update else _REQUESTED)
    return Wanted(
        service_codes=_words(asked.get("service_code", "")),
        since=since,
        until=until,
        open="open" in statuses if len(statuses) == 1 else None,
        by_update=by_update,
        page=_count(asked.get("page"), "page", most=10_000) or 1,
        size=_count(asked.get("page_size"), "page_size", most=public_reports.MOST) or public_reports.MOST,
    )


def _count(word: str | None, name: str, *, most: int) -> int | None:
    """Reads a page number or size: an extension many clients use, the protocol itself stops at a thousand reports."""
    if word is None:
        return None
    if not (word.isascii() and word.isdigit() and len(word) < 6 and 1 <= int(word) <= most):
        raise Refused(400, f"{name} is a number from 1 to {most}")
    return int(word)


def _span(request: Request, *, now: datetime, names: tuple[str, str] = _REQUESTED) -> tuple[datetime, datetime]:
    """Reads the span asked for, by default the last ninety days; one end alone makes ninety days with the other."""
    ends: list[datetime | None] = []
    for name in names:
        word = request.query_params.get(name)
        moment = from_iso(word, zone="Europe/Paris") if word else None
        if word and (moment is None or not within(moment)):
            raise Refused(400, f"{name} is a date and time (W3C), such as 2026-03-02T09:00:00+01:00")
        ends.append(moment)
    since, until = ends
    until = until or (since + SPAN if since else now)
    since = since or until - SPAN
    if since > until or until - since > SPAN + timedelta(days=1):
        raise Refused(400, "the span is at most 90 days, and starts before it ends")
    return since, until


def _words(text: str) -> list[str]:
    words = [word.strip() for word in text.split(",") if word.strip()]
    if len(words) > _MOST_IDS:
        raise Refused(400, f"at most {_MOST_IDS} values at once")
    return words


def _format(word: str) -> Format:
    try:
        return Format(word)
    except ValueError:
        raise Refused(404, "the formats are xml and json") from None


def _list(items: Sequence[Item], *, root: str, item: str, to: Format, status: int = 200) -> Response:
    return Response(wire.written(items, root=root, item=item, to=to), status_code=status, media_type=to.media_type)


def _error(code: int, description: str, *, to: Format, headers: Any = None) -> Response:
    return Response(wire.refused(code, description, to=to), status_code=code, media_type=to.media_type, headers=headers)
