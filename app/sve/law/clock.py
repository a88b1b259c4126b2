"""The fold of events into dates, states and reasons: one reading of one case."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from types import MappingProxyType

from app.sve.law.acknowledgements import ARE_WORKING_DAYS, acknowledge, days_to_acknowledge
from app.sve.law.appeals import note_appeals
from app.sve.law.case import Case, ClockState, Reading, Scene, scene_of
from app.sve.law.course import Course, Plan
from app.sve.law.deadlines import note_user_deadline
from app.sve.law.events import (
    AckSent,
    Answered,
    CadaRegistered,
    DeclaredAdmissible,
    PeriodExtended,
    Received,
    RegularisationRequested,
    Sense,
    TacitAcceptance,
    TacitRejection,
    Unlisted,
    UserDeadline,
)
from app.sve.law.outcome import (
    Outcome,
    Served,
    conclude,
    known_acceptance,
    note_outcome,
    served_decisions,
    state_of,
)
from app.sve.law.procedure import Family, Permit
from app.sve.law.prolongation import prolonged
from app.sve.law.qualification import PRINCIPLE, qualified
from app.sve.law.reasons import in_french
from app.sve.law.refusal_withdrawal import note_refusal_withdrawal
from app.sve.law.regime import Regime
from app.sve.law.regimes import cada, casf, dia, display, enseigne, funeral, mandatory, rgpd, urbanisme
from app.sve.law.regimes.own_term import note_own_term
from app.sve.law.regularisation import note_regularisation
from app.sve.law.rules import SVA_LOCAL, SVA_STATE, THE_CODE
from app.sve.law.saisine import Saisine, seize
from app.sve.law.silence import run as run_general
from app.sve.law.terms import ONE_MONTH, TWO_MONTHS, Period, add_period
from app.sve.law.withdrawal import acceptance_made_on, note_withdrawal

__all__ = ["Case", "ClockState", "Reading", "read"]

Runner = Callable[[Scene, Saisine, Plan], Course]
RUNNERS: dict[Family, Runner] = {
    Family.URBANISME: urbanisme.run,
    Family.DIA: dia.run,
    Family.ENSEIGNE: enseigne.run,
    Family.CADA: cada.run,
    Family.APA: casf.run,
    Family.MDPH: casf.run,
    Family.ASSISTANT: casf.run,
    Family.ACCUEILLANT: casf.run,
}
# Facts which move no clock: a request nobody has qualified is then read once.
QUIET: frozenset[type] = frozenset({Received, AckSent, Answered, Unlisted, UserDeadline})
FAMILY_SOURCE: dict[Family, str] = {
    Family.FPS: "CGCT R2333-120-13",
    Family.CESEDA: "CESEDA R313-11",
    Family.ELECTORAL: "C. électoral L18 III",
}


def read(case: Case, *, now: datetime | None) -> Reading:
    """Reads a case as of an instant, or after everything when `now` is None.

    Pure: the same case and instant always give the same reading. Events later than `now` are not looked at. A request
    nobody has qualified (Regime.UNKNOWN) runs as a possible tacit acceptance, two months from its first reception, and
    is asserted to be neither an acceptance nor a refusal. Source: CRPA livres I to IV; docs/law.md, table by table.
    """
    scene = scene_of(case, now=now)
    saisine = seize(scene)
    scene, silence = qualified(scene, saisine)
    acknowledge(scene, saisine, silence)
    note_user_deadline(scene, saisine)
    _note_unlisted(scene)
    family = scene.procedure.family
    if family is Family.FUNERAL:
        funeral.note_funeral(scene)
        if silence is Regime.NONE or saisine.sending is None:
            return _without_clock(scene, Regime.NONE, None, settled=False)
    if family in (Family.RGPD, Family.DATA_AND_DOCUMENT):
        return _data_rights(scene, saisine)
    if family is Family.ELECTORAL:
        mandatory.note_electoral_decision(scene, saisine.reception_on)
    return _silence(scene, saisine, silence)


# -- the clock ---------------------------------------------------------------------------


def _plan(scene: Scene, saisine: Saisine, silence: Regime) -> Plan:
    procedure = scene.procedure
    delay = procedure.delay or TWO_MONTHS
    if silence is Regime.UNKNOWN and delay is not TWO_MONTHS:
        delay = _shorter(delay, saisine.reception_on)
    source = procedure.basis or FAMILY_SOURCE.get(procedure.family) or PRINCIPLE[silence]
    return Plan(silence, delay, source, from_competent=silence.grants)


def _shorter(delay: Period, since: date | None) -> Period:
    """The shortest plausible term of what nobody has qualified, on the calendar and not in average months."""
    if since is None:
        return TWO_MONTHS
    return delay if add_period(since, delay) < add_period(since, TWO_MONTHS) else TWO_MONTHS


def _silence(scene: Scene, saisine: Saisine, silence: Regime) -> Reading:
    course = _course(scene, saisine, silence)
    served = served_decisions(scene)
    # Most requests know none of these facts: looking here costs less than asking each module.
    kinds = scene.by_kind
    if RegularisationRequested in kinds:
        note_regularisation(scene)
    if course is None:
        mandatory.note_mandatory_appeal(scene, None, None, served)
        withdrawn = note_withdrawal(scene, None, None)
        display.note_display(scene, _decided_on(scene, None, None))
        note_refusal_withdrawal(scene, None, None)
        _appeals(scene, None, None, served)
        return _without_clock(scene, silence, None, settled=withdrawn or bool(served))
    _note_course(scene, saisine, course)
    outcome = conclude(scene, course, served)
    note_outcome(scene, course, outcome)
    withdrawn = note_withdrawal(scene, course, outcome)
    refused = outcome.breaking is not None or course.effect is Regime.SVR or TacitRejection in kinds
    pending_since = note_refusal_withdrawal(scene, course, outcome) if refused else None
    if scene.procedure.family is Family.URBANISME and scene.procedure.permit is not Permit.CERTIFICATE:
        display.note_display(scene, _decided_on(scene, course, outcome))
    mandatory.note_mandatory_appeal(scene, course, outcome, served)
    _appeals(scene, course, outcome, served)
    accepted = outcome.late is not None and outcome.late.decision.sense is Sense.ACCEPTANCE
    settled = (outcome.closed_by is not None and pending_since is None) or withdrawn or accepted
    if pending_since is not None:
        scene.ledger.could_decide_on(pending_since)
    alert, because = _alert(scene, saisine, course, settled=settled)
    return Reading(
        values=MappingProxyType(scene.ledger.values),
        reasons=tuple(scene.ledger.reasons),
        alert_on=alert,
        state=state_of(course, outcome),
        effect=course.effect,
        # A refusal taken back leaves a request to decide, and a term which decided nothing.
        term_on=course.term if pending_since is None or settled else None,
        settled=settled,
        pauses=course.spans,
        alert_because=because,
    )


def _course(scene: Scene, saisine: Saisine, silence: Regime) -> Course | None:
    """Runs the clock of the procedure's family; None when nothing in the case starts one."""
    family = scene.procedure.family
    special = family in (Family.CADA, Family.MDPH) and any(
        isinstance(event, CadaRegistered | DeclaredAdmissible) for event in scene.events
    )
    if saisine.sending is None and not special:
        return None
    if silence is Regime.NONE or not saisine.crpa_applies:
        source = "CRPA L110-1" if saisine.crpa_applies else "CRPA L100-3"
        note_own_term(scene, saisine)
        return Course(Regime.NONE, None, None, ClockState.NO_SILENCE, source, "le silence ne décide de rien.")
    if scene.first(TacitAcceptance) is not None and saisine.sending is None:
        return None
    plan = _plan(scene, saisine, silence)
    own = RUNNERS.get(family)
    if own is not None:
        return own(scene, saisine, plan)
    course = run_general(scene, saisine, plan)
    return prolonged(scene, plan, course) if PeriodExtended in scene.by_kind else course


def _decided_on(scene: Scene, course: Course | None, outcome: Outcome | None) -> date | None:
    """Gives the day of the authorisation third parties may contest."""
    known = known_acceptance(scene)
    return known.dated if known is not None else acceptance_made_on(scene, course, outcome)


def _note_course(scene: Scene, saisine: Saisine, course: Course) -> None:
    note = scene.ledger.note
    if course.starts is not None and course.starts != scene.ledger.values.get("reception_date"):
        note(
            "clock_start_date",
            course.starts,
            course.source,
            f"le délai du silence est compté à partir du {in_french(course.starts)}.",
        )
    if course.suspended_days is not None:
        note("suspended_days", course.suspended_days, course.source, "jours dont la suspension a déplacé le terme.")
    note("term_date", course.term, course.source, course.because)
    if scene.procedure.third_party_publicity and course.effect is Regime.SVA:
        note(
            "request_publication_required",
            True,
            "CRPA L232-2",
            "la demande est publiée avec la date à laquelle elle sera réputée acceptée.",
        )
    if course.effect is Regime.SVA:
        _warn_before_principle(scene, course)
        _warn_not_handed_over(scene, saisine)
    if course.starts is not None and course.starts < THE_CODE.valid_from:
        scene.ledger.warn(
            "before_the_code",
            THE_CODE.source,
            "demande antérieure au 1er janvier 2016 : le code n'était pas en vigueur, la loi 2000-321 n'a pas été lue ici.",
        )
    received = scene.first(Received)
    if course.effect is Regime.UNKNOWN and received is not None and "review_by" not in scene.ledger.values:
        review = days_to_acknowledge(scene, scene.day(received.at), ARE_WORKING_DAYS)
        note(
            "review_by",
            review,
            "CRPA R112-11-2 (par analogie)",
            "une demande papier non qualifiée est à qualifier dans le même délai que l'ARE.",
        )


def _warn_not_handed_over(scene: Scene, saisine: Saisine) -> None:
    """Without a clock nobody would be warned: whoever was seized must hand the request over. Source: CRPA L114-2, L114-3 al.2."""
    if saisine.seized_on is None or saisine.competent_on is not None:
        return
    scene.ledger.note(
        "not_handed_over_since",
        saisine.seized_on,
        "CRPA L114-2, L114-3 al.2",
        "reçue par une autorité incompétente et transmise à personne : aucun délai d'acceptation ne court et personne ne "
        "décidera ; la transmettre à l'administration compétente et en aviser l'usager.",
    )


def _warn_before_principle(scene: Scene, course: Course) -> None:
    """The principle is younger than some files: State 12 Nov 2014, collectivités 12 Nov 2015."""
    if scene.procedure.basis is None and course.starts is not None and not SVA_LOCAL.in_force(course.starts):
        certain = not SVA_STATE.in_force(course.starts)
        scene.ledger.warn(
            "before_silence_means_acceptance" if certain else "before_silence_means_acceptance_for_collectivites",
            SVA_LOCAL.source,
            "demande antérieure à l'entrée en vigueur du principe (État : 12 novembre 2014 ; collectivités : 12 novembre "
            "2015) : l'acceptation tacite est à vérifier.",
        )


def _alert(scene: Scene, saisine: Saisine, course: Course, *, settled: bool) -> tuple[date | None, str]:
    """Gives the earliest day silence would decide in any defensible reading; never later than the term."""
    if settled or course.effect is Regime.NONE:
        return None, "rien ne peut plus naître du silence."
    days = [*scene.ledger.early, *([course.term] if course.term is not None else [])]
    if course.effect is Regime.UNKNOWN and (not days or not QUIET.issuperset(scene.by_kind)):
        days.extend(_qualified_alerts(scene, saisine))
    if not days:
        return None, course.because
    first = min(days)
    if first == course.term:
        return first, "aucune lecture défendable du droit ne donne de date plus proche que le terme."
    return (
        first,
        f"une autre lecture du droit ferait décider le silence dès le {in_french(first)} : alerte à cette date.",
    )


def _qualified_alerts(scene: Scene, saisine: Saisine) -> list[date]:
    """Gives the days on which the request would alert, were it qualified one way or the other.

    What stops an acceptance only suspends a rejection, and the reverse: until somebody qualifies, the first of both is
    kept; when neither would run, two months from the reception, since whether the published terms or the téléservice
    cover the request is itself part of qualifying it. Source: CRPA L112-9, L114-3, L114-5, L231-1, L231-4.
    """
    days = []
    for silence in (Regime.SVA, Regime.SVR):
        procedure = replace(scene.procedure, silence=silence, to_classify=False)
        reading = read(replace(scene.case, procedure=procedure), now=scene.now)
        if reading.alert_on is not None:
            days.append(reading.alert_on)
    if not days and saisine.reception_on is not None:
        days.append(add_period(saisine.reception_on, TWO_MONTHS))
    return days


def _appeals(scene: Scene, course: Course | None, outcome: Outcome | None, served: tuple[Served, ...]) -> None:
    if scene.procedure.family is Family.CADA and scene.first(CadaRegistered) is None:
        cada.note_referral(scene, course, outcome, served)
        return
    if mandatory.appeal_rule(scene) is None:
        note_appeals(scene, course, outcome, served)


# -- readings without a clock of silence -------------------------------------------------


def _data_rights(scene: Scene, saisine: Saisine) -> Reading:
    """Reads a request about personal data, alone or together with access to a document."""
    both = scene.procedure.family is Family.DATA_AND_DOCUMENT
    served = served_decisions(scene)
    if saisine.reception_on is None:
        return _without_clock(scene, Regime.SVR, None, settled=bool(served))
    due = rgpd.note_reply(scene, saisine.reception_on, prefix="rgpd_" if both else "")
    answered = rgpd.answered_on(scene) is not None
    alert, term = due.unrolled, due.on
    if both:
        plan = Plan(Regime.SVR, scene.procedure.delay or ONE_MONTH, cada.TERM_SOURCE, from_competent=True)
        course = run_general(scene, saisine, plan)
        scene.ledger.note("cada_term_date", course.term, course.source, course.because)
        alert = min(alert, course.term) if course.term is not None else alert
        term = min(term, course.term) if course.term is not None else term
    return Reading(
        values=MappingProxyType(scene.ledger.values),
        reasons=tuple(scene.ledger.reasons),
        alert_on=None if answered else alert,
        state=ClockState.DECIDED if answered else ClockState.RUNNING,
        effect=Regime.SVR,
        term_on=term,
        settled=answered,
        alert_because="dernier jour pour répondre, sans compter le report au jour ouvrable.",
    )


def _without_clock(scene: Scene, silence: Regime, alert: date | None, *, settled: bool) -> Reading:
    state = ClockState.DECIDED if settled else ClockState.NO_SILENCE
    return Reading(
        values=MappingProxyType(scene.ledger.values),
        reasons=tuple(scene.ledger.reasons),
        alert_on=alert,
        state=state,
        effect=silence,
        term_on=None,
        settled=settled,
        alert_because="aucun délai de silence ne court dans ce dossier.",
    )


def _note_unlisted(scene: Scene) -> None:
    for event in scene.events:
        if isinstance(event, Unlisted):
            scene.ledger.warn(
                f"unlisted_event:{event.name}",
                "docs/law.md",
                f"l'événement « {event.name} » n'est pas connu du moteur : il est sans effet sur les délais.",
            )
