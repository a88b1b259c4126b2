"""Dates as people read them. Nothing is computed here but the words: every day comes from a stored reading."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.rest.languages import Language
from app.sve.law.reasons import in_french

_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_DAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SHORT_DAYS = ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim.")
_SHORT_MONTHS = (
    *("janv.", "févr.", "mars", "avr.", "mai", "juin"),
    *("juil.", "août", "sept.", "oct.", "nov.", "déc."),
)
_MONTHS_EN = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
# A date is never cut at the end of a line.
_TIED = "\N{NO-BREAK SPACE}"


def local(at: datetime, zone: str) -> datetime:
    """Returns an instant in the administration's own time."""
    return at.astimezone(ZoneInfo(zone))


def short_day(day: date) -> str:
    """Lun. 14 déc. 2026."""
    number = "1er" if day.day == 1 else str(day.day)
    return _TIED.join((_SHORT_DAYS[day.weekday()], number, _SHORT_MONTHS[day.month - 1], str(day.year)))


def long_day(day: date, language: Language = Language.FR) -> str:
    """Lundi 14 décembre 2026, without the capital; Monday 14 December 2026."""
    if language is Language.EN:
        words = (_DAYS_EN[day.weekday()], str(day.day), _MONTHS_EN[day.month - 1], str(day.year))
        return _TIED.join(words)
    return f"{_DAYS[day.weekday()]} {in_french(day)}".replace(" ", _TIED)


def hour(at: datetime, zone: str, language: Language = Language.FR) -> str:
    """9 h 05; 09:05."""
    there = local(at, zone)
    return f"{there:%H:%M}" if language is Language.EN else f"{there.hour}{_TIED}h{_TIED}{there:%M}"


def short_moment(at: datetime, zone: str) -> str:
    """Lun. 14 déc. 2026, 9 h 05."""
    return f"{short_day(local(at, zone).date())}, {hour(at, zone)}"


def long_moment(at: datetime, zone: str, language: Language = Language.FR) -> str:
    """Lundi 14 décembre 2026 à 9 h 05, without the capital; Monday 14 December 2026 at 09:05."""
    there = "at" if language is Language.EN else "à"
    return f"{long_day(local(at, zone).date(), language)} {there} {hour(at, zone, language)}"


def from_today(day: date, today: date) -> str:
    """How far a day is: aujourd'hui, demain, dans 3 jours, il y a 2 jours."""
    days = (day - today).days
    if days in _NEAR:
        return _NEAR[days]
    return f"dans {days}{_TIED}jours" if days > 0 else f"il y a {-days}{_TIED}jours"


_NEAR = {0: "aujourd’hui", 1: "demain", -1: "hier"}
