"""Merging a request with another, parting its messages, undoing either: what would move is shown before it does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from app.audit.readings import Door, ReadKind
from app.channels.kit.forms import Form
from app.clock import civil_day
from app.errors import Invalid, NotFound, ParvisError, Stale
from app.exchanges.moves import Holding
from app.identity.identified import Identified
from app.identity.scopes import Scope
from app.ids import IdError, Prefix, parse_id, public_id
from app.rest.refusals import advice_on
from app.tickets.moves import MoveKind
from app.tickets.values import Direction, Ticket
from app.web import typed
from app.web.agents import Agent, actor_of, need
from app.web.bodies import agents_form
from app.web.conflicts import REFUSALS, shown_again
from app.web.house import house_of
from app.web.pages import page, see
from app.web.rail import rail_of
from app.web.refusals import PageRoute
from app.web.terms import Term, term
from app.web.tickets import ticket_id

router = APIRouter(route_class=PageRoute, include_in_schema=False)
NO_REASON = "donnez le motif : il reste au journal, et n’est jamais envoyé"


@dataclass(frozen=True, slots=True)
class Side:
    """A request as the preview of a merge shows it."""

    ticket: Ticket
    id: str
    holding: Holding
    term: Term


@dataclass(frozen=True, slots=True)
class Refused:
    """What was refused, beside which field, and what had been typed."""

    text: str = ""
    faults: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)
    chosen: Sequence[str] = ()


@router.get("/demandes/{ticket}/fusion")
async def show_merge(request: Request, agent: Agent, ticket: str, reference: str = "") -> HTMLResponse:
    return await _merge_page(request, agent, ticket_id(ticket), reference, Refused())


@router.post("/demandes/{ticket}/fusion")
async def merge(request: Request, agent: Agent, ticket: str) -> Response:
    """Merges the other request into this one, at the version its preview showed."""
    need(agent, Scope.TICKETS_WRITE)
    form, wanted, house = await agents_form(request), ticket_id(ticket), house_of(request)
    try:
        reason = typed.words(form, "motif", NO_REASON)
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            await house.moves.merge(
                session,
                agent.tenant_id,
                wanted,
                [ticket_id(form.last("autre") or "")],
                reason=reason,
                despite_other_contact=form.last("malgre") == "oui",
                version=typed.version(form),
                actor=actor_of(agent),
            )
    except REFUSALS as refusal:
        told = _refused(form, refusal)
        return await _merge_page(request, agent, wanted, form.last("reference") or "", told, status=_status(refusal))
    return see(f"/demandes/{ticket}?fait=fusion")


@router.get("/demandes/{ticket}/separation")
async def show_split(request: Request, agent: Agent, ticket: str) -> HTMLResponse:
    return await _split_page(request, agent, ticket_id(ticket), Refused())


@router.post("/demandes/{ticket}/separation")
async def split(request: Request, agent: Agent, ticket: str) -> Response:
    """Opens a request for the messages that were ticked."""
    need(agent, Scope.TICKETS_WRITE)
    form, wanted, house = await agents_form(request), ticket_id(ticket), house_of(request)
    try:
        reason = typed.words(form, "motif", NO_REASON)
        subject = typed.words(form, "objet", "donnez un objet à la nouvelle demande")[:200]
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            made = await house.moves.split(
                session,
                agent.tenant_id,
                wanted,
                _messages(form),
                subject=" ".join(subject.split()),
                reason=reason,
                version=typed.version(form),
                actor=actor_of(agent),
            )
    except REFUSALS as refusal:
        return await _split_page(request, agent, wanted, _refused(form, refusal), status=_status(refusal))
    return see(f"/demandes/{public_id(Prefix.TICKET, made.target_id)}?fait=separation")


@router.post("/demandes/{ticket}/{kind}/{move}/annulation")
async def undo(request: Request, agent: Agent, ticket: str, kind: str, move: str) -> Response:
    """Puts back what a merge or a split carried; says what stays because it came after."""
    need(agent, Scope.TICKETS_WRITE)
    form, wanted, house = await agents_form(request), ticket_id(ticket), house_of(request)
    kinds = {"fusion": MoveKind.MERGE, "separation": MoveKind.SPLIT}
    if kind not in kinds:
        raise NotFound
    try:
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            undone = await house.moves.undo(
                session,
                agent.tenant_id,
                wanted,
                _move_id(move),
                kinds[kind],
                version=typed.version(form),
                actor=actor_of(agent),
            )
    except REFUSALS as refusal:
        return await shown_again(request, agent, wanted, form, refusal)
    return see(f"/demandes/{ticket}?fait={'annulation-reste' if undone.stayed else 'annulation'}")


async def _merge_page(
    request: Request, agent: Identified, wanted: UUID, reference: str, told: Refused, *, status: int = 200
) -> HTMLResponse:
    need(agent, Scope.TICKETS_READ)
    house, reference = house_of(request), reference.strip()[:40]
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
        ticket = await house.tickets.get(session, agent.tenant_id, wanted)
        found = await house.tickets.by_reference(session, agent.tenant_id, reference) if reference else None
        both = [ticket] if found is None else [ticket, found]
        held = await house.moves.holdings(session, agent.tenant_id, both)
        other_person = found is not None and await house.moves.of_other_people(session, agent.tenant_id, ticket, found)
    today = civil_day(house.clock(), tenant.time_zone)
    sides = [
        Side(
            one,
            public_id(Prefix.TICKET, one.id),
            held[one.id],
            term(one.risk, term_on=one.term_on, alert_on=one.alert_on, today=today),
        )
        for one in both
    ]
    trouble = _trouble(ticket, found, reference)
    days = [side.ticket.alert_on for side in sides if side.ticket.alert_on]
    return page(
        request,
        "agents/merge.html",
        status=status,
        me=agent,
        rail=rail,
        tenant=tenant,
        today=today,
        told=told,
        reference=reference,
        trouble=trouble,
        kept=sides[0],
        gone=sides[1] if len(sides) > 1 and not trouble else None,
        earliest=min(days) if days else None,
        other_person=other_person,
        may_write=Scope.TICKETS_WRITE.value in agent.scopes,
    )


def _trouble(ticket: Ticket, found: Ticket | None, reference: str) -> str:
    """Says why a reference leads to nothing that can be merged here."""
    if ticket.merged_into is not None:
        return "Cette demande a elle-même été fusionnée dans une autre."
    if not reference:
        return ""
    if found is None:
        return f"Aucune demande ne porte la référence « {reference} »."
    if found.id == ticket.id:
        return "C’est la référence de cette demande : donnez celle de l’autre."
    if found.merged_into is not None:
        return f"La demande {found.reference} a déjà été fusionnée dans une autre."
    return ""


async def _split_page(
    request: Request, agent: Identified, wanted: UUID, told: Refused, *, status: int = 200
) -> HTMLResponse:
    need(agent, Scope.TICKETS_READ)
    house = house_of(request)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
        ticket = await house.tickets.living(session, agent.tenant_id, wanted)
        thread = await house.tickets.thread(session, agent.tenant_id, wanted)
    await house.eyewitness.saw(agent, ReadKind.TICKET, wanted, door=Door.WEB, ticket_id=wanted)
    return page(
        request,
        "agents/split.html",
        status=status,
        me=agent,
        rail=rail,
        tenant=tenant,
        told=told,
        ticket=ticket,
        id=public_id(Prefix.TICKET, ticket.id),
        thread=[(public_id(Prefix.MESSAGE, message.id), message) for message in thread],
        partable=sum(message.direction is Direction.IN for message in thread) > 1,
        may_write=Scope.TICKETS_WRITE.value in agent.scopes,
    )


def _messages(form: Form) -> list[UUID]:
    try:
        chosen = [parse_id(Prefix.MESSAGE, value) for name, value in form.pairs if name == "message"]
    except IdError:
        raise NotFound from None
    if not chosen:
        raise Invalid("cochez les messages à séparer")
    return chosen


def _move_id(text: str) -> UUID:
    try:
        return parse_id(Prefix.MOVE, text)
    except IdError:
        raise NotFound from None


def _refused(form: Form, refusal: ParvisError) -> Refused:
    kept = {name: value for name, value in form.pairs if name != "version"}
    chosen = [value for name, value in form.pairs if name == "message"]
    if isinstance(refusal, Stale):
        told = "La demande a changé pendant que vous regardiez. Rien n’a bougé : relisez ce qui suit, puis recommencez."
        return Refused(told, {}, kept, chosen)
    faults = {flaw.pointer[1:].split("/")[0]: _sentence(flaw.detail) for flaw in refusal.flaws}
    text = str(refusal.detail or "; ".join(flaw.detail for flaw in refusal.flaws) or advice_on(type(refusal)))
    return Refused(f"{refusal.title_fr} : {text}.", faults, kept, chosen)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."


def _status(refusal: ParvisError) -> int:
    return 409 if isinstance(refusal, Stale) else refusal.status
