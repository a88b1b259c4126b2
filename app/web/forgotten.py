"""A password forgotten: one page, which answers the same whoever is named (T67)."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from app.errors import TooManyRequests
from app.rest.origins import refuse_cross_site
from app.tenants.values import Tenant
from app.web.bodies import agents_form
from app.web.house import house_of
from app.web.pages import page
from app.web.refusals import PageRoute
from app.web.towns import named_town

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/mot-de-passe-oublie")
async def ask(request: Request, administration: str = "") -> HTMLResponse:
    return await _shown(request, await named_town(house_of(request), administration))


@router.post("/mot-de-passe-oublie")
async def asked(request: Request) -> HTMLResponse:
    """Takes the request. Nothing here looks for an account: a worker does, afterwards."""
    house = house_of(request)
    refuse_cross_site(request, base_url=house.base_url)
    form = await agents_form(request)
    wanted, email = form.last("administration") or "", (form.last("courriel") or "").strip()
    tenant = await named_town(house, wanted)
    if tenant is None or not email:
        return await _shown(request, tenant, status=422, unknown=tenant is None, email=email, missing=not email)
    try:
        await house.inviting.ask(tenant.id, email, address=request.client.host if request.client else "")
    except TooManyRequests as refusal:
        wait = int(refusal.headers.get("Retry-After", "1"))
        answer = await _shown(request, tenant, status=429, wait=wait)
        answer.headers.update(refusal.headers)
        return answer
    return await _shown(request, tenant, done=True)


async def _shown(
    request: Request,
    tenant: Tenant | None,
    *,
    status: int = 200,
    email: str = "",
    unknown: bool = False,
    missing: bool = False,
    done: bool = False,
    wait: int = 0,
) -> HTMLResponse:
    house, by_mail = house_of(request), True
    if tenant is not None:
        async with house.database.transaction(tenant=tenant.id) as session:
            by_mail = await house.inviting.can_mail(session, tenant.id)
    return page(
        request,
        "agents/forgotten.html",
        status=status,
        tenant=tenant,
        by_mail=by_mail,
        email=email,
        unknown=unknown,
        missing=missing,
        done=done,
        wait=wait,
    )
