"""Channels kept alive by their administrators: tested, reconnected, paused, removed."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
import pytest_asyncio

from app.api.v1.channels import router
from app.exchanges.facts import ReplyQueued
from app.ids import Prefix, new_id, parse_id, public_id
from app.main import create_app
from tests.api.conftest import BASE_URL, Town
from tests.harness.houses import MovableClock, a_town, house

SECRET = "123456:jeton-du-robot"
GOOD = {"ok": True, "result": {"username": "villebourg_bot", "url": "https://parvis.example.fr/hooks/telegram/k"}}


@dataclass
class Telegram:
    """The Bot API, as it answers about a bot."""

    answer: Callable[[httpx.Request], httpx.Response] = lambda _: httpx.Response(200, json=GOOD)
    asked: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return self.answer(request)


@pytest.fixture
def telegram(provider: Telegram) -> Telegram:
    provider.answer = lambda _: httpx.Response(200, json=GOOD)
    provider.asked.clear()
    return provider


@pytest.fixture(scope="module")
def provider() -> Telegram:
    return Telegram()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def an_office(database_url: str, tmp_path_factory: Any, provider: Telegram) -> AsyncIterator[Any]:
    clock = MovableClock()
    folder = tmp_path_factory.mktemp("office")
    async with (
        httpx.AsyncClient(transport=httpx.MockTransport(provider)) as carried,
        house(database_url, folder, clock=clock, carried=carried, worker_inside=False, outgoing="send") as opened,
    ):
        yield opened, clock


@pytest_asyncio.fixture
async def town(an_office: Any) -> AsyncIterator[Town]:
    from app.identity.scopes import Scope

    opened, clock = an_office
    tenant_id = await a_town(opened, slug=f"ville-{new_id().hex}")
    transport = httpx.ASGITransport(app=create_app(opened))
    async with httpx.AsyncClient(transport=transport, base_url=BASE_URL) as client:
        found = Town(opened, tenant_id, client, clock)
        client.headers.update(await found.key(*Scope))
        yield found


def a_bot(**words: Any) -> dict[str, Any]:
    config = {"secret_token": "secret-du-webhook", "bot_token": SECRET}
    return {"type": "telegram", "name": f"Telegram {new_id().hex[-6:]}", "config": config, **words}


def once() -> dict[str, str]:
    return {"Idempotency-Key": new_id().hex}


async def connected(town: Town, **words: Any) -> dict[str, Any]:
    answer = await town.http.post("/api/v1/channels", json=a_bot(**words), headers=once())
    assert answer.status_code == 201, answer.text
    return answer.json()


async def facts(town: Town, kind: str) -> list[dict[str, Any]]:
    return [one["data"] for one in await town.facts(kind)]


def refuse(_: httpx.Request) -> httpx.Response:
    return httpx.Response(401, json={"ok": False, "error_code": 401, "description": f"Unauthorized: {SECRET}"})


def silence(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectTimeout("x", request=request)


async def test_settings_are_tried_before_they_are_saved(town: Town, telegram: Telegram) -> None:
    telegram.answer = refuse
    words = a_bot()
    answer = await town.http.post("/api/v1/channels?test=true", json=words, headers=once())
    assert (answer.status_code, answer.json()["code"]) == (422, "live-test-failed")
    assert "Telegram refuse la connexion" in answer.json()["detail"]
    assert SECRET not in answer.text
    assert (await town.http.get("/api/v1/channels")).json()["data"] == []
    telegram.answer = lambda _: httpx.Response(200, json=GOOD)
    answer = await town.http.post("/api/v1/channels?test=true", json=words, headers=once())
    assert answer.status_code == 201
    assert answer.json()["check"]["words"] == "Telegram reconnaît le robot @villebourg_bot"
    assert answer.json()["check"]["ok"] is True


async def test_a_channel_is_connected_without_a_test_unless_asked(town: Town, telegram: Telegram) -> None:
    assert (await connected(town))["check"] is None
    assert telegram.asked == []


async def test_a_test_says_what_an_administrator_understands(town: Town, telegram: Telegram) -> None:
    channel = await connected(town)
    path = f"/api/v1/channels/{channel['id']}"
    telegram.answer = lambda _: httpx.Response(
        200,
        json={"ok": True, "result": {"username": "villebourg_bot", "url": "", "pending_update_count": 3}},
    )
    found = (await town.http.post(f"{path}/tests")).json()
    assert (found["state"], found["ok"]) == ("limited", True)
    assert "rien n'arrivera" in found["words"]
    assert (await town.http.get(path)).json()["check"]["state"] == "limited"


@pytest.mark.parametrize(
    "answer",
    [
        silence,
        lambda _: httpx.Response(500, text="<html>"),
        lambda _: httpx.Response(302, headers={"Location": "http://127.0.0.1/"}),
        lambda _: httpx.Response(200, text="pas du JSON"),
        lambda _: httpx.Response(200, json=[1]),
        lambda _: httpx.Response(429, headers={"Retry-After": "3"}),
    ],
)
async def test_whatever_a_provider_does_the_test_has_words(town: Town, telegram: Telegram, answer: Any) -> None:
    channel = await connected(town)
    telegram.answer = answer
    found = await town.http.post(f"/api/v1/channels/{channel['id']}/tests")
    assert found.status_code == 200
    assert found.json()["ok"] is False
    assert found.json()["words"]
    assert (await town.http.get(f"/api/v1/channels/{channel['id']}")).json()["state"] == "active", (
        "an outage is no refusal"
    )


async def test_a_closed_port_and_a_refused_address_are_told_alike(town: Town) -> None:
    said = set()
    for port in (1, 9):
        config = {"address": f"contact-{new_id().hex}@example.fr", "smtp_host": "127.0.0.1", "smtp_port": port}
        body = {"type": "email", "name": f"Boîte {new_id().hex[-6:]}", "config": {**config, "smtp_security": "none"}}
        answer = await town.http.post("/api/v1/channels?test=true", json=body, headers=once())
        said.add((answer.status_code, answer.json()["detail"]))
    assert len(said) == 1


@pytest.mark.parametrize(
    ("kind", "config", "pointer"),
    [
        ("email", {"smtp_host": "10.0.0.5"}, "/config/smtp_host"),
        ("email", {"smtp_host": "smtp.example.fr", "smtp_port": 6379}, "/config/smtp_host"),
        ("email", {"imap_host": "169.254.169.254", "imap_username": "a"}, "/config/imap_host"),
        ("email", {"imap_host": "2130706433", "imap_username": "a"}, "/config/imap_host"),
        (
            "http",
            {
                "outbound_url": "https://[::ffff:10.0.0.1]/x",
                "outbound_secrets": ["whsec_MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0"],
                "accept_unsigned": True,
            },
            "/config/outbound_url",
        ),
        (
            "http",
            {
                "outbound_url": "https://api.example.fr:5432/x",
                "outbound_secrets": ["whsec_MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0"],
                "accept_unsigned": True,
            },
            "/config/outbound_url",
        ),
        ("mastodon", {"instance": "metadata.google.internal", "access_token": "x", "token": "secret-long"}, "/config"),
    ],
)
async def test_an_inner_place_is_refused_when_it_is_written(town: Town, kind: str, config: Any, pointer: str) -> None:
    if kind == "email":
        config = {"address": f"contact-{new_id().hex}@example.fr", **config}
    answer = await town.http.post(
        "/api/v1/channels", json={"type": kind, "name": f"C {new_id().hex[-6:]}", "config": config}, headers=once()
    )
    assert answer.status_code == 422, answer.text
    assert (answer.json()["errors"][0]["pointer"], answer.json()["errors"][0]["code"]) == (pointer, "address-refused")


async def test_tests_are_not_fired_in_bursts(town: Town, telegram: Telegram) -> None:
    channel = await connected(town)
    answers = [await town.http.post(f"/api/v1/channels/{channel['id']}/tests") for _ in range(21)]
    assert [one.status_code for one in answers] == [200] * 20 + [429]
    town.clock.move(seconds=61)
    assert (await town.http.post(f"/api/v1/channels/{channel['id']}/tests")).status_code == 200


async def test_a_type_without_a_live_test_says_so(town: Town) -> None:
    channel = await town.connect()
    answer = await town.http.post(f"/api/v1/channels/{public_id(Prefix.CHANNEL, channel.id)}/tests")
    assert (answer.status_code, answer.json()["code"]) == (409, "no-live-test")


async def test_refused_credentials_keep_the_queue_and_new_ones_wake_it(town: Town, telegram: Telegram) -> None:
    channel = await connected(town)
    path = f"/api/v1/channels/{channel['id']}"
    channel_id = parse_id(Prefix.CHANNEL, channel["id"])
    async with town.house.database.transaction(tenant=town.id) as session:
        found = await town.house.channels.get(session, town.id, channel_id)
    update = b'{"update_id": 7, "message": {"message_id": 3, "date": 1772442000, "chat": {"id": 5, "type": "private"}, "from": {"id": 5, "first_name": "Usager"}, "text": "Bonjour"}}'
    from app.channels.contract import Delivery
    from app.exchanges.receptions import Door

    await town.house.inbound.accept(found, Delivery(body=update), door=Door.HOOK)
    await town.read_all()
    telegram.answer = refuse
    assert (await town.http.post(f"{path}/tests")).json()["state"] == "refused"
    read = await town.http.get(path)
    assert read.json()["state"] == "needs_reauth"
    assert await facts(town, "channel.needs_reauth") == [{"channel_id": channel["id"]}]
    # what comes is kept all the same
    (ticket,) = (await town.http.get("/api/v1/tickets")).json()["data"]
    head = {"If-Match": (await town.http.get(f"/api/v1/tickets/{ticket['id']}")).headers["etag"], **once()}
    sent = await town.http.post(f"/api/v1/tickets/{ticket['id']}/replies", json={"text": "Réponse"}, headers=head)
    assert sent.status_code == 202, sent.text
    async with town.house.database.transaction(tenant=town.id) as session:
        from app.exchanges.waking import waiting

        assert await waiting(session, town.id, channel_id) >= 1
    removal = await town.http.delete(path, headers={"If-Match": read.headers["etag"]})
    assert (removal.status_code, removal.json()["code"]) == (409, "channel-still-leaving")
    # new keys that are refused too change nothing
    head = {"If-Match": read.headers["etag"], **once()}
    renewal = {"config": {"bot_token": "123456:nouveau"}}
    answer = await town.http.post(f"{path}/reauthentications", json=renewal, headers=head)
    assert (answer.status_code, answer.json()["code"]) == (422, "live-test-failed")
    telegram.answer = lambda _: httpx.Response(200, json=GOOD)
    head = {"If-Match": read.headers["etag"], **once()}
    answer = await town.http.post(f"{path}/reauthentications", json=renewal, headers=head)
    assert answer.status_code == 201, answer.text
    assert (answer.json()["state"], answer.json()["state_reason"]) == ("active", None)
    assert "nouveau" not in answer.text
    assert telegram.asked[-1].url.path.startswith("/bot123456:nouveau/")
    assert await facts(town, "channel.reauthenticated") == [{"channel_id": channel["id"]}]
    again = await town.http.post(f"{path}/reauthentications", json=renewal, headers=head)
    assert again.headers["idempotent-replayed"] == "true"
    assert await facts(town, "channel.reauthenticated") == [{"channel_id": channel["id"]}]


async def test_a_provider_that_takes_the_keys_again_ends_the_asking(town: Town, telegram: Telegram) -> None:
    channel = await connected(town)
    telegram.answer = refuse
    await town.http.post(f"/api/v1/channels/{channel['id']}/tests")
    telegram.answer = lambda _: httpx.Response(200, json=GOOD)
    await town.http.post(f"/api/v1/channels/{channel['id']}/tests")
    assert (await town.http.get(f"/api/v1/channels/{channel['id']}")).json()["state"] == "active"
    assert len(await facts(town, "channel.reauthenticated")) == 1


async def test_a_removed_channel_shuts_its_door_and_frees_its_name(town: Town, telegram: Telegram) -> None:
    channel = await connected(town)
    path = f"/api/v1/channels/{channel['id']}"
    assert (await town.http.delete(path)).status_code == 428
    assert (await town.http.delete(path, headers={"If-Match": '"9"'})).status_code == 412
    answer = await town.http.delete(path, headers={"If-Match": f'"{channel["version"]}"'})
    assert answer.status_code == 204, answer.text
    assert (await town.http.get(path)).status_code == 404
    assert channel["id"] not in str((await town.http.get("/api/v1/channels")).json())
    door = channel["hook_url"].removeprefix(town.house.base_url)
    assert (await town.http.post(door, content=b"{}")).status_code == 404
    again = await town.http.post("/api/v1/channels", json=a_bot(name=channel["name"]), headers=once())
    assert again.status_code == 201, again.text
    assert (await town.http.post(f"{path}/tests")).status_code in {404, 409}


async def test_secrets_go_in_and_never_come_out(town: Town, telegram: Telegram) -> None:
    channel = await connected(town)
    for answer in (
        await town.http.get(f"/api/v1/channels/{channel['id']}"),
        await town.http.get("/api/v1/channels"),
        await town.http.post(f"/api/v1/channels/{channel['id']}/tests"),
    ):
        assert SECRET not in answer.text
    assert channel["secrets_set"] == ["bot_token", "secret_token"]


async def test_credentials_about_to_end_are_told_three_times(town: Town, telegram: Telegram) -> None:
    ends = town.clock().replace(microsecond=0)
    from datetime import timedelta

    ends += timedelta(days=20)
    channel = await connected(town, credentials_expire_at=ends.isoformat())
    told = []
    for _ in range(22):
        await town.house.care.look(town.id)
        await town.house.care.look(town.id)
        found = await facts(town, "channel.credentials_expiring")
        told = [one["within_days"] for one in found if one["channel_id"] == channel["id"]]
        town.clock.move(days=1)
    assert sorted(told, reverse=True) == [14, 7, 1]


async def test_a_pause_says_why_as_long_as_it_lasts_and_what_its_source_meets_comes_below(
    town: Town, telegram: Telegram
) -> None:
    channel = await connected(town)
    path, head = f"/api/v1/channels/{channel['id']}", {"If-Match": f'"{channel["version"]}"'}
    assert (await town.http.patch(path, json={"state": "active", "reason": "rien"}, headers=head)).status_code == 422
    paused = await town.http.patch(path, json={"state": "paused", "reason": "Migration\n du robot"}, headers=head)
    assert (paused.json()["state"], paused.json()["state_reason"]) == ("paused", "Migration du robot")
    held = parse_id(Prefix.CHANNEL, channel["id"])
    for _ in range(2):
        async with town.house.database.transaction(tenant=town.id) as session:
            found = await town.house.channels.get(session, town.id, held)
            await town.house.channels.unreachable(session, found, reason="injoignable", again_at=town.clock())
    assert (await town.http.get(path)).json()["state_reason"] == "Migration du robot\ninjoignable"
    async with town.house.database.transaction(tenant=town.id) as session:
        found = await town.house.channels.get(session, town.id, held)
        await town.house.channels.polled(session, found, cursor={}, again_at=town.clock())
    assert (await town.http.get(path)).json()["state_reason"] == "Migration du robot"
    journal = (await town.http.get("/api/v1/audit", params={"object": channel["id"]})).json()["data"]
    assert journal[0]["detail"] == {"fields": ["reason", "state"], "reason": "Migration\n du robot"}
    resumed = await town.http.patch(
        path, json={"state": "active"}, headers={"If-Match": f'"{paused.json()["version"]}"'}
    )
    assert resumed.json()["state_reason"] is None


async def test_a_replaced_secret_is_still_accepted_where_that_is_asked(town: Town, telegram: Telegram) -> None:
    channel = await connected(town)
    path, door = f"/api/v1/channels/{channel['id']}", channel["hook_url"].removeprefix(town.house.base_url)
    renewal = {"config": {"secret_token": "un-autre-secret"}, "keep_previous": True}
    head = {"If-Match": f'"{channel["version"]}"', **once()}
    renewed = (await town.http.post(f"{path}/reauthentications", json=renewal, headers=head)).json()
    assert renewed["secrets_set"] == ["bot_token", "previous_secret_token", "secret_token"]

    async def knocks(secret: str) -> int:
        said = {"X-Telegram-Bot-Api-Secret-Token": secret}
        return (await town.http.post(door, json={"update_id": 1}, headers=said)).status_code

    assert (await knocks("secret-du-webhook"), await knocks("un-autre-secret")) == (200, 200)
    head = {"If-Match": f'"{renewed["version"]}"'}
    ended = await town.http.patch(path, json={"config": {"previous_secret_token": None}}, headers=head)
    assert ended.json()["secrets_set"] == ["bot_token", "secret_token"]
    assert await knocks("secret-du-webhook") == 401


def test_the_operations_of_a_channel_stand_together() -> None:
    paths = {route.path for route in router.routes}  # type: ignore[attr-defined]
    assert {"/channels/{channel_id}/tests", "/channels/{channel_id}/reauthentications"} <= paths
    assert ReplyQueued.type == "reply.queued"


async def test_a_silence_that_is_not_usual_is_told_once_and_so_is_its_end(town: Town, telegram: Telegram) -> None:
    from datetime import timedelta

    from app.channels import hours

    channel = await connected(town)
    channel_id, now = parse_id(Prefix.CHANNEL, channel["id"]), town.clock()
    heard = [(channel_id, now - timedelta(days=3, hours=n)) for n in range(500)]
    async with town.house.database.transaction(tenant=town.id) as session:
        await hours.count(session, town.id, heard)
    for _ in range(2):
        await town.house.care.look(town.id)
    assert [one["channel_id"] for one in await facts(town, "channel.silent")] == [channel["id"]]
    read = (await town.http.get(f"/api/v1/channels/{channel['id']}")).json()
    assert read["silent_since"] is not None
    assert read["last_inbound_at"] is not None
    async with town.house.database.transaction(tenant=town.id) as session:
        await hours.count(session, town.id, [(channel_id, now)])
    for _ in range(2):
        await town.house.care.look(town.id)
    assert len(await facts(town, "channel.heard_again")) == 1
    assert (await town.http.get(f"/api/v1/channels/{channel['id']}")).json()["silent_since"] is None


async def test_two_channels_never_bear_one_name(town: Town) -> None:
    await town.http.post("/api/v1/channels", json=a_bot(name="Accueil"), headers=once())
    other = (await town.http.post("/api/v1/channels", json=a_bot(name="Autre"), headers=once())).json()
    path = f"/api/v1/channels/{other['id']}"
    tag = (await town.http.get(path)).headers["etag"]
    refused = await town.http.patch(path, json={"name": "Accueil"}, headers={"If-Match": tag})
    assert (refused.status_code, refused.json()["code"]) == (409, "channel-name-taken")
    assert (await town.http.get(path)).json()["name"] == "Autre"
