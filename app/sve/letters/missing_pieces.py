"""The list of missing pieces, with its deadline and the rule that gives it its effect."""

from typing import assert_never

from app.sve.law.notices import Mention
from app.sve.law.procedure import Family
from app.sve.law.regime import Regime
from app.sve.letters.french import day, fr
from app.sve.letters.ground import Ground
from app.sve.letters.parts import Paragraph


def pieces(ground: Ground) -> list[Paragraph]:
    """Asks for what is missing. Source: CRPA L114-5, R112-11-4; in planning law, C. urb. R*423-38, R*423-39."""
    if ground.family is Family.URBANISME:
        return _planning(ground)
    fields = ground.fields
    if not fields.pieces:
        return []
    asked = "Votre demande est incomplète."
    if fields.deadline_on is not None:
        asked += " Transmettez-nous, au plus tard le {by}, les pièces et informations suivantes"
    else:
        asked += " Transmettez-nous les pièces et informations suivantes"
    asked += ", exigées par {texts} :" if fields.legal_basis else ", exigées par les textes en vigueur :"
    by = day(fields.deadline_on) if fields.deadline_on else ""
    listed = (Mention.MISSING_PIECES,)
    return [
        Paragraph(
            text=fr(asked, by=by, texts=fields.legal_basis),
            items=list(fields.pieces),
            bears=(*listed, Mention.DEADLINE) if by else listed,
            short=fr("Incomplète. À fournir avant le {by} inclus :" if by else "Incomplète. À fournir :", by=by),
        ),
        *_rule(ground),
    ]


def _rule(ground: Ground) -> list[Paragraph]:
    """The second or third paragraph of L114-5, which the request must recall. Source: CRPA L114-5 al.4, R112-11-4."""
    match ground.regime:
        case Regime.SVA | Regime.LUMP_SUM:
            text = (
                "Le délai au terme duquel, à défaut de décision expresse, votre demande sera réputée acceptée ne court "
                "qu'à compter de la réception de ces pièces et informations (article L. 114-5 du CRPA, deuxième alinéa)."
            )
            short = "Le délai d'acceptation ne court qu'à leur réception (CRPA L. 114-5 al. 2)."
        case Regime.SVR:
            text = (
                "Le délai au terme duquel, à défaut de décision expresse, votre demande sera réputée rejetée est suspendu "
                "pendant le délai qui vous est donné ; la production de ces pièces et informations avant son expiration "
                "met fin à cette suspension (article L. 114-5 du CRPA, troisième alinéa)."
            )
            short = "Le délai de rejet est suspendu jusque-là, ou jusqu'à leur production (CRPA L. 114-5 al. 3)."
        case Regime.RENUNCIATION | Regime.NONE | Regime.UNKNOWN:
            return []
        case _:
            assert_never(ground.regime)
    return [Paragraph(text=fr(text), bears=(Mention.L114_5_RULE,), short=fr(short)), *_moved(ground)]


def _moved(ground: Ground) -> list[Paragraph]:
    """The date the engine gives once this very request is taken into account; the acknowledgement announces it itself."""
    term = ground.day("term_date")
    if ground.regime is not Regime.SVR or term is None or "suspended_days" not in ground.values:
        return []
    return [
        Paragraph(
            text=fr("Si ces pièces ne nous parvenaient pas, ce terme serait le {term}.", term=day(term)), short=""
        )
    ]


def _planning(ground: Ground) -> list[Paragraph]:
    fields = ground.fields
    if not fields.pieces:
        return []
    return [
        Paragraph(
            text=fr(
                "Votre dossier est incomplet. Les pièces suivantes doivent être adressées à la mairie dans un délai de "
                "trois mois à compter de la réception de la présente lettre :"
            ),
            items=list(fields.pieces),
            bears=(Mention.MISSING_PIECES, Mention.DEADLINE),
        ),
        Paragraph(
            text=fr(
                "À défaut de production de l'ensemble de ces pièces dans ce délai, votre demande fera l'objet d'une "
                "décision tacite de rejet, ou votre déclaration d'une décision tacite d'opposition. Le délai d'instruction "
                "commencera à courir à compter de leur réception par la mairie (articles R*423-38 et R*423-39 du code de "
                "l'urbanisme)."
            ),
            bears=(Mention.L114_5_RULE,),
        ),
    ]
