"""Not begun."""

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None: ...


def downgrade() -> None: ...
