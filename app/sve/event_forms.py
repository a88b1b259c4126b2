"""The legal events a person records by hand, as forms: their words, their fields, and the text each rests on. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.rest.languages import Said
from app.sve.dismissing import DismissalReason
from app.sve.law.happenings import Act


class FieldKind(StrEnum):
    """How a field is typed: an instant, a day, a line, a period (ISO 8601), several lines, one of some words, yes or no."""

    MOMENT = "moment"
    DAY = "day"
    LINE = "line"
    PERIOD = "period"
    LINES = "lines"
    CHOICE = "choice"
    TICK = "tick"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of some answers: what is sent, what is read."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class EventField:
    """A field of an event, under its name in the vocabulary of `parvis sve simulate`.

    `sample` stands for any value of it where only the possibility of the event is looked at. A tick that is `said_only` is
    left out when it is not put: nobody said so, which is not a denial.
    """

    name: str
    label: Said
    kind: FieldKind
    hint: Said | None = None
    required: bool = False
    choices: Sequence[Choice] = ()
    sample: str = "…"
    said_only: bool = False


@dataclass(frozen=True, slots=True)
class EventForm:
    """One form; `name` is the type of the event, unless a field `type` says which it is.

    `closed` when what it tells may come once the matter is settled; `source` is the text to look at.
    """

    name: str
    title: Said
    fields: Sequence[EventField]
    source: str = ""
    closed: bool = False


REASONS: Mapping[DismissalReason, Said] = {
    DismissalReason.THANKS: Said("Un remerciement", en="Thanks"),
    DismissalReason.SPAM: Said("Un message indésirable", en="Spam"),
    DismissalReason.INFORMATION: Said(
        "Une simple information, aucune décision demandée", en="Mere information, no decision asked for"
    ),
    DismissalReason.DUPLICATE: Said("Le double d’une autre saisine", en="The double of another saisine"),
    DismissalReason.ELSEWHERE: Said(
        "Adressé à une autre administration, déjà saisie", en="Meant for another administration, which has it already"
    ),
    DismissalReason.OTHER: Said("Autre motif, à écrire", en="Another reason, to be written"),
}
DUPLICATE_OF = "duplicate_of"
_LEGAL_BASIS = Said("Texte qui le permet", en="Text that allows it")


def _moment(label: Said, name: str = "at") -> EventField:
    return EventField(name, label, FieldKind.MOMENT, required=True)


def _basis(label: Said = _LEGAL_BASIS) -> EventField:
    return EventField("legal_basis", label, FieldKind.LINE, required=True)


FORMS: Sequence[EventForm] = (
    EventForm(
        "pieces_requested",
        Said("Pièces demandées à l’usager", en="Pieces asked of the citizen"),
        (
            _moment(Said("Demandées le", en="Asked on")),
            EventField(
                "items",
                Said("Pièces demandées", en="Pieces asked for"),
                FieldKind.LINES,
                Said("Une par ligne.", en="One a line."),
                required=True,
            ),
            EventField(
                "deadline_date", Said("À produire jusqu’au", en="To be given until"), FieldKind.DAY, required=True
            ),
            EventField(
                "legal_basis",
                Said("Texte qui les exige", en="Text that requires them"),
                FieldKind.LINE,
                Said("Article ou délibération.", en="Article or deliberation."),
                required=True,
            ),
            EventField(
                "mentions_l114_5_rule",
                Said(
                    "La lettre rappelle la règle de l’article L114-5", en="The letter states the rule of article L114-5"
                ),
                FieldKind.TICK,
            ),
        ),
        "CRPA L114-5, R112-11-4",
    ),
    EventForm(
        "pieces_received",
        Said("Pièces reçues", en="Pieces received"),
        (
            _moment(Said("Reçues le", en="Received on")),
            EventField(
                "items",
                Said("Lesquelles", en="Which"),
                FieldKind.LINES,
                Said("Une par ligne ; facultatif.", en="One a line; optional."),
            ),
            EventField("complete", Said("Le dossier est complet", en="The file is complete"), FieldKind.TICK),
        ),
        "CRPA L114-5",
    ),
    EventForm(
        "transmitted",
        Said("Transmise à une autre autorité", en="Sent on to another authority"),
        (
            _moment(Said("Transmise le", en="Sent on on")),
            EventField("recipient", Said("À qui", en="To whom"), FieldKind.LINE, required=True),
        ),
        "CRPA L114-2",
    ),
    EventForm(
        "transferred",
        Said("Reçue par l’autorité compétente", en="Received by the competent authority"),
        (
            _moment(Said("Reçue par elle le", en="Received by it on"), "received_at"),
            EventField("recipient", Said("Laquelle", en="Which"), FieldKind.LINE, required=True),
        ),
        "CRPA L114-3",
    ),
    EventForm(
        "message_out",
        Said("Réponse donnée", en="Answer given"),
        (
            _moment(Said("Partie le", en="Sent on")),
            EventField(
                "kind",
                Said("Que fait-elle ?", en="What does it do?"),
                FieldKind.CHOICE,
                Said(
                    "Elle arrête un délai de réponse ; jamais un silence qui décide, que seule une décision notifiée rompt.",
                    en="It ends a time to answer; never a silence that decides, which a notified decision alone breaks.",
                ),
                required=True,
                choices=(
                    Choice("reply", Said("Elle répond à la demande", en="It answers the request")),
                    Choice("holding", Said("Elle fait attendre", en="It asks for patience")),
                ),
            ),
        ),
        "CRPA L221-8",
    ),
    EventForm(
        "express_decision",
        Said("Décision signée", en="Decision signed"),
        (
            EventField(
                "sense",
                Said("Que décide-t-elle ?", en="What does it decide?"),
                FieldKind.CHOICE,
                required=True,
                choices=(
                    Choice("favourable", Said("Accord", en="Grant")),
                    Choice("unfavourable", Said("Refus", en="Refusal")),
                    Choice("partial", Said("Accord partiel", en="Grant in part")),
                ),
            ),
            _moment(Said("Signée le", en="Signed on"), "signed_at"),
            EventField(
                "mentions_appeal",
                Said(
                    "Elle mentionne les voies et délais de recours",
                    en="It states how and until when it may be challenged",
                ),
                FieldKind.TICK,
            ),
        ),
        "CRPA L212-1, L221-8",
    ),
    EventForm(
        "step",
        Said("Étape de la décision", en="Step of the decision"),
        (
            EventField(
                "type",
                Said("Laquelle", en="Which"),
                FieldKind.CHOICE,
                required=True,
                choices=(
                    Choice(Act.DECISION_POSTED, Said("Postée", en="Posted")),
                    Choice(Act.DECISION_PRESENTED, Said("Présentée pour la première fois", en="First presented")),
                    Choice(
                        Act.DECISION_MADE_AVAILABLE, Said("Mise à disposition en ligne", en="Made available online")
                    ),
                    Choice(Act.DECISION_NOTIFIED, Said("Remise, ou reçue", en="Handed over, or received")),
                ),
            ),
            _moment(Said("Le", en="On")),
            EventField(
                "express_consent",
                Said(
                    "L’usager avait accepté expressément cette voie (mise à disposition)",
                    en="The citizen had expressly agreed to this way (made available online)",
                ),
                FieldKind.TICK,
                said_only=True,
            ),
        ),
        "CRPA L221-8, R112-20",
        closed=True,
    ),
    EventForm(
        "extension_notified",
        Said("Délai prolongé", en="Period extended"),
        (
            _moment(Said("Notifié le", en="Notified on"), "notified_at"),
            EventField(
                "added",
                Said("Ce qui s’ajoute", en="What is added"),
                FieldKind.PERIOD,
                Said("P1M : un mois, P15D : quinze jours.", en="P1M: one month, P15D: fifteen days."),
                required=True,
                sample="P1M",
            ),
            _basis(),
        ),
        "CRPA L231-6",
    ),
    EventForm(
        "suspension_notified",
        Said("Délai suspendu par un texte", en="Period suspended by a text"),
        (
            _moment(Said("Notifié le", en="Notified on")),
            EventField("until", Said("Jusqu’au", en="Until"), FieldKind.DAY),
            _basis(),
        ),
    ),
    EventForm(
        "suspension_lifted",
        Said("Suspension levée", en="Suspension lifted"),
        (_moment(Said("Levée le", en="Lifted on")),),
    ),
    EventForm(
        "request_withdrawn",
        Said("Retirée par l’usager", en="Withdrawn by the citizen"),
        (
            _moment(Said("Le", en="On")),
            EventField(
                "verified",
                Said("Nous l’avons vérifié auprès de lui", en="We made sure of it with them"),
                FieldKind.TICK,
            ),
        ),
        "CRPA L110-1",
    ),
    EventForm(
        "attestation_requested",
        Said("Attestation d’accord tacite demandée", en="Attestation of tacit approval asked for"),
        (_moment(Said("Demandée le", en="Asked for on")),),
        "CRPA L232-3",
        closed=True,
    ),
    EventForm(
        "attestation_issued",
        Said("Attestation d’accord tacite délivrée", en="Attestation of tacit approval issued"),
        (
            _moment(Said("Délivrée le", en="Issued on")),
            EventField("reference", Said("Référence", en="Reference"), FieldKind.LINE),
        ),
        "CRPA L232-3",
        closed=True,
    ),
    EventForm(
        "withdrawal_decision",
        Said("Décision retirée", en="Decision withdrawn"),
        (
            _moment(Said("Retrait notifié le", en="Withdrawal notified on"), "notified_at"),
            EventField(
                "contradictory",
                Said(
                    "Le bénéficiaire a pu présenter ses observations", en="Whoever it favours could make observations"
                ),
                FieldKind.TICK,
            ),
            _basis(Said("Motif de droit", en="Ground in law")),
        ),
        "CRPA L242-1, L121-1",
        closed=True,
    ),
)
DISMISS = EventForm(
    "dismissed",
    Said("Écarter : ce n’est pas une demande", en="Dismiss: it asks for nothing"),
    (
        EventField(
            "reason",
            Said("Pourquoi", en="Why"),
            FieldKind.CHOICE,
            required=True,
            choices=[Choice(str(reason), words) for reason, words in REASONS.items()],
        ),
        EventField(
            "words",
            Said("En toutes lettres", en="In words"),
            FieldKind.LINE,
            Said("Pour un autre motif ; facultatif sinon.", en="For another reason; optional otherwise."),
        ),
        EventField(
            DUPLICATE_OF,
            Said("La saisine qu’elle répète", en="The saisine it repeats"),
            FieldKind.CHOICE,
            Said("Pour un double seulement.", en="For a double only."),
        ),
    ),
    "CRPA L110-1",
)
REOPEN = EventForm(
    "reopened",
    Said("Rouvrir : c’était une demande", en="Reopen: it did ask for something"),
    (EventField("reason", Said("Pourquoi", en="Why"), FieldKind.LINE, required=True),),
    closed=True,
)
CORRECT = EventForm(
    "corrected",
    Said("Annuler : consigné à tort", en="Annul: recorded by mistake"),
    (
        EventField("event_id", Said("L’événement", en="The event"), FieldKind.LINE, required=True),
        EventField("reason", Said("Pourquoi il est annulé", en="Why it is annulled"), FieldKind.LINE, required=True),
    ),
    closed=True,
)


def fitting(*, closed: bool, dismissed: bool) -> Sequence[EventForm]:
    """Returns the forms that make sense of a saisine as it stands."""
    if dismissed:
        return (REOPEN,)
    offered = [form for form in FORMS if form.closed or not closed]
    return [*offered, *([] if closed else [DISMISS])]
