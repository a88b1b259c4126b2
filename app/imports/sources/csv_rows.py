"""Rows of a table: one a message, those of one request following each other. For any tool that can write a CSV file.

Columns are known by their French or English names (docs/imports.md); those not known are left out. Source: RFC 4180; a
semicolon or a tab separates as well as a comma.
"""

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import BinaryIO

from app.imports import wording
from app.imports.settling import ID_MAX, refused, settled, status_of, undated
from app.imports.shapes import FlawCode, Flawed, ForeignMessage, ForeignPerson, ForeignPiece, ForeignTicket, Read
from app.tickets.values import AuthorKind, Direction, Status

_STATUSES: Mapping[str, Status] = {
    **dict.fromkeys(("new", "nouveau", "nouvelle"), Status.NEW),
    **dict.fromkeys(("open", "ouvert", "ouverte", "active", "en cours"), Status.OPEN),
    **dict.fromkeys(("waiting", "pending", "en attente", "snoozed"), Status.WAITING),
    **dict.fromkeys(("resolved", "résolu", "résolue", "resolu", "resolue"), Status.RESOLVED),
    **dict.fromkeys(("closed", "clos", "close", "fermé", "fermée", "ferme", "fermee"), Status.CLOSED),
}
_DIRECTIONS: Mapping[str, tuple[Direction, AuthorKind]] = {
    **dict.fromkeys(
        ("in", "reçu", "reçue", "recu", "recue", "entrant", "entrante", "incoming", "inbound", "received", ""),
        (Direction.IN, AuthorKind.CITIZEN),
    ),
    **dict.fromkeys(
        ("out", "envoyé", "envoyée", "envoye", "envoyee", "sortant", "sortante", "outgoing", "outbound", "sent"),
        (Direction.OUT, AuthorKind.AGENT),
    ),
    **dict.fromkeys(("note", "interne", "internal", "private"), (Direction.NOTE, AuthorKind.AGENT)),
}
# Of two columns that mean the same, the name told first here stands: a table may number its messages as well.
_COLUMNS: Mapping[str, str] = {
    **dict.fromkeys(("ticket_id", "ticket", "id", "numero", "numéro", "number", "demande"), "ticket_id"),
    **dict.fromkeys(("number_shown", "reference", "référence"), "number"),
    **dict.fromkeys(("subject", "objet", "sujet", "title", "titre"), "subject"),
    **dict.fromkeys(("status", "statut", "state", "état", "etat"), "status"),
    **dict.fromkeys(("opened_at", "ouverte_le", "created_at", "created at"), "opened_at"),
    **dict.fromkeys(("closed_at", "close_le", "closed at"), "closed_at"),
    **dict.fromkeys(("sent_at", "date", "envoyé_le", "envoye_le", "reçu_le", "recu_le", "received_at"), "sent_at"),
    **dict.fromkeys(("direction", "sens"), "direction"),
    **dict.fromkeys(("author_name", "nom", "name", "auteur", "customer"), "author_name"),
    **dict.fromkeys(("author_email", "email", "courriel", "adresse"), "author_email"),
    **dict.fromkeys(("author_phone", "phone", "téléphone", "telephone"), "author_phone"),
    **dict.fromkeys(("requester_email", "demandeur"), "requester_email"),
    **dict.fromkeys(("text", "texte", "message", "body"), "text"),
    **dict.fromkeys(("message_id", "message-id"), "message_id"),
    **dict.fromkeys(("assignee_email", "agent", "owner"), "assignee_email"),
    **dict.fromkeys(("team", "équipe", "equipe", "group", "groupe"), "team"),
    **dict.fromkeys(("way", "canal", "channel"), "way"),
    **dict.fromkeys(("tags", "étiquettes", "etiquettes"), "tags"),
    **dict.fromkeys(("attachments", "pièces", "pieces"), "attachments"),
}
_FIELD_MAX = 2_000_000
_SAMPLE = 65_536
_LINE_MAX = 16 * 2**20
_MOST_OF_ONE = 5_000
Row = Mapping[str, str]
# The reader's own limit is of the whole process: what a message may hold, and no more.
csv.field_size_limit(_FIELD_MAX)


def conversations(stream: BinaryIO, *, zone: str) -> Iterator[Read]:
    """Yields the requests of a file, each made of the rows that follow each other under one identifier."""
    held: list[tuple[int, Row]] = []
    for place, row in _rows(stream):
        if isinstance(row, Flawed):
            yield row
            continue
        if held and (held[0][1].get("ticket_id") != row.get("ticket_id") or len(held) >= _MOST_OF_ONE):
            yield _request(held, zone)
            held = []
        held.append((place, row))
    if held:
        yield _request(held, zone)


def _rows(stream: BinaryIO) -> Iterator[tuple[int, Row | Flawed]]:
    buffered = io.BufferedReader(stream, _SAMPLE) if isinstance(stream, io.RawIOBase) else stream
    lines = _lines(buffered)
    names = next(lines, "").removeprefix("\ufeff").strip("\r\n")[:_SAMPLE]
    delimiter = max(";\t,", key=names.count)
    columns = _columns(next(csv.reader([names], delimiter=delimiter), []))
    if "ticket_id" not in columns:
        told = "la première ligne ne nomme pas la colonne ticket_id (voyez docs/imports.fr.md)"
        yield 1, refused(1, None, FlawCode.UNKNOWN_SHAPE, told)
        return
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield (
                reader.line_num + 1,
                refused(reader.line_num + 1, None, FlawCode.UNREADABLE, "ligne illisible ou trop longue"),
            )
            continue
        if any(cells):
            yield reader.line_num + 1, dict(zip(columns, cells, strict=False))


def _columns(names: Sequence[str]) -> list[str]:
    written = [" ".join(name.lower().split()) for name in names]
    meant = list(_COLUMNS)
    best = {_COLUMNS[name]: name for name in sorted({*written} & {*meant}, key=meant.index, reverse=True)}
    return [_COLUMNS[name] if best.get(_COLUMNS.get(name, "")) == name else "" for name in written]


def _lines(stream: BinaryIO | io.BufferedReader) -> Iterator[str]:
    """Yields lines as text. The first that is not plain ASCII tells which of both encodings the file is in.

    A line beyond what may be held becomes one field that no reader takes.
    """
    encoding = ""
    while line := stream.readline(_LINE_MAX + 1):
        if len(line) > _LINE_MAX and not line.endswith(b"\n"):
            while (rest := stream.readline(_LINE_MAX)) and not rest.endswith(b"\n"):
                pass
            yield "x" * (_FIELD_MAX + 1) + "\n"
            continue
        if not encoding and not line.isascii():
            encoding = "utf-8" if _is_utf8(line) else "cp1252"
        yield line.decode(encoding or "ascii", "replace")


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _request(held: Sequence[tuple[int, Row]], zone: str) -> Read:
    place, first = held[0]
    external_id = wording.line(first.get("ticket_id"), limit=ID_MAX)
    if not external_id:
        return refused(place, None, FlawCode.NO_IDENTIFIER, "ligne sans identifiant de demande")
    messages, flaws = list[ForeignMessage](), list[Flawed]()
    for at, row in held:
        read_one = _message(row, at, external_id, zone)
        if isinstance(read_one, Flawed):
            flaws.append(read_one)
        else:
            messages.append(read_one)
    if not messages:
        return flaws[0]
    raw = _last(held, "status")
    status, known = status_of(_STATUSES, raw)
    asks = next((one.author for one in messages if one.direction is Direction.IN), None)
    named = wording.address(_last(held, "requester_email"))
    value = ForeignTicket(
        place=place,
        external_id=external_id,
        number=wording.line(_last(held, "number"), limit=50) or external_id[:50],
        subject=wording.line(_last(held, "subject")),
        status=status,
        status_raw=raw,
        status_known=known,
        requester=asks or (ForeignPerson(email=named) if named else None),
        assignee_email=wording.address(_last(held, "assignee_email")),
        team=wording.line(_last(held, "team"), limit=100) or None,
        tags=wording.words(_last(held, "tags")),
        opened_at=wording.instant(_last(held, "opened_at"), zone=zone) or messages[0].said_at,
        closed_at=wording.instant(_last(held, "closed_at"), zone=zone),
    )
    return settled(value, messages, flaws)


def _last(held: Sequence[tuple[int, Row]], name: str) -> str:
    """The last word said of a request stands."""
    return next((wording.line(row[name]) for _, row in reversed(held) if row.get(name)), "")


def _message(row: Row, place: int, ticket_id: str, zone: str) -> ForeignMessage | Flawed:
    said_at = wording.instant(row.get("sent_at") or row.get("opened_at"), zone=zone)
    if said_at is None:
        return undated(place, ticket_id)
    if (told_direction := _DIRECTIONS.get(wording.line(row.get("direction")).lower())) is None:
        # Taken for a note, what somebody asked would start no clock and say so nowhere.
        detail = "sens inconnu : écrivez reçu, envoyé ou interne"
        return refused(place, ticket_id, FlawCode.UNKNOWN_DIRECTION, detail)
    direction, kind = told_direction
    told = "\x1f".join(
        [ticket_id, said_at.isoformat(), direction.value, row.get("author_email", ""), row.get("text", "")]
    )
    named = wording.message_id(row.get("message_id"))
    return ForeignMessage(
        # A row without a name of its own is named by what it says, so that the same file adds it once.
        external_id=named or hashlib.sha256(told.encode("utf-8", "replace")).hexdigest(),
        direction=direction,
        author_kind=kind,
        author=ForeignPerson(
            name=wording.line(row.get("author_name"), limit=wording.NAME_MAX),
            email=wording.address(row.get("author_email")),
            phone=wording.line(row.get("author_phone"), limit=40) or None,
        ),
        said_at=said_at,
        said_raw=wording.line(row.get("sent_at") or row.get("opened_at"), limit=100),
        subject=wording.line(row.get("subject")),
        text=wording.text(row.get("text")),
        message_id=named,
        way=wording.line(row.get("way"), limit=50).lower() or "email",
        pieces=tuple(
            ForeignPiece(name=name, content_type="application/octet-stream", member=f"attachments/{name}")
            for written in row.get("attachments", "").split("|")[:50]
            if (name := wording.line(written, limit=200))
        ),
    )
