"""An SMTP client that sends the bytes it is told, and nothing else: what real clients are too polite to send."""

import asyncio
from types import TracebackType
from typing import Self

MAIL = (
    b"From: Usager Exemple <usager@example.org>\r\n"
    b"Subject: Demande\r\n"
    b"Message-ID: <a@example.org>\r\n"
    b"\r\n"
    b"Bonjour,\r\n"
    b".une ligne qui commence par un point\r\n"
    b"..et une autre\r\n"
)


class Client:
    """One connection to a door."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def __aenter__(self) -> Self:
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self._port)
        self.greeting = await self.reply()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self.writer.close()

    async def reply(self) -> str:
        """Reads one reply, its lines joined."""
        lines = []
        while True:
            line = (await asyncio.wait_for(self.reader.readuntil(b"\r\n"), 10)).decode("ascii").rstrip("\r\n")
            lines.append(line)
            if line[3:4] != "-":
                return "\n".join(lines)

    async def say(self, *commands: bytes) -> list[str]:
        """Sends commands together and reads a reply to each."""
        self.writer.write(b"".join(command + b"\r\n" for command in commands))
        return [await self.reply() for _ in commands]

    async def silence(self, seconds: float = 0.3) -> bytes:
        """Returns what comes although nothing is expected; b"" when the connection is closed or nothing comes."""
        try:
            return await asyncio.wait_for(self.reader.read(1000), seconds)
        except TimeoutError:
            return b""

    async def closed(self, seconds: float = 5) -> bool:
        return await asyncio.wait_for(self.reader.read(), seconds) is not None

    async def open(self, *recipients: str, sender: str = "usager@example.org", greeting: bytes = b"EHLO") -> list[str]:
        """Greets, names the sender and recipients; returns the replies to RCPT."""
        said = [greeting + b" client.example.org", f"MAIL FROM:<{sender}>".encode()]
        return (await self.say(*said, *(f"RCPT TO:<{r}>".encode() for r in recipients)))[2:]

    async def data(self, content: bytes, *, answers: int = 1) -> list[str]:
        """Sends a message that ends with CR LF, made transparent, and its dot; or returns why it may not."""
        (go,) = await self.say(b"DATA")
        if not go.startswith("354"):
            return [go]
        self.writer.write((b"\r\n" + content).replace(b"\r\n.", b"\r\n..")[2:] + b".\r\n")
        return [await self.reply() for _ in range(answers)]
