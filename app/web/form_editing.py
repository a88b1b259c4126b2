"""Writing a form without a script: questions added, moved and taken away, what is wrong beside its field; or its JSON."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import ValidationError

from app.channels.adapters.webform import CONTACT_FORM
from app.channels.adapters.webform_questions import FormField
from app.channels.kit.forms import Form
from app.channels.kit.json import JsonRefused, load_strict
from app.errors import Conflict, Flaw, Invalid, Stale
from app.forms import definitions
from app.forms.comparing import Difference, differences
from app.forms.definitions import MOST_QUESTIONS
from app.forms.schemas import FormContent, NewForm
from app.forms.values import Content, FormKind, WebForm
from app.forms.writing import schema_of
from app.identity.identified import Identified
from app.identity.scopes import Scope
from app.ids import Prefix, public_id
from app.web import form_drafts, form_words, typed
from app.web.agents import Agent, actor_of, need
from app.web.bodies import agents_form
from app.web.form_drafts import Draft
from app.web.form_pages import EMPTY, ROOT, form_id
from app.web.house import house_of
from app.web.pages import page, see
from app.web.rail import rail_of
from app.web.refusals import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)
_SAVE = "enregistrer"
_CONTENT = {"titre": "title", "titre_en": "title_en", "intro": "intro", "intro_en": "intro_en"}
_FIELDS = {"title": "titre", "title_en": "titre_en", "intro": "intro", "intro_en": "intro_en", "slug": "adresse"}


@router.get("/nouveau-formulaire")
async def new(request: Request, agent: Agent) -> HTMLResponse:
    need(agent, Scope.CHANNELS_ADMIN)
    return await _new_page(request, agent, {"usage": FormKind.REQUEST.value, "depart": "contact"})


@router.post("/nouveau-formulaire")
async def create(request: Request, agent: Agent) -> Response:
    """Makes a draft, with the questions of a contact form or a single one, and opens the editor."""
    need(agent, Scope.CHANNELS_ADMIN)
    posted, house = await agents_form(request), house_of(request)
    values = {name: (posted.last(name) or "").strip() for name in ("titre", "adresse", "usage", "depart")}
    one = FormField(name="message", label="Votre message", about="message", required=True)
    schema = schema_of(CONTACT_FORM if values["depart"] == "contact" else (one,))
    given = {"title": values["titre"], "slug": values["adresse"], "kind": values["usage"], "definition": schema}
    try:
        asked = NewForm.model_validate(given)
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            made = await house.forms.create(
                session,
                agent.tenant_id,
                slug=asked.slug,
                kind=asked.kind,
                content=asked.content(),
                actor=actor_of(agent),
            )
    except ValidationError as error:
        return await _new_page(request, agent, values, faults=_faulty(error))
    except Conflict as refusal:
        return await _new_page(request, agent, values, faults={"adresse": str(refusal.detail)})
    return see(f"{ROOT}/{public_id(Prefix.FORM, made.id)}/questions?fait=creation")


@router.get(f"{ROOT}/{{form}}/questions")
async def edit(request: Request, agent: Agent, form: str, fait: str = "") -> HTMLResponse:
    need(agent, Scope.CHANNELS_ADMIN)
    present = await _form(request, agent, form)
    return await _editor(
        request, agent, present, form_drafts.draft_of(present.latest.content), created=fait == "creation"
    )


@router.post(f"{ROOT}/{{form}}/questions")
async def write(request: Request, agent: Agent, form: str) -> Response:
    """Carries out one gesture: a question moved is shown moved and nothing is recorded; saving makes a version."""
    need(agent, Scope.CHANNELS_ADMIN)
    posted, gesture = await agents_form(request), ""
    gesture = posted.last("geste") or _SAVE
    draft, present = form_drafts.read_back(posted), await _form(request, agent, form)
    if gesture != _SAVE:
        draft = form_drafts.named(form_drafts.after(draft, gesture))
        return await _editor(request, agent, present, draft, version=posted.last("version"), unsaved=True)
    draft = form_drafts.named(draft)
    try:
        content = _content(draft, present.latest.content)
    except Invalid as refusal:
        return await _editor(request, agent, present, draft, version=posted.last("version"), refusal=refusal)
    try:
        saved = await _saved(request, agent, form_id(form), posted, content)
    except Stale:
        present = await _form(request, agent, form)
        return await _editor(request, agent, present, draft, theirs=differences(present.latest.content, content))
    done = "rien" if saved.latest.number == present.latest.number else "version"
    return see(f"{ROOT}/{form}?fait={done}")


@router.get(f"{ROOT}/{{form}}/definition")
async def edit_json(request: Request, agent: Agent, form: str) -> HTMLResponse:
    need(agent, Scope.CHANNELS_ADMIN)
    present = await _form(request, agent, form)
    return await _json_page(request, agent, present, _pretty(present.latest.content))


@router.post(f"{ROOT}/{{form}}/definition")
async def write_json(request: Request, agent: Agent, form: str) -> Response:
    """Saves a definition written as JSON Schema; every fault is told with its place."""
    need(agent, Scope.CHANNELS_ADMIN)
    posted, present = await agents_form(request), await _form(request, agent, form)
    text = (posted.last("definition") or "").replace("\r\n", "\n")
    try:
        questions = definitions.read(_document(text))
    except Invalid as refusal:
        return await _json_page(request, agent, present, text, version=posted.last("version"), flaws=refusal.flaws)
    content = replace(present.latest.content, questions=list(questions))
    try:
        saved = await _saved(request, agent, form_id(form), posted, content)
    except Stale:
        present = await _form(request, agent, form)
        return await _json_page(request, agent, present, text, theirs=differences(present.latest.content, content))
    done = "rien" if saved.latest.number == present.latest.number else "version"
    return see(f"{ROOT}/{form}?fait={done}")


async def _form(request: Request, agent: Identified, form: str) -> WebForm:
    house = house_of(request)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        return await house.forms.get(session, agent.tenant_id, form_id(form))


async def _saved(request: Request, agent: Identified, wanted: UUID, posted: Form, content: Content) -> WebForm:
    """Writes the next version. Raises `Stale` when somebody else wrote one since the page was shown."""
    house = house_of(request)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        present = await house.forms.get(session, agent.tenant_id, wanted)
        typed.same_version(present.version, posted)
        return await house.forms.edit(session, present, slug=None, content=content, actor=actor_of(agent))


def _content(draft: Draft, before: Content) -> Content:
    """Turns a draft into content. Raises `Invalid` with every fault, each at the field of the editor."""
    schema, flaws = form_drafts.definition_of(draft)
    questions: Sequence[FormField] = ()
    try:
        questions = definitions.read(schema)
    except Invalid as refusal:
        flaws += [
            Flaw(f"/{form_drafts.field_at(draft, flaw.pointer)}", flaw.code, flaw.detail) for flaw in refusal.flaws
        ]
    sites = [line.strip() for line in draft.words["sites"].split("\n") if line.strip()]
    given = {known: draft.words[name] for name, known in _CONTENT.items()}
    content = before
    try:
        content = FormContent.model_validate(given).over(before)
    except ValidationError as error:
        flaws += [Flaw(f"/{name}", "form", told) for name, told in _faulty(error).items()]
    try:
        content = FormContent.model_validate({"sites": sites}).over(content)
    except (ValidationError, Invalid):
        flaws.append(Flaw("/sites", "origin", "une origine par ligne, vingt au plus, comme https://www.example.fr"))
    if flaws:
        raise Invalid(flaws=flaws)
    return replace(content, questions=list(questions))


def _document(text: str) -> Mapping[str, object]:
    try:
        document = load_strict(text.encode("utf-8", "replace"))
    except JsonRefused as refusal:
        told = f"ce n’est pas un document JSON : {refusal.reason}"
        raise Invalid(flaws=[Flaw(refusal.pointer, "json", told)]) from None
    if not isinstance(document, dict):
        raise Invalid(flaws=[Flaw("", "json", "un objet JSON est attendu")])
    return document


def _faulty(error: ValidationError) -> Mapping[str, str]:
    told = {
        "titre": "donnez un titre, de 200 caractères au plus",
        "adresse": "en minuscules sans accent, chiffres et traits d’union, par exemple signaler-un-trou",
    }
    names = [
        str(flaw["loc"][0]) if flaw["loc"] else "" for flaw in error.errors(include_input=False, include_url=False)
    ]
    fields = [_FIELDS.get(name, name) for name in names]
    return {name: told.get(name, "trop long, ou sous une forme inattendue") for name in fields}


def _pretty(content: Content) -> str:
    return json.dumps(schema_of(content.questions), ensure_ascii=False, indent=2)


async def _new_page(
    request: Request, agent: Identified, values: Mapping[str, str], *, faults: Mapping[str, str] = EMPTY
) -> HTMLResponse:
    house = house_of(request)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
    return page(
        request,
        "agents/form_new.html",
        status=422 if faults else 200,
        me=agent,
        rail=rail,
        tenant=tenant,
        values=values,
        faults=faults,
        base_url=house.base_url,
    )


async def _editor(
    request: Request,
    agent: Identified,
    form: WebForm,
    draft: Draft,
    *,
    version: str | None = None,
    created: bool = False,
    unsaved: bool = False,
    refusal: Invalid | None = None,
    theirs: Sequence[Difference] | None = None,
) -> HTMLResponse:
    """Writes the editor. After somebody else's version it goes on from theirs, once the differences are shown."""
    house = house_of(request)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
    flaws = refusal.flaws if refusal else ()
    return page(
        request,
        "agents/form_questions.html",
        status=Stale.status if theirs is not None else 422 if refusal else 200,
        me=agent,
        rail=rail,
        tenant=tenant,
        one=form,
        id=public_id(Prefix.FORM, form.id),
        words=draft.words,
        questions=draft.questions,
        before=[form_drafts.choices_before(draft, n) for n in range(1, len(draft.questions) + 1)],
        moved=draft.moved,
        most=MOST_QUESTIONS,
        version=version if version and theirs is None else form.version,
        kinds=form_words.KINDS,
        about=form_words.ABOUT,
        created=created,
        unsaved=unsaved,
        theirs=theirs,
        faults={flaw.pointer.strip("/"): flaw.detail[:1].upper() + flaw.detail[1:] for flaw in reversed(flaws)},
    )


async def _json_page(
    request: Request,
    agent: Identified,
    form: WebForm,
    text: str,
    *,
    version: str | None = None,
    flaws: Sequence[Flaw] = (),
    theirs: Sequence[Difference] | None = None,
) -> HTMLResponse:
    house = house_of(request)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
    return page(
        request,
        "agents/form_definition.html",
        status=Stale.status if theirs is not None else 422 if flaws else 200,
        me=agent,
        rail=rail,
        tenant=tenant,
        one=form,
        id=public_id(Prefix.FORM, form.id),
        text=text,
        version=version if version and theirs is None else form.version,
        flaws=flaws,
        theirs=theirs,
    )
