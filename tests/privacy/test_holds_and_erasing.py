"""What may be erased, what may not, and what a legal hold keeps in place."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

import pytest
from sqlalchemy import text

from app.audit import journal
from app.exchanges.ledger import ledger
from app.privacy.erasing import ErasedFor, erase_tickets
from app.privacy.holds import AlreadyErased, UnderHold
from app.privacy.values import Erased, Keeping
from app.sve.law import Regime
from app.tickets.moves import MergedElsewhere
from tests.exchanges.test_guarded_endings import change, qualify
from tests.harness.moves import AGENT, a_request, merge, ticket
from tests.harness.towns import TownHouse


async def erase(town: TownHouse, *ticket_ids: UUID) -> Erased:
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        return await erase_tickets(
            session,
            town.tenant_id,
            ticket_ids,
            ground=ErasedFor.REQUEST,
            book=town.house.book,
            actor=AGENT,
            at=town.clock(),
        )


async def end(town: TownHouse, ticket_id: UUID) -> None:
    """Says that it was no request, and closes it."""
    await town.deliver()
    await qualify(town, ticket_id, Regime.NONE)
    await change(town, ticket_id, {"status": "closed"})


def grounds(erased: Erased) -> Sequence[Keeping]:
    return [why.ground for _, why in erased.kept]


async def test_a_running_clock_is_never_erased(town: TownHouse) -> None:
    one = await a_request(town, "un")
    erased = await erase(town, one)
    assert (erased.ticket_ids, grounds(erased)) == ([], [Keeping.CLOCK])
    assert "CRPA L231-1" in erased.kept[0][1].source
    assert (await town.thread(one))[0].text != ""


async def test_what_is_ended_is_emptied_and_its_tombstone_stays(town: TownHouse) -> None:
    one, other = await a_request(town, "un"), await a_request(town, "deux")
    before = await ticket(town, one)
    await end(town, one)
    erased = await erase(town, one, other)
    assert (grounds(erased), erased.ticket_ids) == ([Keeping.CLOCK], [one])
    found = await ticket(town, one)
    assert (found.reference, found.received_at) == (before.reference, before.received_at)
    assert (found.subject, found.contact_id) == ("", None)
    assert {(message.text, message.author_name, message.author_address) for message in await town.thread(one)} == {
        ("", "", None)
    }
    law = await town.law(one)
    assert law.saisines[0].received_on is not None
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        await journal.seal(session, town.tenant_id, now=town.clock())
        assert await journal.verify(session, town.tenant_id) is None
        assert (await ledger(session, town.tenant_id, now=town.clock())).difference == 0
    assert (await erase(town, one)).ticket_ids == []


async def test_a_hold_stops_erasure_and_merging_away_until_it_is_lifted(town: TownHouse) -> None:
    one, other = await a_request(town, "un"), await a_request(town, "deux")
    await end(town, one)
    holds = town.house.holds
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        hold = await holds.set_on_ticket(session, town.tenant_id, one, reason="Recours au tribunal", actor=AGENT)
    assert grounds(await erase(town, one)) == [Keeping.HOLD]
    with pytest.raises(UnderHold):
        await merge(town, other, one)
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        await holds.lift(session, town.tenant_id, hold.id, reason="Jugement rendu", version=1, actor=AGENT)
    assert (await erase(town, one)).ticket_ids == [one]


async def test_a_hold_on_a_person_holds_all_they_sent(town: TownHouse) -> None:
    one = await a_request(town, "un")
    await end(town, one)
    contact_id = (await ticket(town, one)).contact_id
    assert contact_id is not None
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        await town.house.holds.set_on_contact(session, town.tenant_id, contact_id, reason="Enquête", actor=AGENT)
    assert grounds(await erase(town, one)) == [Keeping.HOLD]


async def test_the_application_may_empty_what_arrived_and_never_rewrite_it(town: TownHouse) -> None:
    one = await a_request(town, "un")
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        row = (await session.execute(text("SELECT id, octet_length(raw) AS size FROM receptions LIMIT 1"))).one()
        assert row.size > 0
    with pytest.raises(Exception, match="permission denied"):
        async with town.house.database.transaction(tenant=town.tenant_id) as session:
            await session.execute(text("UPDATE receptions SET raw = 'autre'"))
    assert (await town.thread(one))[0].text


async def test_a_hold_set_while_an_erasure_is_under_way_waits_for_it_and_is_refused(town: TownHouse) -> None:
    one = await a_request(town, "un")
    await end(town, one)

    async def hold() -> None:
        async with town.house.database.transaction(tenant=town.tenant_id) as session:
            await town.house.holds.set_on_ticket(session, town.tenant_id, one, reason="Recours", actor=AGENT)

    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        erased = await erase_tickets(
            session,
            town.tenant_id,
            [one],
            ground=ErasedFor.REQUEST,
            book=town.house.book,
            actor=AGENT,
            at=town.clock(),
        )
        assert erased.ticket_ids == [one]
        late = asyncio.create_task(hold())
        await asyncio.sleep(0)
    with pytest.raises(AlreadyErased):
        await late


async def test_a_hold_stands_where_things_are_never_where_they_were_merged_from(town: TownHouse) -> None:
    one, other = await a_request(town, "un"), await a_request(town, "deux")
    await merge(town, one, other)
    with pytest.raises(MergedElsewhere):
        async with town.house.database.transaction(tenant=town.tenant_id) as session:
            await town.house.holds.set_on_ticket(session, town.tenant_id, other, reason="Recours", actor=AGENT)
