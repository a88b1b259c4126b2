"""How an adapter reaches a server that does not speak HTTP: by connections the platform opens, or at addresses it judged."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # parsing one delivery must not pay for a loop it never uses
    import asyncio


class Connect(Protocol):
    """Opens a connection that is not HTTP (AMI, an IMAP of one's own) where the platform lets connections go."""

    async def __call__(
        self, host: str, port: int, *, tls: bool, timeout_s: float
    ) -> "tuple[asyncio.StreamReader, asyncio.StreamWriter]": ...


class Resolve(Protocol):
    """Finds the judged addresses of a server, for clients that connect by themselves. Raises `OSError`."""

    async def __call__(self, host: str, port: int, *, speech: str) -> Sequence[str]: ...
