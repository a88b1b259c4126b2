"""Stepping up: a sensitive act asks who is there now, keeps what was typed, and gives the session another word (T60)."""

import pyotp
import pytest

from app.errors import Unauthenticated
from app.rest.access import SESSION_COOKIE
from app.web.freshness import inner
from tests.web.conftest import OURS, Town, parsed
from tests.web.test_people import PASSWORD, enter, post, settled


def hidden(answer, action: str = "/preuve") -> list[tuple[str, str]]:
    form = parsed(answer).css_first(f"form[action='{action}']")
    return [(n.attributes["name"], n.attributes.get("value") or "") for n in form.css("input[type=hidden]")]


async def prove(browser, shown, given: str):
    body = [*hidden(shown), ("preuve_donnee", given)]
    fields: dict[str, list[str]] = {}
    for name, value in body:
        fields.setdefault(name, []).append(value)
    return await browser.post("/preuve", data=fields, headers=OURS)


def word_of(browser) -> str:
    return str(browser.cookies.get(SESSION_COOKIE))


async def test_what_was_typed_comes_back_after_the_proof_under_another_word(town: Town) -> None:
    await town.sign_in()
    browser = await settled(town, "ada@agents.example.fr", role="administrator")
    town.clock.move(minutes=16)
    typed = {"courriel": "neuf@agents.example.fr", "nom": "Neuf « & »", "role": "agent", "portee": "", "equipes": []}
    shown = await browser.post("/equipe/comptes", data=typed, headers=OURS)
    assert shown.status_code == 403
    assert "Confirmez que c’est vous" in shown.text
    assert ("nom", "Neuf « & »") in hidden(shown)
    wrong = await prove(browser, shown, "pas le bon")
    assert (wrong.status_code, ("nom", "Neuf « & »") in hidden(wrong)) == (401, True)
    before = word_of(browser)
    town.clock.move(seconds=30)
    right = await prove(browser, wrong, PASSWORD)
    assert (right.status_code, right.headers["location"]) == (307, "/equipe/comptes")
    assert word_of(browser) != before
    with pytest.raises(Unauthenticated):
        await town.house.sessions.identify(before)
    # As a browser does on 307: the same body again.
    again = await browser.post(right.headers["location"], content=right.request.content, headers=form_of(right))
    assert again.status_code == 200, again.text
    assert "/invitation/parvis_i_" in again.text
    # Fresh for a quarter of an hour, and no longer.
    town.clock.move(minutes=14)
    assert (await browser.post("/equipe/comptes", data=typed, headers=OURS)).status_code == 409
    town.clock.move(minutes=2)
    assert (await browser.post("/equipe/comptes", data=typed, headers=OURS)).status_code == 403


def form_of(answer) -> dict[str, str]:
    return {**OURS, "Content-Type": answer.request.headers["content-type"]}


async def test_the_word_changes_at_sign_in_at_proof_and_at_sign_out(town: Town) -> None:
    await town.sign_in()
    browser = await settled(town, "ada@agents.example.fr")
    first = word_of(browser)
    assert (await enter(town, browser, "ada@agents.example.fr")).status_code == 303
    second = word_of(browser)
    asked = await browser.get("/preuve?suite=/profil")
    proven = await prove(browser, asked, PASSWORD)
    assert (proven.status_code, proven.headers["location"]) == (303, "/profil")
    third = word_of(browser)
    await browser.post("/deconnexion", headers=OURS)
    assert len({first, second, third}) == 3
    for word in (first, second, third):
        with pytest.raises(Unauthenticated):
            await town.house.sessions.identify(word)


async def test_an_account_with_a_code_proves_by_it_and_never_by_less(town: Town) -> None:
    await town.sign_in()
    browser = await settled(town, "ada@agents.example.fr", role="administrator")
    offered = parsed(await post(town, "/profil/code", browser))
    secret = offered.css_first("input[name=secret]").attributes["value"]
    code = pyotp.TOTP(secret)
    await post(town, "/profil/code/confirmation", browser, secret=secret, code=code.at(town.clock()))
    town.clock.move(minutes=16)
    shown = await browser.get("/profil/cles")
    assert (shown.status_code, "Mot de passe" in shown.text) == (403, False)
    weaker = {**dict(hidden(shown)), "preuve": "password", "preuve_donnee": PASSWORD}
    assert (await post(town, "/preuve", browser, **weaker)).status_code == 401
    good = code.at(town.clock())
    assert (await prove(browser, shown, good)).headers["location"] == "/profil/cles"
    town.clock.move(minutes=16)
    assert (await prove(browser, await browser.get("/profil/cles"), good)).status_code == 401  # good once


async def test_a_session_left_open_gives_its_finder_no_code_to_prove_with(town: Town) -> None:
    await town.sign_in()
    browser = await settled(town, "ada@agents.example.fr", role="administrator")
    town.clock.move(minutes=16)
    assert (await post(town, "/profil/code", browser)).status_code == 403
    secret = pyotp.random_base32()
    chosen = {"secret": secret, "code": pyotp.TOTP(secret).at(town.clock())}
    assert (await post(town, "/profil/code/confirmation", browser, **chosen)).status_code == 403
    async with town.house.database.transaction(tenant=town.id) as session:
        assert not (await town.house.accounts.named(session, town.id, "ada@agents.example.fr")).has_code


async def test_guessing_the_present_password_on_ones_own_page_must_wait(town: Town) -> None:
    await town.sign_in()
    browser = await settled(town, "ada@agents.example.fr")
    change = {"nouveau": f"{PASSWORD} neuf", "encore": f"{PASSWORD} neuf"}
    for _ in range(5):
        tried = await post(town, "/profil/mot-de-passe", browser, actuel="pas le bon", **change)
        assert tried.status_code == 422
    for path, words in (("mot-de-passe", change), ("code/retrait", {})):
        waiting = await post(town, f"/profil/{path}", browser, actuel=PASSWORD, **words)
        assert (waiting.status_code, "retry-after" in waiting.headers) == (429, True)
    town.clock.move(minutes=1)
    assert (await post(town, "/profil/mot-de-passe", browser, actuel=PASSWORD, **change)).status_code == 303


async def test_guessing_a_proof_must_wait(town: Town) -> None:
    await town.sign_in()
    browser = await settled(town, "ada@agents.example.fr")
    shown = await browser.get("/preuve")
    for _ in range(5):
        assert (await prove(browser, shown, "pas le bon")).status_code == 401
    waiting = await prove(browser, shown, PASSWORD)
    assert (waiting.status_code, "Attendez" in waiting.text, "retry-after" in waiting.headers) == (429, True, True)


async def test_a_key_proves_itself_and_a_program_proves_nothing_more(town: Town) -> None:
    secret = await town.sign_in()
    town.clock.move(minutes=16)
    shown = await town.browser.post("/equipe/comptes", data={"courriel": "x@example.fr"}, headers=OURS)
    assert shown.status_code == 403
    other, _ = await town.house.access.create(town.id, name="Autre", scopes=["tickets:read"])
    assert (await prove(town.browser, shown, other)).status_code == 401
    assert (await prove(town.browser, shown, secret)).status_code == 307


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "/\\evil", "https:evil", "/preuve", "/a\r\nX: y", "", "/deconnexion"]
)
def test_a_proof_leads_to_no_other_site(wanted: str) -> None:
    assert inner(wanted) == "/boite"
