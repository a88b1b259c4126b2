"""Keys of programs, accounts of people, teams, sessions and invitations; of secrets only digests are kept."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db.base import Base, TenantRow, belongs_to, of_tenant


class ApiKeyRecord(TenantRow, Base):
    """An access key: `digest` is the SHA-256 of the whole key; a door sees the row only by presenting it."""

    __tablename__ = "api_keys"
    __table_args__ = (
        of_tenant(),
        belongs_to("api_keys", "replaces_id"),
        Index("ix_api_keys_digest", "digest", unique=True),
    )
    name: Mapped[str]
    hint: Mapped[str]
    digest: Mapped[str]
    scopes: Mapped[list[str]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    replaces_id: Mapped[UUID | None]


class UserRecord(TenantRow, Base):
    """An account. `email_key` is what is compared; `totp` is the sealed second factor, `totp_step` the last code used."""

    __tablename__ = "users"
    __table_args__ = (of_tenant(), Index("uq_users_email", "tenant_id", "email_key", unique=True))
    email: Mapped[str]
    email_key: Mapped[str]
    name: Mapped[str]
    role: Mapped[str]
    reach: Mapped[str | None]
    password: Mapped[str | None]
    password_changed_at: Mapped[datetime | None]
    totp: Mapped[bytes | None]
    totp_step: Mapped[int | None]
    suspended_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    version: Mapped[int]


class TeamRecord(TenantRow, Base):
    """A service or a team of one; `parent_id` makes the tree organisation, service, team."""

    __tablename__ = "teams"
    __table_args__ = (
        of_tenant(),
        belongs_to("teams", "parent_id"),
        Index("uq_teams_name", "tenant_id", "name_key", unique=True, postgresql_where="archived_at IS NULL"),
    )
    name: Mapped[str]
    name_key: Mapped[str]
    parent_id: Mapped[UUID | None]
    archived_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    version: Mapped[int]


class MembershipRecord(Base):
    """A person in a team."""

    __tablename__ = "memberships"
    __table_args__ = (
        PrimaryKeyConstraint("tenant_id", "user_id", "team_id"),
        belongs_to("users", "user_id"),
        belongs_to("teams", "team_id"),
        Index("ix_memberships_team", "tenant_id", "team_id"),
    )
    tenant_id: Mapped[UUID]
    user_id: Mapped[UUID]
    team_id: Mapped[UUID]
    since: Mapped[datetime]


class SessionRecord(TenantRow, Base):
    """A session of a browser, of a person, of a key or of an operator's grant: `digest` is the SHA-256 of the word in the cookie.

    `sign_out_hint` is the sealed token a provider asks for when its own session is to end; `proven_at` is when its holder
    last proved who they are.
    """

    __tablename__ = "sessions"
    __table_args__ = (
        belongs_to("users", "user_id"),
        belongs_to("api_keys", "key_id"),
        belongs_to("operator_grants", "grant_id"),
        Index("ix_sessions_digest", "digest", unique=True),
        Index("ix_sessions_user", "tenant_id", "user_id", "id"),
    )
    digest: Mapped[str]
    user_id: Mapped[UUID | None]
    key_id: Mapped[UUID | None]
    grant_id: Mapped[UUID | None]
    strength: Mapped[str]
    agent: Mapped[str]
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    until: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    sign_out_hint: Mapped[bytes | None]
    proven_at: Mapped[datetime]


class InvitationRecord(TenantRow, Base):
    """A link to choose a password: `purpose` is an invitation (three days) or a reset (half an hour); good once."""

    __tablename__ = "invitations"
    __table_args__ = (belongs_to("users", "user_id"), Index("ix_invitations_digest", "digest", unique=True))
    digest: Mapped[str]
    user_id: Mapped[UUID]
    purpose: Mapped[str]
    invited_by: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class SignInFailureRecord(TenantRow, Base):
    """A refused attempt, by digests of the account named and of the address it came from; kept one day."""

    __tablename__ = "sign_in_failures"
    __table_args__ = (
        of_tenant(),
        Index("ix_sign_in_failures_account", "tenant_id", "account", "at"),
        Index("ix_sign_in_failures_address", "tenant_id", "address", "at"),
    )
    account: Mapped[str]
    address: Mapped[str]
    at: Mapped[datetime]


class IdentityLinkRecord(TenantRow, Base):
    """Whose account an identity of a provider opens: known by (issuer, idp_id, subject), never by its address (T68)."""

    __tablename__ = "identity_links"
    __table_args__ = (
        belongs_to("users", "user_id"),
        Index("uq_identity_links_identity", "tenant_id", "issuer", "idp_id", "subject", unique=True),
        Index("uq_identity_links_user", "tenant_id", "user_id", "issuer", unique=True),
    )
    user_id: Mapped[UUID]
    issuer: Mapped[str]
    idp_id: Mapped[str]
    subject: Mapped[str]
    linked_by: Mapped[str]
    linked_at: Mapped[datetime]


class SpentSignInRecord(Base):
    """An attempt through a provider that was used; kept one day, so that none is used twice."""

    __tablename__ = "spent_sign_ins"
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "digest"), of_tenant())
    tenant_id: Mapped[UUID]
    digest: Mapped[str]
    at: Mapped[datetime]


class AbsenceRecord(TenantRow, Base):
    """Days a person is away, both included, and who stands in; `confidential` lends them confidential requests too."""

    __tablename__ = "absences"
    __table_args__ = (
        belongs_to("users", "user_id"),
        belongs_to("users", "stand_in_id"),
        Index("ix_absences_user", "tenant_id", "user_id", "until_on"),
        Index("ix_absences_stand_in", "tenant_id", "stand_in_id", "until_on"),
    )
    user_id: Mapped[UUID]
    from_on: Mapped[date]
    until_on: Mapped[date]
    stand_in_id: Mapped[UUID | None]
    confidential: Mapped[bool]
    declared_by: Mapped[str]
    declared_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    version: Mapped[int]


class PasskeyRecord(TenantRow, Base):
    """A WebAuthn credential: `digest` is the SHA-256 of its identifier; a door sees the row only by presenting it."""

    __tablename__ = "passkeys"
    __table_args__ = (
        belongs_to("users", "user_id"),
        Index("ix_passkeys_digest", "digest", unique=True),
        Index("ix_passkeys_user", "tenant_id", "user_id"),
    )
    user_id: Mapped[UUID]
    digest: Mapped[str]
    credential: Mapped[bytes]
    public_key: Mapped[bytes]
    counter: Mapped[int]
    transports: Mapped[list[str]]
    may_be_copied: Mapped[bool]
    copied: Mapped[bool]
    name: Mapped[str]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]


class KeptFormRecord(Base):
    """What a person had typed when a fresh proof was asked for, sealed, until they come back from their provider."""

    __tablename__ = "kept_forms"
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "user_id"), belongs_to("users", "user_id"))
    tenant_id: Mapped[UUID]
    user_id: Mapped[UUID]
    sealed: Mapped[bytes]
    at: Mapped[datetime]


class PreferencesRecord(Base):
    """How a person likes their screens: a closed schema (`preference_schemas`), one row a person, gone with them."""

    __tablename__ = "preferences"
    __table_args__ = (PrimaryKeyConstraint("tenant_id", "user_id"), belongs_to("users", "user_id"))
    tenant_id: Mapped[UUID]
    user_id: Mapped[UUID]
    wishes: Mapped[dict[str, Any]]
    changed_at: Mapped[datetime]
    version: Mapped[int]


class OperatorRecord(Base):
    """Somebody of whoever runs the installation; of their secret only the digest is kept. Seen by no administration."""

    __tablename__ = "operators"
    __table_args__ = (Index("uq_operators_email_key", "email_key", unique=True),)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    email_key: Mapped[str]
    digest: Mapped[str]
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class OperatorGrantRecord(TenantRow, Base):
    """What one operator may see of one administration, until when and why; `teams` are those of whoever approved it."""

    __tablename__ = "operator_grants"
    __table_args__ = (of_tenant(), Index("ix_operator_grants_link_digest", "link_digest", unique=True))
    operator_id: Mapped[UUID]
    operator_name: Mapped[str]
    second_name: Mapped[str | None]
    reason: Mapped[str]
    rights: Mapped[str]
    wants_confidential: Mapped[bool]
    teams: Mapped[list[str]]
    hours: Mapped[int]
    state: Mapped[str]
    requested_at: Mapped[datetime]
    answer_by: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]
    decided_by_name: Mapped[str | None]
    link_digest: Mapped[str | None]
    link_used_at: Mapped[datetime | None]
    until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by_name: Mapped[str | None]
    version: Mapped[int]
