"""« À enregistrer » : an agent gives a scanned letter the day of its stamp, and its clock is sure."""

from datetime import date
from uuid import UUID

from app.clock import Clock
from app.db.transaction import Session
from app.errors import Conflict
from app.exchanges.desk import received_at
from app.exchanges.registering import REGISTERED_ON, TO_REGISTER, UNDATED
from app.facts import Actor, FactBook, Seen
from app.rest.languages import Said
from app.sve.redating import redate
from app.sve.service import LegalFace
from app.tenants.service import Tenants
from app.tickets.service import Tickets
from app.tickets.values import Message

WHY = "jour du tampon de la salle du courrier, donné par un agent"


class Enrolling:
    """Registers letters whose card said no day, or a day that cannot be."""

    def __init__(self, tenants: Tenants, tickets: Tickets, legal: LegalFace, book: FactBook, clock: Clock) -> None:
        self._tenants, self._tickets, self._legal = tenants, tickets, legal
        self._book, self._clock = book, clock

    async def register(self, session: Session, tenant_id: UUID, ticket_id: UUID, day: date, *, actor: Actor) -> None:
        """Gives the letters of a ticket their day. Raises `Invalid` for a day that cannot be, `Conflict` when none waits."""
        tenant = await self._tenants.get(session, tenant_id)
        # Clocks, then tickets, as everybody locks them.
        own = [one.id for one in await self._legal.of_tickets(session, tenant_id, [ticket_id])]
        held = await self._legal.hold(session, tenant_id, own)
        for one in sorted({ticket_id, *(saisine.ticket_id for saisine in held.values())}):
            await self._tickets.get(session, tenant_id, one, lock=True)
        waiting = [one for one in await self._tickets.thread(session, tenant_id, ticket_id) if waits(one)]
        if not waiting:
            raise Conflict(Said("ce courrier est déjà enregistré", en="this letter is registered already"))
        at = received_at(day, now=self._clock(), zone=tenant.time_zone)
        for message in waiting:
            for known in held.values():
                if known.message_id == message.id:
                    # Read anew: one that is joined to another reads that one's clock again too.
                    saisine = await self._legal.get(session, tenant_id, known.id)
                    await redate(session, self._legal, tenant, saisine, at=at, why=WHY, actor=actor)
            fields = {name: value for name, value in message.fields.items() if name != TO_REGISTER}
            warnings = [one for one in message.warnings if one not in UNDATED]
            kept = {**fields, REGISTERED_ON: day.isoformat()}
            await self._tickets.redated(session, tenant_id, message, at=at, fields=kept, warnings=warnings)
        told = Seen(
            tenant_id=tenant_id,
            subject_id=ticket_id,
            at=self._clock(),
            actor=actor,
            action="ticket.registered",
            detail={"received_on": day.isoformat()},
        )
        await self._book.record(session, told)


def waits(message: Message) -> bool:
    """Whether a letter still waits for the day of its stamp."""
    return message.fields.get(TO_REGISTER) is True
