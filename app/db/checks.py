"""What must be true of the database before Parvis serves: asked at start-up and by `parvis check`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from app.clock import MOST_SKEW, Clock
from app.db import revisions
from app.db.transaction import Database

OLDEST = 150000  # server_version_num of PostgreSQL 15

# Membership counts like the power itself: a member can become the role (PostgreSQL, "Role Membership").
_POWERS = text("""
    SELECT current_user AS role,
           bool_or(r.rolsuper) AS superuser,
           bool_or(r.rolbypassrls) AS bypasses,
           (SELECT min(c.oid::regclass::text) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE c.relkind IN ('r', 'p') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
               AND pg_has_role(current_user, c.relowner, 'MEMBER')) AS owned
      FROM pg_roles r WHERE pg_has_role(current_user, r.oid, 'MEMBER')
""")

_REVISION = text(
    "SELECT version_num, obj_description('alembic_version'::regclass, 'pg_class') AS told FROM alembic_version"
)


@dataclass(frozen=True, slots=True)
class Check:
    """One line of `parvis check`: what was looked at, whether it is right, what was seen or what to do."""

    name: str
    ok: bool
    detail: str


async def check_all(database: Database, *, clock: Clock) -> Sequence[Check]:
    """Runs every check, in order of use. Raises `Unavailable` when the database cannot be reached."""
    return (
        await check_version(database),
        await check_role(database),
        await check_schema(database),
        await check_clock(database, clock=clock),
    )


async def check_version(database: Database) -> Check:
    async with database.transaction() as session:
        number = int((await session.execute(text("SELECT current_setting('server_version_num')"))).scalar_one())
        shown = str((await session.execute(text("SELECT current_setting('server_version')"))).scalar_one())
    if number < OLDEST:
        return Check(
            "database version", False, f"PostgreSQL {shown} is too old: PARVIS_DATABASE_URL must name 15 or newer"
        )
    return Check("database version", True, f"PostgreSQL {shown}")


async def check_role(database: Database) -> Check:
    """Row-level security binds neither superusers, nor BYPASSRLS, nor, unforced, a table's owner."""
    async with database.transaction() as session:
        powers = (await session.execute(_POWERS)).one()
    why = None
    if powers.superuser:
        why = "is a superuser or may become one"
    elif powers.bypasses:
        why = "has BYPASSRLS or may become a role that has it"
    elif powers.owned is not None:
        why = f"owns the table {powers.owned}"
    if why is None:
        return Check("database role", True, f"{powers.role} owns nothing and row-level security binds it")
    return Check(
        "database role",
        False,
        f"role {powers.role} of PARVIS_DATABASE_URL {why}, so administrations would not be kept apart: "
        "use the role parvis_app, and keep the owner for PARVIS_MIGRATION_URL",
    )


async def check_schema(database: Database) -> Check:
    """Compares revisions; the schema must stand where this code expects it, or further where it still serves this code.

    While an installation goes from one version to the next, the former runs beside it on the newer schema.
    """
    wanted = revisions.head()
    found, told = None, None
    try:
        async with database.transaction() as session:
            row = (await session.execute(_REVISION)).first()
            if row is not None:
                found, told = row.version_num, row.told
    except ProgrammingError:
        pass  # no table yet, or none this role may read: `parvis migrate` makes and opens it
    if found == wanted:
        return Check("database schema", True, f"revision {found}")
    known = revisions.known()
    if found is not None and found not in known and told in {revisions.SERVES.format(one) for one in known}:
        return Check("database schema", True, f"revision {found}, newer than this code ({wanted}) and serving it still")
    stands = f"stands at revision {found}" if found else "has no readable revision"
    return Check("database schema", False, f"the schema {stands} and this code needs {wanted}: run `parvis migrate`")


async def check_clock(database: Database, *, clock: Clock) -> Check:
    """Compares this machine's time with the database's, at the middle of the question."""
    async with database.transaction() as session:
        await session.execute(text("SELECT 1"))  # the connection is made before anything is timed
        before = clock()
        theirs: datetime = (await session.execute(text("SELECT clock_timestamp()"))).scalar_one()
        after = clock()
    skew = theirs - (before + (after - before) / 2)
    seconds = skew.total_seconds()
    if abs(skew) > MOST_SKEW + (after - before) / 2:
        return Check(
            "clocks",
            False,
            f"the database is {abs(seconds):.1f} s {'ahead of' if seconds > 0 else 'behind'} this machine: start NTP on both",
        )
    return Check("clocks", True, f"within {max(abs(seconds), 0.1):.1f} s of the database")


async def ask_time(database: Database) -> datetime:
    """Returns the database's time. Raises `Unavailable`."""
    async with database.transaction() as session:
        await session.execute(text("SELECT 1"))  # as above
        theirs: datetime = (await session.execute(text("SELECT clock_timestamp()"))).scalar_one()
    return theirs
