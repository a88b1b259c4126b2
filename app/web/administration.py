"""« L'administration »: what it says of itself, and whole copies of what it holds."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse, Response

from app.channels.kit.forms import Form
from app.errors import Invalid, NotFound, Stale
from app.facts import Seen
from app.identity.identified import Identified
from app.identity.scopes import Scope
from app.ids import IdError, Prefix, parse_id, public_id
from app.tenants.particulars import FIELDS
from app.web import typed
from app.web.agents import Agent, actor_of, need
from app.web.bodies import agents_form
from app.web.freshness import fresh
from app.web.house import house_of
from app.web.pages import page, see
from app.web.rail import rail_of
from app.web.refusals import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)
SHOWN = 10


@router.get("/administration")
async def administration(request: Request, agent: Agent, fait: str = "") -> HTMLResponse:
    need(agent, Scope.USERS_ADMIN)
    return await _shown(request, agent, done=fait)


@router.post("/administration")
async def change(request: Request, agent: Agent) -> Response:
    """Changes what the administration says of itself; a refused change is shown again as it was typed."""
    need(agent, Scope.USERS_ADMIN)
    house, form = house_of(request), await agents_form(request)
    wanted = {name: form.last(name) or "" for name in FIELDS}
    try:
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            await house.particulars.change(
                session, agent.tenant_id, wanted, version=typed.version(form), actor=actor_of(agent)
            )
    except (Invalid, Stale) as refusal:
        return await _shown(request, agent, form=form, refusal=refusal)
    return see("/administration?fait=change")


@router.post("/administration/copies")
async def ask_copy(request: Request, agent: Agent) -> Response:
    need(agent, Scope.USERS_ADMIN)
    fresh(request, agent)
    house = house_of(request)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        await house.exports.ask(session, agent.tenant_id, actor=actor_of(agent))
    return see("/administration?fait=copie")


@router.get("/administration/copies/{copy_id}")
async def download(request: Request, agent: Agent, copy_id: str) -> Response:
    """Hands the file of a copy over, and writes that into the journal."""
    need(agent, Scope.USERS_ADMIN)
    fresh(request, agent)
    house = house_of(request)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        export = await house.exports.get(session, agent.tenant_id, _copy(copy_id))
        path = house.exports.file_of(agent.tenant_id, export)
        seen = Seen(
            tenant_id=agent.tenant_id,
            subject_id=export.id,
            at=house.clock(),
            actor=actor_of(agent),
            action="tenant.export_downloaded",
            detail={"sha256": export.sha256},
        )
        await house.book.record(session, seen)
    return FileResponse(path, media_type="application/zip", filename=f"{copy_id}.zip")


async def _shown(
    request: Request,
    agent: Identified,
    *,
    form: Form | None = None,
    refusal: Invalid | Stale | None = None,
    done: str = "",
) -> HTMLResponse:
    house = house_of(request)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
        copies = await house.exports.page(session, agent.tenant_id, after=None, limit=SHOWN)
    faults = {flaw.pointer[1:]: f"{str(flaw.detail).capitalize()}." for flaw in (refusal.flaws if refusal else ())}
    return page(
        request,
        "agents/administration.html",
        status=refusal.status if refusal else 200,
        me=agent,
        rail=rail,
        tenant=tenant,
        kept={name: (form.last(name) or "") if form else getattr(tenant, name) for name in FIELDS},
        faults=faults,
        stale=isinstance(refusal, Stale),
        copies=copies,
        copy_id=lambda one: public_id(Prefix.EXPORT, one),
        now=house.clock(),
        done=done,
    )


def _copy(text: str) -> UUID:
    try:
        return parse_id(Prefix.EXPORT, text)
    except IdError:
        raise NotFound from None
