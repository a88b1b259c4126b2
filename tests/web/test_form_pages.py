"""The page of a written form: every question answerable without a script, the same rules on the page and at the door."""

import copy
from collections.abc import Sequence
from typing import Any

import httpx
import pytest

from app.channels.adapters.webform_questions import FormField
from app.channels.kit import forms as bounds
from app.facts import SYSTEM
from app.forms.definitions import read
from app.forms.values import Content, FormKind, WebForm
from app.ids import new_id
from app.tickets.field_values import Choice
from tests.harness.pictures import a_jpeg, a_logo, exif
from tests.web.conftest import Town, parsed

PNG = a_logo()
LAMP = {"question": "nature", "among": ["Éclairage"]}
DEFINITION: dict[str, Any] = {
    "type": "object",
    "properties": {
        "nature": {
            "type": "string",
            "title": "De quoi s'agit-il ?",
            "enum": ["Éclairage", "Voirie"],
            "x-parvis": {"widget": "radio", "title_en": "What is it?", "options_en": ["Lighting", "Road"],
                         "simple": "Quel est le problème ?"},
        },
        "numero": {"type": "string", "title": "Numéro du mât", "maxLength": 5, "x-parvis": {"show_if": LAMP}},
        "message": {"type": "string", "format": "multiline", "title": "Message", "x-parvis": {"about": "message"}},
        "courriel": {"type": "string", "format": "email", "title": "Courriel", "x-parvis": {"about": "email"}},
        "combien": {"type": "number", "title": "Combien", "minimum": 1, "maximum": 9},
        "lieu": {"type": "object", "format": "place", "title": "Où ?"},
        "photos": {
            "type": "array",
            "items": {"type": "string", "contentEncoding": "binary"},
            "maxItems": 1,
            "title": "Photos",
            "description": "Une seule suffit",
            "x-parvis": {"accepts": ["image/*"], "max_bytes": 1000},
        },
        "accord": {"type": "boolean", "const": True, "title": "J'accepte d'être rappelé"},
    },
    "required": ["nature", "numero", "message", "accord"],
}  # fmt: skip
GOOD = {"nature": "Éclairage", "numero": "12", "message": "Éteint", "accord": "oui"}


async def a_form(town: Town, questions: Sequence[FormField] | None = None, **content: Any) -> WebForm:
    async with town.house.database.transaction(tenant=town.id) as session:
        form = await town.house.forms.create(
            session,
            town.id,
            slug=f"f-{new_id().hex}",
            kind=FormKind.REPORT,
            content=Content(title="Signaler", questions=questions or read(DEFINITION), **content),
            actor=SYSTEM,
        )
        return await town.house.forms.publish(session, form, number=1, actor=SYSTEM)


async def opened(town: Town, form: WebForm) -> dict[str, str]:
    shown = parsed(await town.browser.get(f"/formulaires/{form.slug}"))
    town.clock.move(seconds=20)
    return {str(n.attributes["name"]): n.attributes.get("value") or "" for n in shown.css("form.f input[type=hidden]")}


async def sent(town: Town, form: WebForm, answers: dict[str, str], **given: Any) -> httpx.Response:
    return await town.browser.post(f"/formulaires/{form.slug}", data={**await opened(town, form), **answers}, **given)


async def test_every_kind_of_question_is_labelled_and_a_condition_is_written_out(town: Town) -> None:
    form = await a_form(town)
    answer = await town.browser.get(f"/formulaires/{form.slug}")
    shown = parsed(answer)
    for field in shown.css("form.f input:not([type=hidden]), form.f textarea, form.f select"):
        named = shown.css_first(f'label[for="{field.attributes.get("id")}"]')
        assert named is not None or field.parent.tag == "label", field.html
    words = " ".join(shown.css_first('label[for="f-numero"]').text().split())
    assert words == "Numéro du mât (seulement si « De quoi s'agit-il ? » : Éclairage)"
    assert "required" not in shown.css_first("#f-numero").attributes
    assert not shown.css("script, [style], [onclick]")


async def test_a_reader_of_english_reads_what_was_translated(town: Town) -> None:
    form = await a_form(town, title_en="Report")
    shown = parsed(await town.browser.get(f"/formulaires/{form.slug}", params={"lang": "en"}))
    assert (shown.css_first("h1").text(), shown.css_first("h1").attributes.get("lang")) == ("Report", None)
    assert [one.text() for one in shown.css("#f-nature .choice")] == ["Lighting", "Road"]
    assert shown.css_first("#f-nature input").attributes["value"] == "Éclairage"
    assert shown.css_first('label[for="f-message"] span').attributes["lang"] == "fr"


async def test_words_easy_to_read_are_a_link_away(town: Town) -> None:
    form = await a_form(town)
    plain = parsed(await town.browser.get(f"/formulaires/{form.slug}"))
    link = next(a for a in plain.css("main a") if "facile à lire" in a.text())
    easy = parsed(await town.browser.get(str(link.attributes["href"])))
    assert easy.css_first("legend").text().strip().startswith("Quel est le problème ?")
    assert easy.css_first("form.f").attributes["action"].endswith("?simple=1")


@pytest.mark.parametrize(
    ("answers", "faulty"),
    [
        ({}, []),
        ({"numero": ""}, ["numero"]),
        ({"nature": "Voirie", "numero": ""}, []),
        ({"nature": "Voirie", "numero": "trop long mais sans objet"}, []),
        ({"numero": "trop long"}, ["numero"]),
        ({"nature": "Propreté"}, ["nature"]),
        ({"nature": "", "numero": ""}, ["nature"]),
        ({"accord": ""}, ["accord"]),
        ({"courriel": "personne"}, ["courriel"]),
        ({"combien": "deux"}, ["combien"]),
        ({"combien": "12"}, ["combien"]),
        ({"combien": "2,5"}, []),
        ({"combien": "nan"}, ["combien"]),
        ({"lieu.lat": "48,1", "lieu.lon": "-1,6"}, []),
        ({"lieu.lat": "48,1"}, ["lieu"]),
        ({"lieu.lat": "980", "lieu.lon": "1"}, ["lieu"]),
    ],
)
async def test_the_door_asks_what_the_definition_says(town: Town, answers: dict[str, str], faulty: list[str]) -> None:
    answer = await sent(town, await a_form(town), {**GOOD, **answers})
    shown = parsed(answer)
    assert answer.status_code == (422 if faulty else 200)
    assert [str(link.attributes["href"]) for link in shown.css(".sum a")] == [f"#f-{name}" for name in faulty]
    for name in faulty:
        assert shown.css_first(f"#e-{name}") is not None
        assert f"e-{name}" in str(shown.css_first(f"#f-{name}").attributes.get("aria-describedby"))


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ([("a.png", PNG)], None),
        ([("a.png", b"%PDF-1.7")], "joignez seulement"),
        ([("a.png", PNG), ("b.png", PNG)], "1 fichiers au plus"),
        ([("a.png", PNG + b"0" * 1000)], "1 Mo au plus"),
    ],
)
async def test_files_are_counted_weighed_and_looked_into(
    town: Town, files: list[tuple[str, bytes]], told: str | None
) -> None:
    pieces = [("photos", (name, content, "image/png")) for name, content in files]
    answer = await sent(town, await a_form(town), GOOD, files=pieces)
    assert answer.status_code == (422 if told else 200)
    if told:
        assert told in parsed(answer).css_first("#e-photos").text()


async def test_a_place_becomes_the_place_of_the_message(town: Town) -> None:
    form = await a_form(town)
    await sent(town, form, {**GOOD, "lieu.lat": "48,1", "lieu.lon": "-1,6"})
    json = {"submission_id": "j", "answers": {**GOOD, "accord": True, "lieu": {"lat": 48.2, "lon": -1.7}}}
    assert (await town.browser.post(f"/formulaires/{form.slug}", json=json)).status_code == 202
    await town.read_all()
    async with town.house.database.transaction(tenant=town.id) as session:
        threads = [await town.house.tickets.thread(session, town.id, one.id) for one in await town.tickets()]
    assert {(str(first.geo), "Où ? (latitude) : 48,1" in first.text) for first, *_ in threads} == {
        ("{'lat': 48.1, 'lon': -1.6}", True),
        ("{'lat': 48.2, 'lon': -1.7}", False),
    }


async def test_what_a_browser_posts_fills_the_fields_of_the_request(town: Town) -> None:
    marks = {"key": f"c_{new_id().hex}", "label": "Combien", "choices": [], "label_en": None, "help": "", "rank": None}
    made = {**marks, "kind": "number", "required_to_close": False, "procedures": []}
    boxes = [Choice("voirie", "Voirie"), Choice("eclairage", "Éclairage")]
    kinds = {**made, "key": f"n_{new_id().hex}", "kind": "choice", "choices": boxes}
    async with town.house.database.transaction(tenant=town.id) as session:
        number = await town.house.fields.make(session, town.id, {**made, "key": made["key"][:40]}, actor=SYSTEM)
        nature = await town.house.fields.make(session, town.id, {**kinds, "key": kinds["key"][:40]}, actor=SYSTEM)
    definition = copy.deepcopy(DEFINITION)
    definition["properties"]["nature"]["x-parvis"]["fills"] = nature.key
    definition["properties"]["combien"]["x-parvis"] = {"fills": number.key}
    form = await a_form(town, read(definition))
    answer = await sent(town, form, {**GOOD, "combien": "4"})
    assert answer.status_code == 200, answer.text
    await town.read_all()
    filled = [{mark.key: mark.shown for mark in one.fields} for one in await town.tickets()]
    assert {nature.key: "eclairage", number.key: 4} in filled


async def test_a_report_without_a_place_takes_that_of_its_photo_and_the_original_is_kept(town: Town) -> None:
    photo = a_jpeg(exif(lat=(48, 23, 24.0, "N"), lon=(4, 29, 24.0, "W")))
    await sent(town, await a_form(town), GOOD, files=[("photos", ("trou.jpg", photo, "image/jpeg"))])
    await town.read_all()
    (ticket,) = await town.tickets()
    async with town.house.database.transaction(tenant=town.id) as session:
        first, *_ = await town.house.tickets.thread(session, town.id, ticket.id)
    assert first.geo == {"lat": 48.39, "lon": -4.49}
    ((_, piece),) = first.pieces
    assert await town.house.store.get(town.id, str(piece.sha256)) == photo


async def test_only_the_sites_it_declares_may_show_it_in_a_frame(town: Town) -> None:
    form = await a_form(town, sites=["https://www.example.fr"])
    page = await town.browser.get(f"/formulaires/{form.slug}")
    framed = await town.browser.get(f"/formulaires/{form.slug}/integrer")
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert "frame-ancestors https://www.example.fr;" in framed.headers["content-security-policy"]
    assert "script-src" not in framed.headers["content-security-policy"]
    shown = parsed(framed)
    assert (len(shown.css("header, nav, footer")), len(shown.css("main"))) == (0, 1)
    action = shown.css_first("form.f").attributes["action"]
    fields = {**await opened(town, form), **GOOD}
    done = await town.browser.post(str(action), data=fields)
    assert "frame-ancestors https://www.example.fr;" in done.headers["content-security-policy"]
    assert parsed(done).css_first("code.number") is not None
    alone = await a_form(town)
    bare = await town.browser.get(f"/formulaires/{alone.slug}/integrer")
    assert "frame-ancestors 'none'" in bare.headers["content-security-policy"]


async def test_whoever_saw_the_page_open_is_heard_after_it_closed(town: Town) -> None:
    form = await a_form(town)
    fields = await opened(town, form)
    async with town.house.database.transaction(tenant=town.id) as session:
        await town.house.forms.unpublish(session, form, actor=SYSTEM)
    late = await town.browser.post(f"/formulaires/{form.slug}", data={**fields, **GOOD})
    stranger = await town.browser.post(f"/formulaires/{form.slug}", data=GOOD)
    program = await town.browser.post(f"/formulaires/{form.slug}", json={"answers": GOOD})
    assert (late.status_code, stranger.status_code, program.status_code) == (200, 410, 404)
    await town.read_all()
    assert len(await town.tickets()) == 1


def _multipart(*parts: bytes, closed: bool = True) -> bytes:
    return b"".join(b"--B\r\n" + part + b"\r\n" for part in parts) + (b"--B--\r\n" if closed else b"")


def _field(name: bytes, value: bytes) -> bytes:
    return b'Content-Disposition: form-data; name="' + name + b'"\r\n\r\n' + value


@pytest.mark.parametrize(
    "body",
    [
        _multipart(*(_field(b"a", b"") for _ in range(bounds.MAX_FIELDS + 5))),
        _multipart(b"X-Long: " + b"a" * (bounds.MAX_HEAD + 1) + b"\r\n" + _field(b"message", b"x")),
        _multipart(b"X: " + b"\r\nX: " * bounds.MAX_HEAD + _field(b"message", b"x"), closed=False),
        "&".join("a=" for _ in range(bounds.MAX_FIELDS + 5)).encode(),
    ],
)
async def test_what_no_form_holds_is_refused_and_not_kept(town: Town, body: bytes) -> None:
    form = await a_form(town)
    kind = "multipart/form-data; boundary=B" if body.startswith(b"--") else "application/x-www-form-urlencoded"
    answer = await town.browser.post(f"/formulaires/{form.slug}", content=body, headers={"Content-Type": kind})
    assert (answer.status_code, "n’a pas été enregistré" in answer.text) == (413, True)
    await town.read_all()
    assert await town.tickets() == []
