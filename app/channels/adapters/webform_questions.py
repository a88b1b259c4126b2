"""The questions of a form, and which of them a person is asked: pure, so that page, door and reader say the same.

A question may depend on the answer to one that stands before it, never after: reading them in order is enough, and no
circle can be written.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

_CLOSED = ConfigDict(extra="forbid", frozen=True)
NAME = r"^[A-Za-z0-9_.-]{1,60}$"
# The two inputs by which a page asks for a place, each with the word people read.
DEGREES = ((".lat", "latitude"), (".lon", "longitude"))


class Kind(StrEnum):
    """What is asked for. `checkbox` with options takes several of them; without, it is one box to tick."""

    TEXT = "text"
    TEXTAREA = "textarea"
    EMAIL = "email"
    TEL = "tel"
    SELECT = "select"
    RADIO = "radio"
    CHECKBOX = "checkbox"
    DATE = "date"
    NUMBER = "number"
    ADDRESS = "address"
    PLACE = "place"
    FILE = "file"
    CONSENT = "consent"
    HIDDEN = "hidden"


class ProofDemand(StrEnum):
    """What a form asks of a browser's computing (ALTCHA); a person is never turned away for want of it."""

    OFF = "off"
    WHEN_DOUBTFUL = "when_doubtful"  # a proof answers some doubts; its absence raises none
    ALWAYS = "always"  # without one a submission is doubtful


class Condition(BaseModel):
    """Holds when an earlier question was answered with one of these."""

    model_config = _CLOSED
    question: str = Field(pattern=NAME)
    among: tuple[str, ...] = Field(min_length=1)

    def holds(self, answers: Mapping[str, Sequence[str]]) -> bool:
        return any(given.strip() in self.among for given in answers.get(self.question, ()))


class FormField(BaseModel):
    """One question: its name in the post, its words for people, and what its answer is about, if anything."""

    model_config = _CLOSED
    name: str = Field(pattern=NAME)
    label: str
    label_en: str = ""
    help: str = ""
    help_en: str = ""
    simple: str = ""  # the same question in words easy to read and to understand (FALC)
    kind: Kind = Kind.TEXT
    required: bool = False
    options: tuple[str, ...] = ()
    options_en: tuple[str, ...] = ()  # what an English reader is shown; what is posted stays the French word
    about: str | None = Field(
        default=None, pattern=r"^(subject|message|email|phone|given_name|family_name|name|address|lat|lon)$"
    )
    fills: str | None = Field(default=None, pattern=r"^[a-z][a-z0-9_]{0,39}$")  # the key of a field of requests
    max_length: int | None = Field(default=None, ge=1)
    minimum: float | None = None
    maximum: float | None = None
    max_files: int | None = Field(default=None, ge=1)
    max_bytes: int | None = Field(default=None, ge=1)
    accepts: tuple[str, ...] = ()  # MIME types of the pieces taken, `image/*` for a family; empty takes all
    shown_when: Condition | None = None
    required_when: Condition | None = None


class FormEdition(BaseModel):
    """The questions as one published version asked them."""

    model_config = _CLOSED
    version: str
    fields: tuple[FormField, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """Whether a question is put to somebody who gave these answers, and whether it must be answered."""

    shown: bool
    required: bool


def asked(questions: Sequence[FormField], answers: Mapping[str, Sequence[str]]) -> Mapping[str, Asked]:
    """Returns what each question becomes. An answer to a question that is not put decides nothing further down."""
    effective: dict[str, Sequence[str]] = {}
    found: dict[str, Asked] = {}
    for question in questions:
        shown = question.shown_when is None or question.shown_when.holds(effective)
        wanted = question.required or (question.required_when is not None and question.required_when.holds(effective))
        found[question.name] = Asked(shown=shown, required=shown and wanted)
        if shown:
            effective[question.name] = answers.get(question.name, ())
    return found


def unaskable(questions: Sequence[FormField]) -> str | None:
    """Returns the name of the first question a page could not put, None when it can put them all.

    A condition names an earlier question and, where that one is a choice, answers it offers; an English answer stands for
    each French one.
    """
    before: dict[str, FormField] = {}
    for question in questions:
        for condition in (question.shown_when, question.required_when):
            on = None if condition is None else before.get(condition.question)
            if condition is not None and (on is None or (on.options and not set(condition.among) <= set(on.options))):
                return question.name
        if question.options_en and len(question.options_en) != len(question.options):
            return question.name
        before[question.name] = question
    return None


def labels(questions: Sequence[FormField]) -> Mapping[str, str]:
    """Returns what agents read before each answer, by the names it is posted under."""
    found: dict[str, str] = {}
    for question in questions:
        found[question.name] = question.label
        if question.kind is Kind.PLACE:
            found |= {question.name + ending: f"{question.label} ({word})" for ending, word in DEGREES}
    return found
