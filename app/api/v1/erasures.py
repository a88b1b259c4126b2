"""Erasing a person on their request: a plan, then its confirmation (RGPD art. 17)."""

from typing import Annotated, Any

from fastapi import APIRouter, Response

from app.api.acting import actor_of
from app.api.house import House
from app.api.v1.paths import ContactInPath, ErasureInPath
from app.contacts.refusals import ContactMergedElsewhere
from app.errors import Invalid, NotFound
from app.ids import Prefix, public_id
from app.privacy.erasures import PersonErased, PlanChanged
from app.privacy.schemas import ErasureOut, NewErasure
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.cursors import Position
from app.rest.etags import Expected, Fresh, etag
from app.rest.freshness import fresh
from app.rest.idempotency import Once
from app.rest.json_body import StrictRoute
from app.rest.pages import Asked, Page
from app.rest.responses import refusals
from app.rest.transactions import Reading, Writing

router = APIRouter(prefix="/contacts/{contact_id}/erasures", tags=["privacy"], route_class=StrictRoute)
Officer = Annotated[Caller, require("privacy:admin")]


@router.get(
    "",
    summary="Lister les effacements d'une personne",
    response_description="Une page.",
    responses=refusals(NotFound),
)
async def list_erasures(
    contact_id: ContactInPath, asked: Asked, house: House, session: Reading, caller: Officer
) -> Page[ErasureOut]:
    """Donne les plans faits pour une personne, le dernier d'abord, et ce qu'ils sont devenus."""
    after = asked.after.id if asked.after else None
    found = await house.erasures.page(session, caller.tenant_id, contact_id, after=after, limit=asked.take)
    return asked.page(found, position=lambda one: Position(None, one.id), show=ErasureOut.of)


@router.post(
    "",
    status_code=202,
    response_model=ErasureOut,
    summary="Demander le plan d'un effacement",
    response_description="Le plan. Rien n'est effacé.",
    responses=refusals(NotFound, Invalid, PersonErased, ContactMergedElsewhere),
)
async def plan_erasure(
    contact_id: ContactInPath, new: NewErasure, house: House, session: Writing, once: Once, caller: Officer
) -> Any:
    """Dit, ligne par ligne, ce qui serait effacé, ce qui serait gardé, pourquoi et jusqu'à quand. N'efface rien."""
    made = await house.erasures.plan(
        session,
        caller.tenant_id,
        contact_id,
        ground=new.ground,
        reason=new.reason,
        visa=new.archives_visa,
        actor=actor_of(caller),
    )
    where = f"/api/v1/contacts/{public_id(Prefix.CONTACT, contact_id)}/erasures/{public_id(Prefix.ERASURE, made.id)}"
    return await once.answer(ErasureOut.of(made), status=202, headers={"Location": where, "ETag": etag(made.version)})


@router.get(
    "/{erasure_id}",
    summary="Lire un effacement",
    response_description="Le plan, et où il en est.",
    responses=refusals(NotFound),
)
async def read_erasure(
    contact_id: ContactInPath,
    erasure_id: ErasureInPath,
    house: House,
    session: Reading,
    fresh: Fresh,
    caller: Officer,
) -> ErasureOut:
    """Donne un plan ; fini, ses lignes disent ce qui reste et pourquoi."""
    found = await house.erasures.get(session, caller.tenant_id, contact_id, erasure_id)
    fresh.at(found.version)
    return ErasureOut.of(found)


@router.put(
    "/{erasure_id}/confirmation",
    status_code=202,
    summary="Confirmer un effacement",
    response_description="Le plan, en cours d'exécution.",
    responses=refusals(NotFound, PlanChanged, PersonErased, ContactMergedElsewhere),
    dependencies=[fresh()],
)
async def confirm_erasure(
    contact_id: ContactInPath,
    erasure_id: ErasureInPath,
    response: Response,
    house: House,
    session: Writing,
    expected: Expected,
    caller: Officer,
) -> ErasureOut:
    """Fait exécuter le plan qui fut lu (If-Match) ; s'il n'est plus vrai, il faut en demander un autre. Sans retour."""
    made = await house.erasures.confirm(
        session, caller.tenant_id, contact_id, erasure_id, version=expected, actor=actor_of(caller)
    )
    response.headers["ETag"] = etag(made.version)
    return ErasureOut.of(made)
