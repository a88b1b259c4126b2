"""A partner's GeoReport v2 server, spoken to: reports handed over, their numbers and statuses asked for.

Source: wiki.open311.org/GeoReport_v2 (POST Service Request, GET Service Request(s), GET request id from a token) and
FixMyStreet's `servicerequestupdates`. The protocol has no idempotency: an answer that is lost is never sent again, it is
looked for, by our own reference at the end of the description.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import quote, quote_plus, urlencode, urlsplit

from pydantic import SecretStr

from app.channels.adapters import open311_reading as reading
from app.channels.adapters.open311_reading import Item
from app.channels.contract import (
    Attachment,
    Checked,
    Context,
    Delivery,
    DeliveryStatus,
    Outcome,
    Polled,
    Receipt,
    Rendered,
    SendRequest,
    Sent,
)
from app.channels.errors import Unreadable
from app.channels.kit import probing
from app.channels.kit.json import text
from app.channels.kit.sending import Answer, Call, accepted, by_status, exchange, retry_after, shortened
from app.channels.kit.times import from_iso

NAME = "Le serveur Open311"
TOKEN = "token:"  # noqa: S105 — how a name that is not a number yet begins
OURS = "Référence Parvis : "
MOST_TEXT = 4000  # of a description
MOST_AT_ONCE = 50  # numbers in one question: an address holds no more with some servers
_FORM = "application/x-www-form-urlencoded"
# A server dates with its own clock, and shows a report some time after its date.
_OVERLAP, _FIRST, _SPAN = timedelta(minutes=10), timedelta(days=1), timedelta(days=90)
_TOKEN_TRIES, _TOKEN_PAUSE_S = 3, 1.0
_MOST_SEEN = 2000


class PartnerFormat(StrEnum):
    JSON = "json"
    XML = "xml"


class Updates(StrEnum):
    """How a server tells what moved since an instant."""

    NONE = "none"  # it does not: the status of each report is asked for by its number
    UPDATED = "updated"  # GET requests with updated_after and updated_before
    FIXMYSTREET = "servicerequestupdates"


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """One server; `services` gives its code for one of ours, `service` that of all others."""

    endpoint: str
    key: SecretStr | None
    jurisdiction: str
    format: PartnerFormat
    services: Mapping[str, str]
    service: str
    updates: Updates
    receives: bool

    @property
    def host(self) -> str:
        return (urlsplit(self.endpoint).hostname or "").lower()

    def address(self, path: str, **asked: str) -> str:
        asked |= {"jurisdiction_id": self.jurisdiction} if self.jurisdiction else {}
        query = f"?{urlencode(asked)}" if asked else ""
        return f"{self.endpoint.rstrip('/')}/{path}.{self.format.value}{query}"

    @property
    def polled(self) -> bool:
        """Whether there is anything to ask for in spans: statuses may all be asked for by number."""
        return self.receives or self.updates is not Updates.NONE

    def code_for(self, service_code: str) -> str:
        return self.services.get(service_code) or self.service or service_code


def render(request: SendRequest, partner: Partner) -> Rendered:
    """Writes a report as it leaves. Never a citizen's name or address: the administration is who reports."""
    pairs = _fields(request, partner)
    if not request.attachments:
        return Rendered(_FORM, urlencode(pairs).encode(), partner.address("requests"))
    boundary = f"parvis-{request.ref}"
    body = b"".join([*(_field(name, value, boundary) for name, value in pairs), *_files(request.attachments, boundary)])
    return Rendered(
        f"multipart/form-data; boundary={boundary}", body + f"--{boundary}--\r\n".encode(), partner.address("requests")
    )


async def send(request: SendRequest, partner: Partner, context: Context) -> Sent:
    """Posts one report, and asks for its number where a token is given in its place."""
    rendered = render(request, partner)
    headers = {"Content-Type": rendered.content_type, "Accept": f"application/{partner.format.value}, */*;q=0.5"}
    call = Call(method="POST", url=rendered.url or "", body=rendered.body, headers=headers, hosts=(partner.host,))
    answer = await exchange(call, context)
    if isinstance(answer, Sent):
        return answer
    found = _read(answer)
    told = _without_key(reading.refusal(found or ()), partner)
    if told is not None:
        return _refused(answer, *told, now=context.now())
    if not 200 <= answer.status < 300:
        return by_status(answer, now=context.now())
    first = found[0] if found else {}
    notice = first.get("service_notice")
    if number := first.get("service_request_id"):
        return accepted(number, detail=notice)
    if token := first.get("token"):
        return accepted(await _number_of(token, partner, context) or TOKEN + token, detail=notice)
    return by_status(answer, now=context.now(), detail="the server took it and gave neither a number nor a token")


async def receipt(request: SendRequest, partner: Partner, context: Context) -> Receipt:
    """Looks for a report whose answer was lost among those of its service of the last two days. Never says it is not there.

    Servers show a report when they please, some after a moderation: not to find it proves nothing.
    """
    until = context.now()
    code = partner.code_for(str(request.fields.get("service_code") or ""))
    span = {"start_date": _written(until - timedelta(days=2)), "end_date": _written(until)}
    answer = await exchange(_get(partner.address("requests", service_code=code, **span), partner), context)
    found = _read(answer) if isinstance(answer, Answer) and answer.status == 200 else None
    mine = [one for one in found or () if OURS + request.ref in one.get("description", "")]
    if not mine or not (number := mine[0].get("service_request_id")):
        return Receipt(known=None)
    return Receipt(known=True, status=DeliveryStatus.DELIVERED, external_ids=[number])


async def poll(partner: Partner, context: Context, *, cursor: Mapping[str, object]) -> Polled:
    """Asks for what moved, and for new reports, in a span after the last one; at most ninety days, then on.

    Spans overlap: what was read already, and says the same, is left out. Raises `Unreadable`: the cursor then stays.
    """
    if not partner.polled:
        return Polled(deliveries=[], cursor=cursor)
    now = context.now()
    since = from_iso(text(cursor, "until")) or now - _FIRST
    start = min(since, now) - _OVERLAP
    until = min(start + _SPAN, now)
    span = {"start_date": _written(start), "end_date": _written(until)}
    read: list[tuple[str, Item]] = []
    match partner.updates:
        case Updates.FIXMYSTREET:
            read += [("update", one) for one in await _list(partner, "servicerequestupdates", context, **span)]
        case Updates.UPDATED:
            moved = {"updated_after": span["start_date"], "updated_before": span["end_date"]}
            read += [("status", one) for one in await _list(partner, "requests", context, **moved)]
        case Updates.NONE:
            pass
    if partner.receives:
        read += [("request", one) for one in await _list(partner, "requests", context, **span)]
    before = _seen(cursor)
    marks = {_mark(kind, one): (kind, one) for kind, one in read}
    fresh = [_delivery(kind, one) for mark, (kind, one) in marks.items() if mark not in before]
    return Polled(
        deliveries=fresh,
        cursor={"until": _written(until), "seen": [*marks][-_MOST_SEEN:]},
        more=until < now,
    )


async def follow(names: Sequence[str], partner: Partner, context: Context) -> Sequence[Delivery]:
    """Asks by name what became of reports: their numbers, where a token is all we have, else their statuses."""
    tokens = [name.removeprefix(TOKEN) for name in names if name.startswith(TOKEN)]
    found = [
        _delivery("token", {"token": token, "service_request_id": number})
        for token in tokens
        if (number := await _number_of(token, partner, context, tries=1))
    ]
    numbers = [name for name in names if not name.startswith(TOKEN)]
    for start in range(0, len(numbers), MOST_AT_ONCE):
        asked = ",".join(numbers[start : start + MOST_AT_ONCE])
        found += [
            _delivery("status", one) for one in await _list(partner, "requests", context, service_request_id=asked)
        ]
    return found


async def check(partner: Partner, context: Context) -> Checked:
    """Asks for the services, which needs no key and changes nothing."""
    answer = await exchange(_get(partner.address("services"), partner), context)
    if isinstance(answer, Sent) or answer.status == 429 or answer.status >= 500:
        return probing.unreachable(NAME)
    found = _read(answer)
    if answer.status in {401, 403}:
        return probing.refused(NAME)
    if answer.status != 200 or found is None or reading.refusal(found):
        return probing.unsure(NAME, detail=f"réponse {answer.status}")
    offered = {one["service_code"] for one in found if "service_code" in one}
    if not offered:
        return probing.unsure(NAME, detail="aucune rubrique")
    wanted = {*partner.services.values(), *([partner.service] if partner.service else [])}
    if missing := sorted(wanted - offered):
        listed = ", ".join(missing)[:120]
        return probing.limited(
            f"le serveur répond, sans les rubriques {listed}", f"the server answers, without the services {listed}"
        )
    return probing.ready(
        f"le serveur répond et propose {len(offered)} rubriques",
        f"the server answers and offers {len(offered)} services",
    )


async def _number_of(token: str, partner: Partner, context: Context, *, tries: int = _TOKEN_TRIES) -> str | None:
    """Returns the number a token became, None while it has none: it is then asked for again with the statuses."""
    for attempt in range(tries):
        if attempt:
            await asyncio.sleep(_TOKEN_PAUSE_S)
        answer = await exchange(_get(partner.address(f"tokens/{quote(token, safe='')}"), partner), context)
        found = _read(answer) if isinstance(answer, Answer) and answer.status == 200 else None
        if found and (number := found[0].get("service_request_id")):
            return number
    return None


async def _list(partner: Partner, path: str, context: Context, **asked: str) -> Sequence[Item]:
    answer = await exchange(_get(partner.address(path, **asked), partner), context)
    if isinstance(answer, Sent):
        raise Unreadable(f"le serveur Open311 n'a pas pu être lu : {answer.detail}"[:300])
    if answer.status == 404 and "service_request_id" in asked:
        return ()  # it knows none of them any more
    if answer.status != 200:
        wait = retry_after(answer, now=context.now())
        again = f", à redemander dans {wait:.0f} s" if wait else ""
        raise Unreadable(f"le serveur Open311 a répondu {answer.status}{again}")
    found = reading.items(answer.body)
    told = _without_key(reading.refusal(found), partner)
    if told is not None:
        raise Unreadable(f"le serveur Open311 refuse : {told[0]} {told[1]}"[:300])
    return found


def _get(url: str, partner: Partner) -> Call:
    return Call(method="GET", url=url, headers={"Accept": f"application/{partner.format.value}, */*;q=0.5"},
                hosts=(partner.host,))  # fmt: skip


def _read(answer: Answer) -> Sequence[Item] | None:
    try:
        return reading.items(answer.body)
    except Unreadable:
        return None


def _refused(answer: Answer, code: int, told: str, *, now: datetime) -> Sent:
    """An error document says more than its status: some servers send one with 200."""
    status = answer.status if answer.status >= 400 else code
    if status == 404:  # no such service, no such jurisdiction: this report, not the channel
        return Sent(outcome=Outcome.PERMANENT, detail=shortened(told))
    return by_status(Answer(status, answer.body, answer.headers), now=now, detail=told or None)


def _without_key(told: tuple[int, str] | None, partner: Partner) -> tuple[int, str] | None:
    """What a server quotes of our key is not for agents to read."""
    if told is None or partner.key is None:
        return told
    code, words = told
    secret = partner.key.get_secret_value()
    for written in {secret, quote_plus(secret), quote(secret)}:
        words = words.replace(written, "***") if len(written) > 3 else words
    return code, words


def _fields(request: SendRequest, partner: Partner) -> list[tuple[str, str]]:
    fields = request.fields
    closing = f"\n\n{OURS}{request.ref}"
    pairs = [
        ("api_key", partner.key.get_secret_value() if partner.key else ""),
        ("jurisdiction_id", partner.jurisdiction),
        ("service_code", partner.code_for(str(fields.get("service_code") or ""))),
        ("lat", f"{request.geo.lat:.7f}" if request.geo else ""),
        ("long", f"{request.geo.lon:.7f}" if request.geo else ""),
        ("address_string", str(fields.get("address_string") or "")[:255]),
        ("description", request.text[: MOST_TEXT - len(closing)] + closing),
    ]
    attributes = fields.get("attributes")
    for name, value in attributes.items() if isinstance(attributes, Mapping) else ():
        several = isinstance(value, list | tuple)
        listed = value if several else [value]
        pairs += [(f"attribute[{name}]{'[]' if several else ''}", str(one)) for one in listed]
    return [(name, value) for name, value in pairs if value]


def _field(name: str, value: str, boundary: str) -> bytes:
    quoted = name.replace('"', "%22")
    return f'--{boundary}\r\nContent-Disposition: form-data; name="{quoted}"\r\n\r\n{value}\r\n'.encode()


def _files(pieces: Sequence[Attachment], boundary: str) -> list[bytes]:
    """Pieces travel as FixMyStreet's adapter takes them: files beside the fields."""
    written: list[bytes] = []
    for number, piece in enumerate(pieces, start=1):
        if piece.content is None:
            continue
        # The name a citizen gave a file tells of them: pieces are numbered.
        kind = piece.content_type.partition("/")[2] or "bin"
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="media{number}"; filename="photo-{number}.{kind}"'
            f"\r\nContent-Type: {piece.content_type}\r\n\r\n"
        )
        written.append(head.encode() + piece.content + b"\r\n")
    return written


def _delivery(kind: str, item: Item) -> Delivery:
    body = json.dumps({"georeport": kind, "item": dict(item)}, ensure_ascii=False).encode()
    return Delivery(body=body, method="POLL", headers=[("Content-Type", "application/json")])


def _mark(kind: str, item: Item) -> str:
    """What tells an item read before from one that says something new. A new report is new once."""
    number = item.get("service_request_id", "")
    if kind == "request":
        return f"request {number}"
    moved = item.get("update_id") or f"{item.get('status', '')} {item.get('updated_datetime', '')}"
    return f"{kind} {number} {moved}"[:200]


def _seen(cursor: Mapping[str, Any]) -> set[str]:
    seen = cursor.get("seen")
    return {str(one) for one in seen} if isinstance(seen, list) else set()


def _written(at: datetime) -> str:
    return at.replace(microsecond=0).isoformat().replace("+00:00", "Z")
