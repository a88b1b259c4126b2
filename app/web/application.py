"""Serves the agents' application, built from `ui/` into `app/static/` (ADR 0024): one document for its screens, and its files.

The document goes to whoever is signed in, and sends whoever is not to sign in and back. It holds nothing of the house: all it
shows it asks of the public API.
"""

import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.errors import NotFound
from app.rest.languages import Said
from app.web import preferred_desk
from app.web.agents import Agent
from app.web.house import house_of
from app.web.pages import HEADERS, POLICY, SCRIPTED, see
from app.web.preferred_desk import PREFERENCE, WITH_SCRIPTS, WITHOUT, is_built
from app.web.refusals import PageRoute
from app.web.sign_in import guarded

router = APIRouter(route_class=PageRoute, include_in_schema=False)
# The first word of each address the application answers; another one shows its page of what is not there, with 404.
SCREENS = frozenset(
    {
        *("", "aide", "avis", "boite", "dossiers", "echeances", "envois", "personnes", "pilotage", "quarantaine"),
        *("profil", "recherche", "reglages", "reseaux", "satisfaction"),
    }
)
_A_YEAR = 365 * 24 * 3600
_KINDS = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".woff2": "font/woff2"}
_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))


@dataclass(frozen=True, slots=True)
class File:
    """A built file, as it is and compressed; read once."""

    kind: str
    tag: str
    bodies: Mapping[str, bytes]

    def answer(self, request: Request, *, status: int = 200, headers: Mapping[str, str]) -> Response:
        """Writes the file in an encoding the browser takes; 304 when it holds this one (RFC 9110 §13.1.2)."""
        encoding = _encoding(request.headers.get("accept-encoding", ""), self.bodies)
        tag = f'"{self.tag}{"-" + encoding if encoding else ""}"'
        said = {**headers, "ETag": tag, "Vary": "Accept-Encoding", "X-Content-Type-Options": "nosniff"}
        if status == 200 and tag in (request.headers.get("if-none-match") or ""):
            return Response(status_code=304, headers=said)
        if encoding:
            said["Content-Encoding"] = encoding
        return Response(self.bodies[encoding], status_code=status, media_type=self.kind, headers=said)


@router.get("/ecran/{which}")
async def prefer(request: Request, agent: Agent, which: str) -> Response:  # noqa: ARG001 — only who is signed in chooses
    """Remembers which desk somebody prefers, and opens it."""
    if which not in {"simple", "application"}:
        raise NotFound
    answer = see(WITHOUT if which == "simple" or not is_built() else WITH_SCRIPTS)
    secure = guarded(house_of(request))
    answer.set_cookie(PREFERENCE, which, max_age=_A_YEAR, path="/", httponly=True, samesite="lax", secure=secure)
    return answer


@router.get("/bureau/assets/{name}")
async def asset(request: Request, name: str) -> Response:
    """Serves a file whose name holds what it holds: a browser never asks for it twice."""
    found = _assets(preferred_desk.BUILT, _made(preferred_desk.BUILT)).get(name)
    if found is None:
        raise NotFound
    return found.answer(request, headers={"Cache-Control": "public, max-age=31536000, immutable"})


@router.get("/bureau")
@router.get("/bureau/{path:path}")
async def document(request: Request, agent: Agent, path: str = "") -> Response:  # noqa: ARG001 — only who is signed in
    if not is_built():
        raise NotFound(
            Said(
                "l’application n’est pas installée sur ce serveur : la boîte sans JavaScript est à l’adresse /boite",
                en="the application is not installed on this server: the desk without JavaScript is at /boite",
            )
        )
    found = path.split("/", 1)[0] in SCREENS
    headers = {**HEADERS, "Content-Security-Policy": SCRIPTED + POLICY, "Cache-Control": "no-cache"}
    return _index(preferred_desk.BUILT, _made(preferred_desk.BUILT)).answer(
        request, status=200 if found else 404, headers=headers
    )


def _made(folder: Path) -> int:
    """Tells one build from another: what `make ui` made again is served at once."""
    index = folder / "index.html"
    return index.stat().st_mtime_ns if index.is_file() else 0


@lru_cache(maxsize=1)
def _index(folder: Path, made: int) -> File:  # noqa: ARG001 — kept until another is made
    return _read(folder / "index.html")


@lru_cache(maxsize=1)
def _assets(folder: Path, made: int) -> Mapping[str, File]:  # noqa: ARG001 — kept until others are made
    wanted = folder / "assets"
    if not wanted.is_dir():
        return {}
    return {path.name: _read(path) for path in wanted.iterdir() if path.suffix not in {".br", ".gz"}}


def _read(path: Path) -> File:
    plain = path.read_bytes()
    bodies = {"": plain}
    for encoding, suffix in _ENCODINGS:
        compressed = path.with_name(path.name + suffix)
        if compressed.is_file():
            bodies[encoding] = compressed.read_bytes()
    kind = _KINDS.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return File(kind, hashlib.sha256(plain).hexdigest()[:16], bodies)


def _encoding(accepted: str, bodies: Mapping[str, bytes]) -> str:
    """Returns the best encoding both have; none when a browser names none, or refuses it (`;q=0`)."""
    words = {word.strip().replace(" ", "").lower() for word in accepted.split(",")}
    return next((name for name, _ in _ENCODINGS if name in bodies and _takes(words, name)), "")


def _takes(words: set[str], name: str) -> bool:
    return any(word == name or (word.startswith(f"{name};q=") and word[len(name) + 3 :].strip("0.")) for word in words)
