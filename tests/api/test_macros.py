"""Macros: acts done at once on a request, all or none, tried before, never past the guards of each gesture."""

from typing import Any

from tests.api.conftest import Town
from tests.api.test_sight import Someone, a_team, give, someone
from tests.api.test_tags import once

REPLY = {"kind": "reply", "text": "Bonjour {{contact.name}}, transmis ({{ticket.reference}}).", "send": True}
RESOLVED = {"kind": "status", "status": "resolved"}


def macro(*acts: dict[str, Any], **words: object) -> dict[str, Any]:
    return {"name": "Transmettre", "owner": "administration", "acts": list(acts), **words}


async def kept(town: Town, *acts: dict[str, Any]) -> str:
    made = await town.http.post("/api/v1/macros", json=macro(*acts), headers=once())
    assert (made.status_code, made.headers["etag"]) == (201, '"1"'), made.text
    return str(made.json()["id"])


async def run(town: Town, ticket: str, macro_id: str, by: Someone | None = None) -> Any:
    tag = (await town.http.get(f"/api/v1/tickets/{ticket}")).headers["etag"]
    path, head = f"/tickets/{ticket}/macros/{macro_id}/runs", {**once(), "If-Match": tag}
    return await (by.ask("POST", path, headers=head) if by else town.http.post(f"/api/v1{path}", headers=head))


async def test_a_macro_says_what_it_would_do_then_does_it_all(town: Town) -> None:
    roads = await a_team(town, "Voirie")
    agent = await someone(town, name="Camille Exemple")
    tag_id = (await town.http.post("/api/v1/tags", json={"name": "Éclairage"}, headers=once())).json()["id"]
    ticket = await town.a_ticket()
    acts = (
        REPLY,
        {"kind": "note", "text": "Vu par {{agent.name}}."},
        {"kind": "tag_on", "tag_id": tag_id},
        {"kind": "team", "team_id": roads},
        {"kind": "assignee", "me": True},
        {"kind": "status", "status": "waiting"},
        {"kind": "tag_off", "tag_id": tag_id},
    )
    macro_id = await kept(town, *acts)
    path = f"/tickets/{ticket['id']}"
    before = await town.http.get(f"/api/v1{path}")
    tried = (await agent.ask("POST", f"{path}/macros/{macro_id}/previews")).json()
    assert (tried["possible"], [one["outcome"] for one in tried["acts"]]) == (True, ["done"] * 7), tried
    assert tried["acts"][0]["text"] == f"Bonjour Usager Exemple, transmis ({ticket['reference']})."
    assert tried["acts"][1]["text"] == "Vu par Camille Exemple."
    # All of it was taken back.
    assert (await town.http.get(f"/api/v1{path}")).headers["etag"] == before.headers["etag"]
    heard = (await town.http.get(f"/api/v1{path}/messages")).json()["data"]
    assert [one["author_kind"] for one in heard] == ["citizen", "automation"]  # its acknowledgement
    assert await town.facts("note.added", "macro.run") == []
    assert len(await town.facts("reply.queued")) == 1

    done = await run(town, ticket["id"], macro_id, agent)
    assert done.status_code == 201, done.text
    now = done.json()["ticket"]
    assert (now["status"], now["team_id"], now["assignee_id"], now["tags"]) == ("waiting", roads, agent.id, [])
    said = (await town.http.get(f"/api/v1{path}/messages")).json()["data"]
    assert [(one["direction"], one["text"]) for one in said[2:]] == [
        ("out", tried["acts"][0]["text"]),
        ("note", "Vu par Camille Exemple."),
    ]
    (told,) = await town.facts("macro.run")
    assert told["data"] == {"macro_id": macro_id, "ticket_id": ticket["id"]}
    again = (await agent.ask("POST", f"{path}/macros/{macro_id}/previews")).json()
    assert [one["outcome"] for one in again["acts"]][3:6] == ["unchanged"] * 3


async def test_a_macro_is_done_whole_or_not_at_all_and_never_past_a_guard(town: Town) -> None:
    ticket = await town.a_ticket()
    macro_id = await kept(town, {"kind": "note", "text": "Fini."}, RESOLVED, REPLY)
    path = f"/api/v1/tickets/{ticket['id']}"
    tried = (await town.http.post(f"{path}/macros/{macro_id}/previews")).json()
    assert [(one["outcome"], one["code"]) for one in tried["acts"]] == [
        ("done", None),
        ("refused", "clock-running"),
        ("done", None),
    ]
    assert not tried["possible"]
    assert "délai légal" in tried["acts"][1]["detail"]
    refused = await run(town, ticket["id"], macro_id)
    assert (refused.status_code, refused.json()["code"]) == (409, "macro-refused")
    assert [(one["pointer"], one["code"]) for one in refused.json()["errors"]] == [("/acts/1", "clock-running")]
    assert "Fini." not in (await town.http.get(f"{path}/messages")).text
    for act, code in (
        ({**REPLY, "text": "Votre équipe : {{team.name}}"}, "unfilled-place"),
        ({**REPLY, "text": "IBAN FR76 3000 6000 0112 3456 7890 189"}, "sensitive-content"),
        ({"kind": "assignee", "me": True}, "invalid"),  # a program's key is nobody to give a request to
    ):
        refused = await run(town, ticket["id"], await kept(town, act))
        assert (refused.status_code, refused.json()["errors"][0]["code"]) == (409, code), refused.text
    stale = await town.http.post(f"{path}/macros/{macro_id}/runs", headers={**once(), "If-Match": '"999"'})
    assert stale.status_code == 412


async def test_a_macro_leaves_a_draft_and_replaces_nobodys_words(town: Town) -> None:
    ticket = await town.a_ticket()
    macro_id = await kept(town, {**REPLY, "text": "{{team.name}} : {{ticket.reference}}", "send": False})
    assert (await run(town, ticket["id"], macro_id)).status_code == 201
    path = f"/api/v1/tickets/{ticket['id']}/drafts/reply"
    draft = (await town.http.get(path)).json()
    assert (draft["text"], draft["mine"]) == ("{{team.name}} : " + ticket["reference"], True)
    refused = await run(town, ticket["id"], macro_id)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (409, "draft-in-the-way")
    assert (await town.http.get(path)).json()["version"] == draft["version"]


async def test_what_a_macro_names_must_exist_and_it_answers_once(town: Town) -> None:
    nobody = "0" * 26
    for act, pointer in (
        ({"kind": "team", "team_id": f"tea_{nobody}"}, "/acts/0/team_id"),
        ({"kind": "assignee", "assignee_id": f"usr_{nobody}"}, "/acts/0/assignee_id"),
        ({"kind": "tag_on", "tag_id": f"tag_{nobody}"}, "/acts/0/tag_id"),
        ({"kind": "note", "text": "{{nom}}"}, "/acts/0/text"),
    ):
        refused = await town.http.post("/api/v1/macros", json=macro(act), headers=once())
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)
    for acts in (
        [REPLY, REPLY],
        [],
        [{"kind": "close"}],
        [{"kind": "assignee", "me": True, "assignee_id": f"usr_{nobody}"}],
    ):
        assert (await town.http.post("/api/v1/macros", json=macro(*acts), headers=once())).status_code == 422
    macro_id = await kept(town, RESOLVED)
    path = f"/api/v1/macros/{macro_id}"
    changed = await town.http.patch(path, json={"acts": [REPLY], "name": "Autre"}, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.json()["name"]) == (200, "Autre")
    (act,) = changed.json()["acts"]
    assert {name: value for name, value in act.items() if value is not None} == {**REPLY, "language": "fr"}
    assert (await town.http.delete(path, headers={"If-Match": '"2"'})).status_code == 204
    told = await town.facts("macro.edited", "macro.removed")
    assert [one["type"] for one in told] == ["macro.edited", "macro.edited", "macro.removed"]


async def test_macros_are_seen_by_those_they_are_for_and_reach_no_further_than_their_eyes(town: Town) -> None:
    roads, social = await a_team(town, "Voirie"), await a_team(town, "Action sociale")
    member = await someone(town, reach="teams", teams=[roads])
    reader = await someone(town, role="reader", teams=[roads])
    own = await member.ask("POST", "/macros", json=macro(RESOLVED, owner="person"), headers=once())
    away = await kept(town, {"kind": "team", "team_id": social}, {"kind": "note", "text": "Confié."})
    assert await member.sees("/macros") == {own.json()["id"], away}
    assert await reader.sees("/macros") == {away}
    hidden, shown = await town.a_ticket(), await town.a_ticket()
    await give(town, hidden, team_id=social)
    await give(town, shown, team_id=roads)
    assert (await run(town, hidden["id"], away, member)).status_code == 404
    assert (await member.ask("POST", f"/tickets/{hidden['id']}/macros/{away}/previews")).status_code == 404
    assert (await run(town, shown["id"], away, reader)).status_code == 403
    # What it hands over leaves their sight, and the acts after that are still done.
    done = await run(town, shown["id"], away, member)
    assert (done.status_code, done.json()["ticket"]["team_id"]) == (201, social)
    assert (await member.ask("GET", f"/tickets/{shown['id']}")).status_code == 404
    notes = (await town.http.get(f"/api/v1/tickets/{shown['id']}/messages")).json()["data"]
    assert [one["text"] for one in notes if one["direction"] == "note"] == ["Confié."]
