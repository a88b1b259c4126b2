"""« Et si ? » over HTTP: what an act would change is read beside the request, and nothing is written."""

from datetime import UTC, datetime

import pytest

from app.ids import Prefix, new_id, public_id
from tests.api.test_saisine_life import PIECES, a_saisine


@pytest.fixture
def spring(town):
    """Stands at 2 March 2026, 9 h UTC, whatever other tests did with the clock."""
    town.clock.at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    return town


def address(ticket_id: str) -> str:
    return f"/api/v1/tickets/{ticket_id}/suppositions"


async def supposed(town, ticket_id: str, **asked):
    answer = await town.http.get(address(ticket_id), params=asked)
    assert answer.status_code == 200, answer.text
    (saisine,) = answer.json()["data"]
    return {one["supposition"]: one for one in saisine["suppositions"]}


async def test_an_agent_sees_what_today_would_change_and_nothing_is_written(spring) -> None:
    saisine = await a_saisine(spring)
    before = await saisine.now()
    ticket = before["ticket_id"]
    spring.clock.move(days=18)
    found = await supposed(spring, ticket, pieces_on="2026-04-18")
    assert {name: (one["outcome"], one["day"]) for name, one in found.items()} == {
        "silence": ("decides", "2026-05-02"),
        "decided": ("ends", None),
        "pieces_asked": ("decides", "2026-06-18"),
    }
    assert all(one["because"] and one["source"] for one in found.values())
    assert await saisine.now() == before
    # What was supposed is what happens once it is done.
    asked = {**PIECES, "at": "2026-03-20T09:00:00Z", "deadline_date": "2026-04-18", "required_by_text": True}
    await saisine.told(asked)
    waiting = await supposed(spring, ticket, pieces_on="2026-04-18")
    assert (waiting["silence"]["outcome"], waiting["silence"]["day"]) == ("waits", None)
    assert waiting["completed_later"]["day"] == "2026-06-18"
    spring.clock.move(days=29)
    done = await saisine.told({"type": "pieces_received", "at": "2026-04-18T08:00:00Z", "complete": True})
    assert done["term_on"] == found["pieces_asked"]["term_on"]


async def test_a_request_that_is_decided_supposes_nothing(spring) -> None:
    saisine = await a_saisine(spring)
    told = {"type": "express_decision", "sense": "favourable", "signed_at": "2026-03-02T10:00:00Z"}
    spring.clock.move(days=1)
    await saisine.told({**told, "notified_at": "2026-03-03T08:00:00Z"})
    assert await supposed(spring, (await saisine.now())["ticket_id"]) == {}


async def test_a_day_that_is_past_is_refused_with_what_to_write(spring) -> None:
    ticket = (await (await a_saisine(spring)).now())["ticket_id"]
    answer = await spring.http.get(address(ticket), params={"pieces_on": "2026-03-01"})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "query/pieces_on")


async def test_of_another_administration_nothing_is_known(spring) -> None:
    answer = await spring.http.get(address(public_id(Prefix.TICKET, new_id())))
    assert answer.status_code == 404
