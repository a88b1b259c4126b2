"""A house that comes from before the ladder of working days: every open clock is looked at once more, nothing told twice."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import psycopg

from app.db import migrate
from app.db.embedded import Dsns
from tests.harness.houses import MovableClock
from tests.harness.towns import opened_town
from tests.sve.warning.told import a_request, alerts_of, round_


async def test_clocks_kept_by_an_older_house_are_warned_of_on_working_days(
    new_database: Callable[[], Dsns], tmp_path: Path
) -> None:
    """Kept with their next look on the eve of a Saturday term; told on Thursday, before a Friday that is a holiday."""
    dsns, clock = new_database(), MovableClock()
    async with opened_town(dsns.app, tmp_path, clock=clock) as town:
        await a_request(town)
        clock.at = datetime(2026, 4, 29, 8, 0, tzinfo=UTC)
        await round_(town)
        before = {(alert.threshold, alert.alert_on) for alert in await alerts_of(town)}
        await asyncio.to_thread(_as_an_older_house, dsns.owner, str(town.tenant_id))
        await asyncio.to_thread(migrate.downgrade, dsns.owner, "0010")
        await asyncio.to_thread(migrate.upgrade, dsns.owner)
        clock.at = datetime(2026, 4, 30, 8, 0, tzinfo=UTC)
        await round_(town)
        after = {(alert.threshold, alert.alert_on) for alert in await alerts_of(town)}
    assert {threshold for threshold, _ in after - before} == {"term"}


def _as_an_older_house(owner: str, tenant: str) -> None:
    """Puts back what was kept then: the raw day of the next step, and an acknowledgement's alert under the term's date."""
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute("SELECT set_config('app.tenant', %s, false)", (tenant,))
        connection.execute("UPDATE saisines SET wake_on = '2026-05-01'")
        connection.execute("UPDATE alerts SET alert_on = '2026-05-02' WHERE threshold = 'are_due'")
