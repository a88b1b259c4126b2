"""Who saw what: kept before it is shown, folded, found again by those who may, and let go in time."""

import secrets
from datetime import UTC, datetime

import psycopg
import pytest
from sqlalchemy import text

from app.audit import readings
from app.audit.readings import Door, ReadKind
from app.ids import Prefix, new_id, parse_id
from app.rest.callers import Presented
from tests.api.conftest import Town
from tests.api.test_sight import a_team, give, someone

URL = "/api/v1/audit/readings"
SETTINGS = "/api/v1/audit/reading-settings"


async def test_opening_a_request_is_one_reading_a_quarter_of_an_hour(town: Town) -> None:
    ticket = await town.a_ticket()
    path = f"/api/v1/tickets/{ticket['id']}"
    for _ in range(2):
        await town.http.get(f"{path}/messages")
    town.clock.move(minutes=16)
    await town.http.get(path)
    told = (await town.http.get(f"{path}/readings")).json()
    assert [(one["kind"], one["door"], one["ticket_id"]) for one in told["data"]] == [
        ("ticket", "api", ticket["id"]),
        ("ticket", "api", ticket["id"]),
    ]
    assert told["data"][0]["actor"].startswith("key:")
    other = await town.key("tickets:read")
    await town.http.get(path, headers=other)
    told = (await town.http.get(f"{path}/readings", params={"limit": 1})).json()
    assert told["next_cursor"] is not None
    following = (await town.http.get(f"{path}/readings", params={"limit": 1, "cursor": told["next_cursor"]})).json()
    assert following["data"][0]["actor"] != told["data"][0]["actor"]
    assert (await town.http.get(f"{path}/readings", headers=other)).status_code == 403


async def test_pieces_originals_people_exports_and_searches_leave_a_trace(town: Town) -> None:
    word = f"sycomore{secrets.token_hex(4)}"
    ticket = await town.a_ticket(text=f"Un mot : {word}.")
    message = (await town.http.get(f"/api/v1/tickets/{ticket['id']}/messages")).json()["data"][0]
    for path in (
        f"/messages/{message['id']}/raw",
        f"/contacts/{ticket['contact']['id']}",
        f"/tickets?q={word}",
        "/contacts?q=usager",
        "/sve/register",
        f"/tickets/{ticket['id']}/conversation",
        f"/saisines/{ticket['saisines'][0]['id']}/evidence",
    ):
        assert (await town.http.get(f"/api/v1{path}")).status_code == 200, path
    told = (await town.http.get(URL, params={"limit": 50})).json()["data"]
    kinds = sorted(one["kind"] for one in told)
    assert kinds == ["contact", "export", "export", "message_raw", "search", "search", "ticket"]
    of_ticket = {one["kind"] for one in told if one["ticket_id"] == ticket["id"]}
    assert of_ticket == {"ticket", "message_raw", "export"}
    by_object = (await town.http.get(URL, params={"object": message["id"]})).json()["data"]
    assert [one["kind"] for one in by_object] == ["message_raw"]


async def test_a_live_discussion_and_what_left_are_readings_of_their_request(town: Town) -> None:
    ticket = await town.a_ticket()
    sent = (await town.http.get("/api/v1/outbound", params={"ticket_id": ticket["id"]})).json()["data"]
    for path in (f"/tickets/{ticket['id']}/conversation", f"/outbound/{sent[0]['id']}"):
        other = await town.key("tickets:read", "audit:read")
        assert (await town.http.get(f"/api/v1{path}", headers=other)).status_code == 200, path
    told = (await town.http.get(f"/api/v1/tickets/{ticket['id']}/readings")).json()["data"]
    assert len({one["actor"] for one in told}) == 3, "the key that made it, and the two that looked"


async def test_words_searched_for_are_kept_nowhere_and_can_be_asked_about(new_town) -> None:
    here, there = await new_town(), await new_town()
    word = f"Sycomore {secrets.token_hex(4)}"
    await here.http.get("/api/v1/tickets", params={"q": word})
    found = (await here.http.get(URL, params={"words": f" {word.upper()} "})).json()["data"]
    assert [one["kind"] for one in found] == ["search"]
    assert (await here.http.get(URL, params={"words": "autre chose"})).json()["data"] == []
    async with here.house.database.transaction(tenant=here.id) as session:
        rows = (await session.execute(text("SELECT to_jsonb(r)::text FROM readings r"))).scalars().all()
    assert rows
    assert word.lower() not in " ".join(rows).lower()
    # The same words have another name elsewhere, and readings are their administration's own.
    assert here.house.eyewitness.name_of(here.id, word) != here.house.eyewitness.name_of(there.id, word)
    assert (await there.http.get(URL)).json()["data"] == []


async def test_who_may_not_see_a_request_may_not_see_who_saw_it(town: Town) -> None:
    social = await a_team(town, "Action sociale")
    secret = await town.a_ticket()
    await give(town, secret, team_id=social, confidential=True)
    outsider = await someone(town, role="supervisor")
    auditor = await someone(town, role="auditor")
    path = f"/tickets/{secret['id']}/readings"
    assert (await outsider.ask("GET", path)).status_code == 404
    # Whoever inspects reads the journal and the readings of all, and no message.
    assert len((await auditor.ask("GET", path)).json()["data"]) == 1
    assert (await auditor.ask("GET", f"/tickets/{secret['id']}")).status_code == 403


async def test_the_application_can_neither_rewrite_nor_remove_a_reading(database_url: str) -> None:
    for statement in ("UPDATE readings SET actor = 'x'", "DELETE FROM readings"):
        with psycopg.connect(database_url) as application, pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute(statement)


async def test_old_readings_go_by_batches_and_never_those_of_six_months(town: Town) -> None:
    ticket = parse_id(Prefix.TICKET, (await town.a_ticket())["id"])
    kept, caller = (
        town.clock.at,
        await town.house.authenticate(
            town.http.headers["Authorization"].removeprefix("Bearer "), presented=Presented.KEY
        ),
    )
    try:
        for year in (2019, 2020):
            town.clock.at = datetime(year, 1, 1, tzinfo=UTC)
            await town.house.eyewitness.saw(caller, ReadKind.TICKET, ticket, door=Door.API, ticket_id=ticket)
        town.clock.at = datetime(2020, 9, 1, tzinfo=UTC)
        assert await town.house.eyewitness.purge(town.id) == 1
        assert await town.house.eyewitness.purge(town.id) == 0
    finally:
        town.clock.at = kept
    async with town.house.database.transaction(tenant=town.id) as session:
        fresh = text(
            "INSERT INTO readings SELECT (json_populate_record(r, json_build_object('at', now(), 'id', CAST(:id AS text)))).* "
            "FROM readings r LIMIT 1"
        )
        await session.execute(fresh, {"id": str(new_id())})
        # Asked for everything, PostgreSQL still keeps what is younger than six months.
        await readings.purge(session, before=datetime(2200, 1, 1, tzinfo=UTC), most=100)
        left = await readings.page(session, town.id, readings.Wanted(), after=None, limit=10)
    assert len(left) == 1
    told = (await town.http.get("/api/v1/audit?action=readings.purged")).json()["data"]
    assert [one["detail"]["count"] for one in told] == [1]


async def test_how_long_readings_are_kept_is_chosen_with_a_reason_beyond_a_year(town: Town) -> None:
    answer = await town.http.get(SETTINGS)
    assert (answer.json()["months"], answer.json()["version"]) == (12, 0)
    for body, pointer in (
        ({"months": 5}, "/months"),
        ({"months": 37, "reason": "Contrôle interne."}, "/months"),
        ({"months": 24}, "/reason"),
    ):
        refused = await town.http.put(SETTINGS, json=body, headers={"If-Match": '"0"'})
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)
    body = {"months": 24, "reason": "Contrôle interne des aides."}
    chosen = await town.http.put(SETTINGS, json=body, headers={"If-Match": '"0"'})
    assert (chosen.status_code, chosen.json()["version"]) == (200, 1)
    assert (await town.http.put(SETTINGS, json=body, headers={"If-Match": '"0"'})).status_code == 412
    again = await town.http.put(SETTINGS, json={"months": 6}, headers={"If-Match": '"1"'})
    assert (again.json()["months"], again.json()["reason"]) == (6, "")


async def test_what_cannot_be_witnessed_is_not_shown(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = await town.a_ticket()
    town.clock.move(hours=1)

    async def away(*_: object) -> None:
        raise OSError("no server")

    monkeypatch.setattr(town.house.database._alone, "_dial", away)
    await town.house.database._alone.close()
    assert (await town.http.get(f"/api/v1/tickets/{ticket['id']}")).status_code == 503
