"""A code sent to prove an address, and what its answer came to; the code itself is in no answer."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, Field

from app.contacts.schemas import STRICT, ContactDetail
from app.exchanges.challenging import Sending
from app.rest.public_ids import OutboundId, PointId


class ChallengeOut(BaseModel):
    """Un code envoyé à une adresse. Le code n'est montré à personne : seule l'adresse le reçoit."""

    point_id: PointId
    outbound_id: OutboundId = Field(description="L'envoi qui le porte, masqué ; il dit s'il est parti.")
    sent_at: datetime = Field(examples=["2026-03-02T09:00:00Z"])
    expires_at: datetime = Field(description="Dix minutes plus tard.", examples=["2026-03-02T09:10:00Z"])
    left: int = Field(description="Codes que cette adresse peut encore recevoir dans les 24 heures.", examples=[2])

    @classmethod
    def of(cls, sending: Sending) -> Self:
        return cls(
            point_id=sending.challenge.point_id,
            outbound_id=sending.outbound_id,
            sent_at=sending.challenge.sent_at,
            expires_at=sending.challenge.expires_at,
            left=sending.left,
        )


class NewAnswer(BaseModel):
    """Le code que la personne a lu."""

    model_config = STRICT
    code: str = Field(
        min_length=1,
        max_length=60,
        description="Six chiffres ; les espaces et les points ne comptent pas.",
        examples=["048 213"],
    )


class AnswerOut(BaseModel):
    """Ce qu'a donné un code."""

    proven: bool = Field(
        description="`false` dit la même chose d'un code faux, trop vieux, déjà servi, essayé cinq fois ou jamais envoyé.",
        examples=[True],
    )
    contact: ContactDetail
