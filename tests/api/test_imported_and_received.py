"""A mail that was both taken over and received here stands once, with its bytes and the earlier of both receptions."""

from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import text

from app.channels.values import Channel
from app.db import lines
from app.db.lines import Line
from app.db.transaction import Session, driver_connection
from app.errors import Unavailable
from app.ids import Prefix, parse_id, public_id
from app.imports import repository
from tests.api.conftest import Town
from tests.api.test_imports import decided, declared, read
from tests.harness.towns import mail
from tests.imports import samples

MAIL_ID = "<demande-1@example.org>"
BODY = """--bord\r
Content-Type: text/plain; charset=utf-8\r
\r
Bonjour, voici mon plan.\r
--bord\r
Content-Type: text/plain; charset=utf-8\r
Content-Disposition: attachment; filename="plan.txt"\r
\r
un plan\r
--bord--\r
"""
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
    # open there, its clock runs already; closed there, what comes in is a request. Both from the day that tool noted.
    (after,) = await saisines_of(town, ticket["id"])
    assert after["received_on"] == "2026-02-10"
    (received,) = [event for event in after["events"] if event["type"] == "received"]
    assert received["backdated"]
    sent = (await town.http.get("/api/v1/outbound")).json()["data"]
    assert sent == [], "the former tool owed the acknowledgement of what it noted"
    assert (await town.http.get("/api/v1/sve/duties")).json()["data"] == []
    assert (await written(town, channel))["state"] == "duplicate"
    assert len(await messages_of(town, ticket["id"])) == 1
    # somebody else who writes under the same Message-ID is somebody else
    other = await written(town, channel, sender="Autre <autre@example.org>", subject="Autre chose")
    assert other["ticket_id"] != ticket["id"]


OTHER_WORDS = "Je demande une copie d’acte de naissance."


@pytest.mark.parametrize("first", ["received", "imported"])
async def test_another_message_under_the_same_name_is_another_message_with_its_own_clock(
    town: Town, first: str
) -> None:
    """A form mailer may give one Message-ID to all it sends: nothing of it is swallowed."""
    channel = await town.connect("email")
    document = samples.zammad(1, articles=[samples.asked(1, to=channel.address)])
    if first == "imported":
        await taken_over(town, channel, document)
        kept = await written(town, channel, text=OTHER_WORDS)
    else:
        kept = await written(town, channel, text=OTHER_WORDS)
        done = await taken_over(town, channel, document)
        assert (done["messages"], done["known"]) == (1, 0)
    found = (await town.http.get("/api/v1/tickets")).json()["data"]
    said = {m["text"].strip(): m["id"] for one in found for m in await messages_of(town, one["id"])}
    assert said[OTHER_WORDS] == kept["message_id"]
    assert len(said) == 2
    clocks = [one["received_on"] for ticket in found for one in await saisines_of(town, ticket["id"])]
    assert sorted(clocks) == ["2026-02-10", "2026-03-02"]


async def test_a_mail_our_boundary_disowns_is_the_original_of_nothing(town: Town) -> None:
    channel = await town.connect("email", authserv_ids=["mx.villebourg.example.fr"])
    await taken_over(town, channel, samples.zammad(1, articles=[samples.asked(1, to=channel.address)]))
    (ticket,) = (await town.http.get("/api/v1/tickets")).json()["data"]
    (message,) = await messages_of(town, ticket["id"])
    forged = await written(town, channel, Authentication_Results="mx.villebourg.example.fr; dmarc=fail")
    assert forged["message_id"] != message["id"]
    assert forged["state"] == "done"


async def test_an_adopted_mail_brings_its_words_and_the_pieces_its_export_did_not_hold(town: Town) -> None:
    channel = await town.connect("email")
    named = {"id": 5, "filename": "plan.pdf", "size": "9", "preferences": {"Content-Type": "application/pdf"}}
    article = samples.asked(1, to=channel.address, body="Bonjour", content_type="text/plain", attachments=[named])
    await taken_over(town, channel, samples.zammad(1, articles=[article]))
    (ticket,) = (await town.http.get("/api/v1/tickets")).json()["data"]
    (before,) = await messages_of(town, ticket["id"])
    assert [(piece["name"], piece["fetch"]) for piece in before["attachments"]] == [("plan.pdf", "failed")]
    kept = await written(
        town,
        channel,
        subject="Ma clôture",
        text=BODY,
        MIME_Version="1.0",
        Content_Type='multipart/mixed; boundary="bord"',
    )
    assert kept["message_id"] == before["id"]
    (after,) = await messages_of(town, ticket["id"])
    assert [piece["name"] for piece in after["attachments"]] == ["plan.txt"]
    assert (after["subject"], after["text"].strip()) == ("Ma clôture", "Bonjour, voici mon plan.")


async def test_two_conversations_received_in_one_request_are_placed_there_again_and_open_nothing(town: Town) -> None:
    channel = await town.connect("email")
    kept = await written(town, channel, text="Bonjour, puis-je clore mon jardin ?")
    second = {"message_id": "<demande-2@example.org>", "text": "Et abattre un arbre ?", "In_Reply_To": MAIL_ID}
    assert (await written(town, channel, **second))["ticket_id"] == kept["ticket_id"]
    tree = samples.asked(2, to=channel.address, body="Et abattre un arbre ?", content_type="text/plain")
    documents = [
        samples.zammad(1, articles=[samples.asked(1, to=channel.address)]),
        samples.zammad(2, articles=[tree]),
    ]
    done = await taken_over(town, channel, *documents)
    assert (done["tickets"], done["messages"], done["known"]) == (0, 0, 2)
    again = await taken_over(town, channel, documents[0], {**documents[1], "articles": [tree, samples.answered(2)]})
    assert (again["tickets"], again["messages"], again["known"]) == (0, 1, 2)
    assert len(await messages_of(town, kept["ticket_id"])) == 3


async def test_while_an_import_is_taken_back_no_mail_is_placed_and_the_database_is_waited_for(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = await town.connect("email")
    done = await taken_over(town, channel, samples.zammad(1, articles=[samples.asked(1, to=channel.address)]))
    take_back, seen = repository.take_back, list[object]()

    async def watched(session: Session, import_id: UUID) -> int:
        line = await driver_connection(session)
        assert isinstance(line, Line)
        async with town.house.database.transaction(tenant=town.id) as other:
            word = {"word": f"place:{town.id}"}
            free = text("SELECT pg_try_advisory_xact_lock(hashtextextended(:word, 0))")
            seen.extend([(await other.execute(free, word)).scalar_one(), (line.patience_s or 0) > lines.SILENCE_S])
        return await take_back(session, import_id)

    monkeypatch.setattr(repository, "take_back", watched)
    assert (await decided(town, done, "undone"))["state"] == "undone"
    assert seen == [False, True]


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
