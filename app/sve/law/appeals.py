"""Periods to appeal: when they open, whether they can be opposed, and their last day."""

from collections.abc import Callable
from datetime import date
from typing import TypeVar

from app.sve.law.appeal_period import Appeals, Opening, distance
from app.sve.law.case import Scene
from app.sve.law.course import Course
from app.sve.law.events import (
    AckKind,
    AckSent,
    AdministrativeAppeal,
    AppealRejected,
    Event,
    ExpressDecision,
    KnowledgeEstablished,
    Received,
    Sender,
    Sense,
    TacitRejection,
    Way,
)
from app.sve.law.notification import notified
from app.sve.law.outcome import Outcome, Served
from app.sve.law.reasons import in_french
from app.sve.law.regime import Regime
from app.sve.law.regularisation import appeal_periods_lost
from app.sve.law.terms import ONE_DAY, ONE_YEAR, TWO_MONTHS, Period, add_period

T = TypeVar("T")


def note_appeals(
    scene: Scene,
    course: Course | None,
    outcome: Outcome | None,
    served: tuple[Served, ...],
    *,
    period: Period = TWO_MONTHS,
) -> None:
    """States the appeal periods of a refusal, an implicit rejection or a published act.

    Source: CJA R421-1 to R421-7; CRPA L112-6, L112-12, L232-4, L411-2 to L411-7, L412-1 to L412-8, L421-3.
    """
    rejected = course is not None and course.effect is Regime.SVR
    known = scene.first(TacitRejection) is not None or scene.first(AdministrativeAppeal) is not None
    if not served and not rejected and not known:
        return
    appeals = Appeals(scene, silence_period=period)
    moments = _moments(scene, course, outcome, served, appeals)
    for _, act in sorted(moments, key=lambda each: each[0]):
        act()
    _state(scene, appeals)


def note_lodged_appeals(scene: Scene, appeals: Appeals) -> None:
    """States the day on which silence rejects the administrative appeals not answered. Source: CRPA L411-7, L231-4 2°."""
    if not appeals.lodged:
        return
    answered = {event.kind for event, _ in appeals.rejected if event.kind is not None}
    waiting = [entry for entry in appeals.lodged if entry.appeal.kind not in answered] or appeals.lodged
    last = max(entry.term for entry in waiting)
    scene.ledger.note(
        "appeal_term_date",
        last,
        "CRPA L411-7, L231-4 2°",
        f"le silence gardé sur le recours vaut rejet le {in_french(last)}, sans report.",
    )


def _moments(
    scene: Scene, course: Course | None, outcome: Outcome | None, served: tuple[Served, ...], appeals: Appeals
) -> list[tuple[tuple[date, int], Callable[[], None]]]:
    """Lays on one line of time the birth of an implicit rejection, the decisions and every other event."""
    moments: list[tuple[tuple[date, int], Callable[[], None]]] = []
    if course is not None and outcome is not None and outcome.born and course.effect is Regime.SVR and course.term:
        opening = _implicit(scene, course.term)
        moments.append(((course.term, 0), _call(appeals.open, opening)))
    if (known := scene.first(TacitRejection)) is not None:
        moments.append(((known.dated, 0), _call(appeals.open, _implicit(scene, known.dated))))
    for each in served:
        day = scene.day_if(each.decision.delivery.published_at) or each.notified.on
        if day is not None:
            moments.append(((day, 1), _call(_express(scene, appeals, outcome), each)))
    moments.extend(
        ((_day_of(scene, event), 2), _call(appeals.hear, event))
        for event in scene.events
        if not isinstance(event, ExpressDecision | Received | AckSent)
    )
    return moments


def _call(function: Callable[[T], None], argument: T) -> Callable[[], None]:
    return lambda: function(argument)


def _day_of(scene: Scene, event: Event) -> date:
    if isinstance(event, AppealRejected):
        return notified(event.delivery, scene).on or scene.day(event.at)
    return scene.day(event.at)


def _implicit(scene: Scene, term: date) -> Opening:
    procedure = scene.procedure
    because = f"rejet implicite né le {in_french(term)}."
    if procedure.collegial or procedure.executes_judgment:
        because = f"{because} Sans décision expresse notifiée, aucune forclusion."
        source = "CJA R421-3 1°" if procedure.collegial else "CJA R421-3 2°"
        return Opening(term, opposable=False, source=source, because=because, implicit=True)
    received = scene.first(Received)
    if received is not None and received.sender is Sender.AGENT:
        source = "CJA R421-2 ; CRPA L112-2 ; CE 3 déc. 2018 n°417292"
        return Opening(
            term, True, source, f"{because} Entre l'administration et son agent, sans accusé.", implicit=True
        )
    electronic = received is None or received.way is Way.ELECTRONIC
    source = "CRPA L112-12, R112-11-1" if electronic else "CRPA L112-6, R112-5"
    ack = _complete_ack(scene, received)
    if appeal_periods_lost(scene):
        because = f"{because} Régularisation demandée sans ses indications : le délai n'est pas opposable."
        return Opening(term, opposable=False, source="CRPA L114-6 al.2", because=because, implicit=True)
    if ack is None:
        because = f"{because} Aucun accusé aux mentions complètes : le délai n'est pas opposable."
        return Opening(term, opposable=False, source=source, because=because, implicit=True)
    acknowledged = scene.day(ack.at)
    if acknowledged <= term:
        return Opening(term, True, "CJA R421-2", because, implicit=True)
    because = (
        f"{because} L'accusé complet n'est parti que le {in_french(acknowledged)} : le délai ne court que de ce jour."
    )
    scene.ledger.warn(
        "acknowledged_after_rejection",
        source,
        "accusé complet parti après la naissance du rejet implicite : le délai de recours est compté de ce jour, mais aucun "
        "texte lu ne dit qu'un accusé tardif le rend opposable. Ne pas s'en prévaloir sans vérifier.",
    )
    return Opening(acknowledged, True, f"CJA R421-2 ; {source}", because, implicit=True)


def _complete_ack(scene: Scene, received: Received | None) -> AckSent | None:
    for event in scene.events:
        if isinstance(event, AdministrativeAppeal):
            return None
        if isinstance(event, AckSent) and event.kind is not AckKind.AEE and event.complete_mentions is True:
            return event if received is None or event.at >= received.at else None
    return None


def _express(scene: Scene, appeals: Appeals, outcome: Outcome | None) -> Callable[[Served], None]:
    def act(served: Served) -> None:
        decision = served.decision
        published = scene.day_if(decision.delivery.published_at)
        if published is not None and not decision.addressee_is_applicant:
            because = f"acte publié le {in_french(published)} : le délai court contre les tiers."
            appeals.open(Opening(published, True, "CJA R421-1", because))
            return
        day = served.notified.on
        if day is None or decision.sense is Sense.ACCEPTANCE:
            return
        if outcome is not None and outcome.late is served and appeals.opening is not None and not appeals.within(day):
            return  # a purely confirmative refusal, after the period: nothing opens again (CJA R421-2)
        mentioned = decision.mentions_appeal is True
        because = f"refus notifié le {in_french(day)}."
        source = "CJA R421-1" if mentioned else "CJA R421-5"
        if not mentioned:
            because = f"{because} Voies et délais de recours non mentionnés : délai non opposable."
        elif appeal_periods_lost(scene):
            mentioned, source = False, "CRPA L114-6 al.2"
            because = f"{because} Vice régularisable traité sans les indications requises : délai non opposable."
        appeals.open(Opening(day, mentioned, source, because, knowledge_starts=True))

    return act


def _state(scene: Scene, appeals: Appeals) -> None:
    note_lodged_appeals(scene, appeals)
    opening = appeals.opening
    if opening is None:
        return
    note = scene.ledger.note
    if appeals.interrupted:
        note("appeal_last_date", None, "CRPA L421-3 ; CJA L213-6", "médiation en cours : le délai est interrompu.")
        return
    note("appeal_opposable", opening.opposable, opening.source, opening.because)
    if appeals.last is not None:
        note("appeal_last_date", appeals.last, appeals.lasting_source, appeals.lasting_because)
        note(
            "citizen_safe_date",
            _safe(scene, appeals, opening),
            "Même délai, compté sans jour franc ni report",
            "date prudente à montrer au public.",
        )
        return
    note("appeal_last_date", None, opening.source, opening.because)
    if appeals.cap is not None:
        _note_reasonable(
            scene, appeals.cap, "CE avis 2 oct. 2025 n°504677", "un an au plus après la demande de motifs."
        )
        return
    knowledge = _known_since(scene, opening)
    if knowledge is not None:
        end = add_period(knowledge, ONE_YEAR)
        end = end + ONE_DAY if scene.options.franc_reasonable_period else end
        because = "délai raisonnable d'environ un an, indicatif : jamais opposable comme tel."
        _note_reasonable(scene, end, "CE Ass. 13 juill. 2016 n°387763", because)


def _safe(scene: Scene, appeals: Appeals, opening: Opening) -> date:
    safe = add_period(opening.day, TWO_MONTHS + distance(scene)[0])
    return min(safe, appeals.last) if appeals.last is not None else safe


def _note_reasonable(scene: Scene, end: date, source: str, because: str) -> None:
    scene.ledger.note("reasonable_period_end", end, source, because)


def _known_since(scene: Scene, opening: Opening) -> date | None:
    """Gives the day from which the reasonable period runs: the notification, or the proven knowledge of a silence.

    Source: CE Ass. 13 July 2016 n°387763; CE 18 March 2019 n°417270 (implicit rejections, only if knowledge is proven).
    """
    if opening.knowledge_starts:
        return opening.day
    known = scene.first(KnowledgeEstablished)
    return None if known is None else max(opening.day, scene.day(known.at))
