"""A conversation as it is read: the same lines for both sides, over a stream or not."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, Self

from pydantic import BaseModel, Field

from app.chat.values import Conversation, Line, LineKind, NoticeCode
from app.rest.public_ids import ConversationId


class LineOut(BaseModel):
    """Une ligne d'une discussion ; `seq` la numérote, sans trou."""

    seq: int = Field(description="Numéro de la ligne dans la discussion.", examples=[3])
    kind: LineKind = Field(
        description="`visitor` l'usager, `agent`, `automatic` un accusé, `notice` ce qui arrive à la discussion.",
        examples=["visitor"],
    )
    notice: NoticeCode | None = Field(description="Ce qui est arrivé, pour une ligne `notice`.", examples=[None])
    author: str = Field(description="Nom de l'agent ; vide pour les autres.", examples=[""])
    text: str = Field(description="Les mots ; vides s'ils ont été effacés.", examples=["Bonjour"])
    at: datetime = Field(description="Instant de réception, ou d'envoi.", examples=["2026-03-02T09:00:00Z"])

    @classmethod
    def of(cls, line: Line) -> Self:
        return cls(**{name: getattr(line, name) for name in cls.model_fields})


class StateOut(BaseModel):
    """Où en est la discussion, pour un agent."""

    here: bool = Field(description="La page de l'usager est ouverte.", examples=[True])
    open: bool = Field(description="`false` : terminée ; un nouveau message de l'usager la rouvre.", examples=[True])
    read_seq: int = Field(description="Dernière ligne lue par l'usager.", examples=[3])
    email: str | None = Field(
        description="Adresse que l'usager a laissée, non vérifiée : on y répond quand il est parti.",
        examples=["usager@example.org"],
    )

    @classmethod
    def of(cls, conversation: Conversation, *, now: datetime) -> Self:
        return cls(
            here=conversation.here(now),
            open=conversation.closed_at is None,
            read_seq=conversation.read_seq,
            email=conversation.email,
        )


class VisitorStateOut(BaseModel):
    """Où en est la discussion, pour l'usager : rien de l'agent ni d'un autre usager."""

    open: bool = Field(examples=[True])
    live: bool = Field(examples=[True])


class TypingOut(BaseModel):
    """Quelqu'un écrit ; n'est gardé nulle part."""

    side: Literal["visitor", "agent"] = Field(examples=["visitor"])


class ConversationOut(BaseModel):
    """La discussion en direct d'une demande ; `id` est `null` quand il n'y en a pas eu."""

    id: ConversationId | None
    state: StateOut | None = Field(description="`null` sans discussion.")
    lines: list[LineOut] = Field(description="Les lignes, dans l'ordre ; les 500 premières après `after`.")

    @classmethod
    def of(cls, conversation: Conversation | None, lines: Sequence[Line], *, now: datetime) -> Self:
        if conversation is None:
            return cls(id=None, state=None, lines=[])
        return cls(
            id=conversation.id,
            state=StateOut.of(conversation, now=now),
            lines=[LineOut.of(line) for line in lines],
        )
