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
    CommissionMet,
    FpsNotified,
    Received,
    Sense,
)
from app.sve.law.outcome import Outcome, Served
from app.sve.law.procedure import Family, MandatoryAppeal
from app.sve.law.reasons import in_french
from app.sve.law.terms import ONE_MONTH, TWO_MONTHS, Period, add_period, franc

APPEALS: Mapping[Family, MandatoryAppeal] = MappingProxyType(
    {
        Family.FPS: MandatoryAppeal(ONE_MONTH, ONE_MONTH, "CGCT R2333-120-13"),
        Family.ELECTORAL: MandatoryAppeal(Period(days=5), Period(days=30), "C. électoral L18 III"),
        Family.CESEDA: MandatoryAppeal(TWO_MONTHS, ONE_MONTH, "CESEDA R313-12"),
    }
)
SILENCE_SOURCE: Mapping[Family, str] = MappingProxyType(
    {
        Family.FPS: "CGCT R2333-120-13",
        Family.ELECTORAL: "C. électoral L18 III dernier al.",
        Family.CESEDA: "CESEDA R313-11, R313-12",
    }
)
ELECTORAL_COURT_DAYS = Period(days=7)  # C. électoral L20 (DILA F34809)
ELECTORAL_DECISION_DAYS = Period(days=5)  # C. électoral L18 (DILA F34809)


def appeal_rule(scene: Scene) -> MandatoryAppeal | None:
    """Gives the mandatory appeal of the procedure, if it has one."""
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
    appeal = next((each for each in lodged if each.kind in (None, AppealKind.MANDATORY)), None)
    if lodged and appeal is None:
        _note_gracious(scene, lodged[0])
    if decided is not None and appeal is None:
        because = "le juge ne peut être saisi qu'après le recours préalable obligatoire."
        scene.ledger.note("appeal_last_date", None, "CRPA L412-1, L412-7", because)
    if appeal is not None:
        _note_answer(scene, rule, appeal, last)


def note_electoral_decision(scene: Scene, received_on: date | None) -> None:
    """States the five days in which the mayor decides on an enrolment."""
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


def _note_answer(scene: Scene, rule: MandatoryAppeal, appeal: AdministrativeAppeal, last: date | None) -> None:
    note = scene.ledger.note
    received = scene.day(appeal.at)
    posted = appeal.postmark or received
    if last is not None:
        note(
            "in_time",
            posted <= last,
            "CE 25 juill. 2005 (date d'envoi)" if appeal.postmark else rule.source,
            f"recours du {in_french(posted)}.",
        )
    term = add_period(received, rule.silence)
    source = SILENCE_SOURCE.get(scene.procedure.family, rule.source)
    because = f"{rule.silence.in_french} de silence à compter du {in_french(received)} : rejet le {in_french(term)}."
    met = next((scene.day(each.at) for each in scene.every(CommissionMet) if each.at >= appeal.at), None)
    if met is not None and met < term:
        term = met
        because = f"la commission s'est réunie sans statuer : rejet le {in_french(term)}."
    note("appeal_term_date", term, source, because)
    if scene.procedure.family is Family.FPS and scene.first(Received) is None:
        note("term_date", term, source, because)
    if scene.procedure.family is Family.ELECTORAL:
        court = add_period(term, ELECTORAL_COURT_DAYS)
        note("appeal_last_date", court, "C. électoral L20", f"sept jours pour saisir le tribunal : {in_french(court)}.")
        return
    if scene.procedure.family is Family.FPS:
        return
    mentioned = any(
        ack.at >= appeal.at and ack.kind is not AckKind.AEE and ack.complete_mentions is True
        for ack in scene.every(AckSent)
    )
    note(
        "appeal_opposable",
        mentioned,
        "CRPA L411-3, L112-6, L112-12",
        "un accusé du recours aux mentions complètes est parti." if mentioned else "aucun accusé complet du recours.",
    )
    day = franc(term, TWO_MONTHS, scene.territory, scene.options.calendar) if mentioned else None
    note("appeal_last_date", day, "CJA R421-1, R421-2", "deux mois francs après le rejet du recours obligatoire.")
