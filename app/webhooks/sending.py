"""One call of one endpoint: signed, judged by the egress policy, bounded in time and size, following nothing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import httpx
from pydantic import SecretStr

from app.channels.kit.certificates import certificate_flaw
from app.channels.kit.webhooks import signed_headers
from app.egress.transport import AddressRefused
from app.webhooks.schedule import Answered, meaning_of

PATIENCE_S = 15.0
KEPT_BYTES = 1000
_REDIRECT, _CLIENT_ERROR = 300, 400
# What an answer might repeat of a person or of a key.
_SECRETIVE = re.compile(r"[^\s@<>]{1,64}@[^\s@<>]{1,255}|\+?\d[\d .\-]{7,}\d|[A-Za-z0-9_\-+/=]{24,}")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Attempt:
    """What one call brought; `error` is a sentence for an administrator."""

    answered: Answered
    status: int | None
    error: str | None
    response: str | None


class Sender:
    """Calls endpoints with the house's guarded client."""

    def __init__(self, http: httpx.AsyncClient, *, patience_s: float = PATIENCE_S) -> None:
        self._http, self._patience_s = http, patience_s

    async def send(
        self, url: str, *, identifier: str, body: str, secrets: Sequence[SecretStr], at: datetime
    ) -> Attempt:
        """Makes one attempt. Whatever the consumer does, the answer is an `Attempt`."""
        content = body.encode()
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Parvis-Webhooks/1",
            **signed_headers(identifier=identifier, at=at, body=content, secrets=secrets),
        }
        try:
            request = self._http.build_request(
                "POST",
                url,
                content=content,
                headers=headers,
                timeout=self._patience_s,
                extensions={"max_seconds": self._patience_s},
            )
            response = await self._http.send(request, stream=True, follow_redirects=False)
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
            return Attempt(Answered.DOWN, None, self._told(error), None)
        try:
            kept = await _beginning(response)
        finally:
            await response.aclose()
        status = response.status_code
        return Attempt(meaning_of(status), status, _told_status(status), redacted(kept, secrets) or None)

    def _told(self, error: Exception) -> str:
        match error:
            case AddressRefused():
                return str(error)
            case httpx.TimeoutException():
                return f"pas de réponse en {self._patience_s:g} s"
            case httpx.ConnectError() if flaw := certificate_flaw(error):
                return f"le certificat du serveur est refusé : {flaw}"
            case httpx.ConnectError() if "SSL" in str(error) or "certificate" in str(error).lower():
                return "le certificat du serveur est refusé"
            case httpx.ConnectError():
                return "le serveur ne répond pas"
            case _:
                return "la connexion a été rompue"


def redacted(beginning: bytes, secrets: Sequence[SecretStr]) -> str:
    """Writes the beginning of an answer without addresses, numbers, keys or control characters."""
    text = _CONTROLS.sub(" ", beginning.decode("utf-8", "replace"))
    for secret in secrets:
        text = text.replace(secret.get_secret_value(), "•••")
    return _SECRETIVE.sub("•••", text).strip().encode()[:KEPT_BYTES].decode("utf-8", "ignore")


async def _beginning(response: httpx.Response) -> bytes:
    """Reads what is kept of an answer; its status has said all that counts, so a broken end changes nothing."""
    kept = b""
    try:
        async for part in response.aiter_raw():
            kept += part
            if len(kept) >= KEPT_BYTES:
                break
    except httpx.HTTPError:
        pass
    return kept[:KEPT_BYTES]


def _told_status(status: int) -> str | None:
    if meaning_of(status) is Answered.TAKEN:
        return None
    if _REDIRECT <= status < _CLIENT_ERROR:
        return f"le serveur renvoie ailleurs (HTTP {status}) : une redirection n'est jamais suivie"
    if meaning_of(status) is Answered.GONE:
        return "le serveur demande à ne plus être appelé (HTTP 410)"
    return f"le serveur répond HTTP {status}"
