"""T111: planted secrets and citizens' words, looked for behind every door that is not meant to show them."""

import pytest

from app.ids import Prefix, public_id

SECRET = "canary-bearer-4f7d2a91c0"
WORDS, PERSON = "canari-mots-de-l-usager", "canari.usager@example.org"


@pytest.mark.parametrize("door", ["/health/live", "/health/ready", "/metrics", "/openapi.json"])
async def test_a_door_of_operators_shows_nobodys_words(town, door: str) -> None:
    await _planted(town)
    told = await town.http.get(door)
    assert told.status_code < 500
    _clean(told.text)


async def test_facts_journal_channels_and_refusals_show_no_canary(town) -> None:
    channel = await _planted(town)
    place = f"/api/v1/channels/{public_id(Prefix.CHANNEL, channel.id)}"
    told = [
        await town.http.get("/api/v1/audit", params={"limit": 100}),
        await town.http.get("/api/v1/events", params={"limit": 100}),
        await town.http.get(place),
        await town.http.get("/api/v1/channels"),
        await town.http.post(f"{place}/messages", content=f"{{{WORDS} {PERSON} {SECRET}".encode()),
        await town.http.get(f"/api/v1/tickets/{WORDS}"),
        await town.http.get("/api/v1/tickets", headers={"Authorization": f"Bearer {SECRET}"}),
    ]
    assert [one.status_code for one in told[:4]] == [200] * 4
    assert all(400 <= one.status_code < 500 for one in told[4:])
    for one in told[:4]:
        _clean(one.text)
    for one in told[4:]:  # a refusal may name its own address, and repeats no body and no key
        _clean(one.text.replace(f"/api/v1/tickets/{WORDS}", ""))


async def _planted(town):
    channel = await town.connect("http", bearer_token=SECRET, accept_unsigned=True)
    kept = await town.hand_over(
        channel, text=WORDS, subject=WORDS, sender={"kind": "email", "address": PERSON, "display_name": WORDS}
    )
    assert kept["state"] == "done", kept
    await town.settled()
    return channel


def _clean(text: str) -> None:
    assert not [one for one in (SECRET, WORDS, PERSON) if one in text]
