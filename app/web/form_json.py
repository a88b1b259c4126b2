"""Writing a form as the JSON Schema the API reads and gives: every fault is told with its place."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from app.channels.kit.json import JsonRefused, load_strict
from app.errors import Flaw, Invalid, Stale
from app.forms import definitions
from app.forms.comparing import Difference, differences
from app.forms.values import Content, WebForm
from app.forms.writing import schema_of
from app.identity.identified import Identified
from app.identity.scopes import Scope
from app.ids import Prefix, public_id
from app.web import form_saving
from app.web.agents import Agent, need
from app.web.bodies import agents_form
from app.web.form_pages import ROOT, form_id
from app.web.form_saving import present_form
from app.web.house import house_of
from app.web.pages import page, see
from app.web.rail import rail_of
from app.web.refusals import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get(f"{ROOT}/{{form}}/definition")
async def edit_json(request: Request, agent: Agent, form: str) -> HTMLResponse:
    need(agent, Scope.CHANNELS_ADMIN)
    present = await present_form(request, agent, form)
    return await _json_page(request, agent, present, _pretty(present.latest.content))


@router.post(f"{ROOT}/{{form}}/definition")
async def write_json(request: Request, agent: Agent, form: str) -> Response:
    """Saves a definition written as JSON Schema; every fault is told with its place."""
    need(agent, Scope.CHANNELS_ADMIN)
    posted, present = await agents_form(request), await present_form(request, agent, form)
    text = (posted.last("definition") or "").replace("\r\n", "\n")
    try:
        questions = definitions.read(_document(text))
    except Invalid as refusal:
        return await _json_page(request, agent, present, text, version=posted.last("version"), flaws=refusal.flaws)
    content = replace(present.latest.content, questions=list(questions))
    try:
        saved = await form_saving.saved(request, agent, form_id(form), posted, content)
    except Invalid as refusal:
        return await _json_page(request, agent, present, text, version=posted.last("version"), flaws=refusal.flaws)
    except Stale:
        present = await present_form(request, agent, form)
        return await _json_page(request, agent, present, text, theirs=differences(present.latest.content, content))
    done = "rien" if saved.latest.number == present.latest.number else "version"
    return see(f"{ROOT}/{form}?fait={done}")


def _document(text: str) -> Mapping[str, object]:
    try:
        document = load_strict(text.encode("utf-8", "replace"))
    except JsonRefused as refusal:
        told = f"ce n’est pas un document JSON : {refusal.reason}"
        raise Invalid(flaws=[Flaw(refusal.pointer, "json", told)]) from None
    if not isinstance(document, dict):
        raise Invalid(flaws=[Flaw("", "json", "un objet JSON est attendu")])
    return document


def _pretty(content: Content) -> str:
    return json.dumps(schema_of(content.questions), ensure_ascii=False, indent=2)


async def _json_page(
    request: Request,
    agent: Identified,
    form: WebForm,
    text: str,
    *,
    version: str | None = None,
    flaws: Sequence[Flaw] = (),
    theirs: Sequence[Difference] | None = None,
) -> HTMLResponse:
    house = house_of(request)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
    return page(
        request,
        "agents/form_definition.html",
        status=Stale.status if theirs is not None else 422 if flaws else 200,
        me=agent,
        rail=rail,
        tenant=tenant,
        one=form,
        id=public_id(Prefix.FORM, form.id),
        text=text,
        version=version if version and theirs is None else form.version,
        flaws=flaws,
        theirs=theirs,
    )
