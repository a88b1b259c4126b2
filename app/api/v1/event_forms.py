"""What may be recorded of a saisine, form by form, and what one event would change before it is recorded."""

from typing import Annotated

from fastapi import APIRouter, Body, Request
from fastapi.openapi.models import Example

from app.api.house import House
from app.api.v1.paths import SaisineInPath
from app.errors import Invalid, NotFound
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.json_body import StrictRoute
from app.rest.languages import negotiate
from app.rest.responses import refusals
from app.rest.transactions import Reading
from app.sve.event_form_schemas import EventFormsOut, ForeseenEventOut
from app.sve.event_schemas import EXAMPLES, NewLegalEvent, check
from app.sve.refusing import ImpossibleEvent, OutOfSequence

router = APIRouter(prefix="/saisines/{saisine_id}", tags=["sve"], route_class=StrictRoute)
_EXAMPLES = {name: Example(summary=name, value=value) for name, value in EXAMPLES.items()}


@router.get(
    "/event-forms",
    summary="Lire ce qu'on peut consigner",
    response_description="Les formulaires.",
    responses=refusals(NotFound),
)
async def read_event_forms(
    saisine_id: SaisineInPath,
    request: Request,
    house: House,
    session: Reading,
    caller: Annotated[Caller, require("sve:read")],
) -> EventFormsOut:
    """Donne, pour une saisine telle qu'elle est, chaque événement qu'une personne peut consigner et ses champs.

    Ce que le droit refuserait s'il avait lieu maintenant est donné aussi, avec la règle et son texte.
    """
    found = await house.legal.event_forms(session, caller.tenant_id, saisine_id)
    return EventFormsOut.of(found, negotiate(request.headers.get("accept-language")))


@router.post(
    "/events/previews",
    status_code=200,
    summary="Voir ce qu'un événement changerait",
    response_description="La saisine telle qu'elle serait.",
    responses=refusals(NotFound, Invalid, ImpossibleEvent, OutOfSequence),
)
async def preview_event(
    saisine_id: SaisineInPath,
    event: Annotated[NewLegalEvent, Body(openapi_examples=_EXAMPLES)],
    house: House,
    session: Reading,
    caller: Annotated[Caller, require("sve:read")],
) -> ForeseenEventOut:
    """Relit le délai comme si cet événement était consigné ; rien ne l'est, le délai réel court toujours.

    Ce que `POST …/events` refuserait l'est ici, avec la même règle.
    """
    told = event.told()
    check(told, await house.tenants.get(session, caller.tenant_id))
    foreseen = await house.legal.foresee_event(session, caller.tenant_id, saisine_id, told)
    events = await house.legal.events_of(session, foreseen.before)
    return ForeseenEventOut.of(foreseen, events, await house.legal.duties_of(session, foreseen.before))
