"""Access keys over HTTP: replaced with an overlap; who comes to see confidential requests is told of; stale sessions prove."""

import asyncio
import threading

import pytest
from sqlalchemy import text

from app.api.closing import Closing
from app.audit import reading
from app.audit.reading import Wanted
from app.errors import Unauthenticated
from app.identity.passwords import Passwords
from app.ids import Prefix, new_id, parse_id
from app.rest.callers import Presented
from tests.api.conftest import Town
from tests.api.test_sight import a_team, give, someone


async def mails(town: Town, kind: str) -> list[tuple[str, str]]:
    """Returns who was written to, and what."""
    async with town.house.database.transaction(tenant=town.id) as session:
        rows = await session.execute(
            text("SELECT recipient, text FROM notices WHERE tenant_id = :t AND kind = :k ORDER BY id"),
            {"t": town.id, "k": kind},
        )
        return [(row.recipient, row.text) for row in rows]


async def acts(town: Town, action: str) -> list[dict]:
    async with town.house.database.transaction(tenant=town.id) as session:
        found = await reading.page(session, town.id, Wanted(), after=None, limit=200)
    return [dict(entry.detail) for entry in found if entry.action == action]


async def test_a_key_is_replaced_and_both_open_while_they_overlap(town: Town) -> None:
    body = {"name": "Site", "scopes": ["intake:write"], "expires_at": "2027-03-02T00:00:00Z"}
    former = (await town.http.post("/api/v1/keys", json=body)).json()
    path = f"/api/v1/keys/{former['id']}/replacements"
    made = await town.http.post(path, json={"overlap_hours": 24})
    assert made.status_code == 201, made.text
    new = made.json()
    kept = ("name", "scopes", "expires_at", "replaces_id")
    assert [new[one] for one in kept] == ["Site", ["intake:write"], former["expires_at"], former["id"]]
    for secret in (former["key"], new["key"]):
        assert await town.house.authenticate(secret, presented=Presented.KEY)
    town.clock.move(hours=24, seconds=11)
    with pytest.raises(Unauthenticated):
        await town.house.authenticate(former["key"], presented=Presented.KEY)
    assert await town.house.authenticate(new["key"], presented=Presented.KEY)
    assert (await town.http.post(path, json={})).status_code == 404  # it is over: nothing to replace
    lesser = await town.key("keys:admin")
    beyond = await town.http.post(f"/api/v1/keys/{new['id']}/replacements", json={}, headers=lesser)
    assert beyond.status_code == 403


async def test_whoever_comes_to_see_confidential_requests_is_told_of_to_those_who_hold_them(town: Town) -> None:
    social, works = await a_team(town, "Action sociale"), await a_team(town, "Voirie")
    member = await someone(town, teams=[social])
    boss = await someone(town, role="administrator")
    assert await mails(town, "confidence") == []  # nothing is confidential yet
    await give(town, await town.a_ticket(), team_id=social, confidential=True)
    path = f"/api/v1/users/{boss.id}"
    tag = {"If-Match": (await town.http.get(path)).headers["etag"]}
    # By the administrator's own hand, on their own account.
    joined = await boss.ask("PATCH", f"/users/{boss.id}", json={"teams": [social, works]}, headers=tag)
    assert joined.status_code == 200, joined.text
    (told,) = await mails(town, "confidence")
    async with town.house.database.transaction(tenant=town.id) as session:
        who = await town.house.accounts.get(session, town.id, parse_id(Prefix.USER, member.id))
    assert told[0] == who.email
    assert "est désormais dans votre équipe" in told[1]
    assert await acts(town, "confidence.reached") == [{"way": "team", "teams": [social]}]
    for scopes, more in ((["intake:write"], 0), (["tickets:read"], 2)):
        made = await town.http.post("/api/v1/keys", json={"name": "Tableau de bord", "scopes": scopes})
        assert made.status_code == 201, made.text
        assert len(await mails(town, "confidence")) == 1 + more
    assert {"way": "key", "teams": [social]} in await acts(town, "confidence.reached")
    kinds = [one["type"] for one in await town.facts("team.joined")]
    assert len(kinds) == 2


async def test_a_session_gone_stale_changes_no_rights_by_the_api_until_it_is_proven(town: Town) -> None:
    boss = await someone(town, role="administrator")
    body = {"name": "Essai", "scopes": ["tickets:read"]}
    assert (await boss.ask("POST", "/keys", json=body)).status_code == 201
    town.clock.move(minutes=16)
    refused = await boss.ask("POST", "/keys", json=body)
    assert (refused.status_code, refused.json()["code"]) == (403, "proof-wanted")
    user = {"email": "x@agents.example.fr", "name": "X", "role": "agent"}
    hook = {"name": "Ailleurs", "url": "https://ailleurs.example.fr/faits"}
    unknown = "0" * 26
    for method, path, words in (
        ("POST", "/users", user),
        ("DELETE", f"/users/{boss.id}/second-factor", None),
        ("POST", "/webhook-endpoints", hook),
        ("PATCH", f"/webhook-endpoints/whk_{unknown}", {"url": hook["url"]}),
        ("DELETE", f"/webhook-endpoints/whk_{unknown}", None),
        ("POST", f"/webhook-endpoints/whk_{unknown}/secrets", {}),
        ("POST", "/channels", {"type": "web", "name": "Site", "config": {}}),
        ("PATCH", f"/channels/chn_{unknown}", {"config": {}}),
        ("DELETE", f"/channels/chn_{unknown}", None),
        ("POST", f"/channels/chn_{unknown}/reauthentications", {"config": {}}),
        ("POST", f"/channels/chn_{unknown}/registrations", None),
        ("DELETE", f"/channels/chn_{unknown}/registrations", None),
        ("PUT", f"/contacts/ctc_{unknown}/erasures/ers_{unknown}/confirmation", None),
        ("POST", "/legal-holds", {"ticket_id": f"tkt_{unknown}", "reason": "Contentieux."}),
        ("PUT", f"/legal-holds/hld_{unknown}/lifting", {"reason": "Contentieux clos."}),
    ):
        stale = await boss.ask(method, path, json=words, headers={"If-Match": '"1"', "Idempotency-Key": new_id().hex})
        assert (stale.status_code, stale.json()["code"]) == (403, "proof-wanted"), f"{method} {path}: {stale.text}"
    assert (await boss.ask("GET", "/users")).status_code == 200
    assert (await town.http.post("/api/v1/keys", json=body)).status_code == 201  # a program's key is its own proof


@pytest.mark.parametrize("change", [{"suspended": True}, {"role": "auditor"}])
async def test_a_persons_stream_ends_with_their_rights(town: Town, monkeypatch, change) -> None:  # (T51)
    monkeypatch.setattr("app.api.hall.LOOK_EVERY_S", 0.05)
    listener = await someone(town)
    town.http._transport.app.state.closing = Closing()
    began = asyncio.Event()
    asked = town.house.sessions.identify

    async def identify(word: str):
        known = await asked(word)
        began.set()
        return known

    monkeypatch.setattr(town.house.sessions, "identify", identify)
    streaming = asyncio.create_task(listener.ask("GET", "/events/stream"))
    await asyncio.wait_for(began.wait(), 30)
    path = f"/api/v1/users/{listener.id}"
    tag = {"If-Match": (await town.http.get(path)).headers["etag"]}
    assert (await town.http.patch(path, json=change, headers=tag)).status_code == 200
    assert (await asyncio.wait_for(streaming, 30)).status_code in {200, 401}


async def test_a_thousand_sign_ins_at_once_take_two_threads_and_starve_no_message(town: Town) -> None:  # (T106)
    """The hash stands still: whatever the machine, at most two run, and a message is taken in and read meanwhile."""
    passwords, gate, at_work, most = Passwords(memory_kib=8), threading.Event(), [0], [0]
    lock = threading.Lock()
    await passwords.right("x", None)  # the hash of nobody is made once

    def slow(*_: object) -> bool:
        with lock:
            at_work[0] += 1
            most[0] = max(most[0], at_work[0])
        gate.wait()
        with lock:
            at_work[0] -= 1
        return False

    passwords._hasher.verify = slow  # type: ignore[method-assign]
    storm = [asyncio.create_task(passwords.right("x", None)) for _ in range(1000)]
    try:
        while most[0] < 2:  # noqa: ASYNC110 — threads are awaited, which set no event of this loop
            await asyncio.sleep(0)
        assert (await town.a_ticket())["reference"]
        assert not any(one.done() for one in storm)
    finally:
        gate.set()
    assert await asyncio.gather(*storm) == [False] * 1000
    assert most[0] == 2
