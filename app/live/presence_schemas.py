"""Who is where, as the API writes and reads it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.live.presence import Doing, Present
from app.rest.public_ids import TicketId

_DOING = "`viewing` : l'a sous les yeux ; `writing` : y écrit, ce qui prévient les autres et n'interdit rien."


class PresenceSaid(BaseModel):
    """Ce que vous faites de la demande."""

    model_config = ConfigDict(extra="forbid")
    doing: Doing = Field(description=_DOING, examples=["writing"])


class PresentOut(BaseModel):
    """Quelqu'un sur une demande."""

    who: str = Field(examples=["agent:01981f0e-7c1b-7e3a-9d52-6a1f3c0b8e11"])
    name: str = Field(examples=["Camille Exemple"])
    doing: Doing = Field(description=_DOING, examples=["writing"])
    since_at: datetime = Field(description="Depuis quand c'est ce qui y est fait.")
    until_at: datetime = Field(description="Jusqu'à quand, sauf à le redire : deux minutes après la dernière fois.")

    @classmethod
    def of(cls, one: Present, *, at: datetime) -> Self:
        if one.writes(at) and one.writing_since_at and one.writing_until_at:
            since, until, doing = one.writing_since_at, one.writing_until_at, Doing.WRITING
        else:
            since, until, doing = one.since_at, one.until_at, Doing.VIEWING
        return cls(who=one.who, name=one.name, doing=doing, since_at=since, until_at=until)


class PresenceOut(BaseModel):
    """Qui est sur une demande : qui écrit d'abord, puis qui est venu le premier."""

    ticket_id: TicketId
    present: list[PresentOut]

    @classmethod
    def of(cls, ticket_id: UUID, present: Sequence[Present], *, at: datetime) -> Self:
        return cls(ticket_id=ticket_id, present=[PresentOut.of(one, at=at) for one in present])


class PresencePage(BaseModel):
    """Qui est sur chacune des demandes nommées, ou de toutes, sans celles que vous ne voyez pas."""

    data: list[PresenceOut]
    complete: bool = Field(
        description="Faux si quelqu'un est aussi sur des demandes laissées de côté (`everywhere`) : nommez celles qui vous importent.",
        examples=[True],
    )
    next_cursor: str | None = Field(description="Toujours `null` : la liste est donnée entière.", examples=[None])
