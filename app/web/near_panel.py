"""The lines of the panel that says what stands near a request."""

from dataclasses import dataclass

from app.exchanges.nearby import Neighbours
from app.ids import Prefix, public_id
from app.tickets.nearness import Near


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A request nearby, as the panel shows it."""

    near: Near
    id: str
    metres: int


def panel(found: Neighbours) -> list[Neighbour]:
    """Returns the lines of the panel, the nearest first."""
    return [Neighbour(one, public_id(Prefix.TICKET, one.ticket_id), round(one.metres)) for one in found.found]
