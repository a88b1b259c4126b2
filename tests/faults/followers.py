"""Who follows a stream of facts over a bare connection, and hangs up in every manner there is (F20)."""

import asyncio
import contextlib
import json
import random
import socket
import struct
from enum import StrEnum

import httpx

PATIENCE_S = 120.0


class Manner(StrEnum):
    """How a connection ends."""

    CLOSED = "closed"
    RESET = "reset"  # what a machine that is switched off leaves: no farewell
    BEFORE_THE_ANSWER = "before_the_answer"
    UNREAD = "unread"  # it stops reading first, so that what it is sent waits


class Follower:
    """One consumer: it comes back with the last place it was given, and remembers what it heard, in order."""

    def __init__(self, name: str, port: int, key: str, *, seed: int) -> None:
        self.name, self._port, self._key = name, port, key
        self._chance = random.Random(f"{name} {seed}")
        self._place: str | None = None
        self.heard: list[str] = []
        self.hung_up = 0

    async def begin(self) -> None:
        """Reads what is there already, page by page, to know where the stream is to begin."""
        async with httpx.AsyncClient(timeout=PATIENCE_S, headers={"Authorization": f"Bearer {self._key}"}) as client:
            while True:
                asked = {"limit": "200", **({"cursor": self._place} if self._place else {})}
                answer = await client.get(f"http://127.0.0.1:{self._port}/api/v1/events", params=asked)
                page = answer.raise_for_status().json()
                self._place = page["next_cursor"]
                if not page["data"]:
                    return

    async def hang_up(self, times: int) -> None:
        """Listens, hangs up, comes back; so often."""
        for _ in range(times):
            await self._listen(seconds=self._chance.uniform(0.0, 0.8), manner=self._chance.choice(list(Manner)))
            self.hung_up += 1

    async def until_heard(self, count: int) -> None:
        """Listens on until it has heard so much."""
        async with asyncio.timeout(PATIENCE_S):
            while len(self.heard) < count:
                await self._listen(seconds=2.0, manner=Manner.CLOSED, enough=count)

    async def _listen(self, *, seconds: float, manner: Manner, enough: int | None = None) -> None:
        # An answer that never begins is the server's fault, and is told; one that ends is what is tried here.
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        place = f"Last-Event-ID: {self._place}\r\n" if self._place else ""
        writer.write(
            f"GET /api/v1/events/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {self._key}\r\n"
            f"Accept: text/event-stream\r\n{place}\r\n".encode()
        )
        try:
            if manner is not Manner.BEFORE_THE_ANSWER:
                with contextlib.suppress(TimeoutError, asyncio.IncompleteReadError, ConnectionError):
                    async with asyncio.timeout(seconds):
                        await self._read(reader, enough=enough)
            if manner is Manner.UNREAD:
                await asyncio.sleep(self._chance.uniform(0.1, 0.5))
        finally:
            _end(writer, reset=manner in {Manner.RESET, Manner.UNREAD})

    async def _read(self, reader: asyncio.StreamReader, *, enough: int | None) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise AssertionError(head.decode("latin-1"))
        said, place = "", ""
        while enough is None or len(self.heard) < enough:
            line = await reader.readline()
            if not line.endswith(b"\n"):
                return
            if line.startswith(b"data:"):
                said = line[5:].strip().decode()
            elif line.startswith(b"id:"):
                place = line[3:].strip().decode()
            elif said and place:
                # Heard only once its place is known: what was cut before comes again.
                self.heard.append(json.loads(said)["data"]["ticket_id"])
                self._place, said, place = place, "", ""


def _end(writer: asyncio.StreamWriter, *, reset: bool) -> None:
    if reset:
        line: socket.socket = writer.get_extra_info("socket")
        with contextlib.suppress(OSError):
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort() if reset else writer.close()
