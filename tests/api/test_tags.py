"""Tags: a list of the administration's own, put on requests, searched by, never lost by a new name."""

from typing import Any

import httpx

from app.ids import new_id
from tests.api.conftest import Town
from tests.api.test_sight import a_team, give, someone


def once() -> dict[str, str]:
    return {"Idempotency-Key": new_id().hex}


async def a_tag(town: Town, name: str, **words: Any) -> dict[str, Any]:
    made = await town.http.post("/api/v1/tags", json={"name": name, **words}, headers=once())
    assert made.status_code == 201, made.text
    return made.json()


async def put(town: Town, ticket: dict[str, Any], tag: dict[str, Any], *, method: str = "PUT") -> httpx.Response:
    path = f"/api/v1/tickets/{ticket['id']}"
    version = (await town.http.get(path)).headers["etag"]
    return await town.http.request(method, f"{path}/tags/{tag['id']}", headers={"If-Match": version})


async def listed(town: Town, **query: str) -> set[str]:
    answer = await town.http.get("/api/v1/tickets", params=query)
    assert answer.status_code == 200, answer.text
    return {one["id"] for one in answer.json()["data"]}


async def test_requests_are_filed_under_tags_and_found_by_them(town: Town) -> None:
    lights, noise = await a_tag(town, "Éclairage", color="yellow"), await a_tag(town, "Bruit")
    dark, loud, _ = [await town.a_ticket(text="Le lampadaire sycomore est éteint.") for _ in range(3)]
    tagged = await put(town, dark, lights)
    assert tagged.status_code == 200, tagged.text
    assert tagged.json()["tags"] == [{"id": lights["id"], "name": "Éclairage", "color": "yellow"}]
    assert tagged.headers["etag"] == f'"{tagged.json()["version"]}"' != f'"{dark["version"]}"'
    await put(town, dark, noise)
    await put(town, loud, noise)

    shown = (await town.http.get(f"/api/v1/tickets/{dark['id']}")).json()
    assert [one["name"] for one in shown["tags"]] == ["Bruit", "Éclairage"]
    assert await listed(town, tag=lights["id"]) == {dark["id"]}
    assert await listed(town, tag=f"{lights['id']},{noise['id']}") == {dark["id"], loud["id"]}
    assert await listed(town, tag=lights["id"], q="sycomore") == {dark["id"]}
    counted = await town.http.get("/api/v1/tickets/count", params={"tag": noise["id"]})
    assert counted.json() == {"count": 2, "more": False}
    wrong = await town.http.get("/api/v1/tickets", params={"tag": "Bruit"})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "query/tag")

    again = await put(town, dark, noise)
    assert again.json()["version"] == shown["version"]  # what is there stays, and nothing has changed
    gone = await put(town, dark, noise, method="DELETE")
    assert [one["name"] for one in gone.json()["tags"]] == ["Éclairage"]
    assert await listed(town, tag=noise["id"]) == {loud["id"]}

    told = await town.facts("tag.edited", "ticket.tagged", "ticket.untagged")
    assert [fact["type"] for fact in told] == ["tag.edited"] * 2 + ["ticket.tagged"] * 3 + ["ticket.untagged"]
    assert told[-1]["data"] == {"ticket_id": dark["id"], "tag_id": noise["id"]}
    assert "clairage" not in str(told)


async def test_a_tag_keeps_its_requests_whatever_becomes_of_it(town: Town) -> None:
    tag, ticket = await a_tag(town, "Voirie"), await town.a_ticket()
    await put(town, ticket, tag)
    path = f"/api/v1/tags/{tag['id']}"
    renamed = await town.http.patch(
        path, json={"name": "Voirie et réseaux", "color": "teal"}, headers={"If-Match": '"1"'}
    )
    assert (renamed.status_code, renamed.headers["etag"]) == (200, '"2"')
    stale = await town.http.patch(path, json={"name": "Autre"}, headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.headers["etag"]) == (412, '"2"')
    read_before = {"If-Match": f'"{ticket["version"]}"'}
    stale = await town.http.put(f"/api/v1/tickets/{ticket['id']}/tags/{tag['id']}", headers=read_before)
    assert stale.status_code == 412
    assert (await town.http.patch(path, json={"archived": True}, headers={"If-Match": '"2"'})).status_code == 200
    shown = (await town.http.get(f"/api/v1/tickets/{ticket['id']}")).json()
    assert shown["tags"] == [{"id": tag["id"], "name": "Voirie et réseaux", "color": "teal"}]

    assert (await town.http.get("/api/v1/tags")).json()["data"] == []
    assert [one["id"] for one in (await town.http.get("/api/v1/tags?archived=true")).json()["data"]] == [tag["id"]]
    refused = await put(town, await town.a_ticket(), tag)
    assert (refused.status_code, refused.json()["code"]) == (409, "tag-archived")
    taken = await town.http.post("/api/v1/tags", json={"name": " VOIRIE et  réseaux"}, headers=once())
    assert (taken.status_code, taken.json()["code"]) == (409, "tag-exists")
    assert (await put(town, ticket, tag, method="DELETE")).json()["tags"] == []


async def test_tags_are_bounded_and_their_list_is_kept_by_who_sets_the_house_up(town: Town) -> None:
    ticket = await town.a_ticket()
    for number in range(20):
        assert (await put(town, ticket, await a_tag(town, f"Étiquette {number}"))).status_code == 200
    one_more = await a_tag(town, "De trop")
    refused = await put(town, ticket, one_more)
    assert (refused.status_code, refused.json()["code"]) == (409, "too-many-tags")
    agent = await someone(town)
    assert (await agent.ask("POST", "/tags", json={"name": "Mienne"}, headers=once())).status_code == 403
    assert (await agent.ask("GET", f"/tags/{one_more['id']}")).status_code == 200


async def test_a_tag_shows_nobody_a_request_beyond_their_sight(town: Town) -> None:
    social, tag, secret = await a_team(town, "Action sociale"), await a_tag(town, "Bruit"), await town.a_ticket()
    await put(town, secret, tag)
    await give(town, secret, team_id=social, confidential=True)
    outsider, member = await someone(town), await someone(town, teams=[social])
    assert await outsider.sees(f"/tickets?tag={tag['id']}") == set()
    assert await member.sees(f"/tickets?tag={tag['id']}") == {secret["id"]}
    assert (await outsider.ask("GET", f"/tickets/count?tag={tag['id']}")).json()["count"] == 0
    for method in ("PUT", "DELETE"):
        answer = await outsider.ask(method, f"/tickets/{secret['id']}/tags/{tag['id']}", headers={"If-Match": '"2"'})
        assert answer.status_code == 404
