"""The caller's own administration, and the terms of electronic referral it published."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse

from app.api.acting import actor_of, keep_sight
from app.api.house import House
from app.api.v1.paths import GrantInPath, TenantExportInPath
from app.errors import Conflict, Invalid, NotFound
from app.identity.grant_schemas import GrantAnswer, GrantOut
from app.identity.identified import Identified
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.cursors import Position
from app.rest.etags import Expected, Fresh, etag, require_version
from app.rest.freshness import fresh, refuse_stale
from app.rest.idempotency import Once
from app.rest.json_body import StrictRoute
from app.rest.pages import Asked, Page
from app.rest.responses import refusals
from app.rest.transactions import Reading, Writing
from app.tenants.schemas import NewTerms, TenantChange, TenantExportOut, TenantOut, TermsOut

router = APIRouter(prefix="/tenant", tags=["tenant"], route_class=StrictRoute)
# Terms are one a day: their day is their place.
_ALONE = UUID(int=0)


@router.get("", summary="Lire l'administration", response_description="L'administration.")
async def read_tenant(house: House, session: Reading, fresh: Fresh, caller: Annotated[Caller, require()]) -> TenantOut:
    """Donne l'administration de la clé présentée."""
    tenant = await house.tenants.get(session, caller.tenant_id)
    fresh.at(tenant.version)
    return TenantOut.of(tenant)


@router.patch(
    "", summary="Changer l'administration", response_description="L'administration.", responses=refusals(Invalid)
)
async def change_tenant(
    change: TenantChange,
    response: Response,
    house: House,
    session: Writing,
    expected: Expected,
    caller: Annotated[Caller, require("users:admin")],
) -> TenantOut:
    """Change ce que l'administration dit d'elle-même : les accusés et les pages le disent dès maintenant."""
    changed = await house.particulars.change(
        session, caller.tenant_id, change.wanted(), version=expected, actor=actor_of(caller)
    )
    response.headers["ETag"] = etag(changed.version)
    return TenantOut.of(changed)


@router.get("/exports", summary="Lister les copies complètes", response_description="Une page.")
async def list_tenant_exports(
    asked: Asked, house: House, session: Reading, caller: Annotated[Caller, require("users:admin")]
) -> Page[TenantExportOut]:
    """Donne les copies complètes demandées, les dernières d'abord."""
    after = asked.after.id if asked.after else None
    found = await house.exports.page(session, caller.tenant_id, after=after, limit=asked.take)
    return asked.page(found, position=lambda one: Position(None, one.id), show=TenantExportOut.of)


@router.post(
    "/exports",
    status_code=202,
    response_model=TenantExportOut,
    summary="Demander une copie complète",
    response_description="La copie, à faire.",
    dependencies=[fresh()],
)
async def ask_tenant_export(
    house: House, session: Writing, once: Once, caller: Annotated[Caller, require("users:admin")]
) -> Any:
    """Demande une copie de toutes les tables et de toutes les pièces, sans aucun secret ; un travail de fond la fait."""
    export = await house.exports.ask(session, caller.tenant_id, actor=actor_of(caller))
    return await once.answer(TenantExportOut.of(export), status=202)


@router.get(
    "/exports/{tenant_export_id}/content",
    summary="Télécharger une copie complète",
    response_description="Le fichier ZIP.",
    response_class=FileResponse,
    responses={
        200: {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}, "example": "PK…"}}},
        **refusals(NotFound),
    },
    dependencies=[fresh()],
)
async def read_tenant_export(
    tenant_export_id: TenantExportInPath,
    house: House,
    session: Writing,
    caller: Annotated[Caller, require("users:admin")],
) -> FileResponse:
    """Donne le fichier d'une copie ; ce téléchargement est écrit au journal."""
    export = await house.exports.get(session, caller.tenant_id, tenant_export_id)
    path = house.exports.file_of(caller.tenant_id, export)
    await keep_sight(house, session, caller, "tenant.export_downloaded", export.id, sha256=export.sha256)
    return FileResponse(path, media_type="application/zip", filename=f"{export.id}.zip")


@router.get("/operator-accesses", summary="Lister les accès de l'exploitant", response_description="Une page.")
async def list_operator_accesses(
    asked: Asked, house: House, session: Reading, caller: Annotated[Caller, require("users:admin")]
) -> Page[GrantOut]:
    """Donne ce que l'exploitant de la plateforme a demandé à voir, et ce qu'il en fut, le dernier d'abord."""
    after, now = asked.after.id if asked.after else None, house.clock()
    found = await house.operators.page(session, caller.tenant_id, after=after, limit=asked.take)
    return asked.page(found, position=lambda one: Position(None, one.id), show=lambda one: GrantOut.of(one, now=now))


@router.patch(
    "/operator-accesses/{grant_id}",
    summary="Répondre à l'exploitant, ou fermer son accès",
    response_description="L'accès.",
    responses=refusals(NotFound, Conflict),
)
async def answer_operator(
    grant_id: GrantInPath,
    answer: GrantAnswer,
    response: Response,
    house: House,
    session: Writing,
    expected: Expected,
    caller: Annotated[Caller, require("users:admin")],
) -> GrantOut:
    """Donne l'accès, le refuse, ou le ferme avant son heure : ses sessions finissent alors aussitôt."""
    assert isinstance(caller, Identified)
    if answer.answer == "approved":
        refuse_stale(caller, now=house.clock())
    if answer.answer == "ended":
        present = await house.operators.get(session, caller.tenant_id, grant_id)
        require_version(present.version, expected=expected)
        grant = await house.operators.cut(session, caller.tenant_id, grant_id, by=caller)
    else:
        approve = answer.answer == "approved"
        grant = await house.operators.decide(
            session, caller.tenant_id, grant_id, approve=approve, by=caller, version=expected
        )
    response.headers["ETag"] = etag(grant.version)
    return GrantOut.of(grant, now=house.clock())


@router.get("/terms-of-use", summary="Lire les modalités publiées", response_description="Une page.")
async def list_terms(
    asked: Asked, house: House, session: Reading, caller: Annotated[Caller, require("sve:read")]
) -> Page[TermsOut]:
    """Donne les modalités publiées, les dernières d'abord : un message est jugé par celles de son jour."""
    published = sorted(
        (await house.tenants.get(session, caller.tenant_id)).terms, key=lambda terms: terms.published_on, reverse=True
    )
    before = str(asked.after.key) if asked.after else None
    following = [terms for terms in published if before is None or terms.published_on.isoformat() < before]
    return asked.page(
        following[: asked.take],
        position=lambda terms: Position(terms.published_on.isoformat(), _ALONE),
        show=TermsOut.of,
    )


@router.post(
    "/terms-of-use",
    status_code=201,
    response_model=TermsOut,
    summary="Publier des modalités",
    response_description="Les modalités.",
    responses=refusals(Conflict),
)
async def publish_terms(
    new: NewTerms, house: House, session: Writing, once: Once, caller: Annotated[Caller, require("sve:write")]
) -> Any:
    """Consigne des modalités publiées ; celles d'un même jour ne se récrivent pas."""
    await house.tenants.publish(session, caller.tenant_id, new.terms())
    await keep_sight(
        house, session, caller, "terms.published", caller.tenant_id, published_on=new.published_on.isoformat()
    )
    return await once.answer(TermsOut.of(new.terms()))
