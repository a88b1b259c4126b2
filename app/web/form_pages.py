"""Forms as their administrator sees them: which are open, what each is, and closing them."""

from collections.abc import Mapping, Sequence
from html import escape
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import ValidationError

from app.channels.adapters.webform_questions import ProofDemand
from app.db.transaction import Session
from app.errors import Conflict, Invalid, NotFound, ParvisError, Stale
from app.forms.schemas import FormChange
from app.forms.values import FormState, FormVersion, WebForm
from app.identity.identified import Identified
from app.identity.scopes import Scope
from app.ids import IdError, Prefix, parse_id, public_id
from app.web import form_words, typed
from app.web.agents import Agent, actor_of, need
from app.web.bodies import agents_form
from app.web.house import WebHouse, house_of
from app.web.pages import page, see
from app.web.rail import rail_of
from app.web.refusals import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)
ROOT = "/gestion-formulaires"
PER_PAGE, VERSIONS = 50, 20
_OPEN = [FormState.DRAFT, FormState.PUBLISHED, FormState.UNPUBLISHED]
SHOWN_AGAIN = (Conflict, Invalid, Stale)
_DONE = {
    "creation": ("Formulaire créé", "C’est un brouillon : personne ne le voit avant sa publication."),
    "version": ("Version enregistrée", "Les usagers ne la voient qu’une fois publiée."),
    "rien": ("Rien n’a changé", "Ce que vous avez enregistré est déjà la dernière version."),
    "publication": ("Version publiée", "C’est ce que les usagers voient maintenant."),
    "fermeture": ("Formulaire fermé", "Sa page le dit ; ce qu’une page déjà ouverte envoie encore est gardé."),
    "archivage": ("Formulaire archivé", "Il n’est plus dans la liste. Ses versions et ses envois restent."),
    "reglages": ("Réglages enregistrés", "Ils valent dès maintenant."),
}
EMPTY: Mapping[str, str] = {}


@router.get(ROOT)
async def list_forms(request: Request, agent: Agent, vue: str = "", apres: str = "") -> HTMLResponse:
    """Lists the forms, in the order they were made; the archived ones apart."""
    need(agent, Scope.CHANNELS_ADMIN)
    house, archived = house_of(request), vue == "archives"
    after = form_id(apres) if apres else None
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
        found = await house.forms.page(
            session,
            agent.tenant_id,
            after=after,
            limit=PER_PAGE + 1,
            states=[FormState.ARCHIVED] if archived else _OPEN,
        )
    shown = found[:PER_PAGE]
    return page(
        request,
        "agents/forms.html",
        me=agent,
        rail=rail,
        tenant=tenant,
        lines=[(one, public_id(Prefix.FORM, one.id), *form_words.STATES[one.state]) for one in shown],
        kinds=form_words.FOR,
        archived=archived,
        following=public_id(Prefix.FORM, shown[-1].id) if len(found) > PER_PAGE else None,
    )


@router.get(f"{ROOT}/{{form}}")
async def show_form(request: Request, agent: Agent, form: str, fait: str = "") -> HTMLResponse:
    need(agent, Scope.CHANNELS_ADMIN)
    return await one_page(request, agent, form_id(form), done=_DONE.get(fait))


@router.post(f"{ROOT}/{{form}}/reglages")
async def change(request: Request, agent: Agent, form: str) -> Response:
    """Changes its address, and what it asks of browsers: both hold at once."""
    need(agent, Scope.CHANNELS_ADMIN)
    posted, house, wanted = await agents_form(request), house_of(request), form_id(form)
    given = {"slug": (posted.last("adresse") or "").strip(), "proof": posted.last("calcul") or ""}
    try:
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            present = await house.forms.get(session, agent.tenant_id, wanted)
            typed.same_version(present.version, posted)
            asked = _checked(given)
            await house.forms.edit(
                session, present, slug=asked.slug, content=None, actor=actor_of(agent), proof=asked.proof
            )
    except SHOWN_AGAIN as refusal:
        return await one_page(request, agent, wanted, refusal=refusal, values=given)
    return see(f"{ROOT}/{form}?fait=reglages")


@router.post(f"{ROOT}/{{form}}/fermeture")
async def close(request: Request, agent: Agent, form: str) -> Response:
    return await _ended(request, agent, form, archive=False)


@router.post(f"{ROOT}/{{form}}/archivage")
async def archive(request: Request, agent: Agent, form: str) -> Response:
    return await _ended(request, agent, form, archive=True)


async def one_page(
    request: Request,
    agent: Identified,
    wanted: UUID,
    *,
    done: tuple[str, str] | None = None,
    refusal: ParvisError | None = None,
    values: Mapping[str, str] = EMPTY,
) -> HTMLResponse:
    """Writes the page of a form; after a refusal, with what was typed and why nothing was recorded."""
    house = house_of(request)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
        form = await house.forms.get(session, agent.tenant_id, wanted)
        versions = await house.forms.versions(session, form, before=None, limit=VERSIONS)
        public = await published_version(house, session, form, versions)
    url = f"{house.base_url}/formulaires/{form.slug}"
    title = (public or form.latest).content.title
    return page(
        request,
        "agents/form.html",
        status=refusal.status if refusal else 200,
        me=agent,
        rail=rail,
        tenant=tenant,
        one=form,
        id=public_id(Prefix.FORM, form.id),
        channel=public_id(Prefix.CHANNEL, form.channel_id),
        state=form_words.STATES[form.state],
        kind=form_words.FOR[form.kind],
        versions=versions,
        public=public,
        url=url,
        embed=f'<iframe src="{url}/integrer" title="{escape(title)}" width="100%" height="1200" loading="lazy"></iframe>',
        demands=form_words.DEMANDS,
        values=values,
        done=done,
        stale=isinstance(refusal, Stale),
        told=told_of(refusal),
        faults={flaw.pointer.strip("/"): flaw.detail for flaw in refusal.flaws} if refusal else {},
    )


def form_id(text: str) -> UUID:
    try:
        return parse_id(Prefix.FORM, text)
    except IdError:
        raise NotFound from None


async def published_version(
    house: WebHouse, session: Session, form: WebForm, known: Sequence[FormVersion]
) -> FormVersion | None:
    """Returns the version citizens see, or saw last."""
    if form.published is None:
        return None
    found = next((one for one in known if one.number == form.published), None)
    return found or await house.forms.version(session, form, form.published)


async def _ended(request: Request, agent: Identified, form: str, *, archive: bool) -> Response:
    need(agent, Scope.CHANNELS_ADMIN)
    posted, house, wanted = await agents_form(request), house_of(request), form_id(form)
    try:
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            present = await house.forms.get(session, agent.tenant_id, wanted)
            typed.same_version(present.version, posted)
            act = house.forms.archive if archive else house.forms.unpublish
            await act(session, present, actor=actor_of(agent))
    except SHOWN_AGAIN as refusal:
        return await one_page(request, agent, wanted, refusal=refusal)
    return see(f"{ROOT}/{form}?fait={'archivage' if archive else 'fermeture'}")


def _checked(given: Mapping[str, str]) -> FormChange:
    if given["proof"] not in {*ProofDemand}:
        raise typed.flawed("proof", "choisissez une des trois réponses")
    try:
        return FormChange.model_validate(given)
    except ValidationError:
        told = "en minuscules sans accent, chiffres et traits d’union, par exemple signaler-un-trou"
        raise typed.flawed("slug", told) from None


def told_of(refusal: ParvisError | None) -> str:
    """Says a refusal that belongs to no field."""
    return "" if refusal is None or refusal.flaws else str(refusal.detail or refusal.title_fr)
