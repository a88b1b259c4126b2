"""The calendar of terms: each number is the length of its list, holidays are those of the administration, sight narrows it."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.api.conftest import Town
from tests.api.test_service_figures import qualified
from tests.api.test_sight import a_team, someone

SPRING = {"from": "2026-04-27", "to": "2026-06-21"}


def coming(town: Town) -> dict[str, str]:
    """The days around two months from now: the house, and its clock, are those of the whole run."""
    today = town.clock().date()
    return {"from": str(today + timedelta(days=10)), "to": str(today + timedelta(days=70))}


async def calendar(town: Town, **words: str) -> dict[str, Any]:
    told = await town.http.get("/api/v1/sve/calendar", params={**coming(town), **words})
    assert told.status_code == 200, told.text
    return told.json()


def terms(told: dict[str, Any]) -> dict[tuple[str, str], int]:
    return {(day["on"], one["risk"]): one["terms"] for day in told["days"] for one in day["terms"]}


async def given_to(town: Town, ticket: dict, team: str) -> None:
    etag = (await town.http.get(f"/api/v1/tickets/{ticket['id']}")).headers["etag"]
    body = {"team_id": team}
    moved = await town.http.patch(f"/api/v1/tickets/{ticket['id']}", json=body, headers={"If-Match": etag})
    assert moved.status_code == 200, moved.text


async def test_each_number_of_a_day_is_the_length_of_its_list(town: Town) -> None:
    (entry,) = (await town.http.get("/api/v1/sve/procedures", params={"limit": 1})).json()["data"]
    await qualified(town, await town.a_ticket(), regime="SVA", procedure=entry["code"])
    await qualified(town, await town.a_ticket(), regime="SVR")
    ours = await town.a_ticket()
    day = ours["alert_on"]
    after = str(date.fromisoformat(day) + timedelta(days=1))
    found = terms(await calendar(town))
    assert found == {(day, "controlled"): 1, (day, "silence_rejects"): 1, (day, "unqualified"): 1}
    team = await a_team(town, "Voirie")
    await given_to(town, ours, team)
    for narrowed in ({}, {"risk": "unqualified"}, {"procedure": entry["code"]}, {"team_id": team}):
        counted = sum(terms(await calendar(town, **narrowed)).values())
        asked = {"from": day, "before": after, **narrowed}
        listed = (await town.http.get("/api/v1/sve/watch", params=asked)).json()["data"]
        assert counted == len(listed) > 0, narrowed
    loads = {one["team_id"]: (one["terms"], one["urgent"]) for one in (await calendar(town))["teams"]}
    assert loads == {team: (1, 0), None: (2, 0)}


async def test_what_is_overdue_is_told_whatever_days_are_shown(town: Town) -> None:
    await qualified(town, await town.a_ticket(), regime="SVA")
    town.clock.move(days=80)
    await town.house.watch.sweep(town.id)
    told = await calendar(town, **{"from": "2031-07-01", "to": "2031-07-31"})
    assert (told["overdue"], terms(told)) == ([{"risk": "born", "terms": 1}], {})
    assert told["teams"] == [{"team_id": None, "terms": 1, "urgent": 1}]


async def test_acknowledgements_due_are_counted_beside_and_listed_with_their_request(town: Town) -> None:
    ticket = await town.a_ticket()
    today = town.clock().date()
    told = await calendar(town, **{"from": str(today), "to": str(today + timedelta(days=40))})
    (day,) = [one for one in told["days"] if one["acknowledgements"]]
    asked = {"from": day["on"], "by": day["on"], "kind": "ARE"}
    (owed,) = (await town.http.get("/api/v1/sve/duties", params=asked)).json()["data"]
    assert (owed["reference"], owed["due_on"], day["acknowledgements"]) == (ticket["reference"], day["on"], 1)
    assert (await town.http.get("/api/v1/sve/duties", params={**asked, "from": "2031-01-01"})).json()["data"] == []
    narrowed = await calendar(town, risk="near")
    assert {one["acknowledgements"] for one in narrowed["days"]} == {None}


async def test_every_day_is_told_with_the_holidays_of_the_administration(town: Town) -> None:
    told = await calendar(town, **SPRING)
    assert (len(told["days"]), told["time_zone"]) == (56, "Europe/Paris")
    days = {one["on"]: one for one in told["days"]}
    assert days["2026-05-14"] == {
        "on": "2026-05-14",
        "worked": False,
        "holiday": {"name": "Ascension", "source": "C. travail L3133-1", "certain": True},
        "terms": [],
        "acknowledgements": 0,
    }
    assert (days["2026-05-16"]["worked"], days["2026-05-16"]["holiday"]) == (False, None)
    assert days["2026-05-18"]["worked"]


async def test_by_default_it_is_the_present_month(town: Town) -> None:
    told = (await town.http.get("/api/v1/sve/calendar")).json()
    assert told["first_on"][:7] == told["last_on"][:7] == told["today_on"][:7]


async def test_a_person_counts_what_they_see(town: Town, new_town: Any) -> None:
    await town.a_ticket()
    team = await a_team(town, "Voirie")
    await given_to(town, await town.a_ticket(), team)
    agent = await someone(town, reach="teams", teams=[team])
    days = coming(town)
    listed = (await agent.ask("GET", "/sve/watch")).json()["data"]
    told = (await agent.ask("GET", f"/sve/calendar?from={days['from']}&to={days['to']}")).json()
    assert sum(terms(told).values()) == len(listed)
    elsewhere = await calendar(await new_town())
    assert (terms(elsewhere), elsewhere["overdue"], elsewhere["teams"]) == ({}, [], [])


@pytest.mark.parametrize("words", [{"from": "2026-01-01", "to": "2026-06-01"}, {"to": "2026-04-01"}, {"risk": "grave"}])
async def test_what_cannot_be_shown_is_refused_with_what_can(town: Town, words: dict[str, str]) -> None:
    refused = await town.http.get("/api/v1/sve/calendar", params={**SPRING, **words})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["detail"]
