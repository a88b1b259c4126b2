"""A citizen's form: complete without a script, kept before anything is said, nothing typed is lost."""

import httpx

from app.exchanges import receptions
from app.exchanges.receptions import State
from app.ids import Prefix, parse_id
from tests.web.conftest import Town, parsed


async def states(town: Town) -> list[tuple[State, str | None]]:
    async with town.house.database.transaction(tenant=town.id) as session:
        found = await receptions.page(session, town.id, state=None, after=None, limit=50)
    return [(one.state, one.reason) for one in found]


async def test_every_question_of_the_form_has_its_label(town: Town) -> None:
    shown = parsed(await town.browser.get(f"/formulaires/{town.slug}"))
    for field in shown.css("form.f input:not([type=hidden]), form.f textarea, form.f select"):
        assert shown.css_first(f'label[for="{field.attributes["id"]}"]') is not None, field.html
    assert shown.css_first("html").attributes["lang"] == "fr"
    assert shown.css_first("a.skip").attributes["href"] == "#contenu"
    assert [len(shown.css(tag)) for tag in ("header", "nav", "main", "h1", "footer")] == [1] * 5
    assert not shown.css("script, [style], [onclick]")


async def test_the_page_speaks_english_when_asked(town: Town) -> None:
    asked = await town.browser.get(f"/formulaires/{town.slug}", params={"lang": "en"})
    preferred = await town.browser.get(f"/formulaires/{town.slug}", headers={"Accept-Language": "en-GB,fr;q=0.5"})
    for answer in (asked, preferred):
        assert "Send my request" in answer.text
        assert parsed(answer).css_first("html").attributes["lang"] == "en"


async def test_what_is_posted_is_kept_byte_for_byte_then_acknowledged_on_screen(town: Town) -> None:
    fields = await town.filled()
    answer = await town.post(fields)
    assert answer.status_code == 200
    shown = parsed(answer)
    number = shown.css_first("code.number").text()
    async with town.house.database.transaction(tenant=town.id) as session:
        kept = await receptions.find(session, town.id, parse_id(Prefix.RECEPTION, number))
    assert kept is not None
    assert kept.raw == answer.request.content
    assert "usager@example.fr" in shown.css_first("main").text()
    assert "dix jours ouvrés" in shown.css_first("main").text()
    await town.read_all()
    (ticket,) = await town.tickets()
    assert (ticket.subject, ticket.contact_name, ticket.channel_type) == ("Terrasse", "Exemple", "webform")


async def test_a_double_click_makes_one_request(town: Town) -> None:
    fields = await town.filled()
    first, second = await town.post(fields), await town.post(fields)
    assert (first.status_code, second.status_code) == (200, 200)
    await town.read_all()
    assert sorted(state.value for state, _ in await states(town)) == ["done", "duplicate"]
    assert len(await town.tickets()) == 1


async def test_an_error_is_summed_up_linked_and_loses_nothing(town: Town) -> None:
    fields = await town.filled(message=" ", courriel="pas une adresse", prenom="Émile « & Zoé »")
    answer = await town.post(fields)
    assert answer.status_code == 422
    shown = parsed(answer)
    links = [link.attributes["href"] for link in shown.css("#erreurs a")]
    assert links == ["#f-courriel", "#f-message"]
    for link in links:
        field = shown.css_first(str(link))
        assert field.attributes["aria-invalid"] == "true"
        assert shown.css_first(f"#{field.attributes['aria-describedby'].split()[-1]}") is not None
    assert shown.css_first("#f-prenom").attributes["value"] == "Émile « & Zoé »"
    assert shown.css_first("#f-courriel").attributes["value"] == "pas une adresse"
    assert shown.css_first("title").text().startswith("Erreur")
    hidden = shown.css_first("input[name=submission_id]").attributes["value"]
    assert hidden == fields["submission_id"]
    assert await states(town) == []


async def test_a_tripped_honeypot_is_kept_and_held_never_dropped(town: Town) -> None:
    answer = await town.post(await town.filled(site_web="http://example.org"))
    assert answer.status_code == 200
    assert parsed(answer).css_first("code.number") is not None
    await town.read_all()
    ((state, reason),) = await states(town)
    assert state is State.HELD
    assert "que personne ne voit" in str(reason)
    assert await town.tickets() == []


async def test_a_form_without_its_page_or_faster_than_a_person_is_held(town: Town) -> None:
    await town.post({"message": "Bonjour"})
    shown = parsed(await town.browser.get(f"/formulaires/{town.slug}"))
    hidden = {str(n.attributes["name"]): str(n.attributes["value"]) for n in shown.css("form.f input[type=hidden]")}
    await town.post({**hidden, "message": "Bonjour"})
    await town.post({**await town.filled(), "csrf_token": "1.00"})
    assert {state for state, _ in await states(town)} == {State.HELD}


async def test_a_held_form_becomes_a_request_once_released(town: Town) -> None:
    await town.post(await town.filled(site_web="x"))
    await town.sign_in()
    listed = parsed(await town.browser.get("/quarantaine"))
    path = str(listed.css_first(".sendings a").attributes["href"])
    assert "message=" in parsed(await town.browser.get(path)).css_first("pre.raw").text()
    headers = {"Sec-Fetch-Site": "same-origin"}
    without = await town.browser.post(f"{path}/liberation", data={"motif": " "}, headers=headers)
    assert without.status_code == 422
    answer = await town.browser.post(f"{path}/liberation", data={"motif": "vraie demande"}, headers=headers)
    assert answer.status_code == 303
    await town.read_all()
    (ticket,) = await town.tickets()
    assert ticket.subject == "Terrasse"


async def test_files_travel_and_are_named_on_the_receipt(town: Town) -> None:
    fields = await town.filled()
    answer = await town.post(fields, files=[("pieces", ("plan <b>.pdf", b"%PDF-1.7 plan", "application/pdf"))])
    assert answer.status_code == 200
    assert "plan <b>.pdf" in parsed(answer).css_first("main").text()
    await town.read_all()
    (ticket,) = await town.tickets()
    async with town.house.database.transaction(tenant=town.id) as session:
        (message, *_) = await town.house.tickets.thread(session, town.id, ticket.id)
    assert [piece.size for _, piece in message.pieces] == [13]


async def test_a_form_too_large_is_refused_in_french_before_it_is_read(town: Town) -> None:
    pulled = 0

    async def endless():
        nonlocal pulled
        while True:
            pulled += 1
            yield b"message=" + b"a" * 65_536

    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    announced = await town.browser.post(
        f"/formulaires/{town.slug}", content=b"a" * (1 << 20) + b"b", headers={**headers}
    )
    streamed = await town.browser.post(f"/formulaires/{town.slug}", content=endless(), headers=headers)
    for answer in (announced, streamed):
        assert answer.status_code == 413
        assert answer.headers["content-type"].startswith("text/html")
        assert "dépasse 1 Mo" in answer.text
    assert pulled < 40
    assert await states(town) == []


async def test_a_form_that_cannot_be_read_is_kept_for_a_person(town: Town) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary="}
    answer = await town.browser.post(f"/formulaires/{town.slug}", content=b"\xff\x00 demande", headers=headers)
    assert answer.status_code == 200
    ((state, reason),) = await states(town)
    assert (state, "illisible" in str(reason)) == (State.HELD, True)


async def test_an_unknown_form_is_not_found_nor_is_another_kind_of_channel(town: Town) -> None:
    for slug in ("inconnu", str(town.mail.address), town.form.key, "..%2F..%2Fetc"):
        answer = await town.browser.get(f"/formulaires/{slug}")
        assert answer.status_code in (404, 422), slug
        assert answer.headers["content-type"].startswith(("text/html", "application/problem+json"))


async def test_a_program_posts_json_and_gets_a_receipt_or_a_problem(town: Town) -> None:
    path = f"/formulaires/{town.slug}"
    sent = {"submission_id": "abc-1", "answers": {"message": "Bonjour", "courriel": "usager@example.fr"}}
    accepted = await town.browser.post(path, json=sent)
    assert accepted.status_code == 202
    assert accepted.json()["status_url"].endswith(accepted.json()["receipt_id"])
    refused = await town.browser.post(path, json={"answers": {"courriel": "x"}})
    assert refused.status_code == 422
    assert refused.headers["content-type"] == "application/problem+json"
    assert [flaw["pointer"] for flaw in refused.json()["errors"]] == ["/answers/courriel", "/answers/message"]
    broken = await town.browser.post(path, content=b'{"answers": NaN}', headers={"Content-Type": "application/json"})
    assert (broken.status_code, broken.json()["code"]) == (400, "malformed")
    text: httpx.Response = await town.browser.post(path, content=b"{}", headers={"Content-Type": "text/plain"})
    assert text.status_code == 415
