"""The tables of automations: rules, how far they have read what happened, and what each did."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, TenantRow, belongs_to, of_tenant


class AutomationRecord(TenantRow, Base):
    """One rule; `enabled_at` is since when it acts, `failures` how many refusals in a row."""

    __tablename__ = "automations"
    __table_args__ = (of_tenant(), Index("ix_automations_rank", "tenant_id", "rank", "id"))
    name: Mapped[str]
    enabled: Mapped[bool]
    rank: Mapped[int]
    trigger: Mapped[str]
    delay: Mapped[int | None]
    business_hours: Mapped[bool]
    filter: Mapped[dict[str, Any]]
    acts: Mapped[dict[str, Any]]
    enabled_at: Mapped[datetime]
    failures: Mapped[int]
    stopped_at: Mapped[datetime | None]
    stopped_code: Mapped[str | None]
    created_at: Mapped[datetime]
    version: Mapped[int]


class AutomationPlace(Base):
    """How far an administration's rules have read the log; whoever reads on holds the row."""

    __tablename__ = "automation_places"
    __table_args__ = (of_tenant(),)
    tenant_id: Mapped[UUID] = mapped_column(primary_key=True)
    position_xid: Mapped[int] = mapped_column(BigInteger)
    position_id: Mapped[UUID]


class AutomationRunRecord(TenantRow, Base):
    """One turn of a rule on a request; `cause` is the event, or what had come of the request when its time came."""

    __tablename__ = "automation_runs"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "automation_id"], ["automations.tenant_id", "automations.id"], ondelete="CASCADE"
        ),
        belongs_to("tickets", "ticket_id"),
        UniqueConstraint("tenant_id", "automation_id", "ticket_id", "cause"),
        Index("ix_automation_runs_automation", "tenant_id", "automation_id", "id"),
        Index("ix_automation_runs_ticket", "tenant_id", "ticket_id"),
        Index("ix_automation_runs_at", "tenant_id", "at"),
    )
    automation_id: Mapped[UUID]
    ticket_id: Mapped[UUID]
    cause: Mapped[str]
    at: Mapped[datetime]
    outcome: Mapped[str]
    code: Mapped[str | None]
    detail: Mapped[str | None]
    acts: Mapped[dict[str, Any]]
