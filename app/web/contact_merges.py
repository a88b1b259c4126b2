"""Merging two people on the pages: both are seen side by side first, and every merge can be undone."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from app.errors import NotFound, ParvisError, Stale
from app.identity.identified import Identified
from app.identity.scopes import Scope
from app.ids import IdError, Prefix, parse_id, public_id
from app.web import contact_words as words
from app.web import typed
from app.web.agents import Agent, actor_of, need
from app.web.bodies import agents_form
from app.web.conflicts import REFUSALS
from app.web.contact_words import Told
from app.web.contacts import contact_id, person_page, refused
from app.web.house import house_of
from app.web.pages import page, see
from app.web.rail import rail_of
from app.web.refusals import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/personnes/{contact}/fusion")
async def show_merge(request: Request, agent: Agent, contact: str, autre: str = "") -> HTMLResponse:
    return await _merge_page(request, agent, contact_id(contact), contact_id(autre), Told())


@router.post("/personnes/{contact}/fusion")
async def merge(request: Request, agent: Agent, contact: str) -> Response:
    """Merges the other person into this one, at the version the preview showed."""
    need(agent, Scope.TICKETS_WRITE)
    form, wanted, house = await agents_form(request), contact_id(contact), house_of(request)
    other = contact_id(form.last("autre") or "")
    try:
        reason = typed.words(form, "motif", words.NO_REASON)[:2000]
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            await house.same_person.merge(
                session,
                agent.tenant_id,
                wanted,
                other,
                reason=reason,
                version=typed.version(form),
                actor=actor_of(agent),
            )
    except REFUSALS as refusal:
        kept = {name: value for name, value in form.pairs if name != "version"}
        return await _merge_page(request, agent, wanted, other, refused(refusal, kept), status=_status(refusal))
    return see(f"/personnes/{contact}?fait=fusion")


@router.post("/personnes/{contact}/fusions/{merge_id}/annulation")
async def undo(request: Request, agent: Agent, contact: str, merge_id: str) -> Response:
    """Gives back what a merge had moved; says when something came since."""
    need(agent, Scope.TICKETS_WRITE)
    form, wanted, house = await agents_form(request), contact_id(contact), house_of(request)
    try:
        made = parse_id(Prefix.PERSON_MERGE, merge_id)
    except IdError:
        raise NotFound from None
    try:
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            parted = await house.same_person.undo(
                session, agent.tenant_id, wanted, made, version=typed.version(form), actor=actor_of(agent)
            )
    except REFUSALS as refusal:
        return await person_page(request, agent, wanted, refused(refusal, {}), status=_status(refusal))
    return see(f"/personnes/{contact}?fait={'annulation-reste' if parted.stayed else 'annulation'}")


async def _merge_page(
    request: Request, agent: Identified, wanted: UUID, other: UUID, told: Told, *, status: int = 200
) -> HTMLResponse:
    need(agent, Scope.TICKETS_READ)
    house = house_of(request)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
        kept, gone = await house.same_person.preview(session, agent.tenant_id, wanted, other)
    return page(
        request,
        "agents/contact_merge.html",
        status=status,
        me=agent,
        rail=rail,
        tenant=tenant,
        told=told,
        kept=kept,
        gone=gone,
        id=public_id(Prefix.CONTACT, wanted),
        other=public_id(Prefix.CONTACT, other),
        ended=kept.contact.merged_into is not None or gone.contact.merged_into is not None,
        words=words,
        may_write=Scope.TICKETS_WRITE.value in agent.scopes,
    )


def _status(refusal: ParvisError) -> int:
    return 409 if isinstance(refusal, Stale) else refusal.status
