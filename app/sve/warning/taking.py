"""Taking alerts in charge from a list: all of one saisine's at once, each with who and when."""

from uuid import UUID

from app.clock import Clock
from app.db.transaction import Session
from app.facts import Actor, FactBook
from app.sve.facts import AlertAcknowledged
from app.sve.warning import charges


class Taking:
    """What an agent does with the alerts of a saisine in one gesture."""

    def __init__(self, book: FactBook, clock: Clock) -> None:
        self._book, self._clock = book, clock

    async def all_of(self, session: Session, tenant_id: UUID, saisine_id: UUID, *, actor: Actor) -> int:
        """Notes who takes a saisine's open alerts in charge; what somebody took stays theirs. Returns how many were open."""
        now = self._clock()
        taken = await charges.take_all(session, tenant_id, saisine_id, by=actor.label, at=now)
        if taken:
            await self._book.record(
                session,
                *(
                    AlertAcknowledged(
                        tenant_id=tenant_id,
                        subject_id=alert_id,
                        at=now,
                        actor=actor,
                        saisine_id=saisine_id,
                        ticket_id=ticket_id,
                    )
                    for alert_id, ticket_id in taken
                ),
            )
        return len(taken)
