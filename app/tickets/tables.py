"""The one model of a request: tickets, their messages, the pieces those carried."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Computed, Index, PrimaryKeyConstraint, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, TenantRow, belongs_to


class TicketNumberRecord(Base):
    """The last number given in a year: one row a tenant and year, locked while a number is taken."""

    __tablename__ = "ticket_numbers"
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "year"),)
    tenant_id: Mapped[UUID]
    year: Mapped[int]
    last: Mapped[int]


class TicketRecord(TenantRow, Base):
    """`risk`, `term_on` and `alert_on` are what the legal face last said, kept here so that a list is one query."""

    __tablename__ = "tickets"
    __table_args__ = (
        belongs_to("contacts", "contact_id"),
        belongs_to("channels", "channel_id"),
        belongs_to("contact_points", "point_id"),
        belongs_to("tickets", "merged_into"),
        belongs_to("teams", "team_id"),
        belongs_to("users", "assignee_id"),
        UniqueConstraint("tenant_id", "reference"),
        Index("ix_tickets_activity", "tenant_id", "last_activity_at", "id"),
        Index("ix_tickets_term", "tenant_id", "alert_on", "id", postgresql_where="alert_on IS NOT NULL"),
        Index("ix_tickets_status", "tenant_id", "status", "last_activity_at", "id"),
        Index("ix_tickets_snoozed", "tenant_id", "id", postgresql_where="snoozed_at IS NOT NULL"),
        Index("ix_tickets_confidential", "tenant_id", "id", postgresql_where="confidential_at IS NOT NULL"),
        Index(
            "ix_tickets_assignee",
            "tenant_id",
            "assignee_id",
            "last_activity_at",
            "id",
            postgresql_where="assignee_id IS NOT NULL",
        ),
        Index(
            "ix_tickets_team", "tenant_id", "team_id", "last_activity_at", "id", postgresql_where="team_id IS NOT NULL"
        ),
        Index("ix_tickets_contact", "tenant_id", "contact_id"),
        Index("ix_tickets_merged", "tenant_id", "merged_into", postgresql_where="merged_into IS NOT NULL"),
        Index("ix_tickets_retention", "tenant_id", "retention_on", "id", postgresql_where="retention_on IS NOT NULL"),
        Index("ix_tickets_closed", "tenant_id", "closed_at", "id", postgresql_where="closed_at IS NOT NULL"),
        Index("ix_tickets_thread", "tenant_id", "channel_id", "thread_key", postgresql_where="thread_key IS NOT NULL"),
    )
    reference: Mapped[str]
    subject: Mapped[str]
    status: Mapped[str]
    channel_id: Mapped[UUID]
    channel_type: Mapped[str]
    contact_id: Mapped[UUID | None]
    point_id: Mapped[UUID | None]
    thread_key: Mapped[str | None]
    team_id: Mapped[UUID | None]
    assignee_id: Mapped[UUID | None]
    confidential_at: Mapped[datetime | None]  # since when its team and its agent alone see it
    received_at: Mapped[datetime]
    last_activity_at: Mapped[datetime]
    snoozed_at: Mapped[datetime | None]  # since when it is set aside, until the next or until its person writes
    snoozed_until_at: Mapped[datetime | None]
    risk: Mapped[str]
    term_on: Mapped[date | None]
    alert_on: Mapped[date | None]
    merged_into: Mapped[UUID | None]
    closed_at: Mapped[datetime | None]  # a trigger notes it, and takes the next two back when the request lives again
    archived_at: Mapped[datetime | None]  # since when it is in the intermediate archive, for those who may read it
    retention_on: Mapped[date | None]  # the next day on which its keeping has something to say
    created_at: Mapped[datetime]
    erased_at: Mapped[
        datetime | None
    ]  # since when nothing is left of it but its number, its days and its legal outcome
    version: Mapped[int]


class TicketMoveRecord(TenantRow, Base):
    """A merge or a split: what moved from one ticket to another, so that it can be undone."""

    __tablename__ = "ticket_moves"
    __table_args__ = (
        belongs_to("tickets", "source_id"),
        belongs_to("tickets", "target_id"),
        Index("ix_ticket_moves_source", "tenant_id", "source_id", "id"),
        Index("ix_ticket_moves_target", "tenant_id", "target_id", "id"),
    )
    kind: Mapped[str]  # merge, split
    source_id: Mapped[UUID]
    target_id: Mapped[UUID]
    moved: Mapped[dict[str, Any]]
    reason: Mapped[str]
    actor: Mapped[str]
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None]


class ReplyTokenRecord(Base):
    """A signed reply address given to one party of one ticket; `token` is a MAC, so that knowing rows is not enough."""

    __tablename__ = "reply_tokens"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "token"),
        belongs_to("tickets", "ticket_id"),
        belongs_to("contact_points", "point_id"),
    )
    tenant_id: Mapped[UUID]
    token: Mapped[str]
    ticket_id: Mapped[UUID]
    point_id: Mapped[UUID]
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class MessageRecord(TenantRow, Base):
    """One message, in or out. Four instants stay apart: claimed by the sender, by the provider, received, processed."""

    __tablename__ = "messages"
    __table_args__ = (
        belongs_to("tickets", "ticket_id"),
        belongs_to("channels", "channel_id"),
        belongs_to("contact_points", "point_id"),
        Index("ix_messages_ticket", "tenant_id", "ticket_id", "received_at", "id"),
        Index(
            "ix_messages_external", "tenant_id", "channel_id", "external_id", postgresql_where="external_id IS NOT NULL"
        ),
        # What a former tool noted and whose original may still come (`app.tickets.originals`): few, or none.
        Index(
            "ix_messages_taken_over",
            *("tenant_id", "channel_id", "external_id", "point_id", "received_at", "id"),
            postgresql_where=text(
                "direction = 'in'::text AND reception_id IS NULL AND jsonb_exists(fields, 'imported'::text)"
            ),
        ),
        # Where a report is, for those who look around it (`app.tickets.nearby`).
        Index(
            "ix_messages_place",
            "tenant_id",
            text("((geo -> 'lat'::text)::double precision)"),
            text("((geo -> 'lon'::text)::double precision)"),
            postgresql_where=text(
                "direction = 'in'::text AND jsonb_typeof(geo -> 'lat'::text) = 'number'::text "
                "AND jsonb_typeof(geo -> 'lon'::text) = 'number'::text"
            ),
        ),
    )
    ticket_id: Mapped[UUID]
    channel_id: Mapped[UUID]
    point_id: Mapped[UUID | None]
    reception_id: Mapped[UUID | None]
    direction: Mapped[str]
    author_kind: Mapped[str]
    author_name: Mapped[str]
    author_address: Mapped[str | None]
    external_id: Mapped[str | None]
    subject: Mapped[str]
    text: Mapped[str]
    text_new: Mapped[str | None]
    html: Mapped[str | None]
    recipients: Mapped[list[Any]]
    fields: Mapped[dict[str, Any]]
    geo: Mapped[dict[str, Any] | None]
    warnings: Mapped[list[str]]
    automatic: Mapped[bool]
    public: Mapped[bool]
    claimed_at: Mapped[datetime | None]
    claimed_raw: Mapped[str | None]
    provider_at: Mapped[datetime | None]
    received_at: Mapped[datetime]
    processed_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]
    history: Mapped[list[Any]]
    # A tsvector holds one megabyte: the first hundred thousand characters can be searched, all are kept. A trigger copies
    # it into `message_words`, where it is looked for; a thread is read without it.
    search: Mapped[str] = mapped_column(
        TSVECTOR,
        Computed(
            "to_tsvector('french', folded(left(subject || ' ' || author_name || ' ' || text, 100000)))", persisted=True
        ),
        deferred=True,
    )


class AttachmentRecord(TenantRow, Base):
    """A piece as one message carried it; `sha256` names its content, null while it must still be fetched."""

    __tablename__ = "attachments"
    __table_args__ = (
        belongs_to("messages", "message_id"),
        Index("ix_attachments_message", "tenant_id", "message_id", "position"),
        Index("ix_attachments_content", "tenant_id", "sha256", postgresql_where="sha256 IS NOT NULL"),
        Index("ix_attachments_due", "tenant_id", "next_attempt_at", postgresql_where="fetch_state = 'waiting'"),
    )
    message_id: Mapped[UUID]
    position: Mapped[int]
    name: Mapped[str]
    content_type: Mapped[str]
    size: Mapped[int | None]
    sha256: Mapped[str | None]
    content_id: Mapped[str | None]
    source: Mapped[str | None]
    inline: Mapped[bool]
    fetch_state: Mapped[str | None]  # waiting, fetched, failed; null where nothing had to be fetched
    fetch_attempts: Mapped[int | None]
    next_attempt_at: Mapped[datetime | None]
    fetch_problem: Mapped[str | None]
