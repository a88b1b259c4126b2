"""The administration's words on its letters: editions, places filled for each request, what the law prescribes untouched."""

import pytest

from app.sve.letters.values import Kind
from tests.api.conftest import Town
from tests.api.test_letters import a_saisine, sent, with_letterhead

PATH = "/api/v1/tenant/letter-wordings"
WORDS = {
    "opening": "Bonjour {{contact.name}},\nVotre équipe : {{administration.service}}.",
    "closing": "L'accueil est ouvert du lundi au samedi.",
}


async def preview(town: Town, url: str, kind: str):
    answer = await town.http.post(f"{url}/letters/previews", json={"kind": kind})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def write(town: Town, kind: str, words: dict[str, str], *, over: int):
    return await town.http.put(f"{PATH}/{kind}", json=words, headers={"If-Match": f'"{over}"'})


async def test_words_are_written_by_edition_and_the_letters_of_after_bear_them(town: Town) -> None:
    await with_letterhead(town)
    saisine = await a_saisine(town)
    before = await preview(town, saisine, "are")
    none = (await town.http.get(f"{PATH}/are")).json()
    assert (none["edition"], none["opening"], none["created_at"]) == (0, "", None)
    assert {"name": "date de réception", "article": "CRPA R112-11-1"} in none["prescribed"]
    made = await write(town, "are", WORDS, over=0)
    assert (made.status_code, made.headers["etag"], made.json()["edition"]) == (200, '"1"', 1), made.text
    after = await preview(town, saisine, "are")
    # What the law prescribes is whole, between the administration's words; a few words carry what is prescribed alone.
    assert after["mentions"] == before["mentions"]
    assert after["short_text"] == before["short_text"]
    text = after["text"]
    assert "L'accueil est ouvert du lundi au samedi." in text
    assert text.index("Bonjour ") < text.index("Nous avons reçu") < text.index("L'accueil est ouvert")
    assert "{{" not in text
    letter = await sent(town, saisine, "are")
    assert letter.json()["template"] == "are/1+1"
    emptied = await write(town, "are", {}, over=1)
    assert emptied.json()["edition"] == 2
    assert (await preview(town, saisine, "are"))["text"] == before["text"]
    editions = (await town.http.get(f"{PATH}/are/editions", params={"limit": 1})).json()
    rest = (await town.http.get(f"{PATH}/are/editions", params={"limit": 1, "cursor": editions["next_cursor"]})).json()
    assert [one["edition"] for one in editions["data"] + rest["data"]] == [2, 1]
    assert rest["data"][0]["opening"] == WORDS["opening"]
    told = await town.facts("tenant.letter.worded")
    assert [one["data"] for one in told] == [{"kind": "are", "edition": 1}, {"kind": "are", "edition": 2}]


@pytest.mark.parametrize("kind", [one.value for one in Kind])
async def test_words_not_written_yet_are_seen_on_a_fictional_letter(town: Town, kind: str) -> None:
    asked = {"opening": "Bonjour {{contact.name}},", "closing": "{{administration.name}} vous attend."}
    plain = (await town.http.post(f"{PATH}/{kind}/previews", json={})).json()
    seen = (await town.http.post(f"{PATH}/{kind}/previews", json=asked)).json()
    assert [one["text"] for one in seen["parts"] if one["own"]] == [
        "Bonjour Dominique Exemple,",
        "Commune fictive de Villebourg vous attend.",
    ]
    # What the law prescribes is whole, whatever is written around it.
    assert [one for one in seen["parts"] if not one["own"]] == plain["parts"]
    assert (await town.http.get(f"{PATH}/{kind}")).json()["edition"] == 0


async def test_words_that_cannot_be_written_cannot_be_seen(town: Town) -> None:
    refused = await town.http.post(f"{PATH}/are/previews", json={"opening": "{{team.name}}", "closing": "{{x.y}}"})
    assert (refused.status_code, [one["pointer"] for one in refused.json()["errors"]]) == (
        422,
        ["/opening", "/closing"],
    )


async def test_two_who_write_at_once_do_not_write_over_each_other(town: Town) -> None:
    first = await write(town, "ar", WORDS, over=0)
    second = await write(town, "ar", {"opening": "Autre chose."}, over=0)
    assert (first.status_code, second.status_code, second.headers["etag"]) == (200, 412, '"1"')


@pytest.mark.parametrize("place", ["{{team.name}}", "{{ticket.secret}}"])
async def test_a_place_that_nothing_fills_is_refused_with_those_that_are(town: Town, place: str) -> None:
    refused = await write(town, "pieces", {"closing": f"Voir {place}."}, over=0)
    assert refused.status_code == 422
    (flaw,) = refused.json()["errors"]
    assert (flaw["pointer"], flaw["code"]) == ("/closing", "unknown-variable")
    assert "ticket.reference" in flaw["detail"]


async def test_a_line_that_cannot_be_filled_is_left_out(town: Town) -> None:
    """A person without a name is greeted by nobody's."""
    await with_letterhead(town)
    saisine = await a_saisine(town, sender={"kind": "email", "address": "usager@example.org"})
    await write(town, "are", {"opening": "Bonjour {{contact.name}},\nMerci de votre envoi."}, over=0)
    text = (await preview(town, saisine, "are"))["text"]
    assert "Merci de votre envoi." in text
    assert "{{" not in text


async def test_every_kind_is_listed_with_the_places_its_words_may_bear(town: Town) -> None:
    listed = (await town.http.get(PATH)).json()
    assert [one["kind"] for one in listed["data"]][:3] == ["are", "ar", "pieces"]
    assert all(one["prescribed"] for one in listed["data"])
    names = [one["name"] for one in listed["variables"]]
    assert "ticket.reference" in names
    assert "team.name" not in names


async def test_the_editions_of_the_letterhead_are_listed_the_last_first(town: Town) -> None:
    await with_letterhead(town)
    first = (await town.http.get("/api/v1/tenant/letterhead")).json()
    await with_letterhead(town)
    pages = (await town.http.get("/api/v1/tenant/letterhead/editions", params={"limit": 1})).json()
    assert pages["data"][0]["id"] == (await town.http.get("/api/v1/tenant/letterhead")).json()["id"] != first["id"]
    rest = await town.http.get(
        "/api/v1/tenant/letterhead/editions", params={"limit": 1, "cursor": pages["next_cursor"]}
    )
    assert [one["id"] for one in rest.json()["data"]] == [first["id"]]
