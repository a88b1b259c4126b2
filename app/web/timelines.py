"""The legal timeline of one request, from what is stored: what happened and what was derived, each with its reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.sve.law.regime import Regime
from app.sve.law.risk import Risk
from app.sve.values import Duty, LegalEvent, Saisine
from app.web import legal_words
from app.web.dates import local, long_day

# What comes first on its day.
_FIRST = ("reception_date", "valid_saisine_from", "clock_start_date")


@dataclass(frozen=True, slots=True)
class Mark:
    """One line: a day, what it is, why, and under which text. `look` is done, todo or late."""

    on: date
    title: str
    because: str
    source: str
    look: str


@dataclass(frozen=True, slots=True)
class Ground:
    """A derived value that is not a date."""

    title: str
    value: str
    because: str
    source: str


def marks(saisine: Saisine, events: Sequence[LegalEvent], *, zone: str, today: date) -> list[Mark]:
    """Returns the events and the derived dates in order of day; what happened comes before what follows from it."""
    happened = [_event(event, zone) for event in events if event.type != "received"]
    derived = {
        key: Mark(day, title, str(reason["because"]), str(reason["source"]), "todo" if day >= today else "done")
        for reason in _reasons(saisine)
        if (title := legal_words.DATES.get(key := str(reason["key"])))
        and (day := _day(reason["value"], zone)) is not None
    }
    first = [derived.pop(key) for key in _FIRST if key in derived]
    return sorted([*first, *happened, *derived.values()], key=lambda mark: mark.on)


def grounds(saisine: Saisine) -> list[Ground]:
    """Returns the other derived values, in the order the engine derived them."""
    return [
        Ground(
            legal_words.GROUNDS.get(str(reason["key"]), str(reason["key"])),
            legal_words.said(reason["value"]),
            str(reason["because"]),
            str(reason["source"]),
        )
        for reason in _reasons(saisine)
        if str(reason["key"]) not in legal_words.DATES
    ]


def next_steps(saisine: Saisine, duties: Sequence[Duty], *, today: date) -> list[str]:
    """Says in words what an agent should do, the most urgent first."""
    owed = [duty for duty in duties if duty.done_at is None and duty.waived_at is None]
    steps = [
        f"{legal_words.DUTIES.get(duty.kind, duty.kind)} : {'était dû' if duty.due_on < today else 'à envoyer'} "
        f"au plus tard {long_day(duty.due_on)} ({duty.source})."
        for duty in owed
    ]
    if saisine.closed_at is not None:
        return steps
    return [*_by_risk(saisine), *steps]


def _by_risk(saisine: Saisine) -> list[str]:
    on = long_day(saisine.alert_on) if saisine.alert_on else ""
    match saisine.risk:
        case Risk.UNQUALIFIED:
            limit = f" Sans qualification, un accord tacite est possible après {on} à minuit." if on else ""
            return [f"Qualifiez : dites ce que vaut le silence, et pourquoi.{limit}"]
        case Risk.CRITICAL | Risk.NEAR | Risk.CONTROLLED:
            return [f"Notifiez une décision au plus tard {on} : à défaut, l’accord naît à minuit."]
        case Risk.BORN:
            return ["Un accord tacite a pu naître. Délivrez l’attestation si elle est demandée, ou étudiez le retrait."]
        case Risk.SILENCE_REJECTS:
            return [f"Répondez avant {on} : le silence vaudra rejet." if on else "Répondez : le silence vaut rejet."]
        case Risk.SUSPENDED:
            return ["Le délai est arrêté : il reprendra quand les pièces demandées seront reçues."]
        case _:
            return []


def grants(saisine: Saisine) -> bool:
    """Whether silence gives something, or may."""
    return saisine.regime is Regime.UNKNOWN or saisine.regime.grants


def _event(event: LegalEvent, zone: str) -> Mark:
    title = legal_words.EVENTS.get(event.type, event.type.replace("_", " "))
    kind = event.payload.get("kind")
    if event.type == "qualified":
        regime = str(event.payload.get("regime"))
        delay = event.payload.get("delay")
        title = f"Qualifiée : {legal_words.REGIMES.get(regime, regime)}" + (f", {delay}" if delay else "")
    elif event.type == "express_decision":
        title = f"Décision notifiée : {legal_words.SENSES.get(str(event.payload.get('sense')), 'voir le registre')}"
    elif kind:
        title = f"{legal_words.DUTIES.get(str(kind), str(kind))} envoyé"
    because = str(event.payload.get("reason") or event.payload.get("note") or "")
    return Mark(local(event.at, zone).date(), title, because, "", "done")


def _reasons(saisine: Saisine) -> Sequence[Mapping[str, Any]]:
    found = saisine.reading.get("reasons", ())
    return found if isinstance(found, list | tuple) else ()


def _day(value: object, zone: str) -> date | None:
    if not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return None
    return local(at, zone).date() if at.tzinfo else at.date()
