"""Links between requests as the API writes and reads them."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.rest.public_ids import LinkId, TicketId
from app.sensitive import masked
from app.tickets.link_values import Link, LinkKind, Relation
from app.tickets.values import Status, Ticket

_STRICT = ConfigDict(extra="forbid")


class LinkedTicket(BaseModel):
    """La demande de l'autre bout."""

    id: TicketId
    reference: str = Field(examples=["26-000124-L"])
    subject: str = Field(description="Numéros sensibles masqués.", examples=["Éclairage en panne"])
    status: Status = Field(examples=["open"])

    @classmethod
    def of(cls, ticket: Ticket) -> Self:
        return cls(id=ticket.id, reference=ticket.reference, subject=masked(ticket.subject), status=ticket.status)


class LinkOut(BaseModel):
    """Un lien, dit du côté de la demande lue."""

    id: LinkId
    relation: Relation = Field(
        description="`related` liée, `duplicate_of` doublon de l'autre, `duplicated_by` l'autre en est un doublon, `follows` suite de l'autre, `followed_by` l'autre en est la suite.",
        examples=["duplicate_of"],
    )
    ticket: LinkedTicket
    actor: str = Field(description="Qui l'a dit.", examples=["agent:01981f0e-7c1b-7e3a-9d52-6a1f3c0b8e11"])
    at: datetime

    @classmethod
    def of(cls, link: Link, *, seen_from: UUID, other: Ticket) -> Self:
        return cls(
            id=link.id,
            relation=link.relation(seen_from),
            ticket=LinkedTicket.of(other),
            actor=link.actor,
            at=link.at,
        )


class NewLink(BaseModel):
    """Un lien à faire, dit du côté de la demande de l'adresse."""

    model_config = _STRICT
    kind: LinkKind = Field(
        description="`related` liée à l'autre, `duplicate_of` doublon de l'autre, `follows` suite de l'autre.",
        examples=["related"],
    )
    ticket_id: TicketId = Field(description="L'autre demande.")
