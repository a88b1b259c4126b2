"""The calls of Mastodon's API: one status out, notifications in, and the stream that announces them.

Sources: docs.joinmastodon.org/methods/statuses, /methods/notifications, /methods/streaming, /api/rate-limits. A status
posted twice under one `Idempotency-Key` within the hour is one status.
"""

import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import quote, urlencode

from pydantic import SecretStr

from app.channels.contract import Context, Delivery, Outcome, Polled, SendRequest, Sent
from app.channels.errors import Unreadable
from app.channels.kit.json import JsonRefused, load_provider, objects, text
from app.channels.kit.sending import Answer, Call, accepted, by_status, exchange
from app.channels.kit.times import from_iso

# From the widest to the narrowest: an answer is never shown to more people than what it answers.
WIDTHS = ("public", "unlisted", "private", "direct")
_PAGE = 40
_SILENCE_S = 90.0  # a living stream says something every fifteen seconds


@dataclass(frozen=True, slots=True)
class Server:
    """Where our account lives, and what opens it."""

    host: str
    streaming_host: str
    token: SecretStr

    @property
    def headers(self) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self.token.get_secret_value()}"}


def status_of(request: SendRequest, *, visibility: str, answering: bool = True) -> bytes:
    """Returns the status that carries an answer: without the person's name in it, nobody would be told of it."""
    named = f"@{request.to.address}"
    words = request.text if request.text.startswith(named) else f"{named} {request.text}"
    document: dict[str, object] = {"status": words, "visibility": visibility, "language": "fr"}
    if answering and request.in_reply_to:
        document["in_reply_to_id"] = request.in_reply_to
    return json.dumps(document, ensure_ascii=False).encode()


async def send(request: SendRequest, server: Server, context: Context) -> Sent:
    """Posts one status: direct, or, when somebody wanted it public, as wide as what it answers and no wider."""
    visibility = "direct"
    if request.public:
        found = await _width_of(request.in_reply_to, server, context)
        if isinstance(found, Sent):
            return found
        visibility = found
    sent, answer = await _posted(request, status_of(request, visibility=visibility), server, context)
    gone = isinstance(answer, Answer) and answer.status == 404 and bool(request.in_reply_to)
    if not gone:
        return sent
    if request.public:
        return Sent(outcome=Outcome.PERMANENT, detail="le message auquel on répond n'existe plus")
    # What it answered was deleted: the refusal is certain, and the person is written to all the same.
    sent, _ = await _posted(request, status_of(request, visibility="direct", answering=False), server, context)
    return sent


async def poll(server: Server, context: Context, *, cursor: Mapping[str, object]) -> Polled:
    """Reads the mentions after the cursor, oldest page first, then what our account answered from elsewhere."""
    last, own, account = (text(cursor, name) for name in ("last_id", "own_id", "account_id"))
    asked = [("types[]", "mention"), ("types[]", "update"), ("limit", str(_PAGE))]
    page = await _page("notifications", asked, last, server, context)
    moved = {"last_id": _newest(page) or last}
    deliveries = [_delivery(json.dumps(item)) for item in page]
    if account is None:
        known = await _document(f"https://{server.host}/api/v1/accounts/verify_credentials", server, context)
        account = text(known, "id")
    published: Sequence[Mapping[str, object]] = []
    if account is not None:
        listed = [("exclude_reblogs", "true"), ("limit", str(_PAGE))]
        published = await _page(f"accounts/{quote(account, safe='')}/statuses", listed, own, server, context)
        # At first only the place is learnt: what was published before the connection is nobody's answer here.
        answers = [status for status in published if own is not None and _answers_somebody(status, account)]
        deliveries += [_delivery(json.dumps({"event": "update", "payload": json.dumps(one)})) for one in answers]
        moved |= {"account_id": account, "own_id": _newest(published) or own or "0"}
    # A first reading takes one page; afterwards what an absence left is caught up page after page.
    more = (last is not None and len(page) == _PAGE) or (own is not None and len(published) == _PAGE)
    return Polled(
        deliveries=deliveries, cursor={name: value for name, value in moved.items() if value is not None}, more=more
    )


async def streamed(stream: str, server: Server, context: Context) -> AsyncGenerator[tuple[str, str]]:
    """Yields the events of a stream (name, payload) until it ends. Raises what the connection raises."""
    import httpx  # slow to import, and reading a status needs none

    url = f"https://{server.streaming_host}/api/v1/streaming/{stream}"
    limits = httpx.Timeout(20.0, read=_SILENCE_S)
    async with context.http.stream(
        "GET", url, headers=dict(server.headers), timeout=limits, follow_redirects=False
    ) as answer:
        if answer.status_code != 200:
            raise Unreadable(f"{server.streaming_host} a refusé le flux ({answer.status_code})")
        name, lines = "", list[str]()
        async for line in answer.aiter_lines():
            if line.startswith("event:"):
                name = line.removeprefix("event:").strip()
            elif line.startswith("data:"):
                lines.append(line.removeprefix("data:").strip())
            elif not line and lines:
                yield name, "\n".join(lines)
                name, lines = "", []


async def _posted(request: SendRequest, body: bytes, server: Server, context: Context) -> tuple[Sent, Answer | Sent]:
    headers = {**server.headers, "Content-Type": "application/json", "Idempotency-Key": _key(request, body)}
    url = f"https://{server.host}/api/v1/statuses"
    call = Call(method="POST", url=url, body=body, headers=headers, hosts=(server.host,))
    answer = await exchange(call, context)
    sent = _outcome(answer, now=context.now())
    if sent.outcome is Outcome.UNKNOWN:
        # The same key within the hour is the same status: asking again cannot post a second one.
        answer = await exchange(call, context)
        again = _outcome(answer, now=context.now())
        sent = again if again.outcome is Outcome.OK else sent
    return sent, answer


def _key(request: SendRequest, body: bytes) -> str:
    return request.ref if b"in_reply_to_id" in body or not request.in_reply_to else f"{request.ref}-alone"


def _outcome(answer: Answer | Sent, *, now: datetime) -> Sent:
    if isinstance(answer, Sent):
        return answer
    try:
        document = load_provider(answer.body)
    except JsonRefused:
        document = None
    if answer.status == 200:
        return accepted(text(document, "id"))
    told = text(document, "error")
    plain = by_status(answer, now=now, detail=f"Mastodon : {told}" if told else None)
    if answer.status == 403 and told and "scope" not in told and "token" not in told.lower():
        return Sent(outcome=Outcome.PERMANENT, detail=plain.detail)  # not allowed to write to that person
    if plain.outcome is Outcome.THROTTLED and plain.retry_after_s is None:
        opens = from_iso(answer.headers.get("x-ratelimit-reset"))
        if opens is not None:
            wait = min(max((opens - now).total_seconds(), 0.0), 86_400.0)
            return replace(plain, retry_after_s=wait)
    return plain


async def _width_of(identifier: str | None, server: Server, context: Context) -> str | Sent:
    """Asks how widely the status answered is shown; when it cannot be known, nothing leaves."""
    if not identifier:
        return Sent(outcome=Outcome.PERMANENT, detail="une réponse publique doit répondre à un message")
    url = f"https://{server.host}/api/v1/statuses/{quote(identifier, safe='')}"
    answer = await exchange(Call(method="GET", url=url, headers=server.headers, hosts=(server.host,)), context)
    if isinstance(answer, Sent):
        # Nothing was posted yet: there is no doubt to keep.
        lost = answer.outcome is Outcome.UNKNOWN
        return Sent(outcome=Outcome.RETRY, detail=answer.detail) if lost else answer
    if answer.status in {404, 410}:
        return Sent(outcome=Outcome.PERMANENT, detail="le message auquel on répond n'existe plus")
    if answer.status != 200:
        return _outcome(answer, now=context.now())
    try:
        shown = text(load_provider(answer.body), "visibility")
    except JsonRefused:
        shown = None
    if shown not in WIDTHS:
        return Sent(outcome=Outcome.RETRY, detail="la visibilité du message auquel on répond n'a pas pu être lue")
    return shown


async def _page(
    path: str, asked: Sequence[tuple[str, str]], after: str | None, server: Server, context: Context
) -> Sequence[Mapping[str, object]]:
    pairs = [*asked, *([("min_id", after)] if after is not None else [])]
    document = await _document(f"https://{server.host}/api/v1/{path}?{urlencode(pairs)}", server, context)
    if not isinstance(document, list):
        raise Unreadable(f"{server.host} n'a pas rendu une liste")
    return list(objects(document))


async def _document(url: str, server: Server, context: Context) -> object:
    answer = await exchange(Call(method="GET", url=url, headers=server.headers, hosts=(server.host,)), context)
    if isinstance(answer, Sent):
        raise Unreadable(f"{server.host} n'a pas répondu : {answer.detail}"[:300])
    if answer.status != 200:
        raise Unreadable(f"{server.host} a répondu {answer.status}")
    return load_provider(answer.body)


def _newest(page: Sequence[Mapping[str, object]]) -> str | None:
    """Pages are given newest first, whichever end they were asked from."""
    return text(page[0], "id") if page else None


def _answers_somebody(status: Mapping[str, object], account: str) -> bool:
    return status.get("in_reply_to_id") is not None and text(status, "in_reply_to_account_id") != account


def _delivery(body: str) -> Delivery:
    return Delivery(body=body.encode(), headers=[("Content-Type", "application/json")])
