"""Who was recognised, whatever they showed: a program's key, or a person's session."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.db.sight import Loan, Reach, Sight
from app.errors import Forbidden
from app.identity.scopes import Scope


class Kind(StrEnum):
    """Who stands behind a call; the journal and the facts write it."""

    KEY = "key"
    AGENT = "agent"
    OPERATOR = "operator"  # somebody of whoever runs the installation, under a grant: `id` is the grant's


@dataclass(frozen=True, slots=True, kw_only=True)
class Identified:
    """A caller: the tenant, who (`id` of the key or of the account), what they may do, and how far they see."""

    tenant_id: UUID
    kind: Kind
    id: UUID
    name: str
    scopes: frozenset[str]
    reach: Reach = Reach.ALL
    teams: frozenset[UUID] = frozenset()
    session_id: UUID | None = None
    loans: frozenset[Loan] = frozenset()  # what those they stand in for today lend them
    proven_at: datetime | None = None  # when a session's holder last proved who they are
    barred: Forbidden | None = None

    @property
    def label(self) -> str:
        return f"{self.kind}:{self.id}"

    @property
    def witnessed(self) -> bool:
        """Whether all they ask for is journalled: an operator of the installation is a guest."""
        return self.kind is Kind.OPERATOR

    @property
    def sight(self) -> Sight | None:
        """What PostgreSQL lets them see of requests; a program's key is bounded by its rights alone."""
        if self.kind is Kind.KEY:
            return None
        archives = Scope.ARCHIVES_READ.value in self.scopes
        return Sight(person_id=self.id, reach=self.reach, teams=self.teams, loans=self.loans, archives=archives)
