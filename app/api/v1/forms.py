"""Forms: written by version, published, closed; the pages citizens see are what is published."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response

from app.api.acting import actor_of
from app.api.house import House
from app.api.v1.paths import FormInPath
from app.errors import Conflict, Invalid, NotFound
from app.forms.schemas import FormChange, FormOut, FormVersionOut, NewForm, Publication
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.cursors import Position
from app.rest.etags import Expected, Fresh, etag, require_version
from app.rest.idempotency import Once
from app.rest.json_body import StrictRoute
from app.rest.pages import Asked, Page
from app.rest.responses import refusals
from app.rest.transactions import Reading, Writing

router = APIRouter(prefix="/forms", tags=["channels"], route_class=StrictRoute)
Administrator = Annotated[Caller, require("channels:admin")]
Number = Annotated[int, Path(ge=1, le=1_000_000, description="La version.", examples=[1])]


@router.get("", summary="Lister les formulaires", response_description="Une page.")
async def list_forms(asked: Asked, house: House, session: Reading, caller: Administrator) -> Page[FormOut]:
    """Donne les formulaires dans l'ordre où ils furent créés, chacun avec sa dernière version."""
    after = asked.after.id if asked.after else None
    forms = await house.forms.page(session, caller.tenant_id, after=after, limit=asked.take)
    return asked.page(
        forms, position=lambda one: Position(None, one.id), show=lambda one: FormOut.of(one, base_url=house.base_url)
    )


@router.post(
    "",
    status_code=201,
    response_model=FormOut,
    summary="Créer un formulaire",
    response_description="Le formulaire, en brouillon.",
    responses=refusals(Conflict, Invalid),
)
async def create_form(new: NewForm, house: House, session: Writing, once: Once, caller: Administrator) -> Any:
    """Crée un formulaire et le canal par lequel ses envois arriveront ; personne ne le voit avant sa publication."""
    form = await house.forms.create(
        session,
        caller.tenant_id,
        slug=new.slug,
        kind=new.kind,
        content=new.content(),
        actor=actor_of(caller),
        proof=new.proof,
    )
    shown = FormOut.of(form, base_url=house.base_url)
    headers = {"Location": f"/api/v1/forms/{shown.model_dump()['id']}", "ETag": etag(form.version)}
    return await once.answer(shown, headers=headers)


@router.get(
    "/{form_id}", summary="Lire un formulaire", response_description="Le formulaire.", responses=refusals(NotFound)
)
async def read_form(
    form_id: FormInPath, house: House, session: Reading, fresh: Fresh, caller: Administrator
) -> FormOut:
    """Donne un formulaire avec sa dernière version, publiée ou non."""
    form = await house.forms.get(session, caller.tenant_id, form_id)
    fresh.at(form.version)
    return FormOut.of(form, base_url=house.base_url)


@router.patch(
    "/{form_id}",
    summary="Changer un formulaire",
    response_description="Le formulaire.",
    responses=refusals(NotFound, Conflict, Invalid),
)
async def change_form(
    form_id: FormInPath,
    change: FormChange,
    response: Response,
    house: House,
    session: Writing,
    expected: Expected,
    caller: Administrator,
) -> FormOut:
    """Écrit une nouvelle version, que les usagers ne voient qu'une fois publiée ; l'ancienne adresse mène à la nouvelle."""
    form = await house.forms.get(session, caller.tenant_id, form_id)
    require_version(form.version, expected=expected)
    content = change.over(form.latest.content)
    changed = await house.forms.edit(
        session, form, slug=change.slug, content=content, actor=actor_of(caller), proof=change.proof
    )
    response.headers["ETag"] = etag(changed.version)
    return FormOut.of(changed, base_url=house.base_url)


@router.get(
    "/{form_id}/versions",
    summary="Lister les versions d'un formulaire",
    response_description="Une page.",
    responses=refusals(NotFound),
)
async def list_form_versions(
    form_id: FormInPath, asked: Asked, house: House, session: Reading, caller: Administrator
) -> Page[FormVersionOut]:
    """Donne toutes ses versions, la dernière d'abord : un envoi nomme celle qu'il a remplie."""
    form = await house.forms.get(session, caller.tenant_id, form_id)
    before = int(str(asked.after.key)) if asked.after else None
    found = await house.forms.versions(session, form, before=before, limit=asked.take)
    return asked.page(found, position=lambda one: Position(str(one.number), form_id), show=FormVersionOut.of)


@router.get(
    "/{form_id}/versions/{number}",
    summary="Lire une version d'un formulaire",
    response_description="La version.",
    responses=refusals(NotFound),
)
async def read_form_version(
    form_id: FormInPath, number: Number, house: House, session: Reading, caller: Administrator
) -> FormVersionOut:
    """Donne ce que cette version montrait et demandait."""
    form = await house.forms.get(session, caller.tenant_id, form_id)
    return FormVersionOut.of(await house.forms.version(session, form, number))


@router.put(
    "/{form_id}/publication",
    summary="Publier un formulaire",
    response_description="Le formulaire.",
    responses=refusals(NotFound, Invalid),
)
async def publish_form(
    form_id: FormInPath,
    chosen: Publication,
    response: Response,
    house: House,
    session: Writing,
    expected: Expected,
    caller: Administrator,
) -> FormOut:
    """Montre une version aux usagers, la dernière ou une plus ancienne."""
    form = await house.forms.get(session, caller.tenant_id, form_id)
    require_version(form.version, expected=expected)
    published = await house.forms.publish(session, form, number=chosen.version, actor=actor_of(caller))
    response.headers["ETag"] = etag(published.version)
    return FormOut.of(published, base_url=house.base_url)


@router.delete(
    "/{form_id}/publication",
    summary="Fermer un formulaire",
    response_description="Le formulaire.",
    responses=refusals(NotFound),
)
async def unpublish_form(
    form_id: FormInPath, response: Response, house: House, session: Writing, expected: Expected, caller: Administrator
) -> FormOut:
    """Ferme le formulaire : sa page le dit. Ce qu'envoie une page ouverte avant est gardé."""
    form = await house.forms.get(session, caller.tenant_id, form_id)
    require_version(form.version, expected=expected)
    closed = await house.forms.unpublish(session, form, actor=actor_of(caller))
    response.headers["ETag"] = etag(closed.version)
    return FormOut.of(closed, base_url=house.base_url)


@router.put(
    "/{form_id}/archive",
    summary="Archiver un formulaire",
    response_description="Le formulaire.",
    responses=refusals(NotFound),
)
async def archive_form(
    form_id: FormInPath, response: Response, house: House, session: Writing, expected: Expected, caller: Administrator
) -> FormOut:
    """Ferme le formulaire pour de bon ; ses versions, ses adresses et ses envois restent. Le publier le fait revenir."""
    form = await house.forms.get(session, caller.tenant_id, form_id)
    require_version(form.version, expected=expected)
    archived = await house.forms.archive(session, form, actor=actor_of(caller))
    response.headers["ETag"] = etag(archived.version)
    return FormOut.of(archived, base_url=house.base_url)
