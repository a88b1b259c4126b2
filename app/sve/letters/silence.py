"""What an acknowledgement says of silence: its effect, its date, and what can then be done."""

from datetime import date
from typing import assert_never

from app.sve.law.notices import Mention
from app.sve.law.procedure import Family
from app.sve.law.regime import Regime
from app.sve.letters.french import day, fr
from app.sve.letters.ground import Ground
from app.sve.letters.parts import Paragraph
from app.sve.letters.remedies import against_silence

# The last day before silence decides, by the names the engine's regimes give it.
TERMS = ("term_date", "reply_due_date", "rgpd_reply_due_date")
ANNOUNCED = (Mention.SILENCE, Mention.TERM, Mention.IF_COMPLETE)


def silence(ground: Ground) -> list[Paragraph]:
    """Says what silence means here. Source: CRPA R112-5 1° and last al., R112-11-1 2°; L231-1, L231-4, L232-3."""
    if ground.seizes_nobody and ground.regime is not Regime.UNKNOWN:
        return [_not_seized()]
    return [*_meant(ground), *_answered(ground)]


def _meant(ground: Ground) -> list[Paragraph]:
    match ground.regime:
        case Regime.NONE:
            return [
                Paragraph(
                    text=fr(
                        "Votre envoi n'appelle pas de décision de l'administration : son silence ne vaudra ni "
                        "acceptation, ni rejet."
                    )
                )
            ]
        case Regime.UNKNOWN:
            return []
        case Regime.SVR:
            return [_announced(ground, "rejet", "réputée rejetée"), *against_silence(ground)]
        case Regime.SVA:
            return [_announced(ground, "acceptation", "réputée acceptée"), _attestation(ground)]
        case Regime.LUMP_SUM:
            granted = (
                "réputée acceptée pour un montant forfaitaire, jusqu'à ce qu'une décision expresse vous soit notifiée"
            )
            return [_announced(ground, "acceptation", granted), _attestation(ground)]
        case Regime.RENUNCIATION:
            return [_renunciation(ground), _attestation(ground)]
        case _:
            assert_never(ground.regime)


def _not_seized() -> Paragraph:
    """No period runs, whatever the procedure: nothing else may be announced. Source: CRPA L112-8, L112-9."""
    return Paragraph(
        text=fr(
            "À ce jour, cet envoi ne saisit pas régulièrement l'administration (articles L. 112-8 et L. 112-9 du CRPA) : "
            "aucun délai ne court, et le silence ne décide de rien."
        ),
        short=fr("Il ne saisit pas régulièrement l'administration : aucun délai ne court (CRPA L. 112-8, L. 112-9)."),
    )


def _answered(ground: Ground) -> list[Paragraph]:
    """An acknowledgement may leave after the decision that broke the silence: it says so."""
    on = ground.day("notified_on")
    if ground.values.get("closed_by") != "express_decision" or on is None:
        return []
    return [Paragraph(text=fr("Une décision vous a été notifiée le {on}.", on=day(on)))]


def _announced(ground: Ground, effect: str, becomes: str) -> Paragraph:
    term = ground.day(*TERMS)
    if term is None:
        return _waiting(ground, effect, becomes)
    values = {
        "effect": effect,
        "becomes": fr(becomes),
        "term": day(term),
        "dated": _dated(ground, term),
    }
    if ground.born:
        text = (
            "Le silence gardé par l'administration vaut {effect}. Aucune décision ne vous ayant été notifiée au plus "
            "tard le {term}, votre demande, sous réserve qu'elle ait été complète, est {becomes}{dated}."
        )
    else:
        text = (
            "Le silence gardé par l'administration vaut {effect}. Si aucune décision ne vous est notifiée au plus tard "
            "le {term}, votre demande, sous réserve qu'elle soit complète, sera {becomes}{dated}."
        )
    return Paragraph(
        text=fr(text, **values),
        bears=ANNOUNCED,
        short=fr(
            "Sans décision notifiée le {term} au plus tard, et si elle est complète, elle est {becomes}{dated}.",
            **values,
        ),
    )


def _dated(ground: Ground, term: date) -> str:
    """A tacit permit is dated the day after its term (CE 14 Nov. 2025 n°496754): the date printed is the engine's."""
    dated = ground.day("tacit_decision_dated")
    if dated is None or dated == term:
        return fr(" à cette date")
    return fr(" à la date du {on}", on=day(dated))


def _waiting(ground: Ground, effect: str, becomes: str) -> Paragraph:
    """No date exists until pieces arrive, or the file is complete: the letter says from when it will be counted."""
    values = {"effect": effect, "becomes": fr(becomes), "delay": ground.delay or fr("le délai prévu par les textes")}
    match ground.state:
        case "waiting_for_pieces":
            why, since = (
                "Votre demande étant incomplète, aucun délai ne court",
                "la réception de toutes les pièces manquantes",
            )
        case "not_started":
            why, since = "Aucun délai ne court encore", "le jour où votre demande est complète et recevable"
        case _:
            told = fr("Le silence gardé par l'administration vaut {effect}.", effect=effect)
            return Paragraph(text=told, bears=(Mention.SILENCE,))
    text = (
        f"Le silence gardé par l'administration vaut {{effect}}. {why} : {{delay}} après {since}, et à défaut de décision "
        "notifiée, elle sera {becomes}."
    )
    short = f"Sans décision {{delay}} après {since}, elle est {{becomes}}."
    return Paragraph(text=fr(text, **values), bears=ANNOUNCED, short=fr(short, **values))


def _renunciation(ground: Ground) -> Paragraph:
    term = ground.day("term_date")
    if term is None:
        return Paragraph(
            text=fr("Le silence du titulaire du droit de préemption vaut renonciation à l'exercer."),
            bears=(Mention.SILENCE,),
        )
    return Paragraph(
        text=fr(
            "Le silence gardé par le titulaire du droit de préemption jusqu'au {term}, sous réserve que la déclaration "
            "soit complète, vaudra renonciation à l'exercice de ce droit (article L. 213-2 du code de l'urbanisme).",
            term=day(term),
        ),
        bears=ANNOUNCED,
        short=fr(
            "Silence jusqu'au {term}, déclaration complète : renonciation à préempter (C. urb. L. 213-2).",
            term=day(term),
        ),
    )


def _attestation(ground: Ground) -> Paragraph:
    """Says that a proof of the tacit decision can be had. Source: CRPA R112-5, R112-11-1, L232-3; C. urb. R*424-13."""
    if ground.family is Family.URBANISME:
        text = (
            "Vous pourrez alors demander un certificat attestant cette décision (article R*424-13 du code de "
            "l'urbanisme ; article L. 232-3 du CRPA)."
        )
    else:
        text = "Vous pourrez alors demander une attestation de cette décision (article L. 232-3 du CRPA)."
    return Paragraph(text=fr(text), bears=(Mention.ATTESTATION,), short=fr("Attestation sur demande (CRPA L. 232-3)."))
