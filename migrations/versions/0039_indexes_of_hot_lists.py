"""Reports by the sending they speak of and keys by their delivery have an index; sight looks parents up one by one."""

from typing import Any

from alembic import op

from app.db.sightlines import sight_by_any_way, sight_one_by_one

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

OF_TICKETS = (
    "duties",
    "letters",
    "messages",
    "outbound",
    "reply_tokens",
    "reply_windows",
    "report_forwards",
    "report_publications",
    "report_supports",
    "saisines",
)
MAYBE_OF_TICKETS = ("calls", "events", "legal_holds", "receptions")
BELOW: tuple[tuple[str, dict[str, Any]], ...] = (
    *((table, {"by": "ticket_id"}) for table in OF_TICKETS),
    *((table, {"by": "ticket_id", "optional": True}) for table in MAYBE_OF_TICKETS),
    ("ticket_moves", {"by": "source_id"}),
    ("alerts", {"by": "saisine_id", "of": "saisines"}),
    ("legal_events", {"by": "saisine_id", "of": "saisines"}),
    ("recomputed", {"by": "saisine_id", "of": "saisines"}),
    ("attachments", {"by": "message_id", "of": "messages"}),
    ("chat_lines", {"by": "message_id", "of": "messages", "optional": True}),
    ("event_keys", {"by": "message_id", "of": "messages", "optional": True}),
    ("message_parts", {"by": "message_id", "of": "messages", "optional": True}),
    ("outbound_attempts", {"by": "outbound_id", "of": "outbound"}),
    ("delivery_updates", {"by": "outbound_id", "of": "outbound", "optional": True}),
    ("letter_deliveries", {"by": "letter_id", "of": "letters"}),
    ("machine_texts", {"by": "sha256", "of": "attachments", "key": "sha256"}),
    ("scans", {"by": "sha256", "of": "attachments", "key": "sha256"}),
)


def upgrade() -> None:
    op.create_index(
        "ix_delivery_updates_outbound",
        "delivery_updates",
        ["tenant_id", "outbound_id"],
        postgresql_where="outbound_id IS NOT NULL",
    )
    op.create_index("ix_event_keys_reception", "event_keys", ["tenant_id", "reception_id"])
    for table, link in BELOW:
        sight_one_by_one(table, **link)


def downgrade() -> None:
    for table, link in BELOW:
        sight_by_any_way(table, **link)
    op.drop_index("ix_event_keys_reception", table_name="event_keys")
    op.drop_index("ix_delivery_updates_outbound", table_name="delivery_updates")
