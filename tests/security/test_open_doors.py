"""What somebody may ask whom nobody knows, and the words that open doors: drawn, long, never empty (T57, T59, T65, T66)."""

import re
import secrets

import httpx
import pytest

from app.errors import ParvisError
from app.ids import new_id, new_secret, public_id
from app.main import openapi_document
from app.rest.openapi import operations
from tests.api.conftest import BASE_URL, Town
from tests.api.test_every_operation import PREFIXES
from tests.api.test_people import PASSWORD, invited
from tests.security.code import ROOT, importing
from tests.security.test_headers import OURS, routes

SHAKEN = {
    "app/channels/caring.py",
    "app/exchanges/connections.py",
    "app/exchanges/delivering.py",
    "app/exchanges/dispatching.py",
    "app/live/wired.py",
    "app/webhooks/courier.py",
}
# Whom nobody knows may knock here, and each of these says itself who may enter: citizens' pages, providers' doors, signing in.
OPEN = re.compile(
    r"/(?:|accessibilite|mentions-legales|a-propos|connexion(?:/[a-z-]+)?|docs|openapi\.json|erreurs/\{code\}"
    r"|health/(?:live|ready)|metrics"
    r"|\.well-known/security\.txt|statique/\{edition\}/\{name\}|apparence/\{colour\}\.css|bureau/assets/\{name\}|suivi(?:/(?:code|demande|quitter))?|favicon\.ico"
    r"|formulaires(?:/.*)?|acces-exploitant/\{word\}|mot-de-passe-oublie|confirmation/\{word\}|avis/\{word\}(?:/opposition)?|chat/.*|hooks/.*|open311/.*|invitation/.*|deconnexion(?:/retour)?)"
)


async def test_what_nobody_signed_in_may_ask_is_a_short_list(town: Town) -> None:
    """No route sets the house up, makes a first administrator or says what is inside: a new open door is added here."""
    app = town.http._transport.app  # type: ignore[attr-defined]
    named = {name.removesuffix("_id"): public_id(prefix, new_id()) for name, prefix in PREFIXES.items()}
    refused, others = 0, []
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE_URL) as http:
        for method, path in routes(app):
            if path.startswith("/api/v1/"):
                continue  # `test_nobody_enters_without_a_key` asks each, and the test below says which have no key
            address = re.sub(r"\{(\w+)(?::path)?\}", lambda found: named.get(found[1], "inconnu"), path)
            answer = await http.request(method, address, headers={"Accept": "text/html", **OURS})
            to_sign_in = answer.status_code == 303 and answer.headers["location"].startswith("/connexion")
            if answer.status_code in {401, 403} or to_sign_in:
                refused += 1
            elif not OPEN.fullmatch(path):
                others.append(f"{method} {path} -> {answer.status_code}")
    assert others == [], others
    assert refused > 100


def test_every_operation_of_the_api_asks_who_one_is() -> None:
    keyless = [where for where, operation in operations(openapi_document()) if not operation.get("security")]
    assert [where for where in keyless if "/api/v1/" in where] == []


async def test_no_header_names_a_person(town: Town) -> None:
    """Zammad CVE-2026-34720: what a proxy would say of somebody is believed of nobody."""
    names = (
        "X-Remote-User",
        "Remote-User",
        "X-Forwarded-User",
        "X-User-Id",
        "X-Auth-Request-Email",
        "X-Tenant-Id",
        "From",
    )
    async with httpx.AsyncClient(transport=town.http._transport, base_url=BASE_URL) as http:
        for name in names:
            head = {name: "admin@villebourg.example.fr", "X-Forwarded-For": "127.0.0.1", "Forwarded": "for=127.0.0.1"}
            assert (await http.get("/api/v1/me", headers=head)).status_code == 401, name


async def test_an_empty_or_odd_invitation_opens_nothing(town: Town) -> None:
    """FreeScout CVE-2026-53595: an empty word must not be equal to a missing one, nor another writing to the word."""
    body = {"email": f"{secrets.token_hex(6)}@agents.example.fr", "name": "Camille Exemple", "role": "agent"}
    word = invited((await town.http.post("/api/v1/users", json=body)).json()["invitation_url"])
    odd = ["", " ", "0", "null", "None", "%00", word.upper(), word.swapcase(), word + " ", word[:-1], word + "\u200b"]
    wide = word.translate({ord("a"): "ａ", ord("e"): "ｅ", ord("_"): "＿"})
    for one in [*odd, wide]:
        if one != word:
            with pytest.raises(ParvisError):
                await town.house.accounts.accept(one, password=PASSWORD)
    assert (await town.house.accounts.accept(word, password=PASSWORD)).email == body["email"]


def test_every_word_is_drawn_and_long() -> None:
    """T66: 256 random bits behind a prefix that scanners know; nothing of an identifier or an instant in it."""
    drawn = {new_secret("parvis") for _ in range(1000)}
    assert len(drawn) == 1000
    assert all(re.fullmatch(r"parvis_[A-Za-z0-9_-]{43}", one) for one in drawn)
    assert len({one[7:9] for one in drawn}) > 500  # no common beginning, as an instant would make
    # Delays between tries are shaken, and nothing secret is drawn there.
    assert importing("random") == SHAKEN


def test_secrets_are_compared_in_constant_time() -> None:
    """A secret is found by the digest that indexes it, or compared by `compare_digest`: never with `==`. A constant of ours is none."""
    wrong = re.compile(r"(?:secret|signature|mac|digest_given|hmac\w*|token_given)\s*(?:==|!=)\s*[a-z]")
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in (ROOT / "app").rglob("*.py")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if wrong.search(line)
    ]
    assert found == []
