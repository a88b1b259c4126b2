"""What the post says of a letter: the first presentation notifies, whatever comes after; noted wrongly, noted again."""

import pytest

from tests.api.test_letters import a_saisine, events, sent, with_letterhead
from tests.harness.houses import MovableClock

DECIDED = {
    "sense": "refusal",
    "decision": "Votre demande est refusée.",
    "reasons": "L'article 1 s'y oppose.",
    "addressee_address": "2 rue de l'Exemple, 00000 Villebourg",
}
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture(autouse=True)
def monday(a_house):
    a_house[1].at = MovableClock().at


async def a_posted_decision(town):
    await with_letterhead(town)
    url = await a_saisine(town, "SVA")
    answer = await sent(town, url, "decision", way="post", **DECIDED)
    assert answer.status_code == 201, answer.text
    return url, f"/api/v1/letters/{answer.json()['id']}/delivery"


async def noted(town, at, version, **said):
    return await town.http.put(at, json=said, headers={"If-Match": f'"{version}"'})


async def test_the_first_presentation_ends_the_silence_and_a_wrong_one_is_corrected(town) -> None:
    url, at = await a_posted_decision(town)
    empty = await town.http.get(at)
    assert (empty.json()["version"], empty.headers["etag"]) == (0, '"0"')
    assert "decision_presented" not in [one["type"] for one in await events(town, url)]
    town.clock.move(days=10)
    first = await noted(town, at, 0, tracking_number="2C 1", first_presented_on="2026-03-06", signed_on="2026-03-09")
    assert first.status_code == 200, first.text
    assert first.json()["event_id"] is not None
    (presented,) = [one for one in await events(town, url) if one["type"] == "decision_presented"]
    assert presented["payload"]["at"] == "2026-03-06"
    again = await noted(town, at, 0, first_presented_on="2026-03-05")
    assert again.status_code == 412, "somebody else's note is not lost"
    second = await noted(town, at, 1, tracking_number="2C 1", first_presented_on="2026-03-05")
    assert second.status_code == 200, second.text
    told = [one["type"] for one in await events(town, url)]
    assert told.count("decision_presented") == 2
    assert told.count("corrected") == 1
    (fact, *_) = await town.facts("sve.letter.delivery_noted")
    assert fact["data"]["first_presented_on"] == "2026-03-06"


async def test_the_slip_is_kept_and_what_no_scanner_makes_is_refused(town, new_town) -> None:
    _, at = await a_posted_decision(town)
    refused = await town.http.put(f"{at}/slip", content=b"MZ\x90", headers={"If-Match": '"0"'})
    assert refused.status_code == 415, refused.text
    kept = await town.http.put(f"{at}/slip", content=PDF, headers={"If-Match": '"0"'})
    assert kept.json()["slip"] is True
    assert (await town.http.get(f"{at}/slip")).content == PDF
    elsewhere = await new_town()
    assert (await elsewhere.http.get(at)).status_code == 404


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"first_presented_on": "2026-03-01"}, "/first_presented_on"),
        ({"first_presented_on": "2026-03-30"}, "/first_presented_on"),
        ({"signed_on": "2026-03-03"}, "/first_presented_on"),
        ({"first_presented_on": "2026-03-04", "signed_on": "2026-03-03"}, "/first_presented_on"),
    ],
    ids=["before the posting", "to come", "signed, never presented", "signed before it was presented"],
)
async def test_days_that_cannot_be_are_refused(town, said, pointer) -> None:
    _, at = await a_posted_decision(town)
    town.clock.move(days=10)
    answer = await noted(town, at, 0, **said)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)


async def test_a_letter_that_did_not_leave_by_post_has_no_slip(town) -> None:
    await with_letterhead(town)
    url = await a_saisine(town, "SVA")
    letter = (await sent(town, url, "decision", way="counter", **DECIDED)).json()
    answer = await town.http.get(f"/api/v1/letters/{letter['id']}/delivery")
    assert (answer.status_code, answer.json()["code"]) == (409, "letter-not-posted")
