"""How an operation goes: said on every answer a year before, then gone.

Source: RFC 9745 (Deprecation), RFC 8594 (Sunset), RFC 8288 (Link).
"""

from collections.abc import MutableMapping, Sequence
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

from fastapi import Depends, Request, params

NOTICE = timedelta(days=365)
_STATE = "retiring"


def retiring(
    *, since: datetime, until: datetime, told_at: str, successor: str | None = None, dependencies: Sequence[Any] = ()
) -> dict[str, Any]:
    """Returns what a route's decorator takes to say that it goes: `@router.get("/old", **retiring(…))`.

    `since` is when that was decided, `until` when it stops, a year later at least; `told_at` the page that says what to
    do, `successor` what answers instead. Raises `ValueError` for less notice.
    """
    if until - since < NOTICE:
        raise ValueError(f"an operation is told a year before it goes: not before {since + NOTICE:%Y-%m-%d}")
    links = [f'<{told_at}>; rel="deprecation"; type="text/html"', f'<{told_at}>; rel="sunset"; type="text/html"']
    links += [f'<{successor}>; rel="successor-version"'] if successor else []
    fields = {
        "Deprecation": f"@{int(since.timestamp())}",
        "Sunset": format_datetime(until, usegmt=True),
        "Link": ", ".join(links),
    }

    async def tell(request: Request) -> None:
        request.scope.setdefault("state", {})[_STATE] = fields

    # Before what may refuse: a refusal says it too.
    first: list[params.Depends] = [Depends(tell)]
    return {
        "deprecated": True,
        "dependencies": [*first, *dependencies],
        "openapi_extra": {"x-deprecated-at": since.isoformat(), "x-sunset": until.isoformat()},
    }


def retired_fields(scope: MutableMapping[str, Any]) -> dict[str, str]:
    """Returns the fields an answer carries; none unless its operation goes."""
    told: dict[str, str] = scope.get("state", {}).get(_STATE, {})
    return told
