"""The eyes of memory and those of PostgreSQL agree: on every way to have a request, for every way to see."""

import itertools
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from uuid import UUID

import psycopg
import pytest_asyncio
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from sqlalchemy import text

from app.db.embedded import Dsns
from app.db.eyes import Whose, sees
from app.db.sight import Loan, Reach, Sight, look
from app.ids import new_id
from app.sve import tallies
from tests.harness.houses import MovableClock
from tests.harness.towns import TownHouse, mail, opened_town

_ONE, _OTHER = UUID(int=1), UUID(int=2)
_OURS, _THEIRS = UUID(int=11), UUID(int=12)
# A request of nobody's making, had in some way; triggers and references are off, so that any way at all can be written.
_COPY = """
INSERT INTO tickets SELECT (jsonb_populate_record(t, jsonb_build_object(
    'id', %(id)s::text, 'reference', %(id)s::text, 'assignee_id', %(assignee)s::text, 'team_id', %(team)s::text,
    'confidential_at', CASE WHEN %(confidential)s THEN now() END, 'archived_at', CASE WHEN %(archived)s THEN now() END
))).* FROM tickets t WHERE tenant_id = %(tenant)s AND id = %(of)s
"""


@pytest_asyncio.fixture
async def town(dsns: Dsns, tmp_path: Path) -> AsyncIterator[TownHouse]:
    async with opened_town(dsns.app, tmp_path, clock=MovableClock()) as opened:
        yield opened


def ways_to_have_one() -> Iterator[Whose]:
    for assignee, team, confidential, archived in itertools.product(
        (None, _ONE, _OTHER), (None, _OURS, _THEIRS), (False, True), (False, True)
    ):
        yield Whose(assignee_id=assignee, team_id=team, confidential=confidential, archived=archived)


def ways_to_see() -> Iterator[Sight | None]:
    yield None
    lent = [Loan(person_id=_OTHER, teams=frozenset({_THEIRS}), confidential=closed) for closed in (False, True)]
    for person, reach, teams, loans, archives in itertools.product(
        (_ONE, UUID(int=3)), Reach, ((), (_OURS,)), ((), lent[:1], lent[1:], lent), (False, True)
    ):
        yield Sight(person_id=person, reach=reach, teams=frozenset(teams), loans=frozenset(loans), archives=archives)


_ITS_CLOCK = """
INSERT INTO saisines SELECT (jsonb_populate_record(s, jsonb_build_object('id', %(clock)s::text, 'ticket_id', %(id)s::text, 'ordinal', %(ordinal)s::int))).*
FROM saisines s WHERE tenant_id = %(tenant)s AND ticket_id = %(of)s
"""


async def test_memory_and_counts_see_what_postgresql_sees(town: TownHouse, dsns: Dsns) -> None:
    await town.receive(mail(body="Une demande."))
    ours = make_conninfo(dsns.admin, dbname=conninfo_to_dict(dsns.app)["dbname"])
    with psycopg.connect(ours) as everything:
        everything.execute("SET session_replication_role = replica")
        (model,) = everything.execute("SELECT id FROM tickets WHERE tenant_id = %s", [town.tenant_id]).fetchone() or ()
        had = {new_id(): whose for whose in ways_to_have_one()}
        for number, (ticket_id, one) in enumerate(had.items(), 1):
            words = {"assignee": one.assignee_id, "team": one.team_id, "of": model, "tenant": town.tenant_id}
            words |= {"id": str(ticket_id), "confidential": one.confidential, "archived": one.archived}
            everything.execute(_COPY, words)
            everything.execute(_ITS_CLOCK, words | {"clock": str(new_id()), "ordinal": number})
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        assert await town.house.tickets.whose(session, town.tenant_id, had) == had
        assert not await town.house.tickets.whose(session, town.tenant_id, [new_id()])
    clocks = 0
    try:
        for eyes in ways_to_see():
            look(eyes)
            async with town.house.database.transaction(tenant=town.tenant_id) as session:
                seen = set((await session.execute(text("SELECT id FROM tickets"))).scalars()) - {model}
                # Those who see all have tallies instead, which triggers keep: they are off here.
                if eyes is not None and eyes.reach is not Reach.ALL:
                    counted = await tallies.counted(session, town.tenant_id)
                    assert await tallies.counts(session, town.tenant_id) == counted, eyes
                    clocks += sum(counted.values())
            assert {ticket_id for ticket_id, whose in had.items() if sees(eyes, whose)} == seen, eyes
            assert sees(eyes, None) == (eyes is None)
        assert clocks
    finally:
        look(None)
