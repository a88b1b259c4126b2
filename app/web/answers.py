"""What somebody filled in, checked against the questions of the form: pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.channels.adapters import webform_answers
from app.channels.adapters.webform import WebformConfig
from app.channels.adapters.webform_questions import FormField, Kind, asked
from app.channels.contract import Delivery
from app.channels.errors import Unreadable
from app.channels.kit.forms import Form, FormBeyondLimits, FormFile, read_form
from app.channels.kit.json import JsonRefused
from app.rest.languages import Said
from app.web.answer_checks import wrong
from app.web.form_tokens import FormToken


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one answer; `sentence` names the question."""

    name: str
    sentence: Said


@dataclass(frozen=True, slots=True)
class Checked:
    """A submission as read: its answers by name, each a list, and what is wrong with them."""

    answers: Mapping[str, Sequence[str]]
    files: Sequence[str]
    faults: Sequence[Fault]
    token: FormToken
    caught: bool
    questions: Sequence[FormField] = ()
    version: str = ""
    readable: bool = True
    proof: str = ""

    def first(self, name: str) -> str:
        return next(iter(self.answers.get(name, ())), "")


NO_TOKEN = FormToken("", "")
NOTHING = Checked({}, (), (), NO_TOKEN, caught=False)


def check(delivery: Delivery, config: WebformConfig) -> Checked:
    """Reads a posted form and checks it against the version it names.

    One that cannot be read at all is not `readable` and is kept for a person. Raises `JsonRefused`, and
    `FormBeyondLimits` for what no form holds.
    """
    try:
        filled = webform_answers.read(delivery)
    except (JsonRefused, FormBeyondLimits):
        raise
    except Unreadable:
        faults = _faults(config.fields, {}, ())
        return Checked({}, (), faults, NO_TOKEN, caught=False, questions=config.fields, readable=_parses(delivery))
    questions = config.questions(filled.version) or config.fields
    is_json = "json" in (delivery.header("Content-Type") or "").lower()
    posted = Form([]) if is_json else read_form(delivery)
    files = [file for file in posted.files if file.name or file.content]
    if is_json:
        files = _first_question(questions, filled)
    answers = _answers(questions, filled)
    return Checked(
        answers,
        [attachment.name or "" for attachment in filled.attachments],
        _faults(questions, answers, files),
        FormToken(filled.identifier or "", posted.last("csrf_token") or ""),
        caught=any(text.strip() for text in answers.get(config.honeypot, ())),
        questions=questions,
        version=filled.version or config.version,
        proof=filled.proof,
    )


def _answers(questions: Sequence[FormField], filled: webform_answers.Filled) -> dict[str, Sequence[str]]:
    """Returns each answer as texts; a place, in JSON an object, becomes the two fields of the page."""
    answers: dict[str, Sequence[str]] = {}
    places = {question.name for question in questions if question.kind is Kind.PLACE}
    for name, value in filled.answers.items():
        if name in places and isinstance(value, Mapping):
            answers |= {f"{name}.{part}": _list(value.get(part)) for part in ("lat", "lon")}
        else:
            answers[name] = _list(value)
    return answers


def _first_question(questions: Sequence[FormField], filled: webform_answers.Filled) -> list[FormFile]:
    """The pieces of a JSON document name no question: they answer the first that asks for files."""
    name = next((question.name for question in questions if question.kind is Kind.FILE), "")
    return [
        FormFile(field_name=name, name=one.name, content_type=one.content_type, content=one.content or b"")
        for one in filled.attachments
    ]


def _faults(
    questions: Sequence[FormField], answers: Mapping[str, Sequence[str]], files: Sequence[FormFile]
) -> list[Fault]:
    found = []
    put = asked(questions, answers)
    for question in questions:
        if not put[question.name].shown:
            continue
        texts = [text for text in answers.get(question.name, ()) if text.strip()]
        if question.kind is Kind.PLACE:
            texts = [
                text for part in ("lat", "lon") for text in answers.get(f"{question.name}.{part}", ()) if text.strip()
            ]
        given = [file for file in files if file.field_name.removesuffix("[]") == question.name]
        sentence = wrong(question, texts, given, required=put[question.name].required)
        if sentence is not None:
            found.append(Fault(question.name, sentence))
    return found


def _parses(delivery: Delivery) -> bool:
    try:
        read_form(delivery)
    except Unreadable:
        return False
    return True


def _list(value: object) -> list[str]:
    if isinstance(value, list | tuple):
        return [webform_answers.written(item) for item in value]
    return [webform_answers.written(value)]
