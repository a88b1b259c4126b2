"""Who is signed in: a session cookie and nothing else opens the agents' pages."""

from typing import Annotated

from fastapi import Depends, Request

from app.db.sight import look
from app.errors import Forbidden, Unauthenticated
from app.facts import Actor
from app.identity.identified import Identified
from app.identity.scopes import Scope
from app.rest.access import session_cookie
from app.rest.callers import Presented
from app.rest.languages import Said
from app.rest.origins import refuse_cross_site
from app.web.house import house_of


async def signed_in(request: Request) -> Identified:
    """Names the agent. Raises `Unauthenticated`, `QuotaExceeded`, or `Forbidden` for a change that another site asked for."""
    house = house_of(request)
    token = request.cookies.get(session_cookie(house.base_url))
    if not token:
        raise Unauthenticated
    refuse_cross_site(request, base_url=house.base_url)
    try:
        known = await house.authenticate(token, presented=Presented.SESSION)
    except Unauthenticated:
        await house.quotas.of_stranger(request)
        raise
    await house.quotas.of_caller(request, known)
    await house.same_administration(request, known)
    if known.witnessed:
        await house.witness(known, method=request.method, path=request.url.path)
    look(known.sight)
    request.state.caller = known  # whoever logs a refusal names them
    return known


Agent = Annotated[Identified, Depends(signed_in)]


def need(agent: Identified, *scopes: Scope) -> None:
    """Raises `Forbidden` naming the rights the agent's key lacks."""
    missing = ", ".join(scope.value for scope in scopes if scope.value not in agent.scopes)
    if missing:
        raise Forbidden(
            Said(
                f"vous n’avez pas ce droit ({missing}) : demandez-le à votre administrateur",
                en=f"you lack this right ({missing}): ask your administrator",
            )
        )


def actor_of(agent: Identified) -> Actor:
    return Actor(agent.kind.value, agent.id, agent.name)
