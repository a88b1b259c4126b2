"""The widget, reports on the ground, and calls."""

import hashlib
import hmac
import json
from typing import Any

import pytest
from pydantic import SecretStr

from app.channels.adapters.chat import ChatConfig
from app.channels.adapters.open311 import Open311Config, Open311Refused, Service
from app.channels.contract import Delivery
from app.channels.registry import Registry
from tests.channels import signing
from tests.channels.conftest import Parse


def _frame(**said: object) -> dict[str, Any]:
    frame = {"type": "message", "client_msg_id": "m1", "conversation": "c1", "text": "Bonjour", **said}
    return signing.document(json.dumps(frame), secret="inbox-of-tests")


def test_a_visitor_the_site_vouches_for(parse: Parse):
    proof = hmac.new(b"inbox-of-tests", b"usager-43", hashlib.sha256).hexdigest()
    answer = parse("chat", _frame(visitor={"id": "v", "identifier": "usager-43", "identifier_hash": proof}))
    assert (answer["verified"], answer["events"][0]["sender"]["address"]) == (True, "usager-43")
    assert answer["events"][0]["fields"]["vouched"] is True


def test_a_visitor_who_vouches_for_themself(parse: Parse):
    assert parse("chat", _frame(visitor={"identifier": "usager-43", "identifier_hash": "0" * 64}))["verified"] is False
    answer = parse("chat", _frame(visitor={"id": "v", "email": "claire@example.org"}))
    assert (answer["verified"], answer["events"][0]["sender"]["address"]) == (None, "v")
    assert answer["events"][0]["fields"] == {"vouched": False, "claims": {"email": "claire@example.org"}}


def test_a_site_may_take_only_visitors_it_knows(registry: Registry):
    config = ChatConfig(identity_token=SecretStr("t"), identity_mandatory=True)
    delivery = Delivery(body=b'{"conversation":"c","text":"x"}')
    assert registry.get("chat").verify(delivery, config, now=signing.NOON).verified is False  # type: ignore[attr-defined]


REPORT = {"service_code": "VOIRIE", "lat": "48.1", "long": "-1.6", "description": "Un trou", "first_name": "Claire"}
SERVICES = (Service(code="VOIRIE", name="Voirie", required=("profondeur",), values={"forme": ("rond", "carré")}),)


def _report(pairs: dict[str, str], *, services: tuple[Service, ...] = ()) -> Any:
    from app.channels.adapters.open311 import Open311Adapter

    body = signing.form(pairs).encode()
    return Open311Adapter().parse(Delivery(body=body), Open311Config(services=services))


def test_a_report_with_its_attributes():
    (event,) = _report(
        {**REPORT, "attribute[profondeur]": "10", "attribute[forme][]": "rond", "email": "claire@example.org"}
    )
    assert event.fields["attributes"] == {"profondeur": "10", "forme": "rond"}
    assert (event.sender.address, event.sender.display_name) == ("claire@example.org", "Claire")


@pytest.mark.parametrize(
    ("pairs", "code"),
    [
        ({}, 400),
        ({"service_code": "VOIRIE"}, 400),
        ({**REPORT, "service_code": "AUTRE"}, 404),
        (REPORT, 400),
        ({**REPORT, "attribute[profondeur]": "10", "attribute[forme]": "étoile"}, 400),
    ],
)
def test_a_report_the_protocol_refuses(pairs: dict[str, str], code: int):
    with pytest.raises(Open311Refused) as told:
        _report(pairs, services=SERVICES)
    assert told.value.code == code


def test_a_position_off_earth_is_left_out_and_said():
    (event,) = _report({**REPORT, "lat": "6800000"})
    assert event.geo is None
    assert event.warnings


def _ami(**said: str) -> dict[str, Any]:
    return signing.document("".join(f"{name}: {value}\r\n" for name, value in said.items()) + "\r\n")


def test_an_abandoned_call_and_its_record_make_one_ticket(parse: Parse):
    abandoned = _ami(
        Event="QueueCallerAbandon", CallerIDNum="0612345678", Linkedid="1.1", Queue="accueil", HoldTime="95"
    )
    record = _ami(
        Event="Cdr",
        Source="0612345678",
        Destination="3975",
        UniqueID="1.1",
        Disposition="NO ANSWER",
        StartTime="2026-01-05 09:00:00",
    )
    first, second = (parse("phone.asterisk", sample)["events"][0] for sample in (abandoned, record))
    assert first["event_key"] == second["event_key"] == "1.1:missed"
    assert first["text"] == "Appel manqué sur la file « accueil » après 95 s d’attente"
    assert second["occurred_at"] == "2026-01-05T08:00:00Z"


@pytest.mark.parametrize(
    ("said", "event_type"),
    [
        ({"Event": "Cdr", "Source": "0612345678", "UniqueID": "1", "Disposition": "ANSWERED"}, "ignored"),
        ({"Event": "QueueCallerAbandon", "CallerIDNum": "2001", "Uniqueid": "1"}, "ignored"),
        ({"Event": "QueueCallerAbandon", "CallerIDNum": "anonymous", "Uniqueid": "1"}, "message_received"),
        ({"Event": "Newchannel", "CallerIDNum": "0612345678", "Uniqueid": "1"}, "ignored"),
    ],
)
def test_which_calls_reach_the_agents(said: dict[str, str], event_type: str, event_of: Parse):
    assert event_of("phone.asterisk", _ami(**said))["type"] == event_type


def test_a_withheld_number_is_nobody(event_of: Parse):
    event = event_of("phone.asterisk", _ami(Event="QueueCallerAbandon", CallerIDNum="Restricted", Uniqueid="1"))
    assert event["sender"] is None


def test_a_call_is_no_electronic_sending(registry: Registry):
    adapter = registry.get("phone.asterisk")
    assert adapter.capabilities(adapter.config_for(None)).electronic is False


def test_a_voice_message_is_a_piece_to_fetch(event_of: Parse):
    recording = {"name": "vm-1", "format": "wav", "duration": 92, "target_uri": "channel:1.1"}
    body = json.dumps(
        {"type": "RecordingFinished", "timestamp": "2026-01-05T10:00:00.000+0100", "recording": recording}
    )
    event = event_of("phone.asterisk", signing.document(body))
    assert (event["text"], event["external_id"]) == ("[message vocal 1:32]", "1.1")
    assert event["attachments"][0]["content_type"] == "audio/wav"


def test_an_unanswered_channel_of_ari(event_of: Parse):
    channel = {
        "id": "1.1",
        "state": "Ring",
        "caller": {"number": "0612345678", "name": ""},
        "dialplan": {"exten": "3975"},
    }
    event = event_of("phone.asterisk", signing.document(json.dumps({"type": "ChannelDestroyed", "channel": channel})))
    assert (event["type"], event["event_key"], event["text"]) == (
        "message_received",
        "1.1:missed",
        "Appel manqué au 3975",
    )
