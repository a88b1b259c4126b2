"""The calls of X's API: a direct message or an answer to a post out, direct messages read.

Sources: docs.x.com/x-api/direct-messages, /posts/create-post, /fundamentals/rate-limits, /authentication/oauth-1-0a
(RFC 5849): those tokens have no end, unlike the OAuth 2.0 ones, which change at every use.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from pydantic import SecretStr

from app.channels.contract import Checked, Context, Delivery, Outcome, Polled, Rendered, SendRequest, Sent
from app.channels.errors import Unreadable
from app.channels.kit.json import JsonRefused, load_provider, number, objects, text
from app.channels.kit.probing import judged, limited, ready, unsure
from app.channels.kit.sending import Answer, Call, accepted, by_status, exchange

HOST = "api.x.com"
PUBLIC_MAX = 280
_PAGE = 100
# Fifteen readings in fifteen minutes, and each message read is paid for.
_EVERY_S = 300.0
_REFUSED_BY_PERSON = ("cannot send messages to this user", "not following you", "does not allow", "blocked")
_NOT_ALLOWED_TO_US = ("app permissions", "oauth1", "not permitted to access", "unauthorized", "suspended")


@dataclass(frozen=True, slots=True)
class Keys:
    """An application and an account of it."""

    consumer_key: str
    consumer_secret: SecretStr
    token: str = field(repr=False)
    token_secret: SecretStr


def rendered(request: SendRequest) -> Rendered:
    """Returns the call that carries the words: in private, or under a post when somebody wanted it."""
    if request.public:
        document: dict[str, object] = {
            "text": request.text,
            "reply": {"in_reply_to_tweet_id": request.in_reply_to},
        }
        return Rendered("application/json", _written(document), f"https://{HOST}/2/tweets")
    person = quote(request.to.address or "", safe="")
    url = f"https://{HOST}/2/dm_conversations/with/{person}/messages"
    return Rendered("application/json", _written({"text": request.text}), url)


async def send(request: SendRequest, keys: Keys, context: Context) -> Sent:
    """Makes one attempt; a public answer needs the post it stands under."""
    if request.public and not request.in_reply_to:
        return Sent(outcome=Outcome.PERMANENT, detail="une réponse publique doit répondre à une publication")
    call = rendered(request)
    answer = await _called("POST", call.url or "", call.body, keys, context, nonce=request.ref)
    if isinstance(answer, Sent):
        return answer
    document = _document(answer)
    if answer.status in {200, 201}:
        return accepted(text(document, "data", "dm_event_id") or text(document, "data", "id"))
    return _refusal(answer, document, now=context.now())


async def check(keys: Keys, context: Context, *, user_id: str | None) -> Checked:
    """Asks whose token this is (GET /2/users/me): the account of the settings, or another one."""
    nonce = f"check {context.now().timestamp()}"
    answer = await _called("GET", f"https://{HOST}/2/users/me", b"", keys, context, nonce=nonce)
    found = judged(answer, name="X")
    if isinstance(found, Checked):
        return found
    account, known = text(found.document, "data", "username"), text(found.document, "data", "id")
    if account is None or known is None:
        return unsure("X")
    if user_id is not None and known != user_id:
        return limited(
            f"X reconnaît le compte @{account}, dont l'identifiant est {known} : ce n'est pas celui des réglages",
            f"X knows the account @{account}, whose identifier is {known}: not the one of the settings",
        )
    return ready(f"X reconnaît le compte @{account}", f"X knows the account @{account}")


async def poll(keys: Keys, context: Context, *, cursor: Mapping[str, object]) -> Polled:
    """Reads one page of direct messages, every five minutes; after an absence, page after page back to the cursor."""
    now = context.now().timestamp()
    last, floor = (_whole(cursor, name) for name in ("last_id", "floor"))
    asked_at = number(cursor, "asked_at")
    page_token = text(cursor, "older")
    if page_token is None and asked_at is not None and now - asked_at < _EVERY_S:
        return Polled(deliveries=(), cursor=cursor)
    asked = {
        "event_types": "MessageCreate",
        "dm_event.fields": "id,text,event_type,created_at,sender_id,dm_conversation_id,attachments",
        "expansions": "sender_id",
        "user.fields": "name,username",
        "max_results": str(_PAGE),
        **({"pagination_token": page_token} if page_token else {}),
    }
    url = f"https://{HOST}/2/dm_events?{urlencode(asked)}"
    answer = await _called("GET", url, b"", keys, context, nonce=f"{now}")
    if isinstance(answer, Sent):
        raise Unreadable(f"X n'a pas répondu : {answer.detail}"[:300])
    document = _document(answer)
    if answer.status != 200 or not isinstance(document, dict):
        raise Unreadable(f"X a répondu {answer.status} : {text(document, 'detail') or 'illisible'}"[:300])
    page = [(known, event) for event in objects(document, "data") if (known := _whole(event, "id")) is not None]
    down_to = floor if page_token else last
    fresh = [event for known, event in page if down_to is None or known > down_to]
    following = text(document, "meta", "next_token")
    moved: dict[str, object] = {"asked_at": now}
    newest = max([known for known, _ in page] + ([last] if last is not None else []), default=None)
    if newest is not None:
        moved["last_id"] = str(newest)
    gap = bool(fresh) and len(fresh) == len(page) and down_to is not None and following is not None
    if gap:
        moved |= {"older": following, "floor": str(down_to)}
    includes = document.get("includes")
    deliveries = [_delivery({"data": [event], "includes": includes}) for event in reversed(fresh)]
    return Polled(deliveries=deliveries, cursor=moved, more=gap)


def authorization(method: str, url: str, keys: Keys, *, nonce: str, stamp: int) -> str:
    """Returns the OAuth 1.0a header of a call whose body is JSON, which is not signed (RFC 5849 §3.4)."""
    parts = urlsplit(url)
    given = {
        "oauth_consumer_key": keys.consumer_key,
        "oauth_nonce": hashlib.sha256(f"{nonce}/{stamp}".encode()).hexdigest()[:32],
        "oauth_signature_method": "HMAC-SHA1",
        "oauth_timestamp": str(stamp),
        "oauth_token": keys.token,
        "oauth_version": "1.0",
    }
    pairs = sorted((_escaped(k), _escaped(v)) for k, v in [*given.items(), *parse_qsl(parts.query)])
    normal = "&".join(f"{name}={value}" for name, value in pairs)
    base = "&".join((method, _escaped(f"https://{parts.netloc}{parts.path}"), _escaped(normal)))
    key = f"{_escaped(keys.consumer_secret.get_secret_value())}&{_escaped(keys.token_secret.get_secret_value())}"
    signature = base64.b64encode(hmac.new(key.encode(), base.encode(), "sha1").digest()).decode()
    return "OAuth " + ", ".join(f'{k}="{_escaped(v)}"' for k, v in {**given, "oauth_signature": signature}.items())


async def _called(method: str, url: str, body: bytes, keys: Keys, context: Context, *, nonce: str) -> Answer | Sent:
    stamp = int(context.now().timestamp())
    headers = {"Authorization": authorization(method, url, keys, nonce=nonce, stamp=stamp)}
    if body:
        headers["Content-Type"] = "application/json"
    answer = await exchange(Call(method=method, url=url, body=body, headers=headers, hosts=(HOST,)), context)
    if isinstance(answer, Sent):
        return answer
    # What quotes our header quotes the token, and its words are shown to agents.
    return replace(answer, body=answer.body.replace(keys.token.encode(), b"***"))


def _refusal(answer: Answer, document: object, *, now: datetime) -> Sent:
    errors: Sequence[Mapping[str, object]] = list(objects(document, "errors"))
    told = text(document, "detail") or next((found for one in errors if (found := text(one, "message"))), None)
    plain = by_status(answer, now=now, detail=f"X : {told}" if told else None)
    said = (told or "").lower()
    if answer.status == 403 and any(words in said for words in _REFUSED_BY_PERSON):
        return Sent(outcome=Outcome.OPTED_OUT, detail=plain.detail)
    if answer.status == 403 and said and not any(words in said for words in _NOT_ALLOWED_TO_US):
        return Sent(outcome=Outcome.PERMANENT, detail=plain.detail)  # the same words twice, a protected account
    if answer.status == 404 and said:
        return Sent(outcome=Outcome.PERMANENT, detail=plain.detail)  # the person or the post is gone
    opens = answer.headers.get("x-rate-limit-reset", "")
    if answer.status == 429 and plain.retry_after_s is None and opens.isascii() and opens.isdigit():
        wait = min(max(float(opens[:12]) - now.timestamp(), 0.0), 86_400.0)
        return Sent(outcome=Outcome.THROTTLED, detail=plain.detail, retry_after_s=wait)
    return plain


def _document(answer: Answer) -> object:
    try:
        return load_provider(answer.body)
    except JsonRefused:
        return None


def _whole(value: object, name: str) -> int | None:
    """Ids of X are whole numbers in strings, and grow with time."""
    found = text(value, name) or ""
    return int(found) if found.isascii() and found.isdigit() and len(found) < 25 else None


def _written(document: Mapping[str, object]) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


def _delivery(document: Mapping[str, object]) -> Delivery:
    return Delivery(body=_written(document), headers=[("Content-Type", "application/json")])


def _escaped(value: str) -> str:
    return quote(value, safe="~-._")
