"""Answers that end a request before its route runs: a replay, a 304. They are not errors, and roll back like one."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response


class EarlyAnswer(Exception):
    """Raised inside a dependency or a route to answer at once."""

    def __init__(self, *, status: int, headers: Mapping[str, str], body: bytes = b"") -> None:
        super().__init__(status)
        self.status = status
        self.headers = dict(headers)
        self.body = body


async def answer_early(request: Request, early: Exception) -> Response:  # noqa: ARG001 — Starlette's handler shape
    """Writes an `EarlyAnswer`; a handler for Starlette's table of exceptions."""
    if not isinstance(early, EarlyAnswer):
        raise TypeError("only an EarlyAnswer is answered early") from early
    return Response(early.body, status_code=early.status, headers=early.headers)
