"""Decisions, how they are served, and what contests them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from app.sve.law.sendings import Residence, Way


class Sense(StrEnum):
    """What an express decision says."""

    ACCEPTANCE = "acceptance"
    REFUSAL = "refusal"
    PREEMPTION = "preemption"
    RENUNCIATION = "renunciation"


class AppealKind(StrEnum):
    """Before whom an administrative appeal is lodged."""

    GRACIOUS = "gracious"
    HIERARCHICAL = "hierarchical"
    MANDATORY = "mandatory"


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
    # None is "the appeal which is due": mandatory where one is, gracious elsewhere.
    kind: AppealKind | None = None
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
class KnowledgeEstablished:
    """The applicant is shown to know of the implicit rejection (CE 18 March 2019 n°417270)."""

    at: datetime


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
