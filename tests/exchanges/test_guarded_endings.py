"""No way to end a ticket goes round the guard: a live clock is never where nobody looks."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID

import pytest

from app.errors import ClockRunning
from app.exchanges.freezing import Draft
from app.sve.law import Regime
from app.tickets.values import Status
from tests.harness.moves import AGENT, a_request, merge, open_clocks, split, ticket, undo
from tests.harness.towns import TownHouse, mail


async def change(town: TownHouse, ticket_id: UUID, changes: Mapping[str, Any]) -> None:
    version = (await ticket(town, ticket_id)).version
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        await town.house.tickets.change(session, town.tenant_id, ticket_id, changes, version=version, actor=AGENT)


async def reply(town: TownHouse, ticket_id: UUID, status: Status) -> None:
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        draft = Draft(text="Bonjour", status_after=status)
        await town.house.answering.reply(session, town.tenant_id, ticket_id, draft, expected_last=None, actor=AGENT)


async def qualify(town: TownHouse, ticket_id: UUID, regime: Regime) -> None:
    for saisine in (await town.law(ticket_id)).saisines:
        async with town.house.database.transaction(tenant=town.tenant_id) as session:
            await town.house.legal.qualify(
                session,
                town.tenant_id,
                saisine.id,
                regime=regime,
                delay=None if regime is Regime.NONE else "P2M",
                procedure=None,
                reason="essai",
                version=saisine.version,
                actor=AGENT,
            )


ENDINGS: dict[str, Callable[[TownHouse, UUID], Awaitable[None]]] = {
    "closing": lambda town, one: change(town, one, {"status": "closed"}),
    "resolving": lambda town, one: change(town, one, {"status": "resolved"}),
    "answering and closing": lambda town, one: reply(town, one, Status.CLOSED),
    "answering and resolving": lambda town, one: reply(town, one, Status.RESOLVED),
}


@pytest.mark.parametrize("ending", ENDINGS)
async def test_a_live_term_refuses_every_ending_and_nothing_else_happens(town: TownHouse, ending: str) -> None:
    one = await a_request(town, "un")
    sent = len(await town.sent(one))
    with pytest.raises(ClockRunning):
        await ENDINGS[ending](town, one)
    assert (await ticket(town, one)).status is Status.NEW
    assert len(await town.sent(one)) == sent


@pytest.mark.parametrize("ended", [Status.CLOSED, Status.RESOLVED])
async def test_a_clock_that_lives_again_opens_its_ticket_again(town: TownHouse, ended: Status) -> None:
    """Qualified as nothing, closed, then qualified as a request: the clock must not run in a closed ticket."""
    one = await a_request(town, "un")
    await qualify(town, one, Regime.NONE)
    await change(town, one, {"status": ended})
    await qualify(town, one, Regime.SVA)
    found = await ticket(town, one)
    assert (found.status, found.risk) == (Status.OPEN, "controlled")


async def test_what_was_resolved_is_not_closed_without_the_guard(town: TownHouse, owner_sql: Any) -> None:
    """However a ticket came to be resolved under a live term, closing looks again."""
    one = await a_request(town, "un")
    await owner_sql("UPDATE tickets SET status = 'resolved' WHERE id = %s", one, tenant=town.tenant_id)
    with pytest.raises(ClockRunning):
        await change(town, one, {"status": "closed"})


async def test_merging_and_parting_hide_no_clock(town: TownHouse) -> None:
    """Whatever moves, as many clocks are open as before, and each is on a ticket that is not ended."""
    first, second = await a_request(town, "un"), await a_request(town, "deux")
    await town.receive(mail(message_id="<trois@example.org>", In_Reply_To="<deux@example.org>"))
    clocks = await open_clocks(town)
    (merged,) = await merge(town, first, second)
    await seen(town, clocks)
    chosen = [m.id for m in await town.thread(first) if m.direction == "in"][-1]
    parted = await split(town, first, chosen)
    await seen(town, clocks)
    await undo(town, parted)
    await seen(town, clocks)
    await undo(town, merged)
    await seen(town, clocks)


async def seen(town: TownHouse, clocks: int) -> None:
    assert await open_clocks(town) == clocks
    shown = 0
    for one in await town.tickets():
        saisines = (await town.law(one.id)).saisines
        assert not saisines or one.status not in (Status.CLOSED, Status.RESOLVED)
        assert one.alert_on == min((s.alert_on for s in saisines if s.alert_on), default=None)
        shown += len(saisines)
    assert shown == clocks


async def test_a_closed_ticket_given_back_a_live_clock_by_an_undoing_is_open(town: TownHouse) -> None:
    closed, living = await a_request(town, "un"), await a_request(town, "deux")
    await qualify(town, closed, Regime.NONE)
    await change(town, closed, {"status": "closed"})
    (move,) = await merge(town, living, closed)
    await qualify(town, living, Regime.SVA)
    await undo(town, move)
    assert (await ticket(town, closed)).status is Status.OPEN
