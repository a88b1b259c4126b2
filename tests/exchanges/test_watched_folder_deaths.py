"""`kill -9` while a letter is taken from a watched folder: it is one request, whole, wherever the process died."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from tests.exchanges.test_watching_folders import PDF, a_mail_room, drop, letters, look
from tests.harness.towns import TownHouse


async def a_process_that_dies(town: TownHouse, database_url: str, *, at: str) -> int:
    """Looks in a process of its own, which dies at a point; returns how it ended."""
    settings = town.house.settings
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.faults.looking", database_url, str(settings.data_dir), str(town.tenant_id)),
        env={**os.environ, "PARVIS_CRASH_AT": at, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        cwd=Path(__file__).parents[2],
    )
    return await child.wait()


@pytest.mark.parametrize("point", ["after_folder_claim", "after_folder_keep"])
async def test_a_letter_is_one_request_wherever_the_process_died(
    town: TownHouse, database_url: str, point: str
) -> None:
    _, folder = await a_mail_room(town)
    drop(folder, registered_at="2026-03-01", tracking="1A")
    half = folder / "8.pdf.part"
    half.write_bytes(PDF[:5])
    assert await a_process_that_dies(town, database_url, at=point) == -signal.SIGKILL
    assert not (folder / "7.pdf").exists(), "it is claimed: nobody else takes it meanwhile"
    assert half.read_bytes() == PDF[:5], "what is being written is left alone"
    await look(town)
    await look(town, after=61)
    ((_, message),) = await letters(town)
    ((_, piece),) = message.pieces
    assert await town.house.store.get(town.tenant_id, str(piece.sha256)) == PDF
    assert sorted(path.name for path in (folder / "done").iterdir()) == ["7.json", "7.pdf"]
    assert list((folder / "claimed").iterdir()) == []


async def test_a_file_that_grows_is_never_taken_half(town: TownHouse) -> None:
    _, folder = await a_mail_room(town)
    drop(folder, scan=PDF[:8], registered_at="2026-03-01")
    for size in (9, 10, 11):
        await look(town, after=8)
        (folder / "7.pdf").write_bytes(PDF[:size])
    await look(town, after=9)
    assert await town.tickets() == [], "it was still growing less than ten seconds ago"
    (folder / "7.pdf").write_bytes(PDF)
    await look(town, after=1)
    await look(town, after=11)
    ((_, message),) = await letters(town)
    ((_, piece),) = message.pieces
    assert await town.house.store.get(town.tenant_id, str(piece.sha256)) == PDF
