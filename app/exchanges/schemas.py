"""Deliveries and outgoing messages as the API writes them."""

from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.channels.contract import PointKind
from app.exchanges.receptions import Door, ReceptionLine, State
from app.rest.instants import WrittenInstant
from app.rest.languages import Said
from app.rest.public_ids import ChannelId, MessageId, ReceptionId, TicketId

_SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_STRICT = ConfigDict(extra="forbid")
MAX_TEXT = 1_000_000


class Sender(BaseModel):
    """Qui écrit. Sans adresse, personne n'est reconnu et aucune réponse ne peut partir."""

    model_config = _STRICT
    kind: PointKind = Field(description="Nature de l'adresse.", examples=["email"])
    address: str | None = Field(
        default=None,
        max_length=320,
        description="Adresse, telle que le canal la nomme.",
        examples=["usager@example.org"],
    )
    display_name: str | None = Field(
        default=None, max_length=200, description="Nom montré.", examples=["Usager Exemple"]
    )


class SentPiece(BaseModel):
    """Une pièce : son contenu en base64, ou l'adresse où la prendre."""

    model_config = _STRICT
    name: str | None = Field(default=None, max_length=500, examples=["photo.jpg"])
    content_type: str = Field(default="application/octet-stream", max_length=200, examples=["image/jpeg"])
    content: str | None = Field(default=None, description="Contenu, en base64.", examples=["SGVsbG8="])
    url: str | None = Field(
        default=None, max_length=2000, pattern="^https://", description="Adresse, à défaut de contenu.", examples=[None]
    )
    content_id: str | None = Field(default=None, max_length=500, examples=[None])

    @model_validator(mode="after")
    def _holds_something(self) -> Self:
        if (self.content is None) == (self.url is None):
            raise ValueError(
                Said("donnez content (base64) ou url, l'un des deux", en="give content (base64) or url, one of them")
            )
        return self


class Location(BaseModel):
    """Un lieu : WGS 84, en degrés, et l'adresse écrite si elle est connue."""

    model_config = _STRICT
    lat: float | None = Field(default=None, ge=-90, le=90, allow_inf_nan=False, examples=[48.8566])
    lon: float | None = Field(default=None, ge=-180, le=180, allow_inf_nan=False, examples=[2.3522])
    accuracy: float | None = Field(default=None, ge=0, allow_inf_nan=False, examples=[12.0])
    address: str | None = Field(default=None, max_length=500, examples=["1 place de la Mairie"])


class GenericMessage(BaseModel):
    """Un message de n'importe quelle origine. `external_id` est la clé naturelle : le même n'est reçu qu'une fois."""

    model_config = _STRICT
    external_id: str = Field(
        min_length=1,
        max_length=255,
        description="Identifiant du message chez vous, stable.",
        examples=["courrier-2026-0042"],
    )
    occurred_at: WrittenInstant | None = Field(
        default=None, description="Instant annoncé par l'expéditeur ; la réception légale reste la nôtre."
    )
    sender: Sender | None = None
    recipients: list[Sender] = Field(default=[], max_length=100)
    conversation_ref: str | None = Field(
        default=None, max_length=255, description="Fil auquel le message appartient.", examples=["fil-17"]
    )
    subject: str | None = Field(default=None, max_length=1000, examples=["Éclairage en panne"])
    text: str | None = Field(default=None, max_length=MAX_TEXT, examples=["Le lampadaire de la place est éteint."])
    html: str | None = Field(default=None, max_length=MAX_TEXT, examples=[None])
    attachments: list[SentPiece] = Field(default=[], max_length=100)
    location: Location | None = None
    fields: dict[str, Any] = Field(
        default={}, max_length=200, description="Ce qui n'a pas de champ ici.", examples=[{"service": "voirie"}]
    )
    in_reply_to: list[Annotated[str, Field(max_length=1000)]] = Field(default=[], max_length=50, examples=[[]])
    automatic: bool = Field(default=False, description="Écrit par une machine.", examples=[False])
    public: bool = Field(default=False, description="Écrit en public.", examples=[False])

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.text or self.html or self.subject or self.attachments):
            raise ValueError(
                Said(
                    "donnez au moins text, html, subject ou attachments",
                    en="give text, html, subject or attachments at least",
                )
            )
        return self


class ReceiptOut(BaseModel):
    """Le récépissé : ces octets sont gardés."""

    receipt_id: ReceptionId
    received_at: datetime = Field(description="Instant de réception, le seul qui fasse foi.")
    sha256: str = Field(description="Empreinte de ce qui est arrivé.", examples=[_SHA256])
    status_url: str = Field(
        description="Où suivre ce qu'il en advient.",
        examples=["https://parvis.example.fr/api/v1/intake/rcp_01k0fgw2e7e7ztq7c7h1pj6ww1"],
    )


class IntakeOut(BaseModel):
    """Ce qu'il est advenu d'une livraison."""

    receipt_id: ReceptionId
    channel_id: ChannelId
    door: Door = Field(description="Porte par laquelle elle est entrée.", examples=["api"])
    state: State = Field(description="`held` : une personne doit la regarder, voir `reason`.", examples=["done"])
    reason: str | None = Field(examples=[None])
    ticket_id: TicketId | None
    message_id: MessageId | None
    sha256: str = Field(examples=[_SHA256])
    size: int = Field(description="Octets reçus.", examples=[2048])
    verified: bool | None = Field(description="Signature vérifiée ; `null` quand rien n'est signé.", examples=[None])
    received_at: datetime
    processed_at: datetime | None = Field(examples=["2026-03-02T09:00:01Z"])

    @classmethod
    def of(cls, line: ReceptionLine) -> Self:
        return cls(
            receipt_id=line.id,
            channel_id=line.channel_id,
            door=line.door,
            state=line.state,
            reason=line.reason,
            ticket_id=line.ticket_id,
            message_id=line.message_id,
            sha256=line.sha256,
            size=line.size,
            verified=line.verified,
            received_at=line.received_at,
            processed_at=line.processed_at,
        )


class Reasoned(BaseModel):
    """Un acte qui se motive."""

    model_config = _STRICT
    reason: str = Field(
        min_length=3,
        max_length=2000,
        description="Pourquoi ; gardé au journal.",
        examples=["Relue avec le service : lisible."],
    )
