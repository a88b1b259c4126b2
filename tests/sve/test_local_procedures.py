"""Procedures of one administration: its own only, by edition, seen by every process, never a query a message."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError

from app.bootstrap import House
from app.bootstrap.choosing import meaning_of
from app.errors import Invalid, Misconfigured, NotFound, Stale
from app.facts import SYSTEM
from app.ids import new_id
from app.settings import Settings
from app.sve.local_procedures.values import Published
from tests.harness.houses import MovableClock, a_town, house

VERSION = {"valid_from": date(2026, 1, 1), "effect": "SVR", "delay": "P4M"}
OWN = {
    "code": "LOC-BOULES",
    "title": "Créneau sur un terrain de boules",
    "domain": "services locaux",
    "keywords": ["pétanque", "terrain de boules"],
    "deliberation": {"taken_on": date(2025, 12, 15), "number": "2025-112", "title": "Règlement"},
    "versions": [VERSION],
}
OVER = {
    "code": "HAB-LOUER",
    "override": {"why": "Le règlement local allonge le délai."},
    "deliberation": OWN["deliberation"],
    "versions": [{"valid_from": date(2026, 1, 1), "effect": "SVA", "delay": "P2M"}],
}
TODAY = date(2026, 3, 2)


@pytest_asyncio.fixture
async def two(database_url: str, tmp_path: Path) -> AsyncIterator[tuple[House, House, MovableClock]]:
    """Two processes on one database and one folder."""
    clock = MovableClock()
    async with house(database_url, tmp_path, clock=clock) as one, house(database_url, tmp_path, clock=clock) as other:
        yield one, other, clock


async def publish(opened: House, tenant: UUID, given: dict[str, Any], **words: Any) -> Published:
    asked = {"note": "Essai.", "replaces": None, "dry_run": False, **words}
    async with opened.database.transaction(tenant=tenant) as session:
        return await opened.procedures.publish(session, tenant, given, actor=SYSTEM, **asked)


async def withdraw(
    opened: House, tenant: UUID, code: str, *, since: date | None = None, mistaken: bool = False
) -> None:
    async with opened.database.transaction(tenant=tenant) as session:
        await opened.procedures.withdraw(
            session, tenant, code, reason="Fini.", since=since, mistaken=mistaken, actor=SYSTEM
        )


async def delay(opened: House, tenant: UUID, code: str, *, on: date = TODAY) -> str | None:
    async with opened.database.transaction(tenant=tenant) as session:
        found = (await opened.procedures.view(session, tenant, on=on)).catalogue.find(code, on=on)
    return str(found.version.delay) if found else None


async def test_what_one_administration_publishes_is_its_own(two: tuple[House, House, MovableClock]) -> None:
    opened, _, _ = two
    ours, theirs = [await a_town(opened, slug=new_id().hex) for _ in range(2)]
    await publish(opened, ours, OWN)
    await publish(opened, ours, OVER)
    assert [await delay(opened, ours, code) for code in ("LOC-BOULES", "HAB-LOUER")] == ["P4M", "P2M"]
    assert [await delay(opened, theirs, code) for code in ("LOC-BOULES", "HAB-LOUER")] == [None, "P1M"]


async def test_another_process_sees_it_after_five_seconds(two: tuple[House, House, MovableClock]) -> None:
    one, other, clock = two
    tenant = await a_town(one, slug=new_id().hex)
    assert await delay(other, tenant, "LOC-BOULES") is None
    await publish(one, tenant, OWN)
    assert await delay(one, tenant, "LOC-BOULES") == "P4M"
    assert await delay(other, tenant, "LOC-BOULES") is None
    clock.move(seconds=5)
    assert await delay(other, tenant, "LOC-BOULES") == "P4M"
    await withdraw(one, tenant, "LOC-BOULES")
    clock.move(seconds=5)
    assert await delay(other, tenant, "LOC-BOULES") is None


async def test_what_rolls_back_was_never_seen(two: tuple[House, House, MovableClock]) -> None:
    opened, _, _ = two
    tenant = await a_town(opened, slug=new_id().hex)

    async def fail() -> None:
        async with opened.database.transaction(tenant=tenant) as session:
            await opened.procedures.publish(session, tenant, OWN, note="x", replaces=None, dry_run=False, actor=SYSTEM)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await delay(opened, tenant, "LOC-BOULES") is None


async def test_a_hundred_readings_cost_one_query(two: tuple[House, House, MovableClock]) -> None:
    opened, _, _ = two
    tenant = await a_town(opened, slug=new_id().hex)
    await publish(opened, tenant, OWN)
    asked: list[str] = []

    def note(_c: object, _k: object, statement: str, *_: object) -> None:
        if "local_procedures" in statement:
            asked.append(statement)

    event.listen(opened.database.engine.sync_engine, "before_cursor_execute", note)
    try:
        async with opened.database.transaction(tenant=tenant) as session:
            views = [await opened.procedures.view(session, tenant, on=TODAY) for _ in range(100)]
    finally:
        event.remove(opened.database.engine.sync_engine, "before_cursor_execute", note)
    # Its stamp and its editions, once; the catalogue and its index are then the same objects.
    assert len(asked) <= 2
    assert len({id(view) for view in views}) == 1


async def test_who_has_nothing_of_its_own_shares_the_national_view(two: tuple[House, House, MovableClock]) -> None:
    opened, _, _ = two
    towns = [await a_town(opened, slug=new_id().hex) for _ in range(2)]
    views = []
    for tenant in towns:
        async with opened.database.transaction(tenant=tenant) as session:
            views.append(await opened.procedures.view(session, tenant, on=TODAY))
    assert views[0] is views[1]


async def test_an_edition_follows_the_one_it_was_written_on(two: tuple[House, House, MovableClock]) -> None:
    opened, _, _ = two
    tenant = await a_town(opened, slug=new_id().hex)
    assert (await publish(opened, tenant, OWN)).edition == 1
    with pytest.raises(Stale):
        await publish(opened, tenant, OWN)
    later = {**OWN, "versions": [{**VERSION, "delay": "P2M"}]}
    shown = await publish(opened, tenant, later, replaces=1, dry_run=True)
    assert {one.field for one in shown.differences} == {"delay", "versions"}
    assert await delay(opened, tenant, "LOC-BOULES") == "P4M"
    assert (await publish(opened, tenant, later, replaces=1)).edition == 2
    assert await delay(opened, tenant, "LOC-BOULES") == "P2M"
    async with opened.database.transaction(tenant=tenant) as session:
        found = await opened.procedures.in_full(session, tenant, "LOC-BOULES")
    assert [(edition.edition, str(entry.last.delay)) for edition, entry in found.editions] == [(1, "P4M"), (2, "P2M")]


async def test_two_at_once_publish_one_edition(two: tuple[House, House, MovableClock]) -> None:
    one, other, _ = two
    tenant = await a_town(one, slug=new_id().hex)
    told = await asyncio.gather(
        *(publish(opened, tenant, OWN) for opened in (one, other, one, other)), return_exceptions=True
    )
    assert sorted(type(answer).__name__ for answer in told) == ["Published", "Stale", "Stale", "Stale"]


async def test_a_refused_entry_publishes_nothing_and_tells_all(two: tuple[House, House, MovableClock]) -> None:
    opened, _, _ = two
    tenant = await a_town(opened, slug=new_id().hex)
    with pytest.raises(Invalid) as refused:
        await publish(opened, tenant, {**OWN, "title": "", "versions": [{**VERSION, "delay": "bientôt"}]})
    assert {flaw.pointer for flaw in refused.value.flaws} == {"/title", "/versions/0/delay"}
    with pytest.raises(NotFound):
        await withdraw(opened, tenant, "LOC-BOULES")


async def test_a_withdrawn_procedure_still_holds_for_what_was_received_before(
    two: tuple[House, House, MovableClock],
) -> None:
    opened, _, _ = two
    tenant = await a_town(opened, slug=new_id().hex)
    await publish(opened, tenant, OVER)
    await withdraw(opened, tenant, "HAB-LOUER", since=date(2026, 4, 1))
    assert await delay(opened, tenant, "HAB-LOUER", on=date(2026, 3, 31)) == "P2M"
    assert await delay(opened, tenant, "HAB-LOUER", on=date(2026, 4, 1)) == "P1M"
    again = {**OVER, "versions": [{"valid_from": date(2026, 6, 1), "effect": "SVA", "delay": "P3M"}]}
    assert (await publish(opened, tenant, again)).edition == 2
    days = (date(2026, 3, 31), date(2026, 4, 1), date(2026, 6, 1))
    assert [await delay(opened, tenant, "HAB-LOUER", on=day) for day in days] == ["P2M", "P1M", "P3M"]


async def test_a_mistaken_one_never_held(two: tuple[House, House, MovableClock]) -> None:
    opened, _, _ = two
    tenant = await a_town(opened, slug=new_id().hex)
    await publish(opened, tenant, OVER)
    await withdraw(opened, tenant, "HAB-LOUER", mistaken=True)
    assert await delay(opened, tenant, "HAB-LOUER", on=date(2026, 2, 1)) == "P1M"


async def test_the_database_itself_keeps_an_edition_as_it_was(two: tuple[House, House, MovableClock]) -> None:
    opened, _, _ = two
    tenant = await a_town(opened, slug=new_id().hex)
    await publish(opened, tenant, OWN)
    for statement in ("UPDATE local_procedures SET entry = '{}'", "DELETE FROM local_procedures"):
        with pytest.raises(DBAPIError, match="permission denied"):
            async with opened.database.transaction(tenant=tenant) as session:
                await session.execute(text(statement))


async def test_a_list_is_imported_whole_or_not_at_all(two: tuple[House, House, MovableClock]) -> None:
    opened, _, _ = two
    tenant = await a_town(opened, slug=new_id().hex)
    head = "code;title;authority;effect;delay;source;why;valid_from\n"
    louer = "HAB-LOUER;Permis de louer;commune|epci;SVA;2 mois;Liste;Règlement;2026-01-01\n"
    async with opened.database.transaction(tenant=tenant) as session:
        wrong = (head + louer + "LOC-X;X;commune;?;bientôt;Liste;;\n").encode()
        refused = await opened.procedures.import_list(session, tenant, wrong, note="liste.csv", actor=SYSTEM)
    assert [one.line for one in refused.refused] == [3]
    assert await delay(opened, tenant, "HAB-LOUER") == "P1M"
    async with opened.database.transaction(tenant=tenant) as session:
        await opened.procedures.import_list(session, tenant, (head + louer).encode(), note="liste.csv", actor=SYSTEM)
    assert await delay(opened, tenant, "HAB-LOUER") == "P2M"


async def test_a_list_of_the_installation_is_read_without_a_restart(
    two: tuple[House, House, MovableClock], tmp_path: Path
) -> None:
    opened, _, clock = two
    tenant = await a_town(opened, slug=new_id().hex)
    folder = tmp_path / "catalogue"
    folder.mkdir()
    entry = (
        "[[procedure]]\ncode = 'HAB-LOUER'\ntitle = 'x'\ndomain = 'x'\nkinds = ['commune']\nkeywords = ['x']\n"
        "certainty = 'partly'\nsources = ['unread']\n[[procedure.versions]]\neffect = 'SVA'\ndelay = 'P3M'\nbasis = []\n"
    )
    (folder / "0001-a.toml").write_text(entry)
    assert await delay(opened, tenant, "HAB-LOUER") == "P1M"
    clock.move(seconds=5)
    assert await delay(opened, tenant, "HAB-LOUER") == "P3M"
    (folder / "0002-b.toml").write_text("ceci n'est pas du TOML")
    clock.move(seconds=5)
    assert await delay(opened, tenant, "HAB-LOUER") == "P3M"


@pytest.mark.parametrize(
    ("asked", "present", "loads"),
    [("auto", True, True), ("auto", False, False), ("words", True, False), ("meaning", True, True)],
)
def test_meaning_is_used_where_it_is_wanted_and_installed(
    monkeypatch: pytest.MonkeyPatch, asked: str, present: bool, loads: bool
) -> None:
    monkeypatch.setattr("app.bootstrap.choosing.meaning_installed", lambda: present)
    assert (meaning_of(Settings(_env_file=None, suggest=asked)) is not None) is loads


def test_meaning_asked_for_without_its_package_is_said_at_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.bootstrap.choosing.meaning_installed", lambda: False)
    with pytest.raises(Misconfigured, match="PARVIS_SUGGEST"):
        meaning_of(Settings(_env_file=None, suggest="meaning"))
