"""AMI on the wire: packets of `Key: value` lines ended by a blank one, a banner, a login, and a ping when all is silent.

Source: docs.asterisk.org, Asterisk Manager Interface (AMI), v2 wire protocol; Login and Challenge actions.
"""

import asyncio
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count

from app.channels.errors import ChannelError, CredentialsRefused
from app.channels.kit.json import clean_text

# An event of Asterisk weighs a few kilobytes; what is larger is passed over, never gathered in memory.
LARGEST = 64 << 10
_END = b"\r\n\r\n"
_LOGIN_S = 15.0


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet: its bytes as they came, without the blank line, and what they say, names in lower case."""

    raw: bytes = field(repr=False)
    said: Mapping[str, str] = field(repr=False)


class Manager:
    """One connection to a manager interface."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._buffer = b""
        self._passing_over = False
        self._numbers = count(1)
        self.passed_over = 0

    async def login(self, username: str, secret: str, *, challenge: bool, events: str) -> None:
        """Logs in, by an MD5 challenge or in clear (over TLS). Raises `CredentialsRefused`."""
        async with asyncio.timeout(_LOGIN_S):
            banner = await self._reader.readline()
            if not banner.startswith(b"Asterisk Call Manager"):
                raise ChannelError("ce serveur ne parle pas AMI : vérifiez l'adresse et le port")
            asked = {"Username": username, "Events": events}
            if challenge:
                given = await self._asked("Challenge", {"AuthType": "MD5"})
                if given.get("response", "").lower() != "success":
                    raise CredentialsRefused("Asterisk refuse le défi MD5 : choisissez la connexion en clair, avec TLS")
                digest = hashlib.md5(
                    f"{given.get('challenge', '')}{secret}".encode(), usedforsecurity=False
                ).hexdigest()
                answer = await self._asked("Login", {"AuthType": "MD5", **asked, "Key": digest})
            else:
                answer = await self._asked("Login", {**asked, "Secret": secret})
            if answer.get("response", "").lower() != "success":
                raise CredentialsRefused("Asterisk refuse ce nom ou ce mot de passe : vérifiez manager.conf")

    async def next(self, *, within: float) -> Packet | None:
        """Returns the next packet, None when the server closed; raises `TimeoutError` when nothing whole came in time."""
        async with asyncio.timeout(within):
            while True:
                packet = self._whole()
                if packet is not None:
                    return packet
                came = await self._reader.read(LARGEST)
                if not came:
                    return None  # half a packet is nothing
                self._buffer += came

    def ping(self) -> None:
        self._write("Ping", {})

    def close(self) -> None:
        self._write("Logoff", {})
        self._writer.close()

    def _whole(self) -> Packet | None:
        while _END in self._buffer:
            raw, _, self._buffer = self._buffer.partition(_END)
            if self._passing_over or len(raw) > LARGEST:
                self._passing_over, self.passed_over = False, self.passed_over + 1
                continue
            return Packet(raw, said_in(raw))
        if len(self._buffer) > LARGEST:
            # Only what may be the beginning of the blank line is remembered of it.
            self._passing_over, self._buffer = True, self._buffer[-3:]
        return None

    async def _asked(self, action: str, given: Mapping[str, str]) -> Mapping[str, str]:
        number = self._write(action, given)
        await self._writer.drain()
        while (packet := await self.next(within=_LOGIN_S)) is not None:
            if packet.said.get("actionid") == number:
                return packet.said
        raise ConnectionResetError("closed while logging in")

    def _write(self, action: str, given: Mapping[str, str]) -> str:
        number = f"parvis-{next(self._numbers)}"
        lines = [f"Action: {action}", f"ActionID: {number}", *(f"{name}: {_one_line(v)}" for name, v in given.items())]
        self._writer.write("\r\n".join([*lines, "", ""]).encode())
        return number


def said_in(raw: bytes) -> Mapping[str, str]:
    """Reads the lines of one packet; of a name told twice, the first counts."""
    said: dict[str, str] = {}
    for line in clean_text(raw.decode("utf-8", "replace")).splitlines():
        name, colon, value = line.partition(":")
        if colon:
            said.setdefault(name.strip().lower(), value.strip())
    return said


def _one_line(value: str) -> str:
    """A setting with a line's end in it would speak for itself to the switchboard."""
    return value.replace("\r", " ").replace("\n", " ")
