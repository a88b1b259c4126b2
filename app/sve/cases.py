"""From stored events to a case the engine reads, and from its reading to what is stored: pure."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.clock import civil_day
from app.sve.law import RULES_VERSION, Case, Procedure, Reading, Risk, Territory, read, risk, thresholds
from app.sve.law.events import Received, TermsOfUse, Way
from app.sve.law.ladder import Week
from app.sve.law.terms import Period
from app.sve.simulation import case_of
from app.sve.values import LegalEvent, Saisine
from app.tenants.values import Tenant

# What is recorded about a saisine but is not an event of the law.
QUALIFIED, DISMISSED = "qualified", "dismissed"
OURS = frozenset({QUALIFIED, DISMISSED})
_WAYS = {"post": Way.POST, "counter": Way.DESK, "phone": Way.PHONE}


@dataclass(frozen=True, slots=True)
class Judgement:
    """One reading of one saisine on one day, ready to be stored."""

    reading: Reading
    risk: Risk
    wake_on: date | None

    def columns(self) -> dict[str, Any]:
        told = document(self.reading)
        return {
            "term_on": self.reading.term_on,
            "alert_on": self.reading.alert_on,
            "wake_on": self.wake_on,
            "risk": self.risk.value,
            "reading": told,
            "rules_version": RULES_VERSION,
            "digest": digest(told),
        }


def judge(case: Case, *, now: datetime, alerted: bool = False) -> Judgement:
    """Reads a case as of now, in the legal time of the competent authority.

    `alerted` says that the thresholds up to today have been looked at; else the first of them wakes the watch.
    """
    reading = read(case, now=now)
    today = civil_day(now, str(case.zone_info))
    coming = [step.on for step in thresholds(reading, Week.of(case)) if not alerted or step.on > today]
    return Judgement(reading, risk(reading, on=today), min(coming) if coming else None)


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
    procedure: dict[str, Any] = {"regime": family or "CRPA", "silence": regime}
    procedure |= {name: told for name, told in (("delay", delay), ("permit", permit), ("basis", basis)) if told}
    case, _ = case_of(
        {
            "territory": tenant.territory,
            "timezone": tenant.time_zone,
            "procedure": procedure,
            "events": [dict(event) for event in events],
        }
    )
    return case


def case_of_saisine(tenant: Tenant, saisine: Saisine, events: Sequence[LegalEvent]) -> Case:
    """The case of a saisine and all that happened to it. Raises `SimulationError` when an event is not understood."""
    return stored_case(
        tenant,
        regime=saisine.regime.value,
        delay=saisine.delay,
        family=saisine.family,
        permit=saisine.permit,
        basis=saisine.basis,
        events=[event.payload for event in events if event.type not in OURS],
    )


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
