"""The forms of the letters of a saisine: which stand, which are owed, their fields, the ways they may leave."""

import pytest

from app.ids import Prefix, new_id, public_id
from tests.api.test_letters import a_saisine, deliver, sent, with_letterhead
from tests.harness.houses import MovableClock

KINDS = {
    *("are", "ar", "pieces", "transmission", "wrong_channel", "decision", "attestation"),
    *("withdrawal_hearing", "withdrawal"),
}


@pytest.fixture(autouse=True)
def monday(a_house):
    """Each test begins on the same Monday: the towns of this module share one clock."""
    a_house[1].at = MovableClock().at


async def forms(town, url, **head):
    answer = await town.http.get(f"{url}/letter-forms", headers=head)
    assert answer.status_code == 200, answer.text
    found = answer.json()["data"]
    assert {one["kind"] for one in found} == KINDS
    return {one["kind"]: one for one in found}


async def test_what_is_owed_comes_first_and_what_cannot_be_written_says_why_last(town) -> None:
    found = await forms(town, await a_saisine(town, "SVA"))
    assert next(iter(found)) == "are"
    assert found["are"]["due_on"] is not None
    stands = [one["stands"] for one in found.values()]
    assert stands == sorted(stands, reverse=True)
    attestation = found["attestation"]
    assert attestation["stands"] is False
    assert attestation["source"] == "CRPA L231-1, L232-3"
    assert "aucune acceptation tacite" in attestation["because"]
    assert found["pieces"] | {"fields": [], "ways": []} == {
        "kind": "pieces",
        "title": "Demande de pièces manquantes",
        "stands": True,
        "because": None,
        "source": None,
        "due_on": None,
        "fields": [],
        "ways": [],
    }


async def test_an_acknowledgement_that_left_is_owed_no_more(town) -> None:
    await with_letterhead(town)
    url = await a_saisine(town, "SVA")
    assert (await sent(town, url, "are")).status_code == 201
    await deliver(town)
    assert (await forms(town, url))["are"]["due_on"] is None


async def test_fields_are_told_in_the_language_of_the_caller_and_taken_as_they_say(town) -> None:
    await with_letterhead(town)
    url = await a_saisine(town, "SVA")
    french, english = await forms(town, url), await forms(town, url, **{"Accept-Language": "en-GB, fr;q=0.5"})
    assert french["decision"]["title"] == "Notification d'une décision expresse"
    assert english["decision"]["title"] == "Notification of an express decision"
    assert "no tacit acceptance" in english["attestation"]["because"]
    for kind, form in french.items():
        told = [one["label"] for one in english[kind]["fields"]]
        assert not set(told) & {one["label"] for one in form["fields"]} - {"Note"}
    fields = {one["name"]: one for one in french["pieces"]["fields"]}
    assert [fields[name]["how"] for name in ("pieces", "deadline_on", "legal_basis", "note")] == [
        *("lines", "day", "line", "text")
    ]
    assert next(name for name, one in fields.items() if one["folded"]) == "agent_name"
    (sense,) = [one for one in french["decision"]["fields"] if one["how"] == "sense"]
    assert [one["value"] for one in sense["choices"]] == ["acceptance", "refusal", "partial"]
    longest = fields["legal_basis"]["max_length"]
    for size, status in ((longest, 200), (longest + 1, 422)):
        body = {"kind": "pieces", "fields": {"pieces": ["Plan"], "legal_basis": "x" * size}}
        assert (await town.http.post(f"{url}/letters/previews", json=body)).status_code == status


async def test_an_acknowledgement_takes_the_channel_alone_and_the_others_every_way(town) -> None:
    found = await forms(town, await a_saisine(town))
    (way,) = found["are"]["ways"]
    assert (way["way"], way["open"], way["because"]) == ("channel", True, None)
    assert way["to"] == "usager@example.org"
    assert [one["way"] for one in found["decision"]["ways"]] == ["channel", "post", "counter"]


async def test_a_way_that_is_shut_says_why_and_the_others_stay_open(town) -> None:
    url = await a_saisine(town)
    for channel in (await town.http.get("/api/v1/channels")).json()["data"]:
        head = {"If-Match": f'"{channel["version"]}"', "Idempotency-Key": new_id().hex}
        paused = await town.http.patch(f"/api/v1/channels/{channel['id']}", json={"state": "paused"}, headers=head)
        assert paused.status_code == 200, paused.text
    channel, post, counter = (await forms(town, url))["pieces"]["ways"]
    assert (channel["open"], post["open"], counter["open"]) == (False, True, True)
    assert "aucun canal connecté" in channel["because"]


async def test_a_saisine_nobody_knows_has_no_forms(town) -> None:
    answer = await town.http.get(f"/api/v1/saisines/{public_id(Prefix.SAISINE, new_id())}/letter-forms")
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
