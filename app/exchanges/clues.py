"""What a message says of who writes it: numbers, addresses, a postal address. Pure, and linear in what it reads.

A form's answer is about whoever fills it in; a signature nearly always is; a sentence may speak of anybody.
"""

import re
from collections.abc import Collection, Iterator, Mapping

from app.accents import without_accents
from app.channels.kit.addresses import normalise
from app.channels.kit.phone import e164
from app.contacts.values import Clue, ClueKind, ClueSource

MOST = 12  # of one message: a list of numbers is nobody's signature
_READ = 6_000
_SIGNATURE_LINES = 8
_LINE_MAX = 300
_PHONE = re.compile(r"(?<![\w+./-])(?:\+|00)?\d(?:[ .\-()\u00a0\u202f]{0,2}\d){5,14}(?![\w/])")
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}", re.ASCII)
_STREET = re.compile(
    r"\b(\d{1,4}) ?(?:bis|ter|quater)?,? (rue|avenue|av|boulevard|bd|place|chemin|impasse|allee|route|quai|cours|square"
    r"|lotissement|residence|hameau|passage|sentier|voie) ([a-z][a-z' -]{1,60}?)[ ,;-]{1,4}(\d{5})\b"
)
_POSTCODE = re.compile(r"\d{5}")
_WORDED = {"av": "avenue", "bd": "boulevard"}
_NOT_ALNUM = re.compile(r"[^a-z0-9',;-]+")


def clues_of(*, text: str, answers: Mapping[str, object], region: str, known: Collection[str]) -> list[Clue]:
    """Returns what a message gives, best place first; `known` are addresses that say nothing: the sender's and ours."""
    found: dict[tuple[ClueKind, str], Clue] = {}
    for clue in (*_in_answers(answers, region), *_in_words(text, region)):
        if clue.value not in known and len(found) < MOST:
            found.setdefault((clue.kind, clue.value), clue)
    return list(found.values())


def _in_answers(answers: Mapping[str, object], region: str) -> Iterator[Clue]:
    for value in list(answers.values())[:100]:
        if isinstance(value, str) and value.strip() and len(value) <= _LINE_MAX:
            # Whole answers alone: a sentence typed in a form is a sentence.
            yield from _number(value, region, ClueSource.FORM)
            address = normalise(value.strip()) if "@" in value else None
            if address:
                yield Clue(ClueKind.EMAIL, address, ClueSource.FORM)
    together = " ".join(value for value in list(answers.values())[:100] if isinstance(value, str))
    yield from _postal(together[:_READ], ClueSource.FORM)


def _in_words(text: str, region: str) -> Iterator[Clue]:
    lines = [line[:_LINE_MAX] for line in text[-_READ:].splitlines() if line.strip()]
    end = lines[-_SIGNATURE_LINES:]
    # A short text is whole in its beginning: what its end holds besides the signature is not read a second time.
    more = lines[:-_SIGNATURE_LINES] if len(text) > _READ else ()
    body = "\n".join([*text[:_READ].splitlines(), *more])
    for words, place in (("\n".join(end), ClueSource.SIGNATURE), (body[: 2 * _READ], ClueSource.WORDS)):
        for match in _PHONE.finditer(words):
            yield from _number(match[0], region, place)
        for match in _EMAIL.finditer(words) if "@" in words else ():
            address = normalise(match[0].rstrip("."))
            if address:
                yield Clue(ClueKind.EMAIL, address, place)
        yield from _postal(words, place)


def _number(written: str, region: str, place: ClueSource) -> Iterator[Clue]:
    # Eight digits at least, or six where they are a whole number: a year or an amount is none.
    digits = sum(character.isdigit() for character in written)
    if digits < 6 or any(character.isalpha() for character in written):
        return
    number = e164(written, territory=region)
    if number:
        yield Clue(ClueKind.PHONE, number, place)


def _postal(words: str, place: ClueSource) -> Iterator[Clue]:
    if _POSTCODE.search(words) is None:  # most messages: folding them costs more than all the rest
        return
    for match in _STREET.finditer(_folded(words)):
        number, way, name, code = match.groups()
        yield Clue(ClueKind.POSTAL, f"{number} {_WORDED.get(way, way)} {' '.join(name.split())} {code}", place)


def _folded(text: str) -> str:
    """Lower case without accents, on one line: an address is often written on two."""
    return _NOT_ALNUM.sub(" ", without_accents(text.lower()).replace("\u2019", "'"))
