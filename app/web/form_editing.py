"""Writing a form without a script: questions added, moved and taken away, what is wrong beside its field."""

from collections.abc import Sequence
from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import ValidationError

from app.channels.adapters.webform_questions import FormField
from app.errors import Flaw, Invalid, Stale
from app.forms import definitions
from app.forms.comparing import Difference, differences
from app.forms.definitions import MOST_QUESTIONS
from app.forms.kinds import KINDS
from app.forms.schemas import FormContent
from app.forms.values import Content, WebForm
from app.identity.identified import Identified
from app.identity.scopes import Scope
from app.ids import Prefix, public_id
from app.tickets.field_values import MOST_LIVING
from app.web import form_draft_schema, form_drafts, form_saving, form_words
from app.web.agents import Agent, need
from app.web.bodies import agents_form
from app.web.form_drafts import Draft
from app.web.form_pages import ROOT, form_id
from app.web.form_saving import faulty, present_form
from app.web.house import house_of
from app.web.pages import page, see
from app.web.rail import rail_of
from app.web.refusals import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)
_SAVE = "enregistrer"
_CONTENT = {"titre": "title", "titre_en": "title_en", "intro": "intro", "intro_en": "intro_en"}


@router.get(f"{ROOT}/{{form}}/questions")
async def edit(request: Request, agent: Agent, form: str, fait: str = "") -> HTMLResponse:
    need(agent, Scope.CHANNELS_ADMIN)
    present = await present_form(request, agent, form)
    return await _editor(
        request, agent, present, form_drafts.draft_of(present.latest.content), created=fait == "creation"
    )


@router.post(f"{ROOT}/{{form}}/questions")
async def write(request: Request, agent: Agent, form: str) -> Response:
    """Carries out one gesture: a question moved is shown moved and nothing is recorded; saving makes a version."""
    need(agent, Scope.CHANNELS_ADMIN)
    posted = await agents_form(request)
    gesture = posted.last("geste") or _SAVE
    draft, present = form_drafts.read_back(posted), await present_form(request, agent, form)
    if gesture != _SAVE:
        draft = form_drafts.named(form_drafts.after(draft, gesture))
        return await _editor(request, agent, present, draft, version=posted.last("version"), unsaved=True)
    draft = form_drafts.named(draft)
    try:
        content = _content(draft, present.latest.content)
    except Invalid as refusal:
        return await _editor(request, agent, present, draft, version=posted.last("version"), refusal=refusal)
    try:
        saved = await form_saving.saved(request, agent, form_id(form), posted, content)
    except Invalid as refusal:
        placed = _placed(draft, refusal)
        return await _editor(request, agent, present, draft, version=posted.last("version"), refusal=placed)
    except Stale:
        present = await present_form(request, agent, form)
        return await _editor(request, agent, present, draft, theirs=differences(present.latest.content, content))
    done = "rien" if saved.latest.number == present.latest.number else "version"
    return see(f"{ROOT}/{form}?fait={done}")


def _content(draft: Draft, before: Content) -> Content:
    """Turns a draft into content. Raises `Invalid` with every fault, each at the field of the editor."""
    schema, flaws = form_draft_schema.definition_of(draft)
    questions: Sequence[FormField] = ()
    try:
        questions = definitions.read(schema)
    except Invalid as refusal:
        flaws += _placed(draft, refusal).flaws
    sites = [line.strip() for line in draft.words["sites"].split("\n") if line.strip()]
    given = {known: draft.words[name] for name, known in _CONTENT.items()}
    content = before
    try:
        content = FormContent.model_validate(given).over(before)
    except ValidationError as error:
        flaws += [Flaw(f"/{name}", "form", told) for name, told in faulty(error).items()]
    try:
        content = FormContent.model_validate({"sites": sites}).over(content)
    except (ValidationError, Invalid):
        flaws.append(Flaw("/sites", "origin", "une origine par ligne, vingt au plus, comme https://www.example.fr"))
    if flaws:
        raise Invalid(flaws=flaws)
    return replace(content, questions=list(questions))


def _placed(draft: Draft, refusal: Invalid) -> Invalid:
    """Says what is wrong with a definition at the fields of the editor."""
    return Invalid(
        flaws=[
            Flaw(f"/{form_draft_schema.field_at(draft, flaw.pointer)}", flaw.code, flaw.detail)
            if flaw.pointer.startswith("/definition")
            else flaw
            for flaw in refusal.flaws
        ]
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
        fields = await house.fields.page(session, agent.tenant_id, archived=False, after=None, limit=MOST_LIVING)
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
        kinds={kind.value: word for kind, word in KINDS.items()},
        about=form_words.ABOUT,
        fields={one.key: one.label for one in fields},
        created=created,
        unsaved=unsaved,
        theirs=theirs,
        faults={flaw.pointer.strip("/"): flaw.detail[:1].upper() + flaw.detail[1:] for flaw in reversed(flaws)},
    )
