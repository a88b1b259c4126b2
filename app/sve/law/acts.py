"""Decisions, how they are served, and what contests them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from app.sve.law.sendings import Residence, Way


class Sense(StrEnum):
    """What an express decision says. Source: CRPA L211-2, L231-1; C. urb. L213-2 (pre-emption, renunciation)."""

    ACCEPTANCE = "acceptance"
    REFUSAL = "refusal"
    PREEMPTION = "preemption"
    RENUNCIATION = "renunciation"


class AppealKind(StrEnum):
    """Before whom an administrative appeal is lodged. Source: CRPA L410-1, L411-2, L412-1."""

    GRACIOUS = "gracious"
    HIERARCHICAL = "hierarchical"
    MANDATORY = "mandatory"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """How an act reached its addressee; every instant that is known, none guessed.

    Source: CRPA L221-8, L112-15, R112-17 to R112-20; C. urb. R474-1 II.
    """

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
    """The administration decides in writing; it binds its addressee once notified. Source: CRPA L221-8, L112-6 al.2."""

    at: datetime
    sense: Sense
    delivery: Delivery
    mentions_appeal: bool | None = None
    mentions_cada: bool | None = None
    # Refused for a curable defect of form the applicant was never invited to mend (CRPA L114-6).
    for_curable_defect: bool = False
    addressee_is_applicant: bool = True
    residence: Residence = Residence.SAME


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalDecision:
    """An act is withdrawn; `on_request` of its beneficiary, `more_favourable` when a better act replaces it.

    Source: CRPA L242-1, L242-3, L242-4, L243-3; C. urb. L424-5.
    """

    at: datetime
    delivery: Delivery
    contradictory: bool | None = None
    on_request: bool = False
    more_favourable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalAsked:
    """The beneficiary of an acceptance asks its withdrawal or repeal. Source: CRPA L242-3, L242-4; C. urb. L424-5."""

    at: datetime
    more_favourable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentOpened:
    """The addressee opens the document left at their disposal. Source: CRPA R112-20 al.1."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TacitAcceptance:
    """A tacit acceptance known from elsewhere, with the day it bears. Source: CRPA L231-1, L241-2, L242-1."""

    at: datetime
    dated: date
    fraud: bool = False
    legal: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TacitRejection:
    """An implicit rejection known from elsewhere, with the day it bears. Source: CRPA L231-4."""

    at: datetime
    dated: date


@dataclass(frozen=True, slots=True, kw_only=True)
class AdministrativeAppeal:
    """`at` is the reception; `postmark` the posting, which counts for the time limit.

    Source: CRPA L411-2, L412-1; CE 30 June 2025 n°494573.
    """

    at: datetime
    # None is "the appeal which is due": mandatory where one is, gracious elsewhere.
    kind: AppealKind | None = None
    way: Way | None = None
    postmark: date | None = None
    by_third_party: bool = False
    residence: Residence = Residence.SAME


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealRejected:
    """An administrative appeal is rejected by an express decision. Source: CRPA L411-2; CJA R421-2, R421-5."""

    at: datetime
    delivery: Delivery
    kind: AppealKind | None = None
    mentions_appeal: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeEstablished:
    """The applicant is shown to know of the implicit rejection (CE 18 March 2019 n°417270)."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonsRequested:
    """The reasons of an implicit rejection are asked. Source: CRPA L232-4 al.2."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonsCommunicated:
    """They are given, and the period before the court opens again. Source: CRPA L232-4 al.2."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MediationAgreed:
    """A mediation is engaged, which interrupts the period. Source: CRPA L421-3; CJA L213-6."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MediationEnded:
    """The mediation ends, and the period begins again. Source: CRPA L421-3; CJA L213-6."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CourtSeized:
    """An application is lodged; by post, the postmark counts. Source: CE Sect. 13 May 2024 n°466541."""

    at: datetime
    postmark: date | None = None
