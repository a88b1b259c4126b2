"""The general clock of silence: where it starts, what stops it, what moves it, when it decides."""

from dataclasses import dataclass, field
from datetime import date

from app.sve.law.case import ClockState, Scene
from app.sve.law.course import Course, Plan
from app.sve.law.events import PiecesReceived, PiecesRequested
from app.sve.law.pieces import begins_on, deadline_of, effect_of
from app.sve.law.reasons import in_french
from app.sve.law.regime import Regime
from app.sve.law.saisine import Saisine
from app.sve.law.suspension import Span, doubtful, merged, shifted, special_spans
from app.sve.law.terms import add_period


def run(scene: Scene, saisine: Saisine, plan: Plan) -> Course:
    """Runs the clock of a request.

    A rejection runs from the first administration seized and is suspended by missing pieces; any other effect runs
    from the competent one and starts again when the pieces arrive. Source: CRPA L114-3, L114-5, L231-1, L231-4.
    """
    start = saisine.competent_on if plan.from_competent else saisine.seized_on
    if start is None:
        return _not_started(scene, saisine, plan)
    if saisine.debated_on is not None:
        scene.ledger.could_decide_on(add_period(saisine.debated_on, plan.delay))
    if plan.effect is Regime.SVR and not plan.needs_complete:
        return _suspendable(scene, saisine, plan, start)
    return _Restartable(scene, plan, start, special_spans(scene, saisine.reception_on or start)).run(saisine)


def _not_started(scene: Scene, saisine: Saisine, plan: Plan) -> Course:
    if not saisine.valid:
        if saisine.debated_on is not None:
            scene.ledger.could_decide_on(add_period(saisine.debated_on, plan.delay))
        because = "l'administration n'est pas régulièrement saisie : le délai ne court pas."
        source = "CRPA L112-8, L112-9"
    elif not saisine.crpa_applies:
        because, source = "les règles de silence du code ne s'appliquent pas.", "CRPA L100-3"
    else:
        because, source = "l'administration compétente n'est pas encore saisie.", "CRPA L114-3 al.2"
    return Course(plan.effect, None, None, ClockState.NOT_STARTED, source, because)


def _suspendable(scene: Scene, saisine: Saisine, plan: Plan, start: date) -> Course:
    """A rejection: missing pieces suspend the period for the time given to send them. CRPA L114-5 al.3."""
    origin = add_period(start, plan.delay)
    special = special_spans(scene, saisine.reception_on or start)
    spans = special + _pieces_spans(scene, origin)
    if not spans:
        because = f"{plan.delay.in_french} à compter du {in_french(start)}, sans report : {in_french(origin)}."
        return Course(plan.effect, start, origin, ClockState.RUNNING, plan.source, because)
    if special and doubtful(scene):
        scene.ledger.could_decide_on(shifted(origin, spans[len(special) :], since=start)[0])
    term, added = shifted(origin, spans, since=start)
    source = "CRPA L115-3, R115-5 al.2" if special else "CRPA L114-5 al.3"
    because = (
        f"{plan.delay.in_french} à compter du {in_french(start)}, plus {added} jour(s) de suspension (convention : terme "
        f"initial + jours suspendus) : {in_french(term)}."
    )
    now_in = next((span for span in merged(spans) if scene.today and span[0] <= scene.today < span[1]), None)
    state = ClockState.SUSPENDED if now_in else ClockState.RUNNING
    return Course(plan.effect, start, term, state, source, because, tuple(merged(spans)), added)


def _pieces_spans(scene: Scene, origin: date) -> list[Span]:
    spans: list[Span] = []
    asked: list[date | None] = []
    received = [event for event in scene.every(PiecesReceived) if event.complete]
    for request in scene.every(PiecesRequested):
        begin = begins_on(request, scene)
        if begin > shifted(origin, spans, since=begin)[0]:
            continue
        answered = any(piece.at < request.at for piece in received)
        effect = effect_of(request, scene, after_completion=answered and bool(spans))
        _warn(scene, effect.warning, effect.source, effect.because)
        deadline = deadline_of(request, scene)
        asked.append(deadline)
        if effect.debated:
            scene.ledger.could_decide_on(origin)
        if effect.stops and (end := _resumption(scene, request, received, deadline)) is not None:
            spans.append((begin, max(begin, end)))
    if asked:
        _note_request(scene, asked[-1])
    return spans


def _resumption(
    scene: Scene, request: PiecesRequested, received: list[PiecesReceived], deadline: date | None
) -> date | None:
    sent = next((scene.day(piece.at) for piece in received if piece.at >= request.at), None)
    days = [day for day in (sent, deadline) if day is not None]
    return min(days) if days else None


def _note_request(scene: Scene, deadline: date | None) -> None:
    note = scene.ledger.note
    if deadline is None:
        scene.ledger.warn(
            "l114_5_deadline_missing", "CRPA L114-5 al.1", "la demande de pièces ne fixe pas de délai : en fixer un."
        )
    note("pieces_due_date", deadline, "CRPA L114-5 al.1, R112-11-4", "dernier jour fixé pour produire les pièces.")
    note(
        "must_state_l114_5_rule",
        True,
        "CRPA L114-5 al.4, R112-11-4 al.2",
        "la demande de pièces doit rappeler la règle de L114-5 al.2 ou al.3.",
    )


def _warn(scene: Scene, code: str | None, source: str, because: str) -> None:
    if code is not None:
        scene.ledger.warn(code, source, because)


@dataclass(slots=True)
class _Restartable:
    """A clock which stops when required pieces are asked and starts anew when the file is complete.

    Source: CRPA L114-3 al.2, L114-5 al.2. Never completed, it never decides.
    """

    scene: Scene
    plan: Plan
    starts: date | None
    special: list[Span]
    term: date | None = None
    days: int = 0
    waiting_since: date | None = None
    completions: int = 0
    spans: list[tuple[date, date | None]] = field(default_factory=list)
    asked: list[date | None] = field(default_factory=list)

    def run(self, saisine: Saisine) -> Course:
        incomplete = saisine.sending is not None and saisine.sending.complete is False
        if incomplete and self._starts_only_complete():
            self.waiting_since, self.starts = self.starts, None
        self._restart()
        for event in self.scene.events:
            if isinstance(event, PiecesRequested):
                self._asked(event)
            elif isinstance(event, PiecesReceived) and event.complete and self.waiting_since is not None:
                self._completed(self.scene.day(event.at))
        if self.asked:
            _note_request(self.scene, self.asked[-1])
        self._warn_unasked(incomplete=incomplete)
        return self._course(saisine)

    def _starts_only_complete(self) -> bool:
        return self.plan.needs_complete or self.scene.options.unasked_incompleteness_stops

    def _restart(self) -> None:
        if self.starts is None:
            self.term = None
            return
        term = add_period(self.starts, self.plan.delay)
        self.term, self.days = shifted(term, self.special, since=self.starts) if self.special else (term, 0)
        if self.special and doubtful(self.scene):
            self.scene.ledger.could_decide_on(term)

    def _asked(self, request: PiecesRequested) -> None:
        day = begins_on(request, self.scene)
        if self.starts is not None and day < self.starts and request.by_competent:
            return  # asked before the running period began: already answered, or not to this administration
        if self.term is None or day > self.term:
            self._asked_again(request, day)
            return  # nothing runs, or silence has already decided
        effect = effect_of(request, self.scene, after_completion=self.completions > 0)
        _warn(self.scene, effect.warning, effect.source, effect.because)
        if effect.debated:
            self.scene.ledger.could_decide_on(self.term)
        self.asked.append(deadline_of(request, self.scene))
        if effect.stops:
            if not effect.debated:
                self.scene.ledger.stopped_on(day)
            self.waiting_since, self.term, self.starts = day, None, None

    def _asked_again(self, request: PiecesRequested, day: date) -> None:
        """A regular letter sent while a doubtful one is waited on: from that day nobody disputes that the clock stops."""
        if self.waiting_since is None:
            return
        effect = effect_of(request, self.scene, after_completion=self.completions > 0)
        if effect.stops and not effect.debated:
            self.scene.ledger.stopped_on(day)
            self.asked.append(deadline_of(request, self.scene))

    def _completed(self, day: date) -> None:
        if self.waiting_since is not None:
            self.spans.append((self.waiting_since, day))
        self.waiting_since, self.starts = None, day
        self.completions += 1
        self._restart()

    def _warn_unasked(self, *, incomplete: bool) -> None:
        if incomplete and self.term is not None and not self.completions:
            self.scene.ledger.warn(
                "incomplete_never_asked",
                "CRPA L114-3 al.2, R112-11-1",
                "le dossier est incomplet mais rien n'a été demandé : le délai court (lecture retenue).",
            )

    def _course(self, saisine: Saisine) -> Course:
        if self.waiting_since is not None:
            self.spans.append((self.waiting_since, None))
        spans = (*self.spans, *merged(self.special))
        if self.term is None or self.starts is None:
            return Course(
                self.plan.effect,
                None,
                None,
                ClockState.WAITING_FOR_PIECES,
                "CRPA L114-3 al.2, L114-5 al.2",
                "des pièces exigées par les textes manquent : le délai ne court pas tant qu'elles ne sont pas reçues.",
                spans,
            )
        today = self.scene.today
        suspended = today is not None and any(start <= today < end for start, end in self.special)
        state = ClockState.SUSPENDED if suspended else ClockState.RUNNING
        source, why = self._origin(saisine, self.starts)
        because = f"{self.plan.delay.in_french} à compter du {in_french(self.starts)}{why}, sans report : "
        if self.days:
            because = f"{because}{self.days} jour(s) de suspension compris, "
        because = f"{because}{in_french(self.term)}."
        days = self.days if self.special else None
        return Course(self.plan.effect, self.starts, self.term, state, source, because, spans, days)

    def _origin(self, saisine: Saisine, starts: date) -> tuple[str, str]:
        if self.completions:
            return "CRPA L114-3 al.2, L114-5 al.2", ", réception des pièces"
        if self.special:
            return "CRPA L115-3, R115-5 al.2", ""
        if self.plan.from_competent and starts != saisine.seized_on:
            return "CRPA L114-3 al.2", ", réception par l'administration compétente"
        return self.plan.source, ""
