"""Whom the watch tells, over HTTP: chosen on a version, never one of our own mailboxes; and what was written to them."""

import pytest

URL = "/api/v1/sve/watch-settings"
WANTED = {
    "digest_to": ["accueil@agents.example.fr"],
    "digest_hour": 7,
    "escalate_to": ["direction@agents.example.fr"],
    "escalate_after": 2,
}


async def choose(town, *, version=0, **words):
    return await town.http.put(URL, json={**WANTED, **words}, headers={"If-Match": f'"{version}"'})


async def test_before_anybody_chose_nobody_is_told(town) -> None:
    answer = await town.http.get(URL)
    assert (answer.status_code, answer.headers["etag"]) == (200, '"0"')
    assert (answer.json()["digest_to"], answer.json()["escalate_to"], answer.json()["version"]) == ([], [], 0)


async def test_what_is_chosen_is_kept_with_who_chose_it(town) -> None:
    answer = await choose(town, digest_to=["  accueil@Agents.Example.FR ", "accueil@agents.example.fr"])
    assert (answer.status_code, answer.headers["etag"]) == (200, '"1"')
    told = (await town.http.get(URL)).json()
    assert told == answer.json()
    assert (told["digest_to"], told["digest_hour"]) == (["accueil@agents.example.fr"], 7)
    assert told["updated_by"].startswith("key:")
    (fact,) = await town.facts("sve.watch.settings_changed")
    assert "example.fr" not in str(fact["data"])


async def test_a_choice_made_on_another_version_is_refused(town) -> None:
    assert (await choose(town)).status_code == 200
    assert (await choose(town)).status_code == 412
    assert (await choose(town, version=1, digest_hour=9)).json()["digest_hour"] == 9
    assert (await town.http.put(URL, json=WANTED)).status_code == 428


@pytest.mark.parametrize(
    ("words", "pointer"),
    [
        ({"digest_hour": 24}, "/digest_hour"),
        ({"escalate_after": -1}, "/escalate_after"),
        ({"digest_to": ["pas une adresse"]}, "/digest_to/0"),
        ({"escalate_to": ["a@agents.example.fr", "a@b@c"]}, "/escalate_to/1"),
        ({"digest_to": [f"agent{n}@agents.example.fr" for n in range(21)]}, "/digest_to"),
    ],
)
async def test_a_choice_not_understood_is_refused_with_its_place(town, words, pointer) -> None:
    answer = await choose(town, **words)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer), answer.text


async def test_a_mailbox_that_is_a_channel_would_answer_itself(town) -> None:
    channel = await town.connect("email", aliases=["mairie@villebourg.example.fr"])
    local, _, domain = channel.address.partition("@")
    for address in (channel.address, f"{local}+avis@{domain}", "Mairie@villebourg.example.fr"):
        answer = await choose(town, digest_to=[address])
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "own-channel"), address


async def test_what_one_town_chose_is_not_another_s(new_town) -> None:
    here, there = await new_town(), await new_town()
    assert (await choose(here)).status_code == 200
    assert (await there.http.get(URL)).json()["version"] == 0


async def test_the_mails_to_agents_are_listed_with_why_they_did_not_leave(town) -> None:
    await choose(town)
    await town.a_ticket()
    town.clock.move(days=70)
    await town.house.vigil.round(town.id)
    waiting = (await town.http.get("/api/v1/sve/notices", params={"state": "due"})).json()["data"]
    assert {(one["kind"], one["state"]) for one in waiting} == {("digest", "due"), ("escalation", "due")}
    await town.house.noticing.send(str(town.id))
    (escalation, digest) = (await town.http.get("/api/v1/sve/notices")).json()["data"][::-1]
    assert {escalation["kind"], digest["kind"]} == {"digest", "escalation"}
    assert escalation["state"] == "sent"
    assert escalation["told"].startswith("gardé dans la maison")
    assert escalation["next_attempt_at"] is None


async def test_an_alert_over_http_says_why_and_that_it_went_higher(town) -> None:
    await choose(town)
    await town.a_ticket()
    town.clock.move(days=62)
    await town.house.vigil.round(town.id)
    alerts = (await town.http.get("/api/v1/sve/alerts")).json()["data"]
    (born,) = [one for one in alerts if one["threshold"] == "born"]
    assert born["because"].startswith("la décision tacite est née, ou peut l'être")
    assert born["escalated_at"] is not None


async def test_readiness_and_metrics_tell_whether_anybody_watches(town) -> None:
    await town.house.vigil.round(town.id)
    ready = (await town.http.get("/health/ready")).json()
    assert ready["watch"]["due_for_s"] >= 0
    town.clock.move(minutes=6)
    late = (await town.http.get("/health/ready")).json()
    assert (late["status"], late["watch"]["on_time"]) == (ready["status"], False)
    assert late["watch"]["round_age_s"] >= 360
    counted = (await town.http.get("/metrics")).text
    (age,) = [line for line in counted.splitlines() if line.startswith("parvis_watch_round_age_seconds ")]
    assert float(age.split()[1]) >= 360
    assert "parvis_watch_oldest_due_seconds" in counted
