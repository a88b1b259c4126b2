"""Limits as they stand at the doors of a whole house: who is refused, in which words, and what is never lost."""

from collections.abc import AsyncIterator

import httpx
import pytest_asyncio

from app.bootstrap import House
from app.identity.scopes import Scope
from app.ids import Prefix, new_id, public_id
from app.main import create_app
from tests.api.conftest import BASE_URL, Town
from tests.harness.houses import MovableClock, a_town, house

LIMITS = {"limit_caller": 6, "limit_tenant": 9, "limit_address": 5, "limit_channel": 3}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def limited(database_url, tmp_path_factory) -> AsyncIterator[House]:
    folder = tmp_path_factory.mktemp("limited")
    async with house(database_url, folder, clock=MovableClock(), worker_inside=False, **LIMITS) as opened:
        yield opened


@pytest_asyncio.fixture
async def town(limited) -> AsyncIterator[Town]:
    transport = httpx.ASGITransport(app=create_app(limited), client=(new_id().hex, 1))
    async with httpx.AsyncClient(transport=transport, base_url=BASE_URL) as http:
        made = Town(limited, await a_town(limited, slug=f"ville-{new_id().hex}"), http, MovableClock())
        http.headers.update(await made.key(*Scope))
        yield made


async def test_each_answer_says_what_is_left_and_the_one_too_many_how_long_to_wait(town) -> None:
    answers = [await town.http.get("/api/v1/tickets") for _ in range(7)]
    assert [one.status_code for one in answers] == [200] * 6 + [429]
    assert answers[0].headers["ratelimit-policy"] == '"caller";q=6;w=60, "tenant";q=9;w=60'
    assert answers[0].headers["ratelimit"].startswith('"caller";r=5;t=10, "tenant";r=8;t=')
    refused = answers[-1]
    assert refused.json()["code"] == "quota-exceeded"
    assert refused.headers["content-type"] == "application/problem+json"
    assert 1 <= int(refused.headers["retry-after"]) <= 10


async def test_the_keys_of_an_administration_share_its_own_limit(town) -> None:
    other = await town.key(*Scope)
    both = [await town.http.get("/api/v1/me", headers=head) for head in ({}, other) for _ in range(6)]
    assert [one.status_code for one in both] == [200] * 9 + [429] * 3
    assert "administration" in both[-1].json()["detail"]


async def test_what_gateways_hand_over_is_counted_by_channel_and_asked_again_later(town) -> None:
    channel = await town.connect()
    path = f"/api/v1/channels/{public_id(Prefix.CHANNEL, channel.id)}/messages"
    sender = {"kind": "email", "address": "usager@example.org"}
    words = [{"external_id": str(n), "text": "Bonjour", "sender": sender} for n in range(4)]
    answers = [await town.http.post(path, json=one) for one in words]
    assert [one.status_code for one in answers] == [202, 202, 202, 503]
    assert int(answers[-1].headers["retry-after"]) >= 1
    assert (await town.http.get("/api/v1/me")).status_code == 200


async def test_a_caller_that_hands_nothing_over_escapes_its_limit_by_no_made_up_channel(town) -> None:
    reader = await town.key(Scope.TICKETS_READ)
    paths = [f"/api/v1/channels/{public_id(Prefix.CHANNEL, new_id())}/messages" for _ in range(7)]
    told = [(await town.http.post(path, json={}, headers=reader)).status_code for path in paths]
    assert told == [403] * 6 + [429]


async def test_a_provider_over_the_limit_is_told_to_repeat_and_another_channel_hears_nothing_of_it(town) -> None:
    noisy, quiet = await town.connect(), await town.connect()

    async def delivered(channel, name: str) -> int:
        body = {"external_id": name, "text": "Bonjour", "sender": {"kind": "email", "address": "usager@example.org"}}
        return (await town.http.post(f"/hooks/http/{channel.key}", json=body)).status_code

    told = [await delivered(noisy, str(turn)) for turn in range(5)]
    assert (told[:3], told[3:]) == ([told[0]] * 3, [503, 503])
    assert 200 <= told[0] < 300
    assert await delivered(quiet, "un") == told[0]


async def test_keys_of_hooks_are_not_guessed_faster_than_an_address_may_ask(town) -> None:
    tried = [(await town.http.post(f"/hooks/http/{new_id().hex}")).status_code for _ in range(7)]
    assert tried == [404] * 5 + [429] * 2


async def test_a_citizen_who_asks_too_often_reads_a_page_that_says_so(town) -> None:
    pages = [await town.http.get("/suivi", headers={"Accept": "text/html"}) for _ in range(6)]
    assert [one.status_code for one in pages] == [200] * 5 + [429]
    assert "recommencez" in pages[-1].text
    assert int(pages[-1].headers["retry-after"]) >= 1


async def test_health_is_never_counted(town) -> None:
    assert {(await town.http.get("/health/live")).status_code for _ in range(20)} == {200}
