"""Legal clocks on paper: cases written in JSON go through the engine, and come back with every date and its reason.

The same adapter serves `parvis sve simulate`, `parvis sve explain` and `POST /api/v1/sve/simulations`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields as fields_of
from dataclasses import replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.sve.law.calendar import STATUTE, ZONES, LocalCalendar, Territory, territory_named
from app.sve.law.case import Case, Reading
from app.sve.law.clock import read
from app.sve.law.options import DEFAULT, Options
from app.sve.law.reasons import Reason, Value, in_french
from app.sve.law.terms import BeyondTheCalendarError
from app.sve.law.vocabulary.events import event_of
from app.sve.law.vocabulary.fields import Fields, SimulationError, whole
from app.sve.law.vocabulary.procedures import procedure_of
from app.sve.law.vocabulary.steps import completed

__all__ = ["MAX_CASES", "MAX_EVENTS", "SimulationError", "case_of", "explain", "simulate", "written"]

Json: TypeAlias = "str | int | bool | list[Json] | dict[str, Json] | None"

MAX_CASES = 1_000
MAX_EVENTS = 1_000
MAX_EVENTS_IN_ALL = 10_000
ZONE = re.compile(r"[A-Za-z]{2,20}/[A-Za-z_]{2,30}")
TEMPLE = ("good_friday", "protestant_temple", "temple_protestant", "mixed_church")


def simulate(document: object) -> list[dict[str, Json]]:
    """Reads one case or a list of them, already decoded from JSON, and gives one JSON-ready answer each.

    An answer holds the case's `id` when it has one, every value that applies (null where a date does not exist),
    `alert_on`, `state`, and `reasons`: one {key, value, source, because} for each value, in the order derived.
    Raises SimulationError, with the place and what to do, for a document it cannot read; nothing is guessed.
    """
    if isinstance(document, Mapping):
        return [_answer(document, pointer="")]
    if not isinstance(document, Sequence) or isinstance(document, str | bytes):
        raise SimulationError("", "donner un cas (objet JSON) ou une liste de cas.")
    if len(document) > MAX_CASES:
        raise SimulationError("", f"{len(document)} cas : en donner {MAX_CASES} au plus à la fois.")
    total = sum(
        len(events) for one in document if isinstance(one, Mapping) and isinstance(events := one.get("events"), list)
    )
    if total > MAX_EVENTS_IN_ALL:
        raise SimulationError("", f"{total} événements en tout : en donner {MAX_EVENTS_IN_ALL} au plus à la fois.")
    return [_answer(one, pointer=f"/{index}") for index, one in enumerate(document)]


def case_of(document: object, *, pointer: str = "") -> tuple[Case, datetime | None]:
    """Turns one written case into the engine's, with the instant it is to be read at. Raises SimulationError."""
    outer = Fields(document, pointer=pointer)
    name = outer.text("territory")
    if not name:
        raise SimulationError(outer.at("territory"), f"donner le territoire : {', '.join(Territory)}.")
    territory = territory_named(name)
    if territory is None:
        raise SimulationError(
            outer.at("territory"), f"territoire « {name[:80]} » inconnu : écrire l'un de {', '.join(Territory)}."
        )
    zone = _zone(outer, territory)
    fields = Fields(document, pointer=pointer, zone=zone)
    told = _events(fields)
    procedure = fields.inside("procedure")
    if procedure is None:
        raise SimulationError(fields.at("procedure"), "donner la démarche (« procedure »), au moins {}.")
    case = Case(
        territory=territory,
        procedure=procedure_of(
            procedure,
            territory=territory,
            events=frozenset(str(one.raw("type")) for one in told),
            text=next((words for one in told if (words := one.text("text"))), None),
            extras=_extras(procedure, told),
        ),
        events=tuple(event for one in told if (event := event_of(one, territory=territory)) is not None),
        zone=zone.key,
        options=_options(fields, procedure, told),
    )
    return case, fields.instant("now")


def written(reading: Reading) -> dict[str, Json]:
    """Writes a reading as the JSON of the contract: values, `alert_on`, `state` and the reasons of each."""
    answer: dict[str, Json] = {key: _json(key, value) for key, value in reading.values.items()}
    last = (
        Reason("alert_on", reading.alert_on, "docs/law.md, options débattues", reading.alert_because),
        Reason("state", str(reading.state), "docs/law.md", "état du délai au moment de la lecture."),
    )
    reasons: list[Json] = []
    for key, value, source, because in (*reading.reasons, *last):
        answer[key] = _json(key, value)
        reasons.append({"key": key, "value": answer[key], "source": source, "because": because})
    answer["reasons"] = reasons
    return answer


def explain(reading: Reading) -> list[str]:
    """Says a reading in plain French sentences, one a value, each with its source."""
    return [
        f"{LABELS.get(reason.key, reason.key.replace('_', ' '))} : {_said(reason.value)}. "
        f"{reason.because[:1].upper()}{reason.because[1:]} [{reason.source}]"
        for reason in reading.reasons
    ]


def _answer(document: object, *, pointer: str) -> dict[str, Json]:
    case, now = case_of(document, pointer=pointer)
    try:
        answer = written(read(case, now=now))
    except BeyondTheCalendarError as wrong:
        raise SimulationError(pointer, "les délais donnés, mis bout à bout, dépassent le calendrier.") from wrong
    identity = Fields(document, pointer=pointer).raw("id")
    if isinstance(identity, str | int):
        return {"id": whole(identity) if isinstance(identity, str) else identity, **answer}
    return answer


def _zone(fields: Fields, territory: Territory) -> ZoneInfo:
    name = fields.text("timezone") or ZONES[territory]
    if not ZONE.fullmatch(name):
        raise SimulationError(fields.at("timezone"), "écrire un fuseau comme Europe/Paris ou Indian/Reunion.")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as wrong:
        raise SimulationError(fields.at("timezone"), f"fuseau « {name} » inconnu : écrire Europe/Paris, …") from wrong


def _events(fields: Fields) -> list[Fields]:
    events = fields.raw("events")
    if not isinstance(events, Sequence) or isinstance(events, str | bytes):
        raise SimulationError(fields.at("events"), "donner la liste des événements (« events »), même vide.")
    if len(events) > MAX_EVENTS:
        raise SimulationError(fields.at("events"), f"{len(events)} événements : en donner {MAX_EVENTS} au plus.")
    return [
        Fields(event, pointer=f"{fields.at('events')}/{index}", zone=fields.zone)
        for index, event in enumerate(completed(events, zone=fields.zone))
    ]


def _extras(procedure: Fields, told: list[Fields]) -> tuple[Fields, ...]:
    """Gives the other places where a case may say something of the project or of the administration."""
    found = [procedure.inside("project")] if isinstance(procedure.raw("project"), Mapping) else []
    for one in told:
        if one.raw("type") != "received":
            continue
        found.append(one)
        found.extend(one.inside(name) for name in ("project", "tenant") if isinstance(one.raw(name), Mapping))
    return tuple(place for place in found if place is not None)


def _options(fields: Fields, procedure: Fields, told: list[Fields]) -> Options:
    options = DEFAULT
    calendar = _calendar(fields, procedure, told)
    if calendar != STATUTE:
        options = replace(options, calendar=calendar)
    given = fields.inside("options")
    if given is None:
        return options
    defaults = {each.name: getattr(DEFAULT, each.name) for each in fields_of(DEFAULT)}
    for name in given.names():
        if name in TEMPLE or name == "saint_martin_abolition":
            continue
        if name not in defaults:
            raise SimulationError(given.at(name), f"option inconnue : écrire l'une de {', '.join(defaults)}.")
        options = _chosen(options, given, name, defaults[name])
    return options


def _chosen(options: Options, given: Fields, name: str, default: object) -> Options:
    value: object
    if isinstance(default, bool):
        value = given.flag(name)
    elif isinstance(default, int):
        value = given.number(name)
    elif isinstance(default, StrEnum):
        words = {str(each): each for each in type(default)}
        word = given.text(name) or ""
        if word not in words:
            raise SimulationError(given.at(name), f"écrire l'un de : {', '.join(words)}.")
        value = words[word]
    else:
        value = _weekdays(given, name)
    return options if value is None else _with_option(options, name, value)


def _with_option(options: Options, name: str, value: object) -> Options:
    changed = {each.name: getattr(options, each.name) for each in fields_of(options)}
    return Options(**{**changed, name: value})


def _weekdays(given: Fields, name: str) -> frozenset[int]:
    days = given.raw(name)
    if name != "worked_weekdays":
        raise SimulationError(given.at(name), "cette option ne se règle pas dans un cas.")
    if not isinstance(days, list) or not days or not all(type(day) is int and 0 <= day <= 6 for day in days):
        raise SimulationError(
            given.at(name), "écrire les jours ouvrés, 0 pour lundi à 6 pour dimanche : [0, 1, 2, 3, 4]."
        )
    return frozenset(days)


def _calendar(fields: Fields, procedure: Fields, told: list[Fields]) -> LocalCalendar:
    """Reads what the case says of its commune: a Protestant temple, the date Saint-Martin keeps."""
    places: list[Fields | None] = [fields, procedure, *told]
    places += [one.inside("tenant") for one in told if isinstance(one.raw("tenant"), Mapping)]
    places += [fields.inside("options")] if isinstance(fields.raw("options"), Mapping) else []
    calendar = STATUTE
    for place in places:
        if place is None:
            continue
        friday = next((place.raw(name) for name in TEMPLE if isinstance(place.raw(name), bool)), None)
        if isinstance(friday, bool):
            calendar = replace(calendar, good_friday=friday)
        if place.raw("saint_martin_abolition") == "05-28":
            calendar = replace(calendar, saint_martin_abolition=(5, 28))
    return calendar


def _json(key: str, value: Value) -> Json:
    if isinstance(value, datetime):
        if key.endswith("_utc"):
            return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return value.strftime("%Y-%m-%dT%H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [str(one) for one in value]
    return value


def _said(value: Value) -> str:
    if isinstance(value, bool):
        return "oui" if value else "non"
    if value is None:
        return "aucune date"
    if isinstance(value, datetime):
        return f"{in_french(value.date())} à {value.hour} h {value.minute:02d}"
    if isinstance(value, date):
        return in_french(value)
    if isinstance(value, tuple):
        return ", ".join(value)
    return str(value)


LABELS: Mapping[str, str] = {
    "reception_date": "Date de réception",
    "valid_saisine": "Saisine électronique régulière",
    "valid_saisine_from": "Saisine régulière depuis",
    "crpa_applies": "Le code des relations entre le public et l'administration s'applique",
    "silence": "Effet du silence",
    "is_demande": "C'est une demande",
    "aee_due_date": "AEE au plus tard",
    "are_due_date": "ARE au plus tard",
    "aee_done": "Accusé parti",
    "are_done": "ARE parti",
    "are_mentions": "Mentions de l'ARE",
    "ar_required": "Accusé de réception requis",
    "ar_due_date": "Délai de l'accusé papier",
    "clock_start_date": "Départ du délai",
    "term_date": "Terme du silence",
    "tacit_decision_dated": "Date de la décision tacite",
    "tacit_effective_from_local": "Invocable à partir du",
    "tacit_effective_from_utc": "Même instant en temps universel",
    "tacit_acceptance": "Acceptation tacite",
    "tacit_rejection": "Rejet implicite",
    "possible_tacit_acceptance": "Acceptation tacite possible",
    "review_by": "À qualifier au plus tard",
    "not_handed_over_since": "À transmettre, reçue le",
    "flag": "Signal",
    "warning": "Attention",
    "pieces_due_date": "Pièces attendues au plus tard",
    "suspended_days": "Jours de suspension",
    "appeal_opposable": "Délai de recours opposable",
    "appeal_last_date": "Dernier jour pour saisir le juge",
    "appeal_term_date": "Rejet implicite du recours",
    "citizen_safe_date": "Date prudente pour l'usager",
    "withdrawal_last_date": "Dernier jour pour retirer",
    "notified_on": "Notifiée le",
    "known_on": "Certaine à partir du",
    "closed_by": "Silence rompu par",
    "reply_due_date": "Réponse due au plus tard",
    "in_time": "Dans le délai",
    "date_faisant_foi": "Date qui fait foi",
    "reasons_due_date": "Motifs à communiquer au plus tard",
    "reasonable_period_end": "Fin indicative du délai raisonnable",
    "rapo_last_date": "Dernier jour du recours obligatoire",
    "appeal_answered_on": "Réponse expresse au recours",
    "reply_done": "Réponse partie",
    "regularisation_due_date": "Régularisation attendue au plus tard",
    "regularised": "Demande régularisée à temps",
    "withdrawal_in_time": "Retrait dans le délai",
    "withdrawal_on_request": "Retrait demandé par le bénéficiaire",
    "refusal_withdrawal_last_date": "Dernier jour pour retirer le refus",
    "third_party_appeal_last_date": "Dernier jour des tiers pour saisir le juge",
    "third_party_appeal_opposable": "Délai opposable aux tiers",
    "third_party_bar_date": "Plus aucun recours des tiers après le",
    "abf_due_date": "Avis de l'ABF au plus tard",
    "abf_deemed_favourable": "Avis de l'ABF réputé favorable",
    "visit_answer_due_date": "Réponse à la demande de visite au plus tard",
    "visit_tacitly_refused_on": "Visite tacitement refusée le",
    "visit_last_date": "Visite au plus tard",
}
