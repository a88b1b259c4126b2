"""Until when a provider lets us answer: conversations, comments that take one private answer, public words without limit."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest
import pytest_asyncio

from app.channels.contract import Capabilities
from app.errors import Invalid
from app.exchanges.composing import NotPublic, WindowClosed
from app.exchanges.outbox import OutState
from app.exchanges.sending_settings import SendingSettings
from app.exchanges.windows import Opening, opening
from app.ids import new_id
from app.tickets.values import AuthorKind, Direction, Message
from tests.exchanges.test_social_channels import AGENT, APP, Family, Place, opened_place
from tests.harness.houses import MovableClock
from tests.simulators import meta, misery

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
PAGE = Capabilities(reply_window_hours=24, human_window_hours=168, comment_window_hours=168)


def heard(name: str, *, days_ago: float = 0, public: bool = False) -> Message:
    return Message(
        id=new_id(),
        ticket_id=new_id(),
        channel_id=new_id(),
        point_id=None,
        reception_id=None,
        direction=Direction.IN,
        author_kind=AuthorKind.CITIZEN,
        author_name="Claire",
        author_address="5001",
        external_id=name,
        subject="",
        text="Bonjour",
        text_new=None,
        html=None,
        recipients=(),
        fields={},
        geo=None,
        warnings=(),
        automatic=False,
        public=public,
        claimed_at=None,
        received_at=NOON - timedelta(days=days_ago),
        edited_at=None,
        withdrawn_at=None,
    )


def told(way: Opening) -> tuple[bool, list[str], bool]:
    return way.open, list(way.answers), way.once


def test_a_person_has_seven_days_and_a_machine_one() -> None:
    thread = [heard("m_1", days_ago=6)]
    assert told(opening(PAGE, thread, now=NOON, human=True)) == (True, ["m_1"], False)
    machine = opening(PAGE, thread, now=NOON, human=False)
    assert (machine.open, machine.closes_at) == (False, NOON - timedelta(days=5))


def test_a_comment_is_answered_in_private_once_within_seven_days() -> None:
    comment = heard("900_1", days_ago=6, public=True)
    way = opening(PAGE, [comment], now=NOON, human=True)
    assert told(way) == (True, ["900_1"], True)
    assert way.closes_at == NOON + timedelta(days=1)
    spent = opening(PAGE, [comment], now=NOON, human=True, spent={"900_1"})
    assert (spent.open, spent.spent) == (False, True)
    late = opening(PAGE, [heard("900_1", days_ago=8, public=True)], now=NOON, human=True)
    assert (late.open, late.spent) == (False, False)


def test_of_two_comments_the_last_one_left_is_answered() -> None:
    thread = [heard("900_1", days_ago=2, public=True), heard("900_2", days_ago=1, public=True)]
    assert told(opening(PAGE, thread, now=NOON, human=True)) == (True, ["900_2"], True)
    assert told(opening(PAGE, thread, now=NOON, human=True, spent={"900_2"})) == (True, ["900_1"], True)


def test_an_open_conversation_goes_before_a_comment_and_a_comment_opens_none() -> None:
    comment = heard("900_1", public=True)
    talk = [heard("m_1", days_ago=1), comment]
    assert told(opening(PAGE, talk, now=NOON, human=True)) == (True, ["m_1"], False)
    old = [heard("m_1", days_ago=8), comment]
    assert told(opening(PAGE, old, now=NOON, human=True)) == (True, ["900_1"], True)
    assert not opening(PAGE, old, now=NOON, human=True, spent={"900_1"}).open


def test_where_nothing_is_said_of_comments_everything_may_be_answered() -> None:
    thread = [heard("1", public=True, days_ago=300), heard("2", days_ago=200)]
    assert told(opening(Capabilities(), thread, now=NOON, human=True)) == (True, ["1", "2"], False)


# ------------------------------------------------------------------------------------------- on a page, in the house

FAMILIES = {
    "messenger": Family(
        "meta.messenger", {**APP, "page_id": meta.PAGE, "human_agent": True}, meta.MetaSimulator, meta.page_comment
    ),
    "instagram": Family(
        "meta.instagram",
        {**APP, "account_id": meta.PAGE, "human_agent": True},
        meta.MetaSimulator,
        meta.instagram_comment,
    ),
}
PRIVATE = {"messenger": meta.messenger_message, "instagram": meta.instagram_message}
COMMENT_ID = {"messenger": "900_1", "instagram": "17900000000001"}
EDGE = {"messenger": "comments", "instagram": "replies"}
QUESTION = "La piscine ouvre quand ?"


@pytest_asyncio.fixture(params=FAMILIES)
async def place(
    request: pytest.FixtureRequest, database_url: str, tmp_path: Path, clock: MovableClock
) -> AsyncIterator[tuple[str, Place]]:
    name = request.param
    async with opened_place(FAMILIES[name], database_url, tmp_path, clock) as opened:
        yield name, opened


def sent(place: Place) -> list[dict[str, object]]:
    return cast("meta.MetaSimulator", place.provider).sent


async def acknowledgements(place: Place) -> list[object]:
    (ticket,) = await place.town.tickets()
    return [one for one in await place.town.sent(ticket.id) if one.purpose == "AEE"]


async def test_the_acknowledgement_leaves_the_only_private_answer_to_an_agent(place: tuple[str, Place]) -> None:
    name, at = place
    await at.take(FAMILIES[name].posts(1, QUESTION))
    await at.deliver()
    assert (await acknowledgements(at), sent(at)) == ([], [])
    (ticket,) = await at.town.tickets()
    owed = [duty for duty in (await at.town.law(ticket.id)).duties if duty.kind == "AEE"]
    assert [duty.done_at for duty in owed] == [None]  # still owed: the agent sees it
    await at.answer("En privé.")
    await at.deliver()
    assert [one["recipient"] for one in sent(at)] == [{"comment_id": COMMENT_ID[name]}]


async def test_an_administration_may_acknowledge_in_public_in_neutral_words(place: tuple[str, Place]) -> None:
    name, at = place
    town = at.town
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        wanted = SendingSettings(public_acknowledgement=True)
        await town.house.sending_office.choose(session, town.tenant_id, wanted, version=0, actor=AGENT)
    await at.take(FAMILIES[name].posts(1, QUESTION))
    await at.deliver()
    (told_to_all,) = sent(at)
    assert str(told_to_all["_path"]).endswith(f"/{COMMENT_ID[name]}/{EDGE[name]}")
    words = str(told_to_all["message"])
    (ticket,) = await town.tickets()
    assert "a enregistré votre message le 2 mars 2026" in words
    assert ticket.reference not in words
    assert QUESTION not in words
    owed = [duty for duty in (await town.law(ticket.id)).duties if duty.kind == "AEE"]
    assert all(duty.done_at is not None for duty in owed)
    await at.answer("En privé.")  # the private answer is still there
    await at.deliver()
    assert sent(at)[-1]["recipient"] == {"comment_id": COMMENT_ID[name]}


async def test_a_second_private_answer_is_refused_and_a_public_one_is_not(place: tuple[str, Place]) -> None:
    name, at = place
    await at.take(FAMILIES[name].posts(1, QUESTION))
    await at.answer("En privé.")
    with pytest.raises(WindowClosed, match="seule réponse privée"):
        await at.answer("Encore en privé.")
    at.town.clock.move(days=30)
    await at.answer("Elle ouvre samedi.", public=True)
    await at.deliver()
    assert sent(at)[-1]["message"] == "Elle ouvre samedi."


async def test_a_private_answer_that_failed_may_be_given_again(place: tuple[str, Place]) -> None:
    name, at = place
    await at.take(FAMILIES[name].posts(1, QUESTION))
    at.provider.suffer(lambda _, __: misery.in_full({"error": {"code": 100, "message": "Invalid parameter"}}, 400))
    failed = await at.answer("En privé.")
    await at.deliver()
    assert [one.state for one in await at.sendings()] == [OutState.FAILED]
    again = await at.answer("En privé, autrement.")
    assert (failed.request["in_reply_to"], again.request["in_reply_to"]) == (COMMENT_ID[name], COMMENT_ID[name])


async def test_the_only_private_answer_is_one_message(place: tuple[str, Place]) -> None:
    name, at = place
    await at.take(FAMILIES[name].posts(1, QUESTION))
    with pytest.raises(Invalid):
        await at.answer("mot " * 600)
    assert await at.sendings() == []


async def test_once_they_write_in_private_the_conversation_is_answered_and_nothing_in_public(
    place: tuple[str, Place],
) -> None:
    name, at = place
    await at.take(PRIVATE[name](2, "En privé, alors."))
    await at.deliver()  # the acknowledgement
    with pytest.raises(NotPublic):
        await at.answer("Pour tous.", public=True)
    at.town.clock.move(days=6)
    at.provider.suffer(
        lambda _, __: misery.in_full({"error": {"code": 10, "error_subcode": 2018278, "message": "outside"}}, 400)
    )
    await at.answer("Bien reçu.")
    await at.deliver()
    assert sent(at)[-1]["tag"] == "HUMAN_AGENT"
    at.town.clock.move(days=2)
    with pytest.raises(WindowClosed):
        await at.answer("Trop tard.")


async def test_what_nobody_asked_for_takes_no_seven_days(place: tuple[str, Place]) -> None:
    name, at = place
    await at.take(PRIVATE[name](2, "Bonjour"))
    at.town.clock.move(hours=25)
    with pytest.raises(WindowClosed):
        await at.answer("La piscine rouvre.", purpose="information")
