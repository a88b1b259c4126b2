"""Changes nothing: the tour is a wish among the others of `preferences.wishes`."""

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None: ...


def downgrade() -> None: ...
