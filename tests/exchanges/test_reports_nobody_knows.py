"""Mails that look like reports and match nothing: a person sees them, and a citizen's request among them is one."""

from uuid import UUID

from app.exchanges.outbox import OutState
from app.exchanges.receptions import State
from tests.exchanges.test_outbox import bounce_of, now, reply
from tests.harness.moves import AGENT
from tests.harness.towns import TownHouse


async def release(town: TownHouse, reception_id: UUID) -> None:
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        await town.house.inbound.release(session, town.tenant_id, reception_id, reason="c'est une demande", actor=AGENT)
    await town.house.inbound.drain(str(town.tenant_id))


async def test_a_report_on_nothing_we_sent_waits_for_a_person(town: TownHouse) -> None:
    kept = await town.receive(bounce_of("<inconnu@example.org>"))
    assert (kept.state, kept.ticket_id) == (State.HELD, None)
    assert "non-remise" in str(kept.reason)


async def test_one_that_a_person_releases_becomes_a_request_and_gets_no_automatic_answer(town: TownHouse) -> None:
    kept = await town.receive(bounce_of("<inconnu@example.org>"))
    await release(town, kept.id)
    after = await town.reception(kept.id)
    assert (after.state, after.ticket_id is None) == (State.DONE, False)
    (message,) = await town.thread(after.ticket_id)
    assert (message.automatic, message.received_at) == (True, kept.received_at)
    assert await town.sent(after.ticket_id) == []


async def test_a_return_address_names_the_message_when_the_report_quotes_nothing(town: TownHouse) -> None:
    """The bounce came to `retours+reference@`: what left is known by it (VERP)."""
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        present = await town.house.channels.get(session, town.tenant_id, town.mailbox.id)
        await town.house.channels.change(
            session,
            present,
            version=present.version,
            name=None,
            state=None,
            config={"bounce_address": "retours@villebourg.example.fr"},
        )
    frozen = await reply(town)
    await town.deliver()
    raw = bounce_of("").replace(
        b"To: contact@villebourg.example.fr", f"To: retours+{frozen.id}@villebourg.example.fr".encode()
    )
    await town.receive(raw)
    assert (await now(town, frozen)).state is OutState.BOUNCED
