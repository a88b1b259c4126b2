"""Reading what a browser posts, never more than is allowed."""

from fastapi import Request

from app.channels.kit.forms import Form, urlencoded
from app.errors import Malformed, TooLarge, UnsupportedMedia
from app.rest.languages import Said

FORM = "application/x-www-form-urlencoded"
_SMALL = 1 << 20


async def bounded(request: Request, *, limit: int) -> bytes:
    """Returns the body. Raises `TooLarge` before reading one that is announced larger, or as soon as it is."""
    announced = request.headers.get("content-length", "0")
    if not announced.isascii() or not announced.isdigit():
        raise Malformed("Content-Length is not a number")
    if int(announced) > limit:
        raise _too_large(limit)
    parts: list[bytes] = []
    size = 0
    async for part in request.stream():
        size += len(part)
        if size > limit:
            raise _too_large(limit)
        parts.append(part)
    return b"".join(parts)


async def agents_form(request: Request) -> Form:
    """Returns the fields of one of our own small forms. Raises `UnsupportedMedia` on anything else."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise UnsupportedMedia(Said("envoyez le formulaire de la page", en="send the page's own form"))
    return Form(urlencoded(await bounded(request, limit=_SMALL)))


def _too_large(limit: int) -> TooLarge:
    megabytes = limit // 1_000_000
    return TooLarge(
        Said(
            f"votre envoi dépasse {megabytes} Mo et n’a pas été enregistré. Revenez en arrière, retirez ou allégez des "
            "pièces, ou envoyez-les en plusieurs fois.",
            en=f"your message is larger than {megabytes} MB and was not recorded. Go back, remove or shrink files, or "
            "send them in several times.",
        )
    )
