"""What somebody filled in, checked against the questions of the form: pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.channels.adapters import webform_answers
from app.channels.adapters.webform import FormField, WebformConfig
from app.channels.contract import Delivery
from app.channels.errors import Unreadable
from app.channels.kit.forms import Form, read_form
from app.channels.kit.json import JsonRefused
from app.rest.languages import Said
from app.web.form_tokens import FormToken

MISSING = Said("{label} : remplissez ce champ.", en="{label}: fill in this field.")
NO_CHOICE = Said("{label} : choisissez une réponse de la liste.", en="{label}: choose one of the answers listed.")
NO_ADDRESS = Said(
    "{label} : écrivez une adresse complète, par exemple prenom@example.fr.",
    en="{label}: write a whole address, for example name@example.fr.",
)
NO_DATE = Said("{label} : donnez une date qui existe.", en="{label}: give a date that exists.")


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
    readable: bool = True

    def first(self, name: str) -> str:
        return next(iter(self.answers.get(name, ())), "")


NO_TOKEN = FormToken("", "")
NOTHING = Checked({}, (), (), NO_TOKEN, caught=False)


def check(delivery: Delivery, config: WebformConfig) -> Checked:
    """Reads and checks a posted form; one that cannot be read at all is not `readable` and is kept for a person."""
    try:
        filled = webform_answers.read(delivery)
    except JsonRefused:
        raise
    except Unreadable:
        return Checked({}, (), _faults(config, {}, set()), NO_TOKEN, caught=False, readable=_parses(delivery))
    answers = {name: _list(value) for name, value in filled.answers.items()}
    posted = Form([]) if "json" in (delivery.header("Content-Type") or "").lower() else read_form(delivery)
    given = {file.field_name for file in posted.files if file.name or file.content}
    return Checked(
        answers,
        [attachment.name or "" for attachment in filled.attachments],
        _faults(config, answers, given),
        FormToken(filled.identifier or "", posted.last("csrf_token") or ""),
        caught=any(text.strip() for text in answers.get(config.honeypot, ())),
    )


def _faults(config: WebformConfig, answers: Mapping[str, Sequence[str]], given: set[str]) -> list[Fault]:
    found = []
    for field in config.fields:
        texts = [text for text in answers.get(field.name, ()) if text.strip()]
        sentence = _wrong(field, texts, given)
        if sentence is not None:
            said = Said(sentence.format(label=field.label), en=sentence.en.format(label=field.label))
            found.append(Fault(field.name, said))
    return found


def _wrong(field: FormField, texts: Sequence[str], given: set[str]) -> Said | None:
    if field.kind == "file":
        return MISSING if field.required and field.name not in given else None
    if not texts:
        return MISSING if field.required and field.kind != "hidden" else None
    if field.kind in ("select", "radio", "checkbox") and field.options and not set(texts) <= set(field.options):
        return NO_CHOICE
    if field.about == "email" and webform_answers.address(texts[0]) is None:
        return NO_ADDRESS
    if field.kind == "date" and not _is_date(texts[0]):
        return NO_DATE
    return None


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


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
