"""What leaves, as the API reads and writes it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from app.channels.contract import Rendered, TemplateUse
from app.channels.kit.mail_status import words_of
from app.errors import Flaw, Invalid
from app.exchanges.freezing import Draft
from app.exchanges.outbox import Outbound, OutState
from app.exchanges.resolving import Decision
from app.rest.languages import Said
from app.rest.public_ids import AttachmentId, ChannelId, MessageId, OutboundId, PointId, TicketId
from app.tickets.values import Piece, Status

_STRICT = ConfigDict(extra="forbid")
_MOST_SHOWN = 200_000


class TemplateChoice(BaseModel):
    """Un modèle approuvé par le fournisseur, et ce qui remplit ses places, dans l'ordre."""

    model_config = _STRICT
    name: str = Field(min_length=1, max_length=512, examples=["rappel_rendez_vous"])
    language: str = Field(min_length=1, max_length=20, examples=["fr"])
    parameters: list[str] = Field(
        default=[], max_length=50, description="Autant que le modèle a de places.", examples=[["mardi 3 mars, 9 h"]]
    )

    def use(self) -> TemplateUse:
        return TemplateUse(name=self.name, language=self.language, parameters=tuple(self.parameters))


class NewReply(BaseModel):
    """Une réponse ; elle part par le canal du message reçu, à défaut par courriel. Un texte, ou un modèle approuvé."""

    model_config = _STRICT
    text: str | None = Field(
        default=None,
        min_length=1,
        max_length=100_000,
        description="Obligatoire sans `template`, refusé avec.",
        examples=["Bonjour, l'intervention est prévue demain."],
    )
    template: TemplateChoice | None = Field(
        default=None,
        description="Un modèle de `GET /api/v1/channels/{id}/templates` : ce qui peut encore partir quand le délai de réponse "
        "du canal est passé.",
        examples=[None],
    )
    to_contact_point_id: PointId | None = Field(
        default=None,
        description="À qui répondre, quand plusieurs personnes ont écrit ici (obligatoire alors), ou une autre adresse de "
        "la même personne ; absent : celle d'où elle a écrit.",
    )
    expected_last_message_id: MessageId | None = Field(
        default=None,
        description="Dernier message reçu que vous avez lu : si un autre est arrivé depuis, rien ne part (409).",
    )
    status_after: Status | None = Field(
        default=Status.WAITING, description="État de la demande ensuite ; `null` : inchangé.", examples=["waiting"]
    )

    attachments: list[AttachmentId] = Field(
        default=[],
        max_length=10,
        description="Les pièces de votre brouillon qui partent avec elle ; celles qui n'y sont pas nommées s'en vont avec le "
        "brouillon. Refusées si le canal n'en porte pas.",
        examples=[[]],
    )
    public: bool = Field(
        default=False,
        description="`true` : la réponse sera lue par tous ; sans cela rien ne part en public.",
        examples=[False],
    )
    kind: Literal["reply", "information"] = Field(
        default="reply",
        description="`information` : message que la personne n'a pas demandé ; il part après les réponses et seulement "
        "aux heures d'envoi. Une réponse part à toute heure.",
        examples=["reply"],
    )

    confirm_sensitive: bool = Field(
        default=False,
        description="`true` : envoyer bien que le texte contienne un numéro de sécurité sociale, un IBAN ou une carte ; "
        "sans cela rien ne part (409 `sensitive-content`).",
        examples=[False],
    )

    def draft(self, pieces: Sequence[Piece] = ()) -> Draft:
        """Returns what is to be frozen. Raises `Invalid` when it is not words or a template, one of the two."""
        if (self.text is None) == (self.template is None):
            told = Said("donnez un texte ou un modèle, l'un des deux", en="give a text or a template, one of the two")
            raise Invalid(flaws=[Flaw("/text", "text-or-template", told)])
        if self.template is not None and self.public:
            told = Said("un modèle ne part qu'en privé", en="a template leaves in private only")
            raise Invalid(flaws=[Flaw("/public", "template-is-private", told)])
        return Draft(
            text=self.text or "",
            pieces=pieces,
            template=self.template.use() if self.template else None,
            to_point_id=self.to_contact_point_id,
            status_after=self.status_after,
            public=self.public,
            purpose=self.kind,
        )


class ReportOut(BaseModel):
    """Un avis de remise : son code (RFC 3463), et ses mots pour un agent."""

    code: str = Field(examples=["5.1.1"])
    words_fr: str = Field(examples=["cette adresse n'existe pas (5.1.1)"])
    words_en: str = Field(examples=["this address does not exist (5.1.1)"])

    @classmethod
    def of(cls, code: str | None) -> Self | None:
        """Returns the words of a code, nothing where a report bore none."""
        if code is None:
            return None
        words = words_of(code)
        return cls(code=code, words_fr=words.fr, words_en=words.en)


class OutboundOut(BaseModel):
    """Un envoi à une personne, figé : ni son texte ni son adresse ne changent plus."""

    id: OutboundId
    ticket_id: TicketId
    message_id: MessageId
    channel_id: ChannelId
    purpose: str = Field(
        description="`reply`, `information`, `letter`, `code`, `forward`, `satisfaction`, `AEE`, `ARE` ou `AR`.",
        examples=["reply"],
    )
    parts_sent: int = Field(description="Parties d'un long texte déjà prises par le fournisseur.", examples=[1])
    recipient: dict[str, Any] = Field(examples=[{"kind": "email", "address": "usager@example.org", "display_name": ""}])
    state: OutState = Field(
        description="`unknown` : parti ou non, une personne doit trancher ; jamais renvoyé de lui-même.",
        examples=["accepted"],
    )
    detail: str | None = Field(description="Ce qu'en dit le fournisseur.", examples=[None])
    delayed_at: datetime | None = Field(
        description="Dernier avis de retard d'un relais : l'envoi n'est ni remis ni perdu.", examples=[None]
    )
    report: ReportOut | None = Field(
        description="Ce que dit le dernier avis de remise, quand il porte un code.", examples=[None]
    )
    digest: str = Field(description="Empreinte de ce qui est figé.", examples=["9f86d081884c7d65…"])
    attempts: int = Field(description="Essais faits.", examples=[1])
    next_attempt_at: datetime | None = Field(examples=[None])
    frozen_at: datetime
    settled_at: datetime | None = Field(examples=["2026-03-02T09:00:04Z"])
    version: int = Field(examples=[3])

    @classmethod
    def of(cls, outbound: Outbound) -> Self:
        return cls(**_columns(outbound))


class AttemptOut(BaseModel):
    """Un essai, écrit avant que rien ne parte."""

    number: int = Field(examples=[1])
    started_at: datetime
    ended_at: datetime | None = Field(
        description="`null` : interrompu, ou en cours.", examples=["2026-03-02T09:00:04Z"]
    )
    outcome: str | None = Field(examples=["ok"])
    detail: str | None = Field(examples=[None])


class PreviewOut(BaseModel):
    """Ce qui part chez le fournisseur."""

    content_type: str = Field(examples=["application/json"])
    body: str = Field(examples=['{"text": "Bonjour, l\'intervention est prévue demain."}'])

    @classmethod
    def of(cls, rendered: Rendered) -> Self:
        # Its address stays here: some providers want a secret in it.
        shown = rendered.body[:_MOST_SHOWN].decode("utf-8", "replace")
        return cls(content_type=rendered.content_type, body=shown)


class OutboundDetail(OutboundOut):
    """Un envoi, ses essais et ce qui est parti."""

    tries: list[AttemptOut]
    preview: PreviewOut | None = Field(description="`null` quand le canal ne sait plus l'écrire.")

    @classmethod
    def in_full(cls, outbound: Outbound, *, tries: Sequence[dict[str, Any]], rendered: Rendered | None) -> Self:
        return cls(
            **_columns(outbound),
            tries=[AttemptOut.model_validate(one) for one in tries],
            preview=PreviewOut.of(rendered) if rendered else None,
        )


class NewResolution(BaseModel):
    """Ce qu'une personne a établi d'un envoi en doute ou en échec."""

    model_config = _STRICT
    decision: Decision = Field(
        description="`resend` le renvoie, `mark_sent` le tient pour parti, `abandon` y renonce ; `undo` reprend la décision "
        "d'avant tant que rien n'en a suivi.",
        examples=["resend"],
    )
    reason: str = Field(
        min_length=3,
        max_length=2000,
        description="Pourquoi ; gardé au journal.",
        examples=["La personne n'a rien reçu."],
    )


def _columns(outbound: Outbound) -> dict[str, Any]:
    shown = {"kind", "address", "display_name"}
    return {
        **{name: getattr(outbound, name) for name in OutboundOut.model_fields if name not in {"recipient", "report"}},
        "report": ReportOut.of(outbound.report_code),
        "recipient": {name: value for name, value in outbound.recipient.items() if name in shown},
    }
