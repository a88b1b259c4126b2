"""The life of a saisine over HTTP: every event once, in its place, refused with its rule or recorded with its mark."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from app.ids import Prefix, new_id, public_id
from app.sve.event_schemas import EXAMPLES

PIECES = {
    "type": "pieces_requested",
    "at": "2026-03-10T09:00:00Z",
    "items": ["Plan de situation"],
    "deadline_date": "2026-04-10",
    "legal_basis": "C. urb. R431-36",
    "mentions_l114_5_rule": True,
}


class Told:
    """One saisine over HTTP, always at its last version."""

    def __init__(self, town, saisine_id):
        self.town, self.id = town, saisine_id
        self.url = f"/api/v1/saisines/{saisine_id}"

    async def now(self):
        return (await self.town.http.get(self.url)).json()

    async def head(self):
        return {"If-Match": (await self.town.http.get(self.url)).headers["etag"]}

    async def tell(self, event, **headers):
        return await self.town.http.post(f"{self.url}/events", json=event, headers={**await self.head(), **headers})

    async def told(self, event):
        answer = await self.tell(event)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def qualify(self, **words):
        body = {"regime": "SVA", "delay": "P2M", "reason": "Liste du code.", **words}
        answer = await self.town.http.post(f"{self.url}/qualifications", json=body, headers=await self.head())
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def join(self, other, reason="Même lettre, par deux voies."):
        body = {"to": other.id, "reason": reason}
        return await self.town.http.post(f"{self.url}/joins", json=body, headers=await self.head())


async def a_saisine(town, *, qualified=True, **message):
    ticket = await town.a_ticket(**message)
    saisine = Told(town, ticket["saisines"][0]["id"])
    if qualified:
        await saisine.qualify()
    return saisine


@pytest.fixture
def spring(town):
    """Stands at 2 March 2026, 9 h UTC, whatever other tests did with the clock."""
    town.clock.at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    return town


async def test_a_saisine_lives_from_its_reception_to_its_decision(spring) -> None:
    town = spring
    saisine = await a_saisine(town)
    assert (await saisine.now())["term_on"] == "2026-05-02"
    town.clock.move(days=14)
    asked = await saisine.told(PIECES)
    assert (asked["state"], asked["term_on"]) == ("waiting_for_pieces", None)
    assert asked["events"][-1]["backdated"] is True
    town.clock.move(days=9)
    back = await saisine.told(
        {"type": "pieces_received", "at": "2026-03-25T08:00:00Z", "items": ["Plan de situation"], "complete": True}
    )
    assert (back["term_on"], back["events"][-1]["backdated"]) == ("2026-05-25", False)
    town.clock.move(days=20)
    signed = await saisine.told(
        {
            "type": "express_decision",
            "sense": "favourable",
            "signed_at": "2026-04-13T09:00:00Z",
            "mentions_appeal": True,
        }
    )
    assert signed["closed_at"] is None
    town.clock.move(days=3)
    await saisine.told({"type": "decision_posted", "at": "2026-04-14"})
    done = await saisine.told({"type": "decision_presented", "at": "2026-04-16"})
    assert (done["state"], done["values"]["notified_on"]) == ("decided", "2026-04-16")
    assert done["closed_at"] is not None
    assert [event["type"] for event in done["events"]][-3:] == [
        "express_decision", "decision_posted", "decision_presented",
    ]  # fmt: skip


async def test_an_event_told_twice_under_its_name_is_one_event(spring) -> None:
    saisine = await a_saisine(spring)
    spring.clock.move(days=9)
    stale = await saisine.head()
    url, event = f"{saisine.url}/events", {**PIECES, "key": "courrier-118"}
    first = await spring.http.post(url, json=event, headers=stale)
    again = await spring.http.post(url, json=event, headers=stale)
    assert (first.status_code, again.status_code) == (201, 201), again.text
    assert again.json() == first.json()
    assert [one["key"] for one in again.json()["events"] if one["type"] == "pieces_requested"] == ["courrier-118"]
    other = await spring.http.post(url, json={**event, "items": ["Autre chose"]}, headers=stale)
    assert (other.status_code, other.json()["code"]) == (409, "event-key-reused")


async def test_a_named_request_told_twice_gets_the_same_answer(spring) -> None:
    saisine = await a_saisine(spring)
    spring.clock.move(days=9)
    head = {**await saisine.head(), "Idempotency-Key": new_id().hex}
    first = await spring.http.post(f"{saisine.url}/events", json=PIECES, headers=head)
    again = await spring.http.post(f"{saisine.url}/events", json=PIECES, headers=head)
    assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert again.headers["idempotent-replayed"] == "true"
    assert again.headers["etag"] == first.headers["etag"]
    assert len((await saisine.now())["events"]) == 3


REFUSED = [
    ({**PIECES, "at": "2026-12-01T09:00:00Z"}, 422, "impossible-event", "/at", "to-come"),
    ({"type": "express_decision", "sense": "refusal", "notified_at": "2026-02-27"}, 422, "impossible-event", "/notified_at", "before-reception"),
    ({"type": "pieces_received", "at": "2026-03-04"}, 409, "out-of-sequence", "/type", "not-asked"),
    ({"type": "attestation_issued", "at": "2026-03-04"}, 409, "out-of-sequence", "/type", "nothing-to-attest"),
]  # fmt: skip


@pytest.mark.parametrize(("event", "status", "code", "pointer", "rule"), REFUSED)
async def test_what_cannot_be_is_refused_with_its_rule_and_changes_nothing(
    spring, event, status, code, pointer, rule
) -> None:
    saisine = await a_saisine(spring)
    before = await saisine.now()
    spring.clock.move(days=3)
    answer = await saisine.tell(event)
    (flaw,) = answer.json()["errors"]
    assert (answer.status_code, answer.json()["code"], flaw["pointer"], flaw["code"]) == (status, code, pointer, rule)
    assert flaw["source"]
    assert flaw["because"] in answer.json()["detail"]
    english = await saisine.tell(event, **{"Accept-Language": "en"})
    assert english.json()["errors"][0]["because"] != flaw["because"]
    assert await saisine.now() == before


async def test_a_list_of_pieces_says_what_the_law_wants_of_it(spring) -> None:
    saisine = await a_saisine(spring)
    spring.clock.move(days=9)
    answer = await saisine.tell({"type": "pieces_requested", "at": "2026-03-10"})
    assert answer.status_code == 422
    flaws = {flaw["pointer"]: flaw for flaw in answer.json()["errors"]}
    assert set(flaws) == {"/items", "/deadline_date", "/mentions_l114_5_rule", "/legal_basis"}
    assert all("L114-5" in flaw["source"] for flaw in flaws.values())
    irregular = await saisine.told({**PIECES, "mentions_l114_5_rule": False})
    assert [mark["code"] for mark in irregular["events"][-1]["marks"]] == ["l114_5_mention_missing"]
    assert "marks" not in irregular["events"][-1]["payload"]


async def test_a_decision_says_what_it_decides(spring) -> None:
    saisine = await a_saisine(spring)
    spring.clock.move(days=9)
    answer = await saisine.tell({"type": "express_decision", "notified_at": "2026-03-10"})
    assert [flaw["pointer"] for flaw in answer.json()["errors"]] == ["/sense"]


async def test_a_field_its_type_does_not_know_is_refused_with_the_nearest(spring) -> None:
    saisine = await a_saisine(spring)
    spring.clock.move(days=9)
    answer = await saisine.tell({**PIECES, "dead_line_date": "2026-04-10", "sense": "refusal"})
    found = {flaw["pointer"]: flaw["detail"] for flaw in answer.json()["errors"]}
    assert set(found) == {"/dead_line_date", "/sense"}
    assert "deadline_date" in found["/dead_line_date"]


async def test_an_event_recorded_wrongly_is_annulled_by_a_later_one(spring) -> None:
    saisine = await a_saisine(spring)
    spring.clock.move(days=9)
    wrong = (await saisine.told(PIECES))["events"][-1]
    mended = await saisine.told({"type": "corrected", "event_id": wrong["id"], "reason": "Mauvaise demande."})
    assert (mended["term_on"], mended["state"]) == ("2026-05-02", "running")
    kept = {event["id"]: event for event in mended["events"]}
    assert kept[wrong["id"]]["annulled_by"] == mended["events"][-1]["id"]
    twice = await saisine.tell({"type": "corrected", "event_id": wrong["id"], "reason": "Encore."})
    assert (twice.status_code, twice.json()["errors"][0]["code"]) == (409, "annulled")
    unknown = {"type": "corrected", "event_id": public_id(Prefix.LEGAL_EVENT, new_id()), "reason": "Rien."}
    assert (await saisine.tell(unknown)).status_code == 422
    first = {"type": "corrected", "event_id": mended["events"][0]["id"], "reason": "Rien."}
    assert (await saisine.tell(first)).json()["errors"][0]["code"] == "only-reception"


async def test_the_timeline_shows_what_was_annulled(spring) -> None:
    saisine = await a_saisine(spring)
    spring.clock.move(days=9)
    wrong = (await saisine.told(PIECES))["events"][-1]
    await saisine.told({"type": "corrected", "event_id": wrong["id"], "reason": "Mauvaise demande."})
    ticket = (await saisine.now())["ticket_id"]
    shown = (await spring.http.get(f"/api/v1/tickets/{ticket}/timeline")).json()["data"]
    events = {one["legal_event"]["type"]: one["legal_event"] for one in shown if one["legal_event"]}
    assert events["pieces_requested"]["annulled_by"] == events["corrected"]["id"]


DISMISSALS = [
    ({"type": "dismissed"}, "/reason"),
    ({"type": "dismissed", "reason": "ennui"}, "/reason"),
    ({"type": "dismissed", "reason": "other"}, "/words"),
    ({"type": "dismissed", "reason": "duplicate"}, "/duplicate_of"),
    (
        {"type": "dismissed", "reason": "duplicate", "duplicate_of": public_id(Prefix.SAISINE, new_id())},
        "/duplicate_of",
    ),
    ({"type": "dismissed", "reason": "thanks", "at": "2026-03-01"}, "/at"),
    ({"type": "reopened"}, "/reason"),
    ({"type": "corrected", "reason": "Rien."}, "/event_id"),
]


@pytest.mark.parametrize(("event", "pointer"), DISMISSALS)
async def test_an_act_without_its_reason_is_refused(spring, event, pointer) -> None:
    saisine = await a_saisine(spring, qualified=False)
    answer = await saisine.tell(event)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer), answer.text


async def test_what_is_no_request_is_dismissed_with_its_reason_and_may_be_reopened(spring) -> None:
    saisine = await a_saisine(spring, qualified=False)
    gone = await saisine.told({"type": "dismissed", "reason": "thanks"})
    assert (gone["dismissed"], gone["risk"], gone["alert_on"]) == ("thanks", "none", None)
    assert gone["closed_at"] is not None
    owed = (await spring.http.get("/api/v1/sve/duties")).json()["data"]
    assert {duty["kind"] for duty in owed} >= {"ARE"}  # L112-11: every electronic sending, thanks included
    refused = await saisine.tell({"type": "request_withdrawn", "at": "2026-03-02T10:00:00Z"})
    assert refused.json()["errors"][0]["code"] in {"dismissed", "to-come"}
    body = {"regime": "SVA", "reason": "Essai."}
    qualified = await spring.http.post(f"{saisine.url}/qualifications", json=body, headers=await saisine.head())
    assert (qualified.status_code, qualified.json()["errors"][0]["code"]) == (409, "dismissed")
    back = await saisine.told({"type": "reopened", "reason": "C'était une demande."})
    assert (back["dismissed"], back["closed_at"], back["alert_on"]) == (None, None, "2026-05-02")


async def test_a_message_may_ask_for_something_else_too(spring) -> None:
    town = spring
    ticket = await town.a_ticket()
    messages = (await town.http.get(f"/api/v1/tickets/{ticket['id']}/messages")).json()["data"]
    message = next(one["id"] for one in messages if one["direction"] == "in")
    url = f"/api/v1/tickets/{ticket['id']}/saisines"
    body, once = {"message_id": message, "asks": "Une permission de voirie."}, {"Idempotency-Key": new_id().hex}
    town.clock.move(days=5)
    opened = await town.http.post(url, json=body, headers=once)
    assert opened.status_code == 201, opened.text
    other = opened.json()
    assert (other["ordinal"], other["asks"], other["alert_on"]) == (1, "Une permission de voirie.", "2026-05-02")
    assert opened.headers["location"].endswith(other["id"])
    again = await town.http.post(url, json=body, headers=once)
    assert again.json()["id"] == other["id"]
    third = await town.http.post(url, json=body, headers={"Idempotency-Key": new_id().hex})
    assert third.json()["ordinal"] == 2
    duties = (await town.http.get("/api/v1/sve/duties")).json()["data"]
    assert [duty["kind"] for duty in duties if duty["message_id"] == message].count("ARE") == 1
    stranger = await town.a_ticket()
    refused = await town.http.post(
        f"/api/v1/tickets/{stranger['id']}/saisines", json=body, headers={"Idempotency-Key": new_id().hex}
    )
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/message_id")


async def test_the_same_request_by_two_ways_keeps_the_earliest_clock(spring) -> None:
    town = spring
    first = await a_saisine(town, qualified=False)
    town.clock.move(days=4)
    second = await a_saisine(town, qualified=False)
    wrong_way = await first.join(second)
    assert (wrong_way.status_code, wrong_way.json()["code"]) == (409, "join-refused")
    done = await second.join(first)
    assert done.status_code == 201, done.text
    told = done.json()
    assert (told["kept"]["alert_on"], told["kept"]["risk"]) == ("2026-05-02", "unqualified")
    assert (told["joined"]["alert_on"], told["joined"]["joined_to"]) == (None, first.id)
    assert told["warnings"] == []
    watched = (await town.http.get("/api/v1/sve/watch")).json()["data"]
    assert [line["saisine"]["id"] for line in watched] == [first.id]
    duties = (await town.http.get("/api/v1/sve/duties")).json()["data"]
    assert [duty["message_id"] for duty in duties].count((await second.now())["message_id"]) >= 1
    refused = await town.http.post(
        f"{second.url}/qualifications", json={"regime": "SVA", "reason": "Essai."}, headers=await second.head()
    )
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (409, "joined")
    # What happens to the joined one counts for the one kept.
    await first.qualify()
    town.clock.move(days=5)
    await second.told({**PIECES, "at": "2026-03-09T09:00:00Z"})
    assert (await first.now())["state"] == "waiting_for_pieces"
    apart = await town.http.delete(f"{second.url}/joins", headers=await second.head())
    assert apart.status_code == 200, apart.text
    assert (apart.json()["kept"]["term_on"], apart.json()["joined"]["joined_to"]) == ("2026-05-02", None)
    again = await town.http.delete(f"{second.url}/joins", headers=await second.head())
    assert again.status_code == 409


async def test_joining_what_two_people_asked_is_told(spring) -> None:
    first = await a_saisine(spring, qualified=False)
    other = {"kind": "email", "address": "autre@example.org", "display_name": "Autre Exemple"}
    second = await a_saisine(spring, qualified=False, sender=other)
    assert len((await second.join(first)).json()["warnings"]) == 1


async def test_joining_ties_no_knot(spring) -> None:
    one, two, three = [await a_saisine(spring, qualified=False) for _ in range(3)]
    assert (await two.join(one)).status_code == 201
    assert (await three.join(two)).json()["code"] == "join-refused"
    assert (await two.join(one)).json()["code"] == "join-refused"
    assert (await one.join(one)).status_code == 422
    unknown = Told(spring, public_id(Prefix.SAISINE, new_id()))
    assert (await three.join(unknown)).status_code == 422
    assert (await three.join(one)).status_code == 201


async def test_what_another_town_has_is_joined_to_nothing(new_town) -> None:
    here, there = await new_town(), await new_town()
    ours, theirs = await a_saisine(here, qualified=False), await a_saisine(there, qualified=False)
    refused = await ours.join(theirs)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "unknown")
    wrong = {"type": "dismissed", "reason": "duplicate", "duplicate_of": theirs.id}
    assert (await ours.tell(wrong)).status_code == 422


async def test_every_example_of_the_reference_is_understood(spring) -> None:
    """Each is told to a saisine of its own: refused for its place in time at most, never for its words."""
    for event in EXAMPLES.values():
        saisine = await a_saisine(spring)
        answer = await saisine.tell(event)
        if answer.status_code != 201:
            codes = {flaw["code"] for flaw in answer.json()["errors"]}
            assert not codes & {"extra-forbidden", "missing", "legal-event"}, answer.text


async def test_the_stream_says_what_was_recorded_under_which_rules_and_no_words(spring) -> None:
    saisine = await a_saisine(spring, qualified=False)
    await saisine.told({"type": "dismissed", "reason": "other", "words": "Une lettre à un écolier."})
    told = await spring.facts()
    *_, mine = (one for one in told if one["type"] == "sve.clock.changed")
    assert mine["data"]["event"] == "dismissed"
    assert mine["data"]["rules_version"] == (await saisine.now())["rules_version"]
    assert "écolier" not in str(told)


async def test_a_transfer_to_come_is_refused_at_its_own_field(spring) -> None:
    saisine = await a_saisine(spring)
    ticket = (await saisine.now())["ticket_id"]
    answer = await spring.http.post(
        f"/api/v1/tickets/{ticket}/transfers",
        json={"to": "Département", "received_at": "2027-01-01T09:00:00Z"},
        headers={"Idempotency-Key": new_id().hex},
    )
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/received_at")


async def test_an_acknowledgement_given_by_other_means_settles_its_duty_until_it_is_corrected(spring) -> None:
    saisine = await a_saisine(spring)
    message = (await saisine.now())["message_id"]

    async def owed():
        duties = (await spring.http.get("/api/v1/sve/duties")).json()["data"]
        return {duty["kind"] for duty in duties if duty["message_id"] == message}

    assert "ARE" in await owed()
    spring.clock.move(days=2)
    told = await saisine.told(
        {"type": "ack_sent", "at": "2026-03-03T10:00:00Z", "kind": "ARE", "complete_mentions": True}
    )
    assert "ARE" not in await owed()
    await saisine.told({"type": "corrected", "event_id": told["events"][-1]["id"], "reason": "Jamais partie."})
    assert "ARE" in await owed()
    await saisine.told({"type": "ack_sent", "at": "2026-03-04T08:00:00Z", "kind": "ARE", "complete_mentions": False})
    assert "ARE" in await owed()  # L112-12: without its mentions it is none


async def test_what_is_ours_to_write_of_an_event_is_not_told(spring) -> None:
    saisine = await a_saisine(spring)
    answer = await saisine.tell({"type": "site_visited_by_neighbours", "at": "2026-03-02T08:00:00Z", "marks": 3})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/marks")


async def test_what_a_qualification_would_change_is_seen_before_and_nothing_is_written(spring) -> None:
    saisine = await a_saisine(spring, qualified=False)
    before = await saisine.now()

    async def foreseen(**asked):
        return await spring.http.post(f"{saisine.url}/qualifications/previews", json=asked)

    by_code = (await foreseen(procedure="URB-DP")).json()
    assert by_code["before"]["risk"] == "unqualified"
    assert (by_code["after"]["regime"], by_code["after"]["term_on"]) == ("SVA", "2026-04-02")
    assert any(one["key"] == "term_date" and one["source"] for one in by_code["after"]["reasons"])
    assert by_code["pieces"]
    told = {"regime": "SVR", "delay": "P3M"}
    assert (await foreseen(**told)).json()["after"]["term_on"] == "2026-06-02"
    assert (await foreseen(procedure="NEANT")).json()["errors"][0]["pointer"] == "/procedure"
    assert await saisine.now() == before
    real = await saisine.qualify(**told)
    shown = (await foreseen(**told)).json()["after"]
    assert (shown["reasons"], shown["risk"]) == (real["reasons"], real["risk"])
    strange = await spring.http.post(
        f"/api/v1/saisines/{public_id(Prefix.SAISINE, new_id())}/qualifications/previews", json=told
    )
    assert strange.status_code == 404


async def test_the_server_says_which_acknowledgement_is_still_owed(spring) -> None:
    saisine = await a_saisine(spring)
    first = await saisine.now()

    async def standings():
        ticket = first["ticket_id"]
        (listed,) = (await spring.http.get(f"/api/v1/tickets/{ticket}/saisines")).json()["data"]
        told = (await saisine.now())["acknowledgements"]
        assert listed["acknowledgements"] == told
        return {one["kind"]: one["standing"] for one in told}

    assert await standings() == {"AEE": "owed", "ARE": "owed"}
    spring.clock.move(days=2)
    told = await saisine.told(
        {"type": "ack_sent", "at": "2026-03-03T10:00:00Z", "kind": "ARE", "complete_mentions": True}
    )
    # That of reception, complete, stands for that of registration: neither is late, whatever the day.
    assert await standings() == {"AEE": "done", "ARE": "done"}
    await saisine.told({"type": "corrected", "event_id": told["events"][-1]["id"], "reason": "Jamais partie."})
    assert await standings() == {"AEE": "owed", "ARE": "owed"}
    async with spring.house.database.transaction(tenant=spring.id) as session:
        query = "UPDATE duties SET waived_at = now(), waived_reason = 'repris d’un autre outil' WHERE tenant_id = :t"
        await session.execute(text(query), {"t": spring.id})
    waived = (await saisine.now())["acknowledgements"]
    assert {(one["standing"], one["because"]) for one in waived} == {("waived", "repris d’un autre outil")}


async def test_a_message_is_read_by_its_own_name(spring) -> None:
    saisine = await a_saisine(spring)
    now = await saisine.now()
    listed = (await spring.http.get(f"/api/v1/tickets/{now['ticket_id']}/messages")).json()["data"]
    read = (await spring.http.get(f"/api/v1/messages/{now['message_id']}")).json()
    assert [read] == [one for one in listed if one["id"] == now["message_id"]]
    nobody = public_id(Prefix.MESSAGE, new_id())
    assert (await spring.http.get(f"/api/v1/messages/{nobody}")).status_code == 404
