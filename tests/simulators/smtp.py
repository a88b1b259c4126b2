"""A mail server on the loopback that behaves badly: late, curt, deaf, forgetful, at whichever stage it is told."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

CLOSE, HANG, DRIP = "<close>", "<hang>", "<drip>"  # instead of an answer
STAGES = ("GREETING", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "BODY", "QUIT")


@dataclass
class MailServer:
    """`answers` replaces the answer of a stage; `taken` is what it took, `heard` every line said to it."""

    powers: Sequence[str] = ("SIZE 10000000", "8BITMIME", "AUTH PLAIN LOGIN XOAUTH2", "SMTPUTF8")
    answers: Mapping[str, str] = field(default_factory=dict)
    refused: frozenset[str] = frozenset()  # addresses it knows nobody at
    tls: ssl.SSLContext | None = None
    at_once: bool = False  # TLS from the first byte
    tokens: set[str] = field(default_factory=set)
    taken: list[bytes] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    _open: set[asyncio.StreamWriter] = field(default_factory=set)

    @asynccontextmanager
    async def served(self) -> AsyncIterator[int]:
        server = await asyncio.start_server(self._client, "127.0.0.1", 0, ssl=self.tls if self.at_once else None)
        try:
            yield int(server.sockets[0].getsockname()[1])
        finally:
            server.close()
            for writer in tuple(self._open):
                writer.transport.abort()

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        with suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            await self._speak(reader, writer)
        self._open.discard(writer)
        writer.transport.abort()

    async def _speak(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._say(writer, "GREETING", "220 mx.example.org")
        while raw := await reader.readline():
            line = raw.decode("utf-8", "surrogateescape").rstrip("\r\n")
            self.heard.append(line)
            verb = line.split(" ", 1)[0].upper()
            if verb in {"EHLO", "HELO"}:
                await self._say(writer, verb, _many(["mx.example.org", *self.powers]) if verb == "EHLO" else "250 mx")
            elif verb == "STARTTLS":
                await self._say(writer, verb, "220 go ahead")
                await writer.start_tls(self.tls)  # type: ignore[arg-type]
            elif verb == "AUTH":
                await self._say(writer, verb, "235 2.7.0 welcome")
            elif verb == "DATA":
                await self._say(writer, verb, "354 go on")
                if "DATA" in self.answers:
                    continue
                body = await reader.readuntil(b"\r\n.\r\n")
                if self.answers.get("BODY") == f"{CLOSE} untaken":
                    raise ConnectionResetError
                self.taken.append(body)
                await self._say(writer, "BODY", "250 2.0.0 taken")
            elif verb == "RCPT" and line.partition("<")[2].partition(">")[0] in self.refused:
                await self._say(writer, "", "550 5.1.1 No such user here")
            else:
                await self._say(writer, verb, "221 bye" if verb == "QUIT" else "250 2.0.0 ok")

    async def _say(self, writer: asyncio.StreamWriter, stage: str, usual: str) -> None:
        answer = self.answers.get(stage, usual)
        if answer == CLOSE:
            raise ConnectionResetError
        if answer == HANG:
            await asyncio.Event().wait()
        if answer == DRIP:
            for _ in range(10_000):  # a byte now and then, and never a line
                writer.write(b"2")
                await writer.drain()
                await asyncio.sleep(0.02)
        writer.write(answer.replace("\n", "\r\n").encode() + b"\r\n")
        await writer.drain()


def _many(words: Sequence[str]) -> str:
    return "\n".join([*(f"250-{word}" for word in words[:-1]), f"250 {words[-1]}"])
