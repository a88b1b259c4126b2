"""Signing in through an OpenID provider: whose identity opens which account, attempts used up, SIRET of administrations."""

import sqlalchemy as sa
from alembic import op

from app.db.tenancy import guard

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "identity_links",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("idp_id", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("linked_by", sa.Text(), nullable=False),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "id", name="pk_identity_links"),
        sa.ForeignKeyConstraint(
            ["tenant_id", "user_id"], ["users.tenant_id", "users.id"], name="fk_identity_links_tenant_id_user_id"
        ),
    )
    op.create_index(
        "uq_identity_links_identity", "identity_links", ["tenant_id", "issuer", "idp_id", "subject"], unique=True
    )
    op.create_index("uq_identity_links_user", "identity_links", ["tenant_id", "user_id", "issuer"], unique=True)
    op.create_table(
        "spent_sign_ins",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "digest", name="pk_spent_sign_ins"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_spent_sign_ins_tenant_id"),
    )
    guard("identity_links", may="SELECT, INSERT, DELETE")
    guard("spent_sign_ins", may="SELECT, INSERT, DELETE")
    # What the provider asks for when its own session is to end (RP-Initiated Logout 1.0 §2), sealed.
    op.add_column("sessions", sa.Column("sign_out_hint", sa.LargeBinary(), nullable=True))
    op.add_column("tenants", sa.Column("siret", sa.Text(), nullable=True))
    op.create_index("uq_tenants_siret", "tenants", ["siret"], unique=True, postgresql_where="siret IS NOT NULL")
    # ProConnect names the administration of an agent by its SIRET, before anything else is known.
    op.execute("DROP POLICY of_holder ON tenants")
    op.execute("CREATE POLICY of_holder ON tenants FOR SELECT USING (slug = presented() OR siret = presented())")


def downgrade() -> None:
    op.execute("DROP POLICY of_holder ON tenants")
    op.execute("CREATE POLICY of_holder ON tenants FOR SELECT USING (slug = presented())")
    op.drop_index("uq_tenants_siret", "tenants")
    op.drop_column("tenants", "siret")
    op.drop_column("sessions", "sign_out_hint")
    op.drop_table("spent_sign_ins")
    op.drop_table("identity_links")
