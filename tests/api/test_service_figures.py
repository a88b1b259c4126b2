"""The figures of the service: what was received in a period, answered and decided, each beside the list that makes it."""

from typing import Any

from app.ids import new_id
from tests.api.conftest import Town
from tests.api.test_sight import a_team, someone


async def answered(town: Town, ticket_id: str) -> None:
    sent = await town.http.post(
        f"/api/v1/tickets/{ticket_id}/replies", json={"text": "Bonjour"}, headers={"Idempotency-Key": new_id().hex}
    )
    assert sent.status_code < 300, sent.text


async def qualified(town: Town, ticket: dict, **words: str) -> None:
    saisine = f"/api/v1/saisines/{ticket['saisines'][0]['id']}"
    said = await town.http.post(
        f"{saisine}/qualifications",
        json={"reason": "Essai.", **words},
        headers={"If-Match": (await town.http.get(saisine)).headers["etag"]},
    )
    assert said.status_code == 201, said.text


async def test_each_figure_is_the_number_of_rows_of_its_list(town: Town) -> None:
    before = await town.a_ticket()
    town.clock.move(days=3)
    day = town.clock().date().isoformat()
    ticket = await town.a_ticket()
    town.clock.move(hours=2)
    await answered(town, ticket["id"])
    await town.a_ticket()
    await answered(town, before["id"])
    told = (await town.http.get("/api/v1/figures", params={"from": day})).json()
    assert (told["received"], told["answered"], told["first_answer_median_seconds"]) == (2, 1, 7200)
    assert [(one["channel"], one["received"]) for one in told["channels"]] == [("email", 2)]
    asked = {"received_from": told["first_on"], "received_to": told["last_on"], "channel": "email"}
    assert (await town.http.get("/api/v1/tickets/count", params=asked)).json()["count"] == 2
    listed = (await town.http.get("/api/v1/tickets", params=asked)).json()["data"]
    assert before["id"] not in {one["id"] for one in listed}


async def test_a_procedure_is_counted_with_its_title_and_narrows_the_list(town: Town) -> None:
    (entry,) = (await town.http.get("/api/v1/sve/procedures", params={"limit": 1})).json()["data"]
    ticket = await town.a_ticket()
    await town.a_ticket()
    await qualified(town, ticket, procedure=entry["code"])
    (told,) = (await town.http.get("/api/v1/figures")).json()["procedures"]
    assert (told["procedure"], told["title"], told["requests"]) == (entry["code"], entry["title"], 1)
    (listed,) = (await town.http.get("/api/v1/tickets", params={"procedure": told["procedure"]})).json()["data"]
    assert listed["id"] == ticket["id"]
    assert (await town.http.get("/api/v1/tickets/count", params={"procedure": "autre"})).json()["count"] == 0


async def test_what_silence_decided_is_an_end_and_not_in_time(town: Town) -> None:
    day = town.clock().date().isoformat()
    await qualified(town, await town.a_ticket(), regime="SVA")
    await qualified(town, await town.a_ticket(), regime="SVR")
    told = (await town.http.get("/api/v1/figures", params={"from": day})).json()["decisions"]
    assert told == {"requests": 2, "ended": 0, "in_time": 0, "accepted_by_silence": 0, "rejected_by_silence": 0}
    town.clock.move(days=80)
    await town.house.watch.sweep(town.id)
    told = (await town.http.get("/api/v1/figures", params={"from": day})).json()["decisions"]
    assert told == {"requests": 2, "ended": 2, "in_time": 0, "accepted_by_silence": 1, "rejected_by_silence": 1}


async def test_a_person_counts_what_they_see_and_a_team_what_is_its_own(town: Town) -> None:
    await town.a_ticket()
    team = await a_team(town, "Voirie")
    ours = await town.a_ticket()
    etag = (await town.http.get(f"/api/v1/tickets/{ours['id']}")).headers["etag"]
    await town.http.patch(f"/api/v1/tickets/{ours['id']}", json={"team_id": team}, headers={"If-Match": etag})
    assert (await town.http.get("/api/v1/figures", params={"team_id": team})).json()["received"] == 1
    agent = await someone(town, reach="teams", teams=[team])
    assert (await agent.ask("GET", "/figures")).json()["received"] == len(await agent.sees())


async def test_another_administration_counts_nothing_of_ours(town: Town, new_town: Any) -> None:
    await town.a_ticket()
    told = (await (await new_town()).http.get("/api/v1/figures")).json()
    assert (told["received"], told["channels"], told["procedures"]) == (0, [], [])


async def test_a_period_too_long_or_backwards_is_refused(town: Town) -> None:
    for first, last in (("2026-01-01", "2026-06-01"), ("2026-03-02", "2026-03-01")):
        refused = await town.http.get("/api/v1/figures", params={"from": first, "to": last})
        assert refused.status_code == 422
        assert "92 jours" in refused.json()["errors"][0]["detail"]
