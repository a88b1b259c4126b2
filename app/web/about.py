"""What a citizen may read without writing: how to get news, accessibility, legal notice."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from app.web.house import house_of
from app.web.pages import page
from app.web.refusals import PageRoute
from app.web.towns import only_town

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/suivi")
async def follow(request: Request) -> HTMLResponse:
    """Says how to get news. Showing a request on screen waits for a code sent to the person's own address."""
    return page(request, "citizens/follow.html", tenant=await only_town(house_of(request)))


@router.get("/accessibilite")
async def accessibility(request: Request) -> HTMLResponse:
    return page(request, "citizens/accessibility.html", tenant=await only_town(house_of(request)))


@router.get("/mentions-legales")
async def legal_notice(request: Request) -> HTMLResponse:
    return page(request, "citizens/legal_notice.html", tenant=await only_town(house_of(request)))
