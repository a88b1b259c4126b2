"""Publishing a version of a form, once what it changes for citizens was shown."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from app.errors import ParvisError, Stale
from app.forms.comparing import differences
from app.forms.values import FormState
from app.identity.identified import Identified
from app.identity.scopes import Scope
from app.ids import Prefix, public_id
from app.web import typed
from app.web.agents import Agent, actor_of, need
from app.web.bodies import agents_form
from app.web.form_pages import ROOT, SHOWN_AGAIN, form_id, published_version, told_of
from app.web.house import house_of
from app.web.pages import page, see
from app.web.rail import rail_of
from app.web.refusals import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get(f"{ROOT}/{{form}}/publication")
async def compare(request: Request, agent: Agent, form: str, version: int = 0) -> HTMLResponse:
    """Shows what publishing a version would change for citizens."""
    need(agent, Scope.CHANNELS_ADMIN)
    return await _publication(request, agent, form_id(form), version)


@router.post(f"{ROOT}/{{form}}/publication")
async def publish(request: Request, agent: Agent, form: str) -> Response:
    """Shows a version to citizens, after the differences were."""
    need(agent, Scope.CHANNELS_ADMIN)
    posted, house, wanted = await agents_form(request), house_of(request), form_id(form)
    number = typed.number(posted, "numero")
    try:
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            present = await house.forms.get(session, agent.tenant_id, wanted)
            typed.same_version(present.version, posted)
            await house.forms.publish(session, present, number=number, actor=actor_of(agent))
    except SHOWN_AGAIN as refusal:
        return await _publication(request, agent, wanted, number, refusal=refusal)
    return see(f"{ROOT}/{form}?fait=publication")


async def _publication(
    request: Request, agent: Identified, wanted: UUID, number: int, *, refusal: ParvisError | None = None
) -> HTMLResponse:
    house = house_of(request)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
        form = await house.forms.get(session, agent.tenant_id, wanted)
        chosen = form.latest if number in (0, form.latest.number) else await house.forms.version(session, form, number)
        public = await published_version(house, session, form, [form.latest])
    return page(
        request,
        "agents/form_publication.html",
        status=refusal.status if refusal else 200,
        me=agent,
        rail=rail,
        tenant=tenant,
        one=form,
        id=public_id(Prefix.FORM, form.id),
        chosen=chosen,
        public=public,
        open=form.state is FormState.PUBLISHED,
        changes=differences(public.content if public else None, chosen.content),
        stale=isinstance(refusal, Stale),
        told=told_of(refusal),
    )
