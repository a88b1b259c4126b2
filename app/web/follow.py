"""« Suivre une demande »: a reference and an address ask for a code, the code opens one request for half an hour.

What is asked is answered in the same words and without waiting for anything looked up, whether or not it exists; the code is
sent after the answer. No account, no script, no link that opens anything: a cookie of this page alone, which `/suivi/quitter`
takes back.
"""

import asyncio
import secrets
from uuid import UUID

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from starlette.background import BackgroundTask

from app.channels.contract import Delivery
from app.channels.errors import Unreadable
from app.channels.kit.forms import Form, FormBeyondLimits, read_form
from app.errors import Invalid, NotFound, ParvisError, TooLarge
from app.exchanges.follow_access import OPEN_FOR
from app.exchanges.follow_additions import MOST_BYTES, TOO_MUCH
from app.rest.origins import refuse_cross_site
from app.tenants.values import Tenant
from app.web.bodies import agents_form, bounded
from app.web.follow_words import PURPOSES, STATES, blocks
from app.web.forms import BEYOND
from app.web.house import WebHouse, house_of
from app.web.pages import language_of, page, see
from app.web.refusals import PageRoute
from app.web.towns import named_town, town

router = APIRouter(route_class=PageRoute, include_in_schema=False)
log = structlog.get_logger()
ROOT, SHOWN, COOKIE = "/suivi", "/suivi/demande", "parvis_suivi"
# A code that is refused takes this long whether a request was looked at or not.
FLOOR_S = 0.3
MOST_TEXT, MOST_PIECES = 20_000, 10


@router.get(ROOT)
async def ask(request: Request, administration: str = "") -> HTMLResponse:
    """Asks for the reference and the address."""
    house = house_of(request)
    return await _asking(request, house, await named_town(house, administration[:100]))


@router.post(ROOT)
async def send_code(request: Request) -> Response:
    """Answers that a code leaves if that is somebody's request, then sends it if it is."""
    house = house_of(request)
    refuse_cross_site(request, base_url=house.base_url)
    await house.quotas.of_guess(request)
    form = await agents_form(request)
    tenant = await named_town(house, _line(form, "administration", 100))
    reference, address = _line(form, "reference", 40), _line(form, "adresse", 320)
    if tenant is None or await _stopped(house, tenant) or not (reference and address):
        return await _asking(request, house, tenant, form=form)
    answer = _code_page(request, tenant, form)
    answer.background = BackgroundTask(_send, house, tenant, reference, address)
    return answer


@router.get(f"{ROOT}/code")
async def ask_again(request: Request) -> Response:
    """Goes back to the beginning: what was typed stands in no address."""
    return see(ROOT + _variant(request))


@router.post(f"{ROOT}/code")
async def enter(request: Request) -> Response:
    """Opens the request for a right code; any other is refused in the same words, in the same time."""
    house, since = house_of(request), asyncio.get_running_loop().time()
    refuse_cross_site(request, base_url=house.base_url)
    await house.quotas.of_guess(request)
    form = await agents_form(request)
    tenant = await named_town(house, _line(form, "administration", 100))
    if tenant is None or await _stopped(house, tenant):
        return await _asking(request, house, tenant, form=form)
    async with house.database.transaction(tenant=tenant.id) as session:
        word = await house.follow_up.enter(
            session,
            tenant,
            reference=_line(form, "reference", 40),
            address=_line(form, "adresse", 320),
            code=_line(form, "code", 60),
        )
    if word is None:
        await asyncio.sleep(max(0.0, since + FLOOR_S - asyncio.get_running_loop().time()))
        return _code_page(request, tenant, form, wrong=True)
    answer = see(SHOWN + _variant(request))
    secure = house.base_url.startswith("https:")
    age = int(OPEN_FOR.total_seconds())
    answer.set_cookie(COOKIE, word, max_age=age, path=ROOT, httponly=True, samesite="strict", secure=secure)
    return answer


@router.get(SHOWN)
async def show(request: Request, ajoute: str = "") -> Response:
    """Shows the request; once the half hour is over, asks for a code again."""
    return await _shown(request, added=bool(ajoute))


@router.post(SHOWN)
async def add(request: Request) -> Response:
    """Adds a message and files to the request by the door everything comes in by."""
    house = house_of(request)
    refuse_cross_site(request, base_url=house.base_url)
    tenant = await _tenant(request, house)
    if tenant is None or await _stopped(house, tenant):
        return await _shown(request)
    form = await _posted(request, house)
    text = (form.last("message") or "").replace("\r\n", "\n").strip()
    files = [one for one in form.files if one.name or one.content]
    if not text and not files:
        return await _shown(request, fault="empty")
    if len(text) > MOST_TEXT or len(files) > MOST_PIECES:
        return await _shown(request, fault="long" if len(text) > MOST_TEXT else "many", text=text)
    pieces = [(one.name or "piece", one.content_type, one.content) for one in files]
    remote = request.client.host if request.client else None
    async with house.database.transaction(tenant=tenant.id) as session:
        opened = await house.follow_up.open(session, request.cookies.get(COOKIE, ""))
        channel = await house.follow_up.way_in(session, opened)
        if channel is None:
            raise NotFound
        await house.follow_up.add(session, opened, channel, name=_name(form), text=text, pieces=pieces, remote=remote)
    sign = "&" if _variant(request) else "?"
    return see(f"{SHOWN}{_variant(request)}{sign}ajoute=1")


@router.post(f"{ROOT}/quitter")
async def leave(request: Request) -> Response:
    """Takes the cookie back: the next person at this screen sees nothing."""
    house = house_of(request)
    refuse_cross_site(request, base_url=house.base_url)
    tenant = await _tenant(request, house)
    answer = see(f"{ROOT}?administration={tenant.slug}" if tenant else ROOT)
    answer.delete_cookie(COOKIE, path=ROOT, secure=house.base_url.startswith("https:"))
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


async def _send(house: WebHouse, tenant: Tenant, reference: str, address: str) -> None:
    """Sends the code after the answer left. A refusal is a line of the log, without a word of who asked."""
    try:
        async with house.database.transaction(tenant=tenant.id) as session:
            await house.follow_up.send_code(session, tenant, reference=reference, address=address)
    except ParvisError as refusal:
        log.info("follow_up.code_not_sent", tenant=str(tenant.id), because=refusal.code)


async def _shown(request: Request, *, added: bool = False, fault: str = "", text: str = "") -> Response:
    house = house_of(request)
    tenant = await _tenant(request, house)
    if tenant is None:
        return await _asking(request, house, None, over=True)
    if await _stopped(house, tenant):
        return await _asking(request, house, tenant)
    try:
        async with house.database.transaction(tenant=tenant.id) as session:
            opened = await house.follow_up.open(session, request.cookies.get(COOKIE, ""))
            found = await house.follow_up.show(session, tenant, opened)
            channel = await house.follow_up.way_in(session, opened)
    except NotFound:
        return await _asking(request, house, tenant, over=True)
    language, easy = language_of(request), _easy(request)
    return page(
        request,
        "citizens/followed.html",
        status=422 if fault else 200,
        tenant=tenant,
        easy=easy,
        found=found,
        state=STATES[found.status].said(language, easy=easy),
        blocks=blocks(found.expected, language, easy=easy),
        purposes={name: words.said(language, easy=easy) for name, words in PURPOSES.items()},
        registered_at=found.first("AEE"),
        acknowledged_at=found.first("ARE", "AR"),
        can_add=channel is not None,
        added=added,
        fault=fault,
        text=text,
        name=secrets.token_hex(16),
        variant=_variant(request),
    )


async def _asking(
    request: Request, house: WebHouse, tenant: Tenant | None, *, form: Form | None = None, over: bool = False
) -> HTMLResponse:
    stopped = tenant is not None and await _stopped(house, tenant)
    status = 503 if stopped else 422 if form is not None else 200
    answer = page(
        request,
        "citizens/follow.html",
        status=status,
        tenant=tenant,
        easy=_easy(request),
        stopped=stopped,
        over=over,
        missing=form is not None,
        reference=_line(form, "reference", 40) if form else "",
        address=_line(form, "adresse", 320) if form else "",
        administration=_line(form, "administration", 100) if form else "",
        variant=_variant(request),
    )
    if over:
        answer.delete_cookie(COOKIE, path=ROOT)
    return answer


def _code_page(request: Request, tenant: Tenant, form: Form, *, wrong: bool = False) -> HTMLResponse:
    return page(
        request,
        "citizens/follow_code.html",
        status=422 if wrong else 200,
        tenant=tenant,
        easy=_easy(request),
        wrong=wrong,
        reference=_line(form, "reference", 40),
        address=_line(form, "adresse", 320),
        variant=_variant(request),
    )


async def _tenant(request: Request, house: WebHouse) -> Tenant | None:
    """Returns the administration the cookie is for, None without one that still opens."""
    try:
        tenant_id: UUID = house.follow_up.whose(request.cookies.get(COOKIE, ""))
        return await town(house, tenant_id)
    except NotFound:
        return None


async def _stopped(house: WebHouse, tenant: Tenant) -> bool:
    """Says whether the administration is suspended: why is not the public's to read."""
    return await house.standing.refusal(tenant.id) is not None


async def _posted(request: Request, house: WebHouse) -> Form:
    limit = min(house.settings.max_form_bytes, MOST_BYTES)
    try:
        kind = request.headers.get("content-type", "")
        return read_form(Delivery(body=await bounded(request, limit=limit), headers=[("Content-Type", kind)]))
    except FormBeyondLimits:
        raise TooLarge(BEYOND) from None
    except TooLarge:
        raise TooLarge(TOO_MUCH) from None
    except Unreadable:
        raise Invalid from None


def _name(form: Form) -> str:
    """The page's own name for what is posted: a second click is the same message."""
    given = form.last("envoi") or ""
    return given if given.isascii() and given.isalnum() and len(given) == 32 else secrets.token_hex(16)


def _line(form: Form, name: str, longest: int) -> str:
    return " ".join((form.last(name) or "").split())[:longest]


def _easy(request: Request) -> bool:
    return request.query_params.get("simple") == "1"


def _variant(request: Request) -> str:
    """The reader's choice of words, carried from page to page."""
    if request.query_params.get("lang") == "en":
        return "?lang=en"
    return "?simple=1" if _easy(request) else ""
