"""Who calls, as routes see it: an administration, a label for the journal, and what they may do."""

from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from app.db.sight import Sight
from app.errors import Forbidden


class Caller(Protocol):
    """Whoever an access key or a session stands for; made by the identity package, only read here."""

    @property
    def tenant_id(self) -> UUID: ...

    @property
    def label(self) -> str:
        """Stable and without personal data (`key:018f…`): it scopes idempotency keys and names the actor."""
        ...

    @property
    def scopes(self) -> frozenset[str]: ...

    @property
    def sight(self) -> Sight | None:
        """What PostgreSQL lets them see of requests; None for a program's key, which its scopes alone bound."""
        ...

    @property
    def witnessed(self) -> bool:
        """Whether each of their requests is written into the journal before it is answered: an operator's."""
        ...

    @property
    def barred(self) -> Forbidden | None:
        """What everything but handing messages in is refused with; None for nearly everybody."""
        ...

    @property
    def session_id(self) -> UUID | None:
        """The session it came by; None for a program's key."""
        ...

    @property
    def proven_at(self) -> datetime | None:
        """When the holder of the session last proved who they are."""
        ...


class Presented(StrEnum):
    """How a caller showed who they are."""

    KEY = "key"
    SESSION = "session"
