"""Following as values: who follows what and why, what somebody is told, and what they want to be told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from app.errors import Conflict, Forbidden
from app.rest.languages import Said

KEPT_FOR = timedelta(days=90)
MOST_COUNTED = 1000
MOST_FOLLOWED = 5000  # by one person


class Why(StrEnum):
    """How somebody came to follow a request."""

    ASKED = "asked"
    ASSIGNED = "assigned"
    MENTIONED = "mentioned"


class NotificationKind(StrEnum):
    """What somebody is told of; a closed set."""

    ASSIGNED = "assigned"  # it was given to them
    MENTIONED = "mentioned"  # a colleague named them in a note
    ANSWERED = "answered"  # its person wrote
    NOTED = "noted"  # a colleague noted something
    STATUS = "status"  # it was resolved, closed, reopened…
    WOKEN = "woken"  # it is no longer set aside
    TERM = "term"  # the watch warns of one of its terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Follower:
    """Somebody who follows a request."""

    user_id: UUID
    name: str
    why: Why
    since_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What somebody wants to follow by itself, and not to be told of. Version 0: nobody ever said."""

    follow_assigned: bool = True
    follow_mentioned: bool = True
    muted: Sequence[NotificationKind] = ()
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One thing somebody is told of a request they see."""

    id: UUID
    kind: NotificationKind
    ticket_id: UUID
    reference: str
    message_id: UUID | None
    actor: str
    actor_name: str
    at: datetime
    read_at: datetime | None


class NotAPerson(Forbidden):
    """A program follows the event stream; people follow requests."""

    code = "not-a-person"
    title_fr = "Réservé aux personnes"
    title_en = "For people only"
    advice = Said(
        "une clé d'accès ne suit pas de demande : lisez les faits (/api/v1/events) ; une personne le fait depuis sa session",
        en="a key follows no ticket: read the events (/api/v1/events); a person does it from their session",
    )


class TooManyFollowed(Conflict):
    """Who follows everything is told of nothing."""

    code = "too-many-followed"
    title_fr = "Trop de demandes suivies"
    title_en = "Too many tickets followed"
    advice = Said(
        f"{MOST_FOLLOWED} au plus par personne : cessez d'en suivre", en=f"{MOST_FOLLOWED} at most each: unfollow some"
    )
