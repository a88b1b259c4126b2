"""What one operator of the installation may see of one administration: asked for, decided by it, ended by itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from app.db.sight import Reach
from app.identity.identified import Identified, Kind
from app.identity.scopes import Scope

MOST_HOURS = 72
MOST_HOURS_BROKEN = 2
ANSWERED_WITHIN = timedelta(days=7)
LINK_LASTS = timedelta(minutes=15)


class GrantState(StrEnum):
    """The life of a grant; what time alone ends is told by `Grant.open_at`, not written."""

    PENDING = "pending"
    APPROVED = "approved"
    REFUSED = "refused"
    ENDED = "ended"


class GrantRights(StrEnum):
    """How much an operator may do: never keys, never accounts, never the journal."""

    READ = "read"
    WORK = "work"
    SET_UP = "set-up"


_READ = frozenset({Scope.TICKETS_READ, Scope.SVE_READ, Scope.SVE_CALENDAR, Scope.EVENTS_READ, Scope.INTAKE_READ})
SCOPES: Mapping[GrantRights, frozenset[Scope]] = MappingProxyType(
    {
        GrantRights.READ: _READ,
        GrantRights.WORK: _READ | {Scope.TICKETS_WRITE, Scope.SVE_WRITE},
        GrantRights.SET_UP: frozenset({Scope.CHANNELS_ADMIN, Scope.WEBHOOKS_ADMIN, Scope.INTAKE_READ}),
    }
)
WORDS_FR: Mapping[GrantRights, str] = MappingProxyType(
    {
        GrantRights.READ: "lire les demandes, sans rien changer",
        GrantRights.WORK: "lire et traiter les demandes",
        GrantRights.SET_UP: "régler les canaux et les webhooks, sans lire les demandes",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """One grant as it stands. `second_name` is the second operator of an access without approval."""

    tenant_id: UUID
    id: UUID
    operator_id: UUID
    operator_name: str
    second_name: str | None
    reason: str
    rights: GrantRights
    wants_confidential: bool
    teams: frozenset[UUID]
    hours: int
    state: GrantState
    requested_at: datetime
    answer_by: datetime
    decided_at: datetime | None
    decided_by_name: str | None
    link_used_at: datetime | None
    until: datetime | None
    ended_at: datetime | None
    ended_by_name: str | None
    version: int

    @property
    def broken_in(self) -> bool:
        """Whether nobody of the administration approved it: two operators answered for it."""
        return self.second_name is not None

    def waits_at(self, now: datetime) -> bool:
        return self.state is GrantState.PENDING and now < self.answer_by

    def open_at(self, now: datetime) -> bool:
        return self.state is GrantState.APPROVED and self.until is not None and now < self.until

    def identified(self, *, session_id: UUID) -> Identified:
        """Returns the operator as a caller: confidential requests of whoever approved, and only if that was asked."""
        return Identified(
            tenant_id=self.tenant_id,
            kind=Kind.OPERATOR,
            id=self.id,
            name=f"{self.operator_name} (exploitant)",
            scopes=frozenset(scope.value for scope in SCOPES[self.rights]),
            reach=Reach.ALL,
            teams=self.teams,
            session_id=session_id,
        )
