"""How long requests are kept, and the lists by which they leave."""

from collections.abc import AsyncIterator
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response
from starlette.responses import StreamingResponse

from app.api.acting import actor_of, keep_sight
from app.api.house import ApiHouse, House
from app.api.v1.paths import EliminationListInPath
from app.audit.readings import Door, ReadKind
from app.errors import Invalid, NotFound
from app.files.names import content_disposition
from app.privacy import elimination_files
from app.privacy import elimination_repository as lists
from app.privacy.elimination import WrongState
from app.privacy.retention_schemas import (
    DurationEffectOut,
    EliminationLineOut,
    EliminationListOut,
    NewDuration,
    NewPolicy,
    NewVisa,
    PolicyOut,
    Withdrawal,
)
from app.reporting import delimited
from app.reporting.delimited import Dialect
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.cursors import Position
from app.rest.etags import Expected, Fresh, etag, require_version
from app.rest.json_body import StrictRoute
from app.rest.pages import Asked, Page
from app.rest.responses import refusals
from app.rest.transactions import Reading, Writing

router = APIRouter(tags=["archives"], route_class=StrictRoute)
Reader = Annotated[Caller, require("archives:read")]
Keeper = Annotated[Caller, require("archives:admin")]
CategoryInPath = Annotated[str, Path(max_length=40, description="La catégorie.", examples=["URBANISME"])]
PDF = "application/pdf"


class Form(StrEnum):
    """Sous quelle forme prendre un bordereau."""

    CSV = "csv"
    PDF = "pdf"


_FILE = {
    "description": "Le bordereau : sa page à signer, ou ses lignes.",
    "content": {kind: {"schema": {"type": "string", "format": "binary"}, "example": "…"} for kind in (PDF, "text/csv")},
}


@router.get("/retention-policies", summary="Lire les durées de conservation", response_description="Toutes.")
async def list_policies(house: House, session: Reading, caller: Reader) -> Page[PolicyOut]:
    """Donne une durée par catégorie : décidée, ou seulement proposée, et alors sans effet."""
    found = await house.retention.all(session, caller.tenant_id)
    return Page[PolicyOut](data=[PolicyOut.of(policy) for policy in found.values()], next_cursor=None)


@router.get(
    "/retention-policies/{category}",
    summary="Lire une durée de conservation",
    response_description="La durée.",
    responses=refusals(NotFound),
)
async def read_policy(
    category: CategoryInPath, house: House, session: Reading, fresh: Fresh, caller: Reader
) -> PolicyOut:
    """Donne la durée d'une catégorie ; sa version dit si quelqu'un l'a décidée."""
    policy = await house.retention.get(session, caller.tenant_id, category)
    fresh.at(policy.version)
    return PolicyOut.of(policy)


@router.put(
    "/retention-policies/{category}",
    summary="Décider d'une durée de conservation",
    response_description="La durée.",
    responses=refusals(NotFound, Invalid),
)
async def decide_policy(
    category: CategoryInPath,
    new: NewPolicy,
    response: Response,
    house: House,
    session: Writing,
    expected: Expected,
    caller: Keeper,
) -> PolicyOut:
    """Remplace la durée d'une catégorie ; la nuit suivante, toutes les demandes closes sont relues avec elle."""
    present = await house.retention.get(session, caller.tenant_id, category)
    require_version(present.version, expected=expected)
    decided = await house.retention.decide(
        session,
        caller.tenant_id,
        new.policy(category, legal_basis=new.legal_basis),
        version=expected,
        actor=actor_of(caller),
    )
    response.headers["ETag"] = etag(decided.version)
    return PolicyOut.of(decided)


@router.post(
    "/retention-policies/{category}/previews",
    status_code=200,
    summary="Voir ce que ferait une durée de conservation",
    response_description="Ce qu'elle ferait.",
    responses=refusals(NotFound, Invalid),
)
async def preview_policy(
    category: CategoryInPath, new: NewDuration, house: House, session: Reading, caller: Keeper
) -> DurationEffectOut:
    """Compte ce que la lecture de la nuit prochaine ferait des demandes closes de la catégorie. Rien ne change."""
    tenant = await house.tenants.get(session, caller.tenant_id)
    return DurationEffectOut.of(await house.retention.foresee(session, tenant, new.policy(category)))


@router.get("/elimination-lists", summary="Lister les bordereaux", response_description="Une page.")
async def list_lists(asked: Asked, session: Reading, caller: Reader) -> Page[EliminationListOut]:
    """Donne les bordereaux d'élimination et de versement, le dernier d'abord."""
    after = asked.after.id if asked.after else None
    found = await lists.page(session, caller.tenant_id, after=after, limit=asked.take)
    return asked.page(found, position=lambda one: Position(None, one.id), show=EliminationListOut.of)


@router.get(
    "/elimination-lists/{list_id}",
    summary="Lire un bordereau",
    response_description="Le bordereau.",
    responses=refusals(NotFound),
)
async def read_list(
    list_id: EliminationListInPath, house: House, session: Reading, fresh: Fresh, caller: Reader
) -> EliminationListOut:
    """Donne un bordereau et où il en est."""
    found = await house.eliminations.get(session, caller.tenant_id, list_id)
    fresh.at(found.version)
    return EliminationListOut.of(found)


@router.get(
    "/elimination-lists/{list_id}/lines",
    summary="Lire les lignes d'un bordereau",
    response_description="Une page.",
    responses=refusals(NotFound),
)
async def list_lines(
    list_id: EliminationListInPath, asked: Asked, house: House, session: Reading, caller: Reader
) -> Page[EliminationLineOut]:
    """Donne les demandes d'un bordereau dans l'ordre où elles y furent inscrites, et ce qu'il en advint."""
    await house.eliminations.get(session, caller.tenant_id, list_id)
    after = asked.after.id if asked.after else None
    found = await lists.lines(session, caller.tenant_id, list_id, after=after, limit=asked.take)
    return asked.page(found, position=lambda one: Position(None, one.id), show=EliminationLineOut.of)


@router.get(
    "/elimination-lists/{list_id}/document",
    summary="Prendre un bordereau",
    response_class=Response,
    responses={200: _FILE, **refusals(NotFound)},
)
async def take_list(
    list_id: EliminationListInPath,
    house: House,
    caller: Reader,
    form: Annotated[
        Form, Query(alias="format", description="`pdf` : à viser, ou certificat ; `csv` : les lignes.")
    ] = Form.PDF,
) -> Response:
    """Donne le bordereau à faire viser, ou son certificat une fois exécuté ; en CSV, une ligne par demande."""
    async with house.database.transaction(tenant=caller.tenant_id) as session:
        found = await house.eliminations.get(session, caller.tenant_id, list_id)
        await keep_sight(house, session, caller, "elimination_list.read", list_id, format=form.value)
    await house.eyewitness.saw(caller, ReadKind.EXPORT, list_id, door=Door.API)
    name = f"bordereau-{found.reference}.{form.value}"
    headers = {"Content-Disposition": content_disposition("attachment", name)}
    if form is Form.CSV:
        body = _lines(house, caller.tenant_id, list_id)
        return StreamingResponse(body, media_type=delimited.MEDIA_TYPE, headers=headers)
    made = await elimination_files.paper(house.database, house.tenants, caller.tenant_id, found)
    return Response(made, media_type=PDF, headers=headers)


@router.post(
    "/elimination-lists/{list_id}/submission",
    summary="Arrêter un bordereau",
    response_description="Le bordereau.",
    responses=refusals(NotFound, WrongState),
)
async def submit_list(
    list_id: EliminationListInPath, house: House, session: Writing, expected: Expected, caller: Keeper
) -> EliminationListOut:
    """Arrête le bordereau tel qu'il part aux archives ; ce qui échoit ensuite ira sur le suivant."""
    moved = await house.eliminations.submit(
        session, caller.tenant_id, list_id, version=expected, actor=actor_of(caller)
    )
    return EliminationListOut.of(moved)


@router.post(
    "/elimination-lists/{list_id}/visa",
    summary="Noter le visa des archives",
    response_description="Le bordereau.",
    responses=refusals(NotFound, Invalid, WrongState),
)
async def enter_visa(
    list_id: EliminationListInPath,
    new: NewVisa,
    house: House,
    session: Writing,
    expected: Expected,
    caller: Keeper,
) -> EliminationListOut:
    """Note la référence, le jour et l'auteur du visa ; sans lui rien ne s'efface (code du patrimoine, L212-2 et R212-14)."""
    moved = await house.eliminations.approve(
        session, caller.tenant_id, list_id, new.visa(), version=expected, actor=actor_of(caller)
    )
    return EliminationListOut.of(moved)


@router.post(
    "/elimination-lists/{list_id}/withdrawal",
    summary="Abandonner un bordereau",
    response_description="Le bordereau.",
    responses=refusals(NotFound, Invalid, WrongState),
)
async def withdraw_list(
    list_id: EliminationListInPath,
    new: Withdrawal,
    house: House,
    session: Writing,
    expected: Expected,
    caller: Keeper,
) -> EliminationListOut:
    """Abandonne un bordereau, comme après un refus des archives ; ses demandes sont gardées et reviendront dans un an."""
    moved = await house.eliminations.withdraw(
        session, caller.tenant_id, list_id, reason=new.reason, version=expected, actor=actor_of(caller)
    )
    return EliminationListOut.of(moved)


@router.post(
    "/elimination-lists/{list_id}/execution",
    status_code=202,
    summary="Exécuter un bordereau visé",
    response_description="Le bordereau, en cours.",
    responses=refusals(NotFound, WrongState),
)
async def start_list(
    list_id: EliminationListInPath, house: House, session: Writing, expected: Expected, caller: Keeper
) -> EliminationListOut:
    """Fait effacer les demandes du bordereau, par lots ; celles qu'un gel, un délai ou un recours retient restent, avec leur motif."""
    moved = await house.eliminations.start(session, caller.tenant_id, list_id, version=expected, actor=actor_of(caller))
    return EliminationListOut.of(moved)


async def _lines(house: ApiHouse, tenant_id: UUID, list_id: UUID) -> AsyncIterator[bytes]:
    yield delimited.head(elimination_files.COLUMNS, dialect=Dialect.RFC4180)
    async for batch in elimination_files.rows(house.database, tenant_id, list_id):
        yield delimited.lines(batch, dialect=Dialect.RFC4180)
