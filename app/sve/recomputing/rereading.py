"""Reading many clocks at once: those that differ by nothing the law looks at are read once.

Most open clocks are messages nobody has looked at: an e-mail received one day, acknowledged at once. The law counts
civil days, so all those of one day have one reading. Anything else is read by itself.
"""

import json
import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.clock import civil_day
from app.sve.cases import AS_OF, Judgement, case_of_saisine, judge, read_as_of, stored_case
from app.sve.law.case import Case
from app.sve.law.options import DEFAULT
from app.sve.recomputing.values import Outline
from app.sve.values import LegalEvent, Saisine
from app.tenants.values import Tenant

_RECEIVED, _ACKNOWLEDGED = "received", "ack_sent"
# In a string, a quotation mark is escaped: this finds members only.
_AT = re.compile(r'"at" ?: ?"([^"\\]{1,40})"')
_INSTANT = timedelta(seconds=DEFAULT.instant_seconds)
_REMEMBERED = 4_000  # a reading weighs some ten kilobytes


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a clock says now: `columns` as they are stored, as if the watch had looked up to today."""

    columns: Mapping[str, Any]
    settled: bool
    duties: Mapping[str, date]
    at: datetime
    _case: Case

    @property
    def digest(self) -> bytes:
        """Of the reading."""
        found: bytes = self.columns["digest"]
        return found

    def stored(self, *, now: datetime) -> dict[str, Any]:
        """Returns the columns to write, read as of now, or of later when the clock had been.

        The watch looks again: the first day on which somebody must be warned wakes it, past ones too.
        """
        at = max(self.at, now)
        wake_on = None if self.settled else judge(self._case, now=at).wake_on
        return {**self.columns, "reading": {**self.columns["reading"], AS_OF: at.isoformat()}, "wake_on": wake_on}


class Rereader:
    """Reads the clocks of one administration on one day."""

    def __init__(self, tenant: Tenant, *, today: date) -> None:
        self.tenant, self.today = tenant, today
        self._likenesses = Likenesses(ZoneInfo(tenant.time_zone))
        self._known: dict[Hashable, Verdict] = {}

    def common(self, outline: Outline, *, now: datetime) -> Verdict | None:
        """Reads a clock of the common kind, once for all those like it; None when it must be read by itself.

        Raises `SimulationError` when an event is not understood.
        """
        key = self._likenesses.of(outline, now=now)
        if key is None:
            return None
        verdict = self._known.get(key)
        if verdict is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            verdict = self._known[key] = verdict_of(_case(self.tenant, outline), now=now)
        return verdict

    def read(self, saisine: Saisine, events: Sequence[LegalEvent], *, now: datetime) -> Verdict:
        """Reads a clock. Raises `SimulationError` when an event is not understood."""
        return verdict_of(case_of_saisine(self.tenant, saisine, events), now=read_as_of(saisine, now))

    def fits(self, tenant: Tenant, *, now: datetime) -> bool:
        """Tells whether what is remembered still holds for an administration at an instant."""
        return self.tenant == tenant and self.today == civil_day(now, tenant.time_zone)


def verdict_of(case: Case, *, now: datetime) -> Verdict:
    """Reads a case as of now, with everything a recomputation may have to write."""
    judgement = judge(case, now=now, alerted=True)
    return Verdict(
        columns=judgement.columns(),
        settled=judgement.reading.settled,
        duties=_duties(judgement),
        at=now,
        _case=case,
    )


class Likenesses:
    """What makes clocks alike: the words of their events, the civil days of those, and who answered at once.

    Of an instant the law takes the civil day (CRPA L112-11, R112-11-2) and, of an acknowledgement, whether it left at
    once. The JSON around the instants is the same for most clocks of a town, and is decoded once. A differential test
    holds all this against the engine.
    """

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._known: dict[tuple[str, ...], bool] = {}

    def of(self, outline: Outline, *, now: datetime) -> Hashable | None:
        """Returns what the reading of a clock rests on, None unless it is one request and its acknowledgements."""
        if not outline.alone:
            return None
        parts = _AT.split(outline.events)
        words = tuple(parts[::2])
        if not self._common(words, outline.events):
            return None
        days: list[Hashable] = []
        first: datetime | None = None
        last: datetime | None = None
        for written in parts[1::2]:
            at = _instant(written)
            if at is None or at > now or (last is not None and at < last):
                return None
            first, last = first or at, at
            days.append((at.astimezone(self._zone).date(), at - first <= _INSTANT))
        return (
            words,
            outline.procedure,
            outline.family,
            outline.permit,
            outline.basis,
            outline.regime,
            outline.delay,
            *days,
        )

    def _common(self, words: tuple[str, ...], events: str) -> bool:
        known = self._known.get(words)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            known = self._known[words] = _is_common(json.loads(events), instants=len(words) - 1)
        return known


def _is_common(events: list[tuple[str, dict[str, Any]]], *, instants: int) -> bool:
    """Tells whether events are one reception and then acknowledgements only, each with one instant."""
    wanted = [_RECEIVED, *[_ACKNOWLEDGED] * (len(events) - 1)]
    return (
        instants == len(events) > 0
        and [kind for kind, _ in events] == wanted
        and all(payload.get("type") == kind and isinstance(payload.get("at"), str) for kind, payload in events)
    )


def _case(tenant: Tenant, outline: Outline) -> Case:
    """The case of a clock of the common kind: neither joined, nor dismissed, nor corrected."""
    return stored_case(
        tenant,
        regime=outline.regime,
        delay=outline.delay,
        family=outline.family,
        permit=outline.permit,
        basis=outline.basis,
        events=[payload for _, payload in json.loads(outline.events)],
    )


def _instant(written: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        return None
    return at if at.tzinfo is not None else None


def _duties(judgement: Judgement) -> dict[str, date]:
    """The days on which acknowledgements are due, by their kind."""
    values = judgement.reading.values
    found = {"AEE": values.get("aee_due_date"), "ARE": values.get("are_due_date")}
    return {kind: day for kind, day in found.items() if isinstance(day, date)}
