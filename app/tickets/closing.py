"""What may keep a request from being closed."""

from collections.abc import Mapping, Sequence
from typing import Protocol
from uuid import UUID

from app.db.transaction import Session
from app.errors import ParvisError


class CloseGuard(Protocol):
    """Says no to closing under a live legal term; the legal face gives the one in use."""

    async def check(self, session: Session, tenant_id: UUID, ticket_id: UUID) -> None:
        """Raises what closing it is refused with, `ClockRunning` when a clock still runs."""
        ...

    async def running(
        self, session: Session, tenant_id: UUID, ticket_ids: Sequence[UUID]
    ) -> Mapping[UUID, ParvisError]:
        """Returns the refusal of each of some requests that may not be closed, without raising any."""
        ...
