"""What leaves, byte by byte, as each provider documents it."""

import base64
import hashlib
import json
from datetime import UTC, datetime
from urllib.parse import parse_qs

import httpx
import pytest
from pydantic import SecretStr
from standardwebhooks import Webhook as Reference

from app.channels.adapters.meta.messenger import MessengerConfig
from app.channels.adapters.sms.ovh import OvhAdapter, OvhConfig
from app.channels.adapters.sms.twilio import TwilioConfig
from app.channels.contract import Attachment, Outcome, PointKind
from app.channels.errors import Unreadable
from app.channels.registry import Registry
from tests.channels.sending.configs import SENDING, SIGNING
from tests.channels.sending.provider import FakeProvider, answered, request, send
from tests.channels.signing import NOON


async def test_twilio_is_asked_with_a_form(registry: Registry):
    provider = FakeProvider(answered(201, {"sid": "SM1"}))
    asked = request(text="Où & quand ?", status_url="https://ville.example.fr/hooks/sms.twilio/k")
    await send(registry.get("sms.twilio"), SENDING["sms.twilio"], provider, asked)
    (sent,) = provider.requests
    assert str(sent.url) == "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages.json"
    assert sent.headers["Authorization"] == "Basic " + base64.b64encode(b"AC1:token-of-tests").decode()
    assert parse_qs(sent.content.decode()) == {
        "To": ["+33612345678"],
        "From": ["+33700000000"],
        "Body": ["Où & quand ?"],
        "StatusCallback": ["https://ville.example.fr/hooks/sms.twilio/k?ref=out_1"],
    }


@pytest.mark.parametrize(
    ("kind", "address", "to"),
    [
        (PointKind.WHATSAPP, "33612345678", "whatsapp:+33612345678"),
        (PointKind.WHATSAPP_USER, "FR.77", "whatsapp:FR.77"),
    ],
)
async def test_whatsapp_through_twilio(kind: PointKind, address: str, to: str, registry: Registry):
    config = TwilioConfig(account_sid="AC1", auth_token=SecretStr("t"), messaging_service_sid="MG1")
    provider = FakeProvider(answered(201, {"sid": "SM1"}))
    await send(registry.get("sms.twilio"), config, provider, request(address, kind=kind))
    form = parse_qs(provider.requests[0].content.decode())
    assert (form["To"], form["MessagingServiceSid"], "From" in form) == ([to], ["MG1"], False)


async def test_ovh_is_asked_with_its_signature(registry: Registry):
    provider = FakeProvider(answered(200, {"ids": [11]}))
    await send(registry.get("sms.ovh"), SENDING["sms.ovh"], provider, request(text="Reçu"))
    (sent,) = provider.requests
    assert str(sent.url) == "https://eu.api.ovh.com/1.0/sms/sms-ab12345-1/jobs"
    stamp = str(int(NOON.timestamp()))
    signed = "+".join(["secret-of-tests", "consumer-of-tests", "POST", str(sent.url), sent.content.decode(), stamp])
    assert sent.headers["X-Ovh-Signature"] == "$1$" + hashlib.sha1(signed.encode()).hexdigest()
    document = json.loads(sent.content)
    assert (document["receivers"], document["senderForResponse"], document["coding"]) == (
        ["+33612345678"],
        True,
        "8bit",
    )
    assert document["noStopClause"] is True


async def test_a_clock_ovh_disagrees_with_is_corrected_once(registry: Registry):
    late = answered(400, {"message": "Invalid timestamp"})
    provider = FakeProvider(
        late, httpx.Response(200, content=str(int(NOON.timestamp()) + 500).encode()), answered(200, {"ids": [1]})
    )
    sent = await send(registry.get("sms.ovh"), SENDING["sms.ovh"], provider)
    assert sent.outcome is Outcome.OK
    stamps = [int(one.headers.get("X-Ovh-Timestamp", 0)) for one in provider.requests]
    assert stamps[2] - stamps[0] == 500


async def test_ovh_keeps_answers_until_they_are_read():
    def answers(asked: httpx.Request) -> httpx.Response:
        tail = asked.url.path.rpartition("/")[2]
        return answered(
            200, [3, 5, 4] if tail == "incoming" else {"id": int(tail), "sender": "+33612345678", "message": "Oui"}
        )

    adapter, config = OvhAdapter(), SENDING["sms.ovh"]
    context = FakeProvider(answers).context()
    polled = await adapter.poll(config, context, cursor={"last_id": 3})
    assert (polled.cursor, polled.more) == ({"last_id": 5}, False)
    keys = [adapter.parse(delivery, config)[0].event_key for delivery in polled.deliveries]
    assert keys == ["4", "5"]
    again = await adapter.poll(config, context, cursor=polled.cursor)
    assert (list(again.deliveries), again.cursor) == ([], {"last_id": 5})


async def test_a_poll_that_fails_moves_no_cursor():
    with pytest.raises(Unreadable):
        await OvhAdapter().poll(OvhConfig(service_name="s"), FakeProvider(answered(500, {})).context(), cursor={})


async def test_messenger_is_answered_in_the_window(registry: Registry):
    provider = FakeProvider(answered(200, {"message_id": "m1"}))
    await send(
        registry.get("meta.messenger"), SENDING["meta.messenger"], provider, request("5001", kind=PointKind.MESSENGER)
    )
    (sent,) = provider.requests
    assert sent.url.path == "/v25.0/1001/messages"
    assert sent.headers["Authorization"] == "Bearer token-of-tests"
    assert json.loads(sent.content) == {
        "recipient": {"id": "5001"},
        "messaging_type": "RESPONSE",
        "message": {"text": "Votre dossier est complet.", "metadata": "out_1"},
    }


CLOSED = answered(400, {"error": {"code": 10, "error_subcode": 2018278, "message": "outside the window"}})


@pytest.mark.parametrize(
    ("human", "automatic", "tags"), [(True, False, [None, "HUMAN_AGENT"]), (False, False, [None]), (True, True, [None])]
)
async def test_only_a_person_s_words_take_the_seven_days_and_only_once_the_window_has_closed(
    human: bool, automatic: bool, tags: list[str | None], registry: Registry
):
    config = MessengerConfig(app_secret=SecretStr("s"), access_token=SecretStr("t"), human_agent=True)
    provider = FakeProvider(CLOSED, answered(200, {"message_id": "m1"}))
    asked = request("5001", kind=PointKind.MESSENGER, human=human, automatic=automatic)
    sent = await send(registry.get("meta.messenger"), config, provider, asked)
    assert [json.loads(one.content).get("tag") for one in provider.requests] == tags
    assert sent.outcome is (Outcome.OK if len(tags) == 2 else Outcome.WINDOW_CLOSED)


async def test_a_piece_leaves_by_its_address(registry: Registry):
    piece = Attachment(name="plan.pdf", content_type="application/pdf", source="https://ville.example.fr/p/1")
    provider = FakeProvider(answered(200, {"message_id": "m1"}))
    await send(
        registry.get("meta.instagram"),
        SENDING["meta.instagram"],
        provider,
        request("5001", text="", attachments=(piece,)),
    )
    attachment = json.loads(provider.requests[0].content)["message"]["attachment"]
    assert attachment == {"type": "file", "payload": {"url": "https://ville.example.fr/p/1", "is_reusable": False}}


async def test_an_integrator_receives_a_signed_cloudevent(registry: Registry):
    provider = FakeProvider(answered(202))
    await send(registry.get("http"), SENDING["http"], provider, request("dossier-12", kind=PointKind.HTTP))
    (sent,) = provider.requests
    document = json.loads(sent.content)
    assert (document["type"], document["id"], sent.headers["webhook-id"]) == (
        "fr.parvis.message.send.v1",
        "out_1",
        "out_1",
    )
    assert document["data"]["to"] == {"kind": "http", "address": "dossier-12", "display_name": None}
    stamp = datetime.fromtimestamp(int(sent.headers["webhook-timestamp"]), UTC)
    expected = Reference(SIGNING.get_secret_value()).sign("out_1", stamp, sent.content.decode())
    assert sent.headers["webhook-signature"] == expected


@pytest.mark.parametrize("channel_type", sorted(SENDING))
def test_what_would_leave_can_be_shown(channel_type: str, registry: Registry):
    rendered = registry.get(channel_type).render(request(), SENDING[channel_type])  # type: ignore[attr-defined]
    assert b"dossier" in rendered.body
    assert rendered.url
    assert rendered.url.startswith("https://")
    assert "of-tests" not in repr(rendered)
