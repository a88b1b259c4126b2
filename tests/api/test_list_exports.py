"""A list of requests taken away: what its filters hold, what its taker sees, in columns no spreadsheet calculates."""

import csv
import io

import pytest
from odfdo import Document

from tests.api.conftest import Town
from tests.api.test_sight import a_team, someone
from tests.api.test_tags import once

PATH = "/api/v1/tickets/file"


async def taken(http, **asked: str) -> list[dict[str, str]]:
    answer = await http.get(PATH, params=asked)
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


async def a_field(town: Town, **words: object) -> None:
    made = await town.http.post("/api/v1/custom-fields", json=words, headers=once())
    assert made.status_code == 201, made.text


async def change(town: Town, ticket: dict[str, object], **words: object) -> None:
    path = f"/api/v1/tickets/{ticket['id']}"
    head = {"If-Match": (await town.http.get(path)).headers["etag"]}
    answer = await town.http.patch(path, json=words, headers=head)
    assert answer.status_code == 200, answer.text


async def test_a_list_is_taken_with_its_filters_its_order_and_the_fields_of_the_administration(new_town) -> None:
    town = await new_town()
    choices = [{"key": "centre", "label": "Centre-bourg"}]
    await a_field(town, key="quartier", kind="choice", label="Quartier", choices=choices)
    await a_field(town, key="surface", kind="number", label="Surface")
    await a_field(town, key="urgent", kind="yes_no", label="Urgent")
    first, second = await town.a_ticket(subject="=2+2"), await town.a_ticket(subject="Banc cassé")
    closed = await town.a_ticket(subject="Autre")
    await change(town, first, custom_fields={"quartier": "centre", "surface": 12, "urgent": True})
    await change(town, closed, status="open")
    rows = await taken(town.http, status="new")
    assert {row["Référence"] for row in rows} == {first["reference"], second["reference"]}
    one = next(row for row in rows if row["Référence"] == first["reference"])
    assert one["Objet"] == "'=2+2"  # shown, never calculated
    assert (one["Quartier"], one["Surface"], one["Urgent"]) == ("Centre-bourg", "12", "oui")
    assert (one["État"], one["Canal"], one["Risque"]) == ("nouveau", "courriel", "à qualifier")
    assert one["Demandeur"] == "Usager Exemple"
    columns = "subject,custom_field:quartier,presence,subject"
    (told, *_) = await taken(town.http, custom_field="quartier:centre", columns=columns, names="ids")
    assert told == {"reference": first["reference"], "subject": "'=2+2", "custom_field:quartier": "centre"}
    by_term = [row["Référence"] for row in await taken(town.http, sort="term_on")]
    listed = (await town.http.get("/api/v1/tickets", params={"sort": "term_on"})).json()["data"]
    assert by_term == [one["reference"] for one in listed]


async def test_a_spreadsheet_holds_the_same_lines_and_the_journal_who_took_them(new_town) -> None:
    town = await new_town()
    ticket = await town.a_ticket()
    answer = await town.http.get(PATH, params={"format": "ods", "columns": "received_at,status"})
    assert answer.headers["content-type"] == "application/vnd.oasis.opendocument.spreadsheet"
    assert answer.headers["content-disposition"].startswith("attachment")
    (table,) = Document(io.BytesIO(answer.content)).body.get_tables()
    values = table.get_values()
    assert [row[0] for row in values] == ["Référence", ticket["reference"]]
    journal = (await town.http.get("/api/v1/audit", params={"action": "tickets.exported"})).json()["data"]
    assert [(one["detail"]["lines"], one["detail"]["columns"]) for one in journal] == [
        (1, ["reference", "received_at", "status"])
    ]


async def test_somebody_takes_what_they_see_and_nothing_more(new_town) -> None:
    town = await new_town()
    hidden, seen = await town.a_ticket(), await town.a_ticket()
    theirs, ours = await a_team(town, "Action sociale"), await a_team(town, "Voirie")
    await change(town, hidden, team_id=theirs)
    await change(town, seen, team_id=ours)
    agent = await someone(town, reach="teams", teams=[ours])
    answer = await agent.ask("GET", "/tickets/file")
    assert answer.status_code == 200, answer.text
    assert seen["reference"] in answer.text
    assert hidden["reference"] not in answer.text


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ({"q": "lampadaire"}, "query/q"),
        ({"columns": "subject,secret"}, "query/columns"),
        ({"columns": "custom_field:nobody"}, "query/columns"),
        ({"status": "gone"}, "query/status"),
    ],
)
async def test_what_cannot_be_taken_is_refused_with_what_to_do(town: Town, asked: dict[str, str], pointer: str) -> None:
    answer = await town.http.get(PATH, params=asked)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer), answer.text


async def test_more_than_a_file_holds_is_refused_before_anything_is_read(
    new_town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = await new_town()
    for _ in range(2):
        await town.a_ticket()
    monkeypatch.setattr("app.reporting.listing_files.MOST", 1)
    answer = await town.http.get(PATH)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "too-many")


async def test_batches_join_without_a_line_lost_or_twice(new_town, monkeypatch: pytest.MonkeyPatch) -> None:
    town = await new_town()
    wanted = {(await town.a_ticket())["reference"] for _ in range(5)}
    monkeypatch.setattr("app.reporting.listing_files._BATCH", 2)
    rows = [row["Référence"] for row in await taken(town.http)]
    assert (len(rows), set(rows)) == (5, wanted)
