"""What is taken away over HTTP: the calendar of terms, the register, the evidence of a saisine."""

import csv
import io
import json
from datetime import UTC, date, datetime

import pytest
from icalendar import Calendar
from odfdo import Document

from app.reporting.evidence.verifying import verify
from tests.api.test_custom_fields import a_field, fill

ODS = "application/vnd.oasis.opendocument.spreadsheet"
SECRET_WORDS = ("Usager Exemple", "usager@example.org", "lampadaire", "Éclairage")


@pytest.fixture(autouse=True)
def _on_the_second_of_march(town) -> None:
    town.clock.at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


async def qualified(town, ticket, **words):
    saisine = ticket["saisines"][0]["id"]
    tag = (await town.http.get(f"/api/v1/saisines/{saisine}")).headers["etag"]
    body = {"regime": "SVA", "delay": "P2M", "reason": "Liste du code.", **words}
    answer = await town.http.post(f"/api/v1/saisines/{saisine}/qualifications", json=body, headers={"If-Match": tag})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def calendar(town, **asked):
    answer = await town.http.get("/api/v1/sve/calendar.ics", **asked)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    return answer, Calendar.from_ical(answer.content)


# -- the calendar --------------------------------------------------------------------------


async def test_every_open_term_is_a_day_of_the_calendar_and_nobody_is_named(town) -> None:
    ticket = await town.a_ticket(subject="Éclairage")
    await qualified(town, ticket, regime=None, delay=None, procedure="URB-DP")
    other = await town.a_ticket()
    answer, found = await calendar(town)
    terms = {str(event["summary"]): event for event in found.walk("VEVENT") if event["uid"].endswith("-terme@parvis")}
    assert set(terms) == {
        f"{ticket['reference']} : le silence vaut acceptation [URB-DP]",
        f"{other['reference']} : non qualifiée, acceptation tacite possible",
    }
    known = terms[f"{ticket['reference']} : le silence vaut acceptation [URB-DP]"]
    assert known.decoded("dtstart") == date(2026, 4, 2)
    assert known.decoded("dtend") == date(2026, 4, 3)
    assert known["status"] == "CONFIRMED"
    assert known["url"].endswith(f"/demandes/{ticket['id']}")
    assert "Source : " in known["description"]
    assert [event["status"] for name, event in terms.items() if "non qualifiée" in name] == ["TENTATIVE"]
    assert [word for word in SECRET_WORDS if word in answer.text] == []
    dues = [event for event in found.walk("VEVENT") if event["uid"].endswith("-are@parvis")]
    assert [event.decoded("dtstart") for event in dues] == [date(2026, 3, 16)] * 2
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H" in answer.text


async def test_an_entry_keeps_its_name_and_says_that_it_changed(town) -> None:
    ticket = await town.a_ticket()
    before = (await calendar(town))[1].walk("VEVENT")[0]
    town.clock.move(hours=1)
    await qualified(town, ticket)
    after = (await calendar(town))[1].walk("VEVENT")[0]
    assert after["uid"] == before["uid"]
    assert after["sequence"] > before["sequence"]
    assert after.decoded("last-modified") > before.decoded("last-modified")


async def test_what_ended_leaves_the_calendar(town) -> None:
    told = await qualified(town, await town.a_ticket(), regime="none", delay=None)
    assert told["closed_at"] is not None
    events = (await calendar(town))[1].walk("VEVENT")
    assert [event for event in events if event["uid"].endswith("-terme@parvis")] == []


async def test_a_term_long_past_is_no_longer_shown(town) -> None:
    await town.a_ticket()
    town.clock.move(days=61 + 30)
    assert len((await calendar(town))[1].walk("VEVENT")) == 1
    town.clock.move(days=1)
    assert (await calendar(town))[1].walk("VEVENT") == []


async def test_what_did_not_change_is_not_sent_again(town) -> None:
    ticket = await town.a_ticket()
    tag = (await calendar(town))[0].headers["etag"]
    again = await town.http.get("/api/v1/sve/calendar.ics", headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    await qualified(town, ticket)
    changed = await town.http.get("/api/v1/sve/calendar.ics", headers={"If-None-Match": tag})
    assert (changed.status_code, changed.headers["etag"] != tag) == (200, True)


async def test_a_calendar_of_several_batches_is_whole(town, monkeypatch) -> None:
    from app.reporting import calendar as pages

    monkeypatch.setattr(pages, "BATCH", 2)
    for _ in range(5):
        await town.a_ticket()
    uids = [str(event["uid"]) for event in (await calendar(town))[1].walk("VEVENT")]
    assert len(uids) == len(set(uids)) == 10


# -- the address an agenda follows ---------------------------------------------------------


async def a_feed(town):
    answer = await town.http.post("/api/v1/sve/calendar-feeds", json={"name": "Service urbanisme"})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def bare(town, url, **headers):
    """Asks as an agenda does: no header of ours."""
    town.http.headers.pop("Authorization", None)
    return await town.http.get(url, headers=headers)


async def test_an_address_opens_the_calendar_and_nothing_else(town) -> None:
    await town.a_ticket()
    feed = await a_feed(town)
    secret = feed["url"].partition("?key=")[2]
    opened = await bare(town, feed["url"])
    assert opened.status_code == 200
    assert len(Calendar.from_ical(opened.content).walk("VEVENT")) == 2
    assert (await bare(town, feed["url"], **{"If-None-Match": opened.headers["etag"]})).status_code == 304
    for path in ("/api/v1/tickets", "/api/v1/sve/watch", "/api/v1/sve/register"):
        assert (await town.http.get(f"{path}?key={secret}")).status_code == 401
        assert (await town.http.get(path, headers={"Authorization": f"Bearer {secret}"})).status_code == 403


async def test_a_key_that_can_do_more_opens_nothing_from_an_address(town) -> None:
    for scopes in (("sve:read",), ("sve:calendar", "sve:read")):
        secret, _ = await town.house.access.create(town.id, name="Essai", scopes=scopes)
        town.http.headers.pop("Authorization", None)
        answer = await town.http.get(f"/api/v1/sve/calendar.ics?key={secret}")
        town.http.headers.update(await town.key("sve:read"))
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")
        assert secret not in answer.text


async def test_an_address_is_listed_without_its_secret_and_revoked(town) -> None:
    feed = await a_feed(town)
    listed = (await town.http.get("/api/v1/sve/calendar-feeds")).json()["data"]
    assert [(one["id"], one["name"], one["revoked_at"]) for one in listed] == [(feed["id"], "Service urbanisme", None)]
    assert feed["url"].partition("?key=")[2] not in json.dumps(listed)
    assert (await town.http.delete(f"/api/v1/sve/calendar-feeds/{feed['id']}")).status_code == 204
    assert (await town.http.delete(f"/api/v1/sve/calendar-feeds/{feed['id']}")).status_code == 404
    assert (await bare(town, feed["url"])).status_code == 401


async def test_only_an_address_is_revoked_as_one(town) -> None:
    (key, *_) = (await town.http.get("/api/v1/keys")).json()["data"]
    assert (await town.http.delete(f"/api/v1/sve/calendar-feeds/{key['id']}")).status_code == 404


async def test_an_address_is_not_hammered(town, monkeypatch) -> None:
    from app.reporting import feeds

    monkeypatch.setattr(feeds, "OPENINGS", 2)
    url = (await a_feed(town))["url"]
    answers = [(await bare(town, url)) if n == 0 else (await town.http.get(url)) for n in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[-1].headers["retry-after"]) > 0
    town.clock.move(minutes=11)
    assert (await town.http.get(url)).status_code == 200


# -- the register --------------------------------------------------------------------------


async def register(town, **asked):
    answer = await town.http.get("/api/v1/sve/register", params=asked)
    assert answer.status_code == 200, answer.text
    return answer, list(csv.DictReader(io.StringIO(answer.text, newline="")))


async def test_the_register_says_each_saisine_in_a_line(town) -> None:
    ticket = await town.a_ticket()
    told = await qualified(town, ticket, regime=None, delay=None, procedure="URB-DP")
    town.clock.move(days=3)
    asked = {"type": "pieces_requested", "at": "2026-03-05T08:00:00Z", "deadline_date": "2026-06-05", "items": ["Plan"]}
    asked |= {"legal_basis": "C. urb. R423-38", "mentions_l114_5_rule": True}
    url = f"/api/v1/saisines/{told['id']}/events"
    head = {"If-Match": f'"{told["version"]}"', "Idempotency-Key": "un"}
    answer = await town.http.post(url, json=asked, headers=head)
    assert answer.status_code == 201, answer.text
    answer, (line,) = await register(town, names="ids")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8; header=present"
    assert "registre-" in answer.headers["content-disposition"]
    assert line["reference"] == ticket["reference"]
    assert (line["ordinal"], line["channel"], line["received_on"]) == ("1", "email", "2026-03-02")
    assert line["received_at"].startswith("2026-03-02T10:00:00+01:00")
    assert (line["procedure"], line["regime"], line["certainty"] != "") == ("URB-DP", "SVA", True)
    assert line["procedure_title"]
    assert (line["qualified_by"], line["qualified_at"][:10]) == ("Essai", "2026-03-02")
    assert (line["are_due_on"], line["are_done_at"]) == ("2026-03-16", "")
    assert line["pieces_asked_on"] == "2026-03-05"
    assert line["saisine_id"] == told["id"]
    assert line["rules_version"]
    (words,) = (await register(town))[1]
    assert words["Référence"] == ticket["reference"]
    assert words["Canal"] == "courriel"
    assert words["Effet du silence"] == "silence vaut acceptation (SVA)"


async def test_the_register_is_narrowed_by_day_of_reception_and_by_what_ended(town) -> None:
    first = await town.a_ticket()
    town.clock.move(days=1)
    second = await town.a_ticket()
    await qualified(town, second, regime="none", delay=None)

    async def told(**asked):
        return [line["reference"] for line in (await register(town, names="ids", **asked))[1]]

    assert await told() == [first["reference"], second["reference"]]
    assert await told(**{"from": "2026-03-03"}) == [second["reference"]]
    assert await told(to="2026-03-02") == [first["reference"]]
    assert await told(state="closed") == [second["reference"]]
    assert await told(state="open") == [first["reference"]]
    backwards = await town.http.get("/api/v1/sve/register", params={"from": "2026-03-03", "to": "2026-03-02"})
    assert (backwards.status_code, backwards.json()["errors"][0]["pointer"]) == (422, "query/to")


async def test_an_empty_register_still_names_its_columns(town) -> None:
    answer, lines = await register(town)
    assert lines == []
    assert answer.text.startswith("Référence,")


async def test_a_hostile_word_is_no_formula_in_a_register(town) -> None:
    await qualified(town, await town.a_ticket(), procedure='=HYPERLINK("https://example.org")')
    (line,) = (await register(town, names="ids"))[1]
    assert line["procedure"] == '\'=HYPERLINK("https://example.org")'


async def test_the_register_has_a_column_for_each_field_of_the_administration(new_town, monkeypatch) -> None:
    from app.reporting import register as pages

    monkeypatch.setattr(pages, "BATCH", 2)
    town = await new_town()
    choices = [{"key": "centre", "label": "Centre-bourg"}, {"key": "nord", "label": "Nord"}]
    await a_field(town, "note", label="=Note")
    await a_field(town, "secteurs", "choices", choices=choices)
    await a_field(town, "ecart", "number")
    await a_field(town, "visite", "date")
    gone = await a_field(town, "ancien")
    await town.http.patch(f"/api/v1/custom-fields/{gone['id']}", json={"archived": True}, headers={"If-Match": '"1"'})
    tickets = [await town.a_ticket() for _ in range(3)]
    filled = await fill(town, tickets[2], note="=1+1", secteurs=["centre", "nord"], ecart=-3.5, visite="2026-03-09")
    assert filled.status_code == 200, filled.text

    answer, lines = await register(town)
    assert answer.text.splitlines()[0].endswith(",Jointe à,'=Note,Secteurs,Ecart,Visite")
    told = {line["Référence"]: (line["'=Note"], line["Secteurs"], line["Ecart"], line["Visite"]) for line in lines}
    empty = ("", "", "", "")
    held = ("'=1+1", "Centre-bourg, Nord", "-3.5", "2026-03-09")
    assert told == dict(zip([one["reference"] for one in tickets], [empty, empty, held], strict=True))
    line = (await register(town, names="ids"))[1][2]
    assert line["custom_field:secteurs"] == "centre, nord"
    sheet = Document(io.BytesIO((await town.http.get("/api/v1/sve/register", params={"format": "ods"})).content))
    assert sheet.body.get_table(0).get_row_values(3)[-4:-2] == ["=1+1", "Centre-bourg, Nord"]
    number, day = sheet.body.get_table(0).get_row_values(3)[-2:]
    assert (float(number), day) == (-3.5, date(2026, 3, 9))


async def test_fields_are_in_no_register_of_who_may_not_read_requests(new_town) -> None:
    town = await new_town()
    await a_field(town, "details")
    await fill(town, await town.a_ticket(), details="Sycomore")
    answer = await town.http.get("/api/v1/sve/register", headers=await town.key("sve:read"))
    assert answer.status_code == 200
    assert ("Details" in answer.text, "Sycomore" in answer.text) == (False, False)


async def test_a_register_for_a_french_spreadsheet(town) -> None:
    await town.a_ticket()
    answer = await town.http.get("/api/v1/sve/register", params={"dialect": "excel-fr"})
    assert answer.content.startswith(b"\xef\xbb\xbfR\xc3\xa9f\xc3\xa9rence;")


@pytest.mark.parametrize("way", [{"params": {"format": "ods"}}, {"headers": {"Accept": ODS}}])
async def test_a_register_as_a_spreadsheet(town, way) -> None:
    ticket = await town.a_ticket()
    answer = await town.http.get("/api/v1/sve/register", **way)
    assert (answer.status_code, answer.headers["content-type"]) == (200, ODS)
    table = Document(io.BytesIO(answer.content)).body.get_table(0)
    assert table.get_row_values(0)[0] == "Référence"
    row = table.get_row_values(1)
    assert row[0] == ticket["reference"]
    assert row[3] == date(2026, 3, 2)


async def test_a_register_of_several_batches_is_whole_and_in_order(town, monkeypatch) -> None:
    from app.reporting import register as pages

    monkeypatch.setattr(pages, "BATCH", 2)
    references = [(await town.a_ticket())["reference"] for _ in range(5)]
    assert [line["reference"] for line in (await register(town, names="ids"))[1]] == references


# -- the evidence --------------------------------------------------------------------------


async def test_the_evidence_of_a_saisine_is_taken_and_checks_itself(town, tmp_path) -> None:
    piece = {"name": "plan.txt", "content_type": "text/plain", "content": "Ym9uam91cg=="}
    ticket = await town.a_ticket(attachments=[piece])
    told = await qualified(town, ticket)
    answer = await town.http.get(f"/api/v1/saisines/{told['id']}/evidence")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
    assert f"preuve-{ticket['reference']}-1.zip" in answer.headers["content-disposition"]
    path = tmp_path / "preuve.zip"
    path.write_bytes(answer.content)
    verdict = verify(path)
    assert verdict.manifest_sha256 == answer.headers["x-manifest-sha256"]
    assert verdict.manifest["reference"] == ticket["reference"]


async def test_evidence_needs_both_rights(town) -> None:
    told = await qualified(town, await town.a_ticket())
    for scope in ("sve:read", "tickets:read"):
        answer = await town.http.get(f"/api/v1/saisines/{told['id']}/evidence", headers=await town.key(scope))
        assert answer.status_code == 403


async def test_nobody_takes_the_register_of_another_town(new_town) -> None:
    here, there = await new_town(), await new_town()
    await there.a_ticket()
    assert (await register(here))[1] == []
    assert (await calendar(here))[1].walk("VEVENT") == []
