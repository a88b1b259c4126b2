"""The copy of a person's data as one JSON document. Pure: rows come in, what is theirs comes out.

Other people's words are left out and counted, other people's addresses are masked (RGPD art. 15.4).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.ids import Prefix, public_id

FORMAT = "parvis-personal-data/1"
SOMEBODY = "(autre personne)"
_OURS = frozenset({"out", "note"})


@dataclass(slots=True)
class Copy:
    """The document, the contents to put beside it by their file, and how much was left out, by rule."""

    document: dict[str, Any]
    contents: dict[str, str] = field(default_factory=dict)
    masked: dict[str, int] = field(default_factory=dict)


def copy_of(
    person: Mapping[str, Sequence[Mapping[str, Any]]],
    held: Mapping[str, Sequence[Mapping[str, Any]]],
    *,
    addresses: Collection[str],
    hidden: int,
    made_at: datetime,
    administration: str,
) -> Copy:
    """Puts a person's data together; `hidden` requests are those whoever asked may not see."""
    copy = Copy(document={}, masked={"other_peoples_messages": 0, "hidden_requests": hidden})
    copy.document = {
        "format": FORMAT,
        "made_at": made_at,
        "administration": administration,
        "complete": hidden == 0,
        "person": {name: list(rows) for name, rows in person.items()},
        "requests": [_request(one, held, copy, addresses) for one in held["requests"]],
        "left_out": copy.masked,
    }
    copy.document = plain(copy.document)
    return copy


def _request(
    request: Mapping[str, Any],
    held: Mapping[str, Sequence[Mapping[str, Any]]],
    copy: Copy,
    addresses: Collection[str],
) -> dict[str, Any]:
    messages = [row for row in held["messages"] if row["ticket_id"] == request["id"]]
    others = sum(1 for row in messages if not row["mine"])
    copy.masked["other_peoples_messages"] += others
    theirs = bool(request["theirs"])
    own = ("reference", "status", "channel", "received_at", "last_activity_at", "confidential")
    return {
        "id": public_id(Prefix.TICKET, request["id"]),
        **{name: request[name] for name in own},
        "subject": request["subject"] if theirs else None,
        "tags": list(request["tags"]) if theirs else [],
        "custom_fields": list(request["custom_fields"]) if theirs else [],
        "custom_field_changes": [
            {name: row[name] for name in ("at", "field", "was", "now")}
            for row in held["field_changes"]
            if theirs and row["ticket_id"] == request["id"]
        ],
        "messages": [_message(row, held, copy, addresses) for row in messages if row["mine"]],
        "other_peoples_messages_left_out": others,
        "legal_dates": [_saisine(row, held) for row in held["law"] if theirs and row["ticket_id"] == request["id"]],
        "drafts": [
            {name: row[name] for name in ("kind", "text", "changed_at")}
            for row in held["drafts"]
            if theirs and row["ticket_id"] == request["id"]
        ],
        "satisfaction": [
            {name: row[name] for name in ("asked_at", "grade", "comment", "answered_at", "changed_at", "refused_at")}
            for row in held["satisfaction"]
            if row["ticket_id"] == request["id"]
        ],
        "draft_pieces": [
            _piece(row, copy) for row in held["draft_pieces"] if theirs and row["ticket_id"] == request["id"]
        ],
        "letters": [_letter(row, copy) for row in held["letters"] if theirs and row["ticket_id"] == request["id"]],
    }


def _message(
    row: Mapping[str, Any], held: Mapping[str, Sequence[Mapping[str, Any]]], copy: Copy, addresses: Collection[str]
) -> dict[str, Any]:
    own = ("direction", "received_at", "public", "subject", "text", "html", "fields", "geo", "history")
    return {
        "id": public_id(Prefix.MESSAGE, row["id"]),
        **{name: row[name] for name in own},
        "by": "the administration" if row["direction"] in _OURS else "the person",
        "recipients": [_party(one, addresses) for one in row["recipients"]],
        "pieces": [_piece(one, copy) for one in held["pieces"] if one["message_id"] == row["id"]],
    }


def _party(party: Mapping[str, Any], addresses: Collection[str]) -> str:
    address = str(party.get("address", ""))
    return address if address in addresses else SOMEBODY


def _piece(row: Mapping[str, Any], copy: Copy) -> dict[str, Any]:
    own = {name: row[name] for name in ("name", "content_type", "size", "read_by_machine", "set_aside")}
    # What an antivirus recognised is told and not handed on: whoever answers for the service may take it, and says why.
    return {**own, "file": None if row["set_aside"] else _file(row["sha256"], copy, row["name"])}


def _letter(row: Mapping[str, Any], copy: Copy) -> dict[str, Any]:
    own = {name: row[name] for name in ("title", "text", "way", "composed_at")}
    return {**own, "file": _file(row["pdf_sha256"], copy, "lettre.pdf")}


def _file(sha256: str | None, copy: Copy, name: str) -> str | None:
    """Names the file of a content in the archive: its rank and the ending its name had, never the name itself."""
    if not sha256:
        return None
    if sha256 not in copy.contents:
        ending = name.rpartition(".")[2].lower()
        ending = ending if ending.isascii() and ending.isalnum() and len(ending) <= 5 else "bin"
        copy.contents[sha256] = f"pieces/{len(copy.contents) + 1:04d}.{ending}"
    return copy.contents[sha256]


def _saisine(row: Mapping[str, Any], held: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, Any]:
    own = ("procedure", "regime", "qualified_reason", "received_on", "term_on", "closed_at", "dates", "reasons")
    events = [
        {"type": one["type"], "at": one["at"], "told": one["payload"]}
        for one in held["events"]
        if one["saisine_id"] == row["id"]
    ]
    return {"id": public_id(Prefix.SAISINE, row["id"]), **{name: row[name] for name in own}, "events": events}


def plain(value: Any) -> Any:
    """Writes instants, days and identifiers as JSON has them."""
    match value:
        case datetime() | date():
            return value.isoformat()
        case UUID():
            return str(value)
        case Mapping():
            return {str(name): plain(one) for name, one in value.items()}
        case list() | tuple():
            return [plain(one) for one in value]
        case _:
            return value
