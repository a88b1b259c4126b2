"""People and their addresses, as the API writes them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self

from pydantic import BaseModel, Field

from app.contacts.repository import Contact, Point
from app.rest.public_ids import ContactId, PointId


class ContactOut(BaseModel):
    """Une personne."""

    id: ContactId
    display_name: str = Field(examples=["Usager Exemple"])
    created_at: datetime
    version: int = Field(description="Celle de l'ETag.", examples=[1])

    @classmethod
    def of(cls, contact: Contact) -> Self:
        return cls(**{name: getattr(contact, name) for name in ContactOut.model_fields})


class PointOut(BaseModel):
    """Une adresse d'où la personne a écrit."""

    id: PointId
    kind: str = Field(examples=["email"])
    address: str = Field(examples=["usager@example.org"])
    display_name: str = Field(examples=["Usager Exemple"])
    opted_out_at: datetime | None = Field(
        description="Refuse les messages automatiques ; ce qu'elle envoie est toujours reçu.", examples=[None]
    )
    verified_at: datetime | None = Field(examples=[None])

    @classmethod
    def of(cls, point: Point) -> Self:
        return cls(**{name: getattr(point, name) for name in cls.model_fields})


class ContactDetail(ContactOut):
    """Une personne et ses adresses."""

    points: list[PointOut]

    @classmethod
    def in_full(cls, contact: Contact, points: Sequence[Point]) -> Self:
        own = {name: getattr(contact, name) for name in ContactOut.model_fields}
        return cls(**own, points=[PointOut.of(point) for point in points])
