"""Mandatory prior appeals with periods of their own: parking fines, electoral roll, attestation d'accueil, others."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from app.sve.law.case import Scene
from app.sve.law.course import Course
from app.sve.law.events import (
    AckKind,
    AckSent,
    AdministrativeAppeal,
    AppealKind,
    FpsNotified,
    Received,
    Sense,
)
from app.sve.law.outcome import Outcome, Served
from app.sve.law.procedure import Family, MandatoryAppeal
from app.sve.law.reasons import in_french
from app.sve.law.regimes.mandatory_answer import note_answer
from app.sve.law.terms import ONE_MONTH, TWO_MONTHS, Period, add_period

APPEALS: Mapping[Family, MandatoryAppeal] = MappingProxyType(
    {
        Family.FPS: MandatoryAppeal(ONE_MONTH, ONE_MONTH, "CGCT R2333-120-13"),
        Family.ELECTORAL: MandatoryAppeal(Period(days=5), Period(days=30), "C. électoral L18 III"),
        Family.CESEDA: MandatoryAppeal(TWO_MONTHS, ONE_MONTH, "CESEDA R313-12"),
    }
)
ELECTORAL_DECISION_DAYS = Period(days=5)  # C. électoral L18 (DILA F34809)


def appeal_rule(scene: Scene) -> MandatoryAppeal | None:
    """Gives the mandatory appeal of the procedure, if it has one. Source: CRPA L412-1; the text of MandatoryAppeal."""
    return APPEALS.get(scene.procedure.family) or scene.procedure.mandatory_appeal


def note_mandatory_appeal(
    scene: Scene, course: Course | None, outcome: Outcome | None, served: tuple[Served, ...]
) -> None:
    """States until when the mandatory appeal may be lodged, when silence rejects it, and the court period after it.

    Source: CGCT R2333-120-13; C. électoral L18 III, L20; CESEDA R313-11, R313-12; CRPA L412-1 to L412-8. Whether these
    periods are franc is not settled: the shorter count is shown.
    """
    rule = appeal_rule(scene)
    if rule is None:
        return
    decided = _decided_on(scene, course, outcome, served)
    last: date | None = None
    if decided is not None:
        extra = Period(days=1) if scene.options.franc_mandatory_appeal else Period()
        last = add_period(decided, rule.lodge + extra)
        scene.ledger.note(
            "rapo_last_date",
            last,
            rule.source,
            f"recours préalable obligatoire dans les {rule.lodge.in_french} du {in_french(decided)} : {in_french(last)}.",
        )
        mentioned = _mentioned(scene, served)
        scene.ledger.note(
            "rapo_opposable",
            mentioned,
            "CRPA L412-3",
            "la mention du recours obligatoire et de son délai est établie."
            if mentioned
            else "sans mention établie du recours obligatoire et de son délai, ce délai n'est pas opposable.",
        )
    lodged = scene.every(AdministrativeAppeal)
    appeal = next((each for each in lodged if each.kind in (None, AppealKind.MANDATORY)), None) or _itself(scene)
    if lodged and appeal is None:
        _note_gracious(scene, lodged[0])
    if decided is not None and appeal is None:
        because = "le juge ne peut être saisi qu'après le recours préalable obligatoire."
        scene.ledger.note("appeal_last_date", None, "CRPA L412-1, L412-7", because)
    if appeal is not None:
        note_answer(scene, rule, appeal, last, served)


def note_electoral_decision(scene: Scene, received_on: date | None) -> None:
    """States the five days in which the mayor decides on an enrolment. Source: C. électoral L18."""
    if received_on is None:
        return
    due = add_period(received_on, ELECTORAL_DECISION_DAYS)
    scene.ledger.note(
        "decision_due_date", due, "C. électoral L18", f"le maire statue dans les cinq jours : {in_french(due)}."
    )


def _decided_on(
    scene: Scene, course: Course | None, outcome: Outcome | None, served: tuple[Served, ...]
) -> date | None:
    notice = scene.first(FpsNotified)
    if notice is not None:
        return scene.day(notice.at)
    if scene.procedure.family is Family.FPS:
        return None  # the notice to pay is the decision: without its date, nothing opens the month
    for each in served:
        if each.decision.sense is Sense.REFUSAL and each.notified.on is not None:
            return each.notified.on
    if course is not None and outcome is not None and outcome.closed_by is None and course.term is not None:
        return course.term
    return None


def _note_gracious(scene: Scene, appeal: AdministrativeAppeal) -> None:
    scene.ledger.warn(
        "gracious_appeal_preserves_nothing",
        "CRPA L412-4",
        "un recours gracieux ne conserve ni le délai du recours obligatoire ni celui du juge.",
    )
    term = add_period(scene.day(appeal.at), TWO_MONTHS)
    because = f"le silence gardé sur le recours gracieux vaut rejet le {in_french(term)}."
    scene.ledger.note("appeal_term_date", term, "CRPA L411-7", because)


def _mentioned(scene: Scene, served: tuple[Served, ...]) -> bool:
    if any(each.decision.mentions_appeal for each in served):
        return True
    return any(ack.kind is not AckKind.AEE and ack.complete_mentions is True for ack in scene.every(AckSent))


def _itself(scene: Scene) -> AdministrativeAppeal | None:
    """What is received about a parking fine is the mandatory appeal itself: nothing else was ever asked."""
    received = scene.first(Received)
    if received is None or scene.procedure.family is not Family.FPS:
        return None
    return AdministrativeAppeal(at=received.at, kind=AppealKind.MANDATORY, way=received.way, postmark=received.postmark)
