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
    WithdrawalAsked,
    WithdrawalDecision,
)
from app.sve.law.planning_facts import (
    AbfConsulted,
    AbfOpinion,
    AbfPlace,
    DisplayEnded,
    DisplayStarted,
    DocumentsReceived,
    DocumentsRequested,
    InquiryReported,
    NewPeriodNotified,
    VisitAccepted,
    WorksCompleted,
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
    RegularisationRequested,
    Regularised,
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
    "AbfConsulted",
    "AbfOpinion",
    "AbfPlace",
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
    "DisplayEnded",
    "DisplayStarted",
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
    "RegularisationRequested",
    "Regularised",
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
    "VisitAccepted",
    "Way",
    "WithdrawalAsked",
    "WithdrawalDecision",
    "WorksCompleted",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspended:
    """The clock is suspended by a special text; `fraud` when that text is CRPA L115-3.

    Source: CRPA L115-3, R115-5; C. urb. R*423-37-1 to R423-37-3, R*423-44.
    """

    at: datetime
    until: date | None = None
    fraud: bool = True
    renewal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspensionLifted:
    """The suspension ends before its time. Source: CRPA L115-3; C. urb. R*423-37-1 to R423-37-3."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodExtended:
    """The administration notifies a longer period: urbanisme increase, RGPD extension, CASF prolongation.

    `total` is the whole new period, `added` what comes on top; either may be unknown. Source: C. urb. R423-24,
    R*423-42; RGPD 12(3); CASF L421-6 al.2.
    """

    at: datetime
    total: Period | None = None
    added: Period | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredAdmissible:
    """The file is recevable (MDPH) or registered complete. Source: CASF R241-33, R146-26, R232-23."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CadaRegistered:
    """The CADA registers the request for an opinion; one of a `series`, it may get one opinion with the others.

    Source: CRPA R343-1, R343-3-1, R343-5.
    """

    at: datetime
    series: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CadaReferred:
    """The applicant refers a refusal to the CADA. Source: CRPA R343-1, L342-1."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CadaOpinion:
    """The administration receives the opinion of the CADA. Source: CRPA R343-3."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CommissionMet:
    """The electoral commission meets without ruling, which rejects the appeal. Source: C. électoral L18 III."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FpsNotified:
    """The notice to pay a forfait de post-stationnement is notified. Source: CGCT R2333-120-13."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Death:
    """Somebody died: burial and cremation have their limits. Source: CGCT R2213-33, R2213-35."""

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
    | RegularisationRequested
    | Regularised
    | DocumentsRequested
    | DocumentsReceived
    | VisitAccepted
    | Suspended
    | SuspensionLifted
    | PeriodExtended
    | AbfConsulted
    | AbfOpinion
    | RequestModified
    | NewPeriodNotified
    | InquiryReported
    | DeclaredAdmissible
    | RequestWithdrawn
    | ExpressDecision
    | WithdrawalDecision
    | WithdrawalAsked
    | DisplayStarted
    | DisplayEnded
    | WorksCompleted
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
