"""The panel on the ground: until when third parties may go to court against a permit."""

from datetime import date

from app.sve.law.case import Scene
from app.sve.law.events import DisplayEnded, DisplayStarted, WorksCompleted
from app.sve.law.reasons import in_french
from app.sve.law.rules import COMPLETION_LIMIT
from app.sve.law.terms import TWO_MONTHS, add_period, franc

SOURCE = "C. urb. R*600-2, R*424-15"


def note_display(scene: Scene, decided_on: date | None) -> None:
    """States the last day of third parties: two months from the first day of two months of continuous display.

    A display before the decision, interrupted, or silent about the right to appeal opens no period; the limit of six
    months from completion bars everybody. Source: C. urb. R*424-15, R*600-2, R*600-3, A424-17.
    """
    started = scene.every(DisplayStarted)
    completed = scene.first(WorksCompleted)
    if started:
        _note_display(scene, started, decided_on)
    if completed is not None:
        _note_completion(scene, scene.day(completed.at))


def _note_display(scene: Scene, started: list[DisplayStarted], decided_on: date | None) -> None:
    note = scene.ledger.note
    faults = [(each, _fault(scene, each, decided_on)) for each in started]
    good = next((each for each, fault in faults if fault is None), None)
    if good is None:
        source, because = faults[-1][1] or (SOURCE, "")
        note("third_party_appeal_last_date", None, source, because)
        note("third_party_appeal_opposable", False, source, because)
        return
    first = scene.day(good.at)
    through = add_period(first, TWO_MONTHS)
    last = franc(first, TWO_MONTHS, scene.territory, scene.options.calendar)
    note(
        "third_party_appeal_last_date",
        last,
        SOURCE,
        f"deux mois francs à compter du {in_french(first)}, premier jour de l'affichage, qui doit durer sans interruption "
        f"jusqu'au {in_french(through)} : {in_french(last)}.",
    )
    shown = scene.past(through)
    because = (
        "affichage continu pendant deux mois."
        if shown
        else f"si l'affichage reste continu jusqu'au {in_french(through)}."
    )
    note("third_party_appeal_opposable", True if shown else None, SOURCE, because)


def _fault(scene: Scene, display: DisplayStarted, decided_on: date | None) -> tuple[str, str] | None:
    """Says why a display opens no period: before the decision, interrupted, or silent about the right to appeal."""
    first = scene.day(display.at)
    if decided_on is None or first < decided_on:
        return "C. urb. R*424-15", f"l'affichage du {in_french(first)} précède la décision : il n'ouvre aucun délai."
    ended = next((scene.day(each.at) for each in scene.every(DisplayEnded) if each.at >= display.at), None)
    if ended is not None and ended < add_period(first, TWO_MONTHS):
        return SOURCE, f"affichage interrompu le {in_french(ended)} : la période de deux mois n'est pas continue."
    if display.complete_mentions is False:
        return (
            "C. urb. R*424-15, A424-17",
            "le panneau ne mentionne pas le droit de recours : le délai n'est pas opposable aux tiers.",
        )
    return None


def _note_completion(scene: Scene, day: date) -> None:
    limit = add_period(day, COMPLETION_LIMIT.period or TWO_MONTHS)
    if not COMPLETION_LIMIT.in_force(limit):
        scene.ledger.note(
            "third_party_bar_date",
            None,
            COMPLETION_LIMIT.source,
            "achèvement ancien : le délai antérieur au 1er octobre 2018 et sa transition n'ont pas été relus.",
        )
        return
    scene.ledger.note(
        "third_party_bar_date",
        limit,
        COMPLETION_LIMIT.source,
        f"six mois après l'achèvement du {in_french(day)}, aucune action en annulation n'est plus recevable : "
        f"{in_french(limit)}.",
    )
