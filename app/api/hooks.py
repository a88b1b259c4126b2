"""The door of providers: bytes bounded, channel found by its opaque key, signature judged, delivery kept, then answered."""

from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import structlog
from fastapi import APIRouter, Request
from starlette.responses import Response

from app.api.house import ApiHouse, house_of
from app.channels.contract import Delivery, Handshake, Verdict, Webhook
from app.channels.errors import ChannelError
from app.channels.unusable import ChannelUnusable
from app.channels.values import Channel, Unopened
from app.errors import BadSignature, NotFound, TooLarge
from app.exchanges.inbound import GENERIC_BYTES
from app.exchanges.receptions import Door
from app.rest.json_body import read_bounded, refuse_nul
from app.rest.metrics import REFUSED
from app.rest.refusals import MethodNotAllowed

log = structlog.get_logger()
router = APIRouter()

# What proves who calls is not kept: it would open the door to whoever reads the row.
_SECRETS = ("authorization", "cookie", "token", "secret", "password", "api-key", "api_key", "apikey")
_MOST_HEADERS, _LONGEST_HEADER = 100, 8_000
# The answer a provider expects; the others are content with an empty 200.
_ANSWERS = {"sms.twilio": ("<Response/>", "text/xml")}


async def receive(request: Request) -> Response:
    """Garde une livraison signée par son fournisseur, puis répond.

    Raises `NotFound` without a hint, `TooLarge`, `BadSignature`, `Unavailable`: nothing is then kept but a count.
    """
    request.scope["route"] = _ROUTE  # a bare route does not name itself to what counts requests
    refuse_nul(request)
    house = house_of(request)
    channel_type, channel_key = request.path_params["channel_type"], request.path_params["channel_key"]
    try:
        channel = await house.channels.at_door(channel_key)
    except ChannelUnusable as unusable:
        return await _kept_unread(request, house, unusable.channel, (channel_type, channel_key))
    except NotFound:
        await house.quotas.of_stranger(request)
        raise
    # An address opens the mail doors, not this one.
    if channel.key != channel_key or channel.type != channel_type:
        raise NotFound
    await house.quotas.of_delivery(str(channel.id))
    delivery = await _delivery(request, house, channel)
    judged = _judged(request, house, channel, delivery)
    if _is_refused(judged):
        try:
            changed = await house.channels.changed_since(channel_key, channel)
        except ChannelUnusable as unusable:  # changed by a process that has a master secret this one lacks
            return await _kept_unread(request, house, unusable.channel, (channel_type, channel_key), delivery)
        if changed is not None:
            channel, judged = changed, _judged(request, house, changed, delivery)
    if isinstance(judged, Response):
        return judged
    verdict = judged
    if verdict.verified is False:
        REFUSED.labels(channel.type, "signature").inc()
        log.info("hook.refused", channel=str(channel.id), type=channel.type)
        raise BadSignature
    await house.inbound.accept(
        channel, kept(delivery), door=Door.HOOK, verified=verdict.verified, remote=_remote(request)
    )
    body, media_type = _ANSWERS.get(channel.type, ("", "text/plain"))
    return Response(body, media_type=media_type)


def _judged(request: Request, house: ApiHouse, channel: Channel, delivery: Delivery) -> Verdict | Response:
    """Returns the answer to a handshake, else whether the delivery is the provider's."""
    adapter = house.channels.registry.get(channel.type)
    if not isinstance(adapter, Webhook):
        raise NotFound
    try:
        greeting = adapter.handshake(delivery, channel.config, now=house.clock())
        if greeting is not None:
            return _greeted(greeting)
        if request.method in ("OPTIONS", "HEAD"):
            raise MethodNotAllowed(headers={"Allow": "GET, POST, OPTIONS"})
        return adapter.verify(delivery, channel.config, now=house.clock())
    except ChannelError as error:
        return Verdict(False, str(error))


def _is_refused(judged: Verdict | Response) -> bool:
    return judged.status_code >= 400 if isinstance(judged, Response) else judged.verified is False


async def _kept_unread(
    request: Request, house: ApiHouse, channel: Unopened, asked: tuple[str, str], read: Delivery | None = None
) -> Response:
    """Keeps what comes for a channel nobody can read here: unverified, held for a person, read once it is usable."""
    if (channel.type, channel.key) != asked or request.method != "POST":
        raise NotFound
    if read is None:
        await house.quotas.of_delivery(str(channel.id))
    delivery = read or await _delivery(request, house, channel)
    await house.inbound.accept(channel, kept(delivery), door=Door.HOOK, verified=None, remote=_remote(request))
    return Response(media_type="text/plain")


# No parameter to validate, no schema: providers describe their own hooks. A bare route answers a fifth sooner.
router.add_route(
    "/hooks/{channel_type}/{channel_key}", receive, methods=["GET", "POST", "OPTIONS"], include_in_schema=False
)
_ROUTE = router.routes[-1]


async def _delivery(request: Request, house: ApiHouse, channel: Channel | Unopened) -> Delivery:
    try:
        body = await read_bounded(request, limit=_limit(house, channel.type))
    except TooLarge:
        REFUSED.labels(channel.type, "too-large").inc()
        raise
    return Delivery(
        body=body, method=request.method, url=public_url(request, base_url=house.base_url), headers=_headers(request)
    )


def public_url(request: Request, *, base_url: str) -> str:
    """Returns the address the provider signed: ours as set, never what a Host header says."""
    raw = request.scope.get("raw_path") or str(request.scope["path"]).encode()
    path, query = raw.partition(b"?")[0].decode("latin-1"), request.scope["query_string"].decode("latin-1")
    return f"{base_url}{path}{'?' + query if query else ''}"


def kept(delivery: Delivery) -> Delivery:
    """Returns the delivery as it is stored: without what only proves who calls."""
    headers = [
        (name, value if plain else _claims_only(value))
        for name, value in delivery.headers
        if (plain := not _is_secret(name)) or _claims_only(value)
    ]
    return Delivery(
        body=delivery.body, method=delivery.method, url=_without_secrets(delivery.url), headers=headers[:_MOST_HEADERS]
    )


def _limit(house: ApiHouse, channel_type: str) -> int:
    """Pieces travel inside the deliveries of some families."""
    match channel_type.partition(".")[0]:
        case "email":
            return house.settings.max_mail_bytes * 4 // 3
        case "webform" | "open311":
            return house.settings.max_form_bytes
        case "http":
            return GENERIC_BYTES
        case _:
            return house.settings.max_hook_bytes


def _headers(request: Request) -> list[tuple[str, str]]:
    pairs = ((name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers.raw)
    return [(name, value) for name, value in pairs if len(value) <= _LONGEST_HEADER]


def _is_secret(name: str) -> bool:
    return any(word in name.lower() for word in _SECRETS)


def _claims_only(value: str) -> str:
    """Keeps what a signed token says (a relay's JWT carries the mail's recipients), never the signature that proves it."""
    scheme, _, token = value.partition(" ")
    parts = token.strip().split(".")
    return f"Bearer {parts[0]}.{parts[1]}." if scheme == "Bearer" and len(parts) == 3 and parts[0] and parts[1] else ""


def _without_secrets(url: str) -> str:
    parts = urlsplit(url)
    if not any(_is_secret(name) for name, _ in parse_qsl(parts.query, keep_blank_values=True)):
        return url
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    return urlunsplit(parts._replace(query=urlencode([(n, v) for n, v in pairs if not _is_secret(n)])))


def _greeted(greeting: Handshake) -> Response:
    return Response(
        greeting.body, status_code=greeting.status, media_type=greeting.content_type, headers=dict(greeting.headers)
    )


def _remote(request: Request) -> str | None:
    return request.client.host if request.client else None
