"""The facts which move a legal clock. What is not here moves nothing.

Every event carries `at`, the instant at which it takes its place in time (for an act, the first instant known of it).
All instants are aware; the engine turns them into civil days in the zone of the competent authority.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias

from app.sve.law.terms import Period


class Way(StrEnum):
    """How a sending reached the administration, as far as the law distinguishes."""

    ELECTRONIC = "electronic"
    POST = "post"
    DESK = "desk"
    PHONE = "phone"


class Sender(StrEnum):
    """Who writes, as far as the law distinguishes."""

    PERSON = "person"
    LEGAL_PERSON = "legal_person"
    AGENT = "agent"
    PUBLIC_BODY = "public_law_entity"


class Sense(StrEnum):
    """What an express decision says."""

    ACCEPTANCE = "acceptance"
    REFUSAL = "refusal"
    PREEMPTION = "preemption"
    RENUNCIATION = "renunciation"


class AckKind(StrEnum):
    """Which acknowledgement: registration (AEE), reception (ARE), paper (AR)."""

    AEE = "AEE"
    ARE = "ARE"
    AR = "AR"


class AppealKind(StrEnum):
    """Before whom an administrative appeal is lodged."""

    GRACIOUS = "gracious"
    HIERARCHICAL = "hierarchical"
    MANDATORY = "mandatory"


class Residence(StrEnum):
    """Where the applicant lives, against the seat of the court (CJA R421-7)."""

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
    """A sending reaches an administration, first seized or not, competent or not."""

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
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityRequested:
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Transferred:
    """Another administration receives the request. `at` is its reception, not the sending."""

    at: datetime
    competent: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class AckSent:
    """An acknowledgement leaves. `complete_mentions` is None when nobody recorded whether the mentions are there."""

    at: datetime
    kind: AckKind
    complete_mentions: bool | None = None
    announced_term: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PiecesRequested:
    """The administration lists missing pieces.

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
    at: datetime
    complete: bool = True
    way: Way | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentsRequested:
    """The holder of the pre-emption right asks documents or a visit; `at` is the reception by the owner."""

    at: datetime
    visit: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentsReceived:
    """The documents arrive, the visit takes place, or the owner refuses it."""

    at: datetime
    visit: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspended:
    """The clock is suspended by a special text; `fraud` when that text is CRPA L115-3."""

    at: datetime
    until: date | None = None
    fraud: bool = True
    renewal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspensionLifted:
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodExtended:
    """The administration notifies a longer period: urbanisme increase, RGPD extension, CASF prolongation.

    `total` is the whole new period, `added` what comes on top; either may be unknown.
    """

    at: datetime
    total: Period | None = None
    added: Period | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AbfOpinion:
    """The architecte des Bâtiments de France answers; `against` covers an opinion with prescriptions."""

    at: datetime
    against: bool = True
    in_time: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestModified:
    at: datetime
    nature_changed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPeriodNotified:
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InquiryReported:
    """The commissaire enquêteur hands in the report (C. urb. R*423-20, R*423-32)."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredAdmissible:
    """The file is recevable (MDPH) or registered complete."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestWithdrawn:
    """The applicant gives up. Only a verified withdrawal counts."""

    at: datetime
    verified: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How an act reached its addressee; every instant that is known, none guessed."""

    signed_at: datetime | None = None
    posted_at: datetime | None = None
    first_presented_at: datetime | None = None
    notified_at: datetime | None = None
    made_available_at: datetime | None = None
    deposit_notice_sent_at: datetime | None = None
    lre_information_at: datetime | None = None
    published_at: datetime | None = None
    express_consent: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpressDecision:
    at: datetime
    sense: Sense
    delivery: Delivery
    mentions_appeal: bool | None = None
    mentions_cada: bool | None = None
    addressee_is_applicant: bool = True
    residence: Residence = Residence.SAME


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalDecision:
    at: datetime
    delivery: Delivery
    contradictory: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentOpened:
    """The addressee opens the document left at their disposal."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TacitAcceptance:
    """A tacit acceptance known from elsewhere, with the day it bears."""

    at: datetime
    dated: date
    fraud: bool = False
    legal: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TacitRejection:
    """An implicit rejection known from elsewhere, with the day it bears."""

    at: datetime
    dated: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AdministrativeAppeal:
    """`at` is the reception; `postmark` the posting, which counts for the time limit."""

    at: datetime
    kind: AppealKind = AppealKind.GRACIOUS
    way: Way | None = None
    postmark: date | None = None
    by_third_party: bool = False
    residence: Residence = Residence.SAME


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealRejected:
    at: datetime
    delivery: Delivery
    kind: AppealKind | None = None
    mentions_appeal: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonsRequested:
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonsCommunicated:
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MediationAgreed:
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MediationEnded:
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CourtSeized:
    """An application is lodged; by post, the postmark counts."""

    at: datetime
    postmark: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CadaRegistered:
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CadaReferred:
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CadaOpinion:
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CommissionMet:
    """The electoral commission meets without ruling, which rejects the appeal."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FpsNotified:
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Death:
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class UserDeadline:
    """A date by which the applicant had to write."""

    at: datetime
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A message leaves. Only `conclusive` ones end a RGPD period; none ends a silence, which takes a decision."""

    at: datetime
    conclusive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlisted:
    """A fact nobody told the engine about: without effect, and said to be so."""

    at: datetime
    name: str


Event: TypeAlias = (
    Received
    | IdentityProvided
    | IdentityRequested
    | Transferred
    | AckSent
    | PiecesRequested
    | PiecesReceived
    | DocumentsRequested
    | DocumentsReceived
    | Suspended
    | SuspensionLifted
    | PeriodExtended
    | AbfOpinion
    | RequestModified
    | NewPeriodNotified
    | InquiryReported
    | DeclaredAdmissible
    | RequestWithdrawn
    | ExpressDecision
    | WithdrawalDecision
    | DocumentOpened
    | TacitAcceptance
    | TacitRejection
    | AdministrativeAppeal
    | AppealRejected
    | ReasonsRequested
    | ReasonsCommunicated
    | MediationAgreed
    | MediationEnded
    | CourtSeized
    | CadaRegistered
    | CadaReferred
    | CadaOpinion
    | CommissionMet
    | FpsNotified
    | Death
    | UserDeadline
    | Answered
    | Unlisted
)
