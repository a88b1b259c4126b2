"""Proving an address by a code: sent there, and given back by whoever reads it."""

from typing import Annotated, Any

from fastapi import APIRouter

from app.api.acting import actor_of
from app.api.house import House
from app.api.v1.paths import ContactInPath, PointInPath
from app.contacts import service as contacts
from app.contacts.refusals import ContactMergedElsewhere, NothingToAnswer, TooManyCodes
from app.contacts.schemas import ContactDetail
from app.errors import NotFound
from app.exchanges.challenge_schemas import AnswerOut, ChallengeOut, NewAnswer
from app.exchanges.composing import NoWayOut, OptedOut, WindowClosed
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.etags import etag
from app.rest.idempotency import Once
from app.rest.json_body import StrictRoute
from app.rest.responses import refusals
from app.rest.transactions import Writing

router = APIRouter(prefix="/contacts", tags=["contacts"], route_class=StrictRoute)
Writer = Annotated[Caller, require("tickets:write")]


@router.post(
    "/{contact_id}/points/{point_id}/challenges",
    status_code=201,
    response_model=ChallengeOut,
    summary="Envoyer un code",
    response_description="Le code est en route.",
    responses=refusals(
        NotFound, ContactMergedElsewhere, NothingToAnswer, TooManyCodes, NoWayOut, OptedOut, WindowClosed
    ),
)
async def send_code(
    contact_id: ContactInPath, point_id: PointInPath, house: House, session: Writing, once: Once, caller: Writer
) -> Any:
    """Envoie six chiffres à l'adresse, par son propre canal : qui les rend dans les dix minutes prouve qu'elle est à lui.

    Trois codes par jour et par adresse ; un nouveau code annule le précédent. L'envoi laisse sa trace, masquée, dans la
    dernière demande de la personne. Sa réussite se lit dans l'envoi : `/outbound/{outbound_id}`.
    """
    sending = await house.challenging.send(session, caller.tenant_id, contact_id, point_id, actor=actor_of(caller))
    return await once.answer(ChallengeOut.of(sending))


@router.post(
    "/{contact_id}/points/{point_id}/answers",
    status_code=201,
    response_model=AnswerOut,
    summary="Rendre un code",
    response_description="Ce qu'il a donné, et la personne.",
    responses=refusals(NotFound, ContactMergedElsewhere),
)
async def answer_code(
    contact_id: ContactInPath,
    point_id: PointInPath,
    new: NewAnswer,
    house: House,
    session: Writing,
    once: Once,
    caller: Writer,
) -> Any:
    """Essaie le code que la personne a lu. Chaque essai compte, cinq au plus ; un code ne sert qu'une fois."""
    proven = await house.challenging.answer(
        session, caller.tenant_id, contact_id, point_id, new.code, actor=actor_of(caller)
    )
    contact, points = await contacts.contact(session, caller.tenant_id, contact_id)
    answer = AnswerOut(proven=proven, contact=ContactDetail.in_full(contact, points))
    return await once.answer(answer, headers={"ETag": etag(answer.contact.version)})
