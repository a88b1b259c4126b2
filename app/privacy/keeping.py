"""Why a request may not be erased now. Pure: how it stands comes in, the first reason to keep it comes out.

Whatever is asked, and by whomever: these hold for a person's own request (RGPD art. 17.3) as for the elimination of old
files. A running legal clock comes first (T119).
"""

from app.privacy.values import Keeping, Kept, Standing
from app.tickets.values import Status

_ENDED = frozenset({Status.RESOLVED, Status.CLOSED})


def kept(standing: Standing) -> Kept | None:
    """Returns why a request is kept, None when it may be erased."""
    if standing.clock_running:
        when = f" ; le silence pourrait décider le {standing.alert_on:%d/%m/%Y}" if standing.alert_on else ""
        return Kept(
            ground=Keeping.CLOCK,
            because=f"un délai légal court encore{when} : il faut une décision, ou une qualification motivée",
            source="RGPD art. 17.3 b ; CRPA L231-1, L231-4",
        )
    if standing.owed:
        return Kept(
            ground=Keeping.DUTY,
            because="un accusé de réception est encore dû : donnez-le, ou levez-le avec son motif",
            source="RGPD art. 17.3 b ; CRPA L112-3, L112-11",
        )
    if standing.held_since is not None:
        return Kept(
            ground=Keeping.HOLD,
            because=f"conservée depuis le {standing.held_since:%d/%m/%Y} pour un contentieux ou une enquête",
            source="RGPD art. 17.3 e",
        )
    if standing.status not in _ENDED:
        return Kept(
            ground=Keeping.OPEN,
            because="la demande n'est pas terminée : traitez-la ou clôturez-la",
            source="RGPD art. 17.3 b",
        )
    if standing.leaving:
        return Kept(
            ground=Keeping.SENDING,
            because="un message est en train de partir, ou nul ne sait s'il est parti : attendez, ou dites ce qu'il est devenu",
            source="RGPD art. 17.3 b",
        )
    return None
