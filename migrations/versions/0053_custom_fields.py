"""Not begun."""

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None: ...


def downgrade() -> None: ...
