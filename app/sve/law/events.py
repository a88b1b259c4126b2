"""The facts which move a legal clock, those of the special regimes included. What is not here moves nothing.

Every event carries `at`, the instant at which it takes its place in time (for an act, the first instant known of it).
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

from app.sve.law.acts import (
    AdministrativeAppeal,
    AppealKind,
    AppealRejected,
    CourtSeized,
    Delivery,
    DocumentOpened,
    ExpressDecision,
    KnowledgeEstablished,
    MediationAgreed,
    MediationEnded,
    ReasonsCommunicated,
    ReasonsRequested,
    Sense,
    TacitAcceptance,
    TacitRejection,
    WithdrawalDecision,
)
from app.sve.law.sendings import (
    AckKind,
    AckSent,
    Answered,
    Identity,
    IdentityProvided,
    IdentityRequested,
    PiecesReceived,
    PiecesRequested,
    Received,
    RequestModified,
    RequestWithdrawn,
    Residence,
    Sender,
    TermsOfUse,
    Transferred,
    UserDeadline,
    Way,
)
from app.sve.law.terms import Period

__all__ = [
    "AbfOpinion",
    "AckKind",
    "AckSent",
    "AdministrativeAppeal",
    "Answered",
    "AppealKind",
    "AppealRejected",
    "CadaOpinion",
    "CadaReferred",
    "CadaRegistered",
    "CommissionMet",
    "CourtSeized",
    "Death",
    "DeclaredAdmissible",
    "Delivery",
    "DocumentOpened",
    "DocumentsReceived",
    "DocumentsRequested",
    "Event",
    "ExpressDecision",
    "FpsNotified",
    "Identity",
    "IdentityProvided",
    "IdentityRequested",
    "InquiryReported",
    "KnowledgeEstablished",
    "MediationAgreed",
    "MediationEnded",
    "NewPeriodNotified",
    "PeriodExtended",
    "PiecesReceived",
    "PiecesRequested",
    "ReasonsCommunicated",
    "ReasonsRequested",
    "Received",
    "RequestModified",
    "RequestWithdrawn",
    "Residence",
    "Sender",
    "Sense",
    "Suspended",
    "SuspensionLifted",
    "TacitAcceptance",
    "TacitRejection",
    "TermsOfUse",
    "Transferred",
    "Unlisted",
    "UserDeadline",
    "Way",
    "WithdrawalDecision",
]


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
    | KnowledgeEstablished
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
