"""Until when a refusal, which creates no right, may be withdrawn, and what its withdrawal leaves behind."""

from datetime import date

from app.sve.law.case import Scene
from app.sve.law.course import Course
from app.sve.law.events import ExpressDecision, Sense, TacitRejection, WithdrawalDecision
from app.sve.law.notification import notified
from app.sve.law.outcome import Outcome
from app.sve.law.reasons import in_french
from app.sve.law.regime import Regime
from app.sve.law.terms import FOUR_MONTHS, add_period

SOURCE = "CRPA L243-3"


def note_refusal_withdrawal(scene: Scene, course: Course | None, outcome: Outcome | None) -> date | None:
    """States the last day to withdraw an illegal refusal; gives the day a withdrawal left the request unanswered.

    Withdrawal: only if illegal, in four months from the act. Repeal: for any reason, at any time. Once the refusal is
    withdrawn the administration is seized again, and no text read says from when silence runs: the request is to be
    decided at once. Source: CRPA L243-1, L243-3.
    """
    made_on = _refused_on(scene, course, outcome)
    if made_on is None:
        return None
    last = add_period(made_on, FOUR_MONTHS)
    scene.ledger.note(
        "refusal_withdrawal_last_date",
        last,
        SOURCE,
        f"un refus illégal du {in_french(made_on)} se retire dans les 4 mois : {in_french(last)} ; il s'abroge sans "
        "condition de délai (L243-1).",
    )
    decisions = [(each, _counts_on(scene, each)) for each in scene.every(WithdrawalDecision)]
    withdrawn = [day for _, day in decisions if day is not None and day >= made_on]
    if not withdrawn:
        return None
    day = withdrawn[0]
    scene.ledger.note(
        "withdrawal_in_time",
        day <= last,
        SOURCE,
        f"le retrait compte au {in_french(day)}, le dernier jour était le {in_french(last)}.",
    )
    scene.ledger.warn(
        "request_pending_again",
        "CRPA L243-3",
        "le refus retiré, l'administration reste saisie de la demande : statuer de nouveau, aucun texte lu ne fixe le "
        "départ d'un nouveau délai.",
    )
    return day


def _refused_on(scene: Scene, course: Course | None, outcome: Outcome | None) -> date | None:
    known = scene.first(TacitRejection)
    if known is not None:
        return known.dated
    if outcome is not None and course is not None:
        breaking = outcome.breaking
        if breaking is not None:
            return _refusal(scene, breaking.decision, breaking.notified.on)
        if outcome.born and course.effect is Regime.SVR:
            return outcome.dated
        return None
    for decision in scene.every(ExpressDecision):
        if decision.addressee_is_applicant:
            return _refusal(scene, decision, notified(decision.delivery, scene).on)
    return None


def _refusal(scene: Scene, decision: ExpressDecision, notified_on: date | None) -> date | None:
    if decision.sense is not Sense.REFUSAL:
        return None
    return scene.day_if(decision.delivery.signed_at) or notified_on


def _counts_on(scene: Scene, decision: WithdrawalDecision) -> date | None:
    return notified(decision.delivery, scene).on or scene.day_if(decision.delivery.signed_at)
