"""What the catalogue of procedures said when a saisine was qualified by it."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

COLUMNS = ("procedure_version", "certainty", "family", "permit", "basis")


def upgrade() -> None:
    for name in COLUMNS:
        op.add_column("saisines", sa.Column(name, sa.Text(), nullable=True))


def downgrade() -> None:
    for name in reversed(COLUMNS):
        op.drop_column("saisines", name)
