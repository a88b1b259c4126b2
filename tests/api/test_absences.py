"""Absences over HTTP: who stands in sees what is lent and nothing else, receives what is given, and only for those days."""

from datetime import timedelta

import httpx
import pytest

from app.clock import civil_day
from app.identity.absences import who_stands_in
from app.ids import Prefix, new_id, parse_id
from app.sve.warning.posting import Posting
from app.sve.warning.values import Letter, NoticeKind
from tests.api.conftest import Town
from tests.api.test_keys import acts, mails
from tests.api.test_sight import Someone, a_team, give, someone


def day(town: Town, after: int = 0) -> str:
    return (civil_day(town.clock(), "Europe/Paris") + timedelta(days=after)).isoformat()


async def declare(town: Town, away: Someone, by: Someone | None = None, **words: object) -> httpx.Response:
    body = {"user_id": away.id, "from_on": day(town), "until_on": day(town, 6), **words}
    head = {"Idempotency-Key": new_id().hex}
    if by is not None:
        return await by.ask("POST", "/absences", json=body, headers=head)
    return await town.http.post("/api/v1/absences", json=body, headers=head)


async def flaws(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code == 422, answer.text
    return {one["pointer"]: one["code"] for one in answer.json()["errors"]}


@pytest.mark.parametrize("confidential", [False, True])
async def test_a_stand_in_sees_what_is_lent_for_those_days_and_nothing_else(town: Town, confidential: bool) -> None:
    social, works = await a_team(town, "Action sociale"), await a_team(town, "Voirie")
    absent = await someone(town, teams=[social])
    stand_in = await someone(town, reach="assigned")
    own, of_team, hidden, other, far = [await town.a_ticket() for _ in range(5)]
    await give(town, own, assignee_id=absent.id)
    await give(town, of_team, team_id=social)
    await give(town, hidden, team_id=social, confidential=True)
    await give(town, other, team_id=works, confidential=True)
    assert await stand_in.sees() == set()
    made = await declare(
        town, absent, by=absent, from_on=day(town, 1), stand_in_id=stand_in.id, confidential=confidential
    )
    assert made.status_code == 201, made.text
    assert await stand_in.sees() == set()  # tomorrow only
    town.clock.move(hours=24)
    stand_in = await again(town, stand_in)
    lent = {own["id"], of_team["id"]} | ({hidden["id"]} if confidential else set())
    assert await stand_in.sees() == lent
    assert await stand_in.sees("/sve/watch") == lent
    for ticket in (hidden, other, far):
        seen = (await stand_in.ask("GET", f"/tickets/{ticket['id']}")).status_code
        assert seen == (200 if ticket["id"] in lent else 404)
    town.clock.move(hours=24 * 6)
    stand_in = await again(town, stand_in)
    assert await stand_in.sees() == set()


async def again(town: Town, one: Someone) -> Someone:
    """Signs the same person in anew, as after a night."""
    from app.identity.signing_in import Strength
    from app.rest.access import SESSION_COOKIE

    async with town.house.database.transaction(tenant=town.id) as session:
        known = await town.house.accounts.get(session, town.id, parse_id(Prefix.USER, one.id))
        word = await town.house.sessions.open(session, town.id, holder=known, strength=Strength.PASSWORD)
    return Someone(town, one.id, {"Cookie": f"{SESSION_COOKIE}={word}"})


async def test_what_is_given_to_somebody_away_goes_to_who_stands_in_else_to_the_team(town: Town) -> None:
    social = await a_team(town, "Action sociale")
    absent, stand_in = await someone(town, teams=[social]), await someone(town)
    alone, nowhere = await someone(town, teams=[social]), await someone(town)
    for who, words in ((absent, {"stand_in_id": stand_in.id}), (alone, {}), (nowhere, {})):
        assert (await declare(town, who, **words)).status_code == 201
    ticket, hidden, third = [await town.a_ticket() for _ in range(3)]
    given = (await give(town, ticket, assignee_id=absent.id)).json()
    assert given["assignee_id"] == stand_in.id
    told = (await town.facts("ticket.updated"))[-1]["data"]
    assert told["changes"]["assignee_id"] == str(parse_id(Prefix.USER, stand_in.id))
    # What is confidential and was not lent goes past the stand-in.
    given = (await give(town, hidden, assignee_id=absent.id, confidential=True)).json()
    assert (given["assignee_id"], given["team_id"]) == (None, social)
    given = (await give(town, third, assignee_id=alone.id)).json()
    assert (given["assignee_id"], given["team_id"]) == (None, social)
    assert await flaws(await give(town, await town.a_ticket(), assignee_id=nowhere.id)) == {"/assignee_id": "away"}


async def test_one_declares_for_oneself_and_a_supervisor_for_others_without_lending_what_is_confidential(
    town: Town,
) -> None:
    absent, colleague, boss = await someone(town), await someone(town), await someone(town, role="supervisor")
    assert (await declare(town, absent, by=colleague)).status_code == 403
    lending = await declare(town, absent, by=boss, stand_in_id=boss.id, confidential=True)
    assert lending.status_code == 403
    made = await declare(town, absent, by=boss, stand_in_id=colleague.id)
    assert made.status_code == 201, made.text
    tag = {"If-Match": made.headers["etag"]}
    path = f"/absences/{made.json()['id']}"
    assert (await boss.ask("PATCH", path, json={"confidential": True}, headers=tag)).status_code == 403
    lent = await absent.ask("PATCH", path, json={"confidential": True}, headers=tag)
    assert lent.status_code == 200, lent.text
    # Another stand-in is lent it anew: not in somebody else's name.
    tag = {"If-Match": lent.headers["etag"]}
    assert (await boss.ask("PATCH", path, json={"stand_in_id": boss.id}, headers=tag)).status_code == 403
    assert (await colleague.ask("DELETE", path, headers=tag)).status_code == 403
    assert (await boss.ask("DELETE", path, headers=tag)).status_code == 204
    kinds = [one["type"] for one in await town.facts() if one["type"].startswith("absence.")]
    assert kinds == ["absence.declared", "absence.changed", "absence.cancelled"]


async def test_days_and_stand_ins_that_make_no_sense_are_refused_beside_their_field(town: Town) -> None:
    absent, other = await someone(town), await someone(town)
    reader = await someone(town, role="reader")
    assert (await declare(town, other, from_on=day(town, 2), until_on=day(town, 3))).status_code == 201
    for words, wanted in (
        ({"from_on": day(town, 3), "until_on": day(town, 2)}, {"/until_on": "order"}),
        ({"from_on": day(town, -9), "until_on": day(town, -8)}, {"/until_on": "past"}),
        ({"until_on": day(town, 900)}, {"/until_on": "long"}),
        ({"stand_in_id": absent.id}, {"/stand_in_id": "unknown"}),
        ({"stand_in_id": reader.id}, {"/stand_in_id": "role"}),
        ({"stand_in_id": other.id}, {"/stand_in_id": "away"}),
        ({"confidential": True}, {"/stand_in_id": "missing"}),
    ):
        assert await flaws(await declare(town, absent, **words)) == wanted
    assert (await declare(town, absent)).status_code == 201
    assert await flaws(await declare(town, absent, from_on=day(town, 6), until_on=day(town, 8))) == {
        "/from_on": "overlap"
    }


async def test_nobody_stands_in_twice_over_and_a_suspended_account_lends_nothing(town: Town) -> None:
    absent, stand_in = await someone(town, role="agent"), await someone(town, reach="assigned")
    ticket = await town.a_ticket()
    await give(town, ticket, assignee_id=absent.id)
    assert (await declare(town, absent, stand_in_id=stand_in.id)).status_code == 201
    on = civil_day(town.clock(), "Europe/Paris")
    who, instead = parse_id(Prefix.USER, absent.id), parse_id(Prefix.USER, stand_in.id)
    async with town.house.database.transaction(tenant=town.id) as session:
        assert await who_stands_in(session, town.id, who, on=on) == instead
        assert await who_stands_in(session, town.id, instead, on=on) is None
    assert await stand_in.sees() == {ticket["id"]}
    path = f"/api/v1/users/{absent.id}"
    tag = {"If-Match": (await town.http.get(path)).headers["etag"]}
    assert (await town.http.patch(path, json={"suspended": True}, headers=tag)).status_code == 200
    town.clock.move(seconds=11)
    assert await stand_in.sees() == set()
    assert (await declare(town, stand_in)).status_code == 201
    async with town.house.database.transaction(tenant=town.id) as session:
        assert await who_stands_in(session, town.id, who, on=on) is None


async def test_mails_of_the_watch_go_to_the_stand_in_too(town: Town) -> None:
    absent, stand_in = await someone(town), await someone(town)
    assert (await declare(town, absent, stand_in_id=stand_in.id)).status_code == 201
    async with town.house.database.transaction(tenant=town.id) as session:
        mails = [
            (await town.house.accounts.get(session, town.id, parse_id(Prefix.USER, one.id))).email
            for one in (absent, stand_in)
        ]
        on = civil_day(town.clock(), "Europe/Paris")
        letter = Letter(kind=NoticeKind.ESCALATION, subject_key="x", day=on, title="Alerte", text="…", detail={})
        posting = Posting(town.house.book, town.clock)
        assert await posting.post(session, town.id, letter, [mails[0].upper(), "autre@example.fr"]) == 3
        assert await posting.post(session, town.id, letter, [mails[1]]) == 0


async def test_absences_are_read_by_their_administration_alone(new_town) -> None:
    here, there = await new_town(), await new_town()
    made = await declare(here, await someone(here))
    path = f"/api/v1/absences/{made.json()['id']}"
    assert (await here.http.get(path)).json()["version"] == 1
    assert (await there.http.get(path)).status_code == 404
    assert (await there.http.get("/api/v1/absences")).json()["data"] == []
    assert [one["id"] for one in (await here.http.get("/api/v1/absences")).json()["data"]] == [made.json()["id"]]


async def test_confidential_requests_lent_in_anothers_name_ask_for_a_proof_and_are_told_to_them(town: Town) -> None:
    social = await a_team(town, "Action sociale")
    absent, colleague = await someone(town, teams=[social]), await someone(town, teams=[social])
    boss = await someone(town, role="administrator")
    await give(town, await town.a_ticket(), team_id=social, confidential=True)
    own = await declare(town, absent, by=absent, until_on=day(town, 1), stand_in_id=boss.id, confidential=True)
    assert await mails(town, "confidence") == []  # her own decision
    tag, path = {"If-Match": own.headers["etag"]}, f"/absences/{own.json()['id']}"
    # More days than she said are lent anew: not by who may only declare absences.
    supervisor = await someone(town, role="supervisor")
    longer = {"until_on": day(town, 60)}
    assert (await supervisor.ask("PATCH", path, json=longer, headers=tag)).status_code == 403
    town.clock.move(minutes=16)
    stale = await boss.ask("PATCH", path, json=longer, headers=tag)
    assert (stale.status_code, stale.json()["code"]) == (403, "proof-wanted")
    shorter = await boss.ask("PATCH", path, json={"until_on": day(town)}, headers=tag)
    assert shorter.status_code == 200, shorter.text
    assert len(await mails(town, "confidence")) == 2
    boss = await again(town, boss)
    changed = await boss.ask("PATCH", path, json=longer, headers={"If-Match": shorter.headers["etag"]})
    assert changed.status_code == 200, changed.text
    async with town.house.database.transaction(tenant=town.id) as session:
        told = {
            (await town.house.accounts.get(session, town.id, parse_id(Prefix.USER, one.id))).email
            for one in (absent, colleague)
        }
    assert {recipient for recipient, _ in await mails(town, "confidence")} == told
    assert {"way": "absence", "teams": [social]} in await acts(town, "confidence.reached")
