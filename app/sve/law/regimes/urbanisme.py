"""Permits, declarations and certificates of the code de l'urbanisme (livre IV)."""

from dataclasses import dataclass, field
from datetime import date

from app.sve.law.case import ClockState, Scene
from app.sve.law.course import Course, Plan
from app.sve.law.events import (
    AbfOpinion,
    AckKind,
    AckSent,
    Event,
    InquiryReported,
    NewPeriodNotified,
    PeriodExtended,
    PiecesReceived,
    PiecesRequested,
    RequestModified,
    Way,
)
from app.sve.law.procedure import Permit
from app.sve.law.reasons import in_french
from app.sve.law.regime import Regime
from app.sve.law.regimes.abf import counts, note_consultation
from app.sve.law.rules import ENVIRONMENTAL_ASSESSMENT
from app.sve.law.saisine import Saisine
from app.sve.law.suspension import merged, shifted, special_spans
from app.sve.law.terms import ONE_MONTH, THREE_MONTHS, TWO_MONTHS, Period, add_period

# Delays of droit commun. Source: C. urb. R*423-23 a, b, c; R*410-9, R*410-10 (certificates).
DELAYS: dict[str, Period] = {
    "DP": ONE_MONTH,
    "PCMI": TWO_MONTHS,
    "PD": TWO_MONTHS,
    "PC": THREE_MONTHS,
    "PA": THREE_MONTHS,
    "CUa": ONE_MONTH,
    "CUb": TWO_MONTHS,
}
TERM_SOURCE = "C. urb. R*423-23, R*424-1"


def run(scene: Scene, saisine: Saisine, plan: Plan) -> Course:
    """Runs the instruction of a planning filing.

    Source: C. urb. R*423-19, R*423-22 to R*423-25, R*423-38 to R*423-43, R*424-1 to R*424-3, R424-2-1, R474-1 I.
    """
    if saisine.competent_on is None:
        if saisine.debated_on is not None:
            scene.ledger.could_decide_on(add_period(saisine.debated_on, plan.delay))
        because = "le dépôt ne saisit pas régulièrement l'administration, ou pas encore la compétente."
        return Course(plan.effect, None, None, ClockState.NOT_STARTED, "C. urb. R423-2-1, R*423-19", because)
    start = _start(scene, saisine, plan, saisine.competent_on)
    return _Instruction(scene, plan, start, plan.delay).run(saisine)


def electronic_start(scene: Scene, saisine: Saisine, competent_on: date, *, source: str, delay: Period) -> date:
    """Gives the day an electronic filing starts the period: the sending of its first acknowledgement.

    Without any, the reception is kept as the earlier plausible start, and an agent is warned. Source: C. urb.
    R474-1 I 1°, R213-7 I.
    """
    sending = saisine.sending
    if sending is None or sending.way is not Way.ELECTRONIC:
        return competent_on
    sent = [scene.day(ack.at) for ack in scene.every(AckSent) if ack.kind is not AckKind.AR and ack.at >= sending.at]
    if not sent:
        scene.ledger.warn(
            "no_acknowledgement_sent",
            source,
            "le délai court de l'envoi de l'AEE ou de l'ARE : aucun n'est parti. La réception est retenue par prudence.",
        )
        return competent_on
    if sent[0] > competent_on:
        # Only a filing known to us is dated by our own acknowledgement: the reception stays the day that warns.
        scene.ledger.could_decide_on(add_period(competent_on, delay))
    return max(sent[0], competent_on)


def _start(scene: Scene, saisine: Saisine, plan: Plan, competent_on: date) -> date:
    source = "C. urb. R474-1 I 1°"
    start = electronic_start(scene, saisine, competent_on, source=source, delay=plan.delay)
    electronic = saisine.sending is not None and saisine.sending.way is Way.ELECTRONIC
    scene.ledger.note(
        "clock_start_date",
        start,
        source if electronic else "C. urb. R*423-19",
        f"le délai court de l'envoi du premier accusé électronique : {in_french(start)}."
        if electronic
        else f"le délai court du dépôt : {in_french(start)}.",
    )
    return start


@dataclass(slots=True)
class _Instruction:
    """The instruction of one filing, followed event by event."""

    scene: Scene
    plan: Plan
    starts: date
    delay: Period
    term: date | None = None
    waiting_since: date | None = None
    pieces_due: date | None = None
    completed_on: date | None = None
    modified_on: date | None = None
    source: str = TERM_SOURCE
    silence_rejects: str | None = None
    increased: Period | None = None
    spans: list[tuple[date, date | None]] = field(default_factory=list)

    @property
    def first_month(self) -> date:
        """The last day to ask for pieces or notify a longer delay."""
        return add_period(self.starts, ONE_MONTH)

    def run(self, saisine: Saisine) -> Course:
        self._note_first_month()
        self.term = add_period(self.starts, self.delay)
        note_consultation(self.scene)
        for event in self.scene.events:
            self._hear(event)
        self._suspend(saisine)
        self._exclusions(saisine)
        if self.pieces_due is not None:
            self.scene.ledger.note(
                "pieces_due_date",
                self.pieces_due,
                "C. urb. R*423-39 a",
                f"le demandeur a trois mois pour compléter : {in_french(self.pieces_due)}.",
            )
        if self.waiting_since is not None and self.pieces_due is not None:
            return self._incomplete(self.pieces_due)
        return self._complete()

    def _hear(self, event: Event) -> None:
        if self.term is not None and self.scene.day(event.at) > self.term:
            return  # silence has decided: nothing moves the term any more
        match event:
            case PiecesRequested():
                self._asked(event)
            case PiecesReceived() if event.complete:
                self._received(self.scene.day(event.at))
            case PeriodExtended():
                self._extended(event)
            case AbfOpinion():
                self._opinion(event)
            case RequestModified():
                self.modified_on = None if event.nature_changed else self.scene.day(event.at)
            case NewPeriodNotified():
                self._new_period()
            case InquiryReported():
                self._reported(self.scene.day(event.at))
            case _:
                return

    def _note_first_month(self) -> None:
        last = self.first_month
        self.scene.ledger.note(
            "pieces_request_last_date",
            last,
            "C. urb. R*423-38",
            f"les pièces manquantes se demandent dans le mois du dépôt : {in_french(last)}.",
        )
        self.scene.ledger.note(
            "increase_notify_last_date",
            last,
            "C. urb. R*423-42",
            f"un délai majoré se notifie dans le mois du dépôt : {in_french(last)}.",
        )

    def _asked(self, request: PiecesRequested) -> None:
        day = self.scene.day(request.reached_at or request.at)
        if not request.required_by_text:
            self.scene.ledger.warn(
                "piece_not_required_by_text",
                "C. urb. R*423-41 ; CE 9 déc. 2022 n°454521",
                "pièce hors de la liste du code : la demande est sans effet sur le délai.",
            )
            return
        if day > self.first_month:
            self.scene.ledger.warn(
                "pieces_asked_too_late",
                "C. urb. R*423-22, R*423-41",
                f"pièces demandées après le {in_french(self.first_month)} : le dossier est réputé complet.",
            )
            return
        self.scene.ledger.stopped_on(day)
        # A second list inside the month replaces the first and gives three new months (R*423-40).
        self.waiting_since, self.term = self.waiting_since or day, None
        self.pieces_due = add_period(day, THREE_MONTHS)

    def _received(self, day: date) -> None:
        if self.waiting_since is None or self.pieces_due is None or day > self.pieces_due:
            return
        self.spans.append((self.waiting_since, day))
        self.waiting_since, self.completed_on = None, day
        self.term = add_period(day, self.delay)
        self.source = "C. urb. R*423-39 c"

    def _extended(self, event: PeriodExtended) -> None:
        day = self.scene.day(event.at)
        if day > self.first_month:
            self.scene.ledger.warn(
                "increase_notified_too_late",
                "C. urb. R*423-42, R*423-43",
                f"majoration notifiée après le {in_french(self.first_month)} : sans effet, le délai initial court.",
            )
            return
        if event.total is not None:
            self.delay = event.total
        elif event.added is not None:
            self.delay = self._increased(event.added)
        self.source = "C. urb. R423-24, R*423-25 à R*423-33, R*423-42"
        if self.term is not None:
            self.term = add_period(self.completed_on or self.starts, self.delay)

    def _increased(self, more: Period) -> Period:
        """Gives the period with an increase. Two do not add up: the longer one counts, and an agent is told (R*423-25)."""
        whole = self.plan.delay + more
        if self.increased is None:
            self.increased = whole
            return whole
        self.scene.ledger.warn(
            "increases_do_not_add_up",
            "C. urb. R423-24, R*423-25",
            "plusieurs majorations ont été notifiées : elles ne se cumulent pas, la plus longue seule est comptée. Si un texte "
            "les cumule, notifier le délai entier.",
        )
        if add_period(self.starts, whole) > add_period(self.starts, self.increased):
            self.increased = whole
        return self.increased

    def _opinion(self, opinion: AbfOpinion) -> None:
        """R*424-3 derogates to R*424-1 b only: a declaration stays a tacit non-opposition."""
        if not opinion.against or not counts(self.scene, opinion):
            return
        if self.scene.procedure.permit in {Permit.DECLARATION, Permit.CERTIFICATE}:
            self.scene.ledger.warn(
                "abf_against_a_declaration",
                "C. urb. R*424-3, R*424-1 a",
                "l'avis de l'ABF n'inverse le silence que pour les permis : une décision expresse est nécessaire.",
            )
            return
        self.silence_rejects = "C. urb. R*424-3"

    def _new_period(self) -> None:
        if self.modified_on is None or self.term is None:
            return
        self.scene.ledger.stopped_on(self.modified_on)
        self.starts = self.modified_on
        self.completed_on = None
        self.term = add_period(self.modified_on, self.delay)
        self.source = "CE 1er déc. 2023 n°448905 ; C. urb. R*423-23"

    def _reported(self, day: date) -> None:
        """A project under enquête publique is decided within two months of the commissaire's report."""
        self.starts, self.delay = day, TWO_MONTHS
        self.term = add_period(day, TWO_MONTHS)
        self.source = "C. urb. R*423-20, R*423-32"

    def _suspend(self, saisine: Saisine) -> None:
        spans = special_spans(self.scene, saisine.reception_on or self.starts)
        if spans and self.term is not None:
            self.term, _ = shifted(self.term, spans, since=self.completed_on or self.starts)
            self.spans.extend(merged(spans))

    def _exclusions(self, saisine: Saisine) -> None:
        for exclusion in self.scene.procedure.silence_excluded:
            if exclusion != "environmental_assessment":
                self.silence_rejects = f"C. urb. R*424-2 ({exclusion})"
            elif ENVIRONMENTAL_ASSESSMENT.in_force(saisine.reception_on or self.starts):
                self.silence_rejects = ENVIRONMENTAL_ASSESSMENT.source

    def _incomplete(self, due: date) -> Course:
        """Never completed within three months: tacit rejection or opposition. C. urb. R*423-39 b."""
        spans = (*self.spans, (self.waiting_since or due, None))
        if not self.scene.past(due):
            because = f"des pièces sont attendues jusqu'au {in_french(due)} : le délai ne court pas."
            return Course(
                self.plan.effect, None, None, ClockState.WAITING_FOR_PIECES, "C. urb. R*423-39", because, spans
            )
        because = f"le dossier n'a pas été complété au {in_french(due)} : rejet ou opposition tacite."
        return Course(
            Regime.SVR, None, due, ClockState.RUNNING, "C. urb. R*423-39 b", because, spans, rejected_for_pieces=True
        )

    def _complete(self) -> Course:
        origin = self.completed_on or self.starts
        term = self.term or add_period(origin, self.delay)
        because = f"{self.delay.in_french} à compter du {in_french(origin)}, sans report : {in_french(term)}."
        effect, source = self.plan.effect, self.source
        if self.silence_rejects is not None and effect is Regime.SVA:
            effect, source = Regime.SVR, f"{self.source} ; {self.silence_rejects}"
            because = f"{because} Par exception, le silence vaut rejet."
        return Course(effect, origin, term, ClockState.RUNNING, source, because, tuple(self.spans))
