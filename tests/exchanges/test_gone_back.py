"""The watch for a database that went back in time outlives a restore done by hand, and stops every administration it can."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
import pytest
import structlog
from sqlalchemy.exc import ProgrammingError

from app.bootstrap import gone_back
from app.channels.values import Channel
from app.db.history import History
from app.db.lines import Line
from app.db.transaction import Database, Session
from app.errors import Unavailable
from app.exchanges import gates
from app.exchanges.outbox import OutState
from app.facts import Actor
from app.tenants import repository as tenants
from tests.harness.towns import TownHouse, mail

HALF_RESTORED = ProgrammingError("SELECT", {}, psycopg.errors.UndefinedFunction("watch_pulse() does not exist"))


class Looks(History):
    """A restore under way at the first look; the older state whole at the second."""

    def __init__(self) -> None:
        super().__init__()
        self.looks = 0

    async def look(self, database: Database) -> None:
        self.looks += 1
        if self.looks == 1:
            raise HALF_RESTORED
        self.told = "the database went back in time"
        self.gone_back.set()
        raise psycopg.OperationalError(self.told)


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gone_back, "EVERY_S", 0.01)
    monkeypatch.setattr(gone_back, "AGAIN_S", 0.0)
    monkeypatch.setattr(gone_back, "TRIES", 3)


def the_directory(monkeypatch: pytest.MonkeyPatch, *answers: Exception | list[UUID]) -> None:
    left = list(answers)

    async def directory(_: Session) -> list[UUID]:
        answer = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(tenants, "directory", directory)


async def test_the_watch_outlives_a_restore_and_puts_in_doubt_what_waited_behind_an_earlier_stop(
    town: TownHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    actor, nobody = Actor("operator"), UUID(int=1)
    ended: list[bool] = []
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        await town.house.restarting.stop(
            session, town.tenant_id, [town.mailbox.id], because="premier arrêt", actor=actor
        )
    kept = await town.receive(mail())  # acknowledged behind the earlier stop
    assert kept.ticket_id is not None
    assert [one.state for one in await town.sent(kept.ticket_id)] == [OutState.FROZEN]

    all_of = town.house.channels.all_of

    async def unreadable(session: Session, tenant_id: UUID) -> list[Channel]:
        if tenant_id == nobody:
            raise HALF_RESTORED
        return list(await all_of(session, tenant_id))

    monkeypatch.setattr(town.house.channels, "all_of", unreadable)
    the_directory(monkeypatch, HALF_RESTORED, [], [nobody, town.tenant_id])
    with structlog.testing.capture_logs() as logs:
        await gone_back.keep_watch(town.house, Looks(), end=lambda: ended.append(True))
    assert ended == [True]
    assert [one.state for one in await town.sent(kept.ticket_id)] == [OutState.UNKNOWN]
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        assert await gates.restored(session, town.tenant_id) == gone_back.BECAUSE
    told = [line for line in logs if line["event"] == "database.outbox_not_stopped"]
    assert [line["administrations"] for line in told] == [1], "the one that failed keeps no other, and is told"


async def test_that_nothing_could_be_stopped_is_told_however_it_failed(
    town: TownHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended: list[bool] = []
    the_directory(monkeypatch, HALF_RESTORED)
    with structlog.testing.capture_logs() as logs:
        await gone_back.keep_watch(town.house, Looks(), end=lambda: ended.append(True))
    assert ended == [True]
    assert "database.outbox_not_stopped" in [line["event"] for line in logs]


async def test_lines_that_stand_are_refused_too_once_it_went_back(town: TownHouse) -> None:
    history, database = History(), Database(town.house.database.url, pool_size=1)
    database.forsaken = lambda: history.told
    async with database.transaction() as session:
        await session.connection()
    history.told = "the database went back in time"
    with pytest.raises(Unavailable, match="back in time"):
        async with database.transaction():
            raise AssertionError
    with pytest.raises(Unavailable, match="back in time"):
        await database.alone(gates._PACES, {})
    await database.close()


class Answers(Line):
    """A line whose looks answer what they are told to, in turn."""

    def __init__(self, *answers: tuple[bool, datetime, datetime | None] | psycopg.Error) -> None:
        self.answers, self.looks = list(answers), 0

    async def execute(self, *_: Any, **__: Any) -> Any:
        self.looks += 1
        return self

    async def fetchone(self) -> tuple[bool, datetime, datetime | None]:
        answer = self.answers.pop(0)
        if isinstance(answer, psycopg.Error):
            raise answer
        return answer

    async def rollback(self) -> None:
        return None


async def test_a_line_that_could_not_be_judged_lets_no_other_pass_unjudged() -> None:
    history, noon = History(seconds=lambda: 100.0), datetime(2026, 3, 2, 12, tzinfo=UTC)
    unjudged = psycopg.errors.UndefinedFunction("watch_pulse() does not exist")
    line = Answers((True, noon, noon), unjudged, (False, noon, None), (False, noon, noon))
    with pytest.raises(psycopg.OperationalError, match="read-only"):
        await history.recognise(line)
    for looks in (2, 3, 4, 4):  # within one instant: the fourth look is a judgement, and serves the fifth line
        await history.recognise(line)
        assert line.looks == looks
