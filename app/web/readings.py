"""Who saw what: of one request, and of the whole administration."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from app.audit import readings
from app.audit.readings import Door, Kept, Read, ReadKind, Wanted
from app.audit.witness import LEAST_MONTHS, MOST_MONTHS, USUAL_MONTHS
from app.errors import Invalid, Stale
from app.facts import Seen
from app.identity.identified import Identified
from app.identity.scopes import Scope
from app.ids import Prefix, public_id
from app.web import typed
from app.web.agents import Agent, actor_of, need
from app.web.bodies import agents_form
from app.web.house import house_of
from app.web.names import names_of
from app.web.pages import page, see
from app.web.rail import rail_of
from app.web.refusals import PageRoute
from app.web.tickets import ticket_id

router = APIRouter(route_class=PageRoute, include_in_schema=False)
PER_PAGE = 50
ROOT = "/journal/lectures"
KINDS: Mapping[ReadKind, str] = MappingProxyType(
    {
        ReadKind.TICKET: "a ouvert la demande",
        ReadKind.MESSAGE_RAW: "a pris l’original d’un message",
        ReadKind.ATTACHMENT: "a ouvert une pièce",
        ReadKind.LETTER: "a ouvert un courrier",
        ReadKind.CONTACT: "a ouvert la fiche d’une personne",
        ReadKind.EXPORT: "a pris un export",
        ReadKind.SEARCH: "a cherché",
    }
)
DOORS: Mapping[Door, str] = MappingProxyType({Door.WEB: "à l’écran", Door.API: "par l’API"})


@dataclass(frozen=True, slots=True)
class Line:
    """A reading with where it leads."""

    read: Read
    said: str
    door: str
    leads_to: str | None


@router.get("/demandes/{ticket}/lectures")
async def of_ticket(request: Request, agent: Agent, ticket: str, apres: str = "") -> HTMLResponse:
    """Shows who saw one request, to who may read the journal and see the request."""
    need(agent, Scope.TICKETS_READ, Scope.AUDIT_READ)
    wanted, house = ticket_id(ticket), house_of(request)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
        known = await house.tickets.get(session, agent.tenant_id, wanted)
        names = await names_of(session, house, agent.tenant_id)
        found = await readings.page(
            session, agent.tenant_id, Wanted(ticket_id=wanted), after=_after(apres), limit=PER_PAGE + 1
        )
        kept = await readings.settings_of(session, agent.tenant_id)
    return page(
        request,
        "agents/ticket_readings.html",
        me=agent,
        rail=rail,
        tenant=tenant,
        ticket=known,
        id=ticket,
        names=names,
        kept=kept,
        lines=_lines(found[:PER_PAGE], of_one=True),
        following=found[PER_PAGE - 1].id.hex if len(found) > PER_PAGE else None,
    )


@router.get(ROOT)
async def of_all(request: Request, agent: Agent, qui: str = "", apres: str = "", fait: str = "") -> HTMLResponse:
    """Shows who saw what; looking is journalled."""
    need(agent, Scope.AUDIT_READ)
    return await _shown(request, agent, who=qui, after=apres, done=fait == "reglage")


@router.post(ROOT)
async def choose(request: Request, agent: Agent) -> Response:
    """Says for how many months readings are kept; a refused choice is shown again as it was typed."""
    need(agent, Scope.AUDIT_READ, Scope.ARCHIVES_ADMIN)
    form, house = await agents_form(request), house_of(request)
    written, reason = (form.last("mois") or "").strip(), (form.last("motif") or "").strip()
    try:
        if not (written.isascii() and written.isdigit() and len(written) < 4):
            raise typed.flawed("months", "un nombre de mois est attendu")
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            await house.eyewitness.choose(
                session,
                agent.tenant_id,
                Kept(months=int(written), reason=reason),
                version=typed.version(form),
                actor=actor_of(agent),
            )
    except (Invalid, Stale) as refusal:
        return await _shown(request, agent, typed_in={"mois": written, "motif": reason}, refusal=refusal)
    return see(f"{ROOT}?fait=reglage")


async def _shown(
    request: Request,
    agent: Identified,
    *,
    who: str = "",
    after: str = "",
    done: bool = False,
    typed_in: Mapping[str, str] | None = None,
    refusal: Invalid | Stale | None = None,
) -> HTMLResponse:
    house, position = house_of(request), _after(after)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
        names = await names_of(session, house, agent.tenant_id)
        found = await readings.page(
            session, agent.tenant_id, Wanted(actor=who[:100] or None), after=position, limit=PER_PAGE + 1
        )
        kept = await readings.settings_of(session, agent.tenant_id)
        if position is None and refusal is None:
            seen = Seen(
                tenant_id=agent.tenant_id,
                subject_id=agent.tenant_id,
                at=house.clock(),
                actor=actor_of(agent),
                action="readings.read",
            )
            await house.book.record(session, seen)
    return page(
        request,
        "agents/readings.html",
        status=refusal.status if refusal else 200,
        me=agent,
        rail=rail,
        tenant=tenant,
        names=names,
        kept=kept,
        who=who,
        typed=typed_in or {"mois": str(kept.months), "motif": kept.reason},
        faults={flaw.pointer[1:]: f"{str(flaw.detail)[:1].upper()}{str(flaw.detail)[1:]}." for flaw in refusal.flaws}
        if refusal
        else {},
        stale=isinstance(refusal, Stale),
        bounds=(LEAST_MONTHS, USUAL_MONTHS, MOST_MONTHS),
        done=done,
        may_choose=Scope.ARCHIVES_ADMIN.value in agent.scopes,
        lines=_lines(found[:PER_PAGE], of_one=False),
        following=found[PER_PAGE - 1].id.hex if len(found) > PER_PAGE else None,
    )


def _lines(found: Sequence[Read], *, of_one: bool) -> list[Line]:
    return [Line(one, KINDS[one.kind], DOORS[one.door], None if of_one else _leads_to(one)) for one in found]


def _leads_to(read: Read) -> str | None:
    if read.ticket_id is not None:
        return f"/demandes/{public_id(Prefix.TICKET, read.ticket_id)}"
    if read.kind is ReadKind.CONTACT:
        return f"/personnes/{public_id(Prefix.CONTACT, read.object_id)}"
    return None


def _after(text: str) -> UUID | None:
    """Reads where the previous page ended; what cannot be read is the beginning."""
    try:
        return UUID(hex=text)
    except ValueError:
        return None
