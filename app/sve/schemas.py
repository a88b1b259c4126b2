"""The legal face as the API writes it, and the ticket it belongs to."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, Field

from app.rest.public_ids import ChannelId, ContactId, LegalEventId, PointId, SaisineId, TeamId, TicketId, UserId
from app.sve.cases import OURS
from app.sve.law.regime import Regime
from app.sve.law.risk import Risk
from app.sve.values import LegalEvent, Saisine
from app.tickets.field_schemas import CustomValue
from app.tickets.snooze_schemas import SnoozeOut
from app.tickets.tag_schemas import TagBrief
from app.tickets.values import Status, Ticket

_RISK = "Ce que le silence ferait : `born` a décidé, `critical` et `near` va décider, `unqualified` pourrait accorder."
_ALERT = "Date la plus proche à laquelle le silence pourrait décider."


class ContactBrief(BaseModel):
    """La personne."""

    id: ContactId
    display_name: str | None = Field(examples=["Usager Exemple"])


class SaisineBrief(BaseModel):
    """Une saisine de la demande, en bref."""

    id: SaisineId
    regime: Regime = Field(description="Effet du silence ; `UNKNOWN` : personne ne l'a qualifié.", examples=["UNKNOWN"])
    risk: Risk = Field(description=_RISK, examples=["unqualified"])
    term_on: date | None = Field(description="Dernier jour avant que le silence décide.", examples=["2026-05-02"])
    alert_on: date | None = Field(description=_ALERT, examples=["2026-05-02"])
    procedure: str | None = Field(
        description="Code de la démarche ; `null` tant que personne ne l'a dite.", examples=["URB-DP"]
    )

    @classmethod
    def of(cls, saisine: Saisine) -> Self:
        return cls(
            id=saisine.id,
            procedure=saisine.procedure,
            regime=saisine.regime,
            risk=saisine.risk,
            term_on=saisine.term_on,
            alert_on=saisine.alert_on,
        )


class TicketOut(BaseModel):
    """Une demande, quel que soit le canal."""

    id: TicketId
    reference: str = Field(description="Référence pour les personnes ; jamais une preuve.", examples=["26-000123-K"])
    subject: str = Field(examples=["Éclairage en panne"])
    status: Status = Field(examples=["new"])
    channel: str = Field(description="Type du canal d'arrivée.", examples=["email"])
    channel_id: ChannelId
    contact: ContactBrief | None
    contact_point_id: PointId | None
    team_id: TeamId | None
    assignee_id: UserId | None
    confidential: bool = Field(description="Son équipe et son agent seuls la voient.", examples=[False])
    snooze: SnoozeOut | None = Field(description="Mise de côté ; `null` quand elle est dans la liste.")
    received_at: datetime
    last_activity_at: datetime
    risk: Risk = Field(description=_RISK, examples=["unqualified"])
    term_on: date | None = Field(description="Dernier jour avant que le silence décide.", examples=["2026-05-02"])
    alert_on: date | None = Field(description=_ALERT, examples=["2026-05-02"])
    merged_into: TicketId | None = Field(
        description="La demande qui a tout repris de celle-ci ; `null` quand elle vit de sa propre vie."
    )
    saisines: list[SaisineBrief]
    tags: list[TagBrief] = Field(description="Ses étiquettes, par nom.")
    custom_fields: dict[str, CustomValue] = Field(
        description="Ce que ses champs contiennent, par clé ; une liste laisse de côté les textes longs.",
        examples=[{"quartier": "centre"}],
    )
    version: int = Field(description="Celle de l'ETag.", examples=[3])

    @classmethod
    def of(cls, ticket: Ticket, saisines: Sequence[Saisine]) -> Self:
        contact = ContactBrief(id=ticket.contact_id, display_name=ticket.contact_name) if ticket.contact_id else None
        return cls(
            id=ticket.id,
            reference=ticket.reference,
            subject=ticket.subject,
            status=ticket.status,
            channel=ticket.channel_type,
            channel_id=ticket.channel_id,
            contact=contact,
            contact_point_id=ticket.point_id,
            team_id=ticket.team_id,
            assignee_id=ticket.assignee_id,
            confidential=ticket.confidential_at is not None,
            snooze=SnoozeOut.of(ticket),
            received_at=ticket.received_at,
            last_activity_at=ticket.last_activity_at,
            risk=Risk(ticket.risk),
            term_on=ticket.term_on,
            alert_on=ticket.alert_on,
            merged_into=ticket.merged_into,
            saisines=[SaisineBrief.of(saisine) for saisine in saisines if saisine.ticket_id == ticket.id],
            tags=[TagBrief.of(mark) for mark in ticket.tags],
            custom_fields={mark.key: mark.shown for mark in ticket.fields},
            version=ticket.version,
        )


class MarkOut(BaseModel):
    """Une remarque de la loi sur un événement consigné."""

    code: str = Field(examples=["pieces_asked_too_late"])
    source: str = Field(description="L'article.", examples=["C. urb. R*423-22, R*423-41"])
    because: str = Field(examples=["pièces demandées après le 2 avril 2026 : le dossier est réputé complet."])


class LegalEventOut(BaseModel):
    """Un événement que la loi prend en compte, dans le vocabulaire des simulations."""

    id: LegalEventId
    saisine_id: SaisineId
    type: str = Field(examples=["pieces_requested"])
    at: datetime
    payload: dict[str, Any] = Field(
        description="L'événement tel que consigné.",
        examples=[{"type": "pieces_requested", "at": "2026-03-10T09:00:00Z"}],
    )
    actor: str = Field(description="Qui l'a consigné.", examples=["system"])
    recorded_at: datetime
    key: str | None = Field(description="Le nom que lui donne qui l'a consigné.", examples=[None])
    backdated: bool = Field(description="Consigné un autre jour, plus tard.", examples=[False])
    annulled_by: LegalEventId | None = Field(
        description="L'événement qui le dit consigné à tort ; la lecture l'ignore alors.", examples=[None]
    )
    annullable: bool = Field(
        description="Un événement `corrected` peut l'annuler, si rien ne repose sur lui.", examples=[True]
    )
    marks: list[MarkOut] = Field(description="Ce que la loi en dit, quand elle le prive d'effet ou l'encadre.")

    @classmethod
    def of(cls, event: LegalEvent, *, saisine_id: UUID) -> Self:
        marks = event.payload.get("marks", ())
        return cls(
            id=event.id,
            saisine_id=saisine_id,
            type=event.type,
            at=event.at,
            payload={name: value for name, value in event.payload.items() if name != "marks"},
            actor=event.actor,
            recorded_at=event.recorded_at,
            key=event.key,
            backdated=event.backdated,
            annulled_by=event.annulled_by,
            annullable=event.annulled_by is None and event.type not in OURS,
            marks=[MarkOut.model_validate(mark) for mark in marks],
        )
