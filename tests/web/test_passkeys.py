"""Passkeys on pages: enrolled, asked for beside the password, opening alone; never for another site, copy or challenge."""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from html import unescape
from typing import Any

import httpx
import pytest_asyncio

from app.facts import SYSTEM
from app.identity.accounts import Wanted
from app.identity.roles import Role
from app.ids import new_id
from tests.harness.houses import MovableClock, a_town, house
from tests.simulators.authenticator import Authenticator
from tests.web.conftest import OURS, application, parsed
from tests.web.test_people import PASSWORD
from tests.web.test_step_up import hidden, prove

HERE = "http://localhost:8000"


class Place:
    """A town under a name an authenticator takes, and one account with its browser."""

    def __init__(self, opened: Any, clock: MovableClock, slug: str, tenant_id: Any) -> None:
        self.house, self.clock, self.slug, self.id = opened, clock, slug, tenant_id
        self.app, self.email = application(opened), f"{slug}@agents.example.fr"
        self.browsers: list[httpx.AsyncClient] = []

    def open_browser(self) -> httpx.AsyncClient:
        self.browsers.append(httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url=HERE))
        return self.browsers[-1]

    async def enter(self, browser: httpx.AsyncClient, **fields: str) -> httpx.Response:
        words = {"administration": self.slug, "courriel": self.email, "mot_de_passe": PASSWORD, **fields}
        return await browser.post("/connexion", data=words, headers=OURS)

    async def enrol(self, browser: httpx.AsyncClient, device: Authenticator, name: str = "Téléphone") -> httpx.Response:
        shown = await browser.get("/profil/cles")
        answer = device.create(options_of(shown))
        fields = {**dict(hidden(shown, "/profil/cles/nouvelle")), "cle_signee": answer, "nom_cle": name}
        return await browser.post("/profil/cles/nouvelle", data=fields, headers=OURS)

    async def by_key(self, browser: httpx.AsyncClient, device: Authenticator, shown: httpx.Response | None = None):
        shown = shown or await browser.get(f"/connexion?administration={self.slug}")
        fields = {**dict(hidden(shown, "/connexion/cle")), "cle_signee": device.get(options_of(shown))}
        return await browser.post("/connexion/cle", data=fields, headers=OURS)


def options_of(answer: httpx.Response) -> str:
    found = re.search(r'data-options="([^"]+)"', answer.text)
    assert found, answer.text
    return unescape(found[1])


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def named(database_url: str, tmp_path_factory: Any) -> AsyncIterator[Any]:
    clock = MovableClock()
    async with house(database_url, tmp_path_factory.mktemp("named"), clock=clock, base_url=HERE) as opened:
        yield opened, clock


@pytest_asyncio.fixture
async def place(named: Any) -> AsyncIterator[Place]:
    opened, clock = named
    slug = f"v{new_id().hex[-10:]}"
    found = Place(opened, clock, slug, await a_town(opened, slug=slug))
    async with opened.database.transaction(tenant=found.id) as session:
        wanted = Wanted(name="Camille Exemple", role=Role.ADMINISTRATOR)
        word, _ = await opened.accounts.invite(session, found.id, email=found.email, wanted=wanted, actor=SYSTEM)
    await opened.accounts.accept(word, password=PASSWORD)
    yield found
    for browser in found.browsers:
        await browser.aclose()


async def test_a_passkey_is_enrolled_opens_alone_proves_anew_and_is_removed(place: Place) -> None:
    browser, phone, usb = place.open_browser(), Authenticator(HERE, synced=True), Authenticator(HERE)
    assert (await place.enter(browser)).status_code == 303
    assert (await place.enrol(browser, phone)).headers["location"] == "/profil?fait=cle"
    assert (await place.enrol(browser, usb, "Clé USB")).status_code == 303
    listed = (await browser.get("/profil")).text
    assert listed.index("Téléphone") < listed.index("synchronisée") < listed.index("Clé USB") < listed.index("un seul")
    # The password alone opens nothing any more; it names the account's own keys to the browser.
    other = place.open_browser()
    halfway = await place.enter(other)
    assert (halfway.status_code, "servez-vous-en" in halfway.text) == (401, True)
    assert len(json.loads(options_of(halfway))["allowCredentials"]) == 2
    assert (await place.by_key(other, usb, halfway)).headers["location"] == "/boite"
    # By itself, on a page that knows nobody.
    alone = place.open_browser()
    assert (await place.by_key(alone, phone)).status_code == 303
    place.clock.move(minutes=16)
    asked = await alone.get("/profil/cles")
    assert asked.status_code == 403
    fields = {**dict(hidden(asked)), "cle_signee": phone.get(options_of(asked))}
    assert (await alone.post("/preuve", data=fields, headers=OURS)).headers["location"] == "/profil/cles"
    gone = parsed(await alone.get("/profil")).css("form[action$='/retrait']")
    for form in gone:
        assert (await alone.post(form.attributes["action"], headers={**OURS, **FORM})).status_code == 303
    assert (await place.by_key(place.open_browser(), phone)).status_code == 401
    # Whoever was in by a key that was lost is out with it; who took it off stays.
    assert (await other.get("/boite")).headers["location"].startswith("/connexion")
    assert (await alone.get("/profil")).status_code == 200
    assert (await place.enter(place.open_browser())).status_code == 303


FORM = {"Content-Type": "application/x-www-form-urlencoded"}


async def test_no_other_site_device_or_challenge_is_believed(place: Place) -> None:
    browser, phone = place.open_browser(), Authenticator(HERE)
    assert (await place.enter(browser)).status_code == 303
    for liar in (Authenticator("http://localhost.evil.example"), Authenticator(HERE, verified=False)):
        assert (await place.enrol(browser, liar)).status_code == 422
    assert (await place.enrol(browser, phone)).status_code == 303
    assert (await place.enrol(browser, phone)).status_code == 422  # a credential opens one account, once
    door = place.open_browser()
    shown = await door.get(f"/connexion?administration={place.slug}")
    phone.counter = 10
    assert (await place.by_key(door, phone, shown)).status_code == 303
    # The same page again: its challenge was used up.
    assert (await place.by_key(place.open_browser(), phone, shown)).status_code == 401
    elsewhere, unverified = replace(phone, origin="https://evil.example"), replace(phone, verified=False)
    stranger = replace(Authenticator(HERE), user=phone.user)
    copied, of_other = replace(phone, counter=3), replace(phone, user=new_id().bytes)
    for wrong in (elsewhere, unverified, stranger, copied, of_other):
        assert (await place.by_key(place.open_browser(), wrong)).status_code == 401
    shown = await door.get(f"/connexion?administration={place.slug}")
    for answer in (
        "",
        "{}",
        "null",
        "[]",
        "\x00",
        '{"id":1,"rawId":{},"response":[]}',
        '{"id":"é","rawId":"é"}',
        "9" * 5000,
    ):
        fields = {**dict(hidden(shown, "/connexion/cle")), "cle_signee": answer}
        assert (await door.post("/connexion/cle", data=fields, headers=OURS)).status_code == 401, answer
    place.clock.move(minutes=11)
    assert (await place.by_key(door, phone, shown)).status_code == 401  # too late
    assert (await place.by_key(door, phone)).status_code == 303


async def test_an_administrator_takes_lost_keys_off_and_the_password_opens_again(place: Place) -> None:
    browser = place.open_browser()
    assert (await place.enter(browser)).status_code == 303
    assert (await place.enrol(browser, Authenticator(HERE))).status_code == 303
    async with place.house.database.transaction(tenant=place.id) as session:
        person = await place.house.accounts.named(session, place.id, place.email)
        assert person.passkeys == 1
        await place.house.second_factor.remove_all(session, place.id, person.id, actor=SYSTEM)
    again = place.open_browser()
    assert (await place.enter(again)).status_code == 303
    assert (await again.get("/profil/cles")).status_code == 200
    assert (await prove(again, await again.get("/preuve"), PASSWORD)).status_code == 303
