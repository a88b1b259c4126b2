"""An administration's colour as a stylesheet of one rule: no page needs a style of its own, which our policy would refuse."""

from fastapi import APIRouter
from fastapi.requests import Request
from fastapi.responses import Response

from app.errors import NotFound
from app.tenants import colours
from app.web.agents import Agent
from app.web.house import house_of
from app.web.refusals import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)
_A_YEAR = "public, max-age=31536000, immutable"
# A colour just changed is seen at once by who changed it, and by colleagues within this time.
_A_WHILE = "private, max-age=300"


@router.get("/apparence/{colour}.css")
async def look_of_colour(colour: str) -> Response:
    """Gives the rule of a colour, named by the pages of whoever chose it; it says of whom nothing."""
    if not colours.WRITTEN.fullmatch(f"#{colour}"):
        raise NotFound
    return _rule(f"#{colour}", kept=_A_YEAR)


@router.get("/apparence.css")
async def look_of_mine(request: Request, agent: Agent) -> Response:
    """Gives the rule of the administration somebody works for, which a document made before anybody came cannot name."""
    tenant = await house_of(request).tenants.known(agent.tenant_id)
    return _rule(tenant.accent, kept=_A_WHILE)


def _rule(colour: str, *, kept: str) -> Response:
    """Stronger than the `:root` of `tokens.css`, whichever of the two comes first."""
    words = f"html:root {{ --tenant: {colour}; }}\n" if colour else ""
    headers = {"Cache-Control": kept, "X-Content-Type-Options": "nosniff"}
    return Response(words, media_type="text/css; charset=utf-8", headers=headers)
