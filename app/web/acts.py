"""What an agent does on a request. Each form carries the version it was shown with: nothing is overwritten unseen."""

from collections.abc import Callable

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.channels.kit.forms import Form
from app.exchanges.answering import SensitiveContent, refuse_sensitive
from app.exchanges.freezing import Draft
from app.identity.identified import Identified
from app.identity.scopes import Scope
from app.tickets.draft_values import DraftKind
from app.tickets.values import Status
from app.web import replying, typed
from app.web.agents import Agent, actor_of, need
from app.web.bodies import agents_form
from app.web.conflicts import REFUSALS, shown_again
from app.web.house import house_of
from app.web.pages import see
from app.web.refusals import PageRoute
from app.web.tickets import Notice, ticket_id, ticket_page

router = APIRouter(route_class=PageRoute, include_in_schema=False)
_READ_IT_AGAIN = (
    "Tout le monde lira cette réponse",
    "Rien n’est parti. Relisez-la : elle ne doit rien dire du dossier ni de la personne. Puis confirmez, et publiez.",
)


@router.post("/demandes/{ticket}/reponses")
async def reply(request: Request, agent: Agent, ticket: str) -> Response:
    """Freezes an answer. A second click finds another version, so that nobody is written to twice."""
    need(agent, Scope.TICKETS_WRITE)
    form, wanted = await agents_form(request), ticket_id(ticket)
    if replying.is_public(form) and (form.last("texte") or "").strip() and form.last("relu") != "oui":
        # Everybody will read it: it is looked at once more, and nothing typed is lost.
        kept = {name: value for name, value in form.pairs if name != "version"}
        return await ticket_page(request, agent, wanted, notice=Notice(*_READ_IT_AGAIN, "warn", kept))
    return await _answer(request, agent, ticket, form, replying.of_words)


@router.post("/demandes/{ticket}/modeles")
async def reply_by_template(request: Request, agent: Agent, ticket: str) -> Response:
    """Freezes an approved text filled in: what may still leave once the channel's window has closed."""
    need(agent, Scope.TICKETS_WRITE)
    return await _answer(request, agent, ticket, await agents_form(request), replying.of_template)


async def _answer(
    request: Request, agent: Identified, ticket: str, form: Form, read: Callable[[Form], Draft]
) -> Response:
    wanted, house = ticket_id(ticket), house_of(request)
    try:
        draft = read(form)
        if form.last("sensible") != "oui":
            refuse_sensitive(draft)
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            current = await house.tickets.get(session, agent.tenant_id, wanted, lock=True)
            typed.same_version(current.version, form)
            await house.composer.freeze(session, agent.tenant_id, current, draft, actor=actor_of(agent))
            await house.drafts.sent(session, agent.tenant_id, wanted, kind=DraftKind.REPLY, actor=actor_of(agent))
    except SensitiveContent as refusal:
        # Nothing typed is lost, and a box appears beside the button: sending it is a second, said decision.
        kept = {**{name: value for name, value in form.pairs if name != "version"}, "sensible": "a-confirmer"}
        text = f"{str(refusal.detail).capitalize()}. Retirez-le, ou confirmez sous le message."
        notice = Notice(refusal.title_fr, text, "warn", kept)
        return await ticket_page(request, agent, wanted, notice=notice, status=refusal.status)
    except REFUSALS as refusal:
        return await shown_again(request, agent, wanted, form, refusal)
    return see(f"/demandes/{ticket}?fait=reponse#fil-fin")


@router.post("/demandes/{ticket}/notes")
async def note(request: Request, agent: Agent, ticket: str) -> Response:
    """Adds an internal note and tells the colleagues it names, as the API does; refused whole where one does not see it."""
    need(agent, Scope.TICKETS_WRITE)
    form, wanted, house = await agents_form(request), ticket_id(ticket), house_of(request)
    try:
        text = typed.words(form, "note", "écrivez la note avant de l’enregistrer")
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            current = await house.tickets.get(session, agent.tenant_id, wanted, lock=True)
            typed.same_version(current.version, form)
            await house.mentioning.note(session, agent.tenant_id, wanted, text, actor=actor_of(agent))
            await house.drafts.sent(session, agent.tenant_id, wanted, kind=DraftKind.NOTE, actor=actor_of(agent))
    except REFUSALS as refusal:
        return await shown_again(request, agent, wanted, form, refusal)
    return see(f"/demandes/{ticket}?fait=note#fil-fin")


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
                version=typed.version(form),
                actor=actor_of(agent),
            )
    except REFUSALS as refusal:
        return await shown_again(request, agent, wanted, form, refusal)
    return see(f"/demandes/{ticket}?fait={done}")
