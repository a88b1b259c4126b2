"""Signing in with an access key. The cookie holds a word that names the key, never the key."""

import re

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from app.errors import Forbidden, Unauthenticated
from app.identity.scopes import Scope
from app.identity.sessions import LASTS
from app.rest.access import SESSION_COOKIE
from app.rest.origins import refuse_cross_site
from app.web.agents import Agent, need, signed_in
from app.web.bodies import agents_form
from app.web.house import house_of
from app.web.pages import page, see
from app.web.refusals import PageRoute
from app.web.towns import only_town

router = APIRouter(route_class=PageRoute, include_in_schema=False)
HOME = "/boite"
# One of our own pages: never `//evil`, `/\evil`, another scheme, nor a line break.
_OURS = re.compile(
    r"/(?:boite|demandes|surveillance|envois|quarantaine|nouvelle-demande|demarches|canaux|personnes|courriers|papier)(?:[/?][A-Za-z0-9/_?=&%.,+-]*)?"
)


@router.get("/")
async def home(request: Request) -> Response:
    try:
        await signed_in(request)
    except Unauthenticated:
        return see("/connexion")
    return see(HOME)


@router.get("/connexion")
async def ask(request: Request, suite: str = "", expiree: str = "") -> HTMLResponse:
    tenant = await only_town(house_of(request))
    return page(request, "agents/sign_in.html", tenant=tenant, suite=own_path(suite), wrong=False, ended=bool(expiree))


@router.post("/connexion")
async def sign_in(request: Request) -> Response:
    """Opens a session. A refused key is always refused in the same words, and never shown again."""
    house = house_of(request)
    refuse_cross_site(request, base_url=house.base_url)
    form = await agents_form(request)
    suite = own_path(form.last("suite") or "")
    try:
        known = await house.access.identify((form.last("cle") or "").strip())
        need(known, Scope.TICKETS_READ)
    except (Unauthenticated, Forbidden):
        tenant = await only_town(house)
        return page(request, "agents/sign_in.html", status=401, tenant=tenant, suite=suite, wrong=True, ended=False)
    answer = see(suite)
    answer.set_cookie(
        SESSION_COOKIE,
        house.sessions.open(known),
        max_age=int(LASTS.total_seconds()),
        path="/",
        httponly=True,
        samesite="lax",
        secure=house.base_url.startswith("https:"),
    )
    return answer


@router.post("/deconnexion")
async def sign_out(request: Request, agent: Agent) -> Response:  # noqa: ARG001 — only a signed-in page may sign out
    answer = see("/connexion")
    answer.delete_cookie(SESSION_COOKIE, path="/")
    answer.headers["Clear-Site-Data"] = '"cache", "cookies"'
    return answer


def own_path(wanted: str) -> str:
    """Returns the page to go to after signing in, when it is one of ours."""
    return wanted if _OURS.fullmatch(wanted) else HOME
