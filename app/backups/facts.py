"""What restoring a house and letting it send again are, as facts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

from app.facts import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseRestored(Fact):
    """The data come from a backup: what was acquired after it is lost, and nothing leaves before somebody says so."""

    type: ClassVar[str] = "house.restored"
    backup_made_at: datetime
    pending: int

    def payload(self) -> Mapping[str, object]:
        made = self.backup_made_at.astimezone(UTC).isoformat().replace("+00:00", "Z")
        return {"backup_made_at": made, "pending": self.pending}
