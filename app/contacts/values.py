"""What is known of a person: proofs of their addresses, clues in their words, and who else they may be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class Proof(StrEnum):
    """How it is known that a person holds an address."""

    REPLY_TOKEN = "reply_token"  # noqa: S105 — a word: they answered from there to an address only that mailbox was told
    PROVIDER = "provider"  # who carries the messages signed in whoever writes
    AGENT = "agent"  # an agent saw an identity
    LEARNT = "learnt"  # who carries their messages told, in answer to ours or beside theirs, that it is theirs too
    CODE = "code"  # they gave back, within minutes, a code sent to that address alone


class ClueKind(StrEnum):
    PHONE = "phone"
    EMAIL = "email"
    POSTAL = "postal"


class ClueSource(StrEnum):
    """Where a person wrote it: what a form asks for is theirs, what stands in a sentence may be somebody else's."""

    FORM = "form"
    SIGNATURE = "signature"
    WORDS = "words"


class ReasonCode(StrEnum):
    """Why two people may be one."""

    SAME_NAME = "same_name"
    PHONE_GIVEN = "phone_given"  # one gave, in their words, the number the other writes from
    EMAIL_GIVEN = "email_given"
    SHARED_PHONE = "shared_phone"  # both gave one number
    SHARED_EMAIL = "shared_email"
    SHARED_POSTAL = "shared_postal"
    PROVIDER_TOLD = "provider_told"  # who carries the messages of one gave, as theirs, an address the other writes from


class ProposalState(StrEnum):
    OPEN = "open"
    DISMISSED = "dismissed"
    MERGED = "merged"


@dataclass(frozen=True, slots=True)
class Clue:
    """A number, an address or a postal address somebody wrote, normalised."""

    kind: ClueKind
    value: str
    place: ClueSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason to think so: its weight out of 100, and where it was read."""

    code: ReasonCode
    weight: int
    value: str = ""
    place: ClueSource | None = None

    def stored(self) -> dict[str, Any]:
        return {
            "code": self.code.value,
            "weight": self.weight,
            "value": self.value,
            "place": self.place.value if self.place else None,
        }

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> "Reason":
        place = ClueSource(row["place"]) if row["place"] else None
        return cls(code=ReasonCode(row["code"]), weight=int(row["weight"]), value=str(row["value"]), place=place)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Two people who may be one: nobody but an agent decides."""

    id: UUID
    one_id: UUID
    one_name: str
    other_id: UUID
    other_name: str
    score: int
    reasons: Sequence[Reason]
    state: ProposalState
    at: datetime
    decided_at: datetime | None
    decided_by: str | None

    def beside(self, contact_id: UUID) -> tuple[UUID, str]:
        """Returns the other person of the pair."""
        return (self.other_id, self.other_name) if contact_id == self.one_id else (self.one_id, self.one_name)


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonMerge:
    """What `source` gave to `target`: `moved` names the points, the tickets and the clues."""

    id: UUID
    source_id: UUID
    source_name: str
    target_id: UUID
    target_name: str
    moved: Mapping[str, Sequence[str]]
    reason: str
    actor: str
    at: datetime
    undone_at: datetime | None
    undone_by: str | None

    def ids(self, kind: str) -> list[UUID]:
        return [UUID(one) for one in self.moved.get(kind, ())]


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """A code sent to an address, without the code: `mac` is all that is kept of it."""

    id: UUID
    point_id: UUID
    mac: bytes = field(repr=False)
    sent_at: datetime
    expires_at: datetime
    tries: int
    answered_at: datetime | None

    def waits(self, *, at: datetime, tries: int) -> bool:
        """Says whether an answer may still be the right one."""
        return self.answered_at is None and at < self.expires_at and self.tries < tries
