"""Letters of a request: chosen, filled in, seen as they would leave, sent, and read again as they left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from app.audit.readings import Door, ReadKind
from app.channels.kit.forms import Form
from app.clock import civil_day
from app.contacts import service as contacts
from app.errors import NotFound, ParvisError, TooManyRequests
from app.exchanges.corresponding import Wanted
from app.files.sniff import sniff
from app.identity.identified import Identified
from app.identity.scopes import Scope
from app.ids import Prefix, new_id, public_id
from app.rest.refusals import advice_on
from app.sve.letters.forms import SENSES, WAYS, asked_by, ways_of
from app.sve.letters.kinds import EVERYWHERE, NAMES
from app.sve.letters.plaintext import brief, whole
from app.sve.letters.required import PLACES
from app.sve.letters.service import Drafted
from app.sve.letters.values import Kind
from app.web import typed
from app.web.agents import Agent, actor_of, need
from app.web.bodies import agents_form
from app.web.conflicts import REFUSALS
from app.web.house import house_of
from app.web.letter_forms import given, kind_of, letter_id, way
from app.web.pages import page, see
from app.web.rail import rail_of
from app.web.refusals import PageRoute
from app.web.tickets import ticket_id

router = APIRouter(route_class=PageRoute, include_in_schema=False)
REFUSED = (*REFUSALS, TooManyRequests)
_AT = "/demandes/{ticket}/saisines/{saisine}/courriers"


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page says after something was asked of it."""

    drafted: Drafted | None = None
    text: str = ""
    title: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)

    @property
    def elsewhere(self) -> Sequence[tuple[str, str, str, str]]:
        """The missing mentions that no field of the form holds: name, article, what to do, where."""
        return [
            (_sentence(PLACES[one.mention].name)[:-1], one.article, one.because, one.where)
            for one in (self.drafted.composed.missing if self.drafted else ())
            if not one.where.startswith("/fields/")
        ]


@router.get(_AT)
async def show_letters(request: Request, agent: Agent, ticket: str, saisine: str, genre: str = "are") -> HTMLResponse:
    need(agent, Scope.TICKETS_READ, Scope.SVE_READ)
    return await _page(request, agent, ticket, saisine, kind_of(genre), Shown())


@router.post(_AT + "/apercu")
async def preview(request: Request, agent: Agent, ticket: str, saisine: str) -> HTMLResponse:
    """Shows the letter as it would leave now; nothing is recorded."""
    need(agent, Scope.TICKETS_READ, Scope.SVE_READ)
    form, house = await agents_form(request), house_of(request)
    kind = kind_of(form.last("genre") or "")
    try:
        fields = given(form, kind)
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            drafted = await house.letters.draft(session, agent.tenant_id, typed.saisine_id(saisine), kind, fields)
            _of_ticket(ticket, drafted.ticket.id)
    except REFUSED as refusal:
        return await _page(request, agent, ticket, saisine, kind, _refused(form, refusal), status=refusal.status)
    faults = {
        one.where.rpartition("/")[2]: _sentence(f"{PLACES[one.mention].name} ({one.article}) : {one.because}")
        for one in drafted.composed.missing
        if one.where.startswith("/fields/")
    }
    return await _page(request, agent, ticket, saisine, kind, Shown(drafted, typed=dict(form.pairs), faults=faults))


@router.post(_AT + "/page")
async def preview_page(request: Request, agent: Agent, ticket: str, saisine: str) -> Response:
    """Gives the page itself, marked as a draft."""
    need(agent, Scope.TICKETS_READ, Scope.SVE_READ)
    form, house = await agents_form(request), house_of(request)
    kind = kind_of(form.last("genre") or "")
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        drafted = await house.letters.draft(
            session, agent.tenant_id, typed.saisine_id(saisine), kind, given(form, kind)
        )
    _of_ticket(ticket, drafted.ticket.id)
    made = await house.letters.printed(drafted, draft=True)
    return Response(made, headers=dict(sniff(made).headers(f"apercu-{drafted.ticket.reference}.pdf")))


@router.post(_AT)
async def send(request: Request, agent: Agent, ticket: str, saisine: str) -> Response:
    """Sends the letter that was seen. The form bears the letter's own name: a second click finds it sent."""
    need(agent, Scope.TICKETS_WRITE, Scope.SVE_WRITE)
    form, house = await agents_form(request), house_of(request)
    kind = kind_of(form.last("genre") or "")
    try:
        wanted = Wanted(kind=kind, fields=given(form, kind), way=way(form), to_point_id=typed.point(form))
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            found = await house.legal.get(session, agent.tenant_id, typed.saisine_id(saisine))
            _of_ticket(ticket, found.ticket_id)
            await house.corresponding.send(
                session,
                agent.tenant_id,
                typed.saisine_id(saisine),
                wanted,
                actor=actor_of(agent),
                letter_id=letter_id(form.last("courrier") or ""),
            )
    except REFUSED as refusal:
        return await _page(request, agent, ticket, saisine, kind, _refused(form, refusal), status=refusal.status)
    return see(f"/demandes/{ticket}?fait=courrier#legal")


@router.get("/courriers/{letter}/page")
async def kept_page(request: Request, agent: Agent, letter: str) -> Response:
    """Gives the exact copy of a letter that left."""
    need(agent, Scope.TICKETS_READ, Scope.SVE_READ)
    house = house_of(request)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        found = await house.letters.get(session, agent.tenant_id, letter_id(letter))
    await house.eyewitness.saw(agent, ReadKind.LETTER, found.id, door=Door.WEB, ticket_id=found.ticket_id)
    made = await house.letters.copy(agent.tenant_id, found)
    return Response(made, headers=dict(sniff(made).headers(f"{found.kind.value}-{letter}.pdf")))


async def _page(
    request: Request, agent: Identified, ticket: str, saisine: str, kind: Kind, shown: Shown, *, status: int = 200
) -> HTMLResponse:
    house, wanted = house_of(request), typed.saisine_id(saisine)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
        found = await house.legal.get(session, agent.tenant_id, wanted)
        _of_ticket(ticket, found.ticket_id)
        present = await house.tickets.get(session, agent.tenant_id, found.ticket_id)
        points = (
            ()
            if present.contact_id is None
            else (await contacts.contact(session, agent.tenant_id, present.contact_id))[1]
        )
        sent = await house.letters.of_saisine(session, agent.tenant_id, wanted)
        head = await house.letterheads.in_force(session, agent.tenant_id)
    drafted = shown.drafted
    return page(
        request,
        "agents/letters.html",
        status=status,
        me=agent,
        rail=rail,
        tenant=tenant,
        today=civil_day(house.clock(), tenant.time_zone),
        ticket=present,
        id=ticket,
        saisine=found,
        saisine_name=saisine,
        kind=kind,
        kinds=NAMES,
        ways={one: WAYS[one] for one in ways_of(kind)},
        senses=SENSES,
        asked=[(name, one) for name, one in asked_by(kind) if name not in EVERYWHERE],
        folded=[(name, one) for name, one in asked_by(kind) if name in EVERYWHERE],
        doors=[(public_id(Prefix.POINT, point.id), point) for point in points],
        shown=shown,
        faults=shown.faults,
        kept=shown.typed,
        whole=whole(drafted.composed, drafted.ground) if drafted else "",
        brief=brief(drafted.composed, drafted.ground) if drafted else "",
        ready=drafted is not None and not drafted.composed.missing,
        letter_name=shown.typed.get("courrier") or public_id(Prefix.LETTER, new_id()),
        sent=[(public_id(Prefix.LETTER, one.id), one) for one in reversed(sent)],
        headless=head is None,
        may_send=Scope.TICKETS_WRITE.value in agent.scopes and Scope.SVE_WRITE.value in agent.scopes,
    )


def _of_ticket(ticket: str, owner: UUID) -> None:
    """Raises `NotFound` for a saisine that is not of the request the address names."""
    if ticket_id(ticket) != owner:
        raise NotFound


def _refused(form: Form, refusal: ParvisError) -> Shown:
    faults = {flaw.pointer.rpartition("/")[2]: _sentence(flaw.detail) for flaw in refusal.flaws if flaw.pointer}
    rest = "; ".join(flaw.detail for flaw in refusal.flaws if not flaw.pointer)
    text = str(refusal.detail or rest or advice_on(type(refusal)))
    return Shown(text=_sentence(text), title=refusal.title_fr, typed=dict(form.pairs), faults=faults)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."
