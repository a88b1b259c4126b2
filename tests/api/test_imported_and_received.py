"""A mail that was both taken over and received here stands once, with its bytes and the earlier of both receptions."""

from typing import Any

import psycopg
import pytest

from app.channels.values import Channel
from app.clock import civil_day
from app.errors import Unavailable
from app.ids import Prefix, parse_id, public_id
from tests.api.conftest import Town
from tests.api.test_imports import decided, declared, read
from tests.harness.towns import mail
from tests.imports import samples

MAIL_ID = "<demande-1@example.org>"
USER = "Usager Exemple <usager@example.org>"


async def written(town: Town, channel: Channel, **words: Any) -> dict[str, Any]:
    """A mail comes into the mailbox and is read; returns what became of it."""
    path = f"/api/v1/channels/{public_id(Prefix.CHANNEL, channel.id)}/raw"
    asked = {"sender": USER, "message_id": MAIL_ID, "to": channel.address or "", **words}
    receipt = await town.http.post(path, content=mail(**asked), headers={"Content-Type": "message/rfc822"})
    await town.read_all()
    return (await town.http.get(receipt.json()["status_url"])).json()


async def taken_over(town: Town, channel: Channel, *documents: dict[str, Any]) -> dict[str, Any]:
    one = await declared(town, channel)
    await town.http.put(f"/api/v1/imports/{one['id']}/file", content=samples.lines(*documents))
    await town.house.imports.work(str(town.id))
    return await decided(town, one, "running")


async def messages_of(town: Town, ticket: str) -> list[dict[str, Any]]:
    """What people said: acknowledgements of ours are left out."""
    found = (await town.http.get(f"/api/v1/tickets/{ticket}/messages")).json()["data"]
    return [one for one in found if one["author_kind"] in {"citizen", "agent"}]


async def saisines_of(town: Town, ticket: str) -> list[dict[str, Any]]:
    found = (await town.http.get(f"/api/v1/tickets/{ticket}")).json()["saisines"]
    return [(await town.http.get(f"/api/v1/saisines/{one['id']}")).json() for one in found]


async def test_received_then_taken_over_the_original_stands_and_its_clock_takes_the_day_its_tool_noted(
    town: Town,
) -> None:
    channel = await town.connect("email")
    kept = await written(town, channel)
    (before,) = await saisines_of(town, kept["ticket_id"])
    document = samples.zammad(1, articles=[samples.asked(1, to=channel.address), samples.answered(1)])
    done = await taken_over(town, channel, document)
    assert (done["state"], done["tickets"], done["messages"], done["known"]) == ("done", 0, 1, 1)
    first, second = await messages_of(town, kept["ticket_id"])
    assert sorted((first["direction"], second["direction"])) == ["in", "out"]
    (after,) = await saisines_of(town, kept["ticket_id"])
    assert (before["received_on"], after["received_on"]) == ("2026-03-02", "2026-02-10")
    assert after["term_on"] < before["term_on"]
    events = [(event["type"], event["annulled_by"] is None) for event in after["events"]]
    assert events.count(("received", True)) == 1, "the wrong reception stays written, corrected"
    # told again, a longer export adds nothing; what holds something received here is never taken back
    again = await taken_over(town, channel, document)
    assert (again["tickets"], again["messages"], again["known"]) == (0, 0, 2)
    refused = await decided(town, done, "undone", status=409)
    assert refused["code"] == "import-built-upon"
    assert len(await messages_of(town, kept["ticket_id"])) == 2


async def test_what_only_looks_alike_is_taken_over_by_itself(town: Town) -> None:
    channel = await town.connect("email")
    kept = await written(town, channel, sender="Autre <autre@example.org>")
    done = await taken_over(town, channel, samples.zammad(1, articles=[samples.asked(1, to=channel.address)]))
    assert (done["tickets"], done["messages"], done["known"]) == (1, 1, 0)
    (saisine,) = await saisines_of(town, kept["ticket_id"])
    assert saisine["received_on"] == "2026-03-02"


@pytest.mark.parametrize("state", ["open", "closed"])
async def test_taken_over_then_received_the_copy_takes_the_original_and_no_clock_is_lost(
    town: Town, state: str
) -> None:
    channel = await town.connect("email")
    document = samples.zammad(1, state=state, articles=[samples.asked(1, to=channel.address)])
    assert (await taken_over(town, channel, document))["messages"] == 1
    (ticket,) = (await town.http.get("/api/v1/tickets")).json()["data"]
    before = [one["received_on"] for one in await saisines_of(town, ticket["id"])]
    assert before == (["2026-02-10"] if state == "open" else [])
    kept = await written(town, channel)
    assert (kept["state"], kept["ticket_id"]) == ("done", ticket["id"])
    (message,) = await messages_of(town, ticket["id"])
    assert message["id"] == kept["message_id"]
    assert any("original" in told for told in message["warnings"])
    # open there: its clock runs from the day that tool noted. Closed there: what comes in is a request, as any other.
    today = civil_day(town.clock(), "Europe/Paris").isoformat()
    after = [one["received_on"] for one in await saisines_of(town, ticket["id"])]
    assert after == (before or [today])
    sent = (await town.http.get("/api/v1/outbound")).json()["data"]
    assert len(sent) == (0 if state == "open" else 1), "the former tool owed the acknowledgement of what it noted"
    assert (await written(town, channel))["state"] == "duplicate"
    assert len(await messages_of(town, ticket["id"])) == 1
    # somebody else who writes under the same Message-ID is somebody else
    other = await written(town, channel, sender="Autre <autre@example.org>", subject="Autre chose")
    assert other["ticket_id"] != ticket["id"]


async def test_an_import_whose_database_failed_is_interrupted_says_so_and_goes_on(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = await town.connect("email")
    one = await declared(town, channel)
    documents = [samples.zammad(number, state="closed") for number in range(1, 121)]
    await town.http.put(f"/api/v1/imports/{one['id']}/file", content=samples.lines(*documents))
    await town.house.imports.work(str(town.id))
    monkeypatch.setattr("app.imports.carrying.AGAIN_AFTER_S", (0.0, 0.0))
    carrying, failures = town.house.importing, [Unavailable("link lost"), None, psycopg.errors.DiskFull("no space")]
    batch = carrying._batch

    async def failing(*words: Any) -> Any:
        failure = failures.pop(0) if failures else None
        if isinstance(failure, Unavailable):
            await batch(*words)  # committed, and its answer lost
        if failure is not None:
            raise failure
        return await batch(*words)

    monkeypatch.setattr(carrying, "_batch", failing)
    failures.pop(1)
    with pytest.raises(psycopg.errors.DiskFull):
        await decided(town, one, "running")
    stopped = await read(town, one["id"])
    assert (stopped["state"], stopped["position"], stopped["tickets"]) == ("interrupted", 100, 100)
    assert "DiskFull" in stopped["problem"]
    done = await decided(town, stopped, "running")
    assert (done["state"], done["tickets"], done["problem"]) == ("done", 120, None)


async def test_an_import_nobody_has_carried_for_long_is_told_interrupted_and_the_next_round_goes_on(town: Town) -> None:
    channel = await town.connect("email")
    one = await declared(town, channel)
    await town.http.put(f"/api/v1/imports/{one['id']}/file", content=samples.lines(samples.zammad(1)))
    await town.house.imports.work(str(town.id))
    present = await town.http.get(f"/api/v1/imports/{one['id']}")
    head = {"If-Match": present.headers["etag"]}
    await town.http.patch(f"/api/v1/imports/{one['id']}", json={"state": "running"}, headers=head)
    assert (await read(town, one["id"]))["state"] == "running"
    town.clock.move(minutes=11)  # whoever took it up was killed
    assert (await read(town, one["id"]))["state"] == "interrupted"
    assert ((await town.http.get("/api/v1/imports")).json()["data"])[0]["state"] == "interrupted"
    await town.house.look_at_imports()
    done = await read(town, one["id"])
    assert (done["state"], done["tickets"]) == ("done", 1)
    assert parse_id(Prefix.IMPORT, done["id"])
