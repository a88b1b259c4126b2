"""One client's conversation: aiosmtpd's, with stricter lines, stricter paths, a bounded message and honest replies.

Sources: RFC 5321 (SMTP), RFC 2033 (LMTP), RFC 1870 (SIZE), RFC 6152 (8BITMIME), RFC 6531 (SMTPUTF8), RFC 2034 and 3463
(enhanced codes), RFC 3207 (STARTTLS).
"""

import asyncio
import re
import ssl
from collections import defaultdict
from collections.abc import Awaitable, Mapping
from typing import Any
from uuid import UUID

from aiosmtpd.smtp import SMTP, Envelope

from app.channels.values import Channel
from app.exchanges.receptions import Door
from app.exchanges.smtp.hooks import Hooks
from app.exchanges.smtp.keeping import LATER, Keeper, Transit
from app.exchanges.smtp.limits import Crowd, Limits, NoRoom
from app.exchanges.smtp.lines import LINE_LIMIT, Lines, Oversize
from app.exchanges.smtp.paths import NULL_PATH, read_path

_NOT_HERE = ("AUTH", "EXPN", "HELP", "VRFY")
_TOO_LARGE = "552 5.3.4 Message larger than this server takes"
_SIZE = re.compile(r"\sSIZE=(\d{1,20})(?=\s|$)", re.IGNORECASE)
_CODED = re.compile(r"\d{3} [245]\.\d{1,3}\.\d{1,3}(?: |$)")
_ENHANCED = {
    "221": "2.0.0",
    "250": "2.0.0",
    "421": "4.3.2",
    "500": "5.5.2",
    "501": "5.5.4",
    "502": "5.5.1",
    "503": "5.5.1",
    "552": "5.3.4",
    "553": "5.1.3",
    "555": "5.5.4",
}


class Addressed(Envelope):
    """An envelope that knows whose mailbox each recipient is."""

    def __init__(self) -> None:
        super().__init__()
        self.recipients: list[tuple[str, Channel]] = []


class Conversation(SMTP):
    """An SMTP conversation."""

    door = Door.SMTP
    # Ours, or set before anything is said; aiosmtpd's types allow for none.
    session: Any
    envelope: Any
    transport: Any
    _reader: Any
    line_length_limit = 2**16  # of asyncio's buffer; a message's lines are as long as they like, within its size

    def __init__(
        self,
        keeper: Keeper,
        crowd: Crowd,
        limits: Limits,
        *,
        hostname: str,
        certificate: ssl.SSLContext | None = None,
    ) -> None:
        super().__init__(
            Hooks(keeper, limits),
            data_size_limit=limits.message_bytes,
            enable_SMTPUTF8=True,
            hostname=hostname,
            ident="Parvis",
            timeout=limits.silence_s,
            tls_context=certificate,
            auth_exclude_mechanism=["LOGIN", "PLAIN"],
            command_call_limit={"*": limits.commands, "NOOP": 20, "HELO": 20, "EHLO": 20, "LHLO": 20},
            loop=asyncio.get_running_loop(),
        )
        self._keeper, self._crowd, self._limits = keeper, crowd, limits
        self._present: asyncio.Transport | None = None
        self._greeting = False
        self.command_size_limit = LINE_LIMIT
        self.command_size_limits = defaultdict(lambda: LINE_LIMIT)
        absent = _NOT_HERE if certificate else (*_NOT_HERE, "STARTTLS")
        self._smtp_methods |= dict.fromkeys(absent, self._not_here)

    def connection_made(self, transport: Any) -> None:
        if self._present is not None:
            self._enciphered(transport)
            return
        if not self._crowd.enter(transport):
            transport.write(b"421 4.3.2 Too many connections, try again later\r\n")
            transport.close()
            return
        self._present = transport
        super().connection_made(transport)

    def _enciphered(self, transport: Any) -> None:
        """STARTTLS is done: whatever was said before, or sent along with it, is forgotten (RFC 3207 §4.2, §5)."""
        super().connection_made(transport)
        self._reader.begin_again(transport)
        if self._present is not None:
            self._crowd.leave(self._present)
        self._crowd.stay(transport)
        self._present = transport

    def connection_lost(self, error: Exception | None) -> None:
        if self._present is not None:
            self._crowd.leave(self._present)
            super().connection_lost(error)

    def eof_received(self) -> bool | None:
        return bool(super().eof_received()) if self._present is not None else None

    async def push(self, status: str | bytes) -> None:
        """Sends one reply, on one line, with its enhanced code; greetings have none (RFC 2034 §4)."""
        told = status.decode("utf-8", "replace") if isinstance(status, bytes) else status
        if not self._greeting and told[3:4] == " " and told[:3] in _ENHANCED and not _CODED.match(told):
            told = f"{told[:3]} {_ENHANCED[told[:3]]} {told[4:]}"
        await super().push(told.encode("ascii", "replace").translate(None, b"\r\n\0"))

    async def smtp_HELO(self, hostname: str) -> None:  # noqa: N802 — aiosmtpd's names
        await self._greeted(super().smtp_HELO(hostname))

    async def smtp_EHLO(self, hostname: str) -> None:  # noqa: N802
        await self._greeted(super().smtp_EHLO(hostname))

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802
        announced = _SIZE.search(arg or "")
        if announced and int(announced[1]) > self._limits.message_bytes:
            await self.push(_TOO_LARGE)
        else:
            await super().smtp_MAIL(arg)

    async def smtp_DATA(self, arg: str | None) -> None:  # noqa: N802
        """Takes a message. aiosmtpd's own holds every line as an object, and refuses lines over 1000 bytes."""
        if arg or not self.envelope.recipients:
            await self.push("501 5.5.4 DATA takes no argument" if arg else "503 5.5.1 Need RCPT first")
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        held = 0

        def heard(count: int) -> None:
            nonlocal held
            held += count
            self._crowd.took(count)
            if self.loop.time() < end:
                self._reset_timeout()

        end = self.loop.time() + self._limits.message_s
        self._crowd.begin()
        try:
            content = await self._reader.body(limit=self._limits.message_bytes, heard=heard)
            self._reset_timeout(self._limits.message_s)
            replies = self.replies(await self._keeper.keep(content, self._transit()))
        except (Oversize, NoRoom) as refused:
            replies = [_TOO_LARGE if isinstance(refused, Oversize) else "452 4.3.1 No room now, try again later"]
            if not (isinstance(refused, Oversize) and refused.over):
                await self.push(replies[0])
                self.transport.close()
                return
        finally:
            self._crowd.end(held)
        self.envelope = self._create_envelope()
        self._reset_timeout()
        for reply in replies:
            await self.push(reply)

    def replies(self, kept: Mapping[UUID, str]) -> list[str]:
        """One reply for all: what one channel could not keep is sent again, and known again by the others."""
        return [LATER if LATER in kept.values() else next(iter(kept.values()))]

    def _transit(self) -> Transit:
        peer = self.session.peer
        return Transit(
            door=self.door,
            mail_from=self.envelope.mail_from.removeprefix(NULL_PATH),
            helo=self.session.host_name,
            peer=peer[0] if isinstance(peer, tuple) and peer else None,
            recipients=tuple(self.envelope.recipients),
            tls=self.session.ssl is not None,
        )

    def _cb_client_connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = Lines(reader), writer

    def _create_envelope(self) -> Addressed:
        return Addressed()

    def _getaddr(self, arg: str) -> tuple[str | None, str | None]:
        return read_path(arg)

    async def _greeted(self, greeting: Awaitable[None]) -> None:
        self._greeting = True
        try:
            await greeting
        finally:
            self._greeting = False

    async def _not_here(self, _arg: str | None) -> None:
        await self.push("502 5.5.1 Not here")


class LocalConversation(Conversation):
    """An LMTP conversation: LHLO greets, and every recipient has its own answer (RFC 2033 §4)."""

    door = Door.LMTP

    async def smtp_LHLO(self, hostname: str) -> None:  # noqa: N802
        await super().smtp_EHLO(hostname)

    async def smtp_HELO(self, hostname: str) -> None:  # noqa: N802
        del hostname
        await self.push("500 5.5.1 This is LMTP: greet with LHLO")

    async def smtp_EHLO(self, hostname: str) -> None:  # noqa: N802
        await self.smtp_HELO(hostname)

    def replies(self, kept: Mapping[UUID, str]) -> list[str]:
        """One reply a recipient, in the order of RCPT."""
        return [kept[channel.id] for _, channel in self.envelope.recipients]
