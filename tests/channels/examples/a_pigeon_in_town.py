"""Run by test_examples.py in an environment where the package of examples/pigeon is installed, and by nobody else."""

import json
from pathlib import Path

import httpx
from pigeon.adapter import PigeonAdapter

from app.channels.conformance.cases import documents_of
from app.ids import new_id
from tests.channels.examples.clients import client_of
from tests.harness.houses import MovableClock
from tests.harness.towns import opened_town


async def test_a_message_comes_in_and_an_answer_goes_out(database_url: str, tmp_path: Path):
    asked: list[httpx.Request] = []

    def pigeon(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(201, json={"id": "f9"})

    case = dict(documents_of(PigeonAdapter()))["message"]
    headers = {"X-Pigeon-Signature": dict(case["headers"])["X-Pigeon-Signature"]}  # type: ignore[call-overload]
    async with (
        httpx.AsyncClient(transport=httpx.MockTransport(pigeon)) as carried,
        opened_town(database_url, tmp_path, clock=MovableClock(), outgoing="send", carried=carried) as town,
        client_of(town) as http,
    ):
        config = {"signing_secret": case["secret"], "api_key": "key-of-tests"}
        channel = {"type": "sms.pigeon", "name": "SMS de la mairie", "config": config}
        connected = await http.post("/api/v1/channels", json=channel, headers={"Idempotency-Key": new_id().hex})
        assert connected.status_code == 201, connected.text
        assert connected.json()["capabilities"]["identity_assurance"] == "routed"

        hook = connected.json()["hook_url"]
        assert (await http.post(hook, content=str(case["body"]), headers=headers)).status_code == 200
        assert (await http.post(hook, content=b"{}", headers=headers)).status_code == 401
        await town.house.inbound.drain(str(town.tenant_id))

        (ticket,) = (await http.get("/api/v1/tickets")).json()["data"]
        assert ticket["channel"] == "sms.pigeon"
        words, url = {"text": "Oui, jusqu'à 19 h."}, f"/api/v1/tickets/{ticket['id']}/replies"
        answered = await http.post(url, json=words, headers={"Idempotency-Key": new_id().hex})
        assert answered.status_code == 202, answered.text
        await town.deliver()

    # The acknowledgement of the message leaves the same way.
    (left,) = [one for one in asked if json.loads(one.content)["words"].startswith("Oui, jusqu'à 19 h.")]
    assert (left.url.path, json.loads(left.content)["to"]) == ("/v1/flights", "+33612345678")
    assert left.headers["X-Api-Key"] == "key-of-tests"
