"""Channels as their administrator sees them: which are well, what to do for those that are not, and their settings."""

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from app.channels.caring import LiveTestFailed
from app.channels.contract import Checked, Lifecycle, Probe, Webhook
from app.channels.errors import ChannelError
from app.channels.kit.forms import Form
from app.channels.secrecy import secret_fields
from app.channels.values import Channel, ChannelState
from app.errors import Conflict, Invalid, NotFound, ParvisError, Stale, TooManyRequests
from app.exchanges import call_log
from app.exchanges.waking import waiting
from app.facts import Seen
from app.identity.identified import Identified
from app.identity.scopes import Scope
from app.ids import IdError, Prefix, parse_id, public_id
from app.web import typed
from app.web.agents import Agent, actor_of, need
from app.web.bodies import agents_form
from app.web.channel_forms import PREFIX, FormField, fields_of, read_settings
from app.web.channel_words import OUTCOMES, check_mark, connection_mark, expiry_mark, state_mark
from app.web.freshness import fresh
from app.web.house import WebHouse, house_of
from app.web.pages import page, see
from app.web.rail import rail_of
from app.web.refusals import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)
_SHOWN_AGAIN = (Conflict, Invalid, LiveTestFailed, Stale, TooManyRequests)
_DONE = {
    "branche": ("Canal branché", "Donnez l’adresse ci-dessous à son fournisseur, s’il en demande une."),
    "reglages": ("Réglages enregistrés", "Ils valent dès maintenant."),
    "reconnexion": ("Canal reconnecté", "Ce qui attendait de partir part."),
    "etat": ("État changé", ""),
    "test": ("Test fait", "Son résultat est ci-dessous."),
    "inscription": ("Adresse donnée au fournisseur", "Il appellera ce canal dès maintenant."),
    "desinscription": ("Adresse reprise au fournisseur", "Il n’appelle plus ce canal."),
}


@router.get("/canaux")
async def list_channels(request: Request, agent: Agent, fait: str = "") -> HTMLResponse:
    """Lists every connected channel; those that need somebody stand first."""
    need(agent, Scope.CHANNELS_ADMIN)
    house = house_of(request)
    now = house.clock()
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
        found = await house.channels.page(session, agent.tenant_id, after=None, limit=500)
    lines = [
        (
            one,
            public_id(Prefix.CHANNEL, one.id),
            state_mark(one),
            check_mark(one),
            expiry_mark(one, now=now),
            connection_mark(one, now=now) if isinstance(one, Channel) and _streams(house, one) else None,
        )
        for one in found
    ]
    lines.sort(key=lambda line: (line[2].tone != "danger", line[0].health.silent_since is None, line[0].name))
    return page(
        request, "agents/channels.html", me=agent, rail=rail, tenant=tenant, lines=lines, removed=fait == "retrait"
    )


@router.get("/nouveau-canal")
async def choose_type(request: Request, agent: Agent, type: str = "") -> Response:  # noqa: A002 — the contract's own word
    """Shows the types, or the form of one."""
    need(agent, Scope.CHANNELS_ADMIN)
    if type:
        return await _new(request, agent, type)
    house = house_of(request)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
    described = await asyncio.to_thread(house.channels.registry.describe)
    types = [
        (line["type"], line["name_fr"], line.get("homepage"), "sender" in line["protocols"])  # type: ignore[operator]
        for line in described
        if line["usable"]
    ]
    types.sort(key=lambda line: str(line[1]))
    broken = [(line["type"], line["reason"]) for line in described if not line["usable"]]
    return page(request, "agents/channel_types.html", me=agent, rail=rail, tenant=tenant, types=types, broken=broken)


@router.post("/nouveau-canal")
async def connect(request: Request, agent: Agent) -> Response:
    """Connects a channel, after a live test unless the administrator wants none."""
    need(agent, Scope.CHANNELS_ADMIN)
    fresh(request, agent)
    form, house = await agents_form(request), house_of(request)
    kind = form.last("type") or ""
    fields = await _fields(house, kind)
    try:
        name = typed.words(form, "nom", "donnez un nom au canal : c’est celui que verront les agents")[:100]
        settings = read_settings(form, fields)
        tried = await _tried(house, agent, form, kind=kind, settings=settings)
        address = settings.get("address") if kind == "email" else None
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            channel = await house.channels.connect(
                session, agent.tenant_id, type=kind, name=name, address=address, config=settings
            )
            if tried is not None:
                await house.care.keep(session, channel, tried, actor=actor_of(agent))
            await _seen(house, session, agent, "channel.connected", channel.id, type=kind)
    except _SHOWN_AGAIN as refusal:
        return await _new(request, agent, kind, form=form, refusal=refusal)
    return see(f"/canaux/{public_id(Prefix.CHANNEL, channel.id)}?fait=branche")


@router.get("/canaux/{channel}")
async def show_channel(request: Request, agent: Agent, channel: str, fait: str = "") -> Response:
    need(agent, Scope.CHANNELS_ADMIN)
    return await _one(request, agent, _id(channel), done=_DONE.get(fait))


@router.post("/canaux/{channel}/reglages")
async def change(request: Request, agent: Agent, channel: str) -> Response:
    """Writes the settings; new credentials of a channel its provider refuses reconnect it."""
    need(agent, Scope.CHANNELS_ADMIN)
    fresh(request, agent)
    form, house, wanted = await agents_form(request), house_of(request), _id(channel)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        present = await house.channels.living(session, agent.tenant_id, wanted)
    fields = await _fields(house, present.type, present=present)
    done = "reglages"
    try:
        name = typed.words(form, "nom", "donnez un nom au canal : c’est celui que verront les agents")[:100]
        settings, version = read_settings(form, fields), typed.version(form)
        tried = await _tried(house, agent, form, kind=present.type, settings=settings, present=present)
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            changed = await house.channels.change(
                session, present, version=version, name=name, state=None, config=settings
            )
            if present.state in {ChannelState.NEEDS_REAUTH, ChannelState.BROKEN}:
                done = "reconnexion"
                await house.care.renew(
                    session,
                    changed,
                    version=changed.version,
                    config={},
                    ends=None,
                    checked=tried,
                    actor=actor_of(agent),
                )
            elif tried is not None:
                await house.care.keep(session, changed, tried, actor=actor_of(agent))
            await _seen(house, session, agent, "channel.changed", wanted)
    except _SHOWN_AGAIN as refusal:
        return await _one(request, agent, wanted, form=form, refusal=refusal)
    return see(f"/canaux/{channel}?fait={done}")


@router.post("/canaux/{channel}/test")
async def test(request: Request, agent: Agent, channel: str) -> Response:
    need(agent, Scope.CHANNELS_ADMIN)
    await agents_form(request)
    try:
        await house_of(request).care.test(agent.tenant_id, _id(channel), actor=actor_of(agent))
    except _SHOWN_AGAIN as refusal:
        return await _one(request, agent, _id(channel), refusal=refusal)
    return see(f"/canaux/{channel}?fait=test#test")


@router.post("/canaux/{channel}/inscription")
async def register(request: Request, agent: Agent, channel: str) -> Response:
    """Gives the channel's address to its provider, or takes it back; both may be repeated."""
    need(agent, Scope.CHANNELS_ADMIN)
    fresh(request, agent)
    form, telling, wanted = await agents_form(request), house_of(request).telling, _id(channel)
    gives = form.last("geste") != "retirer"
    tell = telling.register if gives else telling.unregister
    try:
        await tell(agent.tenant_id, wanted, actor=actor_of(agent))
    except _SHOWN_AGAIN as refusal:
        return await _one(request, agent, wanted, refusal=refusal)
    return see(f"/canaux/{channel}?fait={'inscription' if gives else 'desinscription'}")


@router.post("/canaux/{channel}/etat")
async def pause_or_resume(request: Request, agent: Agent, channel: str) -> Response:
    need(agent, Scope.CHANNELS_ADMIN)
    form, house, wanted = await agents_form(request), house_of(request), _id(channel)
    state = ChannelState.PAUSED if form.last("etat") == "pause" else ChannelState.ACTIVE
    try:
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            present = await house.channels.living(session, agent.tenant_id, wanted)
            await house.channels.change(
                session, present, version=typed.version(form), name=None, state=state.value, config=None
            )
            await _seen(house, session, agent, "channel.changed", wanted, state=state.value)
    except _SHOWN_AGAIN as refusal:
        return await _one(request, agent, wanted, refusal=refusal)
    return see(f"/canaux/{channel}?fait=etat")


@router.post("/canaux/{channel}/retrait")
async def remove(request: Request, agent: Agent, channel: str) -> Response:
    """Removes a channel once its name was typed again: its door shuts for good."""
    need(agent, Scope.CHANNELS_ADMIN)
    fresh(request, agent)
    form, house, wanted = await agents_form(request), house_of(request), _id(channel)
    try:
        async with house.database.transaction(tenant=agent.tenant_id) as session:
            present = await house.channels.living(session, agent.tenant_id, wanted)
            if (form.last("confirmation") or "").strip() != present.name:
                raise typed.flawed("confirmation", "recopiez le nom du canal pour confirmer")
            if await waiting(session, agent.tenant_id, wanted):
                raise Conflict("des messages attendent encore de partir par ce canal : décidez d’abord de leur sort")
            await house.channels.remove(session, present, version=typed.version(form))
            await _seen(house, session, agent, "channel.removed", wanted, type=present.type)
    except _SHOWN_AGAIN as refusal:
        return await _one(request, agent, wanted, refusal=refusal)
    return see("/canaux?fait=retrait")


async def _tried(
    house: WebHouse,
    agent: Identified,
    form: Form,
    *,
    kind: str,
    settings: Mapping[str, Any],
    present: Channel | None = None,
) -> Checked | None:
    """Tries settings outside of any transaction, where the form asks for it. Raises `LiveTestFailed`."""
    if form.last("essai") != "oui":
        return None
    config = house.channels.validated(kind, settings) if present is None else house.channels.altered(present, settings)
    return await house.care.try_settings(agent.tenant_id, type=kind, config=config)


async def _fields(
    house: WebHouse, kind: str, *, present: Channel | None = None, form: Form | None = None
) -> list[FormField]:
    try:
        schema = await asyncio.to_thread(house.channels.registry.schema, kind)
    except ChannelError:
        raise NotFound from None
    if present is None:
        return fields_of(schema, form=form)
    hidden = secret_fields(type(present.config))
    values = present.config.model_dump(mode="json", exclude=set(hidden))
    return fields_of(schema, values=values, kept=[name for name in hidden if getattr(present.config, name)], form=form)


async def _new(
    request: Request, agent: Identified, kind: str, *, form: Form | None = None, refusal: ParvisError | None = None
) -> Response:
    house = house_of(request)
    fields = await _fields(house, kind, form=form)
    adapter = house.channels.registry.get(kind)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
    return page(
        request,
        "agents/channel_new.html",
        status=refusal.status if refusal else 200,
        me=agent,
        rail=rail,
        tenant=tenant,
        kind=kind,
        meta=adapter.meta,
        fields=fields,
        prefix=PREFIX,
        name=(form.last("nom") or "") if form else adapter.meta.name_fr,
        probes=isinstance(adapter, Probe),
        tries=form is None or form.last("essai") == "oui",
        faults=_faults(refusal),
        told=_told(refusal),
    )


async def _one(
    request: Request,
    agent: Identified,
    wanted: UUID,
    *,
    form: Form | None = None,
    refusal: ParvisError | None = None,
    done: tuple[str, str] | None = None,
) -> Response:
    house = house_of(request)
    async with house.database.transaction(tenant=agent.tenant_id) as session:
        tenant = await house.tenants.get(session, agent.tenant_id)
        rail = await rail_of(session, agent.tenant_id)
        found = await house.channels.known(session, agent.tenant_id, wanted)
        left = await waiting(session, agent.tenant_id, wanted)
        calls = await call_log.page(session, agent.tenant_id, wanted, after=None, limit=20)
    if found.health.removed_at is not None:
        raise NotFound
    opened = isinstance(found, Channel)
    adapter = house.channels.registry.get(found.type) if opened else None
    streams = isinstance(found, Channel) and _streams(house, found)
    called, probes = not streams and isinstance(adapter, Webhook), isinstance(adapter, Probe)
    return page(
        request,
        "agents/channel.html",
        status=refusal.status if refusal else 200,
        me=agent,
        rail=rail,
        tenant=tenant,
        one=found,
        id=public_id(Prefix.CHANNEL, wanted),
        opened=opened,
        state=state_mark(found),
        check=check_mark(found),
        expiry=expiry_mark(found, now=house.clock()),
        connection=connection_mark(found, now=house.clock()) if isinstance(found, Channel) and streams else None,
        waiting=left,
        calls=[(one, OUTCOMES.get(one.outcome, one.outcome), _ticket(one)) for one in calls],
        hook=f"{house.base_url}/hooks/{found.type}/{found.key}" if called and found.type != "chat" else None,
        talk=f"{house.base_url}/chat/{found.key}" if opened and found.type == "chat" else None,
        base_url=house.base_url,
        paused=isinstance(found, Channel) and found.state is ChannelState.PAUSED,
        renews=isinstance(found, Channel) and found.state in {ChannelState.NEEDS_REAUTH, ChannelState.BROKEN},
        fields=await _fields(house, found.type, present=found, form=form) if isinstance(found, Channel) else [],
        prefix=PREFIX,
        name=(form.last("nom") or "") if form else found.name,
        probes=probes,
        registers=called and isinstance(adapter, Lifecycle),
        tries=form is None or form.last("essai") == "oui",
        faults=_faults(refusal),
        told=_told(refusal),
        done=done,
    )


async def _seen(
    house: WebHouse, session: Any, agent: Identified, action: str, channel_id: UUID, **detail: object
) -> None:
    seen = Seen(
        tenant_id=agent.tenant_id,
        subject_id=channel_id,
        at=house.clock(),
        actor=actor_of(agent),
        action=action,
        detail=detail,
    )
    await house.book.record(session, seen)


def _ticket(call: call_log.LoggedCall) -> str | None:
    return public_id(Prefix.TICKET, call.ticket_id) if call.ticket_id else None


def _streams(house: WebHouse, channel: Channel) -> bool:
    return house.channels.registry.get(channel.type).capabilities(channel.config).streams


def _faults(refusal: ParvisError | None) -> dict[str, str]:
    """What is wrong, by field: `/config/imap_host` is said beside `imap_host`."""
    found: dict[str, str] = {}
    for flaw in refusal.flaws if refusal else ():
        steps = [step for step in flaw.pointer.split("/") if step and step != "config"]
        found.setdefault(steps[0] if steps else "", str(flaw.detail))
    return found


def _told(refusal: ParvisError | None) -> str:
    if refusal is None:
        return ""
    return str(refusal.detail or _faults(refusal).get("") or refusal.title_fr)


def _id(text: str) -> UUID:
    try:
        return parse_id(Prefix.CHANNEL, text)
    except IdError:
        raise NotFound from None
