"""Canned replies: kept by those they are for, called by a shortcut, filled for one request, never sent with a hole."""

from typing import Any

from tests.api.conftest import Town
from tests.api.test_sight import a_team, give, someone
from tests.api.test_tags import once

HELLO: dict[str, Any] = {
    "name": "Signalement reçu",
    "shortcut": "recu",
    "owner": "administration",
    "texts": [
        {
            "language": "fr",
            "text": "Bonjour {{ contact.name }}, reçu le {{ticket.received_on}} ({{ticket.reference}}).",
        },
        {"language": "en", "text": "Hello {{contact.name}}, received on {{ticket.received_on}}."},
    ],
}


async def test_a_canned_reply_is_kept_filled_changed_and_removed(town: Town) -> None:
    ticket = await town.a_ticket(subject="Objet {{ticket.reference}}")
    made = await town.http.post("/api/v1/canned-replies", json=HELLO, headers=once())
    assert (made.status_code, made.headers["etag"]) == (201, '"1"'), made.text
    path = f"/api/v1/canned-replies/{made.json()['id']}"
    filling = f"/api/v1/tickets/{ticket['id']}/canned-replies/{made.json()['id']}/previews"
    shown = (await town.http.post(filling, json={})).json()
    day = ticket["received_at"][:10]
    assert (shown["language"], shown["complete"], shown["flaws"]) == ("fr", True, [])
    assert shown["text"].startswith("Bonjour Usager Exemple, reçu le ")
    assert shown["text"].endswith(f"({ticket['reference']}).")
    english = (await town.http.post(filling, json={"language": "en"})).json()
    assert english["text"].startswith("Hello Usager Exemple, received on ")
    assert str(int(day[8:])) in english["text"].split()

    again = await town.http.post("/api/v1/canned-replies", json=HELLO, headers=once())
    assert (again.status_code, again.json()["code"]) == (409, "shortcut-taken")
    other = {**HELLO, "shortcut": "autre", "rank": 5}
    second = (await town.http.post("/api/v1/canned-replies", json=other, headers=once())).json()
    page = (await town.http.get("/api/v1/canned-replies?limit=1")).json()
    rest = (await town.http.get(f"/api/v1/canned-replies?limit=1&cursor={page['next_cursor']}")).json()
    assert [one["id"] for one in page["data"] + rest["data"]] == [made.json()["id"], second["id"]]
    taken = await town.http.patch(path, json={"shortcut": "autre"}, headers={"If-Match": '"1"'})
    assert (taken.status_code, taken.json()["code"]) == (409, "shortcut-taken")
    changed = await town.http.patch(path, json={"texts": HELLO["texts"][1:]}, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.json()["name"], changed.headers["etag"]) == (200, HELLO["name"], '"2"')
    assert (await town.http.post(filling, json={"language": "fr"})).json()["language"] == "en"
    assert (await town.http.delete(path, headers={"If-Match": '"1"'})).status_code == 412
    assert (await town.http.delete(path, headers={"If-Match": '"2"'})).status_code == 204
    assert (await town.http.get(path)).status_code == 404
    told = await town.facts("canned_reply.edited", "canned_reply.removed")
    assert [fact["type"] for fact in told] == ["canned_reply.edited"] * 3 + ["canned_reply.removed"]
    assert told[-1]["data"] == {"canned_reply_id": made.json()["id"], "owner": "administration", "team_id": None}
    assert "Bonjour" not in str(told)


async def test_a_place_that_nothing_fills_is_named_and_never_leaves(town: Town) -> None:
    ticket = await town.a_ticket(subject="Voir {{contact.name}}")
    words = {"name": "Trous", "shortcut": "trous", "owner": "person"}
    lost = {**words, "texts": [{"language": "fr", "text": "Bonjour {{contact.nom}} et {{foo}}"}]}
    refused = await town.http.post("/api/v1/canned-replies", json=lost, headers=once())
    flaws = refused.json()["errors"]
    assert {(one["pointer"], one["code"]) for one in flaws} == {("/texts/0/text", "unknown-variable")}
    assert "contact.nom" in flaws[0]["detail"]
    twice = {**words, "texts": [{"language": "fr", "text": "a"}, {"language": "fr", "text": "b"}]}
    assert (await town.http.post("/api/v1/canned-replies", json=twice, headers=once())).status_code == 422
    holes = {**words, "texts": [{"language": "fr", "text": "{{team.name}} vous répond : {{ticket.subject}}"}]}
    made = (await town.http.post("/api/v1/canned-replies", json=holes, headers=once())).json()
    filling = f"/api/v1/tickets/{ticket['id']}/canned-replies/{made['id']}/previews"
    shown = (await town.http.post(filling, json={}, headers={"Accept-Language": "en"})).json()
    # What a citizen wrote opens no place of its own.
    assert shown["text"] == "{{team.name}} vous répond : Voir {{contact.name}}"
    assert shown["flaws"] == [
        {"variable": "team.name", "code": "empty", "detail": "nothing here says the request's team"}
    ]
    reply = f"/api/v1/tickets/{ticket['id']}/replies"
    for path in (reply, f"{reply}/previews"):
        answer = await town.http.post(path, json={"text": shown["text"]}, headers=once())
        assert (answer.status_code, answer.json()["code"]) == (409, "unfilled-place")
        assert "team.name" in answer.json()["detail"]
    assert (await town.http.post(reply, json={"text": "Bonjour {{name}}"}, headers=once())).status_code == 202


async def test_each_sees_the_canned_replies_that_are_for_them(town: Town) -> None:
    roads = await a_team(town, "Voirie")
    member, outsider = await someone(town, teams=[roads]), await someone(town)
    reader = await someone(town, role="reader", teams=[roads])
    of_team = {**HELLO, "owner": "team", "team_id": roads}
    own = await member.ask("POST", "/canned-replies", json={**HELLO, "owner": "person"}, headers=once())
    shared = await member.ask("POST", "/canned-replies", json=of_team, headers=once())
    assert (own.status_code, shared.status_code) == (201, 201), shared.text
    # The same short word may call one text for each owner.
    everyones = (await town.http.post("/api/v1/canned-replies", json=HELLO, headers=once())).json()["id"]
    own_id, shared_id = own.json()["id"], shared.json()["id"]
    assert await member.sees("/canned-replies") == {own_id, shared_id, everyones}
    assert await reader.sees("/canned-replies") == {shared_id, everyones}
    assert await outsider.sees("/canned-replies") == {everyones}
    for who, one, status in ((outsider, own_id, 404), (outsider, shared_id, 404), (reader, shared_id, 403)):
        answer = await who.ask("DELETE", f"/canned-replies/{one}", headers={"If-Match": '"1"'})
        assert answer.status_code == status, answer.text
    for who, words in ((outsider, of_team), (reader, of_team), (member, HELLO)):
        assert (await who.ask("POST", "/canned-replies", json=words, headers=once())).status_code == 403
    secret = await town.a_ticket()
    await give(town, secret, team_id=roads, confidential=True)
    filling = f"/tickets/{secret['id']}/canned-replies/{everyones}/previews"
    assert (await outsider.ask("POST", filling, json={})).status_code == 404
    assert (await member.ask("POST", filling, json={})).status_code == 200
