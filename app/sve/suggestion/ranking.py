"""Which procedure a message speaks of: runs of four letters met, and whole keywords. A proposal, with its why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from math import fsum

from app.sve.catalogue.book import Catalogue
from app.sve.catalogue.values import Certainty
from app.sve.folding import grams, words
from app.sve.law.regime import Regime
from app.sve.law.terms import Period
from app.sve.suggestion.index import Index

# How much more a whole keyword says than its letters.
_PHRASE = 9.0
# Another authority's procedures are still proposed, further down: the message may have to be transmitted (CRPA L114-2).
_ELSEWHERE = 0.8
_FLOOR = 14.0
_READ_AT_MOST = 6_000
_WORDS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A procedure proposed. `words` led to it; `competent` says whether such an administration decides it."""

    code: str
    title: str
    score: float
    words: Sequence[str]
    effect: Regime
    delay: Period | None
    certainty: Certainty
    competent: bool


class Suggester:
    """Nothing leaves the house, and the same message gives the same answer. The index is made at the first question."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    @cached_property
    def _index(self) -> Index:
        return Index(self._catalogue.list())

    def suggest(self, text: str, *, kind: str, on: date, limit: int = 3) -> tuple[Suggestion, ...]:
        """Returns the procedures most like a message, the likeliest first; none when nothing is like it.

        `kind` is that of the administration, `on` the day it received the message: versions are those of that day.
        """
        spoken = words(text[:_READ_AT_MOST])
        met = self._met(spoken)
        scores = self._scores(spoken, met)
        found: list[Suggestion] = []
        for number, score in sorted(scores.items(), key=lambda one: (-one[1] * self._place(one[0], kind), one[0])):
            entry = self._index.entries[number]
            version = entry.version_on(on)
            weighed = score * self._place(number, kind)
            if weighed < _FLOOR or len(found) == limit:
                break
            if version is None:
                continue
            led = self._led(number, spoken, met)
            known = (version.effect, version.delay, entry.certainty, kind in entry.kinds)
            found.append(Suggestion(entry.code, entry.title, round(weighed, 2), led, *known))
        return tuple(found)

    def _place(self, number: int, kind: str) -> float:
        return 1.0 if kind in self._index.entries[number].kinds else _ELSEWHERE

    def _met(self, spoken: Sequence[str]) -> Mapping[str, Sequence[int]]:
        """The keywords that stand whole in the message."""
        met: dict[str, Sequence[int]] = {}
        for at, first in enumerate(spoken):
            for length in self._index.lengths.get(first, ()):
                phrase = " ".join(spoken[at : at + length])
                if phrase in self._index.phrases:
                    met[phrase] = self._index.phrases[phrase]
        return met

    def _scores(self, spoken: Sequence[str], met: Mapping[str, Sequence[int]]) -> Mapping[int, float]:
        scores = [0.0] * len(self._index.entries)
        # In a fixed order: sums of floats depend on it, and the same message must give the same answer.
        for gram in sorted({gram for word in set(spoken) for gram in grams(word)} & self._index.postings.keys()):
            for number, weight in self._index.postings[gram]:
                scores[number] += weight
        for phrase in sorted(met):
            worth = _PHRASE * (1 + 0.5 * phrase.count(" ")) / len(met[phrase]) ** 0.5
            for number in met[phrase]:
                scores[number] += worth
        return {number: score for number, score in enumerate(scores) if score >= _FLOOR}

    def _led(self, number: int, spoken: Sequence[str], met: Mapping[str, Sequence[int]]) -> Sequence[str]:
        whole = [phrase for phrase in sorted(met, key=lambda one: (-len(one), one)) if number in met[phrase]]
        weights = self._index.weights[number]
        parts = {
            word: fsum(map(weights.__getitem__, shared))
            for word in set(spoken)
            if (shared := grams(word) & weights.keys())
        }
        liked = [word for word, part in sorted(parts.items(), key=lambda one: (-one[1], one[0])) if part > 2.0]
        rest = [word for word in liked if not any(word in phrase.split() for phrase in whole)]
        return (*whole, *rest)[:_WORDS_SHOWN]
