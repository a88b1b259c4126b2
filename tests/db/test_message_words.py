"""Words are looked for where the application cannot read: the table follows what people wrote, and gives nobody more."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
import pytest_asyncio
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from app.db import migrate
from app.db.embedded import Dsns
from app.db.sight import Loan, Reach, Sight, look
from app.ids import new_id
from app.tickets import searching
from app.tickets.repository import Filter
from tests.harness.houses import MovableClock
from tests.harness.towns import TownHouse, mail, opened_town

KEPT = "SELECT content, search::text FROM message_words WHERE ticket_id = %s ORDER BY message_id, content"


@pytest_asyncio.fixture
async def town(dsns: Dsns, tmp_path: Path) -> AsyncIterator[TownHouse]:
    async with opened_town(dsns.app, tmp_path, clock=MovableClock()) as opened:
        yield opened


@pytest.fixture
def everything(dsns: Dsns) -> Iterator[psycopg.Connection]:
    """The database as its superuser sees it."""
    ours = make_conninfo(dsns.admin, dbname=conninfo_to_dict(dsns.app)["dbname"])
    with psycopg.connect(ours, autocommit=True) as connection:
        yield connection


async def found(town: TownHouse, words: str, eyes: Sight | None = None, tenant_id: UUID | None = None) -> set[UUID]:
    look(eyes)
    try:
        async with town.house.database.transaction(tenant=tenant_id or town.tenant_id) as session:
            listed = await town.house.tickets.page(
                session, tenant_id or town.tenant_id, Filter(q=words), by_term=False, after=None, limit=10
            )
    finally:
        look(None)
    return {one.id for one in listed}


def ways(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Makes each way answer: the first walk, the index of words, the whole walk."""
    yield "the first walk"
    monkeypatch.setattr(searching, "FEW", 0)
    monkeypatch.setattr(searching, "SAMPLE", 0)
    yield "the index"
    monkeypatch.setattr(searching, "MOST_FOLLOWED", 0)
    yield "the whole walk"


async def test_every_way_finds_the_same_and_shows_nobody_more(
    town: TownHouse, monkeypatch: pytest.MonkeyPatch, everything: psycopg.Connection
) -> None:
    said = (await town.receive(mail(text="Le sycomore et le prunellier."))).ticket_id
    hidden = (await town.receive(mail(text="Un sycomore confidentiel."))).ticket_id
    assert said
    assert hidden
    everything.execute("UPDATE tickets SET confidential_at = received_at WHERE id = %s", [hidden])
    outsider = Sight(person_id=new_id(), reach=Reach.ALL, teams=frozenset())
    nobody = Sight(person_id=new_id(), reach=Reach.ASSIGNED, teams=frozenset())
    for way in ways(monkeypatch):
        assert await found(town, "sycomores") == {said, hidden}, way
        assert await found(town, "sycomore -confidentiel") == {said}, way
        assert await found(town, '"le prunellier"') == {said}, way
        assert await found(town, "sycomore", outsider) == {said}, way
        assert await found(town, "sycomore", nobody) == set(), way
        assert await found(town, "sycomore", tenant_id=new_id()) == set(), way
        assert await found(town, "le la les") == await found(town, "cormoran") == set(), way


async def test_who_sees_only_what_is_assigned_finds_theirs_and_what_a_colleague_lends(
    town: TownHouse, everything: psycopg.Connection
) -> None:
    person, absent, team = new_id(), new_id(), new_id()
    mine, lent, of_team = [(await town.receive(mail(text=f"Le sycomore {number}."))).ticket_id for number in range(3)]
    await town.receive(mail(text="Un autre sycomore, à personne."))
    everything.execute("SET session_replication_role = replica")  # neither the people nor the team are written
    for ticket, holder in ((mine, person), (lent, absent)):
        everything.execute("UPDATE tickets SET assignee_id = %s WHERE id = %s", [holder, ticket])
    everything.execute("UPDATE tickets SET team_id = %s WHERE id = %s", [team, of_team])
    for teams, seen in ((None, {mine}), (frozenset[UUID](), {mine, lent}), (frozenset({team}), {mine, lent, of_team})):
        loans = frozenset() if teams is None else frozenset({Loan(person_id=absent, teams=teams, confidential=False)})
        eyes = Sight(person_id=person, reach=Reach.ASSIGNED, teams=frozenset(), loans=loans)
        assert await found(town, "sycomore", eyes) == seen


async def test_the_words_follow_the_message(town: TownHouse, everything: psycopg.Connection) -> None:
    first = (await town.receive(mail(text="Le sycomore."))).ticket_id
    second = (await town.receive(mail(text="Une quetsche."))).ticket_id
    assert first
    everything.execute("UPDATE messages SET ticket_id = %s WHERE ticket_id = %s AND direction = 'in'", [second, first])
    assert await found(town, "sycomore") == {second}
    everything.execute("UPDATE messages SET text = 'Une mirabelle.' WHERE text LIKE 'Le sycomore%'")
    assert await found(town, "sycomore") == set()
    assert await found(town, "mirabelle") == {second}
    everything.execute("UPDATE messages SET text = '', subject = '', author_name = '' WHERE ticket_id = %s", [second])
    assert everything.execute(KEPT, [second]).fetchall() == []


async def test_the_application_reads_no_word_and_writes_none(town: TownHouse, dsns: Dsns) -> None:
    await town.receive(mail(text="Le sycomore."))
    for statement in (
        "SELECT search FROM message_words",
        "SELECT count(*) FROM message_words",
        "INSERT INTO message_words SELECT * FROM message_words",
        "UPDATE message_words SET content = ''",
        "DELETE FROM message_words",
    ):
        with psycopg.connect(dsns.app) as application:
            application.execute("SELECT set_config('app.tenant', %s, true)", [str(town.tenant_id)])
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                application.execute(statement)
    with psycopg.connect(dsns.app) as application:  # without an administration, nothing is said of any
        assert application.execute("SELECT tickets_saying('sycomor', 10)").fetchall() == []


async def test_a_house_that_was_there_before_is_filled_and_one_cut_off_begins_again(
    new_database: Callable[[], Dsns], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dsns = new_database()
    async with opened_town(dsns.app, tmp_path, clock=MovableClock()) as town:
        kept = [(await town.receive(mail(text=f"Le sycomore {number}."))).ticket_id for number in range(3)]
        await asyncio.to_thread(migrate.downgrade, dsns.owner, "0040")
        with psycopg.connect(dsns.owner) as owner:  # what a run that was killed while it filled leaves behind
            owner.execute("CREATE TABLE message_words (tenant_id uuid, message_id uuid)")
        await asyncio.to_thread(migrate.upgrade, dsns.owner)
        for _way in ways(monkeypatch):
            assert await found(town, "sycomore") == set(kept)


def test_no_policy_keeps_the_words_from_their_index(dsns: Dsns) -> None:
    """What is not leakproof waits for every condition that hides rows: there, where the functions look, is none."""
    with psycopg.connect(dsns.owner) as owner:
        owner.execute("SET enable_seqscan = off")
        # Of a few rows any index will do: only that of the words is left to choose.
        owner.execute("ALTER TABLE message_words DROP CONSTRAINT pk_message_words")
        owner.execute("DROP INDEX ix_message_words_ticket, ix_message_words_content")
        plan = owner.execute(
            "EXPLAIN SELECT ticket_id FROM message_words WHERE tenant_id = current_tenant() "
            "AND search @@ websearch_to_tsquery('french', 'sycomore')"
        ).fetchall()
        owner.rollback()
    assert "ix_message_words_search" in str(plan)
    assert "Filter" not in str(plan)
