"""People: their addresses and what proves them, their requests, and who else they may be."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from app.audit.readings import Door, ReadKind
from app.channels.contract import PointKind
from app.clock import civil_day
from app.contacts import challenges, codes, recognising
from app.contacts import service as contacts
from app.contacts.values import PersonMerge, Proposal
from app.errors import NotFound, ParvisError, Stale
from app.exchanges.persons import Typed
from app.exchanges.same_person import Side
from app.identity.identified import Identified
from app.identity.scopes import Scope
from app.ids import IdError, Prefix, parse_id, public_id
from app.rest.refusals import advice_on
from app.tickets.repository import Filter
from app.web import contact_words as words
from app.web import typed
from app.web.agents import Agent, actor_of, need
from app.web.bodies import agents_form
from app.web.conflicts import REFUSALS
from app.web.contact_words import Told
from app.web.house import house_of
from app.web.pages import page, see
from app.web.rail import rail_of
from app.web.refusals import PageRoute
from app.web.terms import term

router = APIRouter(route_class=PageRoute, include_in_schema=False)
PER_PAGE, MOST_TICKETS, MOST_PAIRS = 50, 50, 20


@dataclass(frozen=True, slots=True)
class Pair:
    """A proposal as a page shows it: the other person, with what can be compared."""

    proposal: Proposal
    id: str
    other: Side
    other_id: str


@router.get("/personnes")
async def list_people(request: Request, agent: Agent, q: str = "", apres: str = "") -> HTMLResponse:
    """Finds people by the beginning of a name or a whole address."""
    need(agent, Scope.TICKETS_READ)
    house, asked = house_of(request), " ".join(q.split())[:320]
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
        after = await _after(request, agent, apres)
        found = await contacts.page(session, agent.tenant_id, q=asked or None, after=after, limit=PER_PAGE + 1)
        if asked and after is None:
            await house.eyewitness.searched(agent, asked, door=Door.WEB)
        pairs = await recognising.page(session, agent.tenant_id, contact_id=None, after=None, limit=MOST_PAIRS)
        shown = found[:PER_PAGE]
        sides = await house.same_person.sides(session, agent.tenant_id, [one.id for one in shown])
    return page(
        request,
        "agents/contacts.html",
        me=agent,
        rail=rail,
        tenant=tenant,
        q=asked,
        people=[(public_id(Prefix.CONTACT, one.id), sides[one.id]) for one in shown],
        pairs=[_named(pair) for pair in pairs],
        words=words,
        following=public_id(Prefix.CONTACT, shown[-1].id) if len(found) > PER_PAGE else None,
    )


@router.get("/personnes/{contact}")
async def show_person(request: Request, agent: Agent, contact: str) -> Response:
    """Shows a person; one who was merged leads to whoever took over."""
    need(agent, Scope.TICKETS_READ)
    wanted, house = contact_id(contact), house_of(request)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        living = await contacts.living(session, agent.tenant_id, wanted)
    if living is None:
        raise NotFound
    if living != wanted:
        return see(f"/personnes/{public_id(Prefix.CONTACT, living)}?fait=venue")
    return await person_page(request, agent, wanted, words.done(request.query_params.get("fait", "")))


@router.post("/personnes/{contact}/nom")
async def rename(request: Request, agent: Agent, contact: str) -> Response:
    """Names a person."""
    need(agent, Scope.TICKETS_WRITE)
    form, wanted, house = await agents_form(request), contact_id(contact), house_of(request)
    try:
        name = " ".join(typed.words(form, "nom", "donnez un nom").split())[:200]
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            await house.persons.rename(
                session, agent.tenant_id, wanted, name, version=typed.version(form), actor=actor_of(agent)
            )
    except REFUSALS as refusal:
        return await again(request, agent, wanted, refusal, dict(form.pairs))
    return see(f"/personnes/{contact}?fait=nom")


@router.post("/personnes/{contact}/adresses")
async def add_point(request: Request, agent: Agent, contact: str) -> Response:
    """Adds an address that the person gave."""
    need(agent, Scope.TICKETS_WRITE)
    form, wanted, house = await agents_form(request), contact_id(contact), house_of(request)
    try:
        address = typed.words(form, "adresse", "donnez une adresse électronique ou un numéro")[:320]
        kind = PointKind.EMAIL if "@" in address else PointKind.PHONE
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            await house.persons.add_point(
                session,
                agent.tenant_id,
                wanted,
                Typed(kind=kind, address=address),
                version=typed.version(form),
                actor=actor_of(agent),
            )
    except REFUSALS as refusal:
        return await again(request, agent, wanted, refusal, dict(form.pairs))
    return see(f"/personnes/{contact}?fait=adresse")


@router.post("/personnes/{contact}/adresses/{point}/{gesture}")
async def change_point(request: Request, agent: Agent, contact: str, point: str, gesture: str) -> Response:
    """Proves an address, withdraws its proof, or takes it away."""
    need(agent, Scope.TICKETS_WRITE)
    form, wanted, house = await agents_form(request), contact_id(contact), house_of(request)
    gestures = {"preuve": house.persons.prove, "doute": house.persons.doubt, "retrait": house.persons.remove_point}
    if gesture not in gestures:
        raise NotFound
    try:
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            parted = await gestures[gesture](
                session,
                agent.tenant_id,
                wanted,
                point_id(point),
                version=typed.version(form),
                actor=actor_of(agent),
            )
    except REFUSALS as refusal:
        return await again(request, agent, wanted, refusal, {})
    return see(f"/personnes/{contact}?fait={'part' if parted else gesture}")


@router.post("/personnes/{contact}/rapprochements/{proposal}/refus")
async def dismiss(request: Request, agent: Agent, contact: str, proposal: str) -> Response:
    """Says that two people are not one: they are not proposed again."""
    need(agent, Scope.TICKETS_WRITE)
    wanted, house = contact_id(contact), house_of(request)
    try:
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            await recognising.dismiss(
                session,
                house.book,
                agent.tenant_id,
                _id(Prefix.PROPOSAL, proposal),
                actor=actor_of(agent),
                at=house.clock(),
            )
    except REFUSALS as refusal:
        return await again(request, agent, wanted, refusal, {})
    return see(f"/personnes/{contact}?fait=refus")


async def person_page(
    request: Request, agent: Identified, wanted: UUID, told: Told | None = None, *, status: int = 200
) -> HTMLResponse:
    """Writes the page, after a refusal too: it says what happened and gives back what was typed."""
    house = house_of(request)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
        contact, points = await contacts.contact(session, agent.tenant_id, wanted)
        await house.eyewitness.saw(agent, ReadKind.CONTACT, wanted, door=Door.WEB)
        tickets = await house.tickets.page(
            session, agent.tenant_id, Filter(contact_id=wanted), by_term=False, after=None, limit=MOST_TICKETS + 1
        )
        proposed = await recognising.page(session, agent.tenant_id, contact_id=wanted, after=None, limit=MOST_PAIRS)
        others = [proposal.beside(wanted)[0] for proposal in proposed]
        sides = await house.same_person.sides(session, agent.tenant_id, others)
        merges = await house.same_person.page(session, agent.tenant_id, wanted, after=None, limit=50)
        since = house.clock() - codes.LASTS
        sent = await challenges.newest(session, agent.tenant_id, [point.id for point in points], since=since)
    today = civil_day(house.clock(), tenant.time_zone)
    return page(
        request,
        "agents/contact.html",
        status=status,
        me=agent,
        rail=rail,
        tenant=tenant,
        told=told or Told(),
        contact=contact,
        id=public_id(Prefix.CONTACT, wanted),
        points=[(public_id(Prefix.POINT, point.id), point) for point in points],
        tickets=[
            (
                public_id(Prefix.TICKET, one.id),
                one,
                term(one.risk, term_on=one.term_on, alert_on=one.alert_on, today=today),
            )
            for one in tickets[:MOST_TICKETS]
        ],
        more_tickets=len(tickets) > MOST_TICKETS,
        pairs=[
            Pair(one, public_id(Prefix.PROPOSAL, one.id), sides[other], public_id(Prefix.CONTACT, other))
            for one, other in zip(proposed, others, strict=True)
            if other in sides
        ],
        waiting={key: one for key, one in sent.items() if one.waits(at=house.clock(), tries=codes.TRIES)},
        merges=[_merge(one, wanted) for one in merges],
        words=words,
        may_write=Scope.TICKETS_WRITE.value in agent.scopes,
    )


def contact_id(text: str) -> UUID:
    """Raises `NotFound` for what is not the name of a person."""
    return _id(Prefix.CONTACT, text)


def point_id(text: str) -> UUID:
    """Raises `NotFound` for what is not the name of an address."""
    return _id(Prefix.POINT, text)


def refused(refusal: ParvisError, kept: Mapping[str, str]) -> Told:
    """Returns what to say of a refusal, with what had been typed."""
    if isinstance(refusal, Stale):
        return Told(words.STALE, "warn", {}, kept)
    faults = {words.FIELDS.get(flaw.pointer, flaw.pointer[1:]): _sentence(flaw.detail) for flaw in refusal.flaws}
    text = str(refusal.detail or "; ".join(flaw.detail for flaw in refusal.flaws) or advice_on(type(refusal)))
    return Told(f"{refusal.title_fr} : {text}.", "danger", faults, kept)


async def again(
    request: Request, agent: Identified, wanted: UUID, refusal: ParvisError, kept: Mapping[str, str]
) -> Response:
    """Shows the page after a refusal, with what had been typed."""
    status = 409 if isinstance(refusal, Stale) else refusal.status
    return await person_page(request, agent, wanted, refused(refusal, kept), status=status)


async def _after(request: Request, agent: Identified, text: str) -> tuple[str, UUID] | None:
    """Reads where the list goes on: after a person, in the order of names."""
    if not text:
        return None
    wanted, house = contact_id(text), house_of(request)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        contact, _ = await contacts.contact(session, agent.tenant_id, wanted)
    return contact.name_key, contact.id


def _merge(merge: PersonMerge, wanted: UUID) -> tuple[PersonMerge, str, bool]:
    return merge, public_id(Prefix.PERSON_MERGE, merge.id), merge.target_id == wanted


def _named(pair: Proposal) -> tuple[Proposal, str]:
    return pair, public_id(Prefix.CONTACT, pair.one_id)


def _id(prefix: Prefix, text: str) -> UUID:
    try:
        return parse_id(prefix, text)
    except IdError:
        raise NotFound from None


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."
