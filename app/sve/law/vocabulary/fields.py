"""Reading one JSON object field by field, with an error which says where and what to do."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from app.sve.law.terms import Period

INSTANT = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)?)?")
FIRST_YEAR, LAST_YEAR = 1950, 2150
MAX_MONTHS, MAX_DAYS = 1_200, 36_500
MAX_TEXT = 20_000


class SimulationError(ValueError):
    """The document cannot be read: `pointer` (RFC 6901) says where, `message` says what to write instead."""

    def __init__(self, pointer: str, message: str) -> None:
        # Both quote the document: half a character there must not break the answer which is written in UTF-8.
        self.pointer = whole(pointer)
        self.message = whole(message)
        super().__init__(f"{self.pointer or '/'} : {self.message}")


def whole(text: str) -> str:
    """Gives a text which UTF-8 can write: a lone surrogate (RFC 8259 §8.2) becomes a question mark."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


class Fields:
    """A JSON object and where it stands in the document. A field absent, or null, is not known."""

    __slots__ = ("_values", "pointer", "zone")

    def __init__(self, values: object, *, pointer: str, zone: ZoneInfo | None = None) -> None:
        if not isinstance(values, Mapping):
            raise SimulationError(pointer, "un objet JSON est attendu ici.")
        self._values: Mapping[str, object] = values
        self.pointer = pointer
        self.zone = zone or ZoneInfo("Europe/Paris")

    def at(self, name: str) -> str:
        return f"{self.pointer}/{name.replace('~', '~0').replace('/', '~1')}"

    def raw(self, name: str) -> object:
        return self._values.get(name)

    def has(self, name: str) -> bool:
        return self._values.get(name) is not None

    def names(self) -> list[str]:
        return [str(name) for name in self._values]

    def text(self, *names: str) -> str | None:
        """Gives the first text known under these names."""
        for name in names:
            value = self._values.get(name)
            if value is None:
                continue
            if not isinstance(value, str):
                raise SimulationError(self.at(name), "un texte est attendu ici.")
            if len(value) > MAX_TEXT or whole(value) != value:
                raise SimulationError(self.at(name), f"écrire un texte UTF-8 de {MAX_TEXT} caractères au plus.")
            return value
        return None

    def flag(self, *names: str) -> bool | None:
        """Gives the first true-or-false known under these names."""
        for name in names:
            value = self._values.get(name)
            if value is None:
                continue
            if not isinstance(value, bool):
                raise SimulationError(self.at(name), "écrire true ou false.")
            return value
        return None

    def number(self, name: str) -> int | None:
        value = self._values.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_DAYS:
            raise SimulationError(self.at(name), "un nombre entier de jours, entre 0 et 36500, est attendu ici.")
        return value

    def instant(self, *names: str) -> datetime | None:
        """Gives the first instant known under these names: local civil time, or UTC when it ends with Z."""
        for name in names:
            value = self._values.get(name)
            if value is not None:
                return self._instant(name, value)
        return None

    def day(self, *names: str) -> date | None:
        """Gives the first civil day known under these names."""
        for name in names:
            value = self._values.get(name)
            if value is not None:
                return self._instant(name, value).astimezone(self.zone).date()
        return None

    def period(self, *names: str) -> Period | None:
        """Gives the first ISO duration known under these names."""
        for name in names:
            value = self.text(name)
            if value:
                try:
                    period = Period.parse(value)
                except ValueError as wrong:
                    raise SimulationError(self.at(name), str(wrong)) from wrong
                if period.months > MAX_MONTHS or period.days > MAX_DAYS:
                    raise SimulationError(self.at(name), "aucun délai légal ne dépasse cent ans.")
                return period
        return None

    def strings(self, name: str) -> tuple[str, ...] | None:
        value = self._values.get(name)
        if value is None:
            return None
        if not isinstance(value, Sequence) or isinstance(value, str) or not all(isinstance(one, str) for one in value):
            raise SimulationError(self.at(name), "une liste de textes est attendue ici.")
        return tuple(str(one) for one in value)

    def inside(self, name: str) -> "Fields | None":
        value = self._values.get(name)
        return None if value is None else Fields(value, pointer=self.at(name), zone=self.zone)

    def _instant(self, name: str, value: object) -> datetime:
        if not isinstance(value, str) or not INSTANT.fullmatch(value):
            raise SimulationError(
                self.at(name), "écrire une date comme 2026-03-02T09:00 (heure locale) ou …T09:00:00Z."
            )
        try:
            found = datetime.fromisoformat(value)
        except ValueError as wrong:
            raise SimulationError(self.at(name), f"« {value} » n'existe pas dans le calendrier.") from wrong
        if not FIRST_YEAR <= found.year <= LAST_YEAR:
            raise SimulationError(self.at(name), f"l'année doit être comprise entre {FIRST_YEAR} et {LAST_YEAR}.")
        return found.replace(tzinfo=self.zone) if found.tzinfo is None else found.astimezone(UTC)
