"""Filling an empty house: every scene goes through its door, is taken in, and is acted on as an agent would."""

from collections.abc import Mapping
from typing import Any

import httpx

from app.bootstrap import House
from app.db.transaction import Session
from app.demo.clock import DemoClock
from app.demo.script import Script
from app.demo.senders import Senders
from app.demo.story import Qualification, Scene, story
from app.demo.town import Town, found, founded
from app.exchanges import outbox
from app.exchanges.smtp import SmtpDoor
from app.facts import Actor
from app.main import create_app
from app.sve.law import Regime
from app.sve.values import Saisine
from app.tickets.repository import Filter

AGENT = Actor("agent", None, "Agent d'accueil (démonstration)")


async def filled(house: House, clock: DemoClock) -> Town:
    """Returns the town, after filling its inbox when the house is empty."""
    town = await founded(house)
    if town is not None:
        return town
    scenes = story(clock.today())
    # The town existed before its first message, and what it had published stood on that day.
    clock.stand_at(scenes[0].at)
    town = await found(house)
    door = SmtpDoor(house.channels, house.inbound, max_bytes=house.settings.max_mail_bytes, smtp="127.0.0.1:0")
    # Without its lifespan the application starts no worker: the demonstration does the work at each scene's own time.
    transport = httpx.ASGITransport(app=create_app(house))
    try:
        async with door, httpx.AsyncClient(transport=transport, base_url=house.base_url, timeout=30) as http:
            script = Script(Senders(http, base_url=house.base_url, smtp_port=door.smtp_port or 0), town, clock)
            for scene in scenes:
                clock.stand_at(scene.at)
                await getattr(script, scene.send)(scene.at)
                await _work(house, town)
                await _act(house, clock, town, scene)
    finally:
        clock.go_on()
    await house.vigil.round(town.tenant_id)
    await house.rounds.account()
    return town


async def summary(house: House, town: Town) -> Mapping[str, Any]:
    """Counts what the inbox holds: tickets, by channel, and the watch by risk."""
    async with house.database.transaction(tenant=town.tenant_id) as session:
        tickets = await house.tickets.page(session, town.tenant_id, Filter(), by_term=False, after=None, limit=200)
        watch = await house.legal.counts(session, town.tenant_id)
    by_channel: dict[str, int] = {}
    for ticket in tickets:
        by_channel[ticket.channel_type] = by_channel.get(ticket.channel_type, 0) + 1
    return {"tickets": len(tickets), "by_channel": by_channel, "watch": watch, "url": house.base_url}


async def _work(house: House, town: Town) -> None:
    """What a worker would do, at the scene's own time."""
    await house.inbound.drain(str(town.tenant_id))
    async with house.database.transaction(tenant=town.tenant_id) as session:
        due = await outbox.due(session, town.tenant_id, now=house.clock(), limit=100)
    await house.dispatcher.dispatch(str(town.tenant_id), [str(one) for one in due])


async def _act(house: House, clock: DemoClock, town: Town, scene: Scene) -> None:
    if scene.qualification is None:
        return
    async with house.database.transaction(tenant=town.tenant_id) as session:
        (newest,) = await house.tickets.page(session, town.tenant_id, Filter(), by_term=False, after=None, limit=1)
        timeline = await house.legal.timeline(session, town.tenant_id, newest.id)
        saisine = await _qualified(house, town, timeline.saisines[-1], scene.qualification, session)
        if scene.pieces_asked_after is not None:
            asked_at = scene.at + scene.pieces_asked_after
            clock.stand_at(asked_at)
            event = {
                "type": "pieces_requested",
                "at": asked_at.isoformat().replace("+00:00", "Z"),
                "deadline_date": (asked_at + 3 * scene.pieces_asked_after).date().isoformat(),
            }
            await house.legal.record(session, town.tenant_id, saisine.id, event, version=saisine.version, actor=AGENT)


async def _qualified(
    house: House, town: Town, saisine: Saisine, qualification: Qualification, session: Session
) -> Saisine:
    return await house.legal.qualify(
        session,
        town.tenant_id,
        saisine.id,
        regime=Regime(qualification.regime) if qualification.regime else None,
        delay=None,
        procedure=qualification.procedure,
        reason=qualification.reason,
        version=saisine.version,
        actor=AGENT,
    )
