"""Nobody enters by a header, by what another left behind, or by a word that can be guessed."""

import hashlib
import re

from sqlalchemy import text

from app.facts import SYSTEM
from app.ids import new_secret
from app.rest.access import SESSION_COOKIE
from tests.web.conftest import OURS, Town
from tests.web.test_people import settled

CLAIMS = {
    "X-Remote-User": "ada@agents.example.fr",
    "Remote-User": "ada@agents.example.fr",
    "X-Forwarded-User": "ada@agents.example.fr",
    "X-Forwarded-Email": "ada@agents.example.fr",
    "X-Forwarded-Host": "evil.example",
    "Forwarded": "for=127.0.0.1;host=evil.example;proto=https",
    "X-Original-URL": "/equipe",
}


async def test_nobody_is_believed_on_a_header(town: Town) -> None:  # (T59)
    await town.sign_in()
    await settled(town, "ada@agents.example.fr", role="administrator")
    stranger = town.open_browser()
    for headers in (CLAIMS, *({name: value} for name, value in CLAIMS.items())):
        answer = await stranger.get("/equipe", headers=headers)
        assert (answer.status_code, answer.headers["location"]) == (303, "/connexion?suite=%2Fequipe")
        assert "evil" not in str(answer.headers)


async def test_the_next_person_at_a_shared_browser_finds_nothing_of_the_one_before(town: Town) -> None:  # (T62)
    await town.sign_in()
    browser = await settled(town, "ada@agents.example.fr", nom="Ada Avant")
    page = await browser.get("/profil")
    assert "Ada Avant" in page.text
    # Neither a cache nor the back button brings a page back: no-store also keeps it out of the back-forward cache.
    assert page.headers["cache-control"] == "no-store"
    word = str(browser.cookies.get(SESSION_COOKIE))
    left = await browser.post("/deconnexion", headers=OURS)
    assert left.headers["clear-site-data"] == '"cache", "cookies", "storage"'
    assert (await browser.get("/profil")).status_code == 303
    other = await settled(town, "zoe@agents.example.fr", nom="Zoé Après")
    assert "Ada Avant" not in (await other.get("/profil")).text
    other.cookies.clear()
    other.cookies.set(SESSION_COOKIE, word)
    assert (await other.get("/profil")).status_code == 303


def test_words_that_open_are_256_random_bits_under_a_prefix_that_scanners_know() -> None:  # (T66)
    made = {new_secret(prefix) for prefix in ("parvis", "parvis_s", "parvis_i") for _ in range(200)}
    assert len(made) == 600
    assert all(re.fullmatch(r"parvis(?:_[si])?_[A-Za-z0-9_-]{43}", one) for one in made)


async def test_of_words_that_open_only_digests_are_kept(town: Town) -> None:  # (T64, T66)
    secret = await town.sign_in()
    browser = await settled(town, "ada@agents.example.fr")
    words = [secret, str(browser.cookies.get(SESSION_COOKIE))]
    async with town.house.database.transaction(tenant=town.id) as session:
        person = await town.house.accounts.named(session, town.id, "ada@agents.example.fr")
        words.append(await town.house.accounts.invite_again(session, town.id, person.id, actor=SYSTEM))
        for table in ("api_keys", "sessions", "invitations"):
            rows = await session.execute(text(f"SELECT row_to_json(t)::text FROM {table} t"))
            kept = "".join(rows.scalars())
            assert kept
            for word in words:
                assert word not in kept
            assert any(hashlib.sha256(word.encode()).hexdigest() in kept for word in words)
