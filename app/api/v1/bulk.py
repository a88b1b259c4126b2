"""Acts over many requests: foreseen, begun, followed, taken back."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from app.api.acting import actor_of
from app.api.house import House
from app.api.v1.paths import BulkInPath
from app.bulk.schemas import BulkItemOut, BulkOut, BulkPreviewOut, NewBulk
from app.bulk.service import Asked as AskedRequests
from app.bulk.values import NothingToUndo, Outcome, TooLateToUndo, TooManyInBulk
from app.errors import Forbidden, Invalid, NotFound
from app.ids import Prefix, public_id
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.cursors import Position
from app.rest.idempotency import Once
from app.rest.json_body import StrictRoute
from app.rest.pages import Asked, Page
from app.rest.responses import refusals
from app.rest.transactions import Reading, Writing
from app.sve.filters import among, filter_of
from app.tickets.tag_values import TagArchived

router = APIRouter(prefix="/bulk-acts", tags=["tickets"], route_class=StrictRoute)
Reader = Annotated[Caller, require("tickets:read")]
Writer = Annotated[Caller, require("tickets:write")]


@router.post(
    "/previews",
    summary="Prévoir un acte sur plusieurs demandes",
    response_description="Ce qu'il ferait.",
    responses=refusals(Invalid, Forbidden, TooManyInBulk, TagArchived),
)
async def foresee_bulk(new: NewBulk, house: House, session: Reading, caller: Writer) -> BulkPreviewOut:
    """Dit combien de demandes l'acte changerait, lesquelles le refuseraient et pourquoi ; rien n'est écrit.

    Ce que vous ne voyez pas compte comme introuvable. L'acte lui-même interroge de nouveau chaque garde.
    """
    found = await house.bulk.foresee(session, caller.tenant_id, _asked(new), new.act.act(), scopes=caller.scopes)
    return BulkPreviewOut.of(found)


@router.post(
    "",
    status_code=202,
    response_model=BulkOut,
    summary="Agir sur plusieurs demandes",
    response_description="L'acte commence ; suivez-le à son adresse.",
    responses=refusals(Invalid, Forbidden, TooManyInBulk, TagArchived),
)
async def begin_bulk(new: NewBulk, house: House, session: Writing, once: Once, caller: Writer) -> Response:
    """Fait la même chose à chacune, mille au plus, avec les gardes, les faits et la version de l'acte fait seul.

    Une demande qui refuse n'arrête pas les autres. Ce que l'agent ne voit plus, ou n'a plus le droit de faire, n'est pas
    fait. Où l'acte en est se lit ici et se suit dans les faits (`bulk.moved`, `bulk.ended`).
    """
    begun = await house.bulk.begin(
        session, caller.tenant_id, _asked(new), new.act.act(), scopes=caller.scopes, actor=actor_of(caller)
    )
    address = f"/api/v1/bulk-acts/{public_id(Prefix.BULK, begun.id)}"
    return await once.answer(BulkOut.of(begun, at=house.clock()), status=202, headers={"Location": address})


@router.get("", summary="Lister ses actes groupés", response_description="Une page.")
async def list_bulk(asked: Asked, house: House, session: Reading, caller: Reader) -> Page[BulkOut]:
    """Donne vos actes sur plusieurs demandes, le dernier d'abord ; gardés trente jours."""
    after, now = asked.after.id if asked.after else None, house.clock()
    found = await house.bulk.page(session, caller.tenant_id, holder=caller.label, after=after, limit=asked.take)
    return asked.page(found, position=lambda one: Position(None, one.id), show=lambda one: BulkOut.of(one, at=now))


@router.get(
    "/{bulk_id}", summary="Lire un acte groupé", response_description="Où il en est.", responses=refusals(NotFound)
)
async def read_bulk(bulk_id: BulkInPath, house: House, session: Reading, caller: Reader) -> BulkOut:
    """Dit combien de demandes ont eu leur tour, et s'il peut encore être repris."""
    found = await house.bulk.get(session, caller.tenant_id, bulk_id, holder=caller.label)
    return BulkOut.of(found, at=house.clock())


@router.get(
    "/{bulk_id}/items",
    summary="Lire ce que chaque demande est devenue",
    response_description="Une page.",
    responses=refusals(NotFound),
)
async def list_bulk_items(
    bulk_id: BulkInPath,
    asked: Asked,
    house: House,
    session: Reading,
    caller: Reader,
    outcome: Annotated[
        str | None, Query(max_length=200, description="Issues, séparées par des virgules.", examples=["refused"])
    ] = None,
) -> Page[BulkItemOut]:
    """Donne chaque demande de l'acte que vous voyez encore, dans l'ordre de leur tour."""
    outcomes = [Outcome(word) for word in among(Outcome, outcome, name="outcome")]
    after = asked.after.id if asked.after else None
    found = await house.bulk.items(
        session,
        caller.tenant_id,
        bulk_id,
        holder=caller.label,
        outcomes=outcomes,
        after=after,
        limit=asked.take,
    )
    return asked.page(found, position=lambda one: Position(None, one.id), show=BulkItemOut.of)


@router.post(
    "/{bulk_id}/undo",
    status_code=202,
    response_model=BulkOut,
    summary="Reprendre un acte groupé",
    response_description="La reprise commence.",
    responses=refusals(NotFound, NothingToUndo, TooLateToUndo),
)
async def undo_bulk(bulk_id: BulkInPath, house: House, session: Writing, once: Once, caller: Writer) -> Response:
    """Arrête l'acte et remet comme avant ce qu'il a changé, tant qu'il court et trente secondes après.

    Ce que quelqu'un a changé depuis est laissé ainsi (`kept`) ; une note et une qualification restent.
    """
    undoing = await house.bulk.undo(session, caller.tenant_id, bulk_id, actor=actor_of(caller))
    return await once.answer(BulkOut.of(undoing, at=house.clock()), status=202)


def _asked(new: NewBulk) -> AskedRequests:
    if new.filter is not None:
        return AskedRequests(wanted=filter_of(new.filter, at="/filter/"))
    return AskedRequests(ids=new.ids or ())
