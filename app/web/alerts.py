"""Alerts that wait for somebody, and the mails written to agents."""

from collections.abc import Mapping
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from app.identity.scopes import Scope
from app.ids import Prefix, public_id
from app.sve.warning import charges, notices
from app.sve.warning.values import NoticeKind, NoticeState
from app.web.agents import Agent, need
from app.web.house import house_of
from app.web.names import names_of
from app.web.pages import page
from app.web.rail import rail_of
from app.web.refusals import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)
PER_PAGE = 50
FILES = {"a-prendre": "À prendre en charge", "tout": "Toutes"}
STATES: Mapping[str, tuple[str, tuple[NoticeState, ...]]] = {
    "tout": ("Tous", ()),
    "en-file": ("En file", (NoticeState.DUE,)),
    "partis": ("Partis", (NoticeState.SENT,)),
    "abandonnes": ("Abandonnés", (NoticeState.FAILED,)),
}
KINDS = {
    NoticeKind.DIGEST: "Point du jour",
    NoticeKind.ESCALATION: "Alertes sans prise en charge",
    NoticeKind.LATE_WATCH: "Veille en retard",
    NoticeKind.ADMINISTRATION: "Aux administrateurs",
    NoticeKind.INVITATION: "Invitation",
    NoticeKind.RESET: "Mot de passe oublié",
    NoticeKind.CONFIDENCE: "Accès à des demandes confidentielles",
}


@router.get("/surveillance/alertes")
async def alerts(request: Request, agent: Agent, file: str = "a-prendre", apres: str = "") -> HTMLResponse:
    need(agent, Scope.SVE_READ)
    house, chosen = house_of(request), file if file in FILES else "a-prendre"
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
        found = await charges.listed(
            session, agent.tenant_id, whole=chosen == "tout", after=_after(apres), limit=PER_PAGE + 1
        )
        names = await names_of(session, house, agent.tenant_id)
    shown = found[:PER_PAGE]
    return page(
        request,
        "agents/alerts.html",
        me=agent,
        rail=rail,
        tenant=tenant,
        files=FILES,
        chosen=chosen,
        names=names,
        may_take=Scope.SVE_WRITE.value in agent.scopes,
        lines=[
            (one, public_id(Prefix.TICKET, one.ticket_id), public_id(Prefix.SAISINE, one.saisine_id)) for one in shown
        ],
        following=shown[-1].id.hex if len(found) > PER_PAGE else None,
    )


@router.get("/surveillance/avis")
async def told(request: Request, agent: Agent, file: str = "tout", apres: str = "") -> HTMLResponse:
    need(agent, Scope.SVE_READ)
    house, chosen = house_of(request), file if file in STATES else "tout"
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
        found = await notices.page(
            session, agent.tenant_id, states=STATES[chosen][1], after=_after(apres), limit=PER_PAGE + 1
        )
    shown = found[:PER_PAGE]
    return page(
        request,
        "agents/notices.html",
        me=agent,
        rail=rail,
        tenant=tenant,
        files=STATES,
        chosen=chosen,
        kinds=KINDS,
        notices=shown,
        following=shown[-1].id.hex if len(found) > PER_PAGE else None,
    )


def _after(text: str) -> UUID | None:
    try:
        return UUID(hex=text)
    except ValueError:
        return None
