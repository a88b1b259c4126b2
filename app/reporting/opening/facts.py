"""What happens to business hours, for the event stream and the journal."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from app.facts import Fact
from app.ids import Prefix, public_id


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessHoursChanged(Fact):
    """The business hours of the administration, or of a team, were chosen anew; no legal date depends on them."""

    type: ClassVar[str] = "tenant.business_hours.changed"
    team_id: UUID | None
    openings: int
    closed_days: int

    def payload(self) -> Mapping[str, object]:
        team = None if self.team_id is None else public_id(Prefix.TEAM, self.team_id)
        return {"team_id": team, "openings": self.openings, "closed_days": self.closed_days}
