"""Walking through an export a batch at a time: what is held in memory is one batch, however long the file."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from pathlib import Path

from app.imports import parcels
from app.imports.parcels import Parcel
from app.imports.settling import refused, timely
from app.imports.shapes import FlawCode, Flawed, ForeignTicket, Read, SourceKind
from app.imports.sources import OF_DOCUMENTS, csv_rows
from app.strict_json import StrictJsonError, loads

BATCH_TICKETS = 100
BATCH_MESSAGES = 600


def conversations(parcel: Parcel, source: SourceKind, *, zone: str, now: datetime) -> Iterator[Read]:
    """Yields what an export holds, in its own order: reading it again gives the same. Raises `ExportUnreadable`."""
    return (timely(one, now=now) for one in _conversations(parcel, source, zone=zone))


def _conversations(parcel: Parcel, source: SourceKind, *, zone: str) -> Iterator[Read]:
    with parcel.lines() as stream:
        if source is SourceKind.CSV:
            yield from csv_rows.conversations(stream, zone=zone)
            return
        reader = OF_DOCUMENTS[source]
        for place, line in parcels.numbered(stream):
            if line is None:
                yield refused(place, None, FlawCode.TOO_LARGE, "ligne trop longue pour être lue")
                continue
            try:
                yield reader(loads(line), place)
            except StrictJsonError as flaw:
                yield refused(
                    place, None, FlawCode.UNREADABLE, f"ce n’est pas du JSON que l’on peut garder ({flaw.code.value})"
                )


def batches(found: Iterator[Read], *, after: int) -> Iterator[list[Read]]:
    """Yields batches of what comes after the first `after` conversations; a long one makes a batch by itself."""
    held: list[Read] = []
    messages = 0
    for one in islice(found, after, None):
        more = len(one.messages) if isinstance(one, ForeignTicket) else 0
        if held and (len(held) >= BATCH_TICKETS or messages + more > BATCH_MESSAGES):
            yield held
            held, messages = [], 0
        held.append(one)
        messages += more
    if held:
        yield held


def flaws_of(batch: list[Read]) -> list[Flawed]:
    """Returns all that a batch refuses, in the order of its lines."""
    found: list[Flawed] = []
    for one in batch:
        if isinstance(one, Flawed):
            found.append(one)
        else:
            found += one.flaws
    return found


def lines_file(path: Path) -> Path:
    """Returns the file that names an export: itself, or the lines of a folder."""
    if not path.is_dir():
        return path
    with parcels.opened(path) as parcel:
        return path / parcel.name
