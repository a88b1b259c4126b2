"""Outgoing webhooks over HTTP, against a consumer on the loopback and its miseries (T27–T33, T42, T43, F19)."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
import standardwebhooks.webhooks
from sqlalchemy import event
from standardwebhooks import Webhook

from app.exchanges import gates
from app.facts import Actor
from app.ids import Prefix, new_id, parse_id
from app.webhooks.courier import LEASE, Courier
from app.webhooks.sending import Sender
from tests.api.conftest import Town
from tests.simulators.consumer import HANG, RESET, Consumer, a_consumer, answer

PATH = "/api/v1/webhook-endpoints"


@pytest_asyncio.fixture
async def consumer() -> AsyncIterator[Consumer]:
    async with a_consumer() as one:
        yield one


@pytest.fixture
def the_librarys_clock(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The library that verifies reads the machine's clock: it is given the town's."""

    class TownTime(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
            return town.clock().astimezone(tz)

    monkeypatch.setattr(standardwebhooks.webhooks, "datetime", TownTime)


async def made(town: Town, url: str, *types: str) -> dict[str, Any]:
    answered = await town.http.post(PATH, json={"name": "Portail", "url": url, "types": list(types)})
    assert answered.status_code == 201, answered.text
    return answered.json()


def uuid(hook: dict[str, Any]) -> UUID:
    return parse_id(Prefix.WEBHOOK, hook["id"])


async def carried(town: Town, hook: dict[str, Any]) -> None:
    """Takes one turn of an endpoint, once the log has settled."""
    await town.settled()
    await town.house.courier.carry(town.id, uuid(hook))


async def deliveries(town: Town, hook: dict[str, Any]) -> list[dict[str, Any]]:
    return (await town.http.get(f"{PATH}/{hook['id']}/deliveries")).json()["data"]


async def one(town: Town, hook: dict[str, Any]) -> dict[str, Any]:
    return (await town.http.get(f"{PATH}/{hook['id']}")).json()


async def post(town: Town, path: str, **body: Any) -> Any:
    return await town.http.post(path, json=body, headers={"Idempotency-Key": new_id().hex})


async def change(town: Town, hook: dict[str, Any], **body: Any) -> Any:
    head = {"If-Match": f'"{(await one(town, hook))["version"]}"'}
    return await town.http.patch(f"{PATH}/{hook['id']}", json=body, headers=head)


@pytest.mark.usefixtures("the_librarys_clock")
async def test_a_consumer_is_told_what_happens_as_the_log_tells_it_and_can_verify_who_speaks(
    town: Town, consumer: Consumer
) -> None:
    await town.a_ticket()
    hook = await made(town, consumer.url, "ticket.created")
    assert hook["secret"].startswith("whsec_")
    ticket = await town.a_ticket()
    await carried(town, hook)
    (call,) = consumer.calls
    told = Webhook(hook["secret"]).verify(call.body, call.headers)
    (fact,) = [f for f in await town.facts("ticket.created") if f["data"]["ticket_id"] == ticket["id"]]
    assert told == fact
    assert call.headers["webhook-id"] == fact["id"]
    with pytest.raises(standardwebhooks.webhooks.WebhookVerificationError):
        Webhook(hook["secret"]).verify(call.body.replace(b"ticket", b"tacket"), call.headers)
    (kept,) = await deliveries(town, hook)
    assert (kept["state"], kept["attempts"], kept["last_status"]) == ("delivered", 1, 204)
    for shown in (await one(town, hook), kept):
        assert "secret" not in shown
        assert hook["secret"] not in json.dumps(shown)
    await carried(town, hook)
    assert len(consumer.calls) == 1


@pytest.mark.usefixtures("the_librarys_clock")
async def test_both_secrets_sign_while_one_replaces_the_other(town: Town, consumer: Consumer) -> None:
    hook = await made(town, consumer.url)
    path = f"{PATH}/{hook['id']}"
    rotated = (await town.http.post(f"{path}/secrets", json={"overlap_hours": 168})).json()
    assert (await town.http.post(f"{path}/secrets", json={"overlap_hours": 169})).status_code == 422
    await town.http.post(f"{path}/tests")
    for secret in (hook["secret"], rotated["secret"]):
        assert Webhook(secret).verify(consumer.calls[0].body, consumer.calls[0].headers)["type"] == "webhook.test"
    town.clock.move(days=7)
    town.http.headers.update(await town.key("webhooks:admin", "events:read"))
    assert (await town.http.post(f"{path}/tests")).json()["state"] == "delivered"
    call = consumer.calls[1]
    assert Webhook(rotated["secret"]).verify(call.body, call.headers)
    with pytest.raises(standardwebhooks.webhooks.WebhookVerificationError):
        Webhook(hook["secret"]).verify(call.body, call.headers)


@pytest.mark.parametrize(
    ("misery", "told"),
    [
        (RESET, "rompue"),
        (HANG, "pas de réponse en"),
        (answer(302, b"", "Location: http://127.0.0.1:1/"), "redirection"),
        (answer(503, b"<h1>usager@example.org</h1>"), "HTTP 503"),
        (answer(200)[:12], "rompue"),
    ],
)
async def test_a_misery_is_one_failed_attempt_told_in_words_and_tried_again(
    town: Town, consumer: Consumer, monkeypatch: pytest.MonkeyPatch, misery: Any, told: str
) -> None:
    monkeypatch.setattr(town.house.courier, "_sender", Sender(town.house.courier._sender._http, patience_s=0.5))
    hook = await made(town, consumer.url, "ticket.created")
    await town.a_ticket()
    consumer.answers.append(misery)
    await carried(town, hook)
    (kept,) = await deliveries(town, hook)
    assert (kept["state"], kept["attempts"]) == ("pending", 1)
    assert told in kept["last_error"]
    assert "usager" not in (kept["response"] or "")
    await carried(town, hook)
    assert len(consumer.calls) == 1
    town.clock.move(seconds=6)
    await carried(town, hook)
    (kept,) = await deliveries(town, hook)
    assert (kept["state"], kept["attempts"]) == ("delivered", 2)
    assert len(set(consumer.ids)) == 1


async def test_a_consumer_that_says_410_is_called_no_more_until_an_administrator_wants_it(
    town: Town, consumer: Consumer
) -> None:
    hook = await made(town, consumer.url, "ticket.created")
    await town.a_ticket()
    consumer.answers.append(answer(410))
    await carried(town, hook)
    assert (await one(town, hook))["state"] == "disabled"
    assert "410" in (await one(town, hook))["reason"]
    (fact,) = await town.facts("webhook.disabled")
    assert fact["data"] == {"endpoint_id": hook["id"], "reason": "gone"}
    await town.a_ticket()
    await carried(town, hook)
    assert len(consumer.calls) == 1
    assert (await change(town, hook, state="active")).json()["reason"] is None
    await carried(town, hook)
    assert [d["state"] for d in await deliveries(town, hook)] == ["delivered", "failed"]


async def test_after_three_days_of_silence_everything_arrives_in_order_and_nobody_else_had_waited(
    town: Town, consumer: Consumer
) -> None:
    """F19: a dead consumer delays no other; what it missed leaves at its first answer."""
    hook = await made(town, consumer.url, "ticket.created")
    consumer.always = answer(500)
    async with a_consumer() as well:
        other = await made(town, well.url, "ticket.created")
        for _ in range(3):
            await town.a_ticket()
        end = town.clock() + timedelta(hours=72)
        while town.clock() < end:
            await town.house.courier.carry(town.id, uuid(hook))
            town.clock.move(hours=4)
        await town.settled()
        town.http.headers.update(await town.key("webhooks:admin", "events:read"))
        await carried(town, other)
        assert len(well.ids) == 3
    assert (await one(town, hook))["state"] == "active"
    assert {d["state"] for d in await deliveries(town, hook)} == {"pending"}
    consumer.always = None
    consumer.calls.clear()
    town.clock.move(minutes=6)
    for _ in range(3):
        await carried(town, hook)
    assert sorted(consumer.ids) == sorted(well.ids)
    assert {d["state"] for d in await deliveries(town, hook)} == {"delivered"}


async def test_a_consumer_that_takes_nothing_through_the_whole_schedule_is_disabled_and_told(
    town: Town, consumer: Consumer
) -> None:
    hook = await made(town, consumer.url, "ticket.created")
    await town.a_ticket()
    consumer.always = answer(404)
    for _ in range(10):
        await carried(town, hook)
        town.clock.move(hours=27)
    town.http.headers.update(await town.key("webhooks:admin", "events:read"))
    assert (await one(town, hook))["state"] == "disabled"
    (fact,) = await town.facts("webhook.disabled")
    assert fact["data"]["reason"] == "exhausted"
    assert len(consumer.calls) == 10


async def test_an_event_its_consumer_cannot_read_does_not_hold_the_next(town: Town, consumer: Consumer) -> None:
    hook = await made(town, consumer.url, "ticket.created")
    await town.a_ticket()
    await town.a_ticket()
    consumer.answers.append(answer(400, b"?"))
    await carried(town, hook)
    assert sorted(d["state"] for d in await deliveries(town, hook)) == ["delivered", "pending"]


async def test_a_turn_belongs_to_one_process_and_a_lost_lease_writes_nothing(
    town: Town, consumer: Consumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = await made(town, consumer.url, "ticket.created")
    await town.a_ticket()
    await town.settled()
    courier = town.house.courier
    send = courier._sender.send

    class Slow(Sender):
        async def send(self, *given: Any, **named: Any) -> Any:
            """Takes so long that its lease ends, and another process takes the turn meanwhile."""
            monkeypatch.undo()
            answered = await send(*given, **named)
            await courier.carry(town.id, uuid(hook))  # the lease is held: nothing happens
            assert len(consumer.calls) == 1
            town.clock.move(seconds=LEASE.total_seconds() + 1)
            await courier.carry(town.id, uuid(hook))
            assert len(consumer.calls) == 2
            return answered

    monkeypatch.setattr(courier, "_sender", Slow(courier._sender._http))
    await courier.carry(town.id, uuid(hook))
    (kept,) = await deliveries(town, hook)
    assert (kept["state"], kept["attempts"]) == ("delivered", 1)


async def test_one_delivery_or_a_whole_period_leaves_once_more_with_the_same_names(
    town: Town, consumer: Consumer
) -> None:
    hook = await made(town, consumer.url, "ticket.created")
    since = town.clock()
    await town.a_ticket()
    await town.a_ticket()
    await carried(town, hook)
    first = list(consumer.ids)
    (newest, _) = await deliveries(town, hook)
    path = f"{PATH}/{hook['id']}"
    key = {"Idempotency-Key": new_id().hex}
    for _ in range(2):  # the same request twice makes one delivery
        again = await town.http.post(f"{path}/deliveries/{newest['id']}/redeliveries", headers=key)
        assert (again.status_code, again.json()["origin"]) == (202, "redelivery"), again.text
    await carried(town, hook)
    assert consumer.ids == [*first, newest["event_id"]]
    period = {"from": since.isoformat(), "to": (since + timedelta(hours=1)).isoformat()}
    replayed = await post(town, f"{path}/replays", **period)
    assert (replayed.status_code, replayed.json()) == (202, {"deliveries": 2})
    await carried(town, hook)
    assert consumer.ids[3:] == first
    assert (await post(town, f"{path}/replays", **{**period, "to": period["from"]})).status_code == 422
    assert (await post(town, f"{path}/replays", **period, types=["sve.%"])).status_code == 422


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.1/",
        "https://169.254.169.254/latest",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://2130706433/",
        "https://192.168.1.1./",
        "https://a@example.fr/",
        "https://example.fr:5432/",
        "https://example.fr:22/",
        "ftp://example.fr/",
        "http://example.fr/",
        "https://metadata.internal/",
        "https://example.fr/\r\nX: y",
        "https://example.fr/" + "a" * 2048,
    ],
)
async def test_an_address_that_is_not_public_is_refused_when_it_is_written(town: Town, url: str) -> None:
    hook = await made(town, "http://127.0.0.1:9/")
    written = await town.http.post(PATH, json={"name": "x", "url": url})
    changed = await change(town, hook, url=url)
    for answered in (written, changed):
        assert answered.status_code == 422, answered.text
        assert answered.json()["errors"][0]["pointer"] == "/url"


async def test_types_are_a_closed_list(town: Town) -> None:
    for types in (["ticket.*"], ["ticket%"], ["_"], ["seen"], ["Ticket.created"], [""]):
        answered = await town.http.post(PATH, json={"name": "x", "url": "http://127.0.0.1:9/", "types": types})
        assert (answered.status_code, answered.json()["errors"][0]["pointer"]) == (422, "/types/0")


async def test_another_towns_events_never_reach_a_webhook(new_town: Any, consumer: Consumer) -> None:
    here, there = await new_town(), await new_town()
    hook = await made(here, consumer.url, "ticket.created")
    await there.a_ticket()
    await carried(here, hook)
    assert consumer.calls == []
    await there.house.courier.carry(there.id, uuid(hook))
    assert (await there.http.get(PATH)).json()["data"] == []


async def test_a_removed_webhook_is_called_no_more_and_deliveries_are_forgotten_after_thirty_days(
    town: Town, consumer: Consumer
) -> None:
    hook = await made(town, consumer.url, "ticket.created")
    await town.a_ticket()
    await carried(town, hook)
    town.clock.move(days=31)
    await town.house.courier.forget()
    town.http.headers.update(await town.key("webhooks:admin", "events:read"))
    assert await deliveries(town, hook) == []
    head = {"If-Match": f'"{(await one(town, hook))["version"]}"'}
    assert (await town.http.delete(f"{PATH}/{hook['id']}", headers=head)).status_code == 204
    assert (await town.http.get(f"{PATH}/{hook['id']}")).status_code == 404


async def test_tests_are_counted(town: Town, consumer: Consumer) -> None:
    hook = await made(town, consumer.url)
    answers = [await town.http.post(f"{PATH}/{hook['id']}/tests") for _ in range(6)]
    assert [a.status_code for a in answers] == [200] * 5 + [429]
    assert len(consumer.calls) == 5


@pytest.mark.parametrize("with_channels", [True, False])
async def test_nobody_is_told_anything_while_a_recovered_house_waits_for_a_word(
    town: Town, consumer: Consumer, *, with_channels: bool
) -> None:
    courier, house = Courier(**vars_of(town)), town.house
    await town.a_ticket()  # by its mailbox
    hook = await made(town, consumer.url, "ticket.created")
    async with house.database.transaction(tenant=town.id) as session:
        channels = [one.id for one in await house.channels.all_of(session, town.id)] if with_channels else []
        await house.restarting.stop(session, town.id, channels, because="base ramenée", actor=Actor("operator"))
    await town.a_ticket()
    await town.settled()
    for _ in range(2):
        await courier.look()
        await courier.idle()
    await carried(town, hook)  # a turn that had begun before the word
    assert consumer.calls == []
    assert [fact["type"] for fact in await town.facts("outbox.stopped")] == ["outbox.stopped"]
    async with house.database.transaction(tenant=town.id) as session:
        assert await gates.restored(session, town.id) == "base ramenée"
        resumed = await house.restarting.resume(session, town.id, actor=Actor("operator"))
        assert (resumed.stopped, resumed.channels) == (True, len(channels))
        assert await gates.restored(session, town.id) is None
        assert not (await house.restarting.resume(session, town.id, actor=Actor("operator"))).stopped
    await courier.look()
    await courier.idle()
    assert [one["state"] for one in await deliveries(town, hook)] == ["delivered"]


async def test_an_idle_courier_asks_the_database_nothing_and_a_ring_or_a_retry_wakes_it(
    town: Town, consumer: Consumer
) -> None:
    courier, asked = Courier(**vars_of(town)), []
    engine = town.house.database.engine.sync_engine
    listen = lambda *words: asked.append(words[2])  # noqa: E731
    hook = await made(town, consumer.url, "ticket.created")
    await town.settled()
    for _ in range(2):  # what its own making wrote in the log is seen first
        await courier.look()
        await courier.idle()
    event.listen(engine, "before_cursor_execute", listen)
    try:
        for _ in range(29):  # a minute, at a look each two seconds
            town.clock.move(seconds=2)
            await courier.look()
        assert asked == []
        hearing = asyncio.create_task(courier._hear())
        await town.a_ticket()
        await town.settled()
        while not consumer.calls:
            await courier.look()
            await courier.idle()
            await asyncio.sleep(0.02)
    finally:
        event.remove(engine, "before_cursor_execute", listen)
    hearing.cancel()
    assert [one["state"] for one in await deliveries(town, hook)] == ["delivered"]


@dataclass
class Alone:
    """One administration, beside whatever other tests left waiting in the house."""

    tenant_id: UUID

    async def active(self) -> list[UUID]:
        return [self.tenant_id]


def vars_of(town: Town) -> dict[str, Any]:
    house = town.house
    return {
        "database": house.database,
        "tenants": Alone(town.id),
        "events": house.events,
        "sender": house.courier._sender,
        "vault": house.courier._vault,
        "book": house.book,
        "clock": house.clock,
    }
