"""What the rail of every agents' page warns of: held deliveries and sendings in trouble are never out of sight."""

from dataclasses import dataclass
from uuid import UUID

from app.db.transaction import Session
from app.exchanges import outbox, receptions
from app.exchanges.outbox import OutState
from app.exchanges.receptions import State

TROUBLE = (OutState.UNKNOWN, OutState.FAILED, OutState.BOUNCED)
_ENOUGH = 20


@dataclass(frozen=True, slots=True)
class Rail:
    """Counts as words, empty when there is nothing; past twenty nobody needs the exact one."""

    held: str
    trouble: str


async def rail_of(session: Session, tenant_id: UUID) -> Rail:
    held = await receptions.page(session, tenant_id, state=State.HELD, after=None, limit=_ENOUGH + 1)
    states = [state.value for state in TROUBLE]
    trouble = await outbox.in_states(session, tenant_id, states, after=None, limit=_ENOUGH + 1)
    return Rail(_counted(len(held)), _counted(len(trouble)))


def _counted(count: int) -> str:
    return "" if count == 0 else f"{_ENOUGH}+" if count > _ENOUGH else str(count)
