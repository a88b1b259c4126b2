"""Pieces shown to an antivirus after their ticket exists: set aside, warned of, never in the way of intake."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from app.errors import Misconfigured
from app.exchanges.scanning import AFTER, CLAMD_AWAY
from app.files.antivirus import ScanState
from app.tickets.values import Piece
from tests.harness.houses import MovableClock, house
from tests.harness.towns import TownHouse, opened_town
from tests.simulators.clamd import MARK, NAME, Suffers, clamd

MAIL = (
    b"From: Usager <usager@example.org>\r\nSubject: Devis\r\nMessage-ID: <%s@example.org>\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nVoir la piece.\r\n'
    b'--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename="devis.bin"\r\n\r\n'
    b"%s\r\n--b--\r\n"
)


@asynccontextmanager
async def guarded(database_url: str, folder: Path, daemon: str) -> AsyncIterator[TownHouse]:
    async with opened_town(database_url, folder, clock=MovableClock(), clamd=daemon) as opened:
        yield opened


async def send(town: TownHouse, content: bytes, *, name: bytes = b"un") -> UUID:
    kept = await town.receive(MAIL % (name, content))
    assert kept.state == "done", kept.reason
    assert kept.ticket_id is not None
    return kept.ticket_id


async def piece_of(town: TownHouse, ticket: UUID) -> Piece:
    ((_, piece),) = (await town.thread(ticket))[0].pieces
    return piece


async def work(town: TownHouse, *, after: timedelta = timedelta()) -> None:
    town.clock.move(seconds=after.total_seconds())
    await town.house.scanning.scan(str(town.tenant_id))


async def test_a_piece_in_which_something_is_recognised_is_set_aside_and_its_request_lives(
    database_url: str, tmp_path: Path
) -> None:
    async with clamd() as daemon, guarded(database_url, tmp_path, daemon.address) as town:
        ticket, harmless = await send(town, MARK), await send(town, b"rien", name=b"deux")
        assert (await piece_of(town, ticket)).scan is ScanState.WAITING
        assert (await town.law(ticket)).saisines  # the clock runs before anything is examined
        await work(town)
        found = await piece_of(town, ticket)
        assert (found.scan, found.virus) == (ScanState.INFECTED, NAME)
        assert (await piece_of(town, harmless)).scan is ScanState.CLEAN
        again = await send(town, MARK, name=b"trois")  # the same bytes: known at once, asked nobody
        assert (await piece_of(town, again)).scan is ScanState.INFECTED
        assert len(daemon.seen) == 2


async def test_an_antivirus_that_is_away_delays_nothing_and_is_asked_again_for_ever(
    database_url: str, tmp_path: Path
) -> None:
    async with clamd(tmp_path / "c.ctl") as first:
        address = first.address
    (tmp_path / "c.ctl").unlink(missing_ok=True)
    async with guarded(database_url, tmp_path / "house", address) as town:
        ticket = await send(town, MARK)
        for _ in range(5):
            await work(town, after=CLAMD_AWAY)
        piece = await piece_of(town, ticket)
        assert (piece.scan, piece.scan_reason) == (ScanState.WAITING, "l'antivirus ne répond pas")
        assert await town.house.scanning.answers() is False
        async with clamd(tmp_path / "c.ctl"):
            await work(town, after=CLAMD_AWAY)
            assert await town.house.scanning.answers() is True
        assert (await piece_of(town, ticket)).scan is ScanState.INFECTED


async def test_what_makes_the_antivirus_fall_is_tried_three_times_then_said_not_examined(
    database_url: str, tmp_path: Path
) -> None:
    async with clamd() as daemon, guarded(database_url, tmp_path, daemon.address) as town:
        daemon.suffering.extend([Suffers.HANGS_UP, Suffers.ERRS, Suffers.RAMBLES])
        ticket = await send(town, MARK)
        await work(town)
        for pause in AFTER:
            assert (await piece_of(town, ticket)).scan is ScanState.WAITING
            await work(town, after=pause)
        piece = await piece_of(town, ticket)
        assert (piece.scan, piece.scan_reason) == (ScanState.FAILED, "l'antivirus n'a pas su l'examiner")


async def test_pieces_that_came_before_the_antivirus_are_shown_to_it_too(database_url: str, tmp_path: Path) -> None:
    async with opened_town(database_url, tmp_path, clock=MovableClock()) as town:
        ticket = await send(town, MARK)
        assert (await piece_of(town, ticket)).scan is None
        await work(town)  # without an antivirus, nothing
    async with clamd() as daemon, house(database_url, tmp_path, clock=town.clock, clamd=daemon.address) as opened:
        later = TownHouse(opened, town.tenant_id, town.mailbox, town.clock)
        await opened.scanning.catch_up(town.tenant_id)
        await work(later)
        assert (await piece_of(later, ticket)).scan is ScanState.INFECTED


async def test_an_address_that_is_none_stops_the_house_and_names_the_setting(database_url: str, tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="PARVIS_CLAMD"):
        async with house(database_url, tmp_path, clock=MovableClock(), clamd="clamd"):
            pass
