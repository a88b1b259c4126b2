"""Trying a version of a form out, wide and at 320 pixels, before citizens see it: answers are checked, nothing is kept."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from app.channels.adapters.webform import WebformConfig
from app.channels.contract import Delivery
from app.channels.kit.forms import FormBeyondLimits
from app.errors import TooLarge
from app.forms.values import FormVersion, WebForm
from app.identity.identified import Identified
from app.identity.scopes import Scope
from app.ids import Prefix, public_id
from app.tenants.values import Tenant
from app.web.agents import Agent, need
from app.web.answers import NO_TOKEN, NOTHING, check
from app.web.bodies import bounded
from app.web.form_pages import ROOT, form_id
from app.web.form_shown import form_page
from app.web.house import house_of
from app.web.pages import page
from app.web.rail import rail_of
from app.web.refusals import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)
# Our own page holds it in a frame, and nobody else's.
_OURS = ("'self'",)
Number = Annotated[int, Query(ge=0, le=1_000_000)]


@router.get(f"{ROOT}/{{form}}/apercu")
async def preview(
    request: Request, agent: Agent, form: str, version: Number = 0, en: str = "", simple: str = ""
) -> HTMLResponse:
    """Shows a version in two widths, in French, in English or in words easy to read."""
    need(agent, Scope.CHANNELS_ADMIN)
    house = house_of(request)
    shown, chosen, tenant = await _chosen(request, agent, form, version)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        rail = await rail_of(session, agent.tenant_id)
    manner = "&lang=en" if en else "&lang=fr&simple=1" if simple else "&lang=fr"
    return page(
        request,
        "agents/form_preview.html",
        me=agent,
        rail=rail,
        tenant=tenant,
        one=shown,
        id=public_id(Prefix.FORM, shown.id),
        chosen=chosen,
        manner="en" if en else "simple" if simple else "fr",
        has_easy=any(question.simple for question in chosen.content.questions),
        framed=f"{ROOT}/{form}/page?version={chosen.number}{manner}",
    )


@router.get(f"{ROOT}/{{form}}/page")
async def shown_alone(request: Request, agent: Agent, form: str, version: Number = 0) -> HTMLResponse:
    need(agent, Scope.CHANNELS_ADMIN)
    shown, chosen, tenant = await _chosen(request, agent, form, version)
    action = f"{ROOT}/{form}/page"
    return form_page(
        request,
        _config(shown, chosen),
        tenant,
        NOTHING,
        action=action,
        token=NO_TOKEN,
        framed=True,
        frame_ancestors=_OURS,
    )


@router.post(f"{ROOT}/{{form}}/page")
async def tried(request: Request, agent: Agent, form: str) -> HTMLResponse:
    """Checks what was typed to try, as the door would; nothing is kept, nothing is sent."""
    need(agent, Scope.CHANNELS_ADMIN)
    house = house_of(request)
    body = await bounded(request, limit=house.settings.max_form_bytes)
    headers = [("content-type", request.headers.get("content-type", ""))]
    delivery = Delivery(body=body, method="POST", url="", headers=headers)
    shown, chosen, tenant = await _chosen(request, agent, form, 0)
    try:
        config = _config(shown, chosen)
        named = check(delivery, config).version
        if named.isascii() and named.isdigit() and len(named) < 7 and int(named) != chosen.number:
            shown, chosen, tenant = await _chosen(request, agent, form, int(named))
            config = _config(shown, chosen)
        checked = check(delivery, config)
    except FormBeyondLimits:
        raise TooLarge from None
    if checked.faults:
        return form_page(
            request,
            config,
            tenant,
            checked,
            action=f"{ROOT}/{form}/page",
            token=NO_TOKEN,
            framed=True,
            frame_ancestors=_OURS,
        )
    return page(
        request,
        "citizens/tried.html",
        frame_ancestors=_OURS,
        tenant=tenant,
        again=f"{ROOT}/{form}/page?version={chosen.number}",
        files=checked.files,
    )


async def _chosen(request: Request, agent: Identified, form: str, number: int) -> tuple[WebForm, FormVersion, Tenant]:
    house = house_of(request)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        found = await house.forms.get(session, agent.tenant_id, form_id(form))
        known = number in (0, found.latest.number)
        chosen = found.latest if known else await house.forms.version(session, found, number)
        return found, chosen, await house.tenants.get(session, agent.tenant_id)


def _config(form: WebForm, version: FormVersion) -> WebformConfig:
    content = version.content
    return WebformConfig(
        slug=form.slug,
        title=content.title,
        title_en=content.title_en,
        intro=content.intro,
        intro_en=content.intro_en,
        version=str(version.number),
        fields=tuple(content.questions),
    )
