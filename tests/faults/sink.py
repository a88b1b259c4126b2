"""The mail server that takes what Parvis sends, and remembers it."""

import asyncio
from email import message_from_bytes
from typing import Any

from aiosmtpd.smtp import SMTP


class Sink:
    """Every mail it accepted, by Message-ID, in order."""

    def __init__(self) -> None:
        self.message_ids: list[str] = []
        self._server: asyncio.Server | None = None

    async def start(self) -> int:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: SMTP(self, hostname="sink", loop=loop), "127.0.0.1", 0)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.message_ids.append(str(message_from_bytes(envelope.content)["Message-ID"]))
        return "250 2.0.0 taken"
