"""What an agent does on a request. Each form carries the version it was shown with: nothing is overwritten unseen."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.channels.kit.forms import Form
from app.errors import Conflict, Invalid, NotFound, ParvisError, Stale
from app.exchanges.composing import Draft
from app.identity.scopes import Scope
from app.identity.service import Identified
from app.ids import IdError, Prefix, parse_id
from app.rest.refusals import advice_on
from app.sve.cases import checked_delay
from app.sve.law.regime import Regime
from app.tickets.values import Status
from app.web.agents import Agent, actor_of, need
from app.web.bodies import agents_form
from app.web.house import house_of
from app.web.pages import see
from app.web.refusals import PageRoute
from app.web.tickets import Notice, ticket_id, ticket_page

router = APIRouter(route_class=PageRoute, include_in_schema=False)
# What a person may say of a request; the others belong to procedures of the catalogue.
REGIMES = {regime.value: regime for regime in (Regime.SVA, Regime.SVR, Regime.NONE, Regime.UNKNOWN)}


@router.post("/demandes/{ticket}/reponses")
async def reply(request: Request, agent: Agent, ticket: str) -> Response:
    """Freezes an answer. A second click finds another version, so that nobody is written to twice."""
    need(agent, Scope.TICKETS_WRITE)
    form, wanted, house = await agents_form(request), ticket_id(ticket), house_of(request)
    try:
        text = _words(form, "texte", "écrivez votre réponse avant de l’envoyer")
        point = _point(form)
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            current = await house.tickets.get(session, agent.tenant_id, wanted, lock=True)
            _same_version(current.version, form)
            draft = Draft(text=text, to_point_id=point)
            await house.composer.freeze(session, agent.tenant_id, current, draft, actor=actor_of(agent))
    except (Conflict, Invalid, Stale) as refusal:
        return await _again(request, agent, wanted, form, refusal)
    return see(f"/demandes/{ticket}?fait=reponse#fil-fin")


@router.post("/demandes/{ticket}/notes")
async def note(request: Request, agent: Agent, ticket: str) -> Response:
    need(agent, Scope.TICKETS_WRITE)
    form, wanted, house = await agents_form(request), ticket_id(ticket), house_of(request)
    try:
        text = _words(form, "note", "écrivez la note avant de l’enregistrer")
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            current = await house.tickets.get(session, agent.tenant_id, wanted, lock=True)
            _same_version(current.version, form)
            await house.tickets.note(session, agent.tenant_id, wanted, text, actor=actor_of(agent))
    except (Conflict, Invalid, Stale) as refusal:
        return await _again(request, agent, wanted, form, refusal)
    return see(f"/demandes/{ticket}?fait=note#fil-fin")


@router.post("/demandes/{ticket}/saisines/{saisine}/qualification")
async def qualify(request: Request, agent: Agent, ticket: str, saisine: str) -> Response:
    """Says what silence means here, and why."""
    need(agent, Scope.SVE_WRITE)
    form, wanted, house = await agents_form(request), ticket_id(ticket), house_of(request)
    try:
        reason = _words(form, "motif", "donnez le motif de la qualification : il fait partie de la preuve")
        regime, delay = _regime(form), _delay(form)
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            await house.legal.qualify(
                session,
                agent.tenant_id,
                _saisine_id(saisine),
                regime=regime,
                delay=delay,
                procedure=(form.last("demarche") or "").strip()[:300] or None,
                reason=reason,
                version=_version(form),
                actor=actor_of(agent),
            )
    except (Conflict, Invalid, Stale) as refusal:
        return await _again(request, agent, wanted, form, refusal)
    return see(f"/demandes/{ticket}?fait=qualification#legal")


@router.post("/demandes/{ticket}/cloture")
async def close(request: Request, agent: Agent, ticket: str) -> Response:
    """Closes, unless a legal clock still runs."""
    return await _move(request, agent, ticket, Status.CLOSED, "cloture")


@router.post("/demandes/{ticket}/reouverture")
async def reopen(request: Request, agent: Agent, ticket: str) -> Response:
    return await _move(request, agent, ticket, Status.OPEN, "reouverture")


async def _move(request: Request, agent: Identified, ticket: str, status: Status, done: str) -> Response:
    need(agent, Scope.TICKETS_WRITE)
    form, wanted, house = await agents_form(request), ticket_id(ticket), house_of(request)
    try:
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            await house.tickets.change(
                session,
                agent.tenant_id,
                wanted,
                {"status": status.value},
                version=_version(form),
                actor=actor_of(agent),
            )
    except (Conflict, Invalid, Stale) as refusal:
        return await _again(request, agent, wanted, form, refusal)
    return see(f"/demandes/{ticket}?fait={done}")


async def _again(request: Request, agent: Identified, wanted: UUID, form: Form, refusal: ParvisError) -> Response:
    """Shows the request as it stands now, what was refused, and everything that had been typed."""
    typed = {name: value for name, value in form.pairs if name != "version"}
    if isinstance(refusal, Stale):
        title = "La demande a changé pendant que vous écriviez"
        text = (
            "Rien n’a été enregistré. Regardez ce qui est nouveau (votre envoi est peut-être déjà parti), puis "
            "recommencez : votre saisie est restée en place."
        )
        notice = Notice(title, text, "warn", typed)
        return await ticket_page(request, agent, wanted, notice=notice, status=409)
    text = str(refusal.detail or "; ".join(flaw.detail for flaw in refusal.flaws) or advice_on(type(refusal)))
    notice = Notice(refusal.title_fr, text[:1].upper() + text[1:] + ".", "danger", typed)
    return await ticket_page(request, agent, wanted, notice=notice, status=refusal.status)


def _words(form: Form, name: str, otherwise: str) -> str:
    text = (form.last(name) or "").replace("\r\n", "\n").strip()
    if not text:
        raise Invalid(otherwise)
    return text


def _regime(form: Form) -> Regime:
    regime = REGIMES.get(form.last("regime") or "")
    if regime is None:
        raise Invalid("choisissez ce que vaut le silence")
    return regime


def _delay(form: Form) -> str | None:
    text = (form.last("delai") or "").strip().upper()
    try:
        return checked_delay(text) if text else None
    except ValueError:
        raise Invalid("écrivez le délai comme P2M (deux mois) ou P15D (quinze jours), ou laissez-le vide") from None


def _version(form: Form) -> int:
    text = form.last("version") or ""
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Stale
    return int(text)


def _same_version(current: int, form: Form) -> None:
    if current != _version(form):
        raise Stale


def _point(form: Form) -> UUID | None:
    chosen = form.last("vers") or ""
    if not chosen:
        return None
    try:
        return parse_id(Prefix.POINT, chosen)
    except IdError:
        raise Invalid("choisissez un des moyens de contact proposés") from None


def _saisine_id(text: str) -> UUID:
    try:
        return parse_id(Prefix.SAISINE, text)
    except IdError:
        raise NotFound from None
