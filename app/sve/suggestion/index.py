"""The catalogue as letters: what each run of four weighs in each procedure, and where each whole keyword stands.

Source of the weights: Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009 (BM25).
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from math import log

from app.sve.catalogue.values import Entry
from app.sve.folding import grams, words

# BM25's own constants; the share of the catalogue beyond which a run of letters says nothing (« tion »).
_K1, _B = 1.2, 0.6
_COMMON = 0.12
_TITLE, _KEYWORD, _DOMAIN = 2.0, 1.0, 0.5


class Index:
    """Built once for a catalogue. A procedure is known by its number in `entries`.

    `weights` of a procedure by run of letters, and the same turned over in `postings`; `phrases` are keywords met
    whole, `lengths` how many words those that begin with a word have.
    """

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = entries
        told = [_letters(entry) for entry in self.entries]
        lengths = [sum(counts.values()) for counts in told]
        mean = sum(lengths) / max(1, len(lengths))
        seen = Counter(gram for counts in told for gram in counts)
        self.weights: Sequence[Mapping[str, float]] = [
            {
                gram: _rarity(seen[gram], len(told)) * n * (_K1 + 1) / (n + _K1 * (1 - _B + _B * length / mean))
                for gram, n in counts.items()
            }
            for counts, length in zip(told, lengths, strict=True)
        ]
        self.postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        self.phrases: dict[str, list[int]] = defaultdict(list)
        for number, (entry, weights) in enumerate(zip(self.entries, self.weights, strict=True)):
            for gram, weight in weights.items():
                if seen[gram] <= _COMMON * len(told):
                    self.postings[gram].append((number, weight))
            for phrase in {" ".join(words(keyword)) for keyword in (*entry.keywords, entry.title)} - {""}:
                self.phrases[phrase].append(number)
        self.lengths: dict[str, set[int]] = defaultdict(set)
        for phrase in self.phrases:
            self.lengths[phrase.partition(" ")[0]].add(phrase.count(" ") + 1)


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
