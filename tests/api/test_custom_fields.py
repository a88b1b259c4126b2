"""Fields an administration adds to its requests: made, filled, looked for, asked for before closing, never lost."""

from typing import Any

import httpx
import pytest

from app.ids import Prefix, new_id, parse_id
from app.privacy import emptying
from tests.api.conftest import Town
from tests.api.test_sight import a_team, give, someone

CHOICES = [{"key": "centre", "label": "Centre"}, {"key": "nord", "label": "Nord"}]


def once() -> dict[str, str]:
    return {"Idempotency-Key": new_id().hex}


async def a_field(town: Town, key: str, kind: str = "text", **words: Any) -> dict[str, Any]:
    body = {"key": key, "kind": kind, "label": key.capitalize(), **words}
    made = await town.http.post("/api/v1/custom-fields", json=body, headers=once())
    assert made.status_code == 201, made.text
    return made.json()


async def change(town: Town, ticket: dict[str, Any], **body: Any) -> httpx.Response:
    path = f"/api/v1/tickets/{ticket['id']}"
    version = (await town.http.get(path)).headers["etag"]
    return await town.http.patch(path, json=body, headers={"If-Match": version})


async def fill(town: Town, ticket: dict[str, Any], **values: Any) -> httpx.Response:
    return await change(town, ticket, custom_fields=values)


async def listed(town: Town, asked: str) -> set[str]:
    answer = await town.http.get("/api/v1/tickets", params={"custom_field": asked})
    assert answer.status_code == 200, answer.text
    return {one["id"] for one in answer.json()["data"]}


async def test_fields_are_filled_shown_found_and_emptied(town: Town) -> None:
    await a_field(town, "quartier", "choice", choices=CHOICES)
    await a_field(town, "moyens", "choices", choices=CHOICES)
    await a_field(town, "recit", "long_text")
    await a_field(town, "mesure", "number")
    here, there = await town.a_ticket(), await town.a_ticket()
    filled = await fill(town, here, quartier="centre", moyens=["nord", "centre"], recit="Un\r\nrécit", mesure=12.50)
    assert filled.status_code == 200, filled.text
    told = {"quartier": "centre", "moyens": ["centre", "nord"], "recit": "Un\nrécit", "mesure": 12.5}
    assert filled.json()["custom_fields"] == told
    assert filled.headers["etag"] == f'"{filled.json()["version"]}"' != f'"{here["version"]}"'
    await fill(town, there, quartier="nord")

    assert await listed(town, "quartier:centre") == {here["id"]}
    assert await listed(town, "quartier:centre|nord") == {here["id"], there["id"]}
    assert await listed(town, "moyens:NORD") == {here["id"]}
    assert await listed(town, "mesure:12.5") == {here["id"]}
    assert await listed(town, "inconnu:centre") == set()
    counted = await town.http.get("/api/v1/tickets/count", params={"custom_field": "quartier:nord"})
    assert counted.json() == {"count": 1, "more": False}
    wrong = await town.http.get("/api/v1/tickets", params={"custom_field": "quartier"})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "query/custom_field")
    rows = (await town.http.get("/api/v1/tickets", params={"custom_field": "quartier:centre"})).json()["data"]
    assert rows[0]["custom_fields"] == {name: value for name, value in told.items() if name != "recit"}

    emptied = await fill(town, here, quartier=None, moyens=[])
    assert emptied.json()["custom_fields"] == {"recit": "Un\nrécit", "mesure": 12.5}
    facts = await town.facts("ticket.fields_filled")
    assert facts[0]["data"] == {"ticket_id": here["id"], "custom_fields": ["quartier", "moyens", "recit", "mesure"]}
    assert "écit" not in str(facts)
    assert {fact["data"]["ticket_id"] for fact in facts} == {here["id"], there["id"]}


@pytest.mark.parametrize(
    ("kind", "wrong", "right"),
    [
        ("text", ["a" * 201, "deux\nlignes", 3, "\u202eabc"], ["  Rue des Lilas ", "Rue des Lilas"]),
        ("long_text", ["a" * 5001, "\u0007", True], ["deux\nlignes", "deux\nlignes"]),
        ("number", ["douze", True, 10**16, 0.1234567], [-3, -3]),
        ("date", ["2026-02-30", "20260228", "hier"], ["2026-02-28", "2026-02-28"]),
        ("yes_no", ["oui", 1], [False, False]),
        ("email", ["personne", "a@b\nc"], ["Prenom.Nom@Example.fr", "prenom.nom@example.fr"]),
        ("phone", ["0123", "bonjour"], ["0199001234", "01 99 00 12 34"]),
        ("url", ["javascript:alert(1)", "https://a@example.fr/"], ["https://example.fr/a", "https://example.fr/a"]),
    ],
)
async def test_a_field_takes_what_it_holds_and_says_what_it_does_not(
    town: Town, kind: str, wrong: list[Any], right: tuple[Any, Any]
) -> None:
    key = f"champ_{kind}"
    await a_field(town, key, kind)
    ticket = await town.a_ticket()
    for value in wrong:
        refused = await fill(town, ticket, **{key: value})
        assert refused.status_code == 422, (value, refused.text)
        assert refused.json()["errors"][0]["pointer"].startswith(f"/custom_fields/{key}"), refused.text
    filled = await fill(town, ticket, **{key: right[0]})
    assert filled.status_code == 200, filled.text
    assert filled.json()["custom_fields"] == {key: right[1]}


async def test_a_closed_list_takes_nothing_else_and_loses_nothing(town: Town) -> None:
    field = await a_field(town, "secteur", "choice", choices=CHOICES)
    ticket, other = await town.a_ticket(), await town.a_ticket()
    assert (await fill(town, ticket, secteur="sud")).status_code == 422
    assert (await fill(town, ticket, secteur="nord")).status_code == 200
    path, read = f"/api/v1/custom-fields/{field['id']}", {"If-Match": '"1"'}
    removed = await town.http.patch(path, json={"choices": CHOICES[:1]}, headers=read)
    assert (removed.status_code, removed.json()["errors"][0]["code"]) == (422, "removed")
    archived = [CHOICES[0], {**CHOICES[1], "archived": True}]
    assert (await town.http.patch(path, json={"choices": archived}, headers=read)).status_code == 200
    assert (await fill(town, other, secteur="nord")).status_code == 422
    assert (await fill(town, ticket, secteur="nord")).status_code == 200  # what was chosen may stay
    stale = await town.http.patch(path, json={"label": "Autre"}, headers=read)
    assert (stale.status_code, stale.headers["etag"]) == (412, '"2"')

    assert (await town.http.patch(path, json={"archived": True}, headers={"If-Match": '"2"'})).status_code == 200
    shown = (await town.http.get(f"/api/v1/tickets/{ticket['id']}")).json()
    assert shown["custom_fields"] == {"secteur": "nord"}
    refused = await fill(town, other, secteur="centre")
    assert refused.json()["errors"][0]["code"] == "archived"
    assert field["id"] not in {one["id"] for one in (await town.http.get("/api/v1/custom-fields")).json()["data"]}
    every = (await town.http.get("/api/v1/custom-fields?archived=true")).json()["data"]
    assert field["id"] in {one["id"] for one in every}
    assert (await fill(town, ticket, secteur=None)).json()["custom_fields"] == {}
    taken = await town.http.post(
        "/api/v1/custom-fields", json={"key": "secteur", "kind": "text", "label": "Autre"}, headers=once()
    )
    assert (taken.status_code, taken.json()["code"]) == (409, "field-exists")


async def test_what_is_required_is_filled_before_closing_by_the_same_gesture_or_before(new_town: Any) -> None:
    town = await new_town()
    await a_field(town, "motif", required_to_close=True)
    await a_field(town, "parcelle", required_to_close=True, procedures=["URB-DP"])
    ticket = await town.a_ticket()
    saisine = ticket["saisines"][0]["id"]
    version = (await town.http.get(f"/api/v1/saisines/{saisine}")).headers["etag"]
    qualified = await town.http.post(
        f"/api/v1/saisines/{saisine}/qualifications",
        json={"regime": "none", "reason": "Simple remerciement."},
        headers={"If-Match": version},
    )
    assert qualified.status_code == 201, qualified.text
    refused = await change(town, ticket, status="closed")
    assert (refused.status_code, refused.json()["code"]) == (409, "fields-missing"), refused.text
    assert [one["pointer"] for one in refused.json()["errors"]] == ["/custom_fields/motif"]
    outside = await fill(town, ticket, parcelle="AB 12")
    assert outside.json()["errors"][0]["code"] == "out-of-scope"
    closed = await change(town, ticket, status="closed", custom_fields={"motif": "Remercie"})
    assert (closed.status_code, closed.json()["status"]) == (200, "closed"), closed.text


async def test_fields_are_bounded_ordered_and_kept_by_who_sets_the_house_up(new_town: Any) -> None:
    town = await new_town()
    made = [await a_field(town, f"champ_{number}") for number in range(50)]
    refused = await town.http.post(
        "/api/v1/custom-fields", json={"key": "trop", "kind": "text", "label": "Trop"}, headers=once()
    )
    assert (refused.status_code, refused.json()["code"]) == (409, "too-many-fields")
    path = f"/api/v1/custom-fields/{made[3]['id']}"
    assert (await town.http.patch(path, json={"rank": 0}, headers={"If-Match": '"1"'})).status_code == 200
    first = await town.http.get("/api/v1/custom-fields", params={"limit": 1})
    assert [one["key"] for one in first.json()["data"]] == ["champ_3"]
    rest = await town.http.get("/api/v1/custom-fields", params={"limit": 100, "cursor": first.json()["next_cursor"]})
    assert [one["key"] for one in rest.json()["data"]] == [f"champ_{number}" for number in range(50) if number != 3]
    agent = await someone(town)
    body = {"key": "mien", "kind": "text", "label": "Mien"}
    assert (await agent.ask("POST", "/custom-fields", json=body, headers=once())).status_code == 403
    assert (await agent.ask("GET", f"/custom-fields/{made[0]['id']}")).status_code == 200
    unlisted = await town.http.patch(path, json={"choices": CHOICES}, headers={"If-Match": '"2"'})
    assert unlisted.json()["errors"][0]["code"] == "unexpected"


async def test_a_field_shows_nobody_a_request_beyond_their_sight(town: Town) -> None:
    await a_field(town, "zone")
    social, secret = await a_team(town, "Action sociale"), await town.a_ticket()
    await fill(town, secret, zone="sycomore")
    await give(town, secret, team_id=social, confidential=True)
    outsider, member = await someone(town), await someone(town, teams=[social])
    assert await outsider.sees("/tickets?custom_field=zone:sycomore") == set()
    assert await member.sees("/tickets?custom_field=zone:sycomore") == {secret["id"]}


async def test_several_fields_hold_at_once_and_numbers_and_days_by_a_range(town: Town) -> None:
    await a_field(town, "rive", "choice", choices=CHOICES)
    for key, kind in (("aire", "number"), ("debut", "date"), ("repere", "text")):
        await a_field(town, key, kind)
    small, large, other = [await town.a_ticket() for _ in range(3)]
    await fill(town, small, rive="nord", aire=9.5, debut="2026-01-31", repere="10")
    await fill(town, large, rive="nord", aire=100, debut="2026-02-10", repere="5..20")
    await fill(town, other, rive="centre", aire=-3, repere="15")

    async def listed(asked: str) -> set[str]:
        answer = await town.http.get("/api/v1/tickets", params={"custom_field": asked})
        assert answer.status_code == 200, answer.text
        return {one["id"] for one in answer.json()["data"]}

    assert await listed("aire:9..100") == {small["id"], large["id"]}
    assert await listed("aire:..9.5") == {small["id"], other["id"]}
    assert await listed("aire:-3..-3|100") == {large["id"], other["id"]}
    assert await listed("debut:2026-02-01..") == {large["id"]}
    assert await listed("debut:2026-01-31..2026-02-10") == {small["id"], large["id"]}
    assert await listed("rive:nord||aire:10..") == {large["id"]}
    assert await listed("rive:nord|centre||aire:..10||debut:..2026-12-31") == {small["id"]}
    # Words are no numbers: what reads as a range is then looked for as it is written.
    assert await listed("repere:5..20") == {large["id"]}
    assert await listed("aire:2026-01-01..") == set()
    for wrong in (
        "aire:20..10",
        "debut:2026-02-30..",
        "debut:2026-02-02..2026-01-01",
        "rive:nord||",
        "rive",
        "a:1||" * 11,
    ):
        refused = await town.http.get("/api/v1/tickets", params={"custom_field": wrong})
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "query/custom_field"), wrong
    kept = {"name": "Rive nord", "owner": "administration", "filter": {"custom_field": "rive:nord||aire:10.."}}
    view = await town.http.post("/api/v1/views", json=kept, headers=once())
    assert view.json()["filter"] == kept["filter"], view.text
    unkept = {**kept, "name": "Autre", "filter": {"custom_field": "aire:20..10"}}
    assert (await town.http.post("/api/v1/views", json=unkept, headers=once())).status_code == 422


async def story(town: Town, ticket: dict[str, Any], **asked: Any) -> list[dict[str, Any]]:
    answer = await town.http.get(f"/api/v1/tickets/{ticket['id']}/timeline", params=asked)
    assert answer.status_code == 200, answer.text
    return [one for one in answer.json()["data"] if one["kind"] == "fields"]


async def test_the_story_says_what_fields_held_before_and_since(town: Town) -> None:
    await a_field(town, "lieu", "choice", choices=CHOICES)
    await a_field(town, "outils", "choices", choices=CHOICES)
    await a_field(town, "urgent", "yes_no")
    await a_field(town, "metres", "number")
    ticket, other = await town.a_ticket(), await town.a_ticket()
    await fill(town, ticket, lieu="centre", outils=["centre", "nord"], urgent=False, metres=12.5)
    await fill(town, ticket, lieu="nord", urgent=False)
    await fill(town, ticket, lieu=None, metres=3)
    await fill(town, ticket, metres=3)  # nothing changes
    await fill(town, other, lieu="nord")

    told = await story(town, ticket)
    assert [one["fields"]["changes"] for one in told] == [
        [
            {"key": "lieu", "was": None, "now": "centre"},
            {"key": "outils", "was": None, "now": ["centre", "nord"]},
            {"key": "urgent", "was": None, "now": False},
            {"key": "metres", "was": None, "now": 12.5},
        ],
        [{"key": "lieu", "was": "centre", "now": "nord"}],
        [{"key": "lieu", "was": "nord", "now": None}, {"key": "metres", "was": 12.5, "now": 3}],
    ]
    assert all(one["message"] is None and one["fields"]["actor"].startswith("key:") for one in told)
    assert await story(town, ticket, order="newest") == told[::-1]
    assert "centre" not in str(await town.facts("ticket.fields_filled"))


async def test_a_long_story_of_fields_is_read_page_after_page_from_either_end(town: Town) -> None:
    await a_field(town, "compte", "number")
    ticket = await town.a_ticket()
    for number in range(5):
        await fill(town, ticket, compte=number)
    for order, wanted in (("oldest", [0, 1, 2, 3, 4]), ("newest", [4, 3, 2, 1, 0])):
        seen: list[Any] = []
        cursor: str | None = ""
        while cursor is not None:
            asked = {"limit": 2, "order": order, **({"cursor": cursor} if cursor else {})}
            page = (await town.http.get(f"/api/v1/tickets/{ticket['id']}/timeline", params=asked)).json()
            seen += [one["fields"]["changes"][0]["now"] for one in page["data"] if one["kind"] == "fields"]
            cursor = page["next_cursor"]
        assert seen == wanted


async def test_what_was_erased_from_a_request_is_in_no_story_of_its_fields(town: Town) -> None:
    await a_field(town, "surnom")
    ticket = await town.a_ticket()
    await fill(town, ticket, surnom="Sarcelle")
    async with town.house.database.transaction(tenant=town.id) as session:
        await emptying.empty_tickets(session, town.id, [parse_id(Prefix.TICKET, ticket["id"])], at=town.house.clock())
    assert await story(town, ticket) == []
