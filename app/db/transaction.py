"""The one place where `commit` stands: a transaction, with its tenant, committed before anyone answers."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Mapping
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import TextClause, event, text
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from app.db.alone import Alone
from app.db.lines import Line, attentive
from app.db.shares import Shares
from app.db.sight import Sight, sight
from app.db.timing import time_statements
from app.errors import Conflict, NotFound, Unavailable

Session = AsyncSession
_AFTER = "after_commit"
_DOOR_PATIENCE_S = 10.0
_READS = "reads"  # on a line whose transaction we opened for reading alone
_TWICE = "somebody wrote the same thing at the same time: read again, and see whether there is still something to do"
_WHOLE = "whole"
_SET_TENANT = text("SELECT set_config('app.tenant', :tenant, true)")
_SET_SIGHT = text(
    "SELECT set_config('app.tenant', :tenant, true), set_config('app.viewer', :viewer, true), "
    "set_config('app.reach', :reach, true), set_config('app.teams', :teams, true), "
    "set_config('app.lent_people', :lent_people, true), set_config('app.lent_teams', :lent_teams, true), "
    "set_config('app.lent_people_closed', :lent_people_closed, true), "
    "set_config('app.lent_teams_closed', :lent_teams_closed, true), "
    "set_config('app.archives', :archives, true)"
)
_SET_VIEWER = text("SELECT set_config('app.viewer', :viewer, true)")
_SET_READ_ONLY = text("SET TRANSACTION READ ONLY")
_SET_PATIENCE = text("SELECT set_config('statement_timeout', :milliseconds, true)")
_SET_PRESENTED = text("SELECT set_config('app.presented', :value, true)")


class Database:
    """Hands out transactions on the application's role. Network calls stand outside of them."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.url = url = attentive(url)
        # What judges each new line before anything is done on it; None, nothing.
        self.recognise: Callable[[Line], Awaitable[None]] | None = None
        # Why nothing is done on it any more, on the lines that stand either; None, all is well.
        self.forsaken: Callable[[], str | None] = lambda: None
        self.engine: AsyncEngine = create_async_engine(
            url.replace("postgresql://", "postgresql+psycopg://", 1),
            pool_size=pool_size,
            max_overflow=5,
            pool_pre_ping=False,
            pool_recycle=1800,
            async_creator=self._dial,
        )
        _drop_pool_on_disconnect(self.engine)
        time_statements(self.engine.sync_engine)
        alone = max(2, pool_size // 2)
        self._alone = Alone(url, size=alone)
        # Of the connections there are, the requests of one administration hold half at most; its deliveries, which
        # are committed together when they come together, all but one. Whoever delivers is told to repeat while it listens.
        self.shares = Shares(each=max(2, pool_size // 2))
        self.doors = Shares(each=max(1, alone - 1), patience_s=_DOOR_PATIENCE_S)

    @asynccontextmanager
    async def transaction(self, *, tenant: UUID | None = None, presented: str | None = None) -> AsyncIterator[Session]:
        """Opens a transaction for one tenant, with the eyes of the request under way (`app.db.sight`).

        No tenant means no rows of any tenant.

        `presented` is an opaque key somebody showed: policies let exactly the row that holds it be seen, so that a
        door can find its tenant. Raises `Unavailable` when the database cannot be reached, or is not the one it was.
        """
        self._refuse_if_forsaken()
        try:
            async with AsyncSession(self.engine, expire_on_commit=False, autoflush=False) as session:
                if tenant is not None:
                    await _enter(session, tenant)
                if presented is not None:
                    await session.execute(_SET_PRESENTED, {"value": presented})
                yield session
                await session.commit()
        except IntegrityError as error:
            if not isinstance(error.orig, psycopg.errors.UniqueViolation):
                raise
            # Two at once wrote what there may be one of: the other one's stands.
            raise Conflict(_TWICE) from error
        except (OperationalError, InterfaceError, InternalError) as error:
            if _its_own_fault(error):
                raise
            raise _unavailable(error) from error
        except PoolTimeout as error:
            raise Unavailable("every connection to the database is busy; try again", retry_after_s=5) from error
        for call in session.info.pop(_AFTER, {}).values():
            await call()

    async def alone(self, statement: TextClause, values: Mapping[str, Any]) -> None:
        """Runs one statement as a transaction of its own, committed when this returns. Raises `Unavailable`.

        Raises `NotFound` when what it names was erased meanwhile: a channel, a whole administration.
        """
        self._refuse_if_forsaken()
        try:
            await self._alone.run(statement, values)
        except psycopg.errors.ForeignKeyViolation as error:
            raise NotFound("what this was for is there no more") from error
        except Alone.errors as error:
            raise _unavailable(error) from error

    def _refuse_if_forsaken(self) -> None:
        if (why := self.forsaken()) is not None:
            raise Unavailable(why)

    async def _dial(self) -> Line:
        # PgBouncer in transaction mode: no server-side prepared statements.
        line = await Line.connect(self.url, prepare_threshold=None)
        if self.recognise is not None:
            try:
                await self.recognise(line)
            except psycopg.Error:
                await line.close()
                raise
        return line

    async def close(self) -> None:
        await self._alone.close()
        await self.engine.dispose()


def after_commit(session: Session, key: Hashable, call: Callable[[], Awaitable[None]]) -> None:
    """Asks for a hint to be given once the transaction has committed, once a key; never for anything that must happen."""
    session.info.setdefault(_AFTER, {})[key] = call


async def enter_tenant(session: Session, tenant: UUID) -> None:
    """Binds the rest of the transaction to a tenant that a presented key has just named."""
    await session.execute(_SET_TENANT, {"tenant": str(tenant)})


async def _enter(session: Session, tenant: UUID) -> None:
    eyes = sight()
    if eyes is None:
        await session.execute(_SET_TENANT, {"tenant": str(tenant)})
    else:
        await _see(session, tenant, eyes)


async def _see(session: Session, tenant: UUID, eyes: Sight) -> None:
    await session.execute(_SET_SIGHT, {"tenant": str(tenant), **eyes.settings()})


async def forbid_writing(session: Session) -> None:
    """Makes the rest of the transaction read-only: PostgreSQL refuses any write with 25006."""
    await session.execute(_SET_READ_ONLY)
    (await session.connection()).sync_connection.info[_READS] = True  # type: ignore[union-attr]


async def bound_statements(session: Session, *, milliseconds: int) -> None:
    """Lets no further statement of this transaction run longer: one that does is given up, and raises `Unavailable`."""
    await session.execute(_SET_PATIENCE, {"milliseconds": str(milliseconds)})


@asynccontextmanager
async def patient(session: Session, *, seconds: float) -> AsyncIterator[None]:
    """Waits longer than usual for the statements within, which a house of ours runs long on purpose (`app.db.lines`)."""
    line = await driver_connection(session)
    if not isinstance(line, Line):
        raise TypeError("the session stands on no line of ours")
    line.patience_s = seconds
    try:
        yield
    finally:
        line.patience_s = None


@asynccontextmanager
async def whole(session: Session) -> AsyncIterator[None]:
    """Acts with the house's own eyes within one person's transaction, for what must not stop at their sight.

    Two people made one take all their requests along, a request handed over leaves its giver's sight: nothing of what
    is read here may be shown. One within another changes nothing: the outermost gives the person their eyes back.
    """
    eyes = sight()
    if eyes is None or session.info.get(_WHOLE):
        yield
        return
    await session.execute(_SET_VIEWER, {"viewer": ""})
    session.info[_WHOLE] = True
    try:
        yield
    finally:
        del session.info[_WHOLE]
        # A transaction that the server has given up reads nothing more, and its error is the one to tell.
        with contextlib.suppress(DBAPIError):
            await session.execute(_SET_VIEWER, {"viewer": str(eyes.person_id)})


@asynccontextmanager
async def rehearsed(session: Session) -> AsyncIterator[None]:
    """Takes back, at its end, all that was written within and every hint asked for: what would happen is seen by doing it.

    Nothing may leave the database meanwhile: jobs deferred within are taken back with the rest.
    """
    hints = dict(session.info.get(_AFTER, {}))
    point = await session.begin_nested()
    try:
        yield
    finally:
        await point.rollback()
        session.expunge_all()
        session.info[_AFTER] = hints


@asynccontextmanager
async def seen_by(session: Session, tenant: UUID, eyes: Sight | None) -> AsyncIterator[None]:
    """Looks with somebody else's eyes for a while: whether they see what they are about to be told of. Only to read.

    Within `whole` too: the person gets all of their own eyes back, of which `whole` gives only the name again.
    """
    person = sight()
    await session.execute(_SET_VIEWER, {"viewer": ""}) if eyes is None else await _see(session, tenant, eyes)
    try:
        yield
    finally:
        with contextlib.suppress(DBAPIError):
            if person is not None:
                await _see(session, tenant, person)
            if eyes_of(session) is None:
                await session.execute(_SET_VIEWER, {"viewer": ""})


def eyes_of(session: Session) -> Sight | None:
    """Returns whose eyes a transaction has now; None while it acts with the house's own."""
    return None if session.info.get(_WHOLE) else sight()


async def enter_presented(session: Session, value: str) -> None:
    """Presents another key for the rest of the transaction; empty, none."""
    await session.execute(_SET_PRESENTED, {"value": value})


async def driver_connection(session: Session) -> psycopg.AsyncConnection[Any]:
    """Returns psycopg's connection of this transaction, so that a job is deferred inside it."""
    connection = await session.connection()
    raw = await connection.get_raw_connection()
    driver = raw.driver_connection
    if not isinstance(driver, psycopg.AsyncConnection):
        raise TypeError("the session does not stand on psycopg")
    return driver


def _its_own_fault(error: DBAPIError) -> bool:
    """Whether no other try would mend it: a value too large for the server, or what should never be.

    A process that slept within a transaction had it ended by the server, and what it held given to others: its turn again.
    """
    if isinstance(error.orig, psycopg.errors.ReadOnlySqlTransaction):
        return not error.connection_invalidated
    if isinstance(error, InternalError):
        return not isinstance(error.orig, psycopg.errors.IdleInTransactionSessionTimeout)
    return isinstance(error.orig, psycopg.errors.ProgramLimitExceeded)


def _unavailable(error: Exception) -> Unavailable:
    # A statement that ran too long or a deadlock is the server answering; the rest is the server being away.
    cause = error.orig if isinstance(error, DBAPIError) else error
    return Unavailable(f"the database cannot be reached or refused to work ({type(cause).__name__}); try again")


def _drop_pool_on_disconnect(engine: AsyncEngine) -> None:
    @event.listens_for(engine.sync_engine, "handle_error")
    def _keep(context: Any) -> None:
        # A server that became a standby keeps its lines; behind the same address there may be one that takes writes.
        # Where we forbade writing ourselves, who wrote is at fault, not the server.
        if isinstance(context.original_exception, psycopg.errors.ReadOnlySqlTransaction):
            context.is_disconnect = not context.connection.info.get(_READS)
        # psycopg reports a lost server as OperationalError: drop the pool's other connections at once.
        if context.is_disconnect:
            context.invalidate_pool_on_disconnect = True

    @event.listens_for(engine.sync_engine, "checkin")
    def _forget(_driver: Any, record: Any) -> None:
        record.info.pop(_READS, None)
