"""The pages of both sides without a script: a visitor's, whole in its form; an agent's, by loading again."""

from typing import Any

import httpx
from selectolax.lexbor import LexborHTMLParser

from app.identity.scopes import EVERYTHING
from app.ids import Prefix, new_id, public_id
from app.web.edition import FILES
from tests.chat.conftest import Town

OURS = {"Sec-Fetch-Site": "same-origin"}


class Reader:
    """A browser that runs no script and keeps nothing: it posts what stands in the page's form."""

    def __init__(self, http: httpx.AsyncClient, path: str) -> None:
        self.http, self.path = http, path
        self.page = LexborHTMLParser("")

    async def open(self) -> "Reader":
        return self._shown(await self.http.get(self.path))

    async def do(self, form: str = "dire", **typed: str) -> httpx.Response:
        hidden = {
            str(node.attributes["name"]): node.attributes.get("value") or ""
            for node in self.page.css(f"#{form} input[type=hidden]")
        }
        answer = await self.http.post(self.path, data={**hidden, **typed}, headers=OURS)
        self._shown(answer)
        return answer

    def said(self) -> list[str]:
        return [node.text() for node in self.page.css("#fil .words")]

    def _shown(self, answer: httpx.Response) -> "Reader":
        self.page = LexborHTMLParser(answer.text)
        return self


async def test_a_whole_conversation_without_a_script_nor_a_cookie(town: Town) -> None:
    await town.at_desk()
    reader = await Reader(town.client(), town.path).open()
    assert (await reader.do(texte="Bonjour")).status_code == 200
    ticket = await town.ticket()
    await town.answer(ticket, "Bonjour, dites-moi.")
    await reader.do("actualiser")
    assert "Bonjour, dites-moi." in reader.said()
    await reader.do("courriels", courriel="usager@example.org", geste="adresse")
    assert "Adresse enregistrée" in reader.page.css_first("#fil").text()
    await reader.do("finir")
    assert "a terminé la discussion" in reader.page.css_first("#fil").text()
    await reader.do(texte="Encore")
    assert reader.said()[-1] == "Encore"
    assert not reader.http.cookies
    assert (await town.ticket()).id == ticket.id


async def test_a_double_click_is_one_message_from_the_first(town: Town) -> None:
    await town.at_desk()
    reader = await Reader(town.client(), town.path).open()
    twice = Reader(reader.http, town.path)
    twice.page = reader.page
    for one in (reader, twice):
        await one.do(texte="Bonjour")
        assert one.said() == ["Bonjour"]
    assert (await town.ticket()).channel_type == "chat", "one request"


async def test_a_fault_stands_beside_its_field_and_nothing_typed_is_lost(town: Town) -> None:
    reader = await Reader(town.client(), town.path).open()
    answer = await reader.do(texte="Bonjour", courriel="")
    assert answer.status_code == 422
    assert "Cette adresse n’est pas complète" in reader.page.css_first("#courriel-e").text()
    assert reader.page.css_first("#texte").text().strip() == "Bonjour"
    assert await town.tickets() == []
    await reader.do(texte="Bonjour", courriel="usager@example.org")
    assert reader.said() == ["Bonjour"]


async def test_words_are_shown_as_words(town: Town) -> None:
    await town.at_desk()
    reader = await Reader(town.client(), town.path).open()
    answer = await reader.do(texte="<script>alert(1)</script>{{7*7}}")
    assert "<script>alert(1)" not in answer.text
    assert reader.said() == ["<script>alert(1)</script>{{7*7}}"]


async def test_another_site_posts_nothing_here(town: Town) -> None:
    for head in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://ailleurs.example.org"}, {}):
        answer = await town.client().post(town.path, data={"texte": "Bonjour"}, headers=head)
        assert answer.status_code == 403
    assert (await town.client().get("/chat/inconnue")).status_code == 404


async def test_a_page_open_for_too_long_loses_no_word(town: Town) -> None:
    await town.at_desk()
    reader = await Reader(town.client(), town.path).open()
    await reader.do(texte="Un")
    town.clock.move(hours=13)
    await town.at_desk()
    await reader.do(texte="Deux")
    assert reader.said() == ["Deux"]
    await town.read_all()
    assert len(await town.tickets()) == 2


async def test_the_script_of_a_site_has_an_address_that_stays(town: Town) -> None:
    script = await town.client().get("/chat/widget.js")
    assert script.headers["content-type"].startswith("text/javascript")
    assert script.headers["cross-origin-resource-policy"] == "cross-origin"
    for name in ("chat.js", "chat-agent.js", "chat-widget.js", "chat-list.js"):
        words = FILES[name][0].decode()
        assert not any(sink in words for sink in ("innerHTML", "outerHTML", "document.write", "eval(", "http://"))


async def signed_in(town: Town, *scopes: str) -> httpx.AsyncClient:
    browser = town.client()
    secret, _ = await town.house.access.create(town.id, name="Accueil", scopes=scopes or EVERYTHING)
    answer = await browser.post("/connexion", data={"cle": secret}, headers=OURS)
    assert answer.status_code == 303
    return browser


async def test_an_agent_answers_from_the_page_once_however_often_it_is_sent(town: Town) -> None:
    browser = await signed_in(town)
    empty = (await browser.get("/discussions")).text
    assert "Aucune discussion ouverte" in empty
    assert (await browser.post("/discussions/presence", data={"presence": "oui"}, headers=OURS)).status_code == 303
    page = await town.page().enter()
    await page.say("Bonjour, êtes-vous ouverts ?")
    assert "en cours d’enregistrement" in (await browser.get("/discussions")).text
    ticket = await town.ticket()
    path = f"/demandes/{public_id(Prefix.TICKET, ticket.id)}"
    listed = LexborHTMLParser((await browser.get("/discussions")).text)
    assert listed.css_first(".sendings a").attributes["href"] == f"{path}#discussion"
    shown = LexborHTMLParser((await browser.get(path)).text)
    assert "paraît dans la discussion" in shown.css_first("#ou-part").text()
    name = shown.css_first("#direct input[name=envoi]").attributes["value"]
    for _ in range(2):
        sent = await browser.post(
            f"{path}/discussion/reponses", data={"direct": "Oui, jusqu’à 17 h.", "envoi": str(name)}, headers=OURS
        )
        assert sent.status_code == 303, sent.text
    await town.deliver()
    assert [line["text"] for line in await page.lines() if line["kind"] == "agent"] == ["Oui, jusqu’à 17 h."]
    blank = await browser.post(f"{path}/discussion/reponses", data={"direct": " ", "envoi": new_id().hex}, headers=OURS)
    assert blank.status_code == 422
    assert "écrivez votre réponse" in blank.text.lower()
    ended = await browser.post(f"{path}/discussion/fin", data={"geste": "fin"}, headers=OURS)
    assert ended.headers["location"] == f"{path}?fait=discussion#discussion"
    assert "discussion terminée" in (await browser.get(path)).text


async def test_the_page_says_where_an_answer_goes(town: Town) -> None:
    browser = await signed_in(town)
    await town.at_desk()
    page = await town.page().enter()
    await page.say("Bonjour")
    await page.post("presence", here=False)
    path = f"/demandes/{public_id(Prefix.TICKET, (await town.ticket()).id)}"

    async def said() -> Any:
        return LexborHTMLParser((await browser.get(path)).text).css_first("#ou-part").text()

    assert "parti sans laisser d’adresse" in await said()
    await page.post("address", email="usager@example.org")
    await page.post("presence", here=False)
    assert "par courriel à usager@example.org" in await said()
    await page.post("presence", here=True)
    assert "paraît dans la discussion" in await said()


async def test_who_may_not_write_neither_answers_nor_ends(town: Town) -> None:
    browser = await signed_in(town, "tickets:read")
    page = await town.page().enter()
    await page.say("Bonjour")
    path = f"/demandes/{public_id(Prefix.TICKET, (await town.ticket()).id)}"
    assert (await browser.get(path)).status_code == 200
    for what, form in (("reponses", {"direct": "x", "envoi": new_id().hex}), ("fin", {})):
        assert (await browser.post(f"{path}/discussion/{what}", data=form, headers=OURS)).status_code == 403
    assert (await browser.post("/discussions/presence", data={"presence": "oui"}, headers=OURS)).status_code == 403
