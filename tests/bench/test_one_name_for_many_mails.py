"""A form mailer gives one Message-ID to all it sends: what one more of its mails costs does not grow with those before."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import psycopg
import pytest
import pytest_asyncio

from app.db.embedded import Dsns
from app.ids import new_id
from app.tickets import originals
from app.tickets.values import Incoming
from bench.explained import Look, explained
from tests.harness.houses import MovableClock
from tests.harness.towns import TownHouse, mail, opened_town

NAME, SENDER = "<formulaire@example.org>", "usager@example.org"
FEW, MANY = 200, 4_000
# Levels of an index, pages beside: not a page for each mail, which would be hundreds.
ROOM = 100
_AGAIN = """
INSERT INTO messages (tenant_id, id, ticket_id, channel_id, point_id, reception_id, direction, author_kind, author_name,
    author_address, external_id, subject, text, recipients, fields, warnings, automatic, public, received_at, processed_at, history)
SELECT tenant_id, gen_random_uuid(), ticket_id, channel_id, point_id, CASE WHEN %(imported)s THEN NULL ELSE gen_random_uuid() END,
    direction, author_kind, author_name, CASE WHEN %(senders)s THEN 'usager' || n || '@example.org' ELSE author_address END,
    external_id, subject, repeat(text, 20), recipients, CASE WHEN %(imported)s THEN '{"imported": {}}'::jsonb ELSE fields END,
    warnings, automatic, public, received_at + n * interval '1 second', processed_at, history
FROM messages, generate_series(1, %(count)s) AS n WHERE id = %(like)s
"""


@pytest_asyncio.fixture
async def town(new_database: Callable[[], Dsns], tmp_path: Path) -> AsyncIterator[tuple[TownHouse, str]]:
    dsns = new_database()
    async with opened_town(dsns.app, tmp_path, clock=MovableClock()) as opened:
        yield opened, urlunsplit(urlsplit(dsns.admin)._replace(path=urlsplit(dsns.app).path))


def written_again(superuser: str, like: UUID, *, count: int, imported: bool, senders: bool, analyzed: bool) -> None:
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")  # what watches the table has no part in this
        connection.execute(_AGAIN, {"like": like, "count": count, "imported": imported, "senders": senders})
        if analyzed:
            connection.execute("ANALYZE messages")


def only_message(superuser: str) -> tuple[UUID, UUID]:
    with psycopg.connect(superuser) as connection:
        row = connection.execute("SELECT id, point_id FROM messages WHERE external_id = %s", [NAME]).fetchone()
    assert row is not None
    return row[0], row[1]


def incoming(town: TownHouse, point_id: UUID) -> Incoming:
    return Incoming(
        channel_id=town.mailbox.id,
        channel_type="email",
        reception_id=new_id(),
        electronic=True,
        point_id=point_id,
        contact_id=None,
        author_name="Usager Exemple",
        author_address=SENDER,
        external_id=NAME,
        conversation=None,
        received_at=town.clock(),
    )


@pytest.mark.parametrize("analyzed", [True, False])
@pytest.mark.parametrize(("imported", "senders"), [(False, False), (False, True), (True, False)])
async def test_one_more_mail_costs_no_page_for_each_before_it(
    town: tuple[TownHouse, str], *, imported: bool, senders: bool, analyzed: bool
) -> None:
    opened, superuser = town
    await opened.receive(mail(message_id=NAME, sender=f"Usager Exemple <{SENDER}>"))
    like, point_id = only_message(superuser)
    mine, asked = [incoming(opened, point_id)], {(opened.mailbox.id, NAME, SENDER)}
    looks: dict[str, Look] = {
        "taken over": lambda session: originals.taken_over(session, opened.tenant_id, mine),
        "received": lambda session: originals.received(session, opened.tenant_id, asked),
    }
    costs: dict[str, list[int]] = {name: [] for name in looks}
    for count in (FEW, MANY):
        written_again(superuser, like, count=count, imported=imported, senders=senders, analyzed=analyzed)
        for name, look in looks.items():
            found = await explained(opened.house.database, opened.tenant_id, None, look, times=1)
            costs[name].append(found.buffers)
    for name, (before, after) in costs.items():
        assert after <= before + ROOM, (name, costs)


async def test_a_name_that_many_messages_bear_is_no_evidence(town: tuple[TownHouse, str]) -> None:
    opened, superuser = town
    await opened.receive(mail(message_id=NAME, sender=f"Usager Exemple <{SENDER}>"))
    like, _point_id = only_message(superuser)
    asked = (opened.mailbox.id, NAME, SENDER)

    async def found() -> bool:
        async with opened.house.database.transaction(tenant=opened.tenant_id) as session:
            return asked in await originals.received(
                session, opened.tenant_id, {asked, (opened.mailbox.id, "<x>", SENDER)}
            )

    assert await found()
    written_again(superuser, like, count=originals.FEW - 1, imported=False, senders=True, analyzed=False)
    assert await found()
    written_again(superuser, like, count=1, imported=False, senders=True, analyzed=False)
    assert not await found()
