"""Requests set aside, as the API writes and reads them."""

from datetime import date, datetime
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from app.rest.instants import WrittenInstant
from app.tickets.snooze_values import snooze_of
from app.tickets.values import Ticket


class NewSnooze(BaseModel):
    """Jusqu'à quand mettre une demande de côté."""

    model_config = ConfigDict(extra="forbid")
    until_at: WrittenInstant | None = Field(
        description="L'instant où elle revient, dans un an au plus ; `null` : quand la personne écrit.",
        examples=["2026-03-09T08:00:00Z"],
    )


class SnoozeOut(BaseModel):
    """Une demande mise de côté ; elle revient plus tôt si la personne écrit, ou si son terme approche."""

    since_at: datetime
    until_at: datetime | None = Field(
        description="Quand elle revient ; `null` : quand la personne écrit.", examples=["2026-03-09T08:00:00Z"]
    )
    term_wakes_on: date | None = Field(
        description="Le jour où son terme la fait revenir quoi qu'il en soit, une alerte du délai pouvant le faire avant.",
        examples=["2026-04-29"],
    )

    @classmethod
    def of(cls, ticket: Ticket) -> Self | None:
        """Shows how a request is set aside; None while it is not."""
        found = snooze_of(ticket)
        return (
            cls(since_at=found.since_at, until_at=found.until_at, term_wakes_on=found.term_wakes_on) if found else None
        )
