"""What became of the silence: broken by a decision, or become a tacit decision, with its date and its reach."""

from dataclasses import dataclass
from datetime import date

from app.sve.law.case import ClockState, Scene
from app.sve.law.course import Course
from app.sve.law.events import ExpressDecision, Received, RequestWithdrawn, Sense, TacitAcceptance
from app.sve.law.notification import Notified, notified
from app.sve.law.options import DatedOn, DecidedBy
from app.sve.law.procedure import Family
from app.sve.law.reasons import in_french
from app.sve.law.regime import Regime
from app.sve.law.terms import ONE_DAY, day_after_begins


@dataclass(frozen=True, slots=True)
class Served:
    """An express decision with the day it was notified. Source: CRPA L221-8."""

    decision: ExpressDecision
    notified: Notified


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether silence was broken (`closed_by`), or decided (`born`) and on which day it is dated. Source: CRPA L231-1."""

    served: tuple[Served, ...]
    closed_by: str | None
    born: bool
    dated: date | None
    uncertain: bool = False
    late: Served | None = None
    breaking: Served | None = None


def served_decisions(scene: Scene) -> tuple[Served, ...]:
    """Gives every express decision with its notification, and states that of the first. Source: CRPA L221-8, R112-20."""
    served = tuple(Served(each, notified(each.delivery, scene)) for each in scene.every(ExpressDecision))
    if served and served[0].decision.addressee_is_applicant:
        first = served[0].notified
        scene.ledger.note("notified_on", first.on, first.source, first.because)
        if first.known_on is not None and first.known_on != first.on:
            scene.ledger.note(
                "known_on",
                first.known_on,
                first.source,
                "premier jour où la date de notification est certaine (point de départ des quinze jours non fixé).",
            )
    return served


def conclude(scene: Scene, course: Course, served: tuple[Served, ...]) -> Outcome:
    """Confronts the clock with the express decisions. Source: CRPA L231-1, L231-4, L221-8."""
    received = scene.first(Received) if served else None
    # A decision older than the request answers something else.
    mine = [
        each
        for each in served
        if each.decision.addressee_is_applicant and (received is None or each.decision.at >= received.at)
    ]
    closing = _closing(scene, course, mine)
    late = _late(scene, course, mine) if closing is None else None
    uncertain = closing is None and _pending(scene, course, mine)
    born = course.term is not None and closing is None and not uncertain and scene.past(course.term)
    dated = _dated(scene, course) if closing is None else None
    return Outcome(
        served,
        closed_by=None if closing is None else closing[0],
        born=born,
        dated=dated,
        uncertain=uncertain,
        late=late if born else None,
        breaking=None if closing is None else closing[1],
    )


def note_outcome(scene: Scene, course: Course, outcome: Outcome) -> None:
    """States the tacit decision: its date, the instant it can be relied on, and whether it exists.

    Source: CRPA L231-1, L231-4, L232-3; CE 3 Dec 2018 n°417292; CE 14 Nov 2025 n°496754; CPC 642 al.1.
    """
    note = scene.ledger.note
    if outcome.closed_by is not None:
        note(
            "closed_by",
            outcome.closed_by,
            "CRPA L221-8, L231-1" if outcome.closed_by == "express_decision" else "CRPA L110-1",
            "une décision expresse notifiée à temps a rompu le silence."
            if outcome.closed_by == "express_decision"
            else "le demandeur a renoncé à sa demande avant le terme.",
        )
    if course.effect is not Regime.NONE:
        _note_date(scene, course, outcome)
        _note_effect(scene, course, outcome)
    if outcome.late is not None:
        _note_late(scene, course, outcome.late)


def known_acceptance(scene: Scene) -> TacitAcceptance | None:
    """Gives a tacit acceptance stated as a fact, when the case starts from one. Source: CRPA L231-1, L242-1."""
    return scene.first(TacitAcceptance)


def _counts_on(scene: Scene, served: Served) -> date | None:
    signed = scene.options.refusal_counts_by is DecidedBy.SIGNATURE and scene.procedure.family is not Family.URBANISME
    if signed and served.notified.on is not None:
        return scene.day_if(served.decision.delivery.signed_at) or served.notified.on
    return served.notified.on


def _closing(scene: Scene, course: Course, served: list[Served]) -> tuple[str, Served | None] | None:
    for each in served:
        day = _counts_on(scene, each)
        if day is not None and (course.term is None or day <= course.term):
            return "express_decision", each
    for withdrawal in scene.every(RequestWithdrawn):
        if withdrawal.verified and (course.term is None or scene.day(withdrawal.at) <= course.term):
            return "request_withdrawn", None
    return None


def _late(scene: Scene, course: Course, served: list[Served]) -> Served | None:
    for each in served:
        day = _counts_on(scene, each)
        if course.term is not None and day is not None and day > course.term:
            return each
    return None


def _pending(scene: Scene, course: Course, served: list[Served]) -> bool:
    if course.term is None or not scene.past(course.term):
        return False
    return any(each.notified.pending_on is not None and each.notified.pending_on <= course.term for each in served)


def _dated(scene: Scene, course: Course) -> date | None:
    """An implicit rejection bears the day of the term; a tacit permit the next day (CE 14 Nov 2025 n°496754)."""
    if course.term is None:
        return None
    permit = scene.procedure.family is Family.URBANISME
    choice = scene.options.permit_dated_on if permit else scene.options.acceptance_dated_on
    if course.effect is Regime.SVA and choice is DatedOn.NEXT_DAY:
        return course.term + ONE_DAY
    return course.term


def _note_date(scene: Scene, course: Course, outcome: Outcome) -> None:
    note = scene.ledger.note
    if course.term is None or outcome.closed_by is not None:
        because = course.because if course.term is None else "le silence a été rompu : aucune décision tacite."
        source = course.source if course.term is None else "CRPA L231-1, L221-8"
        note("tacit_decision_dated", None, source, because)
        note("tacit_effective_from_local", None, source, because)
        return
    if course.effect is not Regime.UNKNOWN and outcome.dated is not None:
        next_day = outcome.dated != course.term
        note(
            "tacit_decision_dated",
            outcome.dated,
            "CE 14 nov. 2025 n°496754" if next_day else "CRPA L232-3 ; CE 3 déc. 2018 n°417292 ; DILA F32388",
            "le permis tacite naît le lendemain du terme."
            if next_day
            else "la décision tacite porte la date du dernier jour du délai.",
        )
    local, utc = day_after_begins(course.term, scene.zone)
    because = f"née le {in_french(course.term)} à minuit, elle peut être invoquée à partir du lendemain à 0 h."
    note("tacit_effective_from_local", local, "CPC 642 al.1 (dernier jour à vingt-quatre heures)", because)
    note("tacit_effective_from_utc", utc, "Décret 2017-292", "même instant, avec le décalage en vigueur ce jour-là.")


def _note_effect(scene: Scene, course: Course, outcome: Outcome) -> None:
    note = scene.ledger.note
    match course.effect:
        case Regime.SVA | Regime.SVR:
            accepts = course.effect is Regime.SVA
            because = _existence(course, outcome)
            exists = None if outcome.uncertain else outcome.born
            note(
                "tacit_acceptance",
                exists if accepts else False,
                course.source,
                because if accepts else "le silence vaut rejet.",
            )
            note(
                "tacit_rejection",
                False if accepts else exists,
                course.source,
                "le silence vaut acceptation." if accepts else because,
            )
        case Regime.RENUNCIATION:
            note("effect", "renunciation_of_preemption", course.source, "le silence vaut renonciation à préempter.")
            note("tacit_renunciation", outcome.born, course.source, _existence(course, outcome))
        case Regime.LUMP_SUM:
            note("tacit_lump_sum", outcome.born, course.source, _existence(course, outcome))
        case Regime.UNKNOWN:
            # Awaited pieces, a debated channel: as long as nobody qualified, a grant stays possible.
            open_question = outcome.closed_by is None
            note(
                "possible_tacit_acceptance",
                open_question,
                "CRPA L231-1",
                "personne n'a qualifié la demande : elle est suivie comme une acceptation tacite possible, sans "
                "l'affirmer."
                if open_question
                else _existence(course, outcome),
            )
        case Regime.NONE:
            pass


def _existence(course: Course, outcome: Outcome) -> str:
    if outcome.closed_by is not None:
        return "le silence a été rompu avant le terme."
    if course.term is None:
        return course.because
    if outcome.uncertain:
        return "une décision mise à disposition n'est pas encore ouverte : son jour de notification reste incertain."
    if outcome.born:
        return f"aucune décision n'a été notifiée jusqu'au {in_french(course.term)} à minuit."
    return f"le terme du {in_french(course.term)} n'est pas passé."


def _note_late(scene: Scene, course: Course, late: Served) -> None:
    refusal = late.decision.sense in {Sense.REFUSAL, Sense.PREEMPTION}
    if course.effect is Regime.SVA and refusal:
        scene.ledger.note(
            "late_refusal_is",
            "withdrawal of a decision creating rights: needs illegality, the time limit and a contradictory procedure",
            "CRPA L242-1, L211-2 4°, L121-1, L122-1",
            "le refus notifié après le terme vaut retrait de l'acceptation tacite : illégalité, délai, motivation et "
            "procédure contradictoire requis.",
        )
    elif course.effect is Regime.RENUNCIATION and late.decision.sense is not Sense.RENUNCIATION:
        scene.ledger.note(
            "late_refusal_is",
            "unlawful pre-emption after renunciation",
            "C. urb. L213-2",
            "la préemption notifiée après le terme est tardive : le titulaire est réputé avoir renoncé.",
        )
    elif course.effect is Regime.SVR and not refusal:
        scene.ledger.note(
            "late_acceptance_is",
            "allowed in the beneficiary's interest",
            "CRPA L243-1",
            "un rejet implicite ne crée pas de droits : il s'abroge à tout moment, une acceptation expresse reste possible.",
        )


def state_of(course: Course, outcome: Outcome) -> ClockState:
    """Names where the clock stands once decisions are known. Source: CRPA L231-1, L231-4."""
    if outcome.closed_by is not None:
        return ClockState.DECIDED
    if course.effect is Regime.NONE:
        return ClockState.NO_SILENCE
    if outcome.uncertain:
        return ClockState.UNCERTAIN
    if outcome.born:
        return ClockState.TACIT
    return course.state
