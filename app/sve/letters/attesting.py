"""The proof of a tacit decision (CRPA L232-3; C. urb. R*424-13)."""

from typing import assert_never

from app.sve.law.notices import Mention
from app.sve.law.procedure import Family
from app.sve.law.regime import Regime
from app.sve.letters.french import day, fr
from app.sve.letters.ground import Ground
from app.sve.letters.parts import Paragraph


def attestation(ground: Ground) -> list[Paragraph]:
    """States that silence decided, and on which day: the engine's own date, never counted here."""
    dated, term, received = ground.day("tacit_decision_dated"), ground.day("term_date"), ground.day("reception_date")
    if dated is None or term is None or received is None:
        return []
    values = {
        "office": ground.office.name,
        "whose": ground.fields.addressee or ground.citizen,
        "reference": ground.reference,
        "about": fr(", portant sur : {object}", object=ground.fields.object or ground.subject),
        "received": day(received),
        "counted": _counted(ground),
        "term": day(term),
        "becomes": _becomes(ground.regime),
        "dated": day(dated),
        "articles": _articles(ground),
    }
    return [
        Paragraph(
            text=fr(
                "L'administration ({office}) atteste que la demande n° {reference}, présentée par {whose} et reçue le {received}{counted}{about}, n'a fait "
                "l'objet d'aucune décision expresse notifiée au plus tard le {term}. En application {articles}, {becomes} "
                "à la date du {dated}.",
                **values,
            ),
            bears=(Mention.TACIT_DATE,) if ground.accepted else (),
        ),
        Paragraph(text=fr("Cette attestation est délivrée pour servir et valoir ce que de droit.")),
    ]


def _counted(ground: Ground) -> str:
    """Another day than the reception started the clock: the pieces, or the competent administration."""
    starts = ground.day("clock_start_date")
    return fr(", délai compté à partir du {on}", on=day(starts)) if starts else ""


def _becomes(regime: Regime) -> str:
    match regime:
        case Regime.SVA | Regime.UNKNOWN | Regime.SVR | Regime.NONE:
            return fr("elle est réputée acceptée")
        case Regime.LUMP_SUM:
            return fr("elle est réputée acceptée pour un montant forfaitaire")
        case Regime.RENUNCIATION:
            return fr("le titulaire du droit de préemption est réputé avoir renoncé à l'exercer")
        case _:
            assert_never(regime)


def _articles(ground: Ground) -> str:
    if ground.family is Family.URBANISME:
        return fr("des articles L. 424-2 et R*424-13 du code de l'urbanisme")
    match ground.regime:
        case Regime.LUMP_SUM:
            return fr(
                "de l'article L. 232-14 du code de l'action sociale et des familles et de l'article L. 232-3 du CRPA"
            )
        case Regime.RENUNCIATION:
            return fr("de l'article L. 213-2 du code de l'urbanisme")
        case Regime.SVA | Regime.UNKNOWN | Regime.SVR | Regime.NONE:
            return fr("des articles L. 231-1 et L. 232-3 du CRPA")
