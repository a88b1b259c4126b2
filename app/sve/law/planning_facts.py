"""What happens in urbanisme alone: the ABF, the inquiry, the visit of a good for sale, the panel on the ground."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class AbfPlace(StrEnum):
    """Where the project stands, which sets the time the ABF has. Source: C. urb. R*423-59, R*423-67."""

    ABORDS = "abords"
    HERITAGE_SITE = "site_patrimonial_remarquable"
    INSCRIBED_SITE = "site_inscrit"
    CLASSIFIED_SITE = "site_classe"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentsRequested:
    """The holder of the pre-emption right asks documents or a visit; `at` is the reception by the owner.

    Source: C. urb. L213-2, R213-7, D213-13-1.
    """

    at: datetime
    visit: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentsReceived:
    """The documents arrive, the visit takes place, or the owner refuses it (`refused`).

    Source: C. urb. L213-2, D213-13-2, D213-13-3.
    """

    at: datetime
    visit: bool = False
    refused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitAccepted:
    """The holder of the right receives the owner's agreement to a visit. Source: C. urb. D213-13-2."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AbfConsulted:
    """The architecte des Bâtiments de France receives the request for an opinion. Source: C. urb. R*423-59, R*423-67."""

    at: datetime
    place: AbfPlace | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AbfOpinion:
    """The architecte des Bâtiments de France answers; `against` covers an opinion with prescriptions.

    `in_time` is what somebody established; None leaves it to the dates. Source: C. urb. R*424-3.
    """

    at: datetime
    against: bool = True
    in_time: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPeriodNotified:
    """The administration says that a changed project opens a new period. Source: CE 1 Dec 2023 n°448905."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class InquiryReported:
    """The commissaire enquêteur hands in the report. Source: C. urb. R*423-20, R*423-32."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DisplayStarted:
    """The panel stands on the ground, visible from outside. Source: C. urb. R*424-15, R*600-2, A424-17.

    `complete_mentions` is false when the panel says nothing of the right to appeal.
    """

    at: datetime
    complete_mentions: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DisplayEnded:
    """The panel is gone: the display is no longer continuous. Source: C. urb. R*600-2."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WorksCompleted:
    """The works are finished: the declaration of completion is received. Source: C. urb. R*600-3."""

    at: datetime
