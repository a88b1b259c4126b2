"""What passes between the public and the administration: requests, acknowledgements, pieces.

All instants are aware; the engine turns them into civil days in the zone of the competent authority.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from app.sve.law.terms import Period


class Way(StrEnum):
    """How a sending reached the administration, as far as the law distinguishes. Source: CRPA L112-1, L112-8."""

    ELECTRONIC = "electronic"
    POST = "post"
    DESK = "desk"
    PHONE = "phone"


class Sender(StrEnum):
    """Who writes, as far as the law distinguishes. Source: CRPA L100-3, L112-7, R112-9-1; C. urb. R423-2-1."""

    PERSON = "person"
    LEGAL_PERSON = "legal_person"
    AGENT = "agent"
    PUBLIC_BODY = "public_law_entity"


class AckKind(StrEnum):
    """Which acknowledgement: registration (AEE), reception (ARE), paper (AR). Source: CRPA L112-3, L112-11."""

    AEE = "AEE"
    ARE = "ARE"
    AR = "AR"


class Residence(StrEnum):
    """Where the applicant lives, against the seat of the court. Source: CJA R421-7."""

    SAME = "same"
    OVERSEAS = "overseas"
    ABROAD = "abroad"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Which identifying elements the sending bears. Source: CRPA R112-9-1."""

    name: bool = False
    first_name: bool = False
    postal_address: bool = False
    electronic_address: bool = False
    company_number: bool = False
    association_number: bool = False
    electronic_identification: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsOfUse:
    """What the administration had published. Source: CRPA L112-9, R112-9-2; C. urb. L423-3, R423-2-1.

    `allowed` is None when no list of channels is known.
    """

    published: bool = False
    published_on: date | None = None
    allowed: tuple[str, ...] | None = None
    dedicated_teleservice: bool = False
    dedicated_on: date | None = None
    compulsory_for_legal_persons: bool = False
    own_identifiers: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A sending reaches an administration, first seized or not, competent or not. Source: CRPA L112-8, L114-3."""

    at: datetime
    competent: bool = True
    channel: str = "email"
    way: Way = Way.ELECTRONIC
    sender: Sender = Sender.PERSON
    identity: Identity | None = None
    terms: TermsOfUse | None = None
    recipient: str | None = None
    complete: bool | None = None
    are_instant: bool | None = None
    abusive: bool = False
    postmark: date | None = None
    sent_at: datetime | None = None
    residence: Residence = Residence.SAME


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityProvided:
    """The sender says who they are. Source: CRPA L112-8, R112-9-1; RGPD 12(6)."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityRequested:
    """The administration asks who writes. Source: CRPA R112-9-1; RGPD 12(6)."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Transferred:
    """Another administration receives the request. `at` is its reception, not the sending. Source: CRPA L114-2, L114-3."""

    at: datetime
    competent: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class AckSent:
    """An acknowledgement leaves. `complete_mentions` is None when nobody recorded whether the mentions are there.

    Source: CRPA R112-5, R112-11-1 (mentions), L112-6, L112-12 (what their absence costs).
    """

    at: datetime
    kind: AckKind
    complete_mentions: bool | None = None
    announced_term: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PiecesRequested:
    """The administration lists missing pieces. Source: CRPA L114-5, L113-12, L114-5-1; C. urb. R*423-38.

    `at` is the sending; `reached_at` the reception or first presentation, when known. The deadline is a day, or a
    period from reception by the applicant.
    """

    at: datetime
    reached_at: datetime | None = None
    deadline: date | None = None
    deadline_from_reception: Period | None = None
    required_by_text: bool = True
    available_from_other_administration: bool = False
    indispensable: bool = True
    by_competent: bool = True
    states_the_rule: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PiecesReceived:
    """What was asked arrives, in whole or in part. Source: CRPA L114-3 al.2, L114-5 al.2-3."""

    at: datetime
    complete: bool = True
    way: Way | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegularisationRequested:
    """The applicant is invited to mend a curable defect of form. Source: CRPA L114-6.

    The invitation must give the deadline, the formalities to follow and the texts which prescribe them.
    """

    at: datetime
    reached_at: datetime | None = None
    deadline: date | None = None
    deadline_from_reception: Period | None = None
    states_formalities: bool = True
    states_texts: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Regularised:
    """The defect is mended. Source: CRPA L114-6."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A message leaves. Only `conclusive` ones end a RGPD period; none ends a silence, which takes a decision.

    Source: RGPD 12(3); CRPA L231-1.
    """

    at: datetime
    conclusive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UserDeadline:
    """A date by which the applicant had to write. Source: CRPA L112-1, L112-13."""

    at: datetime
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestModified:
    """The applicant changes the project under instruction. Source: CE 1 Dec 2023 n°448905, CE 14 Nov 2025 n°496754."""

    at: datetime
    nature_changed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestWithdrawn:
    """The applicant gives up. Only a verified withdrawal counts. Source: CRPA L110-1 (a request is its author's)."""

    at: datetime
    verified: bool = True
