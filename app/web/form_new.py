"""Making a form: its words, its address, the questions to start from."""

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import ValidationError

from app.channels.adapters.webform import CONTACT_FORM
from app.channels.adapters.webform_questions import FormField
from app.errors import Conflict
from app.forms.schemas import NewForm
from app.forms.values import FormKind
from app.forms.writing import schema_of
from app.identity.identified import Identified
from app.identity.scopes import Scope
from app.ids import Prefix, public_id
from app.web.agents import Agent, actor_of, need
from app.web.bodies import agents_form
from app.web.form_pages import EMPTY, ROOT
from app.web.form_saving import faulty
from app.web.house import house_of
from app.web.pages import page, see
from app.web.rail import rail_of
from app.web.refusals import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/nouveau-formulaire")
async def new(request: Request, agent: Agent) -> HTMLResponse:
    need(agent, Scope.CHANNELS_ADMIN)
    return await _new_page(request, agent, {"usage": FormKind.REQUEST.value, "depart": "contact"})


@router.post("/nouveau-formulaire")
async def create(request: Request, agent: Agent) -> Response:
    """Makes a draft, with the questions of a contact form or a single one, and opens the editor."""
    need(agent, Scope.CHANNELS_ADMIN)
    posted, house = await agents_form(request), house_of(request)
    values = {name: (posted.last(name) or "").strip() for name in ("titre", "adresse", "usage", "depart")}
    one = FormField(name="message", label="Votre message", about="message", required=True)
    schema = schema_of(CONTACT_FORM if values["depart"] == "contact" else (one,))
    given = {"title": values["titre"], "slug": values["adresse"], "kind": values["usage"], "definition": schema}
    try:
        asked = NewForm.model_validate(given)
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            made = await house.forms.create(
                session,
                agent.tenant_id,
                slug=asked.slug,
                kind=asked.kind,
                content=asked.content(),
                actor=actor_of(agent),
            )
    except ValidationError as error:
        return await _new_page(request, agent, values, faults=faulty(error))
    except Conflict as refusal:
        return await _new_page(request, agent, values, faults={"adresse": str(refusal.detail)})
    return see(f"{ROOT}/{public_id(Prefix.FORM, made.id)}/questions?fait=creation")


async def _new_page(
    request: Request, agent: Identified, values: Mapping[str, str], *, faults: Mapping[str, str] = EMPTY
) -> HTMLResponse:
    house = house_of(request)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
    return page(
        request,
        "agents/form_new.html",
        status=422 if faults else 200,
        me=agent,
        rail=rail,
        tenant=tenant,
        values=values,
        faults=faults,
        base_url=house.base_url,
    )
