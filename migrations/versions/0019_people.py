"""One person behind several addresses: proofs, proposals, merges; aliases of mailboxes."""

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
