"""A switchboard on loopback: AMI over TCP, and ARI over a WebSocket, with what befalls connections.

Source of the wire formats: docs.asterisk.org (AMI v2, Asterisk REST Interface), RFC 6455.
"""

import asyncio
import base64
import hashlib
import json
import struct
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from app.channels.contract import Context
from tests.channels.signing import NOON

USERNAME, SECRET, CHALLENGE = "parvis", "secret-of-tests", "840415273"
# A pause lets what was written before it be read alone: a line cut in two, a frame cut in two.
PAUSE = b""


def block(**fields: str) -> bytes:
    """Writes an AMI event; underscores are hyphens."""
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
    return "\r\n".join([*lines, "", ""]).encode()


def call(
    number: str = "0199000001",
    *,
    call_id: str = "1772442000.1",
    answered: bool = False,
    record: bool = True,
    context: str = "from-trunk",
) -> bytes:
    """Writes a whole call as AMI tells it: the caller's leg, the one rung, both hung up, and its record."""
    leg = f"{call_id}9"
    named = {"Uniqueid": call_id, "Linkedid": call_id}
    rung = {"Uniqueid": leg, "Linkedid": call_id}
    told = [
        block(Event="Newchannel", CallerIDNum=number, CallerIDName="", Context=context, Exten="3975", **named),
        block(Event="VarSet", Variable="X", Value="1", **named),
        block(Event="Newchannel", CallerIDNum="201", CallerIDName="Accueil", Context="local", Exten="s", **rung),
        block(Event="DialEnd", DialStatus="ANSWER" if answered else "NOANSWER", DestUniqueid=leg, **named),
        block(Event="Hangup", CallerIDNum="201", Cause="16", **rung),
        block(Event="Hangup", CallerIDNum=number, Exten="3975", Context=context, Cause="16", **named),
    ]
    if record:
        told.append(
            block(
                Event="Cdr",
                Source=number,
                Destination="3975",
                DestinationContext=context,
                DestinationChannel="PJSIP/201-1",
                LastApplication="Dial",
                StartTime="2026-03-02 10:00:00",
                EndTime="2026-03-02 10:01:40",
                Duration="100",
                BillableSeconds="80" if answered else "0",
                Disposition="ANSWERED" if answered else "NO ANSWER",
                UniqueID=call_id,
            )
        )
    return b"".join(told)


@dataclass
class Manager:
    """AMI. Each connection plays the next of `scenes`, then stays open, unless it is told to `close`."""

    scenes: list[Sequence[bytes]] = field(default_factory=list)
    close: bool = False
    banner: bytes = b"Asterisk Call Manager/9.0.0\r\n"
    connections: int = 0
    port: int = 0
    actions: list[dict[str, str]] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        writer.write(self.banner)
        logged_in = False
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                asked = self._read(await reader.readuntil(b"\r\n\r\n"))
                self.actions.append(asked)
                answer, logged_in = self._answer(asked, logged_in=logged_in)
                writer.write(block(**answer))
                if asked["Action"] == "Login" and logged_in:
                    await self._play(writer)
                    if self.close:
                        break
        writer.close()

    async def _play(self, writer: asyncio.StreamWriter) -> None:
        writer.write(block(Event="FullyBooted", Status="Fully Booted"))
        for part in self.scenes.pop(0) if self.scenes else ():
            writer.write(part)
            await writer.drain()
            if part == PAUSE:
                await asyncio.sleep(0.02)

    @staticmethod
    def _read(raw: bytes) -> dict[str, str]:
        pairs = [line.split(": ", 1) for line in raw.decode().split("\r\n") if ": " in line]
        return {one[0]: one[1] for one in pairs}

    @staticmethod
    def _answer(asked: dict[str, str], *, logged_in: bool) -> tuple[dict[str, str], bool]:
        number = {"ActionID": asked.get("ActionID", "")}
        match asked["Action"]:
            case "Challenge":
                return {"Response": "Success", "Challenge": CHALLENGE, **number}, logged_in
            case "Login":
                key = hashlib.md5(f"{CHALLENGE}{SECRET}".encode(), usedforsecurity=False).hexdigest()
                good = asked["Username"] == USERNAME and (asked.get("Key") == key or asked.get("Secret") == SECRET)
                if good:
                    return {"Response": "Success", **number, "Message": "Authentication accepted"}, True
                return {"Response": "Error", **number, "Message": "Authentication failed"}, False
            case "Ping" if logged_in:
                return {"Response": "Success", **number, "Ping": "Pong"}, True
            case _:
                return {"Response": "Error", **number, "Message": "Permission denied"}, logged_in


def frame(payload: bytes, *, opcode: int = 1, final: bool = True) -> bytes:
    """Writes one frame of a server: never masked."""
    first = (0x80 if final else 0) | opcode
    if len(payload) < 126:
        return bytes([first, len(payload)]) + payload
    if len(payload) < 1 << 16:
        return bytes([first, 126]) + struct.pack(">H", len(payload)) + payload
    return bytes([first, 127]) + struct.pack(">Q", len(payload)) + payload


def told(kind: str, at: str, **members: Any) -> bytes:
    """Writes one ARI event."""
    return json.dumps(
        {"type": kind, "timestamp": f"2026-03-02T{at}.000+0100", "application": "parvis", **members}
    ).encode()


def channel(channel_id: str, number: str, *, state: str = "Ring", name: str = "") -> dict[str, Any]:
    return {
        "id": channel_id,
        "state": state,
        "caller": {"name": name, "number": number},
        "dialplan": {"context": "from-trunk", "exten": "3975"},
        "creationtime": "2026-03-02T10:00:00.000+0100",
    }


@dataclass
class Events:
    """ARI's events. A connection plays the next of `scenes`, then stays open; `status` is the answer to a handshake."""

    scenes: list[Sequence[bytes]] = field(default_factory=list)
    status: int = 101
    connections: int = 0
    port: int = 0
    asked: list[str] = field(default_factory=list)
    heard: bytes = b""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            self.asked.append(head)
            named = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
            pair = base64.b64encode(f"{USERNAME}:{SECRET}".encode()).decode()
            status = self.status if named.get("Authorization") == f"Basic {pair}" else 401
            if status != 101:
                writer.write(f"HTTP/1.1 {status} No\r\nContent-Length: 0\r\n\r\n".encode())
                writer.close()
                return
            accept = hashlib.sha1(f"{named['Sec-WebSocket-Key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11".encode())
            word = base64.b64encode(accept.digest()).decode()
            writer.write(
                f"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                f"Sec-WebSocket-Accept: {word}\r\n\r\n".encode()
            )
            for part in self.scenes.pop(0) if self.scenes else ():
                writer.write(part)
                await writer.drain()
                if part == PAUSE:
                    await asyncio.sleep(0.02)
            while came := await reader.read(1000):
                self.heard += came
        writer.close()


@asynccontextmanager
async def standing(switchboard: Manager | Events) -> AsyncIterator[Any]:
    """Stands a switchboard on loopback."""
    server = await asyncio.start_server(switchboard.serve, "127.0.0.1", 0)
    switchboard.port = server.sockets[0].getsockname()[1]
    try:
        yield switchboard
    finally:
        server.close()


def context(**said: Any) -> Context:
    """What an adapter is handed, its connections going to loopback whatever host is asked for."""

    async def connect(
        host: str, port: int, *, tls: bool, timeout_s: float
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        assert host == "pbx.example.org"
        assert not tls
        return await asyncio.wait_for(asyncio.open_connection("127.0.0.1", port), timeout_s)

    return Context(**{"http": None, "now": lambda: NOON, "connect": connect, **said})
