"""Writing an administration's own procedure: what is wrong beside its field, its dates and its differences first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from app.clock import civil_day
from app.db.transaction import Session
from app.errors import Invalid, NotFound, ParvisError, Stale
from app.identity.identified import Identified
from app.identity.scopes import Scope
from app.sve.cases import stored_case
from app.sve.catalogue import Entry
from app.sve.catalogue.families import word_of
from app.sve.law import read
from app.sve.law.procedure import Family
from app.sve.local_procedures.values import Published
from app.sve.simulation import explain
from app.tenants.values import Tenant
from app.web import procedure_forms, procedure_words, typed
from app.web.agents import Agent, actor_of, need
from app.web.bodies import agents_form
from app.web.house import WebHouse, house_of
from app.web.pages import page, see
from app.web.procedure_forms import Filled
from app.web.procedures import procedure_page
from app.web.rail import rail_of
from app.web.refusals import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Preview:
    """What publishing would do: the silence of the day asked, the dates of an example, what changes, who carries it."""

    published: Published
    received_on: date
    silence: str
    dates: Sequence[str]
    differences: Sequence[tuple[str, str, str]]


@router.get("/nouvelle-demarche")
async def new(request: Request, agent: Agent, code: str = "") -> HTMLResponse:
    """Opens the form of a procedure the administration created, empty."""
    need(agent, Scope.SVE_WRITE)
    return await _form_page(request, agent, procedure_forms.blank(code=code.strip().upper()[:80]), base=None)


@router.get("/demarches/{code}/edition")
async def edit(request: Request, agent: Agent, code: str) -> HTMLResponse:
    """Opens the form filled with what holds today, ours or the national entry."""
    need(agent, Scope.SVE_WRITE)
    house = house_of(request)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        base = (await house.procedures.in_full(session, agent.tenant_id, code)).entry
    return await _form_page(request, agent, procedure_forms.filled_from(base), base=base)


@router.post("/demarches/editions")
async def publish(request: Request, agent: Agent) -> Response:
    """Checks what was typed and shows what it would change; publishes it when that is what was asked."""
    need(agent, Scope.SVE_WRITE)
    form, house = await agents_form(request), house_of(request)
    filled = procedure_forms.read_back(form)
    publishing = form.last("geste") == "publier"
    base: Entry | None = None
    try:
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            base = await _base(session, house, agent, filled.values.get("depuis", ""))
            if publishing:
                note = typed.words(form, "note", "dites pourquoi vous publiez : cela reste avec l’édition")
                published = await _published(session, house, agent, filled, base, note=note, dry_run=False)
                return see(f"/demarches/{published.entry.code}?fait=publication")
            published = await _published(session, house, agent, filled, base, note="aperçu", dry_run=True)
            tenant = await house.tenants.get(session, agent.tenant_id)
    except (Invalid, Stale) as refusal:
        return await _form_page(request, agent, filled, base=base, refusal=refusal)
    preview = _preview(published, tenant, filled, now=house.clock())
    return await _form_page(request, agent, filled, base=base, preview=preview)


@router.post("/demarches/{code}/retrait")
async def withdraw(request: Request, agent: Agent, code: str) -> Response:
    """Withdraws our own word on a procedure, from a day on or altogether."""
    need(agent, Scope.SVE_WRITE)
    form, house = await agents_form(request), house_of(request)
    values = procedure_forms.read_back(form).values
    try:
        reason = typed.words(form, "motif", "dites pourquoi vous la retirez")
        since = _since(values.get("depuis_le", ""))
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            await house.procedures.withdraw(
                session,
                agent.tenant_id,
                code,
                reason=reason[:2000],
                since=since,
                mistaken=values.get("erreur") == "oui",
                actor=actor_of(agent),
            )
    except Invalid as refusal:
        faults = {flaw.pointer[1:]: flaw.detail for flaw in refusal.flaws}
        return await procedure_page(request, agent, code, faults=faults, typed=values, status=422)
    return see(f"/demarches/{code}?fait=retrait")


async def _base(session: Session, house: WebHouse, agent: Identified, code: str) -> Entry | None:
    """The entry the form was opened from: what it does not show is kept from there."""
    try:
        return (await house.procedures.in_full(session, agent.tenant_id, code)).entry if code else None
    except NotFound:
        return None


async def _published(
    session: Session,
    house: WebHouse,
    agent: Identified,
    filled: Filled,
    base: Entry | None,
    *,
    note: str,
    dry_run: bool,
) -> Published:
    number = filled.values.get("remplace", "")
    return await house.procedures.publish(
        session,
        agent.tenant_id,
        procedure_forms.entry_fields(filled, base),
        note=note[:2000],
        replaces=int(number) if number.isascii() and number.isdigit() and len(number) < 10 else None,
        dry_run=dry_run,
        actor=actor_of(agent),
    )


def _preview(published: Published, tenant: Tenant, filled: Filled, *, now: datetime) -> Preview:
    received_on = _or_today(filled.values.get("recue", ""), tenant, now)
    version = published.entry.version_on(received_on)
    silence, dates = "Aucune version ne vaut ce jour-là.", list[str]()
    if version is not None:
        silence = procedure_words.silence(version.effect, version.delay, version.adds)
        at = datetime.combine(received_on, time(9), ZoneInfo(tenant.time_zone))
        case = stored_case(
            tenant,
            regime=version.effect.value,
            delay=str(version.delay) if version.delay else None,
            family=None if version.family is Family.GENERAL else word_of(version.family),
            permit=version.permit.value if version.permit else None,
            basis=" ; ".join(version.basis) or None,
            events=[{"type": "received", "at": at.isoformat(), "authority": "competent", "channel": "email"}],
        )
        dates = explain(read(case, now=at))
    return Preview(published, received_on, silence, dates, procedure_words.differences(published.differences))


def _or_today(written: str, tenant: Tenant, now: datetime) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return civil_day(now, tenant.time_zone)


def _since(written: str) -> date | None:
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        raise typed.flawed("depuis_le", "un jour est attendu, comme 2026-03-02") from None


async def _form_page(
    request: Request,
    agent: Identified,
    filled: Filled,
    *,
    base: Entry | None,
    preview: Preview | None = None,
    refusal: ParvisError | None = None,
) -> HTMLResponse:
    house = house_of(request)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
        code = filled.values.get("code", "").upper()
        editions = await house.procedures.editions(session, agent.tenant_id, code) if code else []
    standing = next((one.edition for one in reversed(editions) if one.stands), None)
    faults = procedure_forms.faults_of(refusal) if isinstance(refusal, Invalid) else {}
    return page(
        request,
        "agents/procedure_form.html",
        status=refusal.status if refusal else 200,
        me=agent,
        rail=rail,
        tenant=tenant,
        base=base,
        values=filled.values,
        versions=filled.versions,
        most=procedure_forms.VERSIONS,
        # After a refusal for another edition the form goes on from the one that stands, shown to its reader.
        replaces=standing
        if isinstance(refusal, Stale) or "remplace" not in filled.values
        else filled.values["remplace"],
        national=house.procedures.national.get(code),
        preview=preview,
        faults=faults,
        stale=isinstance(refusal, Stale),
        today=civil_day(house.clock(), tenant.time_zone),
        effects=procedure_forms.EFFECTS,
        categories=procedure_forms.CATEGORIES,
        certainties=procedure_forms.CERTAINTIES,
        families=procedure_words.FAMILIES,
    )
