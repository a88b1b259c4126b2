"""How the service stands, told by the API, the page and the figures of operators; and the hourly ledger under it."""

from datetime import timedelta

from sqlalchemy import text

from app.bootstrap import House
from app.ids import Prefix, new_id, public_id
from tests.api.conftest import Town


def _figure(told: str, name: str) -> float:
    return next(float(line.rpartition(" ")[2]) for line in told.splitlines() if line.startswith(name + " "))


async def _account(town: Town) -> None:
    await town.house.rounds.account()


async def test_a_service_says_how_it_stands_and_what_is_behind_it(town: Town):
    channel = await town.connect()
    await town.hand_over(channel)
    await _account(town)
    told = (await town.http.get("/api/v1/status")).json()
    marks = {one["part"]: one["state"] for one in told["components"]}
    assert marks["intake"] == marks["sending"] == marks["channels"] == marks["ledger"] == "ok"
    assert told["last_inbound_at"]
    assert told["days"][0]["hours_worked"] == 1
    english = await town.http.get("/api/v1/status", headers={"Accept-Language": "en"})
    assert "Everything accepted" in {one["part"]: one["said"] for one in english.json()["components"]}["ledger"]


async def test_a_delivery_that_is_kept_and_not_read_is_told_before_it_is_old(town: Town):
    channel = await town.connect()
    kept = {"external_id": "un", "text": "Bonjour", "sender": {"kind": "email", "address": "usager@example.org"}}
    await town.http.post(f"/api/v1/channels/{public_id(Prefix.CHANNEL, channel.id)}/messages", json=kept)
    town.clock.move(minutes=20)
    await _account(town)
    told = (await town.http.get("/api/v1/status")).json()
    assert told["state"] == "failing"
    assert "plus lus depuis 20 min" in {one["part"]: one["said"] for one in told["components"]}["intake"]
    assert told["days"][0]["late"] == 1
    metrics = (await town.http.get("/metrics")).text
    assert _figure(metrics, "parvis_intake_oldest_wait_seconds") >= 1200
    assert _figure(metrics, 'parvis_ledger_receptions{state="late"}') >= 1


async def test_what_is_accepted_and_found_nowhere_is_counted_until_the_day_is_over(town: Town):
    channel = await town.connect()
    await town.hand_over(channel)
    async with town.house.database.transaction(tenant=town.id) as session:
        await session.execute(
            text("UPDATE receptions SET message_id = NULL, ticket_id = NULL WHERE tenant_id = :t"), {"t": town.id}
        )
        await session.execute(text("UPDATE event_keys SET message_id = NULL WHERE tenant_id = :t"), {"t": town.id})
    await _account(town)
    assert (await town.http.get("/api/v1/status")).json()["state"] != "failing"  # its key explains it
    async with town.house.database.transaction(tenant=town.id) as session:
        await session.execute(
            text(
                "INSERT INTO receptions (tenant_id, id, channel_id, door, method, url, headers, envelope, raw, sha256, size, "
                "received_at, state, attempts, next_attempt_at) SELECT tenant_id, CAST(:id AS uuid), channel_id, door, method, "
                "url, headers, envelope, raw, sha256, size, received_at, 'done', 1, next_attempt_at "
                "FROM receptions WHERE tenant_id = :t"
            ),
            {"t": town.id, "id": new_id()},
        )
    await _account(town)
    told = (await town.http.get("/api/v1/status")).json()
    assert told["state"] == "failing"
    assert told["days"][0]["unexplained"] == 1


async def test_the_ledger_of_an_hour_is_kept_once_and_forgotten_after_thirteen_months(town: Town):
    await _account(town)
    town.clock.move(minutes=10)
    await _account(town)
    town.clock.move(hours=1)
    await _account(town)
    assert len(await _hours(town.house, town)) == 2
    town.clock.at += timedelta(days=401)
    await town.house.rounds.forget()
    assert not await _hours(town.house, town)


async def _hours(house: House, town: Town) -> list[object]:
    async with house.database.transaction(tenant=town.id) as session:
        return list(
            await session.execute(text("SELECT hour_at FROM ledger_rounds WHERE tenant_id = :t"), {"t": town.id})
        )
