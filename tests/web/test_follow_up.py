"""A citizen follows a request with its reference and a code sent to their own address: what opens, and everything that does not."""

import re
from dataclasses import dataclass, field

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text

from app.channels.contract import Outcome, Sender, SendRequest, Sent
from app.channels.values import Channel
from app.db.transaction import Session
from app.exchanges.freezing import Draft
from app.facts import Actor
from app.rest.quotas import GUESSES, Quota
from app.sve.law.regime import Regime
from app.tickets.values import Ticket
from app.web import follow
from tests.harness.houses import a_town
from tests.harness.towns import mail
from tests.web.conftest import OURS, Town, parsed

AGENT = Actor("agent", None, "Camille Exemple")
WHO = "usager@example.fr"


@dataclass
class Carrier:
    """Carries everything, and keeps what a person would read."""

    gone: list[SendRequest] = field(default_factory=list)

    def can(self, channel: Channel, adapter: Sender) -> bool:
        return True

    async def carry(self, channel: Channel, adapter: Sender, request: SendRequest) -> Sent:
        self.gone.append(request)
        return Sent(outcome=Outcome.OK)

    @property
    def codes(self) -> list[str]:
        found = (re.search(r"code de vérification est (\d{6})", one.text) for one in self.gone)
        return [one[1] for one in found if one]


@pytest.fixture
def carrier(town: Town, monkeypatch: pytest.MonkeyPatch) -> Carrier:
    made = Carrier()
    monkeypatch.setattr(town.house.deliverer, "_carrier", made)
    monkeypatch.setattr(town.house.composer, "_carrier", made)
    monkeypatch.setattr(follow, "FLOOR_S", 0.0)
    return made


@pytest_asyncio.fixture
async def ticket(town: Town, carrier: Carrier) -> Ticket:
    return await town.a_ticket()


async def leave(town: Town) -> None:
    await town.house.dispatcher.sweep(town.id)
    for channel in (town.form, town.mail):
        while (await town.house.dispatcher.depart(town.id, channel.id)).count:
            pass


async def ask(
    town: Town, reference: str, address: str = WHO, browser: httpx.AsyncClient | None = None
) -> httpx.Response:
    fields = {"reference": reference, "adresse": address}
    fields["administration"] = await slug_of(town)
    answer = await (browser or town.browser).post("/suivi", data=fields, headers=OURS)
    await leave(town)
    return answer


async def slug_of(town: Town) -> str:
    async with town.house.database.transaction(tenant=town.id) as session:
        return (await town.house.tenants.get(session, town.id)).slug


async def give(
    town: Town, reference: str, code: str, address: str = WHO, browser: httpx.AsyncClient | None = None
) -> httpx.Response:
    fields = {"reference": reference, "adresse": address, "code": code, "administration": await slug_of(town)}
    return await (browser or town.browser).post("/suivi/code", data=fields, headers=OURS)


async def opened(town: Town, carrier: Carrier, ticket: Ticket, browser: httpx.AsyncClient | None = None) -> None:
    await ask(town, ticket.reference, browser=browser)
    entered = await give(town, ticket.reference, carrier.codes[-1], browser=browser)
    assert (entered.status_code, entered.headers["location"]) == (303, "/suivi/demande"), entered.text


async def shown(town: Town, query: str = "", browser: httpx.AsyncClient | None = None) -> str:
    answer = await (browser or town.browser).get(f"/suivi/demande{query}")
    assert answer.status_code == 200, answer.text
    main = parsed(answer).css_first("main")
    assert main is not None
    return main.text()


async def saisine(session: Session, town: Town, ticket: Ticket) -> None:
    (one,) = await town.house.legal.of_tickets(session, town.id, [ticket.id])
    await town.house.legal.qualify(
        session,
        town.id,
        one.id,
        regime=Regime.SVA,
        delay=None,
        procedure=None,
        reason="essai",
        version=one.version,
        actor=AGENT,
    )


async def test_a_request_is_followed_with_its_reference_and_a_code_and_is_written_to(
    town: Town, carrier: Carrier, ticket: Ticket
) -> None:
    async with town.house.database.transaction(tenant=town.id) as session:
        await town.house.tickets.note(session, town.id, ticket.id, "Note entre agents.", actor=AGENT)
    answer = await ask(town, ticket.reference.lower(), " Usager@example.fr ".strip().lower())
    assert (answer.status_code, "un code y part maintenant" in answer.text) == (200, True)
    entered = await give(town, ticket.reference, carrier.codes[-1])
    cookie = entered.headers["set-cookie"]
    assert entered.status_code == 303
    assert {"HttpOnly", "SameSite=strict", "Path=/suivi", "Max-Age=1800"} <= set(cookie.split("; ")), cookie
    page = await shown(town)
    assert ticket.reference in page
    assert ("Terrasse" in page, "Une terrasse." in page, "aucune date n’est établie" in page) == (True, True, True)
    assert "Note entre agents" not in page
    assert carrier.codes[-1] not in page
    assert "Votre code de vérification" not in page

    async with town.house.database.transaction(tenant=town.id) as session:
        await saisine(session, town, ticket)
    page = await shown(town)
    assert ("Réponse au plus tard" in page, "elle est acceptée" in page) == (True, True)
    assert "it is granted" in await shown(town, "?lang=en")
    assert "c’est oui" in await shown(town, "?simple=1")

    form = parsed(await town.browser.get("/suivi/demande"))
    (field_of_name,) = form.css("input[name=envoi]")
    name = field_of_name.attributes["value"]
    pieces = {"pieces": ("plan.pdf", b"%PDF-1.4 plan", "application/pdf")}
    for _ in range(2):  # a double click
        added = await town.browser.post(
            "/suivi/demande", data={"envoi": name, "message": "Voici le plan."}, files=pieces, headers=OURS
        )
        assert (added.status_code, added.headers["location"]) == (303, "/suivi/demande?ajoute=1"), added.text
    await town.read_all()
    assert [one.id for one in await town.tickets()] == [ticket.id]
    page = await shown(town, "?ajoute=1")
    assert (page.count("Voici le plan."), "plan.pdf" in page, "est enregistré" in page) == (1, True, True)
    page_of_nothing = await town.browser.post("/suivi/demande", data={"message": " "}, headers=OURS)
    assert (page_of_nothing.status_code, "n’est pas parti" in page_of_nothing.text) == (422, True)

    town.clock.move(minutes=31)
    over = await town.browser.get("/suivi/demande")
    assert ("La page est refermée" in over.text, "Voici le plan" in over.text) == (True, False)
    late = await town.browser.post("/suivi/demande", data={"message": "Trop tard."}, headers=OURS)
    assert "n’a pas été enregistré" in late.text


async def test_answers_that_left_are_shown_and_those_that_did_not_are_not(
    town: Town, carrier: Carrier, ticket: Ticket
) -> None:
    await leave(town)
    await opened(town, carrier, ticket)
    assert "Accusé d’enregistrement" in await shown(town)
    async with town.house.database.transaction(tenant=town.id) as session:
        found = await town.house.tickets.get(session, town.id, ticket.id)
        draft = Draft(text="Votre terrasse est permise.")
        await town.house.composer.freeze(session, town.id, found, draft, actor=AGENT)
    assert "est permise" not in await shown(town)
    town.clock.move(minutes=1)
    await leave(town)
    assert "est permise" in await shown(town)


async def test_whether_a_request_exists_is_told_to_nobody(town: Town, carrier: Carrier, ticket: Ticket) -> None:
    """Right and wrong references and addresses are answered in the same words, at both steps."""
    asked = [
        (ticket.reference, WHO),
        ("26-999999-A", WHO),
        (ticket.reference, "autre@example.fr"),
        ("inconnue", "personne"),
    ]
    bare = []
    for reference, address in asked:
        answer = await ask(town, reference, address)
        wrong = await give(town, reference, "000000" if carrier.codes[-1:] != ["000000"] else "000001", address)
        assert "set-cookie" not in wrong.headers
        seen = [(one.status_code, _without(one.text, reference, address)) for one in (answer, wrong)]
        bare.append((seen, sorted({*answer.headers, *wrong.headers})))
    assert all(one == bare[0] for one in bare)
    assert [one.to.address for one in carrier.gone if "code" in (one.subject or "")] == [WHO]


def _without(text: str, *words: str) -> str:
    for word in words:
        text = text.replace(f'value="{word}"', "").replace(f">{word}<", "><")
    return text


async def test_a_code_works_once_for_ten_minutes_and_five_tries_and_three_leave_a_day(
    town: Town, carrier: Carrier, ticket: Ticket
) -> None:
    await opened(town, carrier, ticket)
    (first,) = carrier.codes
    assert (await give(town, ticket.reference, first)).status_code == 422
    await ask(town, ticket.reference)
    town.clock.move(minutes=11)
    assert (await give(town, ticket.reference, carrier.codes[-1])).status_code == 422
    await ask(town, ticket.reference)
    third = carrier.codes[-1]
    for _ in range(5):
        assert (await give(town, ticket.reference, f"{(int(third) + 1) % 1_000_000:06d}")).status_code == 422
    assert (await give(town, ticket.reference, third)).status_code == 422
    fourth = await ask(town, ticket.reference)
    assert (fourth.status_code, len(carrier.codes)) == (200, 3)


async def test_another_person_of_the_same_request_sees_their_own_words_alone(
    town: Town, carrier: Carrier, ticket: Ticket
) -> None:
    await leave(town)
    (reply_to,) = {one.reply_to for one in carrier.gone if one.reply_to}
    other = mail(
        sender="Voisine <voisine@example.org>",
        to=str(reply_to),
        subject="Re: Terrasse",
        text="Je suis la voisine.",
        message_id="<v@example.org>",
    )
    await town.receive(other)
    assert len(await town.tickets()) == 1
    await ask(town, ticket.reference, "voisine@example.org")
    assert (await give(town, ticket.reference, carrier.codes[-1], "voisine@example.org")).status_code == 303
    theirs = await shown(town)
    assert ("Je suis la voisine." in theirs, "Une terrasse." in theirs) == (True, False)
    await opened(town, carrier, ticket)
    ours = await shown(town)
    assert ("Je suis la voisine." in ours, "Une terrasse." in ours) == (False, True)


async def test_an_address_is_found_however_it_is_spelled(town: Town, carrier: Carrier) -> None:
    """A mail program writes capitals that its owner does not type; the code leaves to the address as it was kept."""
    for number, sender in enumerate(("jean.dupont@example.org", "Jean.Dupont@Example.org")):
        await town.receive(mail(sender=sender, subject=f"Haie {number}", message_id=f"<{number}@example.org>"))
    requests = {one.subject: one.reference for one in await town.tickets()}
    for subject, typed, kept in (
        ("Haie 0", "jean.dupont@example.org", "jean.dupont@example.org"),
        ("Haie 0", "Jean.Dupont@example.org", "jean.dupont@example.org"),
        ("Haie 1", "jean.dupont@example.org", "Jean.Dupont@example.org"),
        ("Haie 1", "JEAN.DUPONT@EXAMPLE.ORG", "Jean.Dupont@example.org"),
    ):
        sent = len(carrier.codes)
        await ask(town, requests[subject], typed)
        assert (subject, typed, len(carrier.codes)) == (subject, typed, sent + 1)
        assert carrier.gone[-1].to.address == kept
        entered = await give(town, requests[subject], carrier.codes[-1], typed)
        assert (subject, typed, entered.status_code) == (subject, typed, 303)


async def test_a_request_joined_to_another_is_followed_there_and_an_erased_one_no_more(
    town: Town, carrier: Carrier, ticket: Ticket
) -> None:
    await opened(town, carrier, ticket)
    other = await town.a_ticket(courriel="voisin@example.fr", objet="Haie", message="Une haie.", nom="Autre")
    async with town.house.database.transaction(tenant=town.id) as session:
        target = await town.house.tickets.get(session, town.id, other.id)
        await town.house.moves.merge(
            session,
            town.id,
            target.id,
            [ticket.id],
            reason="même affaire",
            despite_other_contact=True,
            version=target.version,
            actor=AGENT,
        )
    page = await shown(town)
    assert (ticket.reference in page, "Une terrasse." in page) == (True, True)
    assert (other.reference in page, "Haie" in page, "Une haie." in page) == (False, False, False)
    async with town.house.database.transaction(tenant=town.id) as session:
        emptied = {"tenant": town.id, "id": other.id, "at": town.clock()}
        await session.execute(
            text("UPDATE tickets SET erased_at = :at WHERE tenant_id = :tenant AND id = :id"), emptied
        )
    over = await town.browser.get("/suivi/demande")
    assert ("La page est refermée" in over.text, "Une terrasse." in over.text) == (True, False)
    sent = len(carrier.codes)
    assert (await ask(town, ticket.reference)).status_code == 200
    assert len(carrier.codes) == sent


async def test_a_word_is_of_one_request_and_a_forged_one_opens_nothing(
    town: Town, carrier: Carrier, ticket: Ticket
) -> None:
    await opened(town, carrier, ticket)
    word = str(town.browser.cookies["parvis_suivi"])
    for forged in ("", "A" * len(word), f"{word[:20]}{'B' if word[20] != 'B' else 'C'}{word[21:]}", word[:-4]):
        stranger = town.open_browser()
        told = await stranger.get("/suivi/demande", headers={"Cookie": f"parvis_suivi={forged}"})
        assert ("Une terrasse." in told.text, "La page est refermée" in told.text) == (False, True)
        assert (await stranger.get("/boite", headers={"Cookie": f"parvis_suivi={word}"})).status_code == 303
    away = await town.browser.post("/suivi/demande", data={"message": "x"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert away.status_code == 403
    left = await town.browser.post("/suivi/quitter", headers=OURS)
    assert (left.status_code, "parvis_suivi" in town.browser.cookies) == (303, False)


async def test_another_administration_knows_nothing_of_it(town: Town, carrier: Carrier, ticket: Ticket) -> None:
    other = f"autre-{town.slug[-8:]}"
    await a_town(town.house, slug=other)
    fields = {"reference": ticket.reference, "adresse": WHO, "administration": other}
    assert (await town.browser.post("/suivi", data=fields, headers=OURS)).status_code == 200
    await leave(town)
    assert carrier.codes == []
    nobody = await town.browser.post("/suivi", data={**fields, "administration": "inconnue"}, headers=OURS)
    assert (nobody.status_code, "une administration que nous connaissons" in nobody.text) == (422, True)


async def test_who_tries_many_waits(
    town: Town, carrier: Carrier, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(town.house.quotas._sizes, Quota.ADDRESS, 600)
    told = [(await give(town, "26-000001-A", "123456")).status_code for _ in range(GUESSES + 1)]
    assert (told[0], told[-1]) == (422, 429)


async def test_a_suspended_administration_shows_nothing_and_says_how_to_be_heard(
    town: Town, carrier: Carrier, ticket: Ticket
) -> None:
    await opened(town, carrier, ticket)
    async with town.house.database.transaction(tenant=town.id) as session:
        await town.house.standing.suspend(session, town.id, reason="Impayé de 2026", actor=AGENT)
    for answer in (await town.browser.get("/suivi/demande"), await ask(town, ticket.reference)):
        assert (answer.status_code, "Impayé" in answer.text, "Une terrasse." in answer.text) == (503, False, False)
        assert "leurs délais continuent de courir" in answer.text


async def test_each_administration_states_its_own_accessibility_and_who_publishes(town: Town) -> None:
    query = f"?administration={await slug_of(town)}"
    for path, words in (("/accessibilite", "non conforme"), ("/mentions-legales", "un seul cookie")):
        answer = await town.browser.get(path + query)
        assert (answer.status_code, words in answer.text) == (200, True)
        assert f'href="/suivi{query}"' in answer.text
        assert len(answer.content) < 60_000
