"""Imports that were asked for, and what each refused, line by line."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from app.db.base import Base, TenantRow, belongs_to


class ImportRecord(TenantRow, Base):
    """One export of another tool, examined then placed. `position` is the last conversation whose batch is committed."""

    __tablename__ = "imports"
    __table_args__ = (belongs_to("channels", "channel_id"),)
    source: Mapped[str]
    origin: Mapped[str]  # the source, and the name given to one of several installations of it
    channel_id: Mapped[UUID]
    state: Mapped[str]
    actor: Mapped[str]
    requested_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    file_digest: Mapped[str | None]
    file_size: Mapped[int | None]
    report: Mapped[dict[str, Any] | None]
    problem: Mapped[str | None]
    position: Mapped[int]
    tickets: Mapped[int]
    messages: Mapped[int]
    pieces: Mapped[int]
    saisines: Mapped[int]
    known: Mapped[int]  # messages of it that stood here already
    refused: Mapped[int]
    version: Mapped[int]


class ImportRefusalRecord(TenantRow, Base):
    """One thing that was not taken, where it stood and why; never its words."""

    __tablename__ = "import_refusals"
    __table_args__ = (
        belongs_to("imports", "import_id"),
        Index("ix_import_refusals_import", "tenant_id", "import_id", "id"),
    )
    import_id: Mapped[UUID]
    place: Mapped[int]
    external_id: Mapped[str | None]
    code: Mapped[str]
    detail: Mapped[str]
