"""Ready-made answers agents call by a short word."""

from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from app.db.base import belongs_to
from app.tickets.owned_tables import OwnedRow


class CannedReplyRecord(OwnedRow):
    """One canned reply; `texts` has its words by language, places between double braces."""

    __tablename__ = "canned_replies"
    __table_args__ = (
        belongs_to("teams", "team_id"),
        UniqueConstraint("tenant_id", "owner", "holder", "team_id", "shortcut", postgresql_nulls_not_distinct=True),
        Index("ix_canned_replies_rank", "tenant_id", "rank", "id"),
    )
    shortcut: Mapped[str]
    texts: Mapped[dict[str, Any]]
