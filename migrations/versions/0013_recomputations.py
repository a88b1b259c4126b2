"""Every open clock read again, with what it said before and after; open clocks found, ranked and counted at no cost."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.db.tenancy import guard

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


_OPEN = sa.text("closed_at IS NULL")
_PLAUSIBLE = sa.text("closed_at IS NULL AND alert_on IS NOT NULL")
# One statement writes at most one row a risk: adding is all that happens, so writers never wait for each other.
_TALLY = """
CREATE FUNCTION tally_saisines() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO saisine_tallies (tenant_id, id, risk, more)
      SELECT tenant_id, gen_random_uuid(), risk, count(*) FROM added WHERE closed_at IS NULL GROUP BY tenant_id, risk;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO saisine_tallies (tenant_id, id, risk, more)
      SELECT tenant_id, gen_random_uuid(), risk, -count(*) FROM gone WHERE closed_at IS NULL GROUP BY tenant_id, risk;
  ELSE
    INSERT INTO saisine_tallies (tenant_id, id, risk, more)
      SELECT tenant_id, gen_random_uuid(), risk, sum(n) FROM (
        SELECT tenant_id, risk, 1 AS n FROM added WHERE closed_at IS NULL
        UNION ALL SELECT tenant_id, risk, -1 FROM gone WHERE closed_at IS NULL) moved
      GROUP BY tenant_id, risk HAVING sum(n) <> 0;
  END IF;
  RETURN NULL;
END $$
"""
_TALLIED = (
    ("insert", "NEW TABLE AS added"),
    ("update", "OLD TABLE AS gone NEW TABLE AS added"),
    ("delete", "OLD TABLE AS gone"),
)


def upgrade() -> None:
    _recomputations()
    op.add_column("saisines", sa.Column("digest", sa.LargeBinary(), nullable=True))
    op.create_index("ix_saisines_open", "saisines", ["tenant_id", "id"], postgresql_where=_OPEN)
    op.create_index(
        "ix_saisines_risk", "saisines", ["tenant_id", "risk", "alert_on", "id"], postgresql_where=_PLAUSIBLE
    )
    op.create_table(
        "saisine_tallies",
        sa.Column("risk", sa.Text(), nullable=False),
        sa.Column("more", sa.BigInteger(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_saisine_tallies")),
    )
    # Row-level security is forced on the owner too: he would count nothing.
    op.execute("ALTER TABLE saisines NO FORCE ROW LEVEL SECURITY")
    op.execute(
        "INSERT INTO saisine_tallies (tenant_id, id, risk, more) SELECT tenant_id, gen_random_uuid(), risk, count(*) "
        "FROM saisines WHERE closed_at IS NULL GROUP BY tenant_id, risk"
    )
    op.execute("ALTER TABLE saisines FORCE ROW LEVEL SECURITY")
    guard("saisine_tallies", may="SELECT, INSERT, DELETE")
    op.execute(_TALLY)
    for name, tables in _TALLIED:
        op.execute(
            f"CREATE TRIGGER tally_{name} AFTER {name.upper()} ON saisines REFERENCING {tables} "
            "FOR EACH STATEMENT EXECUTE FUNCTION tally_saisines()"
        )


def downgrade() -> None:
    for name, _ in _TALLIED:
        op.execute(f"DROP TRIGGER tally_{name} ON saisines")
    op.execute("DROP FUNCTION tally_saisines()")
    op.drop_table("saisine_tallies")
    op.drop_index("ix_saisines_risk", "saisines")
    op.drop_index("ix_saisines_open", "saisines")
    op.drop_column("saisines", "digest")
    op.drop_table("recomputed")
    op.drop_table("recomputations")


def _recomputations() -> None:
    op.create_table(
        "recomputations",
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("rules_version", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("dry_run", sa.Boolean(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("position", sa.Uuid(), nullable=True),
        sa.Column("seen", sa.BigInteger(), nullable=False),
        sa.Column("changed", sa.BigInteger(), nullable=False),
        sa.Column("earlier", sa.BigInteger(), nullable=False),
        sa.Column("unread", sa.BigInteger(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_recomputations_tenant_id")),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_recomputations")),
    )
    op.create_index(
        "ix_recomputations_running", "recomputations", ["tenant_id", "id"], postgresql_where=sa.text("ended_at IS NULL")
    )
    guard("recomputations", may="SELECT, INSERT, UPDATE")
    op.create_table(
        "recomputed",
        sa.Column("recomputation_id", sa.Uuid(), nullable=False),
        sa.Column("saisine_id", sa.Uuid(), nullable=False),
        sa.Column("before", postgresql.JSONB(), nullable=False),
        sa.Column("after", postgresql.JSONB(), nullable=False),
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "recomputation_id"],
            ["recomputations.tenant_id", "recomputations.id"],
            name=op.f("fk_recomputed_tenant_id_recomputation_id"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "saisine_id"],
            ["saisines.tenant_id", "saisines.id"],
            name=op.f("fk_recomputed_tenant_id_saisine_id"),
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_recomputed")),
    )
    # What was done twice, after a crash, is told once.
    op.create_index(
        "ix_recomputed_recomputation", "recomputed", ["tenant_id", "recomputation_id", "saisine_id"], unique=True
    )
    guard("recomputed", may="SELECT, INSERT")
