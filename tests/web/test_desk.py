"""« Nouvel appel, visite, courrier »: written down in seconds, once, at the day that counts in law."""

from datetime import timedelta

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from app.contacts import service as contacts
from app.contacts.service import PointKey
from app.facts import SYSTEM
from app.ids import Prefix, new_id, parse_id, public_id
from app.sve.law.events import Way
from app.sve.law.regime import Regime
from app.sve.law.vocabulary.words import way_of
from app.sve.values import Timeline
from app.tickets.values import Message, Ticket
from app.web.dates import long_day
from tests.web.conftest import OURS, Town, parsed

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\n%%EOF\n"


def node(page: LexborHTMLParser, selector: str) -> LexborNode:
    found = page.css_first(selector)
    assert found is not None, selector
    return found


async def a_form(town: Town, kind: str, qui: str = "") -> dict[str, str]:
    page = parsed(await town.browser.get("/nouvelle-demande", params={"canal": kind, "qui": qui}))
    nodes = page.css("form[method=post] input[type=hidden]")
    fields = {str(n.attributes["name"]): str(n.attributes.get("value") or "") for n in nodes}
    chosen = page.css_first("input[name=personne][checked]")
    return {**fields, **({"personne": str(chosen.attributes["value"])} if chosen else {})}


async def written(town: Town, kind: str, **answers: str) -> tuple[Ticket, Message, Timeline]:
    fields = await a_form(town, kind)
    answer = await town.browser.post("/nouvelle-demande", data={**fields, **answers}, headers=OURS)
    assert answer.status_code == 303, answer.text
    return await opened(town, answer.headers["location"])


async def opened(town: Town, location: str) -> tuple[Ticket, Message, Timeline]:
    ticket_id = parse_id(Prefix.TICKET, location.split("/")[2].partition("?")[0])
    async with town.house.database.transaction(tenant=town.id) as session:
        ticket = await town.house.tickets.get(session, town.id, ticket_id)
        (message,) = await town.house.tickets.thread(session, town.id, ticket_id)
        return ticket, message, await town.house.legal.timeline(session, town.id, ticket_id)


@pytest.mark.parametrize("kind", ["phone", "counter", "post"])
async def test_what_does_not_come_electronically_is_owed_an_ar_and_neither_aee_nor_are(town: Town, kind: str) -> None:
    """CRPA L112-3, R112-5; L112-11 speaks of electronic sendings alone."""
    await town.sign_in()
    day = {"recue": town.clock().date().isoformat()} if kind == "post" else {}
    ticket, _, law = await written(town, kind, texte="Demande une carte de stationnement.", **day)
    (saisine,) = law.saisines
    values = saisine.reading["values"]
    assert (ticket.channel_type, law.duties) == (kind, [])
    assert values["ar_required"] is True
    assert (values.get("aee_due_date"), values.get("are_due_date"), values.get("ar_due_date")) == (None, None, None)
    assert (saisine.risk.value, saisine.alert_on is None) == ("unqualified", False)


async def test_a_letter_counts_from_the_stamp_of_the_mail_room_and_is_marked_backdated(town: Town) -> None:
    await town.sign_in()
    stamp = town.clock().date() - timedelta(days=4)
    words = {"recue": stamp.isoformat(), "envoi_par": "lrar", "suivi": "1A 000 000 0000 0", "texte": "Terrasse."}
    _, message, law = await written(town, "post", **words)
    (saisine,) = law.saisines
    (event,) = law.events[saisine.id]
    assert (saisine.received_on, event.backdated) == (stamp, True)
    assert (message.fields["post_kind"], message.fields["tracking_number"]) == ("lrar", "1A 000 000 0000 0")


async def test_a_letter_without_its_stamp_or_from_tomorrow_is_not_written_down_and_nothing_typed_is_lost(
    town: Town,
) -> None:
    await town.sign_in()
    for day in ("", (town.clock().date() + timedelta(days=2)).isoformat(), "hier"):
        fields = {**await a_form(town, "post"), "recue": day, "texte": "Une terrasse."}
        answer = await town.browser.post("/nouvelle-demande", data=fields, headers=OURS)
        page = parsed(answer)
        assert answer.status_code == 422
        assert node(page, "#recue").attributes["aria-invalid"] == "true"
        assert node(page, "#texte").text().strip() == "Une terrasse."
    assert await town.tickets() == []


async def test_sent_twice_a_form_opens_one_request_and_another_text_is_said_not_to_be_there(town: Town) -> None:
    await town.sign_in()
    fields = {**await a_form(town, "phone"), "texte": "Le lampadaire est éteint."}
    first = await town.browser.post("/nouvelle-demande", data=fields, headers=OURS)
    again = await town.browser.post("/nouvelle-demande", data=fields, headers=OURS)
    assert first.headers["location"] == again.headers["location"]
    other = await town.browser.post("/nouvelle-demande", data={**fields, "texte": "Autre chose."}, headers=OURS)
    assert other.status_code == 409
    assert "déjà enregistrée" in other.text
    kept = parsed(other)
    assert node(kept, "#texte").text().strip() == "Autre chose."
    assert node(kept, "input[name=envoi]").attributes["value"] != fields["envoi"]
    assert len(await town.tickets()) == 1


async def test_a_caller_is_found_by_number_however_written_by_any_word_of_the_name_and_by_address(town: Town) -> None:
    wanted = {
        PointKey("phone", "", "+33199000001"): "Camille Exemple",
        PointKey("email", "", "autre@example.org"): "Dominique Essai",
    }
    async with town.house.database.transaction(tenant=town.id) as session:
        await contacts.resolve(session, town.id, wanted, at=town.clock())
    await town.sign_in()
    for qui, name in (
        ("01 99 00 00 01", "Camille Exemple"),
        ("exem", "Camille Exemple"),
        ("autre@EXAMPLE.org", "Dominique Essai"),
    ):
        page = parsed(await town.browser.get("/nouvelle-demande", params={"canal": "phone", "qui": qui}))
        (label,) = page.css("label.tick b")
        assert label.text() == name, qui
    fields = {**await a_form(town, "phone", "exemple"), "texte": "Rappeler."}
    answer = await town.browser.post("/nouvelle-demande", data=fields, headers=OURS)
    ticket, *_ = await opened(town, answer.headers["location"])
    assert ticket.contact_name == "Camille Exemple"
    none = await town.browser.get("/nouvelle-demande", params={"qui": "%"})
    assert "Personne de connu" in none.text


async def test_callers_without_a_name_share_no_contact_and_an_overseas_number_keeps_its_island(town: Town) -> None:
    await town.sign_in()
    one, *_ = await written(town, "phone", texte="Anonyme.")
    two, *_ = await written(town, "phone", texte="Anonyme aussi.")
    assert (one.contact_id, two.contact_id, one.id != two.id) == (None, None, True)
    _, message, _ = await written(town, "phone", texte="De l’île.", telephone="0596 00 00 01")
    assert message.author_address == "+596596000001"


async def test_scans_of_a_letter_are_its_pieces_and_a_program_is_refused(town: Town) -> None:
    await town.sign_in()
    fields = {**await a_form(town, "post"), "recue": town.clock().date().isoformat()}
    refused = await town.browser.post(
        "/nouvelle-demande", data=fields, files={"pieces": ("a.pdf", b"MZ\x90\0", "application/pdf")}, headers=OURS
    )
    assert refused.status_code == 422
    assert "ni un PDF" in refused.text
    answer = await town.browser.post(
        "/nouvelle-demande", data=fields, files={"pieces": ("lettre.pdf", PDF, "text/html")}, headers=OURS
    )
    _, message, _ = await opened(town, answer.headers["location"])
    ((_, piece),) = message.pieces
    assert (piece.name, piece.content_type) == ("lettre.pdf", "application/pdf")
    assert await town.house.store.get(town.id, str(piece.sha256)) == PDF


async def test_a_visit_ends_on_its_receipt_which_proves_the_day_and_promises_the_ar(town: Town) -> None:
    """CRPA L112-3, R112-5; the receipt is not that AR, and says so."""
    await town.sign_in()
    words = {"nom": "Camille Exemple", "identite": "oui", "texte": "Terrasse.", "rendez_vous": "un mardi matin"}
    answer = await town.browser.post("/nouvelle-demande", data={**await a_form(town, "counter"), **words}, headers=OURS)
    path = answer.headers["location"]
    assert path.endswith("/recepisse")
    said = " ".join((await town.browser.get(path)).text.split())
    (ticket,) = await town.tickets()
    for words_of_law in (
        ticket.reference,
        "identité montrée",
        "un mardi matin",
        "L. 112-3",
        "Il ne remplace pas",
        "Villebourg",
    ):
        assert words_of_law in said, words_of_law
    page = parsed(await town.browser.get(path.removesuffix("/recepisse")))
    assert "Identité montrée" in node(page, ".thread-list footer").text()


async def test_the_receipt_of_a_qualified_request_says_what_silence_decides_and_when(town: Town) -> None:
    await town.sign_in()
    ticket, _, law = await written(town, "post", texte="Terrasse.", recue=town.clock().date().isoformat())
    for regime, word in ((Regime.SVA, "acceptée"), (Regime.SVR, "voies et délais de recours")):
        async with town.house.database.transaction(tenant=town.id) as session:
            (saisine,) = (await town.house.legal.timeline(session, town.id, ticket.id)).saisines
            qualified = await town.house.legal.qualify(
                session,
                town.id,
                law.saisines[0].id,
                regime=regime,
                delay="P2M",
                procedure=None,
                reason="essai",
                version=saisine.version,
                actor=SYSTEM,
            )
        said = (await town.browser.get(f"/demandes/{public_id(Prefix.TICKET, ticket.id)}/recepisse")).text
        assert word in said
        assert qualified.term_on is not None
        assert long_day(qualified.term_on) in said


async def test_what_came_electronically_has_no_such_receipt(town: Town) -> None:
    ticket = await town.a_ticket()
    await town.sign_in()
    answer = await town.browser.get(f"/demandes/{public_id(Prefix.TICKET, ticket.id)}/recepisse")
    assert answer.status_code == 404


async def test_a_key_that_may_not_write_is_refused(town: Town) -> None:
    await town.sign_in("tickets:read")
    assert (await town.browser.get("/nouvelle-demande")).status_code == 403
    answer = await town.browser.post("/nouvelle-demande", data={"texte": "x"}, headers=OURS)
    assert answer.status_code == 403


async def test_another_towns_person_cannot_be_chosen(town: Town) -> None:
    await town.sign_in()
    fields = {**await a_form(town, "phone"), "texte": "x", "personne": public_id(Prefix.CONTACT, new_id())}
    answer = await town.browser.post("/nouvelle-demande", data=fields, headers=OURS)
    assert answer.status_code == 422
    assert await town.tickets() == []


def test_a_type_of_channel_says_its_family_first() -> None:
    told = {"phone.asterisk": Way.PHONE, "post": Way.POST, "counter": Way.DESK, "sms.twilio": Way.ELECTRONIC}
    assert {word: way_of(word) for word in told} == told
