"""Everything a letter is written from, as plain values: nothing is looked up, nothing is computed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from app.sve.law.procedure import Family
from app.sve.law.regime import Regime


class Sense(StrEnum):
    """What an express decision says to who asked; a partial grant is reasoned and appealed like a refusal."""

    ACCEPTANCE = "acceptance"
    REFUSAL = "refusal"
    PARTIAL = "partial"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """What only a person knows. Which letter takes which: `kinds.FIELDS`."""

    pieces: Sequence[str] = ()
    deadline_on: date | None = None
    legal_basis: str = ""
    recipient: str = ""
    recipient_address: str = ""
    received_on: date | None = None
    channel: str = ""
    channel_address: str = ""
    sense: Sense | None = None
    decision: str = ""
    reasons: str = ""
    signed_on: date | None = None
    object: str = ""
    heard_on: date | None = None
    mandatory_appeal: str = ""
    mandatory_appeal_delay: str = ""
    agent_name: str = ""
    agent_title: str = ""
    addressee: str = ""
    addressee_address: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """The administration that writes, and the service in charge."""

    name: str
    service: str
    postal_address: str
    email: str
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The words of the letterhead in force; all empty when there is none."""

    place: str = ""
    signatory_name: str = ""
    signatory_title: str = ""
    court: str = ""
    court_address: str = ""
    footer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What the public was told of electronic referral on the day of the message (CRPA R112-9-2)."""

    on: date
    url: str | None
    dedicated: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """One request and whoever answers it, on one day. `values` are those of the engine's reading, by name.

    `delay` is the qualified delay in French, empty when the text of the procedure alone knows it.
    """

    office: Office
    head: Head
    reference: str
    subject: str
    citizen: str
    channel: str
    regime: Regime
    family: Family
    delay: str
    values: Mapping[str, Any]
    reasons: Mapping[str, str]
    state: str
    on: date
    published: Published | None
    fields: Fields

    @property
    def electronic(self) -> bool:
        """Whether the request came by electronic means: the engine says what acknowledges it."""
        return "are_due_date" in self.values

    @property
    def agent_name(self) -> str:
        return self.fields.agent_name or self.head.signatory_name

    @property
    def agent_title(self) -> str:
        return self.fields.agent_title or ("" if self.fields.agent_name else self.head.signatory_title)

    def day(self, *names: str) -> date | None:
        """Returns the first day known under these names of the reading."""
        for name in names:
            value = self.values.get(name)
            if isinstance(value, str) and value:
                return date.fromisoformat(value[:10])
        return None

    def because(self, name: str) -> str:
        """Returns the engine's own sentence about a value."""
        return self.reasons.get(name, "")

    @property
    def seizes_nobody(self) -> bool:
        """Whether the engine says that this sending does not seize the administration."""
        return self.values.get("valid_saisine") is False

    @property
    def born(self) -> bool:
        """Whether silence has already decided."""
        return any(self.values.get(name) is True for name in TACIT)

    @property
    def accepted(self) -> bool:
        """Whether silence has granted the request."""
        return self.born and self.values.get("tacit_rejection") is not True


TACIT = ("tacit_acceptance", "tacit_rejection", "tacit_renunciation", "tacit_lump_sum")
