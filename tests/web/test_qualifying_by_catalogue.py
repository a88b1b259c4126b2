"""The catalogue in the qualify form: what it proposes and why, a code typed by hand, and the page that finds codes."""

import httpx
import pytest

from app.sve.catalogue import built_in
from app.sve.law.regime import Regime
from app.sve.law.terms import Period
from app.sve.values import Saisine
from app.tickets.values import Ticket
from app.web.procedure_words import silence
from tests.web.conftest import OURS, Town, parsed
from tests.web.test_agents_desk import form_of, path_of

TERRACE = "Je voudrais six tables en terrasse devant mon café."
THANKS = b"""From: Exemple <usager@example.fr>\r
To: contact@villebourg.example.fr\r
Subject: Merci\r
Message-ID: <merci@example.fr>\r
\r
Merci beaucoup pour votre aide. Bonne journee.\r
"""


async def posted(town: Town, ticket: Ticket, **words: str) -> httpx.Response:
    action, hidden = await form_of(town, path_of(ticket), "/qualification")
    return await town.browser.post(action, data={**hidden, "motif": "liste des démarches", **words}, headers=OURS)


async def saisine_of(town: Town, ticket: Ticket) -> Saisine:
    async with town.house.database.transaction(tenant=town.id) as session:
        (saisine,) = await town.house.legal.of_tickets(session, town.id, [ticket.id])
    return saisine


async def test_a_proposal_is_offered_with_the_words_that_led_to_it(town: Town) -> None:
    ticket = await town.a_ticket(message=TERRACE)
    await town.sign_in()
    page = parsed(await town.browser.get(path_of(ticket)))
    offered = page.css(".proposals label:has(input[value^='demarche:'])")
    assert 1 <= len(offered) <= 3
    assert offered[0].css_first("input").attributes["value"] == "demarche:DOM-TERR"
    said = " ".join(offered[0].text(separator=" ").split())
    for word in ("Terrasse", "Le silence vaut rejet (SVR) après 2 mois", "« terrasse »"):
        assert word in said
    assert offered[0].css_first(".tag").text() == "lu"
    assert "Ressemble à une demande" in page.css_first(".nature").text()
    assert not page.css(".qualify input[type=radio][checked]")


async def test_thanks_are_said_and_hide_nothing(town: Town) -> None:
    await town.receive(THANKS)
    (ticket,) = await town.tickets()
    await town.sign_in()
    page = parsed(await town.browser.get(path_of(ticket)))
    assert "Ressemble à un remerciement" in page.css_first(".nature").text()
    assert {"code", "SVA", "SVR", "none", "UNKNOWN"} <= {
        str(radio.attributes["value"]) for radio in page.css("input[name=regime]")
    }
    assert (await saisine_of(town, ticket)).regime is Regime.UNKNOWN


async def test_choosing_a_proposal_qualifies_by_the_catalogue(town: Town) -> None:
    ticket = await town.a_ticket(message=TERRACE)
    await town.sign_in()
    assert (await posted(town, ticket, regime="demarche:DOM-TERR")).status_code == 303
    saisine = await saisine_of(town, ticket)
    assert (saisine.procedure, saisine.regime, saisine.delay) == ("DOM-TERR", Regime.SVR, "P2M")
    assert saisine.procedure_version is not None
    assert "DOM-TERR" in parsed(await town.browser.get(path_of(ticket))).css_first(".due").text()


@pytest.mark.parametrize("words", [{"regime": "code", "demarche": "hab-louer "}, {"demarche": "HAB-LOUER"}])
async def test_a_code_qualifies_by_itself(town: Town, words: dict[str, str]) -> None:
    ticket = await town.a_ticket()
    await town.sign_in()
    assert (await posted(town, ticket, **words)).status_code == 303
    saisine = await saisine_of(town, ticket)
    assert (saisine.procedure, saisine.regime, saisine.delay) == ("HAB-LOUER", Regime.SVA, "P1M")


async def test_an_effect_chosen_by_the_agent_stands_over_the_code(town: Town) -> None:
    ticket = await town.a_ticket()
    await town.sign_in()
    assert (await posted(town, ticket, regime="SVR", delai="P4M", demarche="URB-DP")).status_code == 303
    saisine = await saisine_of(town, ticket)
    assert (saisine.procedure, saisine.regime, saisine.delay) == ("URB-DP", Regime.SVR, "P4M")
    assert saisine.procedure_version is None


@pytest.mark.parametrize(
    ("words", "field", "says"),
    [
        ({"regime": "code", "demarche": "PAS-LA"}, "demarche", "« PAS-LA »"),
        ({"regime": "code", "demarche": ""}, "demarche", "écrivez le code"),
        ({"regime": "demarche:PAS-LA", "demarche": ""}, "demarche", "« PAS-LA »"),
        ({"regime": "demarche:DOM-TERR", "demarche": "URB-DP"}, "demarche", "autre code"),
        ({"regime": "code", "demarche": "URB-PC-ABORDS"}, "delai", "en entier"),
        ({"regime": "code", "demarche": "URB-DP", "delai": "un mois"}, "delai", "P15D"),
        ({"regime": "code", "demarche": "URB-DP", "motif": " "}, "motif", "motif"),
        ({"demarche": ""}, "regime", "choisissez"),
    ],
)
async def test_a_refusal_stands_beside_its_field_and_keeps_what_was_typed(
    town: Town, words: dict[str, str], field: str, says: str
) -> None:
    ticket = await town.a_ticket(message=TERRACE)
    await town.sign_in()
    answer = await posted(town, ticket, **words)
    assert answer.status_code == 422
    page = parsed(answer)
    form = page.css_first("details.qualify[open] form")
    fault = form.css_first(".err-m")
    assert says.lower() in fault.text().lower()
    described = form.css_first(f"[aria-describedby~='{fault.attributes['id']}']")
    assert described.attributes["aria-invalid"] == "true"
    assert (described.attributes.get("name") or "regime") == field
    assert form.css_first("[name=demarche]").attributes["value"] == words["demarche"]
    assert form.css_first("textarea").text().strip() == words.get("motif", "liste des démarches").strip()
    if words.get("regime") in ("code", "demarche:DOM-TERR"):
        assert form.css_first("input[type=radio][checked]").attributes["value"] == words["regime"]
    assert (await saisine_of(town, ticket)).regime is Regime.UNKNOWN


async def test_the_catalogue_is_searched_and_read_whole(town: Town) -> None:
    await town.sign_in()
    page = parsed(await town.browser.get("/demarches", params={"q": "CIMETIERE"}))
    row = next(row for row in page.css("tbody tr") if row.css_first("code").text() == "FUN-INHUM")
    entry = built_in().get("FUN-INHUM")
    assert entry is not None
    for word in (entry.title, entry.sources[0].title, "silence"):
        assert word in row.text()
    assert row.css_first(".tag.ok, .tag.warn, .tag.danger") is not None
    path, seen = "/demarches", list[str]()
    while path:
        page = parsed(await town.browser.get(path))
        seen += [code.text() for code in page.css("tbody code")]
        following = page.css_first("a[rel=next]")
        path = str(following.attributes["href"]) if following else ""
    assert seen == [entry.code for entry in built_in().list()]
    none = await town.browser.get("/demarches", params={"q": "introuvable\0%<b>"})
    assert (none.status_code, "Aucune démarche" in none.text, "<b>" in none.text.split("empty")[1][:99]) == (
        200,
        True,
        False,
    )


async def test_who_may_not_read_the_law_may_not_read_the_catalogue(town: Town) -> None:
    await town.sign_in("tickets:read")
    assert (await town.browser.get("/demarches")).status_code == 403


@pytest.mark.parametrize(
    ("effect", "delay", "adds", "said"),
    [
        (Regime.SVA, Period(months=1), None, "Le silence vaut accord (SVA) après 1 mois"),
        (Regime.SVR, None, None, "délai à donner"),
        (Regime.SVA, None, Period(months=2), "ajoute 2 mois"),
        (Regime.NONE, Period(days=15), None, "délai de 15 jours"),
        (Regime.NONE, None, None, "Le silence ne décide de rien"),
        (Regime.UNKNOWN, None, None, "un accord reste possible"),
    ],
)
def test_silence_is_said_in_words(effect: Regime, delay: Period | None, adds: Period | None, said: str) -> None:
    assert said in silence(effect, delay, adds)
