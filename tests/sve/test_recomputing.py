"""Every open clock read again: what changed is written, told and logged; what nobody changed is left alone."""

from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest

from app.facts import Actor
from app.sve import cases, proving
from app.sve.law import Regime
from app.sve.recomputing import service
from app.sve.recomputing.values import Change, Recomputation
from app.sve.values import Saisine
from tests.harness.towns import TownHouse
from tests.sve.test_watch import a_request, qualify, risk_of, swept

AGENT = Actor("agent", None, "Accueil")
# Three in the afternoon in Paris is already the next day in Nouméa.
AFTERNOON = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


async def recomputed(town: TownHouse, *, dry_run: bool = False, reason: str = "essai") -> Recomputation:
    """Recomputes every open clock of the town."""
    recomputing = town.house.recomputing
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        asked = await recomputing.begin(
            session, town.tenant_id, reason=reason, dry_run=dry_run, actor=AGENT, later=False
        )
    return await recomputing.carry_out(asked)


async def changes(town: TownHouse, done: Recomputation) -> list[Change]:
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        return list(await town.house.recomputing.changes(session, town.tenant_id, done.id, after=None, limit=200))


async def now(town: TownHouse, saisine: Saisine) -> Saisine:
    (current,) = (await town.law(saisine.ticket_id)).saisines
    return current


async def settle_in(town: TownHouse, owner_url: str, **settings: str) -> None:
    """Changes the administration's settings, and waits until every process has read them."""
    columns = ", ".join(f"{name} = %s" for name in settings)
    async with await psycopg.AsyncConnection.connect(owner_url, autocommit=True) as connection:
        await connection.execute("SELECT set_config('app.tenant', %s, false)", (str(town.tenant_id),))
        await connection.execute(
            f"UPDATE tenants SET {columns} WHERE id = %s",
            (*settings.values(), town.tenant_id),
        )
    town.clock.move(seconds=6)


@pytest.fixture
def afternoon(town: TownHouse) -> TownHouse:
    town.clock.at = AFTERNOON
    return town


async def test_nothing_changes_when_nothing_has_changed(town: TownHouse) -> None:
    saisine = await qualify(town, await a_request(town), Regime.SVA)
    await a_request(town, message_id="<b@example.org>")
    done = await recomputed(town)
    assert (done.seen, done.changed, done.earlier, done.unread) == (2, 0, 0, 0)
    assert done.ended_at is not None
    assert await changes(town, done) == []
    assert (await now(town, saisine)).version == saisine.version


async def test_another_time_zone_moves_every_clock_and_says_why(afternoon: TownHouse, owner_url: str) -> None:
    saisine = await qualify(afternoon, await a_request(afternoon), Regime.SVA)
    await settle_in(afternoon, owner_url, time_zone="Pacific/Noumea", territory="NOUVELLE_CALEDONIE")
    done = await recomputed(afternoon, reason="Fuseau corrigé.")
    assert (done.seen, done.changed, done.earlier) == (1, 1, 0)
    (change,) = await changes(afternoon, done)
    assert (change.before["term_on"], change.after["term_on"]) == ("2026-05-02", "2026-05-03")
    assert (change.before["silence"], change.after["silence"]) == ("SVA", "SVA")
    keys = {reason["key"] for reason in change.after["reasons"]}
    assert {"reception_date", "term_date", "are_due_date"} <= keys
    assert "silence" not in keys
    moved = await now(afternoon, saisine)
    assert (moved.term_on, moved.alert_on) == (date(2026, 5, 3), date(2026, 5, 3))
    assert moved.version > saisine.version
    assert await risk_of(afternoon, saisine.ticket_id) == ("controlled", date(2026, 5, 3))


async def test_the_acknowledgements_still_owed_move_with_the_clock(afternoon: TownHouse, owner_url: str) -> None:
    saisine = await a_request(afternoon)
    await settle_in(afternoon, owner_url, time_zone="Pacific/Noumea", territory="NOUVELLE_CALEDONIE")
    before = {duty.kind: duty for duty in (await afternoon.law(saisine.ticket_id)).duties}
    await recomputed(afternoon)
    after = {duty.kind: duty for duty in (await afternoon.law(saisine.ticket_id)).duties}
    assert after["ARE"].due_on == before["ARE"].due_on + timedelta(days=1)
    assert after["AEE"].done_at == before["AEE"].done_at


async def test_a_term_that_moves_earlier_raises_an_alert_at_once(afternoon: TownHouse, owner_url: str) -> None:
    await settle_in(afternoon, owner_url, time_zone="Pacific/Noumea", territory="NOUVELLE_CALEDONIE")
    saisine = await qualify(afternoon, await a_request(afternoon), Regime.SVA)
    assert saisine.term_on == date(2026, 5, 3)
    await settle_in(afternoon, owner_url, time_zone="Europe/Paris", territory="METRO")
    done = await recomputed(afternoon)
    assert (done.changed, done.earlier) == (1, 1)
    async with afternoon.house.database.transaction(tenant=afternoon.tenant_id) as session:
        (alert,) = await afternoon.house.legal.alerts(session, afternoon.tenant_id, open_only=True, after=None, limit=9)
    assert (alert.threshold, alert.alert_on, alert.due_on) == ("earlier", date(2026, 5, 2), date(2026, 3, 2))
    await recomputed(afternoon)
    assert [name for name, _ in await swept(afternoon)].count("earlier") == 1


async def test_a_dry_run_tells_and_changes_nothing(afternoon: TownHouse, owner_url: str) -> None:
    saisine = await qualify(afternoon, await a_request(afternoon), Regime.SVA)
    await settle_in(afternoon, owner_url, time_zone="Pacific/Noumea", territory="NOUVELLE_CALEDONIE")
    done = await recomputed(afternoon, dry_run=True)
    assert (done.dry_run, done.changed) == (True, 1)
    (change,) = await changes(afternoon, done)
    assert change.after["term_on"] == "2026-05-03"
    assert await now(afternoon, saisine) == saisine


async def older(town: TownHouse) -> dict[str, int]:
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        return await town.house.recomputing.older(session, town.tenant_id)


def under_rules(monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    for module in (cases, service, proving):
        monkeypatch.setattr(module, "RULES_VERSION", version)


async def test_clocks_read_under_older_rules_are_counted_until_a_recomputation_confirms_them(
    town: TownHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    saisine = await qualify(town, await a_request(town), Regime.SVA)
    house, first = town.house, saisine.rules_version
    under_rules(monkeypatch, "2030-01-01")
    assert await older(town) == {first: 1}
    await recomputed(town, dry_run=True)
    assert await older(town) == {first: 1}
    done = await recomputed(town)
    assert (done.rules_version, done.seen, done.changed) == ("2030-01-01", 1, 0)
    assert await older(town) == {}
    assert await now(town, saisine) == saisine  # what says the same is not written again
    proof = await proving.prove(house.database, house.tenants, town.tenant_id, clock=town.clock)
    assert (proof.seen, proof.older, proof.differing) == (1, 0, 0)
    under_rules(monkeypatch, "2029-01-01")  # the code of before is put back
    await a_request(town, message_id="<b@example.org>")
    assert await older(town) == {first: 1}


async def test_the_night_round_asks_for_what_newer_rules_need_once(
    town: TownHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    await a_request(town)
    await town.house.recomputing.renew(town.tenant_id)
    assert await asked(town) == []
    under_rules(monkeypatch, "2030-01-01")
    await town.house.recomputing.renew(town.tenant_id)
    await town.house.recomputing.renew(town.tenant_id)
    (one,) = await asked(town)
    assert "2030-01-01" in one.reason
    await town.house.recomputing.work(str(town.tenant_id))
    (one,) = await asked(town)
    assert one.ended_at is not None
    await town.house.recomputing.renew(town.tenant_id)
    assert len(await asked(town)) == 1


async def asked(town: TownHouse) -> list[Recomputation]:
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        return list(await town.house.recomputing.page(session, town.tenant_id, after=None, limit=9))


async def test_a_clock_that_cannot_be_read_is_counted_and_told_by_the_watch(town: TownHouse, owner_url: str) -> None:
    broken = await qualify(town, await a_request(town), Regime.SVA)
    async with await psycopg.AsyncConnection.connect(owner_url, autocommit=True) as connection:
        await connection.execute("SELECT set_config('app.tenant', %s, false)", (str(town.tenant_id),))
        await connection.execute(
            "UPDATE legal_events SET payload = '{\"type\": 3}' WHERE saisine_id = %s AND type = 'received'",
            (broken.id,),
        )
    done = await recomputed(town)
    assert (done.seen, done.changed, done.unread) == (1, 0, 1)
    kept = await now(town, broken)
    assert (kept.term_on, kept.alert_on) == (broken.term_on, broken.alert_on)
    assert any(name.startswith("unreadable") for name, _ in await swept(town))


async def test_an_alert_of_today_not_yet_raised_survives_a_recomputation(town: TownHouse) -> None:
    await qualify(town, await a_request(town), Regime.SVA)
    town.clock.move(days=60)
    await recomputed(town)
    assert "term" in {name for name, _ in await swept(town)}
