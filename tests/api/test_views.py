"""Saved views: the query of the list kept, each seen by those it is for, counted true within one's own sight."""

from typing import Any

from app.main import openapi_document
from app.tickets.view_schemas import TicketQuery
from tests.api.conftest import Town
from tests.api.test_sight import a_team, give, someone
from tests.api.test_tags import once

OPEN: dict[str, Any] = {"name": "À prendre", "owner": "administration", "filter": {"status": "new", "unassigned": True}}


def test_a_view_keeps_every_filter_the_list_has() -> None:
    listed = openapi_document()["paths"]["/api/v1/tickets"]["get"]["parameters"]
    query = {one["name"] for one in listed if one["in"] == "query"}
    assert set(TicketQuery.model_fields) == query - {"sort", "cursor", "limit"}


async def test_a_view_is_saved_counted_changed_and_removed(town: Town) -> None:
    first, _ = await town.a_ticket(), await town.a_ticket()
    await give(town, first, status="open")
    made = await town.http.post(
        "/api/v1/views", json={**OPEN, "columns": ["risk", "subject", "risk"], "rank": 5}, headers=once()
    )
    assert (made.status_code, made.headers["etag"]) == (201, '"1"'), made.text
    view = made.json()
    assert (view["filter"], view["columns"], view["count"]) == (OPEN["filter"], ["risk", "subject"], None)
    words = {**OPEN, "name": "Lampadaires", "owner": "person", "filter": {"q": "lampadaire"}, "sort": "term_on"}
    searching = (await town.http.post("/api/v1/views", json=words, headers=once())).json()
    rail = (await town.http.get("/api/v1/views", params={"count": "true"})).json()["data"]
    assert [(one["id"], one["count"]) for one in rail] == [(searching["id"], None), (view["id"], 1)]
    listed = await town.http.get("/api/v1/tickets", params=view["filter"])
    assert len(listed.json()["data"]) == 1
    page = (await town.http.get("/api/v1/views", params={"limit": 1})).json()
    rest = (await town.http.get("/api/v1/views", params={"limit": 1, "cursor": page["next_cursor"]})).json()
    assert [one["id"] for one in page["data"] + rest["data"]] == [searching["id"], view["id"]]

    path = f"/api/v1/views/{view['id']}"
    changed = await town.http.patch(path, json={"filter": {"status": "new,open"}}, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.json()["name"], changed.headers["etag"]) == (200, "À prendre", '"2"')
    rail = (await town.http.get("/api/v1/views?count=true")).json()["data"]
    assert rail[-1]["count"] == 2
    stale = await town.http.delete(path, headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.headers["etag"]) == (412, '"2"')
    assert (await town.http.delete(path, headers={"If-Match": '"2"'})).status_code == 204
    assert (await town.http.get(path)).status_code == 404
    told = await town.facts("view.edited", "view.removed")
    assert [fact["type"] for fact in told] == ["view.edited"] * 3 + ["view.removed"]
    assert told[-1]["data"] == {"view_id": view["id"], "owner": "administration", "team_id": None}
    assert "prendre" not in str(told)


async def test_a_view_shows_a_field_of_the_administration_and_no_word_that_names_none(town: Town) -> None:
    shown = ["subject", "custom_field:quartier", "custom_field:quartier"]
    made = await town.http.post("/api/v1/views", json={**OPEN, "columns": shown}, headers=once())
    assert (made.status_code, made.json()["columns"]) == (201, shown[:2]), made.text
    for wrong in ("custom_field:", "custom_field:Quartier", "custom_field:a b", "secret", "custom_field:" + "a" * 41):
        refused = await town.http.post("/api/v1/views", json={**OPEN, "columns": [wrong]}, headers=once())
        assert refused.status_code == 422, wrong


async def test_what_the_list_refuses_a_view_refuses(town: Town) -> None:
    for given, pointer in (
        ({"status": "gone"}, "/filter/status"),
        ({"tag": "Bruit"}, "/filter/tag"),
        ({"team_id": "x"}, "/filter/team_id"),
        ({"colour": "red"}, "/filter/colour"),
    ):
        refused = await town.http.post("/api/v1/views", json={**OPEN, "filter": given}, headers=once())
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)
    for words in ({"owner": "team"}, {"team_id": "tea_" + "0" * 26}, {"owner": "team", "team_id": "tea_" + "0" * 26}):
        refused = await town.http.post("/api/v1/views", json={**OPEN, **words}, headers=once())
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/team_id")


async def test_each_sees_their_views_and_keeps_those_that_are_theirs_to_keep(town: Town) -> None:
    roads = await a_team(town, "Voirie")
    member, outsider = await someone(town, teams=[roads]), await someone(town)
    reader = await someone(town, role="reader", teams=[roads])
    of_team = {**OPEN, "owner": "team", "team_id": roads}
    own = await member.ask("POST", "/views", json={**OPEN, "owner": "person"}, headers=once())
    shared = await member.ask("POST", "/views", json=of_team, headers=once())
    assert (own.status_code, shared.status_code) == (201, 201), shared.text
    everyones = (await town.http.post("/api/v1/views", json=OPEN, headers=once())).json()["id"]
    own_id, shared_id = own.json()["id"], shared.json()["id"]
    assert await member.sees("/views") == {own_id, shared_id, everyones}
    assert await reader.sees("/views") == {shared_id, everyones}
    assert await outsider.sees("/views") == {everyones}
    for who, view_id, status in (
        (outsider, own_id, 404),
        (outsider, shared_id, 404),
        (reader, shared_id, 403),
        (outsider, everyones, 403),
        (member, shared_id, 204),
    ):
        answer = await who.ask("DELETE", f"/views/{view_id}", headers={"If-Match": '"1"'})
        assert answer.status_code == status, answer.text
    for who, words in ((outsider, of_team), (reader, of_team), (member, OPEN)):
        assert (await who.ask("POST", "/views", json=words, headers=once())).status_code == 403
    # Each by their own eyes: a count tells nothing of what is hidden.
    secret = await town.a_ticket()
    await give(town, secret, team_id=roads, confidential=True)
    for who, count in ((member, 1), (outsider, 0)):
        rail = (await who.ask("GET", "/views?count=true")).json()["data"]
        assert {one["count"] for one in rail} == {count}


async def test_a_rail_is_bounded(town: Town) -> None:
    for _ in range(50):
        assert (await town.http.post("/api/v1/views", json=OPEN, headers=once())).status_code == 201
    refused = await town.http.post("/api/v1/views", json=OPEN, headers=once())
    assert (refused.status_code, refused.json()["code"]) == (409, "too-many-views")
    assert (await town.http.get("/api/v1/views?count=true")).json()["data"][0]["count"] == 0
