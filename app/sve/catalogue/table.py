"""One table read field by field: what is missing, unknown or of the wrong kind is a fault with its place.

Faults are gathered and told at once, by `refuse`; until then a field that is wrong reads as an empty one.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Self, TypeVar

from app.sve.catalogue.values import CatalogueError, Fault
from app.sve.law.terms import Period

W = TypeVar("W", bound=StrEnum)


class Table:
    """A table and where it stands (`urbanisme.toml, URB-DP`). Every field must be asked for: `done` refuses the others."""

    __slots__ = ("_asked", "_faults", "_pointer", "_values", "where")

    def __init__(self, values: object, *, where: str, pointer: str = "", faults: list[Fault] | None = None) -> None:
        self._faults = [] if faults is None else faults
        self._asked: set[str] = set()
        self._pointer = pointer
        self._values: Mapping[str, object] = {}
        self.where = where
        if isinstance(values, Mapping):
            self._values = values
        else:
            told = "une table est attendue ici.", "a table is expected here."
            self._faults.append(Fault(where, pointer, "type", *told))

    def fault(self, name: str, code: str, advice: str, *, en: str) -> None:
        """Notes what is wrong with a field; the sentences end with what to do."""
        self._faults.append(Fault(f"{self.where}, « {name} »", f"{self._pointer}/{name}", code, advice, en))

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong so far, here nor around."""
        return not self._faults

    def refuse(self) -> None:
        """Raises `CatalogueError` with all that was found wrong, here and in the tables inside."""
        if self._faults:
            raise CatalogueError(*self._faults)

    def raw(self, name: str) -> object:
        self._asked.add(name)
        return self._values.get(name)

    def has(self, name: str) -> bool:
        return self._values.get(name) is not None

    def text(self, name: str) -> str:
        if self.raw(name) is None:
            self.fault(name, "missing", "ce champ manque : l'écrire.", en="this field is missing: write it.")
        return self.text_or_none(name) or ""

    def text_or_none(self, name: str) -> str | None:
        value = self.raw(name)
        if value is not None and (not isinstance(value, str) or not value.strip()):
            self.fault(name, "type", "un texte est attendu ici.", en="a text is expected here.")
            return None
        return value if isinstance(value, str) else None

    def texts(self, name: str, *, at_least_one: bool = False) -> Sequence[str]:
        value = self.raw(name)
        if value is None:
            value = []
        if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
            self.fault(name, "type", "une liste de textes est attendue ici.", en="a list of texts is expected here.")
            return ()
        if at_least_one and not value:
            told = "cette liste est vide ou manque : en donner au moins un."
            self.fault(name, "missing", told, en="this list is empty or missing: give at least one.")
        return tuple(value)

    def tables(self, name: str) -> "Sequence[Table]":
        value = self.raw(name)
        if value is None:
            return ()
        if not isinstance(value, list):
            self.fault(name, "type", "une liste de tables est attendue ici.", en="a list of tables is expected here.")
            return ()
        named = "version" if name == "versions" else name
        return [self._inside(one, f"{named} {n}", f"{name}/{n - 1}") for n, one in enumerate(value, 1)]

    def inside(self, name: str) -> Self | None:
        """Returns the table a field holds, None when it is absent."""
        value = self.raw(name)
        return None if value is None else self._inside(value, f"« {name} »", name)

    def flag(self, name: str) -> bool | None:
        value = self.raw(name)
        if value is None or isinstance(value, bool):
            return value
        told = "écrire true ou false, ou rien quand on ne sait pas."
        self.fault(name, "type", told, en="write true or false, or nothing when it is not known.")
        return None

    def day(self, name: str) -> date | None:
        value = self.raw(name)
        if value is None:
            return None
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        told = "un jour est attendu, sans guillemets : 2026-03-02."
        self.fault(name, "day", told, en="a day is expected, without quotes: 2026-03-02.")
        return None

    def period(self, name: str) -> Period | None:
        value = self.text_or_none(name)
        if value is None:
            return None
        try:
            return Period.parse(value)
        except ValueError as error:
            told = f"“{value}” is not a period the engine knows: write for instance P2M, P15D or P1Y."
            self.fault(name, "period", str(error), en=told)
            return None

    def word(self, kind: type[W], name: str) -> W:
        if self.raw(name) is None:
            self.text(name)
            return next(iter(kind))
        written = self.text_or_none(name)
        return next(iter(kind)) if written is None else self._among(kind, written, name)

    def words(self, kind: type[W], name: str) -> Sequence[W]:
        return [self._among(kind, one, name) for one in self.texts(name, at_least_one=True)]

    def done(self) -> None:
        """Faults what nobody asked for: a misspelt field would otherwise be lost without a word."""
        for unknown in sorted(set(self._values) - self._asked):
            known = ", ".join(sorted(self._asked))
            told = f"unknown field; the fields are {known}."
            self.fault(unknown, "unknown-field", f"champ inconnu ; les champs sont {known}.", en=told)

    def _inside(self, value: object, told: str, step: str) -> Self:
        place = f"{self._pointer}/{step}"
        return type(self)(value, where=f"{self.where}, {told}", pointer=place, faults=self._faults)

    def _among(self, kind: type[W], word: str, name: str) -> W:
        try:
            return kind(word)
        except ValueError:
            known = ", ".join(kind)
            told = f"“{word}” is unknown: write one of {known}."
            self.fault(name, "unknown-word", f"« {word} » est inconnu : écrire l'un de {known}.", en=told)
            return next(iter(kind))
