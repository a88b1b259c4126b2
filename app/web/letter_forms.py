"""What an agent typed for a letter, read from its form; what cannot be read is said beside its field."""

from datetime import date
from uuid import UUID

from app.channels.kit.forms import Form
from app.errors import Flaw, Invalid, NotFound
from app.ids import IdError, Prefix, parse_id
from app.sve.letters.forms import Asked, How, asked_by
from app.sve.letters.ground import Fields, Sense
from app.sve.letters.values import Kind, Way


def kind_of(word: str) -> Kind:
    try:
        return Kind(word)
    except ValueError:
        raise NotFound from None


def way(form: Form) -> Way:
    try:
        return Way(form.last("voie") or "")
    except ValueError:
        raise Invalid(flaws=[Flaw("/way", "way", "dites par quelle voie la lettre part")]) from None


def letter_id(word: str) -> UUID:
    try:
        return parse_id(Prefix.LETTER, word)
    except IdError:
        raise NotFound from None


def given(form: Form, kind: Kind) -> Fields:
    """Reads the fields this kind asks for. Raises `Invalid` beside the one that cannot be read."""
    values: dict[str, object] = {}
    for name, asked in asked_by(kind):
        text = (form.last(name) or "").replace("\r\n", "\n").strip()
        if not text:
            continue
        values[name] = _read(name, asked, text)
    return Fields(**values)  # type: ignore[arg-type]  # each value is read as its field wants it, just above


def _read(name: str, asked: Asked, text: str) -> object:
    match asked.how:
        case How.LINES:
            return tuple(line.strip() for line in text.splitlines() if line.strip())
        case How.DAY:
            try:
                return date.fromisoformat(text)
            except ValueError:
                raise Invalid(flaws=[Flaw(f"/fields/{name}", "day", "donnez un jour")]) from None
        case How.SENSE:
            try:
                return Sense(text)
            except ValueError:
                raise Invalid(flaws=[Flaw(f"/fields/{name}", "sense", "choisissez un sens")]) from None
        case _:
            return text
