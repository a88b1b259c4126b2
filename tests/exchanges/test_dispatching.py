"""Acknowledgements frozen together leave together, and each is judged by what came of it alone."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio

from app.channels.contract import Outcome, Sender, SendRequest, Sent
from app.channels.values import Channel
from app.exchanges import outbox
from app.exchanges.outbox import Outbound, OutState
from tests.harness.houses import MovableClock
from tests.harness.towns import TownHouse, mail, opened_town


@dataclass
class Relay:
    """A provider that answers by recipient, and fails in its own way for some."""

    answers: dict[str, Sent | Exception] = field(default_factory=dict)
    carried: list[str] = field(default_factory=list)

    def can(self, channel: Channel, adapter: Sender) -> bool:
        return True

    async def carry(self, channel: Channel, adapter: Sender, request: SendRequest) -> Sent:
        self.carried.append(request.to.address or "")
        answer = self.answers.get(request.to.address or "", Sent(outcome=Outcome.OK))
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def relay() -> Relay:
    return Relay()


@pytest_asyncio.fixture
async def town(database_url: str, tmp_path: Path, clock: MovableClock, relay: Relay) -> AsyncIterator[TownHouse]:
    async with opened_town(database_url, tmp_path, clock=clock) as opened:
        opened.house.deliverer._carrier = relay
        yield opened


async def three_mails(town: TownHouse) -> list[Outbound]:
    for name in ("un", "deux", "trois"):
        await town.accept(mail(sender=f"{name}@example.org", message_id=f"<{name}@example.org>"))
    await town.house.inbound.drain(str(town.tenant_id))
    return await outgoing(town)


async def outgoing(town: TownHouse) -> list[Outbound]:
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        return (await outbox.in_states(session, town.tenant_id, [], after=None, limit=10))[::-1]


async def dispatch(town: TownHouse, frozen: list[Outbound]) -> None:
    await town.house.dispatcher.dispatch(str(town.tenant_id), [str(message.id) for message in frozen])


async def test_a_batch_leaves_once_with_its_duties_done_and_its_clocks_told(town: TownHouse, relay: Relay) -> None:
    frozen = await three_mails(town)
    await dispatch(town, frozen)
    await dispatch(town, frozen)
    assert sorted(relay.carried) == ["deux@example.org", "trois@example.org", "un@example.org"]
    assert [(one.state, one.attempts) for one in await outgoing(town)] == [(OutState.ACCEPTED, 1)] * 3
    for message in frozen:
        law = await town.law(message.ticket_id)
        (saisine,) = law.saisines
        assert [event.type for event in law.events[saisine.id]] == ["received", "ack_sent"]
        assert [duty.done_at is not None for duty in law.duties] == [True, False]  # the AEE, not yet the ARE


async def test_one_that_fails_is_settled_alone(town: TownHouse, relay: Relay) -> None:
    relay.answers = {
        "un@example.org": Sent(outcome=Outcome.PERMANENT, detail="boîte inconnue"),
        "deux@example.org": RuntimeError("défaut"),
    }
    frozen = await three_mails(town)
    await dispatch(town, frozen)
    states = {one.recipient_address: one.state for one in await outgoing(town)}
    assert states["un@example.org"] is OutState.FAILED
    assert states["deux@example.org"] is OutState.FROZEN  # mail goes again under the same Message-ID
    assert states["trois@example.org"] is OutState.ACCEPTED


async def test_what_another_worker_holds_is_left_to_it(town: TownHouse, relay: Relay) -> None:
    frozen = await three_mails(town)
    await town.house.dispatcher._take(town.tenant_id, frozen[0].channel_id, among=[frozen[0].id])
    await dispatch(town, frozen)
    assert sorted(relay.carried) == ["deux@example.org", "trois@example.org"]
