"""F17: a real mailbox, polled by the house; whatever happens in it, each mail is one message."""

import imaplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest

from app.channels.values import Channel
from app.exchanges.receptions import State
from tests.exchanges.polls import poll_and_read, states
from tests.harness.towns import TownHouse

# A server for tests need not make passwords slow to guess.
LAUNCH = (
    "from pysasl.hashing import BuiltinHash as H; H.__init__.__kwdefaults__['rounds'] = 1; "
    "from pymap.main import main; main()"
)
USER, PASSWORD = "contact", "secret-de-test"
MAIL = (
    "From: Usager <usager@example.org>\r\nSubject: Demande {0}\r\nMessage-ID: <{0}@example.org>\r\n\r\nBonjour {0}.\r\n"
)


@pytest.fixture(scope="module")
def imap_port() -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    services = ("--no-service", "admin", "--no-service", "managesieve", "--host", "127.0.0.1", "--no-tls")
    account = ("dict", "--demo-user", USER, "--demo-password", PASSWORD)
    command = [sys.executable, "-c", LAUNCH, *services, "--port", str(port), *account]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        end = time.monotonic() + 20
        while time.monotonic() < end:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield port
        server.terminate()


class Mailbox:
    """Somebody's own connection to the mailbox the house polls, in a folder of the test's own."""

    def __init__(self, port: int, folder: str) -> None:
        self.folder = folder
        self.client = imaplib.IMAP4("127.0.0.1", port)
        self.client.login(USER, PASSWORD)
        self.client.create(folder)

    def put(self, *names: str) -> None:
        for name in names:
            status, _ = self.client.append(self.folder, "", imaplib.Time2Internaldate(0), MAIL.format(name).encode())
            assert status == "OK"

    def read_them_all(self) -> None:
        """Another program opens every mail, as a colleague's does."""
        self.client.select(self.folder)
        self.client.store("1:*", "+FLAGS", "\\Seen")
        self.client.close()

    def recreate(self) -> None:
        """The folder is lost and made again: another UIDVALIDITY, UIDs that start again from 1."""
        self.client.delete(self.folder)
        self.client.create(self.folder)

    def move_all_to(self, folder: str) -> None:
        self.client.select(self.folder)
        self.client.copy("1:*", folder)
        self.client.store("1:*", "+FLAGS", "\\Deleted")
        self.client.expunge()
        self.client.close()


@pytest.fixture
def mailbox(imap_port: int, request: pytest.FixtureRequest) -> Iterator[Mailbox]:
    box = Mailbox(imap_port, request.node.name[:60])
    yield box
    box.client.logout()


async def polled(town: TownHouse, port: int, mailbox: Mailbox, **more: Any) -> Channel:
    """Connects a channel that polls the mailbox."""
    address = f"releve.{town.tenant_id.hex}@villebourg.example.fr"
    server = {"imap_host": "127.0.0.1", "imap_port": port, "imap_security": "none", "imap_folder": mailbox.folder}
    account = {"imap_username": USER, "imap_password": PASSWORD, "imap_timeout_s": 5, "imap_batch": 3}
    return await town.connect("email", {"address": address, **server, **account, **more}, address=address)


async def test_a_backlog_larger_than_a_batch_comes_whole(town: TownHouse, imap_port: int, mailbox: Mailbox) -> None:
    names = [f"{number:02}" for number in range(10)]
    mailbox.put(*names)
    channel = await polled(town, imap_port, mailbox)
    assert await poll_and_read(town, channel) == [f"Demande {name}" for name in names]
    assert await poll_and_read(town, channel) == [f"Demande {name}" for name in names]
    assert await states(town) == {State.DONE.value: 10}


async def test_mails_somebody_read_first_come_all_the_same(town: TownHouse, imap_port: int, mailbox: Mailbox) -> None:
    mailbox.put("a", "b")
    mailbox.read_them_all()
    channel = await polled(town, imap_port, mailbox)
    assert await poll_and_read(town, channel) == ["Demande a", "Demande b"]
    mailbox.put("c")
    mailbox.read_them_all()
    assert await poll_and_read(town, channel) == ["Demande a", "Demande b", "Demande c"]


async def test_a_folder_made_again_loses_and_doubles_nothing(town: TownHouse, imap_port: int, mailbox: Mailbox) -> None:
    mailbox.put("a", "b")
    channel = await polled(town, imap_port, mailbox)
    assert await poll_and_read(town, channel) == ["Demande a", "Demande b"]
    mailbox.recreate()
    mailbox.put("c", "a", "b")  # the same UIDs now name others; the old mails are back under new ones
    assert await poll_and_read(town, channel) == ["Demande a", "Demande b", "Demande c"]
    assert await states(town) == {State.DONE.value: 3, State.DUPLICATE.value: 2}


async def test_mails_moved_in_late_come_too(town: TownHouse, imap_port: int, mailbox: Mailbox) -> None:
    elsewhere = Mailbox(imap_port, mailbox.folder + "-spam")
    elsewhere.put("late")
    mailbox.put("a")
    channel = await polled(town, imap_port, mailbox)
    assert await poll_and_read(town, channel) == ["Demande a"]
    elsewhere.move_all_to(mailbox.folder)
    assert await poll_and_read(town, channel) == ["Demande a", "Demande late"]
    elsewhere.client.logout()


async def test_a_poll_that_dies_before_its_commit_is_done_again(
    town: TownHouse, imap_port: int, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mails and the cursor that passed them are committed together, or neither is."""
    mailbox.put("a", "b")
    channel = await polled(town, imap_port, mailbox)

    async def dies(*_: object, **__: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(town.house.channels, "polled", dies)
        with pytest.raises(RuntimeError):
            await town.house.rounds._polling.poll(str(town.tenant_id), str(channel.id))
    assert await states(town) == {}
    assert await poll_and_read(town, channel) == ["Demande a", "Demande b"]
    assert await states(town) == {State.DONE.value: 2}


async def test_a_server_that_is_away_is_asked_again_and_said_on_the_channel(
    town: TownHouse, imap_port: int, mailbox: Mailbox
) -> None:
    channel = await polled(town, 1, mailbox)
    assert await poll_and_read(town, channel) == []
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        found = await town.house.channels.get(session, town.tenant_id, channel.id)
    assert found.state.value == "active"
    assert found.state_reason
