"""Accounts, teams and sessions as the API reads and writes them."""

from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from app.db.sight import Reach
from app.identity.accounts import Wanted
from app.identity.doors_repository import OpenSession
from app.identity.people import Person, Team
from app.identity.roles import POLICY, Role
from app.rest.public_ids import TeamId, UserId

_STRICT = ConfigDict(extra="forbid")
_NAME = "Camille Exemple"
_EMAIL = "camille@agents.villebourg.example.fr"
_TEAM = "Urbanisme"


class NewUser(BaseModel):
    """Un compte à ouvrir ; il ne peut pas plus que vous."""

    model_config = _STRICT
    email: str = Field(min_length=3, max_length=320, description="Son adresse, pour se connecter.", examples=[_EMAIL])
    name: str = Field(
        min_length=1, max_length=200, description="Son nom, tel que les collègues le lisent.", examples=[_NAME]
    )
    role: Role = Field(description="Son rôle (`GET /roles`).", examples=["agent"])
    reach: Reach | None = Field(
        default=None, description="Ce qu'il voit ; absent : ce que dit son rôle.", examples=["teams"]
    )
    teams: list[TeamId] = Field(default=[], max_length=50, description="Ses équipes.")
    by_mail: bool = Field(
        default=False, description="Lui envoyer le lien, si l'administration a une boîte qui envoie.", examples=[False]
    )

    def wanted(self) -> Wanted:
        return Wanted(name=self.name, role=self.role, reach=self.reach, teams=self.teams)


class UserChange(BaseModel):
    """Ce qui change d'un compte ; ce qui est absent reste."""

    model_config = _STRICT
    name: str | None = Field(default=None, min_length=1, max_length=200, description="Son nom.", examples=[_NAME])
    role: Role | None = Field(default=None, description="Son rôle.", examples=["supervisor"])
    reach: Reach | None = Field(
        default=None, description="Ce qu'il voit ; `null` : ce que dit son rôle.", examples=["all"]
    )
    teams: list[TeamId] | None = Field(default=None, max_length=50, description="Toutes ses équipes.")
    suspended: bool | None = Field(default=None, description="Ferme ou rouvre le compte.", examples=[False])

    def over(self, person: Person) -> Wanted:
        """Returns what the account should be: what was said, over what it is."""
        return Wanted(
            name=self.name or person.name,
            role=self.role or person.role,
            reach=self.reach if "reach" in self.model_fields_set else person.reach,
            teams=person.teams if self.teams is None else self.teams,
        )


class UserOut(BaseModel):
    """Un compte. L'adresse n'est dite qu'à qui règle les comptes."""

    id: UserId
    name: str = Field(examples=[_NAME])
    email: str | None = Field(examples=[_EMAIL])
    role: Role = Field(examples=["agent"])
    reach: Reach = Field(description="Ce qu'il voit, de son rôle ou à lui.", examples=["all"])
    own_reach: bool = Field(description="Cette portée fut choisie pour lui.", examples=[False])
    teams: list[TeamId]
    state: str = Field(description="`invited`, `active` ou `suspended`.", examples=["active"])
    second_factor: bool = Field(description="Un code est demandé à la connexion.", examples=[True])
    seen_at: datetime | None
    created_at: datetime
    version: int = Field(examples=[1])

    @classmethod
    def of(cls, person: Person, *, whole: bool) -> Self:
        return cls(**_person(person, whole=whole))


class UserInvitedOut(UserOut):
    """Un compte ouvert, avec le lien à lui remettre, montré une seule fois."""

    invitation_url: str | None = Field(
        description="Sert une fois, pendant trois jours : à lui remettre en main propre ou par une voie sûre ; `null` quand "
        "le courriel le porte.",
        examples=["https://parvis.example.fr/invitation/parvis_i_3kT9dQ…"],
    )

    @classmethod
    def once(cls, person: Person, *, url: str | None) -> Self:
        return cls(**_person(person, whole=True), invitation_url=url)


class InvitationOut(BaseModel):
    """Un nouveau lien, montré une seule fois ; les précédents n'ouvrent plus rien."""

    invitation_url: str | None = Field(
        description="`null` quand le courriel le porte.",
        examples=["https://parvis.example.fr/invitation/parvis_i_3kT9dQ…"],
    )


class SessionOut(BaseModel):
    """Une session ouverte."""

    strength: str = Field(description="Comment la personne fut reconnue.", examples=["password+code"])
    agent: str = Field(description="Le navigateur, tel qu'il se nomme.", examples=["Mozilla/5.0 (X11; Linux x86_64)"])
    started_at: datetime
    seen_at: datetime
    until: datetime

    @classmethod
    def of(cls, opened: OpenSession) -> Self:
        return cls(**{name: getattr(opened, name) for name in cls.model_fields})


class RoleOut(BaseModel):
    """Un rôle : ce qu'il permet, ce qu'il voit."""

    role: Role = Field(examples=["agent"])
    name: str = Field(examples=["agent"])
    description: str = Field(examples=["Reçoit, qualifie et traite les demandes."])
    scopes: list[str] = Field(examples=[["tickets:read", "tickets:write"]])
    reach: Reach = Field(examples=["all"])

    @classmethod
    def of(cls, role: Role) -> Self:
        rights = POLICY[role]
        return cls(
            role=role,
            name=rights.name_fr,
            description=rights.words_fr,
            scopes=sorted(rights.scopes),
            reach=rights.reach,
        )


class MeOut(BaseModel):
    """Qui appelle, et ce qu'il peut."""

    kind: str = Field(description="`agent` (une personne) ou `key` (un programme).", examples=["agent"])
    name: str = Field(examples=[_NAME])
    user_id: UserId | None
    scopes: list[str] = Field(examples=[["tickets:read"]])
    reach: Reach = Field(examples=["all"])
    teams: list[TeamId]
    operator_contact: str | None = Field(
        description="Comment joindre qui tient cette installation (`PARVIS_OPERATOR_CONTACT`) ; `null` tant qu'il ne l'a pas dit.",
        examples=["support@example.fr"],
    )


class NewTeam(BaseModel):
    """Une équipe à faire."""

    model_config = _STRICT
    name: str = Field(min_length=1, max_length=100, description="Son nom.", examples=[_TEAM])
    parent_id: TeamId | None = Field(default=None, description="Le service dont elle est.")


class TeamChange(BaseModel):
    """Ce qui change d'une équipe ; ce qui est absent reste."""

    model_config = _STRICT
    name: str | None = Field(default=None, min_length=1, max_length=100, description="Son nom.", examples=[_TEAM])
    parent_id: TeamId | None = Field(default=None, description="Le service dont elle est ; `null` : aucun.")
    archived: bool | None = Field(default=None, description="La range, ou la rouvre.", examples=[False])


class TeamOut(BaseModel):
    """Une équipe."""

    id: TeamId
    name: str = Field(examples=[_TEAM])
    parent_id: TeamId | None
    members: int = Field(description="Comptes non suspendus.", examples=[4])
    archived_at: datetime | None = Field(examples=[None])
    created_at: datetime
    version: int = Field(examples=[1])

    @classmethod
    def of(cls, team: Team) -> Self:
        return cls(**{name: getattr(team, name) for name in cls.model_fields})


def _person(person: Person, *, whole: bool) -> dict[str, Any]:
    return {
        "id": person.id,
        "name": person.name,
        "email": person.email if whole else None,
        "role": person.role,
        "reach": person.reach or POLICY[person.role].reach,
        "own_reach": person.reach is not None,
        "teams": sorted(person.teams),
        "state": person.state,
        "second_factor": person.has_code,
        "seen_at": person.seen_at if whole else None,
        "created_at": person.created_at,
        "version": person.version,
    }
