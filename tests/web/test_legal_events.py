"""What an agent records of a saisine's life on the page of a request, without a script."""

from datetime import UTC, datetime

import pytest
from selectolax.lexbor import LexborHTMLParser

from app.ids import Prefix, public_id
from app.sve.values import Saisine
from app.tickets.values import Ticket
from tests.web.conftest import OURS, Town, parsed
from tests.web.test_agents_desk import path_of


@pytest.fixture(autouse=True)
def spring(town: Town) -> None:
    town.clock.at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


async def page_of(town: Town, ticket: Ticket) -> LexborHTMLParser:
    return parsed(await town.browser.get(path_of(ticket)))


async def saisines(town: Town, ticket: Ticket) -> list[Saisine]:
    async with town.house.database.transaction(tenant=town.id) as session:
        return list((await town.house.legal.timeline(session, town.id, ticket.id)).saisines)


def form_with(page: LexborHTMLParser, ending: str, **hidden: str) -> tuple[str, dict[str, str]]:
    """The form whose address ends so and which bears these hidden words: where it goes, and what it bears."""
    for form in page.css("form"):
        if not str(form.attributes.get("action")).endswith(ending):
            continue
        found = {str(n.attributes["name"]): str(n.attributes["value"]) for n in form.css("input[type=hidden]")}
        if hidden.items() <= found.items():
            return str(form.attributes["action"]), found
    raise AssertionError((ending, hidden))


async def tell(town: Town, ticket: Ticket, geste: str, **words: str):
    action, hidden = form_with(await page_of(town, ticket), "/evenements", geste=geste)
    return await town.browser.post(action, data={**hidden, **words}, headers=OURS)


async def later(town: Town, **time: float) -> None:
    """Moves the clock; a session does not last so long."""
    town.clock.move(**time)
    await town.sign_in()


PIECES = {
    "le": "2026-03-10T09:00",
    "pieces": "Plan de situation\nPhotographie",
    "jusquau": "2026-04-10",
    "texte": "C. urb. R431-36",
    "regle": "oui",
}


async def a_qualified_ticket(town: Town, **answers: str) -> Ticket:
    ticket = await town.a_ticket(**answers)
    await town.sign_in()
    action, hidden = form_with(await page_of(town, ticket), "/qualification")
    await town.browser.post(action, data={**hidden, "regime": "SVA", "motif": "liste"}, headers=OURS)
    return ticket


async def test_an_event_is_recorded_with_its_form_and_told_twice_once(town: Town) -> None:
    ticket = await a_qualified_ticket(town)
    await later(town, days=9)
    action, hidden = form_with(await page_of(town, ticket), "/evenements", geste="pieces_requested")
    first = await town.browser.post(action, data={**hidden, **PIECES}, headers=OURS)
    assert first.headers["location"].endswith("?fait=evenement#legal")
    second = await town.browser.post(action, data={**hidden, **PIECES}, headers=OURS)
    assert second.status_code == 409
    page = await page_of(town, ticket)
    lines = [line.text(separator=" ") for line in page.css("ol.tl li")]
    asked = next(line for line in lines if "Pièces demandées" in line)
    assert "Plan de situation, Photographie" in asked
    assert "Consigné le" in asked
    assert "Suspendu" in page.css_first(".due").text()


async def test_what_cannot_be_is_said_beside_its_field_and_nothing_typed_is_lost(town: Town) -> None:
    ticket = await a_qualified_ticket(town)
    answer = await tell(town, ticket, "pieces_requested", **{**PIECES, "le": "2026-12-01T09:00", "texte": ""})
    page = parsed(answer)
    assert answer.status_code == 422
    box = next(one for one in page.css("details.gesture") if "open" in one.attributes)
    assert "obligatoire" in box.css_first(".err-m").text()
    assert "Photographie" in box.css_first("textarea").text()
    answer = await tell(town, ticket, "pieces_requested", **{**PIECES, "le": "2026-12-01T09:00"})
    told = parsed(answer).css_first("details.gesture .err-m").text()
    assert "à venir" in told
    field = parsed(answer).css_first("details.gesture input[aria-invalid=true]")
    assert field.attributes["name"] == "le"
    assert field.attributes["value"] == "2026-12-01T09:00"


async def test_a_rule_that_forbids_is_said_with_its_text(town: Town) -> None:
    ticket = await a_qualified_ticket(town)
    await later(town, days=9)
    answer = await tell(town, ticket, "pieces_received", le="2026-03-05T09:00", complet="oui")
    assert answer.status_code == 409
    page = parsed(answer)
    assert "L114-3" in page.css_first("[role=alert]").text()
    assert "rien n'a été demandé" in page.css_first("details.gesture .err-m").text().lower()


async def test_an_event_recorded_wrongly_is_struck_and_the_dates_come_back(town: Town) -> None:
    ticket = await a_qualified_ticket(town)
    before = (await saisines(town, ticket))[0].term_on
    await later(town, days=9)
    await tell(town, ticket, "pieces_requested", **PIECES)
    answer = await tell(town, ticket, "corrected", pourquoi="Consigné sur la mauvaise demande.")
    assert answer.status_code == 303, answer.text
    page = await page_of(town, ticket)
    assert "Pièces demandées" in page.css_first("ol.tl li.annulled del").text()
    assert "Consigné sur la mauvaise demande." in page.css_first("ol.tl").text()
    assert (await saisines(town, ticket))[0].term_on == before


async def test_a_decision_is_followed_from_its_signature_to_its_reception(town: Town) -> None:
    ticket = await a_qualified_ticket(town)
    await later(town, days=30)
    assert (await tell(town, ticket, "express_decision", sens="partial", le="2026-03-25T10:00")).status_code == 303
    assert (await saisines(town, ticket))[0].closed_at is None
    early = await tell(town, ticket, "step", etape="decision_presented", le="2026-03-24T10:00")
    assert early.status_code == 422
    assert "signée" in parsed(early).css_first("details.gesture .err-m").text()
    done = await tell(town, ticket, "step", etape="decision_presented", le="2026-03-28T10:00")
    assert done.status_code == 303, done.text
    assert (await saisines(town, ticket))[0].closed_at is not None
    assert "accord partiel" in (await page_of(town, ticket)).css_first("ol.tl").text()


async def test_what_is_no_request_is_dismissed_and_may_be_reopened(town: Town) -> None:
    ticket = await town.a_ticket()
    await town.sign_in()
    nothing = await tell(town, ticket, "dismissed", pourquoi="other")
    assert "motif" in parsed(nothing).css_first("details.gesture .err-m").text()
    assert (await tell(town, ticket, "dismissed", pourquoi="thanks")).status_code == 303
    page = await page_of(town, ticket)
    assert "remerciement" in page.css_first(".due").text()
    assert len(page.css("details.gesture")) == 1
    assert (await tell(town, ticket, "reopened", pourquoi="C’était une demande.")).status_code == 303
    assert (await saisines(town, ticket))[0].closed_at is None


async def test_a_message_asks_for_something_else_too_once(town: Town) -> None:
    ticket = await town.a_ticket()
    await town.sign_in()
    action, hidden = form_with(await page_of(town, ticket), "/saisines")
    words = {**hidden, "autre_demande": "Une permission de voirie."}
    assert (await town.browser.post(action, data=words, headers=OURS)).status_code == 303
    assert (await town.browser.post(action, data=words, headers=OURS)).status_code == 409  # sent twice
    first, second = await saisines(town, ticket)
    assert (first.ordinal, second.ordinal, first.alert_on) == (0, 1, second.alert_on)
    assert "Une permission de voirie." in (await page_of(town, ticket)).css_first("#legal").text()


async def test_the_same_request_is_joined_to_the_first_and_separated(town: Town) -> None:
    first = await town.a_ticket(message="Une terrasse.")
    town.clock.move(hours=1)
    second = await town.a_ticket(message="Une terrasse, je vous l’ai déjà demandé.")
    assert first.id != second.id
    await town.sign_in()
    page = await page_of(town, second)
    action, hidden = form_with(page, "/reunion")
    options = [o.attributes["value"] for o in page.css("select[name=avec] option") if o.attributes.get("value")]
    assert len(options) == 1
    words = {**hidden, "avec": str(options[0]), "pourquoi": "Même texte."}
    answer = await town.browser.post(action, data=words, headers=OURS)
    assert answer.status_code == 303, answer.text
    page = await page_of(town, second)
    assert first.reference in page.css_first(".due").text()
    action, hidden = form_with(page, "/separation")
    assert (await town.browser.post(action, data=hidden, headers=OURS)).status_code == 303
    assert (await saisines(town, second))[0].joined_to is None


async def test_an_agent_who_may_only_read_is_offered_nothing_and_records_nothing(town: Town) -> None:
    ticket = await a_qualified_ticket(town)
    action, hidden = form_with(await page_of(town, ticket), "/evenements", geste="dismissed")
    reader = town.open_browser()
    await town.sign_in("tickets:read", "sve:read", browser=reader)
    assert parsed(await reader.get(path_of(ticket))).css("details.gesture") == []
    refused = await reader.post(action, data={**hidden, "pourquoi": "thanks"}, headers=OURS)
    assert refused.status_code == 403
    assert (await saisines(town, ticket))[0].closed_at is None


async def test_an_answer_ends_the_wait_where_silence_decides_nothing(town: Town) -> None:
    ticket = await town.a_ticket()
    await town.sign_in()
    action, hidden = form_with(await page_of(town, ticket), "/qualification")
    await town.browser.post(action, data={**hidden, "demarche": "LOG-DALO", "motif": "recours DALO"}, headers=OURS)
    (before,) = await saisines(town, ticket)
    assert before.closed_at is None
    assert before.reading["values"]["reply_due_date"]
    await later(town, days=5)
    waiting = await tell(town, ticket, "message_out", le="2026-03-06T10:00", portee="holding")
    assert waiting.headers["location"].endswith("?fait=evenement#legal")
    assert (await saisines(town, ticket))[0].closed_at is None
    await tell(town, ticket, "message_out", le="2026-03-06T11:00", portee="reply")
    assert "Réponse donnée" in (await page_of(town, ticket)).css_first("ol.tl").text()
    assert (await saisines(town, ticket))[0].closed_at is not None


async def test_a_saisine_of_another_request_is_not_acted_on_from_this_one(town: Town) -> None:
    ticket = await a_qualified_ticket(town)
    other = await town.a_ticket()
    (theirs,) = await saisines(town, other)
    here = f"{path_of(ticket)}/saisines/{public_id(Prefix.SAISINE, theirs.id)}"
    words = {"version": str(theirs.version), "regime": "SVR", "motif": "essai", "pourquoi": "essai"}
    told = {"sens": "refusal", "notifiee": "2026-03-02T08:00", "geste": "dismissed", "reason": "spam"}
    for act in ("qualification", "decision", "evenements", "reunion", "separation"):
        to = {"avec": public_id(Prefix.SAISINE, (await saisines(town, ticket))[0].id)}
        answer = await town.browser.post(f"{here}/{act}", data={**words, **told, **to}, headers=OURS)
        assert answer.status_code == 404, act
    assert await saisines(town, other) == [theirs]
