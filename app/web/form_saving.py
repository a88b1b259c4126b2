"""Reading a form to write it, saving what was written, and what a value that does not fit is told."""

from collections.abc import Mapping
from uuid import UUID

from fastapi import Request
from pydantic import ValidationError

from app.channels.kit.forms import Form
from app.forms.values import Content, WebForm
from app.identity.identified import Identified
from app.web import typed
from app.web.agents import actor_of
from app.web.form_pages import form_id
from app.web.house import house_of

_FIELDS = {"title": "titre", "title_en": "titre_en", "intro": "intro", "intro_en": "intro_en", "slug": "adresse"}


async def present_form(request: Request, agent: Identified, form: str) -> WebForm:
    """Returns a form by the identifier of its page. Raises `NotFound`."""
    house = house_of(request)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        return await house.forms.get(session, agent.tenant_id, form_id(form))


async def saved(request: Request, agent: Identified, wanted: UUID, posted: Form, content: Content) -> WebForm:
    """Writes the next version. Raises `Stale` when somebody else wrote one since the page was shown."""
    house = house_of(request)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        present = await house.forms.get(session, agent.tenant_id, wanted)
        typed.same_version(present.version, posted)
        return await house.forms.edit(session, present, slug=None, content=content, actor=actor_of(agent))


def faulty(error: ValidationError) -> Mapping[str, str]:
    """Returns a sentence for each field of ours that a value did not fit."""
    told = {
        "titre": "donnez un titre, de 200 caractères au plus",
        "adresse": "en minuscules sans accent, chiffres et traits d’union, par exemple signaler-un-trou",
    }
    names = [
        str(flaw["loc"][0]) if flaw["loc"] else "" for flaw in error.errors(include_input=False, include_url=False)
    ]
    fields = [_FIELDS.get(name, name) for name in names]
    return {name: told.get(name, "trop long, ou sous une forme inattendue") for name in fields}
