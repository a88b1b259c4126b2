"""Signing in through an identity provider: ProConnect as it answers, and as it must never be believed."""

import base64
import hmac
import json
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import httpx
import pyotp
import pytest
import pytest_asyncio
from joserfc import jwt
from joserfc.jwk import ECKey

from app.bootstrap.choosing import provider_of
from app.db.transaction import Database
from app.errors import Misconfigured, Unauthenticated
from app.facts import SYSTEM
from app.identity.accounts import Wanted
from app.identity.oidc.troubles import Trouble
from app.identity.roles import Role
from app.ids import new_id
from app.settings import Settings
from app.web.provider_words import WORDS, told
from tests.harness.houses import MovableClock, a_town, house
from tests.simulators.oidc import CLIENT, ISSUER, SECRET, Claims, OpenIdProvider
from tests.web.conftest import ORIGIN, OURS, application, parsed

SIRETS = iter(f"{100000000 + number:09d}" for number in range(0, 900, 7))
OIDC = {"oidc_issuer": ISSUER, "oidc_client_id": CLIENT, "oidc_client_secret": SECRET, "oidc_algorithm": "ES256"}


def a_siret() -> str:
    """Returns a number that proves itself, of no establishment."""
    body = next(SIRETS) + "0001"
    total = sum(d - 9 if d > 9 else d for d in (int(c) * (1 if i % 2 else 2) for i, c in enumerate(reversed(body))))
    return f"{body}{-total % 10}"


@dataclass
class Place:
    """A town that knows its SIRET, its provider, and browsers."""

    house: Any
    id: UUID
    slug: str
    siret: str
    provider: OpenIdProvider
    clock: MovableClock
    open_browser: Callable[[], httpx.AsyncClient]

    def person(self, email: str, **claims: Any) -> Claims:
        own = {"sub": new_id().hex, "idp_id": "fi-exemple", "siret": self.siret, "email": email}
        self.provider.person = {**own, "given_name": "Camille", "usual_name": "Exemple", **claims}
        return self.provider.person

    async def account(self, email: str, *, role: Role = Role.AGENT) -> tuple[str, UUID]:
        async with self.house.database.transaction(tenant=self.id) as session:
            wanted = Wanted(name="Camille Exemple", role=role)
            word, person = await self.house.accounts.invite(session, self.id, email=email, wanted=wanted, actor=SYSTEM)
        return word, person.id

    async def leave(self, browser: httpx.AsyncClient, path: str | None = None) -> str:
        """Goes to the provider and signs in there; returns where it sends the browser back to."""
        gone = await browser.get(path or f"/connexion/fournisseur?administration={self.slug}&suite=/profil")
        assert gone.status_code == 303, gone.text
        back = self.provider.authorize(gone.headers["location"])
        assert back.startswith(f"{ORIGIN}/connexion/retour?")
        return back

    async def enter(self, browser: httpx.AsyncClient, path: str | None = None) -> httpx.Response:
        return await browser.get(await self.leave(browser, path))

    async def settled(self, email: str, **claims: Any) -> httpx.AsyncClient:
        self.person(email, **claims)
        await self.account(email)
        browser = self.open_browser()
        answer = await self.enter(browser)
        assert answer.status_code == 303, answer.text
        return browser


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def proconnect(database_url: str, tmp_path_factory: Any) -> AsyncIterator[tuple[Any, OpenIdProvider, Any]]:
    clock = MovableClock()
    provider = OpenIdProvider(now=lambda: clock().timestamp(), person={})
    folder = tmp_path_factory.mktemp("proconnect")
    async with (
        provider.client() as carried,
        house(database_url, folder, clock=clock, carried=carried, oidc_kind="proconnect", **OIDC) as opened,
    ):
        yield opened, provider, clock


@pytest_asyncio.fixture
async def place(proconnect: tuple[Any, OpenIdProvider, MovableClock]) -> AsyncIterator[Place]:
    opened, provider, clock = proconnect
    async with a_place(opened, provider, clock) as found:
        yield found
    provider.lie, provider.sign, provider.sick = (lambda _, claims: claims), None, {}
    provider.published, provider.names_itself = None, False


class a_place:  # noqa: N801 — reads as the others do
    """Founds a town in a house and closes its browsers after."""

    def __init__(self, opened: Any, provider: OpenIdProvider, clock: MovableClock) -> None:
        self._opened, self._provider, self._clock = opened, provider, clock
        self._browsers: list[httpx.AsyncClient] = []

    async def __aenter__(self) -> Place:
        slug, siret = f"v{new_id().hex[-10:]}", a_siret()
        tenant_id = await a_town(self._opened, slug=slug)
        database: Database = self._opened.database
        async with database.transaction(tenant=tenant_id) as session:
            await self._opened.tenants.declare_siret(session, tenant_id, siret)
        app = application(self._opened)

        def open_browser() -> httpx.AsyncClient:
            self._browsers.append(httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN))
            return self._browsers[-1]

        return Place(self._opened, tenant_id, slug, siret, self._provider, self._clock, open_browser)

    async def __aexit__(self, *_: object) -> None:
        for browser in self._browsers:
            await browser.aclose()


def refused(answer: httpx.Response, trouble: Trouble, *, provider: str = "ProConnect") -> bool:
    """Says whether the page tells this trouble, and nothing was opened."""
    words = parsed(answer).css_first("[role=alert]").text().replace("\N{NO-BREAK SPACE}", " ")
    words = words.replace("\N{NARROW NO-BREAK SPACE}", " ")
    opened = "parvis_session" in answer.headers.get("set-cookie", "")
    return answer.status_code == 401 and told(trouble, provider=provider)[0] in words and not opened


async def test_a_declared_agent_signs_in_with_proconnect_and_out_of_it(place: Place) -> None:
    page = parsed(await place.open_browser().get(f"/connexion?administration={place.slug}"))
    button = page.css_first(".btn.primary")
    assert "identifier avec ProConnect" in button.text()
    word, _ = await place.account("camille@agents.example.fr")
    place.person("Camille@agents.example.fr")
    browser = place.open_browser()
    entered = await place.enter(browser, button.attributes["href"])
    assert (entered.status_code, entered.headers["location"]) == (303, "/")
    # The desk one prefers, where it is built.
    assert (await browser.get("/")).headers["location"] in {"/boite", "/bureau/boite"}
    assert (await browser.get("/profil")).status_code == 200
    # The link of invitation that was on its way opens nothing any more.
    assert (await place.open_browser().get(f"/invitation/{word}")).status_code == 410
    out = await browser.post("/deconnexion", headers=OURS)
    away = parsed(out).css_first("a.btn").attributes["href"]
    assert away.startswith(f"{ISSUER}/session/end?id_token_hint=")
    state = re.search(r"state=([\w-]+)", away)
    assert state
    assert len(state[1]) >= 32
    assert "post_logout_redirect_uri=http%3A%2F%2F127.0.0.1%3A8000%2Fdeconnexion%2Fretour" in away
    assert '"cookies"' in out.headers["clear-site-data"]
    assert (await browser.get("/profil")).headers["location"].startswith("/connexion")
    back = await browser.get("/deconnexion/retour?state=x")
    assert "déconnecté" in (await browser.get(back.headers["location"])).text


async def test_an_identity_stays_the_same_whatever_its_address_becomes(place: Place) -> None:
    await place.settled("avant@agents.example.fr")
    mine = dict(place.provider.person)
    await place.account("apres@agents.example.fr")
    place.provider.person = {**mine, "email": "apres@agents.example.fr"}  # renamed at the provider
    browser = place.open_browser()
    await place.enter(browser)
    assert "avant@agents.example.fr" in (await browser.get("/profil")).text
    for stolen in ({"sub": "un-autre"}, {"idp_id": "autre-fi"}):
        place.provider.person = {**mine, **stolen}  # the same address, somebody else
        assert refused(await place.enter(place.open_browser()), Trouble.UNKNOWN)
    place.person("inconnue@agents.example.fr")
    assert refused(await place.enter(place.open_browser()), Trouble.UNKNOWN)
    await place.account("douteuse@agents.example.fr")
    place.person("douteuse@agents.example.fr", email_verified=False)
    assert refused(await place.enter(place.open_browser()), Trouble.UNKNOWN)


async def test_an_account_with_a_password_is_linked_by_an_invitation_only(place: Place) -> None:
    word, user = await place.account("mot@agents.example.fr")
    await place.house.accounts.accept(word, password="quatre chevaux au trot")
    place.person("mot@agents.example.fr")
    assert refused(await place.enter(place.open_browser()), Trouble.UNKNOWN)
    async with place.house.database.transaction(tenant=place.id) as session:
        again = await place.house.accounts.invite_again(session, place.id, user, actor=SYSTEM)
    browser = place.open_browser()
    shown = parsed(await browser.get(f"/invitation/{again}"))
    assert (await place.enter(browser, shown.css_first("a.btn").attributes["href"])).status_code == 303
    assert (await browser.get("/profil")).status_code == 200
    assert (await place.enter(place.open_browser())).status_code == 303  # and from then on by itself
    used = await place.enter(place.open_browser(), f"/invitation/{again}/fournisseur")
    assert refused(used, Trouble.INVITATION_OVER)
    other, _ = await place.account("autre@agents.example.fr")
    assert refused(await place.enter(place.open_browser(), f"/invitation/{other}/fournisseur"), Trouble.TAKEN)


async def test_an_agent_of_one_siret_never_enters_another_town(place: Place) -> None:
    async with a_place(place.house, place.provider, place.clock) as elsewhere:
        await place.account("deux@agents.example.fr")
        await elsewhere.account("deux@agents.example.fr")
        place.person("deux@agents.example.fr", siret=elsewhere.siret)
        assert refused(await place.enter(place.open_browser()), Trouble.OTHER_TOWN)
        word, _ = await place.account("trois@agents.example.fr")
        place.person("trois@agents.example.fr", siret=elsewhere.siret)
        assert refused(await place.enter(place.open_browser(), f"/invitation/{word}/fournisseur"), Trouble.OTHER_TOWN)
        # From a page that names no administration, the SIRET alone says which.
        place.person("deux@agents.example.fr", siret=elsewhere.siret)
        assert (await place.enter(place.open_browser(), "/connexion/fournisseur")).status_code == 303
        place.person("deux@agents.example.fr", siret="00000000000000")
        assert refused(await place.enter(place.open_browser(), "/connexion/fournisseur"), Trouble.OTHER_TOWN)
        async with place.house.database.transaction(tenant=place.id) as session:
            await place.house.tenants.declare_siret(session, place.id, None)
        assert refused(await place.enter(place.open_browser()), Trouble.NO_SIRET)


async def test_who_answers_for_others_needs_a_second_factor(place: Place) -> None:
    email = "responsable@agents.example.fr"
    _, user = await place.account(email, role=Role.SUPERVISOR)
    place.person(email, amr=["pwd"])
    assert refused(await place.enter(place.open_browser()), Trouble.WEAK)
    place.provider.person["amr"] = ["pwd", "mfa"]
    assert (await place.enter(place.open_browser())).status_code == 303
    place.provider.person["amr"] = ["pwd"]
    async with place.house.database.transaction(tenant=place.id) as session:
        person = await place.house.accounts.get(session, place.id, user)
        secret = place.house.second_factor.offer(person, issuer="Villebourg").secret
        code = pyotp.TOTP(secret).at(place.clock())
        await place.house.second_factor.confirm(session, person, secret=secret, code=code, session_id=None)
    browser = place.open_browser()
    asked = await place.enter(browser)
    assert (asked.status_code, "Donner un code" in asked.text) == (200, True)
    assert (await browser.get("/profil")).status_code == 303  # nothing is open yet
    wrong = await browser.post("/connexion/code", data={"code": "000000"}, headers=OURS)
    assert (wrong.status_code, "pas le bon" in wrong.text) == (401, True)
    place.clock.move(seconds=60)
    given = {"code": pyotp.TOTP(secret).at(place.clock())}
    assert (await browser.post("/connexion/code", data=given)).status_code == 403  # asked for by another site
    assert (await browser.post("/connexion/code", data=given, headers=OURS)).headers["location"] == "/profil"
    assert (await browser.get("/profil")).status_code == 200
    assert refused(await browser.post("/connexion/code", data=given, headers=OURS), Trouble.EXPIRED)
    slowed = place.open_browser()
    await place.enter(slowed)
    tries = [(await slowed.post("/connexion/code", data={"code": "1"}, headers=OURS)).status_code for _ in range(8)]
    assert tries[-1] == 429


async def test_a_suspended_account_stays_closed(place: Place) -> None:
    await place.settled("suspendue@agents.example.fr")
    async with place.house.database.transaction(tenant=place.id) as session:
        person = (await place.house.accounts.page(session, place.id, after=None, limit=1))[0]
        await place.house.accounts.suspend(session, place.id, person.id, actor=SYSTEM)
    assert refused(await place.enter(place.open_browser()), Trouble.SUSPENDED)


async def test_an_answer_is_taken_once_by_the_browser_that_asked_in_time(place: Place) -> None:
    browser = await place.settled("une@agents.example.fr")
    back = await place.leave(browser)
    assert refused(await place.open_browser().get(back), Trouble.EXPIRED)  # another browser
    wrong = re.sub(r"state=[^&]+", "state=" + "x" * 43, back)
    assert refused(await browser.get(wrong), Trouble.EXPIRED)
    assert refused(await browser.get(back), Trouble.EXPIRED)  # the cookie went with the first refusal
    back = await place.leave(browser)
    carried = {"parvis_sign_in": browser.cookies["parvis_sign_in"]}
    first = list(place.provider.codes.values())[-1].asked
    assert (await browser.get(back)).status_code == 303
    assert refused(await browser.get(back), Trouble.EXPIRED)
    replayed = place.open_browser()
    replayed.cookies.update(carried)
    assert refused(await replayed.get(back), Trouble.UNTRUSTED)  # the provider takes a code once
    fresh = re.search(r"code=([^&]+)", await place.leave(browser))
    assert fresh
    living = place.provider.codes[fresh[1]]
    again = re.sub(r"code=[^&]+", f"code={fresh[1]}", back)
    for asked, trouble in (({"code_challenge": first["code_challenge"]}, Trouble.UNTRUSTED), (first, Trouble.EXPIRED)):
        # Another question's code: first its nonce betrays it, and then the attempt that was used up.
        place.provider.codes[fresh[1]] = replace(living, asked={**living.asked, **asked})
        replayed.cookies.update(carried)
        assert refused(await replayed.get(again), trouble)
    late = place.open_browser()
    back = await place.leave(late)
    place.clock.move(minutes=10)
    assert refused(await late.get(back), Trouble.EXPIRED)
    slow = place.open_browser()
    back = await place.leave(slow)
    place.clock.move(seconds=31)  # a code lives thirty seconds
    assert refused(await slow.get(back), Trouble.UNTRUSTED)
    gone = place.open_browser()
    state = re.search(r"state=([^&]+)", await place.leave(gone))
    assert state
    cancelled = await gone.get(f"/connexion/retour?error=access_denied&state={state[1]}")
    assert refused(cancelled, Trouble.CANCELLED)
    assert (await gone.get("/connexion/fournisseur?suite=//ailleurs.example.org")).status_code == 303


def _part(plain: bytes) -> str:
    return base64.urlsafe_b64encode(plain).decode().rstrip("=")


def _by_shared_secret(what: str, claims: Claims, provider: OpenIdProvider) -> str:
    header = {"alg": "HS256", "typ": "JWT", "kid": provider.key.kid}
    signed = f"{_part(json.dumps(header).encode())}.{_part(json.dumps(claims).encode())}"
    return f"{signed}.{_part(hmac.digest(provider.key.as_pem(private=False), signed.encode(), 'sha256'))}"


def _unsigned(what: str, claims: Claims, provider: OpenIdProvider) -> str:
    header = _part(b'{"alg":"none"}')
    return f"{header}.{_part(json.dumps(claims).encode())}."


def _by_another(what: str, claims: Claims, provider: OpenIdProvider) -> str:
    return jwt.encode({"alg": "ES256", "kid": provider.key.kid}, claims, ECKey.generate_key("P-256"))


def _cut(what: str, claims: Claims, provider: OpenIdProvider) -> str:
    return jwt.encode({"alg": "ES256", "kid": provider.key.kid}, claims, provider.key)[:-9]


async def test_what_does_not_prove_a_person_opens_nothing(place: Place) -> None:
    await place.settled("preuve@agents.example.fr")
    provider, now = place.provider, place.clock().timestamp()
    lies: list[tuple[str, Claims]] = [
        ("id_token", {"nonce": "x" * 43}),
        ("id_token", {"nonce": None}),
        ("id_token", {"iss": "https://autre.example.org"}),
        ("id_token", {"aud": "un-autre-service"}),
        ("id_token", {"aud": [CLIENT, "un-autre-service"]}),
        ("id_token", {"aud": [CLIENT], "azp": "un-autre-service"}),
        ("id_token", {"exp": now - 61}),
        ("id_token", {"exp": None}),
        ("id_token", {"exp": True}),
        ("id_token", {"iat": now + 120}),
        ("id_token", {"nbf": now + 120}),
        ("id_token", {"sub": ""}),
        ("userinfo", {"sub": "somebody-else"}),
        ("userinfo", {"aud": "un-autre-service"}),
        ("userinfo", {"iss": "https://autre.example.org"}),
        ("userinfo", {"exp": now - 61}),
    ]
    for token, changed in lies:
        provider.lie = lambda what, claims, token=token, changed=changed: (
            {**claims, **changed} if what == token else claims
        )
        assert refused(await place.enter(place.open_browser()), Trouble.UNTRUSTED), (token, changed)
    provider.lie = lambda _, claims: claims
    for forge in (_by_shared_secret, _unsigned, _by_another, _cut):
        provider.sign = lambda what, claims, forge=forge: forge(what, claims, provider)
        assert refused(await place.enter(place.open_browser()), Trouble.UNTRUSTED), forge.__name__
    provider.sign = None
    provider.proconnect = False  # the same words, unsigned; and the secret is asked for in another way
    try:
        assert refused(await place.enter(place.open_browser()), Trouble.UNTRUSTED)
    finally:
        provider.proconnect = True
    stranger = place.open_browser()
    back = await place.leave(stranger)
    assert refused(await stranger.get(f"{back}&iss=https://autre.example.org"), Trouble.UNTRUSTED)  # mix-up
    assert (await place.enter(place.open_browser())).status_code == 303


async def test_a_provider_that_changes_its_keys_or_fails_is_borne(place: Place) -> None:
    await place.settled("cles@agents.example.fr")
    place.clock.move(minutes=2)
    place.provider.rotate()
    assert (await place.enter(place.open_browser())).status_code == 303
    looked = place.provider.heard.count("/jwks")
    place.provider.sign = lambda _, claims: jwt.encode({"alg": "ES256", "kid": "inventée"}, claims, place.provider.key)
    for _ in range(3):
        assert refused(await place.enter(place.open_browser()), Trouble.UNTRUSTED)
    assert place.provider.heard.count("/jwks") == looked  # invented names do not make us hammer it
    place.provider.sign = None

    def slow() -> httpx.Response:
        raise httpx.ReadTimeout("slow")

    html = httpx.Response(200, text="<html>maintenance</html>")
    busy, broken = httpx.Response(429), httpx.Response(503)
    for where, sick, trouble in (
        ("/token", lambda: broken, Trouble.UNREACHABLE),
        ("/token", lambda: busy, Trouble.UNREACHABLE),
        ("/token", slow, Trouble.UNREACHABLE),
        ("/token", lambda: html, Trouble.UNREACHABLE),
        ("/userinfo", slow, Trouble.UNREACHABLE),
        ("/userinfo", lambda: html, Trouble.UNTRUSTED),  # neither signed nor ours
    ):
        place.provider.sick = {where: sick}
        assert refused(await place.enter(place.open_browser()), trouble), where
    place.clock.move(hours=2)
    place.provider.sick = {"/.well-known/openid-configuration": lambda: httpx.Response(500)}
    assert (await place.enter(place.open_browser())).status_code == 303  # what it published is kept a day
    place.clock.move(hours=24)
    assert refused(await place.open_browser().get("/connexion/fournisseur"), Trouble.UNREACHABLE)
    redirect = httpx.Response(302, headers={"Location": "https://ailleurs.example.org"})
    place.provider.sick = {"/.well-known/openid-configuration": lambda: redirect}
    assert refused(await place.open_browser().get("/connexion/fournisseur"), Trouble.UNTRUSTED)
    place.provider.sick = {}
    assert (await place.enter(place.open_browser())).status_code == 303


async def test_any_provider_and_only_the_accounts_of_the_day_it_is_down(database_url: str, tmp_path: Any) -> None:
    clock = MovableClock()
    provider = OpenIdProvider(now=lambda: clock().timestamp(), person={}, proconnect=False, names_itself=True)
    settings = {**OIDC, "oidc_kind": "generic", "oidc_name": "Annuaire de Villebourg"}
    async with (
        provider.client() as carried,
        house(
            database_url,
            tmp_path,
            clock=clock,
            carried=carried,
            password_accounts=["Secours@agents.example.fr"],
            **settings,
        ) as opened,
        a_place(opened, provider, clock) as place,
    ):
        await place.account("camille@agents.example.fr")
        place.person("camille@agents.example.fr")
        name = "Annuaire de Villebourg"
        assert refused(await place.enter(place.open_browser()), Trouble.UNKNOWN, provider=name)  # nobody vouches for it
        place.person("camille@agents.example.fr", email_verified=True)
        page = await place.open_browser().get(f"/connexion?administration={place.slug}")
        assert f"Se connecter avec {name}" in page.text.replace("\N{NO-BREAK SPACE}", " ")
        assert "Compte de secours" in page.text
        browser = place.open_browser()
        assert (await place.enter(browser)).headers["location"] == "/profil"
        back = await place.leave(browser)
        assert refused(await browser.get(back.partition("&iss=")[0]), Trouble.UNTRUSTED, provider=name)  # RFC 9207
        nameless = await place.open_browser().get("/connexion/fournisseur?administration=nulle-part-ailleurs")
        assert nameless.status_code in {303, 401}
        for email, allowed in (("secours@agents.example.fr", True), ("autre@agents.example.fr", False)):
            word, _ = await place.account(email)
            browser, secret = place.open_browser(), "quatre chevaux au trot"
            form = {"mot_de_passe": secret, "encore": secret}
            assert ("mot_de_passe" in (await browser.get(f"/invitation/{word}")).text) is allowed
            chosen = await browser.post(f"/invitation/{word}", data=form, headers=OURS)
            assert chosen.status_code == (303 if allowed else 403)
            words = {"administration": place.slug, "courriel": email, "mot_de_passe": secret}
            entered = await browser.post("/connexion", data=words, headers=OURS)
            assert entered.status_code == (303 if allowed else 401)


def test_every_trouble_has_its_words() -> None:
    assert set(WORDS) == set(Trouble)


@pytest.mark.parametrize("path", ["/connexion/fournisseur", "/connexion/retour?state=x", "/invitation/x/fournisseur"])
async def test_without_a_provider_its_pages_do_not_exist(a_house: tuple[Any, Any], path: str) -> None:
    app = application(a_house[0])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ORIGIN) as browser:
        assert (await browser.get(path)).status_code == 404
        assert "fournisseur" not in (await browser.get("/connexion")).text


async def test_a_provider_that_is_down_at_sign_out_keeps_nobody_in(place: Place, monkeypatch: Any) -> None:
    browser = await place.settled("ada@ville.example.fr")
    word = browser.cookies["parvis_session"]
    monkeypatch.setattr(place.house.provider_door._asking, "_published", None)
    place.provider.sick["/.well-known/openid-configuration"] = lambda: httpx.Response(503)
    out = await browser.post("/deconnexion", headers=OURS)
    assert (out.status_code, out.headers["location"]) == (303, "/connexion")
    assert '"cache"' in out.headers["clear-site-data"]
    with pytest.raises(Unauthenticated):
        await place.house.sessions.identify(word)


async def test_a_proof_through_the_provider_sees_its_user_anew_and_brings_back_what_was_typed(place: Place) -> None:
    place.person("ada@ville.example.fr")
    await place.account("ada@ville.example.fr", role=Role.ADMINISTRATOR)
    place.provider.lie = lambda what, claims: {**claims, "amr": ["mfa"]} if what == "id_token" else claims
    browser = place.open_browser()
    assert (await place.enter(browser)).status_code == 303
    place.clock.move(minutes=16)
    typed = {"courriel": "neuf@ville.example.fr", "nom": "Neuf", "role": "agent", "portee": ""}
    shown = await browser.post("/equipe/comptes", data=typed, headers=OURS)
    assert (shown.status_code, "Confirmer avec ProConnect" in shown.text) == (403, True)
    away = await browser.post("/preuve/fournisseur", data=fields_of(shown, "/preuve/fournisseur"), headers=OURS)
    link = parsed(away).css_first("a.primary").attributes["href"]
    # An old session of the provider's own is no proof.
    seen = {"auth_time": int(place.clock().timestamp()) - 3600}
    place.provider.lie = lambda what, claims: {**claims, "amr": ["mfa"], **seen} if what == "id_token" else claims
    assert (await place.enter(browser, link)).status_code == 401
    seen["auth_time"] = int(place.clock().timestamp())
    gone = await browser.get(link)
    assert "prompt=login" in gone.headers["location"]
    back = await browser.get(place.provider.authorize(gone.headers["location"]))
    assert (back.status_code, back.headers["location"]) == (303, "/preuve/reprise")
    again = await browser.get("/preuve/reprise")
    assert "Rien n’est encore enregistré" in again.text
    sent = await browser.post("/equipe/comptes", data=fields_of(again, "/equipe/comptes"), headers=OURS)
    assert (sent.status_code, "Neuf" in sent.text) == (200, True)
    assert (await browser.get("/preuve/reprise")).headers["location"] == "/boite"  # kept once


def fields_of(answer: httpx.Response, action: str) -> dict[str, str]:
    form = parsed(answer).css_first(f"form[action='{action}']")
    return {n.attributes["name"]: n.attributes.get("value") or "" for n in form.css("input[type=hidden]")}


HALVES = [
    ({"oidc_kind": "generic"}, "PARVIS_OIDC_ISSUER, PARVIS_OIDC_CLIENT_ID, PARVIS_OIDC_CLIENT_SECRET"),
    ({"oidc_kind": "proconnect", **OIDC, "oidc_client_secret": None}, "PARVIS_OIDC_CLIENT_SECRET"),
    ({"oidc_kind": "generic", **OIDC}, "PARVIS_OIDC_NAME"),
    ({"oidc_kind": "proconnect", **OIDC, "oidc_issuer": "http://identite.example.fr"}, "https://"),
    ({"oidc_kind": "proconnect", **OIDC, "oidc_issuer": "https://identite.example.fr/?a=b"}, "https://"),
    ({"oidc_name": "Annuaire"}, "need a provider"),
    ({"password_accounts": ["secours@ville.example.fr"]}, "need a provider"),
]


@pytest.mark.parametrize(("given", "told_of"), HALVES)
def test_half_a_provider_stops_the_start(given: dict[str, Any], told_of: str) -> None:
    with pytest.raises(Misconfigured, match=re.escape(told_of)):
        provider_of(Settings(_env_file=None, **given))
