"""F32: whoever is at the other end accepts and says nothing. Every wait of ours ends, and what it waited for is said."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
import pytest_asyncio
from pydantic import SecretStr
from redis.exceptions import RedisError
from sqlalchemy import text

from app.api import health
from app.api.readiness import SchemaStands
from app.channels.adapters.email import EmailAdapter, EmailConfig
from app.channels.adapters.email.mailbox import MailboxUnavailable
from app.channels.contract import Context, Outcome, Party, PointKind, SendRequest, Sent
from app.channels.kit.sending import Call, exchange
from app.db import alone, lines
from app.db.transaction import Database
from app.egress.connecting import Guarded
from app.egress.policy import EgressPolicy
from app.egress.transport import guarded_client
from app.errors import Unavailable
from app.files.antivirus.clamd import Clamd
from app.jobs.queue import Job, Worker, defer
from app.live import over_postgres, over_redis
from app.live.over_postgres import PostgresLine
from app.live.over_redis import RedisLine
from app.rest import shared_buckets
from app.rest.quotas import Bucket, Quota
from app.rest.shared_buckets import OverRedis
from app.webhooks.schedule import Answered
from app.webhooks.sending import Sender
from tests.faults.mute import Line, nobody

NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
SHORT_S = 0.3
MAIL = SendRequest(
    ref="0190-s",
    to=Party(PointKind.EMAIL, "usager@example.org", "Usager"),
    text="Bonjour",
    subject="Réponse",
    message_id="<0190-s@example.org>",
)


@pytest_asyncio.fixture
async def silent() -> AsyncIterator[int]:
    async with nobody() as port:
        yield port


@pytest_asyncio.fixture
async def context() -> AsyncIterator[Context]:
    policy = EgressPolicy(["127.0.0.1"])
    async with guarded_client(policy) as http:
        yield Context(http=http, now=lambda: NOW, connect=Guarded(policy))


@pytest.mark.parametrize("security", ["none", "starttls", "tls"])
async def test_a_silent_mail_server_leaves_the_mail_to_be_tried_again(
    silent: int, context: Context, security: str
) -> None:
    config = EmailConfig.model_validate(
        {
            "address": "contact@example.org",
            "smtp_host": "127.0.0.1",
            "smtp_port": silent,
            "smtp_security": security,
            "smtp_timeout_s": SHORT_S,
        }
    )
    assert (await EmailAdapter().send(MAIL, config, context)).outcome is Outcome.RETRY


@pytest.mark.parametrize("security", ["none", "starttls", "tls"])
async def test_a_silent_mailbox_is_away(silent: int, context: Context, security: str) -> None:
    config = EmailConfig.model_validate(
        {
            "address": "contact@example.org",
            "imap_host": "127.0.0.1",
            "imap_port": silent,
            "imap_security": security,
            "imap_timeout_s": SHORT_S,
            "imap_username": "contact",
            "imap_password": SecretStr("secret"),
        }
    )
    with pytest.raises((MailboxUnavailable, OSError)):
        await EmailAdapter().poll(config, context, cursor={})


async def test_silent_providers_and_consumers_are_given_up(silent: int, context: Context) -> None:
    address = f"https://127.0.0.1:{silent}/messages"
    sent = await exchange(Call(method="POST", url=address, hosts=("127.0.0.1",), timeout_s=SHORT_S), context)
    assert isinstance(sent, Sent)
    assert sent.outcome is Outcome.RETRY  # not one byte of the message left: the certificate was never shown
    sender = Sender(context.http, patience_s=SHORT_S)
    for scheme in ("https", "http"):
        attempt = await sender.send(
            f"{scheme}://127.0.0.1:{silent}/", identifier="whd_1", body="{}", secrets=[], at=NOW
        )
        assert attempt.answered is Answered.DOWN
    assert not await Clamd(("127.0.0.1", silent), seconds=SHORT_S, dial_s=SHORT_S).answers()


async def test_a_silent_redis_is_given_up(silent: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(over_redis, "_PATIENCE_S", SHORT_S)
    monkeypatch.setattr(over_redis, "_SILENCE_S", SHORT_S)
    monkeypatch.setattr(shared_buckets, "_PATIENCE_S", SHORT_S)
    line = RedisLine(f"redis://127.0.0.1:{silent}/0")
    with pytest.raises(line.errors):
        await line.send(["word"])
    with pytest.raises(line.errors):
        await anext(line.hear())
    await line.hang_up()
    buckets = OverRedis(f"redis://127.0.0.1:{silent}/0")
    with pytest.raises((RedisError, OSError, TimeoutError)):
        await buckets.take([Bucket(Quota.CALLER, "somebody", 10)])
    await buckets.close()


@pytest_asyncio.fixture
async def line(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Line]:
    monkeypatch.setattr(lines, "SILENCE_S", SHORT_S)
    monkeypatch.setattr(lines, "LISTEN_S", SHORT_S)
    monkeypatch.setitem(lines.ATTENTIVE, "connect_timeout", "2")  # libpq knows no less
    monkeypatch.setattr(alone, "_DIAL_S", 2)
    monkeypatch.setattr(over_postgres, "_PATIENCE_S", 2)
    monkeypatch.setattr(over_postgres, "_SILENCE_S", SHORT_S)
    async with Line(tmp_path, database_url) as opened:
        yield opened


async def test_a_line_to_the_database_that_falls_silent_is_given_up_and_new_ones_are_dialled(line: Line) -> None:
    """Neither half-open nor refused: without a bound of ours, a worker would wait for ever."""
    database = Database(line.url, pool_size=2)
    async with database.transaction() as session:
        await session.execute(text("SELECT 1"))
    await database.alone(text("SELECT 1"), {})
    line.fall_silent()
    for _ in range(2):  # the line that stood, then one that never stands
        with pytest.raises(Unavailable):
            async with database.transaction() as session:
                await session.execute(text("SELECT 1"))
    with pytest.raises(Unavailable):
        await database.alone(text("SELECT 1"), {})
    line.speak()
    async with database.transaction() as session:
        assert (await session.execute(text("SELECT 1"))).scalar_one() == 1
    await database.alone(text("SELECT 1"), {})
    await database.close()


async def test_readiness_says_no_in_its_own_time_though_the_line_is_silent(
    line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Taking a question back asks the server too, which is silent: nobody who probes waits for that."""
    monkeypatch.setattr(lines, "SILENCE_S", 60.0)
    monkeypatch.setattr(health, "_PATIENCE_S", 10.0)
    database = Database(line.url, pool_size=2)
    assert await health.look([SchemaStands(database)]) == {"database": True}
    monkeypatch.setattr(health, "_PATIENCE_S", SHORT_S)
    line.fall_silent()
    assert await health.look([SchemaStands(database)]) == {"database": False}
    assert health._ASKING  # it is still being taken back, which takes psycopg ten seconds
    await database.close()


async def test_a_worker_whose_line_falls_silent_works_again_when_another_can_be_had(
    line: Line, database_url: str
) -> None:
    done = asyncio.Event()

    async def handle() -> None:
        done.set()

    worker, stop = Worker(line.url, concurrency=1), asyncio.Event()
    worker.on("silently", handle)
    running = asyncio.create_task(worker.run(stop))
    database = Database(database_url, pool_size=1)
    for silence in (False, True):
        if silence:
            line.fall_silent()
        async with database.transaction() as session:
            await defer(session, Job("silently", {}))
        if silence:
            await asyncio.sleep(SHORT_S)
            line.speak()
        async with asyncio.timeout(60):
            await done.wait()
        done.clear()
    stop.set()
    await running
    await database.close()


async def test_a_listener_finds_out_that_its_line_fell_silent(line: Line) -> None:
    bell = PostgresLine(line.url)
    heard = bell.hear()
    assert await anext(heard) is None
    line.fall_silent()
    with pytest.raises(PostgresLine.errors):
        await anext(heard)
    with pytest.raises(PostgresLine.errors):
        await bell.send(["word"])
    line.speak()
    await bell.send(["word"])
    await bell.hang_up()
    connection = await lines.Line.connect(line.url, autocommit=True)
    await connection.execute("LISTEN nothing")
    line.fall_silent()
    with pytest.raises(psycopg.OperationalError):
        await anext(connection.notifies())
    assert connection.closed
