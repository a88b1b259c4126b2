"""The page of how the service stands."""

from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from app.reporting.judging import components
from app.reporting.standing import Mark, Part, overall
from app.reporting.standing_repository import days_of, facts_of
from app.web.agents import Agent
from app.web.house import house_of
from app.web.pages import page
from app.web.rail import rail_of
from app.web.refusals import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)
MARKS = {
    Mark.OK: ("ok", "Normal"),
    Mark.ATTENTION: ("warn", "À surveiller"),
    Mark.FAILING: ("danger", "En panne"),
    Mark.UNKNOWN: ("", "Pas encore compté"),
}
PARTS = {
    Part.INTAKE: "Réception des messages",
    Part.SENDING: "Envois",
    Part.WATCH: "Veille des délais légaux",
    Part.CHANNELS: "Canaux",
    Part.LEDGER: "Comptes : rien ne s’est perdu",
}
WHOLE = {
    Mark.OK: "Le service fonctionne normalement.",
    Mark.ATTENTION: "Le service fonctionne ; quelque chose demande votre attention.",
    Mark.FAILING: "Une part du service est en panne.",
    Mark.UNKNOWN: "",
}


@router.get("/etat")
async def standing(request: Request, agent: Agent) -> HTMLResponse:
    house = house_of(request)
    now = house.clock()
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
        facts = await facts_of(session, agent.tenant_id, now=now)
        days = await days_of(session, agent.tenant_id, now=now, zone=ZoneInfo(tenant.time_zone))
    parts = components(facts, now=now)
    return page(
        request,
        "agents/standing.html",
        me=agent,
        rail=rail,
        tenant=tenant,
        parts=parts,
        names=PARTS,
        marks=MARKS,
        whole=overall(parts),
        words=WHOLE,
        days=days,
        facts=facts,
    )
