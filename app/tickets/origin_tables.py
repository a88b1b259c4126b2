"""Where imported things came from: the natural key by which the same export, read twice, makes nothing twice."""

from uuid import UUID

from sqlalchemy import Index, PrimaryKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped

from app.db.base import Base, belongs_to


class TicketOriginRecord(Base):
    """A request taken over from another tool: `origin` and `external_id` are its name there, `number` what people saw."""

    __tablename__ = "ticket_origins"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "ticket_id"),
        belongs_to("tickets", "ticket_id"),
        belongs_to("imports", "import_id"),
        UniqueConstraint("tenant_id", "origin", "external_id", name="uq_ticket_origins_tenant_id_origin_external_id"),
        Index("ix_ticket_origins_import", "tenant_id", "import_id"),
        Index("ix_ticket_origins_number", "tenant_id", "number", postgresql_where="number IS NOT NULL"),
    )
    tenant_id: Mapped[UUID]
    import_id: Mapped[UUID]
    ticket_id: Mapped[UUID]
    origin: Mapped[str]
    external_id: Mapped[str]
    number: Mapped[str | None]
    left_as: Mapped[str]  # how the import left it: whoever changed its status, team or agent since built upon it


class MessageOriginRecord(Base):
    """A message taken over: `external_key` is a digest of its name there, which may hold an address."""

    __tablename__ = "message_origins"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "origin", "external_key"),
        belongs_to("tickets", "ticket_id"),
        belongs_to("imports", "import_id"),
        Index("ix_message_origins_import", "tenant_id", "import_id"),
        Index("ix_message_origins_ticket", "tenant_id", "ticket_id"),
    )
    tenant_id: Mapped[UUID]
    import_id: Mapped[UUID]
    message_id: Mapped[UUID]
    ticket_id: Mapped[UUID]
    origin: Mapped[str]
    external_key: Mapped[str]


class ContactOriginRecord(Base):
    """A person nobody knew before an import: taking it back forgets them, when nothing else names them."""

    __tablename__ = "contact_origins"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "contact_id"),
        belongs_to("contacts", "contact_id"),
        belongs_to("imports", "import_id"),
        Index("ix_contact_origins_import", "tenant_id", "import_id"),
    )
    tenant_id: Mapped[UUID]
    import_id: Mapped[UUID]
    contact_id: Mapped[UUID]
