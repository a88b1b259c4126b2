"""Where a message belongs: our signed token, then what its author chose, a Message-ID we know, the conversation, else new.

A number of ours in a subject never attaches anything: it can be guessed. A Message-ID, or the number by which a former tool
named an imported request in its subjects, attaches only somebody who already takes part. Pure: what is known comes in, a decision with its reason comes out.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from app.tickets.values import Incoming, Status

_NUMBERED = re.compile(r"#\s?([0-9]{1,20})(?![0-9])")
_NUMBERS_MAX = 5


class Why(StrEnum):
    TOKEN = "token"  # noqa: S105 — a word, not a secret
    SUPPORT = "support"
    REFERENCE = "reference"
    FORMER_NUMBER = "former_number"
    CONVERSATION = "conversation"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Party:
    """The ticket a token was given for, and to whom."""

    ticket_id: UUID
    point_id: UUID


@dataclass(frozen=True, slots=True)
class Placement:
    ticket_id: UUID | None
    why: Why
    warnings: tuple[str, ...] = ()


@dataclass(slots=True)
class Known:
    """What this tenant knows that a batch may refer to; grows as the batch is placed."""

    tokens: Mapping[str, Party] = field(default_factory=dict)
    # A Message-ID is chosen by its sender: several messages, of several people, may bear one.
    messages: dict[tuple[UUID, str], list[UUID]] = field(default_factory=dict)
    conversations: dict[tuple[UUID, str], UUID] = field(default_factory=dict)
    participants: dict[UUID, set[UUID]] = field(default_factory=dict)
    statuses: dict[UUID, Status] = field(default_factory=dict)
    # Where each report that somebody chose to support lives now.
    supported: Mapping[UUID, UUID] = field(default_factory=dict)
    # The requests that another tool, now replaced, showed to people under each number.
    former: dict[str, list[UUID]] = field(default_factory=dict)
    # The ticket each was split from: an address given before the split names the older one.
    split_from: Mapping[UUID, UUID] = field(default_factory=dict)


STRANGER = "expéditeur : a écrit avec l'adresse de réponse d'une autre personne ; nouveau participant, non vérifié"
ENDED = "« moi aussi » : le signalement choisi, {}, est clos depuis ; en voici un nouveau"
RELATED = "fil : cite un message d'une demande à laquelle l'expéditeur ne participe pas ; peut-être liée à {}"


def place(incoming: Incoming, known: Known, *, references: Mapping[UUID, str]) -> Placement:
    """Decides the ticket of one message; `references` gives the human reference of the tickets named in warnings."""
    if (answered := _by_token(incoming, known)) is not None:
        return answered
    warnings: tuple[str, ...] = ()
    if incoming.joins is not None and (chosen := known.supported.get(incoming.joins)) is not None:
        return _supported(chosen, known, references)
    for reference in incoming.references:
        for cited in known.messages.get((incoming.channel_id, reference), ()):
            if known.statuses.get(cited) is None:
                continue
            if incoming.point_id is not None and incoming.point_id in _participants(known, cited):
                return Placement(cited, Why.REFERENCE)
            warnings = (RELATED.format(references.get(cited, "une autre demande")),)
    if (named := _by_former_number(incoming, known)) is not None:
        return Placement(named, Why.FORMER_NUMBER)
    if incoming.conversation is not None:
        ticket = known.conversations.get((incoming.channel_id, incoming.conversation))
        if ticket is not None and known.statuses.get(ticket) not in (None, Status.CLOSED):
            return Placement(ticket, Why.CONVERSATION, warnings)
    return Placement(None, Why.NEW, warnings)


def _by_token(incoming: Incoming, known: Known) -> Placement | None:
    for token in incoming.tokens:
        party = known.tokens.get(token)
        if party is not None:
            taking_part = _participants(known, party.ticket_id) | {party.point_id}
            stranger = incoming.point_id is None or incoming.point_id not in taking_part
            ticket_id = _side(incoming, known, party.ticket_id)
            return Placement(ticket_id, Why.TOKEN, (STRANGER,) if stranger else ())
    return None


def _by_former_number(incoming: Incoming, known: Known) -> UUID | None:
    """The imported request of that number in which whoever writes takes part: a number alone opens nothing."""
    for number in former_numbers(incoming):
        for named in known.former.get(number, ()):
            if incoming.point_id is not None and incoming.point_id in _participants(known, named):
                return named
    return None


def former_numbers(incoming: Incoming) -> Sequence[str]:
    """Returns the numbers a mail's subject bears as helpdesks write them: `[Ticket#2026001]`, `[#42]`, `#42`."""
    if incoming.channel_type.partition(".")[0] != "email":
        return ()
    return tuple(dict.fromkeys(_NUMBERED.findall(incoming.subject[:1000])))[:_NUMBERS_MAX]


def _supported(chosen: UUID, known: Known, references: Mapping[UUID, str]) -> Placement:
    """What is over is not brought back by somebody who sees it still there: that is news."""
    if known.statuses.get(chosen) in (None, Status.CLOSED, Status.RESOLVED):
        return Placement(None, Why.NEW, (ENDED.format(references.get(chosen, "")),))
    return Placement(chosen, Why.SUPPORT)


def _side(incoming: Incoming, known: Known, ticket_id: UUID) -> UUID:
    """Of a ticket that was split, the side that holds the message answered, for whoever takes part there."""
    for reference in incoming.references:
        for cited in known.messages.get((incoming.channel_id, reference), ()):
            if cited == ticket_id:
                return ticket_id
            if _came_from(cited, ticket_id, known) and incoming.point_id in _participants(known, cited):
                return cited
    return ticket_id


def _came_from(cited: UUID, ticket_id: UUID, known: Known) -> bool:
    seen = set[UUID]()
    while cited in known.split_from and cited not in seen:
        seen.add(cited)
        cited = known.split_from[cited]
    return cited == ticket_id and bool(seen)


def _participants(known: Known, ticket_id: UUID) -> set[UUID]:
    return known.participants.get(ticket_id, set())
