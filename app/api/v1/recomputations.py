"""Recomputations: every open clock read again, and what that changed."""

from typing import Annotated

from fastapi import APIRouter, Response

from app.api.acting import actor_of
from app.api.house import House
from app.api.v1.paths import RecomputationInPath
from app.errors import NotFound
from app.ids import Prefix, public_id
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.cursors import Position
from app.rest.idempotency import Once
from app.rest.json_body import StrictRoute
from app.rest.pages import Asked, Page
from app.rest.responses import refusals
from app.rest.transactions import Reading, Writing
from app.sve.recomputing.schemas import ChangeOut, NewRecomputation, RecomputationOut

router = APIRouter(prefix="/sve/recomputations", tags=["sve"], route_class=StrictRoute)
Reader = Annotated[Caller, require("sve:read")]


@router.post(
    "",
    status_code=202,
    response_model=RecomputationOut,
    summary="Recalculer tous les délais ouverts",
    response_description="Le recalcul commence ; suivez-le à son adresse.",
)
async def recompute(
    new: NewRecomputation,
    house: House,
    session: Writing,
    once: Once,
    caller: Annotated[Caller, require("sve:write")],
) -> Response:
    """Relit chaque délai ouvert depuis ses événements, quand une règle, un jour férié ou un réglage a changé.

    Ce qu'un agent consigne pendant ce temps n'est ni perdu ni écrasé. Un terme qui avance lève une alerte aussitôt.
    """
    begun = await house.recomputing.begin(
        session, caller.tenant_id, reason=new.reason, dry_run=new.dry_run, actor=actor_of(caller)
    )
    address = f"/api/v1/sve/recomputations/{public_id(Prefix.RECOMPUTATION, begun.id)}"
    return await once.answer(RecomputationOut.of(begun), status=202, headers={"Location": address})


@router.get("", summary="Lire les recalculs", response_description="Une page.")
async def list_recomputations(asked: Asked, house: House, session: Reading, caller: Reader) -> Page[RecomputationOut]:
    """Donne les recalculs, le dernier d'abord."""
    after = asked.after.id if asked.after else None
    found = await house.recomputing.page(session, caller.tenant_id, after=after, limit=asked.take)
    return asked.page(found, position=lambda one: Position(None, one.id), show=RecomputationOut.of)


@router.get(
    "/{recomputation_id}",
    summary="Lire un recalcul",
    response_description="Où il en est.",
    responses=refusals(NotFound),
)
async def read_recomputation(
    recomputation_id: RecomputationInPath, house: House, session: Reading, caller: Reader
) -> RecomputationOut:
    """Dit combien de délais sont relus, combien ont changé, et s'il est achevé."""
    return RecomputationOut.of(await house.recomputing.get(session, caller.tenant_id, recomputation_id))


@router.get(
    "/{recomputation_id}/changes",
    summary="Lire ce qu'un recalcul a changé",
    response_description="Une page.",
    responses=refusals(NotFound),
)
async def list_changes(
    recomputation_id: RecomputationInPath, asked: Asked, house: House, session: Reading, caller: Reader
) -> Page[ChangeOut]:
    """Donne chaque délai qui a changé, avant et après, avec les raisons qui diffèrent ; un essai dit ce qui changerait."""
    after = asked.after.id if asked.after else None
    found = await house.recomputing.changes(session, caller.tenant_id, recomputation_id, after=after, limit=asked.take)
    return asked.page(found, position=lambda one: Position(None, one.saisine_id), show=ChangeOut.of)
