"""Requests set aside until later: until an instant or an answer, and never past their term."""

from datetime import timedelta
from typing import Any

import httpx

from tests.api.conftest import Town
from tests.api.test_bulk import carried_out, outcomes, worked
from tests.api.test_sight import a_team, give, someone
from tests.api.test_tags import once


async def snooze(town: Town, ticket: dict[str, Any], **until: float) -> httpx.Response:
    path = f"/api/v1/tickets/{ticket['id']}"
    tag = (await town.http.get(path)).headers["etag"]
    until_at = (town.clock() + timedelta(**until)).isoformat() if until else None
    return await town.http.put(f"{path}/snooze", json={"until_at": until_at}, headers={"If-Match": tag})


async def aside(town: Town) -> list[str]:
    page = (await town.http.get("/api/v1/tickets", params={"snoozed": True})).json()
    counted = (await town.http.get("/api/v1/tickets/count", params={"snoozed": True})).json()["count"]
    awake = (await town.http.get("/api/v1/tickets", params={"snoozed": False})).json()["data"]
    assert not {one["id"] for one in awake} & {one["id"] for one in page["data"]}
    assert counted == len(page["data"])
    return [one["id"] for one in page["data"]]


async def reasons(town: Town) -> list[tuple[str, str]]:
    return [(one["data"]["ticket_id"], one["data"]["reason"]) for one in await town.facts("ticket.woken")]


async def test_a_request_set_aside_comes_back_at_its_instant_or_when_its_person_writes(town: Town) -> None:
    channel = await town.connect("email")
    kept = [await town.hand_over(channel, conversation_ref=f"fil-{n}", text=f"Demande {n}.") for n in range(3)]
    timed, answered, taken = [(await town.http.get(f"/api/v1/tickets/{one['ticket_id']}")).json() for one in kept]
    done = await snooze(town, timed, days=2)
    assert (done.status_code, done.headers["etag"]) == (200, f'"{timed["version"] + 1}"'), done.text
    assert done.json()["snooze"]["until_at"].startswith(f"{town.clock() + timedelta(days=2):%Y-%m-%dT%H:%M}")
    assert done.json()["snooze"]["term_wakes_on"] is not None
    stale = await town.http.put(
        f"/api/v1/tickets/{timed['id']}/snooze", json={"until_at": None}, headers={"If-Match": '"1"'}
    )
    assert (stale.status_code, stale.json()["code"]) == (412, "stale")
    for one in (answered, taken):
        assert (await snooze(town, one)).json()["snooze"]["until_at"] is None
    assert set(await aside(town)) == {timed["id"], answered["id"], taken["id"]}

    assert await town.house.snoozing.round(town.id) == 0
    await town.hand_over(channel, conversation_ref="fil-1", text="Et alors ?")
    tag = (await town.http.get(f"/api/v1/tickets/{taken['id']}")).headers["etag"]
    back = await town.http.delete(f"/api/v1/tickets/{taken['id']}/snooze", headers={"If-Match": tag})
    assert (back.status_code, back.json()["snooze"]) == (200, None)
    assert await aside(town) == [timed["id"]]
    town.clock.move(days=2)
    assert await town.house.snoozing.round(town.id) == 1
    assert await town.house.snoozing.round(town.id) == 0
    assert await aside(town) == []
    assert await reasons(town) == [(answered["id"], "answer"), (taken["id"], "asked"), (timed["id"], "instant")]


async def test_nothing_sleeps_past_its_term(town: Town) -> None:
    """The first warning of the watch wakes it; if none came, three days before silence could decide do."""
    warned, unwarned = await town.a_ticket(), await town.a_ticket()
    for one in (warned, unwarned):
        assert (await snooze(town, one, days=200)).status_code == 200
    town.clock.move(days=50)
    assert await town.house.snoozing.round(town.id) == 0
    assert await town.house.watch.sweep(town.id) > 0
    assert await aside(town) == []
    assert {why for _, why in await reasons(town)} == {"term"}
    assert (await snooze(town, warned)).status_code == 200  # seen, and set aside again until the next warning
    town.clock.move(days=9)
    assert await town.house.snoozing.round(town.id) == 1
    assert (await reasons(town))[-1] == (warned["id"], "term")
    refused = await snooze(town, warned)
    assert (refused.status_code, refused.json()["code"]) == (409, "term-too-near")


async def test_what_is_closed_is_not_set_aside_and_closing_ends_it(town: Town) -> None:
    ticket = await town.a_ticket()
    saisine = f"/api/v1/saisines/{ticket['saisines'][0]['id']}"
    tag = (await town.http.get(saisine)).headers["etag"]
    settled = {"regime": "none", "reason": "Rien n'est demandé."}
    await town.http.post(f"{saisine}/qualifications", json=settled, headers={"If-Match": tag})
    assert (await snooze(town, ticket)).status_code == 200
    closed = await give(town, ticket, status="closed")
    assert (closed.status_code, closed.json()["snooze"]) == (200, None), closed.text
    over = await snooze(town, ticket)
    assert (over.status_code, over.json()["code"]) == (409, "ticket-over")
    for until in ({"days": -1}, {"days": 400}):
        wrong = await snooze(town, await town.a_ticket(), **until)
        assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/until_at")


async def test_many_are_set_aside_at_once_and_taken_back_as_they_were(town: Town) -> None:
    agent, outsider = await someone(town), await someone(town)
    first, second = await town.a_ticket(), await town.a_ticket()
    await snooze(town, first)
    act = {"kind": "snooze", "until_at": f"{town.clock() + timedelta(days=7):%Y-%m-%dT%H:%M:%SZ}"}
    done = await carried_out(agent, act, [first["id"], second["id"]])
    assert (done["changed"], done["act"]) == (2, act)
    assert await outcomes(agent, await carried_out(agent, act, [first["id"]])) == {first["id"]: ("unchanged", None)}
    assert (await agent.ask("POST", f"/bulk-acts/{done['id']}/undo", headers=once())).status_code == 202
    assert (await worked(agent, done["id"]))["undone"] == 2
    assert await aside(town) == [first["id"]]
    assert (await town.http.get(f"/api/v1/tickets/{first['id']}")).json()["snooze"]["until_at"] is None
    await give(town, first, team_id=await a_team(town, "Action sociale"), confidential=True)
    for method in ("PUT", "DELETE"):
        words = {"json": {"until_at": None}} if method == "PUT" else {}
        hidden = await outsider.ask(method, f"/tickets/{first['id']}/snooze", headers={"If-Match": '"1"'}, **words)
        assert hidden.status_code == 404
    past = {
        "act": {"kind": "snooze", "until_at": f"{town.clock() - timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}"},
        "ids": [second["id"]],
    }
    wrong = await agent.ask("POST", "/bulk-acts/previews", json=past)
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/act/until_at")


async def settle(town: Town, ticket: dict[str, Any]) -> None:
    """Ends the clock of a request in which nothing was asked for."""
    saisine = f"/api/v1/saisines/{ticket['saisines'][0]['id']}"
    tag = (await town.http.get(saisine)).headers["etag"]
    nothing = {"regime": "none", "reason": "Rien n'est demandé."}
    settled = await town.http.post(f"{saisine}/qualifications", json=nothing, headers={"If-Match": tag})
    assert settled.status_code == 201, settled.text


async def test_a_reply_that_closes_a_request_set_aside_brings_it_back_once_reopened(town: Town) -> None:
    ticket = await town.a_ticket()
    await settle(town, ticket)
    assert (await snooze(town, ticket)).status_code == 200
    body = {"text": "C'est fait.", "status_after": "resolved"}
    sent = await town.http.post(f"/api/v1/tickets/{ticket['id']}/replies", json=body, headers=once())
    assert sent.status_code == 202, sent.text
    assert (await give(town, ticket, status="open")).json()["snooze"] is None
    assert await aside(town) == []


async def merged(town: Town, target: dict[str, Any], source: dict[str, Any]) -> dict[str, Any]:
    path = f"/api/v1/tickets/{target['id']}"
    tag = (await town.http.get(path)).headers["etag"]
    body = {"source_ids": [source["id"]], "reason": "La même affaire."}
    made = await town.http.post(f"{path}/merges", json=body, headers={"If-Match": tag, **once()})
    assert made.status_code == 201, made.text
    return dict(made.json())


async def test_what_nobody_had_read_is_not_hidden_in_a_request_set_aside(town: Town) -> None:
    target, known, unread = [await town.a_ticket() for _ in range(3)]
    assert (await snooze(town, target)).status_code == 200
    assert (await snooze(town, known)).status_code == 200
    done = await merged(town, target, known)
    assert done["ticket"]["snooze"] is not None  # all of it was set aside already
    assert await aside(town) == [target["id"]]
    assert (await merged(town, target, unread))["ticket"]["snooze"] is None
    assert await aside(town) == []
    assert await reasons(town) == [(target["id"], "answer")]


async def test_what_a_split_undone_brings_back_unread_is_not_hidden_either(town: Town) -> None:
    channel = await town.connect("email")
    first, second = [await town.hand_over(channel, conversation_ref="fil", text=f"Demande {n}.") for n in range(2)]
    ticket = {"id": first["ticket_id"]}
    path = f"/api/v1/tickets/{ticket['id']}"
    tag = (await town.http.get(path)).headers["etag"]
    body = {"message_ids": [second["message_id"]], "subject": "Nid-de-poule", "reason": "Deux affaires."}
    done = await town.http.post(f"{path}/splits", json=body, headers={"If-Match": tag, **once()})
    assert done.status_code == 201, done.text
    tag = (await snooze(town, ticket)).headers["etag"]
    undone = await town.http.delete(f"{path}/splits/{done.json()['split']['id']}", headers={"If-Match": tag})
    assert undone.status_code == 200, undone.text
    assert await aside(town) == []
    assert await reasons(town) == [(ticket["id"], "answer")]
