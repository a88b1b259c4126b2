"""The SMTP door under clients that keep to no rule: one message is one message, byte for byte, and nothing hides in it.

Drawn the same at every run. The house behind the door is two small stand-ins: here the conversation alone is tried.
"""

import asyncio
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.channels.contract import Delivery
from app.errors import NotFound
from app.exchanges.smtp import SmtpDoor
from app.exchanges.smtp.limits import Limits

TO = "contact@villebourg.example.fr"
LIMITS = Limits(message_bytes=50_000, memory_bytes=10**6, silence_s=2.0, message_s=10.0, commands=40)
# What smuggling plays with: false ends, false commands, and the bytes that parsers disagree on.
CRUMBS = st.sampled_from(
    [
        b"\r\n", b"\n", b"\r", b".", b"..", b"\r\n.", b"\n.\n", b"\n.\r\n", b"\r.\r", b"\r\n.\n", b"\r\n.\r", b"\r\n..\r\n",
        b"\0", b"\r\n\0.\r\n", b"\x1a", b"\xff", b"MAIL FROM:<maire@villebourg.example.fr>\r\n", b"DATA\r\n", b"QUIT\r\n",
        b"RCPT TO:<contact@villebourg.example.fr>\r\n", b"RSET\r\n", b"x" * 1_100, b" ", b"\xe2\x80\xa8", b"Bonjour",
    ]
)  # fmt: skip
COMMANDS = st.sampled_from(
    [
        b"NOOP", b"RSET", b"EHLO x.example", b"HELO", b"MAIL FROM:<a@example.org>", b"MAIL FROM:<>", b"MAIL FROM:a b",
        b"RCPT TO:<contact@villebourg.example.fr>", b"RCPT TO:<>", b"DATA x", b"BDAT 10", b"\0", b"\xff\xfe", b"",
        b"MAIL FROM:<a@example.org>\nRCPT TO:<contact@villebourg.example.fr>", b"STARTTLS\rMAIL FROM:<a@example.org>",
        b"x" * 3_000, b"EHLO " + b"y" * 2_100, b"mail from:<A@EXAMPLE.ORG> SIZE=99999999999999999999", b"VRFY \r", b"AUTH =",
        b"MAIL FROM:<a@example.org> SMTPUTF8 BODY=8BITMIME X=Y", "RCPT TO:<é@villebourg.example.fr>".encode(),
    ]
)  # fmt: skip


class Behind:
    """What stands behind the door: one mailbox, and what was kept of its mail."""

    def __init__(self) -> None:
        self.kept: list[Delivery] = []
        self._mailbox = SimpleNamespace(id=uuid4(), type="email")

    async def at_door(self, address: str) -> Any:
        if address != TO:
            raise NotFound
        return self._mailbox

    async def accept(self, _channel: Any, delivery: Delivery, **_: object) -> Any:
        self.kept.append(delivery)
        return SimpleNamespace(id=uuid4())


async def _converse(sent: bytes, *, pause: int | None = None) -> tuple[Behind, bytes]:
    """Says all at once, or in two pieces, and hears whatever comes until the door closes: what is sent ends with QUIT."""
    behind: Any = Behind()
    door = SmtpDoor(behind, behind, max_bytes=LIMITS.message_bytes, smtp="127.0.0.1:0", limits=LIMITS)
    async with door:
        reader, writer = await asyncio.open_connection("127.0.0.1", door.smtp_port)
        for piece in (sent[:pause], sent[pause:]) if pause is not None else (sent,):
            writer.write(piece)
            await asyncio.sleep(0)
        try:
            heard = await asyncio.wait_for(reader.read(), 20)
        except ConnectionError:
            heard = b""  # it was shown out while it still spoke
        writer.close()
    return behind, heard


def said(body: bytes) -> bytes:
    stuffed = (b"\r\n" + body).replace(b"\r\n.", b"\r\n..")[2:]
    opening = f"EHLO c.example\r\nMAIL FROM:<usager@example.org>\r\nRCPT TO:<{TO}>\r\nDATA\r\n".encode()
    return opening + stuffed + b"\r\n.\r\nQUIT\r\n"


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(CRUMBS, max_size=10).map(b"".join), st.integers(0, 400))
@example(b"a\n.\nMAIL FROM:<maire@villebourg.example.fr>\r\n", 90)
@example(b"", 0)
def test_a_body_of_traps_is_one_message_byte_for_byte(body: bytes, pause: int) -> None:
    behind, heard = asyncio.run(_converse(said(body), pause=pause))
    (kept,) = behind.kept
    assert kept.body == body + b"\r\n"
    assert kept.envelope["mail_from"] == "usager@example.org"
    assert [line[:3] for line in heard.split(b"\r\n") if line[3:4] == b" "] == [
        b"220", b"250", b"250", b"250", b"354", b"250", b"221"
    ]  # fmt: skip


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(COMMANDS | st.binary(max_size=30), max_size=12))
def test_commands_that_keep_to_no_rule_keep_nothing_and_break_nothing(commands: list[bytes]) -> None:
    behind, heard = asyncio.run(_converse(b"".join(one + b"\r\n" for one in [*commands, b"QUIT"])))
    assert behind.kept == []
    for line in heard.split(b"\r\n")[:-1]:
        assert line[:3].isdigit(), line
        assert line[:1] in b"245", line
    assert not any(word in heard for word in (b"Traceback", b"Exception", b"app."))
