"""The term of a request as a list says it: the day, what silence will mean, how far. Days come from stored readings."""

from dataclasses import dataclass
from datetime import date

from app.sve.law.risk import Risk
from app.web.dates import from_today, short_day


@dataclass(frozen=True, slots=True)
class Term:
    """Two lines; `heat` is hot (three days or less, or past), soon (fifteen) or nothing."""

    on: date | None
    first: str
    second: str
    heat: str = ""


def term(risk: str, *, term_on: date | None, alert_on: date | None, today: date) -> Term:
    """Says a term. The earliest defensible day leads: it is the one to fear."""
    if risk == Risk.SUSPENDED.value:
        return Term(alert_on, "Délai arrêté", "pièces attendues de l’usager")
    if risk == Risk.NONE.value or alert_on is None:
        return Term(None, "Pas de terme", "le silence ne décide de rien")
    heat = _heat((alert_on - today).days)
    when = from_today(alert_on, today)
    if risk == Risk.UNQUALIFIED.value:
        return Term(alert_on, f"{short_day(alert_on)}, minuit", f"{when}, accord possible", heat)
    if risk == Risk.SILENCE_REJECTS.value:
        return Term(alert_on, f"{short_day(alert_on)}, minuit", f"{when}, silence = rejet")
    if risk == Risk.BORN.value:
        day = term_on or alert_on
        return Term(day, f"{short_day(day)}, minuit", f"{from_today(day, today)}, accord tacite né", "hot")
    return Term(alert_on, f"{short_day(alert_on)}, minuit", f"{when}, silence = accord", heat)


def _heat(days: int) -> str:
    return "hot" if days <= 3 else "soon" if days <= 15 else ""
