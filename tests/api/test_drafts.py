"""Drafts on the server: one a request, a person and a kind, at a version, shared on demand, never left behind."""

from typing import Any

import httpx

from tests.api.conftest import Town
from tests.api.test_sight import Someone, a_team, give, someone
from tests.api.test_tags import once


async def save(who: Someone, ticket: dict[str, Any], text: str, *, version: int, **words: Any) -> httpx.Response:
    path, body = f"/tickets/{ticket['id']}/drafts/{words.pop('kind', 'reply')}", {"text": text, **words}
    return await who.ask("PUT", path, json=body, headers={"If-Match": f'"{version}"'})


async def texts(who: Someone, ticket: dict[str, Any]) -> list[tuple[str, bool]]:
    answer = await who.ask("GET", f"/tickets/{ticket['id']}/drafts")
    return [(one["text"], one["mine"]) for one in answer.json()["data"]]


async def test_a_draft_is_kept_at_its_version_and_gone_once_sent(town: Town) -> None:
    agent, ticket = await someone(town), await town.a_ticket()
    path = f"/tickets/{ticket['id']}/drafts/reply"
    empty = await agent.ask("GET", path)
    assert (empty.status_code, empty.headers["etag"], empty.json()["text"]) == (200, '"0"', "")
    begun = await save(agent, ticket, "Bonjour", version=0)
    first = begun.json()["version"]
    assert (begun.status_code, begun.headers["etag"]) == (200, f'"{first}"'), begun.text
    assert (await save(agent, ticket, "Bonjour, l'équipe", version=first)).headers["etag"] == f'"{first + 1}"'
    for version in (0, first):  # another window wrote meanwhile
        stale = await save(agent, ticket, "Autre", version=version)
        assert (stale.status_code, stale.headers["etag"]) == (412, f'"{first + 1}"')
    assert (await agent.ask("PUT", path, json={"text": ""})).status_code == 428
    assert (await save(agent, ticket, "Vu.", version=0, kind="note")).status_code == 200
    assert await texts(agent, ticket) == [("Bonjour, l'équipe", True), ("Vu.", True)]
    assert (await agent.ask("GET", path)).json()["version"] == first + 1

    replied = await agent.ask("POST", f"/tickets/{ticket['id']}/replies", json={"text": "Bonjour."}, headers=once())
    assert replied.status_code == 202, replied.text
    assert await texts(agent, ticket) == [("Vu.", True)]
    noted = await agent.ask("POST", f"/tickets/{ticket['id']}/notes", json={"text": "Vu."}, headers=once())
    assert noted.status_code == 201
    again = await save(agent, ticket, "Encore", version=0)
    thrown = await agent.ask("DELETE", path, headers={"If-Match": again.headers["etag"]})
    assert (thrown.status_code, await texts(agent, ticket)) == (204, [])
    told = await town.facts("draft.edited", "draft.dropped")
    assert [(one["type"], one["data"]["kind"]) for one in told] == [
        ("draft.edited", "reply"),
        ("draft.edited", "note"),
        ("draft.dropped", "reply"),
        ("draft.dropped", "note"),
        ("draft.edited", "reply"),
        ("draft.dropped", "reply"),
    ]
    assert "équipe" not in str(told)


async def test_a_draft_begun_anew_bears_no_version_of_the_one_that_left(town: Town) -> None:
    agent, ticket = await someone(town), await town.a_ticket()
    path = f"/tickets/{ticket['id']}/drafts/reply"
    elsewhere = (await save(agent, ticket, "Les mots envoyés", version=0)).json()["version"]
    last = (await save(agent, ticket, "Les mots envoyés.", version=elsewhere)).headers["etag"]
    replied = await agent.ask("POST", f"/tickets/{ticket['id']}/replies", json={"text": "Envoyé."}, headers=once())
    assert replied.status_code == 202, replied.text
    town.clock.move(seconds=1)
    assert (await save(agent, ticket, "Un autre", version=0)).status_code == 200
    # A second window still holds a version of what was sent: it neither overwrites nor believes itself fresh.
    assert (await save(agent, ticket, "Les mots envoyés", version=elsewhere)).status_code == 412
    for tag in (f'"{elsewhere}"', last):
        assert (await agent.ask("GET", path, headers={"If-None-Match": tag})).status_code == 200
        assert (await agent.ask("DELETE", path, headers={"If-Match": tag})).status_code == 412
    assert await texts(agent, ticket) == [("Un autre", True)]


async def test_a_draft_is_its_authors_alone_until_shared_and_never_seen_beyond_the_request(town: Town) -> None:
    social, ticket = await a_team(town, "Action sociale"), await town.a_ticket()
    author, colleague = await someone(town, teams=[social]), await someone(town, teams=[social])
    outsider, reader = await someone(town), await someone(town, role="reader")
    begun = (await save(author, ticket, "Un secret", version=0)).json()["version"]
    assert await texts(colleague, ticket) == []
    await save(author, ticket, "À relire", version=begun, shared=True)
    for who in (colleague, outsider, reader):
        assert await texts(who, ticket) == [("À relire", False)]
    # Each has their own: nobody writes in another's.
    assert (await save(colleague, ticket, "Le mien", version=0)).status_code == 200
    assert (await save(reader, ticket, "Rien", version=0)).status_code == 403
    assert await texts(author, ticket) == [("À relire", True)]
    await give(town, ticket, team_id=social, confidential=True)
    assert await texts(colleague, ticket) == [("À relire", False), ("Le mien", True)]
    for method, path in (
        ("GET", "drafts"),
        ("GET", "drafts/reply"),
        ("PUT", "drafts/reply"),
        ("DELETE", "drafts/note"),
    ):
        words = {"json": {"text": "x"}} if method == "PUT" else {}
        hidden = await outsider.ask(method, f"/tickets/{ticket['id']}/{path}", headers={"If-Match": '"0"'}, **words)
        assert hidden.status_code == 404, (method, path)


async def test_a_draft_nobody_comes_back_to_is_forgotten_after_thirty_days(town: Town) -> None:
    path = f"/api/v1/tickets/{(await town.a_ticket())['id']}/drafts"

    async def kept(kind: str, version: int) -> int:
        answer = await town.http.put(f"{path}/{kind}", json={"text": kind}, headers={"If-Match": f'"{version}"'})
        assert answer.status_code == 200, answer.text
        return int(answer.json()["version"])

    begun = await kept("reply", 0)
    await kept("note", 0)
    town.clock.move(days=20)
    await kept("reply", begun)
    town.clock.move(days=11)
    assert await town.house.drafts.forget(town.id) == 1
    assert [one["kind"] for one in (await town.http.get(path)).json()["data"]] == ["reply"]
    assert [one["data"]["kind"] for one in await town.facts("draft.dropped")] == ["note"]
    town.clock.move(days=20)
    assert await town.house.drafts.forget(town.id) == 1
