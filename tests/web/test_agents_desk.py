"""The agent's desk: find, read, qualify, answer, note, close; nothing is overwritten unseen nor sent twice."""

from datetime import date, timedelta

import pytest

from app.exchanges import outbox
from app.facts import Actor
from app.ids import Prefix, new_id, public_id
from app.tickets.draft_values import DraftKind
from app.tickets.values import Ticket
from app.web.terms import term
from tests.web.conftest import OURS, Town, parsed


def path_of(ticket: Ticket) -> str:
    return f"/demandes/{public_id(Prefix.TICKET, ticket.id)}"


async def form_of(town: Town, path: str, ending: str) -> tuple[str, dict[str, str]]:
    page = parsed(await town.browser.get(path))
    form = next(f for f in page.css("form") if str(f.attributes.get("action")).endswith(ending))
    hidden = {str(n.attributes["name"]): str(n.attributes["value"]) for n in form.css("input[type=hidden]")}
    return str(form.attributes["action"]), hidden


async def sent(town: Town, ticket: Ticket) -> list[str]:
    async with town.house.database.transaction(tenant=town.id) as session:
        return [one.request["text"] for one in await outbox.of_ticket(session, town.id, ticket.id)]


async def test_the_inbox_says_the_term_in_words_shape_and_french(town: Town) -> None:
    ticket = await town.a_ticket()
    await town.sign_in()
    page = parsed(await town.browser.get("/boite"))
    row = page.css_first("table tbody tr")
    words = " ".join(row.text(separator=" ").split())
    assert "À qualifier" in words
    assert "accord possible" in words
    assert "Formulaire" in words
    assert ticket.reference in words
    assert row.css_first(".risk svg") is not None
    assert row.css_first("time").attributes["datetime"] == str(ticket.alert_on)


async def test_a_reference_a_word_and_a_receipt_number_find_the_request(town: Town) -> None:
    fields = await town.filled(message="Une pergola devant la boulangerie.")
    receipt = await town.post(fields)
    number = parsed(receipt).css_first("code.number").text()
    await town.read_all()
    (ticket,) = await town.tickets()
    await town.sign_in()
    for q in (ticket.reference, "pergola"):
        page = parsed(await town.browser.get("/boite", params={"q": q}))
        assert [link.attributes["href"] for link in page.css("table a")] == [path_of(ticket)]
    found = await town.browser.get("/boite", params={"q": number})
    assert (found.status_code, found.headers["location"]) == (303, path_of(ticket))
    none = await town.browser.get("/boite", params={"q": "introuvable\0%"})
    assert "Aucune demande" in none.text


async def test_a_list_longer_than_a_page_is_read_whole_without_doubles(town: Town, monkeypatch) -> None:
    monkeypatch.setattr("app.web.inbox.PER_PAGE", 2)
    for _ in range(5):
        await town.post(await town.filled())
    await town.read_all()
    await town.sign_in()
    for view in ("echeances", "activite"):
        path, seen = f"/boite?vue={view}", list[str]()
        while path:
            page = parsed(await town.browser.get(path))
            seen += [str(link.attributes["href"]) for link in page.css("table a")]
            following = page.css_first("a[rel=next]")
            path = str(following.attributes["href"]) if following else ""
        assert len(seen) == len(set(seen)) == 5, view


async def test_the_request_shows_each_date_its_reason_and_its_text(town: Town) -> None:
    ticket = await town.a_ticket()
    await town.sign_in()
    page = parsed(await town.browser.get(path_of(ticket)))
    lines = page.css("ol.tl li")
    assert lines
    for line in lines:
        assert line.css_first("time") is not None
        assert line.css_first("b").text()
    assert any("R112-11-1" in line.text() for line in lines)
    assert "Qualifiez" in page.css_first(".next").text()
    duties = page.css_first(".duties").text()
    assert "AEE" in duties
    assert "ARE" in duties


async def test_qualifying_moves_the_term_and_keeps_who_and_why(town: Town) -> None:
    ticket = await town.a_ticket()
    await town.sign_in()
    action, hidden = await form_of(town, path_of(ticket), "/qualification")
    words = {**hidden, "regime": "SVA", "delai": "P1M", "motif": "permission de voirie"}
    answer = await town.browser.post(action, data=words, headers=OURS)
    assert answer.status_code == 303
    page = parsed(await town.browser.get(answer.headers["location"].partition("#")[0]))
    assert "silence = accord" in page.css_first(".due").text()
    assert "permission de voirie" in page.css_first(".due").text()
    assert page.css_first("[role=status]") is not None


async def test_qualifying_without_a_delay_means_two_months(town: Town) -> None:
    ticket = await town.a_ticket()
    await town.sign_in()
    action, hidden = await form_of(town, path_of(ticket), "/qualification")
    await town.browser.post(action, data={**hidden, "regime": "SVA", "motif": "liste"}, headers=OURS)
    (qualified,) = await town.tickets()
    months = (qualified.term_on.year - ticket.received_at.year) * 12 + qualified.term_on.month  # type: ignore[union-attr]
    assert months - ticket.received_at.month == 2


@pytest.mark.parametrize(
    ("wrong", "says"),
    [({"motif": " "}, "motif"), ({"delai": "deux mois"}, "P15D"), ({"regime": "XXX"}, "silence")],
)
async def test_a_refused_qualification_says_why_and_loses_nothing(town: Town, wrong, says) -> None:
    ticket = await town.a_ticket()
    await town.sign_in()
    action, hidden = await form_of(town, path_of(ticket), "/qualification")
    typed = {**hidden, "regime": "SVR", "delai": "P4M", "motif": "arrêté du 1er mars", **wrong}
    answer = await town.browser.post(action, data=typed, headers=OURS)
    assert answer.status_code == 422
    page = parsed(answer)
    assert says in page.css_first("[role=alert]").text()
    if wrong.get("motif") is None:
        assert "arrêté du 1er mars" in page.css_first("textarea[name=motif]").text()


async def test_an_old_page_changes_nothing_and_gives_back_what_was_typed(town: Town) -> None:
    ticket = await town.a_ticket()
    await town.sign_in()
    action, hidden = await form_of(town, path_of(ticket), "/qualification")
    words = {**hidden, "regime": "SVA", "motif": "premier"}
    assert (await town.browser.post(action, data=words, headers=OURS)).status_code == 303
    late = await town.browser.post(action, data={**words, "regime": "none", "motif": "second"}, headers=OURS)
    assert late.status_code == 409
    page = parsed(late)
    assert "a changé" in page.css_first("[role=alert]").text()
    assert page.css_first("textarea[name=motif]").text().strip() == "second"
    assert "SVA" in page.css_first(".due").text()


async def test_a_second_click_does_not_write_twice_to_the_citizen(town: Town) -> None:
    ticket = await town.a_ticket()
    await town.sign_in()
    action, hidden = await form_of(town, path_of(ticket), "/reponses")
    words = {**hidden, "texte": "Bonjour, votre demande est à l’étude."}
    assert (await town.browser.post(action, data=words, headers=OURS)).status_code == 303
    again = await town.browser.post(action, data=words, headers=OURS)
    assert again.status_code == 409
    assert words["texte"] in parsed(again).css_first("textarea[name=texte]").text()
    texts = await sent(town, ticket)
    assert texts.count(words["texte"]) == 1
    page = parsed(await town.browser.get(path_of(ticket)))
    assert "Réponse\u00a0: En file" in page.css(".msg.out")[-1].text()


async def test_a_note_never_leaves_the_house(town: Town) -> None:
    ticket = await town.a_ticket()
    await town.sign_in()
    before = await sent(town, ticket)
    action, hidden = await form_of(town, path_of(ticket), "/notes")
    await town.browser.post(action, data={**hidden, "note": "Voir le plan."}, headers=OURS)
    assert await sent(town, ticket) == before
    note = parsed(await town.browser.get(path_of(ticket))).css_first(".msg.note")
    assert "jamais envoyée" in note.text()


async def test_a_note_that_names_who_does_not_see_the_request_is_refused_beside_its_field(town: Town) -> None:
    ticket = await town.a_ticket()
    await town.sign_in()
    nobody = public_id(Prefix.USER, new_id())
    action, hidden = await form_of(town, path_of(ticket), "/notes")
    typed = f"@[{nobody}] : à voir."
    refused = await town.browser.post(action, data={**hidden, "note": typed}, headers=OURS)
    page = parsed(refused)
    assert (refused.status_code, nobody.removeprefix("usr_") in page.css_first("#note-e").text()) == (422, True)
    field = page.css_first("textarea[name=note]")
    assert (field.text().strip(), field.attributes["aria-describedby"]) == (typed, "note-e")
    assert parsed(await town.browser.get(path_of(ticket))).css_first(".msg.note") is None


async def test_a_note_or_an_answer_given_here_takes_its_draft_away(town: Town) -> None:
    ticket = await town.a_ticket()
    actor = Actor("key", town.keys[await town.sign_in()], "Accueil")
    drafts = town.house.drafts
    async with town.house.database.transaction(tenant=town.id) as session:
        for kind in DraftKind:
            words = {"kind": kind, "text": "Bonjour", "shared": True, "version": 0}
            await drafts.save(session, town.id, ticket.id, **words, actor=actor)
    for ending, field, left in (("/notes", "note", ["reply"]), ("/reponses", "texte", [])):
        action, hidden = await form_of(town, path_of(ticket), ending)
        done = await town.browser.post(action, data={**hidden, field: "Bonjour."}, headers=OURS)
        assert done.status_code == 303, done.text
        async with town.house.database.transaction(tenant=town.id) as session:
            page = await drafts.page(session, town.id, ticket.id, reader=actor.label, after=None, limit=9)
        assert [one.kind.value for _, one in page] == left


async def test_closing_under_a_live_term_says_what_to_do_first(town: Town) -> None:
    ticket = await town.a_ticket()
    await town.sign_in()
    action, hidden = await form_of(town, path_of(ticket), "/cloture")
    refused = await town.browser.post(action, data=hidden, headers=OURS)
    assert refused.status_code == 409
    assert "qualifiez d'abord" in parsed(refused).css_first("[role=alert]").text()
    qualify, words = await form_of(town, path_of(ticket), "/qualification")
    await town.browser.post(qualify, data={**words, "regime": "none", "motif": "simple merci"}, headers=OURS)
    action, hidden = await form_of(town, path_of(ticket), "/cloture")
    assert (await town.browser.post(action, data=hidden, headers=OURS)).status_code == 303
    action, hidden = await form_of(town, path_of(ticket), "/reouverture")
    assert (await town.browser.post(action, data=hidden, headers=OURS)).status_code == 303


async def test_a_notified_decision_stops_the_clock_and_lets_the_request_be_closed(town: Town) -> None:
    ticket = await town.a_ticket()
    await town.sign_in()
    qualify, words = await form_of(town, path_of(ticket), "/qualification")
    await town.browser.post(qualify, data={**words, "regime": "SVA", "motif": "liste SVA"}, headers=OURS)
    town.clock.move(days=3)
    await town.sign_in()
    action, hidden = await form_of(town, path_of(ticket), "/decision")
    typed = {**hidden, "sens": "acceptance", "recours": "oui"}
    to_come = {**typed, "notifiee": f"{town.clock().date().isoformat()}T23:59"}
    refused = await town.browser.post(action, data=to_come, headers=OURS)
    assert (refused.status_code, "à venir" in refused.text) == (422, True)
    for wrong in ({**typed, "notifiee": "hier"}, {**to_come, "sens": "x"}):
        assert (await town.browser.post(action, data=wrong, headers=OURS)).status_code == 422
    notified = {**typed, "notifiee": f"{(town.clock() - timedelta(days=1)).date().isoformat()}T10:00"}
    assert (await town.browser.post(action, data=notified, headers=OURS)).status_code == 303
    page = parsed(await town.browser.get(path_of(ticket)))
    assert "Décision notifiée : accord" in page.css_first("ol.tl").text()
    action, hidden = await form_of(town, path_of(ticket), "/cloture")
    assert (await town.browser.post(action, data=hidden, headers=OURS)).status_code == 303


async def test_the_rail_counts_what_is_held(town: Town) -> None:
    await town.sign_in()
    assert parsed(await town.browser.get("/boite")).css_first(".count") is None
    await town.post(await town.filled(site_web="x"))
    rail = parsed(await town.browser.get("/boite")).css_first("nav.rail")
    assert "1 envois retenus" in rail.text()


async def test_an_agent_who_may_only_read_is_offered_nothing_else(town: Town) -> None:
    ticket = await town.a_ticket()
    await town.sign_in("tickets:read")
    page = parsed(await town.browser.get(path_of(ticket)))
    actions = [form.attributes["action"] for form in page.css("form")]
    assert actions == ["/deconnexion"]
    for ending in ("notes", "reponses", "cloture"):
        answer = await town.browser.post(f"{path_of(ticket)}/{ending}", data={"version": "1"}, headers=OURS)
        assert answer.status_code == 403
    assert (await town.browser.get("/quarantaine")).status_code == 403


async def test_the_watch_list_counts_and_leads_to_the_request(town: Town) -> None:
    ticket = await town.a_ticket()
    await town.sign_in()
    page = parsed(await town.browser.get("/surveillance"))
    tallies = {t.css_first(".risk").text(): t.css_first("b").text() for t in page.css(".tally")}
    assert tallies["À qualifier"] == "1"
    assert [str(link.attributes["href"]) for link in page.css("table a")] == [f"{path_of(ticket)}#legal"]
    assert not parsed(await town.browser.get("/surveillance?risque=born")).css("table a")


async def test_the_outbox_lets_a_captured_message_be_read(town: Town) -> None:
    ticket = await town.a_ticket()
    await town.sign_in()
    page = parsed(await town.browser.get("/envois"))
    line = page.css_first(".sendings li")
    assert "Accusé d’enregistrement" in line.text()
    assert ticket.reference in line.css_first("pre").text()
    assert not parsed(await town.browser.get("/envois?file=a-traiter")).css(".sendings li")


@pytest.mark.parametrize(
    ("risk", "alert_on", "second", "heat"),
    [
        ("critical", date(2026, 3, 3), "demain, silence = accord", "hot"),
        ("near", date(2026, 3, 12), "dans 10\u00a0jours, silence = accord", "soon"),
        ("born", date(2026, 3, 1), "hier, accord tacite né", "hot"),
        ("silence_rejects", date(2026, 3, 2), "aujourd’hui, silence = rejet", ""),
        ("unqualified", date(2026, 5, 2), "dans 61\u00a0jours, accord possible", ""),
        ("none", None, "le silence ne décide de rien", ""),
    ],
)
def test_a_term_is_said_in_words(risk: str, alert_on: date | None, second: str, heat: str) -> None:
    said = term(risk, term_on=alert_on, alert_on=alert_on, today=date(2026, 3, 2))
    assert (said.second, said.heat) == (second, heat)
