"""The déclaration d'intention d'aliéner: silence is a renunciation to pre-empt."""

from dataclasses import dataclass
from datetime import date, timedelta

from app.sve.law.case import ClockState, Scene
from app.sve.law.course import Course, Plan
from app.sve.law.events import DocumentsReceived, DocumentsRequested, Way
from app.sve.law.reasons import in_french
from app.sve.law.regimes.dia_visit import visit_ends
from app.sve.law.regimes.urbanisme import electronic_start
from app.sve.law.saisine import Saisine
from app.sve.law.terms import ONE_MONTH, add_period

TERM_SOURCE = "C. urb. L213-2 (« Le silence… »), R213-7"
PAUSE_SOURCE = "C. urb. L213-2 (« Le délai est suspendu… »), R213-7"


@dataclass(slots=True)
class _Count:
    """Two months counted from the declaration, and what suspended them."""

    term: date
    spans: list[tuple[date, date | None]]

    def resumed(self, begin: date, end: date) -> date:
        """Gives the term once a suspension ends: the days suspended are added, and a month at least is left."""
        counted_from = max(begin, max((last for _, last in self.spans if last is not None), default=date.min))
        return max(self.term + timedelta(days=max(0, (end - counted_from).days)), add_period(end, ONE_MONTH))

    def suspend(self, begin: date, end: date) -> None:
        self.term = self.resumed(begin, end)
        self.spans.append((begin, end))


def run(scene: Scene, saisine: Saisine, plan: Plan) -> Course:
    """Runs the two months of the holder of the right.

    They are suspended from the owner's reception of the one request for documents (or a visit) until the documents,
    the visit or its refusal; at least one month is then left. Source: C. urb. L213-2, R213-7, D213-13-1 to D213-13-3.
    """
    if saisine.competent_on is None:
        because = "la déclaration ne saisit pas régulièrement le titulaire du droit de préemption."
        return Course(plan.effect, None, None, ClockState.NOT_STARTED, "C. urb. L213-2, R213-5", because)
    start = _start(scene, saisine, plan, saisine.competent_on)
    count = _Count(add_period(start, plan.delay), [])
    seen: set[bool] = set()
    for request in scene.every(DocumentsRequested):
        begin = scene.day(request.at)
        if begin > count.term or request.visit in seen:
            continue  # too late, or a second request where the law allows one
        seen.add(request.visit)
        end, possible = (
            visit_ends(scene, request, declared_on=start) if request.visit else (_sent(scene, request), None)
        )
        if end is None:
            return _waiting(scene, plan, start, count, begin, possible)
        count.suspend(begin, end)
    return _running(plan, start, count)


def _waiting(scene: Scene, plan: Plan, start: date, count: _Count, begin: date, possible: date | None) -> Course:
    if possible is not None:
        scene.ledger.could_decide_on(count.resumed(begin, possible))
    because = f"suspendu depuis le {in_french(begin)}, jusqu'aux documents, à la visite ou à son refus."
    spans = (*count.spans, (begin, None))
    return Course(plan.effect, start, None, ClockState.SUSPENDED, PAUSE_SOURCE, because, spans)


def _running(plan: Plan, start: date, count: _Count) -> Course:
    because = f"{plan.delay.in_french} à compter du {in_french(start)}"
    days = None
    if count.spans:
        days = sum((end - begin).days for begin, end in count.spans if end is not None)
        because = f"{because}, suspension comprise, un mois au moins restant à courir"
    source = PAUSE_SOURCE if count.spans else TERM_SOURCE
    because = f"{because} : {in_french(count.term)}."
    return Course(plan.effect, start, count.term, ClockState.RUNNING, source, because, tuple(count.spans), days)


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


def _sent(scene: Scene, request: DocumentsRequested) -> date | None:
    for event in scene.every(DocumentsReceived):
        if not event.visit and event.at >= request.at:
            return scene.day(event.at)
    return None
