"""A switchboard tells of its calls: one ticket to call back, one line when answered, nothing for whoever hides."""

import base64
import json
from typing import Any

import httpx

from app.channels.adapters.phone import PhoneConfig
from app.channels.kit.webhooks import signed_headers
from app.channels.values import Channel
from app.ids import new_id
from tests.api.conftest import Town

SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()
CALL = {"direction": "in", "from": "0199000001", "to": "0199000000", "started_at": "2026-03-02T09:00:00+01:00"}


async def tell(town: Town, channel: Channel, **event: Any) -> httpx.Response:
    body = json.dumps({**CALL, **event}).encode()
    assert isinstance(channel.config, PhoneConfig)
    signed = signed_headers(identifier=new_id().hex, at=town.clock(), body=body, secrets=channel.config.secrets)
    answer = await town.http.post(
        f"/hooks/phone/{channel.key}", content=body, headers={**signed, "Content-Type": "application/json"}
    )
    await town.read_all()
    return answer


async def test_a_missed_call_told_twice_is_one_request_to_call_back_without_aee_nor_are(town: Town) -> None:
    channel = await town.connect("phone", secrets=[SECRET])
    for status in ("ringing", "missed", "missed"):
        assert (await tell(town, channel, call_id="c1", status=status, queue="accueil")).status_code == 200
    (ticket,) = (await town.http.get("/api/v1/tickets")).json()["data"]
    assert (ticket["channel"], ticket["subject"]) == ("phone", "Appel manqué sur la file « accueil » : à rappeler.")
    saisine = (await town.http.get(f"/api/v1/saisines/{ticket['saisines'][0]['id']}")).json()
    assert saisine["received_on"] == town.clock().date().isoformat()
    assert (await town.http.get("/api/v1/sve/duties")).json()["data"] == []


async def test_the_call_taken_next_is_a_line_on_the_same_request_and_never_taken_back(town: Town) -> None:
    channel = await town.connect("phone", secrets=[SECRET])
    await tell(town, channel, call_id="c1", status="missed")
    await tell(town, channel, call_id="c2", status="answered", ended_at="2026-03-02T09:09:00+01:00", talk_s=70)
    await tell(town, channel, call_id="c2", status="ringing")
    await tell(town, channel, call_id="c2", status="missed")
    (ticket,) = (await town.http.get("/api/v1/tickets")).json()["data"]
    thread = (await town.http.get(f"/api/v1/tickets/{ticket['id']}/messages")).json()["data"]
    assert [message["text"][:11] for message in thread] == ["Appel manqu", "Appel pris,"]
    held = (await town.http.get("/api/v1/intake", params={"state": "held"})).json()["data"]
    assert len(held) == 1, "the late contrary word is looked at by a person"


async def test_callers_who_hide_are_two_requests_of_nobody(town: Town) -> None:
    channel = await town.connect("phone", secrets=[SECRET])
    for call in ("c1", "c2"):
        await tell(town, channel, call_id=call, status="missed", **{"from": "anonymous"})
    tickets = (await town.http.get("/api/v1/tickets")).json()["data"]
    assert [ticket["contact"] for ticket in tickets] == [None, None]


async def test_an_unsigned_call_is_refused_and_makes_nothing(town: Town) -> None:
    channel = await town.connect("phone", secrets=[SECRET])
    body = json.dumps({**CALL, "call_id": "c1", "status": "missed"}).encode()
    answer = await town.http.post(f"/hooks/phone/{channel.key}", content=body)
    assert answer.status_code == 401
    await town.read_all()
    assert (await town.http.get("/api/v1/tickets")).json()["data"] == []
