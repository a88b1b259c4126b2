"""A conversation from its first word to its end, over HTTP: a request like another, answered while somebody waits."""

from uuid import UUID

from sqlalchemy import text

from app.db.sight import Reach, Sight, look
from app.exchanges.outbox import OutState
from app.ids import Prefix, new_id, public_id
from app.sve.law.regime import Regime
from app.tickets.values import Ticket
from tests.chat.conftest import Town

_TOLD = text("SELECT type, payload FROM events WHERE tenant_id = :tenant AND type LIKE 'chat.%' ORDER BY id")


async def test_a_message_is_a_request_with_its_clocks_and_is_answered_on_the_page(town: Town) -> None:
    await town.at_desk()
    page = await town.page().enter()
    acked = await page.say("Bonjour, la crèche a-t-elle une place ?")
    assert (acked.status_code, acked.json()["seq"]) == (201, 1)
    ticket = await town.ticket()
    assert (ticket.channel_type, ticket.received_at) == ("chat", town.clock())
    async with town.house.database.transaction(tenant=town.id) as session:
        (saisine,) = (await town.house.legal.timeline(session, town.id, ticket.id)).saisines
    assert saisine.regime is Regime.UNKNOWN
    sent = await town.answer(ticket, "Oui, deux.")
    assert sent["state"] == OutState.ACCEPTED.value
    lines = await page.lines()
    assert [(line["seq"], line["kind"]) for line in lines] == [(1, "visitor"), (2, "automatic"), (3, "agent")]
    assert (lines[2]["text"], lines[2]["author"]) == ("Oui, deux.", "Accueil")
    assert "accusé d'enregistrement électronique" in lines[1]["text"]
    again = await page.say("Merci !")
    assert again.json()["seq"] == 4
    assert (await town.ticket()).id == ticket.id
    told = (await town.http.get(town.conversation(ticket))).json()
    assert told["lines"] == await page.lines(), "both sides read the same lines, by the same words"
    assert told["state"] == {"here": True, "open": True, "read_seq": 0, "email": None}


async def test_the_same_message_sent_again_is_one_message_and_gets_the_same_answer(town: Town) -> None:
    """A house killed between keeping and answering leaves a page that sends again, from any of its tabs."""
    page = await town.page().enter()
    name = new_id().hex
    first = await page.say("Bonjour", name=name)
    again = await page.say("Bonjour", name=name)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert len(await page.lines()) == 1
    other = await page.say("Autre chose", name=name)
    assert (other.status_code, other.json()["code"]) == (409, "conflict")
    await town.read_all()
    (ticket,) = await town.tickets()
    async with town.house.database.transaction(tenant=town.id) as session:
        thread = await town.house.tickets.thread(session, town.id, ticket.id)
    assert [message.text for message in thread if message.direction.value == "in"] == ["Bonjour"]


async def test_two_tabs_and_a_return_after_ten_minutes_are_one_conversation(town: Town) -> None:
    await town.at_desk()
    one = await town.page().enter()
    other = town.page()
    other.session = one.session
    await one.say("Bonjour")
    await other.say("encore moi")
    assert [line["text"] for line in await one.lines()] == ["Bonjour", "encore moi"]
    ticket = await town.ticket()
    town.clock.move(minutes=10)
    await town.answer(ticket, "Nous voilà.")
    assert "Nous voilà." in [line["text"] for line in await one.lines(after=2)]
    assert (await town.http.get(town.conversation(ticket))).json()["state"]["here"] is False
    await other.post("presence", here=True, read=3)
    assert (await town.http.get(town.conversation(ticket))).json()["state"] == {
        "here": True,
        "open": True,
        "read_seq": 3,
        "email": None,
    }


async def test_whoever_has_left_is_answered_at_the_address_they_left(town: Town) -> None:
    await town.at_desk()
    page = await town.page().enter()
    await page.say("Bonjour")
    assert (await page.post("address", email="Usager@Example.org")).status_code == 204
    ticket = await town.ticket()
    here = await town.answer(ticket, "Je regarde.")
    assert here["recipient"]["kind"] == "chat"
    await page.post("presence", here=False)
    gone = await town.answer(await town.ticket(), "Voici.")
    assert (gone["recipient"]["kind"], gone["recipient"]["address"]) == ("email", "Usager@example.org")
    assert [line["text"] for line in await page.lines() if line["kind"] == "agent"] == ["Je regarde."]
    person = (await town.http.get(f"/api/v1/contacts/{public_id(Prefix.CONTACT, ticket.contact_id)}")).json()
    assert {point["kind"] for point in person["points"]} == {"chat", "email"}


async def test_an_address_known_as_somebody_elses_is_answered_and_joins_nobody(town: Town) -> None:
    await town.at_desk()
    first, second = await town.page().enter(), await town.page().enter()
    await first.say("Bonjour")
    await first.post("address", email="usager@example.org")
    await second.say("Bonsoir")
    await town.read_all()
    await second.post("address", email="usager@example.org")
    await second.post("presence", here=False)
    (ticket,) = [one for one in await town.tickets() if await _said(town, one) == "Bonsoir"]
    gone = await town.answer(ticket, "Voici.")
    assert gone["recipient"]["address"] == "usager@example.org"
    assert len({one.contact_id for one in await town.tickets()}) == 2


async def _said(town: Town, ticket: Ticket) -> str:
    async with town.house.database.transaction(tenant=town.id) as session:
        return (await town.house.tickets.thread(session, town.id, ticket.id))[0].text


async def test_when_nobody_answers_live_the_page_is_a_form(town: Town) -> None:
    page = await town.page().enter()
    shown = await page.http.get(town.path)
    assert "Personne ne répond en direct maintenant" in shown.text
    assert (await page.say("Bonjour", answer_to="usager@example.org")).status_code == 201
    ticket = await town.ticket()
    async with town.house.database.transaction(tenant=town.id) as session:
        (message, aee) = await town.house.tickets.thread(session, town.id, ticket.id)
    assert message.author_address == "usager@example.org"
    assert [party["kind"] for party in aee.recipients] == ["email"], "the acknowledgement goes to the address given"
    assert (await town.answer(ticket, "Bonjour"))["recipient"]["kind"] == "email"


async def test_an_end_ends_no_request_and_the_next_word_goes_on(town: Town) -> None:
    await town.at_desk()
    page = await town.page().enter()
    await page.say("Bonjour")
    ticket = await town.ticket()
    head = {"Idempotency-Key": new_id().hex}
    closed = await town.http.post(f"{town.conversation(ticket)}/closures", headers=head)
    assert (closed.status_code, closed.json()["state"]["open"]) == (201, False)
    assert (await town.http.post(f"{town.conversation(ticket)}/closures", headers=head)).json() == closed.json()
    assert [line["notice"] for line in await page.lines() if line["kind"] == "notice"] == ["ended_by_agent"]
    assert (await town.ticket()).status.value == "new"
    await page.say("Encore une chose")
    assert (await town.ticket()).id == ticket.id
    town.clock.move(minutes=21)
    await town.house.chat.tidying.tidy(town.id)
    await town.house.chat.tidying.tidy(town.id)
    ended = [line["notice"] for line in await page.lines() if line["kind"] == "notice"]
    assert ended == ["ended_by_agent", "ended_idle"]


async def test_the_transcript_leaves_once_somebody_has_answered_and_not_too_often(town: Town) -> None:
    await town.at_desk()
    page = await town.page().enter()
    await page.say("Bonjour")
    ticket = await town.ticket()
    early = await page.post("transcript", email="usager@example.org")
    assert (early.status_code, early.json()["detail"]) == (
        409,
        "le relevé s’envoie une fois qu’un agent vous a répondu",
    )
    await town.answer(ticket, "Oui.")
    assert (await page.post("transcript", email="usager@example.org")).status_code == 202
    assert (await page.post("transcript", email="usager@example.org")).status_code == 429
    async with town.house.database.transaction(tenant=town.id) as session:
        thread = await town.house.tickets.thread(session, town.id, ticket.id)
    (told,) = [message for message in thread if message.subject.startswith("Relevé de votre discussion")]
    assert told.recipients[0]["address"] == "usager@example.org"
    assert ticket.reference in told.text
    assert "Vous :\nBonjour" in told.text
    assert "Accueil :\nOui." in told.text
    kinds = {line["notice"] for line in await page.lines()}
    assert {"address_left", "transcript_sent"} <= kinds


async def test_one_conversation_fills_no_boxes_with_its_transcript(town: Town) -> None:
    """Whoever writes chooses the words and the address: the town's own mailbox is not theirs to send by."""
    await town.at_desk()
    page = await town.page().enter()
    await page.say("Bonjour")
    await town.answer(await town.ticket(), "Oui.")
    asked = [(await page.post("transcript", email=f"voisin{n}@example.org")).status_code for n in range(5)]
    assert asked == [202, 202, 202, 429, 429]


async def test_a_conversation_is_listed_for_whoever_sees_its_request(town: Town) -> None:
    page = await town.page().enter(name="Claire")
    await page.say("Bonjour")
    new = Sight(person_id=new_id(), reach=Reach.ASSIGNED, teams=frozenset())
    assert await _listed(town, new) == [None], "what nobody has read yet belongs to nobody"
    ticket = await town.ticket()
    assert await _listed(town, None) == [ticket.id]
    assert await _listed(town, new) == []
    await page.say("Et encore")
    assert await _listed(town, new) == [], "a new word does not bring back what is hidden"


async def _listed(town: Town, eyes: Sight | None) -> list[UUID | None]:
    look(eyes)
    try:
        async with town.house.database.transaction(tenant=town.id) as session:
            return [one.ticket_id for one in await town.house.chat.waiting(session, town.id)]
    finally:
        look(None)


async def test_a_frame_from_a_site_s_own_widget_has_no_page_to_be_answered_on_and_that_is_said_at_once(
    town: Town,
) -> None:
    frame = {"type": "message", "conversation": "fil-1", "client_msg_id": "m-1", "text": "Bonjour"}
    kept = await town.http.post(f"/hooks/chat/{town.channel.key}", json=frame)
    assert kept.status_code < 300, kept.text
    ticket = await town.ticket()
    path = f"/api/v1/tickets/{public_id(Prefix.TICKET, ticket.id)}/replies"
    refused = await town.http.post(path, json={"text": "Oui."}, headers={"Idempotency-Key": new_id().hex})
    assert (refused.status_code, refused.json()["code"]) == (409, "no-outgoing-channel")
    assert "répondez par un autre moyen de contact" in refused.json()["detail"]


async def test_facts_tell_what_happened_and_no_word_of_it(town: Town) -> None:
    await town.at_desk()
    page = await town.page().enter()
    await page.say("Mon secret")
    await page.post("address", email="secret@example.org")
    await page.post("end")
    await town.left_desk()
    async with town.house.database.transaction(tenant=town.id) as session:
        rows = await session.execute(_TOLD, {"tenant": town.id})
        told = [(kind, str(payload)) for kind, payload in rows]
    assert [kind for kind, _ in told] == [
        "chat.desk_opened",
        "chat.opened",
        "chat.address_left",
        "chat.closed",
        "chat.desk_closed",
    ]
    assert not any("ecret" in payload for _, payload in told)


async def test_nobody_comes_in_from_another_site(town: Town) -> None:
    client = town.client()
    for origin in ({}, {"Origin": "https://ailleurs.example.org"}, {"Origin": "null"}):
        answer = await client.post(f"{town.path}/entries", json={}, headers=origin)
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
        assert "access-control-allow-origin" not in answer.headers
