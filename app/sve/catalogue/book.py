"""The catalogue once read: found by code and day, narrowed by kind of administration and domain."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from types import MappingProxyType

from app.sve.catalogue.values import Entry, InForce, Kind, Source
from app.sve.folding import folded


class Catalogue:
    """Every procedure known here, in the order of their codes. `edition` dates the built-in data."""

    def __init__(self, entries: Sequence[Entry], *, edition: str) -> None:
        self._entries: Mapping[str, Entry] = MappingProxyType(
            {entry.code: entry for entry in sorted(entries, key=lambda entry: entry.code)}
        )
        self.edition = edition
        self._folded: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def list(self, *, kind: str | None = None, domain: str | None = None) -> Sequence[Entry]:
        """Returns the procedures, those of a kind of administration or of a domain when one is named."""
        return [
            entry
            for entry in self._entries.values()
            if (kind is None or kind in entry.kinds) and (domain is None or entry.domain == domain)
        ]

    def search(self, words: str, *, kind: str | None = None) -> Sequence[Entry]:
        """Returns the procedures whose code, title, domain or keywords hold every word, accents and case aside."""
        wanted = folded(words).split()
        return [entry for entry in self.list(kind=kind) if all(word in self._told(entry) for word in wanted)]

    def for_kind(self, kind: Kind) -> Sequence[Entry]:
        """Returns the procedures such an administration decides."""
        return self.list(kind=kind)

    def get(self, code: str) -> Entry | None:
        """Returns a procedure by its code."""
        return self._entries.get(code)

    def find(self, code: str, *, on: date) -> InForce | None:
        """Returns a procedure and its version in force on a day; None for an unknown code or a day without version."""
        entry = self._entries.get(code)
        version = entry.version_on(on) if entry is not None else None
        return InForce(entry, version) if entry is not None and version is not None else None

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        """Every source the entries rest on, by its code."""
        return {
            source.code: source
            for entry in self._entries.values()
            for source in (*entry.sources, *(text.source for version in entry.versions for text in version.texts))
        }

    def over(self, entries: Sequence[Entry]) -> "Catalogue":
        """Returns this catalogue with entries over those of the same code."""
        merged = {**self._entries, **{entry.code: entry for entry in entries}}
        return Catalogue(list(merged.values()), edition=self.edition)

    @property
    def domains(self) -> Sequence[str]:
        """The domains in use, in order."""
        return sorted({entry.domain for entry in self._entries.values()})

    def _told(self, entry: Entry) -> str:
        if entry.code not in self._folded:
            self._folded[entry.code] = folded(" ".join((entry.code, entry.title, entry.domain, *entry.keywords)))
        return self._folded[entry.code]
