"""Following requests, colleagues named in notes, and what each is told: theirs alone, and only of what they see."""

import asyncio
from typing import Any

import httpx
import pytest

from app.api.closing import Closing
from app.api.frames import of_notification
from app.following import repository
from app.ids import Prefix, new_id, parse_id, public_id
from app.live.seats import Told
from tests.api.conftest import Town
from tests.api.test_bulk import carried_out, outcomes
from tests.api.test_macros import kept as kept_macro
from tests.api.test_macros import run
from tests.api.test_presence import sitting, until
from tests.api.test_sight import Someone, a_team, give, someone
from tests.api.test_tags import once


async def told(who: Someone, **asked: Any) -> list[tuple[str, str, str]]:
    """Returns what somebody was told, oldest first: what, of which request, by whom."""
    answer = await who.ask("GET", "/notifications", params=asked)
    assert answer.status_code == 200, answer.text
    return [(one["kind"], one["ticket_id"], one["actor_name"]) for one in reversed(answer.json()["data"])]


async def note(who: Someone, ticket: dict[str, Any], text: str) -> httpx.Response:
    return await who.ask("POST", f"/tickets/{ticket['id']}/notes", json={"text": text}, headers=once())


async def followers(town: Town, ticket: dict[str, Any]) -> list[tuple[str, str]]:
    page = (await town.http.get(f"/api/v1/tickets/{ticket['id']}/followers")).json()
    return [(one["user_id"], one["why"]) for one in page["data"]]


async def test_who_follows_is_told_of_what_others_do_and_reads_it_alone(town: Town, new_town: Any) -> None:
    channel = await town.connect("email")
    kept = await town.hand_over(channel, conversation_ref="fil", text="Une demande.")
    ticket = (await town.http.get(f"/api/v1/tickets/{kept['ticket_id']}")).json()
    alone, colleague = await someone(town, name="Alix Exemple"), await someone(town, name="Camille Exemple")
    for _ in range(2):
        assert (await alone.ask("PUT", f"/tickets/{ticket['id']}/following")).status_code == 204
    assert await followers(town, ticket) == [(alone.id, "asked")]
    await note(alone, ticket, "De moi.")
    await note(colleague, ticket, "D'un collègue.")
    await give(town, ticket, colleague, status="waiting")
    await town.hand_over(channel, conversation_ref="fil", text="Et alors ?")
    here = ticket["id"]
    assert await told(alone) == [
        ("noted", here, "Camille Exemple"),
        ("status", here, "Camille Exemple"),
        ("answered", here, ""),
    ]
    assert await told(colleague) == []
    counted = (await alone.ask("GET", "/notifications/count")).json()
    assert counted == {"unread": 3, "more": False}
    first = (await alone.ask("GET", "/notifications?limit=1")).json()
    assert first["data"][0]["message_id"] is not None
    assert first["next_cursor"] is not None
    one = f"/notifications/{first['data'][0]['id']}/reading"
    for _ in range(2):
        read = await alone.ask("PUT", one)
        assert (read.status_code, read.json()["read_at"] is None) == (200, False)
    assert (await colleague.ask("PUT", one)).status_code == 404
    assert [kind for kind, *_ in await told(alone, unread=True)] == ["noted", "status"]
    assert (await alone.ask("PUT", "/notifications/readings")).json() == {"unread": 0, "more": False}
    assert len(await told(alone)) == 3
    assert (await alone.ask("DELETE", f"/tickets/{here}/following")).status_code == 204
    await note(colleague, ticket, "Encore.")
    assert len(await told(alone)) == 3
    facts = await town.facts("ticket.followed", "ticket.unfollowed")
    assert [one["type"] for one in facts] == ["ticket.followed", "ticket.unfollowed"]
    key = await town.http.get("/api/v1/notifications")
    assert (key.status_code, key.json()["code"]) == (403, "not-a-person")
    stranger = await someone(await new_town())
    assert (await stranger.ask("PUT", f"/tickets/{here}/following")).status_code == 404
    assert (await stranger.ask("PUT", one)).status_code == 404
    town.clock.move(days=91)
    assert await town.house.notifications.forget(town.id) == 3


async def test_following_again_at_the_limit_changes_nothing_and_one_more_is_refused(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.following.followers.MOST_FOLLOWED", 1)
    agent, ticket, other = await someone(town), await town.a_ticket(), await town.a_ticket()
    for _ in range(2):
        assert (await agent.ask("PUT", f"/tickets/{ticket['id']}/following")).status_code == 204
    refused = await agent.ask("PUT", f"/tickets/{other['id']}/following")
    assert (refused.status_code, refused.json()["code"]) == (409, "too-many-followed")


async def test_a_note_names_only_colleagues_who_see_the_request(town: Town) -> None:
    social, ticket = await a_team(town, "Action sociale"), await town.a_ticket()
    author, member = await someone(town, name="Alix Exemple", teams=[social]), await someone(town, teams=[social])
    outsider, follower = await someone(town), await someone(town, teams=[social])
    await give(town, ticket, team_id=social, confidential=True)
    await follower.ask("PUT", f"/tickets/{ticket['id']}/following")
    nobody = public_id(Prefix.USER, new_id())
    said = []
    for who in (outsider.id, nobody):
        refused = await note(author, ticket, f"@[{member.id}] et @[{who}] : à voir.")
        assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "mention"), refused.text
        said.append(refused.json()["errors"][0]["detail"].replace(who, ""))
    assert said[0] == said[1]
    assert await told(member) == []
    noted = await note(author, ticket, f"@[{member.id}] @[{follower.id}] @[{author.id}] @[{member.id}], à voir.")
    assert noted.status_code == 201, noted.text
    here = ticket["id"]
    assert await told(member) == [("mentioned", here, "Alix Exemple")]
    assert await told(follower) == [("mentioned", here, "Alix Exemple")]  # once of one note
    assert (await told(author), await told(outsider)) == ([], [])
    assert (member.id, "mentioned") in await followers(town, ticket)
    (fact,) = await town.facts("note.mentioned")
    assert fact["data"]["user_ids"] == [member.id, follower.id, author.id]
    # The same from an act over many requests: each is asked who sees it.
    other = await town.a_ticket()
    act = {"kind": "note", "text": f"@[{outsider.id}] : panne générale."}
    done = await carried_out(author, act, [here, other["id"]])
    assert await outcomes(author, done) == {here: ("refused", "invalid"), other["id"]: ("changed", None)}
    assert [one[:2] for one in await told(outsider)] == [("mentioned", other["id"])]
    # Out of sight, nothing of it is read or counted any more.
    await give(town, other, team_id=social, confidential=True)
    assert await told(outsider) == []
    assert (await outsider.ask("GET", "/notifications/count")).json()["unread"] == 0
    assert (await outsider.ask("GET", f"/tickets/{other['id']}/followers")).status_code == 404


async def test_a_macros_note_tells_whom_it_names_and_is_refused_where_they_see_nothing(town: Town) -> None:
    social, ticket = await a_team(town, "Action sociale"), await town.a_ticket()
    author, member = await someone(town, name="Alix Exemple", teams=[social]), await someone(town, teams=[social])
    outsider = await someone(town)
    await give(town, ticket, team_id=social, confidential=True)
    to_outsider = await kept_macro(town, {"kind": "note", "text": f"@[{outsider.id}] : à vérifier."})
    refused = await run(town, ticket["id"], to_outsider, author)
    assert (refused.status_code, refused.json()["code"]) == (409, "macro-refused")
    assert any("ne voit pas cette demande" in flaw["detail"] for flaw in refused.json()["errors"])
    to_member = await kept_macro(town, {"kind": "note", "text": f"@[{member.id}] : à vérifier."})
    tried = await author.ask("POST", f"/tickets/{ticket['id']}/macros/{to_member}/previews")
    assert (tried.json()["possible"], await told(member)) == (True, [])
    done = await run(town, ticket["id"], to_member, author)
    assert done.status_code == 201, done.text
    assert await told(member) == [("mentioned", ticket["id"], "Alix Exemple")]


async def test_one_is_told_as_one_wishes_and_follows_what_one_is_given(town: Town) -> None:
    ticket, agent, other = await town.a_ticket(), await someone(town), await someone(town)
    given = await give(town, ticket, assignee_id=agent.id)
    assert given.status_code == 200, given.text
    await give(town, ticket, assignee_id=agent.id, subject="Le même agent")
    assert [one[0] for one in await told(agent)] == ["assigned"]
    assert await followers(town, ticket) == [(agent.id, "assigned")]
    path = "/notification-wishes"
    first = await other.ask("GET", path)
    assert (first.headers["etag"], first.json()["follow_assigned"], first.json()["muted"]) == ('"0"', True, [])
    wanted = {"follow_assigned": False, "follow_mentioned": False, "muted": ["assigned", "noted"]}
    set_once = await other.ask("PUT", path, json=wanted, headers={"If-Match": '"0"'})
    assert (set_once.status_code, set_once.headers["etag"]) == (200, '"1"'), set_once.text
    stale = await other.ask("PUT", path, json=wanted, headers={"If-Match": '"0"'})
    assert (stale.status_code, stale.headers["etag"]) == (412, '"1"')
    await give(town, ticket, assignee_id=other.id)
    assert await told(other) == []
    assert await followers(town, ticket) == [(agent.id, "assigned")]
    await other.ask("PUT", f"/tickets/{ticket['id']}/following")
    await note(agent, ticket, "Pour mémoire.")
    await give(town, ticket, agent, status="waiting")
    assert [one[0] for one in await told(other)] == ["status"]


async def test_a_term_and_a_waking_are_told_and_a_merge_is_followed(town: Town) -> None:
    agent = await someone(town)
    kept, gone = await town.a_ticket(), await town.a_ticket()
    await agent.ask("PUT", f"/tickets/{gone['id']}/following")
    tag = (await town.http.get(f"/api/v1/tickets/{gone['id']}")).headers["etag"]
    await town.http.put(f"/api/v1/tickets/{gone['id']}/snooze", json={"until_at": None}, headers={"If-Match": tag})
    tag = (await town.http.get(f"/api/v1/tickets/{gone['id']}")).headers["etag"]
    await town.http.delete(f"/api/v1/tickets/{gone['id']}/snooze", headers={"If-Match": tag})
    tag = (await town.http.get(f"/api/v1/tickets/{kept['id']}")).headers["etag"]
    merged = await town.http.post(
        f"/api/v1/tickets/{kept['id']}/merges",
        json={"source_ids": [gone["id"]], "reason": "Essai."},
        headers={"If-Match": tag, **once()},
    )
    assert merged.status_code == 201, merged.text
    assert await followers(town, kept) == [(agent.id, "asked")]
    before = await told(agent)
    assert next(one[0] for one in before) == "woken"
    town.clock.move(days=50)
    await town.house.watch.sweep(town.id)
    # Fifty days later their session is over: read as the house would.
    async with town.house.database.transaction(tenant=town.id) as session:
        mine = await repository.page(
            session, town.id, parse_id(Prefix.USER, agent.id), unread=True, after=None, limit=10
        )
    assert (mine[0].kind.value, public_id(Prefix.TICKET, mine[0].ticket_id)) == ("term", kept["id"])


async def merged(town: Town, kept: dict[str, Any], gone: dict[str, Any]) -> str:
    tag = (await town.http.get(f"/api/v1/tickets/{kept['id']}")).headers["etag"]
    body = {"source_ids": [gone["id"]], "reason": "Essai."}
    head = {"If-Match": tag, **once()}
    answer = await town.http.post(f"/api/v1/tickets/{kept['id']}/merges", json=body, headers=head)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["merges"][0]["id"])


async def test_a_merge_undone_leaves_nobody_who_followed_only_what_is_given_back(town: Town) -> None:
    of_one, of_two, of_kept, assignee = [await someone(town) for _ in range(4)]
    kept, one, two = [await town.a_ticket() for _ in range(3)]
    for who, ticket in ((of_one, one), (of_kept, one), (of_kept, kept), (of_two, two), (of_two, one)):
        await who.ask("PUT", f"/tickets/{ticket['id']}/following")
        town.clock.move(seconds=1)
    await give(town, one, assignee_id=assignee.id)
    first, _second = await merged(town, kept, one), await merged(town, kept, two)
    await give(town, kept, assignee_id=assignee.id)
    assert {who for who, _ in await followers(town, kept)} == {of_one.id, of_two.id, of_kept.id, assignee.id}
    tag = (await town.http.get(f"/api/v1/tickets/{kept['id']}")).headers["etag"]
    undone = await town.http.delete(f"/api/v1/tickets/{kept['id']}/merges/{first}", headers={"If-Match": tag})
    assert undone.status_code == 200, undone.text
    assert {who for who, _ in await followers(town, kept)} == {of_two.id, of_kept.id, assignee.id}
    assert {who for who, _ in await followers(town, one)} == {of_one.id, of_two.id, of_kept.id, assignee.id}


async def test_that_one_is_told_something_is_streamed_to_them_alone(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[Told] = []

    def spied(**words: Any) -> Told:
        written.append(of_notification(**words))
        return written[-1]

    monkeypatch.setattr("app.api.hall.of_notification", spied)
    ticket, agent, colleague = await town.a_ticket(), await someone(town), await someone(town)
    app = town.http._transport.app  # type: ignore[attr-defined]
    app.state.closing = Closing()
    key = await town.http.get("/api/v1/events/stream", params={"notifications": "true"})
    assert (key.status_code, key.json()["code"]) == (403, "not-a-person")
    streams = [
        asyncio.create_task(who.ask("GET", f"/events/stream{asked}"))
        for who, asked in ((agent, "?notifications=true"), (colleague, "?notifications=true"), (agent, ""))
    ]
    await until(lambda: sum(not one.seat.behind for one in sitting(town)) == 3)
    noted = await town.http.post(
        f"/api/v1/tickets/{ticket['id']}/notes", json={"text": f"@[{agent.id}] : à voir."}, headers=once()
    )
    assert noted.status_code == 201, noted.text
    await until(lambda: len(written) == 1 and not any(one.seat._waiting for one in sitting(town)))
    app.state.closing.say()
    told_to = [(await asyncio.wait_for(one, 30)).text for one in streams]
    assert ["notifications.changed" in text for text in told_to] == [True, False, False]
