"""Absences: who is away, and who stands in."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response

from app.api.house import House
from app.api.v1.paths import AbsenceInPath
from app.errors import Forbidden, Invalid, NotFound
from app.identity.absence_schemas import AbsenceChange, AbsenceOut, NewAbsence
from app.identity.identified import Identified
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.cursors import Position
from app.rest.etags import Expected, Fresh, etag, require_version
from app.rest.idempotency import Once
from app.rest.json_body import StrictRoute
from app.rest.pages import Asked, Page
from app.rest.public_ids import UserId
from app.rest.responses import refusals
from app.rest.transactions import Reading, Writing

router = APIRouter(prefix="/absences", tags=["people"], route_class=StrictRoute)
Reader = Annotated[Caller, require("tickets:read")]


@router.get("", summary="Lister les absences", response_description="Une page.")
async def list_absences(
    asked: Asked,
    house: House,
    session: Reading,
    caller: Reader,
    user_id: Annotated[UserId | None, Query(description="De cette personne seulement.")] = None,
) -> Page[AbsenceOut]:
    """Donne les absences, passées et annulées comprises, dans l'ordre où elles furent déclarées."""
    after: UUID | None = asked.after.id if asked.after else None
    found = await house.absences.page(session, caller.tenant_id, user_id=user_id, after=after, limit=asked.take)
    return asked.page(found, position=lambda one: Position(None, one.id), show=AbsenceOut.of)


@router.post(
    "",
    status_code=201,
    response_model=AbsenceOut,
    summary="Déclarer une absence",
    response_description="L'absence.",
    responses=refusals(NotFound, Forbidden, Invalid),
)
async def declare_absence(new: NewAbsence, house: House, session: Writing, once: Once, caller: Reader) -> Any:
    """Déclare une absence, la sienne ou celle d'un autre (`absences:admin`), et qui remplace.

    Pendant ces jours, ce qui serait confié à la personne va à qui la remplace, qui voit ses demandes et celles de ses
    équipes. Remplacer prête la vue, jamais un droit, et n'est pas une délégation de signature (CGCT L2122-19).
    """
    absence = await house.absences.declare(session, caller.tenant_id, new.user_id, new.days(), by=_known(caller))
    return await once.answer(AbsenceOut.of(absence), headers={"ETag": etag(absence.version)})


@router.get(
    "/{absence_id}", summary="Lire une absence", response_description="L'absence.", responses=refusals(NotFound)
)
async def read_absence(
    absence_id: AbsenceInPath, house: House, session: Reading, fresh: Fresh, caller: Reader
) -> AbsenceOut:
    """Donne une absence."""
    absence = await house.absences.get(session, caller.tenant_id, absence_id)
    fresh.at(absence.version)
    return AbsenceOut.of(absence)


@router.patch(
    "/{absence_id}",
    summary="Changer une absence",
    response_description="L'absence.",
    responses=refusals(NotFound, Forbidden, Invalid),
)
async def change_absence(
    absence_id: AbsenceInPath,
    change: AbsenceChange,
    response: Response,
    house: House,
    session: Writing,
    expected: Expected,
    caller: Reader,
) -> AbsenceOut:
    """Change ses jours, qui remplace, ou ce qui est prêté."""
    was = await house.absences.get(session, caller.tenant_id, absence_id)
    require_version(was.version, expected=expected)
    absence = await house.absences.change(
        session, caller.tenant_id, absence_id, change.over(was), version=expected, by=_known(caller)
    )
    response.headers["ETag"] = etag(absence.version)
    return AbsenceOut.of(absence)


@router.delete(
    "/{absence_id}",
    status_code=204,
    summary="Annuler une absence",
    responses={204: {"description": "Annulée."}, **refusals(NotFound, Forbidden)},
)
async def cancel_absence(
    absence_id: AbsenceInPath, house: House, session: Writing, expected: Expected, caller: Reader
) -> Response:
    """Met fin à une absence : retour avancé, ou erreur. Ce qui fut confié entre-temps reste où il est."""
    await house.absences.cancel(session, caller.tenant_id, absence_id, version=expected, by=_known(caller))
    return Response(status_code=204)


def _known(caller: Caller) -> Identified:
    assert isinstance(caller, Identified)
    return caller
