"""A WebSocket client of text messages, enough to listen to a provider (RFC 6455). Not a server, not a library of one.

Frames of ours are masked (§5.3), pings are answered (§5.5.2), fragments are joined (§5.4), and no message is larger than
its bound. Extensions are not offered, so that a small frame cannot become a large message.
"""

import asyncio
import base64
import hashlib
import os
import struct
from collections.abc import Mapping

from app.channels.errors import ChannelError, CredentialsRefused

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_MOST_HEAD, _FRAME_S = 16 << 10, 30.0
_CONTINUATION, _TEXT, _BINARY, _CLOSE, _PING, _PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA


class Broken(ConnectionError):
    """The other side does not speak the protocol, or says more than it may."""


class WebSocket:
    """One open connection. The bytes of masks and keys come from the system: neither is a secret."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, max_bytes: int = 1 << 20) -> None:
        self._reader, self._writer, self._max_bytes = reader, writer, max_bytes

    async def open(self, host: str, target: str, *, headers: Mapping[str, str], within: float) -> None:
        """Makes the opening handshake (§4). Raises `CredentialsRefused`, `ChannelError`, `Broken` or `TimeoutError`."""
        key = base64.b64encode(os.urandom(16))
        lines = [
            f"GET {target} HTTP/1.1",
            f"Host: {host}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key.decode()}",
            "Sec-WebSocket-Version: 13",
            *(f"{name}: {value}" for name, value in headers.items()),
        ]
        async with asyncio.timeout(within):
            self._writer.write("\r\n".join([*lines, "", ""]).encode())
            await self._writer.drain()
            status, answered = _head(await self._until_blank())
        if status in {401, 403}:
            raise CredentialsRefused("le serveur refuse ce nom ou ce mot de passe")
        if status != 101:
            raise ChannelError(f"le serveur n'ouvre pas le flux (réponse {status}) : vérifiez son adresse")
        expected = base64.b64encode(hashlib.sha1(key + _GUID, usedforsecurity=False).digest()).decode()
        if answered.get("sec-websocket-accept") != expected:
            raise Broken("the handshake is not the answer to ours")

    async def message(self, *, within: float) -> bytes | None:
        """Returns the next text message, None when the server closes.

        Raises `TimeoutError` when not one frame came in time, `Broken` for what is no WebSocket.
        """
        parts: list[bytes] = []
        while True:
            async with asyncio.timeout(within):
                head = await self._exactly(2)
            try:
                async with asyncio.timeout(_FRAME_S):
                    final, opcode, payload = await self._frame(*head)
            except TimeoutError:
                raise Broken("a frame that stops in its middle") from None
            if opcode == _PING:
                self._write(_PONG, payload)
            elif opcode == _CLOSE:
                self._write(_CLOSE, payload[:2])
                return None
            elif opcode in {_TEXT, _BINARY, _CONTINUATION}:
                if (opcode == _CONTINUATION) != bool(parts):
                    raise Broken("a fragment out of its place")
                parts.append(payload)
                if sum(map(len, parts)) > self._max_bytes:
                    raise Broken(f"a message of more than {self._max_bytes} bytes")
                if final:
                    return b"".join(parts)
            elif opcode != _PONG:
                raise Broken(f"a frame of unknown kind {opcode}")

    def ping(self) -> None:
        self._write(_PING, b"parvis")

    def close(self) -> None:
        self._write(_CLOSE, struct.pack(">H", 1000))
        self._writer.close()

    async def _frame(self, first: int, second: int) -> tuple[bool, int, bytes]:
        if first & 0x70 or second & 0x80:
            raise Broken("reserved bits, or a masked frame from a server (§5.1, §5.2)")
        size = second & 0x7F
        if size == 126:
            (size,) = struct.unpack(">H", await self._exactly(2))
        elif size == 127:
            (size,) = struct.unpack(">Q", await self._exactly(8))
        if size > self._max_bytes:
            raise Broken(f"a frame of {size} bytes")
        return bool(first & 0x80), first & 0x0F, await self._exactly(size)

    async def _exactly(self, size: int) -> bytes:
        try:
            return await self._reader.readexactly(size)
        except asyncio.IncompleteReadError:
            raise Broken("closed in the middle of a frame, or without saying so") from None

    async def _until_blank(self) -> bytes:
        try:
            return await self._reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:
            raise Broken("closed during the handshake") from None
        except asyncio.LimitOverrunError:
            raise Broken("a handshake without end") from None

    def _write(self, opcode: int, payload: bytes) -> None:
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload[:125]))
        self._writer.write(bytes([0x80 | opcode, 0x80 | len(masked)]) + mask + masked)


def _head(raw: bytes) -> tuple[int, Mapping[str, str]]:
    """Reads the status and the headers of an answer."""
    lines = raw[:_MOST_HEAD].decode("latin-1").split("\r\n")
    words = lines[0].split(" ", 2)
    if len(words) < 2 or not words[0].startswith("HTTP/1.") or not words[1].isdigit():
        raise ChannelError("ce serveur ne parle pas HTTP : vérifiez l'adresse")
    pairs = (line.partition(":") for line in lines[1:] if ":" in line)
    return int(words[1][:3]), {name.strip().lower(): value.strip() for name, _, value in pairs}
