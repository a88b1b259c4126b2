"""No ticket is closed under a live legal term without a decision or a reasoned qualification."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from app.db.transaction import Session
from app.errors import ClockRunning
from app.sve import repository
from app.sve.law.risk import Risk
from app.sve.values import Saisine

# What may be closed: nothing is asked, or the matter is settled.
_CLOSABLE = frozenset({Risk.NONE})


class LiveTermGuard:
    """The `CloseGuard` of tickets."""

    async def check(self, session: Session, tenant_id: UUID, ticket_id: UUID) -> None:
        """Raises `ClockRunning` naming what to do first."""
        running = await self.running(session, tenant_id, [ticket_id])
        if ticket_id in running:
            raise running[ticket_id]

    async def running(
        self, session: Session, tenant_id: UUID, ticket_ids: Sequence[UUID]
    ) -> Mapping[UUID, ClockRunning]:
        """Returns what each of some tickets with a live clock would be refused with: one statement for them all."""
        live: dict[UUID, list[Saisine]] = {}
        for saisine in await repository.of_tickets(session, tenant_id, ticket_ids):
            if saisine.closed_at is None and saisine.risk not in _CLOSABLE:
                live.setdefault(saisine.ticket_id, []).append(saisine)
        return {ticket_id: _refusal(saisines) for ticket_id, saisines in live.items()}


def _refusal(live: Sequence[Saisine]) -> ClockRunning:
    first = min(live, key=lambda saisine: (saisine.alert_on is None, saisine.alert_on or saisine.received_on))
    if first.risk is Risk.UNQUALIFIED:
        todo = (
            "qualifiez d'abord le message (ce que vaut le silence, et pourquoi), ou écartez-le avec son motif si ce n'est "
            "pas une demande, puis clôturez"
        )
    else:
        todo = "enregistrez d'abord la décision notifiée, ou requalifiez avec un motif"
    when = f" ; le silence pourrait décider le {first.alert_on:%d/%m/%Y}" if first.alert_on else ""
    return ClockRunning(f"un délai légal court encore sur cette demande{when} : {todo}")
