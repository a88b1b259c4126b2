"""The caller's own administration, and the terms of electronic referral it published."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter

from app.api.acting import keep_sight
from app.api.house import House
from app.errors import Conflict
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.cursors import Position
from app.rest.idempotency import Once
from app.rest.json_body import StrictRoute
from app.rest.pages import Asked, Page
from app.rest.responses import refusals
from app.rest.transactions import Reading, Writing
from app.tenants.schemas import NewTerms, TenantOut, TermsOut

router = APIRouter(prefix="/tenant", tags=["tenant"], route_class=StrictRoute)
# Terms are one a day: their day is their place.
_ALONE = UUID(int=0)


@router.get("", summary="Lire l'administration", response_description="L'administration.")
async def read_tenant(house: House, session: Reading, caller: Annotated[Caller, require()]) -> TenantOut:
    """Donne l'administration de la clé présentée."""
    return TenantOut.of(await house.tenants.get(session, caller.tenant_id))


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
