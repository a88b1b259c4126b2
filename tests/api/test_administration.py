"""Channels, keys, people and the administration itself."""

from datetime import timedelta

import pytest

from app.ids import Prefix, new_id, public_id


def once() -> dict[str, str]:
    return {"Idempotency-Key": new_id().hex}


def a_channel(**more):
    address = f"contact.{new_id().hex}@villebourg.example.fr"
    config = {"address": address, "push_secret": "un secret de poussée", "from_name": "Mairie"}
    return {"type": "email", "name": f"Courriel {new_id().hex}", "address": address, "config": config, **more}


async def test_a_channel_is_connected_and_its_secrets_never_come_out(town) -> None:
    named, words = once(), a_channel()
    made = await town.http.post("/api/v1/channels", json=words, headers=named)
    assert made.status_code == 201, made.text
    channel = made.json()
    assert channel["secrets_set"] == ["push_secret"]
    assert channel["hook_url"].startswith("http://127.0.0.1:8000/hooks/email/")
    assert (await town.http.post("/api/v1/channels", json=words, headers=named)).json() == channel
    url = f"/api/v1/channels/{channel['id']}"
    changed = await town.http.patch(
        url, json={"config": {"from_name": "Accueil"}, "state": "paused"}, headers={"If-Match": made.headers["etag"]}
    )
    assert changed.status_code == 200, changed.text
    assert (changed.json()["config"]["from_name"], changed.json()["secrets_set"]) == ("Accueil", ["push_secret"])
    listed = await town.http.get("/api/v1/channels")
    for answer in (made, changed, listed, await town.http.get(url)):
        assert "un secret" not in answer.text


REFUSED = [
    ({"type": "fax"}, "/type"),
    ({"config": {}}, "/config/address"),
    ({"config": {"address": "contact@example.fr", "inconnu": 1}}, "/config/inconnu"),
    ({"key": "la-mienne"}, "/key"),
]


@pytest.mark.parametrize(("words", "pointer"), REFUSED)
async def test_a_channel_its_type_refuses_is_not_connected(town, words, pointer) -> None:
    answer = await town.http.post("/api/v1/channels", json=a_channel(**words), headers=once())
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer), answer.text
    assert (await town.http.get("/api/v1/channels")).json()["data"] == []


async def test_a_name_or_an_address_is_connected_once(town, new_town) -> None:
    words = a_channel()
    assert (await town.http.post("/api/v1/channels", json=words, headers=once())).status_code == 201
    same = [(town, words), (town, a_channel(name=words["name"])), (await new_town(), words)]
    for who, again in same:
        answer = await who.http.post("/api/v1/channels", json=again, headers=once())
        assert (answer.status_code, answer.json()["code"]) == (409, "conflict")


async def test_a_channel_whose_package_is_gone_is_listed_with_what_to_do(town) -> None:
    kind, registry = "sms.twilio", town.house.registry
    gone = await town.connect(kind, account_sid="AC1", auth_token="jeton", sender="+33700000000")
    other = await town.connect()
    source, adapter = registry._sources.pop(kind), registry._adapters.pop(kind)
    try:
        listed = (await town.http.get("/api/v1/channels")).json()["data"]
        path = f"/api/v1/channels/{public_id(Prefix.CHANNEL, gone.id)}"
        read = (await town.http.get(path)).json()
        head = {"If-Match": f'"{read["version"]}"'}
        changed = await town.http.patch(path, json={"state": "paused"}, headers=head)
    finally:
        registry._sources[kind], registry._adapters[kind] = source, adapter
    assert [one["id"] for one in listed] == [public_id(Prefix.CHANNEL, one.id) for one in (gone, other)]
    assert listed[0] == read
    assert (read["state"], read["capabilities"]) == ("broken", None)
    assert "réinstallez" in read["state_reason"]
    assert "jeton" not in str(read)
    assert listed[1]["state"] == "active"
    assert (changed.status_code, changed.json()["code"]) == (409, "channel-unusable")
    assert (await town.http.get(path)).json()["state"] == "active"


async def test_every_installed_type_tells_its_settings(town) -> None:
    types = {line["type"]: line for line in (await town.http.get("/api/v1/channel-types")).json()["data"]}
    assert types["email"]["config_schema"]["properties"]["address"]
    assert "webhook" in types["sms.twilio"]["protocols"]
    assert all(line["usable"] for line in types.values()), types


async def test_a_key_is_shown_once_and_revoked(town) -> None:
    made = await town.http.post("/api/v1/keys", json={"name": "Site", "scopes": ["intake:write"]})
    assert made.status_code == 201, made.text
    key = made.json()["key"]
    assert key not in (await town.http.get("/api/v1/keys")).text
    head = {"Authorization": f"Bearer {key}"}
    assert (await town.http.get("/api/v1/tickets", headers=head)).status_code == 403
    assert (await town.http.get("/api/v1/tenant", headers=head)).status_code == 200
    assert (await town.http.delete(f"/api/v1/keys/{made.json()['id']}")).status_code == 204
    town.clock.move(seconds=11)
    assert (await town.http.get("/api/v1/tenant", headers=head)).status_code == 401
    assert (await town.http.delete(f"/api/v1/keys/{made.json()['id']}")).status_code == 404


async def test_a_key_makes_none_more_powerful_than_itself(town) -> None:
    head = await town.key("keys:admin", "intake:write")
    wanted = {"name": "Plus", "scopes": ["tickets:read"]}
    assert (await town.http.post("/api/v1/keys", json=wanted, headers=head)).status_code == 403
    less = {"name": "Moins", "scopes": ["intake:write"]}
    assert (await town.http.post("/api/v1/keys", json=less, headers=head)).status_code == 201


async def test_a_key_of_the_past_is_not_made(town) -> None:
    past = (town.clock() - timedelta(days=1)).isoformat()
    answer = await town.http.post("/api/v1/keys", json={"name": "x", "scopes": ["intake:read"], "expires_at": past})
    assert answer.json()["errors"][0]["pointer"] == "/expires_at"


async def test_people_are_found_by_name_or_address(town) -> None:
    for name in ("Zoé Exemple", "Étienne Exemple", "Anne Exemple"):
        await town.a_ticket(sender={"kind": "email", "address": f"{name[0]}@example.org", "display_name": name})
    names = [one["display_name"] for one in (await town.http.get("/api/v1/contacts")).json()["data"]]
    assert names == ["Anne Exemple", "Étienne Exemple", "Zoé Exemple"]
    first = (await town.http.get("/api/v1/contacts", params={"limit": 1})).json()
    second = (await town.http.get("/api/v1/contacts", params={"limit": 1, "cursor": first["next_cursor"]})).json()
    assert second["data"][0]["display_name"] == "Étienne Exemple"
    (found,) = (await town.http.get("/api/v1/contacts", params={"q": "etie"})).json()["data"]
    detail = (await town.http.get(f"/api/v1/contacts/{found['id']}")).json()
    assert [point["address"] for point in detail["points"]] == ["É@example.org"]
    (by_address,) = (await town.http.get("/api/v1/contacts", params={"q": "Z@example.org"})).json()["data"]
    assert by_address["display_name"] == "Zoé Exemple"
    assert (await town.http.get("/api/v1/contacts", params={"q": "%"})).json()["data"] == []


@pytest.mark.parametrize("day", ["0001-01-01", "1949-12-31", "2151-01-01", "9999-12-31"])
async def test_terms_of_use_of_no_time_are_refused_before_a_clock_rests_on_them(town, day: str) -> None:
    """They are written into each saisine received under them: the engine could not read one of the year 1."""
    words = {"published_on": day, "channels": ["email"], "dedicated": []}
    answer = await town.http.post("/api/v1/tenant/terms-of-use", json=words, headers=once())
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/published_on")


async def test_terms_of_use_are_published_and_never_rewritten(town) -> None:
    assert (await town.http.get("/api/v1/tenant")).json()["kind"] == "commune"
    for day in ("2026-01-01", "2026-02-01"):
        words = {"published_on": day, "channels": ["email"], "dedicated": []}
        answer = await town.http.post("/api/v1/tenant/terms-of-use", json=words, headers=once())
        assert answer.status_code == 201, answer.text
        assert (await town.http.post("/api/v1/tenant/terms-of-use", json=words, headers=once())).status_code == 409
    first = (await town.http.get("/api/v1/tenant/terms-of-use", params={"limit": 1})).json()
    rest = (await town.http.get("/api/v1/tenant/terms-of-use", params={"cursor": first["next_cursor"]})).json()
    assert [terms["published_on"] for terms in first["data"] + rest["data"]] == ["2026-02-01", "2026-01-01"]
