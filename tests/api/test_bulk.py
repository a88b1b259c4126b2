"""Acts over many requests: foreseen, carried out by each guard, resumed, taken back; never beyond anybody's sight."""

import asyncio
from typing import Any

import httpx

from app.bulk import service
from app.ids import Prefix, new_id, parse_id
from tests.api.conftest import Town
from tests.api.test_sight import Someone, a_team, give, someone
from tests.api.test_tags import once


async def begin(who: Someone, act: dict[str, Any], ids: list[str], **words: Any) -> httpx.Response:
    body = {"act": act, "ids": ids} if ids else {"act": act, **words}
    return await who.ask("POST", "/bulk-acts", json=body, headers=once())


async def carried_out(who: Someone, act: dict[str, Any], ids: list[str], **words: Any) -> dict[str, Any]:
    answer = await begin(who, act, ids, **words)
    assert answer.status_code == 202, answer.text
    return await worked(who, answer.json()["id"])


async def worked(who: Someone, bulk_id: str) -> dict[str, Any]:
    await who.town.house.bulk.work(str(who.town.id), str(parse_id(Prefix.BULK, bulk_id)))
    answer = await who.ask("GET", f"/bulk-acts/{bulk_id}")
    return dict(answer.json())


async def outcomes(who: Someone, bulk: dict[str, Any]) -> dict[str, tuple[str, str | None]]:
    page = (await who.ask("GET", f"/bulk-acts/{bulk['id']}/items")).json()["data"]
    return {one["ticket_id"]: (one["outcome"], one["code"]) for one in page}


async def ticket_of(town: Town, ticket: dict[str, Any]) -> dict[str, Any]:
    return dict((await town.http.get(f"/api/v1/tickets/{ticket['id']}")).json())


async def test_closing_many_is_foreseen_and_refused_under_a_live_term(town: Town) -> None:
    agent, social = await someone(town), await a_team(town, "Action sociale")
    settled, running, secret = [await town.a_ticket() for _ in range(3)]
    tag = (await town.http.get(f"/api/v1/saisines/{settled['saisines'][0]['id']}")).headers["etag"]
    qualified = await town.http.post(
        f"/api/v1/saisines/{settled['saisines'][0]['id']}/qualifications",
        json={"regime": "none", "reason": "Rien n'est demandé."},
        headers={"If-Match": tag},
    )
    assert qualified.status_code == 201, qualified.text
    await give(town, secret, team_id=social, confidential=True)
    ids, nobodys = [settled["id"], running["id"], secret["id"]], "tkt_" + "0" * 26
    act = {"kind": "status", "status": "closed"}
    body = {"act": act, "ids": [*ids, nobodys]}
    foreseen = (await agent.ask("POST", "/bulk-acts/previews", json=body)).json()
    assert (foreseen["total"], foreseen["changes"], foreseen["refused"]) == (4, 1, 3)
    assert foreseen["causes"] == [{"code": "not-found", "count": 2}, {"code": "clock-running", "count": 1}]
    why = {one["ticket_id"]: one for one in foreseen["refusals"]}
    assert why[running["id"]]["reference"] == running["reference"]
    assert "délai légal" in why[running["id"]]["detail"]
    # What one may not see and what nobody has get the same words.
    assert {**why[secret["id"]], "ticket_id": ""} == {**why[nobodys], "ticket_id": ""}
    assert (await ticket_of(town, settled))["status"] == "new"

    done = await carried_out(agent, act, [*ids, nobodys])
    assert (done["state"], done["total"], done["done"], done["changed"], done["refused"]) == ("done", 4, 4, 1, 3)
    assert await outcomes(agent, done) == {
        settled["id"]: ("changed", None),
        running["id"]: ("refused", "clock-running"),
    }
    stands = [(await ticket_of(town, one))["status"] for one in (settled, running, secret)]
    assert stands == ["closed", "new", "new"]
    told = await town.facts("ticket.updated", "bulk.started", "bulk.moved", "bulk.ended")
    assert [one["type"] for one in told][-4:] == ["bulk.started", "ticket.updated", "bulk.moved", "bulk.ended"]
    assert (told[-1]["data"]["changed"], told[-1]["data"]["refused"]) == (1, 3)


async def test_each_kind_of_act_is_done_and_taken_back_within_thirty_seconds(town: Town) -> None:
    agent, works = await someone(town), await a_team(town, "Voirie")
    tag = (await town.http.post("/api/v1/tags", json={"name": "Panne", "color": "red"}, headers=once())).json()["id"]
    tickets = [await town.a_ticket() for _ in range(2)]
    ids = [one["id"] for one in tickets]
    for act, shown, before in (
        ({"kind": "assign", "assignee_id": agent.id}, lambda one: one["assignee_id"] == agent.id, None),
        ({"kind": "team", "team_id": works}, lambda one: one["team_id"] == works, None),
        ({"kind": "tag", "tag_id": tag}, lambda one: [tag] == [mark["id"] for mark in one["tags"]], None),
        ({"kind": "status", "status": "waiting"}, lambda one: one["status"] == "waiting", None),
    ):
        done = await carried_out(agent, act, ids)
        assert (done["changed"], done["act"], done["may_undo"]) == (2, act, True), (done, before)
        assert all([shown(await ticket_of(town, one)) for one in tickets]), act
        assert (await carried_out(agent, act, ids))["unchanged"] == 2
        # One of them is changed by somebody meanwhile: that is kept.
        if act["kind"] == "status":
            await give(town, tickets[0], status="open")
        undone = await agent.ask("POST", f"/bulk-acts/{done['id']}/undo", headers=once())
        assert (undone.status_code, undone.json()["state"]) == (202, "undoing")
        back = await worked(agent, done["id"])
        kept = 1 if act["kind"] == "status" else 0
        assert (back["state"], back["undone"], back["kept"], back["may_undo"]) == ("undone", 2 - kept, kept, False)
        assert not any([shown(await ticket_of(town, one)) for one in tickets]), act
        again = await agent.ask("POST", f"/bulk-acts/{done['id']}/undo", headers=once())
        assert (again.status_code, again.json()["code"]) == (409, "nothing-to-undo")
    assert [(await ticket_of(town, one))["status"] for one in tickets] == ["open", "new"]
    late = await carried_out(agent, {"kind": "team", "team_id": works}, ids)
    town.clock.move(seconds=31)
    refused = await agent.ask("POST", f"/bulk-acts/{late['id']}/undo", headers=once())
    assert (refused.status_code, refused.json()["code"]) == (409, "too-late-to-undo")


async def test_a_note_and_a_qualification_stay_and_the_words_are_kept_once(town: Town) -> None:
    agent, ticket = await someone(town), await town.a_ticket()
    noted = await carried_out(agent, {"kind": "note", "text": "Une panne reconnaissable."}, [ticket["id"]])
    assert (noted["changed"], noted["act"], noted["may_undo"]) == (1, {"kind": "note"}, False)
    thread = (await town.http.get(f"/api/v1/tickets/{ticket['id']}/messages")).json()["data"]
    assert [one["text"] for one in thread if one["direction"] == "note"] == ["Une panne reconnaissable."]
    assert "reconnaissable" not in str(await town.facts())
    act = {"kind": "qualify", "procedure": "URB-DP", "reason": "Liste du code."}
    foreseen = await agent.ask("POST", "/bulk-acts/previews", json={"act": act, "ids": [ticket["id"]]})
    assert foreseen.json()["changes"] == 1, foreseen.text
    assert (await carried_out(agent, act, [ticket["id"]]))["changed"] == 1
    assert (await ticket_of(town, ticket))["saisines"][0]["regime"] != "UNKNOWN"
    again = await carried_out(agent, act, [ticket["id"]])
    assert await outcomes(agent, again) == {ticket["id"]: ("refused", "nothing-to-qualify")}
    unknown = {"act": {**act, "procedure": "nulle-part"}, "ids": [(await town.a_ticket())["id"]]}
    assert (await agent.ask("POST", "/bulk-acts/previews", json=unknown)).json()["causes"] == [
        {"code": "invalid", "count": 1}
    ]


async def test_what_a_dead_worker_left_is_gone_on_with_and_nothing_is_done_twice(town: Town, monkeypatch: Any) -> None:
    monkeypatch.setattr(service, "BATCH", 2)
    agent = await someone(town)
    ids = [(await town.a_ticket())["id"] for _ in range(5)]
    begun = (await begin(agent, {"kind": "note", "text": "Vu."}, [], filter={"status": "new"})).json()
    assert begun["total"] == 5
    bulk = town.house.bulk
    here = (town.id, parse_id(Prefix.BULK, begun["id"]))
    assert await bulk._batch(*here)  # and then its worker dies
    assert (await agent.ask("GET", f"/bulk-acts/{begun['id']}")).json()["done"] == 2
    await asyncio.gather(*[bulk.work(*map(str, here)) for _ in range(3)])
    town.clock.move(minutes=3)
    await bulk.look(town.id)
    assert (await worked(agent, begun["id"]))["changed"] == 5
    for one in ids:
        thread = (await town.http.get(f"/api/v1/tickets/{one}/messages")).json()["data"]
        assert [message["text"] for message in thread if message["direction"] == "note"] == ["Vu."]
    # Stopped while it runs, what had no turn is left alone.
    half = (await begin(agent, {"kind": "status", "status": "open"}, ids)).json()
    await bulk._batch(town.id, parse_id(Prefix.BULK, half["id"]))
    assert (await agent.ask("POST", f"/bulk-acts/{half['id']}/undo", headers=once())).status_code == 202
    stopped = await worked(agent, half["id"])
    assert (stopped["state"], stopped["changed"], stopped["undone"]) == ("undone", 2, 2)
    assert sorted(one for one, _ in (await outcomes(agent, stopped)).values()) == ["left"] * 3 + ["undone"] * 2
    town.clock.move(days=31)
    await bulk.look(town.id)
    async with town.house.database.transaction(tenant=town.id) as session:
        holder = f"agent:{parse_id(Prefix.USER, agent.id)}"
        assert await bulk.page(session, town.id, holder=holder, after=None, limit=10) == []


async def test_an_act_is_its_holders_alone_and_ends_with_their_right(town: Town, new_town: Any) -> None:
    agent, colleague, reader = await someone(town), await someone(town), await someone(town, role="reader")
    ticket, elsewhere = await town.a_ticket(), await new_town()
    act = {"kind": "status", "status": "open"}
    begun = (await begin(agent, act, [ticket["id"]])).json()
    for path in ("", "/items"):
        assert (await colleague.ask("GET", f"/bulk-acts/{begun['id']}{path}")).status_code == 404
        assert (await elsewhere.http.get(f"/api/v1/bulk-acts/{begun['id']}{path}")).status_code == 404
    assert (await colleague.ask("POST", f"/bulk-acts/{begun['id']}/undo", headers=once())).status_code == 404
    assert (await begin(reader, act, [ticket["id"]])).status_code == 403
    suspended = await town.http.get(f"/api/v1/users/{agent.id}")
    changed = await town.http.patch(
        f"/api/v1/users/{agent.id}", json={"suspended": True}, headers={"If-Match": suspended.headers["etag"]}
    )
    assert changed.status_code == 200, changed.text
    await town.house.bulk.work(str(town.id), str(parse_id(Prefix.BULK, begun["id"])))
    assert (await ticket_of(town, ticket))["status"] == "new"
    (ended,) = await town.facts("bulk.ended")
    assert (ended["data"]["changed"], ended["data"]["refused"]) == (0, 1)
    theirs = await elsewhere.http.post("/api/v1/bulk-acts/previews", json={"act": act, "ids": [ticket["id"]]})
    assert theirs.json()["causes"] == [{"code": "not-found", "count": 1}]


async def test_what_no_request_could_take_refuses_the_whole(town: Town) -> None:
    agent, ticket = await someone(town), await town.a_ticket()
    for act, pointer in (
        ({"kind": "assign", "assignee_id": "usr_" + "0" * 26}, "/act/assignee_id"),
        ({"kind": "team", "team_id": "tea_" + "0" * 26}, "/act/team_id"),
        ({"kind": "tag", "tag_id": "tag_" + "0" * 26}, "/act/tag_id"),
    ):
        refused = await begin(agent, act, [ticket["id"]])
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer), refused.text
    both = {"act": {"kind": "status", "status": "open"}, "ids": [ticket["id"]], "filter": {}}
    assert (await agent.ask("POST", "/bulk-acts/previews", json=both)).status_code == 422
    many = {"act": {"kind": "status", "status": "open"}, "ids": ["tkt_" + new_id().hex[:26].zfill(26)] * 1001}
    assert (await agent.ask("POST", "/bulk-acts/previews", json=many)).status_code == 422
