"""Numbers that should not be there: social security numbers, bank accounts and payment cards, found by their own keys.

Pure, and linear in the text: every pattern is bounded and begins at a border. Health, opinions and the like are left alone:
words alone do not tell them, and a warning that is often wrong is soon read by nobody.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Sensitive(StrEnum):
    """What was found; its key was verified each time."""

    NIR = "nir"  # numéro de sécurité sociale: thirteen characters and their key (décret n° 82-103, article 1)
    IBAN = "iban"  # ISO 13616, ISO 7064 MOD 97-10
    CARD = "card"  # ISO/IEC 7812-1, Luhn


NAMES: Mapping[Sensitive, str] = MappingProxyType(
    {
        Sensitive.NIR: "numéro de sécurité sociale",
        Sensitive.IBAN: "IBAN",
        Sensitive.CARD: "numéro de carte bancaire",
    }
)
# As in « contient un numéro de … ».
WITH_ARTICLE: Mapping[Sensitive, str] = MappingProxyType({kind: f"un {name}" for kind, name in NAMES.items()})


@dataclass(frozen=True, slots=True)
class Found:
    """A number at its place in the text; never the number itself, so that it goes nowhere else."""

    kind: Sensitive
    start: int
    end: int


_GAP = "[ \\u00a0\\u202f.\\-]?"
# Each pattern looks ahead, so that a candidate whose key is wrong hides no true one that begins within it.
_NIR = re.compile(rf"(?<!\w)(?=([1-478](?:{_GAP}[0-9]){{5}}{_GAP}[0-9AaBb](?:{_GAP}[0-9]){{8}})(?!\w))")
_IBAN = re.compile(rf"(?<!\w)(?=([A-Za-z]{{2}}[0-9]{{2}}(?:{_GAP}[A-Za-z0-9]){{11,30}}))")
_CARD = re.compile(rf"(?<!\w)(?=([2-6](?:{_GAP}[0-9]){{12,18}}))")
_ONLY = re.compile(r"[^0-9A-Za-z]+")
# Of the accounts a French administration may meet: SEPA, and its neighbours (ISO 13616 registry).
_IBAN_LENGTHS: Mapping[str, int] = MappingProxyType(
    dict(
        pair
        for length, countries in (
            (15, "NO"), (16, "BE"), (18, "DK FI NL FO GL"), (19, "MK SI"), (20, "AT BA EE KZ LT LU"),
            (21, "CH HR LI LV"), (22, "BG DE GB GE IE ME RS"), (23, "AE GI IL"), (24, "AD CZ ES MD PK RO SA SE SK TN"),
            (25, "PT"), (26, "IS TR"), (27, "FR GR IT MC SM"), (28, "AL AZ CY DO HU LB PL MA DZ"), (29, "BR"), (31, "MT"),
        )
        for pair in ((country, length) for country in countries.split())
    )
)  # fmt: skip


def find(text: str) -> list[Found]:
    """Returns what stands in a text, in its order; of what overlaps, the first."""
    found = sorted((*_nirs(text), *_ibans(text), *_cards(text)), key=lambda one: (one.start, -one.end))
    kept: list[Found] = []
    for one in found:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def kinds(*texts: str) -> list[Sensitive]:
    """Returns the kinds that some texts hold, each once, in the order of their declaration."""
    present = {one.kind for text in texts for one in find(text)}
    return [kind for kind in Sensitive if kind in present]


def masked(text: str) -> str:
    """Returns the text with each number replaced by its name between brackets: for lists, excerpts and notices."""
    parts, last = [], 0
    for one in find(text):
        parts += [text[last : one.start], f"[{NAMES[one.kind]}]"]
        last = one.end
    return "".join([*parts, text[last:]]) if parts else text


def listed(present: list[Sensitive]) -> str:
    """Returns « un numéro de sécurité sociale et un IBAN »."""
    words = [WITH_ARTICLE[kind] for kind in present]
    return " et ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _nirs(text: str) -> Iterator[Found]:
    for match in _NIR.finditer(text):
        if _is_nir(_ONLY.sub("", match[1]).upper()):
            yield Found(Sensitive.NIR, match.start(), match.end(1))


def _is_nir(number: str) -> bool:
    """Whether fifteen characters are a number of the répertoire with its key; Corsica counts as 19 and 18."""
    month, place = int(number[3:5]), number[5:7]
    if not (1 <= month <= 12 or month >= 20) or place == "00":
        return False
    if place in {"2A", "2B"}:
        number = number[:5] + ("19" if place == "2A" else "18") + number[7:]
    if not number.isdigit():
        return False
    return 97 - int(number[:13]) % 97 == int(number[13:])


def _ibans(text: str) -> Iterator[Found]:
    for match in _IBAN.finditer(text):
        length = _IBAN_LENGTHS.get(match[1][:2].upper())
        end = _end(match[1], length) if length else None
        if end is None or _goes_on(text, match.start() + end):
            continue
        number = _ONLY.sub("", match[1][:end]).upper()
        if int("".join(str(int(char, 36)) for char in number[4:] + number[:4])) % 97 == 1:
            yield Found(Sensitive.IBAN, match.start(), match.start() + end)


def _cards(text: str) -> Iterator[Found]:
    for match in _CARD.finditer(text):
        digits = _ONLY.sub("", match[1])
        for length in _card_lengths(digits):
            end = _end(match[1], length)
            if end is not None and not _goes_on(text, match.start() + end) and _luhn(digits[:length]):
                yield Found(Sensitive.CARD, match.start(), match.start() + end)
                break


def _card_lengths(digits: str) -> tuple[int, ...]:
    """The lengths of the networks met in France; none of fourteen, which SIRET numbers have, with the same key."""
    head = int(digits[:4])
    if digits[0] == "4":
        return (19, 16, 13)
    if 5100 <= head <= 5599 or 2221 <= head <= 2720 or 3528 <= head <= 3589:
        return (16,)
    if digits[:2] in {"34", "37"}:
        return (15,)
    if head == 6011 or 6440 <= head <= 6599 or digits[:2] == "62":
        return (19, 18, 17, 16)
    return ()


def _luhn(digits: str) -> bool:
    doubled = (sum(divmod(int(digit) * 2, 10)) for digit in digits[-2::-2])
    return (sum(doubled) + sum(int(digit) for digit in digits[-1::-2])) % 10 == 0


def _end(text: str, length: int) -> int | None:
    """Returns where the first `length` letters and figures of a text end."""
    count = 0
    for place, char in enumerate(text):
        count += char.isalnum()
        if count == length:
            return place + 1
    return None


def _goes_on(text: str, place: int) -> bool:
    return place < len(text) and (text[place].isalnum() or text[place] == "_")
