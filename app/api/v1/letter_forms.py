"""What a program needs to write the letters of a saisine: their kinds, their fields, the ways they may leave."""

from typing import Annotated

from fastapi import APIRouter, Request

from app.api.acting import actor_of
from app.api.house import House
from app.api.v1.paths import SaisineInPath
from app.errors import NotFound
from app.exchanges.letter_form_schemas import LetterFormsOut
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.json_body import StrictRoute
from app.rest.languages import negotiate
from app.rest.responses import refusals
from app.rest.transactions import Reading

router = APIRouter(prefix="/saisines/{saisine_id}/letter-forms", tags=["sve"], route_class=StrictRoute)


@router.get(
    "",
    summary="Lire les formulaires des lettres",
    response_description="Chaque genre de lettre.",
    responses=refusals(NotFound),
)
async def list_letter_forms(
    saisine_id: SaisineInPath,
    request: Request,
    house: House,
    session: Reading,
    caller: Annotated[Caller, require("sve:read", "tickets:read")],
) -> LetterFormsOut:
    """Donne chaque genre de lettre pour cette saisine : s'il peut s'écrire ou pourquoi non, ses champs, ses voies.

    Les mots sont dans la langue que `Accept-Language` préfère ; les lettres elles-mêmes sont en français.
    """
    forms = await house.corresponding.forms.of_saisine(session, caller.tenant_id, saisine_id, actor=actor_of(caller))
    return LetterFormsOut.of(forms, negotiate(request.headers.get("accept-language")))
