"""The policy table of people: what each role may do, and how far it sees. One table; everything else reads it.

A right names an action on the whole API (`Scope`); reach says on which requests a person may use it. A confidential
request is beyond every reach but its own team's and its own agent's (see `app.db.sight`).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from app.db.sight import Reach
from app.errors import Flaw, Forbidden
from app.identity.scopes import EVERYTHING, Scope
from app.rest.languages import Said


class Role(StrEnum):
    ADMINISTRATOR = "administrator"  # sets up channels, people, procedures; also an agent
    SUPERVISOR = "supervisor"  # answers for a service: reads figures and the journal, corrects the law's facts
    AGENT = "agent"  # takes requests in, qualifies, answers
    READER = "reader"  # an elected official, a colleague of another service: reads
    AUDITOR = "auditor"  # data protection officer, inspector: the journal and the register, no message


@dataclass(frozen=True, slots=True)
class RoleRights:
    """What one role may do, and how far it sees where nothing narrower was set for the person."""

    scopes: frozenset[Scope]
    reach: Reach
    name_fr: str
    name_en: str
    words_fr: str


_WORK = frozenset({Scope.TICKETS_READ, Scope.TICKETS_WRITE, Scope.SVE_READ, Scope.SVE_WRITE, Scope.EVENTS_READ})
_INTAKE = frozenset({Scope.INTAKE_READ, Scope.INTAKE_WRITE})

POLICY: Mapping[Role, RoleRights] = MappingProxyType(
    {
        Role.ADMINISTRATOR: RoleRights(
            EVERYTHING,
            Reach.ALL,
            "administrateur",
            "administrator",
            "Règle les canaux, les personnes et les démarches ; traite aussi les demandes.",
        ),
        Role.SUPERVISOR: RoleRights(
            _WORK
            | _INTAKE
            | {
                Scope.SVE_CALENDAR,
                Scope.AUDIT_READ,
                Scope.ABSENCES_ADMIN,
                Scope.PRIVACY_ADMIN,
                Scope.ARCHIVES_READ,
            },
            Reach.ALL,
            "responsable",
            "supervisor",
            "Traite les demandes, lit les chiffres et le journal, rend ce qui est retenu, déclare les absences, répond de "
            "leurs données aux personnes.",
        ),
        Role.AGENT: RoleRights(
            _WORK | _INTAKE | {Scope.SVE_CALENDAR},
            Reach.ALL,
            "agent",
            "agent",
            "Reçoit, qualifie et traite les demandes.",
        ),
        Role.READER: RoleRights(
            frozenset({Scope.TICKETS_READ, Scope.SVE_READ, Scope.EVENTS_READ}),
            Reach.ALL,
            "lecteur",
            "reader",
            "Lit les demandes et leurs délais, sans rien changer.",
        ),
        Role.AUDITOR: RoleRights(
            frozenset({Scope.AUDIT_READ, Scope.SVE_CALENDAR}),
            Reach.ASSIGNED,
            "auditeur",
            "auditor",
            "Lit le journal et les échéances ; n’ouvre aucun message.",
        ),
    }
)


def refuse_beyond(role: Role, scopes: Collection[str]) -> None:
    """Refuses to give, or to touch, more than one has: rights never grow by going through an account.

    Raises `Forbidden`.
    """
    beyond = sorted(scope.value for scope in POLICY[role].scopes if scope.value not in scopes)
    if beyond:
        words = ", ".join(beyond)
        told = Said(f"ce rôle a des droits que vous n’avez pas : {words}", en=f"this role has scopes you lack: {words}")
        raise Forbidden(told, flaws=[Flaw("/role", "beyond", told)])


def rights_of(role: Role, *, reach: Reach | None) -> tuple[frozenset[str], Reach]:
    """Returns what a person may do and how far they see: their own reach where one was set, else their role's."""
    rights = POLICY[role]
    return frozenset(scope.value for scope in rights.scopes), reach or rights.reach
