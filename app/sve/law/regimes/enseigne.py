"""The authorisation of a shop sign: a receipt in a month, two months to complete, a tacit authorisation."""

from datetime import date

from app.sve.law.case import ClockState, Scene
from app.sve.law.course import Course, Plan
from app.sve.law.events import PiecesReceived, PiecesRequested
from app.sve.law.reasons import in_french
from app.sve.law.regime import Regime
from app.sve.law.saisine import Saisine
from app.sve.law.terms import ONE_MONTH, TWO_MONTHS, add_period

TERM_SOURCE = "C. env. R581-13"


def run(scene: Scene, saisine: Saisine, plan: Plan) -> Course:
    """Runs the clock of an enseigne. Texts seen in a 2015 state: debated, current wording not read.

    Source: C. env. R581-10 (receipt, pieces), R581-13 (silence).
    """
    start = saisine.competent_on
    if start is None:
        return Course(plan.effect, None, None, ClockState.NOT_STARTED, "C. env. R581-10", "autorité non saisie.")
    receipt = add_period(start, ONE_MONTH)
    scene.ledger.note(
        "receipt_due_date",
        receipt,
        "C. env. R581-10",
        f"le récépissé, ou la liste des pièces manquantes, part dans le mois : {in_french(receipt)}.",
    )
    asked = next((each for each in scene.every(PiecesRequested) if each.required_by_text), None)
    if asked is None:
        return _running(plan, start, "")
    asked_on = scene.day(asked.reached_at or asked.at)
    if asked_on > receipt:
        scene.ledger.warn("pieces_asked_too_late", "C. env. R581-10", "pièces demandées après le mois : sans effet.")
        return _running(plan, start, "")
    due = add_period(asked_on, TWO_MONTHS)
    scene.ledger.note(
        "pieces_due_date", due, "C. env. R581-10 2°a", f"le demandeur a deux mois pour compléter : {in_french(due)}."
    )
    return _after_request(scene, plan, asked_on, due)


def _after_request(scene: Scene, plan: Plan, asked_on: date, due: date) -> Course:
    for event in scene.every(PiecesReceived):
        day = scene.day(event.at)
        if event.complete and asked_on <= day <= due:
            return _running(plan, day, ", réception du dossier complet", (asked_on, day))
    if not scene.past(due):
        because = f"pièces attendues jusqu'au {in_french(due)}."
        state = ClockState.WAITING_FOR_PIECES
        return Course(plan.effect, None, None, state, "C. env. R581-10", because, ((asked_on, None),))
    because = f"le dossier n'a pas été complété au {in_french(due)} : rejet tacite."
    return Course(
        Regime.SVR,
        None,
        due,
        ClockState.RUNNING,
        "C. env. R581-10 2°a",
        because,
        ((asked_on, None),),
        rejected_for_pieces=True,
    )


def _running(plan: Plan, start: date, why: str, *spans: tuple[date, date | None]) -> Course:
    term = add_period(start, plan.delay)
    because = f"{plan.delay.in_french} à compter du {in_french(start)}{why} : {in_french(term)}."
    return Course(plan.effect, start, term, ClockState.RUNNING, TERM_SOURCE, because, spans)
