"""Acts done at once on a request."""

from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from app.db.base import belongs_to
from app.tickets.owned_tables import OwnedRow


class MacroRecord(OwnedRow):
    """One macro; `acts` are in their order, texts with their places unfilled."""

    __tablename__ = "macros"
    __table_args__ = (belongs_to("teams", "team_id"), Index("ix_macros_rank", "tenant_id", "rank", "id"))
    acts: Mapped[dict[str, Any]]
