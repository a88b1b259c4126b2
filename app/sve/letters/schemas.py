"""Letters and letterheads as the API reads and writes them."""

from datetime import date, datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field

from app.rest.public_ids import LegalEventId, LetterheadId, LetterId, OutboundId, PointId, SaisineId, TicketId
from app.sve.letters.forms import ITEM_MAX, ITEMS_MAX, LINE_MAX, TEXT_MAX
from app.sve.letters.ground import Fields, Ground, Sense
from app.sve.letters.letterheads import Wording
from app.sve.letters.parts import Composed, Missing
from app.sve.letters.plaintext import brief, whole
from app.sve.letters.required import PLACES
from app.sve.letters.values import Edition, Kind, Letter, Letterhead, Way

_STRICT = ConfigDict(extra="forbid")
Line = Annotated[str, Field(max_length=LINE_MAX)]
Text = Annotated[str, Field(max_length=TEXT_MAX)]
Piece = Annotated[str, Field(min_length=1, max_length=ITEM_MAX)]


class LetterFields(BaseModel):
    """Ce que seule une personne sait. Chaque genre de lettre en prend quelques-uns ; un autre est refusé."""

    model_config = _STRICT
    pieces: list[Piece] = Field(
        default=[], max_length=ITEMS_MAX, description="Pièces manquantes.", examples=[["Plan de situation"]]
    )
    deadline_on: date | None = Field(
        default=None, description="Dernier jour pour produire, ou pour répondre.", examples=["2026-03-31"]
    )
    legal_basis: Line = Field(default="", description="Textes qui exigent les pièces.", examples=[""])
    recipient: Line = Field(default="", description="Autorité compétente.", examples=[""])
    recipient_address: Text = Field(default="", examples=[""])
    received_on: date | None = Field(
        default=None, description="Jour où l'autorité a reçu la demande, s'il est connu.", examples=[None]
    )
    channel: Line = Field(default="", description="Le canal valable.", examples=[""])
    channel_address: Line = Field(default="", description="Son adresse.", examples=[""])
    sense: Sense | None = Field(default=None, description="Sens de la décision.", examples=[None])
    decision: Text = Field(default="", description="Ce qui est décidé.", examples=[""])
    reasons: Text = Field(default="", description="Motifs de droit et de fait (CRPA L211-5).", examples=[""])
    signed_on: date | None = Field(default=None, description="Jour de signature ; absent : ce jour.", examples=[None])
    object: Line = Field(default="", description="Objet de la demande, en vos mots.", examples=[""])
    heard_on: date | None = Field(
        default=None, description="Jour de la lettre qui invitait à des observations.", examples=[None]
    )
    mandatory_appeal: Line = Field(
        default="", description="Autorité du recours préalable obligatoire (CRPA L412-3).", examples=[""]
    )
    mandatory_appeal_delay: Line = Field(default="", description="Son délai, en toutes lettres.", examples=[""])
    agent_name: Line = Field(
        default="", description="Agent chargé du dossier (CRPA L111-2) ; absent : le signataire.", examples=[""]
    )
    agent_title: Line = Field(default="", description="Sa qualité.", examples=[""])
    addressee: Line = Field(default="", description="Nom à qui écrire ; absent : celui de la personne.", examples=[""])
    addressee_address: Text = Field(
        default="", description="Adresse postale ; obligatoire par la poste.", examples=[""]
    )
    note: Text = Field(default="", description="Un mot de plus.", examples=[""])

    def fields(self) -> Fields:
        """Returns what the letter is composed from."""
        return Fields(**{**self.model_dump(), "pieces": tuple(self.pieces)})


class LetterAsked(BaseModel):
    """Une lettre à composer."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {"kind": "pieces", "fields": {"pieces": ["Plan de situation"], "deadline_on": "2026-03-31"}}
        },
    )
    kind: Kind = Field(description="Genre de lettre.", examples=["pieces"])
    fields: LetterFields = Field(default_factory=LetterFields)


class NewLetter(LetterAsked):
    """Une lettre à envoyer."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "example": {
                "kind": "pieces",
                "way": "channel",
                "fields": {"pieces": ["Plan de situation"], "deadline_on": "2026-03-31"},
            }
        },
    )
    way: Way = Field(
        default=Way.CHANNEL,
        description="`channel` par le canal de la personne, `post` par la poste, `counter` au guichet.",
        examples=["channel"],
    )
    to_contact_point_id: PointId | None = Field(
        default=None, description="Une autre adresse de la même personne ; absent : celle d'où elle a écrit."
    )


class MentionOut(BaseModel):
    """Une mention obligatoire que la lettre porte."""

    mention: str = Field(examples=["date_reception"])
    name: str = Field(examples=["date de réception"])


class MissingOut(MentionOut):
    """Une mention obligatoire qui manque."""

    article: str = Field(examples=["CRPA R112-11-1"])
    because: str = Field(description="Ce qu'il faut donner.", examples=["qualifiez d'abord la demande"])
    where: str = Field(
        description="Où : un pointeur JSON dans la demande, ou la page de l'administration.", examples=["qualification"]
    )

    @classmethod
    def of(cls, missing: Missing) -> Self:
        return cls(
            mention=missing.mention.value,
            name=PLACES[missing.mention].name,
            article=missing.article,
            because=missing.because,
            where=missing.where,
        )


class LetterPreviewOut(BaseModel):
    """Une lettre telle qu'elle partirait maintenant ; rien n'est enregistré."""

    kind: Kind = Field(examples=["are"])
    title: str = Field(examples=["Accusé de réception électronique de votre demande"])
    text: str = Field(description="Texte entier.", examples=["Accusé de réception électronique de votre demande\n\n…"])
    short_text: str = Field(
        description="Le même en peu de mots, pour un canal qui porte peu.", examples=["Commune de Villebourg : …"]
    )
    mentions: list[MentionOut] = Field(description="Mentions obligatoires portées.")
    missing: list[MissingOut] = Field(description="Mentions qui manquent ; tant qu'il en reste, rien ne part.")

    @classmethod
    def of(cls, kind: Kind, composed: Composed, ground: Ground) -> Self:
        return cls(
            kind=kind,
            title=composed.title,
            text=whole(composed, ground),
            short_text=brief(composed, ground),
            mentions=[MentionOut(mention=one.value, name=PLACES[one].name) for one in composed.mentions],
            missing=[MissingOut.of(one) for one in composed.missing],
        )


class LetterOut(BaseModel):
    """Une lettre partie. Rien n'en change plus ; sa page se lit à `/pdf`."""

    id: LetterId
    saisine_id: SaisineId
    ticket_id: TicketId
    kind: Kind = Field(examples=["are"])
    title: str = Field(examples=["Accusé de réception électronique de votre demande"])
    text: str = Field(description="Texte parti.", examples=["Accusé de réception électronique de votre demande\n\n…"])
    fields: dict[str, Any] = Field(description="Ce qui fut donné.", examples=[{"deadline_on": "2026-03-31"}])
    mentions: list[str] = Field(description="Mentions obligatoires portées.", examples=[["date_reception"]])
    template: str = Field(description="Modèle et son édition.", examples=["are/1"])
    rules_version: str = Field(description="Textes consolidés lus.", examples=["CRPA 2026-08-20"])
    letterhead_id: LetterheadId | None = Field(description="Papier à en-tête d'alors.")
    pdf_sha256: str = Field(description="Empreinte de la page.", examples=["9f86d081884c7d65…"])
    way: Way = Field(examples=["channel"])
    outbound_id: OutboundId | None = Field(description="L'envoi, par un canal.")
    event_id: LegalEventId | None = Field(
        description="L'événement légal qu'elle est ; un accusé n'en est un qu'une fois parti."
    )
    composed_at: datetime
    composed_by: str = Field(examples=["key:0198…"])

    @classmethod
    def of(cls, letter: Letter) -> Self:
        return cls(**{name: getattr(letter, name) for name in cls.model_fields})


class NewLetterhead(BaseModel):
    """Ce que l'administration met sur ses lettres ; une édition remplace la précédente, que ses lettres gardent."""

    model_config = _STRICT
    place: str = Field(min_length=1, max_length=100, description="Lieu d'où l'on écrit.", examples=["Villebourg"])
    signatory_name: Line = Field(description="Signataire.", examples=["Camille Exemple"])
    signatory_title: Line = Field(description="Sa qualité.", examples=["Responsable de l'accueil"])
    court: Line = Field(description="Tribunal compétent.", examples=["Tribunal administratif de Villebourg"])
    court_address: Text = Field(examples=["2 rue du Palais, 00000 Villebourg"])
    footer: Line = Field(default="", description="Pied de page.", examples=["Commune de Villebourg"])
    keep_logo: bool = Field(default=True, description="Garder le logo de l'édition d'avant.", examples=[True])

    def wording(self) -> Wording:
        return Wording(**{name: value for name, value in self.model_dump().items() if name != "keep_logo"})


class LetterheadOut(BaseModel):
    """Un papier à en-tête, dans une de ses éditions."""

    id: LetterheadId
    place: str = Field(examples=["Villebourg"])
    signatory_name: str = Field(examples=["Camille Exemple"])
    signatory_title: str = Field(examples=["Responsable de l'accueil"])
    court: str = Field(examples=["Tribunal administratif de Villebourg"])
    court_address: str = Field(examples=["2 rue du Palais, 00000 Villebourg"])
    footer: str = Field(examples=["Commune de Villebourg"])
    logo_sha256: str | None = Field(examples=[None])
    logo_type: str | None = Field(examples=[None])
    created_at: datetime
    created_by: str = Field(examples=["key:0198…"])

    @classmethod
    def of(cls, head: Letterhead) -> Self:
        return cls(**{name: getattr(head, name) for name in cls.model_fields})


class LetterheadEditionOut(LetterheadOut):
    """Une édition du papier à en-tête, et ce qu'elle change de la précédente."""

    changed: list[str] | None = Field(
        description="Ce qui diffère de l'édition précédente, par le nom du champ ; `null` pour la première.",
        examples=[["signatory_name", "logo_sha256"]],
    )

    @classmethod
    def told(cls, edition: Edition) -> Self:
        head = LetterheadOut.of(edition.head)
        return cls(**head.model_dump(), changed=None if edition.changed is None else list(edition.changed))
