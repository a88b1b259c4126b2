"""Who looks: what PostgreSQL itself lets the person behind a transaction see of requests.

The tenant says whose rows exist; sight says which requests of that tenant one person may reach. Both are settings of
the transaction, read by row policies (migrations 0028 and 0036): no statement, count, search, export or stream can forget them.
A transaction without sight belongs to the house or to a program's key, and sees every request of its tenant.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Reach(StrEnum):
    """How far a person sees, from widest to narrowest; what is assigned to them they always see."""

    ALL = "all"  # every request that is not confidential, and those of their teams
    TEAMS = "teams"  # those of their teams, and those nobody has yet
    ASSIGNED = "assigned"  # theirs alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Loan:
    """What one absent colleague lends: requests given to them and of their teams; confidential ones if they said so."""

    person_id: UUID
    teams: frozenset[UUID]
    confidential: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """One person's eyes: who, how far, the teams they belong to, and what absent colleagues lend them."""

    person_id: UUID
    reach: Reach
    teams: frozenset[UUID]
    loans: frozenset[Loan] = frozenset()
    archives: bool = False  # whether they also see what has passed into the intermediate archive

    def settings(self) -> dict[str, str]:
        """Returns the settings a transaction carries; the policies of migrations 0028, 0034 and 0036 read them."""
        closed = [loan for loan in self.loans if loan.confidential]
        return {
            "viewer": str(self.person_id),
            "reach": self.reach.value,
            "teams": _list(self.teams),
            "archives": "yes" if self.archives else "",
            "lent_people": _list(loan.person_id for loan in self.loans),
            "lent_teams": _list(team for loan in self.loans for team in loan.teams),
            "lent_people_closed": _list(loan.person_id for loan in closed),
            "lent_teams_closed": _list(team for loan in closed for team in loan.teams),
        }


_looking: ContextVar[Sight | None] = ContextVar("sight", default=None)


def sight() -> Sight | None:
    """Returns the eyes of the request under way; None for the house's own work."""
    return _looking.get()


def look(eyes: Sight | None) -> None:
    """Says whose request this is, for every transaction it opens from now on."""
    _looking.set(eyes)


@contextmanager
def unbounded() -> Iterator[None]:
    """Looks with the house's own eyes for a while: for acts whose whole is a duty, never to show anything."""
    with looking(None):
        yield


@contextmanager
def looking(eyes: Sight | None) -> Iterator[None]:
    """Looks with somebody's eyes for a while: for what they asked for and a worker does in their name."""
    kept = _looking.set(eyes)
    try:
        yield
    finally:
        _looking.reset(kept)


def _list(ids: Iterable[UUID]) -> str:
    return f"{{{','.join(sorted(set(map(str, ids))))}}}"
