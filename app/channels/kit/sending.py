"""One attempt to send, and what it came to: every way a provider can answer has one outcome, and none raises.

The great divide is whether bytes left: before, the attempt may be repeated; after, with no answer, nobody knows, and a
second SMS or a second direct message is worse than asking an agent.
"""

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pydantic import SecretStr

from app.channels.contract import Context, Outcome, Sent
from app.channels.kit.certificates import certificate_flaw
from app.channels.kit.json import clean_text
from app.channels.kit.times import from_http

if TYPE_CHECKING:
    import httpx

TIMEOUT_S = 20.0
_MOST_DETAIL = 500
_CREDENTIAL = re.compile(r"auth|key|token|secret|consumer|signature", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request to a provider. `headers` may hold credentials; they leave only for a host of `hosts`."""

    method: str
    url: str
    body: bytes = field(default=b"", repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    hosts: Sequence[str] = ()
    timeout_s: float = TIMEOUT_S


@dataclass(frozen=True, slots=True)
class Answer:
    """What a provider answered."""

    status: int
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


async def exchange(call: Call, context: Context) -> Answer | Sent:
    """Makes one call. Returns the answer, whatever its status, or what became of an attempt that had none."""
    import httpx

    host = (urlsplit(call.url).hostname or "").lower()
    if host not in {allowed.lower() for allowed in call.hosts} or not call.url.startswith("https://"):
        return Sent(outcome=Outcome.CONFIG, detail=f"credentials may not leave for {host or 'this address'}")
    try:
        # Redirects are never followed: the credentials belong to the host that was checked.
        response = await context.http.request(
            call.method,
            call.url,
            content=call.body or None,
            headers=dict(call.headers),
            timeout=call.timeout_s,
            follow_redirects=False,
        )
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        if flaw := certificate_flaw(error):
            return Sent(outcome=Outcome.RETRY, detail=f"le certificat de {host} est refusé : {flaw}")
        return Sent(outcome=Outcome.RETRY, detail=f"the provider could not be reached ({type(error).__name__})")
    except (httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
        return Sent(outcome=Outcome.CONFIG, detail=f"the provider's address is unusable ({type(error).__name__})")
    except httpx.HTTPError as error:
        return Sent(outcome=Outcome.UNKNOWN, detail=f"no answer came after the request left ({type(error).__name__})")
    return Answer(response.status_code, _told(response, call), _lowered(response))


def by_status(answer: Answer, *, now: datetime, detail: str | None = None) -> Sent:
    """Returns the outcome that the status alone tells, for a refusal the provider does not explain better."""
    told = shortened(detail) or f"the provider answered {answer.status}"
    if 200 <= answer.status < 300:  # a success nobody expected: the message may have left
        return Sent(outcome=Outcome.UNKNOWN, detail=told)
    if answer.status == 429:
        return Sent(outcome=Outcome.THROTTLED, detail=told, retry_after_s=retry_after(answer, now=now))
    if answer.status in {401, 403}:
        return Sent(outcome=Outcome.AUTH, detail=told)
    if answer.status in {402, 404, 405, 407} or 300 <= answer.status < 400:
        return Sent(outcome=Outcome.CONFIG, detail=told)
    if answer.status in {408, 425} or answer.status >= 500:
        return Sent(outcome=Outcome.RETRY, detail=told, retry_after_s=retry_after(answer, now=now))
    return Sent(outcome=Outcome.PERMANENT, detail=told)


def accepted(*ids: str | None, detail: str | None = None) -> Sent:
    """Returns success. A success without any id of the provider is unknown: nothing could be matched to it later."""
    known = [given for given in ids if given]
    if not known:
        return Sent(outcome=Outcome.UNKNOWN, detail="the provider answered success in a form that cannot be read")
    return Sent(outcome=Outcome.OK, external_ids=known, detail=shortened(detail))


def retry_after(answer: Answer, *, now: datetime) -> float | None:
    """Reads `Retry-After`, in seconds or as a date (RFC 9110 §10.2.3), bounded to a day."""
    value = answer.headers.get("retry-after")
    if value is None:
        return None
    if value.strip().isascii() and value.strip().isdigit():
        return min(float(value.strip()[:9]), 86_400.0)
    instant = from_http(value)
    return None if instant is None else min(max((instant - now).total_seconds(), 0.0), 86_400.0)


def shortened(detail: str | None) -> str | None:
    return clean_text(detail)[:_MOST_DETAIL] if detail else None


def basic_auth(user: str, password: SecretStr) -> str:
    """Returns the value of an `Authorization` header (RFC 7617)."""
    return "Basic " + base64.b64encode(f"{user}:{password.get_secret_value()}".encode()).decode()


def _told(response: "httpx.Response", call: Call) -> bytes:
    """Returns the body, without the credentials of the call: a refusal may quote them, and agents read its words."""
    body, parts, told = response.content, urlsplit(call.url), []
    if response.status_code >= 300:  # some stand in the address; what a success says of it may be an id
        told = [call.url, parts.path, parts.query, *(part for part in parts.path.split("/") if len(part) > 11)]
    for name, value in call.headers.items():
        if _CREDENTIAL.search(name):
            told += [value, value.partition(" ")[2]]
    for secret in told:
        body = body.replace(secret.encode(), b"***") if len(secret) > 5 else body
    return body


def _lowered(response: "httpx.Response") -> Mapping[str, str]:
    return {name.lower(): value for name, value in response.headers.items()}
