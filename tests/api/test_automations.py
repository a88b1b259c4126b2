"""Automations over HTTP: what happens makes them act once, by the agents' gestures, never past a guard, never in circles."""

import asyncio
from typing import Any

import httpx
import pytest

from app.errors import Unavailable
from app.ids import Prefix, parse_id
from tests.api.conftest import Town
from tests.api.test_absences import declare
from tests.api.test_sight import a_team, give, someone
from tests.api.test_tags import once

PATH = "/api/v1/automations"
NOTE = {"kind": "note", "text": "Vu ({{ticket.reference}})."}


def rule(*acts: dict[str, Any], trigger: str = "opened", **words: object) -> dict[str, Any]:
    return {"name": "Voirie", "enabled": True, "trigger": trigger, "filter": {}, "acts": list(acts), **words}


async def kept(town: Town, *acts: dict[str, Any], **words: Any) -> dict[str, Any]:
    made = await town.http.post(PATH, json=rule(*acts, **words), headers=once())
    assert made.status_code == 201, made.text
    return {**made.json(), "etag": made.headers["etag"]}


async def followed(town: Town) -> None:
    """Lets the rules read all that happened."""
    await town.settled()
    while await town.house.follower.turn(town.id):
        pass


async def a_tag(town: Town, name: str) -> str:
    return str((await town.http.post("/api/v1/tags", json={"name": name}, headers=once())).json()["id"])


async def seen(town: Town, ticket: dict[str, Any]) -> dict[str, Any]:
    return (await town.http.get(f"/api/v1/tickets/{ticket['id']}")).json()


async def notes(town: Town, ticket: dict[str, Any]) -> list[dict[str, Any]]:
    thread = (await town.http.get(f"/api/v1/tickets/{ticket['id']}/messages")).json()["data"]
    return [one for one in thread if one["direction"] == "note"]


async def runs(town: Town, made: dict[str, Any], **asked: str) -> list[dict[str, Any]]:
    found = await town.http.get(f"{PATH}/{made['id']}/runs", params=asked)
    assert found.status_code == 200, found.text
    return found.json()["data"]


async def change(town: Town, made: dict[str, Any], **words: object) -> httpx.Response:
    version = (await town.http.get(f"{PATH}/{made['id']}")).headers["etag"]
    return await town.http.patch(f"{PATH}/{made['id']}", json=words, headers={"If-Match": version})


async def test_what_is_opened_is_assigned_once_and_the_log_says_so(town: Town) -> None:
    roads = await a_team(town, "Voirie")
    agent, idle = await someone(town, teams=[roads]), await someone(town, teams=[roads])
    reader, away = await someone(town, role="reader", teams=[roads]), await someone(town, teams=[roads])
    assert (await declare(town, away)).status_code == 201
    assert reader.id != away.id
    await give(town, await town.a_ticket(), assignee_id=agent.id)
    before = await town.a_ticket()
    tag = await a_tag(town, "Reçue")
    made = await kept(
        town,
        {"kind": "team", "team_id": roads},
        {"kind": "least_busy", "team_id": roads},
        {"kind": "tag_on", "tag_id": tag},
        NOTE,
        filter={"channel": "email", "unassigned": True},
    )
    ticket = await town.a_ticket()
    await followed(town)
    now = await seen(town, ticket)
    assert (now["team_id"], now["assignee_id"], [one["id"] for one in now["tags"]]) == (roads, idle.id, [tag])
    (note,) = await notes(town, ticket)
    assert (note["text"], note["author_kind"], note["author_name"]) == (
        f"Vu ({ticket['reference']}).",
        "automation",
        "Voirie",
    )
    (run,) = await runs(town, made)
    assert (run["ticket_id"], run["outcome"], run["code"]) == (ticket["id"], "done", None)
    assert [(one["kind"], one["outcome"]) for one in run["acts"]] == [
        ("team", "done"),
        ("assignee", "done"),
        ("tag_on", "done"),
        ("note", "done"),
    ]
    # What came before the rule was switched on is not answered; nothing is answered twice.
    assert (await seen(town, before))["team_id"] is None
    await followed(town)
    assert len(await runs(town, made)) == 1
    for kind in ("ticket.updated", "ticket.tagged", "note.added", "automation.run"):
        assert (await town.facts(kind))[-1]["data"]["automation_id"] == made["id"]


async def test_nobody_there_gives_it_to_the_team(town: Town) -> None:
    roads = await a_team(town, "Voirie")
    away = await someone(town, teams=[roads])
    await declare(town, away)
    await kept(town, {"kind": "least_busy", "team_id": roads})
    ticket = await town.a_ticket()
    await followed(town)
    now = await seen(town, ticket)
    assert (now["team_id"], now["assignee_id"]) == (roads, None)


async def test_rules_act_in_their_order_and_what_one_did_is_seen_by_the_next(town: Town) -> None:
    one, other = await a_team(town, "Voirie"), await a_team(town, "Propreté")
    tag = await a_tag(town, "Voirie")
    last = await kept(town, {"kind": "team", "team_id": other}, rank=30, filter={"tag": tag, "team_id": one})
    none = await kept(town, {"kind": "team", "team_id": other}, rank=20, filter={"unassigned": True, "team_id": other})
    first = await kept(town, {"kind": "tag_on", "tag_id": tag}, {"kind": "team", "team_id": one}, rank=10)
    assert [row["id"] for row in (await town.http.get(PATH)).json()["data"]] == [first["id"], none["id"], last["id"]]
    ticket = await town.a_ticket()
    await followed(town)
    assert (await seen(town, ticket))["team_id"] == other
    assert [len(await runs(town, made)) for made in (first, none, last)] == [1, 0, 1]


async def test_what_a_rule_did_makes_no_rule_act(town: Town) -> None:
    one, other = await a_team(town, "Voirie"), await a_team(town, "Propreté")
    there = await kept(town, {"kind": "team", "team_id": one}, trigger="changed", filter={"team_id": other})
    back = await kept(town, {"kind": "team", "team_id": other}, trigger="changed", filter={"team_id": one})
    ticket = await town.a_ticket()
    await give(town, ticket, team_id=other)
    await followed(town)
    # Given to `other` by an agent: the first gives it to `one`, which the second sees in the same turn and no more.
    assert (await seen(town, ticket))["team_id"] == other
    assert [len(await runs(town, made)) for made in (there, back)] == [1, 1]
    await followed(town)
    assert [len(await runs(town, made)) for made in (there, back)] == [1, 1]


async def test_a_guard_refuses_all_of_it_and_the_log_says_why(town: Town) -> None:
    made = await kept(town, NOTE, {"kind": "status", "status": "closed"})
    ticket = await town.a_ticket()
    await followed(town)
    assert (await seen(town, ticket))["status"] == "new"
    assert await notes(town, ticket) == []
    (run,) = await runs(town, made, outcome="refused")
    assert (run["outcome"], run["code"], run["acts"]) == ("refused", "macro-refused", [])
    assert "délai" in run["detail"]
    assert await runs(town, made, outcome="done,unchanged") == []


async def test_confidential_requests_are_left_to_their_people(town: Town) -> None:
    roads = await a_team(town, "Voirie")
    made = await kept(town, NOTE, trigger="changed")
    ticket = await town.a_ticket()
    await give(town, ticket, team_id=roads, confidential=True)
    await followed(town)
    assert (await notes(town, ticket), await runs(town, made)) == ([], [])


async def test_a_rule_that_is_off_does_nothing_and_what_happened_meanwhile_is_not_answered_later(town: Town) -> None:
    made = await kept(town, NOTE)
    assert (await change(town, made, enabled=False)).json()["enabled_at"] is None
    missed = await town.a_ticket()
    await followed(town)
    town.clock.move(seconds=5)
    assert (await change(town, made, enabled=True)).status_code == 200
    ticket = await town.a_ticket()
    await followed(town)
    assert (await notes(town, missed), len(await notes(town, ticket))) == ([], 1)


async def test_time_that_passes_makes_rules_act_once(town: Town) -> None:
    idle = await kept(town, NOTE, trigger="idle", delay=48)
    aged = await kept(town, {**NOTE, "text": "Ancienne."}, trigger="aged", delay=72, filter={"status": "new"})
    ticket = await town.a_ticket()
    await town.house.automation_rounds.look(town.id)
    assert await runs(town, idle) == []
    town.clock.move(hours=49)
    for _ in range(2):
        await town.house.automation_rounds.look(town.id)
    assert [one["text"] for one in await notes(town, ticket)] == [f"Vu ({ticket['reference']})."]
    town.clock.move(hours=24)
    for _ in range(2):
        await town.house.automation_rounds.look(town.id)
    # Its own note is no activity that would make it idle again: nobody has written since.
    town.clock.move(hours=60)
    await town.house.automation_rounds.look(town.id)
    assert [len(await runs(town, made)) for made in (idle, aged)] == [2, 1]


async def test_what_goes_wrong_in_one_administration_keeps_no_other_waiting(
    town: Town, new_town: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = [town, await new_town(), await new_town()]
    rules = [await kept(one, NOTE, trigger="aged", delay=1) for one in others]
    for one in others:
        await one.a_ticket()
    town.clock.move(hours=2)
    rounds = town.house.automation_rounds
    look = rounds.look

    async def breaks(tenant_id: Any) -> None:
        if tenant_id == others[1].id:
            raise ZeroDivisionError
        await look(tenant_id)

    monkeypatch.setattr(rounds, "look", breaks)
    await rounds.round()
    assert [len(await runs(one, made)) for one, made in zip(others, rules, strict=True)] == [1, 0, 1]


async def test_a_term_that_comes_near_makes_a_rule_act_once_a_term(town: Town) -> None:
    made = await kept(town, NOTE, trigger="term", delay=365)
    ticket = await town.a_ticket()
    assert (await seen(town, ticket))["alert_on"] is not None
    for _ in range(2):
        await town.house.automation_rounds.look(town.id)
    assert [one["outcome"] for one in await runs(town, made)] == ["done"]


async def test_a_rule_that_goes_round_with_a_program_stops_for_the_day(town: Town) -> None:
    roads = await a_team(town, "Voirie")
    made = await kept(town, {"kind": "team", "team_id": roads}, trigger="changed")
    ticket = await town.a_ticket()
    for _ in range(22):
        await give(town, ticket, team_id=None)
        await followed(town)
    outcomes = [one["outcome"] for one in await runs(town, made)]
    assert (outcomes.count("done"), outcomes.count("refused")) == (20, 2)
    assert (await runs(town, made, outcome="refused"))[0]["code"] == "automation-loop"
    town.clock.move(hours=25)
    await give(town, ticket, team_id=None)
    await followed(town)
    assert (await seen(town, ticket))["team_id"] == roads


async def test_a_rule_that_is_only_refused_is_switched_off_and_says_why(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.automations.acting.MOST_FAILURES", 2)
    made = await kept(town, {"kind": "status", "status": "closed"})
    for _ in range(3):
        await town.a_ticket()
    await followed(town)
    now = (await town.http.get(f"{PATH}/{made['id']}")).json()
    assert (now["enabled"], now["stopped_code"]) == (False, "macro-refused")
    assert now["stopped_at"]
    assert len(await runs(town, made)) == 2
    (told,) = await town.facts("automation.stopped")
    assert told["data"] == {"automation_id": made["id"], "code": "macro-refused"}
    again = (await change(town, made, enabled=True)).json()
    assert (again["enabled"], again["stopped_at"], again["stopped_code"]) == (True, None, None)


async def test_what_nobody_foresaw_of_one_request_stops_no_other(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    made = await kept(town, NOTE)
    bad, good = await town.a_ticket(), await town.a_ticket()
    running = town.house.follower._acting._running
    run = running.run

    async def breaks(session: Any, tenant_id: Any, ticket_id: Any, *rest: Any, **named: Any) -> Any:
        if ticket_id == parse_id(Prefix.TICKET, bad["id"]):
            raise ZeroDivisionError
        return await run(session, tenant_id, ticket_id, *rest, **named)

    monkeypatch.setattr(running, "run", breaks)
    await followed(town)
    assert len(await notes(town, good)) == 1
    assert sorted(one["outcome"] for one in await runs(town, made)) == ["done", "failed"]


async def test_trying_a_rule_out_says_what_it_would_do_and_does_nothing(town: Town) -> None:
    roads = await a_team(town, "Voirie")
    agent = await someone(town, teams=[roads])
    tickets = [await town.a_ticket() for _ in range(3)]
    await give(town, tickets[0], assignee_id=agent.id)
    acts = ({"kind": "least_busy", "team_id": roads}, {"kind": "status", "status": "closed"})
    before = [await seen(town, one) for one in tickets]
    tried = await town.http.post(f"{PATH}/dry-runs", json=rule(*acts, filter={"unassigned": True}))
    assert tried.status_code == 200, tried.text
    found = tried.json()
    assert (found["looked"], found["matched"]) == (3, 2)
    assert [one["ticket_id"] for one in found["tickets"]] == [tickets[2]["id"], tickets[1]["id"]]
    assert [(one["kind"], one["outcome"], one["code"]) for one in found["tickets"][0]["acts"]] == [
        ("assignee", "done", None),
        ("status", "refused", "clock-running"),
    ]
    assert (found["tickets"][0]["possible"], found["tickets"][0]["acts"][0]["assignee_id"]) == (False, agent.id)
    assert [await seen(town, one) for one in tickets] == before
    assert await town.facts("automation.edited", "automation.run") == []
    late = await town.http.post(f"{PATH}/dry-runs", json=rule(NOTE, trigger="idle", delay=48))
    assert late.json()["matched"] == 0
    town.clock.move(hours=49)
    late = await town.http.post(f"{PATH}/dry-runs", json=rule(NOTE, trigger="idle", delay=48))
    assert late.json()["matched"] == 3


async def test_what_no_rule_may_have_is_refused_beside_the_field(town: Town) -> None:
    nobody = "0" * 26
    for wrong, pointer in (
        (rule(NOTE, trigger="idle"), "/delay"),
        (rule(NOTE, delay=3), "/delay"),
        (rule(NOTE, trigger="term", delay=366), "/delay"),
        (rule(NOTE, filter={"q": "nid de poule"}), "/filter/q"),
        (rule(NOTE, filter={"status": "gone"}), "/filter/status"),
        (rule({"kind": "note", "text": "{{nom}}"}), "/acts/0/text"),
        (rule({"kind": "note", "text": "{{agent.name}}"}), "/acts/0/text"),
        (rule({"kind": "least_busy", "team_id": f"tea_{nobody}"}), "/acts/0/team_id"),
        (rule({"kind": "tag_on", "tag_id": f"tag_{nobody}"}), "/acts/0/tag_id"),
        (rule({"kind": "assignee", "assignee_id": f"usr_{nobody}"}), "/acts/0/assignee_id"),
    ):
        for path in (PATH, f"{PATH}/dry-runs"):
            refused = await town.http.post(path, json=wrong, headers=once())
            assert refused.status_code == 422, refused.text
            assert refused.json()["errors"][0]["pointer"] == pointer
    for wrong in (
        rule({"kind": "reply", "text": "Bonjour", "send": True}),
        rule({"kind": "assignee", "me": True}),
        rule(NOTE, trigger="never"),
        rule(),
    ):
        assert (await town.http.post(PATH, json=wrong, headers=once())).status_code == 422


async def test_rules_are_the_administrators_and_another_administrations_are_unknown(town: Town, new_town: Any) -> None:
    made = await kept(town, NOTE)
    agent = await someone(town)
    for method, path in (
        ("GET", "/automations"),
        ("GET", f"/automations/{made['id']}"),
        ("GET", f"/automations/{made['id']}/runs"),
    ):
        assert (await agent.ask(method, path)).status_code == 403
    other = await new_town()
    assert (await other.http.get(f"{PATH}/{made['id']}")).status_code == 404
    stale = await town.http.patch(f"{PATH}/{made['id']}", json={"name": "Autre"}, headers={"If-Match": '"9"'})
    assert stale.status_code == 412
    changed = await change(town, made, trigger="idle", delay=24, name="Rappel")
    assert (changed.json()["trigger"], changed.json()["delay"], changed.json()["version"]) == ("idle", 24, 2)
    back = await change(town, made, trigger="tagged")
    assert (back.json()["trigger"], back.json()["delay"]) == ("tagged", None)
    gone = await town.http.delete(f"{PATH}/{made['id']}", headers={"If-Match": '"3"'})
    assert gone.status_code == 204
    assert (await town.http.get(f"{PATH}/{made['id']}")).status_code == 404
    kinds = [one["type"] for one in await town.facts("automation.edited", "automation.removed")]
    assert kinds == ["automation.edited"] * 3 + ["automation.removed"]


async def test_a_turn_cut_off_is_taken_again_whole_and_two_processes_act_once(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = await kept(town, NOTE)
    ticket = await town.a_ticket()
    await town.settled()

    def dies(_name: str) -> None:
        raise Unavailable("cut off")

    with monkeypatch.context() as patch:
        patch.setattr("app.automations.follower.crashpoint", dies)
        with pytest.raises(Unavailable):
            await town.house.follower.turn(town.id)
    assert (await notes(town, ticket), await runs(town, made)) == ([], [])
    await asyncio.gather(*(town.house.follower.turn(town.id) for _ in range(4)))
    await followed(town)
    assert (len(await notes(town, ticket)), len(await runs(town, made))) == (1, 1)


async def test_the_worker_follows_by_itself(town: Town) -> None:
    await kept(town, NOTE)
    stop = asyncio.Event()
    working = asyncio.create_task(town.house.follower.run(stop))
    ticket = await town.a_ticket()
    for _ in range(1200):
        if await notes(town, ticket):
            break
        await asyncio.sleep(0.05)
    stop.set()
    await working
    assert len(await notes(town, ticket)) == 1
