"""What arrived and waits for a person: nothing is dropped, each is looked at, then released to the intake."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.audit.readings import Door, ReadKind
from app.clock import civil_day
from app.errors import NotFound
from app.exchanges import receptions
from app.exchanges.confirmation_mails import words
from app.exchanges.receptions import Reception, State
from app.facts import Seen
from app.files.names import content_disposition
from app.forms import confirmations
from app.identity.identified import Identified
from app.identity.scopes import Scope
from app.ids import IdError, Prefix, parse_id, public_id
from app.tickets import scans
from app.tickets.quarantine import judge_reason
from app.web.agents import Agent, actor_of, need
from app.web.bodies import agents_form
from app.web.held_words import asked_of_sender, kept_here, may_run
from app.web.house import house_of
from app.web.pages import page, see
from app.web.rail import rail_of
from app.web.refusals import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)
PER_PAGE = 50
_GLIMPSE = 6_000


@router.get("/quarantaine")
async def held(request: Request, agent: Agent, apres: str = "", fait: str = "") -> Response:
    """Lists what waits, the oldest first."""
    need(agent, Scope.INTAKE_READ)
    house = house_of(request)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
        found = await receptions.page(
            session, agent.tenant_id, state=State.HELD, after=_parsed(apres), limit=PER_PAGE + 1
        )
        channels = {channel.id: channel for channel in await house.channels.all_of(session, agent.tenant_id)}
    shown, now = found[:PER_PAGE], house.clock()
    return page(
        request,
        "agents/quarantine.html",
        me=agent,
        rail=rail,
        tenant=tenant,
        lines=[(one, public_id(Prefix.RECEPTION, one.id), channels.get(one.channel_id)) for one in shown],
        may_run={one.id: may_run(tenant, channels.get(one.channel_id), one, now=now) for one in shown},
        today=civil_day(now, tenant.time_zone),
        following=public_id(Prefix.RECEPTION, shown[-1].id) if len(found) > PER_PAGE else None,
        released=fait == "liberation",
    )


@router.get("/quarantaine/{reception}")
async def show_held(request: Request, agent: Agent, reception: str) -> Response:
    return await _one(request, agent, reception)


@router.get("/quarantaine/{reception}/original")
async def original(request: Request, agent: Agent, reception: str) -> Response:
    """Gives the bytes as they arrived, to save, never to show; the journal keeps who asked."""
    need(agent, Scope.INTAKE_READ)
    house = house_of(request)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        found = await receptions.find(session, agent.tenant_id, _id(reception))
        if found is None:
            raise NotFound
        if await scans.carrying(session, agent.tenant_id, [found.id]):
            judge_reason(scopes=agent.scopes, reason=None)
        seen = Seen(
            tenant_id=agent.tenant_id,
            subject_id=found.id,
            at=house.clock(),
            actor=actor_of(agent),
            action="intake.original_read",
        )
        await house.book.record(session, seen)
    await house.eyewitness.saw(agent, ReadKind.MESSAGE_RAW, found.id, door=Door.WEB, ticket_id=found.ticket_id)
    headers = {
        "Content-Type": "application/octet-stream",
        "Content-Disposition": content_disposition("attachment", f"{reception}.bin"),
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return Response(found.raw, headers=headers)


@router.post("/quarantaine/{reception}/liberation")
async def release(request: Request, agent: Agent, reception: str) -> Response:
    """Gives a held delivery back to the intake; its date stays the one it arrived on."""
    need(agent, Scope.INTAKE_WRITE)
    reason = ((await agents_form(request)).last("motif") or "").strip()[:500]
    if not reason:
        return await _one(
            request, agent, reception, fault="Dites pourquoi vous le libérez : le motif reste au journal."
        )
    house = house_of(request)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        await house.inbound.release(session, agent.tenant_id, _id(reception), reason=reason, actor=actor_of(agent))
    return see("/quarantaine?fait=liberation")


async def _one(request: Request, agent: Identified, reception: str, *, fault: str = "") -> Response:
    """Writes the page of one delivery, with the beginning of its bytes."""
    need(agent, Scope.INTAKE_READ)
    house = house_of(request)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
        found = await receptions.find(session, agent.tenant_id, _id(reception))
        if found is None:
            raise NotFound
        channel = await house.channels.known(session, agent.tenant_id, found.channel_id)
        asked = await confirmations.of_receptions(session, agent.tenant_id, [found.id])
    now, question = house.clock(), asked.get(found.id)
    link = (
        f"{house.base_url}/confirmation/{house.confirming.word(question)}"
        if question and kept_here(question, now=now)
        else ""
    )
    return page(
        request,
        "agents/held.html",
        status=422 if fault else 200,
        me=agent,
        rail=rail,
        tenant=tenant,
        one=found,
        id=reception,
        channel_used=channel,
        may_run=may_run(tenant, channel, found, now=now) if found.state is State.HELD else None,
        confirmation=asked_of_sender(question, tenant, now=now),
        # Nobody else will ever read that mail: whoever tries the house out follows the link its sender would be given.
        link=link,
        captured=words(tenant, question, link) if question and link else "",
        today=civil_day(now, tenant.time_zone),
        glimpse=_glimpse(found),
        more=len(found.raw) > _GLIMPSE,
        fault=fault,
        ticket=public_id(Prefix.TICKET, found.ticket_id) if found.ticket_id else None,
    )


def _glimpse(reception: Reception) -> str:
    """The beginning of the bytes, as text; the template escapes it like any other."""
    text = reception.raw[:_GLIMPSE].decode("utf-8", "replace")
    return "".join(c if c in "\n\t" or c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)


def _parsed(text: str) -> UUID | None:
    try:
        return parse_id(Prefix.RECEPTION, text)
    except IdError:
        return None


def _id(text: str) -> UUID:
    found = _parsed(text)
    if found is None:
        raise NotFound
    return found
