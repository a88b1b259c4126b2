"""Who is signed in: a session cookie and nothing else opens the agents' pages."""

from typing import Annotated

from fastapi import Depends, Request

from app.errors import Forbidden, Unauthenticated
from app.facts import Actor
from app.identity.scopes import Scope
from app.identity.service import Identified
from app.rest.access import SESSION_COOKIE
from app.rest.callers import Presented
from app.rest.languages import Said
from app.rest.origins import refuse_cross_site
from app.web.house import house_of


async def signed_in(request: Request) -> Identified:
    """Names the agent. Raises `Unauthenticated`, or `Forbidden` for a change that another site asked for."""
    token = request.cookies.get(SESSION_COOKIE)
    if not token:
        raise Unauthenticated
    house = house_of(request)
    refuse_cross_site(request, base_url=house.base_url)
    return await house.authenticate(token, presented=Presented.SESSION)


Agent = Annotated[Identified, Depends(signed_in)]


def need(agent: Identified, *scopes: Scope) -> None:
    """Raises `Forbidden` naming the rights the agent's key lacks."""
    missing = ", ".join(scope.value for scope in scopes if scope.value not in agent.scopes)
    if missing:
        raise Forbidden(
            Said(
                f"votre clé d’accès n’a pas ce droit ({missing}) : demandez-le à votre administrateur",
                en=f"your access key lacks this right ({missing}): ask your administrator",
            )
        )


def actor_of(agent: Identified) -> Actor:
    return Actor("key", agent.key_id, agent.name)
