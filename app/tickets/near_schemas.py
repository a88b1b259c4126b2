"""What is near a ticket, as the API tells it."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, Field

from app.rest.public_ids import TicketId
from app.tickets.nearness import Near
from app.tickets.values import Status


class NearOut(BaseModel):
    """Une demande ouverte, près de celle-ci."""

    ticket_id: TicketId
    reference: str = Field(description="Sa référence.", examples=["26-000123-K"])
    subject: str = Field(description="Son objet.", examples=["Nid-de-poule"])
    status: Status = Field(description="Où elle en est.", examples=["open"])
    received_at: datetime = Field(description="Sa réception.")
    distance_m: int = Field(description="Distance, en mètres.", examples=[12])
    reports: int = Field(description="Messages qui la situent là, « moi aussi » compris.", examples=[2])
    same_matter: bool = Field(description="Venue par le même formulaire, ou de la même rubrique.", examples=[True])

    @classmethod
    def of(cls, near: Near) -> Self:
        return cls(
            ticket_id=near.ticket_id,
            reference=near.reference,
            subject=near.subject,
            status=near.status,
            received_at=near.received_at,
            distance_m=round(near.metres),
            reports=near.reports,
            same_matter=near.same_matter,
        )
