"""Which procedure a message speaks of: BM25 over runs of four letters, and whole keywords met. A proposal, with its why.

Source of the method: Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009 (BM25).
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import log

from app.sve.catalogue.book import Catalogue
from app.sve.catalogue.values import Certainty, Entry
from app.sve.law.regime import Regime
from app.sve.law.terms import Period
from app.sve.suggestion.folding import grams, words

# BM25's own constants; how much more a whole keyword says than its letters; the share of the catalogue beyond which a
# run of letters says nothing (« tion »).
_K1, _B = 1.2, 0.6
_TITLE, _KEYWORD, _DOMAIN = 2.0, 1.0, 0.5
_PHRASE = 9.0
_COMMON = 0.12
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
    """An index of the catalogue, built once; nothing leaves the house and the same message gives the same answer."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._entries = catalogue.list()
        told = [_letters(entry) for entry in self._entries]
        lengths = [sum(counts.values()) for counts in told]
        mean = sum(lengths) / max(1, len(lengths))
        seen = Counter(gram for counts in told for gram in counts)
        self._weights: Sequence[Mapping[str, float]] = [
            {
                gram: _rarity(seen[gram], len(told)) * n * (_K1 + 1) / (n + _K1 * (1 - _B + _B * length / mean))
                for gram, n in counts.items()
            }
            for counts, length in zip(told, lengths, strict=True)
        ]
        self._postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        self._phrases: dict[str, list[int]] = defaultdict(list)
        for number, (entry, weights) in enumerate(zip(self._entries, self._weights, strict=True)):
            for gram, weight in weights.items():
                if seen[gram] <= _COMMON * len(told):
                    self._postings[gram].append((number, weight))
            for phrase in {" ".join(words(keyword)) for keyword in (*entry.keywords, entry.title)} - {""}:
                self._phrases[phrase].append(number)
        # How many words the keywords that begin with a word have.
        self._lengths: dict[str, set[int]] = defaultdict(set)
        for phrase in self._phrases:
            self._lengths[phrase.partition(" ")[0]].add(phrase.count(" ") + 1)

    def suggest(self, text: str, *, kind: str, on: date, limit: int = 3) -> tuple[Suggestion, ...]:
        """Returns the procedures most like a message, the likeliest first; none when nothing is like it.

        `kind` is that of the administration, `on` the day it received the message: versions are those of that day.
        """
        spoken = words(text[:_READ_AT_MOST])
        met = self._met(spoken)
        scores = self._scores(spoken, met)
        found: list[Suggestion] = []
        for number, score in sorted(scores.items(), key=lambda one: (-one[1] * self._place(one[0], kind), one[0])):
            entry = self._entries[number]
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
        return 1.0 if kind in self._entries[number].kinds else _ELSEWHERE

    def _met(self, spoken: Sequence[str]) -> Mapping[str, Sequence[int]]:
        """The keywords that stand whole in the message."""
        met: dict[str, Sequence[int]] = {}
        for at, first in enumerate(spoken):
            for length in self._lengths.get(first, ()):
                phrase = " ".join(spoken[at : at + length])
                if phrase in self._phrases:
                    met[phrase] = self._phrases[phrase]
        return met

    def _scores(self, spoken: Sequence[str], met: Mapping[str, Sequence[int]]) -> Mapping[int, float]:
        scores = [0.0] * len(self._entries)
        # In a fixed order: sums of floats depend on it, and the same message must give the same answer.
        for gram in sorted({gram for word in set(spoken) for gram in grams(word)} & self._postings.keys()):
            for number, weight in self._postings[gram]:
                scores[number] += weight
        for phrase in sorted(met):
            worth = _PHRASE * (1 + 0.5 * phrase.count(" ")) / len(met[phrase]) ** 0.5
            for number in met[phrase]:
                scores[number] += worth
        return {number: score for number, score in enumerate(scores) if score >= _FLOOR}

    def _led(self, number: int, spoken: Sequence[str], met: Mapping[str, Sequence[int]]) -> Sequence[str]:
        whole = [phrase for phrase in sorted(met, key=lambda one: (-len(one), one)) if number in met[phrase]]
        weights = self._weights[number]
        parts = {
            word: sum(map(weights.__getitem__, shared))
            for word in set(spoken)
            if (shared := grams(word) & weights.keys())
        }
        liked = [word for word, part in sorted(parts.items(), key=lambda one: (-one[1], one[0])) if part > 2.0]
        rest = [word for word in liked if not any(word in phrase.split() for phrase in whole)]
        return (*whole, *rest)[:_WORDS_SHOWN]


def _letters(entry: Entry) -> Mapping[str, float]:
    """Counts the runs of letters of an entry; a field's worth is a part of an occurrence."""
    counts: dict[str, float] = defaultdict(float)
    for told, worth in ((entry.title, _TITLE), (entry.domain, _DOMAIN), (" ".join(entry.keywords), _KEYWORD)):
        for word in words(told):
            for gram in grams(word):
                counts[gram] += worth
    return counts


def _rarity(seen: int, of: int) -> float:
    return log(1 + (of - seen + 0.5) / (seen + 0.5))
