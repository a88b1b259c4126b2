"""Business hours over HTTP: chosen by version, by team, told in figures, and never in a legal term."""

from typing import Any

from tests.api.conftest import Town
from tests.api.test_service_figures import answered
from tests.api.test_sight import a_team, someone

PATH = "/api/v1/business-hours"
ALWAYS = {"week": [{"weekday": day, "opens": "00:00", "closes": "24:00"} for day in range(1, 8)], "closed_on": []}


def opening(opens: str, closes: str) -> dict[str, Any]:
    return {"week": [{"weekday": day, "opens": opens, "closes": closes} for day in range(1, 8)], "closed_on": []}


async def chosen(town: Town, path: str, hours: dict[str, Any]) -> dict[str, Any]:
    etag = (await town.http.get(path)).headers["etag"]
    answer = await town.http.put(path, json=hours, headers={"If-Match": etag})
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def test_hours_are_chosen_by_version_and_told(town: Town, new_town: Any) -> None:
    present = await town.http.get(PATH)
    assert (present.json()["week"], present.json()["version"]) == ([], 0)
    assert (await town.http.put(PATH, json=ALWAYS)).status_code == 428
    told = await chosen(town, PATH, {**opening("08:30", "12:00"), "closed_on": ["2026-05-15"]})
    assert (told["week"][0], told["closed_on"]) == (
        {"weekday": 1, "opens": "08:30", "closes": "12:00"},
        ["2026-05-15"],
    )
    stale = await town.http.put(PATH, json=ALWAYS, headers={"If-Match": present.headers["etag"]})
    assert stale.status_code == 412
    (fact,) = await town.facts("tenant.business_hours.changed")
    assert (fact["data"]["team_id"], fact["data"]["openings"], fact["data"]["closed_days"]) == (None, 7, 1)
    assert (await (await new_town()).http.get(PATH)).json()["version"] == 0


async def test_hours_that_cannot_be_are_refused_by_their_place(town: Town) -> None:
    line = {"weekday": 1, "opens": "09:00", "closes": "12:00"}
    for week, pointer in (
        ([], "/week"),
        ([{**line, "weekday": 8}], "/week/0/weekday"),
        ([{**line, "closes": "09:00"}], "/week/0/closes"),
        ([line, {**line, "opens": "11:00"}], "/week/1/opens"),
        ([{**line, "opens": "24:00"}], "/week/0/opens"),
    ):
        answer = await town.http.put(PATH, json={"week": week, "closed_on": []}, headers={"If-Match": '"0"'})
        assert answer.status_code == 422, week
        assert pointer in [flaw["pointer"] for flaw in answer.json()["errors"]]


async def test_a_first_answer_is_told_by_the_clock_and_in_open_time_of_the_team(town: Town) -> None:
    team = await a_team(town, "Voirie")
    theirs = f"/api/v1/teams/{team}/business-hours"
    ticket = await town.a_ticket()
    etag = (await town.http.get(f"/api/v1/tickets/{ticket['id']}")).headers["etag"]
    await town.http.patch(f"/api/v1/tickets/{ticket['id']}", json={"team_id": team}, headers={"If-Match": etag})
    town.clock.move(hours=48)
    await answered(town, ticket["id"])

    async def medians() -> tuple[int, int | None]:
        told = (await town.http.get("/api/v1/figures")).json()
        (channel,) = told["channels"]
        names = ("first_answer_median_seconds", "first_answer_open_median_seconds")
        assert [told[name] for name in names] == [channel[name] for name in names]
        return told[names[0]], told[names[1]]

    saisine = f"/api/v1/saisines/{ticket['saisines'][0]['id']}"
    terms = (await town.http.get(saisine)).json()
    assert await medians() == (48 * 3600, None)
    await chosen(town, PATH, ALWAYS)
    assert await medians() == (48 * 3600, 48 * 3600)
    await chosen(town, theirs, opening("10:00", "11:00"))
    assert await medians() == (48 * 3600, 2 * 3600)
    etag = (await town.http.get(theirs)).headers["etag"]
    assert (await town.http.delete(theirs, headers={"If-Match": etag})).status_code == 204
    assert (await town.http.get(theirs)).json()["week"] == []
    assert await medians() == (48 * 3600, 48 * 3600)
    assert (await town.http.get(saisine)).json() == terms


async def test_an_agent_reads_hours_and_does_not_choose_them(town: Town) -> None:
    agent = await someone(town)
    assert (await agent.ask("GET", "/business-hours")).status_code == 200
    refused = await agent.ask("PUT", "/business-hours", json=ALWAYS, headers={"If-Match": '"0"'})
    assert refused.status_code == 403
