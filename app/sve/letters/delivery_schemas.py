"""What the post says of a letter, as the API reads and writes it."""

from datetime import date, datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from app.rest.public_ids import LegalEventId, LetterId
from app.sve.letters.deliveries import Told
from app.sve.letters.values import Delivered


class DeliveryNoted(BaseModel):
    """Ce qui se lit sur la preuve de dépôt et sur l'avis de réception ; ce qui est absent est effacé."""

    model_config = ConfigDict(extra="forbid")
    tracking_number: str | None = Field(
        default=None, max_length=40, description="Numéro du recommandé.", examples=["2C 123 456 7890 1"]
    )
    first_presented_on: date | None = Field(
        default=None,
        description="Première présentation : elle notifie, que le pli soit retiré ou non.",
        examples=["2026-03-05"],
    )
    signed_on: date | None = Field(
        default=None, description="Signature de l'avis ; elle ne change aucun délai.", examples=["2026-03-09"]
    )

    def told(self) -> Told:
        return Told(
            tracking=" ".join((self.tracking_number or "").split()) or None,
            first_presented_on=self.first_presented_on,
            signed_on=self.signed_on,
        )


class DeliveryOut(BaseModel):
    """Ce que la poste dit d'une lettre."""

    letter_id: LetterId
    tracking_number: str | None = Field(examples=["2C 123 456 7890 1"])
    first_presented_on: date | None = Field(examples=["2026-03-05"])
    signed_on: date | None = Field(examples=["2026-03-09"])
    slip: bool = Field(description="Un scan de l'avis est joint.", examples=[True])
    event_id: LegalEventId | None = Field(
        description="L'événement légal consigné pour la présentation ; `null` pour une lettre d'où ne court aucun délai.",
        examples=[None],
    )
    noted_at: datetime | None = Field(examples=["2026-03-10T09:00:00Z"])
    noted_by: str | None = Field(examples=["key:0198…"])
    version: int = Field(description="Celle de l'ETag ; 0 quand rien n'est noté.", examples=[1])

    @classmethod
    def of(cls, noted: Delivered) -> Self:
        return cls(
            letter_id=noted.letter_id,
            tracking_number=noted.tracking,
            first_presented_on=noted.first_presented_on,
            signed_on=noted.signed_on,
            slip=noted.slip_sha256 is not None,
            event_id=noted.event_id,
            noted_at=noted.noted_at,
            noted_by=noted.noted_by,
            version=noted.version,
        )
