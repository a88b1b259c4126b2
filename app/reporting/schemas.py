"""Calendar addresses as the API reads and writes them."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from app.identity.repository import ApiKey
from app.rest.public_ids import KeyId


class NewFeed(BaseModel):
    """Une adresse de calendrier à faire."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field(
        min_length=1, max_length=100, description="Qui la suivra, sans nom de personne.", examples=["Service urbanisme"]
    )


class FeedOut(BaseModel):
    """Une adresse de calendrier, sans son secret."""

    id: KeyId
    name: str = Field(examples=["Service urbanisme"])
    hint: str = Field(description="Les premiers signes de son secret.", examples=["parvis_3kT9d"])
    created_at: datetime
    last_used_at: datetime | None = Field(examples=[None])
    revoked_at: datetime | None = Field(examples=[None])

    @classmethod
    def of(cls, key: ApiKey) -> Self:
        return cls(**{name: getattr(key, name) for name in FeedOut.model_fields})


class FeedShown(FeedOut):
    """L'adresse elle-même, pour la seule fois."""

    url: str = Field(
        description="À donner à l'agenda : elle ne sera plus montrée.",
        examples=["https://parvis.example.fr/api/v1/sve/calendar.ics?key=parvis_3kT9dQ…"],
    )

    @classmethod
    def once(cls, key: ApiKey, *, url: str) -> Self:
        return cls(**FeedOut.of(key).model_dump(mode="python"), url=url)
