"""How an answer would leave, as the API says it before anything does."""

from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel, Field

from app.channels.contract import PointKind, TemplateUse, TextUnit
from app.channels.kit.segments import SmsEncoding, measure, plainer, sms_size, unusual
from app.exchanges.composing import Planned
from app.exchanges.outgoing_schemas import NewReply
from app.rest.public_ids import ChannelId

_LOST_FORM = "la mise en forme : ce canal ne porte que du texte"
_LOST_PAGE = "la page de la lettre : ce canal n'en porte que les mots"


class NewPreview(NewReply):
    """Une réponse à montrer telle qu'elle partirait ; rien n'est gardé."""


class PartOut(BaseModel):
    """Un message tel que la personne le recevrait."""

    text: str = Field(examples=["Bonjour, l'intervention est prévue demain."])
    size: int = Field(description="Dans l'unité du canal.", examples=[1])


class PlainerOut(BaseModel):
    """Le texte récrit avec les seules lettres de l'alphabet des SMS : proposé, jamais imposé."""

    text: str = Field(examples=["Bonjour, l'intervention est prevue demain."])
    segments: int = Field(examples=[1])


class SmsOut(BaseModel):
    """Ce que le texte coûte en SMS."""

    encoding: SmsEncoding = Field(
        description="`gsm7` : 160 signes, 153 par SMS joint ; `ucs2` : 70 et 67.", examples=["gsm7"]
    )
    units: int = Field(description="Place prise, en signes de cet alphabet.", examples=[42])
    segments: int = Field(description="SMS comptés.", examples=[1])
    unusual: list[str] = Field(description="Les signes qui font quitter l'alphabet court.", examples=[["ê", "’"]])
    plainer: PlainerOut | None = Field(description="`null` quand rien n'y gagne.")

    @classmethod
    def of(cls, text: str, parts: list[str]) -> Self:
        sizes = [sms_size(part) for part in parts]
        plain = plainer(text)
        saved = sms_size(plain).segments
        total = sum(size.segments for size in sizes)
        return cls(
            encoding=sms_size(text).encoding,
            units=sum(size.units for size in sizes),
            segments=total,
            unusual=list(unusual(text)),
            plainer=PlainerOut(text=plain, segments=saved) if saved < total else None,
        )


class TemplateShown(BaseModel):
    """Le modèle approuvé dont `parts` donne le texte rempli."""

    name: str = Field(examples=["rappel_rendez_vous"])
    language: str = Field(examples=["fr"])
    parameters: list[str] = Field(examples=[["mardi 3 mars, 9 h"]])


class ReplyPreviewOut(BaseModel):
    """Comment une réponse partirait : par quel canal, en combien de messages, et ce qui s'y perdrait."""

    channel_id: ChannelId
    recipient: dict[str, Any] = Field(examples=[{"kind": "phone", "address": "+33612345678", "display_name": ""}])
    public: bool = Field(description="Le canal est public : tout le monde lira.", examples=[False])
    unit: TextUnit = Field(examples=["sms_segments"])
    limit: int | None = Field(description="Le plus que porte un message ; `null` : pas de limite.", examples=[8])
    parts: list[PartOut]
    sms: SmsOut | None = Field(description="`null` hors SMS.")
    files: bool = Field(description="Le canal porte des pièces jointes.", examples=[True])
    files_max_bytes: int | None = Field(
        description="Ce qu'elles peuvent peser ensemble ; `null` : sans limite connue.", examples=[18874368]
    )
    lost: list[str] = Field(description="Ce que la personne ne recevrait pas.", examples=[[]])
    template: TemplateShown | None = Field(description="`null` : des mots libres.", examples=[None])
    window_closes_at: datetime | None = Field(
        description="Jusqu'à quand le fournisseur laisse répondre ; `null` : sans limite.", examples=[None]
    )
    once: bool = Field(
        description="La seule réponse privée que le fournisseur permet à ce commentaire : il n'y en aura pas d'autre.",
        examples=[False],
    )

    @classmethod
    def of(cls, planned: Planned) -> Self:
        prepared, capabilities = planned.prepared, planned.capabilities
        point, draft, parts = prepared.point, prepared.draft, list(prepared.parts)
        lost = [_LOST_FORM] if draft.html and not capabilities.html else []
        lost += [_LOST_PAGE] if draft.enclosure and not capabilities.files else []
        return cls(
            channel_id=prepared.channel.id,
            recipient={"kind": point.kind, "address": point.address, "display_name": point.display_name},
            public=capabilities.public or draft.public,
            unit=capabilities.text_unit,
            limit=capabilities.text_max,
            parts=[PartOut(text=part, size=measure(part, capabilities.text_unit)) for part in parts],
            sms=SmsOut.of(draft.text, parts) if point.kind == PointKind.PHONE else None,
            files=capabilities.files and not (capabilities.public or draft.public or draft.template),
            files_max_bytes=capabilities.attachments_max_bytes,
            lost=lost,
            template=_template(draft.template),
            window_closes_at=planned.closes_at,
            once=planned.once,
        )


def _template(use: TemplateUse | None) -> TemplateShown | None:
    if use is None:
        return None
    return TemplateShown(name=use.name, language=use.language, parameters=list(use.parameters))
