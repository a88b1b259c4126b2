"""Who listens to what happens: the halls of the event streams."""

from app.api.hall import Halls, Sources
from app.bootstrap.ground import Ground
from app.identity.listeners import Listeners


def halls_of(ground: Ground) -> Halls:
    """Builds the halls, which open when somebody comes in."""
    return Halls(
        Sources(
            database=ground.database,
            bell=ground.bell,
            events=ground.events,
            presence=ground.presence,
            tickets=ground.tickets,
            tenants=ground.tenants,
            standing=ground.standing,
            listeners=Listeners(ground.database, ground.clock),
            keys=ground.keys,
            clock=ground.clock,
        )
    )
