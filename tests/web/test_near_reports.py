"""« Déjà signalé près d'ici ? »: a second step without a script, nobody else's words, and nothing lost on the way."""

from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import text

from app.facts import SYSTEM
from app.ids import Prefix, public_id
from app.tickets.threading import Why
from app.tickets.values import Message, Ticket
from tests.web.conftest import OURS, Town, parsed

HERE = {"lieu.lat": "48.11000", "lieu.lon": "-1.68000"}
NEXT_DOOR = {"lieu.lat": "48.11010", "lieu.lon": "-1.68000"}  # 11 metres to the north
ELSEWHERE = {"lieu.lat": "48.12000", "lieu.lon": "-1.68000"}
QUESTIONS: list[dict[str, Any]] = [
    {"name": "courriel", "label": "Adresse électronique", "kind": "email", "about": "email"},
    {"name": "message", "label": "Que voyez-vous ?", "kind": "textarea", "required": True, "about": "message"},
    {"name": "lieu", "label": "Où ?", "kind": "place"},
    {"name": "photo", "label": "Photographie", "kind": "file"},
]


@pytest.fixture
async def reports(town: Town) -> Town:
    """A town whose form is for reports of something on the ground."""
    async with town.house.database.transaction(tenant=town.id) as session:
        form = await town.house.channels.get(session, town.id, town.form.id)
        changes = {"fields": QUESTIONS, "report": True, "title": "Signaler un problème"}
        await town.house.channels.change(session, form, version=form.version, name=None, state=None, config=changes)
    return town


async def reported(town: Town, message: str, place: dict[str, str], **answers: str) -> LexborHTMLParser:
    fields = await town.filled(message=message, **place, **answers)
    answer = await town.post(fields)
    assert answer.status_code == 200, answer.text
    return parsed(answer)


async def answered(town: Town, page: LexborHTMLParser, choice: str | None) -> LexborHTMLParser:
    fields = {"recu": page.css_first("input[name=recu]").attributes["value"] or ""}
    if choice is not None:
        fields["choix"] = choice
    answer = await town.browser.post(str(page.css_first("form.f").attributes["action"]), data=fields)
    assert answer.status_code == (422 if choice is None else 200), answer.text
    return parsed(answer)


def choices(page: LexborHTMLParser) -> list[str]:
    return [str(one.attributes["value"]) for one in page.css("input[name=choix]")]


async def newest_first(town: Town) -> list[Ticket]:
    await town.read_all()
    return await town.tickets()


async def received(town: Town, ticket: Ticket) -> list[Message]:
    async with town.house.database.transaction(tenant=town.id) as session:
        thread = await town.house.tickets.thread(session, town.id, ticket.id)
    return [one for one in thread if one.direction == "in"]


async def test_whoever_says_me_too_joins_with_a_message_and_a_term_of_their_own(reports: Town) -> None:
    town = reports
    await reported(town, "Devant chez Claire, un trou", HERE, courriel="claire@example.fr")
    (first,) = await newest_first(town)
    town.clock.move(days=2)
    page = await reported(town, "Le même trou", NEXT_DOOR, courriel="paul@example.fr")
    words = page.css_first("main").text()
    assert "Déjà signalé près d’ici" in words
    assert "à environ 10" in words
    assert not any(private in page.html or "" for private in ("Claire", "claire@example.fr", first.reference))
    assert len(await newest_first(town)) == 1, "nothing is read while its author thinks"
    shown = await answered(town, page, choices(page)[0])
    assert "moi aussi" in shown.css_first("main").text()
    (kept,) = await newest_first(town)
    assert kept.id == first.id
    said = await received(town, kept)
    async with town.house.database.transaction(tenant=town.id) as session:
        timeline = await town.house.legal.timeline(session, town.id, kept.id)
    assert [one.author_address for one in said] == ["claire@example.fr", "paul@example.fr"]
    assert said[1].fields["placed_by"] == Why.SUPPORT
    assert {one.message_id for one in timeline.saisines} == {one.id for one in said}, "each person has a saisine"
    assert len({one.term_on for one in timeline.saisines}) == 2, "… that runs from its own reception"


async def test_what_an_agent_published_is_all_that_is_read_of_another(reports: Town) -> None:
    town = reports
    await reported(town, "Chez moi, Claire", HERE)
    (first,) = await newest_first(town)
    async with town.house.database.transaction(tenant=town.id) as session:
        await town.house.publishing.publish(
            session, town.id, first.id, description="Nid-de-poule rue du Four", shown=[], actor=SYSTEM
        )
    page = await reported(town, "Un trou", NEXT_DOOR)
    assert "Nid-de-poule rue du Four" in page.css_first("main").text()
    assert "Claire" not in (page.html or "")


async def test_something_else_is_a_report_of_its_own_with_its_pieces(reports: Town) -> None:
    town = reports
    await reported(town, "Un trou", HERE)
    await newest_first(town)
    fields = await town.filled(message="Un banc cassé", **NEXT_DOOR)
    answer = await town.post(fields, files={"photo": ("banc.jpg", b"\xff\xd8\xff\xd9", "image/jpeg")})
    page = parsed(answer)
    shown = await answered(town, page, choices(page)[-1])
    assert "banc.jpg" in shown.css_first("main").text()
    newest, first = await newest_first(town)
    async with town.house.database.transaction(tenant=town.id) as session:
        (message,) = await town.house.tickets.thread(session, town.id, newest.id)
    assert (message.text.splitlines()[0], [piece.name for _, piece in message.pieces]) == (
        "Un banc cassé",
        ["banc.jpg"],
    )
    assert first.id != newest.id


async def test_without_a_word_what_was_sent_leaves_by_itself_dated_from_its_sending(reports: Town) -> None:
    town = reports
    await reported(town, "Un trou", HERE)
    await newest_first(town)
    page = await reported(town, "Un trou encore", NEXT_DOOR)
    sent_at = town.clock()
    town.clock.move(minutes=16)
    newest, _ = await newest_first(town)
    assert newest.received_at == sent_at
    late = await answered(town, page, choices(page)[0])
    assert "déjà parti" in late.css_first("main").text()
    assert len(await newest_first(town)) == 2


async def test_a_choice_forgotten_is_asked_again_and_one_made_twice_counts_once(reports: Town) -> None:
    town = reports
    await reported(town, "Un trou", HERE)
    await newest_first(town)
    page = await reported(town, "Le même", NEXT_DOOR)
    again = await answered(town, page, None)
    assert again.css_first("#f-choix").attributes["aria-invalid"] == "true"
    assert choices(again) == choices(page)
    await answered(town, again, choices(again)[0])
    await answered(town, page, choices(page)[0])
    (kept,) = await newest_first(town)
    assert len(await received(town, kept)) == 2


async def test_a_page_sent_twice_joins_once(reports: Town) -> None:
    town = reports
    await reported(town, "Un trou", HERE)
    await newest_first(town)
    fields = await town.filled(message="Le même", **NEXT_DOOR)
    first, second = parsed(await town.post(fields)), parsed(await town.post(fields))
    await answered(town, second, choices(second)[0])
    await newest_first(town)
    town.clock.move(minutes=16)
    (kept,) = await newest_first(town)
    assert len(await received(town, kept)) == 2
    assert choices(first)


async def test_nobody_joins_what_they_were_not_shown(reports: Town) -> None:
    town = reports
    await reported(town, "Un trou", HERE)
    await reported(town, "Loin de là", ELSEWHERE)
    far, _ = await newest_first(town)
    page = await reported(town, "Le même", NEXT_DOOR)
    (offer, _) = choices(page)
    mac = offer.partition(".")[2]
    for forged in (f"{public_id(Prefix.TICKET, far.id)}.{mac}", public_id(Prefix.TICKET, far.id), "x.y", offer[:-1]):
        fields = {"recu": page.css_first("input[name=recu]").attributes["value"] or "", "choix": forged}
        answer = await town.browser.post(str(page.css_first("form.f").attributes["action"]), data=fields)
        assert answer.status_code == 404
    answer = await town.browser.post(
        str(page.css_first("form.f").attributes["action"]), data={"recu": "rcp_x.00", "choix": "autre"}
    )
    assert answer.status_code == 404


async def test_what_is_far_old_or_over_is_not_proposed(reports: Town) -> None:
    town = reports
    await reported(town, "Loin", ELSEWHERE)
    await reported(town, "Près", HERE)
    near, _ = await newest_first(town)
    async with town.house.database.transaction(tenant=town.id) as session:
        form = await town.house.channels.get(session, town.id, town.form.id)
        await town.house.channels.change(
            session, form, version=form.version, name=None, state=None, config={"near_metres": 5}
        )
    assert not choices(await reported(town, "À onze mètres", NEXT_DOOR))
    town.clock.move(days=31)
    assert near.reference
    assert not choices(await reported(town, "Un mois après", HERE))


async def test_what_is_confidential_is_nobodys_to_know_of(reports: Town) -> None:
    town = reports
    await reported(town, "Chez ma voisine", HERE)
    (first,) = await newest_first(town)
    async with town.house.database.transaction(tenant=town.id) as session:
        await session.execute(
            text("UPDATE tickets SET confidential_at = received_at WHERE tenant_id = :town AND id = :id"),
            {"town": town.id, "id": first.id},
        )
    assert not choices(await reported(town, "Un trou", NEXT_DOOR))


async def test_the_first_sending_of_a_report_dates_it_however_often_its_page_is_sent(reports: Town) -> None:
    """CRPA L231-1: the time runs from the first reception, not from the answer to our own question."""
    town = reports
    await reported(town, "Un trou", HERE)
    await newest_first(town)
    fields = await town.filled(message="Le même", **NEXT_DOOR)
    sent_at = town.clock()
    await town.post(fields)
    town.clock.move(minutes=9)
    again = parsed(await town.post(fields))
    await answered(town, again, choices(again)[0])
    (kept,) = await newest_first(town)
    assert [one.received_at for one in await received(town, kept)][1:] == [sent_at]


async def test_a_double_click_on_me_too_is_told_the_same_twice(reports: Town) -> None:
    town = reports
    await reported(town, "Un trou", HERE)
    await newest_first(town)
    page = await reported(town, "Le même", NEXT_DOOR)
    told = [(await answered(town, page, choices(page)[0])).css_first("main").text() for _ in range(2)]
    await newest_first(town)
    told.append((await answered(town, page, choices(page)[0])).css_first("main").text())
    assert ["Vous avez dit" in one for one in told] == [True] * 3


async def test_a_request_that_is_no_report_shows_nobody_elses(town: Town) -> None:
    await town.post(await town.filled())
    await town.read_all()
    answer = await town.post(await town.filled())
    assert "numéro de reçu" in answer.text.lower()


async def test_an_agent_sees_what_is_near_joins_it_in_one_gesture_and_undoes_it(reports: Town) -> None:
    town = reports
    await reported(town, "Un trou", HERE, courriel="claire@example.fr")
    await newest_first(town)
    page = await reported(town, "Un trou aussi", NEXT_DOOR, courriel="paul@example.fr")
    await answered(town, page, "autre")
    second, first = await newest_first(town)
    await town.sign_in()
    address = f"/demandes/{public_id(Prefix.TICKET, first.id)}"
    shown = parsed(await town.browser.get(address))
    panel = shown.css_first("#pres-d-ici")
    assert "1 signalement à moins de 50" in panel.text()
    assert second.reference in panel.text()
    fields = {str(one.attributes["name"]): one.attributes["value"] or "" for one in panel.css("form input")}
    joined = await town.browser.post(f"{address}/pres-d-ici", data=fields, headers=OURS)
    assert joined.status_code == 303, joined.text
    shown = parsed(await town.browser.get(address))
    assert shown.css_first("#pres-d-ici") is None
    assert "Même signalement, à 11 m" in shown.css_first("#mouvements").text()
    undo = shown.css_first("#mouvements form")
    version = str(undo.css_first("input[name=version]").attributes["value"])
    await town.browser.post(str(undo.attributes["action"]), data={"version": version}, headers=OURS)
    assert parsed(await town.browser.get(address)).css_first("#pres-d-ici") is not None
    stale = await town.browser.post(f"{address}/pres-d-ici", data=fields, headers=OURS)
    assert stale.status_code == 409


async def test_an_agent_publishes_words_and_hands_the_report_over_from_its_page(reports: Town) -> None:
    town = reports
    await reported(town, "Chez moi, Claire", HERE, courriel="claire@example.fr")
    (first,) = await newest_first(town)
    await town.sign_in()
    address = f"/demandes/{public_id(Prefix.TICKET, first.id)}"
    shown = parsed(await town.browser.get(address))
    assert shown.css_first("#partenaire") is None, "nobody to hand it over to"
    config = {"partner_endpoint": "https://open311.example.org/open311/v2", "partner_service": "ROAD"}
    async with town.house.database.transaction(tenant=town.id) as session:
        await town.house.channels.connect(
            session, town.id, type="open311", name="Métropole", address=None, config=config
        )
    version = str(shown.css_first("#signalement input[name=version]").attributes["value"])
    fields = {"version": version, "mots_publics": "Nid-de-poule"}
    assert (await town.browser.post(f"{address}/publication", data=fields, headers=OURS)).status_code == 303
    shown = parsed(await town.browser.get(address))
    assert shown.css_first("#mots-publics").text().strip() == "Nid-de-poule"
    assert shown.css_first("#mots-transmis").text().strip() == "Nid-de-poule", "what the public reads is proposed"
    partner = str(shown.css_first("#partenaire option").attributes["value"])
    fields = {"version": version, "partenaire": partner, "mots_transmis": "Nid-de-poule, 10 cm"}
    done = await town.browser.post(f"{address}/transmission", data=fields, headers=OURS)
    assert done.status_code == 303, done.text
    panel = parsed(await town.browser.get(address)).css_first("#signalement").text()
    assert "Transmis à Métropole" in panel
    twice = await town.browser.post(f"{address}/transmission", data=fields, headers=OURS)
    assert twice.status_code == 409
    assert parsed(twice).css_first("#partenaire") is None, "whoever has it is offered it no more"
    emptied = {"version": parsed(twice).css_first("#signalement input[name=version]").attributes["value"] or ""}
    assert (await town.browser.post(f"{address}/publication", data=emptied, headers=OURS)).status_code == 303
    assert "Publier" in parsed(await town.browser.get(address)).css_first("#signalement").text()
