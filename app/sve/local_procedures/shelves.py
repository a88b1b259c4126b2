"""The catalogue as one administration has it on a day: its own editions over those of the installation. Pure."""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from app.sve.catalogue import Catalogue, Entry
from app.sve.catalogue.local import restored
from app.sve.local_procedures.values import Edition
from app.sve.suggestion import Meaning, Suggester

_KEPT_VIEWS = 8


@dataclass(frozen=True, slots=True)
class View:
    """A catalogue, and what proposes its procedures for a message."""

    catalogue: Catalogue
    suggester: Suggester


@dataclass(slots=True)
class OwnShelf:
    """Every edition of an administration over one national catalogue, and the views already made of them."""

    national: View
    editions: Sequence[Edition]
    meaning: Meaning | None
    _views: OrderedDict[tuple[tuple[str, int], ...], View] = field(default_factory=OrderedDict)

    def view(self, on: date) -> View:
        """Returns the catalogue for what was received on a day.

        Of a code, the last edition of the series that held then: what was withdrawn from a day on still holds for what
        was received before, whatever was published since.
        """
        chosen = [entry for _, own in groupby(self.editions, key=_code) if (entry := self._chosen(list(own), on))]
        if not chosen:
            return self.national
        key = tuple((entry.code, entry.edition or 0) for entry in chosen)
        if key not in self._views:
            catalogue = self.national.catalogue.over(chosen)
            self._views[key] = View(catalogue, Suggester(catalogue, meaning=self.meaning))
            if len(self._views) > _KEPT_VIEWS:
                self._views.popitem(last=False)
        self._views.move_to_end(key)
        return self._views[key]

    def _chosen(self, own: Sequence[Edition], on: date) -> Entry | None:
        held: Entry | None = None
        # Editions withdrawn together were one series, and the last of each speaks for it; the earliest first.
        for _, series in groupby(own, key=_end):
            last = list(series)[-1]
            if not last.holds(on):
                continue
            held = restored(last.entry, national=self.national.catalogue, edition=last.edition)
            if held.version_on(on) is not None:
                break
        return held


def _code(edition: Edition) -> str:
    return edition.code


def _end(edition: Edition) -> object:
    return edition.withdrawn_at
