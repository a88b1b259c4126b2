"""A refused act, on the page it came from: nothing recorded, nothing typed is lost."""

from uuid import UUID

from fastapi import Request
from fastapi.responses import Response

from app.channels.kit.forms import Form
from app.errors import Conflict, Invalid, ParvisError, Stale
from app.identity.identified import Identified
from app.rest.refusals import advice_on
from app.web.tickets import Notice, ticket_page

# What an agent can do something about; anything else is a page of its own.
REFUSALS = (Conflict, Invalid, Stale)
# The fields of our forms that the house knows by another name.
_FIELDS = {
    "/procedure": "demarche",
    "/delay": "delai",
    "/team_id": "equipe",
    "/assignee_id": "agent",
    "/confidential": "confidentielle",
}


async def shown_again(request: Request, agent: Identified, wanted: UUID, form: Form, refusal: ParvisError) -> Response:
    """Shows the request as it stands now, what was refused, and everything that had been typed."""
    typed = {name: value for name, value in form.pairs if name != "version"}
    # A request may hold several saisines: what was typed goes back to its own form.
    typed["saisine"] = str(request.path_params.get("saisine", ""))
    if isinstance(refusal, Stale):
        title = "La demande a changé pendant que vous écriviez"
        text = (
            "Rien n’a été enregistré. Regardez ce qui est nouveau (votre envoi est peut-être déjà parti), puis "
            "recommencez : votre saisie est restée en place."
        )
        notice = Notice(title, text, "warn", typed)
        return await ticket_page(request, agent, wanted, notice=notice, status=409)
    text = str(refusal.detail or "; ".join(flaw.detail for flaw in refusal.flaws) or advice_on(type(refusal)))
    faults = {_FIELDS.get(flaw.pointer, flaw.pointer[1:]): _sentence(flaw.detail) for flaw in refusal.flaws}
    notice = Notice(refusal.title_fr, _sentence(text), "danger", typed, faults)
    return await ticket_page(request, agent, wanted, notice=notice, status=refusal.status)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."
