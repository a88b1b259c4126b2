"""What the post says of a letter that left by it, noted from the slip that came back."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from app.audit.readings import Door, ReadKind
from app.channels.contract import Delivery
from app.channels.errors import Unreadable
from app.channels.kit.forms import Form, FormFile, read_form
from app.clock import civil_day
from app.errors import Invalid, NotFound, ParvisError, TooLarge, UnsupportedMedia
from app.files.sniff import sniff
from app.identity.scopes import Scope
from app.ids import Prefix, public_id
from app.rest.refusals import advice_on
from app.sve.letters.deliveries import SLIP_MAX, NotByPost, Told
from app.web import typed
from app.web.agents import Agent, actor_of, need
from app.web.bodies import bounded
from app.web.conflicts import REFUSALS
from app.web.house import house_of
from app.web.letter_forms import letter_id
from app.web.pages import page, see
from app.web.rail import rail_of
from app.web.refusals import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)
_AROUND = 20_000  # the fields and boundaries around the scan
_REFUSED = (*REFUSALS, TooLarge, UnsupportedMedia)


@router.get("/courriers/{letter}/remise")
async def show(request: Request, agent: Agent, letter: str, fait: str = "") -> HTMLResponse:
    need(agent, Scope.TICKETS_READ, Scope.SVE_READ)
    return await _page(request, agent, letter_id(letter), done=fait == "remise")


@router.post("/courriers/{letter}/remise")
async def note(request: Request, agent: Agent, letter: str) -> Response:
    """Notes the slip and keeps its scan: both, or neither."""
    need(agent, Scope.TICKETS_WRITE, Scope.SVE_WRITE)
    house, wanted = house_of(request), letter_id(letter)
    form, slip = Form(()), None
    try:
        form, slip = _read(request, await bounded(request, limit=SLIP_MAX + _AROUND))
        told = Told(
            tracking=" ".join((form.last("numero") or "").split())[:40] or None,
            first_presented_on=_day(form, "presentee"),
            signed_on=_day(form, "signee"),
        )
        version = typed.version(form)
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            actor = actor_of(agent)
            noted = await house.deliveries.note(session, agent.tenant_id, wanted, told, version=version, actor=actor)
            if slip is not None:
                await house.deliveries.attach(
                    session, agent.tenant_id, wanted, slip.content, version=noted.version, actor=actor
                )
    except _REFUSED as refusal:
        return await _page(request, agent, wanted, form=form, refusal=refusal)
    return see(f"/courriers/{letter}/remise?fait=remise")


@router.get("/courriers/{letter}/avis")
async def show_slip(request: Request, agent: Agent, letter: str) -> Response:
    need(agent, Scope.TICKETS_READ, Scope.SVE_READ)
    house, wanted = house_of(request), letter_id(letter)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        found = await house.deliveries.get(session, agent.tenant_id, wanted)
        ticket_id = (await house.letters.get(session, agent.tenant_id, wanted)).ticket_id
    await house.eyewitness.saw(agent, ReadKind.LETTER, wanted, door=Door.WEB, ticket_id=ticket_id)
    slip = await house.deliveries.slip(agent.tenant_id, found)
    return Response(slip, headers=dict(sniff(slip).headers("avis-de-reception")))


async def _page(
    request: Request,
    agent: Agent,
    wanted: UUID,
    *,
    form: Form | None = None,
    refusal: ParvisError | None = None,
    done: bool = False,
) -> HTMLResponse:
    house = house_of(request)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
        letter = await house.letters.get(session, agent.tenant_id, wanted)
        try:
            noted = await house.deliveries.get(session, agent.tenant_id, wanted)
        except NotByPost:
            raise NotFound from None
    present = {
        "numero": noted.tracking or "",
        "presentee": noted.first_presented_on.isoformat() if noted.first_presented_on else "",
        "signee": noted.signed_on.isoformat() if noted.signed_on else "",
    }
    return page(
        request,
        "agents/delivery.html",
        status=refusal.status if refusal else 200,
        me=agent,
        rail=rail,
        tenant=tenant,
        today=civil_day(house.clock(), tenant.time_zone),
        letter=letter,
        id=public_id(Prefix.LETTER, wanted),
        ticket=public_id(Prefix.TICKET, letter.ticket_id),
        noted=noted,
        posted_on=civil_day(letter.composed_at, tenant.time_zone),
        kept={name: form.last(name) or "" for name in present} if form else present,
        faults=_faults(refusal),
        told=_told(refusal),
        done=done,
        may_write=Scope.SVE_WRITE.value in agent.scopes and Scope.TICKETS_WRITE.value in agent.scopes,
    )


def _read(request: Request, body: bytes) -> tuple[Form, FormFile | None]:
    """Reads the form and the scan in it. Raises `Invalid` for a body that is none of ours."""
    kind = request.headers.get("content-type", "")
    try:
        form = read_form(Delivery(body=body, headers=(("Content-Type", kind),)))
    except Unreadable:
        raise Invalid("envoyez le formulaire de la page") from None
    return form, next((one for one in form.files if one.field_name == "avis" and one.content), None)


def _day(form: Form, name: str) -> date | None:
    text = (form.last(name) or "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise typed.flawed(name, "écrivez un jour, comme 2026-03-05") from None


_FIELDS = {"first_presented_on": "presentee", "signed_on": "signee", "at": "presentee"}


def _faults(refusal: ParvisError | None) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for flaw in refusal.flaws if refusal else ():
        name = flaw.pointer.rpartition("/")[2]
        found.setdefault(_FIELDS.get(name, name), str(flaw.detail))
    return found


def _told(refusal: ParvisError | None) -> str:
    if refusal is None:
        return ""
    return str(refusal.detail or "; ".join(str(flaw.detail) for flaw in refusal.flaws) or advice_on(type(refusal)))
