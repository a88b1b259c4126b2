"""The forms of legal events as the page of a request posts them: their names there, and the event each tells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.channels.kit.forms import Form
from app.errors import Flaw, Invalid
from app.sve.event_forms import CORRECT, DISMISS, FORMS, REOPEN, EventField, EventForm, FieldKind, fitting

# The fields of an event under their names in the page; each form has one instant, one text, one reason.
_NAMES: Mapping[str, str] = {
    **dict.fromkeys(("at", "received_at", "signed_at", "notified_at"), "le"),
    **dict.fromkeys(("deadline_date", "until"), "jusquau"),
    "items": "pieces",
    "legal_basis": "texte",
    "mentions_l114_5_rule": "regle",
    "complete": "complet",
    "recipient": "a",
    "kind": "portee",
    "sense": "sens",
    "mentions_appeal": "recours",
    "type": "etape",
    "express_consent": "accord",
    "added": "duree",
    "verified": "verifie",
    "contradictory": "contradictoire",
    "reason": "pourquoi",
    "words": "mots",
    "duplicate_of": "doublon",
    "event_id": "evenement",
}


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the page and the one of the event it tells."""

    name: str
    told: EventField


@dataclass(frozen=True, slots=True)
class Gesture:
    """One form of the page."""

    form: EventForm
    fields: Sequence[Field]


def _gesture(form: EventForm) -> Gesture:
    return Gesture(form, [Field(_NAMES.get(one.name, one.name), one) for one in form.fields])


_BY_TYPE: Mapping[str, Gesture] = {one.name: _gesture(one) for one in (*FORMS, DISMISS, REOPEN, CORRECT)}


def shown(*, closed: bool, dismissed: bool) -> Sequence[Gesture]:
    """Returns the forms that make sense of a saisine as it stands."""
    return [_BY_TYPE[form.name] for form in fitting(closed=closed, dismissed=dismissed)]


def told_by(form: Form, *, zone: str) -> tuple[Gesture, dict[str, Any]]:
    """Returns the form an agent filled in and the event it tells. Raises `Invalid`, naming the field at fault."""
    gesture = _BY_TYPE.get(form.last("geste") or "")
    if gesture is None:
        raise Invalid("choisissez un des événements proposés")
    event: dict[str, Any] = {"type": gesture.form.name}
    for field in gesture.fields:
        value = _value(form, field, zone)
        if value is not None:
            event[field.told.name] = value
    return gesture, event


def in_the_form(flaws: Sequence[Flaw], gesture: Gesture) -> tuple[Flaw, ...]:
    """Returns refusals beside the fields of the form: an event's field is not always named as ours."""
    names = {field.told.name: field.name for field in gesture.fields}
    return tuple(replace(flaw, pointer=f"/{names.get(flaw.pointer[1:], 'geste')}") for flaw in flaws)


def _value(form: Form, field: Field, zone: str) -> Any:
    text = (form.last(field.name) or "").replace("\r\n", "\n").strip()
    match field.told.kind:
        case FieldKind.TICK:
            return text == "oui" or (None if field.told.said_only else False)
        case _ if not text:
            if field.told.required:
                raise _flawed(field, "ce champ est obligatoire")
            return None
        case FieldKind.MOMENT:
            try:
                return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).isoformat()
            except ValueError:
                raise _flawed(field, "donnez le jour et l’heure") from None
        case FieldKind.LINES:
            return [line.strip() for line in text.split("\n") if line.strip()]
        case FieldKind.CHOICE if field.told.choices and text not in {one.value for one in field.told.choices}:
            raise _flawed(field, "choisissez une des réponses proposées")
        case _:
            return text


def _flawed(field: Field, told: str) -> Invalid:
    return Invalid(flaws=[Flaw(f"/{field.name}", "form", told)])
