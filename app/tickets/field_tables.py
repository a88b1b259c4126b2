"""Fields an administration adds to its requests, what is written in them, and what was."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, PrimaryKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped

from app.db.base import Base, TenantRow, belongs_to


class FieldRecord(TenantRow, Base):
    """One field. `procedures` are the codes of those it is asked for, empty for every request."""

    __tablename__ = "custom_fields"
    __table_args__ = (UniqueConstraint("tenant_id", "key"), Index("ix_custom_fields_rank", "tenant_id", "rank", "id"))
    key: Mapped[str]
    kind: Mapped[str]
    label: Mapped[str]
    label_en: Mapped[str | None]
    help: Mapped[str]
    required_to_close: Mapped[bool]
    choices: Mapped[list[Any]]
    procedures: Mapped[list[str]]
    rank: Mapped[int]
    archived_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    version: Mapped[int]


class TicketFieldRecord(Base):
    """A value of a field on a request, one row for each where there are several.

    `match` is the form in which values are compared, absent where they are too long to be looked for.
    """

    __tablename__ = "ticket_fields"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "ticket_id", "field_id", "place"),
        belongs_to("tickets", "ticket_id"),
        belongs_to("custom_fields", "field_id"),
        Index("ix_ticket_fields_match", "tenant_id", "field_id", "match", "ticket_id"),
    )
    tenant_id: Mapped[UUID]
    ticket_id: Mapped[UUID]
    field_id: Mapped[UUID]
    place: Mapped[int]
    value: Mapped[str]
    match: Mapped[str | None]
    at: Mapped[datetime]
    actor: Mapped[str]


class FieldsChangeRecord(TenantRow, Base):
    """One filling of a request: of each field that changed its key, its kind, and the values it held and holds."""

    __tablename__ = "ticket_field_changes"
    __table_args__ = (
        belongs_to("tickets", "ticket_id"),
        Index("ix_ticket_field_changes_story", "tenant_id", "ticket_id", "at", "id"),
    )
    ticket_id: Mapped[UUID]
    turns: Mapped[list[Any]]
    at: Mapped[datetime]
    actor: Mapped[str]
