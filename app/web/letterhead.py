"""The letterhead: its words, its logo, each edition replacing the one before."""

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from app.channels.contract import Delivery
from app.channels.errors import Unreadable
from app.channels.kit.forms import Form, read_form
from app.clock import civil_day
from app.errors import Conflict, Invalid, NotFound, ParvisError, TooLarge, UnsupportedMedia
from app.files.sniff import sniff
from app.identity.identified import Identified
from app.identity.scopes import Scope
from app.sve.letters.letterheads import LOGO_MAX, Wording
from app.web import letter_words
from app.web.agents import Agent, actor_of, need
from app.web.bodies import agents_form, bounded
from app.web.house import house_of
from app.web.pages import page, see
from app.web.rail import rail_of
from app.web.refusals import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)
NAMES = tuple(letter_words.HEAD)
_LONGEST = 2_000
_AROUND = 10_000  # what a multipart form adds around its file


@router.get("/papier")
async def show_letterhead(request: Request, agent: Agent, fait: str = "") -> HTMLResponse:
    need(agent, Scope.SVE_READ)
    return await _page(request, agent, done=fait == "papier")


@router.post("/papier")
async def write_letterhead(request: Request, agent: Agent) -> Response:
    """Writes a new edition; the letters that left keep theirs."""
    need(agent, Scope.SVE_WRITE)
    form, house = await agents_form(request), house_of(request)
    words = {name: (form.last(name) or "").replace("\r\n", "\n").strip()[:_LONGEST] for name in NAMES}
    if not words["place"]:
        told = {"place": "donnez le lieu : il s’écrit avant la date"}
        return await _page(request, agent, form=form, faults=told, status=Invalid.status)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        await house.letterheads.write(
            session,
            agent.tenant_id,
            Wording(**words),
            keep_logo=form.last("sans_logo") != "oui",
            actor=actor_of(agent),
        )
    return see("/papier?fait=papier")


@router.post("/papier/logo")
async def give_logo(request: Request, agent: Agent) -> Response:
    """Takes the picture a browser sends; what it calls itself is not asked."""
    need(agent, Scope.SVE_WRITE)
    house = house_of(request)
    try:
        body = await bounded(request, limit=LOGO_MAX + _AROUND)
        picture = _picture(request, body)
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            await house.letterheads.draw(session, agent.tenant_id, picture, actor=actor_of(agent))
    except (Conflict, Invalid, TooLarge, UnsupportedMedia) as refusal:
        return await _page(request, agent, faults={"logo": _said(refusal)}, status=refusal.status)
    return see("/papier?fait=papier")


@router.get("/papier/logo")
async def show_logo(request: Request, agent: Agent) -> Response:
    need(agent, Scope.SVE_READ)
    house = house_of(request)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        head = await house.letterheads.in_force(session, agent.tenant_id)
    logo = await house.letterheads.logo(agent.tenant_id, head)
    if logo is None:
        raise NotFound
    return Response(logo, headers=dict(sniff(logo).headers("logo")))


async def _page(
    request: Request,
    agent: Identified,
    *,
    form: Form | None = None,
    faults: Mapping[str, str] | None = None,
    done: bool = False,
    status: int = 200,
) -> HTMLResponse:
    house = house_of(request)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
        head = await house.letterheads.in_force(session, agent.tenant_id)
    present = {name: str(getattr(head, name, "")) for name in NAMES}
    return page(
        request,
        "agents/letterhead.html",
        status=status,
        me=agent,
        rail=rail,
        tenant=tenant,
        today=civil_day(house.clock(), tenant.time_zone),
        head=head,
        fields=letter_words.HEAD,
        kept={name: form.last(name) or "" for name in NAMES} if form else present,
        faults=faults or {},
        done=done,
        may_write=Scope.SVE_WRITE.value in agent.scopes,
    )


def _picture(request: Request, body: bytes) -> bytes:
    kind = request.headers.get("content-type", "")
    try:
        form = read_form(Delivery(body=body, headers=(("Content-Type", kind),)))
    except Unreadable:
        raise Invalid("choisissez une image PNG ou JPEG") from None
    picture = next((one.content for one in form.files if one.field_name == "logo" and one.content), None)
    if picture is None:
        raise Invalid("choisissez une image PNG ou JPEG")
    return picture


def _said(refusal: ParvisError) -> str:
    return str(refusal.detail or "; ".join(flaw.detail for flaw in refusal.flaws) or refusal.title_fr)
