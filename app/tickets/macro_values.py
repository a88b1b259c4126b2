"""Macros as values: the acts somebody does at once on a request, in their order, each of a closed set."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias, assert_never
from uuid import UUID

from app.errors import Conflict
from app.rest.languages import Said
from app.tickets.owning import Owned
from app.tickets.values import Status

MOST_MACROS = 200  # of one person, of one team, of the administration
MOST_ACTS = 20


class ActKind(StrEnum):
    """What an act does."""

    REPLY = "reply"
    NOTE = "note"
    TAG_ON = "tag_on"
    TAG_OFF = "tag_off"
    TEAM = "team"
    ASSIGNEE = "assignee"
    STATUS = "status"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyAct:
    """An answer whose places are filled: sent, or left as the draft of whoever runs the macro."""

    text: str
    language: str
    send: bool
    kind: ActKind = ActKind.REPLY


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteAct:
    text: str
    language: str
    kind: ActKind = ActKind.NOTE


@dataclass(frozen=True, slots=True, kw_only=True)
class TagOnAct:
    tag_id: UUID
    kind: ActKind = ActKind.TAG_ON


@dataclass(frozen=True, slots=True, kw_only=True)
class TagOffAct:
    tag_id: UUID
    kind: ActKind = ActKind.TAG_OFF


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamAct:
    """Gives the request to a team; None takes its team away."""

    team_id: UUID | None
    kind: ActKind = ActKind.TEAM


@dataclass(frozen=True, slots=True, kw_only=True)
class AssigneeAct:
    """Gives the request to an agent, or to whoever runs the macro (`me`); neither takes its agent away."""

    assignee_id: UUID | None
    me: bool
    kind: ActKind = ActKind.ASSIGNEE


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusAct:
    status: Status
    kind: ActKind = ActKind.STATUS


@dataclass(frozen=True, slots=True, kw_only=True)
class SnoozeAct:
    """Sets the request aside until an instant, or until its person writes; a rule does it, no macro."""

    until_at: datetime | None
    kind: str = "snooze"


Act: TypeAlias = ReplyAct | NoteAct | TagOnAct | TagOffAct | TeamAct | AssigneeAct | StatusAct
Deed: TypeAlias = Act | SnoozeAct


@dataclass(frozen=True, slots=True, kw_only=True)
class Macro:
    """One macro: a name, and what it does in this order."""

    id: UUID
    name: str
    acts: Sequence[Act]
    owned: Owned
    rank: int
    created_at: datetime
    version: int


def stored(acts: Sequence[Act]) -> dict[str, Any]:
    """Returns acts as they are kept."""
    return {
        "all": [
            {name: str(value) if isinstance(value, UUID) else value for name, value in asdict(act).items()}
            for act in acts
        ]
    }


def acts_of(kept: Mapping[str, Any]) -> Sequence[Act]:
    """Returns the acts that were kept."""
    return [_act(one) for one in kept["all"]]


def _act(one: Mapping[str, Any]) -> Act:
    kind = ActKind(one["kind"])
    match kind:
        case ActKind.REPLY:
            return ReplyAct(text=one["text"], language=one["language"], send=one["send"])
        case ActKind.NOTE:
            return NoteAct(text=one["text"], language=one["language"])
        case ActKind.TAG_ON:
            return TagOnAct(tag_id=UUID(one["tag_id"]))
        case ActKind.TAG_OFF:
            return TagOffAct(tag_id=UUID(one["tag_id"]))
        case ActKind.TEAM:
            return TeamAct(team_id=_maybe(one["team_id"]))
        case ActKind.ASSIGNEE:
            return AssigneeAct(assignee_id=_maybe(one["assignee_id"]), me=one["me"])
        case ActKind.STATUS:
            return StatusAct(status=Status(one["status"]))
        case _:
            assert_never(kind)


def _maybe(value: str | None) -> UUID | None:
    return UUID(value) if value else None


class TooManyMacros(Conflict):
    """A list nobody can look through helps nobody."""

    code = "too-many-macros"
    title_fr = "Il y a trop de macros"
    title_en = "There are too many macros"
    advice = Said(
        f"{MOST_MACROS} au plus par personne, par équipe et pour l'administration : retirez-en une",
        en=f"{MOST_MACROS} at most for a person, for a team and for the administration: remove one",
    )


class MacroRefused(Conflict):
    """One of its acts may not be done here: none was."""

    code = "macro-refused"
    title_fr = "Un acte de la macro est refusé"
    title_en = "An act of the macro is refused"
    advice = Said(
        "rien n'a été fait ; `errors` nomme l'acte et pourquoi",
        en="nothing was done; `errors` names the act and why",
    )


class DraftInTheWay(Conflict):
    """Somebody is already writing there, and their words are not replaced."""

    code = "draft-in-the-way"
    title_fr = "Vous avez déjà un brouillon ici"
    title_en = "You already have a draft here"
    advice = Said("envoyez-le ou jetez-le d'abord", en="send it or throw it away first")
