"""An answer reaches the person who was chosen, shows them nothing of anybody else, and obeys who said no."""

from collections.abc import Sequence
from urllib.parse import urlencode
from uuid import UUID

import pytest

from app.channels.values import Channel
from app.contacts import service as contacts
from app.contacts.repository import Point
from app.errors import Invalid
from app.exchanges import outbox
from app.exchanges.addressing import OptedOut
from app.exchanges.freezing import Draft
from app.exchanges.outbox import Outbound, OutState
from app.exchanges.resolving import Decision
from tests.harness.moves import AGENT, a_request, merge
from tests.harness.towns import TownHouse, mail

FORM = (("Content-Type", "application/x-www-form-urlencoded"),)
NUMBER = "+33700000001"


async def reply(town: TownHouse, ticket_id: UUID, *, to: UUID | None = None, text: str = "Bonjour") -> Outbound:
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        draft = Draft(text=text, to_point_id=to)
        return await town.house.answering.reply(
            session, town.tenant_id, ticket_id, draft, expected_last=None, actor=AGENT
        )


async def point_of(town: TownHouse, ticket_id: UUID, address: str) -> Point:
    """Returns the contact point that wrote from an address in a ticket."""
    authors = {m.point_id for m in await town.thread(ticket_id) if m.author_address == address and m.point_id}
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        (found,) = (await contacts.points(session, town.tenant_id, authors)).values()
    return found


async def two_people(town: TownHouse) -> UUID:
    """One ticket of two persons, as a merge makes it."""
    one = await a_request(town, "un", subject="Secret du premier")
    other = await a_request(town, "deux", subject="Autre objet", sender="Autre Exemple <autre@example.net>")
    await merge(town, one, other, despite_other_contact=True)
    return one


async def test_among_several_people_nobody_is_answered_by_default(town: TownHouse) -> None:
    ticket_id = await two_people(town)
    with pytest.raises(Invalid) as told:
        await reply(town, ticket_id)
    assert told.value.flaws[0].code == "several-people"
    assert {one.purpose for one in await town.sent(ticket_id)} == {"AEE"}


@pytest.mark.parametrize(
    ("address", "subject", "foreign"),
    [("usager@example.org", "Secret du premier", "<deux@"), ("autre@example.net", "Autre objet", "<un@")],
)
async def test_the_person_chosen_gets_it_and_nothing_of_the_other(
    town: TownHouse, address: str, subject: str, foreign: str
) -> None:
    ticket_id = await two_people(town)
    frozen = await reply(town, ticket_id, to=(await point_of(town, ticket_id, address)).id)
    assert frozen.recipient["address"] == address
    assert subject in frozen.request["subject"]
    assert frozen.request["in_reply_to"].startswith("<un@" if foreign == "<deux@" else "<deux@")
    others = [m.external_id for m in await town.thread(ticket_id) if m.author_address not in (address, None)]
    assert not set(others) & set(frozen.request["references"])
    sent_to_other = [o.request["message_id"] for o in await town.sent(ticket_id) if o.recipient["address"] != address]
    assert sent_to_other
    assert not set(sent_to_other) & set(frozen.request["references"])


async def test_what_the_person_chosen_answers_comes_back_to_the_same_ticket(town: TownHouse) -> None:
    ticket_id = await two_people(town)
    frozen = await reply(town, ticket_id, to=(await point_of(town, ticket_id, "autre@example.net")).id)
    back = await town.receive(
        mail(sender="autre@example.net", to=frozen.request["reply_to"], message_id="<r@example.net>")
    )
    assert back.ticket_id == ticket_id


async def test_somebody_who_did_not_write_here_is_not_answered_here(town: TownHouse) -> None:
    ticket_id = await two_people(town)
    elsewhere = await a_request(town, "trois", sender="tiers@example.com")
    with pytest.raises(Invalid) as told:
        await reply(town, ticket_id, to=(await point_of(town, elsewhere, "tiers@example.com")).id)
    assert told.value.flaws[0].code == "foreign"


async def a_number(town: TownHouse) -> Channel:
    return await town.connect("sms.twilio", {"account_sid": "AC1", "auth_token": "jeton", "sender": "+33700000000"})


async def text_message(town: TownHouse, door: Channel, number: int, body: str) -> UUID:
    said = {"MessageSid": f"SM{number:032d}", "AccountSid": "AC1", "From": NUMBER, "To": "+33700000000", "Body": body}
    kept = await town.receive(urlencode(said).encode(), channel=door, headers=FORM, method="POST")
    assert kept.ticket_id is not None, kept.reason
    return kept.ticket_id


def purposes(sent: Sequence[Outbound]) -> list[tuple[str, str]]:
    return [(one.purpose, one.state.value) for one in sent]


async def test_after_a_stop_no_answer_leaves_by_sms(town: TownHouse) -> None:
    door = await a_number(town)
    ticket_id = await text_message(town, door, 1, "Le lampadaire est éteint.")
    town.clock.move(minutes=5)
    await reply(town, ticket_id, text="Nous regardons.")
    await town.deliver()
    await text_message(town, door, 2, "STOP")
    with pytest.raises(OptedOut, match="autre moyen"):
        await reply(town, ticket_id)
    assert [one.state for one in await town.sent(ticket_id)] == [OutState.ACCEPTED, OutState.ACCEPTED]


async def test_what_still_waited_when_the_person_said_stop_does_not_leave(town: TownHouse) -> None:
    door = await a_number(town)
    ticket_id = await text_message(town, door, 1, "Le lampadaire est éteint.")
    await town.deliver()
    waiting = await reply(town, ticket_id)
    await text_message(town, door, 2, "Stop !")
    await town.deliver()
    found = next(one for one in await town.sent(ticket_id) if one.id == waiting.id)
    assert (found.state, found.attempts) == (OutState.ABANDONED, 0)
    assert found.detail
    assert "ne plus recevoir" in found.detail


async def test_an_acknowledgement_obeys_a_stop_and_stays_owed(town: TownHouse) -> None:
    door = await a_number(town)
    ticket_id = await text_message(town, door, 1, "STOP")
    await town.deliver()
    assert purposes(await town.sent(ticket_id)) == [("AEE", "abandoned")]
    town.clock.move(days=2)
    later = await text_message(town, door, 2, "Et mon lampadaire ?")
    await town.deliver()
    assert purposes(await town.sent(later)) == [("AEE", "abandoned")]
    duties = [duty for duty in (await town.law(later)).duties if duty.kind == "AEE"]
    assert [duty.done_at for duty in duties] == [None, None]


async def test_whoever_leaves_a_mailing_list_gets_their_acknowledgement_and_no_reply(town: TownHouse) -> None:
    first = await a_request(town, "un")
    point = await point_of(town, first, "usager@example.org")
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        await contacts.opt_out(session, town.tenant_id, [point.id], at=town.clock())
    town.clock.move(days=2)
    second = await a_request(town, "deux")
    await town.deliver()
    assert purposes(await town.sent(second)) == [("AEE", "accepted")]
    with pytest.raises(OptedOut):
        await reply(town, second)


async def test_a_failed_sending_is_not_sent_again_to_somebody_who_said_stop(town: TownHouse) -> None:
    door = await a_number(town)
    ticket_id = await text_message(town, door, 1, "Le lampadaire est éteint.")
    frozen = await reply(town, ticket_id)
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        await outbox.move(session, frozen, {"state": OutState.FAILED.value})
    await text_message(town, door, 2, "STOP")
    with pytest.raises(OptedOut):
        async with town.house.database.transaction(tenant=town.tenant_id) as session:
            await town.house.resolver.resolve(
                session, town.tenant_id, frozen.id, decision=Decision.RESEND, reason="essai", actor=AGENT
            )
