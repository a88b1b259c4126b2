"""What aiosmtpd asks of us while a client speaks: how it is greeted, who is known here, what a fault answers."""

from typing import Any

import structlog

from app.errors import ParvisError
from app.exchanges.smtp.keeping import LATER, Keeper
from app.exchanges.smtp.limits import Limits

log = structlog.get_logger()
_NOT_OFFERED = ("250-AUTH", "250 HELP")


class Hooks:
    """The handler of every conversation of a door."""

    def __init__(self, keeper: Keeper, limits: Limits) -> None:
        self._keeper, self._limits = keeper, limits

    async def handle_EHLO(  # noqa: N802 — aiosmtpd's names and arguments
        self, _server: Any, session: Any, _envelope: Any, hostname: str, replies: list[str]
    ) -> list[str]:
        """Announces what we do, and neither AUTH nor HELP."""
        session.host_name = hostname
        offered = [line for line in replies if not line.startswith(_NOT_OFFERED)]
        return [*offered, "250-PIPELINING", "250 ENHANCEDSTATUSCODES"]

    async def handle_RCPT(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        """Accepts the addresses of connected mailboxes. Nobody learns more of the others than that they are not ours."""
        if len(envelope.recipients) >= self._limits.recipients:
            return "452 4.5.3 Too many recipients, send the others in another message"
        channel = await self._keeper.channel_of(address)
        if channel is None:
            return "550 5.1.1 No such recipient here"
        envelope.rcpt_tos.append(address)
        envelope.recipients.append((address, channel))
        return "250 2.1.5 Recipient ok"

    async def handle_exception(self, error: Exception) -> str:
        """Whatever happened, nothing was acknowledged: the client tries again, and learns nothing of our insides."""
        if not isinstance(error, ParvisError):
            log.error("smtp.failed", error=type(error).__name__, exc_info=error)
        return LATER
