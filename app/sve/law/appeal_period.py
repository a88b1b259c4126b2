"""The period before the court, followed event by event: what opens it, interrupts it, makes it run again."""

from dataclasses import dataclass, field
from datetime import date

from app.sve.law.case import Scene
from app.sve.law.events import (
    AckKind,
    AckSent,
    AdministrativeAppeal,
    AppealRejected,
    CourtSeized,
    Event,
    ExpressDecision,
    MediationAgreed,
    MediationEnded,
    ReasonsCommunicated,
    ReasonsRequested,
    Received,
    Residence,
    Way,
)
from app.sve.law.notification import notified
from app.sve.law.procedure import Family
from app.sve.law.reasons import in_french
from app.sve.law.rules import PLANNING_APPEAL
from app.sve.law.terms import ONE_MONTH, ONE_YEAR, TWO_MONTHS, Period, add_period, franc

COURT_SOURCE = "CJA R421-1 ; délai franc (CE 5 juin 2009 n°312682 ; CE 19 sept. 2014 n°362568)"


@dataclass(frozen=True, slots=True)
class Opening:
    """What opens, or opens again, the period before the court. Source: CJA R421-1, R421-2, R421-5."""

    day: date
    opposable: bool
    source: str
    because: str
    implicit: bool = False
    knowledge_starts: bool = False


@dataclass(frozen=True, slots=True)
class _Lodged:
    appeal: AdministrativeAppeal
    received: date
    term: date


@dataclass(slots=True)
class Appeals:
    """The period before the court, followed event by event. Source: CJA R421-1 to R421-7; CRPA L411-2, L421-3, L232-4."""

    scene: Scene
    silence_period: Period = TWO_MONTHS
    opening: Opening | None = None
    lodged: list[_Lodged] = field(default_factory=list)
    rejected: list[tuple[AppealRejected, date]] = field(default_factory=list)
    last: date | None = None
    lasting_source: str = ""
    lasting_because: str = ""
    interrupted: bool = False
    cap: date | None = None
    reasons_asked: date | None = None
    base: tuple[date, date | None] | None = None

    # -- what is known of the period -------------------------------------------------

    def open(self, opening: Opening) -> None:
        """Opens the period, or opens it anew; a period which cannot be opposed has no last day."""
        self.opening = opening
        self.interrupted = False
        if not opening.opposable:
            self.last = None
            return
        more, why = distance(self.scene)
        self.last = franc(opening.day, TWO_MONTHS + more, self.scene.territory, self.scene.options.calendar)
        self.lasting_source = f"{opening.source} ; {COURT_SOURCE}{why}"
        self.lasting_because = (
            f"{opening.because} Deux mois francs{' plus le délai de distance' if why else ''}, reportés au premier jour "
            f"ouvrable : {in_french(self.last)}."
        )

    def within(self, day: date) -> bool:
        """Tells whether a day falls in the open period; a period not opposable has no end."""
        if self.opening is None or day < self.opening.day:
            return False
        return self.last is None or day <= self.last

    # -- the events -------------------------------------------------------------------

    def hear(self, event: Event) -> None:
        """Takes one event in; most say nothing to this period."""
        match event:
            case AdministrativeAppeal():
                self._appeal(event)
            case AppealRejected():
                self._rejection(event)
            case ReasonsRequested():
                self._reasons_asked(self.scene.day(event.at))
            case ReasonsCommunicated():
                self._reasons_given(self.scene.day(event.at))
            case MediationAgreed():
                self._mediation(self.scene.day(event.at))
            case MediationEnded():
                self._mediation_over(self.scene.day(event.at))
            case CourtSeized():
                self._court(event)
            case _:
                return

    def _appeal(self, appeal: AdministrativeAppeal) -> None:
        received = self.scene.day(appeal.at)
        posted = appeal.postmark or received
        note = self.scene.ledger.note
        term = add_period(received, self.silence_period)
        planning = self._planning_limit()
        in_time = self.opening is not None and (
            posted <= planning if planning is not None else self.within(posted) or self._second_in_first_period(posted)
        )
        if self.opening is not None:
            note(
                "in_time",
                in_time,
                "CE 30 juin 2025 n°494573 (date d'envoi)" if appeal.postmark else "CRPA L411-2",
                f"recours du {in_french(posted)}{' (cachet de la poste)' if appeal.postmark else ''}.",
            )
        self._note_ack_duty(appeal)
        entry = _Lodged(appeal, received, term)
        if planning is not None or not in_time:
            self._note_silent_end(term)
            return
        if self.base is None and self.opening is not None:
            self.base = (self.opening.day, self.last)
        self.lodged.append(entry)
        self._settle()

    def _second_in_first_period(self, posted: date) -> bool:
        """L411-2 al.2: both appeals must be lodged in the first period, which the first of them interrupted."""
        return self.base is not None and posted >= self.base[0] and (self.base[1] is None or posted <= self.base[1])

    def _planning_limit(self) -> date | None:
        """Gives the last day of the gracious appeal which, since L600-12-2, prolongs nothing."""
        if self.scene.procedure.family is not Family.URBANISME or self.opening is None:
            return None
        if not PLANNING_APPEAL.in_force(self.opening.day):
            return None
        return add_period(self.opening.day, ONE_MONTH)

    def _note_ack_duty(self, appeal: AdministrativeAppeal) -> None:
        if appeal.by_third_party:
            self.scene.ledger.note(
                "ar_required",
                False,
                "CRPA L411-3 ; CE avis 15 juill. 2004 n°266479",
                "l'accusé de réception d'un recours n'est dû qu'au destinataire de la décision.",
            )
        elif appeal.way is not None and appeal.way is not Way.ELECTRONIC:
            self.scene.ledger.note(
                "ar_required", True, "CRPA L411-3, L112-3", "recours du destinataire de la décision : accusé dû."
            )

    def _note_silent_end(self, term: date) -> None:
        self.scene.ledger.note(
            "appeal_term_date",
            term,
            "C. urb. L600-12-2" if self._planning_limit() else "CRPA L411-7, L231-4 2°",
            f"le silence gardé sur le recours vaut rejet le {in_french(term)}, sans report.",
        )

    def _rejection(self, event: AppealRejected) -> None:
        day = notified(event.delivery, self.scene).on
        if day is not None:
            self.rejected.append((event, day))
            self._settle()

    def _settle(self) -> None:
        """Opens the period again from the last of the rejections of the appeals lodged in time. CRPA L411-2."""
        ends = [self._end(entry) for entry in self.lodged]
        if ends:
            self.open(max(ends, key=lambda each: each.day))

    def _end(self, entry: _Lodged) -> Opening:
        for event, day in self.rejected:
            same = event.kind is None or event.kind is entry.appeal.kind
            # An express rejection inside the period opened by the silence makes it run again (CJA R421-2).
            more, _ = distance(self.scene)
            last = franc(entry.term, TWO_MONTHS + more, self.scene.territory, self.scene.options.calendar)
            still_open = self._acknowledged(entry) is False or day <= last
            if same and day >= entry.received and still_open:
                mentioned = event.mentions_appeal is True
                because = f"rejet exprès du recours notifié le {in_french(day)}."
                return Opening(day, mentioned, "CRPA L411-2 ; CJA R421-5", because, knowledge_starts=True)
        because = f"recours rejeté par le silence le {in_french(entry.term)}."
        acknowledged = self._acknowledged(entry)
        return Opening(entry.term, acknowledged, "CRPA L411-2 ; CJA R421-2", because, implicit=True)

    def _acknowledged(self, entry: _Lodged) -> bool:
        if entry.appeal.by_third_party:
            return True
        return any(
            ack.at >= entry.appeal.at and ack.kind is not AckKind.AEE and ack.complete_mentions is True
            for ack in self.scene.every(AckSent)
        )

    def _reasons_asked(self, day: date) -> None:
        if self.opening is None or not self.opening.implicit or not self.within(day) or self.reasons_asked is not None:
            return
        self.reasons_asked = day
        due = add_period(day, ONE_MONTH)
        self.scene.ledger.note(
            "reasons_due_date",
            due,
            "CRPA L232-4 al.2",
            f"motifs demandés le {in_french(day)} : à communiquer dans le mois, au plus tard le {in_french(due)}.",
        )
        self.cap = add_period(day, ONE_YEAR)
        self.opening = Opening(
            self.opening.day, False, "CRPA L232-4 al.2", "motifs demandés et non encore communiqués.", implicit=True
        )
        self.last = None

    def _reasons_given(self, day: date) -> None:
        if self.reasons_asked is None:
            return
        because = f"motifs communiqués le {in_french(day)}."
        self.open(Opening(day, True, "CRPA L232-4 al.2", because))
        if self.cap is not None and self.last is not None and self.last > self.cap:
            self.last = self.cap
            self.lasting_source = "CE avis 2 oct. 2025 n°504677"
            self.lasting_because = f"un an au plus après la demande de motifs : {in_french(self.cap)}."

    def _mediation(self, day: date) -> None:
        if self.within(day):
            self.interrupted = True
            self.last = None

    def _mediation_over(self, day: date) -> None:
        if self.interrupted and self.opening is not None:
            because = f"médiation terminée le {in_french(day)} : le délai interrompu recommence."
            self.open(Opening(day, self.opening.opposable, "CRPA L421-3 ; CJA L213-6", because))

    def _court(self, event: CourtSeized) -> None:
        day = event.postmark or self.scene.day(event.at)
        if self.opening is not None:
            self.scene.ledger.note(
                "in_time",
                self.within(day),
                "CE Sect. 13 mai 2024 n°466541 (date d'envoi)" if event.postmark else "CJA R421-1",
                f"requête du {in_french(day)}.",
            )


def distance(scene: Scene) -> tuple[Period, str]:
    """Gives the délai de distance. R421-6 (three months in some territories) is repealed since 18 Oct 2015.

    Source: CJA R421-7.
    """
    residences = {
        event.residence
        for event in scene.events
        if isinstance(event, ExpressDecision | Received | AdministrativeAppeal)
    } | {scene.procedure.residence}
    if Residence.ABROAD in residences:
        return TWO_MONTHS, " ; CJA R421-7 al.3"
    if Residence.OVERSEAS in residences:
        return ONE_MONTH, " ; CJA R421-7"
    return Period(), ""
