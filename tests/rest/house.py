"""A small house for the REST manners: one town, its keys, and a clock that is set by hand."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from app.db.transaction import Database
from app.errors import Unauthenticated
from app.rest.buckets import InProcess
from app.rest.callers import Presented
from app.rest.quotas import Quotas
from app.sealing import KeyRing

BASE_URL = "https://parvis.example.fr"


@dataclass(frozen=True, slots=True)
class Holder:
    tenant_id: UUID
    label: str
    scopes: frozenset[str]
    sight: None = None
    barred: None = None
    witnessed: bool = False


@dataclass
class TownHouse:
    database: Database
    holders: dict[str, Holder] = field(default_factory=dict)
    base_url: str = BASE_URL
    keys: KeyRing = field(default_factory=lambda: KeyRing(["a secret of thirty-two characters, at least"]))
    now: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    asked: int = 0
    quotas: Quotas = field(
        default_factory=lambda: Quotas(InProcess(lambda: 0.0), caller=0, tenant=0, address=0, channel=0)
    )

    def clock(self) -> datetime:
        return self.now

    def wait(self, **duration: float) -> None:
        self.now += timedelta(**duration)

    def admit(self, token: str, tenant_id: UUID, *scopes: str) -> dict[str, str]:
        """Gives a key to somebody and returns the header that presents it."""
        self.holders[token] = Holder(tenant_id, f"key:{token}", frozenset(scopes))
        return {"Authorization": f"Bearer {token}"}

    async def same_administration(self, request: object, caller: Holder) -> None:
        """Nobody names an administration here."""

    async def witness(self, caller: Holder, *, method: str, path: str) -> None:
        raise AssertionError("nobody is witnessed here")

    async def authenticate(self, token: str, *, presented: Presented) -> Holder:
        self.asked += 1
        if token not in self.holders:
            raise Unauthenticated(f"unknown {presented.value}")
        return self.holders[token]
