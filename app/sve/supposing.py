"""What would become of a clock if something were done today: read by the engine as if it had happened, stored nowhere."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from app.clock import civil_day
from app.errors import Flaw, Invalid
from app.ids import new_id
from app.rest.languages import Said
from app.sve.cases import in_force, read_as_of
from app.sve.entries import entry_of, past_of
from app.sve.law import Reading, Risk, read, risk
from app.sve.law.case import ClockState
from app.sve.law.happenings import Mark, Past, Refused
from app.sve.law.regime import Regime
from app.sve.law.sequence import admit
from app.sve.law.terms import ONE_MONTH, BeyondTheCalendarError, add_period
from app.sve.values import LegalEvent, Saisine
from app.tenants.values import Tenant

FURTHEST = timedelta(days=731)
_UNFINISHED = frozenset({ClockState.NOT_STARTED, ClockState.WAITING_FOR_PIECES})


class Supposition(StrEnum):
    """What is supposed. A grant and a refusal are told apart only where the law does not treat them alike."""

    SILENCE = "silence"
    DECIDED = "decided"
    GRANTED = "granted"
    REFUSED = "refused"
    COMPLETED = "completed"
    COMPLETED_LATER = "completed_later"
    PIECES_ASKED = "pieces_asked"


class Outcome(StrEnum):
    """What the supposition comes to: the clock ends, waits, will decide on a day, may, or has decided."""

    ENDS = "ends"
    WAITS = "waits"
    DECIDES = "decides"
    MAY_DECIDE = "may_decide"
    DECIDED = "decided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Supposed:
    """One supposition and its reading; `refused` where a rule of sequence forbids it, and nothing was read.

    `on` is the civil day of the administration it is supposed on, `received_on` the one its pieces would come on.
    """

    supposition: Supposition
    on: date
    received_on: date | None
    reading: Reading
    risk: Risk
    outcome: Outcome
    marks: tuple[Mark, ...] = ()
    refused: Refused | None = None


class Supposing:
    """One saisine as told so far, at one instant, to which things are supposed to happen."""

    def __init__(self, tenant: Tenant, saisine: Saisine, events: Sequence[LegalEvent], *, now: datetime) -> None:
        self._tenant, self._saisine, self._events = tenant, saisine, events
        self._zone = ZoneInfo(tenant.time_zone)
        self._now = read_as_of(saisine, now)
        self._today = civil_day(self._now, tenant.time_zone)
        self._past = past_of(tenant, saisine, events)
        self._reading = read(self._past.case, now=self._now)

    def all(self, pieces_on: date | None) -> list[Supposed]:
        """Returns what may be supposed here; nothing of a request whose silence decides nothing any more.

        `pieces_on` is the civil day pieces would come on, a month from today when None. Raises `Invalid` on a day before
        today, or more than two years ahead.
        """
        later = self._day_of_pieces(pieces_on)
        if self._saisine.closed_at or self._reading.settled or self._reading.effect is Regime.NONE:
            return []
        return [self._silence(), *self._decisions(), *self._pieces(later)]

    def _silence(self) -> Supposed:
        return self._found(Supposition.SILENCE, self._reading, self._now)

    def _decisions(self) -> list[Supposed]:
        if any(self._past.decisions()):
            # Signed and not served yet: what is left to suppose is that it is.
            return [self._after(Supposition.DECIDED, {"type": "decision_notified", "at": self._written(self._now)})]
        granted = self._after(Supposition.GRANTED, self._decision("favourable"))
        refused = self._after(Supposition.REFUSED, self._decision("unfavourable"))
        if granted.outcome is refused.outcome is Outcome.ENDS and not granted.marks and not refused.marks:
            return [replace(refused, supposition=Supposition.DECIDED)]
        return [granted, refused]

    def _pieces(self, later: date) -> Iterator[Supposed]:
        if self._awaiting():
            yield self._after(Supposition.COMPLETED, self._received(self._now))
            if later > self._today:
                yield self._after(Supposition.COMPLETED_LATER, self._received(self._noon(later)), received_on=later)
            return
        asked = {
            "type": "pieces_requested",
            "at": self._written(self._now),
            "deadline_date": later.isoformat(),
            "required_by_text": True,
            "mentions_l114_5_rule": True,
        }
        yield self._after(Supposition.PIECES_ASKED, asked, self._received(self._noon(later)), received_on=later)

    def _awaiting(self) -> bool:
        """Whether pieces are awaited: asked for and not all there, or the clock starts only once the file is complete."""
        for event in reversed(in_force(self._events)):
            if event.type == "pieces_requested":
                return True
            if event.type in ("pieces_received", "completed") and event.payload.get("complete") is not False:
                return False
        entry = entry_of(self._received(self._now), self._tenant, now=self._now)
        admitted = not isinstance(admit(self._past, entry, now=self._now), Refused)
        return self._reading.state in _UNFINISHED and admitted

    def _after(self, supposition: Supposition, *told: Mapping[str, Any], received_on: date | None = None) -> Supposed:
        """Reads the saisine as if all this had been told of it, each at its instant."""
        past, events, marks, seen = self._past, list(self._events), list[Mark](), self._now
        for one in told:
            entry = entry_of(one, self._tenant, now=self._now)
            seen = max(seen, entry.at)
            answer = admit(past, entry, now=seen)
            if isinstance(answer, Refused):
                found = self._found(supposition, self._reading, self._now, received_on=received_on)
                return replace(found, refused=answer)
            marks += [mark for mark in answer.marks if mark not in marks]
            events.append(_recorded(one, entry.at))
            past = past_of(self._tenant, self._saisine, events)
        return replace(self._found(supposition, _read(past, seen), seen, received_on=received_on), marks=tuple(marks))

    def _found(
        self, supposition: Supposition, reading: Reading, seen: datetime, *, received_on: date | None = None
    ) -> Supposed:
        on = civil_day(seen, self._tenant.time_zone)
        return Supposed(
            supposition=supposition,
            on=self._today,
            received_on=received_on,
            reading=reading,
            risk=risk(reading, on=on),
            outcome=_outcome(reading, on),
        )

    def _day_of_pieces(self, asked: date | None) -> date:
        if asked is None:
            return add_period(self._today, ONE_MONTH)
        if self._today <= asked <= self._today + FURTHEST:
            return asked
        told = Said(
            "donnez un jour à venir, dans les deux ans : celui où les pièces arriveraient",
            en="give a day to come, within two years: the one on which the pieces would arrive",
        )
        raise Invalid(flaws=[Flaw("query/pieces_on", "out-of-range", told)])

    def _decision(self, sense: str) -> Mapping[str, Any]:
        now = self._written(self._now)
        return {
            "type": "express_decision",
            "sense": sense,
            "signed_at": now,
            "notified_at": now,
            "mentions_appeal": True,
        }

    def _received(self, at: datetime) -> Mapping[str, Any]:
        return {"type": "pieces_received", "at": self._written(at), "complete": True}

    def _noon(self, day: date) -> datetime:
        """An instant of a day that does not come before now: the day alone counts."""
        return max(self._now, datetime.combine(day, time(12), tzinfo=self._zone))

    def _written(self, at: datetime) -> str:
        return at.astimezone(self._zone).isoformat()


def _recorded(told: Mapping[str, Any], at: datetime) -> LegalEvent:
    return LegalEvent(id=new_id(), type=str(told["type"]), payload=told, actor="", at=at, recorded_at=at)


def _read(past: Past, now: datetime) -> Reading:
    try:
        return read(past.case, now=now)
    except BeyondTheCalendarError as error:
        raise Invalid(flaws=[Flaw("query/pieces_on", "out-of-range", str(error))]) from None


def _outcome(reading: Reading, on: date) -> Outcome:
    if reading.settled or reading.effect is Regime.NONE:
        return Outcome.ENDS
    if reading.term_on is not None and reading.term_on < on and reading.effect is not Regime.UNKNOWN:
        return Outcome.DECIDED
    if reading.alert_on is None and reading.term_on is None:
        return Outcome.WAITS
    return Outcome.MAY_DECIDE if reading.effect is Regime.UNKNOWN else Outcome.DECIDES
