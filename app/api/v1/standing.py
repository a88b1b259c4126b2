"""How the caller's service stands: what is read, sent and watched, and how the last ninety days went."""

from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request

from app.api.house import House
from app.reporting.judging import components
from app.reporting.standing_repository import days_of, facts_of
from app.reporting.standing_schemas import StatusOut
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.json_body import StrictRoute
from app.rest.languages import negotiate
from app.rest.transactions import Reading

router = APIRouter(prefix="/status", tags=["tenant"], route_class=StrictRoute)


@router.get("", summary="Lire l'état du service", response_description="L'état du service.")
async def read_status(
    request: Request, house: House, session: Reading, caller: Annotated[Caller, require()]
) -> StatusOut:
    """Dit comment va le service de l'administration, part par part avec la raison, et comment il allait jour par jour."""
    now = house.clock()
    tenant = await house.tenants.get(session, caller.tenant_id)
    facts = await facts_of(session, caller.tenant_id, now=now)
    days = await days_of(session, caller.tenant_id, now=now, zone=ZoneInfo(tenant.time_zone))
    language = negotiate(request.headers.get("accept-language"))
    return StatusOut.of(facts, components(facts, now=now), days, at=now, language=language)
