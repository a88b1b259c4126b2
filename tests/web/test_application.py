"""The agents' application as it is served: who gets its document, under what policy, and what browsers keep of it."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.web import application, preferred_desk
from app.web.application import SCREENS
from tests.web.conftest import OURS, Town

ROOT = Path(__file__).parents[2]
SCRIPT = b"console" * 50


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An application as small as can be, in the place of the built one."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text('<!doctype html><script type="module" src="/bureau/assets/a-1.js"></script>')
    (tmp_path / "assets" / "a-1.js").write_bytes(SCRIPT)
    (tmp_path / "assets" / "a-1.js.gz").write_bytes(gzip.compress(SCRIPT))
    monkeypatch.setattr(preferred_desk, "BUILT", tmp_path)
    application._index.cache_clear()
    application._assets.cache_clear()
    yield tmp_path
    application._index.cache_clear()
    application._assets.cache_clear()


async def test_signing_in_leads_back_to_the_screen_that_was_wanted(town: Town, built: Path) -> None:
    asked = await town.browser.get("/bureau/dossiers/26-000123-K?volet=legal")
    assert asked.status_code == 303
    assert asked.headers["location"] == "/connexion?suite=%2Fbureau%2Fdossiers%2F26-000123-K%3Fvolet%3Dlegal"
    secret, _ = await town.house.access.create(town.id, name="Accueil", scopes=["tickets:read"])
    wanted = {"cle": secret, "suite": "/bureau/dossiers/26-000123-K?volet=legal"}
    entered = await town.browser.post("/connexion", data=wanted, headers=OURS)
    assert entered.headers["location"] == "/bureau/dossiers/26-000123-K?volet=legal"


async def test_the_document_runs_our_own_files_and_nothing_else(town: Town, built: Path) -> None:
    await town.sign_in()
    shown = await town.browser.get("/bureau/boite")
    assert shown.status_code == 200
    policy = shown.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "frame-ancestors 'none'" in policy
    assert shown.headers["cache-control"] == "no-cache"
    again = await town.browser.get("/bureau/boite", headers={"If-None-Match": shown.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_a_file_is_kept_for_ever_and_comes_compressed_to_whoever_takes_it(town: Town, built: Path) -> None:
    small = await town.browser.get("/bureau/assets/a-1.js", headers={"Accept-Encoding": "gzip, br;q=0.5"})
    assert small.headers["content-encoding"] == "gzip"
    assert small.content == SCRIPT
    assert small.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert small.headers["content-type"] == "text/javascript; charset=utf-8"
    plain = await town.browser.get("/bureau/assets/a-1.js", headers={"Accept-Encoding": "gzip;q=0"})
    assert "content-encoding" not in plain.headers
    assert plain.headers["etag"] != small.headers["etag"]


@pytest.mark.parametrize("path", ["/bureau/inconnu", "/bureau/assets/absent.js", "/bureau/assets/..%2Findex.html"])
async def test_what_is_not_there_is_a_404(town: Town, built: Path, path: str) -> None:
    await town.sign_in()
    assert (await town.browser.get(path)).status_code == 404


async def test_each_agent_lands_on_the_desk_they_prefer(town: Town, built: Path) -> None:
    await town.sign_in()
    assert (await town.browser.get("/")).headers["location"] == "/bureau/boite"
    assert "/ecran/application" in (await town.browser.get("/boite")).text
    chosen = await town.browser.get("/ecran/simple")
    assert chosen.headers["location"] == "/boite"
    assert (await town.browser.get("/")).headers["location"] == "/boite"
    await town.browser.get("/ecran/application")
    assert (await town.browser.get("/")).headers["location"] == "/bureau/boite"


async def test_without_the_application_everything_goes_on_at_the_desk_without_scripts(
    town: Town, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(preferred_desk, "BUILT", tmp_path)
    await town.sign_in()
    assert (await town.browser.get("/")).headers["location"] == "/boite"
    refused = await town.browser.get("/bureau/boite")
    assert refused.status_code == 404
    assert "/boite" in refused.text
    assert "/ecran/application" not in (await town.browser.get("/boite")).text


def test_every_screen_of_the_application_is_an_address_of_the_server() -> None:
    """A screen added to `ui/src/app.tsx` is added to `SCREENS`, or its link, opened anew, would be a 404."""
    routes = (ROOT / "ui" / "src" / "app.tsx").read_text()
    named = {part.split('"')[0].split("/")[0] for part in routes.split('path="')[1:]}
    assert named - {"*"} == SCREENS - {""}
