"""The receipt of what was said at a desk: printed and handed over, it proves the reception and its day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from app.channels.desks import DeskKind
from app.channels.kit.forms import Form
from app.clock import civil_day
from app.errors import Conflict, NotFound
from app.exchanges.enrolling import waits
from app.identity.scopes import Scope
from app.rest.languages import Said
from app.sve.law.regime import Regime
from app.sve.values import Saisine
from app.tickets.values import Direction
from app.web.agents import Agent, actor_of, need
from app.web.bodies import agents_form
from app.web.conflicts import REFUSALS, shown_again
from app.web.house import house_of
from app.web.pages import page, see
from app.web.rail import rail_of
from app.web.refusals import PageRoute
from app.web.tickets import ticket_id
from app.web.typed import flawed

router = APIRouter(route_class=PageRoute, include_in_schema=False)
_SILENCE = {Regime.SVA: "acceptée", Regime.SVR: "rejetée"}


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """What the receipt says of the accusé de réception: whether one is owed, why, and what silence would decide."""

    owed: bool
    because: str
    source: str
    decides: str


@router.get("/demandes/{ticket}/recepisse")
async def show_receipt(request: Request, agent: Agent, ticket: str) -> HTMLResponse:
    """Shows the receipt of a call, a visit or a letter; what came electronically has its AEE instead (CRPA L112-11)."""
    need(agent, Scope.TICKETS_READ)
    house, wanted = house_of(request), ticket_id(ticket)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        found = await house.tickets.get(session, agent.tenant_id, wanted)
        if found.channel_type.partition(".")[0] not in {*DeskKind}:
            raise NotFound
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
        thread = await house.tickets.thread(session, agent.tenant_id, wanted)
        timeline = await house.legal.timeline(session, agent.tenant_id, wanted)
    message = next((one for one in thread if one.direction is Direction.IN), None)
    if message is None:  # merged elsewhere, with all that was said
        raise NotFound
    if waits(message):
        told = Said(
            "donnez d’abord le jour du tampon d’arrivée : le récépissé prouverait une date que personne ne connaît",
            en="give the day of the mail room's stamp first: the receipt would prove a date nobody knows",
        )
        raise Conflict(told)
    saisine = next((one for one in timeline.saisines if one.message_id == message.id), None)
    return page(
        request,
        "agents/desk_receipt.html",
        me=agent,
        rail=rail,
        tenant=tenant,
        today=civil_day(house.clock(), tenant.time_zone),
        now=house.clock(),
        ticket=found,
        id=ticket,
        kind=found.channel_type.partition(".")[0],
        message=message,
        received_on=saisine.received_on if saisine else civil_day(message.received_at, tenant.time_zone),
        term_on=saisine.term_on if saisine else None,
        ack=acknowledgement(saisine) if saisine else None,
    )


@router.post("/demandes/{ticket}/enregistrement")
async def register(request: Request, agent: Agent, ticket: str) -> Response:
    """Gives a scanned letter the day of its stamp, from which its clock then runs."""
    need(agent, Scope.TICKETS_WRITE, Scope.SVE_WRITE)
    form, wanted, house = await agents_form(request), ticket_id(ticket), house_of(request)
    try:
        day = _day(form)
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            await house.enrolling.register(session, agent.tenant_id, wanted, day, actor=actor_of(agent))
    except REFUSALS as refusal:
        return await shown_again(request, agent, wanted, form, refusal)
    return see(f"/demandes/{ticket}?fait=enregistree")


def _day(form: Form) -> date:
    try:
        return date.fromisoformat(form.last("tampon") or "")
    except ValueError:
        raise flawed("received_on", "donnez le jour du tampon d’arrivée") from None


def acknowledgement(saisine: Saisine) -> Acknowledgement:
    """Reads what the engine said of the AR of a sending that was not electronic. Source: CRPA L112-3, R112-4, R112-5."""
    reasons = saisine.reading.get("reasons")
    told: Mapping[str, object] = {}
    if isinstance(reasons, list):
        told = next((one for one in reasons if isinstance(one, Mapping) and one.get("key") == "ar_required"), {})
    decides = _SILENCE.get(saisine.regime, "") if saisine.term_on else ""
    return Acknowledgement(
        told.get("value") is True, str(told.get("because", "")), str(told.get("source", "")), decides
    )
