"""The déclaration d'intention d'aliéner: silence is a renunciation to pre-empt."""

from datetime import date, timedelta

from app.sve.law.case import ClockState, Scene
from app.sve.law.course import Course, Plan
from app.sve.law.events import DocumentsReceived, DocumentsRequested, Way
from app.sve.law.reasons import in_french
from app.sve.law.regimes.urbanisme import electronic_start
from app.sve.law.saisine import Saisine
from app.sve.law.terms import ONE_MONTH, add_period

TERM_SOURCE = "C. urb. L213-2 (« Le silence… »), R213-7"
PAUSE_SOURCE = "C. urb. L213-2 (« Le délai est suspendu… »), R213-7"


def run(scene: Scene, saisine: Saisine, plan: Plan) -> Course:
    """Runs the two months of the holder of the right.

    They are suspended from the owner's reception of the one request for documents (or a visit) until the documents,
    the visit or its refusal; at least one month is then left. Source: C. urb. L213-2, R213-7, D213-13-1.
    """
    if saisine.competent_on is None:
        because = "la déclaration ne saisit pas régulièrement le titulaire du droit de préemption."
        return Course(plan.effect, None, None, ClockState.NOT_STARTED, "C. urb. L213-2, R213-5", because)
    start = _start(scene, saisine, plan, saisine.competent_on)
    term = add_period(start, plan.delay)
    source = TERM_SOURCE
    spans: list[tuple[date, date | None]] = []
    seen: set[bool] = set()
    for request in scene.every(DocumentsRequested):
        begin = scene.day(request.at)
        if begin > term or request.visit in seen:
            continue  # too late, or a second request where the law allows one
        seen.add(request.visit)
        end = _answered(scene, request)
        if end is None:
            spans.append((begin, None))
            because = f"suspendu depuis le {in_french(begin)}, jusqu'aux documents, à la visite ou à son refus."
            return Course(plan.effect, start, None, ClockState.SUSPENDED, PAUSE_SOURCE, because, tuple(spans))
        counted_from = max(begin, _last_end(spans))
        spans.append((begin, end))
        days = max(0, (end - counted_from).days)
        term = max(term + timedelta(days=days), add_period(end, ONE_MONTH))
        source = PAUSE_SOURCE
    suspended = sum((end - begin).days for begin, end in spans if end is not None) if spans else None
    because = f"{plan.delay.in_french} à compter du {in_french(start)}"
    if spans:
        because = f"{because}, suspension comprise, un mois au moins restant à courir"
    return Course(
        plan.effect,
        start,
        term,
        ClockState.RUNNING,
        source,
        f"{because} : {in_french(term)}.",
        tuple(spans),
        suspended,
    )


def _start(scene: Scene, saisine: Saisine, plan: Plan, competent_on: date) -> date:
    start = electronic_start(scene, saisine, competent_on, source="C. urb. R213-7 I", delay=plan.delay)
    electronic = saisine.sending is not None and saisine.sending.way is Way.ELECTRONIC
    scene.ledger.note(
        "clock_start_date",
        start,
        "C. urb. R213-7 I" if electronic else "C. urb. L213-2",
        f"le délai court du premier accusé électronique : {in_french(start)}."
        if electronic
        else f"le délai court de la réception de la déclaration : {in_french(start)}.",
    )
    return start


def _last_end(spans: list[tuple[date, date | None]]) -> date:
    return max((end for _, end in spans if end is not None), default=date.min)


def _answered(scene: Scene, request: DocumentsRequested) -> date | None:
    for event in scene.every(DocumentsReceived):
        if event.visit is request.visit and event.at >= request.at:
            return scene.day(event.at)
    return None
