"""Which question of a form may fill which field of the administration; checked when a version is written. Pure."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from app.channels.adapters.webform_questions import FormField, Kind
from app.errors import Flaw
from app.rest.languages import Said
from app.tickets.field_values import CHOSEN, CustomField, FieldKind

_WORDS = frozenset({Kind.TEXT, Kind.EMAIL, Kind.TEL, Kind.DATE, Kind.NUMBER, Kind.ADDRESS, Kind.SELECT, Kind.RADIO})
_ONE_OF = frozenset({Kind.SELECT, Kind.RADIO})
# A box without answers to choose from is « oui » or nothing; one with answers takes several of them.
_TAKES: Mapping[FieldKind, frozenset[Kind]] = MappingProxyType(
    {
        FieldKind.TEXT: _WORDS,
        FieldKind.LONG_TEXT: _WORDS | {Kind.TEXTAREA},
        FieldKind.NUMBER: frozenset({Kind.NUMBER}),
        FieldKind.DATE: frozenset({Kind.DATE}),
        FieldKind.YES_NO: frozenset({Kind.CHECKBOX, Kind.CONSENT}),
        FieldKind.CHOICE: _ONE_OF,
        FieldKind.CHOICES: _ONE_OF | {Kind.CHECKBOX},
        FieldKind.EMAIL: frozenset({Kind.EMAIL}),
        FieldKind.PHONE: frozenset({Kind.TEL}),
        FieldKind.URL: frozenset({Kind.TEXT}),
    }
)


def mapping_flaws(questions: Sequence[FormField], fields: Mapping[str, CustomField]) -> Sequence[Flaw]:
    """Returns why some questions cannot fill the field they name, each at its place in the definition."""
    found: list[Flaw] = []
    taken: dict[str, str] = {}
    for question in questions:
        if question.fills is None:
            continue
        code, told = _why_not(question, fields.get(question.fills), taken.get(question.fills))
        if code:
            found.append(Flaw(f"/definition/properties/{question.name}/x-parvis/fills", code, told))
        taken.setdefault(question.fills, question.name)
    return found


def _why_not(question: FormField, field: CustomField | None, before: str | None) -> tuple[str, Said]:
    if field is None:
        return "unknown", Said(
            "aucun champ n'a cette clé : faites-le d'abord, ou ne remplissez rien", en="no field has this key"
        )
    if field.archived_at is not None:
        return "archived", Said(
            "ce champ est rangé : rouvrez-le, ou choisissez-en un autre", en="this field is archived"
        )
    if before is not None:
        return "twice", Said(f"la question « {before} » remplit déjà ce champ", en=f"{before} fills this field already")
    if not agree(question, field):
        return "kind", Said(
            f"une question de cette sorte ne remplit pas « {field.label} » ({field.kind.value})",
            en=f"a question of this kind does not fill {field.label_en or field.label} ({field.kind.value})",
        )
    if field.kind in CHOSEN and (strange := [one for one in question.options if one not in offered(field)]):
        return "choices", Said(
            f"« {field.label} » n'offre pas : {', '.join(strange)} ; écrivez ses valeurs telles quelles",
            en=f"{field.label_en or field.label} does not offer: {', '.join(strange)}; write its values as they are",
        )
    return "", Said("", en="")


def agree(question: FormField, field: CustomField) -> bool:
    """Whether what a question is answered with is what a field holds."""
    if question.kind is Kind.CHECKBOX and bool(question.options) != (field.kind is FieldKind.CHOICES):
        return False
    return question.kind in _TAKES[field.kind]


def offered(field: CustomField) -> Mapping[str, str]:
    """Returns the keys of the choices a field offers, by their label as by their key."""
    living = [one for one in field.choices if not one.archived]
    return {one.label: one.key for one in living} | {one.key: one.key for one in living}
