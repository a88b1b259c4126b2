"""The reference of errors is the errors themselves, and each address an error names leads to a page."""

from pathlib import Path

import pytest

from app.api import error_routes
from app.api.headers import Envelope
from app.rest.error_pages import import_the_house, known_errors, render_errors
from app.rest.refusals import advice_on

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def ours():
    import_the_house()
    return [kind for kind in known_errors() if kind.__module__.startswith("app.")]


@pytest.mark.usefixtures("ours")
def test_the_reference_page_is_the_one_the_code_writes():
    assert (DOCS / "errors.md").read_text() == render_errors(), "run: python -m app.rest.error_pages > docs/errors.md"


def test_every_error_has_words_in_both_languages_and_says_what_to_do(ours):
    for kind in ours:
        assert kind.title_fr, kind
        assert kind.title_en, kind
        assert advice_on(kind), kind
        assert 400 <= kind.status < 600, kind


def test_a_code_means_one_status_and_one_title(ours):
    said = {}
    for kind in ours:
        assert said.setdefault(kind.code, (kind.status, kind.title_fr)) == (kind.status, kind.title_fr), kind


@pytest.fixture
async def http(app, client):
    app.include_router(error_routes.router)
    app.add_middleware(Envelope)  # the floor that gives every page its policy
    async with client(app) as opened:
        yield opened


async def test_the_address_of_an_error_leads_to_its_page(http):
    problem = (await http.get("/erreurs/none")).json()
    page = await http.get(problem["type"])
    assert (page.status_code, page.headers["content-language"]) == (200, "fr")
    assert "Introuvable" in page.text
    assert "script-src" not in page.headers["content-security-policy"]
    assert "Not found" in (await http.get(problem["type"], headers={"Accept-Language": "en"})).text


@pytest.mark.parametrize("word", ["<script>", "..%2f..", "x" * 3000, "%00"])
async def test_a_word_that_is_no_error_is_not_repeated(http, word):
    answer = await http.get(f"/erreurs/{word}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
    assert word not in answer.text
