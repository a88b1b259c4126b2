"""Social aid: APA, MDPH, assistants maternels et familiaux, accueillants familiaux."""

from datetime import date, timedelta

from app.sve.law.case import ClockState, Scene
from app.sve.law.course import Course, Plan
from app.sve.law.events import AckKind, AckSent, DeclaredAdmissible, PiecesReceived, PiecesRequested
from app.sve.law.procedure import Family
from app.sve.law.prolongation import prolonged
from app.sve.law.reasons import in_french
from app.sve.law.saisine import Saisine
from app.sve.law.silence import run as run_general
from app.sve.law.terms import add_period

RECEIPT_DAYS = 10  # CASF R232-23 (APA), R441-3 (accueillant familial)
ASSISTANT_PIECES_DAYS = 15  # CASF D421-11 "sous quinzaine"
LUMP_SUM = "granted for a lump sum until the express decision"


def run(scene: Scene, saisine: Saisine, plan: Plan) -> Course:
    """Runs the clock of a social request. Source: CASF L232-14, R232-23, R241-33, R146-26, L421-6, D421-11, R441-4."""
    match scene.procedure.family:
        case Family.APA:
            return _apa(scene, saisine, plan)
        case Family.MDPH:
            return _mdph(scene, saisine, plan)
        case Family.ACCUEILLANT:
            return _accueillant(scene, saisine, plan)
        case _:
            return _assistant(scene, saisine, plan)


def _receipt(scene: Scene, complete_on: date | None, source: str) -> None:
    if complete_on is None:
        return
    due = complete_on + timedelta(days=RECEIPT_DAYS)
    scene.ledger.note(
        "receipt_due_date",
        due,
        source,
        f"l'accusé de réception du dossier, ou la liste des pièces manquantes, part dans les dix jours : {in_french(due)}.",
    )


def _apa(scene: Scene, saisine: Saisine, plan: Plan) -> Course:
    """Two months from the complete file, then a lump-sum grant: a special statute against CRPA L231-4 3°."""
    _receipt(scene, saisine.competent_on, "CASF R232-23")
    registered = scene.first(DeclaredAdmissible)
    if registered is not None:
        day = scene.day(registered.at)
        if saisine.competent_on is not None:
            scene.ledger.could_decide_on(add_period(saisine.competent_on, plan.delay))
        term = add_period(day, plan.delay)
        because = f"deux mois à compter de l'enregistrement du dossier complet, {in_french(day)} : {in_french(term)}."
        course = Course(plan.effect, day, term, ClockState.RUNNING, "CASF L232-14, R232-23", because)
    else:
        complete = Plan(plan.effect, plan.delay, "CASF L232-14", from_competent=True, needs_complete=True)
        course = run_general(scene, saisine, complete)
    scene.ledger.note(
        "effect",
        LUMP_SUM,
        "CASF L232-14",
        "l'allocation est réputée accordée pour un montant forfaitaire jusqu'à la décision expresse.",
    )
    return course


def _mdph(scene: Scene, saisine: Saisine, plan: Plan) -> Course:
    admissible = scene.first(DeclaredAdmissible)
    source = "CASF R241-33, R146-26"
    if admissible is None:
        because = "la demande n'est pas encore recevable : le délai ne court pas."
        if saisine.seized_on is not None:
            scene.ledger.could_decide_on(add_period(saisine.seized_on, plan.delay))
        return Course(plan.effect, None, None, ClockState.NOT_STARTED, source, because)
    day = scene.day(admissible.at)
    term = add_period(day, plan.delay)
    because = (
        f"{plan.delay.in_french} à compter du jour où la demande est recevable, {in_french(day)} : {in_french(term)}."
    )
    return Course(plan.effect, day, term, ClockState.RUNNING, source, because)


def _accueillant(scene: Scene, saisine: Saisine, plan: Plan) -> Course:
    """Four months from the acknowledgement of the complete file. Source: CASF R441-3, R441-4."""
    _receipt(scene, saisine.competent_on, "CASF R441-3")
    sent = next((scene.day(ack.at) for ack in scene.every(AckSent) if ack.kind is not AckKind.AEE), None)
    if sent is None or saisine.competent_on is None:
        complete = Plan(plan.effect, plan.delay, "CASF R441-4", from_competent=True, needs_complete=True)
        return run_general(scene, saisine, complete)
    scene.ledger.could_decide_on(add_period(saisine.competent_on, plan.delay))
    completed = [scene.day(event.at) for event in scene.every(PiecesReceived) if event.complete]
    start = max(sent, *completed) if completed else sent
    term = add_period(start, plan.delay)
    because = (
        f"{plan.delay.in_french} à compter de l'accusé du dossier complet, {in_french(start)} : {in_french(term)}."
    )
    return Course(plan.effect, start, term, ClockState.RUNNING, "CASF R441-4", because)


def _assistant(scene: Scene, saisine: Saisine, plan: Plan) -> Course:
    if saisine.competent_on is not None and scene.first(PiecesRequested) is not None:
        last = saisine.competent_on + timedelta(days=ASSISTANT_PIECES_DAYS)
        scene.ledger.note(
            "pieces_request_last_date",
            last,
            "CASF D421-11",
            f"le dossier incomplet est signalé sous quinzaine : {in_french(last)}.",
        )
    own = Plan(plan.effect, plan.delay, "CASF L421-6", from_competent=True)
    return prolonged(scene, own, run_general(scene, saisine, own))
