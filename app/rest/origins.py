"""A session cookie travels with every request a browser makes: a change must come from our own pages."""

from urllib.parse import urlsplit

from fastapi import Request

from app.errors import Forbidden
from app.rest.languages import Said

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def refuse_cross_site(request: Request, *, base_url: str) -> None:
    """Refuses a change another site asked for: `Sec-Fetch-Site` first, else `Origin`, which must be ours.

    Raises `Forbidden`; also when neither header is there, since every browser sends one on a change.
    """
    if request.method in _SAFE:
        return
    site = request.headers.get("sec-fetch-site")
    ours = site == "same-origin" if site is not None else request.headers.get("origin") == _origin(base_url)
    if not ours:
        raise Forbidden(
            Said(
                "cette demande ne vient pas des pages de Parvis : recommencez depuis l'écran, ou utilisez une clé d'accès",
                en="this request does not come from Parvis's own pages: start again on screen, or use an access key",
            )
        )


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
