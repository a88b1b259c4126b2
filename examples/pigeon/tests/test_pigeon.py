"""What must stay true of the channel: everything `parvis channels check` tries, and its own particulars."""

import httpx
from app.channels.conformance.provider import Provider, answering, spoken
from app.channels.contract import Outcome, Party, PointKind, SendRequest
from app.channels.pytest_plugin import conformance_suite
from pigeon.adapter import PigeonAdapter, PigeonConfig

TestConformance = conformance_suite(PigeonAdapter, cases="../pigeon/cases/*.json")


async def _sent(provider: Provider) -> tuple[Outcome, list[str]]:
    config = PigeonConfig(signing_secret="s", api_key="key-of-tests")
    request = SendRequest(ref="out_1", to=Party(PointKind.PHONE, "+33612345678"), text="Oui, jusqu'à 19 h")
    sent = await spoken(provider, lambda context: PigeonAdapter().send(request, config, context))
    return sent.outcome, list(sent.external_ids)


def test_an_answer_leaves_with_our_reference():
    import asyncio

    provider = Provider(answering(201, {"id": "f9"}))
    assert asyncio.run(_sent(provider)) == (Outcome.OK, ["f9"])
    (asked,) = provider.requests
    assert isinstance(asked, httpx.Request)
    assert b'"ref": "out_1"' in asked.content
