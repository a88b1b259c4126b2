"""Workers that come back late, die again and again, or find their channel gone."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
import pytest_asyncio

from app.channels.contract import Outcome, Sender, SendRequest, Sent
from app.channels.values import Channel
from app.errors import ClockRunning
from app.exchanges.freezing import Draft
from app.exchanges.outbox import Outbound, OutState
from app.facts import Actor
from app.tickets.values import Status
from tests.harness.houses import MovableClock
from tests.harness.towns import TownHouse, mail, opened_town

AGENT = Actor("agent", None, "Accueil")
JSON = (("Content-Type", "application/json"),)


@dataclass
class Provider:
    """Answers what the test says, after what the test does meanwhile."""

    answers: list[Sent] = field(default_factory=list)
    meanwhile: Callable[[], Awaitable[None]] | None = None
    carried: int = 0

    def can(self, channel: Channel, adapter: Sender) -> bool:
        return True

    async def carry(self, channel: Channel, adapter: Sender, request: SendRequest) -> Sent:
        self.carried += 1
        answer = self.answers.pop(0) if self.answers else Sent(outcome=Outcome.OK)
        act, self.meanwhile = self.meanwhile, None
        if act is not None:
            await act()
        return answer


@pytest.fixture
def provider() -> Provider:
    return Provider()


@pytest_asyncio.fixture
async def town(database_url: str, tmp_path: Path, clock: MovableClock, provider: Provider) -> AsyncIterator[TownHouse]:
    async with opened_town(database_url, tmp_path, clock=clock) as opened:
        opened.house.deliverer._carrier = provider
        yield opened


async def acknowledgement(town: TownHouse, *, by_mail: bool = True) -> Outbound:
    if by_mail:
        kept = await town.receive(mail())
    else:
        door = await town.connect("http", {"accept_unsigned": True})
        body = b'{"external_id": "1", "text": "Bonjour", "sender": {"kind": "http", "address": "a1"}}'
        kept = await town.receive(body, channel=door, headers=JSON)
    (sent,) = await town.sent(kept.ticket_id)
    return sent


async def now(town: TownHouse, frozen: Outbound) -> Outbound:
    (after,) = await town.sent(frozen.ticket_id)
    return after


async def test_a_worker_back_from_a_long_sleep_does_not_undo_what_another_did(
    town: TownHouse, provider: Provider
) -> None:
    """F11: its own failure is a line of the attempts; the message has left."""

    async def another() -> None:
        town.clock.move(minutes=5)
        await town.deliver()

    provider.answers, provider.meanwhile = (
        [Sent(outcome=Outcome.RETRY, detail="451"), Sent(outcome=Outcome.OK)],
        another,
    )
    frozen = await acknowledgement(town)
    await town.deliver()
    assert (await now(town, frozen)).state is OutState.ACCEPTED
    town.clock.move(days=1)
    await town.deliver()
    assert provider.carried == 2
    saisine = (await town.law(frozen.ticket_id)).saisines[0]
    events = (await town.law(frozen.ticket_id)).events[saisine.id]
    assert [event.type for event in events] == ["received", "ack_sent"]


async def test_two_workers_that_both_succeeded_tell_the_law_once(town: TownHouse, provider: Provider) -> None:
    async def another() -> None:
        town.clock.move(minutes=5)
        await town.deliver()

    provider.meanwhile = another
    frozen = await acknowledgement(town)
    await town.house.dispatcher.dispatch(str(town.tenant_id), [str(frozen.id)])
    assert ((await now(town, frozen)).state, provider.carried) == (OutState.ACCEPTED, 2)
    law = await town.law(frozen.ticket_id)
    assert [event.type for event in law.events[law.saisines[0].id]] == ["received", "ack_sent"]


async def test_a_mail_whose_worker_always_dies_is_not_sent_for_ever(town: TownHouse, provider: Provider) -> None:
    frozen = await acknowledgement(town)
    for _ in range(20):
        await town.house.dispatcher._take(town.tenant_id, frozen.channel_id)  # the process dies after the bytes left
        town.clock.move(minutes=10)
    after = await now(town, frozen)
    assert after.state is OutState.UNKNOWN
    assert after.attempts <= 5


@pytest.mark.parametrize("batch", [True, False])
async def test_what_could_not_even_be_tried_is_no_doubt(
    town: TownHouse, provider: Provider, owner_url: str, *, batch: bool
) -> None:
    """No byte left: there is nothing a person would have to find out."""
    frozen = await acknowledgement(town, by_mail=False)
    async with await psycopg.AsyncConnection.connect(owner_url, autocommit=True) as connection:
        await connection.execute("SELECT set_config('app.tenant', %s, false)", (str(town.tenant_id),))
        await connection.execute("UPDATE channels SET type = 'removed' WHERE id = %s", (frozen.channel_id,))
    town.clock.move(minutes=1)  # past the short memory
    work = (
        town.house.dispatcher.dispatch(str(town.tenant_id), [str(frozen.id)])
        if batch
        else town.house.dispatcher.depart(town.tenant_id, frozen.channel_id)
    )
    await asyncio.gather(work, return_exceptions=True)
    town.clock.move(minutes=10)
    await town.house.dispatcher.sweep(town.tenant_id)
    await town.deliver()
    assert (await now(town, frozen)).state is OutState.FROZEN


async def test_an_answer_does_not_close_a_ticket_under_a_live_term(town: TownHouse) -> None:
    """T119: closing by answering is closing."""
    await town.receive(mail())
    (ticket,) = await town.tickets()
    with pytest.raises(ClockRunning):
        async with town.house.database.transaction(tenant=town.tenant_id) as session:
            await town.house.answering.reply(
                session,
                town.tenant_id,
                ticket.id,
                Draft(text="Voilà.", status_after=Status.CLOSED),
                expected_last=None,
                actor=AGENT,
            )


async def test_one_victim_written_in_many_ways_is_one_victim(town: TownHouse) -> None:
    """T82: capitals and tags make other addresses of the same mailbox."""
    for number, sender in enumerate(
        (
            "victime@example.org",
            "Victime@example.org",
            "VICTIME@example.org",
            "victime+a@example.org",
            "victime+b@example.org",
        )
    ):
        await town.receive(mail(sender=sender, message_id=f"<{number}@example.org>", text=str(number)))
    assert len([sent for ticket in await town.tickets() for sent in await town.sent(ticket.id)]) == 1
