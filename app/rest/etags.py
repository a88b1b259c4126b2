"""Versions told and asked for: strong entity tags made of an integer (RFC 9110 §8.8.3, §13.1)."""

import re
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, Request, Response

from app.errors import Malformed, PreconditionRequired, Stale
from app.rest.early import EarlyAnswer
from app.rest.languages import Said

# RFC 9110 §8.8.3: an optional weakness, then visible characters between quotes.
_TAG = re.compile(r'(W/)?"([\x21\x23-\x7e\x80-\xff]*)"')
_NEVER = -1


def etag(version: int) -> str:
    """Writes a version as a strong entity tag: 7 is `"7"`."""
    return f'"{version}"'


async def expected_version(
    if_match: Annotated[
        str | None,
        Header(
            description='Version que vous avez lue (en-tête ETag), par exemple `"7"` : la modification est refusée si la ressource a changé depuis.',
            examples=['"7"'],
        ),
    ] = None,
) -> int:
    """Reads the one version a change was decided on; a tag that is not one of ours matches none.

    Raises `PreconditionRequired` when it is missing or `*` (a change decided without reading), `Malformed` when it is
    not one entity tag.
    """
    if if_match is None or if_match.strip() == "*":
        raise PreconditionRequired
    found = _TAG.fullmatch(if_match.strip())
    if found is None:
        raise Malformed(_ONE)
    weak, word = found.groups()
    # Strong comparison (RFC 9110 §13.1.1): a weak tag never matches.
    return _NEVER if weak or not _is_version(word) else int(word)


Expected = Annotated[int, Depends(expected_version)]


def require_version(current: int, *, expected: int) -> None:
    """Raises `Stale` when the resource is no longer at the version the change was decided on."""
    if current != expected:
        raise Stale(headers={"ETag": etag(current)})


@dataclass(frozen=True, slots=True)
class Freshness:
    """What a reader already holds: `at` tells the present version, or ends the request with 304."""

    _known: str
    _response: Response

    def at(self, version: int) -> None:
        """Sets the ETag of the answer; answers 304 when the reader has this version (RFC 9110 §13.1.2)."""
        tag = etag(version)
        known = {word for _, word in _TAG.findall(self._known)}
        if self._known.strip() == "*" or str(version) in known:
            raise EarlyAnswer(status=304, headers={"ETag": tag})
        self._response.headers["ETag"] = tag


async def freshness(request: Request, response: Response) -> Freshness:
    return Freshness(request.headers.get("if-none-match", "")[:1000], response)


Fresh = Annotated[Freshness, Depends(freshness)]


def _is_version(word: str) -> bool:
    return word.isascii() and word.isdecimal() and len(word) < 19 and str(int(word)) == word


_ONE = Said('If-Match doit porter une seule version, comme "7"', en='If-Match must hold one version, such as "7"')
