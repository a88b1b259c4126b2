"""Not begun."""

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None


def upgrade() -> None: ...


def downgrade() -> None: ...
