"""An administration is copied whole and erased whole, and its neighbour keeps every byte."""

import asyncio
import hashlib
import json
import zipfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from psycopg import sql

from app.db.embedded import Dsns
from app.errors import Conflict, Invalid
from app.facts import SYSTEM
from app.ids import Prefix, new_id, public_id
from app.tenants.archives import FORMAT, verify
from app.tenants.catalogue import LEFT_OUT, SECRET_COLUMNS, tables
from app.tenants.closing import ClosureRefused, certified
from tests.harness.houses import MovableClock, a_town
from tests.harness.towns import TownHouse, a_mailbox, mail, opened_town

CANARY, OTHER = "zebulon", "cornichon"
LATE_EVENT = (
    "INSERT INTO events (tenant_id, id, type, subject_id, payload, at) "
    "VALUES (%(tenant)s, %(id)s, 'ticket.created', %(id)s, '{}', now())"
)
PLATFORM_ALSO = ("operators", "departures", "tenants", "procrastinate_jobs", "procrastinate_events")


@pytest_asyncio.fixture
async def towns(new_database: Callable[[], Dsns], tmp_path: Path) -> AsyncIterator[tuple[TownHouse, TownHouse, Dsns]]:
    """Two administrations of one installation; each word one of them was ever told has its canary."""
    dsns, clock = new_database(), MovableClock()
    async with opened_town(dsns.app, tmp_path, clock=clock) as town:
        other = await a_town(town.house, slug="voisine")
        box = await a_mailbox(town.house, other, "contact@voisine.example.fr")
        neighbour = TownHouse(town.house, other, box, clock)
        for one, word in ((town, CANARY), (neighbour, OTHER)):
            await fill(one, word)
        yield town, neighbour, dsns


async def fill(town: TownHouse, word: str) -> None:
    house = town.house
    for number in range(3):
        raw = mail(
            sender=f"{word} Exemple <{word}{number}@example.org>",
            to=town.address,
            subject=f"{word} {number}",
            text=f"Le mot est {word}.",
            message_id=f"<{word}{number}@example.org>",
        )
        await town.receive(raw)
    await town.deliver()
    async with house.database.transaction(tenant=town.tenant_id) as session:
        parent = await house.teams.make(session, town.tenant_id, name=f"{word} haut", parent_id=None, actor=SYSTEM)
        await house.teams.make(session, town.tenant_id, name=f"{word} bas", parent_id=parent.id, actor=SYSTEM)
    await house.access.create(town.tenant_id, name=f"{word}", scopes=["tickets:read"])
    await house.store.put(town.tenant_id, f"pièce {word}".encode())


def whole(dsns: Dsns) -> str:
    """The address of the database as a superuser, whom no row-level security binds."""
    name = psycopg.conninfo.conninfo_to_dict(dsns.app)["dbname"]
    return psycopg.conninfo.make_conninfo(dsns.admin, dbname=str(name))


async def snapshot(owner: str, tenant_id: UUID | None, *, word: str = "") -> dict[str, Any]:
    """Reads every table, as a superuser would, less row-level security; or the tables a word is found in."""
    found: dict[str, Any] = {}
    async with await psycopg.AsyncConnection.connect(owner) as connection:
        names = [table.name for table in await tables(connection)]
        for name in [*names, *PLATFORM_ALSO]:
            where = sql.SQL("true")
            if tenant_id is not None and name in names:
                where = sql.SQL("tenant_id = {}").format(sql.Literal(tenant_id))
            elif tenant_id is not None:
                continue
            query = sql.SQL("SELECT t::text FROM {} t WHERE {} ORDER BY 1").format(sql.Identifier(name), where)
            rows = [row[0] for row in await (await connection.execute(query)).fetchall()]
            found[name] = [row for row in rows if word in row or word.encode().hex() in row] if word else rows
    return {name: rows for name, rows in found.items() if rows}


async def test_a_copy_holds_all_of_one_and_nothing_of_another_nor_any_secret(
    towns: tuple[TownHouse, TownHouse, Dsns], tmp_path: Path
) -> None:
    town, _, dsns = towns
    file = tmp_path / "ville.zip"
    verdict = await town.house.exports.make(town.tenant_id, file)
    assert verify(file) == verdict
    assert verdict.tenant_id == public_id(Prefix.TENANT, town.tenant_id)
    with zipfile.ZipFile(file) as copy:
        manifest = json.loads(copy.read("manifest.json"))
        content = b"".join(copy.read(name) for name in copy.namelist())
        lines = {name: copy.read(name).splitlines() for name in copy.namelist() if name.endswith(".ndjson")}
    assert (CANARY.encode() in content, OTHER.encode() in content) == (True, False)
    assert verdict.pieces >= 1
    kept = await snapshot(whole(dsns), town.tenant_id)
    written = {name for name, found in lines.items() if found}
    after = {"audit_entries", "events", "tenant_exports"}  # what making it wrote
    assert {f"tables/{name}.ndjson" for name in kept if name not in LEFT_OUT} - written <= {
        f"tables/{name}.ndjson" for name in after
    }
    for name, rows in kept.items():
        if name not in LEFT_OUT and name not in after:
            assert len(lines[f"tables/{name}.ndjson"]) == len(rows), name
    told = {column for row in lines.values() for line in row for column in json.loads(line)}
    assert told & SECRET_COLUMNS == set()
    assert "digest" not in json.loads(lines["tables/api_keys.ndjson"][0])
    assert "api_keys" in manifest["columns_left_out"]

    # One byte changed, one part taken away: neither passes.
    names = list(lines)
    for spoil in ("change", "drop"):
        spoiled = tmp_path / f"{spoil}.zip"
        with zipfile.ZipFile(file) as source, zipfile.ZipFile(spoiled, "w") as target:
            for name in source.namelist():
                body = source.read(name)
                if name == names[0]:
                    if spoil == "drop":
                        continue
                    body += b"x"
                target.writestr(name, body)
        with pytest.raises(Invalid):
            verify(spoiled)
    (tmp_path / "rien.zip").write_bytes(b"PK")
    with pytest.raises(Invalid):
        verify(tmp_path / "rien.zip")
    assert file.stat().st_mode & 0o077 == 0, "nobody else of the machine reads it"
    assert "key" not in json.loads(lines["tables/channels.ndjson"][0])


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("../../etc/cron.d/x", b"x", {}),
        ("/etc/passwd", b"x", {}),
        ("tables/../x.ndjson", b"x", {}),
        ("pieces/" + "0" * 64, b"not what it is called", {}),
        ("tables/tickets.ndjson", bytes(64 << 20), {"size": 1}),
        ("tables/tickets.ndjson", b"{}\n", {"size": "3"}),
        ("tables/tickets.ndjson", b"{}\n", {"sha256": None}),
    ],
)
def test_a_file_that_was_made_to_harm_its_reader_is_refused(
    tmp_path: Path, name: str, body: bytes, said: dict[str, Any]
) -> None:
    part = {"sha256": hashlib.sha256(body).hexdigest(), "size": len(body), **said}
    manifest = {"format": FORMAT, "administration": {"id": "ten_x"}, "parts": {name: part}}
    with zipfile.ZipFile(tmp_path / "bad.zip", "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr(name, body)
        made.writestr("manifest.json", json.dumps(manifest))
    with pytest.raises(Invalid):
        verify(tmp_path / "bad.zip")


@pytest.mark.parametrize(
    "manifest", [b"[]", b"1", b'{"parts": []}', b'{"parts": {"a": 1}}', b"[" * 100_000, bytes(17 << 20)]
)
def test_a_manifest_that_is_none_is_refused_in_a_sentence(tmp_path: Path, manifest: bytes) -> None:
    with zipfile.ZipFile(tmp_path / "bad.zip", "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("manifest.json", manifest)
    with pytest.raises(Invalid):
        verify(tmp_path / "bad.zip")


def a_late_piece(town: TownHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    """A message that was being read when the doors closed keeps its piece after the pieces were erased."""
    closing, arrived = town.house.closing, asyncio.Event()
    erase = closing._erase_pieces

    async def arriving(tenant_id: UUID) -> None:
        await erase(tenant_id)
        if not arrived.is_set():
            arrived.set()
            await town.house.store.put(tenant_id, "une pièce arrivée pendant l'effacement".encode())

    monkeypatch.setattr(closing, "_erase_pieces", arriving)


def an_export_handed_over(town: TownHouse) -> Path:
    """An export of another tool, not decided upon yet."""
    handed = town.house.imports.handed.path(town.tenant_id, town.tenant_id)
    handed.parent.mkdir(parents=True)
    handed.write_text(CANARY)
    return handed


async def test_an_end_is_announced_refused_while_clocks_run_and_leaves_nothing_but_a_certificate(
    towns: tuple[TownHouse, TownHouse, Dsns], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    town, neighbour, dsns = towns
    house, closing = town.house, town.house.closing

    async def refused(**words: str) -> None:
        with pytest.raises(ClosureRefused):
            await closing.begin(town.tenant_id, **words)

    waived = {"despite": "Reprise par le département", "without_export": "Export déjà remis"}
    await refused(**waived)
    async with house.database.transaction(tenant=town.tenant_id) as session:
        due = await closing.announce(session, town.tenant_id, reason="Fin de la convention")
        with pytest.raises(Conflict):
            await closing.announce(session, town.tenant_id, reason="Fin de la convention")
    assert (due - town.clock().date()).days == 30
    await refused(**waived)
    town.clock.move(days=30)
    await refused(without_export="Export déjà remis")
    await refused(despite="Reprise par le département")
    await house.exports.make(town.tenant_id, tmp_path / "ville.zip")

    assert {"messages", "receptions", "teams"} <= set(await snapshot(whole(dsns), None, word=CANARY))
    before = await snapshot(whole(dsns), neighbour.tenant_id)
    pieces = [sha256 async for sha256 in house.store.all_of(neighbour.tenant_id)]
    handed = an_export_handed_over(town)
    await closing.begin(town.tenant_id, despite="Reprise par le département")
    assert town.tenant_id not in await house.tenants.directory()

    # Its process dies in the middle: the next one goes on where it was.
    calls = 0
    erase = closing._erase_some

    async def dying(tenant_id: UUID, table: str) -> int:
        nonlocal calls
        calls += 1
        if calls == 40:
            raise asyncio.CancelledError
        return await erase(tenant_id, table)

    monkeypatch.setattr("app.tenants.closing.BATCH", 1)
    monkeypatch.setattr(closing, "_erase_some", dying)
    with pytest.raises(asyncio.CancelledError):
        await closing.carry_on(town.tenant_id)
    monkeypatch.undo()
    a_late_piece(town, monkeypatch)
    done = await closing.carry_on(town.tenant_id)

    assert await snapshot(whole(dsns), town.tenant_id) == {}
    assert await snapshot(whole(dsns), None, word=CANARY) == {}
    assert [sha256 async for sha256 in house.store.all_of(town.tenant_id)] == []
    assert await snapshot(whole(dsns), neighbour.tenant_id) == before, "the neighbour keeps every byte"
    assert [sha256 async for sha256 in house.store.all_of(neighbour.tenant_id)] == pieces
    assert (done.counts["tickets"], done.counts["teams"], done.pieces >= 1) == (3, 2, True)
    assert (done.clocks, done.export_sha256 is not None, done.chain_number > 0) == (3, True, True)
    assert not handed.exists()
    assert done.finished_at is not None
    assert done.certificate is not None
    public = Ed25519PrivateKey.from_private_bytes(house.keys.key("departure")).public_key()
    public.verify(bytes.fromhex(done.certificate), certified(done, finished_at=done.finished_at))
    assert await closing.carry_on(town.tenant_id) == done


async def test_what_was_being_written_in_the_last_instant_goes_too_and_what_a_sleeper_writes_later_is_swept(
    towns: tuple[TownHouse, TownHouse, Dsns],
) -> None:
    town, neighbour, dsns = towns
    closing, before = town.house.closing, await snapshot(whole(dsns), neighbour.tenant_id)
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        await closing.announce(session, town.tenant_id, reason="Fin de la convention")
    town.clock.move(days=30)
    await closing.begin(town.tenant_id, despite="Sans objet", without_export="Sans objet")

    late = await psycopg.AsyncConnection.connect(dsns.app)
    await late.execute("SELECT set_config('app.tenant', %s, true)", [str(town.tenant_id)])  # it has only read so far
    ending = asyncio.create_task(closing.carry_on(town.tenant_id))
    while await there(dsns, town.tenant_id):
        assert not ending.done()
        await asyncio.sleep(0.02)
    await late.execute(LATE_EVENT, {"tenant": town.tenant_id, "id": new_id()})
    assert not ending.done(), "the certificate waits for whoever may still write"
    await late.commit()
    done = await ending
    assert await snapshot(whole(dsns), town.tenant_id) == {}

    await late.execute("SELECT set_config('app.tenant', %s, true)", [str(town.tenant_id)])
    await late.execute(LATE_EVENT, {"tenant": town.tenant_id, "id": new_id()})
    await late.commit()
    await late.close()
    assert set(await snapshot(whole(dsns), town.tenant_id)) == {"events"}
    assert await closing.sweep_departed() == 1
    assert await closing.sweep_departed() == 0
    assert await snapshot(whole(dsns), town.tenant_id) == {}
    assert await closing.carry_on(town.tenant_id) == done, "the certificate stands as it was signed"
    assert await snapshot(whole(dsns), neighbour.tenant_id) == before


async def there(dsns: Dsns, tenant_id: UUID) -> bool:
    async with await psycopg.AsyncConnection.connect(whole(dsns)) as connection:
        found = await connection.execute("SELECT FROM tenants WHERE id = %s", [tenant_id])
        return await found.fetchone() is not None


async def test_an_announced_end_is_called_off_and_the_database_erases_nothing_that_was_not_begun(
    towns: tuple[TownHouse, TownHouse, Dsns],
) -> None:
    town, _, dsns = towns
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        await town.house.closing.announce(session, town.tenant_id, reason="Fin de la convention")
        await town.house.closing.cancel(session, town.tenant_id)
    town.clock.move(days=40)
    with pytest.raises(ClosureRefused):
        await town.house.closing.begin(town.tenant_id, despite="Sans objet", without_export="Sans objet")
    with psycopg.connect(dsns.app) as application:
        application.execute("SELECT set_config('app.tenant', %s, true)", [str(town.tenant_id)])
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            application.execute("SELECT erase_some('tickets', 10)")
    with pytest.raises(ClosureRefused):
        await town.house.closing.carry_on(new_id())
