"""T22: every route, page or program's, granted or refused, tells browsers to trust nothing. Crawled, so none is forgotten."""

import re
from collections import Counter

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from app.identity.scopes import EVERYTHING
from app.main import assembled, create_app
from tests.api.conftest import BASE_URL
from tests.api.test_every_operation import rich

OURS = {"Sec-Fetch-Site": "same-origin"}
STREAMS = ("/events/stream", "/conversation/stream", "/chat/{channel_key}/stream")
# What holds nothing of a person: looks, errors, the document, and terms told by references alone (T116).
KEPT = (
    "/statique/",
    "/apparence",  # one rule of one colour
    "/bureau",  # the application itself: one document for everybody, which asks the API for all it shows
    "/.well-known/",
    "/erreurs/",
    "/openapi.json",
    "/chat/widget.js",
    "/api/v1/sve/calendar.ics",
)


def routes(app: FastAPI) -> list[tuple[str, str]]:
    """Walks every address of the application, those of included routers too."""
    found = [
        (method, one.path or "")
        for one in iter_route_contexts(app.routes)
        for method in sorted((one.methods or set()) - {"HEAD"})
    ]
    return [one for one in found if not one[1].endswith(STREAMS)]


def well_dressed(where: str, answer: httpx.Response) -> None:
    head = answer.headers
    kind, policy = head.get("content-type", ""), head["content-security-policy"]
    assert head["x-content-type-options"] == "nosniff", where
    assert head["referrer-policy"] in {"no-referrer", "same-origin"}, where
    assert head["cross-origin-opener-policy"] == "same-origin", where
    assert {"camera=()", "geolocation=()", "microphone=()"} <= set(head["permissions-policy"].split(", ")), where
    assert policy.removeprefix("script-src 'self'; connect-src 'self'; ").startswith("default-src 'none'"), where
    assert not re.search(r"'unsafe-eval'|\*|https?:", policy), where
    # Inline styles: only for a citizen's HTML and pieces, in a frame without scripts, forms or origin.
    assert "sandbox" in policy or "'unsafe-" not in policy, where
    if kind.startswith("text/html"):
        assert "require-trusted-types-for 'script'" in policy, where
        assert "base-uri 'none'" in policy, where
        assert "frame-ancestors" in policy, where


async def test_every_route_dresses_what_it_grants_and_what_it_refuses(town) -> None:
    app = create_app(town.house)
    ids = await rich(town)
    named = {**ids, "contact": ids["contact_id"], "ticket": ids["ticket_id"], "saisine": ids["saisine_id"]}
    named |= {"message": ids["message_id"], "letter": ids["letter_id"], "piece": ids["attachment_id"]}
    named |= {"channel": ids["channel_id"], "form": ids["form_id"], "sending": ids["outbound_id"]}
    named |= {"reception": ids["receipt_id"], "move": ids["move_id"], "format_": "json", "name": "tokens.css"}
    named |= {"slug": "inconnu", "word": "inconnu", "kind": "fusions", "gesture": "retrait", "act": "suspension"}
    secret, _ = await town.house.access.create(town.id, name="Accueil", scopes=EVERYTHING)
    seen: Counter[int] = Counter()
    kept: list[str] = []
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE_URL) as browser:
        for where in ("/", "/nulle-part", "/api/v1/nulle-part"):
            well_dressed(where, await browser.get(where))
        for signed in (False, True):
            if signed:
                assert (await browser.post("/connexion", data={"cle": secret}, headers=OURS)).status_code == 303
            for method, path in routes(app):
                if path == "/deconnexion":
                    continue
                address = re.sub(r"\{(\w+)(?::path)?\}", lambda found: named.get(found[1], "inconnu"), path)
                answer = await browser.request(method, address, headers={"Accept": "text/html", **OURS})
                seen[answer.status_code] += 1
                assert answer.status_code < 500, (method, path, answer.text)
                well_dressed(f"{method} {path} {answer.status_code}", answer)
                cached = answer.headers.get("cache-control", "")
                if answer.is_success and "no-store" not in cached and not address.startswith(KEPT):
                    kept.append(f"{method} {path}: {cached}")
    assert kept == []
    # Both doors open and shut were seen: a crawl that is refused everywhere proves nothing.
    assert seen[200] > 80, seen
    assert seen[401] > 80, seen


@pytest.mark.parametrize("path", ["/erreurs/not-found", "/nulle-part", "/openapi.json", "/docs"])
async def test_who_came_by_tls_is_told_never_to_come_without(path) -> None:
    for base_url, told in (("https://relation.example.fr", True), ("http://127.0.0.1:8000", False)):
        transport = httpx.ASGITransport(app=assembled(base_url=base_url))
        async with httpx.AsyncClient(transport=transport, base_url=base_url) as http:
            answer = await http.get(path)
        assert (answer.headers.get("strict-transport-security") == "max-age=63072000; includeSubDomains") is told
        well_dressed(path, answer)


async def test_the_page_of_the_api_calls_no_other_host_and_names_every_operation(town) -> None:
    page = await town.http.get("/docs")
    assert not re.search(r"""(src|href)=["'](https?:)?//""", page.text)
    assert "<script" not in page.text
    document = (await town.http.get("/openapi.json")).json()
    assert [path for path in document["paths"] if path not in page.text] == []
    for heading in ("Droits demandés", "Contenu"):
        assert heading in page.text
    assert "Rights asked for" in (await town.http.get("/docs?lang=en")).text
