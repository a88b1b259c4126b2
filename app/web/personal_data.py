"""What a person may ask of their data, on one page: a copy, a correction, a restriction, erasure, and what is kept."""

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import TypeVar
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from app.audit.readings import Door, ReadKind
from app.channels.kit.forms import Form
from app.contacts import service as contacts
from app.db.transaction import Session
from app.errors import Flaw, Invalid, NotFound, ParvisError, Stale
from app.identity.identified import Identified
from app.identity.scopes import Scope
from app.ids import IdError, Prefix, parse_id, public_id
from app.privacy.restricting import RestrictionGround
from app.privacy.values import Ground
from app.web import contact_words, typed
from app.web import personal_words as words
from app.web.agents import Agent, actor_of, need
from app.web.bodies import agents_form
from app.web.conflicts import REFUSALS
from app.web.contact_words import Told
from app.web.contacts import contact_id, point_id, refused
from app.web.freshness import fresh
from app.web.house import WebHouse, house_of
from app.web.pages import page, see
from app.web.rail import rail_of
from app.web.refusals import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)
_K = TypeVar("_K", Ground, RestrictionGround)
_Gesture = Callable[[WebHouse, Session, Identified, UUID, Form], Awaitable[None]]


@router.get("/personnes/{contact}/donnees")
async def show(request: Request, agent: Agent, contact: str) -> HTMLResponse:
    """Shows what was asked of a person's data, what stands, and what may be asked."""
    need(agent, Scope.PRIVACY_ADMIN)
    return await _page(request, agent, contact_id(contact), words.done(request.query_params.get("fait", "")))


@router.get("/personnes/{contact}/donnees/copies/{export}")
async def take(request: Request, agent: Agent, contact: str, export: str) -> Response:
    """Hands the copy to who asked for it; the journal keeps it."""
    need(agent, Scope.PRIVACY_ADMIN)
    wanted, house = contact_id(contact), house_of(request)
    try:
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            sha256 = await house.exporting.take(
                session, agent.tenant_id, wanted, _id(Prefix.ACCESS_EXPORT, export), actor=actor_of(agent)
            )
    except REFUSALS as refusal:
        return await _again(request, agent, wanted, refusal, {})
    await house.eyewitness.saw(agent, ReadKind.EXPORT, wanted, door=Door.WEB)
    content = await house.exporting.content(agent.tenant_id, sha256)
    head = {"Content-Disposition": 'attachment; filename="vos-donnees.zip"', "X-Content-Type-Options": "nosniff"}
    return Response(content, media_type="application/zip", headers=head)


@router.post("/personnes/{contact}/donnees/{gesture}")
async def act(request: Request, agent: Agent, contact: str, gesture: str) -> Response:
    """Does one of the gestures of the page, at the version it was shown with."""
    need(agent, Scope.PRIVACY_ADMIN)
    if gesture not in _GESTURES:
        raise NotFound
    if gesture in _PROVEN:
        fresh(request, agent)
    form, wanted, house = await agents_form(request), contact_id(contact), house_of(request)
    try:
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            await _GESTURES[gesture](house, session, agent, wanted, form)
    except REFUSALS as refusal:
        return await _again(request, agent, wanted, refusal, dict(form.pairs))
    return see(f"/personnes/{contact}/donnees?fait={gesture}")


async def _copy(house: WebHouse, session: Session, agent: Identified, wanted: UUID, form: Form) -> None:
    reason = typed.words(form, "motif-copie", words.NO_REASON)[:2000]
    await house.exporting.ask(session, agent.tenant_id, wanted, reason=reason, actor=actor_of(agent))


async def _rectify(house: WebHouse, session: Session, agent: Identified, wanted: UUID, form: Form) -> None:
    value = " ".join(typed.words(form, "juste", "donnez ce qui est juste").split())[:320]
    reason, what = typed.words(form, "motif-juste", words.NO_REASON)[:2000], form.last("quoi") or "nom"
    tenant_id, actor, version = agent.tenant_id, actor_of(agent), typed.version(form)
    if what == "nom":
        await house.rectifying.name(
            session, tenant_id, wanted, value[:200], reason=reason, version=version, actor=actor
        )
        return
    await house.rectifying.point(
        session, tenant_id, wanted, point_id(what), value, reason=reason, version=version, actor=actor
    )


async def _restrict(house: WebHouse, session: Session, agent: Identified, wanted: UUID, form: Form) -> None:
    ground = _chosen(RestrictionGround, form.last("motif-18"), "motif-18")
    reason = typed.words(form, "pourquoi-limiter", words.NO_REASON)[:2000]
    await house.restricting.restrict(
        session,
        agent.tenant_id,
        wanted,
        ground=ground,
        reason=reason,
        version=typed.version(form),
        actor=actor_of(agent),
    )


async def _free(house: WebHouse, session: Session, agent: Identified, wanted: UUID, form: Form) -> None:
    reason = typed.words(form, "pourquoi-lever", words.NO_REASON)[:2000]
    await house.restricting.lift(
        session, agent.tenant_id, wanted, reason=reason, version=typed.version(form), actor=actor_of(agent)
    )


async def _hold(house: WebHouse, session: Session, agent: Identified, wanted: UUID, form: Form) -> None:
    reason = typed.words(form, "pourquoi-conserver", words.NO_REASON)[:2000]
    await house.holds.set_on_contact(session, agent.tenant_id, wanted, reason=reason, actor=actor_of(agent))


async def _let_go(house: WebHouse, session: Session, agent: Identified, wanted: UUID, form: Form) -> None:
    reason = typed.words(form, "pourquoi-rendre", words.NO_REASON)[:2000]
    hold = await house.holds.get(session, agent.tenant_id, _id(Prefix.LEGAL_HOLD, form.last("conservation") or ""))
    if hold.contact_id != wanted:
        raise NotFound
    await house.holds.lift(
        session, agent.tenant_id, hold.id, reason=reason, version=typed.version(form), actor=actor_of(agent)
    )


async def _plan(house: WebHouse, session: Session, agent: Identified, wanted: UUID, form: Form) -> None:
    await house.erasures.plan(
        session,
        agent.tenant_id,
        wanted,
        ground=_chosen(Ground, form.last("motif-17"), "motif-17"),
        reason=typed.words(form, "pourquoi-effacer", words.NO_REASON)[:2000],
        visa=(form.last("visa") or "").strip()[:200] or None,
        actor=actor_of(agent),
    )


async def _confirm(house: WebHouse, session: Session, agent: Identified, wanted: UUID, form: Form) -> None:
    if form.last("relu") != "oui":
        raise Invalid(flaws=[Flaw("/relu", "missing", "relisez le plan et cochez que vous l’avez relu")])
    erasure = _id(Prefix.ERASURE, form.last("plan") or "")
    await house.erasures.confirm(
        session, agent.tenant_id, wanted, erasure, version=typed.version(form), actor=actor_of(agent)
    )


_GESTURES: Mapping[str, _Gesture] = MappingProxyType(
    {
        "copie": _copy,
        "rectification": _rectify,
        "limitation": _restrict,
        "levee": _free,
        "conservation": _hold,
        "fin-conservation": _let_go,
        "plan": _plan,
        "effacement": _confirm,
    }
)
# What is kept whatever is asked, what stops being so, and what nothing brings back.
_PROVEN = frozenset({"conservation", "fin-conservation", "effacement"})


async def _page(
    request: Request, agent: Identified, wanted: UUID, told: Told | None = None, *, status: int = 200
) -> HTMLResponse:
    house, tenant_id = house_of(request), agent.tenant_id
    async with house.database.transaction(tenant=tenant_id) as session:
        tenant = await house.tenants.get(session, tenant_id)
        rail = await rail_of(session, tenant_id)
        contact, points = await contacts.contact(session, tenant_id, wanted)
        copies = await house.exporting.page(session, tenant_id, wanted, after=None, limit=10)
        plans = await house.erasures.page(session, tenant_id, wanted, after=None, limit=5)
        restrictions = await house.restricting.history(session, tenant_id, wanted)
        holds = await house.holds.on(session, tenant_id, contacts=[wanted])
    await house.eyewitness.saw(agent, ReadKind.CONTACT, wanted, door=Door.WEB)
    return page(
        request,
        "agents/personal_data.html",
        status=status,
        me=agent,
        rail=rail,
        tenant=tenant,
        told=told or Told(),
        contact=contact,
        id=public_id(Prefix.CONTACT, wanted),
        points=[(public_id(Prefix.POINT, one.id), one) for one in points if one.kind in {"email", "phone"}],
        copies=[(public_id(Prefix.ACCESS_EXPORT, one.id), one) for one in copies],
        plans=[(public_id(Prefix.ERASURE, one.id), one) for one in plans],
        restrictions=restrictions,
        holds=[(public_id(Prefix.LEGAL_HOLD, one.id), one) for one in holds],
        mine=actor_of(agent).label,
        now=house.clock(),
        words=words,
    )


async def _again(
    request: Request, agent: Identified, wanted: UUID, refusal: ParvisError, kept: Mapping[str, str]
) -> Response:
    """Shows the page after a refusal, with what had been typed."""
    told = refused(refusal, kept)
    if isinstance(refusal, Stale):
        told = Told(contact_words.STALE, "warn", {}, kept)
    status = 409 if isinstance(refusal, Stale) else refusal.status
    return await _page(request, agent, wanted, told, status=status)


def _chosen(kind: type[_K], word: str | None, field: str) -> _K:
    try:
        return kind(word or "")
    except ValueError:
        raise Invalid(flaws=[Flaw(f"/{field}", "missing", "choisissez le motif")]) from None


def _id(prefix: Prefix, text: str) -> UUID:
    try:
        return parse_id(prefix, text)
    except IdError:
        raise NotFound from None
