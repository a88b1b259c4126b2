"""Addresses given to providers by program, in their own wire format: what is asked, and what each answer comes to."""

from collections.abc import Sequence
from urllib.parse import parse_qs

import httpx
import pytest
from pydantic import SecretStr

from app.channels.adapters.meta.instagram import InstagramAdapter, InstagramConfig
from app.channels.adapters.meta.messenger import MessengerAdapter, MessengerConfig
from app.channels.adapters.meta.whatsapp import WhatsappAdapter, WhatsappConfig
from app.channels.adapters.sms.twilio import TwilioAdapter, TwilioConfig
from app.channels.adapters.sms.vonage import VonageAdapter, VonageConfig
from app.channels.contract import ChannelConfig, Checked, CheckState, Lifecycle, Probe
from tests.channels.sending.provider import Answer, FakeProvider, answered

URL = "https://ville.example.fr/hooks/c/k"
SECRET = SecretStr("secret-of-trials")
TWILIO = TwilioConfig(account_sid="AC1", auth_token=SECRET, sender="+33700000000")
SERVICE = TwilioConfig(account_sid="AC1", auth_token=SECRET, messaging_service_sid="MG1")
VONAGE = VonageConfig(signature_secret=SECRET, api_key="key", api_secret=SECRET, sender="33700000000")
PAGE = MessengerConfig(app_secret=SECRET, access_token=SECRET, page_id="1001")
INSTAGRAM = InstagramConfig(app_secret=SECRET, access_token=SECRET, account_id="1002")
WHATSAPP = WhatsappConfig(
    app_secret=SECRET,
    access_token=SECRET,
    verify_token=SecretStr("word"),
    phone_number_id="77",
    business_account_id="900",
)
OWNED = answered(200, {"incoming_phone_numbers": [{"sid": "PN1", "phone_number": "+33700000000"}]})
LISTED = answered(200, {"count": 1, "numbers": [{"country": "FR", "msisdn": "33700000000", "type": "mobile-lvn"}]})
DONE = answered(200, {"success": True})


async def told(
    adapter: Lifecycle, config: ChannelConfig, *answers: Answer, on: bool = True
) -> tuple[Checked, list[httpx.Request]]:
    provider = FakeProvider(*answers)
    context = provider.context()
    try:
        if on:
            return await adapter.on_enable(config, context, public_url=URL), provider.requests
        return await adapter.on_disable(config, context), provider.requests
    finally:
        await context.http.aclose()


def asked(request: httpx.Request) -> tuple[str, str, dict[str, list[str]]]:
    return request.method, str(request.url), parse_qs(request.content.decode(), keep_blank_values=True)


@pytest.mark.parametrize("on", [True, False])
async def test_twilio_is_told_where_the_sms_of_a_number_go(on: bool) -> None:
    checked, requests = await told(TwilioAdapter(), TWILIO, OWNED, answered(200, {"sid": "PN1"}), on=on)
    root = "https://api.twilio.com/2010-04-01/Accounts/AC1/IncomingPhoneNumbers"
    assert checked.ok
    assert asked(requests[0])[:2] == ("GET", f"{root}.json?PhoneNumber=%2B33700000000")
    wanted = {"SmsUrl": [URL if on else ""], "SmsMethod": ["POST"]}
    assert asked(requests[1]) == ("POST", f"{root}/PN1.json", wanted)


async def test_twilio_is_told_where_the_sms_of_a_service_go() -> None:
    checked, requests = await told(TwilioAdapter(), SERVICE, answered(200, {"sid": "MG1"}))
    wanted = {"InboundRequestUrl": [URL], "InboundMethod": ["POST"]}
    assert (checked.ok, asked(requests[0])) == (True, ("POST", "https://messaging.twilio.com/v1/Services/MG1", wanted))


async def test_a_number_that_is_not_of_the_account_is_said() -> None:
    checked, _ = await told(TwilioAdapter(), TWILIO, answered(200, {"incoming_phone_numbers": []}))
    assert (checked.state, "+33700000000" in checked.words_fr) == (CheckState.INCOMPLETE, True)
    checked, _ = await told(VonageAdapter(), VONAGE, answered(200, {}))
    assert (checked.state, "33700000000" in checked.words_fr) == (CheckState.INCOMPLETE, True)
    whatsapp = TWILIO.model_copy(update={"sender": "whatsapp:+33700000000"})
    checked, requests = await told(TwilioAdapter(), whatsapp, OWNED)
    assert (checked.state, requests) == (CheckState.INCOMPLETE, [])


@pytest.mark.parametrize("on", [True, False])
async def test_vonage_is_told_where_the_sms_of_a_number_go(on: bool) -> None:
    updated = answered(200, {"error-code": "200", "error-code-label": "success"})
    checked, requests = await told(VonageAdapter(), VONAGE, LISTED, updated, on=on)
    wanted = {"country": ["FR"], "msisdn": ["33700000000"], "moHttpUrl": [URL if on else ""]}
    assert (checked.ok, asked(requests[1])) == (True, ("POST", "https://rest.nexmo.com/number/update", wanted))


async def test_vonage_refuses_within_a_success() -> None:
    failed = answered(200, {"error-code": "420", "error-code-label": "method failed"})
    checked, _ = await told(VonageAdapter(), VONAGE, LISTED, failed)
    assert (checked.state, checked.detail) == (CheckState.UNSURE, "method failed")


@pytest.mark.parametrize(
    ("adapter", "config", "host"),
    [(MessengerAdapter(), PAGE, "graph.facebook.com"), (InstagramAdapter(), INSTAGRAM, None)],
)
async def test_meta_hands_an_account_s_messages_to_the_application(
    adapter: Lifecycle, config: ChannelConfig, host: str | None
) -> None:
    checked, requests = await told(adapter, config, DONE)
    method, url, fields = asked(requests[0])
    assert (method, url.endswith("/me/subscribed_apps"), "messages" in fields["subscribed_fields"][0].split(",")) == (
        "POST",
        True,
        True,
    )
    assert host is None or requests[0].url.host == host
    # Meta takes the application's own address by hand alone: it is said, with the address.
    assert (checked.state, URL in checked.words_fr) == (CheckState.LIMITED, True)
    checked, requests = await told(adapter, config, DONE, on=False)
    assert (checked.state, requests[0].method) == (CheckState.READY, "DELETE")


async def test_a_whatsapp_account_has_an_address_of_its_own() -> None:
    checked, requests = await told(WhatsappAdapter(), WHATSAPP, DONE)
    method, url, fields = asked(requests[0])
    assert (method, url.endswith("/900/subscribed_apps"), checked.state) == ("POST", True, CheckState.READY)
    assert fields == {"override_callback_uri": [URL], "verify_token": ["word"]}
    alone = WHATSAPP.model_copy(update={"verify_token": None})
    checked, _ = await told(WhatsappAdapter(), alone, DONE)
    assert checked.state is CheckState.LIMITED


REFUSING: Sequence[tuple[Answer, CheckState]] = (
    (answered(401, {}), CheckState.REFUSED),
    (answered(400, {"error": {"message": "Error validating access token", "code": 190}}), CheckState.REFUSED),
    (answered(503, {}), CheckState.UNREACHABLE),
    (httpx.ConnectError, CheckState.UNREACHABLE),
    (answered(200, {"success": False}), CheckState.UNSURE),
)


@pytest.mark.parametrize(("answer", "state"), REFUSING)
async def test_what_meta_answers_has_its_words(answer: Answer, state: CheckState) -> None:
    checked, _ = await told(WhatsappAdapter(), WHATSAPP, answer)
    assert (checked.ok, checked.state) == (False, state)
    assert SECRET.get_secret_value() not in repr(checked)


async def test_without_keys_nothing_is_asked() -> None:
    for adapter, config in (
        (TwilioAdapter(), TwilioConfig(accept_unsigned=True)),
        (VonageAdapter(), VonageConfig(accept_unsigned=True)),
        (WhatsappAdapter(), WhatsappConfig(accept_unsigned=True)),
        (MessengerAdapter(), MessengerConfig(accept_unsigned=True)),
    ):
        checked, requests = await told(adapter, config, DONE)
        assert (checked.state, requests) == (CheckState.INCOMPLETE, [])


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (answered(200, {"value": 10.28, "autoReload": False}), CheckState.READY),
        (answered(401, {"error-code": "401"}), CheckState.REFUSED),
        (answered(500), CheckState.UNREACHABLE),
        (httpx.ReadTimeout, CheckState.UNREACHABLE),
        (answered(200, {}), CheckState.UNSURE),
    ],
)
async def test_vonage_s_account_is_asked_for_its_balance(answer: Answer, state: CheckState) -> None:
    provider = FakeProvider(answer)
    context = provider.context()
    adapter: Probe = VonageAdapter()
    checked = await adapter.check(VONAGE, context)
    await context.http.aclose()
    assert (checked.state, str(provider.requests[0].url)) == (state, "https://rest.nexmo.com/account/get-balance")
