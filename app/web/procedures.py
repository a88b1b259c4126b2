"""The catalogue of procedures, searched: the code to qualify with, what silence does, and where that was read."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from app.clock import civil_day
from app.identity.scopes import Scope
from app.sve.catalogue import Entry, Version
from app.web import procedure_words
from app.web.agents import Agent, need
from app.web.house import house_of
from app.web.pages import page
from app.web.rail import rail_of
from app.web.refusals import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)
PER_PAGE = 50
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Line:
    """A procedure with the version in force today, or its last one."""

    entry: Entry
    version: Version
    silence: str
    competent: bool
    sources: Sequence[str]


@router.get("/demarches")
async def search(request: Request, agent: Agent, q: str = "", apres: str = "") -> HTMLResponse:
    """Lists the procedures that hold every word, in the order of their codes."""
    need(agent, Scope.SVE_READ)
    house, words = house_of(request), q[:_LONGEST].strip()
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
    today = civil_day(house.clock(), tenant.time_zone)
    matching = house.catalogue.search(words)
    found = [entry for entry in matching if entry.code > apres]
    lines = []
    for entry in found[:PER_PAGE]:
        version = entry.version_on(today) or entry.last
        said = procedure_words.silence(version.effect, version.delay, version.adds)
        lines.append(Line(entry, version, said, tenant.kind.value in entry.kinds, [one.title for one in entry.sources]))
    more = len(found) > PER_PAGE
    return page(
        request,
        "agents/procedures.html",
        me=agent,
        rail=rail,
        tenant=tenant,
        q=words,
        total=len(matching),
        lines=lines,
        certainties=procedure_words.CERTAINTIES,
        first_page=not apres,
        again=f"/demarches?{urlencode({'q': words})}",
        following=f"/demarches?{urlencode({'q': words, 'apres': lines[-1].entry.code})}" if more else None,
    )
