"""From stored events to a case the engine reads, and from its reading to what is stored: pure."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.clock import civil_day
from app.ids import Prefix, parse_id
from app.sve.law import RULES_VERSION, Case, Procedure, Reading, Risk, Territory, read, risk, thresholds
from app.sve.law.events import Received, TermsOfUse, Way
from app.sve.law.happenings import Act
from app.sve.law.ladder import Week
from app.sve.law.regime import Regime
from app.sve.law.risk import turns
from app.sve.law.terms import Period
from app.sve.simulation import case_of
from app.sve.values import LegalEvent, Saisine
from app.tenants.values import Tenant

# What is recorded about a saisine but is not told to the engine.
QUALIFIED, DISMISSED, REOPENED = Act.QUALIFIED.value, Act.DISMISSED.value, Act.REOPENED.value
CORRECTED, JOINED, SEPARATED, ASKED = Act.CORRECTED.value, Act.JOINED.value, Act.SEPARATED.value, Act.ASKED.value
OURS = frozenset({QUALIFIED, DISMISSED, REOPENED, CORRECTED, JOINED, SEPARATED, ASKED})
AS_OF = "as_of"
_WAYS = {"post": Way.POST, "counter": Way.DESK, "phone": Way.PHONE}


@dataclass(frozen=True, slots=True)
class Judgement:
    """One reading of one saisine as of an instant, ready to be stored."""

    reading: Reading
    risk: Risk
    wake_on: date | None
    at: datetime

    def columns(self) -> dict[str, Any]:
        told = document(self.reading)
        return {
            "term_on": self.reading.term_on,
            "alert_on": self.reading.alert_on,
            "wake_on": self.wake_on,
            "risk": self.risk.value,
            # The instant is no part of what is said: the same words another day are the same reading.
            "reading": {**told, AS_OF: self.at.isoformat()},
            "rules_version": RULES_VERSION,
            "digest": digest(told),
        }


def judge(case: Case, *, now: datetime, alerted: bool = False) -> Judgement:
    """Reads a case as of now, in the legal time of the competent authority.

    `alerted` says that the thresholds up to today have been looked at; else the first of them wakes the watch, which
    also looks on the days when nobody is told of anything and the risk changes.
    """
    reading = read(case, now=now)
    today = civil_day(now, str(case.zone_info))
    coming = [step.on for step in thresholds(reading, Week.of(case)) if not alerted or step.on > today]
    coming += [day for day in turns(reading) if day > today]
    return Judgement(reading, risk(reading, on=today), min(coming) if coming else None, now)


def first_case(tenant: Tenant, *, channel_type: str, received_at: datetime) -> Case:
    """The case of a message nobody has looked at: one sending, received by an administration presumed competent."""
    return Case(
        territory=Territory(tenant.territory),
        zone=tenant.time_zone,
        procedure=Procedure(),
        events=(
            Received(
                at=received_at,
                channel=channel_type,
                way=_WAYS.get(channel_type.partition(".")[0], Way.ELECTRONIC),
                terms=_terms(tenant, channel_type, civil_day(received_at, tenant.time_zone)),
            ),
        ),
    )


def stored_case(
    tenant: Tenant,
    *,
    regime: str,
    delay: str | None,
    family: str | None,
    events: Sequence[Mapping[str, Any]],
    permit: str | None = None,
    basis: str | None = None,
) -> Case:
    """The case of a saisine from what is stored: the vocabulary is that of `parvis sve simulate`.

    Raises `SimulationError` when an event is not understood.
    """
    case, _ = case_of(
        _written(tenant, regime=regime, delay=delay, family=family, permit=permit, basis=basis, events=events)
    )
    return case


def case_of_saisine(tenant: Tenant, saisine: Saisine, events: Sequence[LegalEvent]) -> Case:
    """The case of a saisine and all that happened to it. Raises `SimulationError` when an event is not understood."""
    case, _ = case_of(written_case(tenant, saisine, events))
    return case


def written_case(tenant: Tenant, saisine: Saisine, events: Sequence[LegalEvent]) -> dict[str, Any]:
    """The case of a saisine and all that happened to it, save what was annulled, as `parvis sve simulate` reads it.

    One that was dismissed, or joined to another, asks nothing by itself: what it is owed as a sending stays.
    """
    counted = in_force(events)
    told = _as_received(event.payload for event in counted if event.type not in OURS)
    if saisine.joined_to is not None or dismissal(counted) is not None:
        return _written(tenant, regime=Regime.NONE.value, delay=None, family=None, permit=None, basis=None, events=told)
    return _written(
        tenant,
        regime=saisine.regime.value,
        delay=saisine.delay,
        family=saisine.family,
        permit=saisine.permit,
        basis=saisine.basis,
        events=told,
    )


def _written(
    tenant: Tenant,
    *,
    regime: str,
    delay: str | None,
    family: str | None,
    permit: str | None,
    basis: str | None,
    events: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    procedure: dict[str, Any] = {"regime": family or "CRPA", "silence": regime}
    procedure |= {name: told for name, told in (("delay", delay), ("permit", permit), ("basis", basis)) if told}
    return {
        "territory": tenant.territory,
        "timezone": tenant.time_zone,
        "procedure": procedure,
        "events": [dict(event) for event in events],
    }


def annulments(events: Sequence[LegalEvent]) -> Mapping[UUID, UUID]:
    """Returns the events that a later one annulled, each with the one that did."""
    return {
        parse_id(Prefix.LEGAL_EVENT, str(event.payload["event_id"])): event.id
        for event in events
        if event.type == CORRECTED
    }


def in_force(events: Sequence[LegalEvent]) -> Sequence[LegalEvent]:
    """Returns the events that count: an annulled one stays written and is not read."""
    gone = annulments(events)
    return [event for event in events if event.id not in gone] if gone else events


def with_annulments(events: Sequence[LegalEvent]) -> list[LegalEvent]:
    """Returns all events, each annulled one saying by which."""
    gone = annulments(events)
    return [replace(event, annulled_by=gone.get(event.id)) for event in events]


def dismissal(events: Sequence[LegalEvent]) -> LegalEvent | None:
    """Returns the event that says it is not a request, unless it was reopened since."""
    last = next((event for event in reversed(events) if event.type in (DISMISSED, REOPENED)), None)
    return last if last is not None and last.type == DISMISSED else None


def read_as_of(saisine: Saisine, now: datetime) -> datetime:
    """Returns the instant to read a saisine at: no reading goes back before the last one."""
    before = saisine.reading.get(AS_OF)
    return max(now, datetime.fromisoformat(before)) if isinstance(before, str) else now


def _as_received(told: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Reads receptions again in the light of a transfer: what another authority had to receive was not for us to decide.

    A message is presumed to have reached the competent administration until somebody transmits it and that authority
    has it (CRPA L114-2, L114-3 al.2).
    """
    events = list(told)
    if not any(event.get("type") == "transferred" and event.get("to") != "incompetent" for event in events):
        return events
    return [{**event, "authority": "incompetent"} if event.get("type") == "received" else event for event in events]


def received_event(tenant: Tenant, *, channel_type: str, received_at: datetime) -> dict[str, Any]:
    """The first event of a saisine, in the vocabulary of cases."""
    event: dict[str, Any] = {
        "type": "received",
        "at": received_at.isoformat().replace("+00:00", "Z"),
        "authority": "competent",
        "channel": channel_type,
    }
    terms = tenant.terms_on(civil_day(received_at, tenant.time_zone))
    if terms is not None:
        published: dict[str, Any] = {"sve_terms_published": True, "published_since": terms.published_on.isoformat()}
        if terms.channels:
            published["allowed_channels"] = _allowed(terms.channels, channel_type)
        event["tenant"] = published
    return event


def document(reading: Reading) -> dict[str, Any]:
    """A reading as JSON: values, reasons in the order they were derived, state."""
    return {
        "state": reading.state.value,
        "effect": reading.effect.value,
        "alert_because": reading.alert_because,
        "values": {name: plain(value) for name, value in reading.values.items()},
        "reasons": [
            {"key": r.key, "value": plain(r.value), "source": r.source, "because": r.because} for r in reading.reasons
        ],
    }


def digest(told: Mapping[str, Any]) -> bytes:
    """Sums up a reading: two that differ in a date, a reason or a source have different digests."""
    written = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return hashlib.blake2b(written.encode(), digest_size=16).digest()


def plain(value: object) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    return value


def checked_delay(text: str) -> str:
    """Returns the delay when it is a period the engine knows (P2M, P15D). Raises `ValueError`."""
    Period.parse(text)
    return text


def _terms(tenant: Tenant, channel_type: str, day: date) -> TermsOfUse | None:
    published = tenant.terms_on(day)
    if published is None:
        return None
    allowed = tuple(_allowed(published.channels, channel_type)) if published.channels else None
    return TermsOfUse(published=True, published_on=published.published_on, allowed=allowed)


def _allowed(channels: Sequence[str], channel_type: str) -> list[str]:
    # The administration names families of channels (`sms`); a connected one is finer (`sms.twilio`).
    finer = [channel_type] if channel_type.partition(".")[0] in channels else []
    return [*channels, *finer]
