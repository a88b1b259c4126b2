"""A backup put back into an empty house: everything is found again, and nothing does harm."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import select

from app.audit import journal
from app.bootstrap import backups
from app.db import migrate, revisions
from app.db.checks import Check
from app.db.embedded import Dsns
from app.errors import NotFound
from app.exchanges import gates, outbox
from app.exchanges.outbox import Outbound, OutState
from app.facts import Actor
from app.files.store import digest_of
from app.live.events import Event
from app.tenants.repository import held_because
from app.web.rail import rail_of
from tests.backups.conftest import PIECE, Saved, a_letter, rows, rows_changed, settings_of, silent
from tests.harness import postgres
from tests.harness.houses import MovableClock, a_town, house
from tests.harness.towns import TownHouse

GRANTS = """
    SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity, pg_get_userbyid(c.relowner),
           -- What was granted and taken back leaves the owner's own rights written out: the same as none written.
           ARRAY(SELECT unnest(COALESCE(c.relacl, acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char",
                                                             c.relowner)))::text ORDER BY 1)
      FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'S')
"""
POLICIES = (
    "SELECT tablename, policyname, roles::text, cmd, qual, with_check FROM pg_policies WHERE schemaname = 'public'"
)
FUNCTIONS = """
    SELECT p.proname, pg_get_function_identity_arguments(p.oid), pg_get_userbyid(p.proowner),
           ARRAY(SELECT unnest(p.proacl)::text ORDER BY 1), p.prosecdef,
           p.prosrc FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
       AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
"""
SCHEMA = "SELECT ARRAY(SELECT unnest(nspacl)::text ORDER BY 1), pg_get_userbyid(nspowner) FROM pg_namespace WHERE nspname = 'public'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """The house after the disaster, and what was said while it was put back."""

    saved: Saved
    town: TownHouse
    dsns: Dsns
    said: list[Check]
    folder: Path


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def restored(saved: Saved, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Restored]:
    target, folder = postgres.unmigrated(), tmp_path_factory.mktemp("restored")
    said: list[Check] = []
    clock = MovableClock(saved.town.clock.at)
    clock.move(hours=2)
    settings = settings_of(target, folder, saved.key)
    assert await backups.put_back(settings, saved.taken.path, told=silent, said=said.append, clock=clock), said
    async with house(target.app, folder, clock=clock) as opened:
        town = TownHouse(opened, saved.town.tenant_id, saved.town.mailbox, clock)
        yield Restored(saved=saved, town=town, dsns=target, said=said, folder=folder)
    postgres.drop(target)


async def told_after(town: TownHouse, place: tuple[int, object], *, until: str) -> list[Event]:
    """Follows the log from a place somebody kept, as the API does, until it tells of a type."""
    for _ in range(1200):
        async with town.house.database.transaction(tenant=town.tenant_id) as session:
            stands = await town.house.events.stands(session, town.tenant_id, place)  # type: ignore[arg-type]
            found = await town.house.events.after(session, town.tenant_id, stands, limit=1000)
        if until in {event.type for event in found}:
            return found
        await asyncio.sleep(0.05)
    pytest.fail(f"the log never told of {until}")


async def outgoing(town: TownHouse) -> list[Outbound]:
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        return await outbox.in_states(session, town.tenant_id, [], after=None, limit=100)


async def leave(town: TownHouse) -> None:
    await town.house.dispatcher.dispatch(str(town.tenant_id), [str(one.id) for one in await outgoing(town)])


def test_roles_rights_and_policies_are_those_migrations_made(restored: Restored) -> None:
    for query in (GRANTS, POLICIES, FUNCTIONS, SCHEMA):
        found = sorted(map(repr, rows(restored.dsns, query)))
        assert found == sorted(map(repr, rows(restored.saved.dsns, query)))


def test_the_proof_speaks_of_every_administration(restored: Restored) -> None:
    said = {check.name: check.detail for check in restored.said}
    assert set(said) == {
        "rows",
        "pieces",
        *(
            f"{slug}: {what}"
            for slug in ("villebourg", "autrebourg")
            for what in ("ledger", "journal", "counts", "clocks")
        ),
    }
    assert said["villebourg: ledger"] == "5 accepted, 3 done, 1 duplicate, 0 held, 1 queued: as counted"
    assert said["villebourg: clocks"].startswith("3 open clocks recomputed from their events")
    assert said["pieces"] == "3 pieces put back with their digest"


async def test_pieces_a_row_names_are_back_and_no_other(restored: Restored) -> None:
    store, tenant_id = restored.town.house.store, restored.town.tenant_id
    for number in range(3):
        assert await store.get(tenant_id, digest_of(PIECE % number)) == PIECE % number
    with pytest.raises(NotFound):
        await store.get(tenant_id, digest_of(b"what no row names"))


async def test_the_log_goes_on_for_who_kept_an_event_from_before(restored: Restored) -> None:
    seen = restored.saved.seen
    found = await told_after(restored.town, (seen.xid, seen.id), until="house.restored")
    assert seen.id not in {event.id for event in found}
    assert found[0].payload["backup_made_at"].startswith("2026-03-02T09:00")
    assert all(xid < 0 for (xid,) in rows(restored.dsns, "SELECT xid FROM events WHERE type <> 'house.restored'")[:3])


async def test_who_heard_of_what_is_lost_goes_on_from_the_restore(restored: Restored) -> None:
    lost = restored.saved.lost
    assert not rows(restored.dsns, f"SELECT FROM events WHERE id = '{lost.id}'")
    found = await told_after(restored.town, (lost.xid, lost.id), until="house.restored")
    assert found[0].type == "house.restored"


async def test_a_place_nobody_has_reached_stands_at_the_restore(restored: Restored) -> None:
    found = await told_after(restored.town, (2**40, restored.saved.lost.id), until="house.restored")
    assert found[0].type == "house.restored"


async def test_the_journal_is_sealed_on_from_where_it_stood(restored: Restored) -> None:
    town, (kept, _) = restored.town, restored.saved.taken.header.administrations
    assert kept.link > 0
    for _ in range(1200):
        await town.house.rounds.seal()
        async with town.house.database.transaction(tenant=town.tenant_id) as session:
            assert await journal.verify(session, town.tenant_id) is None
        sealed = rows(
            restored.dsns,
            "SELECT s.number FROM audit_seals s JOIN audit_entries e ON (e.tenant_id, e.id) = (s.tenant_id, s.entry_id) "
            f"WHERE e.action = 'house.restored' AND e.tenant_id = '{town.tenant_id}'",
        )
        if sealed:
            assert sealed[0][0] > kept.link
            return
        await asyncio.sleep(0.05)
    pytest.fail("the entry of the restore was never sealed")


async def test_what_providers_send_again_is_recognised_and_what_waited_is_read(restored: Restored) -> None:
    assert (await restored.town.receive(a_letter(1))).state == "duplicate"
    queued = rows(restored.dsns, "SELECT count(*) FROM receptions WHERE state = 'queued'")
    assert queued == [(0,)]
    assert len(await restored.town.tickets()) == 4


async def test_nothing_leaves_before_somebody_says_so_and_what_was_pending_never_by_itself(restored: Restored) -> None:
    town = restored.town
    before = {one.id: one for one in await outgoing(town) if one.state is OutState.UNKNOWN}
    assert before
    assert all("02/03/2026 09:00 UTC" in (one.detail or "") for one in before.values())
    assert (await town.receive(a_letter(20))).state == "done"
    await leave(town)
    assert {one.state for one in await outgoing(town)} == {OutState.UNKNOWN, OutState.FROZEN}
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        assert await gates.restored(session, town.tenant_id)
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        resumed = await town.house.restarting.resume(session, town.tenant_id, actor=Actor("operator"))
    assert (resumed.channels, resumed.in_doubt) == (1, len(before))
    await leave(town)
    after = {one.id: one.state for one in await outgoing(town)}
    assert {state for one, state in after.items() if one in before} == {OutState.UNKNOWN}
    assert {state for one, state in after.items() if one not in before} == {OutState.ACCEPTED}
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        again = await town.house.restarting.resume(session, town.tenant_id, actor=Actor("operator"))
    assert again.channels == 0


async def test_a_house_recovered_by_other_means_is_stopped_by_a_word_and_webhooks_wait_too(restored: Restored) -> None:
    town = restored.town
    assert (await town.receive(a_letter(21))).state == "done"
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        stopped = await town.house.restarting.stop(
            session, town.tenant_id, [town.mailbox.id], because="base ramenée en arrière", actor=Actor("operator")
        )
        assert stopped.channels == 1
        assert stopped.in_doubt >= 1
        assert "base ramenée" in (await gates.restored(session, town.tenant_id) or "")
    before = {one.id: one.state for one in await outgoing(town)}
    assert OutState.FROZEN not in before.values()
    await leave(town)
    assert {one.id: one.state for one in await outgoing(town)} == before
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        again = await town.house.restarting.stop(
            session, town.tenant_id, [town.mailbox.id], because="encore", actor=Actor("operator")
        )
        assert again.in_doubt == 0
        assert (await town.house.restarting.resume(session, town.tenant_id, actor=Actor("operator"))).channels == 1


async def test_whoever_was_signed_in_signs_in_again(restored: Restored) -> None:
    """What was ended or revoked after the backup would live again."""
    assert rows(restored.saved.dsns, "SELECT count(*) FROM sessions WHERE ended_at IS NULL") == [(1,)]
    assert rows(restored.dsns, "SELECT count(*), count(ended_at) FROM sessions") == [(1, 1)]


async def test_no_door_that_was_closed_since_opens_again(restored: Restored) -> None:
    """An operator's access and a link to choose a password may have been cut or used after the backup."""
    for query, before, after in (
        (
            "SELECT state, ended_at IS NULL, link_digest IS NULL FROM operator_grants",
            ("approved", True, False),
            ("ended", False, True),
        ),
        ("SELECT purpose, revoked_at IS NULL FROM invitations ORDER BY 1", ("invitation", True), ("invitation", True)),
    ):
        assert rows(restored.saved.dsns, query)[0] == before
        assert rows(restored.dsns, query)[0] == after
    resets = "SELECT revoked_at IS NULL FROM invitations WHERE purpose = 'reset'"
    assert (rows(restored.saved.dsns, resets), rows(restored.dsns, resets)) == ([(True,)], [(False,)])


async def test_agents_see_that_nothing_leaves(restored: Restored) -> None:
    """Runs on the administration nobody has resumed."""
    async with restored.town.house.database.transaction(tenant=restored.saved.other) as session:
        rail = await rail_of(session, restored.saved.other)
        held = (await session.execute(select(held_because(restored.saved.other)))).scalar_one()
    assert rail.restored == "données restaurées de la sauvegarde du 02/03/2026 09:00 UTC"
    assert held == rail.restored, "what has no channel to stop, a webhook, is stopped too"
    async with restored.saved.town.house.database.transaction(tenant=restored.saved.other) as session:
        assert (await rail_of(session, restored.saved.other)).restored is None


async def test_a_restored_house_can_be_saved_and_restored_again(
    restored: Restored, empty: Dsns, tmp_path: Path
) -> None:
    settings = settings_of(restored.dsns, restored.folder, restored.saved.key)
    taken = await backups.backup(settings, tmp_path, told=silent, clock=restored.town.clock)
    said: list[Check] = []
    target = settings_of(empty, tmp_path / "twice", restored.saved.key)
    assert await backups.put_back(target, taken.path, told=silent, said=said.append, clock=restored.town.clock), said
    order = "SELECT id FROM events WHERE tenant_id = '{}' ORDER BY xid, id"
    (kept, again) = (
        [row[0] for row in rows(dsns, order.format(restored.town.tenant_id))] for dsns in (restored.dsns, empty)
    )
    assert again[: len(kept)] == kept
    assert len(again) == len(kept) + 1


async def test_a_backup_of_an_older_schema_comes_up_to_the_present_one(
    saved: Saved, empty: Dsns, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Saved before an upgrade, restored after it; one administration is suspended, and comes back so."""
    older = postgres.unmigrated()
    clock = MovableClock()
    try:
        former = revisions.chain()[-2]
        migrate.upgrade(older.owner, former)
        async with house(older.app, tmp_path / "old", clock=clock) as opened:
            tenant_id = await a_town(opened)
            rows_changed(older, f"UPDATE tenants SET suspended_at = now() WHERE id = '{tenant_id}'")
        with monkeypatch.context() as then:
            then.setattr(revisions, "head", lambda: former)
            settings = settings_of(older, tmp_path / "old", saved.key)
            taken = await backups.backup(settings, tmp_path, told=silent, clock=clock)
        assert taken.header.revision == former
        said: list[Check] = []
        target = settings_of(empty, tmp_path / "new", saved.key)
        assert await backups.put_back(target, taken.path, told=silent, said=said.append, clock=clock), said
        assert migrate.current(empty.owner) == revisions.head()
        assert rows(empty, "SELECT count(*) FROM tenants WHERE suspended_at IS NOT NULL") == [(1,)]
    finally:
        postgres.drop(older)
