"""Signing in through the identity provider: off to it, back from it, a code where the role asks for one, and out again."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.errors import NotFound, TooManyRequests, Unauthenticated
from app.identity.oidc.attempts import LASTS
from app.identity.oidc.door import ProviderDoor, Returned
from app.identity.oidc.troubles import NotLetIn
from app.rest.origins import refuse_cross_site
from app.tenants.values import Tenant
from app.web.bodies import agents_form
from app.web.house import WebHouse, house_of
from app.web.pages import page, see
from app.web.provider_words import told
from app.web.refusals import PageRoute
from app.web.sign_in import HOME, asked, browser_of, guarded, let_in, own_path
from app.web.towns import named_town

router = APIRouter(route_class=PageRoute, include_in_schema=False)
_LONGEST_PATH = 500


@router.get("/connexion/fournisseur")
async def leave(request: Request, administration: str = "", suite: str = "", preuve: str = "") -> Response:
    """Sends the browser to the provider. A link and no form: `form-action` would stop a form that leads elsewhere."""
    house = house_of(request)
    tenant = await named_town(house, administration)
    town = tenant.slug if tenant else administration[:100]
    return await _off(request, _door(house), town=town, suite=suite, tenant=tenant, again=bool(preuve))


@router.get("/invitation/{word}/fournisseur")
async def accept(request: Request, word: str) -> Response:
    """Accepts an invitation through the provider: on return, its identity opens the account."""
    return await _off(request, _door(house_of(request)), town="", suite="", invitation=word[:200])


@router.get("/connexion/retour")
async def come_back(
    request: Request, state: str = "", code: str = "", error: str = "", iss: str | None = None
) -> Response:
    """Takes the provider's answer. Whatever it is, what the browser carried is used up."""
    house = house_of(request)
    door, carried = _door(house), request.cookies.get(_cookie(house))
    try:
        returned = await door.come_back(
            carried, state=state, code=code, error=error, issuer=iss, agent=browser_of(request)
        )
    except NotLetIn as refusal:
        town, suite = door.began_from(carried)
        return await _over(request, door, refusal, town=town, suite=suite)
    if returned.carried:
        answer = _code_wanted(request, returned.tenant)
        _carry(answer, house, returned.carried)
        return answer
    return await _entered(request, returned)


@router.post("/connexion/code")
async def give_code(request: Request) -> Response:
    """Finishes with the account's own code; a wrong one is asked for again, ever more slowly."""
    house = house_of(request)
    refuse_cross_site(request, base_url=house.base_url)
    door, carried = _door(house), request.cookies.get(_cookie(house))
    form = await agents_form(request)
    try:
        tenant = await door.awaiting(carried)
    except NotLetIn as refusal:
        return await _over(request, door, refusal)
    try:
        returned = await door.with_code(
            carried,
            code=form.last("code") or "",
            address=request.client.host if request.client else "",
            agent=browser_of(request),
        )
    except NotLetIn as refusal:
        return await _over(request, door, refusal)
    except TooManyRequests as refusal:
        wait = int(refusal.headers.get("Retry-After", "1"))
        answer = _code_wanted(request, tenant, status=429, wait=wait)
        answer.headers.update(refusal.headers)
        return answer
    except Unauthenticated:
        return _code_wanted(request, tenant, status=401, wrong=True)
    return await _entered(request, returned)


@router.get("/deconnexion/retour")
async def signed_out() -> Response:
    """Comes back from the provider's own page of signing out; nothing is left to do."""
    return see("/connexion?sorti=1")


async def _off(
    request: Request,
    door: ProviderDoor,
    *,
    town: str,
    suite: str,
    invitation: str = "",
    tenant: Tenant | None = None,
    again: bool = False,
) -> Response:
    house, wanted = house_of(request), own_path(suite)
    try:
        address, carried = await door.begin(
            town=town, suite=wanted if len(wanted) <= _LONGEST_PATH else HOME, invitation=invitation, again=again
        )
    except NotLetIn as refusal:
        return await _refused(request, door, refusal, town=tenant.slug if tenant else "", suite=suite)
    answer = RedirectResponse(address, status_code=303, headers={"Cache-Control": "no-store"})
    _carry(answer, house, carried)
    return answer


async def _refused(
    request: Request, door: ProviderDoor, refusal: NotLetIn, *, town: str = "", suite: str = ""
) -> HTMLResponse:
    tenant = await named_town(house_of(request), town)
    trouble = told(refusal.trouble, provider=door.provider.name)
    return asked(request, tenant, status=refusal.status, suite=own_path(suite), trouble=trouble)


async def _over(
    request: Request, door: ProviderDoor, refusal: NotLetIn, *, town: str = "", suite: str = ""
) -> Response:
    answer = await _refused(request, door, refusal, town=town, suite=suite)
    _drop(answer, house_of(request))
    return answer


def _code_wanted(
    request: Request, tenant: Tenant, *, status: int = 200, wrong: bool = False, wait: int = 0
) -> HTMLResponse:
    return page(request, "agents/sign_in_code.html", status=status, tenant=tenant, wrong=wrong, wait=wait)


async def _entered(request: Request, returned: Returned) -> Response:
    answer = await let_in(request, returned.word, suite=own_path(returned.suite))
    _drop(answer, house_of(request))
    return answer


def _door(house: WebHouse) -> ProviderDoor:
    if house.provider_door is None:
        raise NotFound
    return house.provider_door


def _cookie(house: WebHouse) -> str:
    return "__Host-parvis_sign_in" if guarded(house) else "parvis_sign_in"


def _carry(answer: Response, house: WebHouse, carried: str) -> None:
    # Lax: the provider sends the browser back from another site, by a plain link.
    answer.set_cookie(
        _cookie(house),
        carried,
        max_age=int(LASTS.total_seconds()),
        path="/",
        httponly=True,
        samesite="lax",
        secure=guarded(house),
    )


def _drop(answer: Response, house: WebHouse) -> None:
    answer.delete_cookie(_cookie(house), path="/", secure=guarded(house), httponly=True, samesite="lax")
