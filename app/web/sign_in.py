"""Signing in: with an address and a password, or with an access key. The cookie holds a random word and nothing else."""

import contextlib
import re
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from app.db.transaction import Session
from app.errors import Forbidden, TooManyRequests, Unauthenticated
from app.identity.identified import Identified
from app.identity.passkeys import Ceremony
from app.identity.scopes import Scope
from app.identity.sessions import LASTS
from app.identity.signing_in import CodeWanted, PasskeyWanted, Strength
from app.rest.access import session_cookie
from app.rest.origins import refuse_cross_site
from app.tenants.values import Tenant
from app.web.agents import Agent, need, signed_in
from app.web.bodies import agents_form
from app.web.house import WebHouse, house_of
from app.web.pages import page, see
from app.web.preferred_desk import home_of
from app.web.refusals import PageRoute
from app.web.towns import named_town

router = APIRouter(route_class=PageRoute, include_in_schema=False)
HOME = "/boite"
# One of our own pages: never `//evil`, `/\\evil`, another scheme, nor a line break.
_OURS = re.compile(
    r"/(?:(?:bureau|boite|demandes|surveillance|envois|quarantaine|nouvelle-demande|demarches|canaux|personnes|courriers|papier"
    r"|equipe|administration|profil|preuve|webhooks|discussions|gestion-formulaires|nouveau-formulaire)(?:[/?][A-Za-z0-9/_?=&%.,+-]*)?)?"
)


@router.get("/")
async def home(request: Request) -> Response:
    try:
        await signed_in(request)
    except Unauthenticated:
        return see("/connexion")
    return see(home_of(request))


@router.get("/connexion")
async def ask(
    request: Request,
    suite: str = "",
    expiree: str = "",
    administration: str = "",
    cle: str = "",
    choisi: str = "",
    sorti: str = "",
) -> HTMLResponse:
    tenant = await named_town(house_of(request), administration)
    await _refuse_suspended(house_of(request), tenant)
    return asked(
        request,
        tenant,
        suite=own_path(suite or "/"),
        by_key=bool(cle),
        ended=bool(expiree),
        chosen=bool(choisi),
        left=bool(sorti),
    )


@router.post("/connexion")
async def sign_in(request: Request) -> Response:
    """Opens a session. Whatever was wrong is refused in the same words, and never shown again."""
    house = house_of(request)
    refuse_cross_site(request, base_url=house.base_url)
    form = await agents_form(request)
    suite, key = own_path(form.last("suite") or ""), (form.last("cle") or "").strip()
    administration, email = form.last("administration") or "", form.last("courriel") or ""
    tenant = await named_town(house, administration)
    await _refuse_suspended(house, tenant)
    if key:
        word = await _by_key(house, key, agent=browser_of(request))
        if word is None:
            return asked(request, tenant, status=401, suite=suite, by_key=True, wrong=True)
        return await let_in(request, word, suite=suite)
    if tenant is None:
        return asked(request, None, status=401, suite=suite, email=email, unknown=bool(administration), wrong=True)
    try:
        opened = await house.signing_in.by_password(
            tenant.id,
            email=email,
            password=form.last("mot_de_passe") or "",
            code=form.last("code") or "",
            address=request.client.host if request.client else "",
            agent=browser_of(request),
        )
    except PasskeyWanted:
        ceremony = await house.signing_in.passkeys_of(tenant.id, email)
        return asked(request, tenant, status=401, suite=suite, email=email, passkey=True, ceremony=ceremony)
    except CodeWanted:
        # The password was right: the account's own passkeys may be named to the browser.
        ceremony = await house.signing_in.passkeys_of(tenant.id, email)
        return asked(request, tenant, status=401, suite=suite, email=email, code=True, ceremony=ceremony)
    except TooManyRequests as refusal:
        wait = int(refusal.headers.get("Retry-After", "1"))
        answer = asked(request, tenant, status=429, suite=suite, email=email, wait=wait)
        answer.headers.update(refusal.headers)
        return answer
    except Unauthenticated:
        code = bool(form.last("code"))
        return asked(request, tenant, status=401, suite=suite, email=email, wrong=True, code=code)
    return await let_in(request, opened.word, suite=suite)


@router.post("/connexion/cle")
async def sign_in_with_passkey(request: Request) -> Response:
    """Opens a session with a passkey alone: it names its account, and its administration with it."""
    house = house_of(request)
    refuse_cross_site(request, base_url=house.base_url)
    form = await agents_form(request)
    suite = own_path(form.last("suite") or "")
    tenant = await named_town(house, form.last("administration") or "")
    try:
        opened = await house.signing_in.by_passkey(
            sealed=form.last("defi") or "", answer=form.last("cle_signee") or "", agent=browser_of(request)
        )
    except Unauthenticated:
        return asked(request, tenant, status=401, suite=suite, unsigned=True)
    return await let_in(request, opened.word, suite=suite)


@router.post("/deconnexion")
async def sign_out(request: Request, agent: Agent) -> Response:
    """Ends the session here, in the register and at the provider; the browser forgets the pages it kept."""
    house = house_of(request)
    door = house.provider_door
    away = await door.way_out(agent) if door else None
    await house.sessions.end(agent)
    # A page and no redirect: `form-action` would stop the form of signing out from leading to another site.
    answer: Response = page(request, "agents/signed_out.html", away=away, provider=door) if away else see("/connexion")
    answer.delete_cookie(session_cookie(house.base_url), path="/", secure=guarded(house))
    answer.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return answer


def own_path(wanted: str) -> str:
    """Returns the page to go to after signing in, when it is one of ours."""
    return wanted if _OURS.fullmatch(wanted) else HOME


async def _refuse_suspended(house: WebHouse, tenant: Tenant | None) -> None:
    """Says at once, and why, that nobody signs in. Raises `AdministrationSuspended`."""
    refusal = await house.standing.refusal(tenant.id) if tenant else None
    if refusal is not None:
        raise refusal


async def _by_key(house: WebHouse, key: str, *, agent: str) -> str | None:
    try:
        known = await house.access.identify(key)
        need(known, Scope.TICKETS_READ)
    except (Unauthenticated, Forbidden):
        return None
    async with house.database.transaction(tenant=known.tenant_id) as session:
        return await _session_of(house, session, known.tenant_id, known=known, agent=agent)


async def _session_of(house: WebHouse, session: Session, tenant_id: UUID, *, known: Identified, agent: str) -> str:
    return await house.sessions.open(session, tenant_id, holder=known, strength=Strength.KEY, agent=agent)


async def let_in(request: Request, word: str, *, suite: str) -> Response:
    """Gives the browser its new word; the session it held is over: nobody else goes on with it (ASVS 7.2.4)."""
    house = house_of(request)
    if earlier := request.cookies.get(session_cookie(house.base_url)):
        with contextlib.suppress(Unauthenticated):
            await house.sessions.end(await house.sessions.identify(earlier))
    answer = see(suite)
    give_word(answer, house, word)
    return answer


def give_word(answer: Response, house: WebHouse, word: str) -> None:
    """Writes the word of a session into the browser's cookie."""
    answer.set_cookie(
        session_cookie(house.base_url),
        word,
        max_age=int(LASTS.total_seconds()),
        path="/",
        httponly=True,
        samesite="lax",
        secure=guarded(house),
    )


def asked(
    request: Request,
    tenant: Tenant | None,
    *,
    suite: str,
    status: int = 200,
    by_key: bool = False,
    email: str = "",
    code: bool = False,
    wait: int = 0,
    wrong: bool = False,
    unknown: bool = False,
    ended: bool = False,
    chosen: bool = False,
    left: bool = False,
    trouble: tuple[str, str] | None = None,
    passkey: bool = False,
    unsigned: bool = False,
    ceremony: Ceremony | None = None,
) -> HTMLResponse:
    """Shows the page of signing in; `trouble` is what a provider's answer came to: what happened, what to do."""
    house = house_of(request)
    ceremony = (ceremony or house.passkeys.asking()) if house.passkeys.possible and not by_key else None
    return page(
        request,
        "agents/sign_in.html",
        status=status,
        scripted=ceremony is not None,
        ceremony=ceremony,
        passkey=passkey,
        unsigned=unsigned,
        tenant=tenant,
        suite=suite,
        by_key=by_key,
        email=email,
        code=code,
        wait=wait,
        wrong=wrong,
        unknown=unknown,
        ended=ended,
        chosen=chosen,
        left=left,
        trouble=trouble,
        provider=house.provider_door.provider if house.provider_door else None,
        everybody=house.accounts.passwords_for_everybody,
    )


def browser_of(request: Request) -> str:
    return request.headers.get("user-agent", "")


def guarded(house: WebHouse) -> bool:
    return house.base_url.startswith("https:")
