"""The two pages a judge reads first: who, what came when, which dates, under which article."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from app.reporting import words
from app.reporting.evidence.gathering import Gathered
from app.sve.cases import in_force
from app.sve.law.reasons import in_french
from app.sve.letters.page import pdf
from app.sve.simulation import LABELS
from app.sve.values import LegalEvent
from app.tickets.values import Direction, Message

_SOURCE = (Path(__file__).parent / "summary.typ").read_text("utf-8")
_LONGEST = 300


def summary(gathered: Gathered, lacks: Sequence[str]) -> bytes:
    """Returns resume.pdf; the same facts at the same instant give the same bytes."""
    title = f"Dossier de preuve, demande n° {gathered.ticket.reference}"
    return pdf(_SOURCE, _told(gathered, lacks), title=title, made_at=gathered.at)


def _told(gathered: Gathered, lacks: Sequence[str]) -> dict[str, Any]:
    tenant, ticket, zone = gathered.tenant, gathered.ticket, gathered.tenant.time_zone
    return {
        "administration": tenant.name,
        "service": f"{tenant.service_name}, {tenant.postal_address}",
        "reference": ticket.reference,
        "made": words.moment(gathered.at, zone),
        "zone": zone,
        "person": ticket.contact_name or "personne non nommée",
        "points": [point.address or point.display_name for point in gathered.points],
        "subject": _short(ticket.subject),
        "facts": [list(pair) for pair in _facts(gathered)],
        "timeline": [list(line) for _, *line in sorted(_timeline(gathered), key=lambda line: line[0])],
        "reasons": [
            {
                "label": LABELS.get(reason.key, reason.key.replace("_", " ")),
                "value": words.value(reason.value),
                "because": reason.because[:1].upper() + reason.because[1:],
                "source": reason.source,
            }
            for reason in (gathered.judgement.reading.reasons if gathered.judgement else ())
        ],
        "unread": gathered.unread,
        "lacks": list(lacks),
    }


def _facts(gathered: Gathered) -> list[tuple[str, str]]:
    saisine, zone = gathered.saisine, gathered.tenant.time_zone
    judged = gathered.judgement
    told = [
        ("Reçue", f"{words.moment(saisine.received_at, zone)}, par {words.channel(_channel(gathered))}"),
        ("Effet du silence", words.REGIMES.get(saisine.regime.value, saisine.regime.value)),
    ]
    if saisine.procedure:
        named = f" {gathered.applied.entry.title}" if gathered.applied else ""
        told.append(("Démarche", f"{saisine.procedure}{named}"))
    if saisine.delay:
        told.append(("Délai", saisine.delay))
    if saisine.qualified_at:
        when, who = words.moment(saisine.qualified_at, zone), gathered.who(saisine.qualified_by)
        told.append(("Qualifiée", f"{when}, par {who} : {_short(saisine.qualified_reason or '')}"))
    if judged is not None:
        told.append(("État", words.STATES.get(judged.reading.state.value, judged.reading.state.value)))
        term, alert = judged.reading.term_on, judged.reading.alert_on
        told.append(("Terme", f"{in_french(term)} à minuit" if term else "aucun"))
        if alert and alert != term:
            told.append(("Date la plus proche défendable", in_french(alert)))
    told.append(("Règles du moteur", gathered.saisine.rules_version))
    return told


def _timeline(gathered: Gathered) -> list[tuple[datetime, str, str, str]]:
    """What was received, what happened, what left: when, what, by whom; the sort key first."""
    zone = gathered.tenant.time_zone
    told = [_said(message, zone) for message in gathered.messages if message.direction is Direction.IN]
    counted = {event.id for event in in_force(gathered.events)}
    told += [
        _happened(gathered, event, annulled=event.id not in counted)
        for event in gathered.events
        if event.type != "received"
    ]
    for one in gathered.sendings:
        state = words.OUT_STATES.get(one.state.value, one.state.value)
        what = f"Envoi ({words.PURPOSES.get(one.purpose, one.purpose)}) : {state}" + (
            f" le {words.moment(one.settled_at, zone)}" if one.settled_at else ""
        )
        told.append((one.frozen_at, words.moment(one.frozen_at, zone), what, one.recipient_address))
    told += [
        (letter.composed_at, words.moment(letter.composed_at, zone), f"Courrier : {letter.title}", letter.way.value)
        for letter in gathered.letters
    ]
    return told


def _said(message: Message, zone: str) -> tuple[datetime, str, str, str]:
    pieces = f", {len(message.pieces)} pièce(s)" if message.pieces else ""
    subject = f" « {_short(message.subject, 80)} »" if message.subject else ""
    return (
        message.received_at,
        words.moment(message.received_at, zone),
        f"Message reçu{subject}{pieces}",
        message.author_address or message.author_name,
    )


def _happened(gathered: Gathered, event: LegalEvent, *, annulled: bool) -> tuple[datetime, str, str, str]:
    zone = gathered.tenant.time_zone
    what = words.event(event.type)
    note = str(event.payload.get("reason") or event.payload.get("note") or "")
    what += f" : {_short(note, 120)}" if note else ""
    if (
        event.backdated
        or event.recorded_at.astimezone(ZoneInfo(zone)).date() != event.at.astimezone(ZoneInfo(zone)).date()
    ):
        what += f" (consigné le {words.moment(event.recorded_at, zone)})"
    if annulled:
        what += " [annulé]"
    return event.at, words.moment(event.at, zone), what, gathered.who(event.actor)


def _channel(gathered: Gathered) -> str:
    first = next((event for event in gathered.events if event.type == "received"), None)
    return str(first.payload.get("channel", "")) if first else gathered.ticket.channel_type


def _short(text: str, longest: int = _LONGEST) -> str:
    text = " ".join(text.split())
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
