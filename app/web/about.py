"""What a citizen may read without writing: accessibility and the legal notice, of the administration they come from."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from app.web.house import house_of
from app.web.pages import page
from app.web.refusals import PageRoute
from app.web.towns import named_town

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/accessibilite")
async def accessibility(request: Request, administration: str = "") -> HTMLResponse:
    """States how far these pages may be used by everybody. Source: loi 2005-102 art. 47, décret 2019-768, RGAA 4.1."""
    return await _about(request, "citizens/accessibility.html", administration)


@router.get("/mentions-legales")
async def legal_notice(request: Request, administration: str = "") -> HTMLResponse:
    """Says who publishes these pages and what becomes of what is written there. Source: LCEN art. 1-1, RGPD art. 13."""
    return await _about(request, "citizens/legal_notice.html", administration)


async def _about(request: Request, template: str, administration: str) -> HTMLResponse:
    return page(request, template, tenant=await named_town(house_of(request), administration[:100]))
