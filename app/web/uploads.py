"""The one file of a form, as it arrives: a large one is never held in memory (RFC 7578)."""

import re
from collections.abc import AsyncIterator

from fastapi import Request
from starlette.requests import ClientDisconnect

from app.errors import UnsupportedMedia
from app.rest.languages import Said
from app.rest.refusals import Refused

_BOUNDARY = re.compile(r'boundary="?([\w\'()+,./:=? -]{1,70})"?', re.ASCII)
_HEAD_MAX = 8_192


async def only_file(request: Request) -> AsyncIterator[bytes]:
    """Yields the bytes of the first part of a multipart body. Raises `UnsupportedMedia`, `Refused` when it is cut short."""
    kind = request.headers.get("content-type", "")
    found = _BOUNDARY.search(kind)
    if not kind.lower().startswith("multipart/form-data") or found is None:
        raise UnsupportedMedia(Said("envoyez le formulaire de la page", en="send the page's own form"))
    delimiter = b"\r\n--" + found[1].strip().encode()
    held, headed = b"\r\n", False
    try:
        async for chunk in request.stream():
            held += chunk
            if not headed:
                end = held.find(b"\r\n\r\n")
                if end < 0 and len(held) > _HEAD_MAX:
                    break
                if end < 0:
                    continue
                if not held.startswith(delimiter):
                    break
                held, headed = held[end + 4 :], True
            if (end := held.find(delimiter)) >= 0:
                yield held[:end]
                return
            if len(held) > len(delimiter):
                # What may be the beginning of the delimiter waits for what follows it.
                yield held[: -len(delimiter)]
                held = held[-len(delimiter) :]
    except ClientDisconnect:
        pass
    raise Refused(Said("le fichier n’est pas arrivé en entier", en="the file did not arrive whole"))
