"""OVHcloud, Vonage, mTarget, HighConnection, Brevo: messages, parts, receipts, refusals to receive."""

import hashlib
import json

import pytest

from tests.channels import signing
from tests.channels.conftest import Parse

JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("query", "status", "reports_on"),
    [
        ("id=55&ptt=4&date=20260105120000&description=1&descriptionDlr=ok", "delivered", "55"),
        ("id=55&ptt=6&date=2026-01-05+12:00:00&description=2&descriptionDlr=ko", "failed", "55"),
        ("id=55&ptt=1&date=&description=8&descriptionDlr=", "sent", "55"),
    ],
)
def test_an_ovh_receipt(query: str, status: str, reports_on: str, event_of: Parse):
    event = event_of("sms.ovh", signing.document(method="GET", url=f"https://ville.example.fr/h?{query}"))
    assert (event["type"], event["status"], event["reports_on"]) == ("delivery_update", status, reports_on)


def test_ovh_writes_its_times_in_the_time_of_france(event_of: Parse):
    url = "https://ville.example.fr/h?id=55&ptt=4&date=20260705120000&description=1&descriptionDlr=ok"
    event = event_of("sms.ovh", signing.document(method="GET", url=url))
    assert (event["occurred_at"], event["occurred_raw"]) == ("2026-07-05T10:00:00Z", "20260705120000")


def test_an_ovh_number_that_refuses_is_an_opt_out(parse: Parse):
    url = "https://ville.example.fr/h?id=55&ptt=53&description=2&descriptionDlr=blacklist&receiver=0033612345678"
    events = parse("sms.ovh", signing.document(method="GET", url=url))["events"]
    assert [event["type"] for event in events] == ["delivery_update", "opt_out"]


def test_an_answer_read_from_ovh(event_of: Parse):
    incoming = {
        "id": 91,
        "sender": "0033612345678",
        "message": "Merci !",
        "creationDatetime": "2026-01-05T10:00:00+01:00",
    }
    event = event_of("sms.ovh", signing.document(json.dumps(incoming), headers=JSON))
    assert (event["external_id"], event["text"], event["sender"]["address"]) == ("91", "Merci !", "+33612345678")
    assert event["occurred_at"] == "2026-01-05T09:00:00Z"


@pytest.mark.parametrize("method", ["md5hash", "md5", "sha1", "sha256", "sha512"])
def test_every_method_of_vonage_verifies(method: str, parse: Parse):
    sample = signing.vonage({"msisdn": "33612345678", "messageId": "v1", "text": "à = b & c"}, method=method)
    assert parse("sms.vonage", sample)["verified"] is True
    assert parse("sms.vonage", {**sample, "secret": "another"})["verified"] is False
    assert parse("sms.vonage", {**sample, "now": "2026-01-05T12:05:01Z"})["verified"] is False


def test_the_parts_of_a_vonage_sms_wait_for_each_other(event_of: Parse):
    pairs = {"msisdn": "33612345678", "messageId": "v2", "text": "fin", "concat": "true", "concat-ref": "9"}
    event = event_of("sms.vonage", signing.vonage({**pairs, "concat-total": "2", "concat-part": "2"}))
    assert (event["type"], event["fields"]["index"], event["fields"]["total"]) == ("part_received", 2, 2)


def test_a_vonage_message_with_its_token(parse: Parse):
    body = json.dumps({"message_uuid": "u", "channel": "sms", "from": "33612345678", "to": "337", "text": "Bonjour"})
    claims = {"iat": int(signing.NOON.timestamp()), "payload_hash": hashlib.sha256(body.encode()).hexdigest()}
    headers = {**JSON, "Authorization": "Bearer " + signing.jwt(claims, secret="signature-of-tests")}
    answer = parse("sms.vonage", signing.document(body, headers=headers, secret="signature-of-tests"))
    assert (answer["verified"], answer["events"][0]["text"]) == (True, "Bonjour")
    changed = signing.document(body + " ", headers=headers, secret="signature-of-tests")
    assert parse("sms.vonage", changed)["refused"] == "payload_hash is not the hash of the body"
    late = signing.document(body, headers=headers, secret="signature-of-tests", now=signing.NOON.replace(hour=13))
    assert parse("sms.vonage", late)["verified"] is False


def test_the_parts_of_an_mtarget_sms_share_their_group(event_of: Parse):
    body = "Msisdn=+33612345678&Content=fin&Keyword=Default&msglong.id=L1&msglong.msgcount=2&msglong.msgref=2"
    event = event_of("sms.mtarget", signing.document(body))
    assert (event["type"], event["event_key"]) == ("part_received", "L1:2")
    assert event["fields"] == {"keyword": "Default", "group": "L1", "index": 2, "total": 2}


def test_mtarget_hears_stop_for_us(parse: Parse):
    events = parse("sms.mtarget", signing.document("Msisdn=+33612345678&Content=plus+rien&Keyword=Stop&MsgId=1"))[
        "events"
    ]
    assert [event["type"] for event in events] == ["message_received", "opt_out"]


def test_highconnection_writes_latin_1(event_of: Parse):
    event = event_of("sms.highconnection", signing.document("FROM=+33612345678&TO=36000&MESSAGE=%E9lagage&ID=1"))
    assert (event["text"], event["sender"]["address"]) == ("élagage", "+33612345678")


def test_highconnection_reports_on_our_own_reference(event_of: Parse):
    event = event_of(
        "sms.highconnection", signing.document(method="GET", url="https://x.example.fr/?ret_id=out_1&status=13")
    )
    assert (event["status"], event["fields"]["ref"]) == ("failed", "out_1")


def test_an_answer_through_brevo(event_of: Parse):
    body = {"msg_status": "replied", "messageId": 5, "to": "33612345678", "reply": "D’accord", "ts_event": 1767610800}
    event = event_of("sms.brevo", signing.document(json.dumps(body), headers=JSON))
    assert (event["text"], event["sender"]["address"], event["in_reply_to"]) == ("D’accord", "+33612345678", ["5"])


@pytest.mark.parametrize(
    ("said", "types"), [("hard_bounce", ["delivery_update"]), ("unsubscribe", ["opt_out"]), ("opened", ["ignored"])]
)
def test_what_brevo_reports(said: str, types: list[str], parse: Parse):
    body = {"event": said, "messageId": 5, "to": "33612345678", "date": "2026-01-05 12:00:00"}
    events = parse("sms.brevo", signing.document(json.dumps(body), headers=JSON))["events"]
    assert [event["type"] for event in events] == types
