"""Archives and eliminations: how long requests are kept, and the lists by which they leave."""

from collections.abc import AsyncIterator, Mapping
from datetime import date
from types import MappingProxyType
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response, StreamingResponse

from app.audit.readings import Door, ReadKind
from app.channels.kit.forms import Form
from app.errors import Conflict, Invalid, NotFound, ParvisError, Stale
from app.facts import Seen
from app.files.names import content_disposition
from app.identity.identified import Identified
from app.identity.scopes import Scope
from app.ids import IdError, Prefix, parse_id, public_id
from app.privacy import elimination_files, retention_repository
from app.privacy import elimination_repository as lists
from app.privacy.elimination_values import LineState, ListState, Visa
from app.privacy.retention import CATEGORIES, Counted, Fate, Policy
from app.reporting import delimited
from app.reporting.delimited import Dialect
from app.rest.refusals import advice_on
from app.web import typed
from app.web.agents import Agent, actor_of, need
from app.web.bodies import agents_form
from app.web.house import WebHouse, house_of
from app.web.names import names_of
from app.web.pages import page, see
from app.web.rail import rail_of
from app.web.refusals import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)
ROOT = "/archives"
PER_PAGE = 50
COUNTED: Mapping[Counted, str] = MappingProxyType(
    {Counted.CLOSURE: "la clôture", Counted.LAST_EFFECT: "le dernier effet légal (recours, retrait, terme)"}
)
FATES: Mapping[Fate, str] = MappingProxyType(
    {Fate.UNDECIDED: "non décidé : garder", Fate.DESTROY: "éliminer", Fate.TRANSFER: "verser aux archives"}
)
STATES: Mapping[ListState, str] = MappingProxyType(
    {
        ListState.PROPOSED: "se remplit",
        ListState.SUBMITTED: "arrêté, à faire viser",
        ListState.APPROVED: "visé, à exécuter",
        ListState.RUNNING: "en cours d’exécution",
        ListState.DONE: "exécuté",
        ListState.WITHDRAWN: "abandonné",
    }
)
LINES: Mapping[LineState, str] = MappingProxyType(
    {
        LineState.LISTED: "inscrite",
        LineState.ERASED: "effacée",
        LineState.KEPT: "gardée",
        LineState.RELEASED: "rendue",
    }
)
_REFUSALS = (Conflict, Invalid, Stale)
_DONE: Mapping[str, str] = MappingProxyType(
    {
        "duree": "La durée est décidée : la nuit prochaine, les demandes closes sont relues avec elle.",
        "arret": "Le bordereau est arrêté. Prenez son PDF, faites-le viser, puis notez le visa ici.",
        "visa": "Le visa est noté. Le bordereau peut être exécuté.",
        "abandon": "Le bordereau est abandonné ; ses demandes restent.",
        "execution": "L’exécution est commencée ; cette page en montre l’avancement.",
    }
)


@router.get(ROOT)
async def archives(request: Request, agent: Agent, apres: str = "", fait: str = "") -> HTMLResponse:
    need(agent, Scope.ARCHIVES_READ)
    house = house_of(request)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
        policies = await house.retention.all(session, agent.tenant_id)
        closed, archived = await retention_repository.standing(session, agent.tenant_id)
        found = await lists.page(session, agent.tenant_id, after=_after(apres), limit=PER_PAGE + 1)
    shown = found[:PER_PAGE]
    return page(
        request,
        "agents/archives.html",
        me=agent,
        rail=rail,
        tenant=tenant,
        done=_DONE.get(fait, ""),
        policies=[(CATEGORIES[name], policy) for name, policy in policies.items()],
        closed=closed,
        archived=archived,
        lists=[(public_id(Prefix.ELIMINATION_LIST, one.id), one) for one in shown],
        states=STATES,
        fates=FATES,
        following=shown[-1].id.hex if len(found) > PER_PAGE else None,
        may_decide=Scope.ARCHIVES_ADMIN.value in agent.scopes,
    )


@router.get(f"{ROOT}/durees/{{category}}")
async def policy_page(request: Request, agent: Agent, category: str) -> HTMLResponse:
    need(agent, Scope.ARCHIVES_READ)
    return await _policy(request, agent, category)


@router.post(f"{ROOT}/durees/{{category}}")
async def decide(request: Request, agent: Agent, category: str) -> Response:
    """Decides how long a category is kept; a refused decision is shown again as it was typed."""
    need(agent, Scope.ARCHIVES_ADMIN)
    form, house = await agents_form(request), house_of(request)
    try:
        wanted = Policy(
            category=category,
            active_months=_number(form, "active_months"),
            archive_months=_number(form, "archive_months"),
            counted_from=Counted(form.last("counted_from") or Counted.LAST_EFFECT),
            fate=Fate(form.last("fate") or Fate.UNDECIDED),
            legal_basis=form.last("legal_basis") or "",
        )
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            await house.retention.decide(
                session, agent.tenant_id, wanted, version=typed.version(form), actor=actor_of(agent)
            )
    except ValueError:
        raise NotFound from None
    except (Invalid, Stale) as refusal:
        return await _policy(request, agent, category, form=form, refusal=refusal)
    return see(f"{ROOT}?fait=duree")


@router.get(f"{ROOT}/bordereaux/{{list_word}}")
async def list_page(request: Request, agent: Agent, list_word: str, apres: str = "", fait: str = "") -> HTMLResponse:
    need(agent, Scope.ARCHIVES_READ)
    return await _list(request, agent, list_word, after=apres, done=_DONE.get(fait, ""))


@router.get(f"{ROOT}/bordereaux/{{list_word}}/document")
async def take(request: Request, agent: Agent, list_word: str, forme: str = "pdf") -> Response:
    """Gives the list to be signed, its certificate once carried out, or its lines; who took it is kept."""
    need(agent, Scope.ARCHIVES_READ)
    house, wanted = house_of(request), _id(list_word)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        found = await house.eliminations.get(session, agent.tenant_id, wanted)
        seen = Seen(
            tenant_id=agent.tenant_id,
            subject_id=wanted,
            at=house.clock(),
            actor=actor_of(agent),
            action="elimination_list.read",
        )
        await house.book.record(session, seen)
    await house.eyewitness.saw(agent, ReadKind.EXPORT, wanted, door=Door.WEB)
    csv = forme == "csv"
    headers = {
        "Content-Disposition": content_disposition(
            "attachment", f"bordereau-{found.reference}.{'csv' if csv else 'pdf'}"
        ),
        "Cache-Control": "no-store",
    }
    if csv:
        return StreamingResponse(_file(house, agent, wanted), media_type=delimited.MEDIA_TYPE, headers=headers)
    made = await elimination_files.paper(house.database, house.tenants, agent.tenant_id, found)
    return Response(made, media_type="application/pdf", headers=headers)


@router.post(f"{ROOT}/bordereaux/{{list_word}}/{{act}}")
async def move(request: Request, agent: Agent, list_word: str, act: str) -> Response:
    """Moves a list on: freezes it, enters its visa, gives it up, has it carried out."""
    need(agent, Scope.ARCHIVES_ADMIN)
    form, house, wanted = await agents_form(request), house_of(request), _id(list_word)
    tenant_id, actor = agent.tenant_id, actor_of(agent)
    try:
        version = typed.version(form)
        async with house.database.transaction(tenant=tenant_id) as session:
            office = house.eliminations
            match act:
                case "arret":
                    await office.submit(session, tenant_id, wanted, version=version, actor=actor)
                case "visa":
                    await office.approve(session, tenant_id, wanted, _visa(form), version=version, actor=actor)
                case "abandon":
                    why = form.last("reason") or ""
                    await office.withdraw(session, tenant_id, wanted, reason=why, version=version, actor=actor)
                case "execution":
                    await office.start(session, tenant_id, wanted, version=version, actor=actor)
                case _:
                    raise NotFound
    except _REFUSALS as refusal:
        return await _list(request, agent, list_word, form=form, refusal=refusal)
    return see(f"{ROOT}/bordereaux/{list_word}?fait={act}")


async def _policy(
    request: Request,
    agent: Identified,
    category: str,
    *,
    form: Form | None = None,
    refusal: Invalid | Stale | None = None,
) -> HTMLResponse:
    house = house_of(request)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
        policy = await house.retention.get(session, agent.tenant_id, category)
        names = await names_of(session, house, agent.tenant_id)
    kept = {
        "active_months": str(policy.active_months),
        "archive_months": str(policy.archive_months),
        "counted_from": policy.counted_from.value,
        "fate": policy.fate.value,
        "legal_basis": policy.legal_basis,
    }
    return page(
        request,
        "agents/retention_policy.html",
        status=refusal.status if refusal else 200,
        me=agent,
        rail=rail,
        tenant=tenant,
        policy=policy,
        name=CATEGORIES[category],
        names=names,
        counted=COUNTED,
        fates=FATES,
        kept={name: form.last(name) or "" for name in kept} if form else kept,
        faults=_faults(refusal),
        stale=isinstance(refusal, Stale),
        may_decide=Scope.ARCHIVES_ADMIN.value in agent.scopes,
    )


async def _list(
    request: Request,
    agent: Identified,
    list_word: str,
    *,
    after: str = "",
    done: str = "",
    form: Form | None = None,
    refusal: ParvisError | None = None,
) -> HTMLResponse:
    house, wanted = house_of(request), _id(list_word)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
        found = await house.eliminations.get(session, agent.tenant_id, wanted)
        tallies = await lists.tallies(session, agent.tenant_id, wanted)
        lines = await lists.lines(session, agent.tenant_id, wanted, after=_after(after), limit=PER_PAGE + 1)
        names = await names_of(session, house, agent.tenant_id)
    shown = lines[:PER_PAGE]
    return page(
        request,
        "agents/elimination_list.html",
        status=refusal.status if refusal else 200,
        me=agent,
        rail=rail,
        tenant=tenant,
        found=found,
        id=list_word,
        done=done,
        tallies=tallies,
        categories=CATEGORIES,
        lines=[(public_id(Prefix.TICKET, line.ticket_id), line) for line in shown],
        words=LINES,
        states=STATES,
        fates=FATES,
        names=names,
        kept=dict(form.pairs) if form else {},
        faults=_faults(refusal),
        refused=str(refusal.detail or advice_on(type(refusal))) if refusal else "",
        refused_title=refusal.title_fr if refusal else "",
        following=shown[-1].id.hex if len(lines) > PER_PAGE else None,
        may_decide=Scope.ARCHIVES_ADMIN.value in agent.scopes,
    )


async def _file(house: WebHouse, agent: Identified, list_id: UUID) -> AsyncIterator[bytes]:
    """The lines as a spreadsheet set to French opens them."""
    yield delimited.head(elimination_files.COLUMNS, dialect=Dialect.EXCEL_FR)
    async for batch in elimination_files.rows(house.database, agent.tenant_id, list_id):
        yield delimited.lines(batch, dialect=Dialect.EXCEL_FR)


def _visa(form: Form) -> Visa:
    try:
        on = date.fromisoformat(form.last("on") or "")
    except ValueError:
        raise typed.flawed("on", "donnez le jour du visa") from None
    return Visa(reference=form.last("reference") or "", on=on, by=form.last("by") or "")


def _faults(refusal: ParvisError | None) -> dict[str, str]:
    return {
        flaw.pointer[1:]: f"{str(flaw.detail)[:1].upper()}{str(flaw.detail)[1:]}."
        for flaw in (refusal.flaws if refusal else ())
    }


def _number(form: Form, name: str) -> int:
    text = (form.last(name) or "").strip()
    if not (text.isascii() and text.isdigit() and len(text) < 6):
        raise typed.flawed(name, "un nombre de mois est attendu")
    return int(text)


def _id(word: str) -> UUID:
    try:
        return parse_id(Prefix.ELIMINATION_LIST, word)
    except IdError:
        raise NotFound from None


def _after(text: str) -> UUID | None:
    """Reads where the previous page ended; what cannot be read is the beginning."""
    try:
        return UUID(hex=text)
    except ValueError:
        return None
