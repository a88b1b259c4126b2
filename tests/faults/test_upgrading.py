"""F22, P11: from one version to the next and back while messages come in by three doors, the two running side by side."""

import asyncio
from pathlib import Path

import pytest

from app.db import migrate, revisions
from tests.faults import tomorrow
from tests.faults.conftest import Grounds
from tests.faults.journal import Journal
from tests.faults.test_sudden_deaths import all_is_well
from tests.faults.upgrading import SECRET, Doors, kept_on, load, reached, stands, watched


async def test_two_versions_serve_side_by_side_while_the_schema_moves_under_them(
    grounds: Grounds, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree, place, journal = tomorrow.written(tmp_path), grounds.places[3], Journal("upgraded")
    urls = {"PARVIS_DATABASE_URL": grounds.dsns.app, "PARVIS_MIGRATION_URL": grounds.dsns.owner}
    new = {**urls, "PYTHONPATH": str(tree)}
    async with grounds.house.database.transaction(tenant=place.tenant_id) as session:
        channel = await grounds.house.channels.connect(
            session, place.tenant_id, type="http", name="Porte", address=None, config={"secrets": [SECRET]}
        )
    before, owner = str(revisions.head()), grounds.dsns.owner
    former = await grounds.serving(**urls)
    doors = Doors(former)
    async with watched(grounds.dsns.owner) as long_work, load(journal, doors, place, f"/hooks/http/{channel.key}"):
        await kept_on(journal)
        half_way = grounds.start("migrate", **new)
        await reached(grounds, half_way, "SELECT pg_sleep")
        half_way.kill()  # in the middle of its batches
        await kept_on(journal)
        for reader in (migrate, revisions):
            monkeypatch.setattr(reader, "folder", lambda: tree / "migrations")
        await asyncio.to_thread(migrate.upgrade, owner)
        assert migrate.current(owner) == "tomorrow"
        latter = await grounds.serving(**new)
        doors.served.append(latter)
        await stands(former, ready=True)
        await stands(latter, ready=True)
        await kept_on(journal)
        await asyncio.to_thread(migrate.downgrade, owner, before)
        await stands(former, ready=True)
        await stands(latter, ready=False)
        await kept_on(journal)
        await asyncio.to_thread(migrate.upgrade, owner)
        await stands(latter, ready=True)
        doors.served.remove(former)
        assert await former.end(within_s=120) == 0
        await kept_on(journal)
    assert journal.refused == []
    assert long_work == []
    await journal.again(latter.smtp, place.address)  # where a slow machine left a sender without an answer in time
    await all_is_well(grounds, journal)
    for one in doors.served:
        one.kill()
