"""An administration's own entry: a procedure it created by a délibération, or its own word over a national one.

The schema and the refusals are those of the TOML files; what is more: the act, or why the national entry is changed.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from app.sve.catalogue.book import Catalogue
from app.sve.catalogue.entries import entry_of, source_of
from app.sve.catalogue.plain import plain, with_days
from app.sve.catalogue.values import CatalogueError, Certainty, Entry, Fault, Kind, Origin, Source, SourceKind
from app.sve.catalogue.writing import source_values, values_of

_OWN = "locale-"
_VERSION = re.compile(r"/versions/(\d+)")
_APART = frozenset({"override", "deliberation"})


def local_entry(given: Mapping[str, Any], *, national: Catalogue, kind: Kind, edition: int) -> Entry:
    """Reads an entry as an administration of a kind gives it. Raises `CatalogueError` with every fault.

    `sources` holds codes of known sources or tables of new ones. Over a national code, fields that are absent stay
    national, and `override` says why; any other code cites its `deliberation`, and each version the day it begins.
    """
    draft = _Draft(dict(given), national.get(str(given.get("code", ""))), kind, file_of(edition))
    draft.define_sources(national.sources)
    if draft.known is None:
        draft.complete_own()
    else:
        draft.complete_override(draft.known)
    try:
        entry = entry_of(draft.values, sources=draft.sources, file=draft.file, origin=Origin.LOCAL, edition=edition)
    except CatalogueError as error:
        raise CatalogueError(*_once((*draft.faults, *map(draft.placed, error.faults)))) from None
    if draft.faults:
        raise CatalogueError(*draft.faults)
    return entry


def stored(entry: Entry) -> dict[str, Any]:
    """Says an entry as the database keeps it: whole, with every source it rests on."""
    sources = [*entry.sources, *(text.source for version in entry.versions for text in version.texts)]
    return {
        "entry": plain(values_of(entry)),
        "sources": {source.code: plain(source_values(source)) for source in sources},
    }


def restored(kept: Mapping[str, Any], *, national: Catalogue, edition: int) -> Entry:
    """Reads a stored entry. What it did not change of a national entry is what that one says today.

    When the two no longer fit, or the national entry is gone, the whole entry stands as it was published.
    """
    values, file = with_days(kept["entry"]), file_of(edition)
    own = {code: source_of(code, with_days(table), where=file) for code, table in kept["sources"].items()}
    sources = {**national.sources, **own}
    known = national.get(values["code"])
    if known is not None and "override" in values:
        kept_fields = {*values["override"]["changes"], *_APART}
        merged = values_of(known) | {name: value for name, value in values.items() if name in kept_fields}
        try:
            return entry_of(merged, sources=sources, file=file, origin=Origin.LOCAL, edition=edition)
        except CatalogueError:
            pass
    return entry_of(values, sources=sources, file=file, origin=Origin.LOCAL, edition=edition)


def file_of(edition: int) -> str:
    """Names where a local entry stands: what a saisine keeps of it."""
    return f"édition locale {edition}"


def sources_given(entry: Entry) -> list[Any]:
    """Says the sources of an entry as its administration would give them again, its act apart: codes and tables."""
    act = entry.deliberation
    told_again = _act_source(act.taken_on, act.number, act.title, act.url).code if act else None
    return [
        source_values(source) if source.code.startswith(_OWN) else source.code
        for source in entry.sources
        if source.code != told_again
    ]


@dataclass(slots=True)
class _Draft:
    """What was given, made whole step by step."""

    values: dict[str, Any]
    known: Entry | None
    kind: Kind
    file: str
    sources: dict[str, Source] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    shift: int = 0

    def placed(self, fault: Fault) -> Fault:
        """Places a fault in what was given, national versions kept before it apart."""
        found = _VERSION.match(fault.pointer)
        if found is None or int(found[1]) < self.shift:
            return fault
        return replace(fault, pointer=f"/versions/{int(found[1]) - self.shift}{fault.pointer[found.end() :]}")

    def define_sources(self, known: Mapping[str, Source]) -> None:
        """Turns sources described in place, and the act itself, into codes."""
        self.sources = dict(known)
        given = self.values.get("sources")
        if isinstance(given, list):
            self.values["sources"] = [self._code_of(one, n) for n, one in enumerate(given)]
        act = self.values.get("deliberation")
        if isinstance(act, Mapping):
            dated = act.get("taken_on") if isinstance(act.get("taken_on"), date) else None
            source = _act_source(dated, str(act.get("number")), str(act.get("title")), act.get("url"))
            self.sources[source.code] = source
            inherited = [one.code for one in self.known.sources] if self.known else []
            self.values["sources"] = list(dict.fromkeys([*self.values.get("sources", inherited), source.code]))

    def complete_own(self) -> None:
        if "override" in self.values:
            self._fault(
                "override",
                "not-national",
                "ce code n'est pas au catalogue national : retirer « override », ou corriger le code.",
                en="this code is not in the national catalogue: leave “override” out, or mend the code.",
            )
            del self.values["override"]
        if "deliberation" not in self.values:
            self._fault(
                "deliberation",
                "missing",
                "une démarche locale cite sa délibération : date, numéro, titre.",
                en="a local procedure cites its délibération: day, number, title.",
            )
        for n, version in enumerate(_versions(self.values)):
            if version.get("valid_from") is None:
                self._fault(
                    f"versions/{n}/valid_from",
                    "missing",
                    "dire depuis quel jour cette règle vaut : celui où la délibération est devenue exécutoire.",
                    en="say from which day this rule holds: the day the délibération took effect.",
                )
        # What is wrong with the act is told once; that no source stands without it follows.
        self.values.setdefault("sources", list(self.sources)[:1])
        self.values = {"kinds": [self.kind.value], "certainty": Certainty.PARTLY.value, **self.values}
        if self.values["certainty"] != Certainty.READ.value:
            self.values.setdefault("doubt", "repris de la délibération : l'effet du silence n'a pas été relu")

    def complete_override(self, known: Entry) -> None:
        national, given = values_of(known), self.values
        why = given.get("override")
        if not isinstance(why, Mapping) or not why.get("why"):
            self._fault(
                "override",
                "missing",
                f"« {known.code} » est au catalogue national : dire pourquoi vous le changez (override.why).",
                en=f"“{known.code}” is in the national catalogue: say why you change it (override.why).",
            )
        if isinstance(given.get("versions"), list):
            before = _before(national["versions"], _versions(given))
            given["versions"], self.shift = [*before, *given["versions"]], len(before)
        whole = national | {name: value for name, value in given.items() if value is not None}
        changes = sorted(name for name, value in whole.items() if name not in _APART and value != national.get(name))
        if not changes:
            self._fault(
                "",
                "unchanged",
                "rien ne diffère de l'entrée nationale : changer au moins un champ.",
                en="nothing differs from the national entry: change one field at least.",
            )
        if "versions" in changes and not set(whole["sources"]) - set(national["sources"]):
            self._fault(
                "sources",
                "missing",
                "citer ce qui fonde ce changement : une délibération, ou une source nouvelle.",
                en="cite what this change rests on: a délibération, or a new source.",
            )
        said = why.get("why") if isinstance(why, Mapping) else None
        self.values = whole | {"override": {"why": said or "?", "changes": changes or ["title"]}}

    def _code_of(self, one: object, n: int) -> object:
        if not isinstance(one, Mapping):
            return one
        try:
            read = source_of(
                "source", {"kind": SourceKind.LOCAL.value, **one}, where=self.file, pointer=f"/sources/{n}"
            )
        except CatalogueError as error:
            self.faults += error.faults
            return next(iter(self.sources))
        source = _new_source(read.kind, read.title, read.dated, read.url)
        self.sources[source.code] = source
        return source.code

    def _fault(self, name: str, code: str, advice: str, *, en: str) -> None:
        pointer = f"/{name}" if name else ""
        self.faults.append(Fault(f"{self.file}, « {name} »" if name else self.file, pointer, code, advice, en))


def _versions(values: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    given = values.get("versions")
    return [one for one in given if isinstance(one, Mapping)] if isinstance(given, list) else []


def _before(national: Sequence[Mapping[str, Any]], own: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The national versions of the days before the administration's own begin: those days keep their law."""
    days = [version.get("valid_from") for version in own]
    known = [day for day in days if isinstance(day, date)]
    if len(known) < len(days) or not known:
        return []
    first = min(known)
    kept = [version for version in national if (version.get("valid_from") or date.min) < first]
    eve = first - timedelta(days=1)
    return [{**version, "valid_until": min(version.get("valid_until") or eve, eve)} for version in kept]


def _act_source(taken_on: date | None, number: str, title: str, url: object) -> Source:
    return _new_source(SourceKind.LOCAL, f"Délibération n° {number}, {title}", taken_on, url)


def _new_source(kind: SourceKind, title: str, dated: date | None, url: object) -> Source:
    address = url if isinstance(url, str) and url else None
    digest = hashlib.sha256(f"{kind}\n{title}\n{dated}\n{address}".encode()).hexdigest()
    return Source(f"{_OWN}{digest[:10]}", kind, title, dated, address)


def _once(faults: Sequence[Fault]) -> Sequence[Fault]:
    """The first fault of each place: what follows from it there is not told again."""
    return list({fault.pointer: fault for fault in reversed(faults)}.values())[::-1]
