"""The answer to a mandatory appeal, or its silence, and the period before the court which follows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from app.sve.law.appeal_period import distance
from app.sve.law.case import Scene
from app.sve.law.events import (
    AckKind,
    AckSent,
    AdministrativeAppeal,
    AppealKind,
    AppealRejected,
    CommissionMet,
    Received,
    Sense,
)
from app.sve.law.notification import notified
from app.sve.law.outcome import Served
from app.sve.law.procedure import Family, MandatoryAppeal
from app.sve.law.reasons import in_french
from app.sve.law.terms import ONE_MONTH, TWO_MONTHS, Period, add_period, franc

SILENCE_SOURCE: Mapping[Family, str] = MappingProxyType(
    {
        Family.FPS: "CGCT R2333-120-13",
        Family.ELECTORAL: "C. électoral L18 III dernier al.",
        Family.CESEDA: "CESEDA R313-11, R313-12",
    }
)
ELECTORAL_COURT_DAYS = Period(days=7)  # C. électoral L20 (DILA F34809)
PARKING_COURT = (
    "CGCT L2333-87 (tribunal du stationnement payant) ; délai d'un mois : sources secondaires, article non relu"
)


@dataclass(frozen=True, slots=True)
class _End:
    """How the appeal ended: on which day, and whether the period which follows can be opposed."""

    day: date
    opposable: bool
    source: str
    because: str


def note_answer(
    scene: Scene, rule: MandatoryAppeal, appeal: AdministrativeAppeal, last: date | None, served: tuple[Served, ...]
) -> None:
    """States whether the appeal came in time, when silence rejects it, and the last day before the court.

    An express answer up to that day takes the place of the silence; one inside the period it opened makes it run
    again. Source: CRPA L411-7, L412-7; CJA R421-1, R421-2; CGCT R2333-120-13; C. électoral L18 III, L20; CESEDA
    R313-12.
    """
    received = scene.day(appeal.at)
    posted = appeal.postmark or received
    if last is not None:
        scene.ledger.note(
            "in_time",
            posted <= last,
            "CE 25 juill. 2005 (date d'envoi)" if appeal.postmark else rule.source,
            f"recours du {in_french(posted)}.",
        )
    term = _silent_term(scene, rule, appeal, received)
    express = _express(scene, appeal, served)
    silent = _silent(scene, appeal, term)
    if express is None or express.day > term:
        end = silent if scene.past(term) else None
        if express is not None and end is not None and _still_open(scene, end, express.day):
            end = express
    else:
        end = express
        scene.ledger.note(
            "appeal_answered_on",
            express.day,
            "CRPA L412-7, L221-8",
            f"une réponse expresse au recours a été notifiée le {in_french(express.day)}, avant le terme du silence.",
        )
    # Seen before its term, the period is that of the silence to come.
    _note_court(scene, end or silent)


def _silent_term(scene: Scene, rule: MandatoryAppeal, appeal: AdministrativeAppeal, received: date) -> date:
    term = add_period(received, rule.silence)
    source = SILENCE_SOURCE.get(scene.procedure.family, rule.source)
    because = f"{rule.silence.in_french} de silence à compter du {in_french(received)} : rejet le {in_french(term)}."
    met = next((scene.day(each.at) for each in scene.every(CommissionMet) if each.at >= appeal.at), None)
    if met is not None and met < term:
        term = met
        because = f"la commission s'est réunie sans statuer : rejet le {in_french(term)}."
    scene.ledger.note("appeal_term_date", term, source, because)
    if scene.procedure.family is Family.FPS and scene.first(Received) is None:
        scene.ledger.note("term_date", term, source, because)
    return term


def _silent(scene: Scene, appeal: AdministrativeAppeal, term: date) -> _End:
    mentioned = any(
        ack.at >= appeal.at and ack.kind is not AckKind.AEE and ack.complete_mentions is True
        for ack in scene.every(AckSent)
    )
    because = (
        "un accusé du recours aux mentions complètes est parti." if mentioned else "aucun accusé complet du recours."
    )
    return _End(term, mentioned, "CRPA L411-3, L112-6, L112-12", because)


def _express(scene: Scene, appeal: AdministrativeAppeal, served: tuple[Served, ...]) -> _End | None:
    found: list[_End] = []
    for event in scene.every(AppealRejected):
        day = notified(event.delivery, scene).on
        if day is not None and event.at >= appeal.at and event.kind in (None, AppealKind.MANDATORY):
            found.append(_answer(day, mentioned=event.mentions_appeal is True))
    if scene.procedure.family is Family.FPS:
        # The sending is the appeal: the express decision which follows answers it.
        for each in served:
            day = each.notified.on
            if day is not None and each.decision.sense is Sense.REFUSAL and each.decision.at >= appeal.at:
                found.append(_answer(day, mentioned=each.decision.mentions_appeal is True))
    return min(found, key=lambda end: end.day, default=None)


def _answer(day: date, *, mentioned: bool) -> _End:
    because = f"rejet exprès du recours notifié le {in_french(day)}"
    because = f"{because}, voies et délais mentionnés." if mentioned else f"{because}, sans voies ni délais de recours."
    return _End(day, mentioned, "CJA R421-5 ; CRPA L412-3", because)


def _still_open(scene: Scene, silent: _End, day: date) -> bool:
    return not silent.opposable or day <= _last(scene, silent.day)


def _last(scene: Scene, day: date) -> date:
    match scene.procedure.family:
        case Family.ELECTORAL:
            return add_period(day, ELECTORAL_COURT_DAYS)
        case Family.FPS:
            return add_period(day, ONE_MONTH)
        case _:
            return franc(day, TWO_MONTHS + distance(scene)[0], scene.territory, scene.options.calendar)


def _note_court(scene: Scene, end: _End) -> None:
    note = scene.ledger.note
    last = _last(scene, end.day)
    match scene.procedure.family:
        case Family.ELECTORAL:
            because = f"sept jours pour saisir le tribunal : {in_french(last)}."
            note("appeal_last_date", last, "C. électoral L20", because)
        case Family.FPS:
            note("appeal_opposable", end.opposable, end.source, end.because)
            because = f"{end.because} Un mois pour saisir le tribunal du stationnement payant : {in_french(last)}."
            note("appeal_last_date", last if end.opposable else None, PARKING_COURT, because)
            note("citizen_safe_date", last, PARKING_COURT, "date prudente à montrer au public.")
        case _:
            note("appeal_opposable", end.opposable, end.source, end.because)
            because = "deux mois francs après le rejet du recours obligatoire."
            note("appeal_last_date", last if end.opposable else None, "CJA R421-1, R421-2", because)
