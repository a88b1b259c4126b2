"""Mails that leave one after the other under one lease: what another worker may have taken is left to it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest_asyncio

from app.channels.contract import Outcome, Sent
from app.exchanges.holding import MAIL_LEASE
from app.sve.warning.values import NoticeState
from tests.harness.houses import MovableClock
from tests.harness.towns import TownHouse, opened_town
from tests.sve.warning.told import DESK, a_request, choose, notices_of, round_


@dataclass
class Pausing:
    """A mail server beside which the whole process sleeps past its lease with the first mail, as a machine that is suspended."""

    clock: MovableClock
    carried: list[str] = field(default_factory=list)

    def can(self, *_: object) -> bool:
        return True

    async def carry(self, channel: object, adapter: object, request: object) -> Sent:
        self.carried.append(request.to.address)  # type: ignore[attr-defined]  # a request, as the carrier is handed
        if len(self.carried) == 1:
            self.clock.move(seconds=MAIL_LEASE.total_seconds())
        return Sent(outcome=Outcome.OK)


@pytest_asyncio.fixture
async def town(database_url: str, tmp_path: Path, clock: MovableClock) -> AsyncIterator[TownHouse]:
    async with opened_town(database_url, tmp_path, clock=clock) as opened:
        yield opened


async def test_a_worker_that_slept_past_its_lease_lets_no_other_mail_of_it_leave(town: TownHouse) -> None:
    """Each mail leaves once, though this worker took two before it slept: the second is due again, and is taken again."""
    server = Pausing(town.clock)
    town.house.noticing._carrier = server  # type: ignore[assignment]  # the one organ that would reach a server
    await choose(town, digest_to=[DESK, "garde@agents.example.fr"], escalate_to=[])
    await a_request(town, regime=None)
    await round_(town)
    await town.house.noticing.send(str(town.tenant_id))
    assert sorted(server.carried) == sorted([DESK, "garde@agents.example.fr"])
    told = await notices_of(town)
    assert [one.state for one in told] == [NoticeState.SENT, NoticeState.SENT]
    assert sorted(one.attempts for one in told) == [1, 2]
