"""Fetching a piece: bounded bytes, redirects followed by hand, credentials for declared hosts alone."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from app.channels.contract import Context
from app.channels.errors import Unfetched
from app.channels.kit.sending import Answer, Call, exchange

if TYPE_CHECKING:
    import httpx

MAX_BYTES = 25 * 2**20
MAX_SECONDS = 120.0
_HOPS = 4
_GONE = frozenset({404, 410})


async def download(
    url: str,
    context: Context,
    *,
    headers: Mapping[str, str] | None = None,
    hosts: Sequence[str] = (),
    max_bytes: int = MAX_BYTES,
) -> bytes:
    """Returns what stands at an address, at most `max_bytes`. Raises `Unfetched`.

    `headers` hold credentials: they leave for `hosts` alone, at every redirect anew. Each address on the way is https,
    and judged by the platform's egress policy.
    """
    for _ in range(_HOPS):
        if not url.startswith("https://"):
            raise Unfetched("son adresse n'est pas une adresse https", retry=False)
        found = await _one(url, context, headers=_for(url, headers, hosts), max_bytes=max_bytes)
        if isinstance(found, bytes):
            return found
        url = urljoin(url, found)
    raise Unfetched("le fournisseur renvoie d'adresse en adresse", retry=False)


async def lookup(call: Call, context: Context) -> Answer:
    """Asks a provider where a piece stands. Raises `Unfetched` for every answer but a success."""
    answer = await exchange(call, context)
    if not isinstance(answer, Answer):
        raise Unfetched("le fournisseur ne répond pas", retry=True)
    if answer.status != 200:
        raise refusal(answer.status)
    return answer


def refusal(status: int) -> Unfetched:
    """Returns what a status of the provider means for a piece."""
    if status in {401, 403}:
        return Unfetched("le fournisseur refuse de la donner : vérifiez la connexion du canal", retry=True)
    if status in _GONE:
        return Unfetched("le fournisseur ne l'a plus", retry=False)
    if status in {408, 425, 429} or status >= 500:
        return Unfetched(f"le fournisseur ne peut pas la donner pour l'instant ({status})", retry=True)
    return Unfetched(f"le fournisseur la refuse ({status})", retry=False)


async def _one(url: str, context: Context, *, headers: Mapping[str, str], max_bytes: int) -> bytes | str:
    """Returns the bytes, or the address a redirect names."""
    import httpx

    bounds = {"max_bytes": max_bytes + 1, "max_seconds": MAX_SECONDS}
    try:
        request = context.http.build_request("GET", url, headers=dict(headers), extensions=bounds)
        response = await context.http.send(request, stream=True, follow_redirects=False)
    except (httpx.UnsupportedProtocol, httpx.InvalidURL):
        raise Unfetched("son adresse ne peut pas être appelée d'ici", retry=False) from None
    except httpx.HTTPError:
        raise Unfetched("le fournisseur ne répond pas", retry=True) from None
    try:
        if response.has_redirect_location:
            return response.headers["location"]
        if response.status_code != 200:
            raise refusal(response.status_code)
        return await _read(response, max_bytes=max_bytes)
    finally:
        await response.aclose()


async def _read(response: "httpx.Response", *, max_bytes: int) -> bytes:
    import httpx

    too_large = Unfetched(f"elle pèse plus de {max_bytes // 2**20} Mo", retry=False)
    announced = response.headers.get("content-length", "")
    if announced.isascii() and announced.isdigit() and len(announced) < 19 and int(announced) > max_bytes:
        raise too_large
    parts: list[bytes] = []
    size = 0
    try:
        async for part in response.aiter_bytes():
            size += len(part)
            if size > max_bytes:
                raise too_large
            parts.append(part)
    except httpx.HTTPError:
        raise Unfetched("le fournisseur s'est arrêté en chemin", retry=True) from None
    whole = "content-encoding" not in response.headers and announced.isascii() and announced.isdigit()
    if whole and size < int(announced[:18]):
        raise Unfetched("le fournisseur s'est arrêté en chemin", retry=True)
    return b"".join(parts)


def _for(url: str, headers: Mapping[str, str] | None, hosts: Sequence[str]) -> Mapping[str, str]:
    host = (urlsplit(url).hostname or "").lower()
    return headers if headers and host in {one.lower() for one in hosts} else {}
