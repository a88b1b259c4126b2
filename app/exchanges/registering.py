"""The day a letter reached us: the mail room's, which alone counts on paper, or the earliest it can have been.

A letter whose stamp nobody has told runs as if it had waited in the mail room as long as letters do: what warns too early
is put right by the day an agent gives, what warns too late is an acceptance nobody saw (CRPA L231-1). Pure.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.clock import civil_day
from app.tickets.values import Incoming

FAMILY = "post"
TO_REGISTER = "to_register"
REGISTERED_ON = "registered_on"
# A letter older than that is a mistake of the year, one from tomorrow a mistake of the day.
LONGEST_AGO = timedelta(days=365)
# How long a letter is presumed to have waited, unopened, between the stamp and the scanner. No text says it: CRPA R112-5 1°
# asks for the date of reception, and presumes none. Our choice errs to the side that warns; a letter which waited longer still
# has an earlier term, which is why every screen asks for its stamp.
WAITED = timedelta(days=7)
DOUBTED = "la fiche du courrier donne une date de réception impossible : donnez celle du tampon"
MISSING = "date de réception à donner : ce courrier est arrivé sans le jour du tampon de la salle du courrier"
UNDATED = frozenset({DOUBTED, MISSING})


def registered(incoming: Incoming, *, zone: str) -> Incoming:
    """Returns the message at the day that counts; what is no letter is returned as it came."""
    if incoming.channel_type.partition(".")[0] != FAMILY or incoming.electronic:
        return incoming
    today = civil_day(incoming.received_at, zone)
    told = incoming.fields.get(REGISTERED_ON)
    day = _read(told)
    if day is not None and today - LONGEST_AGO <= day <= today:
        return incoming if day == today else replace(incoming, received_at=noon(day, zone))
    warnings = [*incoming.warnings, MISSING if told is None else DOUBTED]
    fields = {**incoming.fields, TO_REGISTER: True}
    return replace(incoming, received_at=noon(today - WAITED, zone), fields=fields, warnings=tuple(warnings))


def noon(day: date, zone: str) -> datetime:
    """The instant a civil day is kept as: what counts of it is the day, in the administration's own time."""
    return datetime.combine(day, time(12), tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _read(told: object) -> date | None:
    try:
        return date.fromisoformat(told) if isinstance(told, str) else None
    except ValueError:
        return None
