"""Forms: JSON or posted as they are; the sender an answer can reach; the trap for machines."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from app.channels.adapters.webform import WebformConfig
from tests.channels import signing
from tests.channels.conftest import Parse

ANSWERS = {
    "prenom": "Claire",
    "nom": "Exemple",
    "courriel": "claire@EXAMPLE.org",
    "telephone": "06 12 34 56 78",
    "objet": "Lampadaire",
    "message": "Il est éteint.",
    "quartier": ["Nord", "Centre"],
    "rappel": True,
}


def _json(answers: dict[str, Any], **said: object) -> dict[str, Any]:
    body = json.dumps({"submission_id": "f-1", "submitted_at": "2026-01-05T12:00:00+01:00", "answers": answers, **said})
    return signing.document(body, headers={"Content-Type": "application/json"})


def test_a_form_is_read_as_a_person_would(event_of: Parse):
    event = event_of("webform", _json(ANSWERS))
    assert (event["event_key"], event["subject"]) == ("f-1", "Lampadaire")
    assert event["sender"] == {"kind": "email", "address": "claire@example.org", "display_name": "Claire Exemple"}
    assert event["text"].startswith("Il est éteint.\n\nPrénom : Claire\n")
    assert "quartier : Nord, Centre\nrappel : oui" in event["text"]
    assert event["fields"]["answers"]["quartier"] == ["Nord", "Centre"]


@pytest.mark.parametrize(
    ("answers", "kind", "address"),
    [
        ({"courriel": "pas une adresse", "telephone": "0612345678"}, "phone", "+33612345678"),
        ({"courriel": "a@b", "telephone": "12"}, "web", None),
        ({}, "web", None),
        ({"courriel": "x@-ville.fr"}, "web", None),
        ({"courriel": " é@mairie-été.fr "}, "email", "é@mairie-été.fr"),
    ],
)
def test_an_answer_reaches_somebody_or_nobody(answers: dict[str, str], kind: str, address: str | None, event_of: Parse):
    event = event_of("webform", _json({"message": "Bonjour", **answers}))
    assert (event["sender"]["kind"], event["sender"]["address"]) == (kind, address)


def test_a_form_without_javascript_says_the_same(event_of: Parse):
    pairs = [("submission_id", "f-1"), ("message", "Bonjour"), ("quartier[]", "Nord"), ("quartier[]", "Sud")]
    event = event_of("webform", signing.document(signing.form(pairs)))
    assert (event["event_key"], event["text"]) == ("f-1", "Bonjour\n\nquartier : Nord, Sud")


def test_files_come_with_the_form(event_of: Parse):
    body = (
        b'--B\r\nContent-Disposition: form-data; name="message"\r\n\r\nVoir la photo\r\n'
        b'--B\r\nContent-Disposition: form-data; name="pieces"; filename=""\r\nContent-Type: application/octet-stream\r\n\r\n\r\n'
        b'--B\r\nContent-Disposition: form-data; name="pieces"; filename="trou.jpg"\r\nContent-Type: image/jpeg\r\n\r\n\xff\xd8\r\n--B--\r\n'
    )
    event = event_of("webform", signing.document(body, headers={"Content-Type": "multipart/form-data; boundary=B"}))
    assert [(piece["name"], piece["size"]) for piece in event["attachments"]] == [("trou.jpg", 2)]


def test_the_trap_marks_and_never_drops(event_of: Parse):
    event = event_of("webform", _json({**ANSWERS, "site_web": "http://spam.example.org"}))
    assert event["type"] == "message_received"
    assert event["warnings"]
    assert "site_web" not in event["fields"]["answers"]
    assert "spam" not in event["text"]


def test_the_same_bytes_are_the_same_form(parse: Parse):
    sample = signing.document(signing.form({"message": "Bonjour"}))
    keys = {parse("webform", sample)["events"][0]["event_key"] for _ in range(2)}
    other = parse("webform", signing.document(signing.form({"message": "Bonsoir"})))["events"][0]["event_key"]
    assert len(keys) == 1
    assert other not in keys


@pytest.mark.parametrize(
    "body",
    ['{"answers": []}', "{}", '{"answers":{"a":1},"attachments":[{"content":"%"}]}', '{"answers":{"a":"\\u0000"}}'],
)
def test_what_is_no_form_is_held(body: str, event_of: Parse):
    event = event_of("webform", signing.document(body, headers={"Content-Type": "application/json"}))
    assert event["type"] == "channel_problem"


LAMP = {"question": "nature", "among": ["Voirie"]}


@pytest.mark.parametrize(
    "config",
    [
        {"fields": [{"name": "a", "label": "A", "shown_when": LAMP}]},
        {
            "fields": [
                {"name": "nature", "label": "N", "kind": "radio", "options": ["X"]},
                {"name": "a", "label": "A", "required_when": LAMP},
            ]
        },
        {"fields": [{"name": "a", "label": "A", "kind": "select", "options": ["X", "Y"], "options_en": ["X"]}]},
        {"earlier": [{"version": "1", "fields": [{"name": "a", "label": "A", "shown_when": LAMP}]}]},
        {"sites": ["https://www.example.fr; script-src *"]},
        {"sites": ["http://www.example.fr"]},
    ],
)
def test_a_form_no_page_could_show_is_refused_when_it_is_connected(config: dict[str, Any]):
    with pytest.raises(ValidationError):
        WebformConfig.model_validate(config)


def test_a_version_nobody_knows_is_read_by_the_present_one_and_said(event_of: Parse):
    event = event_of("webform", _json(ANSWERS, form_version="88"))
    assert event["text"].startswith("Il est éteint.")
    assert any("version 88" in warning for warning in event["warnings"])


def test_a_position_is_kept_when_it_is_on_earth(event_of: Parse):
    assert event_of("webform", _json(ANSWERS, location={"lat": 48.1, "lon": -1.6}))["geo"] == {"lat": 48.1, "lon": -1.6}
    assert event_of("webform", _json(ANSWERS, location={"lat": 480, "lon": -1.6}))["geo"] is None
