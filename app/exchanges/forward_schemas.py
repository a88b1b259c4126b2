"""Reports handed over to a partner, as the API reads and writes them."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from app.exchanges.forwarding import Handing
from app.exchanges.forwards import Forward
from app.exchanges.outbox import OutState
from app.rest.public_ids import AttachmentId, ChannelId, OutboundId


class NewForward(BaseModel):
    """Un signalement à transmettre."""

    model_config = ConfigDict(extra="forbid")
    channel_id: ChannelId = Field(description="Le canal Open311 qui parle au serveur du partenaire.")
    text: str = Field(
        min_length=1,
        max_length=3900,
        description="Vos mots, sans nom ni rien qui désigne une personne.",
        examples=["Lampadaire éteint devant l'école, allumage à revoir."],
    )
    service_code: str | None = Field(
        default=None,
        max_length=100,
        description="La rubrique ; par défaut celle du signalement, traduite par le réglage du canal.",
        examples=["LAMP"],
    )
    address: str | None = Field(
        default=None, max_length=255, description="L'adresse, si le lieu ne suffit pas.", examples=["3 rue du Four"]
    )
    photos: list[AttachmentId] = Field(
        default=[],
        max_length=5,
        description="Photos à joindre ; ce que l'appareil y a écrit en est ôté.",
        examples=[[]],
    )

    def handing(self) -> Handing:
        return Handing(
            channel_id=self.channel_id,
            text=self.text,
            service_code=self.service_code,
            address=self.address,
            photos=self.photos,
        )


class ForwardOut(BaseModel):
    """Un signalement transmis, et ce que le partenaire en dit."""

    outbound_id: OutboundId
    channel_id: ChannelId
    partner: str = Field(description="Le nom du canal.", examples=["Métropole"])
    state: OutState = Field(description="Où en est l'envoi.", examples=["accepted"])
    service_code: str = Field(description="La rubrique, dans nos mots.", examples=["LAMP"])
    number: str | None = Field(
        description="Son numéro chez le partenaire ; `token:…` tant qu'il n'a donné qu'un jeton.", examples=["SR-1042"]
    )
    status: str | None = Field(description="Son état, dans les mots du partenaire.", examples=["open"])
    notes: str | None = Field(description="Ce que le partenaire en dit.", examples=["Équipe prévue mardi."])
    told_at: datetime | None = Field(description="De quand date cet état.", examples=["2026-03-03T09:00:00Z"])
    made_at: datetime = Field(description="Quand il fut transmis.", examples=["2026-03-02T09:00:00Z"])
    made_by: str = Field(description="Par qui.", examples=["key:01981f0e-7c1b-7e3a-9d52-6a1f3c0b8e11"])

    @classmethod
    def of(cls, forward: Forward) -> Self:
        return cls(
            outbound_id=forward.outbound_id,
            channel_id=forward.channel_id,
            partner=forward.partner,
            state=forward.state,
            service_code=forward.service_code,
            number=forward.number,
            status=forward.status,
            notes=forward.notes,
            told_at=forward.told_at,
            made_at=forward.made_at,
            made_by=forward.made_by,
        )
