"""Following and notifications as the API writes and reads them."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from app.following.values import MOST_COUNTED, Follower, Notification, NotificationKind, Why, Wishes
from app.rest.public_ids import MessageId, NotificationId, TicketId, UserId

_STRICT = ConfigDict(extra="forbid")
_KIND = (
    "`assigned` elle vous est donnée, `mentioned` une note vous nomme, `answered` la personne a écrit, `noted` un collègue "
    "a noté, `status` l'état change, `woken` elle n'est plus de côté, `term` la veille avertit d'un délai."
)
_ASSIGNED = "Suivre de soi-même les demandes qui vous sont données."
_MENTIONED = "Suivre de soi-même les demandes où une note vous nomme."
_MUTED = "Ce dont vous ne voulez pas être averti."


class FollowerOut(BaseModel):
    """Quelqu'un qui suit une demande."""

    user_id: UserId
    name: str = Field(examples=["Camille Exemple"])
    why: Why = Field(
        description="`asked` l'a demandé, `assigned` elle lui fut donnée, `mentioned` une note l'a nommé.",
        examples=["asked"],
    )
    since_at: datetime
    mine: bool = Field(description="C'est vous.", examples=[True])

    @classmethod
    def of(cls, follower: Follower, *, reader: object) -> Self:
        own = {name: getattr(follower, name) for name in cls.model_fields if name != "mine"}
        return cls(**own, mine=follower.user_id == reader)


class NotificationOut(BaseModel):
    """Un fait dont vous êtes averti ; vous seul le lisez."""

    id: NotificationId
    kind: NotificationKind = Field(description=_KIND, examples=["mentioned"])
    ticket_id: TicketId
    reference: str = Field(description="Référence de la demande.", examples=["26-000123-K"])
    message_id: MessageId | None = Field(description="Le message ou la note, quand il y en a un.")
    actor: str = Field(description="Qui l'a fait.", examples=["agent:01981f0e-7c1b-7e3a-9d52-6a1f3c0b8e11"])
    actor_name: str = Field(description="Son nom ; vide pour la maison.", examples=["Camille Exemple"])
    at: datetime
    read_at: datetime | None = Field(description="`null` tant que vous ne l'avez pas lu.", examples=[None])

    @classmethod
    def of(cls, one: Notification) -> Self:
        return cls(**{name: getattr(one, name) for name in cls.model_fields})


class UnreadCount(BaseModel):
    """Combien vous n'avez pas lu."""

    unread: int = Field(description="Jusqu'à mille.", examples=[3])
    more: bool = Field(description="Il y en a davantage.", examples=[False])

    @classmethod
    def of(cls, found: int) -> Self:
        """Shows a count that was stopped one past a thousand."""
        return cls(unread=min(found, MOST_COUNTED), more=found > MOST_COUNTED)


class NotificationsChanged(BaseModel):
    """Dans le flux des faits, à vous seul : on vient de vous avertir de quelque chose."""

    at: datetime


class WishesIn(BaseModel):
    """Ce que vous voulez suivre de vous-même, et ce dont vous ne voulez pas être averti."""

    model_config = _STRICT
    follow_assigned: bool = Field(description=_ASSIGNED, examples=[True])
    follow_mentioned: bool = Field(description=_MENTIONED, examples=[True])
    muted: list[NotificationKind] = Field(
        max_length=len(NotificationKind), description=_MUTED, examples=[["noted", "status"]]
    )


class WishesOut(BaseModel):
    """Ce que vous voulez suivre de vous-même, et ce dont vous ne voulez pas être averti."""

    follow_assigned: bool = Field(description=_ASSIGNED, examples=[True])
    follow_mentioned: bool = Field(description=_MENTIONED, examples=[True])
    muted: list[NotificationKind] = Field(description=_MUTED, examples=[["noted", "status"]])
    version: int = Field(description="Celle de l'ETag ; 0 tant que vous n'avez rien réglé.", examples=[0])

    @classmethod
    def of(cls, wishes: Wishes) -> Self:
        return cls(
            **{name: getattr(wishes, name) for name in cls.model_fields if name != "muted"}, muted=list(wishes.muted)
        )
