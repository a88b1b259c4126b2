"""The door of the API's routes: JSON bounded, declared as such and strict, before any model sees it."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import params
from fastapi.routing import APIRoute
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from app.errors import Flaw, Malformed, TooLarge, UnsupportedMedia
from app.rest.languages import Said
from app.rest.refusals import Refused
from app.strict_json import JsonFlaw, StrictJsonError, loads

MAX_BODY_BYTES = 2**20

SENTENCES = {
    JsonFlaw.ENCODING: Said("le contenu n'est pas en UTF-8", en="the content is not UTF-8"),
    JsonFlaw.SYNTAX: Said("ce n'est pas du JSON", en="this is not JSON"),
    JsonFlaw.DEPTH: Said("trop de niveaux imbriqués", en="nested too deep"),
    JsonFlaw.NUMBER: Said(
        "nombre qui n'est pas du JSON ou que 64 bits ne tiennent pas", en="a number that is not JSON or exceeds 64 bits"
    ),
    JsonFlaw.DUPLICATE: Said("le même membre est écrit deux fois", en="the same member is written twice"),
    JsonFlaw.NUL: Said("le caractère U+0000 n'est pas admis", en="the character U+0000 is not accepted"),
    JsonFlaw.SURROGATE: Said("demi-caractère UTF-16 isolé", en="a lone UTF-16 surrogate"),
}


class StrictRoute(APIRoute):
    """A route whose JSON body is read by `strict_json`: `APIRouter(route_class=StrictRoute)`.

    Models and OpenAPI stay FastAPI's. U+0000 is refused in addresses too. Raises `UnsupportedMedia`, `TooLarge` or `Malformed` before any dependency runs.
    A route that takes more than 1 MiB is a subclass with its own `max_body_bytes`. Forms are left alone.
    """

    max_body_bytes = MAX_BODY_BYTES

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        takes_json = self.body_field is not None and not isinstance(self.body_field.field_info, params.Form)

        async def strict(request: Request) -> Response:
            refuse_nul(request)
            return await handle(await _read(request, limit=self.max_body_bytes) if takes_json else request)

        return strict


class _StrictRequest(Request):
    """A request already read: FastAPI and dependencies find the bytes and the tree that was checked."""

    def __init__(self, request: Request, *, content: bytes, tree: object) -> None:
        super().__init__(request.scope, request.receive)
        self._body = content
        self._json = tree


def refuse_nul(request: Request) -> None:
    """Raises `Malformed` for U+0000 in the address or the query: no text of ours can hold it, and PostgreSQL fails on it."""
    if "\x00" in request.scope["path"] or b"%00" in request.scope["query_string"]:
        said = SENTENCES[JsonFlaw.NUL]
        raise Malformed(said, flaws=[Flaw("query", JsonFlaw.NUL, said)])


async def read_bounded(request: Request, *, limit: int) -> bytes:
    """Reads a body of at most `limit` bytes, whatever it declares. Raises `TooLarge` before holding more."""
    declared = request.headers.get("content-length", "")
    if declared.isascii() and declared.isdecimal() and (len(declared) > 18 or int(declared) > limit):
        raise _too_large(limit)
    chunks, size = [], 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size > limit:
                raise _too_large(limit)
            chunks.append(chunk)
    except ClientDisconnect:
        raise Refused(Said("le contenu n'est pas arrivé en entier", en="the content did not arrive whole")) from None
    return b"".join(chunks)


async def _read(request: Request, *, limit: int) -> Request:
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        # RFC 9110 §15.5.16: says which codings would do.
        raise UnsupportedMedia(_CODED, headers={"Accept-Encoding": "identity"})
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind and kind != "application/json":
        raise UnsupportedMedia(_KIND, headers={"Accept": "application/json"})
    content = await read_bounded(request, limit=limit)
    if not content:
        return _StrictRequest(request, content=content, tree=None)
    if not kind:
        raise UnsupportedMedia(_KIND, headers={"Accept": "application/json"})
    try:
        tree = loads(content)
    except StrictJsonError as error:
        said = SENTENCES[error.code]
        raise Malformed(said, flaws=[Flaw(error.pointer, error.code, said)]) from None
    return _StrictRequest(request, content=content, tree=tree)


def _too_large(limit: int) -> TooLarge:
    return TooLarge(Said(f"au plus {limit} octets", en=f"at most {limit} bytes"))


_KIND = Said("envoyez Content-Type: application/json", en="send Content-Type: application/json")
_CODED = Said("envoyez le contenu sans compression", en="send the content uncompressed")
