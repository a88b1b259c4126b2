"""The warning of a clock that silence would decide sooner than everybody believed: given at once."""

from datetime import date

from app.sve.law.reasons import in_french
from app.sve.recomputing.values import Outline
from app.sve.values import Raised, Saisine

EARLIER = "earlier"


def earlier_alert(before: Outline | Saisine, day: date, *, today: date) -> Raised:
    """Says the day of now and that of before, whatever the days left to the term."""
    told = before.alert_on or before.term_on
    instead = f", et non plus le {in_french(told)}" if told is not None and told != day else ""
    return Raised(
        saisine_id=before.id,
        ticket_id=before.ticket_id,
        threshold=EARLIER,
        alert_on=day,
        due_on=today,
        late=False,
        because=f"relu selon les règles d'aujourd'hui, le silence pourrait décider dès le {in_french(day)}{instead}.",
    )
