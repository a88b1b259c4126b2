"""The mentions each acknowledgement or letter must bear."""

from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType

from app.sve.law.regime import Regime


class Notice(StrEnum):
    """A message whose content a text prescribes."""

    AEE = "AEE"
    ARE = "ARE"
    AR = "AR"
    PIECES = "pieces"
    ATTESTATION = "attestation"
    DECISION_AGAINST = "decision_against"
    REGULARISATION = "regularisation"


class Mention(StrEnum):
    """One mention, by the word stored and shown."""

    DATE_RECEPTION = "date_reception"
    SERVICE = "service"
    CONTACT = "contact"
    AGENT = "agent"
    SILENCE = "silence"
    TERM = "date_terme"
    IF_COMPLETE = "sous_reserve_complete"
    ATTESTATION = "attestation_l232_3"
    APPEAL_ROUTES = "voies_recours"
    APPEAL_PERIODS = "delais_recours"
    MISSING_PIECES = "pieces_manquantes"
    DEADLINE = "delai_imparti"
    L114_5_RULE = "regle_l114_5"
    FORMALITIES = "formalites"
    TEXTS = "textes"
    REASONS = "motifs"
    SIGNATORY = "signataire"
    TACIT_DATE = "date_decision_tacite"
    CADA_REFERRAL = "saisine_cada"


ALWAYS = (Mention.DATE_RECEPTION, Mention.SERVICE, Mention.CONTACT)
SOURCES: Mapping[Notice, str] = MappingProxyType(
    {
        Notice.AEE: "CRPA L112-11, R112-11-2",
        Notice.ARE: "CRPA R112-11-1",
        Notice.AR: "CRPA R112-5",
        Notice.PIECES: "CRPA L114-5 al.1 et 4, R112-11-4",
        Notice.ATTESTATION: "CRPA L232-3",
        Notice.DECISION_AGAINST: "CRPA L211-2, L212-1 ; CJA R421-5",
        Notice.REGULARISATION: "CRPA L114-6",
    }
)


@lru_cache(maxsize=256)
def mentions(notice: Notice, silence: Regime, *, cada: bool = False, incomplete: bool = False) -> tuple[Mention, ...]:
    """Lists the mandatory mentions of a message, so that a missing one can be refused before it leaves.

    An ARE or AR for a request nobody has qualified cannot be complete: SILENCE is listed and cannot be filled.
    Source: CRPA R112-5, R112-11-1, R112-11-4, L114-5, L114-6, L232-3; CJA R421-5; CE 11 July 2016 n°391899 (CADA).
    """
    match notice:
        case Notice.AEE:
            return (Mention.DATE_RECEPTION,)
        case Notice.ARE | Notice.AR:
            return ALWAYS + _about_silence(silence, cada=cada) + _about_pieces(incomplete=incomplete)
        case Notice.PIECES:
            return (Mention.MISSING_PIECES, Mention.DEADLINE, Mention.L114_5_RULE, Mention.AGENT, Mention.SERVICE)
        case Notice.ATTESTATION:
            return (Mention.TACIT_DATE, Mention.SERVICE, Mention.SIGNATORY)
        case Notice.DECISION_AGAINST:
            return (Mention.REASONS, Mention.SIGNATORY, Mention.APPEAL_ROUTES, Mention.APPEAL_PERIODS)
        case Notice.REGULARISATION:
            return (Mention.DEADLINE, Mention.FORMALITIES, Mention.TEXTS)


def _about_silence(silence: Regime, *, cada: bool) -> tuple[Mention, ...]:
    referral = (Mention.CADA_REFERRAL,) if cada else ()
    match silence:
        case Regime.NONE:
            return ()
        case Regime.SVR:
            shared = (Mention.SILENCE, Mention.TERM, Mention.IF_COMPLETE)
            return (*shared, Mention.APPEAL_ROUTES, Mention.APPEAL_PERIODS, *referral)
        case Regime.SVA | Regime.LUMP_SUM | Regime.RENUNCIATION:
            return (Mention.SILENCE, Mention.TERM, Mention.IF_COMPLETE, Mention.ATTESTATION)
        case Regime.UNKNOWN:
            return (Mention.SILENCE, Mention.TERM)


def _about_pieces(*, incomplete: bool) -> tuple[Mention, ...]:
    return (Mention.MISSING_PIECES, Mention.DEADLINE, Mention.L114_5_RULE) if incomplete else ()
