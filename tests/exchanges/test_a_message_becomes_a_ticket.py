"""A message's whole way: kept, read, placed, answered, with its legal clock beside it."""

import asyncio
import json
from datetime import date

from app.exchanges.receptions import State
from tests.harness.towns import TownHouse, mail

REQUEST = mail(subject="Demande d'autorisation de terrasse", text="Bonjour, je demande une terrasse pour l'été.")


async def test_a_mail_becomes_a_ticket_with_its_saisine_and_its_acknowledgement(town: TownHouse) -> None:
    kept = await town.receive(REQUEST)
    assert (kept.state, kept.reason, kept.raw) == (State.DONE, None, REQUEST)
    (ticket,) = await town.tickets()
    assert (ticket.subject, ticket.contact_name) == ("Demande d'autorisation de terrasse", "Usager Exemple")
    assert "terrasse pour l'été" in (await town.thread(ticket.id))[0].text
    law = await town.law(ticket.id)
    (saisine,) = law.saisines
    assert saisine.regime.value == "UNKNOWN"
    assert (ticket.risk, ticket.alert_on) == ("unqualified", date(2026, 5, 2))
    assert [(d.kind, d.due_on) for d in law.duties] == [("AEE", date(2026, 3, 3)), ("ARE", date(2026, 3, 16))]
    assert {reason["key"] for reason in saisine.reading["reasons"]} >= {"reception_date", "term_date", "are_due_date"}
    assert [(m.purpose, m.recipient_address) for m in await town.sent(ticket.id)] == [("AEE", "usager@example.org")]


async def test_the_acknowledgement_repeats_nothing_its_sender_chose(town: TownHouse) -> None:
    """T83: an address typed by somebody else must not receive their words through us."""
    kept = await town.receive(mail(subject="ACHETEZ http://piege.example", text="Cliquez http://piege.example"))
    (sent,) = await town.sent(kept.ticket_id)
    assert "piege" not in str(sent.request)
    assert sent.request["automatic"] is True


async def test_the_same_delivery_again_changes_nothing(town: TownHouse) -> None:
    first = await town.receive(REQUEST)
    again = await town.receive(REQUEST)
    assert (again.state, again.message_id, again.ticket_id) == (State.DUPLICATE, first.message_id, first.ticket_id)
    assert len(await town.tickets()) == 1


async def test_fifty_parallel_deliveries_of_one_message_make_one(town: TownHouse) -> None:
    """T89, F12."""
    receipts = await asyncio.gather(*(town.accept(REQUEST) for _ in range(50)))
    await asyncio.gather(*(town.house.inbound.drain(str(town.tenant_id)) for _ in range(3)))
    states = [(await town.reception(receipt)).state for receipt in receipts]
    assert sorted(states) == [State.DONE] + [State.DUPLICATE] * 49
    (ticket,) = await town.tickets()
    assert len(await town.thread(ticket.id)) == 2  # the message and its acknowledgement


async def test_the_same_message_id_with_other_words_is_another_message(town: TownHouse) -> None:
    """A Message-ID is chosen by its sender: nobody may hide another's mail by using it first."""
    await town.receive(mail(sender="premier@example.org", text="Premier"))
    second = await town.receive(mail(sender="second@example.org", text="Second"))
    assert second.state is State.DONE
    assert len(await town.tickets()) == 2


async def test_what_cannot_be_read_is_held_and_visible(town: TownHouse) -> None:
    door = await town.connect("http", {"accept_unsigned": True})
    held = await town.receive(b'{"text": ', channel=door, headers=(("Content-Type", "application/json"),))
    assert held.state is State.HELD
    assert held.reason


async def test_one_unreadable_delivery_does_not_hold_the_others(town: TownHouse) -> None:
    """F21."""
    door = await town.connect("http", {"accept_unsigned": True})
    await town.accept(b"{", channel=door, headers=(("Content-Type", "application/json"),))
    for number in range(20):
        await town.accept(mail(message_id=f"<{number}@example.org>", text=str(number)))
    await town.house.inbound.drain(str(town.tenant_id))
    assert len(await town.tickets()) == 20


async def test_an_automatic_message_is_kept_watched_and_not_answered(town: TownHouse) -> None:
    """T118: classification holds back our answers, never the intake."""
    kept = await town.receive(mail(subject="Absence", Auto_Submitted="auto-replied"))
    (ticket,) = await town.tickets()
    assert ticket.risk == "unqualified"
    assert await town.sent(kept.ticket_id) == []


async def test_the_date_a_sender_claims_never_moves_the_legal_clock(town: TownHouse) -> None:
    """T117."""
    kept = await town.receive(mail(Date="Mon, 01 Jan 2001 09:00:00 +0000"))
    (saisine,) = (await town.law(kept.ticket_id)).saisines
    assert saisine.received_on == date(2026, 3, 2)
    assert (await town.thread(kept.ticket_id))[0].claimed_at.year == 2001


async def test_a_victim_of_a_thousand_forms_gets_one_acknowledgement_an_hour(town: TownHouse) -> None:
    """T82."""
    for number in range(12):
        await town.receive(mail(message_id=f"<{number}@example.org>", text=str(number)))
    addressed = [sent for ticket in await town.tickets() for sent in await town.sent(ticket.id)]
    assert len(addressed) == 1
    town.clock.move(hours=2)
    await town.receive(mail(message_id="<later@example.org>"))
    assert len([s for t in await town.tickets() for s in await town.sent(t.id)]) == 2


async def test_names_and_texts_beyond_what_an_index_holds_are_kept(town: TownHouse) -> None:
    door = await town.connect("http", {"accept_unsigned": True})
    words = " ".join(f"mot{number}" for number in range(120_000))
    for name in ("x" * 5_000 + "a", "x" * 5_000 + "b"):
        body = json.dumps(
            {
                "external_id": name,
                "conversation_ref": name,
                "text": words,
                "sender": {"kind": "http", "address": "é" * 5_000},
            }
        ).encode()
        kept = await town.receive(body, channel=door, headers=(("Content-Type", "application/json"),))
        assert (kept.state, kept.reason) == (State.DONE, None)
    assert len(await town.tickets()) == 2
    assert (await town.thread(kept.ticket_id))[0].text == words
