"""Polling a real IMAP server on the loopback: each message once, whatever people do in the mailbox."""

import asyncio
import imaplib
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
import pytest_asyncio
from pydantic import SecretStr

from app.channels.adapters.email import EmailAdapter, EmailConfig
from app.channels.adapters.email.imap import wait_for_mail
from app.channels.adapters.email.mailbox import MailboxRefused, MailboxUnavailable
from app.channels.contract import Context, Polled
from tests.channels.email.made import mail

# A server for tests need not make passwords slow to guess: half a second of each test was that.
LAUNCH = "from pysasl.hashing import BuiltinHash as H; H.__init__.__kwdefaults__['rounds'] = 1; from pymap.main import main; main()"
USER, PASSWORD = "contact", "secret-de-test"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    chosen = _free_port()
    command = [
        sys.executable, "-c", LAUNCH, "--no-service", "admin", "--no-service",
        "managesieve", "--host", "127.0.0.1", "--port", str(chosen), "--no-tls", "dict", "--demo-user", USER,
        "--demo-password", PASSWORD,
    ]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", chosen)) == 0:
                    break
            time.sleep(0.05)
        yield chosen
        server.terminate()


@pytest.fixture
def mailbox(port: int, request: pytest.FixtureRequest) -> Iterator[imaplib.IMAP4]:
    """A person's own connection, in a folder of the test."""
    client = imaplib.IMAP4("127.0.0.1", port)
    client.login(USER, PASSWORD)
    client.create(folder_of(request))
    client.select(folder_of(request))
    yield client
    client.logout()


def folder_of(request: pytest.FixtureRequest) -> str:
    return request.node.name.partition("[")[0][:60]


@pytest.fixture
def config(port: int, request: pytest.FixtureRequest) -> EmailConfig:
    return EmailConfig(
        address="contact@example.org",
        imap_host="127.0.0.1",
        imap_port=port,
        imap_security="none",
        imap_username=USER,
        imap_password=SecretStr(PASSWORD),
        imap_folder=folder_of(request),
        imap_timeout_s=5,
    )


@pytest_asyncio.fixture
async def context() -> AsyncIterator[Context]:
    async with httpx.AsyncClient() as client:
        yield Context(http=client, now=lambda: pytest.fail("a poll asks no clock"))


def put(client: imaplib.IMAP4, request: pytest.FixtureRequest, *raws: bytes) -> None:
    for raw in raws:
        status, _ = client.append(folder_of(request), "", imaplib.Time2Internaldate(0), raw)
        assert status == "OK"


async def poll(config: EmailConfig, context: Context, after: Polled | None = None) -> Polled:
    return await EmailAdapter().poll(config, context, cursor=after.cursor if after else {})


async def test_each_message_comes_once(
    mailbox: imaplib.IMAP4, config: EmailConfig, context: Context, request: pytest.FixtureRequest
):
    put(mailbox, request, mail("UN"), mail("DEUX"))
    first = await poll(config, context)
    assert [b"UN" in one.body for one in first.deliveries] == [True, False]
    assert first.deliveries[0].envelope["door"] == "imap"
    assert first.more is False
    # `n:*` names the newest message even when it is older than n.
    again = await poll(config, context, first)
    assert again.deliveries == ()
    assert again.cursor == first.cursor
    put(mailbox, request, mail("TROIS"))
    (third,) = (await poll(config, context, again)).deliveries
    assert b"TROIS" in third.body


async def test_what_people_read_is_neither_hidden_nor_marked(
    mailbox: imaplib.IMAP4, config: EmailConfig, context: Context, request: pytest.FixtureRequest
):
    put(mailbox, request, mail("LU"), mail("NON LU"))
    mailbox.noop()
    mailbox.store("1", "+FLAGS", "\\Seen")
    assert len((await poll(config, context)).deliveries) == 2
    mailbox.noop()
    _, flags = mailbox.fetch("2", "(FLAGS)")
    assert b"Seen" not in (flags[0] or b"")  # type: ignore[operator]


async def test_a_batch_is_bounded_and_says_there_is_more(
    mailbox: imaplib.IMAP4, config: EmailConfig, context: Context, request: pytest.FixtureRequest
):
    put(mailbox, request, *(mail(f"n{number}") for number in range(5)))
    small = config.model_copy(update={"imap_batch": 2})
    first = await poll(small, context)
    second = await poll(small, context, first)
    third = await poll(small, context, second)
    assert [len(one.deliveries) for one in (first, second, third)] == [2, 2, 1]
    assert [one.more for one in (first, second, third)] == [True, True, False]


@pytest.mark.parametrize("stale", [{"uidvalidity": 1}, {"folder": "autre"}, {"last_uid": "x"}, {"last_uid": -1}])
async def test_a_cursor_of_another_time_or_place_starts_again(
    stale: dict[str, object],
    mailbox: imaplib.IMAP4,
    config: EmailConfig,
    context: Context,
    request: pytest.FixtureRequest,
):
    put(mailbox, request, mail("UN"))
    first = await poll(config, context)
    again = await EmailAdapter().poll(config, context, cursor={**first.cursor, **stale})
    assert len(again.deliveries) == len(first.deliveries)


async def test_a_message_too_large_leaves_its_headers(
    mailbox: imaplib.IMAP4, config: EmailConfig, context: Context, request: pytest.FixtureRequest
):
    put(mailbox, request, mail("x" * 70_000, subject="Grosse piece"), mail("petit"))
    small = config.model_copy(update={"max_bytes": 2**16})
    large, _ = (await poll(small, context)).deliveries
    assert large.envelope["oversize"] is True
    assert len(large.body) < 2_000
    (event,) = EmailAdapter().parse(large, small)
    assert event.subject == "Grosse piece"
    assert any(warning.startswith("taille:") for warning in event.warnings)


async def test_a_wait_ends_when_mail_arrives(
    mailbox: imaplib.IMAP4, config: EmailConfig, context: Context, request: pytest.FixtureRequest
):
    waiting = asyncio.create_task(wait_for_mail(config, context, timeout_s=10))
    await asyncio.sleep(0.5)
    await asyncio.to_thread(put, mailbox, request, mail("ENFIN"))
    assert await waiting is True


async def test_a_wait_ends_by_itself(mailbox: imaplib.IMAP4, config: EmailConfig, context: Context):
    assert await wait_for_mail(config, context, timeout_s=0.2) is False


@pytest.mark.parametrize(
    "wrong",
    [
        {"imap_password": SecretStr("faux")},
        {"imap_folder": "n-existe-pas"},
        {"imap_password": SecretStr("a\r\nb")},
        {"imap_folder": "INBOX\r\nA1 DELETE INBOX"},
        {"imap_username": None},
        {"imap_token": SecretStr("faux")},
    ],
)
async def test_wrong_settings_are_said(
    wrong: dict[str, object], config: EmailConfig, context: Context, mailbox: imaplib.IMAP4
):
    with pytest.raises(MailboxRefused) as refusal:
        await poll(config.model_copy(update=wrong), context)
    assert "faux" not in str(refusal.value)


@pytest.mark.parametrize("setting", ["imap_folder", "imap_username", "imap_host", "smtp_host", "from_name"])
def test_a_setting_with_a_line_end_is_refused_at_once(setting: str):
    with pytest.raises(ValueError, match="ligne"):
        EmailConfig(address="contact@example.org", **{setting: "a\r\nb"})  # type: ignore[arg-type]


async def test_a_server_that_is_away_is_tried_again(config: EmailConfig, context: Context):
    with pytest.raises(MailboxUnavailable):
        await poll(config.model_copy(update={"imap_port": 9}), context)
