"""Drafts as the API writes and reads them."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from app.rest.public_ids import TicketId
from app.tickets.draft_values import Draft, DraftKind

_TEXT = "Bonjour, l'intervention est prévue"
_SHARED = "`true` : les collègues qui voient la demande la lisent ; vous seul y écrivez."


class DraftWords(BaseModel):
    """Ce que vous avez écrit jusqu'ici."""

    model_config = ConfigDict(extra="forbid")
    text: str = Field(max_length=100_000, description="Le texte, tel qu'il est.", examples=[_TEXT])
    shared: bool = Field(default=False, description=_SHARED, examples=[False])


class DraftOut(BaseModel):
    """Un brouillon ; la version 0 est celui que personne n'a commencé."""

    ticket_id: TicketId
    kind: DraftKind = Field(description="`reply` : une réponse ; `note` : une note interne.", examples=["reply"])
    author: str = Field(description="Qui l'écrit.", examples=["agent:01981f0e-7c1b-7e3a-9d52-6a1f3c0b8e11"])
    mine: bool = Field(description="C'est le vôtre.", examples=[True])
    text: str = Field(examples=[_TEXT])
    shared: bool = Field(description=_SHARED, examples=[False])
    begun_at: datetime | None
    changed_at: datetime | None = Field(description="Trente jours après, il est oublié.")
    version: int = Field(examples=[3])

    @classmethod
    def of(cls, draft: Draft, *, reader: str) -> Self:
        own = {name: getattr(draft, name) for name in cls.model_fields if name != "mine"}
        return cls(**own, mine=draft.author == reader)
