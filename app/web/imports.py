"""« Reprise de données »: an export handed over, its report read, then taken over; stopped, or taken back."""

from collections.abc import Mapping
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from app.channels.kit.forms import Form
from app.errors import Invalid, NotFound, ParvisError, Stale, TooLarge, UnsupportedMedia
from app.identity.identified import Identified
from app.identity.scopes import Scope
from app.ids import IdError, Prefix, parse_id, public_id
from app.imports.refusals import ImportBuiltUpon, ImportNotThere
from app.imports.shapes import SourceKind
from app.imports.values import ImportState
from app.rest.refusals import Refused, advice_on
from app.web import import_words, typed
from app.web.agents import Agent, actor_of, need
from app.web.bodies import agents_form
from app.web.house import house_of
from app.web.pages import page, see
from app.web.rail import rail_of
from app.web.refusals import PageRoute
from app.web.uploads import only_file

router = APIRouter(route_class=PageRoute, include_in_schema=False)
PATH = "/equipe/reprises"
SHOWN = 20
REFUSALS_SHOWN = 50
_NAME_MAX = 60
_DECISIONS: Mapping[str, ImportState] = {
    "reprendre": ImportState.RUNNING,
    "arreter": ImportState.CANCELLED,
    "retirer": ImportState.UNDOING,
}
_AT_WORK = (ImportState.RECEIVED, ImportState.RUNNING, ImportState.UNDOING)


@router.get(PATH)
async def imports_page(request: Request, agent: Agent) -> HTMLResponse:
    need(agent, Scope.USERS_ADMIN)
    return await _list(request, agent)


@router.post(PATH)
async def declare(request: Request, agent: Agent) -> Response:
    """Declares an export; its file is handed over on the next page."""
    need(agent, Scope.USERS_ADMIN)
    house, form = house_of(request), await agents_form(request)
    source, channel = form.last("outil") or "", form.last("boite") or ""
    faults = _faults(source, channel)
    if faults:
        return await _list(request, agent, form=form, faults=faults)
    try:
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            asked = await house.imports.ask(
                session,
                agent.tenant_id,
                source=SourceKind(source),
                name=" ".join((form.last("nom") or "").split())[:_NAME_MAX],
                channel_id=parse_id(Prefix.CHANNEL, channel),
                actor=actor_of(agent),
            )
    except Invalid as refusal:
        return await _list(request, agent, form=form, faults={"boite": str(refusal.flaws[0].detail)})
    return see(f"{PATH}/{public_id(Prefix.IMPORT, asked.id)}")


@router.get(f"{PATH}/{{import_id}}")
async def import_page(request: Request, agent: Agent, import_id: str) -> HTMLResponse:
    need(agent, Scope.USERS_ADMIN)
    return await _shown(request, agent, _import(import_id))


@router.post(f"{PATH}/{{import_id}}/fichier")
async def hand_over(request: Request, agent: Agent, import_id: str) -> Response:
    """Keeps the file as it arrives, and has it examined."""
    need(agent, Scope.USERS_ADMIN)
    house, wanted = house_of(request), _import(import_id)
    try:
        await house.imports.receive(agent.tenant_id, wanted, only_file(request))
    except (ImportNotThere, Refused, TooLarge, UnsupportedMedia) as refusal:
        return await _shown(request, agent, wanted, refusal=refusal)
    return see(f"{PATH}/{import_id}")


@router.post(f"{PATH}/{{import_id}}/decision")
async def decide(request: Request, agent: Agent, import_id: str) -> Response:
    need(agent, Scope.USERS_ADMIN)
    house, wanted, form = house_of(request), _import(import_id), await agents_form(request)
    decision = _DECISIONS.get(form.last("decision") or "")
    if decision is None:
        raise NotFound
    try:
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            await house.imports.decide(
                session, agent.tenant_id, wanted, decision, version=typed.version(form), actor=actor_of(agent)
            )
    except (ImportBuiltUpon, ImportNotThere, Stale) as refusal:
        return await _shown(request, agent, wanted, refusal=refusal)
    return see(f"{PATH}/{import_id}")


async def _list(
    request: Request, agent: Identified, *, form: Form | None = None, faults: Mapping[str, str] | None = None
) -> HTMLResponse:
    house = house_of(request)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
        found = await house.imports.page(session, agent.tenant_id, after=None, limit=SHOWN)
        channels = await house.channels.all_of(session, agent.tenant_id)
    return page(
        request,
        "agents/imports.html",
        status=Invalid.status if faults else 200,
        me=agent,
        rail=rail,
        tenant=tenant,
        found=[(public_id(Prefix.IMPORT, one.id), one) for one in found],
        boxes=[(public_id(Prefix.CHANNEL, one.id), one) for one in channels if one.type.partition(".")[0] == "email"],
        words=import_words,
        kept={name: (form.last(name) or "") if form else "" for name in ("outil", "boite", "nom")},
        faults=faults or {},
    )


async def _shown(
    request: Request, agent: Identified, wanted: UUID, *, refusal: ParvisError | None = None
) -> HTMLResponse:
    house = house_of(request)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
        one = await house.imports.get(session, agent.tenant_id, wanted)
        refused = await house.imports.refusals(session, agent.tenant_id, wanted, after=None, limit=REFUSALS_SHOWN)
        channel = await house.channels.known(session, agent.tenant_id, one.channel_id)
    return page(
        request,
        "agents/import.html",
        status=refusal.status if refusal else 200,
        me=agent,
        rail=rail,
        tenant=tenant,
        id=public_id(Prefix.IMPORT, wanted),
        one=one,
        at_work=one.state in _AT_WORK,
        state=one.state.value,
        refused=refused,
        channel=channel,
        most=house.imports.handed.most,
        words=import_words,
        told=_told(refusal),
    )


def _faults(source: str, channel: str) -> dict[str, str]:
    faults: dict[str, str] = {}
    if source not in frozenset(SourceKind):
        faults["outil"] = "choisissez l’outil dont vient l’export"
    try:
        parse_id(Prefix.CHANNEL, channel)
    except IdError:
        faults["boite"] = "choisissez la boîte aux lettres par laquelle vous répondrez"
    return faults


def _told(refusal: ParvisError | None) -> str:
    if refusal is None:
        return ""
    if isinstance(refusal, Stale):
        return "cette reprise a avancé pendant que vous la lisiez : relisez-la, puis décidez"
    return str(refusal.detail or advice_on(type(refusal)))


def _import(text: str) -> UUID:
    try:
        return parse_id(Prefix.IMPORT, text)
    except IdError:
        raise NotFound from None
