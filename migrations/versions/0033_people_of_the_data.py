"""The people of the data: legal holds, restrictions, corrections, exports, erasures, and what may be emptied.

What arrived and what left is never rewritten by the application: its role may not. Erasure goes through functions of the
schema's owner that put nothing in the place of what they empty, of one administration, and of nothing else (ADR 0017).
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.db.sightlines import in_sight
from app.db.tenancy import guard

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

# Each empties rows of the present administration, by identifier; the digest of what arrived stays, as its proof.
_EMPTIED = {
    "receptions": "raw = ''::bytea, headers = '[]', envelope = '{}', url = '', remote = NULL, reason = NULL, size = 0",
    "outbound": (
        "recipient_address = '', recipient = '{}', request = '{}', names = NULL, external_id = NULL, detail = NULL, "
        "resolved = NULL"
    ),
    "delivery_updates": "reports_on = '', reason = NULL",
    "letters": "title = '', text = '', fields = '{}', mentions = '{}', pdf_sha256 = ''",
    "legal_holds": "reason = '', lifted_reason = NULL",
    "legal_events": "payload = kept_of_event(payload), key = NULL",
}
# What a legal event keeps: its days, its numbers, its yes and no, and the words of the law's own vocabulary.
_KEPT_OF_EVENT = r"""
CREATE FUNCTION kept_of_event(payload jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog
AS $$ SELECT COALESCE(jsonb_object_agg(key, CASE
    WHEN jsonb_typeof(value) IN ('number', 'boolean', 'null') THEN value
    WHEN key = 'marks' THEN value
    WHEN key = 'reason' AND payload ->> 'type' = 'dismissed' THEN value
    WHEN key IN ('type', 'kind', 'sense', 'way', 'regime', 'effect', 'procedure', 'event_id', 'duplicate_of',
                 'saisine_id', 'message_id', 'to', 'from', 'delivery', 'place', 'opinion') THEN value
    WHEN jsonb_typeof(value) = 'string' AND value #>> '{}' ~ '^(\d{4}-\d{2}-\d{2}([T ][0-9:.]+(Z|[+-]\d{2}:?\d{2})?)?|P[0-9YMWDTHS]+)$'
        THEN value
    WHEN jsonb_typeof(value) = 'array' THEN '[]'::jsonb
    WHEN jsonb_typeof(value) = 'object' THEN '{}'::jsonb
    ELSE '""'::jsonb END), '{}'::jsonb)
FROM jsonb_each(payload) $$
"""


def _emptying(table: str, changes: str) -> str:
    """One function a table; row-level security holds inside it too, since it is forced."""
    return (
        f"CREATE FUNCTION empty_{table}(ids uuid[]) RETURNS void LANGUAGE sql SECURITY DEFINER "  # noqa: S608 — constants
        f"SET search_path = pg_catalog, public, pg_temp AS $$ UPDATE public.{table} SET {changes} "
        f"WHERE tenant_id = public.current_tenant() AND id = ANY(ids) $$"
    )


def _row(table: str, *columns: Any) -> None:
    op.create_table(
        table,
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f(f"pk_{table}")),
    )


def _of(table: str, column: str, parent: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", column], [f"{parent}.tenant_id", f"{parent}.id"], name=op.f(f"fk_{table}_tenant_id_{column}")
    )


def _at(name: str, *, nullable: bool = True) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _id(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def upgrade() -> None:
    op.add_column("tickets", _at("erased_at"))
    op.add_column("messages", _at("erased_at"))
    op.add_column("contacts", _at("erased_at"))
    op.add_column("contacts", _at("restricted_at"))
    _holds_and_restrictions()
    _corrections_and_exports()
    _erasures()
    op.execute(_KEPT_OF_EVENT)
    for table, changes in _EMPTIED.items():
        op.execute(_emptying(table, changes))
        op.execute(f"REVOKE ALL ON FUNCTION empty_{table}(uuid[]) FROM PUBLIC")
        op.execute(f"GRANT EXECUTE ON FUNCTION empty_{table}(uuid[]) TO parvis_app")
    for table in ("machine_texts", "contact_proposals", "reply_tokens", "letter_deliveries"):
        op.execute(f"GRANT DELETE ON {table} TO parvis_app")


def _holds_and_restrictions() -> None:
    _row(
        "legal_holds",
        _id("ticket_id", nullable=True),
        _id("contact_id", nullable=True),
        _text("reason"),
        _at("since_at", nullable=False),
        _text("set_by"),
        _at("lifted_at"),
        _text("lifted_by", nullable=True),
        _text("lifted_reason", nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("num_nonnulls(ticket_id, contact_id) = 1", name=op.f("ck_legal_holds_one_subject")),
        _of("legal_holds", "ticket_id", "tickets"),
        _of("legal_holds", "contact_id", "contacts"),
    )
    for column in ("ticket_id", "contact_id"):
        op.create_index(
            f"ix_legal_holds_{column.removesuffix('_id')}",
            "legal_holds",
            ["tenant_id", column],
            postgresql_where=f"lifted_at IS NULL AND {column} IS NOT NULL",
        )
    guard("legal_holds", may="SELECT, INSERT, UPDATE (lifted_at, lifted_by, lifted_reason, version)")
    in_sight("legal_holds", by="ticket_id", optional=True)
    _row(
        "contact_restrictions",
        _id("contact_id"),
        _text("ground"),
        _text("reason"),
        _at("since_at", nullable=False),
        _text("set_by"),
        _at("lifted_at"),
        _text("lifted_by", nullable=True),
        _text("lifted_reason", nullable=True),
        _of("contact_restrictions", "contact_id", "contacts"),
    )
    op.create_index(
        "ix_contact_restrictions_present",
        "contact_restrictions",
        ["tenant_id", "contact_id"],
        unique=True,
        postgresql_where="lifted_at IS NULL",
    )
    guard("contact_restrictions", may="SELECT, INSERT, UPDATE, DELETE")


def _corrections_and_exports() -> None:
    _row(
        "contact_corrections",
        _id("contact_id"),
        _id("point_id", nullable=True),
        _text("field"),
        sa.Column("before_sealed", sa.LargeBinary(), nullable=False),
        _text("reason"),
        _at("at", nullable=False),
        _text("by"),
        _of("contact_corrections", "contact_id", "contacts"),
    )
    op.create_index("ix_contact_corrections_contact", "contact_corrections", ["tenant_id", "contact_id", "id"])
    guard("contact_corrections", may="SELECT, INSERT, UPDATE (contact_id), DELETE")
    _row(
        "access_exports",
        _id("contact_id"),
        _text("reason"),
        _text("state"),
        sa.Column("eyes", postgresql.JSONB(), nullable=True),
        sa.Column("masked", postgresql.JSONB(), nullable=False),
        _at("asked_at", nullable=False),
        _text("asked_by"),
        _at("next_attempt_at"),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        _at("made_at"),
        _at("expires_at"),
        _text("sha256", nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("incomplete", sa.Boolean(), nullable=False),
        sa.Column("downloads", sa.BigInteger(), nullable=False),
        _of("access_exports", "contact_id", "contacts"),
    )
    op.create_index("ix_access_exports_contact", "access_exports", ["tenant_id", "contact_id", "id"])
    op.create_index(
        "ix_access_exports_due", "access_exports", ["tenant_id", "next_attempt_at"], postgresql_where="state = 'asked'"
    )
    op.create_index(
        "ix_access_exports_ending", "access_exports", ["tenant_id", "expires_at"], postgresql_where="state = 'ready'"
    )
    guard("access_exports", may="SELECT, INSERT, UPDATE")


def _erasures() -> None:
    _row(
        "erasures",
        _id("contact_id"),
        _text("ground"),
        _text("reason"),
        _text("archives_visa", nullable=True),
        _text("state"),
        sa.Column("lines", postgresql.JSONB(), nullable=False),
        _at("asked_at", nullable=False),
        _text("asked_by"),
        _at("confirmed_at"),
        _text("confirmed_by", nullable=True),
        _at("ended_at"),
        sa.Column("version", sa.BigInteger(), nullable=False),
        _of("erasures", "contact_id", "contacts"),
    )
    op.create_index("ix_erasures_contact", "erasures", ["tenant_id", "contact_id", "id"])
    op.create_index("ix_erasures_running", "erasures", ["tenant_id", "id"], postgresql_where="state = 'confirmed'")
    guard("erasures", may="SELECT, INSERT, UPDATE")
    op.create_table(
        "erased_pieces",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        _text("sha256"),
        _at("since_at", nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "sha256", name=op.f("pk_erased_pieces")),
    )
    guard("erased_pieces", may="SELECT, INSERT, DELETE")


def downgrade() -> None:
    for table in ("machine_texts", "contact_proposals", "reply_tokens", "letter_deliveries"):
        op.execute(f"REVOKE DELETE ON {table} FROM parvis_app")
    for table in _EMPTIED:
        op.execute(f"DROP FUNCTION empty_{table}(uuid[])")
    op.execute("DROP FUNCTION kept_of_event(jsonb)")
    for table in (
        "erased_pieces",
        "erasures",
        "access_exports",
        "contact_corrections",
        "contact_restrictions",
        "legal_holds",
    ):
        op.drop_table(table)
    op.drop_column("contacts", "restricted_at")
    op.drop_column("contacts", "erased_at")
    op.drop_column("messages", "erased_at")
    op.drop_column("tickets", "erased_at")
