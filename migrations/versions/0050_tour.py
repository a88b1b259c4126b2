"""Changes nothing: what it was kept for needs no column; the revisions after it follow on from it."""

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None: ...


def downgrade() -> None: ...
