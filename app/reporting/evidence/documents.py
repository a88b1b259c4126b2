"""What was gathered as documents: one a subject, plain JSON, identifiers as the API writes them beside those of rows."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any
from uuid import UUID

from app.audit.extract import Copied, Link
from app.ids import Prefix, public_id
from app.reporting.evidence.gathering import Gathered
from app.sve.cases import OURS, document, in_force
from app.sve.catalogue.describing import whole
from app.sve.law import RULES_VERSION
from app.sve.law.rules import ALL_RULES

# The key of a channel stands in the address of its hook; it opens the door to whoever knows it.
_HOOK = re.compile(r"(/hooks/[^/?]+/)[^/?]+")


def documents(gathered: Gathered) -> Mapping[str, object]:
    """Returns every document by name, in the order of the archive."""
    return {
        "saisine.json": _saisine(gathered),
        "reading.json": _reading(gathered),
        "case.json": gathered.case,
        "events.json": _events(gathered),
        "alerts.json": [{**plain(row), "taken_by": gathered.who(row["acknowledged_by"])} for row in gathered.alerts],
        "duties.json": plain(gathered.duties),
        "recomputations.json": plain(gathered.recomputed),
        "procedure.json": _procedure(gathered),
        "rules.json": {"version": RULES_VERSION, "rules": [_rule(rule) for rule in ALL_RULES]},
        "terms.json": plain(gathered.tenant.terms_on(gathered.saisine.received_on)),
        "sendings.json": _sendings(gathered),
        "letters.json": [
            {**plain(letter), "composed_by_name": gathered.who(letter.composed_by)} for letter in gathered.letters
        ],
        "journal.json": {
            "entries": [entry_document(one) for one in gathered.journal],
            "head": link_document(gathered.head),
        },
    }


def messages_document(
    gathered: Gathered, raw: Mapping[UUID, str], pieces: Mapping[str, str]
) -> Sequence[Mapping[str, Any]]:
    """Says each message with its four instants, the file of its delivery and those of its pieces."""
    return [
        {
            **plain(message),
            **plain({k: v for k, v in gathered.instants.get(message.id, {}).items() if k != "id"}),
            "message_id": public_id(Prefix.MESSAGE, message.id),
            "raw_file": raw.get(message.reception_id) if message.reception_id else None,
            "pieces": [
                {"name": piece.name, "content_type": piece.content_type, "size": piece.size, "sha256": piece.sha256}
                | {"file": pieces.get(piece.sha256) if piece.sha256 else None}
                for _, piece in message.pieces
            ],
        }
        for message in gathered.messages
    ]


def receptions_document(gathered: Gathered, raw: Mapping[UUID, str]) -> Sequence[Mapping[str, Any]]:
    """Says each delivery as the door took it; the key of a hook's address is left out."""
    return [
        {**plain(row), "url": _HOOK.sub(r"\1…", row["url"]), "file": raw.get(row["id"])} for row in gathered.receptions
    ]


def plain(value: object) -> Any:
    """Returns a value as JSON holds it. Unordered sets are sorted, bytes are hexadecimal."""
    match value:
        case Enum():
            return value.value
        case None | bool() | int() | float() | str():
            return value
        case UUID():
            return str(value)
        case datetime() | date():
            return value.isoformat()
        case bytes():
            return value.hex()
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case set() | frozenset():
            return sorted(str(plain(item)) for item in value)
        case Iterable():
            return [plain(item) for item in value]
        case _ if is_dataclass(value):
            return {one.name: plain(getattr(value, one.name)) for one in fields(value)}
        case _:
            return str(value)


def entry_document(entry: Copied) -> Mapping[str, Any]:
    return {**plain(entry), "link": link_document(entry.link)}


def link_document(link: Link | None) -> Any:
    return plain(link)


def _saisine(gathered: Gathered) -> Mapping[str, Any]:
    saisine, ticket = gathered.saisine, gathered.ticket
    told = {one.name: plain(getattr(saisine, one.name)) for one in fields(saisine) if one.name != "reading"}
    return {
        **told,
        "saisine_id": public_id(Prefix.SAISINE, saisine.id),
        "qualified_by_name": gathered.who(saisine.qualified_by),
        "joined": plain(gathered.joined),
        "ticket": {**plain(ticket), "ticket_id": public_id(Prefix.TICKET, ticket.id)},
        "person": {"name": ticket.contact_name, "points": plain(gathered.points)},
        "administration": {one.name: plain(getattr(gathered.tenant, one.name)) for one in fields(gathered.tenant)},
        "channels": plain(gathered.channels),
    }


def _reading(gathered: Gathered) -> Mapping[str, Any]:
    judged = gathered.judgement
    return {
        "rules_version": RULES_VERSION,
        "at": gathered.case["now"],
        "reading": document(judged.reading) if judged else None,
        "term_on": plain(judged.reading.term_on) if judged else None,
        "alert_on": plain(judged.reading.alert_on) if judged else None,
        "risk": judged.risk.value if judged else None,
        "unread": gathered.unread or None,
        "stored": {
            "rules_version": gathered.saisine.rules_version,
            "term_on": plain(gathered.saisine.term_on),
            "alert_on": plain(gathered.saisine.alert_on),
            "reading": plain(gathered.saisine.reading),
        },
    }


def _events(gathered: Gathered) -> Sequence[Mapping[str, Any]]:
    counted = {event.id for event in in_force(gathered.events)}
    return [
        {
            **plain(event),
            "event_id": public_id(Prefix.LEGAL_EVENT, event.id),
            "by": gathered.who(event.actor),
            "annulled": event.id not in counted,
            "read_by_the_engine": event.id in counted and event.type not in OURS,
        }
        for event in gathered.events
    ]


def _procedure(gathered: Gathered) -> Mapping[str, Any] | None:
    if gathered.applied is None:
        return None
    valid_from = gathered.applied.version.valid_from
    return {
        "applied_version": gathered.saisine.procedure_version,
        "in_force_on": plain(gathered.saisine.received_on),
        "version_valid_from": plain(valid_from),
        "entry": plain(whole(gathered.applied.entry)),
    }


def _rule(rule: object) -> Any:
    return plain(rule)


def _sendings(gathered: Gathered) -> Sequence[Mapping[str, Any]]:
    return [
        {
            **plain(one),
            "outbound_id": public_id(Prefix.OUTBOUND, one.id),
            "tries": [plain(row) for row in gathered.attempts if row["outbound_id"] == one.id],
            "reports": [plain(row) for row in gathered.updates if row["outbound_id"] == one.id],
        }
        for one in gathered.sendings
    ]
