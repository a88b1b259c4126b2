"""Access to administrative documents: one month, then the CADA, then two months again."""

from datetime import date, timedelta

from app.sve.law.case import ClockState, Scene
from app.sve.law.course import Course, Plan
from app.sve.law.events import (
    AckKind,
    AckSent,
    Answered,
    CadaOpinion,
    CadaReferred,
    CadaRegistered,
    ExpressDecision,
    Sense,
)
from app.sve.law.outcome import Outcome, Served
from app.sve.law.reasons import in_french
from app.sve.law.regime import Regime
from app.sve.law.saisine import Saisine
from app.sve.law.silence import run as run_general
from app.sve.law.terms import ONE_DAY, ONE_MONTH, TWO_MONTHS, Period, add_period

FIRST_SILENCE = ONE_MONTH  # CRPA R*311-12, R311-13
MEDICAL_FILE = Period(days=8)  # CSP L1111-7 al.2
REFLECTION = timedelta(days=2)
TERM_SOURCE = "CRPA R*311-12, R311-13"


def run(scene: Scene, saisine: Saisine, plan: Plan) -> Course:
    """Runs the month of the request, or the two months which follow the registration by the CADA.

    A refusal by silence, yet counted from the competent administration. Source: CRPA R311-13 (derogates to L114-3
    al.1), R343-1 to R343-5.
    """
    registered = scene.first(CadaRegistered)
    if saisine.reception_on is not None and scene.procedure.medical_file:
        _note_medical_file(scene, saisine.reception_on)
    if registered is None:
        first = plan.delay if saisine.sending is not None else FIRST_SILENCE
        return run_general(scene, saisine, Plan(Regime.SVR, first, TERM_SOURCE, from_competent=True))
    day = scene.day(registered.at)
    if saisine.competent_on is not None:
        refused = add_period(saisine.competent_on, FIRST_SILENCE)
        scene.ledger.note(
            "first_term_date", refused, TERM_SOURCE, f"un mois de silence sur la demande : {in_french(refused)}."
        )
    opinion = add_period(day, ONE_MONTH)
    scene.ledger.note(
        "cada_opinion_due_date", opinion, "CRPA R343-3", f"la CADA rend son avis dans le mois : {in_french(opinion)}."
    )
    if registered.series:
        scene.ledger.warn(
            "cada_series",
            "CRPA R343-3-1",
            "demande d'une série : un seul avis peut valoir pour toutes ; chaque demande garde les dates de son propre "
            "enregistrement.",
        )
    given = scene.first(CadaOpinion)
    if given is not None:
        position = add_period(scene.day(given.at), ONE_MONTH)
        scene.ledger.note(
            "position_due_date",
            position,
            "CRPA R343-3",
            f"l'administration dit sa position dans le mois de l'avis : {in_french(position)}.",
        )
    term = add_period(day, TWO_MONTHS)
    because = f"deux mois après l'enregistrement par la CADA le {in_french(day)} : {in_french(term)}."
    return Course(Regime.SVR, day, term, ClockState.RUNNING, "CRPA R*343-4, R343-5", because)


def note_referral(scene: Scene, course: Course | None, outcome: Outcome | None, served: tuple[Served, ...]) -> None:
    """States the last day to refer a refusal to the CADA, which only binds when it was mentioned.

    Source: CRPA R343-1, R311-15, L342-1, L412-3; CE 11 July 2016 n°391899.
    """
    if scene.first(CadaRegistered) is not None:
        return
    refusal = _refusal(scene, course, outcome, served)
    if refusal is None:
        return
    day, mentioned = refusal
    note = scene.ledger.note
    source = "CRPA R343-1, L412-3 ; CE 11 juill. 2016 n°391899"
    because = f"refus du {in_french(day)}, "
    if not mentioned:
        because = f"{because}sans mention de la saisine de la CADA et de son délai : délai non opposable."
        note("appeal_opposable", False, source, because)
        note("cada_referral_last_date", None, source, because)
        note("appeal_last_date", None, "CRPA L342-1", "le juge ne peut être saisi avant la CADA.")
        return
    extra = Period(days=1) if scene.options.franc_cada_referral else Period()
    last = add_period(day, TWO_MONTHS + extra)
    note("appeal_opposable", True, source, f"{because}saisine de la CADA mentionnée.")
    note("cada_referral_last_date", last, "CRPA R343-1, R311-15", f"{because}deux mois : {in_french(last)}.")
    note("appeal_last_date", None, "CRPA L342-1", "le juge ne peut être saisi avant la CADA.")
    referred = scene.first(CadaReferred)
    if referred is not None:
        when = scene.day(referred.at)
        note("in_time", when <= last, "CRPA R343-1", f"CADA saisie le {in_french(when)}.")


def _note_medical_file(scene: Scene, received_on: date) -> None:
    """A medical file, of the PMI among others: eight days, two months when it is older than five years.

    Source: CSP L1111-7 al.2 (wording of 2018 read); décret 2002-637 art. 1 (from reception). What is not known is taken
    as recent: the shorter period is shown.
    """
    old = scene.procedure.older_than_five_years is True
    due = add_period(received_on, TWO_MONTHS if old else MEDICAL_FILE)
    said = "deux mois, les informations datant de plus de cinq ans" if old else "huit jours"
    scene.ledger.note(
        "reply_due_date",
        due,
        "CSP L1111-7 al.2",
        f"dossier médical : {said}, à compter de la réception du {in_french(received_on)} : {in_french(due)}.",
    )
    done = any(each.conclusive for each in scene.every(Answered)) or bool(scene.every(ExpressDecision))
    because = "une réponse ou une décision est partie." if done else "aucune réponse n'est partie."
    scene.ledger.note("reply_done", done, "CSP L1111-7 al.2", because)
    scene.ledger.note(
        "earliest_on",
        received_on + REFLECTION,
        "CSP L1111-7 al.2",
        "pas avant un délai de réflexion de quarante-huit heures.",
    )


def _refusal(
    scene: Scene, course: Course | None, outcome: Outcome | None, served: tuple[Served, ...]
) -> tuple[date, bool] | None:
    for each in served:
        if each.decision.sense is Sense.REFUSAL and each.notified.on is not None:
            mentioned = each.decision.mentions_cada
            return each.notified.on, (each.decision.mentions_appeal is True if mentioned is None else mentioned)
    if course is None or outcome is None or course.term is None or outcome.closed_by is not None:
        return None
    complete = any(
        ack.kind is not AckKind.AEE and ack.complete_mentions is True and scene.day(ack.at) <= course.term + ONE_DAY
        for ack in scene.every(AckSent)
    )
    return course.term, complete
