"""Tags as the API writes and reads them."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from app.rest.public_ids import TagId
from app.tickets.tag_values import Color, Tag, TagMark

_STRICT = ConfigDict(extra="forbid")
_NAME = "Éclairage public"
_COLOR = "Jeton de couleur du thème ; l'écran choisit la nuance et son contraste."


class TagBrief(BaseModel):
    """Une étiquette, telle qu'une demande la porte."""

    id: TagId
    name: str = Field(examples=[_NAME])
    color: Color = Field(description=_COLOR, examples=["blue"])

    @classmethod
    def of(cls, mark: TagMark) -> Self:
        return cls(id=mark.id, name=mark.name, color=mark.color)


class TagOut(TagBrief):
    """Une étiquette de l'administration."""

    archived_at: datetime | None = Field(
        description="Depuis quand elle ne se met plus ; elle reste où elle est.", examples=[None]
    )
    created_at: datetime
    version: int = Field(examples=[1])

    @classmethod
    def made(cls, tag: Tag) -> Self:
        return cls(**{name: getattr(tag, name) for name in cls.model_fields})


class NewTag(BaseModel):
    """Une étiquette à faire."""

    model_config = _STRICT
    name: str = Field(min_length=1, max_length=50, description="Son nom.", examples=[_NAME])
    color: Color = Field(default=Color.GREY, description=_COLOR, examples=["blue"])


class TagChange(BaseModel):
    """Ce qui change d'une étiquette ; ce qui est absent reste."""

    model_config = _STRICT
    name: str | None = Field(default=None, min_length=1, max_length=50, description="Son nom.", examples=[_NAME])
    color: Color | None = Field(default=None, description=_COLOR, examples=["green"])
    archived: bool | None = Field(default=None, description="La range, ou la rouvre.", examples=[False])
