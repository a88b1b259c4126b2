"""Scans read by machine: asked for with their message, read in nobody's way, never the citizen's own words."""

import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from app.channels.desks import DeskKind
from app.db.sight import Reach, Sight, look
from app.errors import Unavailable
from app.exchanges import deciphering
from app.exchanges.deciphering import AFTER, NothingReadsHere
from app.exchanges.desk import Visit
from app.exchanges.holding import LEASE
from app.facts import SYSTEM
from app.files.ocr import State
from app.ids import new_id
from app.tickets import machine_texts
from app.tickets.values import MachineText, Piece
from tests.harness.houses import MovableClock
from tests.harness.pictures import a_logo
from tests.harness.scans import a_tesseract, table
from tests.harness.towns import TownHouse, opened_town

READ = "Je demande une autorisation de terrasse"


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Puts a tesseract that says and does as it is told before any other."""

    def write(**told: str) -> Path:
        return a_tesseract(tmp_path / "bin", **{"says": table(READ), **told})

    write()
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    return write


@asynccontextmanager
async def reading(database_url: str, folder: Path, **settings: object) -> AsyncIterator[TownHouse]:
    async with opened_town(database_url, folder, clock=MovableClock(), ocr="auto", **settings) as opened:
        yield opened


async def a_letter(town: TownHouse, *, kind: DeskKind = DeskKind.POST, level: int = 90, text: str = "") -> UUID:
    """Writes a letter down with its scan; returns its ticket."""
    content = a_logo(level=level)
    sha256 = await town.house.store.put(town.tenant_id, content)
    piece = Piece(name="1.png", content_type="image/png", size=len(content), sha256=sha256)
    visit = Visit(
        kind=kind,
        subject="Courrier",
        text=text,
        display_name="Usager Exemple",
        email=None,
        phone=None,
        contact_id=None,
        received_on=None,
        pieces=[piece],
    )
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        return (await town.house.desk.write_down(session, town.tenant_id, visit, actor=SYSTEM)).ticket_id


async def work(town: TownHouse, *, after: timedelta = timedelta()) -> None:
    town.clock.move(seconds=after.total_seconds())
    await town.house.deciphering.decipher(str(town.tenant_id))


async def piece_of(town: TownHouse, ticket: UUID) -> tuple[UUID, Piece]:
    ((piece_id, piece),) = (await town.thread(ticket))[0].pieces
    return piece_id, piece


async def text_of(town: TownHouse, ticket: UUID) -> MachineText | None:
    _, piece = await piece_of(town, ticket)
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        read = await town.house.tickets.machine_texts(session, town.tenant_id, [piece])
    return read.get(str(piece.sha256))


async def test_a_scanned_letter_is_read_found_and_proposes_but_stays_what_it_was(
    database_url: str, tmp_path: Path, program: Callable[..., Path]
) -> None:
    async with reading(database_url, tmp_path) as town:
        ticket = await a_letter(town)
        assert (await piece_of(town, ticket))[1].machine is State.WAITING
        assert await town.tickets(q="terrasse") == []
        await work(town)
        read = await text_of(town, ticket)
        assert read is not None
        assert (read.state, read.text, read.confidence) == (State.READ, READ, 92)
        (message,) = await town.thread(ticket)
        assert (message.text, message.pieces[0][1].machine) == ("", State.READ)
        assert [one.id for one in await town.tickets(q="terrasse")] == [ticket]
        assert [one.id for one in await town.tickets(q="courrier")] == [ticket]
        assert await town.tickets(q="piscine") == []
        (saisine,) = (await town.law(ticket)).saisines
        async with town.house.database.transaction(tenant=town.tenant_id) as session:
            proposed = await town.house.proposing.of(session, saisine)
        assert any("terrasse" in one.title.lower() for one in proposed.procedures)


async def test_words_somebody_wrote_are_not_joined_by_those_of_a_machine(
    database_url: str, tmp_path: Path, program: Callable[..., Path]
) -> None:
    async with reading(database_url, tmp_path) as town:
        ticket = await a_letter(town, text="Merci pour votre accueil")
        await work(town)
        (saisine,) = (await town.law(ticket)).saisines
        async with town.house.database.transaction(tenant=town.tenant_id) as session:
            assert (await town.house.proposing.of(session, saisine)).procedures == ()


async def test_the_same_scan_twice_is_read_once_and_told_for_each(
    database_url: str, tmp_path: Path, program: Callable[..., Path]
) -> None:
    counted = tmp_path / "runs"
    async with reading(database_url, tmp_path) as town:
        first, second = await a_letter(town), await a_letter(town, kind=DeskKind.COUNTER)
        await work(town)
        program(does=f"touch {counted}; exit 1")
        await work(town)
        assert [(await piece_of(town, one))[1].machine for one in (first, second)] == [State.READ, State.READ]
        assert {one.id for one in await town.tickets(q="terrasse")} == {first, second}
    assert not counted.exists()


async def test_one_that_cannot_be_read_is_tried_three_times_and_blocks_no_other(
    database_url: str, tmp_path: Path, program: Callable[..., Path]
) -> None:
    program(does="exit 1")
    async with reading(database_url, tmp_path) as town:
        poison = await a_letter(town)
        await work(town)
        found = await piece_of(town, poison)
        assert (found[1].machine, bool(found[1].machine_reason)) == (State.WAITING, True)
        program()
        other = await a_letter(town, level=10)
        await work(town)
        assert (await piece_of(town, other))[1].machine is State.READ
        program(does="exit 1")
        await work(town, after=AFTER[0])
        await work(town, after=AFTER[1])
        assert (await piece_of(town, poison))[1].machine is State.FAILED
        program()
        await work(town, after=timedelta(days=1))
        piece_id, piece = await piece_of(town, poison)
        assert piece.machine is State.FAILED, "nobody asked again"
        async with town.house.database.transaction(tenant=town.tenant_id) as session:
            await town.house.deciphering.again(session, town.tenant_id, piece_id, piece, actor=SYSTEM)
        await work(town)
        assert (await piece_of(town, poison))[1].machine is State.READ


async def test_a_worker_that_dies_of_a_scan_leaves_it_to_the_next_and_six_deaths_end_it(
    database_url: str, tmp_path: Path, program: Callable[..., Path]
) -> None:
    async with reading(database_url, tmp_path) as town:
        ticket = await a_letter(town)
        for _ in range(deciphering.CUT_OFF_AT_MOST):
            async with town.house.database.transaction(tenant=town.tenant_id) as session:
                now = town.clock()
                taken = await machine_texts.claim(
                    session, town.tenant_id, now=now, lease=now + LEASE, most=deciphering.CUT_OFF_AT_MOST
                )
                assert taken is not None
            town.clock.move(seconds=LEASE.total_seconds())
        await work(town)
        _, piece = await piece_of(town, ticket)
        assert piece.machine is State.FAILED
        assert "interrompue" in str(piece.machine_reason)


async def test_a_shelf_that_is_away_counts_for_no_attempt(
    database_url: str, tmp_path: Path, program: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> bytes:
        raise Unavailable

    async with reading(database_url, tmp_path) as town:
        ticket = await a_letter(town)
        with monkeypatch.context() as meanwhile:
            meanwhile.setattr(town.house.store, "get", away)
            for _ in range(5):
                await work(town, after=deciphering.STORE_AWAY)
        assert (await piece_of(town, ticket))[1].machine is State.WAITING
        await work(town, after=deciphering.STORE_AWAY)
        assert (await piece_of(town, ticket))[1].machine is State.READ


async def test_only_papers_are_read_unless_everything_is(
    database_url: str, tmp_path: Path, program: Callable[..., Path]
) -> None:
    for widely, state in (("paper", None), ("all", State.WAITING)):
        async with reading(database_url, tmp_path / widely, ocr_pieces=widely) as town:
            ticket = await a_letter(town, kind=DeskKind.PHONE, text="Photo envoyée ensuite")
            assert (await piece_of(town, ticket))[1].machine is state


async def test_where_nothing_reads_nothing_is_promised_and_what_came_is_read_later(
    database_url: str, tmp_path: Path, program: Callable[..., Path]
) -> None:
    async with opened_town(database_url, tmp_path, clock=MovableClock(), ocr="off") as town:
        ticket = await a_letter(town)
        await town.house.deciphering.wake(town.tenant_id)
        await work(town)
        piece_id, piece = await piece_of(town, ticket)
        assert piece.machine is None
        async with town.house.database.transaction(tenant=town.tenant_id) as session:
            with pytest.raises(NothingReadsHere):
                await town.house.deciphering.again(session, town.tenant_id, piece_id, piece, actor=SYSTEM)
        async with reading(database_url, tmp_path / "later") as later:
            able = replace(later, tenant_id=town.tenant_id)
            await able.house.deciphering.catch_up(town.tenant_id)
        assert (await piece_of(town, ticket))[1].machine is State.WAITING


async def test_an_absent_program_reads_nothing(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    async with reading(database_url, tmp_path) as town:
        ticket = await a_letter(town)
        await work(town)
        assert (await piece_of(town, ticket))[1].machine is None


async def test_another_administration_finds_none_of_it(
    database_url: str, tmp_path: Path, program: Callable[..., Path]
) -> None:
    async with reading(database_url, tmp_path) as town, reading(database_url, tmp_path / "other") as other:
        ticket = await a_letter(town)
        await work(town)
        _, piece = await piece_of(town, ticket)
        async with other.house.database.transaction(tenant=other.tenant_id) as session:
            assert await other.house.tickets.machine_texts(session, other.tenant_id, [piece]) == {}
            assert await other.house.tickets.machine_texts(session, town.tenant_id, [piece]) == {}
        assert await other.tickets(q="terrasse") == []


async def test_who_does_not_see_a_request_finds_nothing_of_its_scans(
    database_url: str, tmp_path: Path, program: Callable[..., Path]
) -> None:
    async with reading(database_url, tmp_path) as town:
        ticket = await a_letter(town)
        await work(town)
        _, piece = await piece_of(town, ticket)
        look(Sight(person_id=new_id(), reach=Reach.ASSIGNED, teams=frozenset()))
        try:
            async with town.house.database.transaction(tenant=town.tenant_id) as session:
                assert await town.house.tickets.machine_texts(session, town.tenant_id, [piece]) == {}
            assert await town.tickets(q="terrasse") == []
        finally:
            look(None)
        assert len(await town.tickets(q="terrasse")) == 1
