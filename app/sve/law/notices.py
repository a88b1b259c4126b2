"""The mentions each acknowledgement or letter must bear."""

from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType

from app.sve.law.regime import Regime


class Notice(StrEnum):
    """A message whose content a text prescribes. Source: SOURCES, notice by notice (CRPA R112-5, R112-11-1, L114-5…)."""

    AEE = "AEE"
    ARE = "ARE"
    AR = "AR"
    PIECES = "pieces"
    ATTESTATION = "attestation"
    DECISION = "decision"
    DECISION_AGAINST = "decision_against"
    REGULARISATION = "regularisation"
    TRANSMISSION = "transmission"
    WRONG_CHANNEL = "wrong_channel"
    WITHDRAWAL_HEARING = "withdrawal_hearing"
    WITHDRAWAL = "withdrawal"


class Mention(StrEnum):
    """One mention, by the word stored and shown. Source: CRPA R112-5, R112-11-1, R112-11-4, L114-5, L114-6, L211-2."""

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
    MANDATORY_APPEAL = "recours_prealable"
    DECISION = "decision"
    RECIPIENT = "autorite_competente"
    RIGHT_CHANNEL = "canal_valable"
    OBSERVATIONS = "observations"
    WITHDRAWAL_LIMIT = "dernier_jour_retrait"


ALWAYS = (Mention.DATE_RECEPTION, Mention.SERVICE, Mention.CONTACT)
APPEALS = (Mention.APPEAL_ROUTES, Mention.APPEAL_PERIODS)
# What each message bears whatever the request; an acknowledgement adds what silence means.
OWN: Mapping[Notice, tuple[Mention, ...]] = MappingProxyType(
    {
        Notice.AEE: (Mention.DATE_RECEPTION,),
        Notice.ARE: ALWAYS,
        Notice.AR: ALWAYS,
        Notice.PIECES: (
            *(Mention.MISSING_PIECES, Mention.DEADLINE, Mention.L114_5_RULE),
            *(Mention.AGENT, Mention.SERVICE),
        ),
        Notice.ATTESTATION: (Mention.TACIT_DATE, Mention.SERVICE, Mention.SIGNATORY),
        Notice.DECISION: (Mention.DECISION, Mention.SIGNATORY),
        Notice.DECISION_AGAINST: (Mention.DECISION, Mention.REASONS, Mention.SIGNATORY, *APPEALS),
        Notice.REGULARISATION: (Mention.DEADLINE, Mention.FORMALITIES, Mention.TEXTS),
        Notice.TRANSMISSION: (Mention.DATE_RECEPTION, Mention.RECIPIENT),
        Notice.WRONG_CHANNEL: (Mention.DATE_RECEPTION, Mention.RIGHT_CHANNEL),
        Notice.WITHDRAWAL_HEARING: (
            *(Mention.TACIT_DATE, Mention.REASONS, Mention.OBSERVATIONS, Mention.DEADLINE),
            *(Mention.WITHDRAWAL_LIMIT, Mention.SIGNATORY),
        ),
        Notice.WITHDRAWAL: (
            *(Mention.TACIT_DATE, Mention.REASONS, Mention.OBSERVATIONS, Mention.SIGNATORY),
            *APPEALS,
        ),
    }
)
SOURCES: Mapping[Notice, str] = MappingProxyType(
    {
        Notice.AEE: "CRPA L112-11, R112-11-2",
        Notice.ARE: "CRPA R112-11-1",
        Notice.AR: "CRPA R112-5",
        Notice.PIECES: "CRPA L114-5 al.1 et 4, R112-11-4",
        Notice.ATTESTATION: "CRPA L232-3",
        Notice.DECISION_AGAINST: "CRPA L211-2, L212-1 ; CJA R421-5",
        Notice.DECISION: "CRPA L212-1, L221-8",
        Notice.REGULARISATION: "CRPA L114-6",
        Notice.TRANSMISSION: "CRPA L114-2, L114-4",
        Notice.WRONG_CHANNEL: "CRPA L112-9, R112-9-2",
        Notice.WITHDRAWAL_HEARING: "CRPA L121-1, L122-1, L242-1",
        Notice.WITHDRAWAL: "CRPA L242-1, L211-2 4°, L121-1 ; CJA R421-5",
    }
)


@lru_cache(maxsize=256)
def mentions(
    notice: Notice, silence: Regime, *, cada: bool = False, incomplete: bool = False, mandatory_appeal: bool = False
) -> tuple[Mention, ...]:
    """Lists the mandatory mentions of a message, so that a missing one can be refused before it leaves.

    An ARE or AR for a request nobody has qualified cannot be complete: SILENCE is listed and cannot be filled. `cada`
    and `mandatory_appeal` say which appeal must come before a court.
    Source: CRPA R112-5, R112-11-1, R112-11-4, L114-5, L114-6, L121-1, L122-1, L232-3, L242-1, L412-3; CJA R421-5;
    CE 11 July 2016 n°391899 (CADA).
    """
    before_court = _before_court(cada=cada, mandatory_appeal=mandatory_appeal)
    own = OWN[notice]
    if notice in (Notice.ARE, Notice.AR):
        return own + _about_silence(silence, before_court) + _about_pieces(incomplete=incomplete)
    return own + before_court if Mention.APPEAL_ROUTES in own else own


def _before_court(*, cada: bool, mandatory_appeal: bool) -> tuple[Mention, ...]:
    referral = (Mention.CADA_REFERRAL,) if cada else ()
    return (*referral, Mention.MANDATORY_APPEAL) if mandatory_appeal else referral


def _about_silence(silence: Regime, before_court: tuple[Mention, ...]) -> tuple[Mention, ...]:
    match silence:
        case Regime.NONE:
            return ()
        case Regime.SVR:
            shared = (Mention.SILENCE, Mention.TERM, Mention.IF_COMPLETE)
            return (*shared, *APPEALS, *before_court)
        case Regime.SVA | Regime.LUMP_SUM | Regime.RENUNCIATION:
            return (Mention.SILENCE, Mention.TERM, Mention.IF_COMPLETE, Mention.ATTESTATION)
        case Regime.UNKNOWN:
            return (Mention.SILENCE, Mention.TERM)


def _about_pieces(*, incomplete: bool) -> tuple[Mention, ...]:
    return (Mention.MISSING_PIECES, Mention.DEADLINE, Mention.L114_5_RULE) if incomplete else ()
