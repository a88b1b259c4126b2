"""Messages, pieces and changes of a ticket as the API writes and reads them; the ticket itself stands with its legal face."""

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.files.antivirus import ScanState
from app.files.ocr import State as MachineState
from app.ids import Prefix, public_id
from app.rest.languages import Said
from app.rest.public_ids import AttachmentId, MessageId, PointId, TeamId, TicketId, UserId, example_of
from app.tickets.field_schemas import CustomValue, FieldKey
from app.tickets.values import AuthorKind, Direction, FetchState, MachineText, Message, Piece, Status

MAX_TEXT = 100_000
_STRICT = ConfigDict(extra="forbid")


class TicketCount(BaseModel):
    """Combien de demandes une liste contient."""

    count: int = Field(examples=[17])
    more: bool = Field(description="Il y en a davantage : `count` est le plus qui soit compté.", examples=[False])


class PieceOut(BaseModel):
    """Une pièce d'un message."""

    id: AttachmentId
    name: str = Field(examples=["photo.jpg"])
    content_type: str = Field(
        description="Annoncé par l'expéditeur ; celui du téléchargement est vérifié.", examples=["image/jpeg"]
    )
    size: int | None = Field(description="Octets.", examples=[48213])
    sha256: str | None = Field(description="`null` tant que le contenu n'est pas là.", examples=[None])
    inline: bool = Field(description="Montrée dans le corps du message.", examples=[False])
    fetch: FetchState | None = Field(
        description="Pièce gardée par le fournisseur : `waiting` à aller chercher, `fetched` obtenue, `failed` non récupérée ; `null` quand elle est venue avec le message.",
        examples=[None],
    )
    problem: str | None = Field(description="Pourquoi elle n'a pas pu être obtenue.", examples=[None])
    machine_text: MachineState | None = Field(
        description="Lecture par machine : `waiting` attendue, `read` faite, `nothing` sans un mot trouvé, `failed` manquée, `too_large` trop grande ; `null` quand personne ne l'a demandée. Le texte se prend à part.",
        examples=["read"],
    )
    machine_text_reason: str | None = Field(description="Pourquoi rien n'a été lu.", examples=[None])
    scan: ScanState | None = Field(
        description="Antivirus : `waiting` pas encore examinée, `clean` rien de connu, `infected` mise à l'écart, `failed` n'a pas pu être examinée ; `null` sans antivirus.",
        examples=["clean"],
    )
    virus: str | None = Field(description="Ce que l'antivirus y a reconnu.", examples=[None])
    scan_reason: str | None = Field(description="Pourquoi elle n'a pas pu être examinée.", examples=[None])
    url: str = Field(description="Où la prendre.", examples=[f"/api/v1/attachments/{example_of(Prefix.ATTACHMENT)}"])

    @classmethod
    def of(cls, piece_id: UUID, piece: Piece) -> Self:
        return cls(
            id=piece_id,
            name=piece.name,
            content_type=piece.content_type,
            size=piece.size,
            sha256=piece.sha256,
            inline=piece.inline,
            fetch=piece.fetch,
            problem=piece.problem,
            machine_text=piece.machine,
            machine_text_reason=piece.machine_reason,
            scan=piece.scan,
            virus=piece.virus,
            scan_reason=piece.scan_reason,
            url=f"/api/v1/attachments/{public_id(Prefix.ATTACHMENT, piece_id)}",
        )


class MachineTextOut(BaseModel):
    """Ce qu'une machine a lu dans une pièce : personne n'a écrit ces mots, et ils peuvent être faux."""

    attachment_id: AttachmentId
    state: MachineState = Field(description="`waiting`, `read`, `nothing`, `failed` ou `too_large`.", examples=["read"])
    reason: str | None = Field(description="Pourquoi rien n'a été lu.", examples=[None])
    text: str = Field(
        description="Lu par machine ; vide quand rien n'a été lu.",
        examples=["Je demande une autorisation de terrasse."],
    )
    confidence: int | None = Field(
        description="Moyenne, sur 100, de ce que la machine dit de ses mots ; `null` pour le texte que le PDF porte lui-même.",
        examples=[91],
    )
    pages: int | None = Field(description="Pages de la pièce, quand elles ont été comptées.", examples=[2])
    read_at: datetime | None = Field(description="Fin de la lecture.", examples=["2026-03-02T09:00:12Z"])

    @classmethod
    def of(cls, piece_id: UUID, read: MachineText) -> Self:
        return cls(
            attachment_id=piece_id,
            state=read.state,
            reason=read.reason,
            text=read.text or "",
            confidence=read.confidence,
            pages=read.pages,
            read_at=read.read_at,
        )


class MessageOut(BaseModel):
    """Un message reçu, envoyé, ou une note interne."""

    id: MessageId
    ticket_id: TicketId
    direction: Direction = Field(description="`in` reçu, `out` envoyé, `note` interne.", examples=["in"])
    author_kind: AuthorKind = Field(examples=["citizen"])
    author_name: str = Field(examples=["Usager Exemple"])
    author_address: str | None = Field(examples=["usager@example.org"])
    contact_point_id: PointId | None
    recipients: list[dict[str, Any]] = Field(
        description="Destinataires annoncés.", examples=[[{"kind": "email", "address": "contact@example.fr"}]]
    )
    subject: str = Field(examples=["Éclairage en panne"])
    text: str = Field(description="Tout le texte visible.", examples=["Le lampadaire de la place est éteint."])
    text_new: str | None = Field(
        description="La part au-dessus de l'historique cité ; `null` quand tout est nouveau.", examples=[None]
    )
    has_html: bool = Field(description="Une version HTML est gardée dans l'original.", examples=[False])
    attachments: list[PieceOut]
    fields: dict[str, Any] = Field(description="Ce que le canal dit de plus.", examples=[{"placed_by": "new"}])
    geo: dict[str, Any] | None = Field(description="Lieu, WGS 84.", examples=[None])
    warnings: list[str] = Field(description="Ce qu'un agent doit savoir avant de s'y fier.", examples=[[]])
    automatic: bool = Field(description="Écrit par une machine.", examples=[False])
    public: bool = Field(description="Écrit en public.", examples=[False])
    external_id: str | None = Field(description="Identifiant chez le fournisseur.", examples=["<premier@example.org>"])
    claimed_at: datetime | None = Field(
        description="Instant annoncé par l'expéditeur.", examples=["2026-03-02T08:59:00Z"]
    )
    received_at: datetime = Field(description="Instant de réception, le seul qui fasse foi.")
    edited_at: datetime | None = Field(examples=[None])
    withdrawn_at: datetime | None = Field(description="Retiré par son auteur ; gardé ici.", examples=[None])

    @classmethod
    def of(cls, message: Message) -> Self:
        return cls(
            id=message.id,
            ticket_id=message.ticket_id,
            direction=message.direction,
            author_kind=message.author_kind,
            author_name=message.author_name,
            author_address=message.author_address,
            contact_point_id=message.point_id,
            recipients=[dict(party) for party in message.recipients],
            subject=message.subject,
            text=message.text,
            text_new=message.text_new,
            has_html=message.html is not None,
            attachments=[PieceOut.of(piece_id, piece) for piece_id, piece in message.pieces],
            fields=dict(message.fields),
            geo=dict(message.geo) if message.geo else None,
            warnings=list(message.warnings),
            automatic=message.automatic,
            public=message.public,
            external_id=message.external_id,
            claimed_at=message.claimed_at,
            received_at=message.received_at,
            edited_at=message.edited_at,
            withdrawn_at=message.withdrawn_at,
        )


class TicketChange(BaseModel):
    """Ce qui change ; un champ absent reste comme il est."""

    model_config = _STRICT
    subject: str | None = Field(
        default=None, min_length=1, max_length=200, examples=["Lampadaire éteint place de la Mairie"]
    )
    status: Status | None = Field(
        default=None, description="Clore est refusé tant qu'un délai légal court (`clock-running`).", examples=["open"]
    )
    team_id: TeamId | None = Field(default=None, description="`null` retire l'équipe.")
    assignee_id: UserId | None = Field(default=None, description="`null` retire l'agent.")
    confidential: bool | None = Field(
        default=None,
        description="Seuls son équipe et son agent la voient alors, partout ; il lui faut l'un ou l'autre.",
        examples=[False],
    )

    custom_fields: dict[FieldKey, CustomValue | None] | None = Field(
        default=None,
        max_length=50,
        description="Ce que ses champs contiennent, par clé ; ceux qui sont absents restent, `null` vide.",
        examples=[{"quartier": "centre"}],
    )

    @model_validator(mode="after")
    def _changes_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError(Said("donnez au moins un champ à changer", en="give at least one field to change"))
        if any(
            getattr(self, name) is None
            for name in ("subject", "status", "confidential", "custom_fields")
            if name in self.model_fields_set
        ):
            raise ValueError(
                Said(
                    "subject, status, confidential et custom_fields ne se retirent pas",
                    en="subject, status, confidential and custom_fields cannot be removed",
                )
            )
        return self

    def values(self) -> dict[str, Any]:
        """Returns the columns to change."""
        given = {name: getattr(self, name) for name in self.model_fields_set}
        if self.status is not None:
            given["status"] = self.status.value
        return given


class NewNote(BaseModel):
    """Une note interne ; elle ne quitte jamais la maison."""

    model_config = _STRICT
    text: str = Field(
        min_length=1, max_length=MAX_TEXT, examples=["Vu avec le service de la voirie : intervention demain."]
    )
    attachments: list[AttachmentId] = Field(
        default=[], max_length=10, description="Les pièces de votre brouillon de note qui y restent.", examples=[[]]
    )
