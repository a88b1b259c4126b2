"""Who asks for things kept, as their rights say it."""

from app.identity.scopes import Scope
from app.rest.callers import Caller
from app.tickets.owning import Viewer


def viewer_of(caller: Caller) -> Viewer:
    """Returns the caller as whoever may see and keep things of a person, a team, the administration."""
    return Viewer(
        label=caller.label,
        teams=caller.sight.teams if caller.sight else None,
        writes=Scope.TICKETS_WRITE in caller.scopes,
        administers=Scope.USERS_ADMIN in caller.scopes,
    )
