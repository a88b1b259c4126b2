"""The satisfaction question: asked once and only of whom it may be, answered behind one's own link, read by agents."""

import base64
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text

from app.exchanges import gates
from app.exchanges.satisfaction.links import MASKED
from app.exchanges.satisfaction.values import OPEN_FOR
from app.ids import Prefix, parse_id
from tests.api.conftest import Town
from tests.api.satisfied import ANSWERS, ASKED, FIGURES, MONDAY_MORNING, SETTINGS, Post, Survey, link_in, once
from tests.api.test_erasing_a_person import carried_out, planned
from tests.api.test_personal_data import a_copy, opened
from tests.api.test_sight import a_team, someone

EVERY_ROW = text(
    "SELECT CAST(m.* AS text) FROM messages m UNION ALL SELECT CAST(o.* AS text) FROM outbound o "
    "UNION ALL SELECT CAST(q.* AS text) FROM satisfaction_questions q UNION ALL SELECT CAST(e.* AS text) FROM events e "
    "UNION ALL SELECT CAST(j.* AS text) FROM audit_entries j"
)
LEFT_ALONE = (
    "UPDATE tickets SET confidential_at = closed_at WHERE tenant_id = :tenant",
    "UPDATE contacts SET restricted_at = created_at WHERE tenant_id = :tenant",
    "UPDATE contact_points SET opted_out_at = created_at WHERE tenant_id = :tenant",
    "UPDATE tickets SET erased_at = closed_at WHERE tenant_id = :tenant",
    "UPDATE tickets SET contact_id = NULL WHERE tenant_id = :tenant",
    "UPDATE outbound SET state = 'bounced' WHERE tenant_id = :tenant AND purpose = 'reply'",
)


@pytest_asyncio.fixture
async def survey(town: Town, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Survey]:
    post, at = Post(), town.clock.at
    monkeypatch.setattr(town.house.deliverer, "_carrier", post)
    monkeypatch.setattr(town.house.composer, "_carrier", post)
    town.clock.at = MONDAY_MORNING
    yield Survey(town, post)
    town.clock.at = at


async def test_nobody_is_asked_unless_it_was_chosen(survey: Survey) -> None:
    present = await survey.town.http.get(SETTINGS)
    assert (present.json()["asked"], present.json()["delay_hours"], present.json()["version"]) == (False, 48, 0)
    await survey.closed()
    assert await survey.later(days=3) == []
    # Chosen afterwards, it is asked about what is closed from then on.
    await survey.choose()
    assert await survey.later(days=7) == []


async def test_a_question_is_asked_once_and_not_before_its_time(survey: Survey) -> None:
    await survey.choose()
    ticket = await survey.closed()
    assert await survey.later(hours=47) == []
    (asked,) = await survey.later(hours=1)
    assert (asked.to.address, asked.automatic, asked.human) == ("usager@example.org", True, False)
    assert ticket["reference"] in str(asked.subject)
    assert "English:" in asked.text
    for _ in range(3):
        assert await survey.later(days=45) == [asked]
    # Open and closed again, it is the same request.
    await survey.given(ticket, status="open")
    await survey.given(ticket, status="closed")
    assert await survey.later(days=45) == [asked]
    told = await survey.town.facts("satisfaction.asked")
    assert [one["data"]["ticket_id"] for one in told] == [ticket["id"]]


async def test_one_person_is_asked_again_only_after_the_days_that_were_chosen(survey: Survey) -> None:
    await survey.choose(rest_days=10)
    first = await survey.closed()
    await survey.closed(text="Une autre demande.")
    assert len(await survey.later(hours=48)) == 1
    await survey.closed(text="Une troisième demande.")
    assert len(await survey.later(days=5)) == 1
    survey.town.clock.move(days=8)
    again = await survey.closed(text="Une quatrième demande.")
    asked = await survey.later(hours=48)
    assert [str(one.subject).split()[-1] for one in asked] != [first["reference"], first["reference"]]
    assert again["reference"] in str(asked[-1].subject)
    assert len(asked) == 2


@pytest.mark.parametrize("fate", LEFT_ALONE)
async def test_who_must_be_left_alone_is_not_asked(survey: Survey, fate: str) -> None:
    await survey.choose()
    await survey.closed()
    async with survey.town.house.database.transaction(tenant=survey.town.id) as session:
        await session.execute(text(fate), {"tenant": survey.town.id})
    assert await survey.later(hours=48) == []


async def test_a_request_under_a_hold_is_not_asked_about(survey: Survey) -> None:
    await survey.choose()
    held = await survey.closed()
    owner = await survey.closed(sender={"kind": "email", "address": "autre@example.org", "display_name": "Autre"})
    for body in ({"ticket_id": held["id"]}, {"contact_id": owner["contact"]["id"]}):
        made = await survey.town.http.post("/api/v1/legal-holds", json={**body, "reason": "Procès."}, headers=once())
        assert made.status_code == 201, made.text
    assert await survey.later(hours=48) == []


@pytest.mark.parametrize("words", [{"reply": False}, {"reason": "spam"}])
async def test_what_was_not_answered_or_was_unwanted_is_not_asked_about(survey: Survey, words: dict[str, Any]) -> None:
    await survey.choose()
    await survey.closed(**words)
    assert await survey.later(hours=48) == []


async def test_only_the_means_that_were_chosen_are_used(survey: Survey) -> None:
    await survey.choose(ways=["sms"])
    await survey.closed()
    assert await survey.later(hours=48) == []


async def test_who_wrote_by_sms_is_asked_by_sms_in_few_words(survey: Survey) -> None:
    await survey.choose(ways=["sms"])
    secrets = {"account_sid": "AC1", "auth_token": "token", "sender": "+33700000000"}
    line = await survey.town.connect("sms.twilio", **secrets)
    ticket = await survey.town.a_ticket()
    async with survey.town.house.database.transaction(tenant=survey.town.id) as session:
        for order in (
            "UPDATE contact_points SET kind = 'phone', address = '+33612345678' WHERE tenant_id = :tenant",
            "UPDATE tickets SET channel_id = :line, channel_type = 'sms.twilio' WHERE tenant_id = :tenant",
            "UPDATE messages SET channel_id = :line WHERE tenant_id = :tenant",
        ):
            await session.execute(
                text(order),
                {"tenant": survey.town.id, "line": line.id} if ":line" in order else {"tenant": survey.town.id},
            )
    await survey.close(ticket)
    (asked,) = await survey.later(hours=48)
    assert (asked.to.address, asked.subject) == ("+33612345678", None)
    assert len(asked.text) < 320
    assert (await survey.town.http.get(link_in(asked))).status_code == 200


async def test_it_waits_for_the_hours_of_sending_and_passes_while_nothing_leaves_after_a_restore(
    survey: Survey,
) -> None:
    await survey.choose()
    await survey.closed()
    assert await survey.later(days=2, hours=12) == []  # ten at night
    assert len(await survey.later(hours=10)) == 1
    survey.town.clock.move(days=40)
    await survey.closed()
    channels = (await survey.town.http.get("/api/v1/channels")).json()["data"]
    async with survey.town.house.database.transaction(tenant=survey.town.id) as session:
        ids = [parse_id(Prefix.CHANNEL, one["id"]) for one in channels]
        await gates.close(session, survey.town.id, ids, reason="restauré")
    assert len(await survey.later(hours=48)) == 1
    async with survey.town.house.database.transaction(tenant=survey.town.id) as session:
        await gates.reopen(session, survey.town.id)
    assert len(await survey.later(hours=48)) == 1  # it may have been asked before the restore


async def test_a_request_that_becomes_confidential_overnight_is_not_asked_about_in_the_morning(survey: Survey) -> None:
    await survey.choose()
    ticket = await survey.closed()
    assert await survey.later(days=2, hours=12) == []
    await survey.given(ticket, team_id=await a_team(survey.town, "Action sociale"), confidential=True)
    assert await survey.later(hours=12) == []


async def test_agents_never_read_the_link(survey: Survey) -> None:
    await survey.choose()
    link = await survey.link()
    word = link.rpartition("/")[2]
    async with survey.town.house.database.transaction(tenant=survey.town.id) as session:
        rows = [str(row) for row in (await session.execute(EVERY_ROW)).scalars()]
    assert not any(word in row for row in rows)
    (ticket,) = (await survey.town.http.get("/api/v1/tickets")).json()["data"]
    said = (await survey.town.http.get(f"/api/v1/tickets/{ticket['id']}/messages")).json()["data"]
    assert MASKED in said[-1]["text"]
    assert word not in (await survey.town.http.get(f"/api/v1/tickets/{ticket['id']}/timeline")).text


async def test_an_answer_is_given_read_and_changed(survey: Survey) -> None:
    """The whole story: asked by mail, answered in words, seen by agents, counted, changed."""
    await survey.choose()
    link, http = await survey.link(), survey.town.http
    for _ in range(2):  # as a reader of mail that looks for viruses
        shown = await http.get(link)
        assert (shown.status_code, "Très satisfait" in shown.text) == (200, True)
    assert (await http.get(ANSWERS)).json()["data"] == []
    assert (await survey.say(link, "")).status_code == 422
    assert (await survey.say(link, "satisfied", "x" * 2001)).status_code == 422
    done = await survey.say(link, "dissatisfied", "Trop long,\r\nmais clair.\x00")
    assert (done.status_code, done.headers["location"]) == (303, f"{link}?merci=1")
    assert "Merci de votre avis" in (await http.get(f"{link}?merci=1")).text
    (one,) = (await http.get(ANSWERS)).json()["data"]
    assert (one["grade"], one["comment"], one["changed_at"]) == ("dissatisfied", "Trop long,\nmais clair.", None)
    survey.town.clock.move(hours=1)
    assert (await survey.say(f"{link}?lang=en", "very_satisfied")).headers["location"] == f"{link}?lang=en&merci=1"
    (now,) = (await http.get(ANSWERS)).json()["data"]
    assert (now["grade"], now["comment"], now["answered_at"]) == ("very_satisfied", "", one["answered_at"])
    assert now["changed_at"] > now["answered_at"]
    story = (await http.get(f"/api/v1/tickets/{one['ticket_id']}/timeline", params={"order": "newest"})).json()["data"]
    (moment,) = [each for each in story if each["kind"] == "satisfaction"]
    assert moment["satisfaction"]["grade"] == "very_satisfied"
    told = await survey.town.facts("satisfaction.answered")
    assert [(fact["data"]["grade"], fact["data"]["changed"]) for fact in told] == [
        ("dissatisfied", False),
        ("very_satisfied", True),
    ]
    assert "clair" not in repr(told)


async def test_a_link_of_satisfaction_ends_at_its_instant(survey: Survey) -> None:
    await survey.choose()
    link, answers = await survey.link(), []
    asked_at = survey.town.clock.at
    for shift in (-1, 0, 1):
        survey.town.clock.at = asked_at + OPEN_FOR + timedelta(seconds=shift)
        answers.append((await survey.town.http.get(link)).status_code)
    late = await survey.say(link, "satisfied")
    assert (answers, late.status_code) == ([200, 410, 410], 410)
    assert "n’est plus valable" in late.text
    assert (await survey.town.http.get(ANSWERS)).json()["data"] == []


async def test_a_link_made_up_or_of_another_town_answers_nothing(survey: Survey, new_town: Any) -> None:
    await survey.choose()
    link, other = await survey.link(), await new_town()
    word = link.rpartition("/")[2]
    named = other.id.bytes + bytes(16)
    forged = base64.urlsafe_b64encode(named + other.house.keys.sign(named, purpose="form-confirmation")).decode()
    nothing = base64.urlsafe_b64encode(named + other.house.keys.sign(named, purpose="satisfaction")).decode()
    for wrong in (word[:-4] + ("AAAA" if word[-4:] != "AAAA" else "BBBB"), "A" * 64, "-" * 64, forged, nothing):
        assert (await survey.town.http.get(f"/avis/{wrong}")).status_code == 404
        assert (await survey.say(f"/avis/{wrong}", "satisfied")).status_code == 404
    await survey.say(link, "satisfied")
    assert (await other.http.get(ANSWERS)).json()["data"] == []
    assert (await other.http.get(FIGURES)).json()["asked"] == 0


async def test_another_site_answers_for_nobody(survey: Survey) -> None:
    await survey.choose()
    link = await survey.link()
    for path in (link, f"{link}/opposition"):
        foreign = await survey.town.http.post(path, data={"degre": "mixed"}, headers={"Sec-Fetch-Site": "cross-site"})
        assert foreign.status_code == 403
    assert (await survey.town.http.get(ANSWERS)).json()["data"] == []


async def test_who_opposes_is_never_asked_again(survey: Survey) -> None:
    await survey.choose(rest_days=1)
    link = await survey.link()
    refused = await survey.town.http.post(f"{link}/opposition", headers={"Sec-Fetch-Site": "same-origin"})
    assert refused.status_code == 303
    assert "ne vous sera plus posée" in (await survey.town.http.get(refused.headers["location"])).text
    survey.town.clock.move(days=60)
    await survey.closed(text="Une autre demande.")
    assert len(await survey.later(hours=48)) == 1
    assert len(await survey.town.facts("satisfaction.refused")) == 1


async def test_figures_are_the_rows_of_their_lists_and_of_what_one_may_see(survey: Survey) -> None:
    await survey.choose()
    for number, grade in enumerate(("very_satisfied", "dissatisfied", "dissatisfied", "")):
        sender = {"kind": "email", "address": f"usager{number}@example.org", "display_name": "Usager"}
        link = await survey.link(sender=sender)
        if grade:
            await survey.say(link, grade, "Un mot." if number else "")
    http = survey.town.http
    told = (await http.get(FIGURES)).json()
    assert [told[name] for name in ("asked", "answered", "answered_share", "satisfied_share", "mean", "comments")] == [
        *(4, 3, 0.75, 0.3333, 3.0, 2)
    ]
    period = {"from": told["first_on"], "to": told["last_on"]}
    for line in told["grades"]:
        listed = (await http.get(ANSWERS, params={**period, "grade": line["grade"]})).json()["data"]
        assert len(listed) == line["answers"], line
    first = (await http.get(ANSWERS, params={**period, "limit": 2})).json()
    rest = (await http.get(ANSWERS, params={**period, "limit": 2, "cursor": first["next_cursor"]})).json()
    seen = [one["id"] for one in (*first["data"], *rest["data"])]
    assert (len(seen), len(set(seen)), rest["next_cursor"]) == (3, 3, None)
    tomorrow = (survey.town.clock.at + timedelta(days=1)).date().isoformat()
    assert (await http.get(ANSWERS, params={"from": tomorrow})).json()["data"] == []
    assert (await http.get(FIGURES, params={"from": tomorrow, "to": tomorrow})).json()["mean"] is None
    assert (await http.get(FIGURES, params={"from": "2024-01-01", "to": tomorrow})).status_code == 422
    team = await a_team(survey.town, "Action sociale")
    await survey.given({"id": first["data"][0]["ticket_id"]}, team_id=team, confidential=True)
    outsider = await someone(survey.town)
    assert len((await outsider.ask("GET", "/satisfaction-answers")).json()["data"]) == 2
    assert (await outsider.ask("GET", "/figures/satisfaction")).json()["answered"] == 2
    assert (
        await outsider.ask("PUT", "/satisfaction-settings", json=ASKED, headers={"If-Match": '"1"'})
    ).status_code == 403
    assert (await http.get(FIGURES, params={"team_id": team})).json()["answered"] == 1


async def test_settings_are_chosen_by_version_and_refused_where_they_cannot_be(survey: Survey) -> None:
    http = survey.town.http
    assert (await http.put(SETTINGS, json=ASKED)).status_code == 428
    for name, wrong in (("delay_hours", 0), ("delay_hours", 721), ("ways", []), ("ways", ["fax"]), ("rest_days", 0)):
        refused = await http.put(SETTINGS, json={**ASKED, name: wrong}, headers={"If-Match": '"0"'})
        assert refused.status_code == 422, (name, wrong)
    await survey.choose()
    stale = await http.put(SETTINGS, json=ASKED, headers={"If-Match": '"0"'})
    assert stale.status_code == 412
    (fact,) = await survey.town.facts("tenant.satisfaction_settings.changed")
    assert fact["data"] == {"asked": True, "delay_hours": 48, "ways": ["mail", "sms"], "rest_days": 30}


async def test_what_a_person_said_goes_with_them_and_the_grade_stays(survey: Survey) -> None:
    await survey.choose()
    link = await survey.link()
    await survey.say(link, "mixed", "Un mot de sycomore.")
    (one,) = (await survey.town.http.get(ANSWERS)).json()["data"]
    person = (await survey.town.http.get(f"/api/v1/tickets/{one['ticket_id']}")).json()["contact"]
    agent = await someone(survey.town, role="supervisor")
    made, path = await a_copy(survey.town, person["id"], agent.ask)
    copied = opened((await agent.ask("GET", f"{path}/file")).content)
    assert made["state"] == "ready"
    assert copied[0]["requests"][0]["satisfaction"][0]["comment"] == "Un mot de sycomore."
    assert "sycomore" in copied[1]
    plan = await planned(survey.town, person)
    done = await carried_out(survey.town, person, plan)
    assert done["state"] == "done", done
    async with survey.town.house.database.transaction(tenant=survey.town.id) as session:
        rows = (await session.execute(text("SELECT grade, comment, point_id FROM satisfaction_questions"))).all()
    assert [tuple(row) for row in rows] == [("mixed", "", None)]
    closed = await survey.town.http.get(link)
    assert (closed.status_code, "ont été effacées" in closed.text) == (410, True)
    assert (await survey.say(link, "satisfied", "sycomore")).status_code == 410


async def test_a_town_does_not_ask_while_it_is_suspended(survey: Survey) -> None:
    await survey.choose()
    await survey.closed()
    held, asked = text("UPDATE tenants SET suspended_at = :at WHERE id = :tenant"), []
    survey.town.clock.move(hours=48)
    for at in (survey.town.clock(), None):
        async with survey.town.house.database.transaction(tenant=survey.town.id) as session:
            await session.execute(held, {"at": at, "tenant": survey.town.id})
        survey.town.house.tenants.forget(survey.town.id)
        await survey.town.house.asking_satisfaction.round(survey.town.id)
        async with survey.town.house.database.transaction(tenant=survey.town.id) as session:
            asked.append((await session.execute(text("SELECT count(*) FROM satisfaction_questions"))).scalar_one())
    assert asked == [0, 1]
