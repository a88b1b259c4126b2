"""The pages the `type` of our refusals names: an address in an error leads somewhere."""

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from app.errors import NotFound
from app.rest.error_pages import known_errors, render_page
from app.rest.languages import negotiate

router = APIRouter(prefix="/erreurs", include_in_schema=False)


@router.get("/{code}")
async def explain(code: str, request: Request) -> HTMLResponse:
    """Shows what an error means and what to do. Raises `NotFound` for a word that is no error of ours."""
    kind = next((kind for kind in known_errors() if kind.code == code), None)
    if kind is None:
        raise NotFound
    language = negotiate(request.headers.get("accept-language"))
    headers = {"Content-Language": str(language), "Vary": "Accept-Language"}
    return HTMLResponse(render_page(kind, language=language), headers=headers)
