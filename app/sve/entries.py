"""From what was told, as JSON, to the entries the rules of sequence read; and the fields each type of event knows."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.ids import Prefix, public_id
from app.sve.cases import OURS, case_of_saisine, in_force
from app.sve.law.events import Event, Unlisted
from app.sve.law.happenings import STEPS, Act, Entry, Moment, Past
from app.sve.law.terms import Period
from app.sve.law.territories import Territory
from app.sve.law.vocabulary.events import INSTANTS, WITHOUT_EFFECT, event_of
from app.sve.law.vocabulary.fields import Fields, SimulationError
from app.sve.values import LegalEvent, Saisine
from app.tenants.values import Tenant

# Kept with any event, without effect: what an agent says of it, and how it is known elsewhere.
KEPT = frozenset({"type", "at", "key", "note", "reason", "reference", "legal_basis", "recipient", "items"})
# Known to the engine, and not always looked at.
_SOMETIMES: Mapping[str, frozenset[str]] = {"ack_sent": frozenset({"mentions_appeal"})}
MARKS = "marks"  # what we write of an event ourselves
_ACTS = {act.value: act for act in Act}
# Acts beside the clock that happen on a day of their own; the others happen when they are recorded.
_DATED = frozenset(act for act in Act if act.value not in OURS)
_PROVISIONAL = frozenset({"sursis", "sursis_a_statuer"})
# What the sender claims of a sending is no instant of ours: their clock may be wrong.
_CLAIMED = frozenset({"sent_at", "date"})


def entry_of(told: Mapping[str, Any], tenant: Tenant, *, now: datetime) -> Entry:
    """Reads one event being told. Raises `SimulationError`, with the place and what to write instead."""
    fields = Fields(told, pointer="", zone=ZoneInfo(tenant.time_zone))
    act = _ACTS.get(fields.text("type") or "")
    fact = None if act is not None and act not in _DATED else event_of(fields, territory=Territory(tenant.territory))
    moments = tuple(_moments(fields, act))
    if act in _DATED and not moments:
        raise SimulationError(fields.at("at"), f"l'événement « {act} » doit être daté (« at »).")
    at = min((moment.at for moment in moments), default=now)
    return _entry(told, at, moments, fact, act)


def past_of(tenant: Tenant, saisine: Saisine, events: Sequence[LegalEvent]) -> Past:
    """Reads a saisine as told so far, what was annulled left out. Raises `SimulationError`."""
    case = case_of_saisine(tenant, saisine, events)
    facts = iter(case.events)
    zone = ZoneInfo(tenant.time_zone)
    return Past(
        case=case,
        entries=tuple(_recorded(event, facts, zone) for event in in_force(events)),
        joined=saisine.joined_to is not None,
    )


def unknown_fields(told: Mapping[str, Any], tenant: Tenant) -> list[tuple[str, list[str]]]:
    """Names the fields this type of event does not know, each with the known ones in their order.

    What the engine never asks of an event means nothing there. A type it does not list keeps whatever it is given, save
    what is ours to write.
    """
    name = str(told.get("type", ""))
    if name in OURS:
        return []  # acts say themselves what they take
    fields = _Questioned(told, pointer="", zone=ZoneInfo(tenant.time_zone))
    if isinstance(event_of(fields, territory=Territory(tenant.territory)), Unlisted):
        return [(MARKS, sorted(KEPT))] if MARKS in told else []
    known = KEPT | fields.asked | frozenset(INSTANTS) | _SOMETIMES.get(name, frozenset())
    step = _step(_ACTS.get(name))
    known |= {step, "express_consent"} if step else frozenset()
    return [(field, sorted(known)) for field in told if field not in known]


def _recorded(event: LegalEvent, facts: Iterator[Event], zone: ZoneInfo) -> Entry:
    act = _ACTS.get(event.type)
    # The case holds one fact for each event told to the engine, in the same order.
    silent = event.type in WITHOUT_EFFECT or (act is not None and act not in _DATED)
    fields = Fields(event.payload, pointer="", zone=zone)
    fact = None if silent else next(facts)
    moments = () if act is not None and act not in _DATED else tuple(_moments(fields, act))
    told = _entry(event.payload, event.at, moments, fact, act)
    return Entry(
        word=event.type,
        at=told.at,
        moments=told.moments,
        fact=fact,
        act=act,
        provisional=told.provisional,
        id=public_id(Prefix.LEGAL_EVENT, event.id),
    )


def _entry(
    told: Mapping[str, Any], at: datetime, moments: tuple[Moment, ...], fact: Event | None, act: Act | None
) -> Entry:
    return Entry(
        word=str(told.get("type", "")),
        at=at,
        moments=moments,
        fact=fact,
        act=act,
        provisional=told.get("sense") in _PROVISIONAL,
    )


def _moments(fields: Fields, act: Act | None) -> Iterator[Moment]:
    word = fields.text("type")
    if word == "user_deadline":
        return  # a day to come, by nature
    step = _step(act)
    for name in dict.fromkeys([*INSTANTS, *([step] if step else [])]):
        if name in _CLAIMED and word == "received":
            continue
        at = fields.instant(name)
        if at is not None:
            yield Moment(name, at, whole_day=len(str(fields.raw(name))) == len("2026-03-02"))


def _step(act: Act | None) -> str | None:
    return None if act is None else STEPS.get(act)


class _Questioned(Fields):
    """The fields of an event, and the names under which something was looked for."""

    __slots__ = ("asked",)

    def __init__(self, values: object, *, pointer: str, zone: ZoneInfo) -> None:
        super().__init__(values, pointer=pointer, zone=zone)
        self.asked: set[str] = set()

    def raw(self, name: str) -> object:
        self.asked.add(name)
        return super().raw(name)

    def has(self, name: str) -> bool:
        self.asked.add(name)
        return super().has(name)

    def text(self, *names: str) -> str | None:
        self.asked.update(names)
        return super().text(*names)

    def flag(self, *names: str) -> bool | None:
        self.asked.update(names)
        return super().flag(*names)

    def number(self, name: str) -> int | None:
        self.asked.add(name)
        return super().number(name)

    def instant(self, *names: str) -> datetime | None:
        self.asked.update(names)
        return super().instant(*names)

    def day(self, *names: str) -> date | None:
        self.asked.update(names)
        return super().day(*names)

    def period(self, *names: str) -> Period | None:
        self.asked.update(names)
        return super().period(*names)

    def strings(self, name: str) -> tuple[str, ...] | None:
        self.asked.add(name)
        return super().strings(name)

    def inside(self, name: str) -> Fields | None:
        self.asked.add(name)
        return super().inside(name)
