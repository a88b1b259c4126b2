"""What is known of the procedure a request follows: its family of rules, its silence, its delay."""

from dataclasses import dataclass
from enum import StrEnum

from app.sve.law.regime import Asking, LocalCategory, Regime
from app.sve.law.sendings import Residence
from app.sve.law.terms import Period


class Family(StrEnum):
    """The body of rules which drives the clock. GENERAL is the CRPA, alone or with a special delay. Source: CRPA L100-1."""

    GENERAL = "CRPA"
    URBANISME = "URBANISME"
    DIA = "DIA"
    ENSEIGNE = "ENV"
    CADA = "CADA"
    RGPD = "RGPD"
    DATA_AND_DOCUMENT = "MULTI"
    CASF = "CASF"
    APA = "APA"
    MDPH = "MDPH"
    ASSISTANT = "ASSISTANT"
    ACCUEILLANT = "ACCUEILLANT"
    FPS = "FPS"
    FUNERAL = "FUNERAL"
    ELECTORAL = "ELECTORAL"
    CESEDA = "CESEDA"
    OUTSIDE = "outside CRPA"


class Permit(StrEnum):
    """Which urbanisme filing it is, when it changes the effect of silence. Source: C. urb. R*424-1, R*424-3, R*410-12."""

    DECLARATION = "DP"
    PERMIT = "permit"
    CERTIFICATE = "CU"


@dataclass(frozen=True, slots=True)
class MandatoryAppeal:
    """A recours administratif préalable obligatoire: the period to lodge it and the silence on it. CRPA L412-1 s."""

    lodge: Period
    silence: Period
    source: str


@dataclass(frozen=True, slots=True)
class Procedure:
    """The procedure as qualified so far; every default means "nothing special is known".

    Source: `basis`, the article which gives the procedure its delay; else CRPA L231-1, L231-4.
    """

    family: Family = Family.GENERAL
    silence: Regime = Regime.UNKNOWN
    delay: Period | None = None
    # The article to cite for the term when the procedure has its own.
    basis: str | None = None
    is_demande: bool | None = None
    permit: Permit | None = None
    # C. urb. R*424-2 and R424-2-1: reasons for which silence on a permit is a rejection.
    silence_excluded: tuple[str, ...] = ()
    prolongation: Period | None = None
    registered_letter_required: bool = False
    public_aid: bool | None = None
    collegial: bool = False
    executes_judgment: bool = False
    mandatory_appeal: MandatoryAppeal | None = None
    # CRPA R112-4 2°: delivery of a document or service on mere legal conditions.
    mere_delivery: bool = False
    # CRPA L112-10 and décret 2016-1491: no electronic referral for this procedure.
    sve_excluded: bool = False
    presence_required: bool = False
    public_contract: bool = False
    third_party_publicity: bool = False
    # For what nobody has qualified: facts which let the engine propose a classification.
    asking: Asking | None = None
    founded_on_text: bool | None = None
    founded_on_local_text: bool | None = None
    individual: bool | None = None
    local_category: LocalCategory | None = None
    commercial_service: bool = False
    to_classify: bool = False
    residence: Residence = Residence.SAME
    # CSP L1111-7: access to one's own medical file, and whether it is older than five years.
    medical_file: bool = False
    older_than_five_years: bool | None = None
