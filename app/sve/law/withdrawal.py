"""Until when an illegal acceptance may be withdrawn."""

from datetime import date

from app.sve.law.case import Scene
from app.sve.law.course import Course
from app.sve.law.events import Sense, WithdrawalDecision
from app.sve.law.notification import notified
from app.sve.law.options import DecidedBy
from app.sve.law.outcome import Outcome, known_acceptance
from app.sve.law.procedure import Family
from app.sve.law.reasons import in_french
from app.sve.law.regime import Regime
from app.sve.law.terms import FOUR_MONTHS, THREE_MONTHS, add_period


def note_withdrawal(scene: Scene, course: Course | None, outcome: Outcome | None) -> bool:
    """States the withdrawal window of an acceptance; tells whether a timely withdrawal took it back.

    Source: CRPA L241-2 (fraud), L242-1 to L242-4 (four months from the decision); C. urb. L424-5 (three months).
    """
    known = known_acceptance(scene)
    if known is not None and known.fraud:
        scene.ledger.note(
            "withdrawal_last_date", None, "CRPA L241-2", "acte obtenu par fraude : retrait possible à tout moment."
        )
        scene.ledger.note("withdrawal_possible", True, "CRPA L241-2", "la fraude ne crée pas de droit au maintien.")
        return any(True for _ in scene.every(WithdrawalDecision))
    if known is not None and known.legal:
        scene.ledger.note("withdrawal_last_date", None, "CRPA L242-1", "une décision légale ne se retire pas.")
        scene.ledger.note(
            "withdrawal_possible", False, "CRPA L242-1", "l'illégalité est une condition du retrait, non le seul délai."
        )
        return False
    made_on = known.dated if known is not None else _acceptance_made_on(scene, course, outcome)
    if made_on is None:
        return False
    return _window(scene, made_on)


def _acceptance_made_on(scene: Scene, course: Course | None, outcome: Outcome | None) -> date | None:
    if outcome is None or course is None:
        return None
    if outcome.born and course.effect is Regime.SVA:
        return outcome.dated
    breaking = outcome.breaking
    if breaking is not None and breaking.decision.sense is Sense.ACCEPTANCE:
        return scene.day_if(breaking.decision.delivery.signed_at) or breaking.notified.on
    return None


def _window(scene: Scene, made_on: date) -> bool:
    urbanisme = scene.procedure.family is Family.URBANISME
    period = THREE_MONTHS if urbanisme else FOUR_MONTHS
    source = "C. urb. L424-5" if urbanisme else "CRPA L242-1"
    last = add_period(made_on, period)
    scene.ledger.note(
        "withdrawal_last_date",
        last,
        source,
        f"une acceptation illégale du {in_french(made_on)} se retire dans les {period.in_french} : {in_french(last)}.",
    )
    known = known_acceptance(scene)
    if known is not None and known.legal is False:
        possible = scene.today is None or not scene.past(last)
        because = "décision illégale : retrait possible jusqu'au dernier jour du délai."
        scene.ledger.note("withdrawal_possible", possible, source, because)
    decision = scene.first(WithdrawalDecision)
    if decision is None:
        return False
    notice = notified(decision.delivery, scene)
    signed = scene.day_if(decision.delivery.signed_at)
    by_signature = not urbanisme and scene.options.withdrawal_counts_by is DecidedBy.SIGNATURE and signed is not None
    day = signed if by_signature else notice.on
    in_time = day is not None and day <= last
    if day is None:
        because = "aucune notification du retrait n'est établie."
    else:
        because = f"le retrait compte au {in_french(day)}, le dernier jour était le {in_french(last)}."
    scene.ledger.note(
        "withdrawal_in_time",
        in_time,
        "C. urb. L424-5 ; CE 13 févr. 2012 n°351617 ; CE 18 juill. 2025 n°497128"
        if urbanisme
        else "CRPA L242-1 (« intervient »)",
        because,
    )
    if decision.contradictory is False:
        scene.ledger.warn(
            "withdrawal_without_contradictory_procedure",
            "CRPA L121-1, L122-1, L211-2 4°",
            "le retrait doit être motivé et précédé des observations du bénéficiaire.",
        )
    return in_time
