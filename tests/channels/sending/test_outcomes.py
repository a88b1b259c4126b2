"""What one attempt comes to, for every channel that sends: the same answers, the same outcomes."""

from typing import Any

import httpx
import pytest

from app.channels.contract import Outcome
from app.channels.registry import Registry
from tests.channels.sending.configs import SENDING
from tests.channels.sending.provider import Answer, FakeProvider, answered, request, send

SUCCESS: dict[str, tuple[httpx.Response, list[str]]] = {
    "http": (answered(200, {"external_ids": ["p-1"]}), ["p-1"]),
    "mastodon": (answered(200, {"id": "501", "visibility": "direct"}), ["501"]),
    "meta.instagram": (answered(200, {"recipient_id": "5001", "message_id": "m1"}), ["m1"]),
    "meta.messenger": (answered(200, {"recipient_id": "5001", "message_id": "m1"}), ["m1"]),
    "meta.whatsapp": (answered(200, {"messages": [{"id": "wamid.9"}]}), ["wamid.9"]),
    "sms.brevo": (answered(201, {"reference": "r1", "messageId": 71}), ["71", "r1"]),
    "sms.http": (answered(200, {"id": "h1"}), ["h1"]),
    "sms.mtarget": (answered(200, {"results": [{"code": "0", "ticket": "t1"}]}), ["t1"]),
    "sms.smsmode": (answered(201, {"messageId": "m1"}), ["m1"]),
    "sms.vonage": (
        answered(200, {"message-count": "2", "messages": [{"status": "0", "message-id": i} for i in ("v1", "v2")]}),
        ["v1", "v2"],
    ),
    "sms.ovh": (answered(200, {"ids": [11, 12], "invalidReceivers": [], "totalCreditsRemoved": 2}), ["11", "12"]),
    "sms.twilio": (answered(201, {"sid": "SM1", "status": "queued"}), ["SM1"]),
    "telegram": (answered(200, {"ok": True, "result": {"message_id": 71}}), ["71"]),
}
COMMON: list[tuple[str, Answer, Outcome]] = [
    ("401", answered(401, {}), Outcome.AUTH),
    ("403", answered(403, {}), Outcome.AUTH),
    ("402", answered(402, {}), Outcome.CONFIG),
    ("302", answered(302, headers={"Location": "https://evil.example.org/"}), Outcome.CONFIG),
    ("422", answered(422, {}), Outcome.PERMANENT),
    ("500", answered(500, {}), Outcome.RETRY),
    ("503", httpx.Response(503, content=b"<html>"), Outcome.RETRY),
    ("no route", httpx.ConnectError, Outcome.RETRY),
    ("no route in time", httpx.ConnectTimeout, Outcome.RETRY),
    ("no answer", httpx.ReadTimeout, Outcome.UNKNOWN),
    ("cut after the request", httpx.RemoteProtocolError, Outcome.UNKNOWN),
    ("cut while writing", httpx.WriteError, Outcome.UNKNOWN),
]


@pytest.mark.parametrize("channel_type", sorted(SENDING))
async def test_a_success_gives_the_provider_s_ids(channel_type: str, registry: Registry):
    answer, ids = SUCCESS[channel_type]
    provider = FakeProvider(answer)
    sent = await send(registry.get(channel_type), SENDING[channel_type], provider)
    assert (sent.outcome, list(sent.external_ids)) == (Outcome.OK, ids)
    assert len(provider.requests) == 1


@pytest.mark.parametrize("channel_type", sorted(SENDING))
@pytest.mark.parametrize(("answer", "outcome"), [pytest.param(a, o, id=name) for name, a, o in COMMON])
async def test_every_answer_has_its_outcome(channel_type: str, answer: Answer, outcome: Outcome, registry: Registry):
    sent = await send(registry.get(channel_type), SENDING[channel_type], FakeProvider(answer))
    assert sent.outcome is outcome
    assert sent.detail


@pytest.mark.parametrize("channel_type", sorted(SENDING))
@pytest.mark.parametrize(
    ("header", "seconds"), [("7", 7), ("Mon, 05 Jan 2026 12:01:00 GMT", 60), ("999999", 86400), ("soon", None)]
)
async def test_a_throttle_says_when_to_come_back(
    channel_type: str, header: str, seconds: float | None, registry: Registry
):
    provider = FakeProvider(answered(429, {}, headers={"Retry-After": header}))
    sent = await send(registry.get(channel_type), SENDING[channel_type], provider)
    assert (sent.outcome, sent.retry_after_s) == (Outcome.THROTTLED, seconds)


@pytest.mark.parametrize("channel_type", sorted(set(SENDING) - {"http"}))
@pytest.mark.parametrize("content", [b"", b"\xff<html>", b"{}", b'{"message_id":{},"sid":[],"ids":"x"}'])
async def test_a_success_that_cannot_be_read_is_unknown(channel_type: str, content: bytes, registry: Registry):
    status = 201 if channel_type == "sms.twilio" else 200
    sent = await send(
        registry.get(channel_type), SENDING[channel_type], FakeProvider(httpx.Response(status, content=content))
    )
    assert sent.outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("channel_type", sorted(SENDING))
async def test_no_secret_is_told(channel_type: str, registry: Registry):
    provider = FakeProvider(answered(400, {"message": "no", "error": {"code": 100, "message": "no"}}))
    sent = await send(registry.get(channel_type), SENDING[channel_type], provider)
    assert "of-tests" not in repr(sent)
    assert "of-tests" not in repr(SENDING[channel_type])


@pytest.mark.parametrize("channel_type", sorted(SENDING))
async def test_without_configuration_nothing_leaves(channel_type: str, registry: Registry):
    provider, adapter = FakeProvider(answered(200, {})), registry.get(channel_type)
    sent = await send(adapter, adapter.config_for(None), provider)
    assert (sent.outcome, provider.requests) == (Outcome.CONFIG, [])


@pytest.mark.parametrize("channel_type", sorted(SENDING))
async def test_credentials_leave_only_for_the_declared_hosts(channel_type: str, registry: Registry):
    provider, adapter = FakeProvider(SUCCESS[channel_type][0]), registry.get(channel_type)
    await send(adapter, SENDING[channel_type], provider)
    assert {one.url.host for one in provider.requests} <= set(
        adapter.capabilities(SENDING[channel_type]).credential_hosts
    )


SPECIFIC: list[tuple[str, int, Any, Outcome]] = [
    ("sms.twilio", 400, {"code": 21610, "message": "unsubscribed"}, Outcome.OPTED_OUT),
    ("sms.twilio", 400, {"code": 21211, "message": "invalid To"}, Outcome.PERMANENT),
    ("sms.twilio", 400, {"code": 63016, "message": "outside the window"}, Outcome.WINDOW_CLOSED),
    ("sms.twilio", 400, {"code": 20429, "message": "too many"}, Outcome.THROTTLED),
    ("sms.ovh", 200, {"ids": [], "invalidReceivers": ["+33612345678"]}, Outcome.PERMANENT),
    ("sms.ovh", 402, {"message": "no credit"}, Outcome.CONFIG),
    ("sms.vonage", 200, {"messages": [{"status": "1", "error-text": "Throttled"}]}, Outcome.THROTTLED),
    ("sms.vonage", 200, {"messages": [{"status": "9", "error-text": "quota"}]}, Outcome.CONFIG),
    ("sms.vonage", 200, {"messages": [{"status": "4", "error-text": "Bad Credentials"}]}, Outcome.AUTH),
    ("sms.vonage", 200, {"messages": [{"status": "3", "error-text": "Invalid to"}]}, Outcome.PERMANENT),
    ("sms.vonage", 200, {"messages": [{"status": "0", "message-id": "v1"}, {"status": "5"}]}, Outcome.UNKNOWN),
    ("sms.mtarget", 200, {"results": [{"code": "7", "reason": "invalid number"}]}, Outcome.PERMANENT),
    ("sms.mtarget", 200, {"results": [{}]}, Outcome.UNKNOWN),
    ("sms.brevo", 402, {"code": "not_enough_credits", "message": "no credit"}, Outcome.CONFIG),
    ("sms.smsmode", 403, {"message": "forbidden"}, Outcome.AUTH),
    ("meta.messenger", 400, {"error": {"code": 190, "message": "expired"}}, Outcome.AUTH),
    (
        "meta.messenger",
        400,
        {"error": {"code": 10, "error_subcode": 2018278, "message": "window"}},
        Outcome.WINDOW_CLOSED,
    ),
    ("meta.messenger", 400, {"error": {"code": 551, "message": "unavailable"}}, Outcome.OPTED_OUT),
    ("meta.messenger", 400, {"error": {"code": 613, "message": "calls"}}, Outcome.THROTTLED),
    ("meta.messenger", 400, {"error": {"code": 100, "message": "Invalid parameter"}}, Outcome.PERMANENT),
    ("meta.instagram", 500, {"error": {"code": 2, "message": "try again"}}, Outcome.RETRY),
    # Another application holds the conversation: no token is to be renewed.
    ("meta.messenger", 403, {"error": {"code": 10, "error_subcode": 2018300}}, Outcome.PERMANENT),
    ("meta.messenger", 400, {"error": {"code": 10900, "message": "already replied to"}}, Outcome.PERMANENT),
    # An error in a success is an error.
    ("meta.instagram", 200, {"error": {"code": 190, "message": "expired"}}, Outcome.AUTH),
    ("meta.whatsapp", 400, {"error": {"code": 131047, "message": "Re-engagement"}}, Outcome.WINDOW_CLOSED),
    ("meta.whatsapp", 400, {"error": {"code": 131050, "message": "opted out"}}, Outcome.OPTED_OUT),
    ("meta.whatsapp", 400, {"error": {"code": 131056, "message": "pair rate"}}, Outcome.THROTTLED),
    ("meta.whatsapp", 400, {"error": {"code": 130429, "message": "rate"}}, Outcome.THROTTLED),
    ("meta.whatsapp", 500, {"error": {"code": 131016, "message": "unavailable"}}, Outcome.RETRY),
    ("meta.whatsapp", 400, {"error": {"code": 131026, "message": "undeliverable"}}, Outcome.PERMANENT),
    ("meta.whatsapp", 400, {"error": {"code": 132001, "message": "no such template"}}, Outcome.PERMANENT),
    ("meta.whatsapp", 403, {"error": {"code": 131031, "message": "account locked"}}, Outcome.CONFIG),
    ("meta.whatsapp", 401, {"error": {"code": 190, "message": "expired"}}, Outcome.AUTH),
    ("meta.whatsapp", 400, {"error": {"code": 0, "message": "auth exception"}}, Outcome.AUTH),
    (
        "telegram",
        403,
        {"ok": False, "error_code": 403, "description": "Forbidden: bot was blocked by the user"},
        Outcome.OPTED_OUT,
    ),
    ("telegram", 403, {"ok": False, "description": "Forbidden: user is deactivated"}, Outcome.OPTED_OUT),
    (
        "telegram",
        403,
        {"ok": False, "description": "Forbidden: bot can't initiate conversation with a user"},
        Outcome.PERMANENT,
    ),
    (
        "telegram",
        429,
        {"ok": False, "description": "Too Many Requests: retry after 5", "parameters": {"retry_after": 5}},
        Outcome.THROTTLED,
    ),
    ("telegram", 401, {"ok": False, "description": "Unauthorized"}, Outcome.AUTH),
    ("telegram", 404, {"ok": False, "description": "Not Found"}, Outcome.AUTH),
    ("telegram", 400, {"ok": False, "description": "Bad Request: chat not found"}, Outcome.PERMANENT),
    ("mastodon", 403, {"error": "This action is not allowed"}, Outcome.PERMANENT),
    ("mastodon", 403, {"error": "This action is outside the authorized scopes"}, Outcome.AUTH),
    ("mastodon", 422, {"error": "Validation failed: Text character limit of 500 exceeded"}, Outcome.PERMANENT),
    ("http", 202, None, Outcome.OK),
    ("http", 409, None, Outcome.OK),
    ("http", 410, None, Outcome.OPTED_OUT),
    ("http", 422, {"code": "too-long"}, Outcome.PERMANENT),
]


@pytest.mark.parametrize(("channel_type", "status", "document", "outcome"), SPECIFIC)
async def test_a_provider_s_own_code_says_more(
    channel_type: str, status: int, document: Any, outcome: Outcome, registry: Registry
):
    sent = await send(
        registry.get(channel_type), SENDING[channel_type], FakeProvider(answered(status, document)), request()
    )
    assert sent.outcome is outcome
