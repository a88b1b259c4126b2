"""A connected channel as the doors and the outbox see it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from app.channels.contract import ChannelConfig, CheckState


class ChannelState(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"
    NEEDS_REAUTH = "needs_reauth"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """A connection kept open: since when it stands, what came last by it, or when it is tried again.

    `until` is how long what is said holds: a process that died says nothing any more. None: nobody keeps it.
    """

    until: datetime | None = None
    since: datetime | None = None
    event_at: datetime | None = None
    retry_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What the last live test found, until when the credentials hold, since when nothing comes, and whether it is gone."""

    check: CheckState | None = None
    said: Mapping[str, Any] = field(default_factory=dict)  # fr, en, detail
    checked_at: datetime | None = None
    credentials_expire_at: datetime | None = None
    expiry_told: int | None = None
    silent_since: datetime | None = None
    removed_at: datetime | None = None
    connection: Connection | None = None  # None: none was ever kept open


@dataclass(frozen=True, slots=True, kw_only=True)
class Unopened:
    """A connected channel that cannot be used here and now, as when its package is not installed any more.

    `because` says what to do. What comes for it is kept all the same; `settings` are what was not secret.
    """

    tenant_id: UUID
    id: UUID
    type: str
    name: str
    key: str
    address: str | None
    because: str
    settings: Mapping[str, Any]
    last_inbound_at: datetime | None
    created_at: datetime
    version: int
    health: Health


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """One channel of one administration; `config` holds its opened secrets and never leaves the process."""

    tenant_id: UUID
    id: UUID
    type: str
    name: str
    key: str
    address: str | None
    state: ChannelState
    state_reason: str | None
    cursor: dict[str, object]
    last_inbound_at: datetime | None
    created_at: datetime
    version: int
    health: Health
    config: ChannelConfig = field(repr=False)

    @property
    def credentials_expire_at(self) -> datetime | None:
        return self.health.credentials_expire_at

    @property
    def expiry_told(self) -> int | None:
        return self.health.expiry_told

    @property
    def silent_since(self) -> datetime | None:
        return self.health.silent_since
