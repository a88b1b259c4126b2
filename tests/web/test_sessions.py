"""Signing in: the cookie is not the key, dies with it, and obeys no other site."""

import pytest

from app.errors import Unauthenticated
from app.rest.access import SESSION_COOKIE
from app.rest.callers import Presented
from app.web.sign_in import own_path
from tests.web.conftest import OURS, Town


async def test_the_cookie_is_not_the_key_and_scripts_cannot_read_it(town: Town) -> None:
    secret, _ = await town.house.access.create(town.id, name="Accueil", scopes=["tickets:read"])
    answer = await town.browser.post("/connexion", data={"cle": secret}, headers=OURS)
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie  # this house is http://127.0.0.1
    assert secret not in cookie


async def test_whoever_is_signed_in_finds_a_desk_at_the_root(town: Town) -> None:
    await town.sign_in()
    assert (await town.browser.get("/")).headers["location"] in {"/boite", "/bureau/boite"}


async def test_a_wrong_key_is_refused_and_never_shown_again(town: Town) -> None:
    answer = await town.browser.post("/connexion", data={"cle": "parvis_faux<b>"}, headers=OURS)
    assert answer.status_code == 401
    assert "parvis_faux" not in answer.text
    assert "set-cookie" not in answer.headers


async def test_a_revoked_key_ends_its_sessions(town: Town) -> None:
    secret = await town.sign_in()
    assert (await town.browser.get("/boite")).status_code == 200
    async with town.house.database.transaction(tenant=town.id) as session:
        await town.house.access.revoke(session, town.id, town.keys[secret])
    answer = await town.browser.get("/boite?vue=nes")
    assert (answer.status_code, answer.headers["location"]) == (303, "/connexion?suite=%2Fboite%3Fvue%3Dnes")


async def test_a_session_ends_after_ten_hours_however_busy(town: Town) -> None:
    await town.sign_in()
    for _ in range(23):
        town.clock.move(minutes=26)
        assert (await town.browser.get("/boite")).status_code == 200
    town.clock.move(minutes=3)
    assert (await town.browser.get("/boite")).status_code == 303


async def test_a_session_is_no_key_and_a_key_is_no_session(town: Town) -> None:
    secret = await town.sign_in()
    word = str(town.browser.cookies.get(SESSION_COOKIE))
    with pytest.raises(Unauthenticated):
        await town.house.authenticate(word, presented=Presented.KEY)
    with pytest.raises(Unauthenticated):
        await town.house.authenticate(secret, presented=Presented.SESSION)


async def test_a_changed_word_opens_nothing(town: Town) -> None:
    await town.sign_in()
    word = str(town.browser.cookies.get(SESSION_COOKIE))
    assert (await town.house.sessions.identify(word)).tenant_id == town.id
    swapped = "B" if word[20] != "B" else "C"
    for changed in (word[:20] + swapped + word[21:], word[:-4], "", "parvis_s_", word + "A" * 300, "é", word.upper()):
        with pytest.raises(Unauthenticated):
            await town.house.sessions.identify(changed)


async def test_signing_out_ends_the_session_and_not_only_the_cookie(town: Town) -> None:
    await town.sign_in()
    word = str(town.browser.cookies.get(SESSION_COOKIE))
    left = await town.browser.post("/deconnexion", headers=OURS)
    assert left.headers["clear-site-data"]
    with pytest.raises(Unauthenticated):
        await town.house.sessions.identify(word)


async def test_a_session_without_a_page_for_half_an_hour_is_over(town: Town) -> None:
    await town.sign_in()
    town.clock.move(minutes=29)
    assert (await town.browser.get("/boite")).status_code == 200
    town.clock.move(minutes=29)
    assert (await town.browser.get("/boite")).status_code == 200
    town.clock.move(minutes=31)
    assert (await town.browser.get("/boite")).status_code == 303


async def test_another_site_can_neither_sign_in_nor_write(town: Town) -> None:
    secret = await town.sign_in()
    elsewhere = ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://example.org"}, {"Origin": "null"}, {})
    for headers in elsewhere:
        for path in ("/connexion", "/deconnexion", "/demandes/tkt_x/notes"):
            answer = await town.browser.post(path, data={"cle": secret}, headers=headers)
            assert answer.status_code == 403, (path, headers)
    own = await town.browser.post("/deconnexion", headers={"Origin": town.house.base_url})
    assert own.status_code == 303


async def test_only_a_form_may_write(town: Town) -> None:
    await town.sign_in()
    headers = {**OURS, "Content-Type": "text/plain"}
    answer = await town.browser.post("/demandes/tkt_x/notes", content=b"note=x", headers=headers)
    assert answer.status_code == 415


async def test_signing_out_forgets_the_cookie(town: Town) -> None:
    await town.sign_in()
    await town.browser.post("/deconnexion", headers=OURS)
    assert (await town.browser.get("/boite")).status_code == 303


async def test_a_key_that_may_not_read_requests_opens_no_session(town: Town) -> None:
    secret, _ = await town.house.access.create(town.id, name="Capteur", scopes=["intake:write"])
    answer = await town.browser.post("/connexion", data={"cle": secret}, headers=OURS)
    assert answer.status_code == 401


@pytest.mark.parametrize(
    "wanted",
    ["//example.org", "/\\example.org", "https:example.org", "/boite\r\nX: y", "/boite//../x\\", "javascript:1", ""],
)
def test_signing_in_never_leads_to_another_site(wanted: str) -> None:
    assert own_path(wanted) == "/boite"


def test_signing_in_leads_back_to_the_page_that_was_wanted() -> None:
    assert own_path("/demandes/tkt_01k?fait=note") == "/demandes/tkt_01k?fait=note"
