"""A job that names another administration's rows is not begun, is kept, and raises an alarm. (T55)"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy.exc import IntegrityError

from app.audit import reading
from app.audit.reading import Wanted
from app.errors import NotFound, Unavailable
from app.exchanges import outbox
from app.jobs.setting_aside import ForeignJob, count
from app.rest.metrics import JOBS_SET_ASIDE
from tests.harness.houses import MovableClock, a_town
from tests.harness.towns import TownHouse, a_mailbox, mail, opened_town


@pytest_asyncio.fixture
async def town(database_url: str, tmp_path: Path) -> AsyncIterator[TownHouse]:
    async with opened_town(database_url, tmp_path, clock=MovableClock()) as opened:
        yield opened


async def test_a_job_crafted_with_anothers_ids_is_refused_by_row_level_security_and_set_aside(town: TownHouse):
    house = town.house
    other = await a_town(house, slug="autre-ville")
    theirs = await a_mailbox(house, other, "contact@autreville.example.fr")
    kept = await town.receive(mail())
    crafted = {"tenant": str(other), "channel": str(town.mailbox.id)}
    handler = house.worker()._app.tasks["depart"].func
    before = JOBS_SET_ASIDE.labels(task="depart")._value.get()
    for _ in range(2):
        with pytest.raises(ForeignJob):
            await handler(**crafted)
    await house.lanes.idle()
    assert JOBS_SET_ASIDE.labels(task="depart")._value.get() == before + 2
    async with house.database.transaction(tenant=other) as session:
        assert await count(session, other) == 1
        told = await reading.page(session, other, Wanted(action="security.foreign_job"), after=None, limit=5)
    assert len(told) == 2
    assert [one.state.value for one in await town.sent(kept.ticket_id)] == ["frozen"], "nothing left"
    # Even begun, it would find nothing: the rows of the one are not there for the other.
    with pytest.raises((NotFound, IntegrityError)):
        await house.dispatcher.depart(other, town.mailbox.id)
    async with house.database.transaction(tenant=other) as session:
        assert await outbox.in_states(session, other, [], after=None, limit=5) == []

    await handler(tenant=str(other), channel=str(theirs.id))
    await handler(tenant=str(town.tenant_id), channel=str(town.mailbox.id))
    await house.lanes.idle()
    assert [one.state.value for one in await town.sent(kept.ticket_id)] == ["accepted"]


async def test_what_the_database_refuses_for_a_while_is_not_set_aside(town: TownHouse):
    await town.house.setting_aside.keep("depart", {"tenant": str(town.tenant_id)}, Unavailable())
    await town.house.setting_aside.keep("depart", {"tenant": "nonsense"}, ValueError())
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        assert await count(session, town.tenant_id) == 0
