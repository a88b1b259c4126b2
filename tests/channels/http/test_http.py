"""The generic door: bare messages, CloudEvents in three modes, the handshake, and faults told with a pointer."""

import json
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from app.channels.adapters.http.adapter import HttpConfig
from app.channels.contract import Delivery
from app.channels.errors import Unreadable
from app.channels.kit.json import JsonRefused
from app.channels.registry import Registry
from tests.channels import signing
from tests.channels.conftest import Parse

MESSAGE = {
    "external_id": "dossier-12",
    "occurred_at": "2026-01-05T12:00:00+01:00",
    "sender": {"kind": "email", "address": "Claire@EXAMPLE.org", "display_name": "Claire"},
    "conversation_ref": "c-1",
    "subject": "Voirie",
    "text": "Un trou rue des Lilas",
    "location": {"lat": 48.1, "lon": -1.6, "address": "rue des Lilas"},
    "fields": {"quartier": "Nord"},
}


def _json(document: object, **headers: str) -> dict[str, Any]:
    return signing.document(json.dumps(document), headers={"Content-Type": "application/json", **headers})


def test_a_bare_message(event_of: Parse):
    event = event_of("http", signing.standard_webhook(json.dumps(MESSAGE), identifier="msg_9"))
    assert (event["event_key"], event["external_id"], event["thread_key"]) == ("msg_9", "dossier-12", "c-1")
    assert event["sender"]["address"] == "Claire@example.org"
    assert event["occurred_at"] == "2026-01-05T11:00:00Z"
    assert event["geo"] == {"lat": 48.1, "lon": -1.6}
    assert event["fields"] == {"quartier": "Nord", "address": "rue des Lilas"}


def test_without_a_webhook_id_the_sender_s_own_id_is_the_key(event_of: Parse):
    assert event_of("http", _json(MESSAGE))["event_key"] == "dossier-12"


def _cloud(**said: object) -> dict[str, Any]:
    return {
        "specversion": "1.0",
        "id": "e-1",
        "source": "/partner",
        "type": "fr.parvis.message.received.v1",
        "data": MESSAGE,
        **said,
    }


def test_the_three_modes_of_cloudevents_say_the_same(parse: Parse):
    structured = signing.document(json.dumps(_cloud()), headers={"Content-Type": "application/cloudevents+json"})
    batched = signing.document(json.dumps([_cloud()]), headers={"Content-Type": "application/cloudevents-batch+json"})
    headers = {
        "ce-id": "e-1",
        "ce-source": "%2Fpartner",
        "ce-type": "fr.parvis.message.received.v1",
        "ce-specversion": "1.0",
    }
    events = [parse("http", sample)["events"] for sample in (structured, batched, _json(MESSAGE, **headers))]
    assert events[0] == events[1] == events[2]
    assert events[0][0]["fields"]["envelope"] == {"type": "fr.parvis.message.received.v1", "source": "/partner"}


def test_the_same_id_from_two_sources_is_two_events(parse: Parse):
    body = json.dumps([_cloud(source="/a"), _cloud(source="/b")])
    sample = signing.document(body, headers={"Content-Type": "application/cloudevents-batch+json"})
    assert len({event["event_key"] for event in parse("http", sample)["events"]}) == 2


@pytest.mark.parametrize(
    ("kind", "data", "event_type"),
    [
        ("fr.parvis.message.edited.v1", {"external_id": "1", "text": "b"}, "message_edited"),
        ("fr.parvis.message.deleted.v1", {"external_id": "1"}, "message_deleted"),
        ("fr.parvis.message.delivery.v1", {"ref": "out_1", "status": "delivered"}, "delivery_update"),
        ("fr.parvis.message.opt_out.v1", {"sender": {"kind": "phone", "address": "0612345678"}}, "opt_out"),
        ("org.example.word.found", {"name": "claire"}, "ignored"),
    ],
)
def test_what_an_integrator_tells(kind: str, data: dict[str, Any], event_type: str, event_of: Parse):
    event = event_of("http", _json(_cloud(type=kind, data=data)))
    assert event["type"] == event_type


def test_a_standard_webhook_payload_is_opened(event_of: Parse):
    document = {"type": "message.received", "timestamp": "2026-01-05T11:00:00Z", "data": {"text": "Bonjour"}}
    event = event_of("http", signing.standard_webhook(json.dumps(document)))
    assert (event["text"], event["occurred_at"]) == ("Bonjour", "2026-01-05T11:00:00Z")


@pytest.mark.parametrize(
    ("document", "pointer"),
    [
        ({"text": 5}, "/text"),
        ({"text": "a", "sender": "claire"}, "/sender"),
        ({"text": "a", "sender": {"kind": "pigeon"}}, "/sender/kind"),
        ({"text": "a", "occurred_at": "hier"}, "/occurred_at"),
        ({"text": "a", "location": {"lat": 200, "lon": 0}}, "/location"),
        ({"text": "a", "attachments": [{"name": "x"}]}, "/attachments/0"),
        ({"text": "a", "attachments": [{"name": "x", "content": "%"}]}, "/attachments/0/content"),
        ({"text": "a", "fields": []}, "/fields"),
        (_cloud(data={"text": 5}), "/data/text"),
        (_cloud(type="fr.parvis.message.delivery.v1", data={"status": "flown"}), "/data/status"),
        ({"specversion": "1.0", "id": "1"}, ""),
    ],
)
def test_a_fault_is_told_with_its_place(document: object, pointer: str, registry: Registry):
    adapter = registry.get("http")
    delivery = Delivery(body=json.dumps(document).encode(), headers=[("Content-Type", "application/json")])
    with pytest.raises(JsonRefused) as told:
        adapter.parse(delivery, adapter.config_for(None))  # type: ignore[attr-defined]
    assert told.value.pointer == pointer


def test_a_batch_has_a_limit(registry: Registry):
    adapter = registry.get("http")
    delivery = Delivery(
        body=b"[" + b"{}," * 100 + b"{}]", headers=[("Content-Type", "application/cloudevents-batch+json")]
    )
    with pytest.raises(Unreadable):
        adapter.parse(delivery, adapter.config_for(None))  # type: ignore[attr-defined]


def test_a_bearer_token_is_enough_for_who_cannot_sign(registry: Registry):
    adapter = registry.get("http")
    config = HttpConfig(bearer_token=SecretStr("token"))
    for headers, verified in [
        ([("Authorization", "Bearer token")], True),
        ([("Authorization", "Bearer x")], False),
        ([], False),
    ]:
        assert adapter.verify(Delivery(body=b"{}", headers=headers), config, now=signing.NOON).verified is verified  # type: ignore[attr-defined]


def test_the_handshake_grants_an_origin_and_a_rate(parse: Parse, registry: Registry):
    asked = {"WebHook-Request-Origin": "partner.example.org", "WebHook-Request-Rate": "500"}
    answer = parse("http", signing.document(method="OPTIONS", headers=asked))
    assert answer["handshake"]["status"] == 200
    assert answer["handshake"]["headers"]["WebHook-Allowed-Origin"] == "partner.example.org"
    assert answer["events"] == []
    config = HttpConfig(accept_unsigned=True, allowed_origins=("another.example.org",))
    delivery = Delivery(body=b"", method="OPTIONS", headers=list(asked.items()))
    assert registry.get("http").handshake(delivery, config, now=signing.NOON).status == 403  # type: ignore[attr-defined]


def test_what_leaves_must_be_signed_and_encrypted():
    key = SecretStr("whsec_QUJDQUJDQUJD")
    for url, secrets in [("http://partner.example.org", (key,)), ("https://partner.example.org", ())]:
        with pytest.raises(ValidationError):
            HttpConfig(accept_unsigned=True, outbound_url=url, outbound_secrets=secrets)
