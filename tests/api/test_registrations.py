"""A channel's address given to its provider, through the API: what left, what is told, and what cannot be."""

from typing import Any

import httpx

from app.channels.contract import Context
from app.ids import Prefix, public_id

TWILIO = {"account_sid": "AC1", "auth_token": "token-of-trials", "sender": "+33700000000"}


async def test_a_channel_is_registered_and_taken_back(town: Any) -> None:
    channel = await town.connect("sms.twilio", **TWILIO)
    asked: list[tuple[str, bytes]] = []

    def provider(request: httpx.Request) -> httpx.Response:
        asked.append((request.method, request.content))
        return httpx.Response(200, json={"incoming_phone_numbers": [{"sid": "PN1"}]})

    path = f"/api/v1/channels/{public_id(Prefix.CHANNEL, channel.id)}/registrations"
    telling, before = town.house.telling, town.house.telling._context
    async with httpx.AsyncClient(transport=httpx.MockTransport(provider)) as http:
        telling._context = Context(http=http, now=town.clock)
        done = await town.http.post(path)
        assert (done.status_code, done.json()["state"], done.json()["words"]) == (200, "ready", "Twilio est prévenu")
        again = await town.http.post(path)
        assert again.status_code == 200
        gone = await town.http.delete(path)
        assert gone.status_code == 200
        refusing = httpx.MockTransport(lambda _: httpx.Response(401, json={"message": "token-of-trials is wrong"}))
        async with httpx.AsyncClient(transport=refusing) as other:
            telling._context = Context(http=other, now=town.clock)
            refused = await town.http.post(path)
    telling._context = before
    assert (refused.status_code, refused.json()["code"]) == (409, "registration-failed")
    assert "token-of-trials" not in refused.text
    written = [body for method, body in asked if method == "POST"]
    assert [channel.key.encode() in body for body in written] == [True, True, False]
    kinds = [fact["type"] for fact in await town.facts("channel.registered", "channel.unregistered")]
    assert kinds == ["channel.registered", "channel.registered", "channel.unregistered"]


async def test_a_type_without_registration_and_a_stranger_s_channel_say_so(new_town: Any) -> None:
    town, other = await new_town(), await new_town()
    form = await town.connect("http")
    path = f"/api/v1/channels/{public_id(Prefix.CHANNEL, form.id)}/registrations"
    refused = await town.http.post(path)
    assert (refused.status_code, refused.json()["code"]) == (409, "no-registration")
    assert (await other.http.post(path)).status_code == 404
    reader = await town.key("tickets:read")
    assert (await town.http.delete(path, headers=reader)).status_code == 403
