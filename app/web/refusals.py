"""A refusal as a page a person understands; programs (JSON) get the problem document of the house instead."""

import traceback
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import quote

import structlog
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from app.errors import Invalid, ParvisError, Unauthenticated
from app.rest.freshness import ProofWanted
from app.rest.languages import Language, Said, say
from app.rest.problems import note_forbidden
from app.rest.refusals import advice_on, refusal_of_status
from app.rest.route_names import route_template
from app.web.freshness import proof_page
from app.web.pages import language_of, page, see

log = structlog.get_logger()
_LATER = Said(
    "ce que vous veniez d’envoyer n’a peut-être pas été enregistré. Revenez en arrière et recommencez dans un instant ; si "
    "cela dure, appelez l’administration.",
    en="what you just sent may not have been recorded. Go back and try again in a moment; if it lasts, call the "
    "administration.",
)


class PageRoute(APIRoute):
    """A route whose refusals are pages.

    Handlers open their own transactions: FastAPI's dependencies end after this point, so one that raised would be
    committed.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def answered(request: Request) -> Response:
            try:
                return await handler(request)
            except ParvisError as error:
                if wants_json(request):
                    raise
                note_forbidden(request, error)
                return await _answer(request, error)
            except RequestValidationError:
                return refused(request, Invalid())
            except HTTPException as error:
                return refused(request, refusal_of_status(error.status_code)(), status=error.status_code)
            except Exception as error:
                if wants_json(request):
                    raise
                log_defect(request, error)
                return refused(request, ParvisError())

        return answered


async def _answer(request: Request, error: ParvisError) -> Response:
    """Leads to where a refusal is mended: the page of signing in, the page of proof; else says it."""
    if isinstance(error, Unauthenticated):
        return to_sign_in(request)
    if isinstance(error, ProofWanted):
        return await proof_page(request)
    return refused(request, error)


def refused(request: Request, error: ParvisError, *, status: int | None = None) -> Response:
    """Writes the page of a refusal: what happened, what to do, and nothing of how the house is made."""
    language = language_of(request)
    detail = say(_LATER if error.status >= 500 else error.detail or advice_on(type(error)), language)
    title = error.title_en if language is Language.EN else error.title_fr
    answer = page(
        request,
        "citizens/refusal.html",
        status=status or error.status,
        title=title,
        detail=detail[:1].upper() + detail[1:],
        tenant=None,
    )
    answer.headers.update(error.headers)
    return answer


def wants_json(request: Request) -> bool:
    """Says whether a program asks."""
    return "json" in request.headers.get("content-type", "") or request.headers.get("accept", "").startswith(
        "application/"
    )


def log_defect(request: Request, error: Exception) -> None:
    """Logs an error nobody named: kinds and places, never its message, which may quote a citizen."""
    places = [f"{frame.name}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)[-8:]]
    log.error("page.unexpected", kind=type(error).__qualname__, where=places, route=route_template(request.scope))


def to_sign_in(request: Request) -> Response:
    """Asks for a key, and comes back to the page that was wanted (never to another site)."""
    if request.method != "GET":
        return see("/connexion?expiree=1")
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return see(f"/connexion?suite={quote(wanted, safe='')}")
