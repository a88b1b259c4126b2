"""Connections that are not HTTP: a mail server, a telephone exchange, under the same policy."""

import asyncio
import ssl
from collections.abc import Sequence
from dataclasses import dataclass

from app.egress.policy import EgressPolicy
from app.egress.ports import Speech


@dataclass(frozen=True, slots=True)
class Guarded:
    """What adapters are handed to connect with. Closed, filtered or refused: each is an `OSError`."""

    policy: EgressPolicy

    async def __call__(
        self, host: str, port: int, *, tls: bool, timeout_s: float
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Connects to the judged address; a certificate must be the name's."""
        address = (await self.policy.addresses(host, port, speech=Speech.STREAM))[0]
        context = ssl.create_default_context() if tls else None
        return await asyncio.wait_for(
            asyncio.open_connection(address, port, ssl=context, server_hostname=host if tls else None), timeout_s
        )

    async def addresses(self, host: str, port: int, *, speech: str) -> Sequence[str]:
        """Returns the judged addresses of a mail server, for clients that connect by themselves."""
        return await self.policy.addresses(host, port, speech=Speech(speech))
