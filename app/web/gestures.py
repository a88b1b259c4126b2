"""The legal events an agent records by hand, as forms: their words, their fields, and the event each form tells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from app.channels.kit.forms import Form
from app.errors import Flaw, Invalid
from app.sve.dismissing import DismissalReason
from app.sve.law.happenings import Act


class Kind(StrEnum):
    """How a field is typed in: an hour of a day, a day, a line, several lines, one of some words, yes or no."""

    MOMENT = "moment"
    DAY = "day"
    LINE = "line"
    LINES = "lines"
    CHOICE = "choice"
    TICK = "tick"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form; `into` is the field of the event it tells."""

    name: str
    label: str
    kind: Kind
    into: str
    hint: str = ""
    required: bool = False
    choices: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Gesture:
    """One form. `closed` when it is shown once the matter is settled too; `source` is the text an agent may look at."""

    type: str
    title: str
    fields: Sequence[Field]
    source: str = ""
    closed: bool = False


REASONS: Mapping[DismissalReason, str] = {
    DismissalReason.THANKS: "Un remerciement",
    DismissalReason.SPAM: "Un message indésirable",
    DismissalReason.INFORMATION: "Une simple information, aucune décision demandée",
    DismissalReason.DUPLICATE: "Le double d’une autre saisine",
    DismissalReason.ELSEWHERE: "Adressé à une autre administration, déjà saisie",
    DismissalReason.OTHER: "Autre motif, à écrire",
}
STEPS = (
    (Act.DECISION_POSTED, "Postée"),
    (Act.DECISION_PRESENTED, "Présentée pour la première fois"),
    (Act.DECISION_MADE_AVAILABLE, "Mise à disposition en ligne"),
    (Act.DECISION_NOTIFIED, "Remise, ou reçue"),
)
_DUPLICATE = Field("doublon", "La saisine qu’elle répète", Kind.CHOICE, "duplicate_of", "Pour un double seulement.")


def _moment(label: str, into: str = "at") -> Field:
    return Field("le", label, Kind.MOMENT, into, required=True)


GESTURES: Sequence[Gesture] = (
    Gesture(
        "pieces_requested",
        "Pièces demandées à l’usager",
        (
            _moment("Demandées le"),
            Field("pieces", "Pièces demandées", Kind.LINES, "items", "Une par ligne.", required=True),
            Field("jusquau", "À produire jusqu’au", Kind.DAY, "deadline_date", required=True),
            Field("texte", "Texte qui les exige", Kind.LINE, "legal_basis", "Article ou délibération.", required=True),
            Field("regle", "La lettre rappelle la règle de l’article L114-5", Kind.TICK, "mentions_l114_5_rule"),
        ),
        "CRPA L114-5, R112-11-4",
    ),
    Gesture(
        "pieces_received",
        "Pièces reçues",
        (
            _moment("Reçues le"),
            Field("pieces", "Lesquelles", Kind.LINES, "items", "Une par ligne ; facultatif."),
            Field("complet", "Le dossier est complet", Kind.TICK, "complete"),
        ),
        "CRPA L114-5",
    ),
    Gesture(
        "transmitted",
        "Transmise à une autre autorité",
        (_moment("Transmise le"), Field("a", "À qui", Kind.LINE, "recipient", required=True)),
        "CRPA L114-2",
    ),
    Gesture(
        "transferred",
        "Reçue par l’autorité compétente",
        (_moment("Reçue par elle le", "received_at"), Field("a", "Laquelle", Kind.LINE, "recipient", required=True)),
        "CRPA L114-3",
    ),
    Gesture(
        "message_out",
        "Réponse donnée",
        (
            _moment("Partie le"),
            Field(
                "portee",
                "Que fait-elle ?",
                Kind.CHOICE,
                "kind",
                "Elle arrête un délai de réponse ; jamais un silence qui décide, que seule une décision notifiée rompt.",
                required=True,
                choices=(("reply", "Elle répond à la demande"), ("holding", "Elle fait attendre")),
            ),
        ),
        "CRPA L221-8",
    ),
    Gesture(
        "express_decision",
        "Décision signée",
        (
            Field(
                "sens",
                "Que décide-t-elle ?",
                Kind.CHOICE,
                "sense",
                required=True,
                choices=(("favourable", "Accord"), ("unfavourable", "Refus"), ("partial", "Accord partiel")),
            ),
            _moment("Signée le", "signed_at"),
            Field("recours", "Elle mentionne les voies et délais de recours", Kind.TICK, "mentions_appeal"),
        ),
        "CRPA L212-1, L221-8",
    ),
    Gesture(
        "step",
        "Étape de la décision",
        (
            Field("etape", "Laquelle", Kind.CHOICE, "type", required=True, choices=[(str(a), w) for a, w in STEPS]),
            _moment("Le"),
            Field(
                "accord",
                "L’usager avait accepté expressément cette voie (mise à disposition)",
                Kind.TICK,
                "express_consent",
            ),
        ),
        "CRPA L221-8, R112-20",
        closed=True,
    ),
    Gesture(
        "extension_notified",
        "Délai prolongé",
        (
            _moment("Notifié le", "notified_at"),
            Field("duree", "Ce qui s’ajoute", Kind.LINE, "added", "P1M : un mois, P15D : quinze jours.", required=True),
            Field("texte", "Texte qui le permet", Kind.LINE, "legal_basis", required=True),
        ),
        "CRPA L231-6",
    ),
    Gesture(
        "suspension_notified",
        "Délai suspendu par un texte",
        (
            _moment("Notifié le"),
            Field("jusquau", "Jusqu’au", Kind.DAY, "until"),
            Field("texte", "Texte qui le permet", Kind.LINE, "legal_basis", required=True),
        ),
    ),
    Gesture("suspension_lifted", "Suspension levée", (_moment("Levée le"),)),
    Gesture(
        "request_withdrawn",
        "Retirée par l’usager",
        (_moment("Le"), Field("verifie", "Nous l’avons vérifié auprès de lui", Kind.TICK, "verified")),
        "CRPA L110-1",
    ),
    Gesture(
        "attestation_requested",
        "Attestation d’accord tacite demandée",
        (_moment("Demandée le"),),
        "CRPA L232-3",
        closed=True,
    ),
    Gesture(
        "attestation_issued",
        "Attestation d’accord tacite délivrée",
        (_moment("Délivrée le"), Field("reference", "Référence", Kind.LINE, "reference")),
        "CRPA L232-3",
        closed=True,
    ),
    Gesture(
        "withdrawal_decision",
        "Décision retirée",
        (
            _moment("Retrait notifié le", "notified_at"),
            Field("contradictoire", "Le bénéficiaire a pu présenter ses observations", Kind.TICK, "contradictory"),
            Field("texte", "Motif de droit", Kind.LINE, "legal_basis", required=True),
        ),
        "CRPA L242-1, L121-1",
        closed=True,
    ),
)
DISMISS = Gesture(
    "dismissed",
    "Écarter : ce n’est pas une demande",
    (
        Field(
            "pourquoi",
            "Pourquoi",
            Kind.CHOICE,
            "reason",
            required=True,
            choices=[(str(reason), words) for reason, words in REASONS.items()],
        ),
        Field("mots", "En toutes lettres", Kind.LINE, "words", "Pour un autre motif ; facultatif sinon."),
        _DUPLICATE,
    ),
    "CRPA L110-1",
)
REOPEN = Gesture(
    "reopened",
    "Rouvrir : c’était une demande",
    (Field("pourquoi", "Pourquoi", Kind.LINE, "reason", required=True),),
    closed=True,
)
CORRECT = Gesture(
    "corrected",
    "Corriger",
    (
        Field("evenement", "", Kind.LINE, "event_id", required=True),
        Field("pourquoi", "Pourquoi il est annulé", Kind.LINE, "reason", required=True),
    ),
    closed=True,
)
_BY_TYPE: Mapping[str, Gesture] = {one.type: one for one in (*GESTURES, DISMISS, REOPEN, CORRECT)}


def shown(*, closed: bool, dismissed: bool) -> Sequence[Gesture]:
    """Returns the forms that make sense of a saisine as it stands."""
    if dismissed:
        return (REOPEN,)
    offered = [gesture for gesture in GESTURES if gesture.closed or not closed]
    return [*offered, *([] if closed else [DISMISS])]


def told_by(form: Form, *, zone: str) -> tuple[Gesture, dict[str, Any]]:
    """Returns the form an agent filled in and the event it tells. Raises `Invalid`, naming the field at fault."""
    gesture = _BY_TYPE.get(form.last("geste") or "")
    if gesture is None:
        raise Invalid("choisissez un des événements proposés")
    event: dict[str, Any] = {"type": gesture.type}
    for field in gesture.fields:
        value = _value(form, field, zone)
        if value is not None:
            event[field.into] = value
    if event.get("express_consent") is False:
        del event["express_consent"]  # not ticked: nobody said so, which is not a refusal
    return gesture, event


def in_the_form(flaws: Sequence[Flaw], gesture: Gesture) -> tuple[Flaw, ...]:
    """Returns refusals beside the fields of the form: an event's field is not always named as ours."""
    names = {field.into: field.name for field in gesture.fields}
    return tuple(replace(flaw, pointer=f"/{names.get(flaw.pointer[1:], 'geste')}") for flaw in flaws)


def _value(form: Form, field: Field, zone: str) -> Any:
    text = (form.last(field.name) or "").replace("\r\n", "\n").strip()
    match field.kind:
        case Kind.TICK:
            return text == "oui"
        case _ if not text:
            if field.required:
                raise _flawed(field, "ce champ est obligatoire")
            return None
        case Kind.MOMENT:
            try:
                return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).isoformat()
            except ValueError:
                raise _flawed(field, "donnez le jour et l’heure") from None
        case Kind.LINES:
            return [line.strip() for line in text.split("\n") if line.strip()]
        case Kind.CHOICE if field.choices and text not in {value for value, _ in field.choices}:
            raise _flawed(field, "choisissez une des réponses proposées")
        case _:
            return text


def _flawed(field: Field, told: str) -> Invalid:
    return Invalid(flaws=[Flaw(f"/{field.name}", "form", told)])
