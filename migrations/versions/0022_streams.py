"""Connections kept open, and what scans say."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
# Who holds the connection of a channel, until when, and how it fares.
_STREAM = (
    ("stream_holder", sa.Uuid()),
    ("stream_until", _INSTANT),
    ("stream_since", _INSTANT),
    ("stream_event_at", _INSTANT),
    ("stream_retry_at", _INSTANT),
)


def upgrade() -> None:
    for name, kind in _STREAM:
        op.add_column("channels", sa.Column(name, kind, nullable=True))


def downgrade() -> None:
    for name, _ in reversed(_STREAM):
        op.drop_column("channels", name)
