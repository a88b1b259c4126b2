"""Who comes in, with what, and how much: tickets, sessions, proofs, origins, sizes, floods."""

import hashlib
import hmac
import json
from typing import Any

import pytest

from app.chat import limits
from app.chat.limits import Limit
from app.ids import new_id
from tests.chat.conftest import OURS, SITE, Page, Town

SECRET = "inbox-of-tests"


def proof(identifier: str, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), identifier.encode(), hashlib.sha256).hexdigest()


async def test_a_ticket_is_good_once_and_for_a_minute(town: Town) -> None:
    http = town.client()
    given = [(await http.post(f"{town.path}/entries", json={}, headers=OURS)).json()["ticket"] for _ in range(2)]
    first = await http.post(f"{town.path}/sessions", json={"ticket": given[0]})
    again = await http.post(f"{town.path}/sessions", json={"ticket": given[0]})
    town.clock.move(seconds=61)
    late = await http.post(f"{town.path}/sessions", json={"ticket": given[1]})
    assert [answer.status_code for answer in (first, again, late)] == [201, 401, 401]
    assert again.json()["code"] == "chat-session-over"


async def test_a_site_of_ours_may_ask_and_no_other(town: Town) -> None:
    http = town.client()
    asked = await http.options(f"{town.path}/entries", headers={"Origin": SITE})
    assert (asked.status_code, asked.headers["access-control-allow-origin"]) == (204, SITE)
    given = await http.post(f"{town.path}/entries", json={}, headers={"Origin": SITE})
    assert (given.status_code, given.headers["access-control-allow-origin"]) == (201, SITE)
    for origin in ("https://ailleurs.example.org", "null", f"{SITE}.example.org", "*"):
        assert (await http.options(f"{town.path}/entries", headers={"Origin": origin})).status_code == 403
    page = await http.get(town.path)
    assert f"frame-ancestors 'self' {SITE}" in page.headers["content-security-policy"]
    assert "'unsafe" not in page.headers["content-security-policy"]


async def test_a_site_vouches_for_a_visitor_and_nobody_for_themself(new_town: Any) -> None:
    town = await new_town(identity_token=SECRET)
    known = await town.page().enter(identifier="usager-43", identifier_hash=proof("usager-43"), name="Claire Exemple")
    await known.say("Bonjour")
    await town.read_all()
    (ticket,) = await town.tickets()
    async with town.house.database.transaction(tenant=town.id) as session:
        (message, *_) = await town.house.tickets.thread(session, town.id, ticket.id)
    assert (message.author_address, message.author_name) == ("usager-43", "Claire Exemple")
    assert message.fields["signature_verified"] is True
    for wrong in (proof("usager-42"), proof("usager-43", "autre"), "", None):
        body = {"identifier": "usager-43", **({"identifier_hash": wrong} if wrong else {})}
        refused = await town.client().post(f"{town.path}/entries", json=body, headers=OURS)
        assert (refused.status_code, refused.json()["code"]) == (401, "unauthenticated")


async def test_without_a_secret_what_a_visitor_says_of_themself_is_a_claim(town: Town) -> None:
    page = await town.page().enter(identifier="usager-43", identifier_hash=proof("usager-43"), name="Claire")
    await page.say("Bonjour")
    ticket = await town.ticket()
    async with town.house.database.transaction(tenant=town.id) as session:
        (message, *_) = await town.house.tickets.thread(session, town.id, ticket.id)
    assert message.author_address != "usager-43"
    assert "signature_verified" not in message.fields


async def test_a_chat_for_known_visitors_alone_says_so(new_town: Any) -> None:
    town = await new_town(identity_token=SECRET, identity_mandatory=True)
    http = town.client()
    assert (await http.post(f"{town.path}/entries", json={}, headers=OURS)).status_code == 401
    form = {"session": "", "envoi": new_id().hex, "texte": "Bonjour"}
    refused = await http.post(town.path, data=form, headers={"Sec-Fetch-Site": "same-origin"})
    assert refused.status_code == 403
    assert "Connectez-vous d’abord au site" in refused.text


async def test_a_session_opens_its_own_conversation_and_nothing_else(new_town: Any) -> None:
    here, there = await new_town(), await new_town()
    page = await here.page().enter()
    await page.say("Bonjour")
    elsewhere = Page(page.http, there.path, page.session)
    assert (await elsewhere.say("Bonjour")).status_code == 401
    forged = page.session[:-1] + ("0" if page.session[-1] != "0" else "1")
    for word in ("", "x", "cht_", "cht_é.00", forged, here.http.headers["Authorization"].removeprefix("Bearer ")):
        stranger = Page(page.http, here.path, word.encode("ascii", "ignore").decode())
        answer = await stranger.say("Bonjour")
        assert (answer.status_code, answer.json()["code"]) == (401, "chat-session-over")
    bearer = {"Authorization": f"Bearer {page.session}"}
    assert (await page.http.get("/api/v1/tickets", headers=bearer)).status_code == 401
    here.clock.move(hours=12)
    assert (await page.say("Bonjour")).status_code == 401


MALFORMED = [
    b"",
    b"[]",
    b'"texte"',
    b"{",
    b'{"type": "subscribe", "channel": "%"}',
    b'{"client_msg_id": "nom-de-message", "text": 7}',
    b'{"client_msg_id": "nom-de-message", "text": "a", "text": "b"}',
    b'{"client_msg_id": "nom-de-message", "text": "\\u0000"}',
    b'{"client_msg_id": "nom-de-message", "text": "a", "conversation": "autre"}',
    b'{"client_msg_id": "%_*", "text": "a"}',
    b"\xff\xfe",
    b"[" * 20_000,
]


@pytest.mark.parametrize("content", MALFORMED)
async def test_what_is_no_message_is_refused_and_tells_nothing(town: Town, content: bytes) -> None:
    page = await town.page().enter()
    answer = await page.http.post(
        f"{town.path}/messages", content=content, headers={**page.head, "Content-Type": "application/json"}
    )
    assert answer.status_code in {400, 422}
    assert not any(word in answer.text for word in ("Traceback", "app.", "sqlalchemy", "chat_", "SELECT"))
    assert await page.lines() == []


async def test_a_message_has_a_size_and_some_words(town: Town) -> None:
    page = await town.page().enter()
    assert (await page.say("  \n ")).json()["detail"] == "écrivez votre message avant de l’envoyer"
    assert (await page.say("x" * 4_001)).status_code == 422
    assert (await page.say("é" * 4_000)).status_code == 201
    huge = json.dumps({"client_msg_id": new_id().hex, "text": "x" * 40_000}).encode()
    answer = await page.http.post(
        f"{town.path}/messages", content=huge, headers={**page.head, "Content-Type": "application/json"}
    )
    assert answer.status_code == 413
    form = {**page.head, "Content-Type": "text/plain"}
    assert (await page.http.post(f"{town.path}/messages", content=b"{}", headers=form)).status_code == 415
    assert (await page.post("address", email="pas une adresse")).status_code == 422


async def test_a_flood_is_slowed_and_a_message_sent_again_is_not(town: Town, monkeypatch: Any) -> None:
    monkeypatch.setattr("app.chat.conversing.MESSAGES", Limit(2, limits.MESSAGES.within))
    monkeypatch.setattr("app.chat.conversing.FROM_ADDRESS", Limit(4, limits.FROM_ADDRESS.within))
    page, name = await town.page().enter(), new_id().hex
    assert [(await page.say("Bonjour", name=one)).status_code for one in (name, "un-autre-nom", "un-troisieme")] == [
        201,
        201,
        429,
    ]
    assert (await page.say("Bonjour", name=name)).status_code == 200
    slowed = await page.say("encore")
    assert int(slowed.headers["retry-after"]) > 0
    other = await town.page().enter()
    assert [(await other.say("Bonjour")).status_code for _ in range(2)] == [201, 201]
    third = await town.page().enter()
    assert (await third.say("Bonjour")).status_code == 429, "five from one address"
    away = await town.page(remote="203.0.113.77").enter()
    assert (await away.say("Bonjour")).status_code == 201
    town.clock.move(minutes=2)
    assert (await page.say("plus tard")).status_code == 429
    town.clock.move(minutes=10)
    assert (await page.say("plus tard")).status_code == 201


async def test_a_house_that_dies_between_keeping_and_answering_has_one_message(town: Town, monkeypatch: Any) -> None:
    page, name = await town.page().enter(), new_id().hex

    def dies(_: str) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr("app.chat.conversing.crashpoint", dies)
        assert (await page.say("Bonjour", name=name)).status_code == 500
    again = await page.say("Bonjour", name=name)
    assert (again.status_code, again.json()["seq"]) == (200, 1)
    await town.read_all()
    (ticket,) = await town.tickets()
    async with town.house.database.transaction(tenant=town.id) as session:
        thread = await town.house.tickets.thread(session, town.id, ticket.id)
    assert sum(1 for message in thread if message.direction.value == "in") == 1
