"""A national list in CSV becomes entries of the catalogue: read line by line, all of it or nothing."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from app.sve.catalogue.book import Catalogue
from app.sve.catalogue.describing import whole
from app.sve.catalogue.entries import entry_of
from app.sve.catalogue.local import local_entry
from app.sve.catalogue.spreadsheet import EFFECTS, KINDS, REQUIRED, Unreadable, day_of, delay_of, rows, several
from app.sve.catalogue.values import CatalogueError, Certainty, Entry, Kind, Source, SourceKind
from app.sve.catalogue.writing import source_values, values_of, version_values

# Whose word an entry is differs whenever somebody speaks; sources are told by the entry itself.
NOT_COMPARED = frozenset({"origin", "file", "edition", "override", "sources"})


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a line was not understood. Line 1 is that of the columns' names."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class Change:
    """What importing would do to one procedure; `differences` holds (field, before, after)."""

    entry: Entry
    new: bool
    differences: Sequence[tuple[str, Any, Any]]


@dataclass(frozen=True, slots=True)
class Import:
    """A list read against the catalogue: either refusals, or changes; procedures it does not change are counted."""

    refused: Sequence[Refused]
    changes: Sequence[Change]
    unchanged: int

    @property
    def sources(self) -> Sequence[Source]:
        """The lists the changed procedures rest on: what is written beside them."""
        held = {source.code: source for change in self.changes for source in change.entry.sources}
        return [source for source in held.values() if source.kind is SourceKind.LIST]


@dataclass(frozen=True, slots=True)
class Owner:
    """For whom a list is read when it is not for the whole installation: its kind, and the entries it may change."""

    kind: Kind
    national: Catalogue
    editions: Mapping[str, int]


def read_list(data: bytes, *, into: Catalogue, owner: Owner | None = None) -> Import:
    """Reads a national list. Every line is looked at, so that all that is wrong is told at once.

    Columns: those of `REQUIRED` and any of `OPTIONAL`; separator `;` or `,`; UTF-8. A column that is absent or empty
    leaves what the catalogue already says; an effect or a delay that changes leaves the texts read behind it. With an
    `owner`, a line is that administration's own entry: it cites its délibération, or says why it changes a national one.
    """
    refused: list[Refused] = []
    changes: list[Change] = []
    lines: dict[str, int] = {}
    unchanged = 0
    try:
        for line, row in rows(data):
            try:
                entry = _entry(row, into=into, line=line, owner=owner)
            except CatalogueError as error:
                refused.append(Refused(line, _told(error, line)))
                continue
            if entry.code in lines:
                reason = f"le code {entry.code} est déjà à la ligne {lines[entry.code]} : n'en garder qu'une."
                refused.append(Refused(line, reason))
                continue
            lines[entry.code] = line
            change = _change(entry, into.get(entry.code))
            changes += [change] if change else []
            unchanged += change is None
    except Unreadable as error:
        refused.append(Refused(error.line, error.reason))
    return Import(refused, changes if not refused else [], unchanged)


def _entry(row: Mapping[str, str], *, into: Catalogue, line: int, owner: Owner | None) -> Entry:
    where = f"ligne {line}"
    if "" in row:
        raise CatalogueError.at(where, f"{row['']} : vérifier les séparateurs.", en=f"{row['']}: check separators.")
    for name in REQUIRED:
        if not row[name]:
            told = "this cell is empty: fill it."
            raise CatalogueError.at(f"{where}, « {name} »", "cette cellule est vide : la remplir.", en=told)
    source = _source(row, where=where)
    known = into.get(row["code"])
    values: dict[str, Any] = values_of(known) if known else {"keywords": [row["title"]], "domain": "divers"}
    values |= {
        "code": row["code"],
        "title": row["title"],
        "kinds": [KINDS.get(word.lower(), word.lower()) for word in several(row["authority"])],
    }
    values |= {name: row[name] for name in ("domain", "certainty") if row.get(name)}
    if row.get("keywords"):
        values["keywords"] = several(row["keywords"])
    values["versions"], kept = _versions(row, known, where=where)
    if kept and known is not None:
        values["sources"] = list(dict.fromkeys([*values["sources"], source.code]))
    else:
        values["sources"] = [source.code]
        values["certainty"] = row.get("certainty") or Certainty.PARTLY.value
        values["doubt"] = "effet et délai repris d'une liste importée : l'article n'a pas été relu"
    if row.get("deliberation_number") or row.get("deliberation_date"):
        taken_on = day_of(row.get("deliberation_date", ""), where=f"{where}, « deliberation_date »")
        act = {"taken_on": taken_on, "number": row.get("deliberation_number"), "title": row.get("deliberation_title")}
        values["deliberation"] = {name: told for name, told in act.items() if told}
    if owner is None:
        return entry_of(values, sources={**into.sources, source.code: source}, file=where)
    return _own(values, source, why=row.get("why") or f"liste importée : {source.title}", into=into, owner=owner)


def _own(values: dict[str, Any], source: Source, *, why: str, into: Catalogue, owner: Owner) -> Entry:
    """The line as its administration's entry: only what differs from the national one is its own."""
    values = {name: value for name, value in values.items() if name != "override"}
    national = owner.national.get(values["code"])
    if national is not None:
        before = values_of(national)
        values = {name: value for name, value in values.items() if name == "code" or value != before.get(name)}
        values["override"] = {"why": why}
    known = {**into.sources, source.code: source}
    ours = [
        code if code in owner.national.sources else source_values(known[code]) for code in values.pop("sources", ())
    ]
    values |= {"sources": ours} if ours else {}
    edition = owner.editions.get(values["code"], 0) + 1
    given = {name: value for name, value in values.items() if value is not None}
    return local_entry(given, national=owner.national, kind=owner.kind, edition=edition)


def _versions(row: Mapping[str, str], known: Entry | None, *, where: str) -> tuple[list[dict[str, Any]], bool]:
    """Returns the versions, and whether what the catalogue had read still holds."""
    effect = EFFECTS.get(row["effect"].lower(), row["effect"])
    delay = delay_of(row.get("delay", ""))
    begins = day_of(row.get("valid_from", ""), where=f"{where}, « valid_from »")
    last = version_values(known.last) if known else {}
    same = (
        bool(last)
        and (last["effect"], last.get("delay")) == (effect, delay)
        and begins in (None, last.get("valid_from"))
    )
    new = {**last, "effect": effect, "delay": delay}
    new |= {"notes": row["notes"]} if row.get("notes") else {}
    new |= {"basis": several(row["basis"])} if row.get("basis") else {}
    if not same:
        new |= {"texts": None, "adds": None, "valid_from": begins, "valid_until": None}
    new = {name: value for name, value in new.items() if value is not None}
    before = [version_values(version) for version in known.versions[:-1]] if known else []
    if known is not None and begins is not None and not same:
        ended = known.last.valid_until or begins - timedelta(days=1)
        before.append(last | {"valid_until": min(ended, begins - timedelta(days=1))})
    return [*before, new] if same or begins is not None else [new], same


def _source(row: Mapping[str, str], *, where: str) -> Source:
    dated = day_of(row.get("source_date", ""), where=f"{where}, « source_date »")
    title, url = row["source"], row.get("source_url") or None
    digest = hashlib.sha256(f"{title}\n{dated}\n{url}".encode()).hexdigest()
    return Source(f"liste-{digest[:10]}", SourceKind.LIST, title, dated, url)


def _change(entry: Entry, before: Entry | None) -> Change | None:
    if before is None:
        return Change(entry, new=True, differences=())
    old, new = whole(before), whole(entry)
    compared = [name for name in old if name not in NOT_COMPARED]
    differences = [(name, old[name], new[name]) for name in compared if old[name] != new[name]]
    return Change(entry, new=False, differences=differences) if differences else None


def _told(error: CatalogueError, line: int) -> str:
    """All that is wrong with a line, without its number."""
    places = [fault.where.removeprefix(f"ligne {line}").lstrip(" ,:") for fault in error.faults]
    said = zip(places, error.faults, strict=True)
    return " ; ".join(f"{place} : {fault.advice}" if place else fault.advice for place, fault in said)
