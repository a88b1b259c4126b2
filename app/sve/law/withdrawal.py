"""Until when an acceptance may be withdrawn, and what its beneficiary may ask."""

from dataclasses import dataclass
from datetime import date

from app.sve.law.case import Scene
from app.sve.law.course import Course
from app.sve.law.events import Sense, WithdrawalAsked, WithdrawalDecision
from app.sve.law.notification import notified
from app.sve.law.options import DecidedBy
from app.sve.law.outcome import Outcome, known_acceptance
from app.sve.law.procedure import Family, Permit
from app.sve.law.reasons import in_french
from app.sve.law.regime import Regime
from app.sve.law.terms import FOUR_MONTHS, THREE_MONTHS, add_period

PLANNING_SOURCE = "C. urb. L424-5 ; CE 13 févr. 2012 n°351617 ; CE 18 juill. 2025 n°497128"


@dataclass(frozen=True, slots=True)
class _Window:
    """The days in which an acceptance made on a day may be withdrawn."""

    made_on: date
    last: date
    source: str


def note_withdrawal(scene: Scene, course: Course | None, outcome: Outcome | None) -> bool:
    """States the withdrawal window of an acceptance; tells whether a timely withdrawal took it back.

    Source: CRPA L241-2 (fraud), L242-1 to L242-4 (four months from the decision; on request of the beneficiary);
    C. urb. L424-5 (three months, then only on express request).
    """
    known = known_acceptance(scene)
    if known is not None and known.fraud:
        scene.ledger.note(
            "withdrawal_last_date", None, "CRPA L241-2", "acte obtenu par fraude : retrait possible à tout moment."
        )
        scene.ledger.note("withdrawal_possible", True, "CRPA L241-2", "la fraude ne crée pas de droit au maintien.")
        return any(True for _ in scene.every(WithdrawalDecision))
    if known is not None and known.legal:
        scene.ledger.note("withdrawal_last_date", None, "CRPA L242-1", "une décision légale ne se retire pas d'office.")
        scene.ledger.note(
            "withdrawal_possible", False, "CRPA L242-1", "l'illégalité est une condition du retrait, non le seul délai."
        )
        _note_request(scene, None)
        return any(_replaces(scene, each) for each in scene.every(WithdrawalDecision))
    made_on = known.dated if known is not None else acceptance_made_on(scene, course, outcome)
    if made_on is None:
        return False
    window = _window(scene, made_on)
    _note_request(scene, window)
    return _withdrawn(scene, window)


def acceptance_made_on(scene: Scene, course: Course | None, outcome: Outcome | None) -> date | None:
    """Gives the day of the acceptance, tacit or express; None when there is none. Source: CRPA L231-1, L242-1."""
    if outcome is None or course is None:
        return None
    if outcome.born and course.effect is Regime.SVA:
        return outcome.dated
    breaking = outcome.breaking
    if breaking is not None and breaking.decision.sense is Sense.ACCEPTANCE:
        return scene.day_if(breaking.decision.delivery.signed_at) or breaking.notified.on
    return None


def _authorisation(scene: Scene) -> bool:
    """L424-5 is for permits and declarations: a certificat d'urbanisme stays under the general four months."""
    return scene.procedure.family is Family.URBANISME and scene.procedure.permit is not Permit.CERTIFICATE


def _window(scene: Scene, made_on: date) -> _Window:
    urbanisme = _authorisation(scene)
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
    return _Window(made_on, last, source)


def _note_request(scene: Scene, window: _Window | None) -> None:
    asked = scene.first(WithdrawalAsked)
    if asked is None:
        return
    note = scene.ledger.note
    if scene.procedure.family is Family.URBANISME:
        because = (
            "passé trois mois, le retrait ne peut intervenir que sur demande expresse du bénéficiaire, sans délai."
        )
        note("withdrawal_on_request", "possible_at_any_time", "C. urb. L424-5", because)
        return
    if asked.more_favourable:
        because = (
            "sur sa demande, l'administration peut retirer une décision, même légale et sans condition de délai, pour la "
            "remplacer par une décision plus favorable, si les tiers n'y perdent aucun droit."
        )
        note("withdrawal_on_request", "possible_at_any_time", "CRPA L242-4", because)
        return
    if window is None:
        note("withdrawal_on_request", "refused", "CRPA L242-3", "la décision est légale : aucun retrait n'est dû.")
        return
    in_time = scene.day(asked.at) <= window.last
    because = (
        f"si la décision est illégale, l'administration doit la retirer ou l'abroger au plus tard le "
        f"{in_french(window.last)}."
        if in_time
        else f"demande postérieure au {in_french(window.last)} : l'administration n'est plus tenue d'y faire droit."
    )
    note("withdrawal_on_request", "due_if_illegal" if in_time else "too_late", "CRPA L242-3", because)


def _replaces(scene: Scene, decision: WithdrawalDecision) -> bool:
    """Tells whether a withdrawal asked by the beneficiary knows no time limit. CRPA L242-4; C. urb. L424-5."""
    return decision.on_request and (decision.more_favourable or _authorisation(scene))


def _withdrawn(scene: Scene, window: _Window) -> bool:
    decisions = scene.every(WithdrawalDecision)
    if not decisions:
        return False
    urbanisme = _authorisation(scene)
    days = [(each, _counts_on(scene, each)) for each in decisions]
    decision, day = next(
        ((each, on) for each, on in days if on is not None and (on <= window.last or _replaces(scene, each))), days[0]
    )
    free = day is not None and _replaces(scene, decision)
    in_time = free or (day is not None and day <= window.last)
    source = PLANNING_SOURCE if urbanisme else "CRPA L242-1 (« intervient »)"
    if free:
        source = "C. urb. L424-5" if urbanisme else "CRPA L242-4"
        because = "retrait demandé par le bénéficiaire : sans condition de délai."
    elif day is None:
        because = "aucune notification du retrait n'est établie."
    else:
        because = f"le retrait compte au {in_french(day)}, le dernier jour était le {in_french(window.last)}."
    scene.ledger.note("withdrawal_in_time", in_time, source, because)
    if decision.contradictory is False and not decision.on_request:
        scene.ledger.warn(
            "withdrawal_without_contradictory_procedure",
            "CRPA L121-1, L122-1, L211-2 4°",
            "le retrait doit être motivé et précédé des observations du bénéficiaire.",
        )
    return in_time


def _counts_on(scene: Scene, decision: WithdrawalDecision) -> date | None:
    urbanisme = _authorisation(scene)
    signed = scene.day_if(decision.delivery.signed_at)
    if not urbanisme and scene.options.withdrawal_counts_by is DecidedBy.SIGNATURE and signed is not None:
        return signed
    return notified(decision.delivery, scene).on
