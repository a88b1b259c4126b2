"""Answering from the page of a request: approved texts once the window has closed, public words said twice."""

from typing import Any

import pytest

from app.channels import approved
from app.channels.contract import Delivery, Template
from app.channels.values import Channel
from app.exchanges import outbox
from app.exchanges.outbox import Outbound
from app.exchanges.receptions import Door
from app.ids import Prefix, new_id, public_id
from app.tickets.values import Ticket
from tests.simulators import meta
from tests.web.conftest import OURS, Town, parsed

TEMPLATES = [
    Template(name="rappel", language="fr", text="Votre rendez-vous : le {{1}}, bureau {{2}}.", parameters=2),
    Template(name="merci", language="fr", text="Merci, c'est noté.", parameters=0),
]
APP = {"app_secret": meta.SECRET, "verify_token": "v", "access_token": meta.TOKEN}
CONFIGS: dict[str, dict[str, Any]] = {
    "meta.whatsapp": {"phone_number_id": meta.NUMBER, "business_account_id": meta.WABA},
    "meta.messenger": {"page_id": meta.PAGE},
}


async def heard(town: Town, kind: str, posted: tuple[bytes, Any]) -> tuple[Channel, Ticket, str]:
    """Connects a channel of Meta and takes a message by it; returns the request and the address of its page."""
    async with town.house.database.transaction(tenant=town.id) as session:
        channel = await town.house.channels.connect(
            session, town.id, type=kind, name=new_id().hex, address=None, config={**APP, **CONFIGS[kind]}
        )
    body, headers = posted
    await town.house.inbound.accept(channel, Delivery(body=body, headers=tuple(headers.items())), door=Door.HOOK)
    await town.read_all()
    ticket = next(one for one in await town.tickets() if one.channel_id == channel.id)
    await town.sign_in()
    return channel, ticket, f"/demandes/{public_id(Prefix.TICKET, ticket.id)}"


async def sent(town: Town, ticket: Ticket) -> list[Outbound]:
    async with town.house.database.transaction(tenant=town.id) as session:
        return [one for one in await outbox.of_ticket(session, town.id, ticket.id) if one.purpose == "reply"]


@pytest.fixture
async def closed(town: Town) -> tuple[Ticket, str]:
    """A request by WhatsApp, a day too late for free words, and the texts its provider approved."""
    person = f"336{new_id().int % 10**8:08d}"
    channel, ticket, path = await heard(town, "meta.whatsapp", meta.whatsapp_message(1, "Bonjour", person=person))
    town.clock.move(hours=25)
    async with town.house.database.transaction(tenant=town.id) as session:
        await approved.keep(session, town.id, channel.id, TEMPLATES, at=town.clock())
    await town.sign_in()  # the session of the day before has ended
    return ticket, path


def fields(page: Any, name: str) -> dict[str, str]:
    form = next(one for one in page.css("form[action$=modeles]") if one.css_first(f"input[value={name}]"))
    named = {one.attributes["name"]: one.attributes.get("value") or "" for one in form.css("input")}
    return {name: value for name, value in named.items() if name}


async def test_a_closed_window_shows_the_approved_texts_with_their_places(
    town: Town, closed: tuple[Ticket, str]
) -> None:
    page = parsed(await town.browser.get(closed[1]))
    assert "ne laisse plus écrire librement" in page.css_first("#repondre .notice").text()
    assert "Votre rendez-vous : le [1], bureau [2]." in page.css_first("#modeles .words").text()
    assert sorted(fields(page, "rappel")) == ["langue", "modele", "p1", "p2", "version"]
    assert all(page.css(f"label[for={one.attributes['id']}]") for one in page.css("#modeles input.input"))


async def test_an_approved_text_filled_in_leaves_and_a_second_click_sends_nothing(
    town: Town, closed: tuple[Ticket, str]
) -> None:
    ticket, path = closed
    filled = {**fields(parsed(await town.browser.get(path)), "rappel"), "p1": "mardi 3 mars, 9 h", "p2": "12"}
    answers = [await town.browser.post(f"{path}/modeles", data=filled, headers=OURS) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 409]
    (left,) = await sent(town, ticket)
    assert left.request["text"] == "Votre rendez-vous : le mardi 3 mars, 9 h, bureau 12."
    assert left.request["template"]["name"] == "rappel"


async def test_what_is_wrong_is_said_beside_its_place_and_what_was_typed_stays(
    town: Town, closed: tuple[Ticket, str]
) -> None:
    ticket, path = closed
    filled = {**fields(parsed(await town.browser.get(path)), "rappel"), "p1": "mardi\t3 mars", "p2": "12"}
    answer = await town.browser.post(f"{path}/modeles", data=filled, headers=OURS)
    page = parsed(answer)
    assert answer.status_code == 422
    wrong = page.css_first("#modeles input[aria-invalid]")
    assert (wrong.attributes["name"], wrong.attributes["value"]) == ("p1", "mardi\t3 mars")
    assert page.css_first("#modeles input[name=p2]").attributes["value"] == "12"
    assert "une seule ligne" in page.css_first(f"#{wrong.attributes['aria-describedby']}").text()
    assert await sent(town, ticket) == []


async def test_free_words_after_the_window_are_refused_and_stay_typed(town: Town, closed: tuple[Ticket, str]) -> None:
    ticket, path = closed
    version = parsed(await town.browser.get(path)).css_first("#repondre input[name=version]").attributes["value"]
    answer = await town.browser.post(f"{path}/reponses", data={"version": version, "texte": "Bonsoir."}, headers=OURS)
    assert answer.status_code == 409
    assert "modèle approuvé" in parsed(answer).css_first(".notice.danger").text()
    assert "Bonsoir." in parsed(answer).css_first("#texte").text()
    assert await sent(town, ticket) == []


async def test_public_words_are_looked_at_once_more_and_then_published(town: Town) -> None:
    person = str(new_id().int % 10**9)
    _, ticket, path = await heard(
        town, "meta.messenger", meta.page_comment(new_id().int % 10**8, "Ouvert ?", person=person)
    )
    page = parsed(await town.browser.get(path))
    assert "Une seule réponse privée" in page.css_first("#repondre .notice").text()
    version = page.css_first("#repondre input[name=version]").attributes["value"]
    typed = {"version": version, "texte": "Oui, jusqu'à 19 h.", "public": "oui"}
    again = parsed(await town.browser.post(f"{path}/reponses", data=typed, headers=OURS))
    assert "Tout le monde lira" in again.css_first(".notice.warn").text()
    assert "jusqu'à 19 h" in again.css_first("#texte").text()
    assert await sent(town, ticket) == []
    answer = await town.browser.post(f"{path}/reponses", data={**typed, "relu": "oui"}, headers=OURS)
    assert answer.status_code == 303
    assert [one.request.get("public") for one in await sent(town, ticket)] == [True]
