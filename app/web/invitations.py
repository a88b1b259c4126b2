"""The page a link of invitation opens: reading changes nothing, since mail scanners follow links; the form does."""

import contextlib

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from app.errors import Invalid
from app.identity.doors_repository import Purpose
from app.identity.passwords import SHORTEST
from app.identity.people import Person
from app.identity.refusals import InvitationOver
from app.rest.origins import refuse_cross_site
from app.web.bodies import agents_form
from app.web.house import house_of
from app.web.pages import page, see
from app.web.refusals import PageRoute
from app.web.towns import town

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/invitation/{word}")
async def open_link(request: Request, word: str) -> HTMLResponse:
    try:
        person = await house_of(request).accounts.invited(word)
    except InvitationOver:
        return await _shown(request, None, status=410)
    return await _shown(request, person)


@router.post("/invitation/{word}")
async def choose_password(request: Request, word: str) -> Response:
    """Uses the link; a refused password leaves it as it was."""
    house = house_of(request)
    refuse_cross_site(request, base_url=house.base_url)
    form = await agents_form(request)
    wanted = form.last("mot_de_passe") or ""
    try:
        person = await house.accounts.invited(word)
    except InvitationOver:
        return await _shown(request, None, status=410)
    try:
        if wanted != form.last("encore"):
            return await _shown(request, person, status=422, faults={"encore": "Les deux mots de passe diffèrent."})
        await house.accounts.accept(word, password=wanted)
    except InvitationOver:
        return await _shown(request, None, status=410)
    except Invalid as refusal:
        told = str(refusal.flaws[0].detail)
        return await _shown(request, person, status=422, faults={"mot_de_passe": f"{told[:1].upper()}{told[1:]}."})
    tenant = await town(house, person.tenant_id)
    return see(f"/connexion?administration={tenant.slug}&choisi=1")


async def _shown(
    request: Request, person: Person | None, *, status: int = 200, faults: dict[str, str] | None = None
) -> HTMLResponse:
    house = house_of(request)
    tenant = await town(house, person.tenant_id) if person else None
    purpose = Purpose.INVITATION
    if person is not None and status != 410:
        with contextlib.suppress(InvitationOver):
            purpose = (await house.accounts.opened_by(request.path_params["word"]))[1]
    by_provider = house.provider_door is not None and purpose is Purpose.INVITATION
    answer = page(
        request,
        "agents/invitation.html",
        status=status,
        tenant=tenant,
        person=person,
        shortest=SHORTEST,
        by_password=person is not None and house.accounts.may_choose_password(person),
        provider=house.provider_door.provider if house.provider_door and by_provider else None,
        reset=purpose is Purpose.RESET,
        faults=faults or {},
    )
    # The address is the secret: it goes to no other page.
    answer.headers["Referrer-Policy"] = "same-origin"
    return answer
