"""What stands near a report, and handing it over to a partner: over HTTP, and by an index."""

import json
from datetime import timedelta
from typing import Any

import psycopg
from sqlalchemy import text

from app.ids import Prefix, new_id, public_id
from app.tickets import nearby
from app.tickets.nearness import Place, metres
from tests.api.conftest import Town
from tests.channels import signing

HERE = (48.11, -1.68)
# Four thousand messages over twenty kilometres, none of them near; what is not said is that of the one there is.
CROWD = """
INSERT INTO messages (tenant_id, id, ticket_id, channel_id, direction, author_kind, author_name, subject, text, recipients,
  fields, geo, warnings, automatic, public, received_at, processed_at, history)
SELECT m.tenant_id, gen_random_uuid(), m.ticket_id, m.channel_id, m.direction, m.author_kind, m.author_name, m.subject,
  m.text, m.recipients, m.fields,
  jsonb_build_object('lat', 48.02 + 0.00004 * n, 'lon', -1.9 + 0.0001 * mod(n * 37, 1900)), m.warnings, m.automatic,
  m.public, m.received_at, m.processed_at, m.history
FROM messages m, generate_series(1, 4000) n WHERE m.tenant_id = %(tenant)s AND m.direction = 'in'
"""


async def reports(town: Town, *services: str, near_metres: int | None = None) -> Any:
    offered = [{"code": code, "name": code, **({"near_metres": near_metres} if near_metres is not None else {})}
               for code in services or ("LAMP",)]  # fmt: skip
    address = f"{new_id().hex}.example.fr"
    async with town.house.database.transaction(tenant=town.id) as session:
        return await town.house.channels.connect(
            session,
            town.id,
            type="open311",
            name="Signalements",
            address=address,
            config={"api_keys": ["k"], "services": offered},
        )


async def report(town: Town, channel: Any, lat: float, lon: float, *, code: str = "LAMP") -> dict[str, Any]:
    """Posts a report; returns its ticket."""
    words = {"api_key": "k", "service_code": code, "lat": lat, "long": lon, "description": f"Un trou {new_id().hex}"}
    answer = await town.http.post(
        "/open311/v2/requests.json",
        params={"jurisdiction_id": channel.address},
        content=signing.form({name: str(value) for name, value in words.items()}),
        headers={"Authorization": "", "Content-Type": "application/x-www-form-urlencoded"},
    )
    token = answer.json()[0]["token"]
    await town.read_all()
    receipt = (await town.http.get(f"/api/v1/intake/{token}")).json()
    return (await town.http.get(f"/api/v1/tickets/{receipt['ticket_id']}")).json()


async def near(town: Town, ticket: dict[str, Any]) -> list[dict[str, Any]]:
    answer = await town.http.get(f"/api/v1/tickets/{ticket['id']}/nearby")
    assert answer.status_code == 200, answer.text
    assert answer.json()["next_cursor"] is None
    return answer.json()["data"]


async def test_what_is_near_is_listed_by_distance_and_joined_by_a_merge_that_is_undone(new_town) -> None:
    town, other = await new_town(), await new_town()
    channel = await reports(town, "LAMP", "BIN")
    here = await report(town, channel, *HERE)
    close = await report(town, channel, HERE[0] + 0.0001, HERE[1])
    closer = await report(town, channel, HERE[0], HERE[1] + 0.00005, code="BIN")
    await report(town, channel, HERE[0] + 0.001, HERE[1])
    await report(other, await reports(other), *HERE)
    found = await near(town, here)
    assert [(one["ticket_id"], one["distance_m"], one["same_matter"]) for one in found] == [
        (closer["id"], 4, False),
        (close["id"], 11, True),
    ]
    path = f"/api/v1/tickets/{here['id']}"
    first = (await town.http.get(f"{path}/nearby", params={"limit": 1})).json()
    second = (await town.http.get(f"{path}/nearby", params={"limit": 1, "cursor": first["next_cursor"]})).json()
    assert ([*first["data"], *second["data"]], second["next_cursor"]) == (found, None)
    tag = (await town.http.get(path)).headers["etag"]
    words = {"source_ids": [close["id"]], "reason": "Même trou", "despite_other_contact": True}
    done = await town.http.post(f"{path}/merges", json=words, headers={"If-Match": tag, "Idempotency-Key": "m"})
    assert done.status_code == 201, done.text
    assert [one["ticket_id"] for one in await near(town, here)] == [closer["id"]]
    undone = await town.http.delete(
        f"{path}/merges/{done.json()['merges'][0]['id']}", headers={"If-Match": done.headers["etag"]}
    )
    assert undone.status_code == 200, undone.text
    assert [one["ticket_id"] for one in await near(town, here)] == [closer["id"], close["id"]]


async def test_what_is_reported_by_telephone_has_its_place_too(new_town) -> None:
    town = await new_town()
    here = await report(town, await reports(town), *HERE)
    words = {
        "channel": "phone",
        "subject": "Lampadaire",
        "text": "Un lampadaire est éteint.",
        "location": {"lat": HERE[0], "lon": HERE[1] + 0.0001},
        "service_code": "LAMP",
    }
    written = await town.http.post("/api/v1/tickets", json=words, headers={"Idempotency-Key": "d-1"})
    assert written.status_code == 201, written.text
    (found,) = await near(town, here)
    assert (found["ticket_id"], found["distance_m"], found["same_matter"]) == (written.json()["id"], 7, True)


async def test_how_near_is_the_services_to_say_and_nothing_without_a_place(new_town) -> None:
    town = await new_town()
    channel = await reports(town, near_metres=5)
    here = await report(town, channel, *HERE)
    await report(town, channel, HERE[0] + 0.0001, HERE[1])
    assert await near(town, here) == []
    assert await near(town, await town.a_ticket()) == []
    unknown = await town.http.get(f"/api/v1/tickets/{public_id(Prefix.TICKET, new_id())}/nearby")
    assert unknown.status_code == 404


async def test_looking_around_a_busy_town_reads_the_index_of_places(new_town, owner_url) -> None:
    town = await new_town()
    here = await report(town, await reports(town), *HERE)
    asked = {
        "tenant": town.id, "lat": HERE[0], "lon": HERE[1], "south": 48.1095, "north": 48.1105, "west": -1.6807,
        "east": -1.6793, "radius": 50, "since": town.clock() - timedelta(days=30), "matter": "LAMP", "only_same": False,
        "but": None, "most": 20,
    }  # fmt: skip
    async with await psycopg.AsyncConnection.connect(owner_url, autocommit=True) as owner:
        await owner.execute("SELECT set_config('app.tenant', %s, false)", (str(town.id),))
        await owner.execute(CROWD, {"tenant": town.id})
        await owner.execute("ANALYZE messages")
    async with town.house.database.transaction(tenant=town.id) as session:
        told = await session.execute(text(f"EXPLAIN (FORMAT JSON) {nearby._AROUND.text}"), asked)
        plan = json.dumps(told.scalar_one())
    assert "ix_messages_place" in plan
    assert "Seq Scan" not in plan
    assert await near(town, here) == []


async def test_the_metres_of_the_database_are_those_of_the_sphere(new_town) -> None:
    town = await new_town()
    channel = await reports(town, near_metres=1000)
    here = await report(town, channel, *HERE)
    for step in (0.0003, 0.002, 0.005):
        there = (HERE[0] + step, HERE[1] - step)
        await report(town, channel, *there)
        measured = (await near(town, here))[-1]["distance_m"]
        assert measured == round(metres(Place(*HERE), Place(*there)))


async def test_a_report_is_handed_over_once_and_anybody_else_reads_nothing_of_it(new_town) -> None:
    town = await new_town()
    here = await report(town, await reports(town), *HERE)
    partner = await town.connect(
        "open311", partner_endpoint="https://open311.example.org/open311/v2", partner_key="key-of-tests"
    )
    path = f"/api/v1/tickets/{here['id']}"
    tag = (await town.http.get(path)).headers["etag"]
    words = {"channel_id": public_id(Prefix.CHANNEL, partner.id), "text": "Lampadaire éteint"}

    async def handed(key: str, **changes: Any) -> Any:
        tag = (await town.http.get(path)).headers["etag"]
        head = {"If-Match": tag, "Idempotency-Key": key}
        return await town.http.post(f"{path}/forwards", json={**words, **changes}, headers=head)

    head = {"If-Match": tag, "Idempotency-Key": "f-1"}
    made = await town.http.post(f"{path}/forwards", json=words, headers=head)
    assert (made.status_code, made.json()["state"], made.json()["service_code"]) == (202, "frozen", "LAMP"), made.text
    again = await town.http.post(f"{path}/forwards", json=words, headers=head)
    assert again.json() == made.json()
    assert (await handed("f-2")).json()["code"] == "forwarded-already"
    mailbox = await town.connect("email")
    assert (await handed("f-3", channel_id=public_id(Prefix.CHANNEL, mailbox.id))).json()["code"] == "no-partner"
    listed = (await town.http.get(f"{path}/forwards")).json()["data"]
    assert [one["outbound_id"] for one in listed] == [made.json()["outbound_id"]]
    (fact,) = await town.facts("report.forwarded")
    assert "Lampadaire" not in json.dumps(fact)
    stranger = await new_town()
    assert (await stranger.http.get(f"{path}/forwards")).status_code == 404
    assert (await stranger.http.get(f"{path}/nearby")).status_code == 404
    nowhere = await town.a_ticket()
    tag = (await town.http.get(f"/api/v1/tickets/{nowhere['id']}")).headers["etag"]
    refused = await town.http.post(
        f"/api/v1/tickets/{nowhere['id']}/forwards", json=words, headers={"If-Match": tag, "Idempotency-Key": "f-4"}
    )
    assert {flaw["pointer"] for flaw in refused.json()["errors"]} == {"/address", "/service_code"}
