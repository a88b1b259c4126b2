"""What happens to accounts and teams, as facts: identifiers, roles and reasons; never an address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from app.facts import Fact
from app.ids import Prefix, public_id


@dataclass(frozen=True, slots=True, kw_only=True)
class UserInvited(Fact):
    """Somebody was given an account, or a new link to choose a password."""

    type: ClassVar[str] = "user.invited"
    role: str

    def payload(self) -> Mapping[str, object]:
        return {"user_id": public_id(Prefix.USER, self.subject_id), "role": self.role}


@dataclass(frozen=True, slots=True, kw_only=True)
class UserChanged(Fact):
    """What an account may do, sees or is called changed: `changed` names what."""

    type: ClassVar[str] = "user.changed"
    changed: Sequence[str]
    role: str

    def payload(self) -> Mapping[str, object]:
        user = public_id(Prefix.USER, self.subject_id)
        return {"user_id": user, "changed": sorted(self.changed), "role": self.role}


@dataclass(frozen=True, slots=True, kw_only=True)
class UserSuspended(Fact):
    """An account opens nothing any more; its sessions ended with it."""

    type: ClassVar[str] = "user.suspended"

    def payload(self) -> Mapping[str, object]:
        return {"user_id": public_id(Prefix.USER, self.subject_id)}


@dataclass(frozen=True, slots=True, kw_only=True)
class UserReinstated(UserSuspended):
    """A suspended account opens again."""

    type: ClassVar[str] = "user.reinstated"


@dataclass(frozen=True, slots=True, kw_only=True)
class UserLinked(Fact):
    """An identity of a provider opens an account from now on: `by` an invitation, or the address declared for it."""

    type: ClassVar[str] = "user.linked"
    issuer: str
    by: str

    def payload(self) -> Mapping[str, object]:
        return {"user_id": public_id(Prefix.USER, self.subject_id), "issuer": self.issuer, "by": self.by}


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamEdited(Fact):
    """A team was made, renamed, moved or archived."""

    type: ClassVar[str] = "team.edited"
    parent_id: UUID | None
    archived: bool

    def payload(self) -> Mapping[str, object]:
        return {
            "team_id": public_id(Prefix.TEAM, self.subject_id),
            "parent_id": public_id(Prefix.TEAM, self.parent_id) if self.parent_id else None,
            "archived": self.archived,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceDeclared(Fact):
    """A person is away on these days, both included; `confidential` lends their confidential requests to the stand-in."""

    type: ClassVar[str] = "absence.declared"
    user_id: UUID
    stand_in_id: UUID | None
    from_on: date
    until_on: date
    confidential: bool

    def payload(self) -> Mapping[str, object]:
        return {
            "absence_id": public_id(Prefix.ABSENCE, self.subject_id),
            "user_id": public_id(Prefix.USER, self.user_id),
            "stand_in_id": public_id(Prefix.USER, self.stand_in_id) if self.stand_in_id else None,
            "from_on": self.from_on.isoformat(),
            "until_on": self.until_on.isoformat(),
            "confidential": self.confidential,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceChanged(AbsenceDeclared):
    """Days, stand-in or what is lent of an absence changed."""

    type: ClassVar[str] = "absence.changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsenceCancelled(AbsenceDeclared):
    """An absence ended before its last day, or was declared by mistake."""

    type: ClassVar[str] = "absence.cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamJoined(Fact):
    """A person was put in teams: they see what these see."""

    type: ClassVar[str] = "team.joined"
    teams: Sequence[UUID]

    def payload(self) -> Mapping[str, object]:
        teams = sorted(public_id(Prefix.TEAM, team) for team in self.teams)
        return {"user_id": public_id(Prefix.USER, self.subject_id), "teams": teams}


@dataclass(frozen=True, slots=True, kw_only=True)
class PreferencesChanged(Fact):
    """A person changed how they like their screens; what they chose is told nowhere."""

    type: ClassVar[str] = "preferences.changed"

    def payload(self) -> Mapping[str, object]:
        return {"user_id": public_id(Prefix.USER, self.subject_id)}
