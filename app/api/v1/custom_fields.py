"""Fields an administration adds to its requests: their list, and what each of them is."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from app.api.acting import actor_of
from app.api.house import House
from app.api.v1.paths import CustomFieldInPath
from app.errors import Invalid, NotFound
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.cursors import Position
from app.rest.etags import Expected, Fresh, etag
from app.rest.idempotency import Once
from app.rest.json_body import StrictRoute
from app.rest.pages import Asked, Page
from app.rest.responses import refusals
from app.rest.transactions import Reading, Writing
from app.tickets.field_schemas import CustomFieldChange, CustomFieldOut, NewCustomField
from app.tickets.field_values import FieldTaken, TooManyFields

router = APIRouter(prefix="/custom-fields", tags=["tickets"], route_class=StrictRoute)
Reader = Annotated[Caller, require("tickets:read")]
Administrator = Annotated[Caller, require("users:admin")]


@router.get("", summary="Lister les champs", response_description="Une page.")
async def list_custom_fields(
    asked: Asked,
    house: House,
    session: Reading,
    caller: Reader,
    archived: Annotated[bool, Query(description="Ceux qui sont rangés aussi.", examples=[False])] = False,  # noqa: FBT002 — a query
) -> Page[CustomFieldOut]:
    """Donne les champs de l'administration, dans leur ordre."""
    after = (asked.after.key, asked.after.id) if asked.after and isinstance(asked.after.key, int) else None
    found = await house.fields.page(session, caller.tenant_id, archived=archived, after=after, limit=asked.take)
    return asked.page(found, position=lambda one: Position(one.rank, one.id), show=CustomFieldOut.of)


@router.post(
    "",
    status_code=201,
    response_model=CustomFieldOut,
    summary="Faire un champ",
    response_description="Le champ.",
    responses=refusals(FieldTaken, TooManyFields, Invalid),
)
async def make_custom_field(
    new: NewCustomField, house: House, session: Writing, once: Once, caller: Administrator
) -> Any:
    """Ajoute un champ, à la fin de la liste si aucune place n'est dite."""
    field = await house.fields.make(session, caller.tenant_id, new.values(), actor=actor_of(caller))
    return await once.answer(CustomFieldOut.of(field), headers={"ETag": etag(field.version)})


@router.get("/{field_id}", summary="Lire un champ", response_description="Le champ.", responses=refusals(NotFound))
async def read_custom_field(
    field_id: CustomFieldInPath, house: House, session: Reading, fresh: Fresh, caller: Reader
) -> CustomFieldOut:
    """Donne un champ, rangé ou non."""
    field = await house.fields.get(session, caller.tenant_id, field_id)
    fresh.at(field.version)
    return CustomFieldOut.of(field)


@router.patch(
    "/{field_id}",
    summary="Changer un champ",
    response_description="Le champ.",
    responses=refusals(NotFound, TooManyFields, Invalid),
)
async def change_custom_field(
    field_id: CustomFieldInPath,
    change: CustomFieldChange,
    response: Response,
    house: House,
    session: Writing,
    expected: Expected,
    caller: Administrator,
) -> CustomFieldOut:
    """Le renomme, le déplace, le range ou le rouvre ; ce que les demandes y gardent reste."""
    field = await house.fields.change(
        session, caller.tenant_id, field_id, change.values(), version=expected, actor=actor_of(caller)
    )
    response.headers["ETag"] = etag(field.version)
    return CustomFieldOut.of(field)
