"""A history taken over through HTTP: declared, handed over, examined, decided; then taken back, whole or not at all."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from app.ids import Prefix, new_id, parse_id, public_id
from app.imports.refusals import ImportNotThere
from tests.api.conftest import Town
from tests.api.test_custom_fields import a_field, fill
from tests.api.test_links import link
from tests.api.test_tags import a_tag, put
from tests.harness.towns import mail
from tests.imports import samples


async def declared(town: Town, channel: Any, source: str = "zammad", **words: Any) -> dict[str, Any]:
    asked = await town.http.post(
        "/api/v1/imports",
        json={"source": source, "channel_id": public_id(Prefix.CHANNEL, channel.id), **words},
        headers={"Idempotency-Key": new_id().hex},
    )
    assert asked.status_code == 201, asked.text
    return asked.json()


async def examined(town: Town, content: bytes, source: str = "zammad", **words: Any) -> dict[str, Any]:
    channel = await town.connect("email")
    one = await declared(town, channel, source, **words)
    given = await town.http.put(f"/api/v1/imports/{one['id']}/file", content=content)
    assert given.status_code == 202, given.text
    await town.house.imports.work(str(town.id))
    return await read(town, one["id"])


async def read(town: Town, import_id: str) -> dict[str, Any]:
    return (await town.http.get(f"/api/v1/imports/{import_id}")).json()


async def decided(town: Town, one: dict[str, Any], state: str, *, status: int = 200) -> dict[str, Any]:
    present = await town.http.get(f"/api/v1/imports/{one['id']}")
    answer = await town.http.patch(
        f"/api/v1/imports/{one['id']}", json={"state": state}, headers={"If-Match": present.headers["etag"]}
    )
    assert answer.status_code == status, answer.text
    await town.house.imports.work(str(town.id))
    return await read(town, one["id"]) if status == 200 else answer.json()


def file_of(town: Town, import_id: str) -> Path:
    return town.house.imports.handed.path(town.id, parse_id(Prefix.IMPORT, import_id))


async def test_a_history_is_read_decided_upon_placed_and_taken_back(town: Town) -> None:
    """The whole way, and nothing leaves at any step of it."""
    piece = {"id": 5, "filename": "plan.png", "size": "48", "preferences": {"Mime-Type": "image/png"}}
    lost = {"id": 6, "filename": "perdue.pdf", "preferences": {"Mime-Type": "application/pdf"}}
    export = samples.archive(
        samples.lines(
            samples.zammad(
                1, state="closed", articles=[samples.asked(1, attachments=[piece, lost]), samples.answered(1)]
            ),
            samples.zammad(2, state="en commission", articles=[samples.asked(2)]),
            {"ticket": {"id": 3}, "articles": []},
        ),
        {"1-10-5": samples.PNG},
    )
    one = await examined(town, export)
    report = one["report"]
    assert (one["state"], one["tickets"], report["tickets"]) == ("examined", 0, 2)
    assert report["unknown_statuses"] == {"en commission": 1}
    assert (report["agents_without_account"], report["unknown_teams"]) == (
        {"agent@villebourg.example.fr": 2},
        {"Urbanisme": 2},
    )
    assert (report["pieces"], report["pieces_missing"], report["clocks"], report["people_new"]) == (2, 1, 1, 1)
    assert [sample["number"] for sample in report["samples"]] == ["67001", "67002"]
    assert "jardin" not in str(one)
    refusals = (await town.http.get(f"/api/v1/imports/{one['id']}/refusals")).json()["data"]
    assert [(line["place"], line["code"]) for line in refusals] == [(3, "no-date")]

    done = await decided(town, one, "running")
    assert (done["state"], done["position"], done["total"]) == ("done", 3, 3)
    assert (done["tickets"], done["messages"], done["pieces"], done["saisines"]) == (2, 3, 2, 1)
    assert not file_of(town, one["id"]).exists()
    codes = {line["code"] for line in (await town.http.get(f"/api/v1/imports/{one['id']}/refusals")).json()["data"]}
    assert codes == {"no-date", "piece-missing"}
    tickets = (await town.http.get("/api/v1/tickets")).json()["data"]
    assert {ticket["status"] for ticket in tickets} == {"closed", "new"}
    waiting = next(ticket for ticket in tickets if ticket["status"] == "new")
    closed = next(ticket for ticket in tickets if ticket["status"] == "closed")
    messages = (await town.http.get(f"/api/v1/tickets/{closed['id']}/messages")).json()["data"]
    assert messages[0]["received_at"] == "2026-02-10T08:30:00.119000Z"
    assert "constatée" in messages[0]["warnings"][0]
    content = await town.http.get(f"/api/v1/attachments/{messages[0]['attachments'][0]['id']}")
    assert content.content == samples.PNG
    watched = (await town.http.get("/api/v1/sve/watch")).json()["data"]
    assert [(line["reference"], line["saisine"]["regime"]) for line in watched] == [(waiting["reference"], "UNKNOWN")]
    assert (await town.http.get("/api/v1/outbound")).json()["data"] == []
    kinds = {fact["type"] for fact in await town.facts()}
    assert {kind for kind in kinds if kind.partition(".")[0] in {"ticket", "message", "duty", "outbound"}} == set()

    undone = await decided(town, one, "undone")
    assert undone["state"] == "undone"
    assert (await town.http.get("/api/v1/tickets")).json()["data"] == []
    assert (await town.http.get("/api/v1/contacts")).json()["data"] == []
    told = await town.facts("import.asked", "import.started", "import.progressed", "import.ended", "import.undone")
    assert [fact["type"] for fact in told] == [
        "import.asked",
        "import.started",
        "import.progressed",
        "import.ended",
        "import.undone",
    ]


async def test_a_request_whose_fields_were_filled_is_not_taken_back(town: Town) -> None:
    await a_field(town, "repris")
    one = await examined(town, samples.lines(samples.zammad(1)))
    await decided(town, one, "running")
    (ticket,) = (await town.http.get("/api/v1/tickets")).json()["data"]
    assert (await fill(town, ticket, repris="oui")).status_code == 200
    assert (await decided(town, one, "undone", status=409))["code"] == "import-built-upon"
    assert (await fill(town, ticket, repris=None)).status_code == 200
    assert (await decided(town, one, "undone", status=409))["code"] == "import-built-upon"


async def test_what_somebody_worked_on_is_not_taken_back(town: Town) -> None:
    one = await examined(town, samples.lines(samples.zammad(1)))
    await decided(town, one, "running")
    (ticket,) = (await town.http.get("/api/v1/tickets")).json()["data"]
    other, tag = await town.a_ticket(), await a_tag(town, "À trier")
    await put(town, ticket, tag)
    assert (await decided(town, one, "undone", status=409))["code"] == "import-built-upon"
    await put(town, ticket, tag, method="DELETE")
    linked = await link(town, other, ticket)
    assert (await decided(town, one, "undone", status=409))["code"] == "import-built-upon"
    await town.http.delete(f"/api/v1/tickets/{ticket['id']}/links/{linked.json()['id']}")
    noted = await town.http.post(
        f"/api/v1/tickets/{ticket['id']}/notes", json={"text": "À voir."}, headers={"Idempotency-Key": new_id().hex}
    )
    assert noted.status_code == 201, noted.text
    refused = await decided(town, one, "undone", status=409)
    assert refused["code"] == "import-built-upon"
    assert ticket["reference"] in refused["detail"]
    assert {one["id"] for one in (await town.http.get("/api/v1/tickets")).json()["data"]} == {ticket["id"], other["id"]}


async def test_a_longer_export_adds_only_what_is_new_and_joins_people_by_their_address(town: Town) -> None:
    known = await town.a_ticket(sender={"kind": "email", "address": "usager@example.org", "display_name": "Usager"})
    first = await examined(town, samples.lines(samples.zammad(1, state="closed")))
    assert (first["report"]["people_known"], first["report"]["people_new"]) == (1, 0)
    await decided(town, first, "running")
    longer = await examined(
        town, samples.lines(samples.zammad(1, articles=[samples.asked(1), samples.answered(1)]), samples.zammad(2))
    )
    assert longer["report"]["tickets_known"] == 1
    done = await decided(town, longer, "running")
    assert (done["tickets"], done["messages"], done["known"]) == (1, 2, 1)
    contacts = {t["contact"]["id"] for t in (await town.http.get("/api/v1/tickets")).json()["data"]}
    assert contacts == {known["contact"]["id"]}
    # another installation of the same tool has numbers of its own
    other = await examined(town, samples.lines(samples.zammad(1)), name="Ancienne mairie")
    assert (other["origin"], other["report"]["tickets_known"]) == ("zammad:ancienne-mairie", 0)
    completed = await decided(town, longer, "undone", status=409)
    assert completed["code"] == "import-built-upon"


async def test_an_answer_to_what_was_taken_over_finds_its_request(town: Town) -> None:
    """By the Message-ID of an imported mail, or by its former number from somebody in it; a stranger finds neither."""
    channel = await town.connect("email")
    one = await declared(town, channel)
    export = samples.lines(samples.zammad(1, state="closed", articles=[samples.asked(1), samples.answered(1)]))
    assert (await town.http.put(f"/api/v1/imports/{one['id']}/file", content=export)).status_code == 202
    await town.house.imports.work(str(town.id))
    await decided(town, one, "running")
    (ticket,) = (await town.http.get("/api/v1/tickets")).json()["data"]

    async def written(**words: Any) -> str:
        path = f"/api/v1/channels/{public_id(Prefix.CHANNEL, channel.id)}/raw"
        head = {"Content-Type": "message/rfc822"}
        receipt = await town.http.post(path, content=mail(to=channel.address or "", **words), headers=head)
        await town.read_all()
        return (await town.http.get(receipt.json()["status_url"])).json()["ticket_id"]

    ours, other = "Usager <usager@example.org>", "Autre <autre@example.org>"
    cited = "<reponse-1@villebourg.example.fr>"
    assert await written(sender=other, message_id="<s1@example.org>", subject="[Ticket#67001]") != ticket["id"]
    assert await written(sender=other, message_id="<s2@example.org>", In_Reply_To=cited) != ticket["id"]
    assert (
        await written(sender=ours, message_id="<r1@example.org>", subject="RE: [Ticket#67001] Clôture") == ticket["id"]
    )
    assert await written(sender=ours, message_id="<r2@example.org>", In_Reply_To=cited) == ticket["id"]
    assert await written(sender=ours, message_id="<r3@example.org>", subject="[Ticket#67002]") != ticket["id"]
    assert (await town.http.get(f"/api/v1/tickets/{ticket['id']}")).json()["status"] == "open"


async def test_an_import_may_be_stopped_and_belongs_to_its_town(town: Town, new_town: Any) -> None:
    one = await examined(town, samples.lines(samples.zammad(1)))
    elsewhere = await new_town()
    assert (await elsewhere.http.get(f"/api/v1/imports/{one['id']}")).status_code == 404
    assert (await elsewhere.http.get("/api/v1/imports")).json()["data"] == []
    stopped = await decided(town, one, "cancelled")
    assert (stopped["state"], stopped["tickets"]) == ("cancelled", 0)
    await town.house.imports.forget_files(town.id)
    assert not file_of(town, one["id"]).exists()
    again = await town.http.patch(
        f"/api/v1/imports/{one['id']}", json={"state": "running"}, headers={"If-Match": f'"{stopped["version"]}"'}
    )
    assert (again.status_code, again.json()["code"]) == (409, "import-not-there")
    late = await town.http.put(f"/api/v1/imports/{one['id']}/file", content=b"x")
    assert late.status_code == 409


async def test_only_a_mailbox_of_this_town_may_answer_for_what_is_taken_over(town: Town) -> None:
    for channel_id in (public_id(Prefix.CHANNEL, new_id()), public_id(Prefix.CHANNEL, (await town.connect("http")).id)):
        refused = await town.http.post(
            "/api/v1/imports",
            json={"source": "csv", "channel_id": channel_id},
            headers={"Idempotency-Key": new_id().hex},
        )
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/channel_id")


@pytest.mark.parametrize(
    "content", [b"PK\x05\x06" + b"\xff" * 18, samples.archive(b"x", name="a.exe")], ids=["zip", "nothing"]
)
async def test_what_cannot_be_opened_is_said_and_its_file_forgotten(town: Town, content: bytes) -> None:
    one = await examined(town, content)
    assert one["state"] == "failed"
    assert one["problem"]
    assert not file_of(town, one["id"]).exists()


async def test_what_completed_a_request_that_was_merged_is_not_taken_back_by_halves(town: Town) -> None:
    """Its message now stands in a request of ours: forgetting its name there would bring it a second time."""
    ours = await town.a_ticket(sender={"kind": "email", "address": "usager@example.org", "display_name": "Usager"})
    await decided(town, await examined(town, samples.lines(samples.zammad(1))), "running")
    (taken,) = [one for one in (await town.http.get("/api/v1/tickets")).json()["data"] if one["id"] != ours["id"]]
    head = {"If-Match": f'"{ours["version"]}"', "Idempotency-Key": new_id().hex}
    body = {"source_ids": [taken["id"]], "reason": "la même demande"}
    merged = await town.http.post(f"/api/v1/tickets/{ours['id']}/merges", json=body, headers=head)
    assert merged.status_code == 201, merged.text
    longer = samples.lines(samples.zammad(1, articles=[samples.asked(1), samples.answered(1)]))
    second = await decided(town, await examined(town, longer), "running")
    assert (second["tickets"], second["messages"], second["known"]) == (0, 1, 1)
    refused = await decided(town, second, "undone", status=409)
    assert (refused["code"], ours["reference"] in refused["detail"]) == ("import-built-upon", True)
    again = await decided(town, await examined(town, longer), "running")
    assert (again["messages"], again["known"]) == (0, 2)


async def test_a_file_handed_over_twice_at_once_is_the_one_that_was_kept(town: Town) -> None:
    """A double click: what is refused leaves no byte, or the report read would be of another file than what is placed."""
    one = await declared(town, await town.connect("email"))
    import_id, imports = parse_id(Prefix.IMPORT, one["id"]), town.house.imports

    async def slowly() -> AsyncIterator[bytes]:
        yield samples.lines(samples.zammad(2))
        first = await town.http.put(f"/api/v1/imports/{one['id']}/file", content=samples.lines(samples.zammad(1)))
        assert first.status_code == 202
        await imports.work(str(town.id))

    with pytest.raises(ImportNotThere) as refusal:
        await imports.receive(town.id, import_id, slowly())
    assert "à décider" in str(refusal.value.detail)
    assert file_of(town, one["id"]).read_bytes() == samples.lines(samples.zammad(1))
    assert [found.name for found in file_of(town, one["id"]).parent.iterdir()] == [file_of(town, one["id"]).name]


@pytest.mark.parametrize("wrote_again", [False, True])
async def test_a_request_its_tool_opened_again_starts_its_clock_from_the_first_day(
    town: Town, wrote_again: bool
) -> None:
    """Taken over closed it started none; a later export says it is open: no clock is missing, none is there twice."""
    await decided(town, await examined(town, samples.lines(samples.zammad(1, state="closed"))), "running")
    later = samples.asked(1, message_id="<encore@example.org>", created_at="2026-02-20T08:00:00Z") | {"id": 99}
    told = [samples.asked(1), *([later] if wrote_again else [])]
    longer = samples.lines(samples.zammad(1, articles=told))
    second = await decided(town, await examined(town, longer), "running")
    assert second["saisines"] == second["report"]["clocks"] == len(told)
    (ticket,) = (await town.http.get("/api/v1/tickets")).json()["data"]
    assert (ticket["status"], ticket["term_on"], len(ticket["saisines"])) == ("open", "2026-04-10", len(told))
    assert ticket["last_activity_at"][:10] == ("2026-02-20" if wrote_again else "2026-02-10")
    again = await decided(town, await examined(town, longer), "running")
    assert (again["saisines"], again["messages"]) == (0, 0)
