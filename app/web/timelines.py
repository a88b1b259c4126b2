"""The legal timeline of one request, from what is stored: what happened and what was derived, each with its reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.facts import SYSTEM
from app.ids import Prefix, public_id
from app.sve.cases import CORRECTED, DISMISSED, OURS
from app.sve.dismissing import DismissalReason
from app.sve.event_forms import REASONS
from app.sve.law.regime import Regime
from app.sve.law.risk import Risk
from app.sve.values import Duty, LegalEvent, Saisine
from app.web import legal_words
from app.web.dates import local, long_day

# What comes first on its day.
_FIRST = ("reception_date", "valid_saisine_from", "clock_start_date")


@dataclass(frozen=True, slots=True)
class Mark:
    """One line: a day, what it is, why, and under which text. `look` is done, todo or late.

    Of an event: the day it was recorded when that was later, whether a later one annulled it, its name when one may, and
    what the law says of it.
    """

    on: date
    title: str
    because: str
    source: str
    look: str
    backdated: date | None = None
    annulled: bool = False
    event: str | None = None
    remarks: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Ground:
    """A derived value that is not a date."""

    title: str
    value: str
    because: str
    source: str


def marks(saisine: Saisine, events: Sequence[LegalEvent], *, zone: str, today: date) -> list[Mark]:
    """Returns the events and the derived dates in order of day; what happened comes before what follows from it."""
    # The first reception is a derived date already; another one, or one told of late, is an event worth a line.
    happened = [
        _event(event, zone)
        for index, event in enumerate(events)
        if event.type != "received" or index or event.annulled_by or event.actor != SYSTEM.label
    ]
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
    if event.type == "qualified":
        regime = str(event.payload.get("regime"))
        delay = event.payload.get("delay")
        title = f"Qualifiée : {legal_words.REGIMES.get(regime, regime)}" + (f", {delay}" if delay else "")
    elif event.type == "express_decision":
        sense = legal_words.SENSES_SAID.get(str(event.payload.get("sense")), "voir le registre")
        only_signed = event.payload.get("signed_at") and not event.payload.get("notified_at")
        title = f"{'Décision signée' if only_signed else 'Décision notifiée'} : {sense}"
    elif event.type == "ack_sent":
        kind = str(event.payload.get("kind"))
        title = f"{legal_words.DUTIES.get(kind, kind)} envoyé"
    because = str(event.payload.get("reason") or event.payload.get("note") or event.payload.get("asks") or "")
    if items := event.payload.get("items"):
        because = ", ".join(str(item) for item in items) + (f" — {because}" if because else "")
    if event.type == CORRECTED:
        title = "Événement annulé"
    elif event.type == DISMISSED:
        because = dismissed_because(event)
    marks = event.payload.get("marks", ())
    return Mark(
        local(event.at, zone).date(),
        title,
        because,
        "",
        "done",
        backdated=local(event.recorded_at, zone).date() if event.backdated else None,
        annulled=event.annulled_by is not None,
        event=public_id(Prefix.LEGAL_EVENT, event.id) if event.annulled_by is None and event.type not in OURS else None,
        remarks=[(str(mark["because"]), str(mark["source"])) for mark in marks],
    )


def dismissed_because(event: LegalEvent) -> str:
    """Says in words why a saisine was dismissed."""
    words = str(event.payload.get("words") or "")
    reason = REASONS[DismissalReason(event.payload["reason"])]
    return f"{reason} : {words}" if words else reason


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
