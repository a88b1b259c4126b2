"""Automations that wait in hours of opening, and those that set requests aside: over HTTP, by the agents' gesture."""

from datetime import datetime, timedelta
from typing import Any

from tests.api.conftest import Town
from tests.api.test_automations import NOTE, PATH, change, followed, kept, notes, rule, runs, seen
from tests.api.test_business_hours import PATH as HOURS
from tests.api.test_business_hours import chosen
from tests.api.test_sight import a_team, give
from tests.api.test_tags import once

# Three hours of opening each Wednesday and Thursday, in the zone of the administration.
MORNINGS = {"week": [{"weekday": day, "opens": "09:00", "closes": "12:00"} for day in (3, 4)], "closed_on": []}
ALWAYS = {"week": [{"weekday": day, "opens": "00:00", "closes": "24:00"} for day in range(1, 8)], "closed_on": []}
ASIDE = {"kind": "snooze", "hours": 48, "business_hours": False}


async def looked(town: Town) -> None:
    await town.house.automation_rounds.look(town.id)


async def test_hours_of_opening_alone_pass(town: Town) -> None:
    await chosen(town, HOURS, MORNINGS)
    made = await kept(town, NOTE, trigger="idle", delay=5, business_hours=True)
    assert made["business_hours"] is True
    ticket = await town.a_ticket()
    received = datetime.fromisoformat((await seen(town, ticket))["received_at"])
    # Whatever the day it is, a week holds six hours of opening, and a day three at most.
    town.clock.move(hours=24)
    await looked(town)
    assert await runs(town, made) == []
    town.clock.move(hours=24 * 6)
    for _ in range(2):
        await looked(town)
    (run,) = await runs(town, made)
    assert (run["outcome"], len(await notes(town, ticket))) == ("done", 1)
    assert datetime.fromisoformat(run["at"]) - received >= timedelta(days=6)


async def test_a_team_with_hours_of_its_own_waits_in_those(town: Town) -> None:
    await chosen(town, HOURS, MORNINGS)
    night = await a_team(town, "Astreinte")
    await chosen(town, f"/api/v1/teams/{night}/business-hours", ALWAYS)
    made = await kept(town, NOTE, trigger="aged", delay=8, business_hours=True)
    theirs, ours = await town.a_ticket(), await town.a_ticket()
    await give(town, theirs, team_id=night)
    town.clock.move(hours=9)
    await looked(town)
    assert [one["ticket_id"] for one in await runs(town, made)] == [theirs["id"]]
    tried = await town.http.post(f"{PATH}/dry-runs", json=rule(NOTE, trigger="aged", delay=8, business_hours=True))
    assert [one["ticket_id"] for one in tried.json()["tickets"]] == [theirs["id"]]
    town.clock.move(hours=24 * 14)
    await looked(town)
    assert {one["ticket_id"] for one in await runs(town, made)} == {theirs["id"], ours["id"]}


async def test_what_crossed_the_line_before_the_rule_began_is_left_alone(town: Town) -> None:
    await chosen(town, HOURS, MORNINGS)
    old = await town.a_ticket()
    town.clock.move(hours=24 * 8)
    made = await kept(town, NOTE, trigger="aged", delay=5, business_hours=True)
    new = await town.a_ticket()
    town.clock.move(hours=24 * 7)
    await looked(town)
    assert (await notes(town, old), [one["ticket_id"] for one in await runs(town, made)]) == ([], [new["id"]])


async def test_hours_nobody_chose_or_a_year_does_not_hold_are_refused_beside_the_field(town: Town) -> None:
    asked = (
        (rule(NOTE, trigger="idle", delay=400, business_hours=True), "/delay"),
        (rule({**ASIDE, "hours": 400, "business_hours": True}), "/acts/0/hours"),
    )
    for code in ("no-openings", "openings"):
        for wrong, pointer in asked:
            for path in (PATH, f"{PATH}/dry-runs"):
                refused = await town.http.post(path, json=wrong, headers=once())
                assert refused.status_code == 422, refused.text
                assert [(one["pointer"], one["code"]) for one in refused.json()["errors"]] == [(pointer, code)]
        if code == "no-openings":
            await chosen(town, HOURS, MORNINGS)
    for wrong, pointer in (
        (rule(NOTE, business_hours=True), "/business_hours"),
        (rule(NOTE, trigger="term", delay=3, business_hours=True), "/business_hours"),
        (rule(ASIDE, trigger="message"), "/acts/0/kind"),
        (rule(NOTE, ASIDE, trigger="warned"), "/acts/1/kind"),
    ):
        refused = await town.http.post(PATH, json=wrong, headers=once())
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)
    for wrong_act in ({**ASIDE, "hours": 0}, {**ASIDE, "hours": 8761}, {"kind": "snooze"}):
        assert (await town.http.post(PATH, json=rule(wrong_act), headers=once())).status_code == 422
    without = {"kind": "snooze", "hours": None, "business_hours": True}
    assert (await town.http.post(PATH, json=rule(without), headers=once())).status_code == 422


async def test_a_change_keeps_to_what_a_rule_may_have(town: Town) -> None:
    await chosen(town, HOURS, MORNINGS)
    made = await kept(town, ASIDE, trigger="idle", delay=5, business_hours=True)
    same = await change(town, made, name="Relance")
    assert (same.json()["delay"], same.json()["business_hours"]) == (5, True)
    assert (await change(town, made, delay=2000)).status_code == 422
    refused = await change(town, made, trigger="message")
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/acts/0/kind")
    moved = await change(town, made, trigger="opened")
    assert (moved.json()["delay"], moved.json()["business_hours"]) == (None, False)


async def test_a_request_is_set_aside_as_an_agent_would(town: Town) -> None:
    made = await kept(town, ASIDE)
    assert {name: made["acts"][0][name] for name in ASIDE} == ASIDE
    before = town.clock()
    ticket = await town.a_ticket()
    await followed(town)
    snooze = (await seen(town, ticket))["snooze"]
    until = datetime.fromisoformat(snooze["until_at"])
    assert timedelta(hours=48) <= until - before < timedelta(hours=49)
    (run,) = await runs(town, made)
    assert [(one["kind"], one["outcome"]) for one in run["acts"]] == [("snooze", "done")]
    told = (await town.facts("ticket.snoozed"))[-1]["data"]
    assert told["automation_id"] == made["id"]
    # It comes back in its time, and stays: nothing that happened makes the rule act again.
    town.clock.move(hours=50)
    await town.house.snoozing.round(town.id)
    await followed(town)
    assert (await seen(town, ticket))["snooze"] is None
    assert len(await runs(town, made)) == 1


async def test_who_set_it_aside_before_said_until_when(town: Town) -> None:
    ticket = await town.a_ticket()
    version = (await seen(town, ticket))["version"]
    path, until = f"/api/v1/tickets/{ticket['id']}/snooze", (town.clock() + timedelta(days=20)).isoformat()
    put = await town.http.put(path, json={"until_at": until}, headers={"If-Match": f'"{version}"'})
    assert put.status_code == 200, put.text
    made = await kept(town, {"kind": "snooze", "hours": None}, trigger="tagged")
    tag = (await town.http.post("/api/v1/tags", json={"name": "Attente"}, headers=once())).json()["id"]
    tagged = await town.http.put(
        f"/api/v1/tickets/{ticket['id']}/tags/{tag}", headers={"If-Match": f'"{put.json()["version"]}"'}
    )
    assert tagged.status_code == 200, tagged.text
    await followed(town)
    (run,) = await runs(town, made)
    assert (run["outcome"], run["acts"][0]["outcome"]) == ("unchanged", "unchanged")
    assert datetime.fromisoformat((await seen(town, ticket))["snooze"]["until_at"]) == datetime.fromisoformat(until)


async def test_hours_of_opening_of_the_team_it_is_given_to_are_those_it_sleeps(town: Town) -> None:
    await chosen(town, HOURS, MORNINGS)
    night = await a_team(town, "Astreinte")
    await chosen(town, f"/api/v1/teams/{night}/business-hours", ALWAYS)
    ticket = await town.a_ticket()
    aside = {**ASIDE, "hours": 10, "business_hours": True}
    tried = await town.http.post(f"{PATH}/dry-runs", json=rule({"kind": "team", "team_id": night}, aside, aside))
    assert tried.status_code == 200, tried.text
    ((team, first, again),) = [one["acts"] for one in tried.json()["tickets"]]
    assert (team["until_at"], first["outcome"], again["outcome"]) == (None, "done", "unchanged")
    assert datetime.fromisoformat(first["until_at"]) - town.clock() <= timedelta(hours=10)
    assert (await seen(town, ticket))["snooze"] is None
    of_house = await town.http.post(f"{PATH}/dry-runs", json=rule(aside))
    (act,) = of_house.json()["tickets"][0]["acts"]
    # Ten hours of opening are four mornings of three hours: the second week of two mornings is needed.
    assert datetime.fromisoformat(act["until_at"]) - town.clock() > timedelta(days=6)


async def test_a_term_too_near_keeps_it_in_sight_and_the_log_says_so(town: Town) -> None:
    ticket = await town.a_ticket()
    made = await kept(town, {"kind": "snooze", "hours": 24}, trigger="tagged")
    tag: dict[str, Any] = (await town.http.post("/api/v1/tags", json={"name": "Fin"}, headers=once())).json()
    ends = datetime.fromisoformat(f"{(await seen(town, ticket))['alert_on']}T12:00:00+00:00")
    town.clock.move(hours=(ends - town.clock()).total_seconds() / 3600 - 24)
    version = (await seen(town, ticket))["version"]
    put = await town.http.put(f"/api/v1/tickets/{ticket['id']}/tags/{tag['id']}", headers={"If-Match": f'"{version}"'})
    assert put.status_code == 200, put.text
    await followed(town)
    (run,) = await runs(town, made)
    assert (run["outcome"], run["code"]) == ("refused", "macro-refused")
    assert "silence" in run["detail"]
    assert (await seen(town, ticket))["snooze"] is None
