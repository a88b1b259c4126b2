"""What may be recorded of a saisine over HTTP: its forms, and what each event would change before it is recorded."""

from datetime import UTC, datetime

import pytest

from app.ids import Prefix, new_id, public_id
from tests.api.test_saisine_life import PIECES, Told, a_saisine

SIGNED = {"type": "express_decision", "sense": "favourable", "signed_at": "2026-03-02T10:00", "mentions_appeal": True}


@pytest.fixture
def spring(town):
    """Stands at 2 March 2026, 9 h UTC, whatever other tests did with the clock."""
    town.clock.at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    return town


async def forms_of(saisine: Told, language: str = "fr") -> dict[str, dict]:
    answer = await saisine.town.http.get(f"{saisine.url}/event-forms", headers={"Accept-Language": language})
    assert answer.status_code == 200, answer.text
    return {one["type"]: one for one in answer.json()["forms"]}


async def foreseen(saisine: Told, event: dict):
    return await saisine.town.http.post(f"{saisine.url}/events/previews", json=event)


async def test_what_is_foreseen_is_what_recording_comes_to_and_nothing_is_written(spring) -> None:
    saisine = await a_saisine(spring)
    spring.clock.move(days=18)
    for event in (
        PIECES,
        {"type": "pieces_received", "at": "2026-03-12T09:00:00Z", "complete": True},
        {"type": "extension_notified", "notified_at": "2026-03-15", "added": "P1M", "legal_basis": "CRPA L231-6"},
        {**SIGNED, "signed_at": "2026-03-20T08:00"},
        {"type": "decision_notified", "at": "2026-03-20T08:30:00Z"},
    ):
        before = await saisine.now()
        answer = await foreseen(saisine, event)
        assert answer.status_code == 200, answer.text
        assert await saisine.now() == before
        told = await saisine.told(event)
        after = answer.json()["after"]
        same = ("term_on", "alert_on", "risk", "state", "reasons", "closed_at")
        assert {name: after[name] for name in same} == {name: told[name] for name in same}
        assert answer.json()["before"]["term_on"] == before["term_on"]
        assert answer.json()["marks"] == told["events"][-1]["marks"]


async def test_an_annulment_is_foreseen_too(spring) -> None:
    saisine = await a_saisine(spring)
    spring.clock.move(days=10)
    asked = await saisine.told(PIECES)
    wrong = {"type": "corrected", "event_id": asked["events"][-1]["id"], "reason": "Autre demande."}
    answer = await foreseen(saisine, wrong)
    assert (answer.json()["before"]["term_on"], answer.json()["after"]["term_on"]) == (None, "2026-05-02")
    assert (await saisine.told(wrong))["term_on"] == "2026-05-02"


async def test_what_may_be_recorded_follows_the_life_of_the_saisine(spring) -> None:
    saisine = await a_saisine(spring)
    found = await forms_of(saisine)
    assert {"pieces_requested", "express_decision", "extension_notified", "dismissed"} <= found.keys()
    assert found["pieces_requested"]["refused_because"] is None
    # Nothing was signed: no step of a decision can be told of, and the rule says so with its text.
    assert found["step"]["refused_because"]
    assert found["step"]["refused_source"]
    pieces = {one["name"]: one for one in found["pieces_requested"]["fields"]}
    assert pieces["items"]["kind"] == "lines"
    assert pieces["deadline_date"]["required"]
    # It is the double of nothing: the person asked nothing else.
    assert [one["name"] for one in found["dismissed"]["fields"]] == ["reason", "words"]
    await saisine.told({"type": "dismissed", "reason": "thanks"})
    assert list(await forms_of(saisine)) == ["reopened"]
    answer = await foreseen(saisine, {"type": "reopened", "reason": "C’était une demande."})
    assert (answer.json()["after"]["term_on"], answer.json()["after"]["closed_at"]) == ("2026-05-02", None)


async def test_once_silence_has_granted_an_attestation_is_offered(spring) -> None:
    saisine = await a_saisine(spring)
    early = await forms_of(saisine)
    assert early["attestation_issued"]["refused_because"]
    spring.clock.move(days=90)
    found = await forms_of(saisine)
    assert found["attestation_issued"]["refused_because"] is None
    assert found["withdrawal_decision"]["refused_because"] is None


async def test_it_is_said_in_english_where_english_is_asked(spring) -> None:
    saisine = await a_saisine(spring)
    found = await forms_of(saisine, "en")
    assert found["express_decision"]["title"] == "Decision signed"
    assert found["express_decision"]["fields"][0]["choices"][0] == {"value": "favourable", "label": "Grant"}
    assert found["step"]["refused_because"] != (await forms_of(saisine))["step"]["refused_because"]


async def test_a_double_may_be_said_of_another_saisine_of_the_person(spring) -> None:
    saisine = await a_saisine(spring)
    now = await saisine.now()
    message = now["message_id"]
    answer = await spring.http.post(
        f"/api/v1/tickets/{now['ticket_id']}/saisines",
        json={"message_id": message, "asks": "Une permission de voirie."},
        headers={"Idempotency-Key": "une-autre"},
    )
    assert answer.status_code == 201, answer.text
    fields = {one["name"]: one for one in (await forms_of(saisine))["dismissed"]["fields"]}
    assert [one["value"] for one in fields["duplicate_of"]["choices"]] == [answer.json()["id"]]


async def test_it_may_be_joined_to_the_same_request_received_before(spring) -> None:
    first = await a_saisine(spring)
    spring.clock.move(hours=1)
    second = await a_saisine(spring)
    found = (await spring.http.get(f"{second.url}/event-forms")).json()
    assert first.id in [one["value"] for one in found["joinable"]]
    assert second.id not in [
        one["value"] for one in (await spring.http.get(f"{first.url}/event-forms")).json()["joinable"]
    ]
    assert (await second.join(first)).status_code == 201
    assert (await spring.http.get(f"{second.url}/event-forms")).json()["joinable"] == []


async def test_another_saisine_is_named_by_the_day_of_the_administration(spring) -> None:
    spring.clock.at = datetime(2026, 2, 28, 23, 30, tzinfo=UTC)  # the first of March in Paris
    await a_saisine(spring)
    spring.clock.move(hours=1)
    second = await a_saisine(spring)
    found = (await spring.http.get(f"{second.url}/event-forms")).json()
    assert any(one["label"].endswith("2026-03-01") for one in found["joinable"])
    assert not any(one["label"].endswith("2026-02-28") for one in found["joinable"])


async def test_what_cannot_be_is_refused_as_when_it_is_recorded(spring) -> None:
    saisine = await a_saisine(spring)
    for event in (
        {"type": "pieces_received", "at": "2026-03-02T08:00:00Z", "complete": True},
        {**PIECES, "at": "2026-12-01T09:00:00Z"},
        {"type": "pieces_requested", "at": "2026-03-02T08:00:00Z"},
        {**SIGNED, "signed_at": "le deux mars"},
        {"type": "corrected", "event_id": public_id(Prefix.LEGAL_EVENT, new_id()), "reason": "Rien."},
    ):
        seen, told = await foreseen(saisine, event), await saisine.tell(event)
        assert seen.status_code == told.status_code
        assert seen.status_code in {409, 422}
        assert seen.json()["errors"] == told.json()["errors"]


async def test_of_another_administration_nothing_is_known(spring) -> None:
    stranger = f"/api/v1/saisines/{public_id(Prefix.SAISINE, new_id())}"
    assert (await spring.http.get(f"{stranger}/event-forms")).status_code == 404
    assert (await spring.http.post(f"{stranger}/events/previews", json=SIGNED)).status_code == 404
