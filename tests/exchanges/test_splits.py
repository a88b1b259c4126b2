"""Splitting: some messages stand in a ticket of their own, with their clocks as they were."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from app.errors import Invalid
from app.sve.warning import reply_windows
from app.tickets.moves import AlreadyUndone, MergedElsewhere
from app.tickets.values import Status
from tests.harness.moves import AGENT, a_request, merge, open_clocks, split, ticket, undo
from tests.harness.towns import TownHouse, mail


async def two_messages(town: TownHouse) -> tuple[UUID, UUID, UUID]:
    """A ticket of two messages of two persons, ten days apart; returns it and both messages."""
    source = await a_request(town, "debut")
    (sent,) = await town.sent(source)
    town.clock.move(days=10)
    second = await town.receive(
        mail(sender="Autre Exemple <autre@example.net>", to=sent.request["reply_to"], message_id="<s@example.net>")
    )
    first = next(m.id for m in await town.thread(source) if m.direction == "in")
    assert (second.ticket_id, second.message_id is not None) == (source, True)
    assert second.message_id
    return source, first, second.message_id


async def test_the_messages_chosen_leave_with_their_clocks_their_duties_and_their_acknowledgement(
    town: TownHouse,
) -> None:
    source, _, second = await two_messages(town)
    before, clocks = await town.law(source), await open_clocks(town)
    move = await split(town, source, second, subject="Une autre demande")
    new = await ticket(town, move.target_id)
    assert (new.subject, new.status, new.channel_type, new.contact_name) == (
        "Une autre demande",
        Status.OPEN,
        "email",
        "Autre Exemple",
    )
    assert new.reference != (await ticket(town, source)).reference
    assert (new.received_at, new.alert_on) == (town.clock(), date(2026, 5, 12))
    assert (await ticket(town, source)).alert_on == date(2026, 5, 2)
    assert await open_clocks(town) == clocks
    here, there = await town.law(source), await town.law(new.id)
    assert {one.id for one in here.saisines} | {one.id for one in there.saisines} == {s.id for s in before.saisines}
    assert [(d.kind, d.due_on) for d in there.duties] == [
        (d.kind, d.due_on) for d in before.duties if d.message_id == second
    ]
    (acknowledged,) = await town.sent(new.id)
    assert acknowledged.request["about"] == str(second)
    assert [m.direction for m in await town.thread(new.id)] == ["in", "out"]


async def test_an_answer_goes_to_the_side_that_holds_the_message_answered(town: TownHouse) -> None:
    source, _, second = await two_messages(town)
    await split(town, source, second)
    new = (await ticket(town, (await split_of(town, source)))).id
    (old_sent,), (new_sent,) = await town.sent(source), await town.sent(new)
    # Both acknowledgements bear the address given for the older ticket; each names its own message.
    there = await town.receive(
        mail(
            sender="Autre Exemple <autre@example.net>",
            to=new_sent.request["reply_to"],
            message_id="<la@example.net>",
            In_Reply_To=new_sent.request["message_id"],
        )
    )
    here = await town.receive(
        mail(
            to=old_sent.request["reply_to"], message_id="<ici@example.org>", In_Reply_To=old_sent.request["message_id"]
        )
    )
    assert (there.ticket_id, here.ticket_id) == (new, source)


async def split_of(town: TownHouse, source: UUID) -> UUID:
    (found,) = [one.id for one in await town.tickets() if one.id != source]
    return found


async def test_a_split_is_undone_and_its_reference_leads_back(town: TownHouse) -> None:
    source, first, second = await two_messages(town)
    move = await split(town, source, second)
    undone = await undo(town, move)
    assert undone.stayed == 0
    new = await ticket(town, move.target_id)
    assert (new.status, new.merged_into) == (Status.CLOSED, source)
    assert {first, second} <= {m.id for m in await town.thread(source)}
    assert len((await town.law(source)).saisines) == 2
    with pytest.raises(AlreadyUndone):
        await undo(town, move)


async def test_what_came_after_a_split_stays_and_keeps_its_ticket_open(town: TownHouse) -> None:
    source, _, second = await two_messages(town)
    move = await split(town, source, second)
    town.clock.move(hours=2)
    later = await town.receive(
        mail(sender="Autre Exemple <autre@example.net>", message_id="<l@example.net>", In_Reply_To="<s@example.net>")
    )
    assert later.ticket_id == move.target_id
    undone = await undo(town, move)
    assert undone.stayed == 2  # the message and its acknowledgement
    new = await ticket(town, move.target_id)
    assert (new.status, new.merged_into, new.alert_on) == (Status.OPEN, None, date(2026, 5, 12))


async def test_a_split_merged_back_is_not_undone_as_well(town: TownHouse) -> None:
    source, _, second = await two_messages(town)
    parted = await split(town, source, second)
    await merge(town, source, parted.target_id, despite_other_contact=True)
    with pytest.raises(MergedElsewhere):
        await undo(town, parted)


async def test_until_when_one_may_be_answered_leaves_with_the_message(town: TownHouse, owner_sql: Any) -> None:
    source, _, second = await two_messages(town)
    at, day = town.clock(), timedelta(days=1)
    await owner_sql(
        "INSERT INTO reply_windows (tenant_id, ticket_id, channel_id, opened_at, closes_at, warn_at) "
        "VALUES (%s, %s, %s, %s, %s, %s)",
        *(town.tenant_id, source, town.mailbox.id, at + day, at + 8 * day, at + 6 * day),
        tenant=town.tenant_id,
    )
    move = await split(town, source, second)
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        windows = await reply_windows.of_tickets(session, town.tenant_id, [source, move.target_id])
    assert windows == {source: at + 8 * day, move.target_id: at + 7 * day}


async def test_a_window_that_closes_is_told_where_its_clock_lives_now(town: TownHouse, owner_sql: Any) -> None:
    """Through a chain of merges."""
    first, second, third = [await a_request(town, name) for name in ("a", "b", "c")]
    at, day = town.clock(), timedelta(days=1)
    await owner_sql(
        "INSERT INTO reply_windows (tenant_id, ticket_id, channel_id, opened_at, closes_at, warn_at) "
        "VALUES (%s, %s, %s, %s, %s, %s)",
        *(town.tenant_id, first, town.mailbox.id, at, at + 7 * day, at + day),
        tenant=town.tenant_id,
    )
    await merge(town, second, first)
    await merge(town, third, second)
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        closing = await reply_windows.due(session, town.tenant_id, now=at + 2 * day, limit=10)
    assert {one.ticket_id for one in closing} == {third}


async def test_each_side_keeps_a_message_received(town: TownHouse) -> None:
    source, first, second = await two_messages(town)
    ours = next(m.id for m in await town.thread(source) if m.direction == "out")
    elsewhere = await a_request(town, "ailleurs")
    foreign = next(m.id for m in await town.thread(elsewhere) if m.direction == "in")
    for chosen, code in (
        ([first, second], "nothing-left"),
        ([ours], "nothing-received"),
        ([second, foreign], "foreign"),
    ):
        with pytest.raises(Invalid) as told:
            await split(town, source, *chosen)
        assert told.value.flaws[0].code == code
    assert len(await town.tickets()) == 2


async def test_a_note_may_leave_with_the_message_it_speaks_of(town: TownHouse) -> None:
    source, _, second = await two_messages(town)
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        note = await town.house.tickets.note(session, town.tenant_id, source, "autre affaire", actor=AGENT)
    move = await split(town, source, second, note)
    assert note in {m.id for m in await town.thread(move.target_id)}
