"""Every refusal as RFC 9457 problem details: what happened, what to do, and nothing of how the house is made."""

import errno
import traceback
from collections.abc import Mapping, Sequence
from http import HTTPStatus

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import Flaw, Invalid, ParvisError, Unavailable
from app.rest.correlation import request_id
from app.rest.early import EarlyAnswer, answer_early
from app.rest.languages import Language, negotiate, say
from app.rest.refusals import advice_on, refusal_of_status
from app.rest.route_names import route_template
from app.rest.validation import flaws_of

MEDIA_TYPE = "application/problem+json"
log = structlog.get_logger(__name__)


def install_problems(app: FastAPI, *, base_url: str) -> None:
    """Makes every refusal of an application a problem document whose `type` lives under `base_url`/erreurs/."""
    problems = Problems(base_url)
    app.add_exception_handler(ParvisError, problems.refused)
    app.add_exception_handler(RequestValidationError, problems.invalid)
    app.add_exception_handler(HTTPException, problems.by_status)
    app.add_exception_handler(EarlyAnswer, answer_early)
    app.add_middleware(UnexpectedErrors, problems=problems)


def note_forbidden(request: Request, error: ParvisError) -> None:
    """Logs who was refused what for want of a right (ASVS 16.3.2): a name of ours, the template of the address, no words."""
    if error.status == HTTPStatus.FORBIDDEN:
        log.info(
            "http.forbidden",
            code=error.code,
            caller=getattr(getattr(request.state, "caller", None), "label", "nobody"),
            method=request.method,
            route=route_template(request.scope),
            request_id=request_id(request.scope),
        )


class Problems:
    """Writes refusals in the caller's language."""

    def __init__(self, base_url: str) -> None:
        self._types = base_url.rstrip("/") + "/erreurs/"

    async def refused(self, request: Request, error: Exception) -> Response:
        """Answers a refusal of the house; the detail of a failure of ours goes to the log, not to the caller."""
        if not isinstance(error, ParvisError):
            return self.write(request, ParvisError)
        note_forbidden(request, error)
        if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            log.warning(
                "http.failed",
                code=error.code,
                detail=error.detail,
                route=route_template(request.scope),
                request_id=request_id(request.scope),
            )
            return self.write(request, type(error), headers=error.headers)
        return self.write(request, type(error), detail=error.detail, flaws=error.flaws, headers=error.headers)

    async def invalid(self, request: Request, error: Exception) -> Response:
        """Answers what pydantic refused, field by field."""
        flaws = flaws_of(error, language=_language(request)) if isinstance(error, RequestValidationError) else []
        return self.write(request, Invalid, flaws=flaws)

    async def by_status(self, request: Request, error: Exception) -> Response:
        """Answers what the web server refused by itself; its English words are not repeated."""
        status = error.status_code if isinstance(error, HTTPException) else HTTPStatus.INTERNAL_SERVER_ERROR
        headers = getattr(error, "headers", None) or {}
        return self.write(request, refusal_of_status(status), status=status, headers=headers)

    def write(
        self,
        request: Request,
        kind: type[ParvisError],
        *,
        status: int | None = None,
        detail: str = "",
        flaws: Sequence[Flaw] = (),
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Writes one problem document with its language and its correlation."""
        language, identifier = _language(request), request_id(request.scope)
        status = status or kind.status
        title = kind.title_en if language is Language.EN else kind.title_fr
        content = {
            "type": self._types + kind.code,
            "title": title,
            "status": status,
            "detail": say(detail or advice_on(kind), language),
            "instance": f"{self._types}{kind.code}#{identifier}",
            "code": kind.code,
            "errors": [_flaw(flaw, language) for flaw in flaws],
            "request_id": identifier,
        }
        own = {"Content-Language": str(language), "Vary": "Accept-Language", "X-Request-Id": identifier}
        return JSONResponse(content, status_code=status, headers={**(headers or {}), **own}, media_type=MEDIA_TYPE)


def _flaw(flaw: Flaw, language: Language) -> dict[str, str | None]:
    return {
        "pointer": flaw.pointer,
        "code": flaw.code,
        "detail": say(flaw.detail, language),
        "because": None if flaw.because is None else say(flaw.because, language),
        "source": flaw.source,
    }


def _full_disk(error: Exception) -> Unavailable | None:
    """Returns what to answer where a file of ours had no room, wherever that was: later, and nothing was kept."""
    if isinstance(error, OSError) and error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return Unavailable("a disk of this machine is full", retry_after_s=60)
    return None


class UnexpectedErrors:
    """The last floor before the server: an error nobody named is logged once and answered 500.

    The log holds kinds and places, not messages: a driver's message quotes the row, hence the citizen.
    """

    def __init__(self, app: ASGIApp, *, problems: Problems) -> None:
        self._app = app
        self._problems = problems

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:  # noqa: BLE001 — the floor under every other handler
            request = Request(scope, receive)
            full = _full_disk(error)
            if full is not None and not started:
                await (await self._problems.refused(request, full))(scope, receive, send)
                return
            _log_unexpected(request, error)
            if started:
                raise _Interrupted from None
            await self._problems.write(request, ParvisError)(scope, receive, send)


class _Interrupted(Exception):
    """The answer had begun: the server must cut the connection, so that nobody takes it for whole."""


def _log_unexpected(request: Request, error: BaseException) -> None:
    kinds: list[str] = []
    places: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(kinds) < 5:
        kinds.append(type(cause).__qualname__)
        frames = traceback.extract_tb(cause.__traceback__)
        places += [f"{frame.name}:{frame.lineno}" for frame in frames[-8:]]
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    log.error(
        "http.unexpected",
        kinds=kinds,
        where=places,
        method=request.method,
        route=route_template(request.scope),
        request_id=request_id(request.scope),
    )


def _language(request: Request) -> Language:
    return negotiate(request.headers.get("accept-language"))
