"""A form fills fields of its request: what fits is there when an agent opens it, what does not is said and never lost."""

from dataclasses import replace
from typing import Any

import pytest

from app.forms.filling import FormFilling
from app.ids import Prefix, new_id, parse_id
from app.privacy import emptying
from app.tickets.facts import MessageReceived
from app.tickets.values import Incoming
from tests.api.conftest import Town
from tests.api.test_custom_fields import CHOICES, a_field, fill, story
from tests.api.test_forms import a_form, change, publish

DEFINITION: dict[str, Any] = {
    "type": "object",
    "properties": {
        "ou": {"type": "string", "title": "Quartier", "enum": ["Centre", "Nord"], "x-parvis": {"fills": "quartier"}},
        "combien": {"type": "number", "title": "Longueur", "x-parvis": {"fills": "longueur"}},
        "rappel": {"type": "boolean", "title": "Être rappelé", "x-parvis": {"fills": "rappel"}},
        "message": {"type": "string", "format": "multiline", "title": "Message", "x-parvis": {"about": "message"}},
        "courriel": {"type": "string", "format": "email", "title": "Adresse", "x-parvis": {"about": "email"}},
    },
    "required": ["message"],
}


async def a_published_form(town: Town) -> dict[str, Any]:
    await a_field(town, "quartier", "choice", choices=CHOICES)
    await a_field(town, "longueur", "number")
    await a_field(town, "rappel", "yes_no")
    form, tag = await a_form(town, definition=DEFINITION)
    assert (await publish(town, form, tag)).status_code == 200
    return form


async def sent(town: Town, form: dict[str, Any], **answers: Any) -> dict[str, Any]:
    body = {"submission_id": new_id().hex, "form_version": "1", "answers": {"message": "Trou.", **answers}}
    receipt = await town.http.post(f"/formulaires/{form['slug']}", json=body)
    assert receipt.status_code == 202, receipt.text
    await town.read_all()
    kept = (await town.http.get(receipt.json()["status_url"])).json()
    return (await town.http.get(f"/api/v1/tickets/{kept['ticket_id']}")).json()


async def said(town: Town, ticket: dict[str, Any], direction: str) -> list[dict[str, Any]]:
    messages = (await town.http.get(f"/api/v1/tickets/{ticket['id']}/messages")).json()["data"]
    return [one for one in messages if one["direction"] == direction]


async def test_the_answers_of_a_form_fill_the_fields_of_its_request(new_town: Any) -> None:
    town = await new_town()
    form = await a_published_form(town)
    read = (await town.http.get(f"/api/v1/forms/{form['id']}")).json()["latest"]["definition"]["properties"]
    assert read["ou"]["x-parvis"] == {"fills": "quartier"}
    ticket = await sent(town, form, ou="Nord", combien=12.5, rappel=True)
    assert ticket["custom_fields"] == {"quartier": "nord", "longueur": 12.5, "rappel": True}
    assert await said(town, ticket, "note") == []
    (told,) = await story(town, ticket)
    assert told["fields"]["actor"] == "citizen"
    assert [one["now"] for one in told["fields"]["changes"]] == ["nord", 12.5, True]
    (fact,) = await town.facts("ticket.fields_filled")
    assert fact["data"] == {"ticket_id": ticket["id"], "custom_fields": ["quartier", "longueur", "rappel"]}
    rows = (await town.http.get("/api/v1/tickets", params={"custom_field": "quartier:nord"})).json()["data"]
    assert [one["id"] for one in rows] == [ticket["id"]]


async def test_an_answer_that_does_not_fit_stays_in_the_message_and_a_note_says_why(new_town: Any) -> None:
    """What the page takes and the field does not: a choice archived since, more decimals than a field keeps."""
    town = await new_town()
    form = await a_published_form(town)
    fields = (await town.http.get("/api/v1/custom-fields")).json()["data"]
    (quartier,) = [one for one in fields if one["key"] == "quartier"]
    archived = {"choices": [CHOICES[0], {**CHOICES[1], "archived": True}]}
    path = f"/api/v1/custom-fields/{quartier['id']}"
    assert (await town.http.patch(path, json=archived, headers={"If-Match": '"1"'})).status_code == 200
    ticket = await sent(town, form, ou="Nord", combien=0.1234567, rappel=True)
    assert ticket["custom_fields"] == {"rappel": True}
    (message,) = await said(town, ticket, "in")
    assert "Quartier : Nord" in message["text"]
    (note,) = await said(town, ticket, "note")
    assert "Quartier : une des valeurs que la liste offre est attendu" in note["text"]
    assert "Longueur : un nombre, 6 décimales au plus est attendu" in note["text"]
    assert "0.1234567" not in note["text"]
    assert (note["author_kind"], ticket["status"]) == ("automation", "new")


async def test_a_field_archived_since_is_said_and_the_message_is_there(new_town: Any) -> None:
    town = await new_town()
    form = await a_published_form(town)
    fields = (await town.http.get("/api/v1/custom-fields")).json()["data"]
    (quartier,) = [one for one in fields if one["key"] == "quartier"]
    path = f"/api/v1/custom-fields/{quartier['id']}"
    assert (await town.http.patch(path, json={"archived": True}, headers={"If-Match": '"1"'})).status_code == 200
    ticket = await sent(town, form, ou="Nord")
    assert ticket["custom_fields"] == {}
    (note,) = await said(town, ticket, "note")
    assert "Quartier : le champ est rangé" in note["text"]


@pytest.mark.parametrize(
    ("key", "question", "code"),
    [
        ("absent", {"type": "string", "title": "Quoi"}, "unknown"),
        ("longueur", {"type": "string", "title": "Quoi"}, "kind"),
        ("quartier", {"type": "string", "title": "Quoi", "enum": ["Centre", "Ouest"]}, "choices"),
    ],
)
async def test_a_question_that_cannot_fill_its_field_is_refused_when_saved(
    new_town: Any, key: str, question: dict[str, Any], code: str
) -> None:
    town = await new_town()
    form = await a_published_form(town)
    properties = {**DEFINITION["properties"], "ou": {**question, "x-parvis": {"fills": key}}}
    properties.pop("combien")
    definition = {**DEFINITION, "properties": properties}
    tag = (await town.http.get(f"/api/v1/forms/{form['id']}")).headers["etag"]
    refused = await change(town, form, tag, definition=definition)
    assert refused.status_code == 422, refused.text
    (error,) = refused.json()["errors"]
    assert (error["pointer"], error["code"]) == ("/definition/properties/ou/x-parvis/fills", code)
    body = {"slug": f"f-{new_id().hex}", "title": "Autre", "definition": definition}
    made = await town.http.post("/api/v1/forms", json=body, headers={"Idempotency-Key": new_id().hex})
    assert (made.status_code, made.json()["errors"][0]["code"]) == (422, code)
    assert (await change(town, form, tag, title="Autre titre")).status_code == 200


async def test_another_town_s_field_is_filled_by_nobody_here(new_town: Any) -> None:
    here, there = await new_town(), await new_town()
    await a_field(there, "ailleurs")
    properties = {"quoi": {"type": "string", "title": "Quoi", "x-parvis": {"fills": "ailleurs"}}}
    body = {"slug": f"f-{new_id().hex}", "title": "T", "definition": {"type": "object", "properties": properties}}
    made = await here.http.post("/api/v1/forms", json=body, headers={"Idempotency-Key": new_id().hex})
    assert made.json()["errors"][0]["code"] == "unknown"


async def test_what_a_field_holds_already_is_not_written_over(new_town: Any) -> None:
    town = await new_town()
    form = await a_published_form(town)
    ticket = await sent(town, form, ou="Nord")
    assert (await fill(town, ticket, quartier="centre", longueur=None)).status_code == 200
    (message,) = await said(town, ticket, "in")
    incoming = Incoming(
        channel_id=parse_id(Prefix.CHANNEL, form["channel_id"]),
        channel_type="webform",
        reception_id=None,
        electronic=True,
        point_id=None,
        contact_id=None,
        author_name="",
        author_address=None,
        external_id=None,
        conversation=None,
        received_at=town.clock(),
        fields={
            "form": {"fills": {"quartier": "ou", "longueur": "combien", "inconnu": "rien"}},
            "answers": {"ou": "Nord", "combien": "3", "rien": "x"},
        },
    )
    told = [
        MessageReceived(
            tenant_id=town.id,
            subject_id=parse_id(Prefix.MESSAGE, message["id"]),
            at=town.clock(),
            ticket_id=parse_id(Prefix.TICKET, ticket["id"]),
            incoming=replace(incoming, channel_type=channel),
        )
        for channel in ("http", "webform", "webform")
    ]
    async with town.house.database.transaction(tenant=town.id) as session:
        await FormFilling(town.house.tickets, town.house.book, town.clock).heard(session, told)
    now = (await town.http.get(f"/api/v1/tickets/{ticket['id']}")).json()
    assert now["custom_fields"] == {"quartier": "centre", "longueur": 3}
    first, second = await said(town, ticket, "note")
    assert "Quartier : le champ est déjà rempli" in first["text"]
    assert "Longueur" not in first["text"]
    assert "inconnu : le champ est rangé, ou n’existe plus" in first["text"]
    assert "Longueur : le champ est déjà rempli" in second["text"]


async def test_what_a_form_filled_is_erased_with_its_message_and_nothing_else(new_town: Any) -> None:
    """Where others take part in the request, only the part of one person is erased."""
    town = await new_town()
    form = await a_published_form(town)
    await a_field(town, "suivi")
    ticket = await sent(town, form, ou="Nord", combien=3)
    assert (await fill(town, ticket, quartier="centre", suivi="À rappeler")).status_code == 200
    (message,) = await said(town, ticket, "in")
    async with town.house.database.transaction(tenant=town.id) as session:
        await emptying.empty_messages(session, town.id, [parse_id(Prefix.MESSAGE, message["id"])], at=town.clock())
    now = (await town.http.get(f"/api/v1/tickets/{ticket['id']}")).json()
    assert now["custom_fields"] == {"suivi": "À rappeler"}
    assert await story(town, ticket) == []
