"""Which events may be recorded of a saisine, and what the law says against those that may not be today. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.clock import civil_day
from app.sve.entries import entry_of
from app.sve.event_forms import EventField, EventForm, FieldKind, fitting
from app.sve.law.happenings import Past, Refused
from app.sve.law.sequence import admit
from app.tenants.values import Tenant


@dataclass(frozen=True, slots=True)
class Offer:
    """A form, and why what it tells would be refused if it happened now: a day past may still be told."""

    form: EventForm
    refused: Refused | None


def offers(past: Past, tenant: Tenant, *, closed: bool, now: datetime) -> Sequence[Offer]:
    """Returns the forms that make sense of a saisine as it stands, each judged as if it were told of this instant."""
    return [Offer(form, _refused(past, tenant, form, now)) for form in fitting(closed=closed, dismissed=past.dismissed)]


def _refused(past: Past, tenant: Tenant, form: EventForm, now: datetime) -> Refused | None:
    """Why none of the events a form may tell can be; None as soon as one can."""
    found = None
    for told in _samples(form, now, tenant.time_zone):
        answer = admit(past, entry_of(told, tenant, now=now), now=now)
        if not isinstance(answer, Refused):
            return None
        found = found or answer
    return found


def _samples(form: EventForm, now: datetime, zone: str) -> Iterator[Mapping[str, Any]]:
    """Yields an event of each type a form may tell, whatever its other words."""
    told = {one.name: _sample(one, now, zone) for one in form.fields if one.required}
    types = next((one.choices for one in form.fields if one.name == "type"), None)
    yield from ({**told, "type": one.value} for one in types) if types else [{**told, "type": form.name}]


def _sample(field: EventField, now: datetime, zone: str) -> Any:
    match field.kind:
        case FieldKind.MOMENT:
            return now.astimezone(ZoneInfo(zone)).isoformat()
        case FieldKind.DAY:
            return civil_day(now, zone).isoformat()
        case FieldKind.LINES:
            return [field.sample]
        case FieldKind.CHOICE:
            return field.choices[0].value
        case _:
            return field.sample
