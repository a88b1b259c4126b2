"""Burial and cremation: between 24 hours and fourteen calendar days after death."""

from datetime import date, timedelta

from app.sve.law.calendar import holidays
from app.sve.law.case import Scene
from app.sve.law.events import Death
from app.sve.law.reasons import in_french
from app.sve.law.rules import FUNERAL, FUNERAL_SIX_DAYS, version_on
from app.sve.law.terms import UTC, Period, add_period

EARLIEST = timedelta(hours=24)  # CGCT R2213-33, R2213-35
FORTNIGHT = Period(days=14)  # CGCT R2213-33
ONE_DAY = timedelta(days=1)


def note_funeral(scene: Scene) -> None:
    """States the earliest instant and the latest day of a funeral. Source: CGCT R2213-33, R2213-35."""
    death = scene.first(Death)
    if death is None:
        return
    day = scene.day(death.at)
    rule = version_on(FUNERAL, day)
    if rule is None:
        latest, source = None, FUNERAL_SIX_DAYS.source
        because = f"décès antérieur au {in_french(FUNERAL_SIX_DAYS.valid_from)} : la règle d'alors n'a pas été lue."
    elif rule is FUNERAL_SIX_DAYS:
        latest, source = _six_days(scene, day), rule.source
        because = f"décès antérieur au 12 juillet 2024 : six jours hors dimanches et fériés : {in_french(latest)}."
        scene.ledger.warn("rule_not_read_again", source, "rédaction antérieure non relue : à vérifier.")
    else:
        latest, source = add_period(day, rule.period or FORTNIGHT), rule.source
        because = f"quatorzième jour calendaire suivant le décès du {in_french(day)} : {in_french(latest)}."
    scene.ledger.note("latest_date", latest, source, because)
    earliest = (death.at.astimezone(UTC) + EARLIEST).astimezone(scene.zone)  # elapsed hours, across a DST change too
    scene.ledger.note("earliest_local", earliest, "CGCT R2213-33", "vingt-quatre heures au moins après le décès.")


def _six_days(scene: Scene, day: date) -> date:
    left = 6
    while left:
        day += ONE_DAY
        if day.weekday() != 6 and day not in holidays(day.year, scene.territory, scene.options.calendar):
            left -= 1
    return day
