"""What must stay true of the channel: everything `parvis channels check` tries, and its own particulars."""

import asyncio

from pigeon.adapter import PigeonAdapter, PigeonConfig

from app.channels.conformance.provider import Provider, answering, spoken
from app.channels.contract import Outcome, Party, PointKind, SendRequest
from app.channels.pytest_plugin import conformance_suite

TestConformance = conformance_suite(PigeonAdapter, cases="../pigeon/cases/*.json")


def test_an_answer_leaves_with_our_reference():
    provider = Provider(answering(201, {"id": "f9"}))
    config = PigeonConfig(signing_secret="s", api_key="key-of-tests")
    request = SendRequest(ref="out_1", to=Party(PointKind.PHONE, "+33612345678"), text="Oui, jusqu'à 19 h")
    sent = asyncio.run(spoken(provider, lambda context: PigeonAdapter().send(request, config, context)))
    assert (sent.outcome, list(sent.external_ids)) == (Outcome.OK, ["f9"])
    assert b'"ref": "out_1"' in provider.requests[0].content
