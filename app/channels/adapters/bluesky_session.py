"""Sessions of Bluesky: an app password gives a token for two hours, and Bluesky counts how often it is asked.

Source: docs.bsky.app, com.atproto.server.createSession (300 a day). A session lives in the memory of one process; it is
opened again when its token is near its end, or refused.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from pydantic import SecretStr

from app.channels.contract import Context, Outcome, Sent
from app.channels.errors import Unreadable
from app.channels.kit.json import JsonRefused, load_provider, member, number, objects, text
from app.channels.kit.sending import Answer, Call, by_status, exchange, shortened
from app.channels.kit.signatures import sha256_hex, unpadded

if TYPE_CHECKING:  # slow to import, and reading a page needs none
    import httpx

CHAT = "did:web:api.bsky.chat#bsky_chat"  # the service that a request for the chat is passed on to
_MARGIN_S = 120.0
_EXPIRED = {"ExpiredToken", "InvalidToken"}
_LONGEST_S = 3600.0  # of a token that does not say its end


@dataclass(frozen=True, slots=True)
class Account:
    """An account and its app password; `host` is the server that holds it, where it is not `service` itself."""

    service: str
    host: str
    did: str
    password: SecretStr


@dataclass(frozen=True, slots=True)
class _Open:
    token: str = field(repr=False)
    until: float = 0.0


class Sessions:
    """Makes calls in the name of an account, opening its session when there is none."""

    def __init__(self) -> None:
        # A session belongs to the client that opened it, and goes with it.
        self._open: WeakKeyDictionary[httpx.AsyncClient, dict[str, _Open]] = WeakKeyDictionary()

    async def call(
        self, account: Account, context: Context, *, method: str, path: str, body: bytes = b"", proxy: str | None = None
    ) -> Answer | Sent:
        """Makes one XRPC call; a token refused as expired was certainly not used, so that the call is made once more."""
        token = await self._token(account, context)
        if isinstance(token, Sent):
            return token
        answer = await _asked(account, context, token, method=method, path=path, body=body, proxy=proxy)
        if not isinstance(answer, Answer) or error_of(answer)[0] not in _EXPIRED:
            return answer
        self._of(context).pop(_name(account), None)
        fresh = await self._token(account, context)
        if isinstance(fresh, Sent):
            return fresh
        return await _asked(account, context, fresh, method=method, path=path, body=body, proxy=proxy)

    async def _token(self, account: Account, context: Context) -> str | Sent:
        now, name = context.now().timestamp(), _name(account)
        held = self._of(context).get(name)
        if held is not None and held.until > now:
            return held.token
        opened = await _opened(account, context)
        if isinstance(opened, Sent):
            return opened
        self._of(context)[name] = _Open(opened, _until(opened, now=now))
        return opened

    def _of(self, context: Context) -> dict[str, _Open]:
        return self._open.setdefault(context.http, {})


async def _opened(account: Account, context: Context) -> str | Sent:
    asked = {"identifier": account.did, "password": account.password.get_secret_value()}
    url = f"https://{account.service}/xrpc/com.atproto.server.createSession"
    headers = {"Content-Type": "application/json"}
    body = json.dumps(asked).encode()
    call = Call(method="POST", url=url, body=body, headers=headers, hosts=(account.service,))
    answer = await exchange(call, context)
    if isinstance(answer, Sent):
        return certain(answer)
    document = read(answer)
    token = text(document, "accessJwt")
    if answer.status != 200 or token is None:
        if answer.status == 200:
            return Sent(outcome=Outcome.RETRY, detail="Bluesky a ouvert une session qui ne se lit pas")
        told = "Bluesky refuse le mot de passe d'application" if answer.status == 401 else None
        return refusal(answer, now=context.now(), told=told)
    lives_at = _home(document)
    if lives_at not in {None, account.host}:
        # Credentials leave for declared hosts alone, and an administrator declares them.
        return Sent(outcome=Outcome.CONFIG, detail=f"le compte est tenu par {lives_at} : donnez-le en `pds_host`"[:300])
    return token


async def _asked(
    account: Account, context: Context, token: str, *, method: str, path: str, body: bytes, proxy: str | None
) -> Answer | Sent:
    headers = {"Authorization": f"Bearer {token}", **({"atproto-proxy": proxy} if proxy else {})}
    if body:
        headers["Content-Type"] = "application/json"
    url = f"https://{account.host}/xrpc/{path}"
    return await exchange(Call(method=method, url=url, body=body, headers=headers, hosts=(account.host,)), context)


def certain(sent: Sent) -> Sent:
    """What a lost answer means where nothing was said to anybody yet: the attempt may be made again."""
    return Sent(outcome=Outcome.RETRY, detail=sent.detail) if sent.outcome is Outcome.UNKNOWN else sent


def refusal(answer: Answer, *, now: datetime, told: str | None = None) -> Sent:
    """Returns what a refusal comes to, before the meaning of its own words."""
    code, words = error_of(answer)
    plain = by_status(answer, now=now, detail=told or (f"Bluesky {code} : {words}" if code else None))
    if code in {*_EXPIRED, "AuthMissing", "AuthenticationRequired", "AuthFactorTokenRequired", "AccountTakedown"}:
        return Sent(outcome=Outcome.AUTH, detail=plain.detail)
    if "token scope" in words.lower():
        told = "le mot de passe d'application ne permet pas les messages privés : créez-en un qui les permet"
        return Sent(outcome=Outcome.AUTH, detail=told)
    opens = answer.headers.get("ratelimit-reset", "")
    if answer.status == 429 and plain.retry_after_s is None and opens.isascii() and opens.isdigit():
        wait = min(max(float(opens[:12]) - now.timestamp(), 0.0), 86_400.0)
        return Sent(outcome=Outcome.THROTTLED, detail=plain.detail, retry_after_s=wait)
    # 4xx without a name of its own: the parameters are wrong, and will be.
    return certain(plain)


def error_of(answer: Answer) -> tuple[str, str]:
    """Returns the name of an XRPC error and its words."""
    document = read(answer) if answer.status >= 400 else None
    return text(document, "error") or "", shortened(text(document, "message")) or ""


def read(answer: Answer) -> object:
    try:
        return load_provider(answer.body)
    except JsonRefused:
        return None


def _home(document: object) -> str | None:
    services: Sequence[Mapping[str, object]] = list(objects(member(document, "didDoc"), "service"))
    url = next((text(one, "serviceEndpoint") for one in services if text(one, "id") == "#atproto_pds"), None)
    try:
        return urlsplit(url or "").hostname
    except ValueError:
        return None


def _until(token: str, *, now: float) -> float:
    """Reads when a token ends (RFC 7519 §4.1.4): our own, so that its signature is its issuer's matter."""
    try:
        ends = number(load_provider(unpadded(token.split(".")[1])), "exp")
    except (IndexError, ValueError, Unreadable):
        ends = None
    return (ends if ends is not None else now + _LONGEST_S) - _MARGIN_S


def _name(account: Account) -> str:
    return sha256_hex(f"{account.service}\x1f{account.did}\x1f{account.password.get_secret_value()}".encode())
