"""« Nouvel appel, visite, courrier » : what somebody says at the telephone, at the counter or on paper, in seconds."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from app.channels.contract import Delivery
from app.channels.desks import DeskKind, PostKind
from app.channels.errors import Unreadable
from app.channels.kit.addresses import normalise
from app.channels.kit.forms import Form, read_form
from app.channels.kit.phone import e164, region_of
from app.clock import civil_day
from app.contacts import finding
from app.errors import Busy, Invalid, ParvisError, Stale
from app.exchanges.desk import Visit
from app.exchanges.desk_pieces import scans
from app.identity.identified import Identified
from app.identity.scopes import Scope
from app.ids import IdError, Prefix, parse_id, public_id
from app.rest import repository as once
from app.rest.refusals import advice_on
from app.rest.repository import Kept, Named
from app.tenants.values import Tenant
from app.tickets.values import Piece
from app.web import typed
from app.web.agents import Agent, actor_of, need
from app.web.bodies import bounded
from app.web.house import WebHouse, house_of
from app.web.pages import page, see
from app.web.rail import rail_of
from app.web.refusals import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)
PATH = "/nouvelle-demande"
SHOWN = 8
_NOBODY = "nouvelle"
# The house names a flaw after its own field; the page has it under another name.
_FIELDS = {
    "/received_on": "recue",
    "/contact/email": "courriel",
    "/contact/phone": "telephone",
    "/contact/id": "personne",
}


@dataclass(frozen=True, slots=True)
class Refused:
    """Why nothing was written down, beside which field; `already` is the request this form has opened before."""

    text: str = ""
    faults: Mapping[str, str] = field(default_factory=dict)
    typed: Mapping[str, str] = field(default_factory=dict)
    already: str = ""
    status: int = 200


@router.get(PATH)
async def show_desk(request: Request, agent: Agent, canal: str = "", qui: str = "") -> HTMLResponse:
    """Shows the empty form of one of the three ways in; `qui` looks for the person first."""
    need(agent, Scope.TICKETS_WRITE)
    return await _page(request, agent, _kind(canal), " ".join(qui.split())[:200], Refused())


@router.post(PATH)
async def write_down(request: Request, agent: Agent) -> Response:
    """Opens the request once, however often the form is sent, and shows it, or its receipt at the counter."""
    need(agent, Scope.TICKETS_WRITE)
    house = house_of(request)
    body = await bounded(request, limit=house.settings.max_form_bytes)
    form = _form(request, body)
    kind, qui = _kind(form.last("canal") or ""), " ".join((form.last("qui") or "").split())[:200]
    try:
        visit = await _visit(house, agent.tenant_id, form, kind)
        made, again = await _once(house, agent, form, visit)
    except (Busy, Invalid, Stale) as refusal:
        return await _page(request, agent, kind, qui, _refused(form, refusal))
    if again:
        told = Refused("", {}, dict(form.pairs), made, 409)
        return await _page(request, agent, kind, qui, told)
    return see(f"/demandes/{made}{'/recepisse' if kind is DeskKind.COUNTER else '?fait=ecrite'}")


async def _once(house: WebHouse, agent: Identified, form: Form, visit: Visit) -> tuple[str, bool]:
    """Returns the request's name, and whether another text had opened it: sent twice, a form opens one request.

    Raises `Busy` while its twin is being written.
    """
    named = Named(tenant_id=agent.tenant_id, caller=agent.label, operation=f"POST {PATH}", key=_submission(form))
    said = hashlib.sha256(repr(visit).encode("utf-8", "replace")).digest()
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        if not await once.claim(session, named):
            raise Busy
        kept = await once.find(session, named)
        if kept is not None:
            return kept.body.decode(), kept.request_hash != said
        placed = await house.desk.write_down(session, agent.tenant_id, visit, actor=actor_of(agent))
        made = public_id(Prefix.TICKET, placed.ticket_id)
        answer = Kept(request_hash=said, status=201, headers={}, body=made.encode(), at=house.clock())
        await once.keep(session, named, answer)
    return made, False


async def _visit(house: WebHouse, tenant_id: UUID, form: Form, kind: DeskKind) -> Visit:
    """Reads the form; the scans are stored, which is harmless if nothing comes of it. Raises `Invalid`."""
    given = scans(form.files, pointer="/pieces") if kind is DeskKind.POST else ()
    text = typed.words(form, "texte", "résumez ce que la personne demande") if not given else _text(form, "texte")
    received = _day(form, kind)
    contact = _contact(form)
    pieces = [
        Piece(name=name, content_type=sort, size=len(content), sha256=await house.store.put(tenant_id, content))
        for name, sort, content in given
    ]
    return Visit(
        kind=kind,
        subject=" ".join(_text(form, "objet").split())[:200],
        text=text[:100_000],
        display_name=(_line(form, "nom", 200) or None) if contact is None else None,
        email=(_line(form, "courriel", 320) or None) if contact is None else None,
        phone=(_line(form, "telephone", 40) or None) if contact is None else None,
        contact_id=contact,
        received_on=received,
        identity_shown=form.last("identite") == "oui" if kind is DeskKind.COUNTER else None,
        appointment=_line(form, "rendez_vous", 500),
        post_kind=_post_kind(form) if kind is DeskKind.POST else None,
        tracking=_line(form, "suivi", 40) if kind is DeskKind.POST else "",
        pieces=pieces,
    )


async def _page(request: Request, agent: Identified, kind: DeskKind, qui: str, told: Refused) -> HTMLResponse:
    house = house_of(request)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
        asked = _asked(qui, tenant)
        found = await finding.find(
            session, agent.tenant_id, addresses=asked.addresses, name=asked.name, limit=SHOWN + 1
        )
    return page(
        request,
        "agents/desk.html",
        status=told.status,
        me=agent,
        rail=rail,
        tenant=tenant,
        today=civil_day(house.clock(), tenant.time_zone),
        kind=kind.value,
        qui=qui,
        found=[(public_id(Prefix.CONTACT, one.id), one) for one in found[:SHOWN]],
        more=len(found) > SHOWN,
        kept={**asked.typed, **told.typed},
        told=told,
        submission=_fresh(told),
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was looked for: whole addresses, or a word of a name; what it is worth typing again for somebody new."""

    addresses: Sequence[str] = ()
    name: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)


def _asked(qui: str, tenant: Tenant) -> _Asked:
    if not qui:
        return _Asked()
    if "@" in qui and (address := normalise(qui)) is not None:
        return _Asked((address,), "", {"courriel": qui})
    if (number := e164(qui, territory=region_of(tenant.territory))) is not None:
        # WhatsApp writes the same number without its plus sign.
        return _Asked((number, number.lstrip("+")), "", {"telephone": qui})
    return _Asked((), qui, {"nom": qui})


def _form(request: Request, body: bytes) -> Form:
    kind = request.headers.get("content-type", "")
    try:
        return read_form(Delivery(body=body, headers=(("Content-Type", kind),)))
    except Unreadable:
        raise Invalid("ce formulaire ne se lit pas : revenez à la page et recommencez") from None


def _kind(text: str) -> DeskKind:
    return DeskKind(text) if text in {*DeskKind} else DeskKind.PHONE


def _post_kind(form: Form) -> PostKind:
    text = form.last("envoi_par") or PostKind.SIMPLE.value
    if text not in {*PostKind}:
        raise typed.flawed("envoi_par", "choisissez comment le courrier est arrivé")
    return PostKind(text)


def _contact(form: Form) -> UUID | None:
    chosen = form.last("personne") or _NOBODY
    if chosen == _NOBODY:
        return None
    try:
        return parse_id(Prefix.CONTACT, chosen)
    except IdError:
        raise typed.flawed("contact/id", "choisissez une des personnes proposées") from None


def _day(form: Form, kind: DeskKind) -> date | None:
    """The mail room's stamp, which a letter cannot go without: its day is the reception (CRPA R112-5 1°)."""
    text = (form.last("recue") or "").strip()
    if not text and kind is not DeskKind.POST:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        told = "donnez le jour du tampon d’arrivée : c’est de lui que court le délai" if not text else "donnez un jour"
        raise typed.flawed("received_on", told) from None


def _submission(form: Form) -> str:
    """The form's own name. Raises `Stale` for a form that is not ours."""
    text = form.last("envoi") or ""
    if not (text.isascii() and text.isalnum() and 20 <= len(text) <= 64):
        raise Stale
    return text


def _fresh(told: Refused) -> str:
    """A refused form keeps its name, since nothing was written under it; one that opened a request takes another."""
    kept = told.typed.get("envoi", "")
    return kept if kept and not told.already and told.status != Stale.status else secrets.token_hex(16)


def _text(form: Form, name: str) -> str:
    return (form.last(name) or "").replace("\r\n", "\n").strip()


def _line(form: Form, name: str, longest: int) -> str:
    return " ".join(_text(form, name).split())[:longest]


def _refused(form: Form, refusal: ParvisError) -> Refused:
    faults = {_FIELDS.get(flaw.pointer, flaw.pointer[1:]): _sentence(str(flaw.detail)) for flaw in refusal.flaws}
    text = str(refusal.detail or "") or ("" if faults else str(advice_on(type(refusal))))
    return Refused(_sentence(text) if text else "", faults, dict(form.pairs), "", refusal.status)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")
