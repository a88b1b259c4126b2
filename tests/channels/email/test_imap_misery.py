"""F17, F18: what befalls a mailbox that is polled. Nothing lost, nothing asked for twice that came, and said in words."""

import os
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from pydantic import SecretStr

from app.channels.adapters.email import EmailAdapter, EmailConfig
from app.channels.adapters.email.imap import STUCK, wait_for_mail
from app.channels.adapters.email.mailbox import LoginRefused, MailboxRefused, MailboxUnavailable
from app.channels.contract import Context, Delivery, Polled
from app.channels.errors import CredentialsRefused, Unreadable
from tests.channels.email.made import mail
from tests.simulators.imap import Mail, Mailbox


class Asked:
    """One mailbox polled as the platform does: the cursor of a poll is handed to the next."""

    def __init__(self, box: Mailbox, port: int, context: Context) -> None:
        self.box, self._port, self._context = box, port, context
        self.settings: dict[str, Any] = {"imap_password": SecretStr("secret")}
        self.cursor: dict[str, object] = {}

    @property
    def config(self) -> EmailConfig:
        server = {"imap_host": "127.0.0.1", "imap_port": self._port, "imap_security": "none", "imap_timeout_s": 2}
        return EmailConfig.model_validate(
            {"address": "contact@example.org", "imap_username": "contact", **server, **self.settings}
        )

    async def poll(self) -> Polled:
        polled = await EmailAdapter().poll(self.config, self._context, cursor=self.cursor)
        self.cursor = dict(polled.cursor)
        return polled

    async def words(self) -> list[str]:
        return [said(one) for one in (await self.poll()).deliveries]

    async def wait(self, timeout_s: float) -> bool:
        return await wait_for_mail(self.config, self._context, timeout_s=timeout_s)


def said(delivery: Delivery) -> str:
    return delivery.body.rpartition(b"\r\n\r\n")[2].decode().strip()


@pytest_asyncio.fixture
async def asked() -> AsyncIterator[Asked]:
    box = Mailbox()
    async with httpx.AsyncClient() as client, box.served() as port:
        yield Asked(box, port, Context(http=client, now=lambda: pytest.fail("a poll asks no clock")))


async def test_a_drop_in_the_middle_of_a_mail_keeps_what_came_before(asked: Asked) -> None:
    asked.box.put(mail("UN"), mail("DEUX"), mail("TROIS"))
    asked.box.hangs_up_on, asked.box.hangs_up_times = {3}, 1
    first = await asked.poll()
    assert [said(one) for one in first.deliveries] == ["UN", "DEUX"]
    assert "UID 3" in (first.problem or "")
    second = await asked.poll()
    assert [said(one) for one in second.deliveries] == ["TROIS"]
    assert second.problem is None


async def test_a_mail_the_server_can_never_give_is_left_to_a_person_and_holds_up_nobody(asked: Asked) -> None:
    asked.box.put(mail("UN"), mail("DEUX"))
    asked.box.hangs_up_on = {1}
    for _ in range(STUCK):
        polled = await asked.poll()
        assert (polled.deliveries, polled.cursor["last_uid"]) == ((), 0)
    stub, other = (await asked.poll()).deliveries
    assert said(other) == "DEUX"
    with pytest.raises(Unreadable, match=r"UID 1, \d+ octets"):
        EmailAdapter().parse(stub, asked.config)


@pytest.mark.parametrize("weight", [2**31, 2**40])
async def test_a_literal_of_gigabytes_is_not_read(asked: Asked, weight: int) -> None:
    asked.box.put(mail("UN"))
    asked.box.literal = lambda _: weight
    assert (await asked.poll()).problem


async def test_a_literal_longer_than_what_follows_ends_in_time(asked: Asked) -> None:
    asked.box.put(mail("UN"))
    asked.box.literal = lambda size: size + 500
    asked.settings["imap_timeout_s"] = 0.3
    polled = await asked.poll()
    assert (polled.deliveries, bool(polled.problem)) == ((), True)


async def test_a_mailbox_made_again_under_the_same_validity_and_uids_is_read_again(asked: Asked) -> None:
    asked.box.put(mail("UN"), mail("DEUX"))
    assert await asked.words() == ["UN", "DEUX"]
    asked.box.folders["INBOX"] = {}
    asked.box.put(mail("AUTRE"), mail("ENCORE UN AUTRE"), dated="05-Mar-2026 11:00:00 +0000")
    assert await asked.words() == ["AUTRE", "ENCORE UN AUTRE"]
    assert await asked.words() == []


async def test_uids_that_go_backwards_start_again(asked: Asked) -> None:
    asked.box.put(mail("UN"), mail("DEUX"), mail("TROIS"))
    await asked.poll()
    asked.box.folders["INBOX"] = {}
    asked.box.put(mail("SAUVEGARDE"))
    assert await asked.words() == ["SAUVEGARDE"]


async def test_a_mailbox_emptied_by_people_is_not_one_made_again(asked: Asked) -> None:
    asked.box.put(mail("UN"), mail("DEUX"))
    await asked.poll()
    asked.box.next_uid = 3
    asked.box.folders["INBOX"] = {}
    assert await asked.words() == []
    assert asked.cursor["last_uid"] == 2


async def test_gaps_among_uids_and_a_server_that_tells_no_next_one_lose_nothing(asked: Asked) -> None:
    asked.box.put(mail("UN"))
    asked.box.folders["INBOX"][4_000_000] = asked.box.folders["INBOX"].pop(1)
    asked.box.put(mail("DEUX"))
    assert await asked.words() == ["UN", "DEUX"]
    asked.box.says_next = False
    asked.box.put(mail("TROIS"))
    assert await asked.words() == ["TROIS"]
    # The server answers the highest UID to `n:*`, whatever n: it is not brought again.
    assert await asked.words() == []


@pytest.mark.parametrize("answer", ["NO [AUTHENTICATIONFAILED] bad", "NO LOGIN failed.", "BAD what"])
async def test_a_refused_password_asks_for_new_credentials(asked: Asked, answer: str) -> None:
    asked.box.login = answer
    with pytest.raises(LoginRefused, match="l'identifiant ou le mot de passe") as refusal:
        await asked.poll()
    assert isinstance(refusal.value, CredentialsRefused)


@pytest.mark.parametrize(
    "answer",
    [
        "NO [UNAVAILABLE] later",
        "NO [INUSE] busy",
        "NO [LIMIT] too many",
        "NO [THROTTLED] slower",
        "NO [SERVERBUG] oops",
    ],
)
async def test_an_ill_server_asks_for_patience_not_for_a_password(asked: Asked, answer: str) -> None:
    asked.box.login = answer
    with pytest.raises(MailboxUnavailable):
        await asked.poll()
    asked.box.login, asked.box.select = "OK done", answer
    with pytest.raises(MailboxUnavailable):
        await asked.poll()


async def test_a_server_that_says_goodbye_at_once_is_tried_again(asked: Asked) -> None:
    asked.box.greeting = "* BYE overloaded"
    with pytest.raises(MailboxUnavailable):
        await asked.poll()


async def test_a_folder_that_was_renamed_is_told_with_those_there_are(asked: Asked) -> None:
    asked.box.folders = {"INBOX": {}, "Demandes 2026": {}}
    asked.settings["imap_folder"] = "Demandes"
    with pytest.raises(MailboxRefused, match=r"« Demandes » n'existe pas.*: Demandes 2026, INBOX") as refusal:
        await asked.poll()
    assert not isinstance(refusal.value, CredentialsRefused)


async def test_a_token_opens_the_mailbox_and_a_refused_one_is_answered_by_an_empty_line(asked: Asked) -> None:
    asked.settings = {"imap_token": SecretStr("bon")}
    asked.box.tokens = {"bon"}
    asked.box.put(mail("UN"))
    assert await asked.words() == ["UN"]
    asked.box.tokens = {"autre"}
    with pytest.raises(LoginRefused, match="refuse le jeton") as refusal:
        await asked.poll()
    assert "challenge answered by ''" in asked.box.heard
    assert "bon" not in str(refusal.value)


async def test_a_wait_nobody_answers_ends_as_a_silence(asked: Asked) -> None:
    """A firewall that forgot the connection: neither word nor goodbye, and the next poll finds the server again."""
    asked.settings["imap_timeout_s"] = 0.3
    asked.box.put(mail("UN"))
    asked.box.forgets_idlers = True
    with pytest.raises(MailboxUnavailable):
        await asked.wait(0.1)
    assert await asked.words() == ["UN"]


async def test_a_server_that_stops_offering_encryption_is_told(asked: Asked) -> None:
    asked.settings["imap_security"] = "starttls"
    with pytest.raises(MailboxRefused, match="STARTTLS"):
        await asked.poll()
    assert not any(one.startswith("LOGIN") for one in asked.box.heard)


async def test_nothing_is_marked_or_moved_unless_it_was_asked_for(asked: Asked) -> None:
    asked.box.put(mail("UN"))
    await asked.poll()
    await asked.poll()
    assert not [one for one in asked.box.heard if one.startswith(("UID STORE", "UID MOVE", "SELECT"))]


async def test_what_was_committed_is_marked_at_the_next_poll_and_not_before(asked: Asked) -> None:
    asked.settings["imap_after"] = "seen"
    asked.box.put(mail("UN"), mail("x" * 70_000))
    asked.settings["max_bytes"] = 2**16
    await asked.poll()
    assert [one.flags for one in asked.box.folders["INBOX"].values()] == [set(), set()]
    await asked.poll()
    # The one that came as its headers alone stays as it was: the mailbox has the only whole copy.
    assert [one.flags for one in asked.box.folders["INBOX"].values()] == [{"\\Seen"}, set()]


@pytest.mark.parametrize("powers", ["IMAP4rev1 MOVE UIDPLUS", "IMAP4rev1 UIDPLUS"])
async def test_what_was_committed_is_moved_with_or_without_move(asked: Asked, powers: str) -> None:
    asked.box.powers = powers
    asked.settings |= {"imap_after": "move", "imap_done_folder": "Traités"}
    asked.box.put(mail("UN"), mail("DEUX"))
    await asked.poll()
    asked.box.put(mail("TROIS"))
    assert await asked.words() == ["TROIS"]
    assert {uid: said(Delivery(body=one.raw)) for uid, one in asked.box.folders["INBOX"].items()} == {3: "TROIS"}
    assert len(asked.box.folders["Trait&AOk-s"]) == 2
    assert not [one for one in asked.box.heard if one == "EXPUNGE"]


async def test_a_server_that_cannot_move_alone_marks_as_read(asked: Asked) -> None:
    asked.box.powers = "IMAP4rev1"
    asked.settings |= {"imap_after": "move"}
    asked.box.put(mail("UN"))
    await asked.poll()
    await asked.poll()
    assert asked.box.folders["INBOX"][1].flags == {"\\Seen"}


async def test_what_somebody_deletes_while_it_is_fetched_holds_up_nobody(asked: Asked) -> None:
    """F18: an EXPUNGE in the middle of a FETCH."""
    asked.box.put(mail("UN"), mail("DEUX"), mail("TROIS"))
    asked.box.expunged_meanwhile = {2}
    assert await asked.words() == ["UN", "TROIS"]
    asked.box.put(mail("QUATRE"))
    assert await asked.words() == ["QUATRE"]


async def test_a_backlog_comes_in_batches_each_mail_once(asked: Asked) -> None:
    """F17: after a long absence; 50,000 mails where a long run asks for it."""
    size = 50_000 if os.environ.get("PARVIS_SIMULATE") == "long" else 1_200
    asked.box.folders["INBOX"] = {uid: Mail(mail(f"MAIL {uid}")) for uid in range(1, size + 1)}
    asked.settings |= {"imap_batch": 500, "imap_timeout_s": 60}
    came: list[str] = []
    for _ in range(size // 500 + 2):
        polled = await asked.poll()
        assert len(polled.deliveries) <= 500
        came += [said(one) for one in polled.deliveries]
        if not polled.more:
            break
    assert came == [f"MAIL {uid}" for uid in range(1, size + 1)]
