"""What an agent takes away: the register, the calendar of terms for an agenda, the evidence of a saisine."""

from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response, StreamingResponse

from app.audit.readings import Door, ReadKind
from app.errors import Flaw, Invalid, NotFound
from app.files.names import content_disposition
from app.identity.scopes import Scope
from app.ids import IdError, Prefix, parse_id, public_id
from app.reporting.cells import Naming
from app.reporting.delimited import Dialect
from app.reporting.evidence import exporting
from app.reporting.register_files import Format, chunks
from app.reporting.register_rows import Asked
from app.web import typed
from app.web.agents import Agent, actor_of, need
from app.web.bodies import agents_form
from app.web.house import house_of
from app.web.pages import page, see
from app.web.rail import rail_of
from app.web.refusals import PageRoute
from app.web.tickets import ticket_id

router = APIRouter(route_class=PageRoute, include_in_schema=False)
MOST_FEEDS = 200
_CLOSED = {"ouvertes": False, "closes": True, "toutes": None}
_FORMS = {"ods": (Format.ODS, Dialect.RFC4180), "csv": (Format.CSV, Dialect.EXCEL_FR)}


@router.get("/surveillance/registre")
async def register_page(request: Request, agent: Agent) -> HTMLResponse:
    return await _shown(request, agent)


@router.get("/surveillance/registre/fichier")
async def register_file(
    request: Request, agent: Agent, du: str = "", au: str = "", etat: str = "toutes", forme: str = "ods"
) -> Response:
    """Gives the register as a file; a day that is none is said beside its field."""
    need(agent, Scope.SVE_READ)
    try:
        asked = Asked(first=_day(du, "du"), last=_day(au, "au"), closed=_CLOSED.get(etat))
        if asked.first and asked.last and asked.last < asked.first:
            raise typed.flawed("au", "ce jour précède le premier")
    except Invalid as refusal:
        faults = {flaw.pointer.removeprefix("/"): flaw.detail for flaw in refusal.flaws}
        return await _shown(request, agent, kept={"du": du, "au": au, "etat": etat}, faults=faults, status=422)
    form, dialect = _FORMS.get(forme, _FORMS["ods"])
    await house_of(request).eyewitness.saw(agent, ReadKind.EXPORT, agent.tenant_id, door=Door.WEB)
    taken = await house_of(request).reports.register.take(
        agent.tenant_id,
        asked,
        form=form,
        dialect=dialect,
        naming=Naming.LABELS,
        actor=actor_of(agent),
        with_fields=Scope.TICKETS_READ in agent.scopes,
    )
    return _file(taken.name, StreamingResponse(taken.body, media_type=taken.media_type))


@router.post("/surveillance/calendrier")
async def make_feed(request: Request, agent: Agent) -> Response:
    """Makes a calendar address and shows it, for the only time."""
    need(agent, Scope.SVE_WRITE)
    form, house = await agents_form(request), house_of(request)
    name = (form.last("nom") or "").strip()
    if not 0 < len(name) <= 100:
        told = "dites qui suivra ce calendrier, en cent signes au plus"
        return await _shown(request, agent, kept={"nom": name[:100]}, faults={"nom": told}, status=422)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        url, _ = await house.reports.feeds.make(session, agent.tenant_id, name=name, actor=actor_of(agent))
    return await _shown(request, agent, url=url)


@router.post("/surveillance/calendrier/{feed}/revocation")
async def revoke_feed(request: Request, agent: Agent, feed: str) -> Response:
    """Ends a calendar address; one that was ended already stays so."""
    need(agent, Scope.SVE_WRITE)
    house = house_of(request)
    try:
        feed_id = parse_id(Prefix.API_KEY, feed)
    except IdError:
        raise NotFound from None
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        await house.reports.feeds.revoke(session, agent.tenant_id, feed_id, actor=actor_of(agent))
    return see("/surveillance/registre?fait=revocation#calendrier")


@router.get("/demandes/{ticket}/saisines/{saisine}/preuve")
async def evidence_file(request: Request, agent: Agent, ticket: str, saisine: str) -> Response:
    """Gives the evidence of a saisine; the journal keeps who took it."""
    need(agent, Scope.SVE_READ, Scope.TICKETS_READ)
    ticket_id(ticket)
    house, wanted = house_of(request), typed.saisine_id(saisine)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        found = await house.legal.get(session, agent.tenant_id, wanted)
    await house.eyewitness.saw(agent, ReadKind.EXPORT, wanted, door=Door.WEB, ticket_id=found.ticket_id)
    taken = await house.reports.evidence.export(agent.tenant_id, wanted, actor=actor_of(agent))
    answer = StreamingResponse(chunks(taken.file), media_type=exporting.MEDIA_TYPE)
    answer.headers["Content-Length"] = str(taken.size)
    return _file(taken.name, answer)


async def _shown(
    request: Request,
    agent: Agent,
    *,
    kept: dict[str, str] | None = None,
    faults: dict[str, str] | None = None,
    url: str = "",
    status: int = 200,
) -> HTMLResponse:
    need(agent, Scope.SVE_READ)
    house = house_of(request)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
        feeds = await house.reports.feeds.page(session, agent.tenant_id, after=None, limit=MOST_FEEDS)
    return page(
        request,
        "agents/register.html",
        status=status,
        me=agent,
        rail=rail,
        tenant=tenant,
        feeds=[(public_id(Prefix.API_KEY, feed.id), feed) for feed in feeds if feed.revoked_at is None],
        kept=kept or {},
        faults=faults or {},
        url=url,
        done=request.query_params.get("fait") == "revocation",
        may_make=Scope.SVE_WRITE.value in agent.scopes,
    )


def _day(text: str, name: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(flaws=[Flaw(f"/{name}", "day", "écrivez un jour du calendrier")]) from None


def _file(name: str, answer: StreamingResponse) -> StreamingResponse:
    answer.headers["Content-Disposition"] = content_disposition("attachment", name)
    answer.headers["Cache-Control"] = "no-store"
    return answer
