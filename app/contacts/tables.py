"""People, the addresses they write from, and what lets two of them be known as one."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Computed, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, TenantRow, belongs_to


class ContactRecord(TenantRow, Base):
    """A person. `merged_into` is the one that took over all this one had."""

    __tablename__ = "contacts"
    __table_args__ = (
        belongs_to("contacts", "merged_into"),
        Index("ix_contacts_name", "tenant_id", "name_key"),
        # Its second column stands under the collation "C" (migration 0041), which a comparison of schemas does not see.
        Index("ix_contacts_beginning", "tenant_id", "name_key", "id"),
        Index("ix_contacts_merged", "tenant_id", "merged_into", postgresql_where="merged_into IS NOT NULL"),
    )
    display_name: Mapped[str]
    name_key: Mapped[str] = mapped_column(Computed("folded(display_name)", persisted=True))
    created_at: Mapped[datetime]
    version: Mapped[int]
    merged_into: Mapped[UUID | None]
    restricted_at: Mapped[datetime | None]  # since when nothing but legal acts is sent to them (RGPD art. 18)
    erased_at: Mapped[datetime | None]


class ContactPointRecord(TenantRow, Base):
    """An address of one kind. `scope` is the account that gives the address its meaning (a page id), else empty."""

    __tablename__ = "contact_points"
    __table_args__ = (
        belongs_to("contacts", "contact_id"),
        UniqueConstraint("tenant_id", "kind", "scope", "address"),
        Index("ix_contact_points_contact", "tenant_id", "contact_id"),
        Index("ix_contact_points_address", "tenant_id", "address"),
        Index("ix_contact_points_address_key", "tenant_id", "address_key"),
    )
    contact_id: Mapped[UUID]
    kind: Mapped[str]
    scope: Mapped[str]
    address: Mapped[str]
    address_key: Mapped[str | None]  # the address in lower case, written by a trigger
    display_name: Mapped[str]
    opted_out_at: Mapped[datetime | None]
    verified_at: Mapped[datetime | None]
    verified_how: Mapped[str | None]
    created_at: Mapped[datetime]


class ContactMergeRecord(TenantRow, Base):
    """A merge of two people: what the source gave to the target, so that it can be undone."""

    __tablename__ = "contact_merges"
    __table_args__ = (
        belongs_to("contacts", "source_id"),
        belongs_to("contacts", "target_id"),
        Index("ix_contact_merges_source", "tenant_id", "source_id", "id"),
        Index("ix_contact_merges_target", "tenant_id", "target_id", "id"),
    )
    source_id: Mapped[UUID]
    target_id: Mapped[UUID]
    moved: Mapped[dict[str, Any]]
    reason: Mapped[str]
    actor: Mapped[str]
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[str | None]


class ContactClueRecord(TenantRow, Base):
    """A number, an address or a postal address that a person wrote in their own words or in a form."""

    __tablename__ = "contact_clues"
    __table_args__ = (
        belongs_to("contacts", "contact_id"),
        UniqueConstraint("tenant_id", "contact_id", "kind", "value"),
        Index("ix_contact_clues_value", "tenant_id", "kind", "value"),
    )
    contact_id: Mapped[UUID]
    kind: Mapped[str]
    value: Mapped[str]
    place: Mapped[str]
    at: Mapped[datetime]


class ContactProposalRecord(TenantRow, Base):
    """Two people who may be one, with why; `one_id` is the smaller identifier, so that a pair is proposed once."""

    __tablename__ = "contact_proposals"
    __table_args__ = (
        belongs_to("contacts", "one_id"),
        belongs_to("contacts", "other_id"),
        UniqueConstraint("tenant_id", "one_id", "other_id"),
        Index("ix_contact_proposals_other", "tenant_id", "other_id"),
        Index("ix_contact_proposals_open", "tenant_id", "id", postgresql_where="state = 'open'"),
    )
    one_id: Mapped[UUID]
    other_id: Mapped[UUID]
    score: Mapped[int]
    reasons: Mapped[list[Any]]
    state: Mapped[str]
    at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]


class ContactChallengeRecord(TenantRow, Base):
    """A code sent to an address to prove it, as a keyed digest: what was sent stands nowhere. It goes with its address."""

    __tablename__ = "contact_challenges"
    __table_args__ = (
        ForeignKeyConstraint(
            ["tenant_id", "point_id"], ["contact_points.tenant_id", "contact_points.id"], ondelete="CASCADE"
        ),
        Index("ix_contact_challenges_point", "tenant_id", "point_id", "sent_at"),
    )
    point_id: Mapped[UUID]
    mac: Mapped[bytes]
    sent_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    tries: Mapped[int]
    answered_at: Mapped[datetime | None]
