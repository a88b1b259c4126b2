"""What every agents' page warns of: held deliveries, sendings in trouble, a watch that stopped are never out of sight."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.channels.repository import in_need
from app.db.transaction import Session
from app.exchanges import gates, loops, outbox, receptions
from app.exchanges.outbox import OutState
from app.exchanges.receptions import State
from app.identity.grants import Grant
from app.identity.grants_repository import standing
from app.sve.warning.pulse import last_round
from app.sve.warning.values import STALE_AFTER

TROUBLE = (OutState.UNKNOWN, OutState.FAILED, OutState.BOUNCED)
_ENOUGH = 20


@dataclass(frozen=True, slots=True)
class Rail:
    """Counts as words, empty when there is nothing; past twenty nobody needs the exact one."""

    held: str
    trouble: str
    watched_at: datetime
    channels: str = ""
    to_reconnect: Sequence[str] = ()
    loops: int = 0
    grants: Sequence[Grant] = ()
    restored: str | None = None  # why nothing leaves since a restore

    def unwatched(self, now: datetime) -> bool:
        """Whether nobody has watched legal terms for too long: the screens then say so."""
        return now - self.watched_at > STALE_AFTER

    def guests(self, now: datetime) -> Sequence[Grant]:
        """The operators of the installation who ask to come in, and those who may now."""
        return [grant for grant in self.grants if grant.waits_at(now) or grant.open_at(now)]


async def rail_of(session: Session, tenant_id: UUID) -> Rail:
    held = await receptions.page(session, tenant_id, state=State.HELD, after=None, limit=_ENOUGH + 1)
    states = [state.value for state in TROUBLE]
    trouble = await outbox.in_states(session, tenant_id, states, after=None, limit=_ENOUGH + 1)
    needy = await in_need(session, tenant_id)
    return Rail(
        _counted(len(held)),
        _counted(len(trouble)),
        await last_round(session, tenant_id),
        channels=_counted(len(needy)),
        to_reconnect=[name for name, refused in needy if refused],
        loops=await loops.told(session, tenant_id),
        grants=await standing(session, tenant_id),
        restored=await gates.restored(session, tenant_id),
    )


def _counted(count: int) -> str:
    return "" if count == 0 else f"{_ENOUGH}+" if count > _ENOUGH else str(count)
