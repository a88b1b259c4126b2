"""A small town that was saved: two administrations, messages with pieces, terms that run, sendings not yet gone."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import psycopg
import pytest
import pytest_asyncio
from psycopg import sql
from pydantic import SecretStr

from app.backups import keys
from app.backups.taking import Taken
from app.bootstrap import House, backups
from app.db.embedded import Dsns
from app.identity import doors_repository
from app.identity.accounts import Wanted
from app.identity.doors_repository import Invitation, Purpose
from app.identity.identified import Identified
from app.identity.roles import Role
from app.ids import new_id
from app.live.events import Event
from app.settings import Settings
from tests.harness import postgres, run
from tests.harness.houses import MovableClock, a_town, house
from tests.harness.towns import TownHouse, a_mailbox

SECRET = "a secret key of tests, long enough to be one"
PIECE = b"le plan %d, avec une accentu\xc3\xa9e"


def silent(_what: str, _count: int) -> None:
    """Nobody looks at how far it is."""


def reader(dsns: Dsns) -> str:
    """The administrator's address, in the database itself: it sees every row."""
    return urlunsplit(urlsplit(dsns.admin)._replace(path=urlsplit(dsns.app).path))


def rows(dsns: Dsns, query: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(reader(dsns), autocommit=True) as connection:
        return connection.execute(query).fetchall()


def rows_changed(dsns: Dsns, statement: str) -> None:
    with psycopg.connect(reader(dsns), autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[call-overload]  # a test's own words


def role_of_backups(dsns: Dsns) -> str:
    """The address of the role deploy/roles.sh makes: it reads every row, owns nothing and writes nothing."""
    database = urlsplit(dsns.app).path.removeprefix("/")
    with run.alone("backup role"), psycopg.connect(dsns.admin, autocommit=True) as connection:
        known = connection.execute("SELECT FROM pg_roles WHERE rolname = 'parvis_backup'").fetchone()
        if known is None:
            connection.execute("CREATE ROLE parvis_backup LOGIN NOSUPERUSER BYPASSRLS PASSWORD 'parvis-tests'")
            connection.execute("GRANT pg_read_all_data TO parvis_backup")
        granted = sql.SQL("GRANT CONNECT ON DATABASE {} TO parvis_backup").format(sql.Identifier(database))
        connection.execute(granted)
    return postgres.as_role(dsns.app, "parvis_backup")


def settings_of(dsns: Dsns, folder: Path, key: Path, **others: Any) -> Settings:
    return Settings(
        _env_file=None,
        **{
            "data_dir": folder,
            "database_url": SecretStr(dsns.app),
            "migration_url": SecretStr(dsns.owner),
            "backup_url": SecretStr(role_of_backups(dsns)),
            "secret_key": SecretStr(SECRET),
            "backup_key_file": key,
            **others,
        },
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What was saved, where, and the key that opens it."""

    town: TownHouse
    other: UUID
    lost: Event
    seen: Event
    dsns: Dsns
    settings: Settings
    key: Path
    taken: Taken
    folder: Path


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def saved(dsns: Dsns, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Saved]:
    """Saves once for a module; its tests read the backup and never change it."""
    folder, clock = tmp_path_factory.mktemp("saved"), MovableClock()
    key = folder / "backup.key"
    keys.make(key)
    async with house(dsns.app, folder / "data", clock=clock) as opened:
        town = await _lived_in(opened, clock)
        other = await a_town(opened, slug="autrebourg")
        await a_mailbox(opened, other, "contact@autrebourg.example.fr")
        key_of_program, _ = await opened.access.create(town.tenant_id, name="Essai", scopes=["tickets:read"])
        holder = await opened.access.identify(key_of_program)
        async with opened.database.transaction(tenant=town.tenant_id) as session:
            await opened.sessions.open(session, town.tenant_id, holder=holder, strength="key")
        await _doors_ajar(town, holder)
        settings = settings_of(dsns, folder / "data", key)
        await _settled(dsns)
        await opened.rounds.seal()
        seen = (await events(town))[-1]
        taken = await backups.backup(settings, folder, told=silent, clock=clock)
        clock.move(minutes=30)
        await town.receive(a_letter(9))  # after the backup: the disaster takes it
        await _settled(dsns)
        yield Saved(
            lost=(await events(town))[-1],
            seen=seen,
            town=town,
            other=other,
            dsns=dsns,
            settings=settings,
            key=key,
            taken=taken,
            folder=folder,
        )


@pytest.fixture
def empty() -> Iterator[Dsns]:
    """A new database without any table, as an operator makes one."""
    made = postgres.unmigrated()
    yield made
    postgres.drop(made)


async def _doors_ajar(town: TownHouse, holder: Identified) -> None:
    """Lets an operator of the installation come in, and lets somebody choose another password."""
    operators = town.house.operators
    _, operator = await operators.add(email="exploitant@example.fr", name="Sacha Exemple")
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        grant = await operators.request(session, town.tenant_id, operator, reason="Un essai", hours=72)
        await operators.decide(session, town.tenant_id, grant.id, approve=True, by=holder, version=grant.version)
        await operators.link(session, town.tenant_id, grant.id, operator)
        wanted = Wanted(name="Camille Exemple", role=Role.AGENT)
        _, person = await town.house.accounts.invite(session, town.tenant_id, email="a@example.fr", wanted=wanted)
        at = town.clock()
        reset = Invitation(
            tenant_id=town.tenant_id, id=new_id(), user_id=person.id, purpose=Purpose.RESET, created_at=at,
            expires_at=at + timedelta(days=1), used_at=None, revoked_at=None,
        )  # fmt: skip
        await doors_repository.add_invitation(session, reset, digest="d" * 64, invited_by="")


async def _settled(dsns: Dsns) -> None:
    """Waits until no transaction of another database on this server holds the seal back."""
    query = "SELECT count(*) FROM audit_entries WHERE xid >= (pg_snapshot_xmin(pg_current_snapshot())::text)::bigint"
    for _ in range(1200):
        if rows(dsns, query) == [(0,)]:
            return
        await asyncio.sleep(0.05)
    pytest.fail("a transaction stayed open for a minute")


async def _lived_in(opened: House, clock: MovableClock) -> TownHouse:
    tenant_id = await a_town(opened)
    mailbox = await a_mailbox(opened, tenant_id, "contact@villebourg.example.fr")
    town = TownHouse(opened, tenant_id, mailbox, clock)
    for number in range(3):
        assert (await town.receive(a_letter(number))).state == "done"
    assert (await town.receive(a_letter(0))).state == "duplicate"
    await town.accept(a_letter(3))  # kept, and not read yet
    await opened.store.put(tenant_id, b"what no row names")
    return town


async def events(town: TownHouse) -> list[Event]:
    """Returns the log from its beginning."""
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        return await town.house.events.after(session, town.tenant_id, None, limit=1000)


def a_letter(number: int) -> bytes:
    """A mail with a piece."""
    message = EmailMessage()
    message["From"], message["To"] = f"Usager {number} <usager{number}@example.org>", "contact@villebourg.example.fr"
    message["Subject"], message["Message-ID"] = f"Demande {number}", f"<lettre-{number}@example.org>"
    message.set_content(f"Bonjour, voici ma demande {number}.")
    message.add_attachment(PIECE % number, maintype="text", subtype="plain", filename=f"plan-{number}.txt")
    return message.as_bytes()
