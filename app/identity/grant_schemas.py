"""An operator's access, as the API shows it and as administrators answer it."""

from datetime import datetime
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from app.identity.grants import Grant, GrantRights, GrantState
from app.rest.public_ids import GrantId


class GrantOut(BaseModel):
    """Ce qu'une personne de l'exploitant a demandé à voir, et ce qu'il en est."""

    id: GrantId
    operator: str = Field(description="Qui, de l'exploitant.", examples=["Sacha Exemple"])
    second: str | None = Field(
        description="L'autre exploitant qui répond d'un accès sans accord ; nul d'ordinaire.", examples=["Lou Exemple"]
    )
    reason: str = Field(examples=["Des accusés ne partent plus"])
    rights: GrantRights = Field(description="Ce qu'il pourra faire.", examples=["read"])
    wants_confidential: bool = Field(description="Demande aussi à voir des demandes confidentielles.", examples=[False])
    hours: int = Field(examples=[4])
    state: GrantState = Field(examples=["pending"])
    open: bool = Field(description="Vrai tant qu'il peut entrer.", examples=[False])
    requested_at: datetime = Field(examples=["2026-03-02T09:00:00Z"])
    answer_by: datetime = Field(description="Sans réponse, la demande tombe alors.", examples=["2026-03-09T09:00:00Z"])
    decided_by: str | None = Field(examples=["Camille Exemple"])
    until: datetime | None = Field(description="Il se ferme de lui-même alors.", examples=["2026-03-02T13:00:00Z"])
    ended_at: datetime | None = Field(examples=["2026-03-02T10:00:00Z"])
    version: int = Field(description="À donner en If-Match pour répondre.", examples=[1])

    @classmethod
    def of(cls, grant: Grant, *, now: datetime) -> Self:
        return cls(
            id=grant.id,
            operator=grant.operator_name,
            second=grant.second_name,
            reason=grant.reason,
            rights=grant.rights,
            wants_confidential=grant.wants_confidential,
            hours=grant.hours,
            state=grant.state,
            open=grant.open_at(now),
            requested_at=grant.requested_at,
            answer_by=grant.answer_by,
            decided_by=grant.decided_by_name,
            until=grant.until,
            ended_at=grant.ended_at,
            version=grant.version,
        )


class GrantAnswer(BaseModel):
    """La réponse d'un administrateur."""

    model_config = ConfigDict(extra="forbid")
    answer: Literal["approved", "refused", "ended"] = Field(
        description="Donner l'accès, le refuser, ou fermer celui qui est ouvert.", examples=["approved"]
    )
