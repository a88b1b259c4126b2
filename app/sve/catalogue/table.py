"""One TOML table read field by field: what is missing, unknown or of the wrong kind is refused with its place."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

from app.sve.catalogue.values import CatalogueError
from app.sve.law.terms import Period

W = TypeVar("W", bound=StrEnum)


class Table:
    """A table and where it stands (`urbanisme.toml, URB-DP`). Every field must be asked for: `done` refuses the others."""

    __slots__ = ("_asked", "_values", "where")

    def __init__(self, values: object, *, where: str) -> None:
        if not isinstance(values, Mapping):
            raise CatalogueError(where, "une table est attendue ici.")
        self._values: Mapping[str, object] = values
        self._asked: set[str] = set()
        self.where = where

    def at(self, name: str) -> str:
        return f"{self.where}, « {name} »"

    def raw(self, name: str) -> object:
        self._asked.add(name)
        return self._values.get(name)

    def text(self, name: str) -> str:
        value = self.text_or_none(name)
        if value is None:
            raise CatalogueError(self.at(name), "ce champ manque : l'écrire.")
        return value

    def text_or_none(self, name: str) -> str | None:
        value = self.raw(name)
        if value is None:
            return None
        if not isinstance(value, str) or not value.strip():
            raise CatalogueError(self.at(name), "un texte est attendu ici.")
        return value

    def texts(self, name: str, *, at_least_one: bool = False) -> Sequence[str]:
        value = self.raw(name)
        if value is None:
            value = []
        if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
            raise CatalogueError(self.at(name), "une liste de textes est attendue ici.")
        if at_least_one and not value:
            raise CatalogueError(self.at(name), "cette liste est vide ou manque : en donner au moins un.")
        return tuple(value)

    def tables(self, name: str) -> Sequence[object]:
        value = self.raw(name)
        if value is None:
            return ()
        if not isinstance(value, list):
            raise CatalogueError(self.at(name), "une liste de tables est attendue ici.")
        return value

    def flag(self, name: str) -> bool | None:
        value = self.raw(name)
        if value is not None and not isinstance(value, bool):
            raise CatalogueError(self.at(name), "écrire true ou false, ou rien quand on ne sait pas.")
        return value

    def day(self, name: str) -> date | None:
        value = self.raw(name)
        if value is not None and (not isinstance(value, date) or isinstance(value, datetime)):
            raise CatalogueError(self.at(name), "un jour est attendu, sans guillemets : 2026-03-02.")
        return value

    def period(self, name: str) -> Period | None:
        value = self.text_or_none(name)
        if value is None:
            return None
        try:
            return Period.parse(value)
        except ValueError as error:
            raise CatalogueError(self.at(name), str(error)) from None

    def word(self, kind: type[W], name: str) -> W:
        return self._among(kind, self.text(name), name)

    def words(self, kind: type[W], name: str) -> Sequence[W]:
        return [self._among(kind, one, name) for one in self.texts(name, at_least_one=True)]

    def done(self) -> None:
        """Refuses what nobody asked for: a misspelt field would otherwise be lost without a word."""
        unknown = sorted(set(self._values) - self._asked)
        if unknown:
            known = ", ".join(sorted(self._asked))
            raise CatalogueError(self.at(unknown[0]), f"champ inconnu ; les champs sont {known}.")

    def _among(self, kind: type[W], word: str, name: str) -> W:
        try:
            return kind(word)
        except ValueError:
            known = ", ".join(kind)
            raise CatalogueError(self.at(name), f"« {word} » est inconnu : écrire l'un de {known}.") from None
