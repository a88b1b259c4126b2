"""What the tests of telling agents say and look at."""

from typing import Any
from uuid import UUID

from app.facts import Actor
from app.sve.law import Regime
from app.sve.values import Alert, Saisine
from app.sve.warning import notices
from app.sve.warning.values import Notice, WatchSettings
from tests.harness.towns import TownHouse, mail

AGENT = Actor("agent", None, "Accueil")
DESK, CHIEF = "accueil@agents.example.fr", "direction@agents.example.fr"


async def choose(town: TownHouse, **words: Any) -> WatchSettings:
    """Has the desk told each day and the chief of what nobody takes, unless said otherwise."""
    chosen = {"digest_to": [DESK], "escalate_to": [CHIEF], **words}
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        present = await town.house.watch_settings.get(session, town.tenant_id)
        return await town.house.watch_settings.choose(
            session, town.tenant_id, WatchSettings(**chosen), version=present.version, actor=AGENT
        )


async def notices_of(town: TownHouse, kind: str | None = None) -> list[Notice]:
    """Every mail to agents, oldest first."""
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        found = await notices.page(session, town.tenant_id, states=(), after=None, limit=200)
    return [notice for notice in reversed(found) if kind in (None, notice.kind)]


async def alerts_of(town: TownHouse) -> list[Alert]:
    """Every alert raised so far, oldest first."""
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        found = await town.house.legal.alerts(session, town.tenant_id, open_only=False, after=None, limit=200)
    return list(reversed(found))


async def take(town: TownHouse, alert_id: UUID) -> None:
    """Somebody takes an alert in charge."""
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        await town.house.legal.acknowledge_alert(session, town.tenant_id, alert_id, actor=AGENT)


async def a_request(town: TownHouse, regime: Regime | None = Regime.SVA, **words: str) -> Saisine:
    """A request received now, qualified at once unless told not to."""
    kept = await town.receive(mail(**words))
    (saisine,) = (await town.law(kept.ticket_id)).saisines
    if regime is None:
        return saisine
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        return await town.house.legal.qualify(
            session,
            town.tenant_id,
            saisine.id,
            regime=regime,
            delay="P2M",
            procedure=None,
            reason="essai",
            version=saisine.version,
            actor=AGENT,
        )


async def round_(town: TownHouse) -> int:
    return await town.house.vigil.round(town.tenant_id)
