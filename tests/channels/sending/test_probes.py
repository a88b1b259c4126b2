"""Live tests on the wire: ready, limited, refused, unreachable, unsure, and nothing sent to anybody."""

import httpx
import pytest
from pydantic import SecretStr

from app.channels.adapters.sms.brevo import BrevoSmsAdapter, BrevoSmsConfig
from app.channels.adapters.x import XAdapter, XConfig
from app.channels.contract import ChannelConfig, Checked, CheckState, Probe
from tests.channels.sending.provider import Answer, FakeProvider, answered

SECRET = SecretStr("secret-of-trials")
BREVO = BrevoSmsConfig(api_key=SECRET, sender="Villebourg")
X = XConfig(consumer_key="k", consumer_secret=SECRET, access_token=SECRET, access_token_secret=SECRET, user_id="42")
ACCOUNT = {"companyName": "Villebourg", "plan": [{"type": "free", "credits": 300}, {"type": "sms", "credits": 900}]}
POOR = {"companyName": "Villebourg", "plan": [{"type": "sms", "credits": 3}]}
ME = {"data": {"id": "42", "name": "Villebourg", "username": "villebourg"}}
OTHER = {"data": {"id": "43", "name": "Ailleurs", "username": "ailleurs"}}


async def checked(adapter: Probe, config: ChannelConfig, *answers: Answer) -> tuple[Checked, list[httpx.Request]]:
    provider = FakeProvider(*answers)
    context = provider.context()
    try:
        return await adapter.check(config, context), provider.requests
    finally:
        await context.http.aclose()


@pytest.mark.parametrize(
    ("adapter", "config", "answer", "state"),
    [
        (BrevoSmsAdapter(), BREVO, answered(200, ACCOUNT), CheckState.READY),
        (BrevoSmsAdapter(), BREVO, answered(200, POOR), CheckState.LIMITED),
        (
            BrevoSmsAdapter(),
            BREVO,
            answered(401, {"code": "unauthorized", "message": "Key not found"}),
            CheckState.REFUSED,
        ),
        (BrevoSmsAdapter(), BREVO, answered(503, {}), CheckState.UNREACHABLE),
        (BrevoSmsAdapter(), BREVO, answered(200, {"x": 1}), CheckState.UNSURE),
        (XAdapter(), X, answered(200, ME), CheckState.READY),
        (XAdapter(), X, answered(200, OTHER), CheckState.LIMITED),
        (XAdapter(), X, answered(401, {"title": "Unauthorized"}), CheckState.REFUSED),
        (XAdapter(), X, answered(429, {}), CheckState.UNREACHABLE),
        (XAdapter(), X, answered(200, {"data": {}}), CheckState.UNSURE),
    ],
)
async def test_a_live_test_tells_what_a_provider_answered(
    adapter: Probe, config: ChannelConfig, answer: Answer, state: CheckState
) -> None:
    told, requests = await checked(adapter, config, answer)
    assert (told.state, told.ok) == (state, state in {CheckState.READY, CheckState.LIMITED})
    assert [one.method for one in requests] == ["GET"]
    assert SECRET.get_secret_value() not in f"{told}"


async def test_what_is_missing_is_said_before_anybody_is_asked() -> None:
    for adapter, config in ((BrevoSmsAdapter(), BrevoSmsConfig()), (XAdapter(), XConfig(accept_unsigned=True))):
        told, requests = await checked(adapter, config)
        assert (told.state, requests) == (CheckState.INCOMPLETE, [])
