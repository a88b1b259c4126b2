"""What the author of a request may expect of silence, from the engine's reading: a state, a last day, and what is not sure.

It decides nothing: whatever a reading leaves open is said to be open. Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.sve.law.case import Reading
from app.sve.law.reasons import Value
from app.sve.law.regime import Regime


class Prospect(StrEnum):
    """Where a request stands for whoever made it: every state of a clock, and two in which no date may be told."""

    UNQUALIFIED = "unqualified"  # nobody has said what silence means
    NOT_SEIZED = "not_seized"  # the sending seizes nobody (CRPA L112-8, L112-9)
    NOT_STARTED = "not_started"
    PIECES = "waiting_for_pieces"
    SUSPENDED = "suspended"
    RUNNING = "running"
    UNCERTAIN = "uncertain"
    DECIDED = "decided"
    TACIT = "tacit"
    NO_SILENCE = "no_silence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What may be said to a citizen.

    `on` is the last day of the term, `sooner_on` an earlier day that another reading of the texts gives, `answer_on` a
    day to answer by where silence decides nothing, `contest_on` the prudent last day to contest a tacit refusal. `doubted`
    says that the texts of the procedure were not all read.
    """

    prospect: Prospect
    effect: Regime
    on: date | None = None
    sooner_on: date | None = None
    answer_on: date | None = None
    contest_on: date | None = None
    doubted: bool = False


def expected(reading: Reading, *, certainty: str | None) -> Expected:
    """Says what to expect. Source: CRPA R112-5, R112-11-1, L231-1, L231-4, L114-5, L112-8."""
    prospect = _prospect(reading)
    sooner = reading.alert_on if prospect in (Prospect.RUNNING, Prospect.SUSPENDED, Prospect.UNCERTAIN) else None
    return Expected(
        prospect=prospect,
        effect=reading.effect,
        on=reading.term_on if prospect is not Prospect.UNQUALIFIED else None,
        sooner_on=sooner if sooner != reading.term_on else None,
        answer_on=_day(reading.values, "reply_due_date"),
        contest_on=_day(reading.values, "citizen_safe_date") if prospect is Prospect.TACIT else None,
        doubted=certainty is not None and certainty != "read",
    )


def _prospect(reading: Reading) -> Prospect:
    if reading.settled:
        return Prospect.DECIDED
    if reading.effect is Regime.UNKNOWN:
        return Prospect.UNQUALIFIED
    if reading.values.get("valid_saisine") is False:
        return Prospect.NOT_SEIZED
    return Prospect(reading.state.value)


def _day(values: Mapping[str, Value], name: str) -> date | None:
    found = values.get(name)
    return found if isinstance(found, date) else None
