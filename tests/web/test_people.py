"""People on pages: invited by a link, signed in with a password and a code, changed and suspended by an administrator."""

import re

import pyotp

from app.audit import reading
from app.audit.reading import Wanted
from tests.web.conftest import OURS, Town, parsed

PASSWORD = "quatre chevaux au trot"


async def post(town: Town, path: str, browser=None, **fields):
    return await (browser or town.browser).post(path, data=fields, headers=OURS)


async def invited(town: Town, email: str, **fields) -> str:
    """Opens an account on the page; returns the path of its link."""
    words = {"courriel": email, "nom": "Camille Exemple", "role": "agent", "portee": "", **fields}
    answer = await post(town, "/equipe/comptes", **words)
    assert answer.status_code == 200, answer.text
    found = re.search(r"/invitation/parvis_i_[\w-]+", answer.text)
    assert found
    return found[0]


async def settled(town: Town, email: str, **fields):
    """Opens an account, chooses its password and signs a new browser in with it."""
    link, browser = await invited(town, email, **fields), town.open_browser()
    shown = await browser.get(link)
    assert "Choisir un mot de passe" in shown.text
    chosen = await post(town, link, browser, mot_de_passe=PASSWORD, encore=PASSWORD)
    assert chosen.status_code == 303, chosen.text
    entered = await enter(town, browser, email)
    assert entered.status_code == 303, entered.text
    return browser


async def enter(town: Town, browser, email: str, **fields):
    async with town.house.database.transaction(tenant=town.id) as session:
        tenant = await town.house.tenants.get(session, town.id)
    words = {"administration": tenant.slug, "courriel": email, "mot_de_passe": PASSWORD, **fields}
    return await post(town, "/connexion", browser, **words)


async def test_a_person_is_invited_chooses_a_password_and_signs_in(town: Town) -> None:
    await town.sign_in()
    link = await invited(town, "camille@agents.example.fr")
    browser = town.open_browser()
    differs = await post(town, link, browser, mot_de_passe=PASSWORD, encore="autre")
    assert (differs.status_code, "diffèrent" in differs.text) == (422, True)
    weak = await post(town, link, browser, mot_de_passe="camille12345", encore="camille12345")
    assert (weak.status_code, "votre nom" in weak.text) == (422, True)
    assert (await post(town, link, browser, mot_de_passe=PASSWORD, encore=PASSWORD)).status_code == 303
    over = await browser.get(link)
    assert (over.status_code, "n’est plus valable" in over.text) == (410, True)
    wrong = await enter(town, browser, "camille@agents.example.fr", mot_de_passe="pas le bon")
    assert (wrong.status_code, "refusé" in wrong.text, "set-cookie" in wrong.headers) == (401, True, False)
    assert (await enter(town, browser, "camille@agents.example.fr")).headers["location"] == "/boite"
    assert (await browser.get("/boite")).status_code == 200
    assert (await browser.get("/canaux")).status_code == 403
    assert (await browser.get("/equipe")).status_code == 200
    assert "Ouvrir un compte" not in (await browser.get("/equipe")).text


async def test_a_code_is_added_asked_for_and_taken_off_on_the_profile(town: Town) -> None:
    await town.sign_in()
    browser = await settled(town, "code@agents.example.fr")
    offered = parsed(await post(town, "/profil/code", browser))
    secret = offered.css_first("input[name=secret]").attributes["value"]
    wrong = await post(town, "/profil/code/confirmation", browser, secret=secret, code="000000")
    assert (wrong.status_code, secret in wrong.text) == (422, True)
    right = pyotp.TOTP(secret).at(town.clock())
    assert (await post(town, "/profil/code/confirmation", browser, secret=secret, code=right)).status_code == 303
    other = town.open_browser()
    asked = await enter(town, other, "code@agents.example.fr")
    assert (asked.status_code, 'name="code"' in asked.text) == (401, True)
    town.clock.move(seconds=60)
    code = pyotp.TOTP(secret).at(town.clock())
    assert (await enter(town, other, "code@agents.example.fr", code=code)).status_code == 303
    assert (await post(town, "/profil/code/retrait", browser, actuel="pas le bon")).status_code == 422
    assert (await post(town, "/profil/code/retrait", browser, actuel=PASSWORD)).status_code == 303
    assert (await other.get("/boite")).status_code == 303  # every other session ended with it
    assert (await browser.get("/boite")).status_code == 200


async def test_a_new_password_closes_the_other_sessions(town: Town) -> None:
    await town.sign_in()
    browser = await settled(town, "mot@agents.example.fr")
    other = town.open_browser()
    await enter(town, other, "mot@agents.example.fr")
    new = "un autre attelage au pas"
    refused = await post(town, "/profil/mot-de-passe", browser, actuel="faux", nouveau=new, encore=new)
    assert (refused.status_code, "mot de passe actuel" in refused.text) == (422, True)
    assert (
        await post(town, "/profil/mot-de-passe", browser, actuel=PASSWORD, nouveau=new, encore=new)
    ).status_code == 303
    assert (await other.get("/boite")).status_code == 303
    assert (await browser.get("/profil")).status_code == 200


async def test_an_administrator_changes_suspends_and_reopens_an_account(town: Town) -> None:
    await town.sign_in()
    browser = await settled(town, "suspendue@agents.example.fr")
    path = parsed(await town.browser.get("/equipe")).css_first("table.tbl a").attributes["href"]
    page = parsed(await town.browser.get(path))
    version = page.css_first("input[name=version]").attributes["value"]
    await post(town, "/equipe/equipes", nom_equipe="Urbanisme")
    again = await post(town, "/equipe/equipes", nom_equipe=" urbanisme")
    assert again.status_code == 409
    changed = await post(town, path, nom="Camille Exemple", role="reader", portee="teams", version=version)
    assert changed.status_code == 303
    assert (await browser.get("/boite")).status_code == 303  # the old rights are over
    stale = await post(town, path, nom="Autre", role="agent", portee="", version=version)
    assert stale.status_code == 412
    assert (await post(town, f"{path}/suspension")).status_code == 303
    assert (await enter(town, browser, "suspendue@agents.example.fr")).status_code == 401
    assert "suspendu" in (await town.browser.get("/equipe")).text
    assert (await post(town, f"{path}/retour")).status_code == 303
    assert (await enter(town, browser, "suspendue@agents.example.fr")).status_code == 303
    assert (await post(town, f"{path}/autre-chose")).status_code == 404


async def test_nobody_makes_somebody_more_than_they_are(town: Town) -> None:
    await town.sign_in("tickets:read", "users:admin")
    words = {"courriel": "plus@agents.example.fr", "nom": "Plus", "role": "administrator", "portee": ""}
    refused = await post(town, "/equipe/comptes", **words)
    assert (refused.status_code, "que vous n’avez pas" in refused.text) == (403, True)


async def test_who_closed_somebodys_sessions_stands_in_the_journal(town: Town) -> None:
    await town.sign_in()
    browser = await settled(town, "fermee@agents.example.fr")
    path = parsed(await town.browser.get("/equipe")).css_first("table.tbl a").attributes["href"]
    assert (await post(town, f"{path}/sessions")).status_code == 303
    assert (await browser.get("/boite")).status_code == 303
    async with town.house.database.transaction(tenant=town.id) as session:
        written = await reading.page(session, town.id, Wanted(action="sessions.closed"), after=None, limit=2)
    assert [(one.actor.partition(":")[0], one.detail) for one in written] == [("key", {"number": 1})]
