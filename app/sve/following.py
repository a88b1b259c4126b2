"""A request joined to another follows it as long as one decision answers both; what comes after a decision is another request.

Asked again once it was decided, it is a new request, or an administrative appeal whose silence rejects in two months: which
of them, a person says, and until then its own clock runs. Source: CRPA L110-1, L411-2, L411-7. Pure.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from app.clock import civil_day
from app.sve.law.case import Case, ClockState, Reading
from app.sve.law.events import Answered, RequestWithdrawn
from app.sve.law.reasons import in_french

SOURCE = "CRPA L110-1, L411-2, L411-7"


@dataclass(frozen=True, slots=True)
class Ended:
    """Why what follows a request may no longer be answered with it: what came before the day `on` still is."""

    on: date | None
    because: str

    def answers(self, received_on: date) -> bool:
        """Whether a request received that day was answered too. On one and the same day nobody can tell: it was not."""
        return self.on is not None and received_on < self.on


def ended(case: Case, reading: Reading, *, dismissed: bool) -> Ended | None:
    """Says since when a request is decided, withdrawn or set aside, None while it is still to decide."""
    if dismissed:
        return Ended(None, "celle dont le délai comptait pour elle est écartée : le sien court de nouveau.")
    born = reading.state is ClockState.TACIT and reading.term_on is not None
    if not reading.settled and not born:
        return None
    day = _decided_on(case, reading)
    when = f" du {in_french(day)}" if day else ", dont le jour n'est pas établi"
    return Ended(
        day,
        f"reçue après la décision{when} : c'est une demande nouvelle, ou un recours gracieux dont le silence vaut rejet en "
        "deux mois. Son propre délai court tant que personne n'a dit lequel.",
    )


def _decided_on(case: Case, reading: Reading) -> date | None:
    if not reading.settled:
        # Born at the end of its term's day (CPC 642 al. 1): what came that day came before it.
        return None if reading.term_on is None else reading.term_on + timedelta(days=1)
    notified = reading.values.get("notified_on")
    if isinstance(notified, date) and reading.values.get("closed_by") != "request_withdrawn":
        return notified
    zone = str(case.zone_info)
    told = [civil_day(event.at, zone) for event in case.events if isinstance(event, RequestWithdrawn | Answered)]
    return min(told, default=None)
