"""An address proved by a code, on a person's page: send one, then type what the person reads out."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.contacts.refusals import TooManyCodes
from app.identity.scopes import Scope
from app.web import contact_words as words
from app.web import typed
from app.web.agents import Agent, actor_of, need
from app.web.bodies import agents_form
from app.web.conflicts import REFUSALS
from app.web.contact_words import Told
from app.web.contacts import again, contact_id, person_page, point_id
from app.web.house import house_of
from app.web.pages import see
from app.web.refusals import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.post("/personnes/{contact}/codes/{point}")
async def send_code(request: Request, agent: Agent, contact: str, point: str) -> Response:
    """Sends a code, at the version the page showed: two clicks are one code."""
    need(agent, Scope.TICKETS_WRITE)
    form, wanted, house = await agents_form(request), contact_id(contact), house_of(request)
    try:
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            await house.challenging.send(
                session,
                agent.tenant_id,
                wanted,
                point_id(point),
                version=typed.version(form),
                actor=actor_of(agent),
            )
    except (*REFUSALS, TooManyCodes) as refusal:
        return await again(request, agent, wanted, refusal, {})
    return see(f"/personnes/{contact}?fait=code")


@router.post("/personnes/{contact}/codes/{point}/reponse")
async def answer_code(request: Request, agent: Agent, contact: str, point: str) -> Response:
    """Tries a code. A refused one is counted, so it is told after the transaction that counted it."""
    need(agent, Scope.TICKETS_WRITE)
    form, wanted, house = await agents_form(request), contact_id(contact), house_of(request)
    field = f"code-{point}"
    try:
        given = typed.words(form, field, "tapez les six chiffres que la personne a lus")[:60]
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            proven = await house.challenging.answer(
                session, agent.tenant_id, wanted, point_id(point), given, actor=actor_of(agent)
            )
    except REFUSALS as refusal:
        return await again(request, agent, wanted, refusal, {})
    if not proven:
        told = Told(words.NOT_THE_CODE, "danger", {field: words.NOT_THE_CODE}, {})
        return await person_page(request, agent, wanted, told, status=422)
    return see(f"/personnes/{contact}?fait=prouvee")
