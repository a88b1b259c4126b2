"""Who is warned, when: once per threshold, late if late, never silently missed."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import psycopg
import pytest

from app.errors import ClockRunning, Stale
from app.facts import Actor
from app.sve.law import Regime, Risk
from app.sve.values import Saisine
from app.tickets.values import Status
from tests.harness.towns import TownHouse, mail

AGENT = Actor("agent", None, "Accueil")


async def a_request(town: TownHouse, **words: str) -> Saisine:
    kept = await town.receive(mail(**words))
    (saisine,) = (await town.law(kept.ticket_id)).saisines
    return saisine


async def qualify(town: TownHouse, saisine: Saisine, regime: Regime, delay: str | None = "P2M") -> Saisine:
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        return await town.house.legal.qualify(
            session,
            town.tenant_id,
            saisine.id,
            regime=regime,
            delay=delay,
            procedure=None,
            reason="essai",
            version=saisine.version,
            actor=AGENT,
        )


async def record(town: TownHouse, saisine: Saisine, event: Mapping[str, Any]) -> Saisine:
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        return await town.house.legal.record(
            session, town.tenant_id, saisine.id, event, version=saisine.version, actor=AGENT
        )


async def swept(town: TownHouse) -> list[tuple[str, bool]]:
    """Sweeps, and returns every alert raised so far as (threshold, late), oldest first."""
    await town.house.watch.sweep(town.tenant_id)
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        raised = await town.house.legal.alerts(session, town.tenant_id, open_only=False, after=None, limit=200)
    return [(alert.threshold, alert.late) for alert in reversed(raised)]


async def risk_of(town: TownHouse, ticket_id: UUID) -> tuple[str, date | None]:
    (ticket,) = [ticket for ticket in await town.tickets() if ticket.id == ticket_id]
    return ticket.risk, ticket.alert_on


async def test_every_threshold_is_told_once_on_its_day(town: TownHouse) -> None:
    await qualify(town, await a_request(town), Regime.SVA)
    told: dict[str, date] = {}
    for _ in range(70):
        for threshold, late in await swept(town):
            assert not late
            told.setdefault(threshold, town.clock().date())
        town.clock.move(days=1)
    assert told == {
        "aee_due": date(2026, 3, 3),
        "are_due_J-3": date(2026, 3, 11),
        "are_due_J-1": date(2026, 3, 13),
        "are_due": date(2026, 3, 16),
        "J-30": date(2026, 4, 2),
        "J-15": date(2026, 4, 17),
        "J-7": date(2026, 4, 24),
        "J-3": date(2026, 4, 29),
        "term": date(2026, 4, 30),  # the eve is a holiday, the term a Saturday: Thursday says both
        "born": date(2026, 5, 3),
    }
    assert len(await swept(town)) == len(told)


async def test_a_watch_stopped_over_the_term_catches_up_marked_late(town: TownHouse) -> None:
    """F10: stopped for weeks across a deadline."""
    saisine = await qualify(town, await a_request(town), Regime.SVA)
    town.clock.move(days=90)
    told = await swept(town)
    assert ("born", True) in told
    assert ("J-3", True) in told
    assert ("J-30", True) not in told  # of a countdown missed whole, the nearest day says it all
    assert await risk_of(town, saisine.ticket_id) == ("born", date(2026, 5, 2))
    assert await swept(town) == told


async def test_a_message_nobody_qualified_alarms_as_a_possible_approval(town: TownHouse) -> None:
    saisine = await a_request(town)
    assert (saisine.regime, saisine.alert_on) == (Regime.UNKNOWN, date(2026, 5, 2))
    town.clock.move(days=62)
    assert ("born", False) in await swept(town)
    assert (await risk_of(town, saisine.ticket_id))[0] == "unqualified"


async def test_missing_pieces_stop_the_acceptance_and_their_reception_restarts_it(town: TownHouse) -> None:
    saisine = await qualify(town, await a_request(town), Regime.SVA)
    town.clock.move(days=15)
    asked = await record(
        town, saisine, {"type": "pieces_requested", "at": "2026-03-16T10:00:00Z", "deadline_date": "2026-03-31"}
    )
    town.clock.move(days=5)
    await swept(town)
    assert (await risk_of(town, saisine.ticket_id))[0] == Risk.SUSPENDED
    (current,) = (await town.law(saisine.ticket_id)).saisines
    again = await record(town, current, {"type": "pieces_received", "at": "2026-03-20T10:00:00Z", "complete": True})
    assert (asked.id, again.term_on) == (saisine.id, date(2026, 5, 20))


async def test_a_notified_decision_ends_the_clock(town: TownHouse) -> None:
    saisine = await qualify(town, await a_request(town), Regime.SVA)
    town.clock.move(days=30)
    decided = await record(
        town, saisine, {"type": "express_decision", "sense": "refusal", "notified_at": "2026-03-30T09:00:00Z"}
    )
    assert (decided.risk, decided.closed_at is not None) == (Risk.NONE, True)
    assert await risk_of(town, saisine.ticket_id) == ("none", None)


async def test_no_ticket_is_closed_under_a_live_term(town: TownHouse) -> None:
    """T119."""
    saisine = await a_request(town)

    async def close() -> None:
        async with town.house.database.transaction(tenant=town.tenant_id) as session:
            ticket = await town.house.tickets.get(session, town.tenant_id, saisine.ticket_id)
            changes = {"status": Status.CLOSED}
            await town.house.tickets.change(
                session, town.tenant_id, ticket.id, changes, version=ticket.version, actor=AGENT
            )

    with pytest.raises(ClockRunning, match="qualifiez d'abord"):
        await close()
    await qualify(town, saisine, Regime.NONE, None)
    await close()


async def test_a_qualification_decided_on_another_version_is_refused(town: TownHouse) -> None:
    saisine = await a_request(town)
    await qualify(town, saisine, Regime.SVA)
    with pytest.raises(Stale):
        await qualify(town, saisine, Regime.SVR)


async def test_the_ticket_shows_the_saisine_that_would_decide_first(town: TownHouse) -> None:
    first = await a_request(town, message_id="<a@example.org>")
    town.clock.move(days=10)
    await town.receive(mail(message_id="<b@example.org>", In_Reply_To="<a@example.org>"))
    assert len((await town.law(first.ticket_id)).saisines) == 2
    assert await risk_of(town, first.ticket_id) == ("unqualified", date(2026, 5, 2))
    await qualify(town, first, Regime.NONE, None)
    assert await risk_of(town, first.ticket_id) == ("unqualified", date(2026, 5, 12))


async def test_a_clock_that_cannot_be_read_is_told_and_holds_no_other(town: TownHouse, owner_url: str) -> None:
    broken = await qualify(town, await a_request(town, message_id="<a@example.org>"), Regime.SVA)
    sound = await qualify(town, await a_request(town, message_id="<b@example.org>"), Regime.SVA)
    async with await psycopg.AsyncConnection.connect(owner_url, autocommit=True) as connection:
        await connection.execute("SELECT set_config('app.tenant', %s, false)", (str(town.tenant_id),))
        await connection.execute(
            "UPDATE legal_events SET payload = '{\"type\": 3}' WHERE saisine_id = %s AND type = 'received'",
            (broken.id,),
        )
    town.clock.move(days=62)
    told = await swept(town)
    assert any(name.startswith("unreadable") for name, _ in told)
    assert ("born", False) in told
    assert (await risk_of(town, sound.ticket_id))[0] == Risk.BORN


async def test_a_clock_is_read_again_under_its_own_rules(town: TownHouse) -> None:
    """Missing pieces make a planning term start anew when they come (C. urb. R423-39): elsewhere they stop it (L114-5)."""
    saisine = await a_request(town)
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        qualified = await town.house.legal.qualify(
            session,
            town.tenant_id,
            saisine.id,
            regime=None,
            delay=None,
            procedure="URB-DP",
            reason="déclaration préalable",
            version=saisine.version,
            actor=AGENT,
        )
    assert (qualified.family, qualified.term_on) == ("URBANISME", date(2026, 4, 2))
    town.clock.move(days=14)
    asked = await record(town, qualified, {"type": "pieces_requested", "at": "2026-03-16T09:00:00Z"})
    town.clock.move(days=10)
    complete = await record(town, asked, {"type": "pieces_received", "at": "2026-03-26T09:00:00Z", "complete": True})
    assert complete.term_on == date(2026, 4, 26)
    for _ in range(20):
        town.clock.move(days=1)
        await swept(town)
    (again,) = (await town.law(saisine.ticket_id)).saisines
    assert (again.family, again.term_on, again.alert_on) == ("URBANISME", complete.term_on, complete.alert_on)
