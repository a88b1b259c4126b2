"""The days on which somebody must be warned of a reading: a ladder down to its term, each step on a working day.

No text asks for these warnings; they are ours. What they are measured from is the engine's, with its source.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from app.sve.law.calendar import (
    MONDAY_TO_FRIDAY,
    STATUTE,
    LocalCalendar,
    Territory,
    working_day_by,
    working_days_before,
)
from app.sve.law.case import Case, Reading
from app.sve.law.reasons import in_french
from app.sve.law.regime import Regime
from app.sve.law.terms import ONE_DAY

DAYS_BEFORE = (30, 15, 7, 3, 1)
DAYS_BEFORE_REJECTION = (7, 1)
# No text says by when a request is handed over (CRPA L114-2): told the day after the reception, then again.
DAYS_UNSENT = (1, 7, 15, 30, 60)
# An acknowledgement is owed within worked days (CRPA R112-11-2), so its steps are counted in them.
WORKING_DAYS_BEFORE_DUTY = (3, 1)
BORN_SAID = "la décision tacite est née, ou peut l'être : décider d'un retrait ou en délivrer l'attestation"


class About(StrEnum):
    """What a step warns of. Of the steps that count down to one thing, only the nearest is worth telling."""

    TERM = "term"
    LAST_TERM = "last_term"
    BORN = "born"
    AEE = "aee_due"
    ARE = "are_due"
    REVIEW = "review_by"
    REPLY = "reply_due"
    HAND_OVER = "hand_over"


@dataclass(frozen=True, slots=True)
class Threshold:
    """A day on which an alert must be raised, once; `code` is unique within a reading.

    `falls_on` is the day as counted, `on` the working day by which it is told, never later. `speaks_of` is the day it
    warns of, `countdown` says that a nearer step will come.
    """

    code: str
    on: date
    because: str
    about: About
    falls_on: date
    speaks_of: date
    countdown: bool = False


@dataclass(frozen=True, slots=True)
class Week:
    """The days somebody is at work in a territory."""

    territory: Territory
    weekdays: frozenset[int] = MONDAY_TO_FRIDAY
    local: LocalCalendar = STATUTE

    @classmethod
    def of(cls, case: Case) -> "Week":
        """Gives the week of the competent authority."""
        return cls(case.territory, case.options.worked_weekdays, case.options.calendar)

    def by(self, day: date) -> date:
        """Gives a day when somebody works then, else the last working day before it."""
        return working_day_by(day, self.territory, weekdays=self.weekdays, local=self.local)

    def before(self, day: date, n: int) -> date:
        """Gives the n-th working day before a day."""
        return working_days_before(day, n, self.territory, weekdays=self.weekdays, local=self.local)


def thresholds(reading: Reading, week: Week) -> tuple[Threshold, ...]:
    """Lists the days on which to warn, in order; a day already past is still listed, so that a missed one is caught up.

    A day nobody works is told on the working day before: a Sunday term on Friday. Steps to one term that come together
    are told once, the nearest to it. Acknowledgements not sent and the day to qualify are warned of too. Nothing is
    listed for a settled reading.
    """
    found = [*_acknowledgements(reading, week), *_not_handed_over(reading, week)]
    if not reading.settled and reading.alert_on is not None and reading.effect is not Regime.NONE:
        found.extend(_before(reading.alert_on, reading.term_on, week, rejects=reading.effect is Regime.SVR))
    return tuple(sorted(found, key=lambda each: (each.on, each.falls_on, each.code)))


# The clocks of a town fall on the same few days: their steps are laid out once.
@lru_cache(maxsize=4096)
def _before(alert: date, term_on: date | None, week: Week, *, rejects: bool) -> tuple[Threshold, ...]:
    decides = f"le silence {'rejette' if rejects else 'peut accorder'} le {in_french(alert)} à minuit"
    steps = []
    if term_on is not None and alert != term_on:
        said = f"dernier jour dans la lecture retenue du droit, le {in_french(term_on)}"
        steps.append(_step(week, "last_term", term_on, said, About.LAST_TERM, alert, countdown=False))
    for rank in DAYS_BEFORE_REJECTION if rejects else DAYS_BEFORE:
        falls = alert - timedelta(days=rank)
        steps.append(_step(week, f"J-{rank}", falls, f"J-{rank} : {decides}", About.TERM, alert))
    if not rejects:
        steps.append(_step(week, "term", alert, f"dernier jour : {decides}", About.TERM, alert, countdown=False))
    found = _nearest(steps)
    if not rejects:
        # Told on its own day, worked or not: before it, nothing is born.
        born = (term_on or alert) + ONE_DAY
        found.append(Threshold("born", born, f"{BORN_SAID}.", About.BORN, born, alert))
    return tuple(found)


def _nearest(steps: list[Threshold]) -> list[Threshold]:
    """Of the steps told on one day keeps one: they are given so that the nearest to what it warns of comes last."""
    return list({step.on: step for step in steps}.values())


def _acknowledgements(reading: Reading, week: Week) -> Iterator[Threshold]:
    # Qualifying is still due when a (necessarily incomplete) acknowledgement has left.
    for key, about, what, done in (
        ("aee_due_date", About.AEE, "envoyer l'accusé d'enregistrement", reading.values.get("aee_done") is True),
        ("are_due_date", About.ARE, "envoyer l'accusé de réception", reading.values.get("are_done") is True),
        ("review_by", About.REVIEW, "qualifier", reading.settled),
        # A text of its own sets the day although silence decides nothing: the reading says whether it was answered.
        ("reply_due_date", About.REPLY, "répondre", reading.settled or reading.values.get("reply_done", True) is True),
    ):
        day = reading.values.get(key)
        if not isinstance(day, date) or done:
            continue
        yield from _due(day, week, about=about, what=what)


def _not_handed_over(reading: Reading, week: Week) -> Iterator[Threshold]:
    """What an incompetent authority keeps has no clock: nothing else would ever speak of it. Source: CRPA L114-3 al.2."""
    since = reading.values.get("not_handed_over_since")
    if reading.settled or not isinstance(since, date):
        return
    said = (
        f"reçue le {in_french(since)} par une autorité incompétente, transmise à personne : aucun délai ne court, la "
        "transmettre et en aviser l'usager (CRPA L114-2)"
    )
    days = ((rank, since + timedelta(days=rank)) for rank in DAYS_UNSENT)
    yield from _nearest([_step(week, f"hand_over_J+{n}", day, said, About.HAND_OVER, since) for n, day in days])


@lru_cache(maxsize=4096)
def _due(day: date, week: Week, *, about: About, what: str) -> tuple[Threshold, ...]:
    steps = []
    if about is not About.AEE:  # due on the first working day: there is nothing to count down
        for rank in WORKING_DAYS_BEFORE_DUTY:
            falls = week.before(day, rank)
            left = "un jour ouvré reste" if rank == 1 else f"{rank} jours ouvrés restent"
            said = f"{left} pour {what}, dernier jour le {in_french(day)}"
            steps.append(_step(week, f"{about.value}_J-{rank}", falls, said, about, day))
    said = f"dernier jour pour {what}, le {in_french(day)}"
    steps.append(_step(week, about.value, day, said, about, day, countdown=False))
    return tuple(_nearest(steps))


def _step(
    week: Week, code: str, falls_on: date, said: str, about: About, speaks_of: date, *, countdown: bool = True
) -> Threshold:
    on = week.by(falls_on)
    moved = "" if on == falls_on else f" ; le {in_french(falls_on)} n'est pas ouvré, c'est dit le {in_french(on)}"
    return Threshold(code, on, f"{said}{moved}.", about, falls_on, speaks_of, countdown)
