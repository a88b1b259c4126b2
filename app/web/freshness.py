"""Asking who is there before a sensitive act, and bringing the person back to it with what they had typed (T60).

A handler calls `fresh(request, agent)` before it reads its form. The refusal becomes a page that carries the form along; a
right proof is answered with 307, by which the browser sends the same form again to where it was meant for (RFC 9110 §15.4.8).
"""

import re
from collections.abc import Sequence

from fastapi import Request
from fastapi.responses import HTMLResponse

from app.errors import ParvisError
from app.identity.identified import Identified
from app.identity.proving import Way
from app.rest.freshness import refuse_stale
from app.web.agents import signed_in
from app.web.bodies import FORM, agents_form
from app.web.house import house_of
from app.web.pages import page
from app.web.rail import rail_of

# What our own page of proof adds to the form it carries.
OURS = ("preuve", "preuve_vers", "preuve_methode", "preuve_donnee", "defi", "cle_signee")
# A path of this house: one slash then a letter, so that no other host can be meant.
_PATH = re.compile(r"/(?!preuve|deconnexion|connexion)[a-z][A-Za-z0-9/_-]{0,300}(?:\?[A-Za-z0-9/_?=&%.,+-]{0,300})?")
HOME = "/boite"


def fresh(request: Request, agent: Identified) -> None:
    """Raises `ProofWanted` when the session's holder proved who they are too long ago; called before a form is read."""
    refuse_stale(agent, now=house_of(request).clock())


def inner(wanted: str) -> str:
    """Returns a path of ours, else the inbox."""
    return wanted if _PATH.fullmatch(wanted) else HOME


async def proof_page(request: Request) -> HTMLResponse:
    """Asks for a proof in the place of what was asked, whose form it carries along."""
    agent = await signed_in(request)
    kept: Sequence[tuple[str, str]] = ()
    if request.method == "POST" and request.headers.get("content-type", "").startswith(FORM):
        kept = (await agents_form(request)).pairs
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return await asked(request, agent, towards=path, method=request.method, kept=kept)


async def asked(
    request: Request,
    agent: Identified,
    *,
    towards: str,
    method: str,
    kept: Sequence[tuple[str, str]] = (),
    refusal: ParvisError | None = None,
) -> HTMLResponse:
    """Shows the page of proof, again after a refused one."""
    house = house_of(request)
    offered = await house.proving.ways(agent)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
    own = [("preuve_vers", inner(towards)), ("preuve_methode", "POST" if method == "POST" else "GET")]
    carried = [*own, *((name, value) for name, value in kept if name not in OURS)]
    through = house.provider_door if Way.PROVIDER in offered.ways else None
    wait = int(refusal.headers.get("Retry-After", "0")) if refusal else 0
    answer = page(
        request,
        "agents/proof.html",
        status=refusal.status if refusal else 403,
        scripted=offered.ceremony is not None,
        me=agent,
        rail=rail,
        tenant=tenant,
        ways={way.value for way in offered.ways},
        ceremony=offered.ceremony,
        provider=through.provider if through else None,
        kept=carried,
        typed=len(carried) > len(own),
        wrong=refusal is not None and not wait,
        wait=wait,
    )
    if wait:
        answer.headers["Retry-After"] = str(wait)
    return answer
