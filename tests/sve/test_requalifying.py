"""A corrected entry of the catalogue reaches the open clocks it had given their effect, as an event like any other."""

from datetime import date
from typing import Any

from app.facts import SYSTEM
from app.sve.law import Regime
from app.sve.values import Saisine
from tests.harness.towns import TownHouse
from tests.sve.test_local_procedures import OWN, publish
from tests.sve.test_recomputing import AGENT, changes, now, recomputed
from tests.sve.test_watch import a_request


async def chosen(town: TownHouse, saisine: Saisine, *, delay: str | None = None) -> Saisine:
    """Says which procedure it is; the catalogue says the rest, save a delay that is given."""
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        return await town.house.legal.qualify(
            session, town.tenant_id, saisine.id, regime=None, delay=delay, procedure="LOC-BOULES",
            reason="essai", version=saisine.version, actor=AGENT,
        )  # fmt: skip


async def say(town: TownHouse, effect: str, delay: str | None, *, replaces: int | None) -> None:
    version: dict[str, Any] = {"valid_from": date(2026, 1, 1), "effect": effect}
    if delay is not None:
        version["delay"] = delay
    await publish(town.house, town.tenant_id, {**OWN, "versions": [version]}, replaces=replaces)
    town.clock.move(seconds=6)


async def test_a_corrected_delay_moves_the_clock_and_warns_when_it_is_shorter(town: TownHouse) -> None:
    await say(town, "SVA", "P4M", replaces=None)
    saisine = await chosen(town, await a_request(town))
    assert saisine.term_on == date(2026, 7, 2)
    await say(town, "SVA", "P2M", replaces=1)
    done = await recomputed(town, reason="Délai corrigé.")
    assert (done.seen, done.changed, done.earlier) == (1, 1, 1)
    (change,) = await changes(town, done)
    assert (change.before["term_on"], change.after["term_on"]) == ("2026-07-02", "2026-05-02")
    moved = await now(town, saisine)
    assert (moved.delay, moved.term_on, moved.qualified_by) == ("P2M", date(2026, 5, 2), saisine.qualified_by)
    (*_, last) = (await town.law(saisine.ticket_id)).events[saisine.id]
    assert (last.type, last.actor, last.payload["reason"]) == ("qualified", "agent", "Recalcul : Délai corrigé.")
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        raised = await town.house.legal.alerts(session, town.tenant_id, open_only=True, after=None, limit=9)
    assert [(alert.threshold, alert.alert_on) for alert in raised] == [("earlier", date(2026, 5, 2))]
    assert (await recomputed(town)).changed == 0


async def test_a_trial_tells_what_the_correction_would_change(town: TownHouse) -> None:
    await say(town, "SVA", "P4M", replaces=None)
    saisine = await chosen(town, await a_request(town))
    await say(town, "SVR", "P2M", replaces=1)
    done = await recomputed(town, dry_run=True)
    (change,) = await changes(town, done)
    assert (change.before["silence"], change.after["silence"]) == ("SVA", "SVR")
    assert await now(town, saisine) == saisine


async def test_a_delay_a_person_gave_stays(town: TownHouse) -> None:
    await say(town, "SVA", "P4M", replaces=None)
    saisine = await chosen(town, await a_request(town), delay="P3M")
    await say(town, "SVA", "P2M", replaces=1)
    assert (await recomputed(town)).changed == 0
    assert (await now(town, saisine)).delay == "P3M"


async def test_no_clock_is_ended_by_the_catalogue(town: TownHouse) -> None:
    await say(town, "SVA", "P4M", replaces=None)
    saisine = await chosen(town, await a_request(town))
    await say(town, "none", None, replaces=1)
    assert (await recomputed(town)).changed == 0
    kept = await now(town, saisine)
    assert (kept.regime, kept.closed_at) == (Regime.SVA, None)


async def test_what_a_person_said_of_silence_is_not_the_catalogue_s_to_change(town: TownHouse) -> None:
    await say(town, "SVA", "P4M", replaces=None)
    saisine = await a_request(town)
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        await town.house.legal.qualify(
            session, town.tenant_id, saisine.id, regime=Regime.SVA, delay="P4M", procedure="LOC-BOULES",
            reason="essai", version=saisine.version, actor=AGENT,
        )  # fmt: skip
    await say(town, "SVR", "P2M", replaces=1)
    assert (await recomputed(town)).changed == 0


async def test_the_house_by_itself_reads_the_rules_and_leaves_the_catalogue_to_people(town: TownHouse) -> None:
    await say(town, "SVA", "P4M", replaces=None)
    await chosen(town, await a_request(town))
    await say(town, "SVA", "P2M", replaces=1)
    recomputing = town.house.recomputing
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        asked = await recomputing.begin(session, town.tenant_id, reason="nuit", dry_run=False, actor=SYSTEM)
    done = await recomputing.carry_out(asked)
    assert (done.seen, done.changed) == (1, 0)
