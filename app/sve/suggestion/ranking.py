"""Which procedure a message speaks of: its letters, its whole keywords and, where installed, its meaning. With its why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from math import fsum
from typing import Any

from app.sve.catalogue.book import Catalogue
from app.sve.catalogue.values import Certainty, Entry
from app.sve.folding import grams, words
from app.sve.law.regime import Regime
from app.sve.law.terms import Period
from app.sve.suggestion.index import Index
from app.sve.suggestion.meaning import Meaning

# How much more a whole keyword says than its letters.
_PHRASE = 9.0
# Another authority's procedures are still proposed, further down: the message may have to be transmitted (CRPA L114-2).
_ELSEWHERE, _OURS = 0.8, 0.6
# Beside meaning, letters count for half: measured on the messages of tests/sve/suggestion.
_LETTERS = 0.5
# Below, nothing stands out. A message that means something near needs fewer of the same letters.
_LEAST, _A_WORD, _ENOUGH, _CERTAIN, _NEAR = 14.0, 2.0, 25.0, 38.0, 0.2
# A third that is far behind the first would only be read for nothing.
_THIRD_AT_LEAST, _THIRD_WITHIN = 0.5, 4.5
_READ_AT_MOST = 6_000
_WORDS_SHOWN = 5


class Ranking(StrEnum):
    """By what procedures were ranked: scores of one kind are not those of the other."""

    WORDS = "words"
    MEANING = "meaning"


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


@dataclass(frozen=True, slots=True)
class _Heard:
    """A message as it is compared: its words, and the keywords that stand whole in it."""

    words: Sequence[str]
    met: Mapping[str, Sequence[int]]

    def whole(self, number: int) -> Sequence[str]:
        """The keywords of a procedure that stand whole in the message, the longest first."""
        return [phrase for phrase in sorted(self.met, key=lambda one: (-len(one), one)) if number in self.met[phrase]]


class Suggester:
    """Nothing leaves the house, and the same message gives the same answer. The index is made at the first question."""

    def __init__(self, catalogue: Catalogue, *, meaning: Meaning | None = None) -> None:
        self._catalogue, self._meaning = catalogue, meaning

    @property
    def ranking(self) -> Ranking:
        return Ranking.WORDS if self._meaning is None else Ranking.MEANING

    @cached_property
    def _index(self) -> Index:
        return Index(self._catalogue.list())

    def suggest(self, text: str, *, kind: str, on: date, limit: int = 3) -> tuple[Suggestion, ...]:
        """Returns the procedures most like a message, the likeliest first; none when nothing stands out.

        `kind` is that of the administration, `on` the day it received the message: versions are those of that day.
        """
        heard = self._hear(text[:_READ_AT_MOST])
        letters = self._letters(heard)
        if max(letters, default=0.0) < _LEAST:
            return ()
        scores = self._scores(text, heard, letters, kind)
        found: list[Suggestion] = []
        for number in sorted(scores, key=lambda one: (-scores[one], one)):
            if len(found) == limit or (len(found) > 1 and self._is_behind(scores[number], found[0].score)):
                break
            entry = self._index.entries[number]
            if (version := entry.version_on(on)) is not None:
                led = self._led(number, heard)
                known = (version.effect, version.delay, entry.certainty, kind in entry.kinds)
                found.append(Suggestion(entry.code, entry.title, round(scores[number], 2), led, *known))
        return tuple(found)

    def _scores(self, text: str, heard: _Heard, letters: Sequence[float], kind: str) -> Mapping[int, float]:
        """The score of each procedure worth proposing."""
        ours = [kind in entry.kinds for entry in self._index.entries]
        if self._meaning is None:
            weighed = [score * (1.0 if own else _ELSEWHERE) for score, own in zip(letters, ours, strict=True)]
            # The more words, the more letters are shared by chance.
            enough = min(_ENOUGH, _LEAST + _A_WORD * len(set(heard.words)))
            return {n: s for n, s in enumerate(weighed) if s >= enough or (s >= _LEAST and heard.whole(n))}
        likeness = [float(one) for one in self._vectors @ self._meaning.of(text)]
        sums = zip(_standard(likeness), _standard(letters), ours, strict=True)
        total = [near + _LETTERS * alike + (_OURS if own else 0.0) for near, alike, own in sums]
        return {
            number: score
            for number, score in enumerate(total)
            if letters[number] >= _CERTAIN
            or (letters[number] >= _LEAST and (likeness[number] >= _NEAR or heard.whole(number)))
        }

    def _is_behind(self, score: float, first: float) -> bool:
        return score < first * _THIRD_AT_LEAST if self._meaning is None else score < first - _THIRD_WITHIN

    @cached_property
    def _vectors(self) -> Any:
        assert self._meaning is not None
        return self._meaning.of_all([_said(entry) for entry in self._index.entries])

    def _hear(self, text: str) -> _Heard:
        spoken = words(text)
        met: dict[str, Sequence[int]] = {}
        for at, first in enumerate(spoken):
            for length in self._index.lengths.get(first, ()):
                phrase = " ".join(spoken[at : at + length])
                if phrase in self._index.phrases:
                    met[phrase] = self._index.phrases[phrase]
        return _Heard(spoken, met)

    def _letters(self, heard: _Heard) -> Sequence[float]:
        scores = [0.0] * len(self._index.entries)
        # In a fixed order: sums of floats depend on it, and the same message must give the same answer.
        for gram in sorted({gram for word in set(heard.words) for gram in grams(word)} & self._index.postings.keys()):
            for number, weight in self._index.postings[gram]:
                scores[number] += weight
        for phrase in sorted(heard.met):
            worth = _PHRASE * (1 + 0.5 * phrase.count(" ")) / len(heard.met[phrase]) ** 0.5
            for number in heard.met[phrase]:
                scores[number] += worth
        return scores

    def _led(self, number: int, heard: _Heard) -> Sequence[str]:
        whole = heard.whole(number)
        weights = self._index.weights[number]
        parts = {
            word: fsum(weights[gram] for gram in sorted(shared))
            for word in set(heard.words)
            if (shared := grams(word) & weights.keys())
        }
        liked = [word for word, part in sorted(parts.items(), key=lambda one: (-one[1], one[0])) if part > 2.0]
        rest = [word for word in liked if not any(word in phrase.split() for phrase in whole)]
        return (*whole, *rest)[:_WORDS_SHOWN]


def _said(entry: Entry) -> str:
    return f"{entry.title}. {', '.join(entry.keywords)}"


def _standard(scores: Sequence[float]) -> Sequence[float]:
    """Brings scores to one scale: their distance to the mean, in standard deviations."""
    mean = fsum(scores) / max(1, len(scores))
    spread = (fsum((score - mean) ** 2 for score in scores) / max(1, len(scores))) ** 0.5
    return [(score - mean) / (spread or 1.0) for score in scores]
