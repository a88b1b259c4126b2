"""Whose a thing agents keep is (a saved view, a canned reply, a macro): a person's, a team's, the administration's."""

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never
from uuid import UUID

from app.errors import Flaw, Invalid
from app.rest.languages import Said


class Owner(StrEnum):
    """Whose it is: who sees it follows from it."""

    PERSON = "person"
    TEAM = "team"
    ADMINISTRATION = "administration"


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who asks: their name as facts have it, their teams (None: a program, bounded by its rights alone)."""

    label: str
    teams: frozenset[UUID] | None
    writes: bool
    administers: bool

    def of_team(self, team_id: UUID | None) -> bool:
        return self.administers or self.teams is None or team_id in self.teams


@dataclass(frozen=True, slots=True, kw_only=True)
class Owned:
    """Whose one thing is; `holder` is the person, as facts name them, where it is one person's."""

    owner: Owner
    holder: str | None
    team_id: UUID | None

    def seen_by(self, viewer: Viewer) -> bool:
        """Says whether somebody sees it: their own, their teams', everybody's."""
        match self.owner:
            case Owner.PERSON:
                return self.holder == viewer.label
            case Owner.TEAM:
                return viewer.of_team(self.team_id)
            case Owner.ADMINISTRATION:
                return True
            case _:
                assert_never(self.owner)

    def kept_by(self, viewer: Viewer) -> bool:
        """Says whether somebody may change and remove it."""
        return self.seen_by(viewer) and may_keep(viewer, self.owner, self.team_id)


def may_keep(viewer: Viewer, owner: Owner, team_id: UUID | None) -> bool:
    """Says whether somebody may make, change and remove such a thing: each their own, a team's members who write theirs."""
    match owner:
        case Owner.PERSON:
            return True
        case Owner.TEAM:
            return viewer.administers or (viewer.writes and viewer.of_team(team_id))
        case Owner.ADMINISTRATION:
            return viewer.administers
        case _:
            assert_never(owner)


def owned_by(viewer: Viewer, owner: Owner, team_id: UUID | None) -> Owned:
    """Returns whose a thing made by somebody would be. Raises `Invalid` for a team missing or too many."""
    if (owner is Owner.TEAM) != (team_id is not None):
        told = Said(
            "ce qui est à une équipe dit laquelle, le reste n'en a pas",
            en="what is a team's names it, the rest has none",
        )
        raise Invalid(flaws=[Flaw("/team_id", "team", told)])
    return Owned(owner=owner, holder=viewer.label if owner is Owner.PERSON else None, team_id=team_id)
