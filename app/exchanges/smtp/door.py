"""Opening and closing the mail doors, in the event loop of whoever serves."""

import asyncio
from functools import partial
from types import TracebackType
from typing import Self

import structlog

from app.channels.service import Channels
from app.errors import Misconfigured
from app.exchanges.inbound import Inbound
from app.exchanges.smtp.certificates import Certificate
from app.exchanges.smtp.conversation import Conversation, LocalConversation
from app.exchanges.smtp.keeping import Keeper
from app.exchanges.smtp.limits import Crowd, Limits

log = structlog.get_logger()
_MESSAGES_AT_ONCE = 8
_GRACE_S = 5.0


class SmtpDoor:
    """Listens for mail by SMTP, by LMTP, or both; addresses are `host:port`, and port 0 takes a free one."""

    def __init__(
        self,
        channels: Channels,
        inbound: Inbound,
        *,
        max_bytes: int,
        smtp: str | None = None,
        lmtp: str | None = None,
        hostname: str = "parvis",
        certificate: Certificate | None = None,
        limits: Limits | None = None,
    ) -> None:
        self._limits = limits or Limits(message_bytes=max_bytes, memory_bytes=_MESSAGES_AT_ONCE * max_bytes)
        self._keeper, self._crowd = Keeper(channels, inbound), Crowd(self._limits)
        self._hostname, self._certificate = hostname, certificate
        self._asked: list[tuple[type[Conversation], str]] = []
        if smtp is not None:
            self._asked.append((Conversation, smtp))
        if lmtp is not None:
            self._asked.append((LocalConversation, lmtp))
        self._servers: list[tuple[type[Conversation], asyncio.Server]] = []

    async def start(self) -> None:
        """Opens the doors. Raises `Misconfigured` when an address cannot be had."""
        for kind, address in self._asked:
            host, port = _split(address)
            try:
                server = await asyncio.get_running_loop().create_server(partial(self._conversation, kind), host, port)
            except OSError as error:
                await self.stop()
                raise Misconfigured(
                    f"mail cannot be received on {address}: {error.strerror or error}; change "
                    f"PARVIS_{kind.door.value.upper()}_LISTEN"
                ) from error
            self._servers.append((kind, server))
            log.info("mail.listening", door=kind.door.value, port=server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Lets nobody in any more, answers the messages under way, shows everybody out."""
        for _, server in self._servers:
            server.close()
        await self._crowd.dismiss(within_s=_GRACE_S)
        await self._keeper.settle(within_s=_GRACE_S)
        self._servers.clear()

    @property
    def present(self) -> int:
        """How many clients are at the door."""
        return self._crowd.present

    @property
    def smtp_port(self) -> int | None:
        return self._port(Conversation)

    @property
    def lmtp_port(self) -> int | None:
        return self._port(LocalConversation)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    def _conversation(self, kind: type[Conversation]) -> Conversation:
        certificate = self._certificate.present() if self._certificate else None
        return kind(self._keeper, self._crowd, self._limits, hostname=self._hostname, certificate=certificate)

    def _port(self, wanted: type[Conversation]) -> int | None:
        ports = [server.sockets[0].getsockname()[1] for kind, server in self._servers if kind is wanted]
        return int(ports[0]) if ports else None


def _split(address: str) -> tuple[str, int]:
    host, colon, port = address.rpartition(":")
    if not colon or not port.isdecimal() or int(port) > 65_535:
        raise Misconfigured(f"{address!r} is not host:port, as in 127.0.0.1:2525")
    return host.strip("[]"), int(port)
