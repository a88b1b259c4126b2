"""The call log over HTTP, and the connection a channel asks to be kept open."""

import json
from typing import Any

from tests.api.conftest import Town


async def a_call(town: Town, channel: Any, **said: Any) -> None:
    told = {"call_id": "c1", "status": "missed", "from": "0199000001", "started_at": "2026-03-02T09:00:00", **said}
    answer = await town.http.post(f"/hooks/phone/{channel.key}", content=json.dumps(told))
    assert answer.status_code < 300, answer.text
    await town.read_all()


async def test_calls_are_read_from_the_last_to_the_first_page_by_page_and_by_their_town_alone(new_town: Any) -> None:
    town, elsewhere = await new_town(), await new_town()
    channel = await town.connect("phone", accept_unsigned=True)
    for number in range(3):
        await a_call(town, channel, call_id=f"c{number}", **{"from": f"019900000{number}"})
    await a_call(town, channel, call_id="c2", **{"from": "0199000002"})
    (line,) = [one for one in (await town.http.get("/api/v1/channels")).json()["data"] if one["type"] == "phone"]
    path = f"/api/v1/channels/{line['id']}/calls"
    first = (await town.http.get(path, params={"limit": 2})).json()
    assert [one["call_id"] for one in first["data"]] == ["c2", "c1"]
    rest = (await town.http.get(path, params={"limit": 2, "cursor": first["next_cursor"]})).json()
    assert [(one["call_id"], one["outcome"], one["caller"]) for one in rest["data"]] == [
        ("c0", "missed", "+33199000000")
    ]
    assert rest["data"][0]["ticket_id"].startswith("tkt_")
    assert (await elsewhere.http.get(path)).status_code == 404


async def test_a_channel_that_is_listened_to_says_how_its_connection_fares_and_has_no_door(town: Town) -> None:
    await town.connect("phone.ami", host="127.0.0.1", username="parvis", secret="word")
    await town.connect("phone", accept_unsigned=True)
    shown = {one["type"]: one for one in (await town.http.get("/api/v1/channels")).json()["data"]}
    assert shown["phone.ami"]["connection"] == {
        "state": "unkept",
        "since": None,
        "last_event_at": None,
        "retry_at": None,
    }
    assert shown["phone.ami"]["hook_url"] is None
    assert (shown["phone"]["connection"], shown["phone"]["hook_url"] is None) == (None, False)
