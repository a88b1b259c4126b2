"""A legal event as a caller tells it: its fields, documented; and what a list of missing pieces must say."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from app.errors import Flaw, Invalid
from app.rest.languages import Said
from app.rest.public_ids import LegalEventId, MessageId, SaisineId
from app.sve.dismissing import DismissalReason
from app.sve.entries import unknown_fields
from app.sve.simulation import SimulationError
from app.tenants.values import Tenant

_L114_5 = "CRPA L114-5 al.1 et al.4, R112-11-4"
_LOCAL = "Heure de l'administration, ou UTC avec `Z` ; le jour seul est admis."
_DEADLINES = (
    *("deadline", "deadline_date", "deadline_days", "deadline_days_from_reception", "days_from_reception"),
    *("deadline_from_reception", "deadline_period"),
)
EXAMPLES: Mapping[str, dict[str, Any]] = {
    "pieces_requested": {
        "type": "pieces_requested",
        "at": "2026-03-10T09:00:00Z",
        "items": ["Plan de situation"],
        "deadline_date": "2026-04-10",
        "legal_basis": "C. urb. R431-36",
        "mentions_l114_5_rule": True,
        "key": "courrier-2026-118",
    },
    "pieces_received": {"type": "pieces_received", "at": "2026-03-20T10:00:00Z", "items": ["Plan"], "complete": True},
    "transmitted": {"type": "transmitted", "at": "2026-03-04T10:00:00Z", "recipient": "Département de Villebourg"},
    "transferred": {"type": "transferred", "received_at": "2026-03-06T10:00:00Z", "recipient": "Département"},
    "extension_notified": {"type": "extension_notified", "notified_at": "2026-03-20", "added": "P1M", "reason": "ABF"},
    "suspension_notified": {"type": "suspension_notified", "at": "2026-03-20", "until": "2026-05-20"},
    "suspension_lifted": {"type": "suspension_lifted", "at": "2026-04-02"},
    "express_decision": {
        "type": "express_decision",
        "sense": "refusal",
        "signed_at": "2026-04-02T10:00:00Z",
        "posted_at": "2026-04-03",
        "mentions_appeal": True,
    },
    "decision_presented": {"type": "decision_presented", "at": "2026-04-07T11:00:00Z"},
    "request_withdrawn": {"type": "request_withdrawn", "at": "2026-03-25T09:00:00Z", "verified": True},
    "withdrawal_decision": {"type": "withdrawal_decision", "notified_at": "2026-07-02", "contradictory": True},
    "attestation_requested": {"type": "attestation_requested", "at": "2026-05-20"},
    "attestation_issued": {"type": "attestation_issued", "at": "2026-05-22", "reference": "ATT-2026-7"},
    "dismissed": {"type": "dismissed", "reason": "thanks"},
    "reopened": {"type": "reopened", "reason": "C'était une demande : relu avec le service."},
    "corrected": {
        "type": "corrected",
        "event_id": "lev_01k0c4ywz6e7ht9m2a4w1w0xrh",
        "reason": "Consigné sur la mauvaise demande.",
    },
}


class NewLegalEvent(BaseModel):
    """Un événement : `type`, un instant, et les champs de ce type. Les mots sont ceux de `parvis sve simulate`.

    Chaque type a les siens (docs/law-vocabulary.md) ; un champ qu'il ne connaît pas est refusé, un type mal écrit aussi.
    """

    model_config = ConfigDict(extra="allow", json_schema_extra={"example": EXAMPLES["pieces_requested"]})
    type: str = Field(
        min_length=1,
        max_length=80,
        description="Ce qui s'est passé : "
        + ", ".join(f"`{name}`" for name in EXAMPLES)
        + ", et tout le vocabulaire des simulations.",
        examples=["pieces_requested"],
    )
    key: str | None = Field(
        default=None,
        min_length=1,
        max_length=200,
        description="Le nom que vous donnez à cet événement, unique sur cette saisine : redit avec le même contenu, il "
        "n'est consigné qu'une fois ; avec un autre, il est refusé (409).",
        examples=["courrier-2026-118"],
    )
    at: str | None = Field(
        default=None,
        description=f"Quand. {_LOCAL} Jamais à venir ; antidaté, il est admis et marqué.",
        examples=["2026-03-10"],
    )
    sense: str | None = Field(
        default=None, description="Décision : `favourable`, `unfavourable`, `partial`…", examples=["unfavourable"]
    )
    signed_at: str | None = Field(default=None, description=f"Décision : signature. {_LOCAL}", examples=["2026-04-02"])
    posted_at: str | None = Field(default=None, description="Décision : remise à la poste.", examples=["2026-04-03"])
    first_presented_at: str | None = Field(
        default=None, description="Lettre : première présentation.", examples=["2026-04-07T11:00:00Z"]
    )
    made_available_at: str | None = Field(
        default=None, description="Mise à disposition électronique (CRPA R112-20).", examples=["2026-04-02T16:00:00Z"]
    )
    notified_at: str | None = Field(
        default=None, description="Notification, remise ou réception.", examples=["2026-04-07"]
    )
    mentions_appeal: bool | None = Field(
        default=None, description="L'acte mentionne voies et délais de recours (CJA R421-5).", examples=[True]
    )
    items: list[str] | None = Field(
        default=None,
        max_length=100,
        description="Pièces demandées ou reçues, une par ligne.",
        examples=[["Plan de situation"]],
    )
    deadline_date: str | None = Field(default=None, description="Pièces : dernier jour fixé.", examples=["2026-04-10"])
    deadline_days: int | None = Field(
        default=None, ge=1, le=3650, description="Pièces : ou jours depuis la réception.", examples=[15]
    )
    legal_basis: str | None = Field(
        default=None, max_length=500, description="Le texte qui le fonde.", examples=["C. urb. R431-36"]
    )
    mentions_l114_5_rule: bool | None = Field(
        default=None,
        description="Pièces : la lettre rappelle la règle de L114-5 al.2 ou al.3 (al.4, R112-11-4).",
        examples=[True],
    )
    required_by_text: bool | None = Field(
        default=None, description="Pièces : un texte les exige (CRPA L114-3 al.2).", examples=[True]
    )
    complete: bool | None = Field(default=None, description="Pièces reçues : le dossier est complet.", examples=[True])
    recipient: str | None = Field(
        default=None, max_length=500, description="Transmission : à qui.", examples=["Département de Villebourg"]
    )
    received_at: str | None = Field(
        default=None, description="Réception par l'autre autorité.", examples=["2026-03-06"]
    )
    added: str | None = Field(default=None, description="Prolongation : ce qui s'ajoute, ISO 8601.", examples=["P1M"])
    until: str | None = Field(default=None, description="Suspension : dernier jour.", examples=["2026-05-20"])
    reason: str | None = Field(
        default=None,
        max_length=2000,
        description="Motif. Pour `dismissed`, parmi : " + ", ".join(f"`{one}`" for one in DismissalReason) + ".",
        examples=["thanks"],
    )
    words: str | None = Field(
        default=None,
        max_length=2000,
        description="Motif `other`, en toutes lettres.",
        examples=["Lettre d'un écolier."],
    )
    duplicate_of: SaisineId | None = Field(
        default=None, description="Motif `duplicate` : la saisine répétée.", examples=[None]
    )
    event_id: LegalEventId | None = Field(
        default=None, description="`corrected` : l'événement à annuler.", examples=[EXAMPLES["corrected"]["event_id"]]
    )
    note: str | None = Field(default=None, max_length=2000, description="Remarque, sans effet.", examples=["Par LRAR."])

    def told(self) -> dict[str, Any]:
        """Returns what was said, nothing that was left out."""
        return {
            name: value for name, value in self.model_dump(mode="json", exclude_unset=True).items() if value is not None
        }


class NewSaisine(BaseModel):
    """Ce qu'un message demande aussi."""

    model_config = ConfigDict(extra="forbid")
    message_id: MessageId = Field(description="Un message reçu de cette demande.")
    asks: str = Field(
        min_length=3,
        max_length=500,
        description="Ce qu'il demande encore, en quelques mots.",
        examples=["Une permission de voirie pour l'échafaudage."],
    )


class NewJoin(BaseModel):
    """La même demande, reçue avant par une autre voie."""

    model_config = ConfigDict(extra="forbid")
    to: SaisineId = Field(description="La saisine gardée : celle reçue la première.")
    reason: str = Field(
        min_length=3,
        max_length=2000,
        description="Pourquoi c'est la même.",
        examples=["Même lettre, reçue par courriel."],
    )


def check(told: Mapping[str, Any], tenant: Tenant) -> None:
    """Raises `Invalid` naming what is missing or unknown in an event."""
    try:
        flaws = flaws_of_told(told, tenant)
    except SimulationError as error:
        raise Invalid(flaws=[Flaw(error.pointer, "legal-event", error.message)]) from None
    if flaws:
        raise Invalid(flaws=flaws)


def flaws_of_told(told: Mapping[str, Any], tenant: Tenant) -> list[Flaw]:
    """Returns what is missing or unknown in an event the vocabulary understands. Raises `SimulationError`."""
    flaws = _wanting(told)
    for name, known in unknown_fields(told, tenant):
        near = get_close_matches(name, known, n=1, cutoff=0.7)
        french = f" : voulez-vous dire « {near[0]} » ?" if near else f" ; champs connus : {', '.join(known)}"
        english = f": do you mean `{near[0]}`?" if near else f"; known fields: {', '.join(known)}"
        told_so = Said(
            f"champ inconnu pour ce type d'événement{french}", en=f"unknown field for this type of event{english}"
        )
        flaws.append(Flaw(f"/{name}", "extra-forbidden", told_so))
    return flaws


def _wanting(told: Mapping[str, Any]) -> list[Flaw]:
    """What a door asks for: the three mentions of a list of pieces and its text; what a decision says."""
    match told.get("type"):
        case "pieces_requested":
            found = []
            if not [one for one in told.get("items") or () if one.strip()]:
                found.append(("items", "la liste des pièces demandées", "the list of the pieces asked for"))
            if not any(told.get(name) is not None for name in _DEADLINES):
                found.append(
                    ("deadline_date", "le délai fixé : un jour, ou un nombre de jours", "the deadline: a day, or days")
                )
            if not isinstance(told.get("mentions_l114_5_rule"), bool):
                found.append(
                    (
                        "mentions_l114_5_rule",
                        "si la lettre rappelle la règle de l'article L114-5 (true ou false)",
                        "whether the letter states the rule of L114-5 (true or false)",
                    )
                )
            if not told.get("legal_basis"):
                found.append(("legal_basis", "le texte qui exige ces pièces", "the text that requires these pieces"))
            return [_missing(name, french, english, _L114_5) for name, french, english in found]
        case "express_decision" if told.get("sense") is None:
            return [
                _missing(
                    "sense",
                    "ce que la décision dit : favourable, unfavourable ou partial",
                    "what the decision says: favourable, unfavourable or partial",
                    "CRPA L221-8",
                )
            ]
        case _:
            return []


def _missing(name: str, french: str, english: str, source: str) -> Flaw:
    told = Said(f"donnez {french}", en=f"give {english}")
    return Flaw(f"/{name}", "missing", told, because=told, source=source)
