"""People, their addresses and what brings two of them together, as the API writes them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from app.contacts.repository import Contact, Point
from app.contacts.values import ClueSource, PersonMerge, Proof, Proposal, ProposalState, Reason, ReasonCode
from app.rest.public_ids import ContactId, PersonMergeId, PointId, ProposalId

STRICT = ConfigDict(extra="forbid")
_NAME = "Usager Exemple"
_ACTOR = "key:01981f0e-7c1b-7e3a-9d52-6a1f3c0b8e11"


class ContactOut(BaseModel):
    """Une personne."""

    id: ContactId
    display_name: str = Field(examples=[_NAME])
    created_at: datetime
    merged_into: ContactId | None = Field(
        description="La personne qui a repris tout ce qu'avait celle-ci ; `null` sinon.", examples=[None]
    )
    version: int = Field(description="Celle de l'ETag.", examples=[1])

    @classmethod
    def of(cls, contact: Contact) -> Self:
        return cls(**{name: getattr(contact, name) for name in ContactOut.model_fields})


class PointOut(BaseModel):
    """Une adresse de la personne, et ce qui prouve qu'elle est à elle."""

    id: PointId
    kind: str = Field(examples=["email"])
    address: str = Field(examples=["usager@example.org"])
    display_name: str = Field(examples=[_NAME])
    opted_out_at: datetime | None = Field(
        description="Refuse les messages automatiques ; ce qu'elle envoie est toujours reçu.", examples=[None]
    )
    verified_at: datetime | None = Field(
        description="Quand ce fut prouvé ; `null` : rien ne le prouve.", examples=[None]
    )
    verified_how: Proof | None = Field(
        description="`reply_token` : une réponse est venue de là à une adresse que cette boîte seule connaissait ; "
        "`provider` : celui qui porte ses messages en répond ; `agent` : un agent a vu une pièce ; `code` : la personne a rendu, dans les "
        "dix minutes, un code envoyé à cette seule adresse.",
        examples=["reply_token"],
    )

    @classmethod
    def of(cls, point: Point) -> Self:
        return cls(**{name: getattr(point, name) for name in cls.model_fields})


class ContactDetail(ContactOut):
    """Une personne et ses adresses."""

    points: list[PointOut]

    @classmethod
    def in_full(cls, contact: Contact, points: Sequence[Point]) -> Self:
        own = {name: getattr(contact, name) for name in ContactOut.model_fields}
        return cls(**own, points=[PointOut.of(point) for point in points])


class ContactRow(ContactDetail):
    """Une personne dans une liste : ce qui la distingue d'une autre du même nom."""

    tickets: int = Field(description="Ses demandes que vous pouvez voir.", examples=[3])
    open_tickets: int = Field(description="Celles qui ne sont pas closes.", examples=[1])

    @classmethod
    def shown(cls, contact: Contact, points: Sequence[Point], *, tickets: int, still_open: int) -> Self:
        own = {name: getattr(contact, name) for name in ContactOut.model_fields}
        shown = [PointOut.of(point) for point in points]
        return cls(**own, points=shown, tickets=tickets, open_tickets=still_open)


class ContactChange(BaseModel):
    """Ce qu'un agent change d'une personne."""

    model_config = STRICT
    display_name: str = Field(min_length=1, max_length=200, examples=[_NAME])


class PointRemoved(BaseModel):
    """Ce qu'est devenue une adresse retirée."""

    contact: ContactDetail
    parted_to: ContactId | None = Field(
        description="L'adresse avait écrit : elle est désormais à cette personne, avec ses demandes.", examples=[None]
    )


class ReasonOut(BaseModel):
    """Une raison de penser que deux personnes n'en font qu'une."""

    code: ReasonCode = Field(examples=["phone_given"])
    weight: int = Field(description="Poids, sur 100.", examples=[60])
    value: str = Field(description="Ce que les deux ont en commun.", examples=["+33199000001"])
    place: ClueSource | None = Field(
        description="Où ce fut lu : formulaire, signature, phrase ; `null` : nulle part.", examples=["signature"]
    )

    @classmethod
    def of(cls, reason: Reason) -> Self:
        return cls(code=reason.code, weight=reason.weight, value=reason.value, place=reason.place)


class ContactNamed(BaseModel):
    """Une personne, nommée."""

    id: ContactId
    display_name: str = Field(examples=[_NAME])


class ProposalOut(BaseModel):
    """Deux personnes qui n'en font peut-être qu'une : un agent seul en décide."""

    id: ProposalId
    contacts: list[ContactNamed]
    score: int = Field(description="Somme des poids, 100 au plus ; rien n'est proposé sous 50.", examples=[90])
    reasons: list[ReasonOut]
    state: ProposalState = Field(examples=["open"])
    at: datetime
    decided_at: datetime | None = Field(examples=[None])
    decided_by: str | None = Field(examples=[None])

    @classmethod
    def of(cls, proposal: Proposal) -> Self:
        return cls(
            id=proposal.id,
            contacts=[
                ContactNamed(id=proposal.one_id, display_name=proposal.one_name),
                ContactNamed(id=proposal.other_id, display_name=proposal.other_name),
            ],
            score=proposal.score,
            reasons=[ReasonOut.of(reason) for reason in proposal.reasons],
            state=proposal.state,
            at=proposal.at,
            decided_at=proposal.decided_at,
            decided_by=proposal.decided_by,
        )


class NewPersonMerge(BaseModel):
    """La personne à fusionner dans celle-ci."""

    model_config = STRICT
    source_id: ContactId = Field(description="Celle qui cède tout à celle-ci.")
    reason: str = Field(
        min_length=3,
        max_length=2000,
        description="Pourquoi ; gardé au journal, jamais envoyé.",
        examples=["Pièce d'identité vue au guichet."],
    )


class PersonMergeOut(BaseModel):
    """Une fusion de deux personnes : ce qui est passé de l'une à l'autre."""

    id: PersonMergeId
    source_id: ContactId = Field(description="Qui a cédé.")
    source_name: str = Field(examples=["U. Exemple"])
    target_id: ContactId = Field(description="Qui a repris.")
    target_name: str = Field(examples=[_NAME])
    points: int = Field(description="Adresses passées.", examples=[1])
    tickets: int = Field(description="Demandes passées.", examples=[2])
    reason: str = Field(examples=["Pièce d'identité vue au guichet."])
    actor: str = Field(description="Qui l'a fait.", examples=[_ACTOR])
    at: datetime
    undone_at: datetime | None = Field(description="Quand ce fut défait ; `null` sinon.", examples=[None])
    undone_by: str | None = Field(examples=[None])

    @classmethod
    def of(cls, merge: PersonMerge) -> Self:
        own = {name: getattr(merge, name) for name in cls.model_fields if name not in {"points", "tickets"}}
        return cls(**own, points=len(merge.ids("points")), tickets=len(merge.ids("tickets")))


class PersonMergedOut(BaseModel):
    """La personne gardée, et la fusion."""

    contact: ContactDetail
    merge: PersonMergeOut


class PersonPartedOut(BaseModel):
    """Les deux personnes, de nouveau séparées."""

    merge: PersonMergeOut
    target: ContactDetail
    source: ContactDetail
    stayed: int = Field(
        description="Demandes venues depuis des adresses rendues, et restées où elles sont.", examples=[0]
    )


class SideOut(BaseModel):
    """Une personne, dans l'aperçu d'une fusion."""

    contact: ContactDetail
    tickets: int = Field(description="Ses demandes.", examples=[3])
    open_tickets: int = Field(description="Celles qui ne sont pas closes.", examples=[1])

    @classmethod
    def shown(cls, contact: Contact, points: Sequence[Point], *, tickets: int, still_open: int) -> Self:
        return cls(contact=ContactDetail.in_full(contact, points), tickets=tickets, open_tickets=still_open)


class PersonMergePreview(BaseModel):
    """Ce que ferait une fusion, avant qu'elle soit faite."""

    kept: SideOut
    gone: SideOut
