"""« À enregistrer » : a letter without its stamp warns from the earliest day, until an agent gives the true one."""

from datetime import timedelta
from pathlib import Path

from app.channels.contract import Delivery
from app.exchanges.letters_found import Found
from app.exchanges.receptions import Door
from app.exchanges.registering import WAITED
from app.exchanges.watching_folders import as_delivery
from app.facts import Actor
from app.ids import Prefix, public_id
from app.sve.values import Saisine
from app.tickets.values import Ticket
from app.web.dates import long_day
from tests.web.conftest import OURS, Town

AGENT = Actor("agent", None, "Accueil")
PDF = b"%PDF-1.7\n%%EOF\n"


def a_letter() -> Delivery:
    return as_delivery(Found(Path("7.pdf"), None), PDF, "application/pdf", None)


async def a_scan(town: Town) -> Ticket:
    async with town.house.database.transaction(tenant=town.id) as session:
        channel = await town.house.channels.connect(
            session, town.id, type="post", name="Salle", address=None, config={}
        )
    await town.house.inbound.accept(channel, a_letter(), door=Door.HOOK)
    await town.read_all()
    (ticket,) = await town.tickets()
    return ticket


def path_of(ticket: Ticket) -> str:
    return f"/demandes/{public_id(Prefix.TICKET, ticket.id)}"


async def saisine_of(town: Town, ticket: Ticket) -> Saisine:
    async with town.house.database.transaction(tenant=town.id) as session:
        (saisine,) = (await town.house.legal.timeline(session, town.id, ticket.id)).saisines
    return saisine


async def test_the_stamp_given_by_hand_is_the_reception_and_what_was_presumed_stays_written(town: Town) -> None:
    ticket = await a_scan(town)
    before, today = await saisine_of(town, ticket), town.clock().date()
    assert before.received_on == today - WAITED
    await town.sign_in()
    assert "Courrier à enregistrer" in (await town.browser.get(path_of(ticket))).text
    receipt = await town.browser.get(f"{path_of(ticket)}/recepisse")
    assert receipt.status_code == 409, "it would prove a date nobody knows"
    stamp = today - timedelta(days=2)
    answer = await town.browser.post(
        f"{path_of(ticket)}/enregistrement", data={"tampon": stamp.isoformat()}, headers=OURS
    )
    assert answer.status_code == 303, answer.text
    after = await saisine_of(town, ticket)
    assert after.received_on == stamp
    assert after.reading["values"]["reception_date"] == stamp.isoformat()
    assert before.alert_on is not None
    assert after.alert_on is not None
    assert after.alert_on > before.alert_on
    async with town.house.database.transaction(tenant=town.id) as session:
        events = (await town.house.legal.timeline(session, town.id, ticket.id)).events[after.id]
        (message,) = await town.house.tickets.thread(session, town.id, ticket.id)
    assert sorted(event.type for event in events) == ["corrected", "received", "received"]
    assert (message.warnings, message.fields["registered_on"]) == ([], stamp.isoformat())
    page = await town.browser.get(path_of(ticket))
    assert "Courrier à enregistrer" not in page.text
    assert long_day(stamp) in (await town.browser.get(f"{path_of(ticket)}/recepisse")).text


async def test_a_day_to_come_is_refused_and_a_letter_is_registered_once(town: Town) -> None:
    ticket = await a_scan(town)
    await town.sign_in()
    today = town.clock().date()
    for day in ("", (today + timedelta(days=1)).isoformat(), "demain"):
        answer = await town.browser.post(f"{path_of(ticket)}/enregistrement", data={"tampon": day}, headers=OURS)
        assert answer.status_code == 422
        assert 'id="tampon-e"' in answer.text
    form = {"tampon": today.isoformat()}
    assert (await town.browser.post(f"{path_of(ticket)}/enregistrement", data=form, headers=OURS)).status_code == 303
    again = await town.browser.post(f"{path_of(ticket)}/enregistrement", data=form, headers=OURS)
    assert (again.status_code, "déjà enregistré" in again.text) == (409, True)


async def test_a_key_that_may_not_touch_clocks_may_not_register(town: Town) -> None:
    ticket = await a_scan(town)
    await town.sign_in("tickets:read", "tickets:write")
    answer = await town.browser.post(f"{path_of(ticket)}/enregistrement", data={"tampon": "2026-03-01"}, headers=OURS)
    assert answer.status_code == 403


async def test_a_letter_dismissed_by_mistake_keeps_the_others_registered_and_its_own_day(town: Town) -> None:
    ticket = await a_scan(town)
    async with town.house.database.transaction(tenant=town.id) as session:
        (first,) = (await town.house.legal.timeline(session, town.id, ticket.id)).saisines
        other = await town.house.legal.open_another(
            session, town.id, ticket.id, first.message_id, asks="une place", actor=AGENT
        )
        spam = {"type": "dismissed", "reason": "spam"}
        await town.house.legal.record(session, town.id, other.id, spam, version=other.version, actor=AGENT)
    await town.sign_in()
    stamp = town.clock().date() - timedelta(days=20)
    form = {"tampon": stamp.isoformat()}
    answer = await town.browser.post(f"{path_of(ticket)}/enregistrement", data=form, headers=OURS)
    assert answer.status_code == 303, answer.text
    async with town.house.database.transaction(tenant=town.id) as session:
        left = await town.house.legal.get(session, town.id, other.id)
        assert left.closed_at is not None
        back = {"type": "reopened", "reason": "écartée par erreur"}
        back_again = await town.house.legal.record(session, town.id, other.id, back, version=left.version, actor=AGENT)
        kept = await town.house.legal.get(session, town.id, first.id)
    assert {one.received_on for one in (kept, back_again)} == {stamp}
    assert (kept.alert_on, kept.closed_at) == (back_again.alert_on, back_again.closed_at)
