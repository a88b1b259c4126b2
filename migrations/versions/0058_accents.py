"""The colour an administration chooses for its pages."""

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0055"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tenants", sa.Column("accent", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("tenants", "accent")
