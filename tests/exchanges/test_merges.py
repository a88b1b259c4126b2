"""Merging: nothing is lost, no clock stops, what is said afterwards finds its way, and all of it can be undone."""

import json
from datetime import date
from uuid import UUID

import pytest

from app.channels.desks import DeskKind
from app.errors import Invalid, NotFound, Stale
from app.exchanges.desk import Visit
from app.exchanges.freezing import Draft
from app.ids import new_id
from app.sve.law import Regime
from app.tickets.moves import AlreadyUndone, MergedElsewhere, MovedAgain, OtherContact, TicketEnded
from app.tickets.values import Status
from tests.harness.moves import AGENT, a_request, merge, open_clocks, split, ticket, undo
from tests.harness.towns import TownHouse, mail

JSON = (("Content-Type", "application/json"),)


async def end(town: TownHouse, ticket_id: UUID) -> None:
    """Says that nothing is asked there, and closes."""
    for saisine in (await town.law(ticket_id)).saisines:
        async with town.house.database.transaction(tenant=town.tenant_id) as session:
            await town.house.legal.qualify(
                session,
                town.tenant_id,
                saisine.id,
                regime=Regime.NONE,
                delay=None,
                procedure=None,
                reason="remerciements",
                version=saisine.version,
                actor=AGENT,
            )
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        version = (await town.house.tickets.get(session, town.tenant_id, ticket_id)).version
        await town.house.tickets.change(
            session, town.tenant_id, ticket_id, {"status": "closed"}, version=version, actor=AGENT
        )


async def test_all_of_the_source_moves_and_the_earliest_clock_is_kept(town: TownHouse) -> None:
    early = await a_request(town, "tot")
    town.clock.move(days=10)
    late = await a_request(town, "tard")
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        await town.house.tickets.note(session, town.tenant_id, early, "à suivre", actor=AGENT)
    await town.deliver()
    clocks, said = await open_clocks(town), len(await town.thread(early)) + len(await town.thread(late))
    (move,) = await merge(town, late, early)
    assert await open_clocks(town) == clocks == 2
    assert (len(await town.thread(early)), len(await town.thread(late))) == (0, said)
    kept, gone = await ticket(town, late), await ticket(town, early)
    assert (kept.alert_on, kept.risk) == (date(2026, 5, 2), "unqualified")
    assert (kept.received_at, kept.merged_into) == (gone.received_at, None)
    assert (gone.status, gone.merged_into, gone.risk, gone.alert_on) == (Status.CLOSED, late, "none", None)
    law, nothing = await town.law(late), await town.law(early)
    assert (len(law.saisines), len(law.duties)) == (2, 4)
    assert (nothing.saisines, nothing.duties) == ([], [])
    assert len(await town.sent(late)) == 2
    assert {kind: len(ids) for kind, ids in move.moved.items() if kind != "status"} == {
        "messages": 3,
        "saisines": 1,
        "duties": 2,
        "alerts": 0,
        "letters": 0,
        "outbound": 1,
    }


async def test_alerts_already_raised_follow_their_clock(town: TownHouse) -> None:
    source = await a_request(town, "un")
    target = await a_request(town, "deux")
    town.clock.move(days=62)
    await town.house.watch.sweep(town.tenant_id)
    await merge(town, target, source)
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        alerts = await town.house.legal.alerts(session, town.tenant_id, open_only=True, after=None, limit=50)
    assert {alert.ticket_id for alert in alerts} == {target}
    assert (await ticket(town, target)).alert_on == date(2026, 5, 2)


async def test_several_are_merged_at_once_and_each_has_its_own_move(town: TownHouse) -> None:
    target, *sources = [await a_request(town, name) for name in ("a", "b", "c")]
    moves = await merge(town, target, *sources)
    assert [move.source_id for move in moves] == sources
    assert [len(move.moved["saisines"]) for move in moves] == [1, 1]
    await undo(town, moves[0])
    assert len((await town.law(sources[0])).saisines) == 1
    assert len((await town.law(target)).saisines) == 2


async def test_answers_to_the_source_land_where_it_lives_now_through_a_chain(town: TownHouse) -> None:
    first, second, third = [await a_request(town, name) for name in ("a", "b", "c")]
    (sent,) = await town.sent(first)
    await merge(town, second, first)
    await merge(town, third, second)
    by_token = await town.receive(mail(to=sent.request["reply_to"], message_id="<t@example.org>"))
    by_name = await town.receive(mail(message_id="<n@example.org>", In_Reply_To="<a@example.org>"))
    assert (by_token.ticket_id, by_name.ticket_id) == (third, third)
    assert (await ticket(town, first)).status is Status.CLOSED
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        assert (await town.house.tickets.present(session, town.tenant_id, first)).id == third


async def test_a_conversation_goes_on_in_the_ticket_that_took_it_over(town: TownHouse) -> None:
    door = await town.connect("http", {"accept_unsigned": True})

    def said(number: int) -> bytes:
        sender = {"kind": "http", "address": "a1"}
        words = {"external_id": f"{number}", "conversation_ref": "fil", "text": f"suite {number}", "sender": sender}
        return json.dumps(words).encode()

    begun = await town.receive(said(1), channel=door, headers=JSON)
    assert begun.ticket_id is not None
    target = await a_request(town, "courriel")
    (move,) = await merge(town, target, begun.ticket_id, despite_other_contact=True)
    assert (await town.receive(said(2), channel=door, headers=JSON)).ticket_id == target
    undone = await undo(town, move)
    assert undone.stayed == 1
    assert (await town.receive(said(3), channel=door, headers=JSON)).ticket_id == begun.ticket_id


async def test_what_moved_goes_back_and_what_came_after_stays(town: TownHouse) -> None:
    source, target = await a_request(town, "un"), await a_request(town, "deux")
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        version = (await town.house.tickets.get(session, town.tenant_id, source)).version
        changes = {"status": "waiting"}
        await town.house.tickets.change(session, town.tenant_id, source, changes, version=version, actor=AGENT)
    before = [message.id for message in await town.thread(source)]
    law = await town.law(source)
    (sent,) = await town.sent(source)
    (move,) = await merge(town, target, source)
    town.clock.move(hours=1)
    after = await town.receive(mail(to=sent.request["reply_to"], message_id="<apres@example.org>"))
    undone = await undo(town, move)
    assert undone.stayed >= 1
    assert undone.move.undone_at == town.clock()
    assert [message.id for message in await town.thread(source)] == before
    assert [one.id for one in (await town.law(source)).saisines] == [one.id for one in law.saisines]
    assert [one.id for one in (await town.law(source)).duties] == [one.id for one in law.duties]
    restored = await ticket(town, source)
    assert (restored.status, restored.merged_into) == (Status.WAITING, None)
    assert restored.alert_on == date(2026, 5, 2)
    assert after.message_id in {message.id for message in await town.thread(target)}
    later = await town.receive(mail(to=sent.request["reply_to"], message_id="<encore@example.org>"))
    assert later.ticket_id == source


async def test_a_merge_is_undone_once_and_in_turn(town: TownHouse) -> None:
    first, second, third = [await a_request(town, name) for name in ("a", "b", "c")]
    (inner,) = await merge(town, second, first)
    (outer,) = await merge(town, third, second)
    with pytest.raises(MergedElsewhere):
        await undo(town, inner)
    await undo(town, outer)
    await undo(town, inner)
    with pytest.raises(AlreadyUndone):
        await undo(town, inner)
    assert [len((await town.law(one)).saisines) for one in (first, second, third)] == [1, 1, 1]


async def test_a_merge_is_not_undone_while_part_of_it_is_elsewhere(town: TownHouse) -> None:
    first, second = await a_request(town, "a"), await a_request(town, "b")
    message = next(m.id for m in await town.thread(first) if m.direction == "in")
    (merged,) = await merge(town, second, first)
    parted = await split(town, second, message)
    with pytest.raises(MovedAgain):
        await undo(town, merged)
    await undo(town, parted)
    await undo(town, merged)
    assert message in {m.id for m in await town.thread(first)}


@pytest.mark.parametrize("refused", ["itself", "merged source", "merged target", "unknown", "stale"])
async def test_what_cannot_be_merged_is_refused(town: TownHouse, refused: str) -> None:
    first, second, third = [await a_request(town, name) for name in ("a", "b", "c")]
    await merge(town, second, first)
    match refused:
        case "itself":
            with pytest.raises(Invalid) as told:
                await merge(town, third, third)
            assert told.value.flaws[0].pointer == "/source_ids/0"
        case "merged source":
            with pytest.raises(MergedElsewhere):
                await merge(town, third, first)
        case "merged target":  # a circle
            with pytest.raises(MergedElsewhere):
                await merge(town, first, second)
        case "unknown":
            with pytest.raises(NotFound):
                await merge(town, third, new_id())
        case _:
            with pytest.raises(Stale):
                await merge(town, third, second, version=99)


async def test_nothing_is_merged_into_a_closed_ticket(town: TownHouse) -> None:
    closed, living = await a_request(town, "a"), await a_request(town, "b")
    await end(town, closed)
    with pytest.raises(TicketEnded, match="rouvrez"):
        await merge(town, closed, living)
    (move,) = await merge(town, living, closed)
    await undo(town, move)
    assert (await ticket(town, closed)).status is Status.CLOSED


async def test_two_peoples_requests_are_merged_only_when_somebody_says_so(town: TownHouse) -> None:
    one = await a_request(town, "a")
    other = await a_request(town, "b", sender="Autre Exemple <autre@example.net>")
    with pytest.raises(OtherContact):
        await merge(town, one, other)
    (move,) = await merge(town, one, other, despite_other_contact=True)
    assert move.source_id == other


async def test_two_people_are_not_brought_together_under_somebody_unnamed(town: TownHouse) -> None:
    """A letter of nobody known, and the mails of two persons."""
    unnamed = Visit(
        kind=DeskKind.POST,
        subject="Lettre",
        text="Bonjour",
        display_name=None,
        email=None,
        phone=None,
        contact_id=None,
        received_on=None,
    )
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        target = (await town.house.desk.write_down(session, town.tenant_id, unnamed, actor=AGENT)).ticket_id
    one = await a_request(town, "a")
    other = await a_request(town, "b", sender="Autre Exemple <autre@example.net>")
    with pytest.raises(OtherContact):
        await merge(town, target, one, other)
    await merge(town, target, one)
    with pytest.raises(OtherContact):
        await merge(town, target, other)
    await merge(town, target, other, despite_other_contact=True)
    again = await a_request(town, "c", sender="Autre Exemple <autre@example.net>")
    await merge(town, target, again)  # somebody already known here


async def test_a_ticket_that_waited_is_open_again_when_something_unseen_joins_it(town: TownHouse) -> None:
    target, source = await a_request(town, "a"), await a_request(town, "b")
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        version = (await town.house.tickets.get(session, town.tenant_id, target)).version
        await town.house.tickets.change(
            session, town.tenant_id, target, {"status": "waiting"}, version=version, actor=AGENT
        )
    await merge(town, target, source)
    assert (await ticket(town, target)).status is Status.OPEN


async def test_nothing_is_written_into_a_merged_ticket(town: TownHouse) -> None:
    source, target = await a_request(town, "a"), await a_request(town, "b")
    await merge(town, target, source)
    gone = await ticket(town, source)

    async def note() -> None:
        async with town.house.database.transaction(tenant=town.tenant_id) as session:
            await town.house.tickets.note(session, town.tenant_id, source, "?", actor=AGENT)

    async def reopen() -> None:
        async with town.house.database.transaction(tenant=town.tenant_id) as session:
            await town.house.tickets.change(
                session, town.tenant_id, source, {"status": "open"}, version=gone.version, actor=AGENT
            )

    async def reply() -> None:
        async with town.house.database.transaction(tenant=town.tenant_id) as session:
            draft = Draft(text="Bonjour")
            await town.house.answering.reply(session, town.tenant_id, source, draft, expected_last=None, actor=AGENT)

    for act in (note(), reopen(), reply(), split(town, source, new_id())):
        with pytest.raises(MergedElsewhere):
            await act


async def test_another_town_cannot_be_merged_with(town: TownHouse, other_town: TownHouse) -> None:
    ours, theirs = await a_request(town, "a"), await a_request(other_town, "b")
    with pytest.raises(NotFound):
        await merge(town, ours, theirs)
    assert (await ticket(other_town, theirs)).merged_into is None
