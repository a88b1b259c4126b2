"""Published facts as the API writes them."""

from datetime import datetime
from typing import Any, Self

from pydantic import BaseModel, Field

from app.ids import Prefix
from app.live.events import Event
from app.rest.public_ids import EventId, example_of

_EXAMPLE_DATA = {"ticket_id": example_of(Prefix.TICKET), "channel": "email"}


class EventOut(BaseModel):
    """Un fait : ce qui s'est passé, et les identifiants de ce qu'il touche. Jamais les mots d'une personne."""

    id: EventId
    type: str = Field(
        description="Nature du fait ; ignorez celles que vous ne connaissez pas.", examples=["ticket.created"]
    )
    occurred_at: datetime
    data: dict[str, Any] = Field(description="Identifiants et codes.", examples=[_EXAMPLE_DATA])

    @classmethod
    def of(cls, event: Event) -> Self:
        return cls(id=event.id, type=event.type, occurred_at=event.at, data=event.payload)


class EventPage(BaseModel):
    """Une page du journal des faits, dans l'ordre où ils ont été acquis."""

    data: list[EventOut]
    next_cursor: str = Field(
        description="Où reprendre, maintenant ou plus tard : toujours donné, la liste n'a pas de fin.",
        examples=["q8N3…"],
    )
