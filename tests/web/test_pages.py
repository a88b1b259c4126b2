"""Every page carries its policy; what citizens write stays words wherever it is shown."""

import re

import httpx
import pytest

from app.ids import Prefix, public_id
from app.web.pages import POLICY, SCRIPTED, shown
from app.web.typography import tied
from tests.web.conftest import OURS, Town, parsed

PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'-alert(1)-'",
    "</textarea><svg onload=alert(1)>",
    "{{7*7}}",
    "javascript:alert(1)",
)
PAYLOAD = " ".join(PAYLOADS)
HTML_MAIL = b"""From: "<script>alert(1)</script>" <usager@example.fr>\r
To: contact@villebourg.example.fr\r
Subject: =?utf-8?q?=3Csvg_onload=3Dalert=281=29=3E?=\r
Message-ID: <hostile@example.fr>\r
Content-Type: text/html; charset=utf-8\r
\r
<p onclick="alert(1)">Bonjour <script>alert(1)</script><img src="https://example.org/t.gif">
<a href="javascript:alert(1)">lien</a><iframe src="https://example.org"></iframe></p>\r
"""


def inert(answer: httpx.Response) -> None:
    """Reads the page as a browser does and looks for anything that acts."""
    page = parsed(answer)
    assert not page.css("script, object, embed, svg[onload], base, meta[http-equiv]")
    for node in page.css("*"):
        for name, value in node.attributes.items():
            assert not name.startswith("on"), node.html
            if name in ("href", "src", "action", "formaction"):
                assert str(value).startswith(("/", "#", "mailto:", "tel:")), node.html
    assert not re.search(r"\b49\b", page.css_first("body").text())


async def test_every_page_carries_its_policy_and_no_script_but_ours(town: Town) -> None:
    """Follows every link of ours from the citizens' and the agents' entrances."""
    await town.a_ticket()
    await town.sign_in()
    waiting = ["/boite", "/surveillance", "/envois", "/quarantaine", "/connexion", "/suivi", "/accessibilite"]
    waiting += ["/mentions-legales", f"/formulaires/{town.slug}", "/formulaires", "/formulaires/inconnu", "/demandes/x"]
    seen: set[str] = set()
    while waiting:
        path = waiting.pop()
        if path in seen or path.startswith("/bureau/"):  # the application is no page of the server: test_application.py
            continue
        seen.add(path)
        answer = await town.browser.get(path)
        assert answer.headers["x-content-type-options"] == "nosniff", path
        if not answer.headers.get("content-type", "").startswith("text/html"):
            continue
        assert answer.headers["content-security-policy"] in {POLICY, SCRIPTED + POLICY}, path
        assert answer.headers["referrer-policy"] == "same-origin", path
        assert answer.status_code in (200, 404), path
        page = parsed(answer)
        assert not page.css("[style], style, [onclick], object, embed"), path
        for script in page.css("script"):  # a file of ours, on a page whose policy lets it run, and nothing inline
            assert answer.headers["content-security-policy"] != POLICY, path
            assert (script.attributes.get("src") or "").startswith("/statique/"), path
            assert not script.text().strip(), path
        assert page.css_first("title").text().strip(), path
        assert len(page.css("h1")) == 1, path
        assert page.css_first("main#contenu") is not None, path
        for field in page.css("input:not([type=hidden]):not([type=radio]):not([type=checkbox]), select, textarea"):
            assert page.css_first(f'label[for="{field.attributes.get("id")}"]') is not None, (path, field.html)
        ids = [node.attributes["id"] for node in page.css("[id]")]
        assert len(ids) == len(set(ids)), path
        for link in page.css("a[href], link[href]"):
            target = str(link.attributes["href"])
            assert target.startswith(("/", "#", "mailto:", "tel:")), (path, target)
            if target.startswith("#"):
                assert target[1:] in ids, (path, target)
            elif target.startswith("/"):
                waiting.append(target.partition("#")[0])
    assert len(seen) > 20


async def test_a_payload_in_every_answer_is_inert_everywhere(town: Town) -> None:
    fields = await town.filled(
        prenom=PAYLOAD, nom=PAYLOAD, objet=PAYLOAD, message=PAYLOAD, telephone=PAYLOAD, courriel="usager@example.fr"
    )
    refused = await town.post({**fields, "courriel": PAYLOAD})
    assert refused.status_code == 422
    receipt = await town.post(fields, files=[("pieces", (f"{PAYLOAD}.pdf", b"%PDF-1.4", "text/html"))])
    await town.post({**fields, "site_web": PAYLOAD})
    await town.read_all()
    await town.sign_in()
    (ticket,) = await town.tickets()
    path = f"/demandes/{public_id(Prefix.TICKET, ticket.id)}"
    await town.browser.post(f"{path}/notes", data={"note": PAYLOAD, "version": str(ticket.version)}, headers=OURS)
    held = str(parsed(await town.browser.get("/quarantaine")).css_first(".sendings a").attributes["href"])
    pages = [await town.browser.get(p) for p in (path, "/boite", "/surveillance", "/envois", "/quarantaine", held)]
    searched = await town.browser.get("/boite", params={"q": PAYLOAD, "canal": PAYLOAD, "vue": PAYLOAD})
    for answer in (refused, receipt, searched, *pages):
        assert answer.status_code in (200, 422)
        inert(answer)


async def test_a_mails_html_is_shown_only_in_a_frame_without_rights(town: Town) -> None:
    await town.receive(HTML_MAIL)
    await town.sign_in()
    (ticket,) = await town.tickets()
    page = await town.browser.get(f"/demandes/{public_id(Prefix.TICKET, ticket.id)}")
    inert(page)
    frame = parsed(page).css_first("iframe")
    assert frame.attributes["sandbox"] in (None, "")
    framed = await town.browser.get(str(frame.attributes["src"]))
    policy = framed.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert policy.endswith("sandbox")
    assert "frame-ancestors 'self'" in policy
    inert(framed)
    assert "example.org" not in framed.text
    assert "Bonjour" in framed.text


async def test_a_piece_is_served_as_what_it_is(town: Town) -> None:
    fields = await town.filled()
    await town.post(fields, files=[("pieces", ("page.html", b"<script>alert(1)</script>", "text/html"))])
    await town.read_all()
    await town.sign_in()
    (ticket,) = await town.tickets()
    page = parsed(await town.browser.get(f"/demandes/{public_id(Prefix.TICKET, ticket.id)}"))
    piece = await town.browser.get(str(page.css_first("a.att").attributes["href"]))
    assert piece.headers["content-type"] == "application/octet-stream"
    assert piece.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in piece.headers["content-security-policy"]


async def test_nothing_of_another_administration_is_shown(town: Town) -> None:
    ticket = await town.a_ticket()
    paths = [f"/demandes/{public_id(Prefix.TICKET, ticket.id)}"]
    await town.sign_in()
    page = parsed(await town.browser.get(paths[0]))
    assert page.css_first("h1").text() == "Terrasse"
    other = await town.house.tenants.found(
        {
            "slug": f"autre-{town.slug}", "name": "Autre", "kind": "commune", "territory": "METRO",
            "time_zone": "Europe/Paris", "service_name": "", "postal_address": "", "email": "", "phone": "",
        }
    )  # fmt: skip
    secret, _ = await town.house.access.create(other, name="Ailleurs", scopes=["tickets:read", "intake:read"])
    browser = town.open_browser()
    await browser.post("/connexion", data={"cle": secret}, headers=OURS)
    for path in paths:
        assert (await browser.get(path)).status_code == 404
    assert "Terrasse" not in (await browser.get("/boite?vue=activite")).text


async def test_the_pages_of_agents_need_a_session(town: Town) -> None:
    for path in ("/boite", "/surveillance", "/envois", "/quarantaine", "/demandes/tkt_x", "/pieces/att_x"):
        answer = await town.browser.get(path)
        assert (answer.status_code, answer.headers["location"].startswith("/connexion")) == (303, True), path


@pytest.mark.parametrize(
    ("raw", "expected"),
    [("agent\u202egnp", "agent⟨U+202E⟩gnp"), ("a\u200bb", "a⟨U+200B⟩b"), ("Zoé « & »", "Zoé « & »"), (None, "")],
)
def test_invisible_characters_of_a_name_are_shown(raw: str | None, expected: str) -> None:
    assert shown(raw) == expected


async def test_the_citizens_pages_weigh_little(town: Town) -> None:
    page = await town.browser.get(f"/formulaires/{town.slug}")
    styles = [str(link.attributes["href"]) for link in parsed(page).css("link[rel=stylesheet]")]
    fetched = [await town.browser.get(path) for path in (*styles, styles[0].replace("tokens.css", "inter-fr.woff2"))]
    assert all(answer.status_code == 200 for answer in fetched)
    assert all("immutable" in answer.headers["cache-control"] for answer in fetched)
    assert len(page.content) + sum(len(answer.content) for answer in fetched) < 72_000


async def test_our_sentences_tie_their_punctuation_and_citizens_words_are_left_alone(town: Town) -> None:
    """A space is changed in the templates only."""
    ticket = await town.a_ticket(message="Ma demande : est-elle reçue ?")
    await town.sign_in()
    page = await town.browser.get(f"/demandes/{public_id(Prefix.TICKET, ticket.id)}")
    assert "Ma demande : est-elle reçue ?" in page.text
    assert "s’agit-il\u202f?" in page.text


def test_an_expression_of_a_template_is_not_touched() -> None:
    source = '{% if a != b %}{{ "x" if c else "y" }} Quoi ? « Oui » ; voici :{% endif %}'
    assert tied(source).startswith('{% if a != b %}{{ "x" if c else "y" }} Quoi\u202f?')
    assert tied(source).endswith("«\u00a0Oui\u00a0»\u202f; voici\u00a0:{% endif %}")
