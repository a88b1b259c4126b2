"""The catalogue of procedures: searched, each read with its versions and sources, as this administration has it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from app.clock import civil_day
from app.identity.scopes import Scope
from app.sve.catalogue import Entry, Origin, Version
from app.web import procedure_words
from app.web.agents import Agent, need
from app.web.house import house_of
from app.web.pages import page
from app.web.rail import rail_of
from app.web.refusals import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)
PER_PAGE = 50
_LONGEST = 200
OURS = "notres"
_DONE: Mapping[str, tuple[str, str]] = {
    "publication": (
        "Édition publiée",
        "Les autres postes la voient dans les cinq secondes ; aucune saisine n’est requalifiée.",
    ),
    "retrait": ("Démarche retirée", "Les saisines déjà qualifiées gardent ce qu’elles ont."),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A procedure with the version in force today, or its last one."""

    entry: Entry
    version: Version
    silence: str
    competent: bool
    sources: Sequence[str]


@router.get("/demarches")
async def search(request: Request, agent: Agent, q: str = "", apres: str = "", vue: str = "") -> HTMLResponse:
    """Lists the procedures that hold every word, in the order of their codes."""
    need(agent, Scope.SVE_READ)
    house, words = house_of(request), q[:_LONGEST].strip()
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
        catalogue = (await house.procedures.today(session, agent.tenant_id)).catalogue
    today = civil_day(house.clock(), tenant.time_zone)
    ours = vue == OURS
    matching = [entry for entry in catalogue.search(words) if not ours or entry.origin is Origin.LOCAL]
    found = [entry for entry in matching if entry.code > apres]
    lines = []
    for entry in found[:PER_PAGE]:
        version = entry.version_on(today) or entry.last
        said = procedure_words.silence(version.effect, version.delay, version.adds)
        lines.append(Line(entry, version, said, tenant.kind.value in entry.kinds, [one.title for one in entry.sources]))
    asked = {"q": words, **({"vue": OURS} if ours else {})}
    return page(
        request,
        "agents/procedures.html",
        me=agent,
        rail=rail,
        tenant=tenant,
        q=words,
        ours=ours,
        total=len(matching),
        lines=lines,
        certainties=procedure_words.CERTAINTIES,
        origins=procedure_words.ORIGINS,
        may_write=Scope.SVE_WRITE.value in agent.scopes,
        first_page=not apres,
        again=f"/demarches?{urlencode(asked)}",
        following=f"/demarches?{urlencode({**asked, 'apres': lines[-1].entry.code})}"
        if len(found) > PER_PAGE
        else None,
    )


@router.get("/demarches/{code}")
async def show(request: Request, agent: Agent, code: str, fait: str = "") -> HTMLResponse:
    """Shows a procedure: what silence means today, each version and where it was read, and our own editions."""
    need(agent, Scope.SVE_READ)
    return await procedure_page(request, agent, code, done=_DONE.get(fait))


async def procedure_page(
    request: Request,
    agent: Agent,
    code: str,
    *,
    done: tuple[str, str] | None = None,
    faults: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    """Writes the page of one procedure, after a refused withdrawal too."""
    house = house_of(request)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
        found = await house.procedures.in_full(session, agent.tenant_id, code)
        rail = await rail_of(session, agent.tenant_id)
    today = civil_day(house.clock(), tenant.time_zone)
    version = found.entry.version_on(today)
    said = (
        procedure_words.silence(version.effect, version.delay, version.adds) if version and not found.withdrawn else ""
    )
    return page(
        request,
        "agents/procedure.html",
        status=status,
        me=agent,
        rail=rail,
        tenant=tenant,
        entry=found.entry,
        national=found.national,
        editions=list(reversed(found.editions)),
        withdrawn=found.withdrawn,
        stands=any(edition.stands for edition, _ in found.editions),
        today=today,
        silence_today=said,
        silence=procedure_words.silence,
        certainties=procedure_words.CERTAINTIES,
        origins=procedure_words.ORIGINS,
        source_words=procedure_words.SOURCES,
        competent=tenant.kind.value in found.entry.kinds,
        may_write=Scope.SVE_WRITE.value in agent.scopes,
        done=done,
        faults=faults or {},
        typed=typed or {},
    )
