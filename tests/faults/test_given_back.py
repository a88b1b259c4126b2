"""What a database that dies under a worker does to the deliveries it was reading: nothing."""

from pathlib import Path

import psycopg.conninfo

from app.db.embedded import Dsns
from app.exchanges.receptions import State
from tests.faults.soak.proxy import Proxy
from tests.harness.houses import MovableClock
from tests.harness.towns import mail, opened_town


async def test_a_database_that_dies_again_and_again_brings_no_delivery_nearer_to_being_held(
    dsns: Dsns, tmp_path: Path
) -> None:
    """F3: the seed 102 of the long run held two innocent deliveries, each read four times while PostgreSQL was killed."""
    url = psycopg.conninfo.conninfo_to_dict(dsns.app)
    proxy = Proxy(tmp_path / "p", to=Path(str(url["host"])), seed=1)
    await proxy.start()
    behind = f"postgresql://{url['user']}@/{url['dbname']}?host={proxy.folder}"
    async with opened_town(behind, tmp_path, clock=MovableClock()) as town:
        receipt = await town.accept(mail())
        for _ in range(5):
            proxy.dark_at(b"INSERT INTO messages", seconds=0.2)
            await town.house.inbound.drain(str(town.tenant_id))
            assert (await town.reception(receipt)).state is State.QUEUED
            town.clock.move(seconds=61)
        await town.house.inbound.drain(str(town.tenant_id))
        assert (await town.reception(receipt)).state is State.DONE
    await proxy.stop()
