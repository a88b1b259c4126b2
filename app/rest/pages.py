"""Lists by keyset: one page and how to go on, without a total.

A cursor is bound to the administration, the address and the filters, so it cannot be made up, moved to another list or
kept while filters change.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from fastapi import Depends, Query, Request, Response
from pydantic import BaseModel, Field

from app.rest.access import CurrentCaller
from app.rest.cursors import Position, read_cursor, write_cursor
from app.rest.house import house_of
from app.sealing import KeyRing

Row = TypeVar("Row")
Shown = TypeVar("Shown")


class Page(BaseModel, Generic[Shown]):
    """One page of a list; no total, since counting costs more than reading."""

    data: list[Shown]
    next_cursor: str | None = Field(
        description="À renvoyer dans `cursor` pour la suite ; `null` à la dernière page.", examples=[None]
    )


@dataclass(frozen=True, slots=True)
class PageRequest:
    """The page asked for: fetch `take` rows `after` a position, then `page` them."""

    limit: int
    after: Position | None
    _request: Request
    _response: Response
    _keys: KeyRing
    _list: bytes

    @property
    def take(self) -> int:
        """One row more than shown, which says whether there is a next page."""
        return self.limit + 1

    def page(
        self, rows: Sequence[Row], *, position: Callable[[Row], Position], show: Callable[[Row], Shown]
    ) -> Page[Shown]:
        """Shows up to `limit` rows and, when more stand behind, how to go on (also as `Link`, RFC 8288)."""
        shown = rows[: self.limit]
        following = None
        if len(rows) > self.limit:
            following = write_cursor(self._keys, position(shown[-1]), list_hash=self._list)
            self._response.headers["Link"] = f'<{self._address(following)}>; rel="next"'
        return Page[Shown](data=[show(row) for row in shown], next_cursor=following)

    def _address(self, cursor: str) -> str:
        # Relative to the request (RFC 8288 §3.2), so that no Host header can point it elsewhere.
        kept = [(name, value) for name, value in _query(self._request) if name != "cursor"]
        return f"{self._request.url.path}?{urlencode([*kept, ('cursor', cursor)])}"


async def asked_page(
    request: Request,
    response: Response,
    caller: CurrentCaller,
    limit: Annotated[int, Query(ge=1, le=200, description="Nombre d'éléments par page.", examples=[50])] = 50,
    cursor: Annotated[
        str | None, Query(max_length=2000, description="`next_cursor` de la page précédente, avec les mêmes filtres.")
    ] = None,
) -> PageRequest:
    """Reads `limit` and `cursor`. Raises `CursorRefused`."""
    keys, listed = house_of(request).keys, _list_hash(request, caller.tenant_id)
    after = None if cursor is None else read_cursor(keys, cursor, list_hash=listed)
    return PageRequest(limit, after, request, response, keys, listed)


Asked = Annotated[PageRequest, Depends(asked_page)]


def _query(request: Request) -> list[tuple[str, str]]:
    return parse_qsl(request.url.query, keep_blank_values=True)


def _list_hash(request: Request, tenant_id: UUID) -> bytes:
    """Names the list: administration, address, and every parameter but the page's own, whatever their order."""
    filters = sorted((name, value) for name, value in _query(request) if name not in {"cursor", "limit"})
    return hashlib.sha256(json.dumps([str(tenant_id), request.url.path, filters]).encode()).digest()
